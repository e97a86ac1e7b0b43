"""Commands that are clients of the API: the options that they share, and how one is made.

    @reading(budget_app, "list")
    def list_budgets(desk: Desk, period: ...) -> None: ...

`reading` gives a command where the service is, the token, --json and --lang; `ordering` also --yes, --wait
and --idempotency-key; `signing` also --key and --signer. What the command asks comes after `desk`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from .desk import Desk
from .options import Options
from .refusals import EXIT_CODES, client_refusals

Command = TypeVar("Command", bound=Callable[..., None])


@dataclass(frozen=True)
class _Local:
    as_json: Annotated[
        bool, typer.Option("--json", help="For programs: JSON and nothing else, refusals as problems.")
    ] = False
    lang: Annotated[
        str | None,
        typer.Option(metavar="nl|en", envvar="HEITJE_LANG", help="Default: as the terminal is set."),
    ] = None


@dataclass(frozen=True)
class _Read(_Local):
    url: Annotated[
        str,
        typer.Option(metavar="URL", envvar="HEITJE_URL", help="Where the service is."),
    ] = "http://127.0.0.1:8000"
    token_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            envvar="HEITJE_TOKEN_FILE",
            help="The access token is in it; else it is in HEITJE_TOKEN.",
        ),
    ] = None


@dataclass(frozen=True)
class _Order(_Read):
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before it is done.")] = False
    wait: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=86_400,
            metavar="SECONDS",
            help="How long to wait until it is final on the chain. Default: 120; a delayed act counts as "
            "done once it is scheduled, unless --wait is given.",
        ),
    ] = None
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Do not wait at all.")] = False
    idempotency_key: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="The same key again is the same order: safe to repeat in scripts."),
    ] = None


@dataclass(frozen=True)
class _Sign(_Order):
    key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            envvar="HEITJE_KEY",
            help="Sign with this key file; its password is asked, or in HEITJE_KEY_PASSWORD.",
        ),
    ] = None
    signer: Annotated[
        str | None,
        typer.Option(
            metavar="COMMAND",
            envvar="HEITJE_SIGNER",
            help="Sign with this command: it reads EIP-712 JSON and prints the signature in hex.",
        ),
    ] = None
    signer_timeout: Annotated[
        int, typer.Option(min=1, max=3600, metavar="SECONDS", help="How long the signer may take.")
    ] = 120
    chain_id: Annotated[
        int | None,
        typer.Option(min=1, metavar="NUMBER", envvar="HEITJE_CHAIN_ID", help="Sign for no other chain."),
    ] = None


def local(app: typer.Typer, name: str) -> Callable[[Command], Command]:
    """Register a command that asks nobody."""
    return _registered(app, name, _Local)


def reading(app: typer.Typer, name: str) -> Callable[[Command], Command]:
    """Register a command that only asks."""
    return _registered(app, name, _Read)


def ordering(app: typer.Typer, name: str) -> Callable[[Command], Command]:
    """Register a command that changes something under the token alone."""
    return _registered(app, name, _Order)


def signing(app: typer.Typer, name: str) -> Callable[[Command], Command]:
    """Register a command whose order a person signs."""
    return _registered(app, name, _Sign)


def _registered(app: typer.Typer, name: str, shared: type[_Local]) -> Callable[[Command], Command]:
    names = [field.name for field in fields(shared)]

    def register(work: Command) -> Command:
        def run(**given: Any) -> None:
            options = Options.of({one: given.pop(one) for one in names})
            with client_refusals(options.as_json):
                work(Desk(options), **given)

        run.__doc__ = work.__doc__
        run.__name__ = work.__name__
        run.__signature__ = _signature(work, shared)  # type: ignore[attr-defined]
        app.command(name, epilog=EXIT_CODES)(run)
        return work

    return register


def _signature(work: Callable[..., None], shared: type[_Local]) -> inspect.Signature:
    """Return the command's own parameters, without its desk, and after them the shared ones."""
    _, *own = inspect.signature(work, eval_str=True).parameters.values()
    common = inspect.signature(shared, eval_str=True).parameters.values()
    keyword = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in (*own, *common)]
    return inspect.Signature(keyword)
