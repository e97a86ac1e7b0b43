"""What the acts cost is what is written down, and docs/gas.md tells it."""

import json

from tools.gas import PAGE, SNAPSHOT, WRITE_ANEW, differences, measure
from tools.gas_page import Snapshot, page

BOUNDS = {"pay": 60}


def written() -> Snapshot:
    snapshot: Snapshot = json.loads(SNAPSHOT.read_text())
    return snapshot


def test_acts__cost_what_is_written_down() -> None:
    assert differences(written(), measure()) == []


def test_page__tells_the_figures_that_are_written_down() -> None:
    assert PAGE.read_text() == page(written()), WRITE_ANEW


def test_differences__when_an_act_costs_other_than_written__name_the_rise_first() -> None:
    before = {"gas": {"claim": 10, "pay": 50, "submit": 5, "lapse": 1}, "bounds": BOUNDS}
    now = {"gas": {"claim": 9, "pay": 51, "submit": 5, "redeem": 2}, "bounds": {"pay": 70}}

    assert differences(before, now) == [
        "pay: 51 gas, was 50: MORE",
        "claim: 9 gas, was 10: less",
        "lapse: no longer measured",
        "redeem: new",
        "the bounds changed",
        f"Where that is meant: {WRITE_ANEW}",
    ]


def test_differences__when_all_is_as_written__are_none() -> None:
    figures = {"gas": {"pay": 50}, "bounds": BOUNDS}

    assert differences(figures, figures) == []
