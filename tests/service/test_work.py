"""Jobs, claims and decisions, over the API and on a real chain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from .crew import Crew
from .town import DAY, Town


def test_reward__from_grant_to_mint__is_in_the_wallet_and_in_the_books(town: Town, crew: Crew) -> None:
    partner, resident = crew.partner, crew.anna
    job = town.job(partner)
    assert town.get(resident, f"/jobs/{job['id']}")["state"] == "open"
    [budget] = town.get(partner, "/budgets")["items"]
    assert {name: budget[name] for name in ("granted", "reserved", "minted", "available")} == {
        "granted": 100_00,
        "reserved": 45_00,
        "minted": 0,
        "available": 55_00,
    }

    claim = town.handed_in(resident, job)
    in_full = town.get(partner, f"/claims/{claim['id']}")
    assert (in_full["state"], in_full["evidence"]) == (
        "submitted",
        {"note": "Klaar", "photo_sha256": None},
    )
    approval = town.act(partner, "/approvals", {"claims": [claim["id"]]})
    assert [one["pending"] for one in approval["claims"]] == ["approve"]
    town.work()

    assert town.get(resident, f"/claims/{claim['id']}")["state"] == "approved"
    assert town.get(partner, f"/acts/{approval['act']['id']}")["state"] == "done"
    assert town.spendable(resident) == 15_00
    [budget] = town.get(partner, "/budgets")["items"]
    assert (budget["reserved"], budget["minted"], budget["available"]) == (30_00, 15_00, 55_00)
    assert town.differences() == ()


def test_approval__when_clicked_twice_at_once__mints_once_with_one_answer(town: Town, crew: Crew) -> None:
    partner, resident = crew.partner, crew.anna
    claim = town.submitted(partner, resident)
    signed = town.prepare(partner, "/approvals", {"claims": [claim["id"]]})
    again = town.prepare(partner, "/approvals", {"claims": [claim["id"]]})
    assert again == signed

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: town.post(partner, "/approvals", signed), range(4)))
    town.work()

    assert [answer["act"]["id"] for answer in answers] == [signed["act"]] * 4
    assert len(town.events("ClaimApproved")) == 1
    assert town.spendable(resident) == 15_00
    late = town.post(partner, "/approvals", signed)
    assert late["claims"][0]["state"] == "approved"


def test_approval__of_anothers_job_or_unfinished_work__is_refused(town: Town, crew: Crew) -> None:
    partner, other, resident = crew.partner, crew.other_partner, crew.anna
    job = town.job(partner)
    claim = town.post(resident, "/claims", {"job": job["id"]})
    town.work()

    assert town.refused(other, "/approvals/prepare", {"claims": [claim["id"]]}) == (
        404,
        "We do not know this claim.",
    )
    assert town.refused(partner, "/approvals/prepare", {"claims": [claim["id"]]}) == (
        409,
        "This cannot be done with this claim now. Look how it stands.",
    )
    assert town.events("ClaimApproved") == []


def test_approval__with_one_who_cannot_receive__pays_the_others(town: Town, crew: Crew) -> None:
    partner, blocked, others = crew.partner, crew.bilal, [crew.anna, town.resident("Chris")]
    job = town.job(partner)
    claims = [town.handed_in(one, job)["id"] for one in (blocked, *others)]
    town.act("enforcer", "/blocks", {"participant": blocked.id, "reason": 5})
    town.work()

    town.act(partner, "/approvals", {"claims": claims})
    town.work_until(lambda: town.get(partner, f"/claims/{claims[2]}")["state"] == "approved")

    states = [town.get(partner, f"/claims/{one}")["state"] for one in claims]
    assert states == ["submitted", "approved", "approved"]
    assert town.get(partner, f"/claims/{claims[0]}")["pending"] == "approve"

    town.act("enforcer", "/unblocks", {"participant": blocked.id})
    town.work()
    assert town.get(partner, f"/claims/{claims[0]}")["state"] == "approved"
    assert town.spendable(blocked) == 15_00
    assert town.differences() == ()


def test_signature__by_a_wrong_key__is_refused_and_changes_nothing(town: Town, crew: Crew) -> None:
    partner, other = crew.partner, crew.other_partner
    prepared = town.prepare(partner, "/jobs", town.terms())
    by_other = {**prepared, "signature": town.prepare(other, "/jobs", town.terms())["signature"]}

    status, told = town.refused(partner, "/jobs", by_other)
    assert (status, told[:62]) == (400, "Read with the message that we prepared, this signature is by 0")
    assert town.refused(other, "/jobs", prepared) == (
        404,
        "We do not know this act, or it is somebody else's. See whether it has happened already; if not, ask "
        "for it again.",
    )
    assert town.get(partner, "/jobs")["items"] == []


def test_job__when_closed__takes_no_claims_and_frees_the_budget(town: Town, crew: Crew) -> None:
    partner, resident = crew.partner, crew.anna
    job = town.job(partner)

    town.act(partner, "/job-closings", {"job": job["id"]})
    town.work()

    assert town.get(resident, f"/jobs/{job['id']}")["state"] == "closed"
    assert town.refused(resident, "/claims", {"job": job["id"]}) == (409, "This job takes no claims now.")
    assert town.get(partner, "/budgets")["items"][0]["available"] == 100_00
    assert town.differences() == ()


def test_job__above_the_budget__is_refused(town: Town) -> None:
    partner = town.partner(budget=50_00)
    first = town.prepare(partner, "/jobs", town.terms())
    second = town.prepare(partner, "/jobs", town.terms(reward=10_00))

    assert town.refused(partner, "/jobs/prepare", town.terms(slots=4)) == (
        409,
        "This takes €60.00, and the budget has €50.00 left.",
    )
    town.post(partner, "/jobs", first)
    assert town.refused(partner, "/jobs", second) == (
        409,
        "This takes €30.00, and the budget has €5.00 left.",
    )
    town.work()
    assert len(town.events("JobPosted")) == 1


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"reward": 250_01}, "A reward is at most €250.00."),
        ({"claim_by": 1}, "Claiming ends at claim_by, and that must be after now."),
        (
            {"submit_by": 1},
            "Handing in ends at submit_by, and that must not be before claim_by. The same moment is good.",
        ),
        (
            {"submit_by": 2**39},
            "Handing in must end within 400 days: submit_by is too far away.",
        ),
    ],
)
def test_job__with_wrong_terms__is_refused(
    town: Town, crew: Crew, terms: dict[str, int], sentence: str
) -> None:
    assert town.refused(crew.partner, "/jobs/prepare", town.terms(**terms)) == (400, sentence)


def test_claim__when_full_twice_or_late__is_refused(town: Town, crew: Crew) -> None:
    partner, anna, bilal = crew.partner, crew.anna, crew.bilal
    job = town.job(partner, slots=1)
    other = town.job(partner, slots=2)
    town.post(anna, "/claims", {"job": job["id"]})
    town.post(anna, "/claims", {"job": other["id"]})

    assert town.refused(bilal, "/claims", {"job": job["id"]}) == (
        409,
        "All slots of this job are taken.",
    )
    assert town.refused(anna, "/claims", {"job": other["id"]}) == (
        409,
        "You have claimed this job already.",
    )
    town.work()
    town.pass_time(8 * DAY)
    assert town.refused(bilal, "/claims", {"job": other["id"]}) == (409, "This job takes no claims now.")
    assert len(town.events("ClaimMade")) == 2


def test_claim__sent_twice_with_one_key__is_one_claim(town: Town, crew: Crew) -> None:
    partner, resident = crew.partner, crew.anna
    job = town.job(partner)

    first = town.post(resident, "/claims", {"job": job["id"]}, key="claim-0001")
    town.work()
    again = town.post(resident, "/claims", {"job": job["id"]}, key="claim-0001")

    assert again == first
    assert len(town.events("ClaimMade")) == 1
    reused = town.ask("POST", resident, "/claims", {"job": "0" * 64}, "claim-0001")
    assert reused.status_code == 409


def test_claim__when_withdrawn__gives_its_slot_back(town: Town, crew: Crew) -> None:
    partner, anna, bilal = crew.partner, crew.anna, crew.bilal
    job = town.job(partner, slots=1)
    claim = town.post(anna, "/claims", {"job": job["id"]})
    town.work()

    town.post(anna, f"/claims/{claim['id']}/withdrawal")
    town.work()
    town.post(bilal, "/claims", {"job": job["id"]})
    town.work()

    assert town.get(anna, f"/claims/{claim['id']}")["state"] == "withdrawn"
    assert [one["state"] for one in town.get(bilal, "/claims")["items"]] == ["claimed"]


def test_claim__not_handed_in__lapses_and_its_reward_is_free_again(town: Town, crew: Crew) -> None:
    partner, resident = crew.partner, crew.anna
    job = town.job(partner)
    claim = town.post(resident, "/claims", {"job": job["id"]})
    town.work()

    town.pass_time(15 * DAY)

    assert town.get(resident, f"/claims/{claim['id']}")["state"] == "lapsed"
    assert town.get(partner, "/budgets")["items"][0]["available"] == 100_00
    assert town.refused(resident, f"/claims/{claim['id']}/submission", {}) == (
        409,
        "This cannot be done with this claim now. Look how it stands.",
    )
    assert town.differences() == ()


def test_rejection__when_disputed__is_awarded_by_the_arbiter(town: Town, crew: Crew) -> None:
    partner, resident = crew.partner, crew.anna
    claim = town.submitted(partner, resident)
    path = f"/claims/{claim['id']}"
    town.act(partner, "/rejections", {"claim": claim["id"], "reason": 2, "words": "Niet af."})
    town.work()
    rejected = town.get(resident, path)
    assert (rejected["state"], rejected["reason"], rejected["reason_told"], rejected["decision"]) == (
        "rejected",
        2,
        {"nl": "de klus is niet gedaan zoals gevraagd", "en": "the job was not done as it was asked"},
        {"words": "Niet af."},
    )

    town.post(resident, f"{path}/dispute", {"words": "Wel af."})
    town.work()
    assert town.get("arbiter", path)["dispute"] == {"words": "Wel af."}
    town.act("arbiter", "/decisions", {"claim": claim["id"], "award": True, "reason": 1, "words": "Af."})
    town.work()

    assert town.get(resident, path)["state"] == "awarded"
    assert town.spendable(resident) == 15_00
    assert town.differences() == ()


def test_rejection__when_denied_or_not_disputed__frees_the_reward(town: Town, crew: Crew) -> None:
    partner, anna, bilal = crew.partner, crew.anna, crew.bilal
    job = town.job(partner, slots=2)
    denied, silent = town.handed_in(anna, job), town.handed_in(bilal, job)
    for claim in (denied, silent):
        town.act(partner, "/rejections", {"claim": claim["id"], "reason": 2, "words": "Niet af."})
    town.work()
    town.post(anna, f"/claims/{denied['id']}/dispute", {"words": "Wel af."})
    town.work()
    town.act("arbiter", "/decisions", {"claim": denied["id"], "award": False, "reason": 1, "words": "Nee."})
    town.work()
    town.pass_time(15 * DAY)

    states = {one["id"]: one["state"] for one in town.get(partner, "/claims")["items"]}
    assert states == {denied["id"]: "denied", silent["id"]: "rejected_finally"}
    assert town.refused(bilal, f"/claims/{silent['id']}/dispute", {"words": "Toch."})[0] == 409
    assert town.get(partner, "/budgets")["items"][0]["available"] == 100_00
    assert town.differences() == ()


def test_claim__when_the_partner_stays_silent__goes_to_the_arbiter(town: Town, crew: Crew) -> None:
    partner, resident = crew.partner, crew.anna
    claim = town.submitted(partner, resident, claim_by=town.now() + 30 * DAY, submit_by=town.now() + 30 * DAY)

    town.pass_time(15 * DAY)

    assert town.get(resident, f"/claims/{claim['id']}")["state"] == "disputed"


@pytest.mark.parametrize("cents", [-1, 0, 12.5, "1500", True, 2**48])
def test_amount__that_is_no_whole_number_of_cents__is_refused(town: Town, crew: Crew, cents: object) -> None:
    partner = crew.partner
    answer = town.ask("POST", partner, "/jobs/prepare", town.terms(reward=cents))
    assert answer.status_code == 400, answer.text
    assert answer.json()["type"] == "/problems/request-invalid"
