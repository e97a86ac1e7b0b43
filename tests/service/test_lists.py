"""What lists can be narrowed to, and that asking again costs little."""

from __future__ import annotations

from typing import Any

from .crew import Crew
from .town import DAY, Person, Town


def ids(town: Town, who: str | Person, path: str) -> set[Any]:
    """Return what is listed; things of the same second stand in any order."""
    items = [one["id"] for one in town.get(who, path)["items"]]
    assert len(items) == len(set(items))
    return set(items)


def test_jobs__narrowed__are_those_that_fit(town: Town, partner: Person) -> None:
    other = town.partner()
    green = town.job(partner, kind="green", neighbourhood="Heerlen-Noord")["id"]
    care = town.job(partner, kind="care", neighbourhood="Hoensbroek", slots=1)["id"]
    others = town.job(other, kind="care", neighbourhood="Heerlen-Noord")["id"]
    anna = town.resident()
    town.post(anna, "/claims", {"job": care})
    town.work()

    assert ids(town, anna, "/jobs") == {others, care, green}
    assert ids(town, anna, "/jobs?kind=care") == {others, care}
    assert ids(town, anna, "/jobs?neighbourhood=Heerlen-Noord") == {others, green}
    assert ids(town, anna, "/jobs?kind=care&neighbourhood=Heerlen-Noord") == {others}
    assert ids(town, anna, f"/jobs?partner={other.id}") == {others}
    assert ids(town, partner, f"/jobs?partner={other.id}") == set()
    assert ids(town, anna, "/jobs?state=closed") == set()
    assert ids(town, anna, "/jobs?claimable=true") == {others, green}
    assert ids(town, anna, "/jobs?claimable=false") == {care}
    town.pass_time(8 * DAY)
    assert ids(town, anna, "/jobs?claimable=true") == set()


def test_claims_and_payments__narrowed__are_those_that_fit(
    town: Town, partner: Person, anna: Person, shop: Person
) -> None:
    [first] = town.get(anna, "/claims")["items"]
    job = town.job(partner)["id"]
    second = town.post(anna, "/claims", {"job": job})["id"]
    town.work()
    assert ids(town, anna, f"/claims?job={job}") == {second}
    assert ids(town, anna, "/claims?state=approved") == {first["id"]}
    assert ids(town, anna, f"/claims?state=approved&job={job}") == set()

    club = town.association()
    paid = town.paid(anna, shop, 5_00)
    given = town.paid(anna, club, 1_00)["id"]
    refund = town.post(shop, f"/payments/{paid['id']}/refunds", {"cents": 2_00})["id"]
    assert ids(town, anna, "/payments?kind=pay") == {paid["id"]}
    assert ids(town, anna, "/payments?kind=donate&state=paid") == {given}
    assert ids(town, anna, "/payments?kind=refund") == {refund}
    assert ids(town, anna, "/payments?state=pending") == {refund}
    at = paid["created_at"]
    assert paid["id"] in ids(town, anna, f"/payments?since={at}")
    assert paid["id"] not in ids(town, anna, f"/payments?since={at + 1}")
    assert ids(town, anna, f"/payments?until={at}") == set()
    assert paid["id"] in ids(town, anna, f"/payments?since={at}&until={at + 1}")


def test_people_acts_and_budgets__narrowed__are_those_that_fit(town: Town, crew: Crew) -> None:
    partner, other, anna, bilal = crew.partner, crew.other_partner, crew.anna, crew.bilal
    town.act("enforcer", "/blocks", {"participant": bilal.id, "reason": 1})
    town.work()
    assert ids(town, "registrar", "/residents?blocked=true") == {bilal.id}
    assert ids(town, "registrar", "/residents?blocked=false") == {anna.id}
    assert ids(town, "registrar", "/residents?state=active&blocked=true") == {bilal.id}
    assert ids(town, "registrar", "/residents?state=asked") == set()

    kinds = {one["kind"] for one in town.get("auditor", "/acts?kind=grant&state=done")["items"]}
    assert kinds == {"grant"}
    assert ids(town, "auditor", "/acts?kind=grant&state=prepared") == set()

    town.act("treasurer", "/grants", {"partner": other.id, "period": 2027, "cents": 5_00})
    town.work()
    budgets = town.get("treasurer", "/budgets")["items"]
    assert [one["period"] for one in budgets] == [2027, 2026, 2026]
    assert [one["partner"] for one in town.get("treasurer", "/budgets?period=2027")["items"]] == [other.id]
    assert len(town.get("treasurer", f"/budgets?partner={other.id}")["items"]) == 2
    assert len(town.get(partner, "/budgets")["items"]) == 1
    assert town.get(partner, f"/budgets?partner={other.id}")["items"] == []
    page = town.get("treasurer", "/budgets?limit=2")
    rest = town.get("treasurer", page["next"].removeprefix("/api/v1"))
    assert page["items"] + rest["items"] == budgets


def test_redemptions__of_a_batch__are_its_lines(town: Town, anna: Person, shop: Person) -> None:
    town.paid(anna, shop, 5_00)
    line = town.post(shop, "/redemptions", {"cents": 3_00})["id"]
    town.work()
    town.act("settlement", "/payout-batches", {})
    town.work()
    waiting = town.post(shop, "/redemptions", {"cents": 1_00})["id"]
    [batch] = town.get("settlement", "/payout-batches")["items"]

    assert ids(town, shop, f"/redemptions?batch={batch['number']}") == {line}
    assert ids(town, shop, "/redemptions?state=asked") == {waiting}


def test_polling__of_a_claim__is_304_until_it_changes(town: Town, partner: Person) -> None:
    anna = town.resident()
    made = town.ask("POST", anna, "/claims", {"job": town.job(partner)["id"]})
    where = made.headers["location"].removeprefix("/api/v1")
    headers = {"Authorization": f"Bearer {anna.secret}"}
    first = town.ask("GET", anna, where)

    headers["If-None-Match"] = first.headers["etag"]
    again = town.http.get(f"/api/v1{where}", headers=headers)
    town.work()
    after = town.http.get(f"/api/v1{where}", headers=headers)

    assert (again.status_code, again.content) == (304, b"")
    assert (after.status_code, after.json()["state"]) == (200, "claimed")
