"""What was said on the command line and in the environment, for every command that asks the API."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import typer

from heitje_chain.days import HERE
from heitje_chain.money import AmountError, Cents, from_euros

from .refusals import MISTYPED, Refusal

Language = Literal["nl", "en"]

IDS = "An id, a beginning of it, or the name in full."

PATIENCE_SECONDS = 120
"""How long an order is waited for when nothing else is said."""


@dataclass(frozen=True)
class Options:
    as_json: bool
    language: Language
    url: str = ""
    token_file: Path | None = None
    yes: bool = False
    wait: int | None = None
    """Seconds that were asked for with --wait."""
    no_wait: bool = False
    idempotency_key: str | None = None
    key: Path | None = None
    signer: str | None = None
    signer_timeout: int = 120
    chain_id: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Options:
        rest = {name: value for name, value in given.items() if name != "lang"}
        return cls(language=_language(given["lang"]), **rest)

    @property
    def password_given(self) -> bool:
        """Whether the key file's password is in the environment."""
        return "HEITJE_KEY_PASSWORD" in os.environ

    def token(self) -> str:
        """Raises:
        Refusal: there is none.
        """
        if self.token_file is not None:
            return self.token_file.read_text().strip()
        token = os.environ.get("HEITJE_TOKEN", "").strip()
        if not token:
            raise Refusal(
                "token-missing",
                "An access token is needed: put it in a file and name it with --token-file, or in the "
                "variable HEITJE_TOKEN.",
                MISTYPED,
            )
        return token


def euros(text: str) -> Cents:
    """Read an amount from the command line: 15, 15.00 or 15,00."""
    try:
        return from_euros(text)
    except AmountError as error:
        raise typer.BadParameter(str(error)) from None


def euros_or_nothing(text: str) -> Cents:
    """The same, and 0."""
    return Cents(0) if text.strip() in ("0", "0.00", "0,00") else euros(text)


def _language(wanted: str | None) -> Language:
    spoken = wanted or next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    if wanted is not None and wanted not in ("nl", "en"):
        raise typer.BadParameter("Choose nl or en.", param_hint="--lang")
    return "nl" if spoken.lower().startswith("nl") else "en"


def day(text: str) -> str:
    """Read a local day, such as 2026-12-31, and return it so."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day, such as 2026-12-31.") from None


def moment_of(text: str) -> int:
    """Read a local moment, "2026-12-01" (its end) or "2026-12-01 15:30", as UTC seconds."""
    words = text.strip().replace("T", " ")
    is_day = len(words) == len("2026-12-01")
    try:
        read = datetime.strptime(f"{words} 23:59" if is_day else words, "%Y-%m-%d %H:%M")  # noqa: DTZ007
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no moment, such as 2026-12-01 or '2026-12-01 15:30'."
        ) from None
    return int(read.replace(tzinfo=HERE).timestamp())
