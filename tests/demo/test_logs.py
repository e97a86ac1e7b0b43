"""What the processes of a full demo logged: everything that happened, nobody who did it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from heitje_chain.demo import city, pilot
from heitje_chain.worker import DEVNET_SENDER_KEY

from .finished import Finished, books

LOGS = ("serve.log", "worker.log")

FIELDS = {
    "serve_started": {"address"},
    "serve_stopped": set(),
    "worker_started": set(),
    "worker_stopped": set(),
    "request": {"trace", "method", "route", "status", "milliseconds"},
    "intent_put": {"trace", "intent", "kind"},
    "intent_signed": {"trace", "intent", "kind", "hash", "nonce"},
    "intent_done": {"trace", "intent", "kind", "by"},
    "transaction_sent": {"hash"},
    "transaction_moved": {"hash", "state", "block"},
}
"""What each event of a demo that goes well says, besides time, level and event."""

AT_TIMES = frozenset(
    {
        "problem",
        "trace",
        "intent",
        "kind",
        "waits_for",
        "seconds",
        "wait_seconds",
        "hash",
        "nonce",
        "reason",
        "after",
        "wei",
    }
)
"""What other events may say, which a slow machine brings."""

PATTERNS = {
    "an IBAN": re.compile(r"\b[A-Z]{2}\d{2}[A-Z]{4}\d{10}\b", re.IGNORECASE),
    "an e-mail address": re.compile(r"[^\s\"]+@[^\s\"]+\.[a-z]+", re.IGNORECASE),
    "a token": re.compile(r"\bheitje_[A-Za-z0-9_-]{16,}"),
    "a till's code": re.compile(r"\bheitje:\d+:"),
}


@dataclass(frozen=True)
class Secrets:
    words: frozenset[str]
    """In small letters: names, titles, accounts, keys, tokens."""
    ids: frozenset[str]
    """Every long hexadecimal number that a log may have: intents' ids and transactions' hashes."""

    def found_in(self, line: str) -> list[str]:
        """Return what a line tells that it should not."""
        small = line.lower()
        told = [word for word in sorted(self.words) if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", small)]
        told += [what for what, pattern in PATTERNS.items() if pattern.search(line)]
        return told + [one for one in re.findall(r"[0-9a-f]{33,}", small) if one not in self.ids]


@pytest.fixture
def lines(demo: Finished) -> list[tuple[str, str]]:
    """Every line with the log it is in."""
    found = [(log, line) for log in LOGS for line in (demo.home / log).read_text().splitlines()]
    assert len(found) > 2000
    return found


@pytest.fixture
def secrets(demo: Finished) -> Secrets:
    with books(demo.home) as connection:
        return Secrets(words_of(connection, demo.home), ids_of(connection))


def words_of(connection: Connection, home: Path) -> frozenset[str]:
    """Return what is personal or secret in this city: from its database, its files and the pilot's data."""
    jobs, merchants = pilot.jobs(), pilot.merchants()
    names = [one.name for one in pilot.residents()] + [one.name for one in pilot.partners()]
    names += [one.name for one in merchants]
    words = {*names, *(name.split()[-1] for name in names)}
    words |= {one.iban for one in merchants} | {city.DEBTOR_IBAN, city.DEBTOR_NAME}
    words |= {text for one in jobs for text in (one.title, one.description, one.place, one.bring)}
    words |= column(connection, "SELECT name FROM participant")
    words |= column(connection, "SELECT iban FROM merchant_details")
    words |= column(connection, "SELECT account_holder FROM redemption")
    words |= column(connection, "SELECT title FROM job")
    words |= column(connection, "SELECT holder FROM access_token")
    words |= set(json.loads((home / city.TOKENS).read_text()).values())
    keys = [*(home / city.KEYS).iterdir(), home / "master.key"]
    words |= {key.read_text().strip().removeprefix("0x") for key in keys} | {DEVNET_SENDER_KEY.hex()}
    return frozenset(word.lower() for word in words if word)


def ids_of(connection: Connection) -> frozenset[str]:
    hashes = column(connection, "SELECT hash FROM chain_attempt")
    return frozenset({one.removeprefix("0x") for one in hashes} | column(connection, "SELECT id FROM intent"))


def column(connection: Connection, query: str) -> set[str]:
    found = {str(value) for value in connection.scalars(text(query)) if value is not None}
    assert found, query
    return found


def test_logs__each_line__is_json_with_the_fields_of_its_event_alone(lines: list[tuple[str, str]]) -> None:
    seen: dict[str, set[str]] = {}
    for _, line in lines:
        told = json.loads(line)
        assert list(told)[:3] == ["time", "level", "event"], line
        assert told["level"] in ("info", "warning"), line
        seen.setdefault(told["event"], set()).update(set(told) - {"time", "level", "event"})

    for event, fields in seen.items():
        assert FIELDS.get(event, set()) <= fields <= FIELDS.get(event, set()) | AT_TIMES, event
    assert set(FIELDS) <= set(seen)


def test_logs__no_line__tells_a_secret_or_who_somebody_is(
    lines: list[tuple[str, str]], secrets: Secrets
) -> None:
    assert [(log, line, told) for log, line in lines if (told := secrets.found_in(line))] == []


@pytest.mark.parametrize(
    "planted",
    [
        "Anna Jansen",
        "KOWALSKI",
        "Welpie Toys",
        "Alcander (JENS en Heerlen STAND-BY!)",
        "Bloembak bouwen",
        "NL41ABNA9000000001",
        "NL02RABO0123456789",
        "anna@example.nl",
        "heitje_uIwVvPYyT8A3PTNiSu7OVGYFyJD1eVB8",
        "heitje:31337:merchant:117d17cc6cea46f0aeefe0d99b3bca0b",
        DEVNET_SENDER_KEY.hex(),
        "0x" + "5e" * 32,
    ],
)
def test_search__of_a_line_with_something_in_it__finds_it(secrets: Secrets, planted: str) -> None:
    line = json.dumps({"time": "2026-11-24T18:56:12.769+00:00", "event": "request", "route": planted})

    assert len(secrets.found_in(line)) >= 1


def test_approval__from_request_to_event__has_one_id(demo: Finished, lines: list[tuple[str, str]]) -> None:
    with books(demo.home) as connection:
        trace = connection.scalar(text("SELECT max(trace) FROM intent WHERE kind = 'approve'"))
        approved = connection.execute(
            text("SELECT id, event_key FROM intent WHERE trace = :trace ORDER BY id"), {"trace": trace}
        ).all()
        recorded = column(connection, "SELECT \"key\" FROM chain_event WHERE name = 'ClaimApproved'")

    told = [(log, json.loads(line)) for log, line in lines if trace in line]
    web, work = ([one for where, one in told if where == log] for log in LOGS)
    ids = [row.id for row in approved]
    assert [of(one, "method", "route", "status") for one in web if one["event"] == "request"] == [
        {"event": "request", "method": "POST", "route": "/api/v1/approvals", "status": 202}
    ]
    assert by_id(web, "intent_put", "kind") == [
        {"event": "intent_put", "intent": one, "kind": "approve"} for one in ids
    ]
    assert by_id(work, "intent_signed", "kind") == [
        {"event": "intent_signed", "intent": one, "kind": "approve"} for one in ids
    ]
    assert by_id(work, "intent_done", "by") == [
        {"event": "intent_done", "intent": one, "by": "ClaimApproved"} for one in ids
    ]
    assert len(told) == 3 * len(ids) + 1  # and nothing else
    assert web[-1]["event"] == "request"  # what it put was committed before it was answered
    assert {row.event_key for row in approved} <= recorded


def by_id(told: list[dict[str, Any]], event: str, *fields: str) -> list[dict[str, Any]]:
    chosen = [of(one, "intent", *fields) for one in told if one["event"] == event]
    return sorted(chosen, key=lambda one: str(one["intent"]))


def of(told: dict[str, Any], *fields: str) -> dict[str, Any]:
    return {name: told[name] for name in ("event", *fields)}
