"""Runs the forge suite, or a part of it, against mutated code.

The tests are compiled once, with `dynamic_test_linking`: a test then reads a contract's code from forge's
output when it deploys it. So a mutant needs no more than its code in that output. The copies in which
mutants run have a compiler that only tells its version: what runs there cannot be anything but what was put
there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.mutations.compiler import SETTINGS, Code
from tools.mutations.table import CONTRACTS, ROOT, with_imports

TESTS = ROOT / SETTINGS["test"]
OUT = Path(SETTINGS["out"])
COMPILED = ROOT / ".forge" / "mutations"
"""Where the tests lie compiled for the next run."""

FORGE = ["--dynamic-test-linking"]
SIZE = ["--code-size-limit", "1000000"]
"""Bytes: without the optimizer a contract may be larger than a chain takes, and tests are anyway."""
RUN = ["--json", "--fail-fast", "--threads", "1", "--fuzz-seed", "0x2026", "--fuzz-runs", "32"]
"""One thread and one seed, so that the same test is the first to fail each time."""

LONGEST = 300
"""Seconds. A mutant can make a test run for ever."""

NEVER_ENDED = "the suite did not end"


@dataclass(frozen=True)
class Failure:
    test: str
    """`Suite.test`."""
    why: str
    """The error with its words, without numbers; the test's name when there are none."""


@dataclass(frozen=True)
class Copy:
    """A folder in which one mutant runs at a time."""

    folder: Path

    def run(self, code: Code) -> Failure | None:
        """Return what fails with this code, or None if nothing does."""
        shutil.rmtree(self.folder / ".forge" / "failures", ignore_errors=True)
        kept = {name: self._artifact(name).read_text() for name in code}
        try:
            for name, made in code.items():
                artifact = json.loads(kept[name])
                artifact["bytecode"]["object"] = "0x" + made
                self._artifact(name).write_text(json.dumps(artifact))
            return self._first_failure()
        finally:
            for name, text in kept.items():
                self._artifact(name).write_text(text)

    def _artifact(self, contract: str) -> Path:
        return self.folder / OUT / f"{contract}.sol" / f"{contract}.json"

    def _first_failure(self) -> Failure | None:
        process = subprocess.Popen(
            ["forge", "test", *FORGE, *SIZE, *RUN],
            cwd=self.folder,
            env=os.environ | {"FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT": "0"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            output, complaint = process.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return Failure(NEVER_ENDED, NEVER_ENDED)
        try:
            suites = json.loads(output)
        except json.JSONDecodeError as wrong:
            raise RuntimeError(f"forge ran no tests: {output}{complaint}") from wrong
        failed = _failures(suites)
        if bool(failed) == (process.returncode == 0):
            raise RuntimeError(f"forge ended with {process.returncode}, yet {failed} failed: {complaint}")
        return min(failed, key=lambda one: one.test, default=None)


def _failures(suites: dict[str, dict[str, dict[str, dict[str, str]]]]) -> list[Failure]:
    return [
        _failure(f"{suite.rsplit(':', 1)[1]}.{test.split('(')[0]}", result.get("reason") or "")
        for suite, results in suites.items()
        for test, result in results["test_results"].items()
        if result["status"] == "Failure"
    ]


def _failure(test: str, reason: str) -> Failure:
    told = re.search(r'\w+\("[^"]*"', reason)
    return Failure(test, f"{told[0]})" if told else test)


def compile_tests() -> None:
    """Compile tests and contracts as they stand; quick when nothing changed since the last time."""
    for name in ("contracts", "tests", "scripts"):
        shutil.rmtree(COMPILED / name, ignore_errors=True)
    shutil.copytree(CONTRACTS, COMPILED / "contracts", ignore=shutil.ignore_patterns(".cache"))
    shutil.copytree(TESTS, COMPILED / SETTINGS["test"])
    (COMPILED / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "roles.json", COMPILED / "scripts")
    shutil.copy(ROOT / "foundry.toml", COMPILED)
    _link(COMPILED / "node_modules", ROOT / "node_modules")
    (COMPILED / SETTINGS["solc"]).parent.mkdir(exist_ok=True)
    _link(COMPILED / SETTINGS["solc"], ROOT / SETTINGS["solc"])
    words = ["forge", "build", *FORGE, "--quiet"]
    subprocess.run(words, cwd=COMPILED, check=True)


class Copies:
    """Folders with a part of the suites each, made when they are first needed; for one mutant at a time.

    forge can be told which suites to run, but it then compiles; so the others are not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = dict[str, Copy]()

    def units(self) -> Copy:
        """All tests but random lives, and but those of gas, which every change of the code would fail."""
        return self._copy("units", _is_unit)

    def suite(self, name: str) -> Copy | None:
        """One of these suites, by its contract's name, or None if there is no such one."""
        if name not in _names():
            return None
        return self._copy(name, lambda suite: suite.relative_to(TESTS) == _names()[name])

    def campaigns(self) -> Copy:
        """The invariant campaigns alone."""
        return self._copy("campaigns", lambda suite: suite.parent.name == "invariants")

    def _copy(self, name: str, is_kept: Callable[[Path], bool]) -> Copy:
        if name not in self._made:
            self._made[name] = _copy(self._folder / name, is_kept)
        return self._made[name]


@cache
def _names() -> dict[str, Path]:
    """Return where the units' suites lie below the tests, by their contracts' names."""
    return {
        name: suite.relative_to(TESTS)
        for suite in filter(_is_unit, TESTS.rglob("*.t.sol"))
        for name in re.findall(r"^contract (\w+) ", suite.read_text(), re.MULTILINE)
    }


def _is_unit(suite: Path) -> bool:
    lives = any(path.parent.name == "invariants" for path in with_imports(suite))
    return not lives and suite.parent.name != "gas"


def _copy(folder: Path, is_kept: Callable[[Path], bool]) -> Copy:
    shutil.copytree(COMPILED, folder, symlinks=True)
    for suite in TESTS.rglob("*.t.sol"):
        if not is_kept(suite):
            (folder / suite.relative_to(ROOT)).unlink()
    compiler = folder / SETTINGS["solc"]
    compiler.unlink()
    compiler.write_text(f"#!/bin/sh\n[ \"$1\" = --version ] || exit 1\ncat <<'END'\n{_version()}END\n")
    compiler.chmod(0o755)
    return Copy(folder)


@cache
def _version() -> str:
    compiler = ROOT / SETTINGS["solc"]
    return subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout


def _link(link: Path, target: Path) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(target.resolve())
