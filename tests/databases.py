"""Where tests get a database: a SQLite file, or PostgreSQL when HEITJE_TEST_DATABASE is "postgresql".

`new_database(folder)` returns the URL of an empty one, `copy_of(url, folder)` that of a copy as a backup has
it. A PostgreSQL server runs for as long as the tests do (postgresql.py), and keeps the newest databases only:
each takes 8 MB.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url, text

from heitje_chain.db import open_engine, upgrade

from .postgresql import FAST, Server

ON_POSTGRESQL = os.environ.get("HEITJE_TEST_DATABASE", "sqlite") == "postgresql"

SAME_ON_ANY = {
    "client": "speaks HTTP with a server that the tests make up",
    "contracts": "has only a chain",
    "devnet": "has only a chain",
    "docs": "reads pages",
    "forge": "is Solidity",
    "scripts": "has only a chain",
    "setup": "installs",
}
"""Folder -> why its tests touch no database: on PostgreSQL they are left out, since SQLite's run has them."""

MOST_DATABASES = 40

_ADDRESS = "HEITJE_TEST_POSTGRESQL"
"""Tells the processes that a test starts where the server is."""

_numbers = count(1)
_made: list[str] = []


def new_database(folder: Path | None, *, tables: bool = True, keep: bool = False) -> str:
    """Return the URL of a new database for a test.

    Args:
        folder: where a SQLite file goes; none keeps it in memory, for the one engine that opens it
        tables: whether PostgreSQL's copy of a migrated template may come with its tables; SQLite's are empty
        keep: a fixture of the whole session has it
    """
    if not ON_POSTGRESQL and folder is None:
        return "sqlite://"
    if not ON_POSTGRESQL and folder is not None:
        return f"sqlite:///{folder / f'heitje-{next(_numbers)}.db'}"
    return _copy("heitje_template" if tables else "template0", keep)


@contextmanager
def other_database(folder: Path) -> Iterator[str]:
    """Give the URL of an empty database of the other kind."""
    if ON_POSTGRESQL:
        yield f"sqlite:///{folder / 'other.db'}"
        return
    server = Server(FAST)
    server.start()
    try:
        server.run("CREATE DATABASE other")
        yield server.url("other")
    finally:
        server.remove()


def copy_of(url: str, folder: Path) -> str:
    """Return the URL of a copy of a database as it is now; whoever is connected to it is thrown out."""
    if not ON_POSTGRESQL:
        copy = folder / f"copy-{next(_numbers)}.db"
        with sqlite3.connect(str(make_url(url).database)) as now, sqlite3.connect(copy) as then:
            now.backup(then)
        now.close()
        then.close()
        return f"sqlite:///{copy}"
    return _copy_as_it_is(url, keep=False)


def database_of(folder: Path, *, keep: bool = False, tables: bool = True) -> str:
    """Return the URL of a folder's own database, the same in every process, as Heitje has it."""
    if not ON_POSTGRESQL:
        return f"sqlite:///{folder / 'heitje.db'}"
    known = _known(folder)
    if not known.exists():
        known.write_text(new_database(folder, keep=keep, tables=tables))
    return known.read_text()


def copy_folder(folder: Path, copy: Path, *, keep: bool = True) -> None:
    """Copy a folder and its own database; whoever is connected to it is thrown out."""
    shutil.copytree(folder, copy)
    if ON_POSTGRESQL:
        copied = _copy_as_it_is(database_of(folder), keep)
        _known(copy).write_text(copied)


def put_back(url: str, backup: str) -> None:
    """Let a database be what a copy of it is; whoever is connected to it is thrown out."""
    if not ON_POSTGRESQL:
        file = Path(str(make_url(url).database))
        for left in file.parent.glob(f"{file.name}-*"):
            left.unlink()
        shutil.copy(str(make_url(backup).database), file)
        return
    name, copy = make_url(url).database, make_url(backup).database
    _admin(f"DROP DATABASE {name} WITH (FORCE)")
    _admin(f"CREATE DATABASE {name} TEMPLATE {copy}")


only_sqlite = pytest.mark.skipif(ON_POSTGRESQL, reason="what befalls a file of SQLite's")
only_postgresql = pytest.mark.skipif(not ON_POSTGRESQL, reason="what befalls a server or several writers")


def only_on(dialect: str, database: Engine | Connection) -> None:
    """Skip what the other database does not know."""
    if database.dialect.name != dialect:
        pytest.skip(f"only {dialect} can do this")


# ---------------------------------------------------------------- PostgreSQL


def _known(folder: Path) -> Path:
    above = folder.parent  # whose content tests list
    return above.parent / f".{above.name}-{folder.name}.database"


def _copy_as_it_is(url: str, keep: bool) -> str:
    name = str(make_url(url).database)
    _admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name", name=name)
    return _copy(name, keep)


def _copy(template: str, keep: bool) -> str:
    server = _server()
    name = f"heitje_{uuid4().hex}"
    _admin(f"CREATE DATABASE {name} TEMPLATE {template}")
    if not keep:
        _made.append(name)
    while len(_made) > MOST_DATABASES:
        _admin(f"DROP DATABASE {_made.pop(0)} WITH (FORCE)")
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _admin(statement: str, **values: object) -> None:
    engine = create_engine(_server(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement), values)
    engine.dispose()


@cache
def _server() -> str:
    """Return the URL of the server's own database. The first process starts it, and ends it with itself."""
    if _ADDRESS not in os.environ:
        os.environ[_ADDRESS] = _start()
    return os.environ[_ADDRESS]


def _start() -> str:
    server = Server(FAST)  # a test kills Heitje's processes, never this one
    server.start()
    server.run("CREATE DATABASE heitje_template")
    template = open_engine(server.url("heitje_template"))
    upgrade(template)
    template.dispose()
    return server.url("postgres")
