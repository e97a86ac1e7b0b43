"""Batches: closed under a signature, stopped, held back for another account."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from heitje_chain.acts.errors import ActUnknown, SignatureWrong
from heitje_chain.audit.model import AUDIT_RECORD
from heitje_chain.chain import outbox
from heitje_chain.db import transaction
from heitje_chain.people.model import MERCHANT_DETAILS
from heitje_chain.settlement import batches
from heitje_chain.settlement.errors import (
    NothingToPay,
    PayoutsStopped,
    RedemptionNotHeld,
    RedemptionUnknown,
)
from heitje_chain.settlement.redemptions import BankAccount
from tests.settlement.city import (
    CONTRACTS,
    IBAN,
    OFFICER,
    OTHER_IBAN,
    City,
    call_in,
    do,
    outcomes,
    prepared,
    refuses,
    signature,
    word,
)


def told(english: str) -> dict[str, str]:
    return {"nl": "Er is iets mis.", "en": english}


def test_prepare_close__with_locked_lines__takes_those_that_wait_longest(city: City) -> None:
    shop = city.merchant()
    first, second, third = (city.locked(shop, cents) for cents in (3_00, 2_00, 1_00))
    city.asked(shop, 4_00)

    act = prepared(city, limit=2)

    assert (act.kind, act.content) == ("close_batch", {"batch": 1, "redemptions": [first.id, second.id]})
    ids = [f"0x{first.id}", f"0x{second.id}"]
    assert call_in(act) == ("close", {"id": 1, "redemptions": ids})
    assert prepared(city, limit=2).id == act.id
    assert third.state == "locked"


def test_prepare_close__after_a_batch__takes_the_next_number(city: City) -> None:
    shop = city.merchant()
    city.closed(4, city.locked(shop))
    line = city.locked(shop)

    assert prepared(city).content == {"batch": 5, "redemptions": [line.id]}


def test_prepare_close__with_nothing__is_refused(city: City) -> None:
    city.asked(city.merchant())

    refuses(NothingToPay, "There is nothing to pay out now.", lambda: prepared(city))


def test_close__signed__is_relayed_once(city: City) -> None:
    city.locked(city.merchant())
    act = prepared(city)

    signed = do(city, batches.close, CONTRACTS, OFFICER, act.id, signature(act))
    again = do(city, batches.close, CONTRACTS, OFFICER, act.id, signature(act))

    assert (signed, again.state) == (again, "signed")
    intent = do(city, outbox.by_id, act.id)
    assert (intent.kind, intent.outcome.name) == ("officer_act", "Acted")


def test_close__by_nobody_or_of_nothing__is_refused(city: City) -> None:
    city.locked(city.merchant())
    act = prepared(city)

    with pytest.raises(SignatureWrong):
        do(city, batches.close, CONTRACTS, OFFICER, act.id, signature(act, b"\1" * 32))
    with pytest.raises(ActUnknown):
        do(city, batches.close, CONTRACTS, OFFICER, word(1), signature(act))


def test_stop__while_it_lasts__closes_nothing_and_makes_no_file(city: City) -> None:
    shop = city.merchant()
    city.closed(1, city.locked(shop))
    city.locked(shop)
    act = prepared(city)
    do(city, batches.stop_payouts, told("Block 7: supply is 1 cent more."))
    do(city, batches.stop_payouts, told("Another reason."))

    sentence = "Payouts are stopped: Block 7: supply is 1 cent more."
    refuses(PayoutsStopped, sentence, lambda: prepared(city))
    refuses(
        PayoutsStopped,
        sentence,
        lambda: do(city, batches.close, CONTRACTS, OFFICER, act.id, signature(act)),
    )
    refuses(PayoutsStopped, sentence, lambda: city.sealed(1))

    do(city, batches.lift_stop)
    do(city, batches.lift_stop)
    assert do(city, batches.payout_stop) is None
    assert prepared(city).id == act.id
    assert city.sealed(1).lines == 1


# ---------------------------------------------------------------- another account than before (failure 27)


def test_prepare_close__when_the_iban_changed__holds_the_line(city: City) -> None:
    shop, other = city.merchant(), city.merchant()
    old, fine = city.locked(shop), city.locked(other)

    city.change_iban(shop)

    assert prepared(city).content["redemptions"] == [fine.id]
    assert do(city, batches.held) == [city.read(old)]
    assert city.read(old).account == BankAccount(IBAN, "De Kroon B.V.")


def test_confirm_account__of_a_held_line__pays_to_the_present_account(city: City) -> None:
    shop = city.merchant()
    line = city.locked(shop)
    city.change_iban(shop)

    confirmed = do(city, batches.confirm_account, OFFICER, line.id)
    again = do(city, batches.confirm_account, OFFICER, line.id)

    assert confirmed == again
    assert (confirmed.held, confirmed.account_confirmed) == (False, True)
    assert confirmed.account == BankAccount(OTHER_IBAN, "De Kroon B.V.")
    assert prepared(city).content["redemptions"] == [line.id]


def test_confirm_account__when_it_changes_once_more__is_held_again(city: City) -> None:
    shop = city.merchant()
    line = city.locked(shop)
    city.change_iban(shop)
    do(city, batches.confirm_account, OFFICER, line.id)

    city.change_iban(shop, "NL20INGB0001234567")

    assert city.read(line).held
    refuses(NothingToPay, "There is nothing to pay out now.", lambda: prepared(city))


def test_confirm_account__when_nothing_is_held__is_refused(city: City) -> None:
    shop = city.merchant()
    line, filed = city.locked(shop), city.locked(shop)
    city.filed(1, filed)
    sentence = "This redemption does not wait for an account to be confirmed."

    refuses(RedemptionNotHeld, sentence, lambda: do(city, batches.confirm_account, OFFICER, line.id))
    city.change_iban(shop)
    refuses(RedemptionNotHeld, sentence, lambda: do(city, batches.confirm_account, OFFICER, filed.id))
    with pytest.raises(RedemptionUnknown):
        do(city, batches.confirm_account, OFFICER, word(1))


def test_confirm_account__of_a_merchant_without_one__is_refused(city: City) -> None:
    line = city.locked(city.merchant())
    do(city, lambda connection: connection.execute(delete(MERCHANT_DETAILS)))

    assert city.read(line).held
    with pytest.raises(RedemptionNotHeld):
        do(city, batches.confirm_account, OFFICER, line.id)


def test_acts_off_the_chain__are_in_the_audit_log_once(city: City) -> None:
    line = city.locked(city.merchant())
    city.filed(1, line)
    for _ in range(2):
        city.sealed(1)
        outcomes(city, 1, [line.id], {})

    with transaction(city.engine) as connection:
        records = connection.execute(
            select(AUDIT_RECORD.c.actor, AUDIT_RECORD.c.act, AUDIT_RECORD.c.subject)
        ).all()
    assert [tuple(one) for one in records] == [
        (f"officer:{OFFICER}", "seal_bank_file", "batch:1"),
        (f"officer:{OFFICER}", "record_outcomes", "batch:1"),
    ]
