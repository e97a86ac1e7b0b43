"""The guard as people meet it: the whole service, on a chain."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from sqlalchemy import inspect

from heitje_chain.allowance.model import ENTRY
from heitje_chain.allowance.months import Month, month_at
from heitje_chain.days import day_of
from heitje_chain.db import METADATA, transaction
from tests.service.access_table import ROUTES
from tests.service.town import DAY, Person, Town

MONTHS = "January February March April May June July August September October November December"


def put(town: Town, who: str | Person, path: str, body: dict[str, Any]) -> Any:
    answer = town.ask("PUT", who, path, body)
    assert answer.is_success, answer.text
    return answer.json()


def enter(town: Town, **changed: object) -> dict[str, Any]:
    """Have limits of this year proposed by the treasurer and confirmed by the registrar."""
    year = day_of(town.now()).year
    body = {
        "year": year,
        "effective_from": f"{year}-01-01",
        "hour": 560,
        "hour_under_21": 330,
        "month": 210_00,
        "year_total": 2_100_00,
        **changed,
    }
    number = town.post("treasurer", "/allowance-limits", body)["number"]
    confirmed: dict[str, Any] = town.post("registrar", f"/allowance-limits/{number}/confirmation")
    return confirmed


def limit(town: Town, who: Person, barrier: str) -> dict[str, Any]:
    [found] = [one for one in town.get(who, "/allowance")["limits"] if one["barrier"] == barrier]
    return dict(found)


def entries(town: Town) -> list[tuple[Any, ...]]:
    with transaction(town.engine) as connection:
        return sorted(tuple(row) for row in connection.execute(ENTRY.select()))


def in_words(month: Month) -> str:
    return f"{MONTHS.split()[month.number - 1]} {month.year}"


# ---------------------------------------------------------------- claiming


def test_claim__of_an_adult__has_the_reward_and_takes_room(town: Town, partner: Person) -> None:
    anna, job = town.resident(), town.job(partner)
    shown = town.get(anna, f"/jobs/{job['id']}")["allowance"]
    assert (shown["cents"], shown["hourly"], shown["hour_limit"]) == (15_00, 5_00, 5_60)
    assert (shown["month_left"], shown["year_left"], shown["obstacles"]) == (210_00, 2_100_00, [])
    assert shown["words"] == {
        "nl": "Je kunt deze maand nog € 210,00 verdienen en dit jaar nog € 2.100,00. Voor deze klus krijg je "
        "€ 15,00. Dat is € 5,00 per uur.",
        "en": "You can still earn €210.00 this month and €2,100.00 this year. You get €15.00 for this job. "
        "That is €5.00 for an hour.",
    }

    claim = town.handed_in(anna, job)
    assert (limit(town, anna, "month")["used"], town.get(anna, "/allowance")["month_left"]) == (15_00, 195_00)
    town.act(partner, "/approvals", {"claims": [claim["id"]]})
    town.work()

    assert town.spendable(anna) == 15_00
    month = str(month_at(town.now()))
    assert entries(town) == [(claim["id"], "claim", anna.chain_id, 15_00, month, month, "counted")]


def test_claim__of_somebody_under_21__is_paid_by_the_hour_and_the_rest_is_free(
    town: Town, partner: Person
) -> None:
    young = town.resident("Bilal", under_21=True, changes_on=f"{day_of(town.now()).year + 2}-05-01")
    job = town.job(partner, slots=1)
    shown = town.get(young, "/jobs?claimable=true")["items"][0]["allowance"]
    assert (shown["cents"], shown["hourly"], shown["hour_limit"]) == (9_90, 3_30, 3_30)
    assert "Voor jou is € 3,30 per uur de grens, daarom krijg je geen € 15,00." in shown["words"]["nl"]

    claim = town.handed_in(young, job)
    assert claim["cents"] == 9_90
    town.confirm(young)  # turned out to be older: the claim stays what it is
    town.act(partner, "/approvals", {"claims": [claim["id"]]})
    town.work()

    assert town.spendable(young) == 9_90
    [budget] = town.get(partner, "/budgets")["items"]
    assert (budget["minted"], budget["reserved"]) == (9_90, 0)
    assert town.differences() == ()


def test_claim__over_the_month__is_refused_in_words_that_say_which(town: Town, partner: Person) -> None:
    anna = town.resident()
    month = month_at(town.now())
    put(town, anna, "/allowance/elsewhere", {"month": str(month), "cents": 200_00})
    now = town.now()
    job = town.job(partner, claim_by=now + 60, submit_by=now + 60)

    answer = town.ask("POST", anna, "/claims", {"job": job["id"]})

    assert answer.status_code == 409
    told = answer.json()
    assert (told["type"], told["barrier"], told["when"]) == (
        "/problems/allowance-reached",
        "month",
        str(month),
    )
    assert (told["left"], told["needed"]) == (10_00, 15_00)
    assert told["detail"] == (
        f"This job would take you over your limit for {in_words(month)}. You can still earn €10.00 of it, "
        "and this job is €15.00."
    )
    assert entries(town) == []
    shown = town.get(anna, f"/jobs/{job['id']}")["allowance"]
    assert [one["words"]["en"] for one in shown["obstacles"]] == [told["detail"]]
    town.ask("DELETE", anna, f"/allowance/elsewhere/{month}")
    town.post(anna, "/claims", {"job": job["id"]})


@pytest.mark.parametrize(
    ("recorded", "sentence"),
    [
        (
            {"confirmed": False},
            "The municipality must confirm first that you live here",
        ),
        ({"under_21": None}, "The municipality must record first whether you are under"),
    ],
)
def test_claim__of_whom_the_registrar_must_see_first__is_refused(
    town: Town, partner: Person, recorded: dict[str, Any], sentence: str
) -> None:
    anna, job = town.resident(**recorded), town.job(partner)

    status, told = town.refused(anna, "/claims", {"job": job["id"]})

    assert (status, told[: len(sentence)]) == (409, sentence)
    town.confirm(anna)
    town.post(anna, "/claims", {"job": job["id"]})


def test_claim__withdrawn_lapsed_or_refused__gives_its_room_back(town: Town, partner: Person) -> None:
    anna = town.resident()
    now = town.now()
    withdrawn, lapsed = (
        town.post(anna, "/claims", {"job": town.job(partner, claim_by=now + DAY, submit_by=now + DAY)["id"]})
        for _ in range(2)
    )
    town.work()
    assert limit(town, anna, "month")["used"] == 30_00
    town.post(anna, f"/claims/{withdrawn['id']}/withdrawal")
    town.work()
    town.pass_time(DAY + 60)
    town.work()
    now = town.now()
    job = town.job(partner, claim_by=now + 600, submit_by=now + 600)
    town.rpc("evm_increaseTime", 900)  # before the service sees a block of it
    town.rpc("evm_mine")
    refused = town.post(anna, "/claims", {"job": job["id"]})
    town.work()

    states = {one[0]: one[-1] for one in entries(town)}
    assert states == {withdrawn["id"]: "freed", lapsed["id"]: "freed", refused["id"]: "refused"}
    assert town.get(anna, f"/claims/{refused['id']}")["state"] == "refused"


def test_claim__rejected_and_awarded_by_the_arbiter__counts_where_it_was_handed_in(
    town: Town, partner: Person
) -> None:
    anna = town.resident()
    claim = town.submitted(partner, anna)
    month = month_at(town.now())
    town.act(partner, "/rejections", {"claim": claim["id"], "reason": 1, "words": "Niet af."})
    town.work()
    town.post(anna, f"/claims/{claim['id']}/dispute", {"words": "Wel af."})
    town.work()
    town.pass_time(70 * DAY)
    assert month_at(town.now()) > month.next
    decision = {"claim": claim["id"], "award": True, "reason": 1, "words": "Ja."}
    town.act("arbiter", "/decisions", decision)
    town.work()

    assert entries(town) == [(claim["id"], "claim", anna.chain_id, 15_00, str(month), str(month), "counted")]
    assert limit(town, anna, "month")["used"] == 0
    assert town.spendable(anna) == 15_00


# ---------------------------------------------------------------- the municipality's limits


def test_limits__of_a_year_without_a_row__are_the_last_years_with_a_warning(town: Town) -> None:
    year = day_of(town.now()).year
    found = town.get("auditor", "/allowance-limits/current")
    assert (found["year"], found["limits"]["year"]) == (year, 2025)
    assert found["warning"]["en"].startswith(
        f"No limits were entered for {year} yet. Those of 2025 hold now."
    )

    enter(town, city_year=1_500_00)

    found = town.get("auditor", "/allowance-limits/current")
    assert (found["limits"]["year"], found["limits"]["city_year"], found["warning"]) == (year, 1_500_00, None)
    assert town.get(town.resident(), "/allowance")["year_left"] == 1_500_00


def test_proposal__is_confirmed_by_another_officer_alone(town: Town) -> None:
    body = {"year": 2030, "effective_from": "2030-01-01", "hour": 6_00, "hour_under_21": 4_00}
    body |= {"month": 220_00, "year_total": 2_200_00, "city_year": None}
    first, second, third = (town.post("treasurer", "/allowance-limits", body)["number"] for _ in range(3))

    assert town.refused("treasurer", f"/allowance-limits/{first}/confirmation") == (
        409,
        "You proposed this yourself. Another officer must look at it; you can withdraw it.",
    )
    assert town.refused("treasurer", f"/allowance-limits/{first}/rejection")[0] == 409
    assert town.refused("registrar", f"/allowance-limits/{first}/withdrawal") == (
        409,
        "This is another's proposal. You can confirm or reject it.",
    )
    confirmed = town.post("registrar", f"/allowance-limits/{first}/confirmation")
    again = town.post("registrar", f"/allowance-limits/{first}/confirmation")
    assert (confirmed["state"], confirmed["decided_by"], again) == ("confirmed", "registrar", confirmed)
    assert town.post("registrar", f"/allowance-limits/{second}/rejection")["state"] == "rejected"
    assert town.post("treasurer", f"/allowance-limits/{third}/withdrawal")["state"] == "withdrawn"
    assert town.refused("registrar", f"/allowance-limits/{third}/confirmation") == (
        409,
        "This proposal was decided already. Make a new one if something is to change.",
    )
    wrong = body | {"effective_from": "2031-01-01"}
    assert town.ask("POST", "treasurer", "/allowance-limits", wrong).json()["type"] == (
        "/problems/allowance-limits-invalid"
    )
    states = [(one["number"], one["state"]) for one in town.get("arbiter", "/allowance-limits")["items"]]
    assert states[:3] == [(third, "withdrawn"), (second, "rejected"), (first, "confirmed")]


def test_approval__of_a_claim_over_lower_limits__warns_and_is_paid(town: Town, partner: Person) -> None:
    anna = town.resident()
    put(town, anna, "/allowance/stop", {"month": 50_00})
    claim = town.submitted(partner, anna)
    assert town.post(partner, "/approvals/prepare", {"claims": [claim["id"]]})["warnings"] == []

    enter(town, month=10_00)

    prepared = town.post(partner, "/approvals/prepare", {"claims": [claim["id"]]})
    month = month_at(town.now())
    assert prepared["warnings"] == [
        {
            "claim": claim["id"],
            "barrier": "month",
            "when": str(month),
            "words": {
                "nl": prepared["warnings"][0]["words"]["nl"],
                "en": f"All jobs together take this resident over the limit for {in_words(month)}. The claim "
                "was good and may be paid.",
            },
        }
    ]
    town.act(partner, "/approvals", {"claims": [claim["id"]]})
    town.work()
    assert town.spendable(anna) == 15_00


# ---------------------------------------------------------------- awards


def test_award__over_a_limit__is_refused_when_prepared_and_when_signed(town: Town, partner: Person) -> None:
    anna = town.resident()
    body = {"partner": partner.id, "period": 2026, "resident": anna.id, "cents": 200_00, "reason": "Te laat."}
    prepared = town.prepare("treasurer", "/awards", body)
    put(town, anna, "/allowance/stop", {"month": 100_00})

    sentence = (
        "This cannot be done: this amount would take the resident over a limit. We may not say more about "
        "it. The resident can see how much is still possible."
    )
    assert town.refused("treasurer", "/awards", prepared) == (409, sentence)
    assert town.refused("treasurer", "/awards/prepare", body | {"reason": "Anders."}) == (409, sentence)

    town.ask("DELETE", anna, "/allowance/stop")
    act = town.post("treasurer", "/awards", prepared)
    assert limit(town, anna, "month")["used"] == 200_00, "from the signature on"
    town.work()

    month = str(month_at(town.now()))
    assert entries(town) == [(act["id"], "award", anna.chain_id, 200_00, month, month, "counted")]
    assert town.spendable(anna) == 200_00
    assert town.refused("treasurer", "/awards/prepare", body | {"reason": "Nog eens."})[0] == 409


def test_award__that_the_contract_refuses__gives_its_room_back(town: Town, partner: Person) -> None:
    anna = town.resident()
    body = {"partner": partner.id, "period": 2026, "resident": anna.id, "cents": 20_00, "reason": "Te laat."}
    act = town.act("treasurer", "/awards", body)
    assert limit(town, anna, "month")["used"] == 20_00
    town.rpc("evm_increaseTime", 2 * DAY)  # longer than the signature is good
    town.rpc("evm_mine")
    town.work()

    assert town.get("treasurer", f"/acts/{act['id']}")["state"] == "failed"
    assert [one[-1] for one in entries(town)] == ["refused"]
    assert limit(town, anna, "month")["used"] == 0


# ---------------------------------------------------------------- one's own


def test_own_stop_and_elsewhere__are_seen_by_nobody_else(
    town: Town, partner: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever others can read, and whatever else is stored, is the same before and after."""
    caplog.set_level(logging.DEBUG)
    anna, bilal = town.resident(), town.resident("Bilal")
    job = town.job(partner)
    town.handed_in(bilal, job)
    before = told_to_others(town, bilal, partner), stored(town)
    caplog.clear()

    month = month_at(town.now())
    put(town, anna, "/allowance/stop", {"month": 12_34, "year": 4_321_98})
    put(town, anna, "/allowance/elsewhere", {"month": str(month), "cents": 5_67})
    assert town.refused(anna, "/claims", {"job": job["id"]})[0] == 409

    assert (told_to_others(town, bilal, partner), stored(town)) == before
    ours = [one for one in caplog.records if one.name.startswith("heitje_chain")]
    lines = " ".join(str(one.__dict__) for one in ours)
    assert "allowance-reached" in lines, "one kind for all limits"
    assert not [word for word in ("own_month", "own_year", "432198", str(month)) if word in lines]
    shown = town.get(anna, "/allowance")
    assert (shown["stop"], shown["elsewhere"]) == (
        {"month": 12_34, "year": 4_321_98},
        [{"month": str(month), "cents": 5_67}],
    )


def told_to_others(town: Town, bilal: Person, partner: Person) -> list[tuple[str, int, str]]:
    """Every answer to every other role, of every route that names nothing or what the role can know."""
    paths = [route.partition(" ")[2] for route in ROUTES if route.startswith("GET ")]
    [job] = town.get(partner, "/jobs")["items"]
    [anna] = [one for one in town.get("registrar", "/residents")["items"] if one["id"] != bilal.id]
    filled = {"{participant_id}": anna["id"], "{job_id}": job["id"], "{number}": "1"}
    others: list[str | Person] = [bilal, partner, *town.secrets]
    found = []
    for path in paths:
        for blank, value in filled.items():
            path = path.replace(blank, value)
        if "{" not in path:
            for who in others:
                answer = town.ask("GET", who, path.removeprefix("/api/v1"))
                found.append((path, answer.status_code, answer.text))
    return found


def stored(town: Town) -> dict[str, list[Any]]:
    """All rows but one's own, and when the worker last went round."""
    own = {"allowance_stop", "allowance_elsewhere", "heartbeat"}
    with transaction(town.engine) as connection:
        there = set(inspect(connection).get_table_names()) - own  # tests of other slices have tables besides
        return {
            one.name: sorted(map(repr, connection.execute(one.select())))
            for one in METADATA.sorted_tables
            if one.name in there
        }


def test_explanation__is_for_everybody_and_says_what_it_is(town: Town) -> None:
    parts = town.get("auditor", "/allowance/explanation")["parts"]

    assert [one["heading"]["nl"] for one in parts][1:3] == [
        "Je hebt een uitkering en bent 27 of ouder",
        "Je hebt een uitkering en bent jonger dan 27",
    ]
    assert "geen juridisch advies" in parts[-1]["heading"]["nl"]


# ---------------------------------------------------------------- one person


def test_merger__of_two_accounts__keeps_the_sum(town: Town, partner: Person) -> None:
    anna, again = town.resident(), town.resident("A. Jansen")
    claim = town.submitted(partner, again)

    told = put(town, "registrar", f"/residents/{again.id}/merger", {"into": anna.id})

    assert told["same_as"] == anna.id
    assert limit(town, anna, "month")["used"] == 15_00
    assert town.refused(again, "/claims", {"job": town.job(partner)["id"]}) == (
        409,
        "This account was merged with your other account. Do jobs with that other account.",
    )
    town.act(partner, "/approvals", {"claims": [claim["id"]]})
    town.work()
    assert town.spendable(again) == 15_00, "what was promised is paid"
    assert limit(town, anna, "month")["used"] == 15_00
