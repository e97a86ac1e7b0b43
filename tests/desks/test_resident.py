"""The resident's desk: a job from choosing it to being paid, and paying with what was earned."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from heitje_chain.db import transaction
from heitje_chain.payments import rules
from heitje_chain.payments.model import PAYMENT_REQUEST
from tests.service.town import Person, Town

from .visitor import Page, Visitor, logged_in


def claimed(town: Town, resident: Visitor, job: str) -> Page:
    """Choose a job and wait until it is noted."""
    page = resident.send(resident.get(f"/jobs/{job}"), f"/jobs/{job}/claim")
    town.work()
    return resident.get(page.path)


def handed_in(town: Town, resident: Visitor, job: str, note: str = "") -> Page:
    """Choose a job and hand it in."""
    page = resident.send(claimed(town, resident, job), "/claims/[0-9a-f]{64}/submit", note=note)
    town.work()
    return resident.get(page.path)


# ---------------------------------------------------------------- jobs


def test_jobs__are_shown_with_what_one_gets_and_can_still_earn(
    town: Town, partner: Person, resident: Visitor
) -> None:
    town.job(partner, title="Bloembak bouwen", reward=5_00, minutes=60, slots=2)
    town.work()

    page = resident.get("/jobs")

    assert "Bloembak bouwen €5.00" in page.text
    assert "1 hour · €5.00 an hour · 2 places left" in page.text.replace("1 hour €", "1 hour · €").replace(
        "hour 2", "hour · 2"
    )
    assert "You can still earn" in page.text


def test_jobs__are_narrowed_by_neighbourhood_time_and_kind(
    town: Town, partner: Person, resident: Visitor
) -> None:
    town.job(partner, title="Kort", neighbourhood="Heerlen-Noord", minutes=15, reward=1_00, kind="green")
    town.job(partner, title="Lang", neighbourhood="Heerlen-Centrum", minutes=120, reward=5_00, kind="care")
    town.work()

    def shown(query: str) -> set[str]:
        text = resident.get(f"/jobs?{query}").document.xpath("string(//*[@id='found'])")
        return {title for title in ("Kort", "Lang") if title in text}

    assert shown("") == {"Kort", "Lang"}
    assert shown("minutes=15") == {"Kort"}
    assert shown("neighbourhood=Heerlen-Centrum") == {"Lang"}
    assert shown("kind=green&minutes=") == {"Kort"}
    assert shown("kind=green&neighbourhood=Heerlen-Centrum") == set()
    assert shown("minutes=x") == {"Kort", "Lang"}


def test_jobs__when_there_are_none__say_what_to_do(resident: Visitor) -> None:
    assert "There is no such job now" in resident.get("/jobs?minutes=1").text


def test_job__that_cannot_be_claimed__says_why_and_has_no_button(
    town: Town, partner: Person, resident: Visitor
) -> None:
    job = town.job(partner, reward=15_00, minutes=180)["id"]
    town.work()
    stranger = logged_in(town, town.resident(confirmed=False), "resident")

    page = stranger.get(f"/jobs/{job}")

    assert "municipality" in page.text
    assert [form.action for form in page.document.forms if "claim" in form.action] == []


# ---------------------------------------------------------------- claims


def way(page: Page) -> list[str]:
    """The steps of a claim, each with its progress; and with the reason and words of those that happened."""
    steps = []
    for step in page.document.xpath("//ol[@class='steps']/li/div"):
        name, progress, *told = (" ".join(part.text_content().split()) for part in step)
        if told:
            assert re.fullmatch(r"\w+ \d+ \w+( \d+)?, \d\d:\d\d", told.pop(0))
        steps.append(", ".join([f"{name} {progress}", *told]))
    return steps


def test_claim__from_choosing_to_paid__is_told_step_by_step(
    town: Town, partner: Person, anna: Person, resident: Visitor
) -> None:
    job = town.job(partner, title="Bloembak bouwen", reward=5_00, minutes=60)["id"]
    town.work()

    page = resident.send(resident.get(f"/jobs/{job}"), f"/jobs/{job}/claim")
    assert "One moment, this is being noted" in page.text
    town.work()
    page = resident.get(page.path)
    assert way(page) == ["Chosen done", "Done and handed in now", "Looked at later", "Paid later"]

    page = resident.send(page, "/claims/[0-9a-f]{64}/submit", note="Het ging goed.")
    town.work()
    page = resident.get(page.path)
    handed_in = "Done and handed in done, Het ging goed."
    assert way(page) == ["Chosen done", handed_in, "Looked at now", "Paid later"]

    town.act(partner, "/approvals", {"claims": [page.path.removeprefix("/claims/")]})
    town.work()
    page = resident.get(page.path)
    assert way(page) == ["Chosen done", handed_in, "Accepted done", "Paid done"]
    assert "€5.00 is in your wallet. Thank you!" in page.text
    assert "€20.00 to spend now" in resident.get("/wallet").text


def test_claim__given_back__can_be_chosen_again(town: Town, partner: Person, resident: Visitor) -> None:
    job = town.job(partner)["id"]
    town.work()
    page = claimed(town, resident, job)

    page = resident.send(page, "/claims/[0-9a-f]{64}/withdraw")
    town.work()

    assert "You gave this job back." in resident.get(page.path).text
    assert way(resident.get(page.path)) == ["Chosen done", "Job given back stopped"]
    assert resident.get(f"/jobs/{job}").action(f"/jobs/{job}/claim")


def test_claim__that_was_rejected__says_why_and_can_be_disputed(
    town: Town, partner: Person, resident: Visitor
) -> None:
    job = town.job(partner)["id"]
    town.work()
    page = handed_in(town, resident, job)
    claim = page.path.removeprefix("/claims/")
    town.act(partner, "/rejections", {"claim": claim, "reason": 3, "words": "De verf ontbreekt nog."})
    town.work()

    page = resident.get(page.path)
    assert "Your work was not accepted: the job is not finished." in page.text
    rejected = "Not accepted stopped, The job is not finished., De verf ontbreekt nog."
    assert way(page) == ["Chosen done", "Done and handed in done", rejected]

    empty = resident.send(page, "/claims/[0-9a-f]{64}/dispute", words=" ")
    assert (empty.status, empty.refusal) == (409, "Fill something in here.")

    page = resident.send(page, "/claims/[0-9a-f]{64}/dispute", words="De verf stond er al op.")
    town.work()
    page = resident.get(page.path)
    assert "The municipality looks at it and decides." in page.text
    disputed = "Brought before the municipality done, De verf stond er al op."
    assert way(page)[2:] == [rejected, disputed, "Decided by the municipality now", "Paid later"]

    decision = {"claim": claim, "award": True, "reason": 1, "words": "Op de foto is alles geverfd."}
    town.act("arbiter", "/decisions", decision)
    town.work()
    page = resident.get(page.path)
    awarded = (
        "Accepted by the municipality done, The job was done as it was asked., Op de foto is alles geverfd."
    )
    assert way(page)[2:] == [rejected, disputed, awarded, "Paid done"]


def test_claim__handed_in_too_late__says_so_and_gives_the_text_back(
    town: Town, partner: Person, anna: Person, resident: Visitor
) -> None:
    job = town.job(partner)
    town.work()
    page = claimed(town, resident, job["id"])
    town.pass_time(job["submit_by"] - town.now() + 60)
    resident = logged_in(town, anna, "resident")
    late = resident.send(page, "/claims/[0-9a-f]{64}/submit", note="Toch gedaan.")

    assert (late.status, late.refusal) == (
        409,
        "This cannot be done with this claim now. Look how it stands.",
    )
    assert "Too late" in late.text
    assert "Toch gedaan." in late.text


# ---------------------------------------------------------------- paying


def code_at(town: Town, shop: Person, cents: int) -> str:
    return str(town.post(shop, "/payment-requests", {"cents": cents})["code"])


def test_payment__of_a_tills_code__is_busy_until_it_is_final(
    town: Town, shop: Person, resident: Visitor
) -> None:
    code = code_at(town, shop, 3_50)
    page = resident.get(f"/pay?code={code}")
    assert page.text == "Another code Pay Welpie Toys €3.50 You have €15.00 to spend. Pay now"

    page = resident.send(page, "/pay")
    assert page.text.startswith("Payment Busy… €3.50 Wait a moment. Do not pay again")
    town.work()

    assert resident.get(page.path).text.startswith("Payment Paid €3.50 To Welpie Toys When ")
    assert "€11.50 to spend now" in resident.get("/wallet").text


def test_payment__by_a_typed_code__is_the_same(town: Town, shop: Person, resident: Visitor) -> None:
    asked = town.post(shop, "/payment-requests", {"cents": 3_50})
    for typed in (rules.short(asked["id"]), rules.short(asked["id"]).lower().replace("-", " ")):
        page = resident.get(f"/pay?code={typed}")
        assert page.form("/pay")["code"] == asked["code"]


def test_payment__of_the_shops_own_code__asks_how_much(town: Town, shop: Person, resident: Visitor) -> None:
    page = resident.get(f"/pay?code={town.code_of(shop)}")
    unclear = resident.send(page, "/pay", amount="1e3")
    assert (unclear.status, unclear.form("/pay")["amount"]) == (409, "1e3")
    assert unclear.refusal == "We do not understand this amount. Write it like this: 12.50."

    resident.send(unclear, "/pay", amount="€ 1,50")
    town.work()

    assert town.spendable(shop) == 1_50


def test_payment__to_an_association__is_given(town: Town, resident: Visitor) -> None:
    club = town.association()
    page = resident.get(f"/pay?code={town.code_of(club)}")
    assert page.heading.startswith("Give to ")

    page = resident.send(page, "/pay", amount="2")
    town.work()

    assert "Given €2.00" in resident.get(page.path).text


def test_payment__by_a_double_click__is_one(town: Town, shop: Person, resident: Visitor) -> None:
    page = resident.get(f"/pay?code={town.code_of(shop)}&amount=4")

    first, second = (resident.send(page, "/pay") for _ in range(2))
    town.work()

    assert first.path == second.path
    assert town.spendable(shop) == 4_00


def test_payment__by_the_back_button_with_another_amount__is_refused(
    town: Town, shop: Person, resident: Visitor
) -> None:
    page = resident.get(f"/pay?code={town.code_of(shop)}&amount=4")
    resident.send(page, "/pay")

    again = resident.send_once(page, "/pay", amount="5")
    town.work()

    assert again.status == 409
    assert "Nothing was done now" in again.refusal
    assert town.spendable(shop) == 4_00


def test_payment__of_more_than_there_is__says_what_there_is(
    town: Town, shop: Person, resident: Visitor
) -> None:
    page = resident.get(f"/pay?code={code_at(town, shop, 15_01)}")

    page = resident.send(page, "/pay")

    assert (page.status, page.refusal) == (409, "This amount is too high. €15.00 is available now.")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("nonsense", "This is no payment code of Heitje."),
        ("https://evil.example/", "This is no payment code of Heitje."),
        ("heitje:1:merchant:" + "0" * 32, "This payment code belongs to another coin."),
        ("0000-0000", "We do not know this payment request."),
        ("x" * 201, "This payment code is too long"),
        ("<script>alert(1)</script>", "This is no payment code of Heitje."),
    ],
)
def test_code__that_is_none_of_ours__is_told_in_words(resident: Visitor, code: str, sentence: str) -> None:
    page = resident.get(f"/pay?code={code}")

    assert page.status == 400
    assert sentence[:25] in page.refusal or "too long" in page.refusal
    assert page.form("/pay")["code"] == code


def test_code__that_has_expired__says_so(town: Town, shop: Person, resident: Visitor) -> None:
    code = code_at(town, shop, 1_00)
    shown = resident.get(f"/pay?code={code}")
    with transaction(town.engine) as connection:
        connection.execute(update(PAYMENT_REQUEST).values(expires_at=1))

    for page in (resident.send(shown, "/pay"), resident.get(f"/pay?code={code}")):
        assert page.refusal == "This payment request has expired. Ask the shop for a new one."


def test_payment__when_the_session_ended_meanwhile__asks_to_log_in_and_pays_nothing(
    town: Town, shop: Person, resident: Visitor
) -> None:
    page = resident.get(f"/pay?code={town.code_of(shop)}&amount=4")
    resident.send(resident.get("/account"), "/logout")

    after = resident.send(page, "/pay")
    town.work()

    assert (after.status, after.text) == (
        401,
        "Log in first You are not logged in. Log in and try again. Log in To the first page",
    )
    assert town.spendable(shop) == 0
