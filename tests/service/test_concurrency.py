"""Several API processes and workers on one database: whatever two of them try at once, one of them does."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Barrier
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select

from heitje_chain.allowance.months import month_at
from heitje_chain.chain.model import INTENT
from heitje_chain.custody.model import new_wallet_id
from heitje_chain.db import open_engine, reading
from tests.http.apps import app_of

from .dying import end_of, forked, work_until_idle
from .survival import People, assert_sound, claim_told, paid_told, rows
from .town import Person, Town


@dataclass(frozen=True)
class Order:
    who: Person | str
    path: str
    body: Mapping[str, Any]
    key: str = ""

    def keyed(self) -> Order:
        return self if self.key else replace(self, key=uuid.uuid4().hex)


class Api:
    """What another `heitje serve` has: an application and connections of its own, on the same database."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.engine: Engine = open_engine(town.config.database_url)
        app = app_of(self.engine, town.contracts, town.config)
        self._http = TestClient(app, raise_server_exceptions=False)

    def send(self, order: Order) -> Any:
        secret = self.town.secrets[order.who] if isinstance(order.who, str) else order.who.secret
        headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "en", "Idempotency-Key": order.key}
        return self._http.post(f"/api/v1{order.path}", json=dict(order.body), headers=headers)


@pytest.fixture
def apis(town: Town) -> Iterator[list[Api]]:
    made = [Api(town), Api(town)]
    yield made
    for api in made:
        api.engine.dispose()


def at_once(apis: Sequence[Api], orders: Sequence[Order]) -> list[Any]:
    """Send all orders at the same moment, each by another API than the one before; return the answers."""
    start = Barrier(len(orders))

    def send(number: int) -> Any:
        order = orders[number].keyed()
        start.wait()
        return apis[number % len(apis)].send(order)

    with ThreadPoolExecutor(len(orders)) as pool:
        return list(pool.map(send, range(len(orders))))


def told(answers: Sequence[Any]) -> Counter[str]:
    """Count the answers: a success as its status, a refusal as its type."""
    return Counter(str(a.status_code) if a.is_success else a.json()["type"] for a in answers)


def accepted(answers: Sequence[Any]) -> list[Any]:
    return [answer.json() for answer in answers if answer.is_success]


# ---------------------------------------------------------------- several APIs


def test_coins__spent_by_more_than_there_are_for_at_once__are_spent_once(
    town: Town, people: People, apis: list[Api]
) -> None:
    """15 euros are enough for three payments of 4."""
    order = Order(people.anna, "/payments", {"code": town.code_of(people.shop), "cents": 4_00})
    answers = at_once(apis, [order] * 6)

    assert told(answers) == {"202": 3, "/problems/balance-too-low": 3}
    wallet = town.get(people.anna, "/wallet")
    assert (wallet["final"], wallet["outgoing"], wallet["spendable"]) == (15_00, 12_00, 3_00)
    assert_sound(town, *map(paid_told, accepted(answers)))
    paid = {payment["id"]: payment["state"] for payment in town.get(people.shop, "/payments")["items"]}
    assert paid == {payment["id"]: "paid" for payment in accepted(answers)}
    assert (town.spendable(people.anna), town.spendable(people.shop)) == (3_00, 12_00)


def test_coins__paid_and_redeemed_at_once__are_spent_once(
    town: Town, people: People, apis: list[Api]
) -> None:
    town.paid(people.anna, people.shop, 6_00)
    payment = town.get(people.shop, "/payments")["items"][0]["id"]
    refund = Order(people.shop, f"/payments/{payment}/refunds", {"cents": 5_00})
    redemption = Order(people.shop, "/redemptions", {"cents": 5_00})

    answers = at_once(apis, [refund, redemption, refund, redemption])

    assert told(answers)["202"] == 1
    assert set(told(answers)) <= {"202", "/problems/balance-too-low", "/problems/refund-too-high"}
    assert_sound(town)
    locked = len(town.events("RedemptionLocked"))
    refunds = sum(one["kind"] == "refund" for one in town.get(people.anna, "/payments")["items"])
    assert (refunds, locked) in ((1, 0), (0, 1))
    # A redemption moves its coins by an authorisation too.
    assert len(town.events("AuthorizationUsed")) == 2
    assert town.spendable(people.shop) == 1_00
    assert town.spendable(people.anna) == (14_00 if refunds else 9_00)


def test_allowance__approved_claimed_and_awarded_at_once__pays_its_last_euros_once(
    town: Town, partner: Person, apis: list[Api]
) -> None:
    """30 euros of the month are left, for which two claims wait: nobody can promise more meanwhile."""
    anna, month = town.resident(), str(month_at(town.now()))
    about = {"partner": partner.id, "period": 2026, "resident": anna.id, "cents": 1, "reason": "Dank."}
    award = town.prepare("treasurer", "/awards", about)
    town.ask("PUT", anna, "/allowance/elsewhere", {"month": month, "cents": 180_00})
    waiting = [town.submitted(partner, anna)["id"] for _ in range(2)]
    approvals = [town.prepare(partner, "/approvals", {"claims": [claim]}) for claim in waiting]
    job = town.job(partner)["id"]

    orders = [Order(partner, "/approvals", approval) for approval in approvals]
    orders += [Order(anna, "/claims", {"job": job}), Order("treasurer", "/awards", award)]
    answers = at_once(apis, orders)

    assert told(answers) == {"202": 2, "/problems/allowance-reached": 1, "/problems/award-passes-limit": 1}
    assert_sound(town, *(claim_told("ClaimApproved", claim) for claim in waiting))
    assert town.spendable(anna) == 30_00
    assert town.get(anna, "/allowance")["month_left"] == 0


def test_slot__the_last_one_claimed_by_several_at_once__is_one_persons(
    town: Town, people: People, apis: list[Api]
) -> None:
    jobs = [town.job(people.partner, slots=1)["id"] for _ in range(4)]
    residents = [people.anna, town.resident("Bilal"), town.resident("Carla"), town.resident("Dirk")]
    before = len(town.events("ClaimMade"))

    orders = [Order(person, "/claims", {"job": job}) for job in jobs for person in residents]
    answers = at_once(apis, orders)

    assert told(answers) == {"202": 4, "/problems/job-full": 12}
    won = {claim["job"]: claim["id"] for claim in accepted(answers)}
    assert set(won) == set(jobs)
    assert_sound(town, *(claim_told("ClaimMade", claim) for claim in won.values()))
    assert len(town.events("ClaimMade")) == before + 4
    for job in jobs:
        claims = [town.get(person, f"/claims?job={job}")["items"] for person in residents]
        assert [one["id"] for mine in claims for one in mine] == [won[job]]
        assert town.get(people.partner, f"/jobs/{job}")["left"] == 0


def test_order__sent_to_several_at_once_with_its_key__is_one_order_with_one_answer(
    town: Town, people: People, apis: list[Api]
) -> None:
    order = Order(people.anna, "/payments", {"code": town.code_of(people.shop), "cents": 4_00}, "payment-1")
    answers = at_once(apis, [order] * 6)

    assert told(answers) == {"202": 6}
    assert len({answer.content for answer in answers}) == 1
    assert sorted("Idempotency-Replayed" in answer.headers for answer in answers) == [False] + [True] * 5
    assert_sound(town, paid_told(answers[0].json()))
    assert len(town.events("AuthorizationUsed")) == 1
    assert town.spendable(people.anna) == 11_00


def test_key__used_for_two_orders_at_once__is_the_firsts(town: Town, people: People, apis: list[Api]) -> None:
    code = town.code_of(people.shop)
    orders = [
        Order(people.anna, "/payments", {"code": code, "cents": cents}, "payment-1")
        for cents in (1_00, 2_00) * 2
    ]
    answers = at_once(apis, orders)

    assert told(answers) == {"202": 2, "/problems/idempotency-key-reused": 2}
    [payment] = {one["id"]: one for one in accepted(answers)}.values()
    assert_sound(town, paid_told(payment))
    assert len(town.events("AuthorizationUsed")) == 1
    assert town.spendable(people.anna) == 15_00 - payment["cents"]


def test_resident__added_at_two_desks_at_once__is_one_resident(town: Town, apis: list[Api]) -> None:
    body = {"id": new_wallet_id(), "name": "Bilal"}
    answers = at_once(apis, [Order("registrar", "/residents", body)] * 4)

    assert told(answers) == {"202": 4}
    assert [answer.json() for answer in answers] == [answers[0].json()] * 4
    assert_sound(town)
    assert [one["id"] for one in town.get("registrar", "/residents")["items"]] == [body["id"]]
    assert len(town.events("ParticipantAdmitted")) == 1


def test_request_of_a_till__paid_by_two_at_once__is_paid_once(
    town: Town, people: People, apis: list[Api]
) -> None:
    bilal = town.resident("Bilal")
    town.earned(people.partner, bilal)
    asked = town.post(people.shop, "/payment-requests", {"cents": 4_00})
    orders = [Order(who, "/payments", {"code": asked["code"], "cents": 4_00}) for who in (people.anna, bilal)]

    answers = at_once(apis, orders)

    assert told(answers) == {"202": 1, "/problems/payment-request-taken": 1}
    [payment] = accepted(answers)
    assert_sound(town, paid_told(payment))
    assert town.get(people.shop, f"/payment-requests/{asked['id']}")["state"] == "paid"
    assert town.spendable(people.anna) + town.spendable(bilal) == 26_00
    assert town.spendable(people.shop) == 4_00


# ---------------------------------------------------------------- several workers


def test_workers__on_one_outbox__send_each_intent_once(town: Town, people: People) -> None:
    """The chain's whole list of payments is the list of what was asked for."""
    asked = [people.pay(10 + number)["id"] for number in range(24)]
    signed = rows(town)["chain_transaction"]

    workers = [forked(town, work_until_idle, town.config) for _ in range(2)]

    assert [end_of(worker) for worker in workers] == [0, 0]
    town.restart_worker()
    assert_sound(town)
    assert sorted(event["nonce"] for event in town.events("AuthorizationUsed")) == sorted(
        f"0x{payment}" for payment in asked
    )
    with reading(town.engine) as connection:
        counted = select(INTENT.c.state, func.count()).group_by(INTENT.c.state)
        assert {state for state, _ in connection.execute(counted)} == {"done"}
    assert rows(town)["chain_transaction"] > signed


def test_workers__started_at_the_same_moment_on_a_new_database__both_work(town: Town) -> None:
    """Both make the lane, the check of the master key and the tables, at once."""
    body = {"id": new_wallet_id(), "name": "Bilal"}
    town.post("registrar", "/residents", body)

    workers = [forked(town, work_until_idle, town.config) for _ in range(3)]

    assert [end_of(worker) for worker in workers] == [0, 0, 0]
    assert_sound(town)
    assert town.get("registrar", f"/residents/{body['id']}")["state"] == "active"
    assert len(town.events("ParticipantAdmitted")) == 1
