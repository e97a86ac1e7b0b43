"""Our digests and signatures are eth-account's, byte for byte, and made in less time."""

from __future__ import annotations

import inspect
import json
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, get_type_hints

import pytest
from coincurve import PublicKey
from eth_abi.exceptions import ValueOutOfBounds
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_keys.backends.native.main import NativeECCBackend
from eth_keys.datatypes import Signature
from eth_keys.exceptions import BadSignature
from eth_utils.crypto import keccak
from eth_utils.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from heitje_chain.chain import typed_data
from heitje_chain.chain.ids import ClaimId, ClientId, JobId, ParticipantId
from heitje_chain.chain.signatures import (
    MOST_SIGNATURE_BYTES,
    MOST_SIGNER_BYTES,
    accepted_signer,
    signer_of,
)
from heitje_chain.chain.typed_data import Domain, JobTerms, TypedData
from heitje_chain.custody.keys import sign_digest
from tests.conftest import ROOT

ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
HALF_ORDER = ORDER // 2

TOKEN = Domain.of_token(31337, "0x" + "c0" * 20)

# ---------------------------------------------------------------- every maker, with whatever it takes


def _makes_a_message(function: Callable[..., object]) -> bool:
    return function.__module__ == typed_data.__name__ and get_type_hints(function).get("return") is TypedData


MAKERS: dict[str, Callable[..., TypedData]] = {
    name: function
    for name, function in inspect.getmembers(typed_data, inspect.isfunction)
    if not name.startswith("_") and _makes_a_message(function)
}


def uint(bits: int) -> st.SearchStrategy[int]:
    return st.integers(0, 2**bits - 1)


words = st.binary(min_size=32, max_size=32)
participants = st.binary(min_size=20, max_size=20).map(ParticipantId)
addresses = st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())
jobs, claims, clients = words.map(JobId), words.map(ClaimId), words.map(ClientId)
private_keys = st.integers(1, ORDER - 1).map(lambda number: number.to_bytes(32))
terms = st.builds(JobTerms, participants, uint(32), uint(48), uint(16), uint(48), uint(48), words, clients)
domains = st.one_of(
    [
        st.builds(of, uint(256), addresses)
        for of in (Domain.of_token, Domain.of_job_escrow, Domain.of_officer_account)
    ]
)

ARGUMENTS: dict[str, st.SearchStrategy[Any]] = {
    "domain": domains,
    "terms": terms,
    "deadline": uint(48),
    "job": jobs,
    "partner": participants,
    "resident": participants,
    "claims": st.lists(claims, max_size=50),
    "claim": claims,
    "reason": uint(16),
    "cents": uint(48),
    "client_id": clients,
    "document_hash": words,
    "evidence_hash": words,
    "sender": addresses,
    "to": addresses,
    "authorizer": addresses,
    "target": addresses,
    "valid_after": uint(256),
    "valid_before": uint(256),
    "nonce": words,
    "data": st.one_of(st.binary(max_size=32), st.binary(min_size=33, max_size=300)),
}
"""By the makers' names for them, over all that Solidity's types hold."""


def parameters(maker: str) -> Iterable[str]:
    return inspect.signature(MAKERS[maker]).parameters


def made_by(maker: str) -> st.SearchStrategy[TypedData]:
    return st.builds(MAKERS[maker], **{name: ARGUMENTS[name] for name in parameters(maker)})


messages = st.sampled_from(sorted(MAKERS)).flatmap(made_by)


def digest_by_eth_account(full_message: dict[str, Any]) -> bytes:
    signable = encode_typed_data(full_message=full_message)
    return keccak(b"\x19" + signable.version + signable.header + signable.body)


def test_makers__are_the_twelve_messages() -> None:
    assert sorted(MAKERS) == [
        "act",
        "approve",
        "cancel_authorization",
        "claim",
        "close_job",
        "dispute",
        "post_job",
        "receive_with_authorization",
        "reject",
        "submit",
        "transfer_with_authorization",
        "withdraw",
    ]


@pytest.mark.parametrize("maker", MAKERS)
@given(data=st.data())
@settings(deadline=None)
def test_digest__of_any_message__equals_eth_account(maker: str, data: st.DataObject) -> None:
    message = data.draw(made_by(maker))

    assert message.digest() == digest_by_eth_account(message.as_dict())


@pytest.mark.parametrize("maker", MAKERS)
@given(data=st.data())
@settings(deadline=None)
def test_as_json__sent_to_a_client__has_the_same_digest(maker: str, data: st.DataObject) -> None:
    message = data.draw(made_by(maker))

    received = json.loads(json.dumps(message.as_json()))

    assert digest_by_eth_account(received) == message.digest()
    assert TypedData.from_json(received).digest() == message.digest()


@pytest.mark.parametrize("maker", MAKERS)
@given(data=st.data(), private_key=private_keys)
@settings(deadline=None, max_examples=30)
def test_signed_by__any_key__equals_eth_account(maker: str, data: st.DataObject, private_key: bytes) -> None:
    message = data.draw(made_by(maker))

    signable = encode_typed_data(full_message=message.as_dict())
    assert message.signed_by(private_key) == Account.sign_message(signable, private_key).signature
    assert message.signed_by("0x" + private_key.hex()) == message.signed_by(private_key)


@pytest.mark.parametrize("count", [0, 1, 2, 500])
def test_digest__of_this_many_claims__equals_eth_account(count: int) -> None:
    chosen = [ClaimId(number.to_bytes(32)) for number in range(count)]
    message = typed_data.approve(TOKEN, ParticipantId(b"\x01" * 20), chosen, 7)

    assert message.digest() == digest_by_eth_account(message.as_dict())


@pytest.mark.parametrize("length", [0, 1, 31, 32, 33, 1000])
def test_digest__of_an_act_with_this_much_data__equals_eth_account(length: int) -> None:
    message = typed_data.act(TOKEN, TOKEN.verifying_contract, b"\x05" * length, ClientId(b"\x01" * 32), 7)

    assert message.digest() == digest_by_eth_account(message.as_dict())


@given(st.lists(domains, min_size=2, max_size=2, unique=True), jobs, uint(48))
@settings(deadline=None)
def test_digest__for_another_contract_or_chain__is_another(
    pair: Sequence[Domain], job: JobId, deadline: int
) -> None:
    one, other = (typed_data.close_job(domain, job, deadline).digest() for domain in pair)

    assert one != other


@pytest.mark.parametrize(
    "message",
    [
        typed_data.close_job(TOKEN, JobId(b"\x01" * 32), 2**48),
        typed_data.close_job(TOKEN, JobId(b"\x01" * 32), -1),
        typed_data.close_job(TOKEN, JobId(b"\x01" * 33), 0),
        typed_data.reject(TOKEN, ClaimId(b"\x01" * 32), 2**16, b"\x01" * 32, 0),
        typed_data.approve(TOKEN, ParticipantId(b"\x01" * 21), [], 0),
    ],
)
def test_digest__of_what_the_type_does_not_hold__is_refused(message: TypedData) -> None:
    with pytest.raises(ValueOutOfBounds):
        message.digest()


# ---------------------------------------------------------------- the types are the contracts'

ERC3009 = {
    "TransferWithAuthorization": "7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267",
    "ReceiveWithAuthorization": "d099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8",
    "CancelAuthorization": "158b0a9edf7a828aad02f63cd515c68ef2f50ba807396f6d12842833a1597429",
}
"""The hashes of the types, as ERC-3009 states them."""


def type_of(message: TypedData) -> str:
    return f"{message.primary_type}({','.join(f'{kind} {name}' for kind, name in message.fields)})"


@pytest.mark.parametrize("maker", MAKERS)
def test_type__of_every_message__is_what_the_contract_hashes(maker: str) -> None:
    message = made(maker, 1)

    if message.primary_type in ERC3009:
        assert keccak(text=type_of(message)).hex() == ERC3009[message.primary_type]
    else:
        sources = [ROOT / "contracts" / name for name in ("JobSignatures.sol", "OfficerAccount.sol")]
        assert any(f'keccak256("{type_of(message)}")' in _on_one_line(each.read_text()) for each in sources)


def _on_one_line(solidity: str) -> str:
    return " ".join(solidity.split()).replace('( "', '("').replace('" )', '")')


# ---------------------------------------------------------------- in less time


def made(maker: str, number: int) -> TypedData:
    """One message, the same for the same number."""
    word, party, address = number.to_bytes(32), number.to_bytes(20), f"0x{number:040x}"
    values: dict[str, object] = {
        "domain": TOKEN,
        "terms": JobTerms(ParticipantId(party), 2026, number, 3, number, number, word, ClientId(word)),
        "claims": [ClaimId(word)] * (number % 20),
        "partner": party,
        "resident": party,
        "data": word * 4,
    }
    values |= dict.fromkeys(("deadline", "reason", "cents", "valid_after", "valid_before"), number)
    values |= dict.fromkeys(("job", "claim", "client_id", "document_hash", "evidence_hash", "nonce"), word)
    values |= dict.fromkeys(("sender", "to", "authorizer", "target"), address)
    return MAKERS[maker](*[values[name] for name in parameters(maker)])


def _seconds(digest: Callable[[TypedData], bytes], many: Sequence[TypedData]) -> float:
    start = time.perf_counter()
    for message in many:
        digest(message)
    return time.perf_counter() - start


def test_digest__of_504_messages__takes_at_most_half_of_eth_accounts_time() -> None:
    many = [made(maker, number) for number in range(1, 43) for maker in MAKERS]
    assert len(many) == 504

    # By turns, and of each the fastest round, so that a busy machine slows neither alone.
    rounds = [
        (_seconds(TypedData.digest, many), _seconds(lambda one: digest_by_eth_account(one.as_dict()), many))
        for _ in range(5)
    ]

    ours, theirs = (min(times) for times in zip(*rounds, strict=True))
    assert theirs / ours >= 2


# ---------------------------------------------------------------- custody signs alike


@given(messages, private_keys)
@settings(deadline=None)
def test_sign_digest__of_any_message__equals_eth_account(message: TypedData, private_key: bytes) -> None:
    signature = sign_digest(private_key, message.digest())

    assert signature == Account.unsafe_sign_hash(message.digest(), private_key).signature
    assert len(signature) == 65


# ---------------------------------------------------------------- whose signature

KEY = b"\x07" * 32
DIGEST = b"\x2a" * 32
SIGNATURE = sign_digest(KEY, DIGEST)
R, S, V = int.from_bytes(SIGNATURE[:32]), int.from_bytes(SIGNATURE[32:64]), SIGNATURE[64]


def address_of(private_key: bytes) -> bytes:
    return bytes.fromhex(Account.from_key(private_key).address.removeprefix("0x"))


def rsv(r: int, s: int, v: int) -> bytes:
    return r.to_bytes(32) + s.to_bytes(32) + bytes([v])


@given(messages, private_keys)
@settings(deadline=None)
def test_signer_of__any_signed_message__is_its_signer(message: TypedData, private_key: bytes) -> None:
    assert signer_of(message.digest(), message.signed_by(private_key)) == address_of(private_key)


@given(private_keys, words, words)
@settings(deadline=None)
def test_signer_of__another_digest__is_somebody_else(private_key: bytes, digest: bytes, other: bytes) -> None:
    found = signer_of(other, sign_digest(private_key, digest))

    assert (found == address_of(private_key)) == (digest == other)


@given(words, private_keys)
@settings(deadline=None)
def test_signer_of__with_the_high_s__is_nobody(digest: bytes, private_key: bytes) -> None:
    signature = sign_digest(private_key, digest)
    r, s, v = int.from_bytes(signature[:32]), int.from_bytes(signature[32:64]), signature[64]
    twin = rsv(r, ORDER - s, 55 - v)

    assert address_of(private_key) == _without_rules(digest, twin)
    assert signer_of(digest, twin) is None


def test_signer_of__with_s_at_half_the_order__is_the_last_to_count() -> None:
    last, next_one = rsv(R, HALF_ORDER, V), rsv(R, HALF_ORDER + 1, V)

    assert signer_of(DIGEST, last) is not None
    assert signer_of(DIGEST, last) == _without_rules(DIGEST, last)
    assert signer_of(DIGEST, next_one) is None
    assert _without_rules(DIGEST, next_one) is not None


def test_signer_of__with_another_v__is_nobody() -> None:
    finding_somebody = [v for v in range(256) if signer_of(DIGEST, rsv(R, S, v)) is not None]

    assert finding_somebody == [27, 28]
    assert signer_of(DIGEST, rsv(R, S, 55 - V)) != SIGNER


def test_signer_of__with_an_r_beyond_the_order__is_nobody() -> None:
    # v 29 and 30 add the order to r. libsecp256k1 finds a key there, the chain's ecrecover does not.
    beyond = [rsv(r, S, v) for r in range(1, 20) for v in (29, 30)]

    assert any(_in_libsecp256k1(DIGEST, signature) for signature in beyond)
    assert {signer_of(DIGEST, signature) for signature in beyond} == {None}


@pytest.mark.parametrize("length", [0, 1, 32, 63, 64])
def test_signer_of__cut_short__is_nobody(length: int) -> None:
    assert signer_of(DIGEST, SIGNATURE[:length]) is None


def test_signer_of__with_a_byte_too_many__is_nobody() -> None:
    assert signer_of(DIGEST, SIGNATURE + b"\x00") is None
    assert signer_of(DIGEST, b"\x00" + SIGNATURE) is None
    assert signer_of(DIGEST, SIGNATURE + bytes([V])) is None


@pytest.mark.parametrize(
    ("r", "s"), [(0, S), (R, 0), (0, 0), (ORDER, S), (ORDER + 1, S), (2**256 - 1, S), (R, 2**256 - 1)]
)
@pytest.mark.parametrize("v", [27, 28])
def test_signer_of__with_numbers_outside_the_group__is_nobody(r: int, s: int, v: int) -> None:
    assert signer_of(DIGEST, rsv(r, s, v)) is None


def test_signer_of__a_signature_whose_key_is_infinity__is_nobody() -> None:
    # With R = G, the generator, and s = digest, the key (s R - digest G) / r is no point; G's y is even: 27.
    x = int.from_bytes(PublicKey.from_secret((1).to_bytes(32)).format()[1:])

    assert signer_of((5).to_bytes(32), rsv(x, 5, 27)) is None
    assert signer_of((5).to_bytes(32), rsv(x, 5, 28)) is not None


@given(words, st.binary(max_size=200))
@settings(deadline=None, max_examples=500)
def test_signer_of__any_bytes__never_raises(digest: bytes, signature: bytes) -> None:
    assert len(signature) == 65 or signer_of(digest, signature) is None


@given(words, st.integers(0, 2**256 - 1), st.integers(0, HALF_ORDER), st.sampled_from([27, 28]))
@settings(deadline=None, max_examples=500)
def test_signer_of__any_numbers_in_form__is_20_bytes_or_nobody(digest: bytes, r: int, s: int, v: int) -> None:
    assert len(signer_of(digest, rsv(r, s, v)) or bytes(20)) == 20


@given(words, st.integers(1, ORDER - 1), st.integers(1, HALF_ORDER), st.sampled_from([27, 28]))
@settings(deadline=None, max_examples=60)
def test_signer_of__any_numbers_in_form__equals_an_implementation_without_libsecp256k1(
    digest: bytes, r: int, s: int, v: int
) -> None:
    assert signer_of(digest, rsv(r, s, v)) == _without_rules(digest, rsv(r, s, v))


def _without_rules(digest: bytes, signature: bytes) -> bytes | None:
    """Whom plain ECDSA finds, in Python throughout; a high s is nothing to it."""
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:64])
    try:
        plain = Signature(vrs=(signature[64] - 27, r, s), backend=NativeECCBackend())
        return plain.recover_public_key_from_msg_hash(digest).to_canonical_address()
    except (BadSignature, ValidationError):
        return None


def _in_libsecp256k1(digest: bytes, signature: bytes) -> bool:
    try:
        PublicKey.from_signature_and_message(
            signature[:64] + bytes([signature[64] - 27]), digest, hasher=None
        )
    except ValueError:
        return False
    return True


# ---------------------------------------------------------------- and is it one of these

SIGNER = address_of(KEY)
STRANGER = address_of(b"\x08" * 32)
PASSKEY = b"\xee" * 20 + b"\x01" * 64


@given(words, st.lists(private_keys, min_size=1, max_size=4, unique=True), st.data())
@settings(deadline=None)
def test_accepted_signer__of_several__is_the_one_who_signed(
    digest: bytes, keys: list[bytes], data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(keys))
    signature = sign_digest(key, digest)

    assert accepted_signer(digest, signature, map(address_of, keys), None) == address_of(key)
    others = [address_of(each) for each in keys if each != key]
    assert accepted_signer(digest, signature, others, None) is None


@pytest.mark.parametrize("signers", [[], [STRANGER], [STRANGER, PASSKEY], [SIGNER[1:]], [SIGNER + b"\x00"]])
def test_accepted_signer__unknown__is_nobody(signers: list[bytes]) -> None:
    assert accepted_signer(DIGEST, SIGNATURE, signers, None) is None
    assert accepted_signer(DIGEST, SIGNATURE, signers, SIGNER) is None


def test_accepted_signer__named_and_an_address__still_must_have_signed() -> None:
    assert accepted_signer(DIGEST, SIGNATURE, [SIGNER, STRANGER], SIGNER) == SIGNER
    assert accepted_signer(DIGEST, SIGNATURE, [STRANGER], STRANGER) is None
    assert accepted_signer(DIGEST, b"\x01" * 65, [SIGNER], SIGNER) is None


@pytest.mark.parametrize("signature", [b"\x01", b"\x01" * 300, b"\x01" * MOST_SIGNATURE_BYTES])
@pytest.mark.parametrize("signer", [PASSKEY, b"\xee" * 21, b"\xee" * MOST_SIGNER_BYTES])
def test_accepted_signer__a_long_one__is_passed_on_when_named_and_known(
    signature: bytes, signer: bytes
) -> None:
    assert accepted_signer(DIGEST, signature, [SIGNER, signer], signer) == signer
    assert accepted_signer(DIGEST, signature, [SIGNER, signer], None) is None
    assert accepted_signer(DIGEST, signature, [SIGNER], signer) is None
    assert accepted_signer(DIGEST, signature, [], signer) is None


@pytest.mark.parametrize("length", [0, MOST_SIGNATURE_BYTES + 1])
def test_accepted_signer__a_long_one_with_no_or_too_long_a_signature__is_nobody(length: int) -> None:
    assert accepted_signer(DIGEST, b"\x01" * length, [PASSKEY], PASSKEY) is None


@given(
    words,
    st.binary(max_size=200),
    st.lists(st.binary(max_size=100), max_size=4),
    st.one_of(st.none(), st.binary(max_size=100)),
)
@settings(deadline=None, max_examples=300)
def test_accepted_signer__any_bytes__never_raises_nor_finds_a_stranger(
    digest: bytes, signature: bytes, signers: list[bytes], named: bytes | None
) -> None:
    assert accepted_signer(digest, signature, signers, named) in [None, *signers]
