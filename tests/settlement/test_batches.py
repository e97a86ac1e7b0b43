"""Batches: who is in them, the bank file, what the bank says, and what it sends back after the burn."""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Callable
from importlib.resources import files
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from xmlschema import XMLSchema

from heitje_chain.acts.errors import ActUnknown, SignatureWrong
from heitje_chain.acts.service import Act
from heitje_chain.audit.model import AUDIT_RECORD
from heitje_chain.chain import outbox
from heitje_chain.db import transaction
from heitje_chain.http.problems import Refused
from heitje_chain.ledger import service as ledger
from heitje_chain.people.model import MERCHANT_DETAILS
from heitje_chain.settlement import batches, pain001, returns, rules
from heitje_chain.settlement.errors import (
    BatchIncomplete,
    BatchNotInState,
    BatchUnknown,
    FileNotMade,
    LineHeld,
    LineNotInBatch,
    NothingToPay,
    NotItsPayment,
    OutcomeGiven,
    OutcomesMissing,
    PayoutsStopped,
    RedemptionNotBooked,
    RedemptionNotHeld,
    RedemptionUnknown,
    ReturnGiven,
)
from heitje_chain.settlement.model import REDEMPTION
from heitje_chain.settlement.redemptions import BankAccount, Redemption
from tests.settlement.city import (
    BANK_DAY,
    CITY,
    CONTRACTS,
    IBAN,
    MADE_AT,
    OFFICER,
    OTHER_IBAN,
    City,
    call_in,
    signature,
    word,
)

SCHEMA = XMLSchema(files("sepaxml").joinpath("schemas", "pain.001.001.09.xsd").read_text())
NS = {"": pain001.NAMESPACE}


def do(city: City, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    with transaction(city.engine) as connection:
        return work(connection, *arguments, **named)


def refuses(error: type[Refused], sentence: str, work: Callable[[], object]) -> None:
    with pytest.raises(error) as refused:
        work()
    assert str(refused.value) == sentence


def told(english: str) -> dict[str, str]:
    return {"nl": "Er is iets mis.", "en": english}


def prepared(city: City, **named: Any) -> Act:
    act: Act = do(city, batches.prepare_close, CONTRACTS, OFFICER, **named)
    return act


def outcomes(city: City, number: int, booked: list[str], rejected: dict[str, str]) -> list[Redemption]:
    lines: list[Redemption] = do(city, batches.record_outcomes, OFFICER, number, booked, rejected)
    return lines


# ---------------------------------------------------------------- closing


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


# ---------------------------------------------------------------- the bank file


def test_seal__of_a_closed_batch__asks_the_bank_for_its_lines(city: City) -> None:
    shop = city.merchant()
    lines = sorted([city.locked(shop, 15_00), city.locked(shop, 5_05)], key=lambda line: line.id)

    file = city.filed(1, *lines)

    SCHEMA.validate(file.content.decode())
    document = ET.fromstring(file.content)  # noqa: S314 - we just made it
    found = document.findall(".//CdtTrfTxInf", NS)
    assert [one.findtext("PmtId/EndToEndId", namespaces=NS) for one in found] == [
        line.end_to_end_id for line in lines
    ]
    assert {one.findtext("CdtrAcct/Id/IBAN", namespaces=NS) for one in found} == {IBAN}
    assert document.findtext(".//GrpHdr/CtrlSum", namespaces=NS) == "20.05"
    assert document.findtext(".//GrpHdr/MsgId", namespaces=NS) == file.message_id
    assert document.findtext(".//ReqdExctnDt/Dt", namespaces=NS) == "2026-03-02"
    assert file.message_id == rules.message_id(1337, CONTRACTS.address("Redemption"), 1)
    assert file.sha256 == hashlib.sha256(file.content).hexdigest()
    assert (file.lines, file.cents) == (2, 20_05)
    batch = city.batch(1)
    assert (batch.state, batch.file_sha256, batch.filed_at) == ("filed", file.sha256, MADE_AT)


def test_seal__again__gives_the_stored_bytes_whatever_changed(city: City) -> None:
    shop = city.merchant()
    file = city.filed(1, city.locked(shop))
    city.change_iban(shop)
    do(city, batches.stop_payouts, told("A difference."))

    assert city.sealed(1, BANK_DAY.replace(day=9), MADE_AT + 9) == file
    assert do(city, batches.file_of, 1) == file


def test_seal__at_once_by_many__makes_one_file(city: City) -> None:
    city.closed(1, city.locked(city.merchant()))
    made: list[batches.BankFile] = []
    threads = [
        Thread(target=lambda later=later: made.append(city.sealed(1, made_at=MADE_AT + later)))
        for later in range(6)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 6
    assert len({file.content for file in made}) == 1


def test_seal__rolled_back__leaves_nothing_and_is_made_anew(city: City) -> None:
    city.closed(1, city.locked(city.merchant()))

    def dies(connection: Any) -> None:
        batches.seal(connection, CONTRACTS, OFFICER, 1, CITY, BANK_DAY, MADE_AT)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        do(city, dies)

    assert city.batch(1).state == "closed"
    assert city.sealed(1).lines == 1


def test_seal__of_a_batch_that_is_not_final__is_refused(city: City) -> None:
    city.locked(city.merchant())

    sentence = "We do not know payout batch 1, or it is not final yet."
    refuses(BatchUnknown, sentence, lambda: city.sealed(1))
    refuses(BatchUnknown, sentence, lambda: do(city, batches.file_of, 1))


def test_seal__with_a_held_line__waits_until_it_is_confirmed(city: City) -> None:
    shop = city.merchant()
    line = city.locked(shop)
    city.closed(1, line)
    city.change_iban(shop)

    sentence = f"Redemption {line.id} waits until its account is confirmed."
    refuses(LineHeld, sentence, lambda: city.sealed(1))
    do(city, batches.confirm_account, OFFICER, line.id)

    assert OTHER_IBAN.encode() in city.sealed(1).content


def test_seal__with_a_restored_line__waits_until_it_is_confirmed(city: City) -> None:
    shop = city.merchant()
    city.tell("RedemptionLocked", redemption=word(10), merchant=shop.chain_id, cents=15_00)
    city.closed(1, city.read(word(10)))

    refuses(LineHeld, f"Redemption {word(10)} waits until its account is confirmed.", lambda: city.sealed(1))
    do(city, batches.confirm_account, OFFICER, word(10))

    assert city.sealed(1).cents == 15_00


def test_seal__with_a_line_missing__is_refused(city: City) -> None:
    shop = city.merchant()
    known, lost = city.locked(shop, 15_00), city.locked(shop, 5_00)
    do(city, lambda connection: connection.execute(delete(REDEMPTION).where(REDEMPTION.c.id == lost.id)))
    city.closed(1, known, lost)

    refuses(
        BatchIncomplete,
        "Of payout batch 1 1 of 2 lines are known here, €15.00 of €20.00.",
        lambda: city.sealed(1),
    )


def test_seal__of_what_no_bank_takes__is_refused_in_its_words(city: City) -> None:
    line = city.locked(city.merchant())
    city.closed(1, line)

    def break_holder(connection: Any) -> None:
        connection.execute(update(MERCHANT_DETAILS).values(account_holder="北京"))
        connection.execute(update(REDEMPTION).values(account_holder="北京"))

    do(city, break_holder)

    refuses(
        FileNotMade,
        "The bank would refuse the file of payout batch 1: Nothing is left of the creditor's name of "
        f"transfer {line.end_to_end_id} in the characters that banks take.",
        lambda: city.sealed(1),
    )
    assert city.batch(1).state == "closed"


def test_seal__of_a_settled_batch_whose_file_is_lost__is_refused(city: City) -> None:
    line = city.locked(city.merchant())
    city.closed(1, line)
    city.settled(1, line.cents)

    sentence = "This cannot be done with payout batch 1 now. Look how it stands."
    refuses(BatchNotInState, sentence, lambda: city.sealed(1))
    refuses(BatchNotInState, sentence, lambda: do(city, batches.file_of, 1))


# ---------------------------------------------------------------- outcomes and settlement


def test_record_outcomes__in_parts_and_again__keeps_each_once(city: City) -> None:
    shop = city.merchant()
    paid, refused = city.locked(shop), city.locked(shop)
    city.filed(1, paid, refused)

    outcomes(city, 1, [paid.id], {})
    outcomes(city, 1, [paid.id], {refused.id: "AC04"})
    outcomes(city, 1, [paid.id], {refused.id: "AC04"})

    assert (city.read(paid).bank_outcome, city.read(paid).bank_reason) == ("booked", None)
    assert (city.read(refused).bank_outcome, city.read(refused).bank_reason) == ("rejected", "AC04")


def test_record_outcomes__that_differ_from_before__change_nothing(city: City) -> None:
    shop = city.merchant()
    paid, refused, open_one = (city.locked(shop) for _ in range(3))
    city.filed(1, paid, refused, open_one)
    outcomes(city, 1, [paid.id], {refused.id: "AC04"})

    for line, booked, rejected in (
        (paid, [open_one.id], {paid.id: "AC04"}),
        (refused, [open_one.id, refused.id], {}),
        (refused, [open_one.id], {refused.id: "AM04"}),
        (open_one, [open_one.id], {open_one.id: "AC04"}),
    ):
        refuses(
            OutcomeGiven,
            f"For redemption {line.id} the bank gave another outcome before.",
            lambda booked=booked, rejected=rejected: outcomes(city, 1, booked, rejected),  # type: ignore[misc]
        )

    assert city.read(open_one).bank_outcome is None


def test_record_outcomes__of_another_batchs_line__are_refused(city: City) -> None:
    shop = city.merchant()
    line, other = city.locked(shop), city.locked(shop)
    city.filed(1, line)
    city.filed(2, other)

    refuses(
        LineNotInBatch,
        f"Redemption {other.id} is not in payout batch 1.",
        lambda: outcomes(city, 1, [line.id, other.id], {}),
    )
    assert city.read(line).bank_outcome is None


def test_record_outcomes__before_there_is_a_file__are_refused(city: City) -> None:
    line = city.locked(city.merchant())
    city.closed(1, line)

    refuses(
        BatchNotInState,
        "This cannot be done with payout batch 1 now. Look how it stands.",
        lambda: outcomes(city, 1, [line.id], {}),
    )
    with pytest.raises(BatchUnknown):
        outcomes(city, 2, [line.id], {})


def test_prepare_settlement__with_all_outcomes__names_the_rejected(city: City) -> None:
    shop = city.merchant()
    paid, refused = city.locked(shop), city.locked(shop)
    city.filed(1, paid, refused)
    outcomes(city, 1, [paid.id], {refused.id: "AC04"})

    act = do(city, batches.prepare_settlement, CONTRACTS, OFFICER, 1)
    signed = do(city, batches.settle, CONTRACTS, OFFICER, 1, act.id, signature(act))
    again = do(city, batches.settle, CONTRACTS, OFFICER, 1, act.id, signature(act))

    assert (act.kind, act.content) == ("settle_batch", {"batch": 1, "rejected": [refused.id]})
    assert call_in(act) == ("settle", {"id": 1, "rejected": [f"0x{refused.id}"]})
    assert (signed, signed.state, city.batch(1).state) == (again, "signed", "settling")
    assert do(city, batches.prepare_settlement, CONTRACTS, OFFICER, 1).id == act.id
    city.settled(1, paid.cents, refused)
    assert city.read(refused).bank_reason == "AC04"


def test_prepare_settlement__with_outcomes_missing__is_refused(city: City) -> None:
    shop = city.merchant()
    lines = [city.locked(shop) for _ in range(3)]
    city.filed(1, *lines)
    outcomes(city, 1, [lines[0].id], {})

    refuses(
        OutcomesMissing,
        "The outcome of 2 lines in payout batch 1 is not known yet.",
        lambda: do(city, batches.prepare_settlement, CONTRACTS, OFFICER, 1),
    )


def test_prepare_settlement__before_the_file_or_after_the_burn__is_refused(city: City) -> None:
    line = city.locked(city.merchant())
    city.closed(1, line)

    with pytest.raises(BatchNotInState):
        do(city, batches.prepare_settlement, CONTRACTS, OFFICER, 1)
    city.settled(1, line.cents)
    with pytest.raises(BatchNotInState):
        do(city, batches.prepare_settlement, CONTRACTS, OFFICER, 1)


def test_settle__of_another_batch__is_refused(city: City) -> None:
    line = city.locked(city.merchant())
    city.filed(1, line)
    outcomes(city, 1, [line.id], {})
    act = do(city, batches.prepare_settlement, CONTRACTS, OFFICER, 1)

    with pytest.raises(ActUnknown):
        do(city, batches.settle, CONTRACTS, OFFICER, 2, act.id, signature(act))

    assert city.batch(1).state == "filed"


# ---------------------------------------------------------------- back after the burn (failure 25)


def booked_line(city: City) -> Redemption:
    line = city.locked(city.merchant(100_00), 15_00)
    city.filed(1, line)
    outcomes(city, 1, [line.id], {})
    city.settled(1, line.cents)
    return city.read(line)


def test_record_return__after_the_burn__is_payable_and_mints_nothing(city: City) -> None:
    line = booked_line(city)
    burned = do(city, ledger.books)

    returned = do(city, returns.record_return, OFFICER, line.id, line.end_to_end_id, MADE_AT, "AC04")
    again = do(city, returns.record_return, OFFICER, line.id, line.end_to_end_id, MADE_AT + 1, "AC04")

    books = do(city, ledger.books)
    assert (burned.supply, burned.owed) == (85_00, 85_00)
    assert (books.supply, books.payable, books.owed) == (85_00, 15_00, 100_00)
    assert (returned, returned.return_reason, returned.state) == (again, "AC04", "booked")
    assert do(city, returns.payable) == [returned]


def test_record_return__for_another_reason__is_refused(city: City) -> None:
    line = booked_line(city)
    do(city, returns.record_return, OFFICER, line.id, line.end_to_end_id, MADE_AT, "AC04")

    refuses(
        ReturnGiven,
        f"The bank returned redemption {line.id} before, for reason AC04.",
        lambda: do(city, returns.record_return, OFFICER, line.id, line.end_to_end_id, MADE_AT, "AM04"),
    )
    assert do(city, ledger.books).payable == 15_00


def test_record_return__of_another_payment__is_refused(city: City) -> None:
    line = booked_line(city)

    refuses(
        NotItsPayment,
        "The payment HTJ1 does not belong to this redemption.",
        lambda: do(city, returns.record_return, OFFICER, line.id, "HTJ1", MADE_AT, "AC04"),
    )
    assert do(city, ledger.books).payable == 0


def test_record_return__before_the_burn__is_refused(city: City) -> None:
    line = city.locked(city.merchant())
    city.filed(1, line)

    refuses(
        RedemptionNotBooked,
        "This redemption was not paid out, so it cannot come back.",
        lambda: do(city, returns.record_return, OFFICER, line.id, line.end_to_end_id, MADE_AT, "AC04"),
    )


# ---------------------------------------------------------------- names and days


def test_message_id__of_another_deployment__is_another() -> None:
    one = rules.message_id(1337, "0xAbCd", 12)

    assert one == rules.message_id(1337, "0xabcd", 12)
    assert len({one, rules.message_id(1, "0xabcd", 12), rules.message_id(1337, "0xabce", 12)}) == 3
    assert one.startswith("HEITJE-")
    assert one.endswith("-B000012")
    assert len(rules.message_id(2**63, "0x" + "f" * 40, 2**32 - 1)) <= 33


def test_next_day__late_in_the_evening__is_counted_where_the_bank_is() -> None:
    assert str(rules.next_day(1_772_320_000)) == "2026-03-02"  # 2026-02-28T23:06Z is 1 March in Amsterdam


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
