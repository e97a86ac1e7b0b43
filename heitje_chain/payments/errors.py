"""What is refused about payments.

Refused
├── CodeTooLong         400
├── CodeMalformed       400
├── CodeKindUnknown     400
├── CodeForeign         400  of another chain
├── LifetimeInvalid     400
├── AmountMissing       400  a static code says no amount
├── AmountDiffers       400  the till asked for another amount
├── RequestUnknown      404
├── PaymentUnknown      404
├── RequestExpired      409
├── RequestTaken        409  paid, or being paid
├── PayeeNotAllowed     409  who pays may not pay whoever is paid
├── PayeeNotActive      409
├── ShopNotAccepting    409  the shop that is to be paid has no contract that holds
├── ContractNotValid    409  the till's own shop has none
├── BalanceTooLow       409
├── PaymentIdTaken      409  the same id again, with other content
├── PaymentNotFinal     409  not paid (yet), so there is nothing to give back
├── RefundTooLate       409
├── RefundNotToday      409  asked at a till
└── RefundTooHigh       409
"""

from __future__ import annotations

from heitje_chain.http.problems import Refused


class CodeTooLong(
    Refused,
    slug="payment-code-too-long",
    status=400,
    nl="Deze code is te lang: hoogstens {most} tekens.",
    en="This code is too long: at most {most} characters.",
):
    def __init__(self, most: int) -> None:
        self.most = most


class CodeMalformed(
    Refused,
    slug="payment-code-malformed",
    status=400,
    nl="Dit is geen betaalcode van Heitje.",
    en="This is no payment code of Heitje.",
):
    """Not heitje:<chain id>:<kind>:<32 hex digits>."""


class CodeKindUnknown(
    Refused,
    slug="payment-code-kind-unknown",
    status=400,
    nl="Dit soort betaalcode kennen wij niet.",
    en="We do not know this kind of payment code.",
):
    """Neither request, nor merchant, nor association."""


class CodeForeign(
    Refused,
    slug="payment-code-foreign",
    status=400,
    nl="Deze betaalcode hoort bij een andere munt.",
    en="This payment code belongs to another coin.",
):
    """Made for another chain."""


class LifetimeInvalid(
    Refused,
    slug="payment-request-lifetime-invalid",
    status=400,
    nl="Een betaalverzoek geldt {least} tot {most} seconden.",
    en="A payment request is good for {least} to {most} seconds.",
):
    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most


class AmountMissing(
    Refused,
    slug="payment-amount-missing",
    status=400,
    nl="Deze code noemt geen bedrag. Kies zelf een bedrag.",
    en="This code names no amount. Choose one yourself.",
):
    """A static code was given without cents."""


class AmountDiffers(
    Refused,
    slug="payment-amount-differs",
    status=400,
    nl="De kassa vraagt {asked:euros}. Je kunt geen ander bedrag betalen.",
    en="The till asks for {asked:euros}. You cannot pay another amount.",
):
    def __init__(self, asked: int) -> None:
        self.asked = asked


class RequestUnknown(
    Refused,
    slug="payment-request-unknown",
    status=404,
    nl="Dit betaalverzoek kennen wij niet.",
    en="We do not know this payment request.",
):
    """No such request."""


class PaymentUnknown(
    Refused,
    slug="payment-unknown",
    status=404,
    nl="Deze betaling kennen wij niet.",
    en="We do not know this payment.",
):
    """No such payment, or others'."""


class RequestExpired(
    Refused,
    slug="payment-request-expired",
    status=409,
    nl="Dit betaalverzoek is verlopen. Vraag de winkel om een nieuw verzoek.",
    en="This payment request has expired. Ask the shop for a new one.",
):
    """Its short life is over."""


class RequestTaken(
    Refused,
    slug="payment-request-taken",
    status=409,
    nl="Dit betaalverzoek is al betaald, of iemand betaalt het nu.",
    en="This payment request is paid already, or somebody is paying it now.",
):
    """Another payment is for it."""


class PayeeNotAllowed(
    Refused,
    slug="payee-not-allowed",
    status=409,
    nl="Je kunt hier niet met Heitjes betalen.",
    en="You cannot pay here with Heitjes.",
):
    """The contract's matrix has no such pair."""


class PayeeNotActive(
    Refused,
    slug="payee-not-active",
    status=409,
    nl="De ontvanger doet op dit moment niet mee.",
    en="The receiver does not take part at the moment.",
):
    """Not admitted, or blocked. Who it is stays unsaid: a refund's receiver is a person."""


class ShopNotAccepting(
    Refused,
    slug="shop-not-accepting",
    status=409,
    nl="Deze winkel neemt op dit moment geen Heitjes aan. Je hebt niets betaald. Betaal op een andere "
    "manier.",
    en="This shop does not accept Heitjes at the moment. You paid nothing. Pay in another way.",
):
    """No contract of the shop with the municipality holds; when it ended is between those two."""


class ContractNotValid(
    Refused,
    slug="contract-not-valid",
    status=409,
    nl="Je contract met de gemeente geldt nu niet, dus je kunt geen Heitjes aannemen. Bel de gemeente. "
    "Inwisselen en terugbetalen kan nog wel.",
    en="Your contract with the municipality is not valid now, so you cannot accept Heitjes. Call the "
    "municipality. You can still redeem and refund.",
):
    """No contract yet, or it has ended, or it begins later."""


class BalanceTooLow(
    Refused,
    slug="balance-too-low",
    status=409,
    nl="Dit bedrag is te hoog. Er is nu {spendable:euros} beschikbaar.",
    en="This amount is too high. {spendable:euros} is available now.",
):
    def __init__(self, spendable: int) -> None:
        self.spendable = spendable


class PaymentIdTaken(
    Refused,
    slug="payment-id-taken",
    status=409,
    nl="Deze opdracht is al gebruikt voor iets anders. Er is nu niets gedaan.",
    en="This order was used before for something else. Nothing was done now.",
):
    """The client id stands for another payment, request or hold."""


class PaymentNotFinal(
    Refused,
    slug="payment-not-final",
    status=409,
    nl="Deze betaling is niet klaar. Je kunt nog niets terugbetalen.",
    en="This payment is not done. You cannot refund it yet.",
):
    """Pending or refused."""


class RefundTooLate(
    Refused,
    slug="refund-too-late",
    status=409,
    nl="Deze betaling is te lang geleden. Je kunt haar niet meer terugbetalen.",
    en="This payment was too long ago. You cannot refund it any more.",
):
    """The window is over."""


class RefundNotToday(
    Refused,
    slug="refund-not-today",
    status=409,
    nl="Deze betaling was niet vandaag. Alleen de eigenaar van de winkel kan haar terugbetalen.",
    en="This payment was not today. Only the owner of the shop can refund it.",
):
    """A till gives back only what was paid on the same day."""


class RefundTooHigh(
    Refused,
    slug="refund-too-high",
    status=409,
    nl="Je kunt van deze betaling nog {left:euros} terugbetalen.",
    en="You can refund {left:euros} more of this payment.",
):
    def __init__(self, left: int) -> None:
        self.left = left
