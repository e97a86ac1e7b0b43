"""The bank file of a batch: made once, held to the schema, and its ids and days."""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from importlib.resources import files
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import delete, update
from xmlschema import XMLSchema

from heitje_chain.people.model import MERCHANT_DETAILS
from heitje_chain.settlement import batches, pain001, rules
from heitje_chain.settlement.errors import (
    BatchIncomplete,
    BatchNotInState,
    BatchUnknown,
    FileNotMade,
    LineHeld,
)
from heitje_chain.settlement.model import REDEMPTION
from tests.settlement.city import (
    BANK_DAY,
    CITY,
    CONTRACTS,
    IBAN,
    MADE_AT,
    OFFICER,
    OTHER_IBAN,
    City,
    do,
    refuses,
    word,
)

SCHEMA = XMLSchema(files("sepaxml").joinpath("schemas", "pain.001.001.09.xsd").read_text())
NS = {"": pain001.NAMESPACE}


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
    do(city, batches.stop_payouts, {"nl": "Een verschil.", "en": "A difference."})

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
