"""Bank files (pain.001) as they come to the payer's disk: checked, written once, for its owner alone."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Annotated

import typer

from .desk import Desk
from .refusals import Refusal

OutOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Where to write it. Default: here, under its message id."),
]

_CONTROL_SUM = re.compile(rb"<CtrlSum>(\d+)\.(\d{2})</CtrlSum>")
_COUNT = re.compile(rb"<NbOfTxs>(\d+)</NbOfTxs>")


def written(
    desk: Desk, out: Path | None, message_id: str, content: bytes, sha256: str, cents: int, lines: int
) -> None:
    """Check a bank file against what the service says of it, write it, and tell where and what it is.

    Raises:
        Refusal: it differs, or there is such a file already.
    """
    _check(desk, content, sha256, cents, lines)
    path = out or Path(f"{message_id}.xml")
    _write(desk, path, content)
    told = {"message_id": message_id, "sha256": sha256, "cents": cents, "lines": lines, "path": str(path)}
    desk.show(
        told,
        [
            (desk.text("Written", "Geschreven"), str(path)),
            ("SHA-256", sha256),
            (desk.text("Control sum", "Controlegetal"), desk.amount(cents)),
            (desk.text("Lines", "Regels"), str(lines)),
        ],
    )


def _check(desk: Desk, content: bytes, sha256: str, cents: int, lines: int) -> None:
    """Hold the bank file against what the service says of it.

    Raises:
        Refusal: hash, sum or number of payments differ.
    """
    sums = {int(euros) * 100 + int(part) for euros, part in _CONTROL_SUM.findall(content)}
    counts = {int(one) for one in _COUNT.findall(content)}
    if hashlib.sha256(content).hexdigest() != sha256 or sums != {cents} or counts != {lines}:
        raise Refusal(
            "file-differs",
            desk.text(
                "The bank file is not the one that was sealed; it was not written. Do not pay it.",
                "Het bankbestand is niet het verzegelde; het is niet geschreven. Betaal het niet.",
            ),
        )


def _write(desk: Desk, path: Path, content: bytes) -> None:
    """Write a file that is not there yet, whole or not at all, readable by its owner alone.

    Raises:
        Refusal: there is one already.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refusal(
            "file-exists",
            desk.text(
                f"There is a file {path} already; it was left as it is.",
                f"Er is al een bestand {path}; het is niet aangeraakt.",
            ),
        ) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink()
        raise
