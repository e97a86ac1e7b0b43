"""Why somebody is rejected, blocked or stopped: only for a reason that everybody can look up."""

from __future__ import annotations

from typing import Any

import pytest

from heitje_chain.reasons import codes

from .town import Person, Town

PREPARED = {
    codes.BLOCK: ("enforcer", "/blocks/prepare"),
    codes.FREEZE: ("enforcer", "/freezes/prepare"),
    codes.PAUSE: ("enforcer", "/pauses/prepare"),
    codes.RECOVER: ("registrar", "/recoveries"),
    codes.FORCE: ("enforcer", "/forces/prepare"),
}


@pytest.mark.parametrize("act", PREPARED)
def test_officers_act__for_a_reason_that_is_not_on_its_list__is_refused_with_the_list(
    town: Town, anna: Person, shop: Person, act: str
) -> None:
    who, path = PREPARED[act]
    body: dict[str, Any] = {"reason": 77}
    if act == codes.FORCE:
        body |= {"payer": anna.id, "payee": shop.id, "cents": 1_00}
    elif act != codes.PAUSE:
        body |= {"participant": anna.id} | ({"cents": 1_00} if act == codes.FREEZE else {})
    known = ", ".join(str(code) for code in sorted(codes.LISTS[act]))

    assert town.refused(who, path, body) == (400, f"This reason is not on the list. Choose one of: {known}.")


def test_claim__rejected_or_decided_for_an_unknown_reason__is_refused_and_stays(
    town: Town, partner: Person, anna: Person
) -> None:
    claim = town.submitted(partner, anna)
    rejection = {"claim": claim["id"], "reason": 6, "words": "Nee."}

    assert town.refused(partner, "/rejections/prepare", rejection) == (
        400,
        "This reason is not on the list. Choose one of: 1, 2, 3, 4, 5, 99.",
    )
    assert town.get(anna, f"/claims/{claim['id']}")["state"] == "submitted"
    assert town.refused("arbiter", "/decisions/prepare", {**rejection, "award": True}) == (
        400,
        "This reason is not on the list. Choose one of: 1, 2, 3, 4, 99.",
    )


def test_claim__awarded__tells_the_arbiters_reason_not_the_partners(
    town: Town, partner: Person, anna: Person
) -> None:
    claim = town.submitted(partner, anna)
    path = f"/claims/{claim['id']}"
    town.act(partner, "/rejections", {"claim": claim["id"], "reason": 3, "words": "Nog niet."})
    town.work()
    town.post(anna, f"{path}/dispute", {"words": "Wel."})
    town.work()
    town.act(
        "arbiter", "/decisions", {"claim": claim["id"], "award": True, "reason": 3, "words": "Onduidelijk."}
    )
    town.work()

    awarded = town.get(anna, path)
    assert (awarded["reason"], awarded["reason_told"]["en"]) == (3, "what was asked was not clear")


def test_reasons__asked_without_a_token__are_all_told_in_both_languages(town: Town) -> None:
    listed = town.http.get("/api/v1/reasons").json()["items"]

    assert [(one["act"], one["code"]) for one in listed] == [
        (act, code) for act, of_act in codes.LISTS.items() for code in of_act
    ]
    assert listed[1] == {
        "act": "reject",
        "code": 2,
        "nl": "de klus is niet gedaan zoals gevraagd",
        "en": "the job was not done as it was asked",
    }
