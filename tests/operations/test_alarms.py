"""Alarms about processes, the machine and the chain: each rings by what it is for, and by nothing else."""

from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from heitje_chain.backup.model import BACKUP_TAKEN
from heitje_chain.chain.model import EVENT
from heitje_chain.chain.node import Node, NodeUnavailable
from heitje_chain.chain.watcher import WrongChain
from heitje_chain.db import open_engine
from heitje_chain.operations.figures.collectors import ServeFigures, WorkerFigures
from heitje_chain.operations.model import HEARTBEAT
from heitje_chain.operations.situation import limits_of
from heitje_chain.worker import open_worker
from tests.http.server import wait_until
from tests.service.survival import People
from tests.service.town import Town

from .promql import Scrapes, rings
from .provoking import DAY, FewRounds, how_many, make_older, work
from .sight import MACHINE, SERVE, WORKER, Sight, alarms, series_of

NOWHERE = "http://127.0.0.1:9"


def test_town__that_works__rings_no_alarm_but_for_the_backup_it_lacks(town: Town, people: People) -> None:
    seen = Sight(town, town.config)
    people.approve()
    people.redeem()
    town.post("auditor", "/reconciliations", {})
    work(town)

    assert seen.ringing() == ["HeitjeBackupOld"]


def test_backup__of_yesterday__rings(town: Town, sight: Sight) -> None:
    work(town)
    assert sight.ringing() == []

    make_older(town, BACKUP_TAKEN, "taken_at", 27 * 3600)
    assert sight.ringing() == ["HeitjeBackupOld"]


def test_worker__that_stands_still__rings_alone(town: Town, sight: Sight) -> None:
    work(town)
    sight.config = replace(sight.config, ready_round_seconds=1)

    wait_until(lambda: sight.ringing() == ["HeitjeWorkerStandsStill"])


def test_node__that_is_gone__rings_alone(town: Town, sight: Sight) -> None:
    town.config = sight.config = replace(sight.config, ready_round_seconds=1)
    town.restart_worker()
    work(town)
    worker, down = town.worker, Node(NOWHERE, timeout_seconds=1)
    worker.node = worker.sender._node = worker.watcher._node = worker.heart._node = down

    def went_round() -> list[str]:
        with pytest.raises(NodeUnavailable):
            worker.round()
        return sight.ringing()

    wait_until(lambda: went_round() == ["HeitjeNodeSilent"])


def test_node__on_another_chain__ends_the_worker_and_rings_alone(town: Town, sight: Sight, node: str) -> None:
    work(town)
    kept = how_many(town, EVENT)
    worker, other = town.worker, Node(node)
    worker.node = worker.sender._node = worker.watcher._node = worker.heart._node = other

    with pytest.raises(WrongChain):
        worker.run(FewRounds())
    assert sight.ringing() == ["HeitjeOtherChain"]
    assert how_many(town, EVENT) == kept  # nothing that is on our chain was forgotten

    with pytest.raises(WrongChain):
        open_worker(replace(town.config, rpc_url=node))
    assert sight.ringing() == ["HeitjeOtherChain"]

    town.restart_worker()
    work(town)
    assert sight.ringing() == []


def test_chain__that_makes_no_block_though_it_should__rings_alone(town: Town, sight: Sight) -> None:
    town.rpc("evm_mine")
    work(town)
    sight.config = replace(sight.config, block_seconds=1)
    assert sight.ringing() == []

    make_older(town, HEARTBEAT, "head_time", DAY)
    assert sight.ringing() == ["HeitjeChainStandsStill"]
    sight.config = replace(sight.config, block_seconds=0)  # a devnet, which makes none when nobody orders
    assert sight.ringing() == []


def test_worker__that_is_blocks_behind__rings_alone(town: Town, sight: Sight) -> None:
    work(town)
    make_older(town, HEARTBEAT, "seen", 201)

    assert sight.ringing() == ["HeitjeReadingBehind"]


def test_chain__that_steps_back__rings_alone(town: Town, people: People, sight: Sight) -> None:
    before = town.rpc("evm_snapshot")
    people.pay()
    work(town)
    assert sight.ringing() == []
    town.rpc("evm_revert", before)
    work(town)

    assert sight.ringing() == ["HeitjeChainSteppedBack"]


def test_second_store__that_cannot_be_written__rings_alone(town: Town, sight: Sight) -> None:
    work(town)
    wallets = town.config.key_store / "wallets"
    wallets.rename(wallets.with_name("taken-out"))
    wallets.symlink_to(wallets.with_name("no-longer-mounted"))
    town.post("registrar", "/residents", {"id": "3f8a2b1c4d5e4f60817263544a5b6c7d", "name": "Bilal"})
    town.worker.run(FewRounds())

    assert sight.ringing() == ["HeitjeKeyStoreUnwritable"]


def test_disk__that_is_nearly_full__rings_alone(
    town: Town, sight: Sight, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(town)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(free=11))
    assert sight.ringing(about_this_machine=True) == []

    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(free=9))
    assert sight.ringing(about_this_machine=True) == ["HeitjeDiskNearlyFull"]


def test_worker__whose_node_comes_back__logs_that_it_goes_on(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    worker = town.worker
    up, down = worker.sender._node, Node(NOWHERE, timeout_seconds=1)
    worker.sender._node = down

    class Stop(FewRounds):
        def wait(self, timeout: float | None = None) -> bool:
            worker.sender._node = up
            return super().wait(timeout)

    with caplog.at_level(logging.INFO, "heitje_chain.worker"):
        worker.run(Stop())

    told = [(one.getMessage(), one.__dict__.get("after")) for one in caplog.records]
    assert [one for one in told if one[0] in ("node_unavailable", "going_on")] == [
        ("node_unavailable", None),
        ("going_on", "node_unavailable"),
    ]


def test_database__that_is_gone__rings_with_what_it_makes_unready(town: Town) -> None:
    engine = open_engine(f"sqlite:///{town.config.home / 'new.db'}")  # without any table
    limits = limits_of(town.config, town.record)
    web = series_of(SERVE, ServeFigures(engine, town.config, limits).collect())
    work = series_of(WORKER, WorkerFigures(engine, town.config).collect())
    engine.dispose()

    seen = Scrapes(web | work, web | work)
    ringing = {name for name, rule in alarms().items() if rings(rule["expr"], seen)}
    assert ringing - set(MACHINE) == {"HeitjeDatabaseDown"}


def usage(free: int) -> Any:
    return SimpleNamespace(total=100, used=100 - free, free=free)
