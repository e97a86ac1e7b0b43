"""docs/alerts.yml and docs/runbook.md: what they name is there."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise

import promql_parser as parser
import pytest
from typer.main import get_command

from heitje_chain.cli import app
from heitje_chain.operations.retries import AFTER_FAILURE

from .promql import NAME, Scrapes, Vector, rings, select, selectors
from .sight import DOCS, alarms

RUNBOOK = (DOCS / "runbook.md").read_text()
PARTS = ["**People notice:**", "**Look:**", "**Do:**", "**Never:**", "**Call:**"]


def sections() -> dict[str, str]:
    """Return the text under each alarm's heading."""
    starts = [*re.finditer(r"^### (\w+)$", RUNBOOK, re.MULTILINE)]
    ends = [start.start() for start in starts[1:]] + [len(RUNBOOK)]
    return {one[1]: RUNBOOK[one.end() : end] for one, end in zip(starts, ends, strict=True)}


def test_alarms__each__says_how_urgent_it_is_and_where_to_read_on() -> None:
    assert list(sections()) == list(alarms())
    for name, rule in alarms().items():
        assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}, name
        assert rule["labels"] in ({"severity": "page"}, {"severity": "ticket"})
        assert set(rule["annotations"]) == {"summary", "runbook"}
        assert rule["annotations"]["runbook"] == f"runbook.md#{name.lower()}"
        assert parser.parse_duration(rule.get("for", "1m")).total_seconds() > 0


def test_duties__that_ring_when_refused__are_those_that_may_be_retried() -> None:
    [selector] = selectors(alarms()["HeitjeDutyRefused"]["expr"])
    [kinds] = [one.value for one in selector.matchers.matchers if one.name == "kind"]

    assert kinds.split("|") == sorted(AFTER_FAILURE)


def test_runbook__each_alarm__has_all_five_parts_in_their_order() -> None:
    for name, text in sections().items():
        places = [text.find(part) for part in PARTS]
        assert -1 not in places, (name, places)
        assert all(one < other for one, other in pairwise(places)), name


def test_runbook__commands__are_commands_of_ours() -> None:
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", RUNBOOK, re.DOTALL | re.MULTILINE)
    inline = re.findall(r"`(heitje [^`]+)`", RUNBOOK)
    lines = [line.strip() for block in blocks for line in block.splitlines()] + inline
    ours = [shlex.split(line) for line in lines if line.startswith("heitje ")]
    assert len(ours) > 30
    for words in ours:
        check_command(words)


def check_command(words: list[str]) -> None:
    """Fail unless the command is there and takes these words; it is not run."""
    command, rest = get_command(app), words[1:]
    while hasattr(command, "commands"):
        assert rest, words
        assert rest[0] in command.commands, words
        command, rest = command.commands[rest[0]], rest[1:]
    if rest:
        command.make_context(words[-1], rest)  # raises when words are missing, too many or misspelt


def one(name: str, value: float, **labels: str) -> Vector:
    return {frozenset({(NAME, name), *labels.items()}): value}


@pytest.mark.parametrize(
    ("expression", "before", "now", "expected"),
    [
        ("x == 0", {}, one("x", 0), True),
        ("x == 0", {}, one("x", 1), False),
        ("x == 0", {}, {}, False),
        ('x{a="b"} > 1', {}, one("x", 2, a="c"), False),
        ('x{a=~"b|c", a!~"d"} > 1', {}, one("x", 2, a="c"), True),
        ("x < 2 * 3 * y", {}, one("x", 5) | one("y", 1), True),
        ("x < 2 * 3 * y", {}, one("x", 5) | one("y", 0), False),
        ("x == 0 unless on (j) y == 0", {}, one("x", 0, j="1", k="1") | one("y", 0, j="1"), False),
        ("x == 0 unless on (j) y == 0", {}, one("x", 0, j="1", k="1") | one("y", 1, j="1"), True),
        ("increase(x[5m]) > 0", one("x", 1), one("x", 2), True),
        ("increase(x[5m]) > 0", one("x", 1), one("x", 1), False),
        ("increase(x[5m]) > 0", {}, one("x", 1), False),
        ("max by (a) (x) > 3", {}, one("x", 4, a="1", b="1") | one("x", 1, a="1", b="2"), True),
        ("min by (a) (x) > 3", {}, one("x", 4, a="1", b="1") | one("x", 1, a="1", b="2"), False),
        (
            "histogram_quantile(0.95, sum by (le) (rate(x[5m]))) > 1",
            one("x", 0, le="1.0") | one("x", 0, le="2.0") | one("x", 0, le="+Inf"),
            one("x", 90, le="1.0") | one("x", 100, le="2.0") | one("x", 100, le="+Inf"),
            True,
        ),
        (
            "histogram_quantile(0.95, sum by (le) (rate(x[5m]))) > 1",
            one("x", 0, le="1.0") | one("x", 0, le="+Inf"),
            one("x", 96, le="1.0") | one("x", 100, le="+Inf"),
            False,
        ),
    ],
)
def test_expression__over_two_scrapes__rings_as_in_prometheus(
    expression: str, before: Vector, now: Vector, expected: bool
) -> None:
    assert rings(expression, Scrapes(before, now)) is expected


def check_names(series: Vector) -> None:
    """Fail unless every selector of every alarm chooses something that these processes tell."""
    for name, rule in alarms().items():
        for selector in selectors(rule["expr"]):
            exact = [m for m in selector.matchers.matchers if m.op == parser.MatchOp.Equal]
            wanted = {m.name for m in selector.matchers.matchers}
            found = [dict(labels) for labels in series if dict(labels)[NAME] == selector.name]
            assert found, (name, selector.name)
            assert any(wanted <= set(labels) for labels in found), (name, selector.name, wanted)
            assert any(all(labels.get(m.name) == m.value for m in exact) for labels in found), (name, exact)
            assert select(selector, series) or len(exact) < len(selector.matchers.matchers)
