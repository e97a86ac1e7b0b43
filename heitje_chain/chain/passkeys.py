"""A passkey's answer as the contracts check it.

The digest is the challenge, so what the device signs holds it. OpenZeppelin's WebAuthn looks at two places
of the text that the browser made (`clientDataJSON`), which are told with it, and takes the lower of the two
forms of a signature only.

Source: OpenZeppelin `utils/cryptography/WebAuthn.sol` (WebAuthnAuth), ERC-7913; WebAuthn level 2, 5.8.1.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from eth_abi.abi import encode

ORDER = 0xFFFFFFFF_00000000_FFFFFFFF_FFFFFFFF_BCE6FAAD_A7179E84_F3B9CAC2_FC632551
"""Of P-256's group (FIPS 186-4, D.1.2.3)."""

KEY_BYTES = 64

_TYPE = b'"type":"webauthn.get"'


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
    challenge = b'"challenge":"' + urlsafe_b64encode(digest).rstrip(b"=") + b'"'
    type_at, challenge_at = client_data.find(_TYPE), client_data.find(challenge)
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
    types = ["bytes32", "bytes32", "uint256", "uint256", "bytes", "string"]
    parts = [r.to_bytes(32), low.to_bytes(32), challenge_at, type_at, authenticator_data, text]
    return encode(types, parts)
