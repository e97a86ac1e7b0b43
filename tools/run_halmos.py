"""Proves what tests/forge/symbolic/ claims of the contracts, with halmos: for every input, from every state.

A check that is refuted, not decided in time or not run at all is a failure. Prints a line for each and exits
1 when any is not proved.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.run_slither import PROVERS, ROOT, copied

CHECKS = Path("tests", "forge", "symbolic")
MOST_SECONDS = 300
"""For everything; it takes about two minutes on two busy cores."""
SOLVER_TIMEOUT = "60s"

PROVED = 0


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        project = copied(ROOT, Path(scratch, "heitje"))
        shutil.copytree(ROOT / CHECKS, project / CHECKS)
        log, report = run(project)
    wrong = unproved(claimed(ROOT / CHECKS), report)
    if wrong:
        print(log, *wrong, sep="\n", file=sys.stderr)
        return 1

    print(f"halmos proved {len(claimed(ROOT / CHECKS))} checks for every input and state.")
    return 0


def claimed(folder: Path) -> set[str]:
    """Return the names of all checks that are written down."""
    return {
        name
        for file in folder.glob("*.sol")
        for name in re.findall(r"function (check_\w+)", file.read_text(encoding="utf-8"))
    }


def unproved(checks: set[str], report: dict[str, Any] | None) -> list[str]:
    """Return a line for each check that halmos' report does not tell to be proved."""
    if report is None:
        return ["halmos came to no end, or failed"]

    results = [one for of_contract in report["test_results"].values() for one in of_contract]
    found = {one["name"].partition("(")[0]: one["exitcode"] for one in results}
    lines = [f"not proved: {name}" for name in sorted(found) if found[name] != PROVED]
    lines += [f"not run: {name}" for name in sorted(checks - found.keys())]
    return lines if checks else ["there is nothing to prove"]


def run(project: Path) -> tuple[str, dict[str, Any] | None]:
    """Return what halmos said and its report, which is missing when it came to no end."""
    report = project / "halmos.json"
    command = [str(PROVERS / "halmos"), "--forge-build-out", ".forge/out", "--no-status", "--early-exit"]
    command += ["--solver-timeout-assertion", SOLVER_TIMEOUT, "--json-output", str(report)]
    environment = {**os.environ, "PATH": os.pathsep.join([str(PROVERS), os.environ["PATH"]])}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        # A group of its own: its solvers have to end with it, and it does not listen to SIGTERM.
        process = subprocess.Popen(
            command, cwd=project, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            process.wait(MOST_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.seek(0)
        said = log.read()
    done = process.returncode in (0, 1) and report.is_file()
    return said, json.loads(report.read_text(encoding="utf-8")) if done else None


if __name__ == "__main__":
    sys.exit(main())
