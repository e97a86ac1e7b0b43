"""Reads the contracts with slither: nothing above informational may be found, and HeitjeToken is an ERC-20.

A finding that is none is suppressed in the code, beside its reason (`// slither-disable-next-line detector:
reason`); a suppression that suppresses nothing is wrong too. Findings that lie wholly in OpenZeppelin's code
are left out (slither.config.json). Prints what is wrong and exits 1, or says that all is well.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PROVERS = ROOT / ".provers" / "bin"

COIN = "HeitjeToken"
EXEMPT = "race condition"
"""The race that ERC-20's own `approve` has; wallets are custodial and approve nobody."""

HARMLESS = {"Informational", "Optimization"}


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        # slither has forge clean and compile anew, which nobody wants in the place where they work.
        project = copied(ROOT, Path(scratch, "heitje"))
        wrong = findings(project) + breaches(project, COIN)
    for line in wrong:
        print(line, file=sys.stderr)
    if not wrong:
        print(f"slither found nothing above informational, and {COIN} is an ERC-20.")
    return int(bool(wrong))


def copied(source: Path, project: Path) -> Path:
    """Copy what forge compiles; what is installed is linked."""
    shutil.copytree(source / "contracts", project / "contracts", ignore=shutil.ignore_patterns(".cache"))
    for name in ("foundry.toml", "slither.config.json"):
        shutil.copy(source / name, project / name)
    for name in ("node_modules", ".solc"):
        (project / name).symlink_to(ROOT / name)
    return project


def findings(project: Path) -> list[str]:
    """Return what slither finds wrong with a forge project, which stays compiled."""
    report = project / "slither.json"
    run = _run("slither", ".", "--json", report.name, "--fail-none", cwd=project)
    if run.returncode != 0 or not report.is_file():
        return [f"slither ended with {run.returncode}: {run.stderr}"]

    return judged(json.loads(report.read_text(encoding="utf-8")))


def judged(report: dict[str, Any]) -> list[str]:
    """Return what is wrong by slither's own report."""
    if not report["success"]:
        return [f"slither failed: {report['error']}"]

    found = report["results"].get("detectors", [])
    wrong = [f"{one['impact']}: {one['check']}: {one['description']}" for one in found if _is_serious(one)]
    idle = [
        f"{ignore['file']}:{ignore['line']}: suppresses nothing: {', '.join(ignore['unused_detectors'])}"
        for one in found
        for ignore in one.get("unused_ignores", [])
        if "node_modules" not in Path(ignore["file"]).parts
    ]
    return wrong + list(dict.fromkeys(idle))  # it reads some files twice


def breaches(project: Path, contract: str) -> list[str]:
    """Return what a contract lacks of ERC-20; `project` was compiled by `findings`."""
    command = ["slither-check-erc", ".", contract, "--erc", "ERC20", "--foundry-ignore-compile"]
    run = _run(*command, "--foundry-out-directory", ".forge/out", cwd=project)
    lines = [line.strip() for line in (run.stdout + run.stderr).splitlines()]
    # It exits with 0 whatever it found, also when it found no such contract.
    if run.returncode != 0 or not any(line.startswith("[✓]") for line in lines):
        return [f"slither-check-erc could not check {contract}: {run.stdout}{run.stderr}"]

    return [f"ERC-20: {line}" for line in lines if line.startswith("[ ]") and EXEMPT not in line]


def _is_serious(finding: dict[str, Any]) -> bool:
    return finding["impact"] not in HARMLESS


def _run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(PROVERS), os.environ["PATH"]])
    environment = {**os.environ, "PATH": paths, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [str(PROVERS / command[0]), *command[1:]],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
