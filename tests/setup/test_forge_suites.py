"""forge runs every suite there is. After a run on some files its cache has been seen to hide the others."""

import json
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_forge__lists_every_suite() -> None:
    listed = subprocess.run(
        ["forge", "test", "--list", "--json"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = {suite for suites in json.loads(listed.stdout).values() for suite in suites}

    written = {
        suite
        for file in (ROOT / "tests" / "forge").rglob("*.t.sol")
        for suite in re.findall(r"^contract (\w+Test) ", file.read_text(), re.MULTILINE)
    }
    assert len(written) > 30
    assert found >= written, "run `make clean` and try again"
