"""The `heitje` command."""

from __future__ import annotations

import typer

from . import (
    access,
    accounts,
    acts,
    allowance,
    backups,
    budgets,
    claims,
    comparisons,
    contracts,
    declarations,
    devnet,
    jobs,
    keyfiles,
    meters,
    operate,
    payments,
    payouts,
    people,
    pilot,
    reasons,
    repayments,
    series,
    stops,
    transactions,
    wallets,
    webhooks,
)
from .command import ordering, reading, signing
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
app.command(epilog=EXIT_CODES)(backups.backup)
app.command(epilog=EXIT_CODES)(backups.restore)
operate.keys_app.command("new-identity", epilog=EXIT_CODES)(backups.new_identity)
operate.keys_app.command("check", epilog=EXIT_CODES)(backups.check_keys)
app.command(epilog=EXIT_CODES)(pilot.demo)
app.command(epilog=EXIT_CODES)(pilot.reconcile)

# Clients of the API.
app.add_typer(people.partner_app, name="partner", help="Who posts jobs, and who signs for them.")
app.add_typer(people.merchant_app, name="merchant", help="Shops, and the accounts that they are paid to.")
people.merchant_app.add_typer(
    contracts.contract_app, name="contract", help="What a shop agreed with the municipality."
)
reading(people.merchant_app, "acceptance")(contracts.acceptance)
app.add_typer(people.resident_app, name="resident", help="Who earns.")
app.add_typer(people.association_app, name="association", help="Who receives donations.")
app.add_typer(budgets.budget_app, name="budget", help="What partners may promise.")
app.add_typer(budgets.limit_app, name="limit", help="How much a partner's approvals can mint in a while.")
app.add_typer(budgets.reserve_app, name="reserve", help="The euros in the bank that stand behind the coins.")
jobs.job_app.add_typer(series.series_app, name="series", help="A job every week, that opens by itself.")
app.add_typer(jobs.job_app, name="job", help="What partners post.")
app.add_typer(
    declarations.declaration_app, name="declaration", help="That jobs of a kind replace no paid work."
)
app.add_typer(allowance.allowance_app, name="allowance", help="What residents may earn, and by which limits.")
app.add_typer(claims.claim_app, name="claim", help="Work that was claimed, and whether it is good.")
app.add_typer(claims.dispute_app, name="dispute", help="Rejections that a resident does not accept.")
signing(app, "mint")(budgets.mint)
app.add_typer(payments.wallet_app, name="wallet", help="What one has and can spend.")
ordering(app, "pay")(payments.pay)
ordering(app, "donate")(payments.donate)
ordering(app, "refund")(payments.refund)
app.add_typer(payments.payment_app, name="payment", help="What was paid, and asking for it at the till.")
ordering(app, "redeem")(payments.redeem)
app.add_typer(payments.redemption_app, name="redemption", help="What merchants have paid out in euros.")
app.add_typer(
    payouts.payout_app, name="payout", help="Paying merchants: batches, bank files, what the bank did."
)
app.add_typer(repayments.repayment_app, name="repayment", help="Paying anew what the bank sent back.")
app.add_typer(transactions.tx_app, name="tx", help="What was sent to the chain, and how it went.")
app.add_typer(wallets.recovery_app, name="recovery", help="Wallets that were lost and are replaced.")
app.add_typer(stops.freeze_app, name="freeze", help="Coins of somebody that cannot move.")
app.add_typer(stops.coin_app, name="coin", help="Whether coins move at all, and moving them by force.")
app.add_typer(comparisons.reconciliation_app, name="reconciliation", help="Chain, books and bank, compared.")
app.add_typer(webhooks.webhook_app, name="webhook", help="Where your own system is told what happens.")
app.add_typer(accounts.account_app, name="account", help="Who uses the pages, and in which roles.")
app.add_typer(access.access_app, name="access", help="Access tokens, over the API.")
reading(app, "whoami")(access.whoami)
reading(app, "activity")(access.activity)
reading(app, "meters")(meters.meters)
reading(app, "reasons")(reasons.reasons)
app.add_typer(keyfiles.key_app, name="key", help="The key that you sign with, on your own side.")
app.add_typer(acts.act_app, name="act", help="What was signed, and how far it is.")
