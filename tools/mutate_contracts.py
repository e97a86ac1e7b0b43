"""Breaks the contracts, one small place at a time, and runs the forge suite: it must notice each.

python -m tools.mutate_contracts [--list] [--report] [--anew] [--campaigns] [--only NAME]...

The suite that noticed a mutation the last time, as docs/mutations.md says, is run first, and the others only
when it does not. Exits 1 when a mutation survives, 2 when a row of the table cannot be tried. What a row is:
tools/mutations/table.py.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tools.mutations.compiler import Code, batches, mutants, originals
from tools.mutations.report import PAGE, Result, complaint, noticed_in, render
from tools.mutations.suite import Copies, compile_tests
from tools.mutations.table import Mutation, TableError, load

AT_ONCE = 2


@dataclass(frozen=True)
class Plan:
    last: dict[str, Result]
    """By a mutation's title: its suite is run first."""
    campaigns: bool
    """Whether the campaigns alone are run as well, where a row asks for it."""


def main(words: Sequence[str] | None = None) -> int:
    options = _options(words)
    try:
        table = load()
        mutations = [one for one in table if _is_chosen(one, options.only)]
        for one in mutations:
            one.mutate(one.path.read_text())
        if options.list:
            print("\n".join(f"{one.title}: {one.means}" for one in mutations))
            return 0
        last = noticed_in(PAGE.read_text())
        results = dict(_try_all(mutations, Plan({} if options.anew else last, options.campaigns)))
    except TableError as wrong:
        print(wrong, file=sys.stderr)
        return 2

    for title, result in results.items():
        if not options.campaigns and title in last:
            results[title] = Result(result.test, last[title].campaign)
    wrong_rows = [text for one in mutations if (text := complaint(one, results[one.title]))]
    print("\n".join(wrong_rows) or f"{len(mutations)} mutations, each noticed where it changes anything.")
    if options.report and not wrong_rows:
        PAGE.write_text(render(table, last | results if options.only else results))
    return int(bool(wrong_rows))


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.mutate_contracts")
    parser.add_argument("--list", action="store_true", help="say what there is and try nothing")
    parser.add_argument("--only", action="append", metavar="NAME", help="a contract, or Contract/mutation")
    parser.add_argument("--anew", action="store_true", help="run all suites, in forge's order")
    parser.add_argument("--campaigns", action="store_true", help="run them as well, where a row asks")
    parser.add_argument("--report", action="store_true", help=f"write {PAGE.name}, or --only some rows of it")
    return parser.parse_args(words)


def _is_chosen(one: Mutation, names: list[str] | None) -> bool:
    return names is None or one.file in names or one.title in names


def _try_all(mutations: Sequence[Mutation], plan: Plan) -> Iterator[tuple[str, Result]]:
    print("Compiling the tests (about 2 min, unless nothing changed)", flush=True)
    compile_tests()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        copies = SimpleQueue[Copies]()
        for at in range(AT_ONCE):
            copies.put(Copies(Path(folder) / str(at)))
        original = originals()
        _require_green(copies, original, plan)
        done = 0
        for batch in pool.map(lambda batch: _try(batch, copies, original, plan), batches(mutations)):
            for one, result in batch:
                done += 1
                noticed = " and ".join(filter(None, (result.test, result.campaign))) or "NOTHING"
                print(f"{done}/{len(mutations)} {one.title}: {noticed}", flush=True)
                yield one.title, result


def _require_green(copies: SimpleQueue[Copies], original: Code, plan: Plan) -> None:
    mine = copies.get()
    failed = mine.units().run(original) or (mine.campaigns().run(original) if plan.campaigns else None)
    copies.put(mine)
    if failed:
        raise TableError(f"as the contracts stand, {failed.test} fails")


def _try(
    batch: Sequence[Mutation], copies: SimpleQueue[Copies], original: Code, plan: Plan
) -> list[tuple[Mutation, Result]]:
    made = mutants(batch, original)
    mine = copies.get()
    try:
        return [(one, _run(one, code, mine, plan)) for one, code in zip(batch, made, strict=True)]
    finally:
        copies.put(mine)


def _run(one: Mutation, code: Code, copies: Copies, plan: Plan) -> Result:
    noticed_by = plan.last.get(one.title, Result(None)).test or ""
    first = copies.suite(noticed_by.partition(".")[0])
    failed = (first and first.run(code)) or copies.units().run(code)
    lived = copies.campaigns().run(code) if one.invariants and plan.campaigns else None
    return Result(failed.test if failed else None, lived.why if lived else None)


if __name__ == "__main__":
    sys.exit(main())
