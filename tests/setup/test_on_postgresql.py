"""What `make prove` leaves out on PostgreSQL has no database."""

import re
from pathlib import Path

import pytest

from ..databases import SAME_ON_ANY

TESTS = Path(__file__).resolve().parent.parent

OPENS = re.compile(r"open_engine|new_database|database_of|Town\b")


@pytest.mark.parametrize("folder", SAME_ON_ANY)
def test_left_out__opens_no_database(folder: str) -> None:
    files = [file for file in (TESTS / folder).glob("test_*.py") if file != Path(__file__)]

    assert files or any((TESTS / folder).glob("*.t.sol"))
    assert [file.name for file in files if OPENS.search(file.read_text())] == []
