"""Breaks the contracts, one small place at a time, and runs the forge suite: it must notice each.

python -m tools.mutate_contracts [--list] [--report] [--only NAME]...

Exits 1 when a mutation survives, 2 when a row of the table cannot be tried. What a row is:
tools/mutations/table.py.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tools.mutations.compiler import Code, batches, mutants, originals
from tools.mutations.report import PAGE, Result, complaint, noticed_in, render
from tools.mutations.suite import Copy, compile_tests, copy_for_campaigns, copy_for_units
from tools.mutations.table import Mutation, TableError, load

AT_ONCE = 2


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
        results = dict(_try_all(mutations))
    except TableError as wrong:
        print(wrong, file=sys.stderr)
        return 2

    wrong_rows = [text for one in mutations if (text := complaint(one, results[one.title]))]
    print("\n".join(wrong_rows) or f"{len(mutations)} mutations, each noticed where it changes anything.")
    if options.report and not wrong_rows:
        PAGE.write_text(render(table, noticed_in(PAGE.read_text()) | results if options.only else results))
    return int(bool(wrong_rows))


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.mutate_contracts")
    parser.add_argument("--list", action="store_true", help="say what there is and try nothing")
    parser.add_argument("--only", action="append", metavar="NAME", help="a contract, or Contract/mutation")
    parser.add_argument("--report", action="store_true", help=f"write {PAGE.name}, or --only some rows of it")
    return parser.parse_args(words)


def _is_chosen(one: Mutation, names: list[str] | None) -> bool:
    return names is None or one.file in names or one.title in names


def _try_all(mutations: Sequence[Mutation]) -> Iterator[tuple[str, Result]]:
    print("Compiling the tests (about 1 min, unless nothing changed)", flush=True)
    compile_tests()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        copies = SimpleQueue[tuple[Copy, Copy]]()
        for at in range(AT_ONCE):
            copies.put(
                (
                    copy_for_units(Path(folder) / f"units{at}"),
                    copy_for_campaigns(Path(folder) / f"campaigns{at}"),
                )
            )
        original = originals()
        _require_green(copies, original)
        done = 0
        for batch in pool.map(lambda batch: _try(batch, copies, original), batches(mutations)):
            for one, result in batch:
                done += 1
                noticed = " and ".join(filter(None, (result.test, result.campaign))) or "NOTHING"
                print(f"{done}/{len(mutations)} {one.title}: {noticed}", flush=True)
                yield one.title, result


def _require_green(copies: SimpleQueue[tuple[Copy, Copy]], original: Code) -> None:
    units, campaigns = copies.get()
    failed = units.run(original) or campaigns.run(original)
    copies.put((units, campaigns))
    if failed:
        raise TableError(f"as the contracts stand, {failed} fails")


def _try(
    batch: Sequence[Mutation], copies: SimpleQueue[tuple[Copy, Copy]], original: Code
) -> list[tuple[Mutation, Result]]:
    made = mutants(batch, original)
    units, campaigns = copies.get()
    try:
        return [(one, _run(one, code, units, campaigns)) for one, code in zip(batch, made, strict=True)]
    finally:
        copies.put((units, campaigns))


def _run(one: Mutation, code: Code, units: Copy, campaigns: Copy) -> Result:
    test = units.run(code)
    asked = one.invariants or (test is None and not one.changes_nothing)
    campaign = campaigns.run(code) if asked else None
    return Result(test or campaign, campaign if one.invariants else None)


if __name__ == "__main__":
    sys.exit(main())
