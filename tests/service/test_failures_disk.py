"""Case 20: a disk that is full while somebody writes.

The limit on a file's size does it for one process, without root: a write beyond it fails like one on a full
disk. Nothing is sent that was not saved, and all goes on once there is room.
"""

from __future__ import annotations

import logging
import multiprocessing
import resource
import sys
from multiprocessing.synchronize import Event as SharedEvent
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select

from heitje_chain.backup.taking import take_backup
from heitje_chain.config import Config
from heitje_chain.db import open_engine, reading
from heitje_chain.worker import open_worker
from tests.databases import only_sqlite
from tests.devnet.home import wait_for

from .dying import close_connections, forked, served
from .survival import People, assert_sound, paid_told, rows, transactions
from .town import Person, Town

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs prlimit")

NO_ROOM = 4096
"""Bytes: the database's files are longer, so each write beyond them fails."""


def fill_disk(pid: int) -> None:
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (NO_ROOM, resource.RLIM_INFINITY))


def make_room(pid: int) -> None:
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@only_sqlite
def test_web_process__when_the_disk_is_full__says_503_and_takes_the_same_order_later(
    town: Town, people: People
) -> None:
    order = {"code": town.code_of(people.shop), "cents": 4_00}
    close_connections(town)
    with served(town) as web:
        assert web.post(people.anna.secret, "/payments", order, "before-it").status_code == 202
        before = rows(town)
        close_connections(town)
        fill_disk(web.pid)
        for _ in range(3):
            refused = web.post(people.anna.secret, "/payments", order, "full-disk")
            assert (refused.status_code, refused.json()["type"]) == (503, "/problems/database-busy")
            assert refused.headers["Retry-After"] == "5"
        assert web.get(people.anna.secret, "/payments").status_code == 200
        assert rows(town) == before, "nothing is half written"
        close_connections(town)

        make_room(web.pid)
        answers = [web.post(people.anna.secret, "/payments", order, "full-disk") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [202, 202]
        assert answers[0].json() == answers[1].json()

    assert_sound(town, paid_told(answers[0].json()))
    assert (town.spendable(people.anna), town.spendable(people.shop)) == (15_00 - 8_00, 8_00)


@only_sqlite
def test_worker__when_the_disk_is_full__waits_and_sends_nothing_that_is_not_saved(
    town: Town, people: People
) -> None:
    tried = multiprocessing.get_context("fork").Event()
    signed = transactions(town)
    running = forked(town, work_and_tell, town.config, tried, "database_unavailable", NO_ROOM)
    try:
        payment = people.pay(4_00)
        wait_for(tried.is_set, "a try of the worker")
        assert running.is_alive()
        assert paid_told(payment).count(town) == 0
        assert transactions(town) == signed
        assert running.pid is not None
        make_room(running.pid)
        wait_for(lambda: is_paid(town, people.anna, payment), "the payment")
    finally:
        running.kill()
        running.join()

    assert_sound(town, paid_told(payment))
    assert len(transactions(town)) == len(signed) + 1


def test_worker__when_the_second_stores_disk_is_full__waits_and_makes_the_wallet_later(
    town: Town, people: People
) -> None:
    tried = multiprocessing.get_context("fork").Event()
    body = {"id": "1" * 12 + "4111" + "8" + "1" * 15, "name": "Bilal"}
    town.post("registrar", "/residents", body)
    running = forked(town, work_and_tell, town.config, tried, "key_store_unavailable", 0)
    path = f"/residents/{body['id']}"
    try:
        wait_for(tried.is_set, "a try of the worker")
        assert town.get("registrar", path)["state"] == "asked"
        assert running.is_alive()
        assert body["id"] not in town.worker.store.wallet_ids()
        assert running.pid is not None
        make_room(running.pid)
        wait_for(lambda: town.get("registrar", path)["state"] == "active", "the resident")
    finally:
        running.kill()
        running.join()
    assert_sound(town)


@pytest.mark.parametrize("room", [0, 10_000])
def test_backup__when_the_disk_is_full__leaves_nothing(town: Town, people: People, room: int) -> None:
    folder = town.config.home / "backups"
    folder.mkdir()
    refused = multiprocessing.get_context("fork").Event()

    running = forked(town, back_up_and_tell, town.config, refused, room)
    running.join(60)

    assert (running.exitcode, refused.is_set()) == (0, True)
    assert list(folder.iterdir()) == []
    assert_sound(town)


def is_paid(town: Town, person: Person, payment: dict[str, Any]) -> bool:
    return bool(town.get(person, f"/payments/{payment['id']}")["state"] == "paid")


class Telling(logging.Handler):
    """Sets `tried` when this is logged."""

    def __init__(self, tried: SharedEvent, what: str) -> None:
        super().__init__()
        self._tried, self._what = tried, what

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() == self._what:
            self._tried.set()


def work_and_tell(config: Config, tried: SharedEvent, what: str, room: int) -> None:
    """Be a worker on a full disk; set `tried` when it waits for this."""
    logging.getLogger("heitje_chain.worker").addHandler(Telling(tried, what))
    worker = open_worker(config)  # which leaves a connection open; a new one needs room for a file of its own
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    worker.run(Event())


def back_up_and_tell(config: Config, refused: SharedEvent, room: int) -> None:
    from pyrage.x25519 import Identity

    engine, recipient = open_engine(config.database_url), Identity.generate().to_public()
    with reading(engine) as connection:
        connection.execute(select(1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    try:
        take_backup(engine, config, config.home / "backups" / "a.age", [recipient])
    except OSError:
        refused.set()
