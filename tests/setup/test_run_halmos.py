"""What tools/run_halmos.py makes of halmos' report: only a proof is a proof."""

from typing import Any

import pytest

from tools.run_halmos import CHECKS, claimed, unproved
from tools.run_slither import ROOT

TIMEOUT, REFUTED, ALL_REVERTED = 3, 1, 4


def report(**codes: int) -> dict[str, Any]:
    return {"test_results": {"a.sol:A": [{"name": f"{name}()", "exitcode": codes[name]} for name in codes]}}


def test_unproved__when_all_are_proved__is_nothing() -> None:
    assert unproved({"check_a", "check_b"}, report(check_a=0, check_b=0)) == []


@pytest.mark.parametrize("code", [TIMEOUT, REFUTED, ALL_REVERTED])
def test_unproved__when_one_is_not_decided_or_refuted__names_it(code: int) -> None:
    assert unproved({"check_a", "check_b"}, report(check_a=0, check_b=code)) == ["not proved: check_b"]


def test_unproved__when_one_did_not_run__names_it() -> None:
    assert unproved({"check_a", "check_b"}, report(check_a=0)) == ["not run: check_b"]


def test_unproved__when_halmos_failed__says_so() -> None:
    assert unproved({"check_a"}, None) == ["halmos came to no end, or failed"]


def test_unproved__when_nothing_is_claimed__is_wrong() -> None:
    assert unproved(set(), report()) == ["there is nothing to prove"]


def test_claimed__are_the_checks_of_every_proof() -> None:
    names = claimed(ROOT / CHECKS)

    assert len(names) > 15
    assert {"check_reserve__keepsWithin", "check_approve__whenNamedTwice__paysOnce"} <= names
