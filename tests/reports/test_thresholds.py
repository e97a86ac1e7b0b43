"""The thresholds' file: what is taken, what is refused in which words, and which value holds when."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from heitje_chain.config import OWN_THRESHOLDS
from heitje_chain.reports import thresholds
from heitje_chain.reports.thresholds import Threshold, ThresholdsUnreadable, read_thresholds

ONE = '[[limited_network]]\nfrom = 2018-01-13\ncents = 100\nwarn_at_percent = [85, 70]\nsource = "the law"\n'


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "thresholds.toml"
    path.write_text(text)
    return path


def test_own_file__has_the_million_of_psd2() -> None:
    assert read_thresholds(OWN_THRESHOLDS) == (
        Threshold(
            date(2018, 1, 13), 1_000_000_00, (70, 85, 95), "Directive (EU) 2015/2366 (PSD2), article 37(2)"
        ),
    )


def test_file__with_two_values__each_holds_from_its_day(tmp_path: Path) -> None:
    later = ONE.replace("2018-01-13", "2027-01-01").replace("cents = 100", "cents = 300")
    known = read_thresholds(written(tmp_path, later + ONE))

    assert [(one.since, one.cents, one.warn_at) for one in known] == [
        (date(2018, 1, 13), 100, (70, 85)),
        (date(2027, 1, 1), 300, (70, 85)),
    ]
    for day, cents in (("2017-01-01", 100), ("2026-12-31", 100), ("2027-01-01", 300), ("2030-01-01", 300)):
        assert thresholds.at(known, date.fromisoformat(day)).cents == cents


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "limited_network: Field required"),
        (
            ONE.replace("cents = 100", "cents = 1.5"),
            "limited_network.0.cents: Input should be a valid integer",
        ),
        (ONE.replace("cents = 100", "cents = 0"), "limited_network.0.cents: Input should be greater than 0"),
        (ONE + "more = 1\n", "limited_network.0.more: Extra inputs are not permitted"),
        (
            ONE.replace("[85, 70]", "[100]"),
            "limited_network.0.warn_at_percent.0: Input should be less than 100",
        ),
        ("x", "Expected '=' after a key in a key/value pair (at end of document)"),
    ],
)
def test_file__that_is_wrong__is_refused_in_a_sentence(tmp_path: Path, text: str, why: str) -> None:
    path = written(tmp_path, text)

    with pytest.raises(ThresholdsUnreadable) as refused:
        read_thresholds(path)
    assert str(refused.value) == f"The thresholds in {path} cannot be read: {why}."


def test_file__that_is_not_there__is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ThresholdsUnreadable) as refused:
        read_thresholds(tmp_path / "none.toml")
    assert str(refused.value).endswith("none.toml cannot be read: No such file or directory.")
