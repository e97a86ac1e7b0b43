"""What `make prove` runs on PostgreSQL is all that has a database."""

import re
from pathlib import Path

from tools.test_on_postgresql import LEFT_OUT, TESTS, shares

OPENS = re.compile(r"open_engine|new_database|database_of|Town\b")


def test_shares__are_every_folder_once_save_for_those_left_out() -> None:
    with_tests = {file.parent.name for file in TESTS.glob("*/test_*.py")}
    shared = [folder.name for share in shares() for folder in share]

    assert sorted(shared) == sorted(with_tests - LEFT_OUT.keys())
    assert [bool(share) for share in shares()] == [True, True]


def test_left_out__opens_no_database() -> None:
    files = [
        file for name in LEFT_OUT for file in Path(TESTS, name).glob("test_*.py") if file != Path(__file__)
    ]

    assert [file.name for file in files if OPENS.search(file.read_text())] == []
