"""What tools/run_slither.py makes of slither's reports, and that a mistake in a contract is found."""

from pathlib import Path
from typing import Any

import pytest

from tools.run_slither import HARMLESS, ROOT, breaches, copied, findings, judged

RISKY = """// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

contract Risky {
    function balanceOf(address) external view returns (uint256) {
        // slither-disable-next-line timestamp: nothing here looks at the clock
        return address(this).balance;
    }

    function call(address target, bytes calldata data) external returns (bool done) {
        (done,) = target.delegatecall(data);
    }
}
"""


def report(impact: str, **more: Any) -> dict[str, Any]:
    found = [{"check": "a-check", "impact": impact, "description": "why", **more}]
    return {"success": True, "error": None, "results": {"detectors": found}}


@pytest.mark.parametrize("impact", ["High", "Medium", "Low", "a level that comes later"])
def test_judged__when_above_informational__is_wrong(impact: str) -> None:
    assert judged(report(impact)) == [f"{impact}: a-check: why"]


@pytest.mark.parametrize("impact", sorted(HARMLESS))
def test_judged__when_informational__is_nothing(impact: str) -> None:
    assert judged(report(impact)) == []


def test_judged__when_nothing_was_found__is_nothing() -> None:
    assert judged({"success": True, "error": None, "results": {}}) == []


def test_judged__when_slither_failed__is_wrong() -> None:
    assert judged({"success": False, "error": "no compiler", "results": {}}) == [
        "slither failed: no compiler"
    ]


def test_judged__when_a_suppression_suppresses_nothing__is_wrong_in_our_code_only() -> None:
    ignores = [
        {"file": file, "line": 7, "unused_detectors": ["timestamp"]}
        for file in ("/a/contracts/B.sol", "/a/contracts/B.sol", "/a/node_modules/c/D.sol")
    ]

    assert judged(report("Informational", unused_ignores=ignores)) == [
        "/a/contracts/B.sol:7: suppresses nothing: timestamp"
    ]


def test_every_suppression__says_why() -> None:
    lines = [line for file in Path(ROOT, "contracts").glob("*.sol") for line in file.read_text().splitlines()]
    suppressions = [
        line.strip() for line in lines if "slither-disable-" in line and "disable-end" not in line
    ]

    assert len(suppressions) > 10
    assert [line for line in suppressions if len(line.partition(": ")[2]) < 20] == []


@pytest.mark.prove
def test_findings__when_a_contract_has_mistakes__names_each(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "Risky.sol").write_text(RISKY)
    for name in ("foundry.toml", "slither.config.json"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    project = copied(tmp_path, tmp_path / "copy")

    wrong = findings(project)
    missing = breaches(project, "Risky")

    assert [line.split(": ")[:2] for line in wrong] == [
        ["High", "controlled-delegatecall"],
        ["Low", "missing-zero-check"],
        [f"{project}/contracts/Risky.sol:6", "suppresses nothing"],
    ]
    assert "ERC-20: [ ] totalSupply() is missing" in missing
    assert not any("balanceOf(address) is missing" in line for line in missing)
    [unknown] = breaches(project, "Safe")
    assert "Contract not found: Safe" in unknown
