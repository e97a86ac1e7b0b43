"""What tools/check_coverage.py finds in a report of forge's, beside what forge itself calls uncovered."""

import pytest

from tools.check_coverage import (
    Gap,
    Item,
    code_of,
    never_passed_by,
    never_run,
    not_counted,
    read,
    table,
)

FILE = "contracts/Toll.sol"

REPORT = """
Ran 1 test suite
contracts/Toll.sol:
- Function "pay" (location: (source ID: 1, lines: 3..6, bytes: 10..90), hits: 4) -> "function pay()..."
- Statement (location: (source ID: 1, lines: 4..5, bytes: 20..40), hits: 4) -> "require(open, Closed())"
- Branch (branch: 0, path: 0) (location: (source ID: 1, lines: 4..5, bytes: 20..40), hits: 0) -> "..."
- Branch (branch: 0, path: 1) (location: (source ID: 1, lines: 4..5, bytes: 20..40), hits: 4) -> "..."

Anchors for Contract "Toll" (solc 0.8.37, source ID 1):
- creation IC 5 -> Item 0: Line (location: (source ID: 1, lines: 9..9, bytes: 0..1), hits: 0)
"""


def test_read__debug_report__has_its_items_without_the_anchors() -> None:
    items = list(read(REPORT))

    assert items[0] == Item(FILE, "Function", None, 3, 10, 90, 4)
    assert items[3] == Item(FILE, "Branch", "0", 4, 20, 40, 4)
    assert len(items) == 4


def test_never_run__of_a_require_that_never_failed__names_its_line() -> None:
    assert list(never_run(list(read(REPORT)))) == [Gap(FILE, 4, "branch never run")]
    assert str(Gap(FILE, 4, "branch never run")) == "contracts/Toll.sol:4: branch never run"


def counted(source: str, hits: dict[str, int], arm: str) -> list[Gap]:
    """What is found when each of these texts ran so often, and `arm` is the one branch of an `if`."""
    items = [
        Item(FILE, "Statement", None, 1, source.index(text), source.index(text) + len(text), count)
        for text, count in hits.items()
    ]
    start = source.index(arm)
    branch = Item(FILE, "Branch", "0", 1, start, start + len(arm), hits[arm])
    return list(never_passed_by([*items, branch], {FILE: source.encode()}))


PASSED_BY = Gap(FILE, 1, "`if` without `else` never passed by")


@pytest.mark.parametrize(("body", "gaps"), [(1, []), (2, []), (3, [PASSED_BY])])
def test_never_passed_by__of_an_if__compares_body_with_condition(body: int, gaps: list[Gap]) -> None:
    source = "first(); if (a == b) { second(); } third();"

    assert counted(source, {"first()": 9, "a == b": 3, "second()": body, "third()": 3}, "second()") == gaps


@pytest.mark.parametrize(("before", "gaps"), [(4, []), (3, [PASSED_BY])])
def test_never_passed_by__of_a_bare_name__compares_with_the_statement_before(
    before: int, gaps: list[Gap]
) -> None:
    assert counted("first(); if (limited) second();", {"first()": before, "second()": 3}, "second()") == gaps


@pytest.mark.parametrize(
    ("after", "gaps"), [(2, []), (0, [PASSED_BY]), (5, [Gap(FILE, 1, "body of an `if` never run")])]
)
def test_never_passed_by__of_a_bare_return__goes_by_what_follows(after: int, gaps: list[Gap]) -> None:
    source = "if (a == b) return; second();"

    assert counted(source, {"a == b": 5, "return": 5, "second()": after}, "return") == gaps


def test_never_passed_by__when_nothing_tells_how_often_it_was_asked__says_so() -> None:
    found = counted("if (limited) second();", {"second()": 3}, "second()")

    assert found == [Gap(FILE, 1, "`if` whose condition cannot be counted")]


@pytest.mark.parametrize(
    ("source", "gap"),
    [
        ("contract Toll {\n    constructor() { x = 1; } }", "not in forge's report"),
        (
            "function a() pure {\n    x = 1;\n}",
            "`a` is outside a contract and more than one expression",
        ),
        (
            "function a() pure { return x ? y : z; }",
            "`a` is outside a contract and more than one expression",
        ),
        ("function neverCalled() pure { return x; }", "`neverCalled` is outside a contract and not called"),
    ],
)
def test_not_counted__of_code_that_forge_did_not_see__names_it(source: str, gap: str) -> None:
    [found] = not_counted([], {FILE: source.encode()})

    assert found.file == FILE
    assert found.what.startswith(gap)


@pytest.mark.parametrize(
    "source",
    ["interface IToll { function pay() external; }", "function derive(uint256 x) pure {\n    return x;\n}"],
)
def test_not_counted__of_an_interface_or_a_tested_expression__is_nothing(source: str) -> None:
    assert list(not_counted([], {FILE: source.encode()})) == []


def test_code_of__a_source_with_comments__keeps_every_place() -> None:
    source = b"a; // if (b) c;\n/* d\n */ e;"

    assert code_of(source) == b"a;             \n    \n    e;"


def test_table__of_one_file__counts_each_kind() -> None:
    assert table(list(read(REPORT))).splitlines()[1].split() == [FILE, "0/0", "1/1", "1/2", "1/1"]
