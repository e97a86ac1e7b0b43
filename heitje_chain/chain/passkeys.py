"""A passkey's answer as the contracts check it.

The digest is the challenge, so what the device signs holds it. OpenZeppelin's WebAuthn looks at two places
of the text that the browser made (`clientDataJSON`), which are told with it, and takes the lower of the two
forms of a signature only.

Source: OpenZeppelin `utils/cryptography/WebAuthn.sol` (WebAuthnAuth), ERC-7913; WebAuthn level 2, 5.8.1.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError

ORDER = 0xFFFFFFFF_00000000_FFFFFFFF_FFFFFFFF_BCE6FAAD_A7179E84_F3B9CAC2_FC632551
"""Of P-256's group (FIPS 186-4, D.1.2.3)."""

KEY_BYTES = 64

_TYPE = b'"type":"webauthn.get"'

_AUTH = ("bytes32", "bytes32", "uint256", "uint256", "bytes", "bytes")
"""WebAuthnAuth: r, s, where the challenge and the type stand, authenticator data, client data; the last is a
string to the contract, which is encoded alike."""

_LEAST_AUTHENTICATOR_DATA, _FLAGS_AT = 37, 32
_PRESENT, _VERIFIED, _CAN_BACK_UP, _BACKED_UP = 0x01, 0x04, 0x08, 0x10
"""Flags of authenticator data (WebAuthn level 2, section 6.1)."""


class AssertionStrange(ValueError):
    """What the browser made is not written as the contracts read it."""


def signer(verifier: str, x: bytes, y: bytes) -> bytes:
    """Return the ERC-7913 bytes of a passkey.

    Args:
        verifier: the address of the contract that checks passkeys, 0x hex
        x, y: the public key, 32 bytes each
    """
    return bytes.fromhex(verifier.removeprefix("0x")) + x + y


def signature(digest: bytes, authenticator_data: bytes, client_data: bytes, made: bytes) -> bytes:
    """Return the signature that the verifier takes: an encoded WebAuthnAuth.

    Args:
        digest: what was the challenge, 32 bytes
        made: r and s as the device gives them, in DER

    Raises:
        AssertionStrange
    """
    type_at, challenge_at = client_data.find(_TYPE), client_data.find(_challenge(digest))
    if type_at < 0 or challenge_at < 0:
        raise AssertionStrange
    try:
        r, s = decode_dss_signature(made)
        text = client_data.decode()
    except ValueError:
        raise AssertionStrange from None
    if not 0 < r < ORDER or not 0 < s < ORDER:
        raise AssertionStrange
    low = min(s, ORDER - s)
    parts = [r.to_bytes(32), low.to_bytes(32), challenge_at, type_at, authenticator_data, text.encode()]
    return encode(_AUTH, parts)


def is_signed(digest: bytes, signature: bytes, key: bytes) -> bool:
    """Whether the contract that checks passkeys takes this signature, an encoded WebAuthnAuth.

    Args:
        digest: what must be the challenge, 32 bytes
        key: x and y, 32 bytes each
    """
    try:
        r, s, challenge_at, type_at, authenticator_data, client_data = decode(_AUTH, signature)
        numbers = EllipticCurvePublicNumbers(
            int.from_bytes(key[:32], "big"), int.from_bytes(key[32:], "big"), SECP256R1()
        )
        point = numbers.public_key()
    except (DecodingError, ValueError, OverflowError):
        return False
    r, s = int.from_bytes(r, "big"), int.from_bytes(s, "big")
    challenge = _challenge(digest)
    if (
        len(key) != KEY_BYTES
        or len(authenticator_data) < _LEAST_AUTHENTICATOR_DATA
        or not _flags_good(authenticator_data[_FLAGS_AT])
        or client_data[type_at : type_at + len(_TYPE)] != _TYPE
        or client_data[challenge_at : challenge_at + len(challenge)] != challenge
        or not 0 < r < ORDER
        or not 0 < s <= ORDER // 2
    ):
        return False
    signed = authenticator_data + hashlib.sha256(client_data).digest()
    try:
        point.verify(encode_dss_signature(r, s), signed, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _challenge(digest: bytes) -> bytes:
    """Return the challenge as it stands in what the browser made."""
    return b'"challenge":"' + urlsafe_b64encode(digest).rstrip(b"=") + b'"'


def _flags_good(flags: int) -> bool:
    """Whether somebody was there and was verified, and no key is backed up that cannot be."""
    return bool(flags & _PRESENT and flags & _VERIFIED) and (
        bool(flags & _CAN_BACK_UP) or not flags & _BACKED_UP
    )
