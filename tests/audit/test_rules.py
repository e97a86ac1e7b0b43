"""The chain of hashes, without a database."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heitje_chain.audit.rules import START, Detail, Head, NotAnId, Record, canonical, first_fault, seal

ids = st.from_regex(r"[0-9a-z]{1,8}([._:-][0-9a-z]{1,8}){0,2}", fullmatch=True)
details = st.dictionaries(ids, ids | st.integers() | st.lists(ids, max_size=3), max_size=3)
acts = st.tuples(st.integers(0, 2**40), ids, ids, ids, details)


@st.composite
def logs(draw: st.DrawFn, least: int = 0) -> list[Record]:
    head, records = Head(0, START), []
    for occurred_at, actor, act, subject, more in draw(st.lists(acts, min_size=least, max_size=6)):
        made = seal(head, occurred_at=occurred_at, actor=actor, act=act, subject=subject, details=more)
        records.append(made)
        head = Head(made.number, made.hash)
    return records


def head_of(log: list[Record]) -> Head:
    return Head(log[-1].number, log[-1].hash) if log else Head(0, START)


def sealed(record: Record, previous: str) -> Record:
    """The record with its hashes put right: what a forger would do."""
    lines = f'["heitje audit record 1",{record.number},{record.occurred_at},"{record.actor}","{record.act}",'
    text = record.details.replace('"', '\\"')
    lines += f'"{record.subject}","{text}","{previous}"]'
    return dataclasses.replace(record, previous=previous, hash=hashlib.sha256(lines.encode()).hexdigest())


def test_seal__is_sha256_of_the_documented_text() -> None:
    made = seal(
        Head(0, START),
        occurred_at=1_700_000_000,
        actor="officer:1",
        act="grant",
        subject="budget:2",
        details={"cents": 500, "batch": ["a", "b"]},
    )

    assert made.details == '{"batch":["a","b"],"cents":500}'
    assert made == sealed(made, START)
    assert made.hash == "72929dc07d33a3dcb9c2c3c60d0be8a08a75b286cd9156ec17d2e5044f2964c9"


@given(logs())
def test_first_fault__of_a_whole_log__is_none(log: list[Record]) -> None:
    assert first_fault(log) is None
    assert first_fault(log, head_of(log)) is None
    for record in log:
        assert first_fault(log, Head(record.number, record.hash)) is None


@given(logs(least=1), st.data())
def test_first_fault__names_a_changed_record(log: list[Record], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(log) - 1))
    name = data.draw(st.sampled_from(["occurred_at", "actor", "act", "subject", "details", "hash"]))
    old = getattr(log[place], name)
    log[place] = dataclasses.replace(log[place], **{name: old + 1 if name == "occurred_at" else old + "0"})

    assert first_fault(log) == f"Record {place + 1} was changed: its hash is not that of its content."


@given(logs(least=1), st.data())
def test_first_fault__names_a_forged_record(log: list[Record], data: st.DataObject) -> None:
    """Changed with its own hash put right: the record after it, or the kept head, tells."""
    place, kept = data.draw(st.integers(0, len(log) - 1)), head_of(log)
    forged = dataclasses.replace(log[place], subject=log[place].subject + "0")
    log[place] = sealed(forged, forged.previous)

    if place < len(log) - 1:
        said = f"Record {place + 1} was replaced: record {place + 2} was sealed upon another one."
        assert first_fault(log) == first_fault(log, kept) == said
    else:
        assert first_fault(log) is None
        assert first_fault(log, kept) == (
            f"Record {place + 1} is not the one whose hash was kept: it, or one before it, was rewritten "
            "with all that follows."
        )


@given(logs(least=2), st.data())
def test_first_fault__names_a_removed_record(log: list[Record], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(log) - 2))
    del log[place]

    assert first_fault(log) == f"Record {place + 1} is missing: record {place + 2} comes after {place}."


@given(logs(least=1), st.data())
def test_first_fault__names_a_removed_tail_by_the_kept_head(log: list[Record], data: st.DataObject) -> None:
    kept, left = head_of(log), data.draw(st.integers(0, len(log) - 1))
    del log[left:]

    assert first_fault(log) is None
    assert first_fault(log, kept) == (
        f"Record {left + 1} is missing: the log ends with record {left}, "
        f"but record {kept.number} was once there."
    )


@given(logs(least=2), st.data())
def test_first_fault__names_where_a_record_was_inserted(log: list[Record], data: st.DataObject) -> None:
    """Between two others, with its hashes right and the later numbers moved up."""
    place = data.draw(st.integers(0, len(log) - 1))
    before = log[place - 1].hash if place else START
    later = [dataclasses.replace(record, number=record.number + 1) for record in log[place:]]
    log[place:] = [sealed(dataclasses.replace(log[place], act="inserted"), before), *later]

    assert first_fault(log) == f"Record {place + 2} was changed: its hash is not that of its content."


def test_first_fault__names_records_that_have_no_place() -> None:
    first = seal(Head(0, START), occurred_at=1, actor="a", act="b", subject="c", details={})
    zero = sealed(dataclasses.replace(first, number=0), START)
    later = sealed(dataclasses.replace(first, number=3), first.hash)
    other = sealed(first, "1" * 64)

    assert first_fault([zero, first]) == "Record 0 was inserted: records are numbered from 1."
    assert first_fault([first, later]) == "Record 2 is missing: record 3 comes after 1."
    assert first_fault([other]) == "Record 1 was replaced: a log starts with 64 zeros."


def test_canonical__is_the_same_in_any_order() -> None:
    assert (
        canonical({"b": 1, "a": ("x", "y")})
        == canonical({"a": ["x", "y"], "b": 1})
        == '{"a":["x","y"],"b":1}'
    )


@pytest.mark.parametrize(
    "value",
    [
        "Jan Jansen",
        "jan@example.org",
        "NL91ABNA0417164300",
        "Kerkstraat 1",
        "",
        "a..b",
        "a\n",
        "x" * 201,
        1.5,
        True,
        None,
        b"a",
        {"a": 1},
        ["jan jansen"],
        [1],
    ],
)
def test_canonical__of_what_is_no_id__is_refused_without_repeating_it(value: Detail) -> None:
    with pytest.raises(NotAnId) as caught:
        canonical({"who": value})
    assert caught.value.field == "details.who"
    assert str(caught.value) == (
        "details.who is no id: small letters, digits and single . _ : - between them, at most 200. "
        "The audit log takes ids, codes and amounts only."
    )


@pytest.mark.parametrize("field", ["actor", "act", "subject"])
def test_seal__with_a_name__is_refused(field: str) -> None:
    given_ids = {"actor": "a", "act": "b", "subject": "c"} | {field: "Jan"}
    with pytest.raises(NotAnId) as caught:
        seal(Head(0, START), occurred_at=1, details={}, **given_ids)
    assert caught.value.field == field


def test_canonical__with_a_name_for_a_key__is_refused() -> None:
    with pytest.raises(NotAnId, match=r"^A key of the details is no id"):
        canonical({"Jan": 1})
