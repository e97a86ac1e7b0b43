"""How many random acts the invariants are tried with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SUITE = Path(__file__).resolve().parent.parent / "forge" / "invariants" / "Invariants.t.sol"


@pytest.mark.parametrize(("profile", "at_least"), [("default", 100_000), ("prove", 1_000_000)])
def test_campaigns__by_their_settings__make_so_many_acts_in_all(profile: str, at_least: int) -> None:
    source = SUITE.read_text()
    campaigns = len(re.findall(r"^    function invariant_", source, re.MULTILINE))
    runs, depth = (
        int(re.findall(rf"^/// forge-config: {profile}\.invariant\.{name} = (\d+)$", source, re.MULTILINE)[0])
        for name in ("runs", "depth")
    )

    assert campaigns * runs * depth >= at_least
