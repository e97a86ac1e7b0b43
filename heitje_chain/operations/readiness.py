"""Whether the service can do its work, in checks that each have a figure, a limit and a sentence.

How old may the newest block be? That depends on the chain. A production chain makes blocks by the clock
(HEITJE_BLOCK_SECONDS), so its newest block has an age: the node's answer less the block's own time. A devnet
makes a block only when there is something to put into it, so its newest block may be days old and nothing
is wrong; there, and on any chain, what tells is a transaction that was signed and gets into no block.

No I/O here: `situation.py` reads, this judges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from heitje_chain.chain.lane import LaneState
from heitje_chain.chain.model import ACTIVE, PAUSED

from .heartbeat import OTHER_CHAIN, Heartbeat

Verdict = Literal["ok", "warning", "failed"]
"""A warning does not make the service unready: people can go on, somebody must look."""

CLOCK_TOLERANCE_SECONDS = 900
"""How far a production chain's newest block may be ahead of our clock."""

MOST_BLOCKS_BEHIND = 200


@dataclass(frozen=True)
class Limits:
    """In seconds, except where it says so."""

    round: int
    head: int
    sending: int
    comparison: int
    block: int
    """How often the chain makes a block; 0 when only something to put into it makes one."""


@dataclass(frozen=True)
class Situation:
    """What was read, at one moment."""

    now: int
    heartbeat: Heartbeat | None
    lane: LaneState | None
    oldest_unmined: int | None
    """When the oldest transaction was signed that is in no block, UTC seconds."""
    compared_at: int | None
    compared_equal: bool | None


@dataclass(frozen=True)
class Check:
    name: str
    verdict: Verdict
    figure: int | None
    limit: int | None
    unit: str
    sentences: Mapping[str, str]
    """By language: nl, en."""


def database_failed() -> list[Check]:
    """Return what can be told without the database."""
    nl = "De database antwoordt niet: zie 'database' in het draaiboek."
    return [_check("database", "failed", None, None, "", nl, "The database does not answer.")]


def judge(situation: Situation, limits: Limits) -> list[Check]:
    """Return every check, the most fundamental first."""
    return [
        _check("database", "ok", None, None, "", "De database antwoordt.", "The database answers."),
        _worker(situation, limits),
        _node(situation, limits),
        _chain(situation),
        _head(situation, limits),
        _following(situation),
        _sending(situation, limits),
        _lane(situation),
        _comparison(situation, limits),
    ]


def is_ready(checks: list[Check]) -> bool:
    return all(check.verdict != "failed" for check in checks)


def head_age(beat: Heartbeat | None) -> int | None:
    """Return how old the newest block was when the node told of it, in seconds; never below zero."""
    if beat is None or beat.node_at is None or beat.head_time is None:
        return None
    return max(beat.node_at - beat.head_time, 0)


# ---------------------------------------------------------------- one by one


def _worker(situation: Situation, limits: Limits) -> Check:
    beat = situation.heartbeat
    if beat is None:
        nl = "Er heeft nog nooit een worker gelopen. Start er een met `heitje worker`."
        en = "No worker ever ran. Start one with `heitje worker`."
        return _check("worker", "failed", None, limits.round, "seconds", nl, en)
    age = max(situation.now - beat.round_at, 0)
    if age > limits.round:
        nl = f"De worker staat stil: {age} seconden niets gedaan. Er komt niets op de keten."
        en = f"The worker stands still: nothing for {age} seconds. Nothing gets onto the chain."
        return _check("worker", "failed", age, limits.round, "seconds", nl, en)
    return _check("worker", "ok", age, limits.round, "seconds", "De worker werkt.", "The worker works.")


def _node(situation: Situation, limits: Limits) -> Check:
    beat = situation.heartbeat
    age = None if beat is None or beat.node_at is None else max(situation.now - beat.node_at, 0)
    if age is None or age > limits.round:
        since = "nooit" if age is None else f"al {age} seconden niet"
        ever = "has never answered" if age is None else f"has not answered for {age} seconds"
        nl, en = f"De keten heeft {since} geantwoord.", f"The chain's node {ever}."
        return _check("node", "failed", age, limits.round, "seconds", nl, en)
    return _check("node", "ok", age, limits.round, "seconds", "De keten antwoordt.", "The node answers.")


def _chain(situation: Situation) -> Check:
    beat = situation.heartbeat
    if beat is not None and beat.node_error == OTHER_CHAIN:
        nl = "De node staat op een andere keten dan onze contracten: de worker is gestopt."
        en = "The node is on another chain than our contracts: the worker has stopped."
        return _check("chain", "failed", None, None, "", nl, en)
    nl, en = "De node staat op onze keten.", "The node is on our chain."
    return _check("chain", "ok", None, None, "", nl, en)


def _head(situation: Situation, limits: Limits) -> Check:
    beat, age = situation.heartbeat, head_age(situation.heartbeat)
    if beat is None or age is None or beat.head_time is None or beat.node_at is None:
        nl, en = "Er is nog geen blok bekend.", "No block is known yet."
        return _check("head", "failed", None, limits.head or None, "seconds", nl, en)
    if limits.block == 0:
        nl = "Deze keten maakt alleen een blok als er iets te doen is: hoe oud het is zegt niets."
        en = "This chain makes a block only when there is something to do: its age says nothing."
        return _check("head", "ok", age, None, "seconds", nl, en)
    if beat.head_time - beat.node_at > CLOCK_TOLERANCE_SECONDS:
        nl = "Het nieuwste blok komt uit de toekomst: de klok van deze machine loopt achter."
        en = "The newest block is from the future: this machine's clock is behind."
        return _check("head", "failed", age, limits.head, "seconds", nl, en)
    if age > limits.head:
        nl = f"De keten staat stil: het nieuwste blok is {age} seconden oud."
        en = f"The chain stands still: its newest block is {age} seconds old."
        return _check("head", "failed", age, limits.head, "seconds", nl, en)
    nl, en = "De keten maakt blokken.", "The chain makes blocks."
    return _check("head", "ok", age, limits.head, "seconds", nl, en)


def _following(situation: Situation) -> Check:
    beat = situation.heartbeat
    if beat is None or beat.head is None or beat.seen is None:
        nl, en = "Er is nog geen blok gelezen.", "No block was read yet."
        return _check("following", "failed", None, MOST_BLOCKS_BEHIND, "blocks", nl, en)
    behind = max(beat.head - beat.seen, 0)
    if behind > MOST_BLOCKS_BEHIND:
        nl = f"De worker leest nog {behind} blokken: wat mensen zien loopt zolang achter."
        en = f"The worker has {behind} blocks to read: what people see is behind for so long."
        return _check("following", "failed", behind, MOST_BLOCKS_BEHIND, "blocks", nl, en)
    nl, en = "De blokken zijn gelezen.", "The blocks were read."
    return _check("following", "ok", behind, MOST_BLOCKS_BEHIND, "blocks", nl, en)


def _sending(situation: Situation, limits: Limits) -> Check:
    since = situation.oldest_unmined
    age = 0 if since is None else max(situation.now - since, 0)
    if age > limits.sending:
        nl = f"Een transactie wacht al {age} seconden op een blok."
        en = f"A transaction has waited for a block for {age} seconds."
        return _check("sending", "failed", age, limits.sending, "seconds", nl, en)
    nl, en = "Wat verstuurd is komt in een blok.", "What was sent gets into a block."
    return _check("sending", "ok", age, limits.sending, "seconds", nl, en)


def _lane(situation: Situation) -> Check:
    lane = situation.lane
    if lane is None:
        nl, en = "Er is nog geen verzendrekening.", "There is no sending account yet."
        return _check("lane", "failed", None, None, "", nl, en)
    if lane.state == PAUSED:
        nl = f"Er wordt niets verstuurd: de verzendrekening ligt stil ({lane.reason})."
        en = f"Nothing is sent: the sending account is paused ({lane.reason})."
        return _check("lane", "failed", None, None, "", nl, en)
    if lane.state != ACTIVE:
        nl, en = "De verzendrekening komt weer op gang.", "The sending account is getting under way again."
        return _check("lane", "warning", None, None, "", nl, en)
    return _check("lane", "ok", None, None, "", "De verzendrekening verstuurt.", "The sending account sends.")


def _comparison(situation: Situation, limits: Limits) -> Check:
    at = situation.compared_at
    age = None if at is None else max(situation.now - at, 0)
    if age is None or age > limits.comparison:
        nl = "Keten, boeken en bank zijn te lang niet vergeleken."
        en = "Chain, books and bank were not compared for too long."
        return _check("comparison", "failed", age, limits.comparison, "seconds", nl, en)
    if not situation.compared_equal:
        nl = "Keten, boeken en bank verschillen. Betalen gaat door, uitbetalen niet."
        en = "Chain, books and bank differ. Payments go on, payouts do not."
        return _check("comparison", "warning", age, limits.comparison, "seconds", nl, en)
    nl, en = "Keten, boeken en bank zijn gelijk.", "Chain, books and bank are equal."
    return _check("comparison", "ok", age, limits.comparison, "seconds", nl, en)


def _check(
    name: str, verdict: Verdict, figure: int | None, limit: int | None, unit: str, nl: str, en: str
) -> Check:
    return Check(name, verdict, figure, limit, unit, {"nl": nl, "en": en})
