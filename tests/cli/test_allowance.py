"""Limits, records and one's own allowance from the command line."""

from __future__ import annotations

from heitje_chain.allowance.months import month_at
from heitje_chain.days import day_of
from tests.service.town import Person

from .counter import Counter
from .test_page import run

LIMITS = ("--hour", "5,80", "--hour-under-21", "3,40", "--month", "220", "--year-total", "2200")


def test_page__limits__are_listed_with_a_warning_and_proposed(counter: Counter) -> None:
    said = run(counter, "treasurer", "What residents may earn")

    year = day_of(counter.town.now()).year
    for one in said[:2]:
        assert one.err.startswith(f"No limits were entered for {year} yet. Those of 2025 hold now.")
    assert said[0].lines[0] == "No Holds from Hour Under 21 Month Year City State By"
    assert said[0].lines[-1] == "1 2023-01-01 €5.00 €2.75 €190.00 €1,900.00 - confirmed law, law"
    assert said[1].lines[:3] == [f"Year {year}", "Limits of 2025-01-01", "An hour €5.60"]
    assert said[2].lines == ["Proposal 4 waits for another officer: heitje allowance confirm 4"]


def test_proposal__confirmed_by_its_proposer__is_refused_and_by_another_holds(counter: Counter) -> None:
    year = str(day_of(counter.town.now()).year)
    made = counter.asked("treasurer", "allowance", "propose", year, *LIMITS)
    number = str(made["number"])

    own = counter.heitje("treasurer", "allowance", "confirm", number, "--yes")
    assert (own.code, own.err.splitlines()[-1]) == (
        1,
        "Error: You proposed this yourself. Another officer must look at it; you can withdraw it.",
    )
    confirmed = counter.done("registrar", "allowance", "confirm", number, "--yes")
    assert confirmed.lines == [f"Proposal {number}: confirmed."]
    current = counter.done("auditor", "allowance", "current")
    assert (current.err, current.lines[:2]) == ("", [f"Year {year}", f"Limits of {year}-01-01"])
    second = str(counter.asked("registrar", "allowance", "propose", year, *LIMITS)["number"])
    assert counter.done("treasurer", "allowance", "reject", second).lines == [f"Proposal {second}: rejected."]
    third = str(counter.asked("registrar", "allowance", "propose", year, *LIMITS)["number"])
    withdrawn = counter.done("registrar", "allowance", "withdraw", third)
    assert withdrawn.lines == [f"Proposal {third}: withdrawn."]


def test_registrar__records_and_merges(counter: Counter) -> None:
    anna, bilal = counter.town.resident(confirmed=False), counter.town.resident("Bilal")
    day = f"{day_of(counter.town.now()).year + 2}-05-01"

    counter.done("registrar", "allowance", "record", anna.id, "--confirmed", "--under-21-until", day)
    shown = counter.done("registrar", "allowance", "recorded", "Anna Jansen")
    merged = counter.done("registrar", "allowance", "merge", "Bilal", anna.id, "--yes")

    assert shown.lines == [
        "Name Anna Jansen",
        "Confirmed by registrar",
        "Under 21 yes",
        f"Changes on {day}",
        "Goes on as -",
    ]
    assert merged.lines == ["Bilal + Anna Jansen: one person, one limit."]
    assert counter.asked("registrar", "allowance", "recorded", bilal.id)["same_as"] == anna.id


def test_resident__sees_and_chooses_its_own(counter: Counter) -> None:
    anna = counter.town.resident()
    month = str(month_at(counter.town.now()))

    counter.done(anna, "allowance", "elsewhere", month, "10")
    shown = counter.done(anna, "allowance", "stop", "--month", "50", lang="nl")

    assert shown.lines[-1] == "Je kunt deze maand nog € 40,00 verdienen en dit jaar nog € 2.090,00."
    assert f"Elders in {month} € 10,00" in shown.lines
    assert any(line.startswith("de grens die je zelf koos voor ") for line in shown.lines)
    counter.done(anna, "allowance", "stop")
    last = counter.done(anna, "allowance", "elsewhere", month)
    assert last.lines[-1] == "You can still earn €210.00 this month and €2,100.00 this year."
    assert "it is no legal advice" in counter.done(anna, "allowance", "explain").out


def test_approval__over_lowered_limits__is_warned_of_before_it_is_signed(
    counter: Counter, partner: Person
) -> None:
    claim = counter.town.submitted(partner, counter.town.resident())
    year = str(day_of(counter.town.now()).year)
    lower = ("--hour", "5", "--hour-under-21", "3", "--month", "10", "--year-total", "2000")
    number = str(counter.asked("treasurer", "allowance", "propose", year, *lower)["number"])
    counter.done("registrar", "allowance", "confirm", number, "--yes")

    said = counter.agreed(partner, "claim", "approve", claim["id"])

    assert f"{claim['id'][:12]}: All jobs together take this resident over the limit for " in said.err
    assert said.lines[-1] == "1 approved, €15.00 minted."
