"""The payout week: close, export, book and reject, settle; and what the bank sends back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from heitje_chain.days import HERE
from tests.service.town import IBANS, Person

from .counter import Counter


@pytest.fixture
def lines(counter: Counter, anna: Person, shop: Person) -> list[str]:
    """Two redemptions of two merchants that wait to be paid: 5 and 3 euros."""
    town, other = counter.town, counter.town.merchant("Bakker Bos", IBANS[1])
    found = []
    for merchant, cents in ((shop, 5_00), (other, 3_00)):
        town.paid(anna, merchant, cents)
        found.append(str(town.post(merchant, "/redemptions", {"cents": cents})["id"]))
        town.work()
    return found


def closed(counter: Counter) -> int:
    return int(counter.agreed("settlement", "payout", "close", "--json").json["content"]["batch"])


def test_payout_week__booked_and_rejected__burns_and_gives_back(
    counter: Counter, lines: list[str], shop: Person, tmp_path: Path
) -> None:
    said = counter.agreed("settlement", "payout", "close")
    assert said.lines == ["Batch 1 is closed. Make its bank file with: heitje payout export 1"]
    assert "To pay in all: €8.00" in said.shown

    file = tmp_path / "bank.xml"
    exported = counter.agreed("settlement", "payout", "export", "1", "--out", str(file))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert exported.lines == [
        f"Written {file}",
        f"SHA-256 {digest}",
        "Control sum €8.00",
        "Lines 2",
    ]
    assert file.stat().st_mode & 0o777 == 0o600

    rejected = counter.agreed("settlement", "payout", "reject", "1", lines[0][:8], "--reason", "AC04")
    assert rejected.lines == ["1 lines wait for the bank."]
    booked = counter.agreed("settlement", "payout", "book", "1", "--all")
    assert booked.shown[-1] == "Booked in all: €3.00"
    assert booked.lines == ["Every line has its answer. Settle with: heitje payout settle 1"]

    settled = counter.agreed("settlement", "payout", "settle", "1")
    assert settled.lines == ["Batch 1 is settled: €3.00 burned."]
    assert {"Burned: 1: €3.00", "Given back: 1: €5.00"} <= set(settled.shown)
    counter.town.work()
    assert counter.town.spendable(shop) == 5_00
    assert counter.done("auditor", "payout", "list").lines[-1].startswith("1 €8.00 2 settled")
    shown = counter.done("auditor", "payout", "show", "1").out
    assert "AC04" in shown


def test_export__again__gives_the_same_bytes_and_never_writes_over(
    counter: Counter, lines: list[str], tmp_path: Path
) -> None:
    closed(counter)
    first, second = tmp_path / "first.xml", tmp_path / "second.xml"
    counter.agreed("settlement", "payout", "export", "1", "--out", str(first))
    counter.done("settlement", "payout", "export", "1", "--out", str(second))

    said = counter.heitje("settlement", "payout", "export", "1", "--out", str(first))

    assert (said.code, said.shown) == (1, [f"Error: There is a file {first} already; it was left as it is."])
    assert first.read_bytes() == second.read_bytes()


def test_close__by_two_at_once__makes_one_batch(counter: Counter, lines: list[str]) -> None:
    counter.key_of("settlement")
    with counter.at_work(), ThreadPoolExecutor(2) as pool:
        words = "payout", "close", "--yes"
        said = [pool.submit(counter.process, "settlement", *words) for _ in range(2)]
        both = [one.result() for one in said]

    # Who came while the first was under way signed the same act; who came later found nothing to pay.
    told = {one.out for one in both if one.code == 0}
    assert told == {"Batch 1 is closed. Make its bank file with: heitje payout export 1\n"}, both
    assert all(one.code == 0 or one.shown[-1].startswith("Error: ") for one in both)
    assert len(counter.asked("settlement", "payout", "list")) == 1


def test_return__after_booking__is_owed_again(counter: Counter, lines: list[str], tmp_path: Path) -> None:
    closed(counter)
    counter.agreed("settlement", "payout", "export", "1", "--out", str(tmp_path / "bank.xml"))
    counter.agreed("settlement", "payout", "book", "1", *lines)
    counter.agreed("settlement", "payout", "settle", "1")
    today = f"{datetime.now(HERE):%Y-%m-%d %H:%M}"

    said = counter.agreed("settlement", "payout", "return", lines[0], "--reason", "AC04", "--when", today)

    assert said.lines == ["It is owed again."]
    found: Mapping[str, Any] = counter.asked("settlement", "redemption", "show", lines[0])
    assert found["return_reason"] == "AC04"

    made = counter.agreed("settlement", "repayment", "make")
    assert made.lines == [
        "Repayment 1 is made. Write its bank file with: heitje repayment export 1",
    ]
    assert "To pay anew: €5.00" in made.shown
    file = tmp_path / "anew.xml"
    exported = counter.done("settlement", "repayment", "export", "1", "--out", str(file), "--yes")
    assert exported.lines[2:] == ["Control sum €5.00", "Lines 1"]
    booked = counter.agreed("settlement", "repayment", "book", "1")
    assert booked.lines == ["Every line has its answer."]
    assert counter.done("settlement", "repayment", "show", "1").lines[-1].endswith("€5.00 booked")
    assert counter.agreed("settlement", "repayment", "make").lines == ["Nothing is payable anew."]


def test_confirm_account__of_a_held_line__shows_where_it_goes(
    counter: Counter, lines: list[str], shop: Person
) -> None:
    body = "--iban", IBANS[2], "--holder", "W. Toys"
    counter.agreed("registrar", "merchant", "account", shop.id, *body)
    [held] = counter.asked("settlement", "redemption", "list", "--held")

    said = counter.agreed("settlement", "payout", "confirm-account", held["id"][:8])

    assert said.shown == ["Merchant: Welpie Toys", "Amount: €5.00", f"Account: {IBANS[2]}, W. Toys"]
    assert said.lines == ["It goes with the next batch."]
    assert counter.asked("settlement", "redemption", "list", "--held") == []


def test_reconciliation__asked__prints_the_equation(counter: Counter, lines: list[str]) -> None:
    said = counter.agreed("auditor", "reconciliation", "ask")

    assert said.lines[-1].startswith("Equal on the chain, in the books and at the bank, at block ")
    assert said.lines[0].startswith("supply 15.00 = minted 15.00")
