"""Whose signature is it? Asked before anything is sent, so that a person hears of a wrong key at once.

The contracts decide in the end. A passkey's signature is checked here as its verifier will; of any other
signer that is a verifier and a key it cannot be, and is passed on. Contracts that sign by ERC-1271 are not
known to the service.

Source: EIP-2 (s is low), ERC-7913 (a signer of 20 bytes is an address, a longer one a verifier and a key).
"""

from __future__ import annotations

from collections.abc import Iterable

from coincurve import PublicKey
from eth_utils.crypto import keccak

from . import passkeys

ADDRESS_BYTES = 20
MOST_SIGNER_BYTES = 1024
MOST_SIGNATURE_BYTES = 4096
_HALF_ORDER = 0x7FFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_5D576E73_57A4501D_DFE92F46_681B20A0


def signer_of(digest: bytes, signature: bytes) -> bytes | None:
    """Return the 20 bytes of whoever made this r, s, v over a digest; None when contracts refuse its form."""
    if len(signature) != 65 or signature[64] not in (27, 28):
        return None
    if int.from_bytes(signature[32:64], "big") > _HALF_ORDER:
        return None
    recoverable = signature[:64] + bytes([signature[64] - 27])
    try:
        key = PublicKey.from_signature_and_message(recoverable, digest, hasher=None)
    except ValueError:
        return None
    return keccak(key.format(compressed=False)[1:])[-ADDRESS_BYTES:]


def accepted_signer(
    digest: bytes,
    signature: bytes,
    signers: Iterable[bytes],
    named: bytes | None,
    passkeys_by: bytes | None = None,
) -> bytes | None:
    """Return which of these signers signed; None when it was nobody of them, or not who is named.

    Args:
        named: who says to have signed; needed only for a signer whose signature is checked by code
        passkeys_by: the 20 bytes of the contract that checks passkeys: what it would refuse is refused here
    """
    known = list(signers)
    if named is not None and named in known and len(named) > ADDRESS_BYTES:
        if named[:ADDRESS_BYTES] == passkeys_by:
            good = len(signature) <= MOST_SIGNATURE_BYTES
            good = good and passkeys.is_signed(digest, signature, named[ADDRESS_BYTES:])
            return named if good else None
        return named if 0 < len(signature) <= MOST_SIGNATURE_BYTES else None
    signer = signer_of(digest, signature)
    if signer is None or signer not in known or named not in (None, signer):
        return None
    return signer
