"""What was claimed and awarded before there was a guard counts afterwards, and the law's limits are there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, select, text

import heitje_chain.db
from heitje_chain.allowance import limits
from heitje_chain.allowance.model import ENTRY
from heitje_chain.db import open_engine, transaction, upgrade
from tests.databases import new_database

from .desk import at

MIGRATIONS = Path(heitje_chain.db.__file__).parent / "migrations"
ANNA = "aa" * 20
NOVEMBER, DECEMBER, JANUARY = at(2026, 11, 20), at(2026, 12, 31, 22, 59), at(2026, 12, 31, 23)


@pytest.fixture
def before(tmp_path: Path) -> Iterator[Engine]:
    """A database as it was before the guard."""
    engine = open_engine(new_database(tmp_path, tables=False))
    with transaction(engine) as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0011")
    yield engine
    engine.dispose()


def add_job(connection: Connection, submit_by: int) -> None:
    connection.execute(
        text(
            "INSERT INTO job (id, partner, period, reward, slots, claim_by, submit_by, document_hash, state, "
            "released, created_at) VALUES ('job', 'p', 2026, 1500, 9, 1, :submit_by, 'h', 'open', false, 1)"
        ),
        {"submit_by": submit_by},
    )


def add_claim(connection: Connection, claim_id: str, state: str, cents: int = 1_500) -> None:
    connection.execute(
        text(
            "INSERT INTO claim (id, job, resident, cents, state, since, created_at) "
            "VALUES (:id, 'job', :anna, :cents, :state, :at, :at)"
        ),
        {"id": claim_id, "anna": ANNA, "cents": cents, "state": state, "at": NOVEMBER},
    )


def add_event(connection: Connection, number: int, name: str, key: str, at: int, **told: object) -> None:
    connection.execute(
        text("INSERT INTO block (number, hash, timestamp, final) VALUES (:number, :hash, :at, true)"),
        {"number": number, "hash": f"0x{number:064x}", "at": at},
    )
    connection.execute(
        text(
            "INSERT INTO chain_event (block_number, log_index, transaction_hash, contract, name, key, "
            "arguments) VALUES (:number, 0, '0x00', 'c', :name, :key, :told)"
        ),
        {"number": number, "name": name, "key": key, "told": json.dumps(told)},
    )


def test_upgrade__counts_what_was_claimed_and_awarded_before(before: Engine) -> None:
    with transaction(before) as connection:
        add_job(connection, submit_by=DECEMBER)
        for claim_id, state in (
            ("open", "claimed"),
            ("paid", "awarded"),
            ("gone", "withdrawn"),
            ("no", "refused"),
        ):
            add_claim(connection, claim_id, state)
        add_event(connection, 1, "ClaimSubmitted", "0xpaid", JANUARY, evidenceHash="0x00")
        award = {"awardId": "0xaward", "resident": f"0x{ANNA}", "cents": 700}
        add_event(connection, 2, "AwardMinted", "0xaward", DECEMBER, **award)

    upgrade(before)

    with transaction(before) as connection:
        rows = [tuple(row) for row in connection.execute(select(ENTRY).order_by(ENTRY.c.id))]
    assert rows == [
        ("award", "award", ANNA, 700, "2026-12", "2026-12", "counted"),
        ("gone", "claim", ANNA, 1_500, "2026-11", "2027-01", "freed"),
        ("no", "claim", ANNA, 1_500, "2026-11", "2027-01", "refused"),
        ("open", "claim", ANNA, 1_500, "2026-11", "2027-01", "reserved"),  # with a day of grace
        ("paid", "claim", ANNA, 1_500, "2027-01", "2027-01", "counted"),
    ]


def test_upgrade__brings_the_laws_limits_that_are_known(before: Engine) -> None:
    upgrade(before)

    with transaction(before) as connection:
        known = limits.confirmed_rows(connection)
    assert [
        (one.year, one.hour, one.hour_under_21, one.month, one.year_total, one.city_year) for one in known
    ] == [
        (2023, 5_00, 2_75, 190_00, 1_900_00, None),
        (2024, 5_50, 3_25, 210_00, 2_100_00, None),
        (2025, 5_60, 3_30, 210_00, 2_100_00, None),
    ]
