"""A demo that came to its end, and what it left."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from heitje_chain.db import open_engine, transaction
from tests.databases import database_of
from tests.devnet.home import HEITJE, Home

MOST_SECONDS = 300
"""Far above what it takes; the demo itself gives up when a step takes a minute."""


@dataclass(frozen=True)
class Finished:
    home: Path
    printed: str


@contextmanager
def finished(home: Path) -> Iterator[Finished]:
    """Run a demo in this folder; what it started is ended afterwards."""
    database_of(home, keep=True, tables=False)
    done = subprocess.run(
        [HEITJE, "demo", "--home", str(home)],
        env=Home(home).environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=MOST_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    yield Finished(home, done.stdout)
    Home(home).end_all()


@contextmanager
def books(home: Path) -> Iterator[Connection]:
    """The city's database, as whoever owns it has it."""
    engine = open_engine(database_of(home))
    with transaction(engine) as connection:
        yield connection
    engine.dispose()
