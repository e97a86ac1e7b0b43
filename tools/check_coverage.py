"""Asks of every line, statement, branch and function of `contracts/` that a forge test runs it.

    python -m tools.check_coverage

Runs `forge coverage` and prints what it counted per file. Whatever no test reached is named as file:line, and
then the exit code is 1. Two things that forge does not count are counted here:

- An `if` without `else` has one branch for forge. It must also have been passed by: what follows it, or its
  body, ran less often than its condition.
- forge 1.7 looks at no function outside a contract. Each must be one expression without a choice in it, and
  be called by name in tests/forge/Ids.t.sol.

What no count of lines can see, both sides of `&&`, `||` and `?:`, is left to the mutations.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tools.mutations.table import ROOT, sources

FREE_FUNCTIONS_TEST = ROOT / "tests/forge/Ids.t.sol"

KINDS = {"Line": "lines", "Statement": "statements", "Branch": "branches", "Function": "functions"}

# - Branch (branch: 0, path: 1) (location: (source ID: 1, lines: 61..62, bytes: 28..83), hits: 3990) -> "..."
ITEM = re.compile(
    r'- (?P<kind>Line|Statement|Branch|Function)(?: "[^"]*"| \(branch: (?P<branch>\d+), path: \d+\))? '
    r"\(location: \(source ID: \d+, lines: (?P<line>\d+)\.\.\d+, bytes: (?P<start>\d+)\.\.(?P<end>\d+)\), "
    r"hits: (?P<hits>\d+)\)"
)
FILE = re.compile(r"(contracts/\S+\.sol):$")

FREE_FUNCTION = re.compile(r"^function (?P<name>\w+)\([^)]*\)[^{;]*\{(?P<body>[^}]*)\}", re.MULTILINE)
SINGLE_EXPRESSION = re.compile(r"\s*return [^;]*;\s*")
CHOICE = re.compile(r"&&|\|\||\?")
COMMENT = re.compile(rb"//[^\n]*|/\*.*?\*/", re.DOTALL)
CODE = re.compile(r"^\s*(function|constructor|modifier)\b[^;{]*\{", re.MULTILINE)


@dataclass(frozen=True)
class Item:
    """Something of a source that forge counted: `start` and `end` are bytes of the file."""

    file: str
    kind: str
    branch: str | None
    line: int
    start: int
    end: int
    hits: int


@dataclass(frozen=True)
class Gap:
    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def main() -> int:
    report = run_forge()
    items = list(read(report))
    texts = {path.relative_to(ROOT).as_posix(): code_of(path.read_bytes()) for path in sources()}
    gaps = sorted(
        {*never_run(items), *never_passed_by(items, texts), *not_counted(items, texts)},
        key=lambda gap: (gap.file, gap.line),
    )

    print(table(items))
    for gap in gaps:
        print(gap)
    if not gaps:
        print("Every line, statement, function and branch of contracts/ was run.")
    return 1 if gaps else 0


def run_forge() -> str:
    """Return forge's report; ends the process with forge's own words when it fails."""
    run = subprocess.run(
        ["forge", "coverage", "--report", "debug", "--exclude-tests"],
        cwd=ROOT,
        env={**os.environ, "FOUNDRY_PROFILE": "coverage"},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        print(run.stdout, run.stderr, file=sys.stderr)
        raise SystemExit(run.returncode)
    return run.stdout


def code_of(source: bytes) -> bytes:
    """Return the source with blanks for its comments, so that every byte keeps its place."""
    return COMMENT.sub(lambda comment: re.sub(rb"[^\n]", b" ", comment[0]), source)


def read(report: str) -> Iterator[Item]:
    """Read the first part of forge's debug report: what was counted, file by file. Anchors follow it."""
    file = None
    for line in report.splitlines():
        if line.startswith("Anchors for Contract"):
            return
        if heading := FILE.match(line):
            file = heading[1]
        elif (found := ITEM.match(line)) and file:
            place = {name: int(found[name]) for name in ("line", "start", "end", "hits")}
            yield Item(file, found["kind"], found["branch"], **place)


def never_run(items: list[Item]) -> Iterator[Gap]:
    for item in items:
        if item.hits == 0:
            yield Gap(item.file, item.line, f"{item.kind.lower()} never run")


def never_passed_by(items: list[Item], sources: dict[str, bytes]) -> Iterator[Gap]:
    """Find every `if` without `else` whose body ran each time that its condition did."""
    for arm in one_armed(items):
        own = [item for item in items if item.file == arm.file and item.kind == "Statement"]
        source = sources[arm.file]
        asked = hits_of_condition(arm, own, source)
        taken = hits_of_body(arm, own, source, asked)
        if asked == 0:
            yield Gap(arm.file, arm.line, "`if` whose condition cannot be counted")
        elif taken == 0:
            yield Gap(arm.file, arm.line, "body of an `if` never run")
        elif taken >= asked:
            yield Gap(arm.file, arm.line, "`if` without `else` never passed by")


def one_armed(items: list[Item]) -> Iterator[Item]:
    """Every branch of an `if` without `else`."""
    arms: dict[tuple[str, str | None], list[Item]] = defaultdict(list)
    for item in items:
        if item.kind == "Branch":
            arms[item.file, item.branch].append(item)
    return (own[0] for own in arms.values() if len(own) == 1)


def hits_of_condition(arm: Item, statements: list[Item], source: bytes) -> int:
    """Return how often the condition was asked. A bare name is not counted; the statement before it is."""
    for between in (rb"\s*\)\s*\{?\s*", rb"[;}]\s*if\s*\(\s*\w+\s*\)\s*\{?\s*"):
        before = [item.hits for item in statements if re.fullmatch(between, source[item.end : arm.start])]
        if before:
            return max(before)
    return 0


def hits_of_body(arm: Item, statements: list[Item], source: bytes, asked: int) -> int:
    """Return how often the body ran. forge miscounts a bare `return`: there by what was left for the rest."""
    if source[arm.start : arm.end] != b"return":
        return arm.hits
    after = (item.hits for item in statements if re.fullmatch(rb"[;}\s]+", source[arm.end : item.start]))
    return asked - next(after, 0)


def not_counted(items: list[Item], sources: dict[str, bytes]) -> Iterator[Gap]:
    """Find code that forge did not look at, unless it is so simple that a call by name runs all of it."""
    counted = {item.file for item in items}
    for file, source in sources.items():
        text = source.decode()
        if CODE.search(text) and file not in counted and not FREE_FUNCTION.search(text):
            yield Gap(file, 1, "not in forge's report")
        for function in FREE_FUNCTION.finditer(text):
            line = text.count("\n", 0, function.start()) + 1
            if not SINGLE_EXPRESSION.fullmatch(function["body"]) or CHOICE.search(function["body"]):
                yield Gap(
                    file, line, f"`{function['name']}` is outside a contract and more than one expression"
                )
            elif not re.search(rf"\b{function['name']}\(", FREE_FUNCTIONS_TEST.read_text()):
                yield Gap(
                    file, line, f"`{function['name']}` is outside a contract and not called in Ids.t.sol"
                )


def table(items: list[Item]) -> str:
    """Draw how many of each kind were run, per file and in all."""
    rows = [f"{'':36}" + "".join(f"{many:>14}" for many in KINDS.values())]
    for file in [*sorted({item.file for item in items}), ""]:
        cells = ""
        for kind in KINDS:
            own = [item for item in items if item.kind == kind and item.file.startswith(file)]
            cells += f"{sum(item.hits > 0 for item in own)}/{len(own)}".rjust(14)
        rows.append(f"{file or 'all':36}{cells}")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
