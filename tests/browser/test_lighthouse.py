"""Chromium's own judge, Lighthouse, about a resident's first page on a slow phone (docs/pages.md).

It simulates a phone with a fourth of this machine's speed on slow 4G, so what else the machine does counts:
the median of three runs is judged.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.conftest import ROOT

from .conftest import City, chromium
from .places import Look, everything

FURNISH = everything

LIGHTHOUSE = ROOT / "tools" / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 95}
RUNS = 3


def report(url: str, cookie: str, folder: Path) -> dict[str, Any]:
    """Have the page judged; return the report."""
    headers, file = folder / "headers.json", folder / "report.json"
    headers.write_text(json.dumps({"Cookie": cookie, "Accept-Language": "nl"}))
    subprocess.run(
        [
            *("node", LIGHTHOUSE, url, "--quiet", "--output=json", f"--output-path={file}"),
            *("--only-categories=" + ",".join(LEAST), f"--extra-headers={headers}"),
            "--chrome-flags=--headless=new --no-sandbox --disable-background-networking",
        ],
        env={**os.environ, "CHROME_PATH": chromium()},
        check=True,
        timeout=180,
    )
    found: dict[str, Any] = json.loads(file.read_text())
    return found


@pytest.mark.prove
@pytest.mark.seconds(40)
def test_jobs__judged_by_lighthouse__are_quick_and_for_everybody(
    sights: City, looks: list[Look], tmp_path: Path
) -> None:
    if not LIGHTHOUSE.exists():
        pytest.skip("Lighthouse is not installed: `make prove` does that")
    [resident] = [look.person for look in looks if look.name == "resident"]
    page = sights.visit(resident)
    [secret] = [one["value"] for one in page.context.cookies() if one["name"] == "heitje"]

    reports = [report(f"{sights.url}/jobs", f"heitje={secret}", tmp_path) for _ in range(RUNS)]

    assert all(one["finalDisplayedUrl"].endswith("/jobs") for one in reports)
    scores = {
        name: median(round(100 * one["categories"][name]["score"]) for one in reports) for name in LEAST
    }
    audits = [audit for one in reports for audit in one["audits"].values()]
    failed = sorted({one["id"] for one in audits if one["score"] is not None and one["score"] < 1})
    print("Lighthouse:", scores, failed)
    assert all(scores[name] >= least for name, least in LEAST.items()), (scores, failed)
