"""The `heitje` command."""

from __future__ import annotations

import typer

from . import acts, budgets, devnet, operate, pilot
from .command import signing
from .refusals import EXIT_CODES

app = typer.Typer(
    name="heitje",
    help="A city's reward coin: earned by volunteering, spent at local merchants.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.add_typer(
    devnet.devnet_app,
    name="devnet",
    help="A chain of your own on this machine, with the contracts on it. "
    "It lies in the folder var/ here, or in the one that HEITJE_HOME names.",
)
app.add_typer(operate.db_app, name="db", help="The database.")
app.add_typer(operate.keys_app, name="keys", help="The master key that seals every wallet's key.")
app.add_typer(operate.token_app, name="token", help="Access tokens for the API.")
app.command(epilog=EXIT_CODES)(operate.serve)
app.command(epilog=EXIT_CODES)(operate.worker)
app.command(epilog=EXIT_CODES)(pilot.demo)
app.command(epilog=EXIT_CODES)(pilot.reconcile)

# Clients of the API.
app.add_typer(budgets.budget_app, name="budget", help="What partners may promise.")
app.add_typer(budgets.limit_app, name="limit", help="How much a partner's approvals can mint in a while.")
app.add_typer(budgets.reserve_app, name="reserve", help="The euros in the bank that stand behind the coins.")
signing(app, "mint")(budgets.mint)
app.add_typer(acts.act_app, name="act", help="What was signed, and how far it is.")
