"""Who can open a backup: an identity can; the machine that backs up knows only its recipient.

Both are age's own (X25519), so the `age` program opens a backup too. Source: age-encryption.org/v1.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyrage
from pyrage.x25519 import Identity, Recipient

from .errors import FileTaken, IdentityUnusable, RecipientError


def write_new_identity(path: Path) -> str:
    """Make an identity, mode 0600, and return the recipient that goes with it.

    Raises:
        FileTaken
    """
    identity = Identity.generate()
    recipient = str(identity.to_public())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise FileTaken(path) from None
    with os.fdopen(descriptor, "w") as file:
        file.write(f"# Opens Heitje's backups. public key: {recipient}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    return recipient


def read_identities(path: Path) -> list[Identity]:
    """Read a file of `write_new_identity` or of age-keygen; it may hold several.

    Raises:
        IdentityUnusable
        OSError: it cannot be read.
    """
    try:
        found = [Identity.from_str(line) for line in _lines(path.read_text())]
    except (pyrage.IdentityError, UnicodeDecodeError):
        found = []
    if not found:
        raise IdentityUnusable(path)
    return found


def recipients_of(texts: Iterable[str], file: Path | None) -> list[Recipient]:
    """Return whoever is named and whoever the file names, a line each.

    Raises:
        RecipientError: nobody, or a text is no recipient.
        OSError: the file cannot be read.
    """
    named = [*texts, *(_lines(file.read_text(errors="replace")) if file else ())]
    if not named:
        raise RecipientError
    found = []
    for text in named:
        try:
            found.append(Recipient.from_str(text))
        except pyrage.RecipientError:
            # Somebody may have taken the secret line for the public one; it must not be shown.
            raise RecipientError("AGE-SECRET-KEY-..." if text.upper().startswith("AGE-S") else text) from None
    return found


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
