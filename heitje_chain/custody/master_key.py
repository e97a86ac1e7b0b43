"""The file that holds the master key: 32 bytes in hex, readable by its owner alone.

Keep a copy of it elsewhere, apart from the backups of the database: without it no wallet ever signs again.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path

from .errors import (
    MasterKeyExists,
    MasterKeyExposed,
    MasterKeyMalformed,
    MasterKeyMissing,
    MasterKeyNotOwned,
)
from .sealing import KEY_BYTES, MasterKey

_HEX = re.compile(rb"[0-9a-fA-F]{64}")
_MOST_BYTES = 1024


def read_master_key(path: Path) -> MasterKey:
    """Read the key; one line end after it is allowed.

    Raises:
        MasterKeyMissing: there is no such file, or it cannot be opened.
        MasterKeyExposed: its group or everyone has any right to it (mode 0600 or 0400 is wanted).
        MasterKeyNotOwned: its owner is not the user that this process runs as.
        MasterKeyMalformed: it holds something else.
    """
    try:
        with path.open("rb") as file:
            # The open file is asked, so that no other can take its place in between.
            _check_rights(path, os.fstat(file.fileno()))
            content = file.read(_MOST_BYTES)
    except OSError as error:
        raise MasterKeyMissing(path, error.strerror or "unknown error") from None
    text = content.removesuffix(b"\n")
    if _HEX.fullmatch(text) is None:
        raise MasterKeyMalformed(path)
    return MasterKey(bytes.fromhex(text.decode()))


def write_new_master_key(path: Path) -> MasterKey:
    """Make a random key and write it to a new file with mode 0600.

    Raises:
        MasterKeyExists: there is a file already.
        OSError: the disk is full or the folder is missing.
    """
    key = secrets.token_bytes(KEY_BYTES)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise MasterKeyExists(path) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.hex().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return MasterKey(key)


def _check_rights(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise MasterKeyMalformed(path)
    if status.st_uid != os.geteuid():
        raise MasterKeyNotOwned(path, status.st_uid, os.geteuid())
    mode = stat.S_IMODE(status.st_mode)
    if mode & 0o077:
        raise MasterKeyExposed(path, mode)
