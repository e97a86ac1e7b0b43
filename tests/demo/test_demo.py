"""`heitje demo` as a person runs it, and `heitje reconcile` after it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib import resources
from pathlib import Path

import pytest
import xmlschema
from sqlalchemy import Connection, text

from heitje_chain.chain.devnet.processes import wait_until
from heitje_chain.db import open_engine, shown, upgrade
from tests.databases import copy_folder, database_of, new_database
from tests.devnet.home import HEITJE, Home
from tests.ledger.databases import unprotect

from .finished import Finished, books

EQUATION = re.compile(
    r"supply (\d+\.\d\d) = minted (\d+\.\d\d) - burned (\d+\.\d\d) "
    r"= wallets (\d+\.\d\d) \+ redemption (\d+\.\d\d)"
)


@contextmanager
def staying(home: Path) -> Iterator[None]:
    """The city of a finished demo, running again until it is ended as a person ends it."""
    process = subprocess.Popen(
        [HEITJE, "demo", "--stay", "--home", str(home)],
        env=Home(home).environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert any("Heitje runs: choose who you are at http://localhost:" in line for line in process.stdout)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait(60) == 0


def cents(euros: str) -> int:
    return int(euros.replace(".", ""))


@pytest.mark.seconds(60)
def test_demo__from_an_empty_folder__replays_the_pilot_and_closes_the_books(demo: Finished) -> None:
    for told in (
        "4 partners, 18 merchants, 1 association, 60 residents added",
        "60 residents confirmed by the registrar, with their age band",
        "the city's own limit, 1,500 a year: proposed by the treasurer, confirmed by the registrar",
        "1 claim stopped at a limit. Joke Yilmaz reads: This job would take you over your limit for ",
        "143 approved under 4 partners' signatures: the contracts minted",
        "1 rejected, disputed by the resident, and awarded by the arbiter",
        "1 claim lapsed: its reward is back in the partner's budget",
        "payments at 18 merchants, final on the chain",
        "1 payment refunded in part, 1 donation to the neighbourhood association",
        "18 redemptions locked, the coins wait for the bank",
        "the bank booked all lines but one",
        "Every balance, budget and payout line is the same on the chain, in the books and at the bank.",
    ):
        assert told in demo.printed
    [found] = EQUATION.findall(demo.printed)
    supply, minted, burned, wallets, redemption = map(cents, found)
    assert supply == minted - burned == wallets + redemption
    assert min(supply, minted, burned) > 0
    assert f"owed {found[0]} = supply {found[0]} + payable 0.00" in demo.printed


def test_demo__bank_file__is_valid_and_holds_17_good_lines_and_a_rejected_one(demo: Finished) -> None:
    [file] = (demo.home / "bank").iterdir()
    schema = resources.files("sepaxml").joinpath("schemas", "pain.001.001.09.xsd")
    xmlschema.XMLSchema(str(schema)).validate(str(file))

    with books(demo.home) as database:
        stored, digest = database.execute(text("SELECT file, file_sha256 FROM payout_batch")).one()
        lines = counted(database, "SELECT bank_outcome, count(*) FROM redemption GROUP BY bank_outcome")
    assert file.read_bytes() == stored
    assert sha256(stored).hexdigest() == digest
    assert lines == {"booked": 17, "rejected": 1}


def test_demo__books__hold_every_claim_once(demo: Finished) -> None:
    with books(demo.home) as database:
        states = counted(database, "SELECT state, count(*) FROM claim GROUP BY state")
        entries = counted(database, "SELECT kind, count(*) FROM journal_entry GROUP BY kind")
        failed = database.execute(text("SELECT kind FROM intent WHERE state NOT IN ('done')")).all()
    assert states == {"approved": 143, "awarded": 1, "lapsed": 1}
    assert entries["approve"] == 143
    assert entries["decide"] == 1
    assert failed == []


def test_reconcile__after_the_demo__is_equal_and_after_tampering_names_the_row(
    demo: Finished, tmp_path: Path
) -> None:
    copy = Home(tmp_path / "home")
    copy_folder(demo.home, copy.path)
    try:
        with staying(copy.path):
            equal = copy.heitje("reconcile")
            assert equal.returncode == 0, equal.stderr
            assert equal.stdout.splitlines()[0] == EQUATION.search(demo.printed)[0]  # type: ignore[index]
            assert equal.stdout.splitlines()[-1].startswith(
                "Equal on the chain, in the books and at the bank"
            )

            wallet = tamper(copy.path)
            differs = copy.heitje("reconcile")
            assert differs.returncode == 1
            assert f"DIFFERS Wallet of participant {wallet} on the chain: " in differs.stdout
            assert re.match(r"Error: \d+ differences at block \d+\.", differs.stderr)
    finally:
        copy.end_all()


def test_demo__in_a_folder_that_is_not_its_own__refuses_and_leaves_it(tmp_path: Path) -> None:
    (tmp_path / "diary").write_text("mine")

    done = subprocess.run(
        [HEITJE, "demo", "--home", str(tmp_path)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr == (f"Error: {tmp_path} was not made by the demo. Name another folder with --home.\n")
    assert (tmp_path / "diary").read_text() == "mine"


def test_demo__on_a_database_that_is_used__refuses_and_leaves_it(tmp_path: Path) -> None:
    url = new_database(tmp_path)
    engine = open_engine(url)
    upgrade(engine)

    done = subprocess.run(
        [HEITJE, "demo", "--home", str(tmp_path / "home")],
        env={**os.environ, "HEITJE_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == (
        f"Error: The database {shown(engine)} is not empty. The demo begins with an empty one, and empties "
        "none that lies outside its folder: make it anew, or let HEITJE_DATABASE_URL name another.\n"
    )
    assert not (tmp_path / "home").exists()
    engine.dispose()


def test_demo__when_ended_from_outside__ends_what_it_started(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    database_of(home.path, tables=False)
    process = subprocess.Popen(
        [HEITJE, "demo", "--home", str(home.path)], env=home.environment(), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert any("API and worker run at" in line for line in process.stdout)

    process.terminate()
    process.stdout.read()

    assert process.wait(60) == 143
    assert wait_until(lambda: not home.status()["running"], 10), home.status()


def tamper(home: Path) -> str:
    """Give somebody a cent in the journal, as whoever owns the database could; return whose wallet it is."""
    with books(home) as database:
        unprotect(database, "journal_line")
        account, entry, line = database.execute(
            text(
                "SELECT account, entry_number, line_number FROM journal_line "
                "WHERE account LIKE 'wallet:%' LIMIT 1"
            )
        ).one()
        more = "UPDATE journal_line SET cents = cents + 1 "
        database.execute(
            text(f"{more} WHERE entry_number = :entry AND line_number = :line"),
            {"entry": entry, "line": line},
        )
    return str(account).partition(":")[2]


def counted(connection: Connection, query: str) -> dict[str, int]:
    return {str(name): count for name, count in connection.execute(text(query))}
