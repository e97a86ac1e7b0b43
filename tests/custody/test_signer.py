"""The fast signature is eth-account's, bit for bit, for every kind of message."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import get_type_hints

import pytest
from eth_account import Account
from eth_keys.backends.native.main import NativeECCBackend
from eth_keys.datatypes import PrivateKey as SlowKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from heitje_chain.chain import typed_data
from heitje_chain.chain.ids import ClaimId, ClientId, JobId, ParticipantId
from heitje_chain.chain.typed_data import Domain, JobTerms, TypedData
from heitje_chain.custody import model
from heitje_chain.custody.errors import DigestInvalid, MasterKeyOutdated, WalletBroken, WalletUnknown
from heitje_chain.custody.keys import Signer, sign_digest
from heitje_chain.custody.rotation import rotate
from heitje_chain.db import transaction
from tests.custody.places import Places, new_master

SECP256K1_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

private_keys = st.integers(1, SECP256K1_ORDER - 1).map(lambda number: number.to_bytes(32, "big"))
digests = st.binary(min_size=32, max_size=32)

# ---------------------------------------------------------------- every kind of message

times = st.integers(0, 2**48 - 1)
cents = st.integers(1, 2**48 - 1)
words = st.binary(min_size=32, max_size=32)
participants = st.binary(min_size=20, max_size=20).map(ParticipantId)
addresses = st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())
jobs, claims, clients = words.map(JobId), words.map(ClaimId), words.map(ClientId)
domains = st.one_of(
    [
        st.builds(of, st.integers(1, 2**63), addresses)
        for of in (Domain.of_token, Domain.of_job_escrow, Domain.of_officer_account)
    ]
)
terms = st.builds(
    JobTerms,
    participants,
    st.integers(0, 2**32 - 1),
    cents,
    st.integers(1, 2**16 - 1),
    times,
    times,
    words,
    clients,
)
authorizations = (domains, addresses, addresses, cents, times, times, words)

KINDS: dict[str, st.SearchStrategy[TypedData]] = {
    "post_job": st.builds(typed_data.post_job, domains, terms, times),
    "close_job": st.builds(typed_data.close_job, domains, jobs, times),
    "approve": st.builds(
        typed_data.approve, domains, participants, st.lists(claims, min_size=1, max_size=50), times
    ),
    "reject": st.builds(typed_data.reject, domains, claims, st.integers(0, 2**16 - 1), words, times),
    "claim": st.builds(typed_data.claim, domains, jobs, participants, cents, clients, times),
    "withdraw": st.builds(typed_data.withdraw, domains, claims, times),
    "submit": st.builds(typed_data.submit, domains, claims, words, times),
    "dispute": st.builds(typed_data.dispute, domains, claims, words, times),
    "transfer_with_authorization": st.builds(typed_data.transfer_with_authorization, *authorizations),
    "receive_with_authorization": st.builds(typed_data.receive_with_authorization, *authorizations),
    "cancel_authorization": st.builds(typed_data.cancel_authorization, domains, addresses, words),
    "act": st.builds(typed_data.act, domains, addresses, st.binary(max_size=200), clients, times),
}


@dataclass
class Desk:
    places: Places
    signer: Signer
    wallet_id: str
    address: str
    private_key: bytes


@pytest.fixture
def desk(places: Places) -> Iterator[Desk]:
    wallet_id, address = places.create()
    signer = Signer(places.engine, places.vault)
    yield Desk(places, signer, wallet_id, address, places.private_key(wallet_id))
    signer.close()


def test_kinds__are_all_that_typed_data_makes() -> None:
    def makes_a_message(function: Callable[..., object]) -> bool:
        return get_type_hints(function).get("return") is TypedData

    made = {
        name
        for name, function in inspect.getmembers(typed_data, inspect.isfunction)
        if not name.startswith("_") and makes_a_message(function)
    }

    assert made == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
# Signing changes nothing, so that all examples may share the desk.
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sign__any_message__equals_eth_account(desk: Desk, kind: str, data: st.DataObject) -> None:
    message = data.draw(KINDS[kind])

    assert desk.signer.sign(desk.address, message.digest()) == message.signed_by(desk.private_key)


@given(private_keys, digests)
@settings(max_examples=500, deadline=None)
def test_sign_digest__any_key_and_digest__equals_eth_account(private_key: bytes, digest: bytes) -> None:
    signature = sign_digest(private_key, digest)

    assert signature == Account.unsafe_sign_hash(digest, private_key).signature
    assert len(signature) == 65
    assert signature[64] in (27, 28)
    assert 0 < int.from_bytes(signature[32:64], "big") <= SECP256K1_ORDER // 2


@given(private_keys, digests)
@settings(max_examples=40, deadline=None)
def test_sign_digest__equals_an_implementation_without_libsecp256k1(
    private_key: bytes, digest: bytes
) -> None:
    # eth-account itself uses coincurve where it is installed; this one is in Python throughout.
    slow = SlowKey(private_key, backend=NativeECCBackend()).sign_msg_hash(digest)

    assert sign_digest(private_key, digest) == slow.to_bytes()[:64] + bytes([slow.v + 27])


@pytest.mark.parametrize("number", [1, 2, SECP256K1_ORDER - 1])
@pytest.mark.parametrize("digest", [b"\x00" * 32, b"\xff" * 32, SECP256K1_ORDER.to_bytes(32, "big")])
def test_sign_digest__at_the_edges__equals_eth_account(number: int, digest: bytes) -> None:
    private_key = number.to_bytes(32, "big")

    assert sign_digest(private_key, digest) == Account.unsafe_sign_hash(digest, private_key).signature


# ---------------------------------------------------------------- the signer among others


@pytest.mark.parametrize("length", [0, 31, 33, 65])
def test_sign__what_is_no_digest__is_refused(desk: Desk, length: int) -> None:
    with pytest.raises(DigestInvalid) as refused:
        desk.signer.sign(desk.address, b"\x01" * length)

    assert str(refused.value) == f"A digest has 32 bytes, not {length}."


def test_sign__with_an_unknown_wallet__names_it(desk: Desk) -> None:
    unknown = "0x" + "0" * 40

    with pytest.raises(WalletUnknown) as refused:
        desk.signer.sign(unknown, b"\x01" * 32)

    assert str(refused.value) == f"There is no wallet {unknown}."


def test_sign__in_the_middle_of_a_write__does_not_wait_for_it(desk: Desk) -> None:
    with transaction(desk.places.engine) as connection:
        connection.execute(update(model.WALLET).values(state=model.ADMITTED))

        signature = desk.signer.sign(desk.address, b"\x01" * 32)

    assert signature == sign_digest(desk.private_key, b"\x01" * 32)


def test_sign__from_many_threads__gives_each_its_own(desk: Desk) -> None:
    wanted = [bytes([number]) * 32 for number in range(200)]

    with ThreadPoolExecutor(8) as pool:
        signatures = list(pool.map(lambda digest: desk.signer.sign(desk.address, digest), wanted))

    assert signatures == [sign_digest(desk.private_key, digest) for digest in wanted]


COLUMNS = ("ciphertext", "nonce", "wrapped_key", "wrapped_key_nonce")


@pytest.mark.parametrize("columns", [COLUMNS, COLUMNS[:2], COLUMNS[2:], COLUMNS[:1], COLUMNS[2:3]])
def test_sign__with_rows_swapped__is_refused(places: Places, columns: tuple[str, ...]) -> None:
    (one, address), (other, other_address) = places.create(), places.create()
    sealed = {wallet_id: places.copy_of(wallet_id) for wallet_id in (one, other)}
    with transaction(places.engine) as connection:
        for into, taken in ((one, other), (other, one)):
            values = {name: getattr(sealed[taken], name) for name in columns}
            connection.execute(update(model.WALLET).where(model.WALLET.c.id == into).values(values))

    signer = Signer(places.engine, places.vault)

    for wallet_id, wallet in ((one, address), (other, other_address)):
        with pytest.raises(WalletBroken) as refused:
            signer.sign(wallet, b"\x01" * 32)
        assert refused.value.wallet_id == wallet_id
    signer.close()


def test_sign__with_the_ids_of_two_rows_swapped__is_refused(places: Places) -> None:
    (one, address), (other, other_address) = places.create(), places.create()
    with transaction(places.engine) as connection:
        for before, after in ((one, "parked"), (other, one), ("parked", other)):
            connection.execute(update(model.WALLET).where(model.WALLET.c.id == before).values(id=after))

    signer = Signer(places.engine, places.vault)

    for wallet in (address, other_address):
        with pytest.raises(WalletBroken):
            signer.sign(wallet, b"\x01" * 32)
    signer.close()


def test_sign__after_the_master_key_was_changed__asks_for_the_new_one(places: Places) -> None:
    wallet_id, address = places.create()
    private_key = places.private_key(wallet_id)
    former = Signer(places.engine, places.vault)
    vault = rotate(places.engine, places.store, places.master, new_master())
    present = Signer(places.engine, vault)

    with pytest.raises(MasterKeyOutdated):
        former.sign(address, b"\x01" * 32)
    assert present.sign(address, b"\x01" * 32) == sign_digest(private_key, b"\x01" * 32)
    former.close()
    present.close()
