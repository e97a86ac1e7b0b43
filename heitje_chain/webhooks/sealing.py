"""How a webhook's secret is kept: sealed, since it must sign, by a key that is for nothing else.

The process that serves requests sends webhooks and so opens secrets; it never has the key that opens
wallets. AES-256-GCM with random nonces; the ids of secret and webhook are associated data, so that a
ciphertext moved to another row does not open.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import SecretBroken, WebhookKeyMissing, WebhookKeyUnusable

PREFIX = "whsec_"

_SECRET_BYTES = 32
_NONCE_BYTES = 12
_KEY_BYTES = 32
_HEX = re.compile(rb"[0-9a-f]{64}\n?")


@dataclass(frozen=True)
class SealedSecret:
    id: str
    endpoint: str
    ciphertext: bytes
    nonce: bytes


@dataclass(frozen=True, repr=False, eq=False)
class Sealer:
    """The key that seals webhooks' secrets. It has no form in which it can be shown."""

    key: bytes

    def __repr__(self) -> str:
        return "Sealer(redacted)"

    def seal(self, secret_id: str, endpoint: str, secret: str) -> SealedSecret:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        ciphertext = AESGCM(self.key).encrypt(nonce, secret.encode(), _context(secret_id, endpoint))
        return SealedSecret(secret_id, endpoint, ciphertext, nonce)

    def open(self, sealed: SealedSecret) -> str:
        """Return the secret as its owner got it.

        Raises:
            SecretBroken
        """
        context = _context(sealed.id, sealed.endpoint)
        try:
            return AESGCM(self.key).decrypt(sealed.nonce, sealed.ciphertext, context).decode()
        except (InvalidTag, ValueError):
            raise SecretBroken from None


def new_secret() -> str:
    """Return 256 random bits in the form of the specification: whsec_ and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def sealer_at(path: Path, *, may_make: bool) -> Sealer:
    """Read the key. Two processes that make it at once end up with the same.

    Args:
        may_make: whether it is made when there is none; never while secrets wait for the lost one

    Raises:
        WebhookKeyMissing, WebhookKeyUnusable
        OSError: the disk is full or the folder cannot be written.
    """
    if may_make and not path.exists():
        keep(path, secrets.token_bytes(_KEY_BYTES))
    try:
        with path.open("rb") as file:
            status, content = os.fstat(file.fileno()), file.read(100)
    except FileNotFoundError:
        raise WebhookKeyMissing(path) from None
    is_own = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077
    if not is_own or not _HEX.fullmatch(content):
        raise WebhookKeyUnusable(path)
    return Sealer(bytes.fromhex(content.decode()))


def keep(path: Path, key: bytes) -> None:
    """Write a key for its owner alone; a file that is there already stays as it is.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key.hex().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # whole or not at all, and never over another's
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _context(secret_id: str, endpoint: str) -> bytes:
    return f"heitje|webhook secret|{secret_id}|{endpoint}".encode()
