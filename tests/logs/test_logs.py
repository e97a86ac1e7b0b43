"""What log lines hold, and what they never do."""

from __future__ import annotations

import ast
import io
import json
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from heitje_chain import logs
from heitje_chain.db import open_engine
from heitje_chain.tracing import tracing

ROOT = Path(logs.__file__).parent
PERSONAL = "Anna Jansen, NL41ABNA9000000001"

LEVELS = ("debug", "info", "warning", "error", "exception", "critical", "log")

OURS, THEIRS = logging.getLogger("heitje_chain.tests"), logging.getLogger("requests.sessions")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """A stream that everything is logged to, from DEBUG on, in JSON; all is as before afterwards."""
    root, ours = logging.getLogger(), logging.getLogger(logs.OURS)
    before = list(root.handlers), root.level, ours.level
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    stream = io.StringIO()
    logs.set_up("json", "DEBUG", stream)
    yield stream
    logging.captureWarnings(False)
    root.handlers[:], root.level = before[0], before[1]
    ours.setLevel(before[2])


def told(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def fail() -> None:
    raise KeyError(PERSONAL)


def test_line__of_ours__is_time_level_event_trace_and_fields(lines: io.StringIO) -> None:
    with tracing("ab" * 16):
        OURS.info("intent_done", extra={"intent": "01", "attempts": 2, "lost": ["a", "b"]})

    [line] = told(lines)
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\d\+00:00", line.pop("time"))
    assert list(line.items()) == [
        ("level", "info"),
        ("event", "intent_done"),
        ("trace", "ab" * 16),
        ("intent", "01"),
        ("attempts", 2),
        ("lost", ["a", "b"]),
    ]


def test_line__of_another_id_than_the_present__has_its_own(lines: io.StringIO) -> None:
    with tracing("ab" * 16):
        OURS.info("intent_done", extra={"trace": "cd" * 16})

    assert [line["trace"] for line in told(lines)] == ["cd" * 16]


def test_exception__is_told_by_class_and_place_without_its_words(lines: io.StringIO) -> None:
    try:
        try:
            fail()
        except KeyError as error:
            raise ValueError(PERSONAL) from error
    except ValueError:
        OURS.exception("it_broke")

    [line] = told(lines)
    assert (line["error"], line["causes"]) == ("ValueError", ["KeyError"])
    assert re.fullmatch(r"\S*test_logs\.py:\d+ test_exception\S+", line["stack"][-1])
    assert PERSONAL not in lines.getvalue()
    assert "Anna" not in lines.getvalue()


def test_exception__of_the_database__is_told_with_its_code(lines: io.StringIO, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE person (name TEXT UNIQUE)"))
        connection.execute(text("INSERT INTO person VALUES (:name)"), {"name": PERSONAL})
    try:
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO person VALUES (:name)"), {"name": PERSONAL})
    except SQLAlchemyError as error:
        OURS.error("not_kept", exc_info=error)
    engine.dispose()

    [line] = told(lines)
    assert line["error"] == "sqlalchemy.exc.IntegrityError SQLITE_CONSTRAINT_UNIQUE"
    assert line["causes"] == ["sqlite3.IntegrityError SQLITE_CONSTRAINT_UNIQUE"]
    assert "Anna" not in lines.getvalue()


def test_library__below_warning__is_not_heard(lines: io.StringIO) -> None:
    for name in ("web3.providers.HTTPProvider", "httpx2", "urllib3.connectionpool", "sqlalchemy.engine"):
        logging.getLogger(name).debug("%s", PERSONAL)
        logging.getLogger(name).info("POST /%s", PERSONAL)

    assert lines.getvalue() == ""


def test_library__with_a_warning__is_told_by_its_pattern_alone(lines: io.StringIO) -> None:
    THEIRS.warning("Retrying %s after %r", PERSONAL, KeyError(PERSONAL))
    THEIRS.warning(f"Task of {PERSONAL} was never awaited")

    first, second = told(lines)
    assert first["pattern"] == "Retrying %s after %r"
    assert (first["event"], first["logger"]) == ("library", "requests.sessions")
    assert (second["event"], second["logger"]) == ("library", "requests.sessions")
    assert re.fullmatch(r"test_logs:\d+", second["at"])
    assert "Anna" not in lines.getvalue()


def test_text__is_one_line_whatever_a_field_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    record = OURS.makeRecord(
        OURS.name,
        logging.WARNING,
        "x.py",
        1,
        "it_broke",
        (),
        None,
        extra={"at": ["a\nb", 1], "why": "c\x1bd"},
    )

    line = logs.TextLines().format(record)
    assert line.partition(" ")[2] == "warning it_broke at=[a\\nb, 1] why=c\\x1bd"


ENDS = """
import sys, threading, warnings
from heitje_chain import logs
logs.set_up("json")
def fail():
    {}["Anna Jansen"]
warnings.warn("Anna Jansen is deprecated")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
fail()
"""


def test_process__that_ends_by_a_fault__tells_where_and_no_words() -> None:
    ended = subprocess.run([sys.executable, "-c", ENDS], capture_output=True, text=True, check=False)

    events = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [one["event"] for one in events] == ["library", "thread_ended_by_fault", "process_ended_by_fault"]
    assert [one.get("error") for one in events] == [None, "KeyError", "KeyError"]
    assert events[0]["logger"] == "py.warnings"
    assert "Anna" not in ended.stdout + ended.stderr
    assert ended.returncode == 1


# ---------------------------------------------------------------- the code


def calls() -> list[tuple[str, ast.Call]]:
    """Return every call of a logger in our code, with where it is; the devnet tells a person instead."""
    found = []
    for file in sorted(ROOT.rglob("*.py")):
        if "devnet" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            whose = node.func.value
            if isinstance(whose, ast.Name) and whose.id == "log" and node.func.attr in LEVELS:
                found.append((f"{file.relative_to(ROOT)}:{node.lineno}", node))
    return found


def test_code__names_its_events_and_puts_nothing_into_the_name() -> None:
    assert len(calls()) > 25
    for place, call in calls():
        assert isinstance(call.func, ast.Attribute)
        positional = call.args[1:] if call.func.attr == "log" else call.args
        assert len(positional) == 1, place
        [name] = positional
        chosen = isinstance(name, ast.Name) and name.id in (
            "event",
            "what",
        )  # given by one function to another
        assert chosen or (
            isinstance(name, ast.Constant) and re.fullmatch(r"[a-z]+(_[a-z]+)*", str(name.value))
        )


def test_code__logs_no_field_that_could_be_somebody() -> None:
    personal = re.compile(r"name|iban|holder|mail|phone|secret|token|password|title|note|description|body")
    for place, call in calls():
        for keyword in call.keywords:
            for part in ast.walk(keyword.value) if keyword.arg == "extra" else ():
                if isinstance(part, ast.Dict):
                    for key in part.keys:
                        assert key is None or not personal.search(str(getattr(key, "value", key))), place
