"""Case 21: the service's clock is off by an hour, in either direction, while the chain's is right."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import update

from heitje_chain.chain import outbox
from heitje_chain.chain.model import INTENT
from heitje_chain.db import transaction
from heitje_chain.people import tokens

from .survival import People, assert_sound, claim_told, locked_told, paid_told
from .town import DAY, Person, Town

HOUR = 3600
OFF = pytest.mark.parametrize("off", [-HOUR, HOUR], ids=["behind", "ahead"])

SetClock = Callable[[int], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[SetClock]:
    """Put the clock of this process off by so many seconds; the node is another process."""
    right = time.time
    yield lambda off: monkeypatch.setattr(time, "time", lambda: right() + off)
    monkeypatch.setattr(time, "time", right)


@OFF
def test_service__with_a_clock_that_is_off__does_everything_once(
    town: Town, people: People, set_clock: SetClock, off: int
) -> None:
    set_clock(off)
    town.restart_worker()
    claim = people.submitted()
    town.act(people.partner, "/approvals", {"claims": [claim]})
    payment = people.pay(4_00, key="payment-1")
    town.work()
    refund = town.post(people.shop, f"/payments/{payment['id']}/refunds", {"cents": 1_00})
    town.work()
    number, line = people.closed_batch(cents=2_00)
    award = people.award()
    town.work()

    set_clock(0)
    assert people.pay(4_00, key="payment-1")["id"] == payment["id"], "the same order"
    town.work()
    acts = (
        claim_told("ClaimApproved", claim),
        paid_told(payment),
        paid_told(refund),
        locked_told(line),
        award,
    )
    assert_sound(town, *acts)
    assert town.get(people.anna, f"/payments/{payment['id']}")["state"] == "paid"
    assert town.get("settlement", f"/payout-batches/{number}")["batch"]["state"] == "closed"


@OFF
def test_claim__with_a_clock_that_is_off__lapses_when_the_chain_says_so(
    town: Town, people: People, set_clock: SetClock, off: int
) -> None:
    """Nothing is early: half an hour is left by the chain, whatever the service's clock says."""
    now = town.now()
    job = town.job(people.partner, reward=1_00, slots=2, claim_by=now + 1_500, submit_by=now + 1_800)
    body = {"job": job["id"]}
    early, late = (town.post(who, "/claims", body) for who in (people.anna, town.resident("Bilal")))
    town.work()
    set_clock(off)
    town.work()
    assert town.get(people.anna, f"/claims/{early['id']}")["state"] == "claimed"
    town.post(people.anna, f"/claims/{early['id']}/submission", {"note": "Klaar"})
    town.work()
    assert town.get(people.anna, f"/claims/{early['id']}")["state"] == "submitted"

    town.pass_time(1_800 + 2 * town.contracts.parameters.grace_period_seconds)
    town.pass_time(1)
    found = town.get(people.partner, f"/claims/{late['id']}")
    assert (found["state"], len(town.events("ClaimLapsed"))) == ("lapsed", 1)
    assert_sound(town)


@OFF
def test_signature__with_a_clock_that_is_off__is_taken_until_the_chains_deadline(
    town: Town, people: People, set_clock: SetClock, off: int
) -> None:
    claim = people.submitted()
    set_clock(off)
    in_time = town.prepare(people.partner, "/approvals", {"claims": [claim]})
    assert town.ask("POST", people.partner, "/approvals", in_time).status_code == 202
    town.work()
    other = people.submitted()
    rejection = {"claim": other, "reason": 2, "words": "Niet af."}
    late = town.prepare(people.partner, "/rejections", rejection)
    town.rpc("evm_increaseTime", town.contracts.parameters.decision_window_seconds + 2 * HOUR)
    town.rpc("evm_mine")
    town.worker.watcher.step()
    assert town.refused(people.partner, "/rejections", late)[0] == 409
    town.work()
    assert town.events("ClaimRejected") == []


def test_token__when_its_end_is_over_by_the_chain__is_refused_though_the_clock_is_behind(
    town: Town, set_clock: SetClock
) -> None:
    with transaction(town.engine) as connection:
        _, secret = tokens.create(connection, "Auditor", "auditor", days=1)
    auditor = Person(town, "", secret)
    assert town.ask("GET", auditor, "/jobs").status_code == 200
    town.pass_time(DAY + 60)
    set_clock(-HOUR)
    assert town.ask("GET", auditor, "/jobs").status_code == 401


@OFF
def test_payment_request__with_a_clock_that_is_off__is_open_as_long_as_it_said(
    town: Town, people: People, set_clock: SetClock, off: int
) -> None:
    set_clock(off)
    asked, late = (town.post(people.shop, "/payment-requests", {"cents": 1_00 + n}) for n in range(2))
    paid = town.post(people.anna, "/payments", {"code": asked["code"]})
    town.work()
    assert town.get(people.anna, f"/payments/{paid['id']}")["state"] == "paid"

    town.pass_time(301 + max(off, 0))
    status, _ = town.refused(people.anna, "/payments", {"code": late["code"]})
    assert status in (409, 410)
    assert_sound(town, paid_told(paid))


def test_lease__of_a_worker_whose_clock_was_ahead__holds_nobody_up(town: Town, people: People) -> None:
    payment = people.pay(4_00)
    with transaction(town.engine) as connection:
        [taken] = outbox.take(connection, "main", "died", 10)
        ahead = int(time.time()) + HOUR + outbox.LEASE_SECONDS
        connection.execute(update(INTENT).where(INTENT.c.id == taken.id).values(lease_until=ahead))

    town.work_until(lambda: paid_told(payment).count(town) == 1)
    with transaction(town.engine) as connection:
        found = outbox.by_id(connection, taken.id)
    assert found is not None
    assert found.fence > taken.fence
    assert_sound(town, paid_told(payment))


def test_intent__put_off_by_a_clock_that_was_ahead__is_tried_again(
    town: Town, people: People, set_clock: SetClock
) -> None:
    payment = people.pay(4_00)
    with transaction(town.engine) as connection:
        off = {"not_before": int(time.time()) + 2 * HOUR, "attempts": 1}
        connection.execute(update(INTENT).where(INTENT.c.id == payment["id"]).values(**off))

    town.work_until(lambda: paid_told(payment).count(town) == 1)
    assert_sound(town, paid_told(payment))
