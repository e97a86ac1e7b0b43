"""What the bank sent back after the burn is paid anew, and owed until then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from heitje_chain.audit.model import AUDIT_RECORD
from heitje_chain.db import transaction
from heitje_chain.http.problems import Refused
from heitje_chain.ledger import service as ledger
from heitje_chain.settlement import batches, repayments, returns
from heitje_chain.settlement.errors import (
    LineHeld,
    LineNotInRepayment,
    NothingToPay,
    NotItsPayment,
    NotPayable,
    OutcomeGiven,
    PayoutsStopped,
    RepaymentNotMade,
    RepaymentUnknown,
    ReturnGiven,
)
from heitje_chain.settlement.pain001 import Debtor
from heitje_chain.settlement.redemptions import Redemption
from heitje_chain.settlement.repayments import Repayment

from .city import CITY, CONTRACTS, IBAN, MADE_AT, OFFICER, OTHER_IBAN, City, Shop, word

DAY = date(2026, 3, 5)


@pytest.fixture
def shop(city: City) -> Shop:
    return city.merchant(100_00)


@pytest.fixture
def line(city: City, shop: Shop) -> Redemption:
    """A line of 15 euros that the bank booked, the chain burned, and the bank sent back."""
    return returned(city, shop, 1)


@pytest.fixture
def owed(city: City, line: Redemption) -> int:
    """What is owed until a repayment is booked."""
    return int(books(city).owed)


def do(city: City, work: Callable[..., Any], *arguments: Any) -> Any:
    with transaction(city.engine) as connection:
        return work(connection, *arguments)


def books(city: City) -> Any:
    return do(city, ledger.books)


def returned(city: City, shop: Shop, number: int, cents: int = 15_00) -> Redemption:
    line = city.locked(shop, cents)
    city.filed(number, line)
    do(city, batches.record_outcomes, OFFICER, number, [line.id], {})
    city.settled(number, line.cents)
    do(city, returns.record_return, OFFICER, line.id, line.end_to_end_id, MADE_AT, "AC04")
    return city.read(line)


def made(city: City, wanted: list[str] | None = None, debtor: Debtor = CITY) -> Repayment:
    found: Repayment = do(city, repayments.make, CONTRACTS, OFFICER, wanted, debtor, DAY, MADE_AT)
    return found


def told(city: City, number: int, booked: list[str], rejected: dict[str, str]) -> Repayment:
    found: Repayment = do(city, repayments.record_outcomes, OFFICER, number, booked, rejected, MADE_AT + 9)
    return found


def refuses(error: type[Refused], sentence: str, work: Callable[[], object]) -> None:
    with pytest.raises(error) as refused:
        work()
    assert str(refused.value) == sentence


def test_make__of_what_is_payable__asks_the_bank_under_a_new_id(
    city: City, line: Redemption, owed: int
) -> None:
    repayment = made(city)

    [one] = repayment.lines
    assert (one.redemption, one.end_to_end_id, one.cents, one.outcome) == (
        line.id,
        f"{line.end_to_end_id}R1",
        15_00,
        None,
    )
    assert (repayment.number, repayment.cents, repayment.state) == (1, 15_00, "filed")
    content = do(city, repayments.file_of, 1).decode()
    for part in (one.end_to_end_id, IBAN, "15.00", "2026-03-05", "-R000001", line.end_to_end_id):
        assert part in content
    assert city.read(line).return_state == "filed"
    assert (books(city).payable, books(city).owed) == (15_00, owed)
    refuses(NothingToPay, "There is nothing to pay out now.", lambda: made(city))


def test_outcome__booked__is_owed_no_more_and_told_once(city: City, line: Redemption, owed: int) -> None:
    number = made(city).number

    for _ in range(2):
        repayment = told(city, number, [line.id], {})

    assert repayment.state == "done"
    assert (books(city).payable, books(city).owed) == (0, owed - 15_00)
    assert city.read(line).return_state == "repaid"
    assert do(city, returns.payable) == []
    refuses(
        OutcomeGiven,
        f"For redemption {line.id} the bank gave another outcome before.",
        lambda: told(city, number, [], {line.id: "AC01"}),
    )
    refuses(NothingToPay, "There is nothing to pay out now.", lambda: made(city))


def test_outcome__rejected__is_payable_still_and_paid_under_the_next_id(
    city: City, line: Redemption, owed: int
) -> None:
    told(city, made(city).number, [], {line.id: "AC01"})

    assert (books(city).payable, books(city).owed) == (15_00, owed)
    assert city.read(line).return_state == "payable"
    second = made(city)
    assert [one.end_to_end_id for one in second.lines] == [f"{line.end_to_end_id}R2"]
    told(city, second.number, [line.id], {})
    assert (books(city).payable, books(city).owed) == (0, owed - 15_00)


def test_return__of_what_was_paid_anew__is_payable_again(city: City, line: Redemption, owed: int) -> None:
    repayment = made(city)
    told(city, repayment.number, [line.id], {})
    [paid] = repayment.lines

    refuses(
        NotItsPayment,
        f"The payment {line.end_to_end_id} does not belong to this redemption.",
        lambda: do(city, returns.record_return, OFFICER, line.id, line.end_to_end_id, MADE_AT, "AC04"),
    )
    for _ in range(2):
        do(city, returns.record_return, OFFICER, line.id, paid.end_to_end_id, MADE_AT + 20, "AC01")

    after = city.read(line)
    assert (after.return_state, after.return_reason) == ("payable", "AC01")
    assert (books(city).payable, books(city).owed) == (15_00, owed)
    refuses(
        ReturnGiven,
        f"The bank returned redemption {line.id} before, for reason AC01.",
        lambda: do(city, returns.record_return, OFFICER, line.id, paid.end_to_end_id, MADE_AT, "AC04"),
    )
    assert [one.end_to_end_id for one in made(city).lines] == [f"{line.end_to_end_id}R2"]


def test_line__of_a_merchant_with_another_account__is_held_until_confirmed(
    city: City, shop: Shop, line: Redemption
) -> None:
    city.change_iban(shop)

    assert city.read(line).held
    refuses(NothingToPay, "There is nothing to pay out now.", lambda: made(city))
    refuses(
        LineHeld,
        f"Redemption {line.id} waits until its account is confirmed.",
        lambda: made(city, [line.id]),
    )
    do(city, batches.confirm_account, OFFICER, line.id)
    made(city)
    content = do(city, repayments.file_of, 1).decode()
    assert OTHER_IBAN in content
    assert IBAN not in content
    city.change_iban(shop, IBAN)
    assert not city.read(line).held, "its bank file is fixed"


def test_make__of_some__leaves_the_others(city: City, shop: Shop, line: Redemption) -> None:
    other = returned(city, shop, 2, 5_00)

    assert [one.redemption for one in made(city, [other.id]).lines] == [other.id]
    assert [one.redemption for one in made(city).lines] == [line.id]


def test_make__of_what_never_came_back__is_refused(city: City, shop: Shop, line: Redemption) -> None:
    paid = city.locked(shop, 1_00)

    refuses(
        NotPayable,
        f"Redemption {paid.id} cannot be paid anew now. Look how it stands.",
        lambda: made(city, [line.id, paid.id]),
    )
    assert city.read(line).return_state == "payable"


def test_make__while_payouts_are_stopped__is_refused(city: City, line: Redemption) -> None:
    do(city, batches.stop_payouts, {"nl": "Verschil 1,00.", "en": "Off by 1.00."})

    refuses(PayoutsStopped, "Payouts are stopped: Off by 1.00.", lambda: made(city))


def test_make__of_a_file_that_the_bank_would_refuse__leaves_it_payable(city: City, line: Redemption) -> None:
    refuses(
        RepaymentNotMade,
        "The bank would refuse the file of this repayment: The debtor's IBAN is not valid.",
        lambda: made(city, None, Debtor("Gemeente", "NL00", None)),
    )
    assert city.read(line).return_state == "payable"
    assert made(city).number == 1


def test_outcomes__of_a_line_or_a_file_that_is_not_there__are_refused(city: City, line: Redemption) -> None:
    number = made(city).number

    refuses(
        LineNotInRepayment,
        f"Redemption {word(9)} is not in repayment 1.",
        lambda: told(city, number, [line.id, word(9)], {}),
    )
    assert books(city).payable == 15_00
    refuses(RepaymentUnknown, "We do not know repayment 2.", lambda: told(city, 2, [line.id], {}))


def test_repayment__is_in_the_audit_log(city: City, line: Redemption) -> None:
    told(city, made(city).number, [line.id], {})

    with transaction(city.engine) as connection:
        records = connection.execute(select(AUDIT_RECORD.c.act, AUDIT_RECORD.c.subject)).all()
    assert [tuple(one) for one in records][-2:] == [
        ("make_repayment", "repayment:1"),
        ("record_outcomes", "repayment:1"),
    ]
