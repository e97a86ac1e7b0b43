"""Tills for staff: from the owner's code to a payment, and off again."""

from __future__ import annotations

from sqlalchemy import select, update

from heitje_chain.db import reading, transaction
from heitje_chain.payments.model import PAYMENT, PAYMENT_REQUEST
from heitje_chain.people.tills import CODE_SECONDS, IDLE_SECONDS, TILL
from tests.service.town import DAY, Person, Town

from .visitor import Page, Visitor, logged_in, visitor

OFF = "This till was switched off. Ask the owner of the shop for a new code."
WRONG = "This code is not right, or no longer good. Check it, or ask the owner for a new one."


def added(owner: Visitor, name: str = "Till 2") -> Page:
    return owner.send(owner.get("/till/staff"), "/till/staff", name=name)


def code_of(owner: Visitor, till: Page) -> str:
    page = owner.send(till, "/till/staff/[0-9a-f]{32}/code")
    [code] = page.document.xpath("//*[contains(@class, 'till-code')]/text()")
    return str(code)


def started(town: Town, owner: Visitor, name: str = "Till 2") -> Visitor:
    """A device that is a till, without anybody's login."""
    device, code = visitor(town), code_of(owner, added(owner, name))
    page = device.send(device.get("/till/start"), "/till/start", code=code.lower().replace("-", " "))
    assert (page.path, page.heading) == ("/till", "Till")
    return device


def test_till__from_its_code_to_switched_off__takes_payments_and_no_more(
    town: Town, shop: Person, anna: Person, till: Visitor
) -> None:
    owner = till
    device = started(town, owner)
    assert device.get("/").path == "/till"
    assert "In your wallet" not in device.get("/till").text

    page = device.send(device.get("/till"), "/till", amount="3,50")
    assert page.path.startswith("/till/requests/")
    with reading(town.engine) as connection:
        [request] = connection.execute(select(PAYMENT_REQUEST)).all()
    code = f"heitje:{town.contracts.chain_id}:request:{request.id}"
    payment = town.post(anna, "/payments", {"code": code})["id"]
    town.work()
    assert "Paid €3.50" in device.get(page.path).text
    for at in (device, owner):
        assert "Payment, paid, Till 2 €3.50" in at.get("/till").text

    # Its own day alone, and of the shop nothing else.
    for path in ("/till/redeem", "/till/day", "/till/code", "/till/staff", "/wallet", "/account"):
        assert device.get(path).path != path
    given = device.send(device.get(f"/till/payments/{payment}"), "/till/payments/[0-9a-f]{64}", amount="1")
    assert given.heading == "Given back"
    town.work()
    assert town.spendable(shop) == 2_50
    assert "Given back, paid, Till 2 -€1.00" in owner.get("/till").text
    assert "Last used" in owner.get("/till/staff").text

    yesterday = {"created_at": PAYMENT.c.created_at - DAY, "paid_at": PAYMENT.c.paid_at - DAY}
    form = device.get(f"/till/payments/{payment}")
    with transaction(town.engine) as connection:
        connection.execute(update(PAYMENT).where(PAYMENT.c.id == payment).values(yesterday))
    late = device.send(form, "/till/payments/[0-9a-f]{64}", amount="1")
    assert (late.status, device.get(f"/till/payments/{payment}").status) == (404, 404)
    assert owner.send(form, "/till/payments/[0-9a-f]{64}", amount="1").heading == "Given back"

    page = owner.get("/till/staff")
    [link] = [one for one in page.links() if one.startswith("/till/staff/")]
    owner.send(owner.get(link), "/till/staff/[0-9a-f]{32}/end")
    page = device.get("/till")
    assert (page.path, OFF in page.text) == ("/till/start", True)
    assert device.send(page, "/till/start", code="").status == 409
    asked = device.post("/till", {"key": "x" * 20, "amount": "1"})
    assert (asked.status, town.spendable(shop)) == (401, 1_50)
    assert owner.get(link).status == 404


def test_code__is_good_once_for_a_quarter_of_an_hour(town: Town, till: Visitor, stranger: Visitor) -> None:
    one = added(till)
    first, second = code_of(till, one), code_of(till, one)
    assert len(second) == 11

    def start(code: str) -> Page:
        return stranger.send(stranger.get("/till/start"), "/till/start", code=code)

    for wrong in (first, "", "ABCDE-FGHJK", "<script>", second[:-1]):
        page = start(wrong)
        assert (page.status, page.refusal) == (409, WRONG)
    assert stranger.get(f"/till/start?code={second}").form("/till/start")["code"] == second
    assert start(second).path == "/till"
    again = visitor(town)
    assert again.send(again.get("/till/start"), "/till/start", code=second).refusal == WRONG

    third = code_of(till, one)
    with reading(town.engine) as connection:
        [row] = connection.execute(select(TILL)).all()
    assert third not in str(row)
    with transaction(town.engine) as connection:
        connection.execute(update(TILL).values(code_until=TILL.c.code_until - CODE_SECONDS - 60))
    assert again.send(again.get("/till/start"), "/till/start", code=third).refusal == WRONG


def test_till__on_another_device__is_it_no_more_on_the_first(town: Town, till: Visitor) -> None:
    one = added(till)
    first, second = visitor(town), visitor(town)
    for device in (first, second):
        device.send(device.get("/till/start"), "/till/start", code=code_of(till, one))

    assert (first.get("/till").path, second.get("/till").path) == ("/till/start", "/till")

    off = second.send(second.get("/till/off"), "/till/off")
    assert (off.path, second.get("/till").path) == ("/till/start", "/login")
    assert "There are no tills for staff yet" in till.get("/till/staff").text


def test_till__that_nobody_used_for_a_month__is_off(town: Town, till: Visitor) -> None:
    device = started(town, till)
    with transaction(town.engine) as connection:
        connection.execute(update(TILL).values(started_at=TILL.c.started_at - IDLE_SECONDS - 60))

    assert OFF in device.get("/till").text
    assert "not used for a month" in till.get("/till/staff").text


def test_tills__of_another_shop_and_by_odd_names__change_nothing(town: Town, till: Visitor) -> None:
    page = added(till)
    other = logged_in(town, town.merchant("Bakker", "NL28ABNA9000000138"), "merchant")
    for act in ("code", "end"):
        answer = other.post(f"{page.path}/{act}", {})
        assert act == "end" or answer.status == 404
    assert other.get(page.path).status == 404
    assert till.get(page.path).status == 200

    empty = till.send(till.get("/till/staff"), "/till/staff", name=" ")
    assert (empty.status, empty.refusal) == (409, "Fill something in here.")
    form = till.get("/till/staff")
    first, second = (till.send(form, "/till/staff", name="<script>1</script>") for _ in range(2))
    assert (first.path, first.heading) == (second.path, "<script>1</script>")
