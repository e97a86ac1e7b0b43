"""A till asks, residents and associations pay and donate: what is written, and what is refused."""

from __future__ import annotations

from unittest.mock import ANY

import pytest
from sqlalchemy import func, select, update

from heitje_chain.chain import outbox
from heitje_chain.chain.intents import Intent, Outcome
from heitje_chain.chain.model import INTENT
from heitje_chain.money import AmountError
from heitje_chain.payments import errors, records, rules, service, spending
from heitje_chain.payments.model import COIN_HOLD, PAYMENT, PAYMENT_REQUEST
from heitje_chain.payments.records import PaymentRequest
from heitje_chain.payments.rules import Code
from heitje_chain.payments.spending import Balance
from heitje_chain.people import service as people
from heitje_chain.people.errors import ParticipantNotActive, ParticipantUnknown
from heitje_chain.people.service import Participant

from .town import CHAIN_ID, Town, code_of, new_id


def ask(town: Town, merchant: Participant, cents: int) -> tuple[PaymentRequest, str]:
    request = service.request_payment(town.connection, merchant.id, cents, client_id=new_id())
    return request, rules.make_code(CHAIN_ID, Code("request", request.id))


def expire(town: Town, request: PaymentRequest) -> None:
    town.connection.execute(
        update(PAYMENT_REQUEST).where(PAYMENT_REQUEST.c.id == request.id).values(expires_at=1)
    )


def count(town: Town) -> tuple[int, int]:
    tables = (PAYMENT, INTENT)
    payments, intents = (
        town.connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables
    )
    return payments, intents


# ---------------------------------------------------------------- static codes


def test_pay__by_a_static_code__is_under_way(town: Town) -> None:
    anna, baker, client_id = town.add("resident", 20_00), town.add("merchant"), new_id()

    payment = town.pay(anna, baker, 5_00, client_id)

    assert (payment.id, payment.kind, payment.state, payment.cents) == (
        client_id.hex(),
        "pay",
        "pending",
        5_00,
    )
    assert (payment.payer, payment.payee) == (anna.chain_id, baker.chain_id)
    assert spending.balance(town.connection, anna) == Balance(20_00, 0, 5_00, 15_00)
    assert spending.balance(town.connection, baker) == Balance(0, 5_00, 0, 0)
    assert outbox.by_id(town.connection, payment.id) == Intent(
        id=payment.id,
        kind="payment",
        payload={"payer": anna.id, "payee": baker.id, "cents": 5_00},
        outcome=Outcome(
            "AuthorizationUsed", f"{anna.wallet}:0x{payment.id}", {"to": baker.wallet, "value": 5_00}
        ),
        bundle=payment.id,
        trace=ANY,
    )


def test_pay__to_an_association__is_a_donation_that_it_spends_at_merchants(town: Town) -> None:
    anna, club, baker = town.add("resident", 9_00), town.add("association"), town.add("merchant")

    donation = town.paid(anna, club, 9_00)
    spent = town.pay(club, baker, 9_00)

    assert (donation.kind, donation.state, spent.kind) == ("donate", "paid", "pay")
    assert spending.balance(town.connection, anna) == Balance(0, 0, 0, 0)
    assert spending.balance(town.connection, club) == Balance(9_00, 0, 9_00, 0)


def test_pay__without_amount_by_a_static_code__is_refused(town: Town) -> None:
    anna, baker = town.add("resident", 20_00), town.add("merchant")

    with pytest.raises(errors.AmountMissing):
        service.pay(town.connection, CHAIN_ID, anna.id, code_of(baker), None, new_id())


@pytest.mark.parametrize("cents", [0, -1, 2**48])
def test_pay__of_no_amount__is_refused(town: Town, cents: int) -> None:
    anna, baker = town.add("resident", 20_00), town.add("merchant")

    with pytest.raises(AmountError):
        town.pay(anna, baker, cents)


def test_pay__of_the_last_cent__is_under_way_and_one_more_refused(town: Town) -> None:
    anna, baker = town.add("resident", 20_00), town.add("merchant")
    with pytest.raises(errors.BalanceTooLow) as refused:
        town.pay(anna, baker, 20_01)
    assert refused.value.spendable == 20_00

    town.pay(anna, baker, 20_00)

    assert town.spendable(anna) == 0


def test_pay__twice_in_a_row__cannot_overspend(town: Town) -> None:
    anna, baker = town.add("resident", 20_00), town.add("merchant")
    town.pay(anna, baker, 15_00)

    with pytest.raises(errors.BalanceTooLow) as refused:
        town.pay(anna, baker, 5_01)

    assert refused.value.spendable == 5_00
    assert count(town) == (1, 1)


def test_pay__with_coins_that_are_only_coming__is_refused(town: Town) -> None:
    anna, club, baker = town.add("resident", 5_00), town.add("association"), town.add("merchant")
    town.pay(anna, club, 5_00)

    with pytest.raises(errors.BalanceTooLow) as refused:
        town.pay(club, baker, 1)

    assert refused.value.spendable == 0


def test_pay__with_the_same_id_again__is_the_same_payment(town: Town) -> None:
    anna, baker, client_id = town.add("resident", 6_00), town.add("merchant"), new_id()

    first = town.pay(anna, baker, 5_00, client_id)

    assert town.pay(anna, baker, 5_00, client_id) == first
    assert count(town) == (1, 1)
    paid = town.confirm(first)
    assert town.pay(anna, baker, 5_00, client_id) == paid


def test_pay__with_the_same_id_for_something_else__is_refused(town: Town) -> None:
    anna, bilal = town.add("resident", 20_00), town.add("resident", 20_00)
    baker, grocer, client_id = town.add("merchant"), town.add("merchant"), new_id()
    town.pay(anna, baker, 5_00, client_id)

    for payer, payee, cents in ((anna, baker, 5_01), (anna, grocer, 5_00), (bilal, baker, 5_00)):
        with pytest.raises(errors.PaymentIdTaken):
            town.pay(payer, payee, cents, client_id)
    _, code = ask(town, baker, 5_00)
    with pytest.raises(errors.PaymentIdTaken):
        service.pay(town.connection, CHAIN_ID, anna.id, code, None, client_id)


def test_pay__with_the_id_of_another_intent__is_refused(town: Town) -> None:
    anna, baker, client_id = town.add("resident", 6_00), town.add("merchant"), new_id()
    outbox.put(town.connection, "other", client_id, {}, Outcome("", ""))

    with pytest.raises(errors.PaymentIdTaken):
        town.pay(anna, baker, 5_00, client_id)


# ---------------------------------------------------------------- who may pay whom


def test_pay__to_a_resident__is_refused(town: Town) -> None:
    anna, bilal = town.add("resident", 20_00), town.add("resident")

    with pytest.raises(errors.CodeKindUnknown):
        town.pay(anna, bilal, 1_00)
    as_merchant = rules.make_code(CHAIN_ID, Code("merchant", bilal.id))
    with pytest.raises(ParticipantUnknown):
        service.pay(town.connection, CHAIN_ID, anna.id, as_merchant, 1_00, new_id())


def test_pay__to_oneself__is_refused(town: Town) -> None:
    club = town.add("association", 20_00)

    with pytest.raises(errors.PayeeNotAllowed):
        town.pay(club, club, 1_00)


@pytest.mark.parametrize("kind", ["merchant", "partner"])
def test_pay__by_another_kind__is_refused(town: Town, kind: str) -> None:
    payer, baker = town.add(kind, 20_00), town.add("merchant")

    with pytest.raises(ParticipantUnknown):
        town.pay(payer, baker, 1_00)


def test_pay__by_or_to_a_blocked_one__is_refused(town: Town) -> None:
    anna, baker = town.add("resident", 20_00), town.add("merchant")
    town.change(baker, blocked=True)
    with pytest.raises(errors.PayeeNotActive):
        town.pay(anna, baker, 1_00)
    town.change(baker, blocked=False)
    town.change(anna, blocked=True)
    with pytest.raises(ParticipantNotActive):
        town.pay(anna, baker, 1_00)

    assert count(town) == (0, 0)


def test_pay__to_one_that_is_not_admitted__answers_as_to_nobody(town: Town) -> None:
    anna, baker = town.add("resident", 20_00), town.add("merchant")
    town.change(baker, state="asked", chain_id=None, wallet=None)

    with pytest.raises(ParticipantUnknown):
        town.pay(anna, baker, 1_00)


# ---------------------------------------------------------------- a till's request


def test_request__when_paid__is_pending_and_then_paid(town: Town) -> None:
    anna, baker = town.add("resident", 20_00), town.add("merchant")
    request, code = ask(town, baker, 7_50)
    assert (request.state, request.merchant, request.cents) == ("open", baker.id, 7_50)
    assert request.expires_at == request.created_at + 300

    payment = service.pay(town.connection, CHAIN_ID, anna.id, code, None, new_id())
    pending = records.find_request(town.connection, request.id)
    expire(town, request)
    town.confirm(payment)
    paid = records.find_request(town.connection, request.id)

    assert (payment.cents, payment.payee, payment.request) == (7_50, baker.chain_id, request.id)
    assert (pending.state, pending.payment) == ("pending", payment.id)
    assert (paid.state, paid.payment) == ("paid", payment.id)


def test_request__with_another_amount__is_refused(town: Town) -> None:
    anna, baker = town.add("resident", 20_00), town.add("merchant")
    _, code = ask(town, baker, 7_50)

    with pytest.raises(errors.AmountDiffers) as refused:
        service.pay(town.connection, CHAIN_ID, anna.id, code, 7_00, new_id())

    assert refused.value.asked == 7_50
    assert service.pay(town.connection, CHAIN_ID, anna.id, code, 7_50, new_id()).cents == 7_50


def test_request__when_expired__is_refused(town: Town) -> None:
    anna, baker = town.add("resident", 20_00), town.add("merchant")
    request, code = ask(town, baker, 7_50)
    expire(town, request)

    with pytest.raises(errors.RequestExpired):
        service.pay(town.connection, CHAIN_ID, anna.id, code, None, new_id())

    assert records.find_request(town.connection, request.id).state == "expired"


def test_request__that_is_being_paid__is_refused_to_others_and_the_same_for_the_payer(town: Town) -> None:
    anna, bilal, baker = town.add("resident", 20_00), town.add("resident", 20_00), town.add("merchant")
    request, code = ask(town, baker, 7_50)
    client_id = new_id()
    first = service.pay(town.connection, CHAIN_ID, anna.id, code, None, client_id)
    expire(town, request)

    with pytest.raises(errors.RequestTaken):
        service.pay(town.connection, CHAIN_ID, bilal.id, code, None, new_id())

    assert service.pay(town.connection, CHAIN_ID, anna.id, code, None, client_id) == first


def test_request__when_the_contract_refused_its_payment__is_open_again(town: Town) -> None:
    anna, baker = town.add("resident", 7_50), town.add("merchant")
    request, code = ask(town, baker, 7_50)
    refused = town.refuse(service.pay(town.connection, CHAIN_ID, anna.id, code, None, new_id()))
    assert (refused.state, refused.refusal) == ("refused", {"name": "EnforcedPause", "arguments": {}})

    again = service.pay(town.connection, CHAIN_ID, anna.id, code, None, new_id())

    assert records.find_request(town.connection, request.id).payment == again.id


def test_request__with_the_same_id_again__is_the_same_and_with_other_content_refused(town: Town) -> None:
    baker, client_id = town.add("merchant"), new_id()
    first = service.request_payment(town.connection, baker.id, 7_50, client_id=client_id)

    assert service.request_payment(town.connection, baker.id, 7_50, client_id=client_id) == first
    with pytest.raises(errors.PaymentIdTaken):
        service.request_payment(town.connection, baker.id, 7_51, client_id=client_id)


@pytest.mark.parametrize("seconds", [29, 86_401])
def test_request__of_a_wrong_lifetime__is_refused(town: Town, seconds: int) -> None:
    baker = town.add("merchant")

    with pytest.raises(errors.LifetimeInvalid):
        service.request_payment(town.connection, baker.id, 1_00, seconds, client_id=new_id())


def test_request__by_a_resident_or_a_blocked_merchant__is_refused(town: Town) -> None:
    anna, baker = town.add("resident"), town.add("merchant")
    town.change(baker, blocked=True)

    with pytest.raises(ParticipantUnknown):
        service.request_payment(town.connection, anna.id, 1_00, client_id=new_id())
    with pytest.raises(ParticipantNotActive):
        service.request_payment(town.connection, baker.id, 1_00, client_id=new_id())


def test_request__that_nobody_made__is_unknown(town: Town) -> None:
    anna, code = town.add("resident"), rules.make_code(CHAIN_ID, Code("request", "0" * 32))

    with pytest.raises(errors.RequestUnknown):
        service.pay(town.connection, CHAIN_ID, anna.id, code, None, new_id())


# ---------------------------------------------------------------- holds


def test_hold__until_released__cannot_be_spent(town: Town) -> None:
    anna, hold_id = town.add("resident", 10_00), "ab" * 32
    own = anna.on_chain.hex()
    for _ in range(2):
        spending.hold(town.connection, hold_id, own, 4_00)
        assert spending.balance(town.connection, anna) == Balance(10_00, 0, 0, 6_00)
    with pytest.raises(errors.PaymentIdTaken):
        spending.hold(town.connection, hold_id, own, 4_01)

    for _ in range(2):
        spending.release_hold(town.connection, hold_id)
        assert town.spendable(anna) == 10_00

    assert town.connection.execute(select(COIN_HOLD)).all() == []


def test_balance__of_one_that_is_not_on_the_chain__is_nothing(town: Town) -> None:
    anna = town.add("resident")
    town.change(anna, chain_id=None, wallet=None)
    nobody_yet = people.participant(town.connection, anna.id)

    assert spending.balance(town.connection, nobody_yet) == Balance(0, 0, 0, 0)
