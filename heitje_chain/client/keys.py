"""Key files: how a partner or an officer signs, on their own side.

A file holds a private key in hex, or a key file (JSON, scrypt) with a password. The service never sees it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data


class KeyFileError(Exception):
    """The file cannot be used; the message says why and holds no key."""


class KeyFile:
    """A key that signs EIP-712 messages."""

    def __init__(self, path: Path, password: str | None = None) -> None:
        """Raises:
        KeyFileError: no such file, no key in it, or the password does not open it.
        """
        self.path = path
        self._account = Account.from_key(_private_key(path, password))

    @property
    def address(self) -> str:
        """As 0x hex: the ERC-7913 signer of this key."""
        return str(self._account.address)

    def sign(self, typed_data: Mapping[str, Any]) -> bytes:
        """Return r, s, v (65 bytes) over EIP-712 JSON."""
        message = encode_typed_data(full_message=dict(typed_data))
        return bytes(self._account.sign_message(message).signature)

    def __repr__(self) -> str:
        return f"KeyFile({self.path}, {self.address})"


def new_key_file(path: Path, private_key: bytes | None = None, password: str | None = None) -> KeyFile:
    """Write a new file that only its owner can read, with a random key unless one is given.

    Args:
        password: encrypts it (JSON, scrypt); without one it is plain hex

    Raises:
        KeyFileError: there is one already; a key is never written over.
    """
    key = private_key or bytes(Account.create().key)
    content = f"0x{key.hex()}" if password is None else json.dumps(Account.encrypt(key, password))
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyFileError(f"There is a file {path} already; a key is never written over.") from None
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{content}\n")
    return KeyFile(path, password)


def _private_key(path: Path, password: str | None) -> str | bytes:
    try:
        content = path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise KeyFileError(f"The key file {path} cannot be read.") from None
    try:
        if content.startswith("{"):
            return bytes(Account.decrypt(json.loads(content), password or ""))
        Account.from_key(content)
    except (ValueError, TypeError, LookupError, NotImplementedError):
        # The key itself must not appear in a message.
        what = "does not open with this password" if content.startswith("{") else "holds no private key"
        raise KeyFileError(f"The key file {path} {what}.") from None
    return content
