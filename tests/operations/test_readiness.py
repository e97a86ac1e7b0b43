"""When the service is ready, by figures alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from heitje_chain.chain.lane import LaneState
from heitje_chain.operations.heartbeat import Heartbeat
from heitje_chain.operations.readiness import Limits, Situation, database_failed, is_ready, judge

NOW = 1_800_000_000

DEVNET = Limits(round=120, head=0, sending=600, comparison=3600, block=0)
PRODUCTION = replace(DEVNET, block=5, head=60)

BEAT = Heartbeat("host:1", NOW - 1, NOW - 1, None, 100, NOW - 3, 100, 100, 7, 10**12, 10**9)
LANE = LaneState("main", "0x00", 7, "active", None, None)
GOOD = Situation(NOW, BEAT, LANE, None, NOW - 300, True)

NAMES = ["database", "worker", "node", "chain", "head", "following", "sending", "lane", "comparison"]


def failed(situation: Situation, limits: Limits = PRODUCTION) -> list[str]:
    return [check.name for check in judge(situation, limits) if check.verdict == "failed"]


def beat(**changes: int | str | None) -> Situation:
    return replace(GOOD, heartbeat=replace(BEAT, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("limits", [DEVNET, PRODUCTION])
def test_judge__when_all_is_well__is_ready(limits: Limits) -> None:
    checks = judge(GOOD, limits)

    assert [check.name for check in checks] == NAMES
    assert {check.verdict for check in checks} == {"ok"}
    assert is_ready(checks)
    assert all(set(check.sentences) == {"nl", "en"} for check in checks)


def test_judge__a_quiet_devnet__is_ready_however_old_its_newest_block_is() -> None:
    assert failed(beat(head_time=NOW - 86_400), DEVNET) == []


def test_judge__a_production_chain_that_stands_still__is_not_ready() -> None:
    assert failed(beat(head_time=NOW - 1 - 60)) == []
    assert failed(beat(head_time=NOW - 1 - 61)) == ["head"]


def test_judge__the_heads_age__is_what_the_node_said_and_not_how_long_ago_it_did() -> None:
    """A node that is silent for a minute is the node's check alone."""
    silent = beat(node_at=NOW - 110, head_time=NOW - 112, node_error="NodeUnavailable")

    assert failed(silent) == []


def test_judge__a_clock_that_is_behind__is_not_ready_where_blocks_tell_the_time() -> None:
    assert failed(beat(head_time=NOW + 3600)) == ["head"]
    assert failed(beat(head_time=NOW + 3600), DEVNET) == []


@pytest.mark.parametrize(
    ("situation", "checks"),
    [
        (beat(round_at=NOW - 121), ["worker"]),
        (beat(node_at=NOW - 121, head_time=NOW - 122), ["node"]),
        (beat(node_error="WrongChain"), ["chain"]),
        (beat(node_at=None, head=None, head_time=None, seen=None), ["node", "head", "following"]),
        (beat(head=400, seen=199), ["following"]),
        (beat(head=400, seen=200), []),
        (replace(GOOD, heartbeat=None), ["worker", "node", "head", "following"]),
        (replace(GOOD, oldest_unmined=NOW - 601), ["sending"]),
        (replace(GOOD, oldest_unmined=NOW - 600), []),
        (replace(GOOD, lane=None), ["lane"]),
        (replace(GOOD, lane=replace(LANE, state="paused", reason="key_used_elsewhere")), ["lane"]),
        (replace(GOOD, compared_at=NOW - 3601), ["comparison"]),
        (replace(GOOD, compared_at=None, compared_equal=None), ["comparison"]),
    ],
)
def test_judge__what_is_wrong__fails_its_check_and_no_other(situation: Situation, checks: list[str]) -> None:
    assert failed(situation) == checks
    assert is_ready(judge(situation, PRODUCTION)) is (checks == [])


@pytest.mark.parametrize(
    ("situation", "name"),
    [
        (replace(GOOD, compared_equal=False), "comparison"),
        (replace(GOOD, lane=replace(LANE, state="resuming")), "lane"),
    ],
)
def test_judge__what_stops_nobody_from_paying__is_a_warning(situation: Situation, name: str) -> None:
    checks = judge(situation, PRODUCTION)

    assert [check.name for check in checks if check.verdict == "warning"] == [name]
    assert is_ready(checks)


def test_judge__without_a_database__says_so_alone() -> None:
    checks = database_failed()

    assert [(check.name, check.verdict) for check in checks] == [("database", "failed")]
    assert not is_ready(checks)
