"""A card for whoever has no phone: made at the counter, used at a till, blocked at once."""

from __future__ import annotations

import re
import secrets
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, update

from heitje_chain.audit.model import AUDIT_RECORD
from heitje_chain.cards import rules, till
from heitje_chain.cards.errors import CardTriedTooOften
from heitje_chain.cards.model import ACTIVE, BLOCKED, CARD, CARD_FAILURE
from heitje_chain.db import reading, transaction
from heitje_chain.mail.service import MAIL
from heitje_chain.payments.model import PAYMENT
from tests.service.town import DAY, IBANS, Person, Town

from .test_tills import started
from .visitor import Page, Visitor, logged_in, officer

PIN = "2580"
CONFIRM = "/till/card/pin"


def number_on(pdf: bytes) -> str:
    """The number that is printed on a card."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    # A stream may itself end in what looks like the line's end before `endstream`: zlib knows where it ends.
    texts = b"".join(zlib.decompressobj().decompress(one) for one in streams if one[:1] == b"\x78")
    [found] = re.findall(rb"\((\w{4}-\w{4}-\w{4})\) Tj", texts)
    return str(found.decode())


def made(town: Town, person: Person, payment: str = "25", day: str = "50") -> str:
    """Have a card made and printed; return its number."""
    registrar, here = officer(town, "registrar"), f"/city/cards/{person.id}"
    page = identified(registrar, person)
    page = registrar.send(page, here, pin=PIN, again=PIN, payment=payment, day=day)
    assert page.status == 200, page.text
    return number_on(registrar.post(f"{here}/print", {}).response.content)


def identified(registrar: Visitor, person: Person) -> Page:
    """Have an employee say how it saw who stands there; return the page of the card."""
    page = registrar.get(f"/city/cards/{person.id}")
    [link] = [one for one in page.links() if one.endswith("?to=card")]
    at = f"/city/counter/{person.id}"
    return registrar.send(registrar.get(link), at, identity="id_card")


def at_pin(shop: Visitor, code: str, amount: str) -> Page:
    return shop.send(shop.get("/till/card"), CONFIRM, amount=amount, code=code)


def paid(shop: Visitor, code: str, amount: str, pin: str = PIN) -> Page:
    return shop.send(at_pin(shop, code, amount), "/till/card", pin=pin)


def count(town: Town, column: object) -> int:
    with reading(town.engine) as connection:
        return int(connection.scalar(select(func.count()).select_from(column)) or 0)  # type: ignore[arg-type]


def test_card__from_the_counter_to_the_till(
    town: Town, anna: Person, shop: Person, resident: Visitor, till: Visitor
) -> None:
    registrar, here = officer(town, "registrar"), f"/city/cards/{anna.id}"
    assert "You get one at the municipality's counter" in resident.get("/wallet/card").text
    page = registrar.get("/city/cards?name=anna")
    assert here in page.links()
    unseen = registrar.post(here, {"key": "k" * 8, "pin": PIN, "again": PIN, "payment": "5", "day": "5"})
    assert unseen.refusal == "First say how you saw who stands before you. Nothing was done."
    page = identified(registrar, anna)
    assert page.path == here
    refused = registrar.send(page, here, pin=PIN, again="2581", day="40")
    assert refused.refusal == "The two PINs are not the same. Type both of them again."
    assert (refused.form(here)["day"], refused.form(here)["pin"]) == ("40", "")
    for _ in range(2):
        shown = registrar.send(page, here, pin=PIN, again=PIN)
    assert "not printed yet" in shown.text
    other = registrar.send(page, here, pin="1379", again="1379")
    assert "The PIN that was typed first is the one that counts." in other.text
    assert count(town, CARD) == 1
    spoiled = number_on(registrar.post(f"{here}/print", {}).response.content)
    answer = registrar.post(f"{here}/print", {}).response
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (
        "application/pdf",
        "no-store",
    )
    number = number_on(answer.content)
    assert b"Anna" not in answer.content

    assert paid(till, spoiled, "5").refusal.startswith("The card or the PIN is not right.")
    page = at_pin(till, number, "5,00")
    assert (page.heading, page.form("/till/card")["pin"]) == ("Pay Welpie Toys", "")
    assert "€5.00" in page.text
    assert "€15" not in page.text, "what the customer has is not the shop's business"
    wrong = till.send(page, "/till/card", pin="1111")
    assert "After three wrong PINs" in wrong.refusal
    first, second = (till.send(page, "/till/card", pin=PIN) for _ in range(2))
    assert first.path == second.path
    assert count(town, PAYMENT) == 1
    assert "Busy…" in first.text
    town.work()
    assert "✓" not in first.text
    assert "Paid €5.00" in till.get(first.path).text
    assert (town.spendable(shop), town.spendable(anna)) == (5_00, 10_00)
    assert town.get(anna, "/payments")["items"][0]["cents"] == 5_00

    told = "There are not enough Heitjes on this card. Nothing was paid."
    assert paid(till, number.lower().replace("-", " "), "10,01").refusal == told
    assert "at most €25.00 at once" in paid(till, number, "25,01").refusal
    assert "We do not understand this amount" in at_pin(till, number, "-1").refusal
    for typed in ("nonsense", f"heitje-card:{town.contracts.chain_id}:{'0' * 32}", "<script>"):
        assert paid(till, typed, "1").refusal == wrong.refusal
    assert "cannot be printed again" in registrar.post(f"{here}/print", {}).refusal

    assert "works" in resident.get("/wallet/card").text
    page = resident.send(resident.get("/wallet/card"), "/wallet/card/block")
    assert "You blocked it yourself." in page.text
    assert "This card is blocked." in paid(till, number, "1").refusal
    assert town.spendable(anna) == 10_00
    with reading(town.engine) as connection:
        acts = select(AUDIT_RECORD.c.act).where(AUDIT_RECORD.c.act.endswith("_card"))
        assert connection.scalars(acts.order_by(AUDIT_RECORD.c.number)).all() == [
            "issue_card",
            "print_card",
            "print_card",
        ]
        [mail] = connection.execute(select(MAIL).where(MAIL.c.kind == "card"))
    assert mail.subject == "Er is met je kaart betaald"
    assert "Met je kaart is € 5,00 betaald bij Welpie Toys." in mail.body
    assert mail.recipient == f"{anna.id}@heerlen.example"


def test_pin__wrong_three_times__blocks_the_card_and_a_new_one_is_made(
    town: Town, anna: Person, shop: Person, till: Visitor
) -> None:
    number = made(town, anna)
    paid(till, number, "1", "1111")
    paid(till, number, "1", "1111")
    assert paid(till, number, "1").status == 200, "a right one between them counts from the beginning"
    for _ in range(2):
        assert "After three" in paid(till, number, "1", "1111").refusal
    assert "blocked now" in paid(till, number, "1", "").refusal
    assert "This card is blocked." in paid(till, number, "1").refusal
    assert count(town, PAYMENT) == 1

    enforcer, here = officer(town, "enforcer"), f"/city/cards/{anna.id}"
    assert "after three wrong PINs" in enforcer.get(here).text
    assert enforcer.post(here, {"pin": PIN, "again": PIN, "payment": "1", "day": "1"}).status == 404
    other = made(town, anna)
    assert paid(till, other, "1").status == 200
    page = enforcer.send(enforcer.get(here), f"{here}/block")
    assert "at the counter" in page.text
    assert "This card is blocked." in paid(till, other, "1").refusal
    with reading(town.engine) as connection:
        assert connection.scalars(select(CARD.c.state)).all() == [BLOCKED, BLOCKED]


def test_pins__tried_all_at_once__are_looked_at_three_times(town: Town, anna: Person, shop: Person) -> None:
    number = made(town, anna)
    chain_id = town.contracts.chain_id

    def attempt(pin: str) -> till.Tried:
        with transaction(town.engine) as connection:
            shown = till.look(connection, chain_id, shop.id, number)
        with transaction(town.engine) as connection:
            return till.try_pin(connection, shop.id, shown, shown.proof(pin), secrets.token_urlsafe())

    with ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(attempt, ["1111"] * 7 + [PIN]))

    assert sum(type(one.refusal).__name__ == "CardOrPinWrong" for one in tried[:7]) <= 4
    assert sum(type(one.refusal).__name__ == "CardBlockedByPin" for one in tried) == 1
    assert attempt(PIN).card is None
    while count(town, CARD_FAILURE) < rules.MOST_FAILURES:
        attempt("1111")
    with pytest.raises(CardTriedTooOften):
        attempt("1111")


def test_pin__sent_twice_by_one_form__counts_once(town: Town, anna: Person, till: Visitor) -> None:
    number = made(town, anna)
    page = at_pin(till, number, "1")
    with ThreadPoolExecutor(2) as pool:
        clicks = list(pool.map(lambda _: till.send(page, "/till/card", pin="1111"), range(2)))
    wrong = till.send(clicks[0], "/till/card", pin="1111")
    assert {one.refusal for one in (*clicks, wrong)} == {wrong.refusal}
    with reading(town.engine) as connection:
        assert connection.scalar(select(CARD.c.attempts)) == 1
    till.send(wrong, "/till/card", pin="2222")
    with reading(town.engine) as connection:
        assert connection.scalar(select(CARD.c.attempts)) == 2

    paid_for = till.send(wrong, "/till/card", pin=PIN)
    again = till.send(wrong, "/till/card", pin="1111")
    assert paid_for.path == again.path, "it paid already, so nothing is said of its PIN"
    assert count(town, PAYMENT) == 1


def test_last_cents_of_the_day__asked_by_two_tills_at_once__are_paid_once(
    town: Town, anna: Person, shop: Person, till: Visitor
) -> None:
    number = made(town, anna, "10", "10")
    other = logged_in(town, town.merchant("Bakker", IBANS[1]), "merchant")
    pages = [(one, at_pin(one, number, "6")) for one in (till, other)]

    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda one: one[0].send(one[1], "/till/card", pin=PIN), pages))

    assert sorted(page.status for page in ended) == [200, 409]
    [refused] = [page for page in ended if page.status == 409]
    assert "at most €10.00 a day" in refused.refusal
    town.work()
    assert town.spendable(anna) == 9_00


def test_card__at_a_till__is_paid_there_and_seen_on_that_day(town: Town, anna: Person, till: Visitor) -> None:
    device = started(town, till)
    page = paid(device, made(town, anna), "1")
    town.work()
    assert "Payment, paid, Till 2 €1.00" in till.get("/till").text
    assert device.get(page.path).status == 200
    with transaction(town.engine) as connection:
        yesterday = {"created_at": PAYMENT.c.created_at - DAY, "paid_at": PAYMENT.c.paid_at - DAY}
        connection.execute(update(PAYMENT).values(yesterday))
    assert device.get(page.path).status == device.get(f"{page.path}/live").status == 404
    assert till.get(page.path).status == 200


def test_card__made_by_somebody_of_the_shop__pays_elsewhere_only(
    town: Town, anna: Person, shop: Person, till: Visitor
) -> None:
    employee, here = logged_in(town, shop, "merchant", registrar="registrar"), f"/city/cards/{anna.id}"
    page = identified(employee, anna)
    employee.send(page, here, pin=PIN, again=PIN)
    number = number_on(employee.post(f"{here}/print", {}).response.content)

    assert paid(till, number, "1").refusal == "This card cannot pay in this shop. Nothing was paid."
    other = logged_in(town, town.merchant("Bakker", IBANS[1]), "merchant")
    assert paid(other, number, "1").status == 200

    # Whoever prints it again has it in its hands too.
    second = made(town, town.resident("Bilal"))
    assert "not enough" in paid(till, second, "1").refusal
    with reading(town.engine) as connection:
        rows = connection.execute(select(CARD.c.issued_by, CARD.c.printed_by)).all()
    assert all(row.issued_by == row.printed_by is not None for row in rows)


def test_cards__of_others__are_not_to_be_seen(
    town: Town, anna: Person, resident: Visitor, till: Visitor
) -> None:
    made(town, anna)
    for visitor in (resident, till, officer(town, "treasurer")):
        assert visitor.get("/city/cards").status == 404
        assert visitor.get(f"/city/cards/{anna.id}").status == 404
        assert visitor.post(f"/city/cards/{anna.id}/block", {}).status == 404
    assert resident.get("/till/card").status == 404
    assert till.get("/wallet/card").status == 404
    blocked = resident.post("/wallet/card/block", {}, **{"Sec-Fetch-Site": "cross-site"})
    assert blocked.status == 403
    with reading(town.engine) as connection:
        assert connection.scalar(select(CARD.c.state)) == ACTIVE
