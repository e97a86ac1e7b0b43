"""How a record is written down, sealed and checked. No I/O.

A record's hash is SHA-256 over the JSON array

    ["heitje audit record 1", number, occurred_at, actor, act, subject, details, previous]

in ASCII without blanks, where `details` is a text (canonical JSON itself) and `previous` the hash of the
record before it, 64 zeros for the first. So a record fixes all records before it, and the newest hash, kept
elsewhere, fixes the whole log.

The log is never erased, so it holds ids, codes and amounts and never a person's data. What is no id by its
form is refused; that is a net, not a proof: a surname in small letters looks like an id.

Errors:
    AuditError
    ├── NotAnId        a field holds something else; its content is not repeated
    └── LockMissing    the tables were not made by `model.create_triggers` (raised by `service.record`)
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

START = "0" * 64
"""What the first record has for a previous hash."""

_FORM = "heitje audit record 1"
_ID = re.compile(r"[0-9a-z]+(?:[._:-][0-9a-z]+)*")
_MOST_CHARACTERS = 200

Detail = str | int | Sequence[str]
"""An id or a code, an amount in cents (or a count), or a list of ids."""


class AuditError(Exception):
    """Nothing was recorded."""


class NotAnId(AuditError):
    def __init__(self, field: str) -> None:
        super().__init__(
            f"{field} is no id: small letters, digits and single . _ : - between them, at most "
            f"{_MOST_CHARACTERS}. The audit log takes ids, codes and amounts only."
        )
        self.field = field


class LockMissing(AuditError):
    def __init__(self) -> None:
        super().__init__("The audit log's lock row is missing: run the migrations.")


@dataclass(frozen=True)
class Head:
    """The newest record; number 0 and START when there is none. Keep it elsewhere: it shows a cut-off log."""

    number: int
    hash: str
    """64 hex digits."""


@dataclass(frozen=True)
class Record:
    """One act. `occurred_at` is UTC seconds; `details` canonical JSON; both hashes are 64 hex digits."""

    number: int
    occurred_at: int
    actor: str
    act: str
    subject: str
    details: str
    previous: str
    hash: str


def seal(
    head: Head, *, occurred_at: int, actor: str, act: str, subject: str, details: Mapping[str, Detail]
) -> Record:
    """Return the record that follows `head`.

    Raises:
        NotAnId: actor, act, subject, or a key or value of the details.
    """
    fields = {"actor": actor, "act": act, "subject": subject}
    for name, value in fields.items():
        _require_id(name, value)
    text = canonical(details)
    number = head.number + 1
    own = _hash(number, occurred_at, actor, act, subject, text, head.hash)
    return Record(number, occurred_at, actor, act, subject, text, head.hash, own)


def canonical(details: Mapping[str, Detail]) -> str:
    """Return details as JSON with sorted keys and no blanks.

    Raises:
        NotAnId: a key, or a value that is neither an id, a whole number nor a list of ids.
    """
    for key, value in details.items():
        _require_id("A key of the details", key)
        _require_detail(f"details.{key}", value)
    return json.dumps(details, sort_keys=True, separators=(",", ":"), default=list)


def is_id(text: str) -> bool:
    """Whether the log takes this text: an id or a code by its form."""
    return len(text) <= _MOST_CHARACTERS and _ID.fullmatch(text) is not None


def first_fault(records: Iterable[Record], expected: Head | None = None) -> str | None:
    """Return a sentence about the first broken record, in the order of numbers; None when the chain is whole.

    Without `expected` a log whose end was cut off, or that was rewritten from some record to its end, looks
    whole.
    """
    head = Head(0, START)
    for record in records:
        fault = _fault_after(head, record) or _fault_against(expected, record)
        if fault is not None:
            return fault
        head = Head(record.number, record.hash)
    if expected is not None and expected.number > head.number:
        return (
            f"Record {head.number + 1} is missing: the log ends with record {head.number}, but record "
            f"{expected.number} was once there."
        )
    return None


# ---------------------------------------------------------------- details


def _fault_after(head: Head, record: Record) -> str | None:
    if record.number != head.number + 1:
        if record.number <= head.number:
            return f"Record {record.number} was inserted: records are numbered from 1."
        return f"Record {head.number + 1} is missing: record {record.number} comes after {head.number}."
    own = _hash(
        record.number,
        record.occurred_at,
        record.actor,
        record.act,
        record.subject,
        record.details,
        record.previous,
    )
    if own != record.hash:
        return f"Record {record.number} was changed: its hash is not that of its content."
    if record.previous != head.hash:
        if head.number == 0:
            return "Record 1 was replaced: a log starts with 64 zeros."
        return f"Record {head.number} was replaced: record {record.number} was sealed upon another one."
    return None


def _fault_against(expected: Head | None, record: Record) -> str | None:
    if expected is None or record.number != expected.number or record.hash == expected.hash:
        return None
    return (
        f"Record {record.number} is not the one whose hash was kept: it, or one before it, was rewritten "
        "with all that follows."
    )


def _hash(*fields: str | int) -> str:
    # `repr`: a bytes value that somebody put into SQLite gives another hash, not an exception.
    text = json.dumps([_FORM, *fields], separators=(",", ":"), default=repr)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _require_detail(name: str, value: object) -> None:
    if isinstance(value, int) and not isinstance(value, bool):
        return
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for item in value:
            _require_id(name, item)
        return
    _require_id(name, value)


def _require_id(name: str, value: object) -> None:
    if not isinstance(value, str) or not is_id(value):
        raise NotAnId(name)
