"""After kill -9 the journal holds whole entries only, and every one that was told to be committed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from heitje_chain.db import reading, transaction
from heitje_chain.ledger.accounts import wallet
from heitje_chain.ledger.model import JOURNAL_ENTRY, JOURNAL_LINE
from heitje_chain.ledger.service import Booking, balance, book
from heitje_chain.ledger.verification import unbalanced
from tests.ledger import facts

TESTS = Path(__file__).resolve().parents[1]


def start(url: str, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ledger.booker", url, *more],
        cwd=TESTS,
        stdout=subprocess.PIPE,
        text=True,
    )


def whole_entries(engine: Engine) -> int:
    """How many there are; each has its two lines."""
    with reading(engine) as connection:
        booked = connection.scalar(select(func.count()).select_from(JOURNAL_ENTRY)) or 0
        assert connection.scalar(select(func.count()).select_from(JOURNAL_LINE)) == 2 * booked
        assert unbalanced(connection) == []
        assert balance(connection, wallet(facts.MERCHANT)) == 25 * booked
    return booked


def test_kill__between_an_entry_and_its_lines__leaves_neither(engine: Engine, url: str) -> None:
    booker = start(url, "3")
    assert booker.stdout is not None
    told = [booker.stdout.readline().strip() for _ in range(3)]
    booker.kill()
    booker.communicate()

    assert told == ["1", "2", "between"]
    assert whole_entries(engine) == 2
    with transaction(engine) as connection:
        outcomes = [book(connection, facts.payment(number, 25)) for number in (1, 2, 3)]
    assert outcomes == [Booking.SAME, Booking.SAME, Booking.NEW]


@pytest.mark.parametrize("seed", range(3))
def test_kill__at_any_moment__keeps_what_was_told(engine: Engine, url: str, seed: int) -> None:
    booker = start(url)
    assert booker.stdout is not None
    told = [booker.stdout.readline()]
    time.sleep(random.Random(seed).uniform(0.0, 0.2))  # any moment will do
    booker.kill()
    told += booker.communicate()[0].splitlines()

    last_told = int([line for line in told if line.strip()][-1])
    assert last_told <= whole_entries(engine) <= last_told + 1
