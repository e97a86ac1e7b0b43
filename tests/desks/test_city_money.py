"""The municipality's pages about money: granted, attested, paid out, decided, compared."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from heitje_chain.acts import service as acts
from heitje_chain.days import HERE
from heitje_chain.db import reading
from heitje_chain.ledger.model import JOURNAL_LINE
from heitje_chain.people.roles import OFFICER_ROLES
from tests.service.town import DAY, IBANS, OFFICER_KEYS, Person, Town
from tests.service.town import sign as signature_of

from .test_photos import photo
from .visitor import Page, Visitor, logged_in, officer
from .workbooks import cells_of_xlsx, rows_of_csv

READ_BY_ALL = (
    "/city/budgets",
    "/city/limits",
    "/city/reserve",
    "/city/payouts",
    "/city/payouts/redemptions",
    "/city/repayments",
    "/city/disputes",
    "/city/equation",
    "/city/figures",
    "/city/pause",
)


def sign(town: Town, page: Page, role: str, path: str, body: Mapping[str, Any]) -> None:
    """Sign by the API what a page prepared: the same content, asked again, is the same act."""
    act = town.act(role, path, body)
    assert page.path == f"/acts/{act['id']}"
    town.work()


def csv_of(visitor: Visitor, path: str) -> list[list[str]]:
    answer = visitor.client.get(path, headers={"Accept-Language": "nl"})
    assert answer.status_code == 200, answer.text
    return rows_of_csv(answer.content)


def local(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, HERE).replace(tzinfo=None).isoformat()


# ---------------------------------------------------------------- who


def test_pages__are_for_officers__and_each_order_for_its_role(
    town: Town, resident: Visitor, stranger: Visitor
) -> None:
    visitors = {role: officer(town, role) for role in OFFICER_ROLES}
    everybody = officer(town, *OFFICER_ROLES)
    for path in READ_BY_ALL:
        assert stranger.get(path).path == "/login"
        assert resident.get(path).status == 404
        assert visitors["guardian"].get(path).status == 200
        assert everybody.get(path).status == 200
        if path != "/city/pause":
            table = visitors["auditor"].client.get(f"{path}?as=xlsx")
            assert len(cells_of_xlsx(table.content)) > 1, path
    zeros = "0" * 64
    for action, its_role in (
        ("/city/budgets/grant", "treasurer"),
        (f"/city/budgets/{zeros}/close", "treasurer"),
        (f"/city/budgets/{zeros}/awards", "treasurer"),
        ("/city/limits", "treasurer"),
        ("/city/reserve/attest", "auditor"),
        ("/city/payouts/close", "settlement"),
        (f"/city/payouts/redemptions/{zeros}/confirm", "settlement"),
        ("/city/payouts/1/file", "settlement"),
        ("/city/payouts/1/booked", "settlement"),
        ("/city/payouts/1/settle", "settlement"),
        ("/city/repayments", "settlement"),
        (f"/city/disputes/{zeros}", "arbiter"),
        ("/city/pause/begin", "enforcer"),
        ("/city/pause/end", "enforcer"),
    ):
        for role, visitor in visitors.items():
            if role != its_role:
                page = visitor.post(action, {"key": "12345678", "amount": "1"})
                assert (page.status, "not for you" in page.text) == (404, True), (action, role)
        assert "not for you" not in visitors[its_role].post(action, {"key": "12345678"}).text
    assert [one for one in visitors["guardian"].get("/city/payouts").links() if "grant" in one] == []


# ---------------------------------------------------------------- budgets


def test_budget__is_granted_more_awarded_from_and_closed(town: Town, partner: Person, anna: Person) -> None:
    treasurer = officer(town, "treasurer")
    assert "Alcander 2026, granted €1,000.00 Earned €15.00 Promised €0.00 Free €985.00" in (
        treasurer.get("/city/budgets").text
    )
    page = treasurer.get("/city/budgets/grant")
    assert "€999,000.00 can still be granted" in page.text
    for wrong in ("1e3", "-1", "0", "1.500"):
        refused = treasurer.send(page, "/city/budgets/grant", partner=partner.id, period="2026", amount=wrong)
        assert (refused.status, refused.form("/city/budgets/grant")["amount"]) == (409, wrong)
    refused = treasurer.send(page, "/city/budgets/grant", partner=partner.id, period="<script>", amount="1")
    assert refused.refusal == "Write a whole number here, from 1 to 4294967295."
    assert "<script>" not in refused.response.text
    refused = treasurer.send(
        page, "/city/budgets/grant", partner=partner.id, period="2026", amount="999000,01"
    )
    assert refused.refusal == "€1,000,000.01 would be promised, and the account holds €1,000,000.00."

    page = treasurer.send(
        treasurer.get("/city/budgets/grant"),
        "/city/budgets/grant",
        partner=partner.id,
        period="2026",
        amount="250,50",
    )
    body = {"partner": partner.id, "period": 2026, "cents": 250_50}
    sign(town, page, "treasurer", "/grants", body)
    assert "granted €1,250.50 Earned €15.00 Promised €0.00 Free €1,235.50" in (
        treasurer.get("/city/budgets").text
    )
    assert csv_of(treasurer, "/city/budgets?as=csv") == [
        ["Organisatie", "Periode", "Toegekend", "Beloofd", "Verdiend", "Vrij", "Status"],
        ["Alcander", "2026", "1250,50", "0,00", "15,00", "1235,50", "open"],
    ]

    [budget] = [one for one in treasurer.get("/city/budgets").links() if len(one) > 70]
    assert "Nobody of this name" in treasurer.get(f"{budget}/award?name=%25").text
    page = treasurer.get(f"{budget}/award?name=jans")
    page = treasurer.send(page, f"{budget}/awards", resident=anna.id, amount="2.50", words="Beloofd <b>")
    award = {"partner": partner.id, "period": 2026, "resident": anna.id, "cents": 2_50}
    sign(town, page, "treasurer", "/awards", {**award, "reason": "Beloofd <b>"})
    assert town.spendable(anna) == 17_50

    page = treasurer.send(treasurer.get(budget), f"{budget}/close")
    sign(town, page, "treasurer", "/budget-closings", {"partner": partner.id, "period": 2026})
    page = treasurer.get(budget)
    assert "This budget is closed" in page.text
    assert "Earned €17.50 Promised €0.00 Free €0.00" in page.text
    assert page.links() == ["/city/budgets"]
    assert csv_of(treasurer, "/city/budgets?as=csv")[1][-1] == "gesloten"


def test_limit__is_set_by_the_treasurer(town: Town, partner: Person) -> None:
    treasurer = officer(town, "treasurer")
    page = treasurer.get("/city/limits")
    assert "Alcander in 24 hours €10,000.00" in page.text

    page = treasurer.send(page, "/city/limits", partner=partner.id, amount="500", hours="48")
    sign(
        town,
        page,
        "treasurer",
        "/mint-limits",
        {"partner": partner.id, "capacity": 500_00, "window": 2 * DAY},
    )
    town.pass_delay()

    assert csv_of(treasurer, "/city/limits?as=csv")[1:] == [["Alcander", "500,00", "48"]]
    page = treasurer.send(
        treasurer.get("/city/limits"), "/city/limits", partner=partner.id, amount="1", hours="0"
    )
    assert page.refusal == "Write a whole number here, from 1 to 744."


# ---------------------------------------------------------------- the reserve


def test_statement__is_attested_by_its_file(town: Town, partner: Person) -> None:
    auditor = officer(town, "auditor")
    town.rpc("evm_mine")
    town.work()
    content, as_of = b"afschrift 12\n" * 9_000, town.now()
    page = auditor.get("/city/reserve/attest")
    fields = {**page.form("/city/reserve/attest"), "amount": "1.250.000,00", "as_of": local(as_of)}
    del fields["file"]

    none = auditor.post("/city/reserve/attest", fields)
    assert none.refusal.startswith("Choose the file of the statement, or type its SHA-256")
    answer = auditor.client.post(
        "/city/reserve/attest",
        data=fields,
        files={"file": ("../../etc/<b>.pdf", content)},
        headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"},
    )
    sha256 = hashlib.sha256(content).hexdigest()
    body = {"cents": 1_250_000_00, "as_of": as_of, "statement_sha256": sha256}
    sign(town, Page(answer), "auditor", "/attestations", body)

    page = auditor.get("/city/reserve")
    assert "Can still be granted €1,249,000.00" in page.text
    assert "Euros in the bank then €1,250,000.00" in page.text
    rows = csv_of(auditor, "/city/reserve?as=csv")
    assert [row[1] for row in rows] == ["Euro\u2019s op de bank", "1250000,00", "1000000,00"]
    older = auditor.send(
        auditor.get("/city/reserve/attest"),
        "/city/reserve/attest",
        amount="0",
        as_of=local(as_of - DAY),
        typed=sha256.upper(),
    )
    assert older.refusal.startswith("This statement is not newer than the last one")
    huge = auditor.client.post(
        "/city/reserve/attest",
        data=fields,
        files={"file": ("x", b"x" * 10_000_001)},
        headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"},
    )
    assert huge.status_code == 413


# ---------------------------------------------------------------- payouts


def test_payout__from_what_shops_redeemed_to_what_the_bank_sent_back(
    town: Town, partner: Person, anna: Person, shop: Person
) -> None:
    baker = town.merchant("Bakker Jansen", IBANS[1])
    for payee, cents in ((shop, 6_00), (baker, 5_00)):
        town.paid(anna, payee, cents)
        town.post(payee, "/redemptions", {"cents": cents - 1_00})
        town.work()
    moved = town.ask(
        "PUT",
        "registrar",
        f"/merchants/{baker.id}/account",
        {"iban": IBANS[2], "account_holder": "Bakkerij Jansen"},
    )
    assert moved.is_success
    payer, guardian = officer(town, "settlement"), officer(town, "guardian")

    home = payer.get("/city")
    assert "To pay out: €5.00" in home.text
    assert "Accounts to confirm: 1" in home.text
    page = payer.get("/city/payouts")
    assert "€5.00 1 redemption waits to be paid out" in page.text
    assert IBANS[2] in page.text
    assert IBANS[2] not in guardian.get("/city/payouts").response.text
    page = payer.send(page, "/city/payouts/redemptions/[0-9a-f]{64}/confirm")
    assert "€9.00 2 redemptions wait to be paid out" in page.text

    page = payer.send(page, "/city/payouts/close")
    town.post("settlement", "/payout-batches", prepared(town, page))
    town.work()
    page = payer.get("/city/payouts/1")
    assert "Amount €9.00 Payments 2" in page.text
    assert payer.send(page, "/city/payouts/1/file").path == "/city/payouts/1"
    file = payer.client.get("/city/payouts/1/file")
    assert file.content == town.ask("GET", "settlement", "/payout-batches/1/file").content
    assert file.headers["content-type"] == "application/xml"
    assert guardian.get("/city/payouts/1/file").status == 404

    page = payer.get("/city/payouts/1")
    both = page
    [line] = [
        one["id"] for one in town.get("settlement", "/redemptions?batch=1")["items"] if one["cents"] == 5_00
    ]
    page = payer.send(page, "/city/payouts/1/rejected", line=line, reason="AC04")
    assert "refused by the bank (AC04)" in page.text
    late = payer.send(both, "/city/payouts/1/booked", seen="yes")
    assert late.refusal.startswith("Something has changed meanwhile")
    page = payer.send(page, "/city/payouts/1/booked", seen="yes")
    page = payer.send(page, "/city/payouts/1/settle")
    town.post("settlement", "/payout-batches/1/settlement", prepared(town, page))
    town.work()
    page = payer.get("/city/payouts/1")
    assert "Paid €4.00 Refused by the bank €5.00" in page.text
    assert csv_of(payer, "/city/payouts?as=csv")[1][:6] == ["1", "klaar", "2", "9,00", "4,00", "5,00"]
    rows = csv_of(payer, "/city/payouts/1?as=csv")[1:]
    assert sorted((row[0], row[1], row[3], row[4]) for row in rows) == [
        ("Bakker Jansen", "4,00", "betaald", ""),
        ("Welpie Toys", "5,00", "geweigerd", "AC04"),
    ]

    [line] = town.get("settlement", "/redemptions?state=booked")["items"]
    came_back = {
        "payment": f"{line['id']}:{line['end_to_end_id']}",
        "reason": "AC01",
        "occurred_at": local(town.now()),
    }
    page = payer.send(page, "/city/payouts/1/returned", **came_back)
    assert "sent back by the bank (AC01)" in page.text
    assert "Sent back by the bank: 1" in payer.get("/city").text
    page = payer.get("/city/repayments")
    assert "Bakker Jansen to be paid anew (AC01) €4.00" in page.text
    page = payer.send(page, "/city/repayments")
    assert payer.client.get("/city/repayments/1/file").content.count(b"<CdtTrfTxInf>") == 1
    page = payer.send(page, "/city/repayments/1/booked", occurred_at=local(town.now()))
    assert "Nothing was sent back, or all of it was paid anew." in page.text
    assert csv_of(payer, "/city/repayments?as=csv")[1][2:4] == ["Bakker Jansen", "4,00"]

    again = payer.send(payer.get("/city/payouts/1"), "/city/payouts/1/returned", **came_back)
    assert again.refusal == f"The payment {line['end_to_end_id']} does not belong to this redemption."
    assert "Nothing was sent back, or all of it was paid anew." in payer.get("/city/repayments").text
    assert town.differences() == ()


def prepared(town: Town, page: Page) -> dict[str, str]:
    """Sign what a page prepared, as it lies in the database."""
    with reading(town.engine) as connection:
        act = acts.find(connection, page.path.removeprefix("/acts/"))
    return {"act": act.id, "signature": signature_of(act.typed_data, OFFICER_KEYS[act.actor])}


# ---------------------------------------------------------------- disputes


def test_dispute__shows_both_sides__and_is_decided(town: Town, partner: Person, anna: Person) -> None:
    job = town.job(partner, title="Zandbak <script>alert(1)</script>")
    claim = town.post(anna, "/claims", {"job": job["id"]})["id"]
    town.work()
    resident = logged_in(town, anna, "resident")
    page, action = resident.get(f"/claims/{claim}"), f"/claims/{claim}/submit"
    resident.send_files(page, action, "photos", [photo()], note="Klaar")
    town.work()
    town.act(partner, "/rejections", {"claim": claim, "reason": 3, "words": "Er ligt nog zand."})
    town.work()
    town.post(anna, f"/claims/{claim}/dispute", {"words": "Het was wel af."})
    town.work()
    arbiter = officer(town, "arbiter")

    assert "To decide: 1" in arbiter.get("/city").text
    assert arbiter.get("/city/disputes").links()[0] == f"/city/disputes/{claim}"
    page = arbiter.get(f"/city/disputes/{claim}")
    for said in ("Klaar", "Het was wel af.", "Er ligt nog zand.", "The job is not finished", "Bouw een"):
        assert said in page.text
    assert "<script>alert" not in page.response.text
    [picture] = page.document.xpath("//main//img/@src")
    assert arbiter.client.get(picture).headers["content-type"] == "image/jpeg"
    assert officer(town, "auditor").get(page.path).document.xpath("//main//img") == []
    refused = arbiter.send(page, f"/city/disputes/{claim}", decision="award", reason="77", words="Af.")
    assert (refused.status, refused.form(f"/city/disputes/{claim}")["words"]) == (409, "Af.")
    page = arbiter.send(page, f"/city/disputes/{claim}", decision="award", reason="1", words="Het was af.")
    body = {"claim": claim, "award": True, "reason": 1, "words": "Het was af."}
    sign(town, page, "arbiter", "/decisions", body)

    page = arbiter.get(f"/city/disputes/{claim}")
    assert "Decided awarded" in page.text
    assert "Het was af." in page.text
    assert town.spendable(anna) == 30_00
    rows = csv_of(arbiter, "/city/disputes?as=csv")
    assert rows[1][2:] == ["15,00", "toegekend", "de klus is gedaan zoals gevraagd"]


# ---------------------------------------------------------------- the equation


def test_equation__closes__and_a_difference_stops_payouts(town: Town, anna: Person, shop: Person) -> None:
    town.paid(anna, shop, 6_00)
    town.post(shop, "/redemptions", {"cents": 5_00})
    town.work()
    auditor, payer = officer(town, "auditor"), officer(town, "settlement")

    asked = auditor.send(auditor.get("/city/equation"), "/city/equation")
    assert "Comparing…" in asked.text
    town.work()
    page = auditor.get("/city/equation")
    assert "Equal chain, books and bank" in page.text
    assert "Minted €15.00 less burned €0.00 In circulation €15.00" in page.text
    assert "In wallets €10.00 Redeemed, not paid yet €5.00 Together €15.00" in page.text
    assert "Sent back by the bank €0.00 Owed €15.00" in page.text
    row = csv_of(auditor, "/city/equation?as=csv")[1]
    assert row[2:] == ["15,00", "15,00", "0,00", "10,00", "5,00", "0,00", "15,00", ""]

    with town.change_books() as connection:
        connection.execute(
            JOURNAL_LINE.update().where(JOURNAL_LINE.c.account == "supply").values(cents=-16_00)
        )
    for _ in range(2):  # what is seen once may be the node's
        auditor.send(auditor.get("/city/equation"), "/city/equation")
        town.work()
    page = auditor.get("/city/equation")
    assert "Different chain, books and bank" in page.text
    assert "off by" in page.text
    stopped = payer.get("/city/payouts")
    assert "Payouts are stopped: chain, books and bank do not agree." in stopped.text
    assert "the journal: " in stopped.text
    payer.language = "nl"
    assert "het dagboek: " in payer.get("/city/payouts").text
    assert "het dagboek: " in payer.get("/city/equation").text
    payer.language = "en"
    assert [one.action for one in stopped.document.forms if one.action == "/city/payouts/close"] == []
    assert "Payouts are stopped" in payer.get("/city").text


# ---------------------------------------------------------------- figures and the pause


def test_figures__are_exact__with_their_tables(town: Town, anna: Person, shop: Person) -> None:
    payment = town.paid(anna, shop, 6_00)
    town.post(shop, f"/payments/{payment['id']}/refunds", {"cents": 1_50})
    town.work()
    auditor = officer(town, "auditor")

    page = auditor.get("/city/figures")
    assert "Jobs done 1 Hours 3 Earned €15.00 Spent €6.00" in page.text
    assert "Heerlen-Noord 1 job, 3 hours €15.00" in page.text
    assert "Speelgoed 1 payment, €1.50 of it given back €6.00" in page.text
    assert "0 % of €1,000,000.00" in page.text
    assert csv_of(auditor, "/city/figures?as=csv&table=neighbourhoods") == [
        ["Buurt", "Klussen", "Uren", "Verdiend"],
        ["Heerlen-Noord", "1", "3,00", "15,00"],
    ]
    assert csv_of(auditor, "/city/figures?as=csv&table=shops")[1] == ["speelgoed", "1", "6,00", "1,50"]
    months = csv_of(auditor, "/city/figures?as=csv")
    assert len(months) == 13
    assert months[-1][1:] == ["1", "3,00", "15,00", "1", "6,00", "1,50"]
    assert auditor.get("/city/figures?year=1999").status == 200


def test_pause__is_begun_and_ended__and_told_on_every_page(town: Town) -> None:
    enforcer, auditor = officer(town, "enforcer"), officer(town, "auditor")
    page = enforcer.send(enforcer.get("/city/pause"), "/city/pause/begin", reason="1")
    sign(town, page, "enforcer", "/pauses", {"reason": 1})

    assert "The coin is paused: nobody can pay." in auditor.get("/city/budgets").text
    again = enforcer.post("/city/pause/begin", {"key": "12345678", "reason": "1"})
    assert (again.status, again.heading) == (409, "Pause the coin")
    page = enforcer.send(enforcer.get("/city/pause"), "/city/pause/end")
    sign(town, page, "enforcer", "/unpauses", {})
    assert "The coin is paused" not in auditor.get("/city/budgets").text


@pytest.mark.parametrize(
    "path", ["/city/budgets/" + "0" * 64, "/city/payouts/9", "/city/disputes/" + "0" * 64]
)
def test_thing__that_is_not_there__is_said_so(town: Town, path: str) -> None:
    assert officer(town, "auditor").get(path).status == 404
