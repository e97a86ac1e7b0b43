"""Series: weeks signed beforehand open by themselves, wait while the budget lacks, and can be cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from heitje_chain.acts.model import ACT
from heitje_chain.chain.ids import new_client_id
from heitje_chain.db import transaction
from heitje_chain.series import openings

from .town import DAY, Person, Town, sign

WEEK = 7 * DAY + 3600
"""As long as the week in which summer time ends."""
OVER = "Week {} waits for its day no longer, so this cannot be done. Is the job open? Then close it."


def terms(town: Town, weeks: int = 3, **changed: Any) -> dict[str, Any]:
    """A series whose first week opens tomorrow and can be claimed for three days."""
    now = town.now()
    days = {"opens_at": now + DAY, "claim_by": now + 4 * DAY, "submit_by": now + 6 * DAY}
    return town.terms(**{**days, "weeks": weeks, **changed})


def signatures(prepared: Mapping[str, Any], partner: Person) -> dict[str, Any]:
    assert partner.key is not None
    signed = [
        {"act": act["id"], "signature": sign(act["typed_data"], partner.key)} for act in prepared["to_sign"]
    ]
    return {"signatures": signed}


def series(town: Town, partner: Person, weeks: int = 3, **changed: Any) -> dict[str, Any]:
    """Prepare a series and hand in all signatures; return what was prepared."""
    prepared: dict[str, Any] = town.post(partner, "/job-series", terms(town, weeks, **changed))
    town.post(partner, f"/job-series/{prepared['id']}/signatures", signatures(prepared, partner))
    return prepared


def weeks_of(town: Town, partner: Person, prepared: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = town.get(partner, f"/job-series/{prepared['id']}")["weeks"]
    return found


def states(town: Town, partner: Person, prepared: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    return [(one["state"], one["job_state"]) for one in weeks_of(town, partner, prepared)]


def test_series__signed_beforehand__opens_a_job_each_week_by_itself(town: Town, partner: Person) -> None:
    prepared = series(town, partner)
    town.work()
    assert states(town, partner, prepared) == [("signed", None)] * 3
    assert town.get(partner, "/jobs")["items"] == []

    town.pass_time(DAY)
    assert states(town, partner, prepared) == [("opened", "open"), ("signed", None), ("signed", None)]
    [job] = town.get(town.resident(), "/jobs")["items"]
    assert (job["id"], job["claim_by"], job["title"]) == (
        prepared["weeks"][0]["job"],
        prepared["weeks"][0]["claim_by"],
        "Bloembak bouwen",
    )
    town.pass_time(WEEK)
    town.pass_time(WEEK)

    assert [state for state, _ in states(town, partner, prepared)] == ["opened"] * 3
    assert len(town.events("JobPosted")) == 3
    assert town.differences() == ()


def test_job_of_a_series__when_it_opened__is_done_and_paid_like_any(town: Town, partner: Person) -> None:
    prepared = series(town, partner, weeks=1)
    town.pass_time(DAY)
    bilal = town.resident("Bilal")
    claim = town.handed_in(bilal, {"id": prepared["weeks"][0]["job"]})
    town.act(partner, "/approvals", {"claims": [claim["id"]]})
    town.work()

    assert town.spendable(bilal) == 15_00


def test_week__beyond_the_budget__waits_with_the_reason_and_opens_when_it_is_raised(town: Town) -> None:
    partner = town.partner(budget=55_00)
    prepared = series(town, partner, weeks=2)
    town.pass_time(DAY)
    town.pass_time(WEEK)

    first, second = weeks_of(town, partner, prepared)
    assert (first["state"], second["state"]) == ("opened", "signed")
    assert first["job_state"] == "open"
    assert second["reason"] == "/problems/budget-exceeded"
    assert second["told"] == "This takes €45.00, and the budget has €10.00 left."
    assert len(town.events("JobPosted")) == 1

    town.act("treasurer", "/grants", {"partner": partner.id, "period": 2026, "cents": 100_00})
    town.work()
    town.pass_time(60)

    second = weeks_of(town, partner, prepared)[1]
    assert (second["state"], second["reason"], second["told"], second["job_state"]) == (
        "opened",
        None,
        None,
        "open",
    )
    assert town.differences() == ()


def test_week__whose_time_to_claim_went_by__is_skipped_with_the_reason(town: Town) -> None:
    partner = town.partner(budget=55_00)
    prepared = series(town, partner, weeks=2)
    town.pass_time(DAY)
    town.pass_time(WEEK)
    town.pass_time(3 * DAY)
    town.act("treasurer", "/grants", {"partner": partner.id, "period": 2026, "cents": 100_00})
    town.work()
    town.pass_time(60)

    second = weeks_of(town, partner, prepared)[1]
    assert (second["state"], second["reason"], second["job_state"]) == (
        "skipped",
        "/problems/budget-exceeded",
        None,
    )
    assert len(town.events("JobPosted")) == 1


def test_week__that_nobody_signed__never_opens_and_is_skipped(town: Town, partner: Person) -> None:
    before = len(town.events("JobPosted"))
    prepared = town.post(partner, "/job-series", terms(town, 2))
    first = {"signatures": signatures(prepared, partner)["signatures"][1:]}
    town.post(partner, f"/job-series/{prepared['id']}/signatures", first)
    town.pass_time(4 * DAY)

    assert states(town, partner, prepared) == [("skipped", None), ("signed", None)]
    skipped = weeks_of(town, partner, prepared)[0]
    assert (skipped["reason"], skipped["told"]) == (
        "/problems/job-draft-not-signed",
        "This week was not signed in time.",
    )
    late = {"signatures": signatures(prepared, partner)["signatures"][:1]}
    assert town.refused(partner, f"/job-series/{prepared['id']}/signatures", late) == (409, OVER.format(1))
    assert len(town.events("JobPosted")) == before


def test_week__of_a_kind_whose_declaration_ended__waits_until_it_is_declared_anew(
    town: Town, partner: Person
) -> None:
    prepared = series(town, partner, weeks=1)
    town.post(partner, "/declaration-endings", {"kinds": ["green"], "ended_by": "Bestuur"})
    town.pass_time(DAY)

    [week] = weeks_of(town, partner, prepared)
    assert (week["state"], week["reason"]) == ("signed", "/problems/kind-not-declared")
    body = {"kinds": ["green"], "words": "Toch.", "declared_by": "Bestuur"}
    town.post(partner, "/declarations", body)
    town.pass_time(60)
    assert states(town, partner, prepared) == [("opened", "open")]


def test_week__whose_signer_was_removed__waits_with_the_reason(town: Town, partner: Person) -> None:
    prepared = series(town, partner, weeks=1)
    [signer] = town.get("registrar", f"/partners/{partner.id}/signers")["items"]
    removal = {"partner": partner.id, "signer": signer["signer"]}
    town.act("registrar", "/signer-removals", removal)
    town.work()
    town.pass_time(DAY)

    [week] = weeks_of(town, partner, prepared)
    assert (week["state"], week["reason"]) == ("signed", "/problems/job-draft-signer-gone")


def test_cancelled__weeks_and_series__are_never_sent_and_their_signatures_are_gone(
    town: Town, partner: Person
) -> None:
    prepared = series(town, partner, weeks=4)
    town.pass_time(DAY)
    path = f"/job-series/{prepared['id']}/cancellation"

    town.post(partner, path, {"weeks": [3]})
    assert [state for state, _ in states(town, partner, prepared)] == [
        "opened",
        "signed",
        "cancelled",
        "signed",
    ]
    again = town.post(partner, path, {"weeks": [3]})
    assert [one["state"] for one in again["weeks"]] == ["opened", "signed", "cancelled", "signed"]
    assert town.refused(partner, path, {"weeks": [1, 2]}) == (409, OVER.format(1))
    assert states(town, partner, prepared)[1] == ("signed", None)
    town.post(partner, path, {})
    town.post(partner, path, {})

    assert [state for state, _ in states(town, partner, prepared)] == ["opened", *["cancelled"] * 3]
    for _ in range(3):
        town.pass_time(WEEK)
    assert len(town.events("JobPosted")) == 1
    with transaction(town.engine) as connection:
        acts = [one["id"] for one in prepared["to_sign"]]
        rows = connection.execute(
            select(ACT.c.id, ACT.c.state, ACT.c.signature).where(ACT.c.id.in_(acts))
        ).all()
    kept = {row.id: (row.state, row.signature is not None) for row in rows}
    assert [kept[act] for act in acts] == [("done", True), *[("cancelled", False)] * 3]
    back = {"signatures": signatures(prepared, partner)["signatures"][2:3]}
    assert town.refused(partner, f"/job-series/{prepared['id']}/signatures", back) == (409, OVER.format(3))


@pytest.mark.parametrize(
    ("changed", "status", "sentence"),
    [
        ({"kind": "walk"}, 409, "You have not declared that jobs of the kind 'walk'"),
        ({"weeks": 0}, 400, "Not everything is filled in right. Check this: body.weeks."),
        ({"weeks": 54}, 400, "Not everything is filled in right. Check this: body.weeks."),
        ({"period": 2030}, 404, ""),
        ({"opens_at": 4 * DAY}, 400, "In week 1 claiming would be over when the job opens."),
        ({"submit_by": 60 * DAY, "weeks": 53}, 400, "Handing in must end within 400 days"),
        ({"reward": 251_00}, 400, "A reward is at most €250.00."),
    ],
)
def test_series__that_cannot_be__is_refused(
    town: Town, partner: Person, changed: dict[str, Any], status: int, sentence: str
) -> None:
    now = town.now()
    moved = {
        name: now + value if name in ("opens_at", "submit_by") else value for name, value in changed.items()
    }

    refused = town.refused(partner, "/job-series", terms(town, **moved))

    assert refused[0] == status
    assert refused[1].startswith(sentence)
    assert town.get(partner, "/job-series")["items"] == []


def test_signatures__one_of_them_wrong__are_all_refused(town: Town, partner: Person) -> None:
    prepared = town.post(partner, "/job-series", terms(town, 2))
    path, good = f"/job-series/{prepared['id']}/signatures", signatures(prepared, partner)
    one, two = good["signatures"]
    swapped = {"signatures": [one, {**two, "signature": one["signature"]}]}

    assert town.refused(partner, path, swapped)[0] == 400
    assert states(town, partner, prepared) == [("prepared", None)] * 2
    other = {"signatures": [one, {**two, "act": new_client_id().hex()}]}
    assert town.refused(partner, path, other) == (404, "This week or this draft is not of this series.")
    assert states(town, partner, prepared) == [("prepared", None)] * 2
    assert town.refused(partner, "/jobs", one)[0] == 404

    signed = town.post(partner, path, good)
    assert [week["state"] for week in signed["weeks"]] == ["signed"] * 2
    assert town.post(partner, path, good) == signed


def test_series__asked_again_under_its_key__is_the_same(town: Town, partner: Person) -> None:
    body = terms(town, 2)

    first = town.post(partner, "/job-series", body, key="weekly-walk")

    assert town.post(partner, "/job-series", body, key="weekly-walk") == first
    [listed] = town.get(partner, "/job-series")["items"]
    assert (listed["id"], listed["weeks"], listed["partner"]) == (first["id"], 2, partner.id)
    assert [act["deadline"] for act in first["to_sign"]] == [week["claim_by"] for week in first["weeks"]]


def test_week__looked_at_by_two_workers_at_once__is_opened_once(town: Town, partner: Person) -> None:
    prepared = series(town, partner, weeks=1, opens_at=town.now())

    def opened(_: int) -> int:
        with transaction(town.engine) as connection:
            return openings.open_what_is_due(connection)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(opened, range(4))) == 1
    town.work()

    assert states(town, partner, prepared) == [("opened", "open")]
    assert len(town.events("JobPosted")) == 1
