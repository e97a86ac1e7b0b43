"""What each event says, for the API's description. `onchain.py`, `bank.py` and `deliveries.py` send it.

A test compares what is said here with what is sent.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from heitje_chain.http.outgoing import Event
from heitje_chain.people.model import MERCHANT, PARTNER

from . import rules

Id32 = Annotated[str, Field(examples=["5e" * 32])]
Job = Annotated[str, Field(examples=["9c" * 32], description="Read it at /api/v1/jobs/{id}.")]
Cents = Annotated[int, Field(examples=[1_500])]


class JobOpened(BaseModel):
    job: Job
    reward: Annotated[int, Field(examples=[1_500], description="Cents per slot.")]
    slots: Annotated[int, Field(examples=[3])]
    period: Annotated[int, Field(examples=[2026])]


class ClaimSubmitted(BaseModel):
    claim: Annotated[Id32, Field(description="Read it, with its evidence, at /api/v1/claims/{id}.")]
    job: Job
    cents: Annotated[Cents, Field(description="Paid when the work is found good.")]
    state: Literal["submitted"]


class ClaimDecided(ClaimSubmitted):
    state: Literal["approved", "rejected", "awarded", "denied", "rejected_finally"]  # type: ignore[assignment]


class PaymentPaid(BaseModel):
    payment: Annotated[Id32, Field(description="Read it at /api/v1/payments/{id}.")]
    kind: Annotated[Literal["pay", "refund"], Field(description="pay: to you. refund: by you.")]
    cents: Cents
    state: Literal["paid"]
    request: Annotated[
        str | None,
        Field(examples=["3f8a2b1c4d5e4f60817263544a5b6c7d"], description="The till's request that was paid."),
    ]
    refund_of: Annotated[str | None, Field(examples=[None], description="The payment that is given back.")]


class PaymentRefused(BaseModel):
    payment: Id32
    kind: Literal["refund"]
    cents: Cents
    state: Literal["refused"]
    request: Annotated[str | None, Field(examples=[None])]
    refund_of: Annotated[
        str | None, Field(examples=["9c" * 32], description="The payment that was to be given back.")
    ]
    refusal: Annotated[
        str, Field(examples=["ERC20InsufficientBalance"], description="The contract's error, by its name.")
    ]


class RedemptionTold(BaseModel):
    redemption: Annotated[Id32, Field(description="Read it at /api/v1/redemptions/{id}.")]
    cents: Annotated[int, Field(examples=[4_200])]
    batch: Annotated[int, Field(examples=[12], description="The payout batch's number.")]
    end_to_end_id: Annotated[
        str, Field(examples=["HTJ12X000001"], description="On your bank statement; of which payment this is.")
    ]
    reason: Annotated[None, Field(examples=[None], description="Only when it went wrong.")]


class RedemptionWentWrong(RedemptionTold):
    reason: Annotated[  # type: ignore[assignment]
        str, Field(examples=["AC04"], description="The bank's reason, a code of ISO 20022.")
    ]


class WebhookTested(BaseModel):
    webhook: Annotated[
        str, Field(examples=["3f8a2b1c4d5e4f60817263544a5b6c7d"], description="Whose test it is.")
    ]


_EVENTS: tuple[tuple[str, str, type[BaseModel]], ...] = (
    (rules.JOB_OPEN, "A job is on the chain, and residents can take it.", JobOpened),
    (rules.CLAIM_SUBMITTED, "Work was handed in: the partner decides.", ClaimSubmitted),
    (
        rules.CLAIM_DECIDED,
        "A claim was approved, rejected, awarded or denied, or its rejection is final.",
        ClaimDecided,
    ),
    (rules.PAYMENT_PAID, "A customer paid, or a refund arrived.", PaymentPaid),
    (rules.PAYMENT_REFUSED, "The contract refused a refund.", PaymentRefused),
    (rules.REDEMPTION_BOOKED, "The bank paid, and the coins are burned.", RedemptionTold),
    (rules.REDEMPTION_REJECTED, "The bank refused; the coins come back.", RedemptionWentWrong),
    (
        rules.REDEMPTION_RETURNED,
        "The bank sent a payment back after it was booked; it will be made anew.",
        RedemptionWentWrong,
    ),
    (rules.REDEMPTION_REPAID, "The bank paid anew what came back.", RedemptionTold),
    (rules.TEST, "You asked for it with POST /api/v1/webhooks/{id}/test.", WebhookTested),
)


def _readers(type_: str) -> tuple[str, ...]:
    return tuple(kind for kind in (PARTNER, MERCHANT) if type_ in (*rules.EVENTS_OF[kind], rules.TEST))


def _schema(data: type[BaseModel]) -> dict[str, Any]:
    return data.model_json_schema()


EVENTS = tuple(Event(type_, _readers(type_), when, _schema(data)) for type_, when, data in _EVENTS)
