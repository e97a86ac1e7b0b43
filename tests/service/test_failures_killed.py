"""Processes that are killed with -9, and two workers at once.

See survival.py. Each test names the case of failures.md that it is about; after each there is one event per
act, no hole in the nonces, and chain, books and bank are equal.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any

import pytest
import requests

from tests.devnet.home import wait_for
from tests.engine.dying_worker import Moment

from .dying import (
    KILLED,
    Served,
    close_connections,
    end_of,
    forked,
    served,
    work_and_die,
    work_for_ever,
    work_until_idle,
)
from .survival import (
    ORDERS,
    People,
    Told,
    assert_sound,
    claim_told,
    end_leases,
    locked_told,
    paid_told,
    transactions,
)
from .town import Town


@pytest.mark.parametrize("moment", ["signing", "saved", "sent"])
@pytest.mark.parametrize("kind", list(ORDERS))
def test_worker__when_killed_while_it_carries_an_act__ends_in_one_effect(
    town: Town, people: People, kind: str, moment: Moment
) -> None:
    """Cases 1, 2 and 3."""
    act = ORDERS[kind](people)
    before = transactions(town)

    assert end_of(forked(town, work_and_die, town.config, moment)) == KILLED
    signed = transactions(town)
    assert len(signed) - len(before) == (0 if moment == "signing" else 1)
    told = 1 if moment == "sent" else 0
    wait_for(lambda: act.count(town) == told, "the block of what was sent")

    town.restart_worker()
    assert_sound(town, act)
    assert len(transactions(town)) == len(before) + 1
    assert transactions(town)[: len(signed)] == signed, "the same bytes"


def test_worker__when_killed_again_and_again__does_each_act_once(town: Town, people: People) -> None:
    """Cases 1, 2, 3 and 8: at random moments, while everybody goes on asking."""
    crowd, lives = Crowd(people, random.Random(20261124)), 0
    while lives < 10 or not crowd.has_asked_enough():
        lives += 1
        assert lives < 40, crowd.asked()
        worker = forked(town, work_for_ever, town.config)
        # Longer each time: on a busy machine a worker gets to nothing at first.
        until = time.monotonic() + crowd.chance.uniform(0.1, 0.9) * (1 + lives / 10)
        crowd.ask_around()
        time.sleep(max(until - time.monotonic(), 0))  # the moment of death is what the test varies
        worker.kill()
        assert end_of(worker) == KILLED
        end_leases(town)

    town.restart_worker()
    assert_sound(town, *crowd.acts)
    asked = crowd.asked()
    for event in ("ClaimMade", "ClaimSubmitted", "ClaimApproved", "RedemptionLocked"):
        assert len(town.events(event)) == asked[event] + crowd.before[event]
    told = [town.get(person, "/payments?limit=100")["items"] for person in (people.anna, people.shop)]
    assert {payment["state"] for payments in told for payment in payments} == {"paid"}


KINDS = ("ClaimMade", "ClaimSubmitted", "ClaimApproved", "AuthorizationUsed", "RedemptionLocked")


class Crowd:
    """Asks for this and that, and remembers what was accepted."""

    def __init__(self, people: People, chance: random.Random) -> None:
        self.people = people
        self.town = people.town
        self.chance = chance
        self.acts: list[Told] = []
        for _ in range(10):
            terms = self.town.terms(reward=1_00, slots=2)
            self.town.act(people.partner, "/jobs", terms)
        self.town.work()
        self.jobs = [job["id"] for job in self._open_jobs()]
        self.before = Counter(
            {name: len(self.town.events(name)) for name in ("ClaimMade", "ClaimSubmitted", "ClaimApproved")}
        )

    def asked(self) -> Counter[str]:
        return Counter(act.event for act in self.acts)

    def has_asked_enough(self) -> bool:
        """Whether everything that the crowd asks for was asked for three times."""
        return all(self.asked()[event] >= 3 for event in KINDS)

    def ask_around(self) -> None:
        """Ask for one of everything that can be asked for now."""
        for ask in (self._claim, self._submit, self._approve, self._pay, self._refund, self._redeem):
            ask()

    def _open_jobs(self) -> Iterator[dict[str, Any]]:
        jobs = self.town.get(self.people.anna, "/jobs?limit=100")["items"]
        return (job for job in jobs if job["reward"] == 1_00)

    def _claim(self) -> None:
        if self.jobs:
            claim = self.town.post(self.people.anna, "/claims", {"job": self.jobs.pop()})
            self.acts.append(claim_told("ClaimMade", claim["id"]))

    def _submit(self) -> None:
        for claim in self._claims("claimed"):
            self.town.post(self.people.anna, f"/claims/{claim}/submission", {"note": "Klaar"})
            self.acts.append(claim_told("ClaimSubmitted", claim))

    def _approve(self) -> None:
        claims = self._claims("submitted")
        if claims:
            self.town.act(self.people.partner, "/approvals", {"claims": claims})
            self.acts.extend(claim_told("ClaimApproved", claim) for claim in claims)

    def _pay(self) -> None:
        self.acts.append(paid_told(self.people.pay(self.chance.randint(10, 90))))

    def _refund(self) -> None:
        payments = self.town.get(self.people.anna, "/payments?state=paid&limit=100")["items"]
        paid = [one for one in payments if one["kind"] == "pay"]
        if paid and self.town.spendable(self.people.shop) >= 1:
            path = f"/payments/{self.chance.choice(paid)['id']}/refunds"
            self.acts.append(paid_told(self.town.post(self.people.shop, path, {"cents": 1})))

    def _redeem(self) -> None:
        if self.town.spendable(self.people.shop) >= 5:
            self.acts.append(locked_told(self.town.post(self.people.shop, "/redemptions", {"cents": 5})))

    def _claims(self, state: str) -> list[str]:
        claims = self.town.get(self.people.anna, "/claims?limit=100")["items"]
        return [one["id"] for one in claims if one["state"] == state and one["pending"] is None]


def test_workers__when_two_at_once__do_each_act_once(town: Town, people: People) -> None:
    """Case 8."""
    acts = [people.approve(), people.redeem(), people.award()]
    acts += [paid_told(people.pay(10 + number)) for number in range(20)]

    workers = [forked(town, work_until_idle, town.config) for _ in range(2)]

    assert [end_of(worker) for worker in workers] == [0, 0]
    town.restart_worker()
    assert_sound(town, *acts)


def test_web_process__when_killed_while_it_takes_payments__takes_each_once(
    town: Town, people: People
) -> None:
    """Cases 6 and 7: whoever got no answer sends the same again, with the same key."""
    code, enough = town.code_of(people.shop), Event()
    orders = {f"payment-{number:03}": {"code": code, "cents": 10 + number} for number in range(40)}
    answers: dict[str, Any] = {}

    def send(web: Served, key: str) -> None:
        try:
            answer = web.post(people.anna.secret, "/payments", orders[key], key)
        except requests.RequestException:
            return
        assert answer.status_code == 202, answer.text
        answers[key] = answer.json()
        if len(answers) >= 8:
            enough.set()

    close_connections(town)
    with served(town) as web, ThreadPoolExecutor(4) as pool:
        sending = pool.map(partial(send, web), orders)
        assert enough.wait(60)
        web.kill()
        list(sending)
    first = dict(answers)
    assert 8 <= len(first) < len(orders)
    with served(town) as web, ThreadPoolExecutor(4) as pool:
        list(pool.map(partial(send, web), orders))

    assert answers.keys() == orders.keys()
    assert first.items() <= answers.items()
    assert_sound(town, *map(paid_told, answers.values()))
    assert len({payment["id"] for payment in answers.values()}) == len(orders)
    total = sum(range(10, 50))
    assert (town.spendable(people.anna), town.spendable(people.shop)) == (15_00 - total, total)
