"""A group job is one job with a slot for each member, and each one's claim is decided on its own."""

from __future__ import annotations

from .town import Person, Town


def test_group__one_member_rejected__the_others_are_paid(town: Town, partner: Person) -> None:
    job = town.job(partner, slots=4, reward=12_00)
    members = [town.resident(f"Lid {number}") for number in range(4)]
    claims = [town.post(member, "/claims", {"job": job["id"]})["id"] for member in members]
    town.work()
    late = town.resident("Te laat")
    assert town.refused(late, "/claims", {"job": job["id"]}) == (409, "All slots of this job are taken.")
    for member, claim in zip(members, claims, strict=True):
        town.post(member, f"/claims/{claim}/submission", {"note": "Klaar"})
    town.work()

    rejection = {"claim": claims[2], "reason": 2, "words": "Was er niet."}
    town.act(partner, "/rejections", rejection)
    town.act(partner, "/approvals", {"claims": [claims[0], claims[1], claims[3]]})
    town.work()

    assert [town.spendable(member) for member in members] == [12_00, 12_00, 0, 12_00]
    found = [town.get(member, f"/claims/{claim}") for member, claim in zip(members, claims, strict=True)]
    assert [one["state"] for one in found] == ["approved", "approved", "rejected", "approved"]
    assert [one["cents"] for one in found] == [12_00] * 4
    assert town.differences() == ()
