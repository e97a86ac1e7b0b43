"""What an operator sees of sending, and letting a paused account go on."""

from __future__ import annotations

from tests.service.town import Person

from .counter import Counter


def test_transactions__listed_and_shown__tell_what_they_carry_out(counter: Counter, partner: Person) -> None:
    operator = counter.operator()

    newest = counter.asked(operator, "tx", "list", "--state", "final")[0]
    said = counter.done(operator, "tx", "show", str(newest["id"]))

    assert said.lines[:3] == [
        f"Number {newest['id']}",
        f"Lane main, nonce {newest['nonce']}",
        "State final",
    ]
    assert any(line.startswith("Carries out officer_act ") and line.endswith(", done") for line in said.lines)
    assert any(line.startswith(f"Attempt {newest['hash']}") for line in said.lines)


def test_lane__that_is_not_paused__is_not_resumed(counter: Counter, partner: Person) -> None:
    said = counter.heitje(counter.operator(), "tx", "resume", "main", "--yes")

    assert said.code == 1
    assert said.shown[-1].startswith("Error: ")
