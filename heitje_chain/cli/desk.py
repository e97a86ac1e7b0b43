"""What a command of the API's clients works with: the API, what was said, how to speak to a person."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from . import shown
from .options import PATIENCE_SECONDS, Options
from .refusals import BROKEN_OFF, MISTYPED, NOT_FINAL, REFUSED, Refusal

if TYPE_CHECKING:
    from heitje_chain.client import Client

T = TypeVar("T")

POLL_SECONDS = 0.3


class Desk:
    def __init__(self, options: Options) -> None:
        self.options = options

    @cached_property
    def client(self) -> Client:
        from heitje_chain.client import Client

        return Client(self.options.url, self.options.token(), self.options.language)

    @property
    def key(self) -> str | None:
        """The Idempotency-Key that was given."""
        return self.options.idempotency_key

    # ------------------------------------------------------------ words

    def text(self, en: str, nl: str) -> str:
        """Return what is said in the person's language."""
        return nl if self.options.language == "nl" else en

    def say(self, en: str, nl: str) -> None:
        """Tell a person, on standard output; programs get JSON instead."""
        if not self.options.as_json:
            typer.echo(self.text(en, nl))

    def note(self, en: str, nl: str) -> None:
        """Tell a person on standard error, beside the command's output."""
        if not self.options.as_json:
            typer.echo(self.text(en, nl), err=True)

    def amount(self, cents: int) -> str:
        return shown.amount(cents, self.options.language)

    def moment(self, seconds: int | None) -> str:
        return shown.moment(seconds, self.options.language)

    # ------------------------------------------------------------ output

    def list(self, columns: Sequence[shown.Column], things: Iterable[Mapping[str, Any]]) -> None:
        """Print a table, or a JSON list."""
        found = list(things)
        if self.options.as_json:
            self.json(found)
        elif found:
            shown.table(columns, found, self.options.language)
        else:
            self.say("Nothing found.", "Niets gevonden.")

    def show(self, thing: Any, facts: Iterable[tuple[str, str]]) -> None:
        """Print one thing as facts below one another, or as JSON."""
        if self.options.as_json:
            self.json(thing)
        else:
            shown.facts(facts)

    def done(self, thing: Any, en: str, nl: str) -> None:
        """Print what became of an order: a sentence, or JSON."""
        if self.options.as_json:
            self.json(thing)
        else:
            typer.echo(shown.plain(self.text(en, nl)))

    def json(self, thing: Any) -> None:
        typer.echo(json.dumps(thing, indent=1, ensure_ascii=False))

    # ------------------------------------------------------------ asking the person

    def confirm(self, summary: Iterable[tuple[str, str]], en: str, nl: str) -> None:
        """Show what is to be done and go on only when the person agrees, or said so with --yes.

        Raises:
            Refusal: nobody agreed, or there is nobody to ask.
        """
        lines = [f"  {name}: {value}" for name, value in summary]
        if not self.options.as_json or not self.options.yes:
            typer.echo("\n".join(shown.plain(line) for line in lines), err=True)
        if self.options.yes:
            return
        if not sys.stdin.isatty():
            raise Refusal(
                "not-confirmed",
                self.text(
                    "This must be confirmed, and there is no terminal to ask on; --yes does not ask.",
                    "Dit moet bevestigd worden, en er is geen terminal om het te vragen; --yes vraagt niets.",
                ),
                MISTYPED,
            )
        typer.echo(self.text(f"{en} [y/N] ", f"{nl} [j/N] "), err=True, nl=False)
        if sys.stdin.readline().strip().lower() not in ("y", "yes", "j", "ja"):
            raise Refusal(
                "not-confirmed",
                self.text("Nothing was done, because nobody agreed.", "Niets gedaan: niemand stemde toe."),
                REFUSED,
            )

    # ------------------------------------------------------------ waiting

    def until(self, ask: Callable[[], T], is_final: Callable[[T], bool], first: T, later: str) -> T:
        """Ask until it is final and return it; the first answer at once with --no-wait.

        Args:
            first: what the order itself answered
            later: a command that tells how far it is

        Raises:
            Refusal: it was not final in time, or the person broke off; the order stands.
        """
        if self.options.no_wait or is_final(first):
            return first
        patience = PATIENCE_SECONDS if self.options.wait is None else self.options.wait
        deadline = time.monotonic() + patience
        try:  # around the progress too: who sees it can break off
            with self._progress():
                while not is_final(found := ask()):
                    if time.monotonic() >= deadline:
                        raise self._later("not-final", NOT_FINAL, later, f"{patience} s", found)
                    time.sleep(POLL_SECONDS)
        except KeyboardInterrupt:
            raise self._later("broken-off", BROKEN_OFF, later, "", first) from None
        return found

    def _later(self, slug: str, code: int, later: str, patience: str, found: Any) -> Refusal:
        en = f"not final on the chain after {patience}" if patience else "you stopped waiting"
        nl = f"na {patience} nog niet definitief" if patience else "je wacht niet langer"
        return Refusal(
            slug,
            self.text(
                f"It was asked and goes on, but {en}. Look later with: {later}",
                f"De opdracht is gegeven en gaat door, maar {nl}. Kijk later met: {later}",
            ),
            code,
            {"asked": found, "later": later},
        )

    def _progress(self) -> AbstractContextManager[Any]:
        """A spinner on standard error, when somebody looks at it."""
        if self.options.as_json or not sys.stderr.isatty():
            return nullcontext()
        from rich.console import Console

        words = self.text("Waiting until it is final on the chain...", "Wachten tot het definitief is...")
        console = Console(stderr=True)
        if console.is_dumb_terminal:
            typer.echo(words, err=True)
            return nullcontext()
        return console.status(words)
