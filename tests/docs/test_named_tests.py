"""The pages name tests: each exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"\b(?:test|testFuzz|invariant|check)_[A-Za-z0-9]+__\w+")
PAGES = [page for page in sorted((ROOT / "docs").glob("*.md")) if NAME.search(page.read_text())]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page__names_tests_that_exist(page: Path) -> None:
    sources = [*(ROOT / "tests").rglob("*.sol"), *(ROOT / "tests").rglob("*.py")]
    there = {name for file in sources for name in re.findall(r"(?:function|def) (\w+)", file.read_text())}

    assert set(NAME.findall(page.read_text())) <= there


def test_contracts__names_a_test_for_each_of_the_invariants() -> None:
    rows = re.findall(
        r"^\| (\d+) \| .+ \| (.+) \|$", (ROOT / "docs" / "contracts.md").read_text(), re.MULTILINE
    )

    assert [int(number) for number, _ in rows] == list(range(1, 20))
    assert all("`" in shown for _, shown in rows)
