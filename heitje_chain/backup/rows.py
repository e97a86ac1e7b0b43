"""How rows become lines of JSON and rows again, the same for SQLite and PostgreSQL and at every revision.

The tables are asked what columns they have, so nothing here knows them. A line is a JSON array of the columns
in the order of the part's first line, which names them:

    ["id", "raw", "refusal"]
    [7, {"bytes": "AQID"}, {"json": {"name": "Paused"}}]

An integer, a text, a truth value and NULL are themselves; bytes and JSON are wrapped, since JSON's own null
is not the database's.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    cast,
    column,
    func,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.types import TypeDecorator

NOT_COPIED = "alembic_version"
"""Which revision the tables have is in the manifest; a restore makes them so."""

PART_BYTES = 1_000_000
_ROWS_AT_ONCE = 50
"""In memory: a photo's row has up to half a megabyte."""


class _KeptJson(TypeDecorator[Any]):
    """JSON of which a null stays a null and NULL stays NULL."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Any) -> Any:
        if value is None:
            return None
        return JSON.NULL if value["json"] is None else value["json"]


def tables_of(connection: Connection) -> list[Table]:
    """Return every table that is there, those that others point to first."""
    found = MetaData()
    found.reflect(connection)
    return [one for one in found.sorted_tables if one.name != NOT_COPIED]


def dumped(connection: Connection, source: Table) -> Iterator[tuple[bytes, int]]:
    """Yield a table's rows in the order of their key, as parts of about 1 MB with their number of rows."""
    columns = list(source.columns)
    chosen = select(*(cast(one, Text) if _is_json(one) else one for one in columns))
    ordered = chosen.order_by(*(source.primary_key.columns or columns))
    rows = connection.execute(ordered.execution_options(yield_per=_ROWS_AT_ONCE))
    first = _line([one.name for one in columns])
    lines, size = [first], len(first)
    for row in rows:
        lines.append(_line([_out(one, value) for one, value in zip(columns, row, strict=True)]))
        size += len(lines[-1])
        if size >= PART_BYTES:
            yield b"".join(lines), len(lines) - 1
            lines, size = [first], len(first)
    if len(lines) > 1:
        yield b"".join(lines), len(lines) - 1


def laid_down(connection: Connection, targets: list[Table]) -> dict[str, set[bytes]]:
    """Return table -> lines of the rows that making the tables brought."""
    return {
        one.name: {line + b"\n" for part, _ in dumped(connection, one) for line in part.splitlines()[1:]}
        for one in targets
    }


def insert_part(connection: Connection, target: Table, content: bytes, there: set[bytes]) -> int:
    """Insert a part's rows, save for those whose line is `there`, and return their number."""
    names, *lines = [json.loads(line) for line in content.splitlines()]
    columns = [target.columns[name] for name in names]
    rows = [
        {name: _in(value) for name, value in zip(names, line, strict=True)}
        for line in lines
        if _line(line) not in there
    ]
    if rows:
        # As the driver takes them, save for JSON.
        bare = table(
            target.name,
            *(column(one.name, _KeptJson() if _is_json(one) else one.type) for one in columns),
        )
        connection.execute(insert(bare), rows)
    return len(lines)


def set_sequences(connection: Connection, targets: list[Table]) -> None:
    """Let PostgreSQL count on from the highest id; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for target in targets:
        for one in target.primary_key.columns:
            if not isinstance(one.type, Integer):
                continue
            sequence = connection.scalar(select(func.pg_get_serial_sequence(f'"{target.name}"', one.name)))
            highest = connection.scalar(select(func.max(one)))
            if sequence and highest is not None:
                connection.execute(
                    text("SELECT setval(:sequence, :highest)"), {"sequence": sequence, "highest": highest}
                )


# ---------------------------------------------------------------- details


def _is_json(one: Column[Any]) -> bool:
    return isinstance(one.type, JSON)


def _out(one: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if _is_json(one):
        return {"json": json.loads(value)}
    if isinstance(one.type, LargeBinary):
        return {"bytes": base64.b64encode(value).decode()}
    if not isinstance(value, bool | int | str):
        # A new kind of column needs a form of its own here; better no backup than a wrong one.
        raise TypeError(f"{one.table.name}.{one.name} holds a {type(value).__name__}.")
    return value


def _in(value: Any) -> Any:
    return base64.b64decode(value["bytes"]) if isinstance(value, dict) and "bytes" in value else value


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode() + b"\n"
