"""What the worker signs for a payment, and what the chain's events make of it."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

import pytest
from eth_account import Account
from sqlalchemy import select

from heitje_chain.chain import outbox, typed_data
from heitje_chain.chain.codec import Refusal
from heitje_chain.custody.keys import Signer
from heitje_chain.db import METADATA, transaction
from heitje_chain.payments import onchain, records, rules, service
from heitje_chain.payments.model import PAYMENT
from heitje_chain.payments.records import Payment
from heitje_chain.payments.rules import Code
from heitje_chain.people.model import PARTICIPANT
from tests.custody.places import new_master, open_places

from .town import CHAIN_ID, CONTRACTS, PAID_AT, REDEMPTION_ADDRESS, Town, code_of, event_of, new_id


def told(payer: str | None, payee: str | None, kind: str = "pay", cents: int = 5_00) -> Payment:
    """A payment that this database never heard of."""
    return Payment(
        new_id().hex(),
        payer or "",
        payee or "",
        cents,
        kind,
        "paid",
        None,
        None,
        None,
        None,
        PAID_AT,
        PAID_AT,
    )


def test_build__signs_with_the_present_wallet_of_the_payer(tmp_path_factory: pytest.TempPathFactory) -> None:
    places = open_places(tmp_path_factory.mktemp("places"), new_master())
    METADATA.create_all(places.engine)
    wallet_id, address = places.create()
    with transaction(places.engine) as connection:
        town = Town(connection)
        anna, baker = town.add("resident", 9_00), town.add("merchant")
        payment = town.pay(anna, baker, 5_00)
        town.change(anna, id=wallet_id, wallet=address.lower())  # replaced since
        town.change(baker, wallet="0x" + "cc" * 20)
        intent = outbox.by_id(connection, payment.id)
        assert intent is not None
        intent = replace(intent, payload={**intent.payload, "payer": wallet_id})

        call = onchain.Pay(CONTRACTS, Signer(places.engine, places.vault)).build(connection, [intent])

    assert (call.contract, call.intents) == ("HeitjeToken", (intent,))
    read = CONTRACTS.codec.function_of("HeitjeToken", call.data)
    assert read is not None
    name, arguments = read
    valid_before = arguments["validBefore"]
    assert name == "transferWithAuthorization"
    assert {key: arguments[key] for key in ("from", "to", "value", "validAfter", "nonce")} == {
        "from": address.lower(),
        "to": "0x" + "cc" * 20,
        "value": 5_00,
        "validAfter": 0,
        "nonce": f"0x{payment.id}",
    }
    assert abs(valid_before - time.time() - 86_400) < 60
    assert valid_before < 2**47
    message = typed_data.transfer_with_authorization(
        CONTRACTS.token_domain,
        address.lower(),
        "0x" + "cc" * 20,
        5_00,
        0,
        valid_before,
        bytes.fromhex(payment.id),
    )
    vrs = (arguments["v"], int(arguments["r"], 16), int(arguments["s"], 16))
    assert Account._recover_hash(message.digest(), vrs=vrs) == address
    places.engine.dispose()


def test_fail__ends_what_was_held_and_keeps_the_refusal(town: Town) -> None:
    anna, baker = town.add("resident", 9_00), town.add("merchant")
    payment = town.pay(anna, baker, 9_00)

    refused = town.refuse(payment, "ERC7943InsufficientUnfrozenBalance")

    assert refused.state == "refused"
    assert refused.refusal == {"name": "ERC7943InsufficientUnfrozenBalance", "arguments": {}}
    assert town.spendable(anna) == 9_00


def test_fail__of_a_payment_that_was_paid__changes_nothing(town: Town) -> None:
    anna, baker = town.add("resident", 9_00), town.add("merchant")
    paid = town.paid(anna, baker, 9_00)

    assert town.refuse(paid) == paid


def test_observe__of_a_pending_payment__is_paid_and_again_changes_nothing(town: Town) -> None:
    anna, baker = town.add("resident", 9_00), town.add("merchant")
    payment = town.pay(anna, baker, 4_00)

    paid = town.confirm(payment)
    town.observe(event_of(payment), PAID_AT + 1)

    assert paid == replace(payment, state="paid", paid_at=PAID_AT)
    assert town.connection.execute(select(PAYMENT)).all() == [
        tuple(getattr(paid, column.name) for column in PAYMENT.columns)
    ]
    assert (town.spendable(anna), town.spendable(baker)) == (5_00, 4_00)


def test_observe__of_a_refused_payment__is_paid_after_all(town: Town) -> None:
    anna, baker = town.add("resident", 9_00), town.add("merchant")
    request = service.request_payment(town.connection, baker.id, 4_00, client_id=new_id())
    code = rules.make_code(CHAIN_ID, Code("request", request.id))
    payment = service.pay(town.connection, CHAIN_ID, anna.id, code, None, new_id())
    town.refuse(payment)

    paid = town.confirm(payment)

    assert (paid.state, paid.refusal, paid.paid_at) == ("paid", None, PAID_AT)
    assert records.find_request(town.connection, request.id).state == "paid"


def test_observe__of_an_unknown_payment__makes_its_row(town: Town) -> None:
    anna, baker, club = town.add("resident"), town.add("merchant"), town.add("association")
    paid, donated = told(anna.chain_id, baker.chain_id), told(anna.chain_id, club.chain_id, "donate")

    for payment in (paid, donated, paid, donated):
        town.observe(event_of(payment))

    assert records.find_payment(town.connection, paid.id) == paid
    assert records.find_payment(town.connection, donated.id) == donated


def test_observe__from_a_replaced_first_wallet__finds_its_holder(town: Town) -> None:
    anna, baker = town.add("resident", 9_00), town.add("merchant")
    payment = town.pay(anna, baker, 4_00)
    town.change(anna, wallet="0x" + "cc" * 20)

    town.observe(event_of(payment))

    assert records.find_payment(town.connection, payment.id).state == "paid"


def test_observe__of_an_unknown_refund__raises_the_alarm(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    anna, baker = town.add("resident"), town.add("merchant")
    refund = told(baker.chain_id, anna.chain_id, "refund")

    with caplog.at_level(logging.WARNING):
        town.observe(event_of(refund))
        town.observe(event_of(refund))

    assert [record.message for record in caplog.records] == ["refund_without_payment"]
    assert records.refunds_without_payment(town.connection) == [refund.id]


def test_refund__asked_again_after_the_chain_told_of_it__names_its_payment(town: Town) -> None:
    anna, baker, client_id = town.add("resident", 9_00), town.add("merchant"), new_id()
    paid = town.paid(anna, baker, 9_00)
    town.observe(event_of(replace(told(baker.chain_id, anna.chain_id, "refund"), id=client_id.hex())))

    refund = service.refund(town.connection, baker.id, paid.id, 5_00, client_id)

    assert (refund.state, refund.refund_of) == ("paid", paid.id)
    assert records.refunds_without_payment(town.connection) == []
    assert outbox.by_id(town.connection, refund.id) is None


def test_pay__asked_again_after_the_chain_told_of_it__takes_its_request(town: Town) -> None:
    anna, baker, client_id = town.add("resident", 9_00), town.add("merchant"), new_id()
    request = service.request_payment(town.connection, baker.id, 5_00, client_id=new_id())
    code = rules.make_code(CHAIN_ID, Code("request", request.id))
    town.observe(event_of(replace(told(anna.chain_id, baker.chain_id), id=client_id.hex())))

    payment = service.pay(town.connection, CHAIN_ID, anna.id, code, None, client_id)

    assert (payment.state, payment.request) == ("paid", request.id)
    assert records.find_request(town.connection, request.id).state == "paid"


def test_observe__of_other_content_under_the_same_id__keeps_what_the_chain_says(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    anna, baker = town.add("resident", 9_00), town.add("merchant")
    payment = town.pay(anna, baker, 4_00)
    intent = outbox.by_id(town.connection, payment.id)
    assert intent is not None
    refusal = Refusal("IdUsedForSomethingElse", {"event": "AuthorizationUsed"})

    town.refuse(payment, refusal.name)
    town.observe(event_of(payment, value=3_00))

    kept = records.find_payment(town.connection, payment.id)
    assert (kept.state, kept.cents) == ("paid", 3_00)
    assert kept.refusal == {"name": refusal.name, "arguments": {}}
    assert [record.message for record in caplog.records] == ["payment_differs"]


def test_observe__of_another_payers_same_id__leaves_ours(town: Town) -> None:
    anna, bilal, baker = town.add("resident", 9_00), town.add("resident"), town.add("merchant")
    payment = town.pay(anna, baker, 4_00)

    town.observe(event_of(payment, authorizer=bilal.wallet))

    assert records.find_payment(town.connection, payment.id) == payment


def test_observe__of_what_is_no_payment__is_ignored(town: Town) -> None:
    anna, baker = town.add("resident"), town.add("merchant")
    payment = told(anna.chain_id, baker.chain_id)
    town.observe(event_of(told(baker.chain_id, None), to=REDEMPTION_ADDRESS))
    town.observe(event_of(payment, to="0x" + "dd" * 20))
    town.observe(event_of(payment, authorizer="0x" + "dd" * 20))
    town.observe(event_of(payment, to=anna.wallet))
    town.observe(event_of(payment, value=0))
    town.observe(replace(event_of(payment), name="Transfer"))

    assert town.connection.execute(select(PAYMENT)).all() == []


def test_pay__after_a_wallet_was_replaced__still_names_the_participant(town: Town) -> None:
    anna, baker = town.add("resident", 9_00), town.add("merchant")
    town.change(anna, wallet="0x" + "cc" * 20)
    payment = service.pay(town.connection, CHAIN_ID, anna.id, code_of(baker), 1_00, new_id())

    town.observe(event_of(payment, authorizer="0x" + "cc" * 20))

    assert records.find_payment(town.connection, payment.id).state == "paid"
    assert town.connection.scalar(select(PARTICIPANT.c.chain_id).where(PARTICIPANT.c.id == anna.id)) == (
        payment.payer
    )
