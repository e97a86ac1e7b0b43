"""The page of stolen keys: a row for every key, and a test for every row."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "stolen-keys.md").read_text()
HEADS = ("|---", "| stolen")
ROWS = [line for line in PAGE.splitlines() if line.startswith("|") and not line.startswith(HEADS)]

FORGE = ROOT / "tests" / "forge"


def forge_tests(pattern: str) -> set[str]:
    files = [path.read_text() for path in FORGE.glob(pattern)]
    return {name for text in files for name in re.findall(r"^ {4}function (test\w+)\(", text, re.MULTILINE)}


def named_in(text: str) -> list[str]:
    return re.findall(r"`(test\w+)`", text)


def test_page__every_row__names_a_test() -> None:
    assert len(ROWS) > 25
    assert [row for row in ROWS if not named_in(row)] == []


def test_page__names_every_test_of_a_stolen_key_once() -> None:
    named = [name for row in ROWS for name in named_in(row) if name.startswith("test_stolen")]

    assert sorted(named) == sorted(forge_tests("StolenKeys*.t.sol"))


def test_page__has_a_row_for_every_role() -> None:
    table = json.loads((ROOT / "scripts" / "roles.json").read_text())
    roles = {"ADMIN", *(role["name"] for role in table["roles"])} - {"MANAGER_ACTS"}  # held by nobody
    stolen = [row.split("|")[1] for row in ROWS]

    assert {role for role in roles if any(role in cell.replace(",", "").split() for cell in stolen)} == roles
