"""The page docs/mutations.md: every mutation, what it would mean, and the test that notices it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from tools.mutations.table import ROOT, Mutation

PAGE = ROOT / "docs" / "mutations.md"

HEAD = """\
# Mutations

<!-- Written by `python -m tools.mutate_contracts --report`; the rows come from tools/mutations/*.toml. -->

Tests are worth what they notice. So each row below breaks one place of a contract, as a slip or a thief
could, and the tests of `tests/forge` are run; the row names one that fails: the one that failed the last time
has its suite run first. Tests of gas are left out, since they fail at any change, and so are random lives,
which the last table is about. Where a city cannot even be set up, `setUp` stands for all tests.

```sh
python -m tools.mutate_contracts              # all of them; part of make prove
python -m tools.mutate_contracts --list
python -m tools.mutate_contracts --only JobEscrow/claim-leaves-slot-open
```
"""

DROPPED = "*dropped*"


@dataclass(frozen=True)
class Result:
    """Which test noticed it first; and where the row asks for it, the error with which a campaign did."""

    test: str | None
    campaign: str | None = None


def render(mutations: Sequence[Mutation], results: dict[str, Result]) -> str:
    """Return the page. `results` goes by a mutation's title."""
    silent = [one for one in mutations if one.changes_nothing]
    parts = [HEAD, _count(len(mutations) - len(silent), len(silent))]
    for file, rows in groupby(mutations, lambda one: one.file):
        parts.append(f"\n## {file}\n\n| mutation | | what it would mean | noticed by |\n|---|---|---|---|\n")
        parts += [_row(one, results[one.title]) for one in rows]
    parts.append(_campaigns(mutations, results))
    return "".join(parts)


def noticed_in(page: str) -> dict[str, Result]:
    """Return what a page says, as {render} takes it."""
    results, file = dict[str, Result](), ""
    campaigns = dict(re.findall(r"^\| `(\S+/\S+)` \| `([^`]+)` \|$", page, re.MULTILINE))
    for line in page.splitlines():
        if line.startswith("## "):
            file = line.removeprefix("## ")
        elif found := re.fullmatch(r"\| `(\S+)` \| .* \| (?:`(\S+)`|nothing: .*) \|", line):
            title = f"{file}/{found[1]}"
            results[title] = Result(found[2], campaigns.get(title))
    return results


def complaint(one: Mutation, result: Result) -> str | None:
    """Return what is wrong with this result, or None."""
    if result.test and one.changes_nothing:
        return f"{one.title} is said to change nothing, and {result.test} notices it"
    if not result.test and not one.changes_nothing:
        return f"{one.title} SURVIVED: {one.means}"
    if one.invariants and not result.campaign:
        return f"{one.title} SURVIVED the campaigns: {one.means}"
    return None


def _count(noticed: int, silent: int) -> str:
    text = f"\n{noticed} mutations, each noticed."
    return text + (f" {silent} more change nothing, and say why.\n" if silent else "\n")


def _row(one: Mutation, result: Result) -> str:
    change = f"becomes {_code(one.becomes)}" if one.becomes.strip() else DROPPED
    noticed = f"`{result.test}`" if result.test else f"nothing: {one.changes_nothing}"
    return f"| `{one.name}` | {_code(one.was)} {change} | {one.means} | {noticed} |\n"


def _code(snippet: str) -> str:
    return f"`{' '.join(snippet.split())}`".replace("|", "\\|")


def _campaigns(mutations: Sequence[Mutation], results: dict[str, Result]) -> str:
    asked = [one for one in mutations if one.invariants]
    if not asked:
        return ""
    head = """
## What the invariants notice alone

Invariants are not written against one slip. With every other test left out, the campaigns of random acts
notice these all the same (`--campaigns` asks them). `Accepted` and `Refused` are acts that went through, or
did not, against the model of the city; `Unequal` and `Untrue` are invariants, or what is asked after an act.
Any of them stops whichever campaign comes first.

| mutation | noticed by |
|---|---|
"""
    return head + "".join(f"| `{one.title}` | `{results[one.title].campaign}` |\n" for one in asked)
