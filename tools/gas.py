"""Keeps what the acts cost: measures them with forge, and compares with what is written down.

    python -m tools.gas            fails when anything costs more, or less, than was written down
    python -m tools.gas --write    writes it down anew: tests/forge/gas/snapshot.json and docs/gas.md

A rise is to be explained in the commit that brings it; a fall is written down so that it is not lost again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.gas_page import Snapshot, page

ROOT = Path(__file__).resolve().parent.parent
SNAPSHOT = ROOT / "tests" / "forge" / "gas" / "snapshot.json"
PAGE = ROOT / "docs" / "gas.md"

WRITE_ANEW = "python -m tools.gas --write"


def main() -> int:
    found = measure()
    if sys.argv[1:] == ["--write"]:
        SNAPSHOT.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        PAGE.write_text(page(found), encoding="utf-8")
        print(f"Wrote {len(found['gas'])} figures to {SNAPSHOT.name} and {PAGE.name}.")
        return 0

    wrong = differences(json.loads(SNAPSHOT.read_text(encoding="utf-8")), found)
    if PAGE.read_text(encoding="utf-8") != page(found):
        wrong.append(f"docs/gas.md tells other figures. Write it anew: {WRITE_ANEW}")
    for line in wrong:
        print(line, file=sys.stderr)
    return int(bool(wrong))


def measure() -> Snapshot:
    """Return gas per act and the most it may be, as forge measures now."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["forge", "test", "--match-path", "tests/forge/gas/*", "--gas-snapshot-emit", "true"]
        run = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "FOUNDRY_PROFILE": "default", "FOUNDRY_SNAPSHOTS": folder},
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode != 0:
            raise SystemExit(f"forge could not measure:\n{run.stdout}{run.stderr}")
        return {file.stem: _figures(file) for file in sorted(Path(folder).glob("*.json"))}


def differences(written: Snapshot, found: Snapshot) -> list[str]:
    """Return a line for each figure that is not as written, worst news first."""
    before, now = written["gas"], found["gas"]
    both = before.keys() & now.keys()
    rises = [
        f"{act}: {now[act]} gas, was {before[act]}: MORE" for act in sorted(both) if now[act] > before[act]
    ]
    falls = [
        f"{act}: {now[act]} gas, was {before[act]}: less" for act in sorted(both) if now[act] < before[act]
    ]
    gone = [f"{act}: no longer measured" for act in sorted(before.keys() - now.keys())]
    new = [f"{act}: new" for act in sorted(now.keys() - before.keys())]
    moved = [] if written["bounds"] == found["bounds"] else ["the bounds changed"]
    lines = rises + falls + gone + new + moved
    return [*lines, f"Where that is meant: {WRITE_ANEW}"] if lines else []


def _figures(file: Path) -> dict[str, int]:
    return {name: int(value) for name, value in json.loads(file.read_text(encoding="utf-8")).items()}


if __name__ == "__main__":
    sys.exit(main())
