"""How things look to a person: amounts, times, ids, tables. Standard output; nothing here asks anything."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import typer

from heitje_chain.days import HERE
from heitje_chain.money import in_words

from .options import Language

SHORT = 12
"""How much of an id a table shows; commands take any beginning that only one thing has."""

_WIDE = 240
"""Columns when nobody looks: nothing is cut off in a file or a pipe."""

_MONTHS = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]


def amount(cents: int, language: Language) -> str:
    """Return "€ 15,00" or "€15.00"."""
    return in_words(cents, language)


def moment(seconds: int | None, language: Language) -> str:
    """Return local time such as "24 Nov 2026 15:40"; "-" for none."""
    if not seconds:
        return "-"
    here = datetime.fromtimestamp(seconds, HERE)
    month = _MONTHS[here.month - 1] if language == "nl" else f"{here:%b}"
    return f"{here.day} {month} {here:%Y %H:%M}"


def short(identifier: str | None) -> str:
    """Return the beginning of an id, which commands take as well."""
    return "-" if identifier is None else identifier.removeprefix("0x")[:SHORT]


@dataclass(frozen=True)
class Column:
    """One column: its heading, and how a thing is shown in it."""

    nl: str
    en: str
    of: Callable[[Any], str]
    right: bool = False


def table(columns: Sequence[Column], things: Iterable[Mapping[str, Any]], language: Language) -> None:
    """Print a row for each thing."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        heading = column.nl if language == "nl" else column.en
        drawn.add_column(heading, justify="right" if column.right else "left", overflow="fold")
    for thing in things:
        drawn.add_row(*(Text(plain(column.of(thing))) for column in columns))
    Console(width=None if sys.stdout.isatty() else _WIDE).print(drawn)


def facts(rows: Iterable[tuple[str, str]]) -> None:
    """Print names with their values below one another, values in full."""
    found = [(name, plain(value)) for name, value in rows]
    width = max((len(name) for name, _ in found), default=0)
    for name, value in found:
        typer.echo(f"{name:<{width}}  {value}")


def plain(text: str) -> str:
    """Return text as a terminal may show it: a name never moves the cursor or hides what follows."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
