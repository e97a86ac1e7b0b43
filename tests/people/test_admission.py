"""A resident is asked for; the worker makes the wallet and has it admitted, once, whatever happens."""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from heitje_chain.chain.codec import Codec
from heitje_chain.chain.ids import participant_of
from heitje_chain.chain.model import INTENT
from heitje_chain.chain.node import Node, NodeUnavailable
from heitje_chain.config import Config, from_environment
from heitje_chain.custody.errors import MasterKeyMissing, WalletIdInvalid
from heitje_chain.custody.master_key import write_new_master_key
from heitje_chain.custody.model import WALLET, new_wallet_id
from heitje_chain.db import open_engine, transaction, upgrade
from heitje_chain.http.texts import TextInvalid
from heitje_chain.people import service
from heitje_chain.people.errors import IbanInvalid
from heitje_chain.people.model import ASSOCIATION, MERCHANT, PARTNER, RESIDENT
from heitje_chain.people.service import MerchantDetails, NameInvalid, ParticipantExists
from heitje_chain.worker import SenderKeyMissing, open_worker, sending_key
from tests.mining import is_sending

# The devnet's sender: account 9 of the public test mnemonic.
SENDER_KEY = "2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6"

ROUNDS = 100


@pytest.fixture
def config(chain: Any, tmp_path: Path) -> Config:
    made = from_environment(
        {
            "HEITJE_HOME": str(tmp_path),
            "HEITJE_RPC_URL": chain.url,
            "HEITJE_DEPLOYMENT_RECORD": str(chain.record_path),
        }
    )
    write_new_master_key(made.master_key_file)
    return made


@pytest.fixture
def engine(config: Config) -> Engine:
    engine = open_engine(config.database_url)
    upgrade(engine)
    return engine


def add(engine: Engine, name: str) -> str:
    participant_id = new_wallet_id()
    with transaction(engine) as connection:
        service.add(connection, RESIDENT, participant_id, name)
    return participant_id


def states(engine: Engine, ids: list[str]) -> set[str]:
    with transaction(engine) as connection:
        return {service.participant(connection, one).state for one in ids}


def work(config: Config) -> None:
    worker = open_worker(config)
    for _ in range(ROUNDS):
        if not worker.round() and not is_sending(worker.engine):
            return


def admissions(chain: Any, chain_id: str) -> int:
    node, codec = Node(chain.url), Codec(chain.record)
    events = codec.events(node.logs(chain.record.first_block, node.head().number, codec.watched))
    return sum(event.name == "ParticipantAdmitted" and event.key == f"0x{chain_id}" for event in events)


def test_resident__when_added__gets_a_wallet_and_is_admitted(
    config: Config, engine: Engine, chain: Any
) -> None:
    ids = [add(engine, f"Resident {number}") for number in range(3)]
    assert states(engine, ids) == {"asked"}

    work(config)

    with transaction(engine) as connection:
        residents = [service.participant(connection, one) for one in ids]
        addresses = {row.id: row.address for row in connection.execute(select(WALLET))}
    assert {(resident.state, resident.blocked) for resident in residents} == {("active", False)}
    for resident in residents:
        assert resident.wallet == addresses[resident.id].lower()
        assert resident.chain_id == participant_of(addresses[resident.id]).hex()
        assert admissions(chain, resident.chain_id) == 1


def test_add__when_the_same_again__changes_nothing(engine: Engine) -> None:
    participant_id = new_wallet_id()
    with transaction(engine) as connection:
        first = service.add(connection, RESIDENT, participant_id, "Anna  Jansen ")
        again = service.add(connection, RESIDENT, participant_id, "Anna Jansen")
        with pytest.raises(ParticipantExists) as exists:
            service.add(connection, RESIDENT, participant_id, "Bilal")

    assert first == again
    assert first.name == "Anna Jansen"
    assert str(exists.value) == "This id belongs to somebody else. Choose a new one."


@pytest.mark.parametrize("name", ["  ", "x" * 201])
def test_add__when_the_name_is_wrong__refuses(engine: Engine, name: str) -> None:
    with transaction(engine) as connection, pytest.raises(NameInvalid) as invalid:
        service.add(connection, RESIDENT, new_wallet_id(), name)

    assert str(invalid.value) == "A name has 1 to 200 characters."


def test_add__when_the_name_hides_something__refuses(engine: Engine) -> None:
    with transaction(engine) as connection, pytest.raises(TextInvalid) as invalid:
        service.add(connection, RESIDENT, new_wallet_id(), "Anna\x00")

    assert (invalid.value.character, invalid.value.position) == ("U+0000", 5)


def test_add__of_another_kind_under_the_same_id__refuses(engine: Engine) -> None:
    participant_id = new_wallet_id()
    with transaction(engine) as connection:
        service.add(connection, RESIDENT, participant_id, "Anna")
        with pytest.raises(ParticipantExists):
            service.add(connection, ASSOCIATION, participant_id, "Anna")


def test_add__of_a_merchant__keeps_its_account_and_refuses_another(engine: Engine) -> None:
    merchant_id = new_wallet_id()
    account = MerchantDetails("nl41 abna 9000 0000 01", "Welpie B.V.", "speelgoed")
    other = MerchantDetails("NL28ABNA9000000138", "Welpie B.V.", "speelgoed")
    with transaction(engine) as connection:
        first = service.add(connection, MERCHANT, merchant_id, "Welpie Toys", account)
        again = service.add(connection, MERCHANT, merchant_id, "Welpie Toys", account)
        kept = service.details_of(connection, merchant_id)
        with pytest.raises(ParticipantExists):
            service.add(connection, MERCHANT, merchant_id, "Welpie Toys", other)

    assert first == again
    assert kept == MerchantDetails("NL41ABNA9000000001", "Welpie B.V.", "speelgoed")


def test_add__with_a_wrong_account_number__refuses(engine: Engine) -> None:
    wrong = MerchantDetails("NL42ABNA9000000001", "Welpie B.V.", "speelgoed")

    with transaction(engine) as connection, pytest.raises(IbanInvalid) as invalid:
        service.add(connection, MERCHANT, new_wallet_id(), "Welpie Toys", wrong)

    assert str(invalid.value) == "This account number (IBAN) is not right. Check its digits."


def test_partner__when_added__is_ready_without_a_wallet(engine: Engine) -> None:
    with transaction(engine) as connection:
        partner = service.add(connection, PARTNER, new_wallet_id(), "Alcander")

    assert (partner.state, partner.wallet) == ("ready", None)
    assert len(partner.on_chain) == 20


def test_merchant__when_its_wallet_is_made__waits_for_the_registrar(config: Config, engine: Engine) -> None:
    details = MerchantDetails("NL41ABNA9000000001", "Welpie B.V.", "speelgoed")
    with transaction(engine) as connection:
        merchant = service.add(connection, MERCHANT, new_wallet_id(), "Welpie Toys", details)

    work(config)

    assert states(engine, [merchant.id]) == {"ready"}
    with transaction(engine) as connection:
        found = service.participant(connection, merchant.id)
        assert connection.scalar(select(func.count()).select_from(INTENT)) == 0
    assert found.wallet == f"0x{found.on_chain.hex()}"


def test_add__when_the_id_is_no_uuid__refuses(engine: Engine) -> None:
    with transaction(engine) as connection, pytest.raises(WalletIdInvalid):
        service.add(connection, RESIDENT, "../etc/passwd", "Anna")


def test_worker__when_killed_at_any_moment__admits_each_once(
    config: Config, engine: Engine, chain: Any
) -> None:
    chance = random.Random(20261123)
    ids: list[str] = []
    for _ in range(8):
        ids += [add(engine, "Somebody") for _ in range(5)]
        _work_and_be_killed(config, after_seconds=chance.uniform(0.0, 0.8))
    _end_leases(engine)
    work(config)

    assert states(engine, ids) == {"active"}
    with transaction(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(WALLET)) == len(ids)
        chain_ids = [service.participant(connection, one).chain_id for one in ids]
    assert {admissions(chain, str(one)) for one in chain_ids} == {1}


def test_worker__when_the_node_is_down__makes_wallets_and_goes_on_later(
    config: Config, engine: Engine
) -> None:
    worker = open_worker(config)
    worker.sender._node = Node("http://127.0.0.1:9", timeout_seconds=1)
    participant_id = add(engine, "Anna")

    with pytest.raises(NodeUnavailable):
        worker.round()
    assert states(engine, [participant_id]) == {"admitting"}

    work(config)
    assert states(engine, [participant_id]) == {"active"}


def test_worker__without_its_master_key__refuses_to_start(config: Config, tmp_path: Path) -> None:
    with pytest.raises(MasterKeyMissing):
        open_worker(replace(config, master_key_file=tmp_path / "nowhere"))


def test_sending_key__when_missing__is_public_on_a_devnet_only(tmp_path: Path) -> None:
    nowhere, nonsense = tmp_path / "nowhere", tmp_path / "nonsense"
    nonsense.write_text("no key")

    assert sending_key(nowhere, 31337).hex() == SENDER_KEY
    for path, chain_id in ((nowhere, 1), (nonsense, 31337)):
        with pytest.raises(SenderKeyMissing) as missing:
            sending_key(path, chain_id)
        assert str(missing.value) == (
            f"The key of the sending account is missing: put it, in hex, into {path}."
        )


def _work_and_be_killed(config: Config, after_seconds: float) -> None:
    child = os.fork()
    if child == 0:
        try:
            worker = open_worker(config)
            while True:
                worker.round()
        finally:
            os._exit(1)
    time.sleep(after_seconds)  # the moment of death is what the test varies
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _end_leases(engine: Engine) -> None:
    """A dead worker's leases end by themselves in a minute, which the test does not wait for."""
    with transaction(engine) as connection:
        connection.execute(update(INTENT).values(lease_until=0))
