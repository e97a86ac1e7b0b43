"""`heitje reasons`."""

from __future__ import annotations

from .counter import Counter


def test_reasons__of_one_act__lists_its_codes_and_what_they_mean(counter: Counter) -> None:
    said = counter.done("registrar", "reasons", "pause")

    assert said.lines[0] == "Act Code Reason"
    assert said.lines[2:] == [
        "pause the coin 1 a failure",
        "pause the coin 2 somebody else may have a key",
        "pause the coin 3 maintenance",
        "pause the coin 4 the move to new contracts",
        "pause the coin 99 something else, see the words",
    ]


def test_reasons__of_all_acts_in_dutch__name_the_acts(counter: Counter) -> None:
    said = counter.done("registrar", "reasons", lang="nl")

    assert said.lines[0] == "Handeling Code Reden"
    assert "werk afkeuren 3 de klus is nog niet af" in said.lines


def test_reasons__of_no_act__is_mistyped(counter: Counter) -> None:
    said = counter.heitje("registrar", "reasons", "admit")

    assert said.code == 2
    assert "Choose one of: reject, decide, block, recover, freeze, pause, force." in said.err
