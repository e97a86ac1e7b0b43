"""A merchant asks that coins become euros: what is held, what is refused, and what goes to the chain."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from heitje_chain.chain import outbox
from heitje_chain.chain.codec import Refusal
from heitje_chain.chain.ids import ClientId, participant_of, redemption_id
from heitje_chain.chain.intents import Outcome
from heitje_chain.chain.model import INTENT
from heitje_chain.chain.signatures import signer_of
from heitje_chain.chain.typed_data import receive_with_authorization
from heitje_chain.custody.keys import Signer, create_wallet
from heitje_chain.custody.master_key import write_new_master_key
from heitje_chain.custody.store import KeyStore
from heitje_chain.custody.vault import verify_master_key
from heitje_chain.db import transaction
from heitje_chain.payments import spending
from heitje_chain.payments.errors import BalanceTooLow, PaymentIdTaken
from heitje_chain.people import service as people
from heitje_chain.people.errors import ParticipantNotActive, ParticipantUnknown
from heitje_chain.people.model import PARTICIPANT
from heitje_chain.settlement import onchain, redemptions
from heitje_chain.settlement.errors import RedemptionUnknown
from heitje_chain.settlement.model import REDEMPTION
from heitje_chain.settlement.onchain import Redeem
from heitje_chain.settlement.redemptions import BankAccount
from tests.settlement.city import CONTRACTS, IBAN, City, Shop, word

REFUSAL = Refusal("EnforcedPause", {})


def spendable(city: City, shop: Shop) -> int:
    with transaction(city.engine) as connection:
        return spending.balance(connection, people.participant(connection, shop.id)).spendable


def test_redeem__with_enough__holds_the_coins_and_wants_them_locked(city: City) -> None:
    shop = city.merchant(100_00)

    asked = city.asked(shop, 60_00, client=7)

    wanted = redemption_id(participant_of(shop.chain_id), ClientId((7).to_bytes(32))).hex()
    assert (asked.id, asked.state, asked.cents) == (wanted, "asked", 60_00)
    assert asked.end_to_end_id == "HTJ" + wanted[:24].upper()
    assert asked.account == BankAccount(IBAN, "De Kroon B.V.")
    assert spendable(city, shop) == 40_00
    with transaction(city.engine) as connection:
        intent = outbox.by_id(connection, word(7))
    assert intent is not None
    assert intent.kind == "redeem"
    content = {"merchant": f"0x{shop.chain_id}", "cents": 60_00}
    assert intent.outcome == Outcome("RedemptionLocked", f"0x{wanted}", content)


def test_redeem__with_the_same_client_id__is_the_same_redemption(city: City) -> None:
    shop = city.merchant(100_00)

    assert city.asked(shop, 60_00, client=7) == city.asked(shop, 60_00, client=7)

    assert (city.rows(), spendable(city, shop)) == (1, 40_00)


def test_redeem__with_the_same_client_id_and_another_amount__is_refused(city: City) -> None:
    shop = city.merchant(100_00)
    city.asked(shop, 60_00, client=7)

    with pytest.raises(PaymentIdTaken):
        city.asked(shop, 10_00, client=7)

    assert (city.rows(), spendable(city, shop)) == (1, 40_00)


def test_redeem__of_more_than_is_spendable__is_refused(city: City) -> None:
    shop = city.merchant(100_00)
    city.asked(shop, 60_00)

    with pytest.raises(BalanceTooLow) as refused:
        city.asked(shop, 40_01)

    assert str(refused.value) == "This amount is too high. €40.00 is available now."
    assert city.rows() == 1


def test_redeem__when_blocked_or_nobody__is_refused(city: City) -> None:
    shop = city.merchant()
    with transaction(city.engine) as connection:
        connection.execute(update(PARTICIPANT).values(blocked=True))

    with pytest.raises(ParticipantNotActive):
        city.asked(shop)
    with pytest.raises(ParticipantUnknown):
        city.asked(Shop("0" * 32, "0" * 40))

    assert city.rows() == 0


def test_find__when_unknown__is_refused(city: City) -> None:
    with pytest.raises(RedemptionUnknown) as refused:
        city.read(word(1))

    assert str(refused.value) == "We do not know this redemption."


# ---------------------------------------------------------------- on its way to the chain


def test_build__signs_what_the_contract_checks(city: City, tmp_path: Path) -> None:
    shop = city.merchant(shop_id="3f8a2b1c4d5e4f60817263544a5b6c7d")
    store = KeyStore(tmp_path / "keys")
    with transaction(city.engine) as connection:
        vault = verify_master_key(connection, store, write_new_master_key(tmp_path / "master.key"))
        wallet = create_wallet(connection, shop.id, vault, store)
        connection.execute(update(PARTICIPANT).values(wallet=wallet.lower()))
    asked = city.asked(shop, 15_00, client=7)
    signer = Signer(city.engine, vault)

    with transaction(city.engine) as connection:
        intent = outbox.by_id(connection, word(7))
        assert intent is not None
        call = Redeem(CONTRACTS, signer).build(connection, [intent])
    signer.close()

    found = CONTRACTS.codec.function_of(call.contract, call.data)
    assert found is not None
    function, said = found
    assert (call.contract, function) == ("Redemption", "redeem")
    assert (said["wallet"], said["cents"], said["validAfter"]) == (wallet.lower(), 15_00, 0)
    assert said["clientId"] == f"0x{word(7)}"
    message = receive_with_authorization(
        CONTRACTS.token_domain,
        wallet,
        CONTRACTS.address("Redemption"),
        15_00,
        0,
        said["validBefore"],
        bytes.fromhex(asked.id),
    )
    given = bytes.fromhex(said["r"][2:] + said["s"][2:]) + bytes([said["v"]])
    assert signer_of(message.digest(), given) == bytes.fromhex(wallet[2:])


def test_fail__when_refused_for_good__gives_the_coins_back(city: City) -> None:
    shop = city.merchant(100_00)
    asked = city.asked(shop, 60_00, client=7)

    fail_redeem(city, word(7))
    fail_redeem(city, word(7))

    after = city.read(asked)
    assert (after.state, after.refusal) == ("refused", {"name": "EnforcedPause", "arguments": {}})
    assert spendable(city, shop) == 100_00


def test_fail__when_locked_all_the_same__stays_locked(city: City) -> None:
    shop = city.merchant()
    asked = city.asked(shop, 15_00, client=7)
    fail_redeem(city, word(7))

    city.tell("RedemptionLocked", redemption=asked.id, merchant=shop.chain_id, cents=15_00)
    fail_redeem(city, word(7))

    after = city.read(asked)
    assert (after.state, after.refusal, spendable(city, shop)) == ("locked", None, 85_00)


def fail_redeem(city: City, intent_id: str) -> None:
    with transaction(city.engine) as connection:
        intent = outbox.by_id(connection, intent_id)
        assert intent is not None
        # What fails signs nothing.
        Redeem(CONTRACTS, None).fail(connection, intent, REFUSAL)  # type: ignore[arg-type]


# ---------------------------------------------------------------- a rejected line goes back


def test_put_what_is_due__with_a_rejected_line__asks_once_to_release_it(city: City) -> None:
    shop = city.merchant()
    line = city.locked(shop)
    city.filed(1, line)
    city.settled(1, 0, line)

    with transaction(city.engine) as connection:
        assert onchain.put_what_is_due(connection) == 1
        assert onchain.put_what_is_due(connection) == 0
        row = connection.execute(select(INTENT.c.id).where(INTENT.c.kind == "release_line")).one()
        intent = outbox.by_id(connection, row.id)
        assert intent is not None
        call = onchain.Release(CONTRACTS).build(connection, [intent])

    content = {"merchant": f"0x{shop.chain_id}", "cents": 15_00}
    assert intent.outcome == Outcome("RedemptionReleased", f"0x{line.id}", content)
    assert CONTRACTS.codec.function_of("Redemption", call.data) == ("release", {"id": f"0x{line.id}"})
    assert city.read(line).pending == "release_line"


def test_fail__of_a_release__says_why_and_asks_no_more(city: City) -> None:
    line = city.locked(city.merchant())
    city.filed(1, line)
    city.settled(1, 0, line)

    with transaction(city.engine) as connection:
        onchain.put_what_is_due(connection)
        row = connection.execute(select(INTENT.c.id).where(INTENT.c.kind == "release_line")).one()
        intent = outbox.by_id(connection, row.id)
        assert intent is not None
        onchain.Release(CONTRACTS).fail(connection, intent, Refusal("Unknown", {}))
        assert onchain.put_what_is_due(connection) == 0

    after = city.read(line)
    assert (after.state, after.refusal) == ("rejected", {"name": "Unknown", "arguments": {}})


def test_release__pauses_and_blocks__pass_by_themselves() -> None:
    assert onchain.Release(CONTRACTS).later == {
        "EnforcedPause",
        "ERC7943CannotReceive",
        "ERC7943CannotTransfer",
    }


def test_redeem__by_a_wallet_that_was_replaced__is_signed_anew() -> None:
    assert Redeem.later == {"HeitjeTokenReplacedWallet", "RedemptionUnknownWallet"}


def test_redemptions_query__of_one_merchant__shows_no_others(city: City) -> None:
    mine, others = city.merchant(), city.merchant()
    own = city.asked(mine)
    city.asked(others)

    with transaction(city.engine) as connection:
        rows = connection.execute(redemptions.redemptions_query(REDEMPTION.c.merchant == mine.chain_id)).all()

    assert [row.id for row in rows] == [own.id]
