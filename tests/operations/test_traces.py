"""One id goes with what a request wanted until the chain has it."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select

from heitje_chain.chain.model import INTENT
from heitje_chain.db import reading
from tests.service.town import Person, Town

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def events_of(caplog: pytest.LogCaptureFixture, trace: str) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.__dict__.get("trace") == trace]


def kinds_with(town: Town, trace: str) -> list[str]:
    with reading(town.engine) as connection:
        found = connection.scalars(select(INTENT.c.kind).where(INTENT.c.trace == trace))
        return sorted(found)


def test_request__that_pays__has_one_id_until_its_event_is_final(
    town: Town, anna: Person, shop: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "heitje_chain")
    answer = town.http.post(
        "/api/v1/payments",
        json={"code": town.code_of(shop), "cents": 250},
        headers={
            "Authorization": f"Bearer {anna.secret}",
            "Idempotency-Key": "coffee-of-anna",
            "X-Request-Id": TRACE,
        },
    )
    assert (answer.status_code, answer.headers["x-request-id"]) == (202, TRACE)
    town.work()

    assert kinds_with(town, TRACE) == ["payment"]
    assert events_of(caplog, TRACE) == ["intent_put", "intent_signed", "intent_done"]
    [request] = [
        one for one in caplog.records if one.getMessage() == "request" and one.__dict__["status"] == 202
    ]
    assert request.__dict__["route"] == "/api/v1/payments"


def test_request__that_adds_a_resident__has_one_id_although_the_worker_makes_the_wallet(town: Town) -> None:
    answer = town.http.post(
        "/api/v1/residents",
        json={"id": "3f8a2b1c4d5e4f60817263544a5b6c7d", "name": "Anna Jansen"},
        headers={
            "Authorization": f"Bearer {town.secrets['registrar']}",
            "Idempotency-Key": "anna-is-added",
            "X-Request-Id": TRACE,
        },
    )
    assert answer.is_success
    town.work()

    assert kinds_with(town, TRACE) == ["admit_resident"]


def test_act__that_is_carried_out_after_its_delay__keeps_the_id_of_who_signed_it(town: Town) -> None:
    shop = town.merchant()  # its admission is delayed: scheduled by one event, carried out for another

    with reading(town.engine) as connection:
        rows = connection.execute(select(INTENT.c.kind, INTENT.c.trace)).all()
    traces = {kind: {row.trace for row in rows if row.kind == kind} for kind in {row.kind for row in rows}}
    assert traces["carry_out"] == traces["officer_act"]
    assert shop.id


def test_request__without_an_id__gets_one_and_so_do_the_workers_own_wishes(town: Town, anna: Person) -> None:
    first, second = (town.http.get("/healthz").headers["x-request-id"] for _ in range(2))

    assert first != second
    with reading(town.engine) as connection:
        assert connection.scalars(select(INTENT.c.id).where(INTENT.c.trace.is_(None))).all() == []
