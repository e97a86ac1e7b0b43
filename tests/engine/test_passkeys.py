"""A passkey's signature, judged as the contract that checks passkeys judges it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any

import pytest
from eth_abi.abi import decode, encode

from heitje_chain.chain.passkeys import ORDER, is_signed, signature
from heitje_chain.chain.signatures import accepted_signer
from tests.desks.authenticator import PRESENT, VERIFIED, Authenticator, text

DIGEST = b"\x5d" * 32
VERIFIER = b"\xee" * 20
TYPES = ["bytes32", "bytes32", "uint256", "uint256", "bytes", "string"]
CAN_BACK_UP, BACKED_UP = 0x08, 0x10


def device(flags: int = PRESENT | VERIFIED) -> Authenticator:
    return Authenticator("https://approve.heitje.example", "approve.heitje.example", flags=flags)


def key_of(own: Authenticator) -> bytes:
    numbers = own.key.public_key().public_numbers()
    return numbers.x.to_bytes(32) + numbers.y.to_bytes(32)


def signed(own: Authenticator, digest: bytes = DIGEST) -> bytes:
    response = json.loads(own.get({"challenge": text(digest)}))["response"]
    names = ("authenticatorData", "clientDataJSON", "signature")
    parts = (urlsafe_b64decode(response[name] + "=" * (-len(response[name]) % 4)) for name in names)
    return signature(digest, *parts)


@pytest.mark.parametrize("more", [0, CAN_BACK_UP, CAN_BACK_UP | BACKED_UP])
def test_signature__of_a_device_that_verified_its_person__is_good(more: int) -> None:
    own = device(PRESENT | VERIFIED | more)

    assert is_signed(DIGEST, signed(own), key_of(own))


@pytest.mark.parametrize("flags", [0, PRESENT, VERIFIED, PRESENT | VERIFIED | BACKED_UP])
def test_signature__of_a_device_that_verified_nobody__is_not(flags: int) -> None:
    own = device(flags)

    assert not is_signed(DIGEST, signed(own), key_of(own))


def test_signature__over_another_digest_or_by_another_key__is_not_good() -> None:
    own = device()
    made = signed(own)

    assert not is_signed(b"\x5e" * 32, made, key_of(own))
    assert not is_signed(DIGEST, made, key_of(device()))
    assert not is_signed(DIGEST, made, bytes(64))
    assert not is_signed(DIGEST, made, key_of(own)[:63])
    assert not is_signed(DIGEST, made, b"")


@pytest.mark.parametrize(
    ("place", "changed"),
    [
        (0, lambda r: bytes(32)),
        (0, lambda r: b"\xff" * 32),
        (1, lambda s: (ORDER - int.from_bytes(s)).to_bytes(32)),  # the high one
        (2, lambda at: at + 1),
        (2, lambda at: 2**255),
        (3, lambda at: at + 1),
        (4, lambda data: data[:36]),
        (4, lambda data: b""),
        (5, lambda told: told.replace("webauthn.get", "webauthn.set")),
        (5, lambda told: told + " "),
    ],
)
def test_signature__with_one_part_changed__is_not_good(place: int, changed: Any) -> None:
    own = device()
    parts = list(decode(TYPES, signed(own)))
    parts[place] = changed(parts[place])

    assert not is_signed(DIGEST, encode(TYPES, parts), key_of(own))


@pytest.mark.parametrize("made", [b"", b"\x01", b"\x01" * 65, b"\x01" * 300, b"\xff" * 4096])
def test_signature__that_is_none__is_not_good(made: bytes) -> None:
    assert not is_signed(DIGEST, made, key_of(device()))


def test_accepted_signer__of_the_contract_that_checks_passkeys__must_have_signed() -> None:
    own = device()
    signer, made = VERIFIER + key_of(own), signed(own)

    assert accepted_signer(DIGEST, made, [signer], signer, VERIFIER) == signer
    assert accepted_signer(DIGEST, b"\x01" * 300, [signer], signer, VERIFIER) is None
    assert accepted_signer(b"\x00" * 32, made, [signer], signer, VERIFIER) is None
    assert accepted_signer(DIGEST, made + bytes(4096), [signer], signer, VERIFIER) is None
    assert accepted_signer(DIGEST, made, [], signer, VERIFIER) is None
    other = b"\xdd" * 20 + key_of(own)
    assert accepted_signer(DIGEST, b"\x01", [other], other, VERIFIER) == other
