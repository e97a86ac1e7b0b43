"""What partners and merchants are told of what became final, once, with ids and amounts."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update
from standardwebhooks import Webhook, WebhookVerificationError

from heitje_chain.chain.events import final_events
from heitje_chain.chain.model import BLOCK, EVENT
from heitje_chain.db import transaction
from heitje_chain.people.model import PARTICIPANT
from heitje_chain.webhooks.model import ATTEMPT, DELIVERY
from heitje_chain.webhooks.model import EVENT as WEBHOOK_EVENT
from tests.service.town import Person, Town, sign

from .post import deliver, delivered, webhook
from .receiver import Receiver

NAMES = ("Anna", "Jansen", "Welpie", "Alcander", "Bloembak", "JENS", "Klaar", "NL41ABNA9000000001")


def told(receiver: Receiver) -> list[tuple[str, dict[str, Any]]]:
    return [(one.payload["type"], one.payload["data"]) for one in receiver.received]


def settled(town: Town, shop: Person, cents: int, rejected: bool) -> dict[str, Any]:
    """Have a merchant redeem, and the bank book or reject it; return the redemption."""
    redemption: dict[str, Any] = town.post(shop, "/redemptions", {"cents": cents})
    town.work()
    town.act("settlement", "/payout-batches", {})
    town.work()
    batch = town.get("settlement", "/payout-batches")["items"][0]["number"]
    town.post("settlement", f"/payout-batches/{batch}/file", {})
    outcomes: dict[str, Any] = {
        "booked": [] if rejected else [redemption["id"]],
        "rejected": [{"redemption": redemption["id"], "reason": "AC04"}] if rejected else [],
    }
    town.post("settlement", f"/payout-batches/{batch}/outcomes", outcomes)
    path = f"/payout-batches/{batch}/settlement"
    prepared = town.post("settlement", f"{path}/prepare")
    signature = sign(prepared["typed_data"], town.key_of("settlement"))
    town.post("settlement", path, {"act": prepared["id"], "signature": signature})
    town.work()
    return redemption


def test_partner__with_a_webhook__is_told_of_its_job_and_claim(
    town: Town, partner: Person, receiver: Receiver
) -> None:
    hook = webhook(town, partner, receiver.url)
    claim = town.submitted(partner, town.resident(), reward=15_00, slots=2)
    town.act(partner, "/approvals", {"claims": [claim["id"]]})
    town.work()

    deliver(town)

    about = {"claim": claim["id"], "job": claim["job"], "cents": 15_00}
    assert told(receiver) == [
        ("job.open", {"job": claim["job"], "reward": 15_00, "slots": 2, "period": 2026}),
        ("claim.submitted", {**about, "state": "submitted"}),
        ("claim.decided", {**about, "state": "approved"}),
    ]
    assert all(one.is_signed_with(hook["secret"]) for one in receiver.received)
    assert [one["state"] for one in delivered(town, partner, hook)] == ["delivered"] * 3


def test_delivery__by_the_library_of_the_specification__is_believed(
    town: Town, partner: Person, receiver: Receiver
) -> None:
    hook = webhook(town, partner, receiver.url)
    town.job(partner)
    deliver(town)

    [came] = receiver.received
    assert Webhook(hook["secret"]).verify(came.body, came.headers) == came.payload
    with pytest.raises(WebhookVerificationError):
        Webhook(hook["secret"]).verify(came.body.replace(b"job.open", b"job.shut"), came.headers)
    assert set(came.payload) == {"type", "timestamp", "data"}
    assert came.headers["content-type"] == "application/json"
    assert came.headers["host"] == f"127.0.0.1:{receiver.port}"


def test_merchant__with_a_webhook__is_told_of_payments_and_refunds(
    town: Town, anna: Person, shop: Person, receiver: Receiver
) -> None:
    webhook(town, shop, receiver.url)
    payment = town.paid(anna, shop, 10_00)
    refund = town.post(shop, f"/payments/{payment['id']}/refunds", {"cents": 4_00})
    town.work()
    deliver(town)

    assert told(receiver) == [
        ("payment.paid", about(payment["id"], "pay", 10_00, "paid")),
        ("payment.paid", {**about(refund["id"], "refund", 4_00, "paid"), "refund_of": payment["id"]}),
    ]


def test_merchant__whose_refund_the_contract_refuses__is_told_in_the_same_commit(
    town: Town, anna: Person, shop: Person, receiver: Receiver
) -> None:
    payment = town.paid(anna, shop, 10_00)
    webhook(town, shop, receiver.url, "payment.refused")
    town.act("enforcer", "/blocks", {"participant": shop.id, "reason": 1})
    town.work()
    with transaction(town.engine) as connection:  # as if the block had not been seen yet
        connection.execute(update(PARTICIPANT).where(PARTICIPANT.c.id == shop.id).values(blocked=False))
    refund = town.post(shop, f"/payments/{payment['id']}/refunds", {"cents": 4_00})
    town.work()

    state = town.get(shop, f"/payments/{refund['id']}")
    deliver(town)

    assert state["state"] == "refused"
    [(type_, data)] = told(receiver)
    assert type_ == "payment.refused"
    refusal = state["refusal"]["name"]
    expected = {**about(refund["id"], "refund", 4_00, "refused"), "refund_of": payment["id"]}
    assert data == {**expected, "refusal": refusal}


def test_merchant__whose_payout_came_back__is_told_each_time_and_when_it_was_paid_anew(
    town: Town, anna: Person, shop: Person, receiver: Receiver
) -> None:
    town.paid(anna, shop, 10_00)
    redemption = settled(town, shop, 10_00, rejected=False)
    webhook(town, shop, receiver.url)
    line = f"/redemptions/{redemption['id']}"
    first = town.get(shop, line)["end_to_end_id"]
    came_back = {"end_to_end_id": first, "occurred_at": town.now(), "reason": "AC04"}
    for _ in range(2):
        town.post("settlement", f"{line}/bank-return", came_back)
    repayment = town.post("settlement", "/repayments", {})
    [again] = repayment["lines"]
    booked = {"booked": [redemption["id"]], "rejected": [], "occurred_at": town.now()}
    for _ in range(2):
        town.post("settlement", f"/repayments/{repayment['number']}/outcomes", booked)
    twice = {**came_back, "end_to_end_id": again["end_to_end_id"], "reason": "AC01"}
    town.post("settlement", f"{line}/bank-return", twice)
    deliver(town)

    about_it = {"redemption": redemption["id"], "cents": 10_00, "batch": 1}
    assert told(receiver) == [
        ("redemption.returned", {**about_it, "end_to_end_id": first, "reason": "AC04"}),
        ("redemption.repaid", {**about_it, "end_to_end_id": again["end_to_end_id"], "reason": None}),
        ("redemption.returned", {**about_it, "end_to_end_id": again["end_to_end_id"], "reason": "AC01"}),
    ]


@pytest.mark.parametrize(
    ("rejected", "outcome", "reason"), [(False, "booked", None), (True, "rejected", "AC04")]
)
def test_merchant__whose_payout_the_bank_answered__is_told_when_the_chain_settled_it(
    town: Town,
    anna: Person,
    shop: Person,
    receiver: Receiver,
    rejected: bool,
    outcome: str,
    reason: str | None,
) -> None:
    town.paid(anna, shop, 10_00)
    webhook(town, shop, receiver.url)
    redemption = settled(town, shop, 10_00, rejected)
    deliver(town)

    [(type_, data)] = told(receiver)
    assert type_ == f"redemption.{outcome}"
    assert data == {
        "redemption": redemption["id"],
        "cents": 10_00,
        "batch": 1,
        "end_to_end_id": town.get(shop, f"/redemptions/{redemption['id']}")["end_to_end_id"],
        "reason": reason,
    }


def test_payloads__of_everything_that_is_told__hold_no_names(
    town: Town, partner: Person, anna: Person, shop: Person, receiver: Receiver
) -> None:
    webhook(town, partner, receiver.url)
    webhook(town, shop, receiver.url)
    claim = town.submitted(partner, town.resident("Bilal Amrani"))
    town.act(partner, "/rejections", {"claim": claim["id"], "reason": 3, "words": "Niet klaar, Bilal."})
    town.work()
    town.paid(anna, shop, 10_00)
    settled(town, shop, 10_00, rejected=True)
    deliver(town)

    types = {one.payload["type"] for one in receiver.received}
    assert types == {"job.open", "claim.submitted", "claim.decided", "payment.paid", "redemption.rejected"}
    everything = b"".join(one.body for one in receiver.received).decode()
    assert [name for name in (*NAMES, "Bilal", "Amrani", "Niet klaar") if name in everything] == []


def test_event__told_again_by_the_chain__is_sent_once(
    town: Town, partner: Person, receiver: Receiver
) -> None:
    webhook(town, partner, receiver.url)
    town.submitted(partner, town.resident())
    with transaction(town.engine) as connection:
        connection.execute(update(BLOCK).values(final=False))
    town.work()
    with transaction(town.engine) as connection:
        for event, occurred_at in final_events(connection, EVENT.c.name == "JobPosted"):
            town.worker.watcher.tell(connection, event, occurred_at)

    deliver(town)

    assert [type_ for type_, _ in told(receiver)] == ["job.open", "claim.submitted"]


def test_event__of_a_database_that_forgot_it__has_the_same_id_again(
    town: Town, partner: Person, receiver: Receiver
) -> None:
    hook = webhook(town, partner, receiver.url)
    town.job(partner)
    deliver(town)
    with transaction(town.engine) as connection:
        for table in (ATTEMPT, DELIVERY, WEBHOOK_EVENT):
            connection.execute(table.delete())
        connection.execute(update(BLOCK).values(final=False))
    town.work()
    deliver(town)

    first, second = receiver.received
    assert first.id == second.id
    assert first.body == second.body
    assert second.is_signed_with(hook["secret"])


def test_owner__without_a_webhook__leaves_nothing_behind(town: Town, partner: Person) -> None:
    town.job(partner)

    with transaction(town.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(WEBHOOK_EVENT)) == 0


def test_webhook__of_another_partner_or_other_types__is_told_nothing(
    town: Town, partner: Person, receiver: Receiver
) -> None:
    webhook(town, partner, receiver.url, "claim.decided")
    other = town.partner()
    webhook(town, other, receiver.url)
    town.submitted(partner, town.resident())
    deliver(town)

    assert receiver.received == []


def about(payment: str, kind: str, cents: int, state: str) -> dict[str, Any]:
    return {
        "payment": payment,
        "kind": kind,
        "cents": cents,
        "state": state,
        "request": None,
        "refund_of": None,
    }
