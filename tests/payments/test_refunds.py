"""A refund names its payment: the same payer, no more than was paid, in time."""

from __future__ import annotations

import time

import pytest

from heitje_chain.payments import errors, records, service, spending
from heitje_chain.payments.records import Payment
from heitje_chain.payments.rules import REFUND_SECONDS
from heitje_chain.people.errors import ParticipantUnknown
from heitje_chain.people.service import Participant

from .town import Town, new_id

DAY = 86_400


def bought(town: Town, kind: str = "resident") -> tuple[Participant, Participant, Payment]:
    payer, baker = town.add(kind, 20_00), town.add("merchant")
    return payer, baker, town.paid(payer, baker, 10_00, int(time.time()))


@pytest.mark.parametrize("kind", ["resident", "association"])
def test_refund__of_a_part__goes_back_to_the_payer(town: Town, kind: str) -> None:
    payer, baker, paid = bought(town, kind)

    refund = service.refund(town.connection, baker.id, paid.id, 4_00, new_id())

    assert (refund.kind, refund.state, refund.cents, refund.refund_of) == ("refund", "pending", 4_00, paid.id)
    assert (refund.payer, refund.payee) == (baker.chain_id, payer.chain_id)
    assert (town.spendable(payer), town.spendable(baker)) == (10_00, 6_00)
    town.confirm(refund)
    assert (town.spendable(payer), town.spendable(baker)) == (14_00, 6_00)
    assert records.refunds_without_payment(town.connection) == []


def test_refund__of_more_than_was_paid_in_all__is_refused(town: Town) -> None:
    _, baker, paid = bought(town)
    town.paid(town.add("resident", 50_00), baker, 50_00)
    service.refund(town.connection, baker.id, paid.id, 4_00, new_id())

    with pytest.raises(errors.RefundTooHigh) as refused:
        service.refund(town.connection, baker.id, paid.id, 6_01, new_id())

    assert refused.value.left == 6_00
    service.refund(town.connection, baker.id, paid.id, 6_00, new_id())


def test_refund__that_the_contract_refused__counts_no_more(town: Town) -> None:
    _, baker, paid = bought(town)
    refund = service.refund(town.connection, baker.id, paid.id, 10_00, new_id())
    town.refuse(refund)

    assert town.spendable(baker) == 10_00
    assert service.refund(town.connection, baker.id, paid.id, 10_00, new_id()).state == "pending"


def test_refund__after_the_window__is_refused(town: Town) -> None:
    anna, baker = town.add("resident", 20_00), town.add("merchant")
    paid = town.paid(anna, baker, 10_00, int(time.time()) - 2 * DAY)

    with pytest.raises(errors.RefundTooLate):
        service.refund(town.connection, baker.id, paid.id, 1_00, new_id(), DAY)

    assert REFUND_SECONDS == 90 * DAY
    service.refund(town.connection, baker.id, paid.id, 1_00, new_id())


def test_refund__by_another_merchant_or_the_payer__is_unknown(town: Town) -> None:
    anna, _, paid = bought(town)
    grocer = town.add("merchant", 20_00)

    with pytest.raises(errors.PaymentUnknown):
        service.refund(town.connection, grocer.id, paid.id, 1_00, new_id())
    with pytest.raises(ParticipantUnknown):
        service.refund(town.connection, anna.id, paid.id, 1_00, new_id())


def test_refund__of_a_pending_or_refused_payment__is_refused(town: Town) -> None:
    anna, baker = town.add("resident", 20_00), town.add("merchant", 20_00)
    payment = town.pay(anna, baker, 10_00)
    with pytest.raises(errors.PaymentNotFinal):
        service.refund(town.connection, baker.id, payment.id, 1_00, new_id())
    town.refuse(payment)

    with pytest.raises(errors.PaymentNotFinal):
        service.refund(town.connection, baker.id, payment.id, 1_00, new_id())


def test_refund__of_a_refund__is_unknown(town: Town) -> None:
    _, baker, paid = bought(town)
    refund = town.confirm(service.refund(town.connection, baker.id, paid.id, 1_00, new_id()))

    with pytest.raises(errors.PaymentUnknown):
        service.refund(town.connection, baker.id, refund.id, 1_00, new_id())


def test_refund__of_coins_that_are_held__is_refused(town: Town) -> None:
    _, baker, paid = bought(town)
    spending.hold(town.connection, "ab" * 32, baker.on_chain.hex(), 9_00)

    with pytest.raises(errors.BalanceTooLow) as refused:
        service.refund(town.connection, baker.id, paid.id, 1_01, new_id())

    assert refused.value.spendable == 1_00


def test_refund__to_a_blocked_payer__is_refused_without_a_name(town: Town) -> None:
    anna, baker, paid = bought(town)
    town.change(anna, blocked=True)

    with pytest.raises(errors.PayeeNotActive) as refused:
        service.refund(town.connection, baker.id, paid.id, 1_00, new_id())

    assert str(refused.value) == "The receiver does not take part at the moment."


def test_refund__with_the_same_id_again__is_the_same_and_with_other_content_refused(town: Town) -> None:
    _, baker, paid = bought(town)
    client_id = new_id()
    first = service.refund(town.connection, baker.id, paid.id, 10_00, client_id)

    assert service.refund(town.connection, baker.id, paid.id, 10_00, client_id) == first
    with pytest.raises(errors.PaymentIdTaken):
        service.refund(town.connection, baker.id, paid.id, 9_00, client_id)
