"""`heitje key`: the key that a partner or an officer signs with, on their own side."""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from .command import local
from .desk import Desk
from .refusals import MISTYPED, Refusal
from .signing import open_key_file, password

key_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The key file.")]

LEAST = 12
"""Characters of a password: who has the file can guess at leisure."""


@local(key_app, "new")
def new(
    desk: Desk,
    file: FileArgument,
    plain: Annotated[
        bool, typer.Option("--plain", help="Without a password: for tests, or a disk that is encrypted.")
    ] = False,
) -> None:
    """Make a key; only its owner can read the file, and it is encrypted with a password."""
    from heitje_chain.client import new_key_file

    made = new_key_file(file, password=None if plain else _new_password(desk))
    desk.done(
        {"file": str(file), "address": made.address},
        f"The key is in {file}. Keep a copy and the password apart. Its address: {made.address}",
        f"De sleutel staat in {file}. Bewaar een kopie, en het wachtwoord elders. Het adres: {made.address}",
    )


@local(key_app, "show")
def show(desk: Desk, file: FileArgument) -> None:
    """Show a key's address, by which it is known as a signer. Never the key."""
    key = open_key_file(desk, file)
    desk.show({"file": str(file), "address": key.address}, [(desk.text("Address", "Adres"), key.address)])


def _new_password(desk: Desk) -> str:
    """Return a new password, typed twice, or from HEITJE_KEY_PASSWORD.

    Raises:
        Refusal: too short, or typed differently.
    """
    chosen = password(desk, "New password: ", "Nieuw wachtwoord: ")
    if len(chosen) < LEAST:
        raise Refusal(
            "password-short",
            desk.text(
                f"A password has at least {LEAST} characters; take some words.",
                f"Een wachtwoord heeft ten minste {LEAST} tekens; neem een paar woorden.",
            ),
            MISTYPED,
        )
    if not desk.options.password_given:
        again = getpass(desk.text("The same again: ", "Nog een keer: "), stream=sys.stderr)
        if again != chosen:
            raise Refusal(
                "password-differs",
                desk.text("The two passwords differ.", "De twee wachtwoorden verschillen."),
                MISTYPED,
            )
    return chosen
