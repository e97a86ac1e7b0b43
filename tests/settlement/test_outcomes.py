"""What the bank did with a batch: noted, settled on the chain, and sent back after the burn."""

from __future__ import annotations

import pytest

from heitje_chain.acts.errors import ActUnknown
from heitje_chain.ledger import service as ledger
from heitje_chain.settlement import batches, returns
from heitje_chain.settlement.errors import (
    BatchNotInState,
    BatchUnknown,
    LineNotInBatch,
    NotItsPayment,
    OutcomeGiven,
    OutcomesMissing,
    RedemptionNotBooked,
    ReturnGiven,
)
from heitje_chain.settlement.redemptions import Redemption
from tests.settlement.city import (
    CONTRACTS,
    MADE_AT,
    OFFICER,
    City,
    call_in,
    do,
    outcomes,
    refuses,
    signature,
)


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
