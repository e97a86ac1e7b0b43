"""What is sent to the API.

Written by `python tools/generate_client_types.py` from the API's description; do not edit.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class AccountChange(TypedDict):
    iban: str
    account_holder: str


class Admission(TypedDict):
    participants: list[str]


class Approval(TypedDict):
    claims: list[str]


class AttestationBody(TypedDict):
    cents: int
    as_of: int
    statement_sha256: str


class AwardBody(TypedDict):
    partner: str
    period: int
    resident: str
    cents: int
    reason: str


class BankReturn(TypedDict):
    end_to_end_id: str
    occurred_at: int
    reason: str


class Block(TypedDict):
    participant: str
    reason: int


class BudgetClosing(TypedDict):
    partner: str
    period: int


class Cancellation(TypedDict):
    weeks: NotRequired[list[int] | None]


class ContractDays(TypedDict):
    valid_from: str
    valid_until: str


class ContractEnd(TypedDict):
    last_day: str


class Decision(TypedDict):
    claim: str
    award: bool
    reason: int
    words: str


class DeclarationEnd(TypedDict):
    kinds: list[str]
    reason: NotRequired[str]
    ended_by: str


class GrantBody(TypedDict):
    partner: str
    period: int
    cents: int


class JobClosing(TypedDict):
    job: str


class LimitBody(TypedDict):
    partner: str
    capacity: int
    window: int


class Merger(TypedDict):
    into: str


class NewAccount(TypedDict):
    email: str
    role: Literal[
        "resident",
        "merchant",
        "partner",
        "association",
        "registrar",
        "treasurer",
        "auditor",
        "settlement",
        "arbiter",
        "enforcer",
        "guardian",
    ]
    subject: str
    language: NotRequired[Literal["nl", "en"]]


class NewClaim(TypedDict):
    job: str


class NewContract(TypedDict):
    valid_from: str
    valid_until: str
    merchant: str


class NewDeclaration(TypedDict):
    kinds: list[str]
    words: str
    declared_by: str


class NewEarnings(TypedDict):
    month: str
    cents: int


class NewForce(TypedDict):
    payer: str
    payee: str
    cents: int
    reason: int


class NewFreeze(TypedDict):
    participant: str
    cents: int
    reason: int


class NewJob(TypedDict):
    title: str
    description: str
    place: str
    neighbourhood: str
    bring: NotRequired[str]
    minutes: int
    evidence: Literal["photo", "onsite", "none"]
    kind: str
    reward: int
    slots: int
    period: int
    claim_by: int
    submit_by: int


class NewLimits(TypedDict):
    year: int
    effective_from: str
    hour: int
    hour_under_21: int
    month: int
    year_total: int
    city_year: NotRequired[int | None]


class NewMerchant(TypedDict):
    id: str
    name: str
    iban: str
    account_holder: NotRequired[str | None]
    category: str
    contract: NotRequired[ContractDays | None]


class NewParticipant(TypedDict):
    id: str
    name: str


class NewPause(TypedDict):
    reason: int


class NewPayment(TypedDict):
    code: str
    cents: NotRequired[int | None]


class NewRecord(TypedDict):
    confirmed: bool
    under_21: NotRequired[bool | None]
    changes_on: NotRequired[str | None]


class NewRecovery(TypedDict):
    participant: str
    reason: int
    identity: NotRequired[Literal["passport", "id_card", "licence", "known"] | None]


class NewRedemption(TypedDict):
    cents: int


class NewRefund(TypedDict):
    cents: int


class NewRepayment(TypedDict):
    redemptions: NotRequired[list[str] | None]


class NewRequest(TypedDict):
    cents: int
    lifetime_seconds: NotRequired[int]


class NewSeries(TypedDict):
    title: str
    description: str
    place: str
    neighbourhood: str
    bring: NotRequired[str]
    minutes: int
    evidence: Literal["photo", "onsite", "none"]
    kind: str
    reward: int
    slots: int
    period: int
    claim_by: int
    submit_by: int
    opens_at: int
    weeks: int


class NewToken(TypedDict):
    participant: str
    days: NotRequired[int]
    scopes: NotRequired[list[str] | None]


class NewWebhook(TypedDict):
    url: str
    events: NotRequired[
        list[
            Literal[
                "job.open",
                "claim.submitted",
                "claim.decided",
                "payment.paid",
                "payment.refused",
                "redemption.booked",
                "redemption.rejected",
                "redemption.returned",
                "redemption.repaid",
            ]
        ]
        | None
    ]


class NoMore(TypedDict):
    pass


class Outcomes(TypedDict):
    booked: NotRequired[list[str]]
    rejected: NotRequired[list[Rejected]]


class OwnStop(TypedDict):
    month: NotRequired[int | None]
    year: NotRequired[int | None]


class Recovery(TypedDict):
    since: int
    until: NotRequired[int | None]
    also_delivered: NotRequired[bool]


class Rejected(TypedDict):
    redemption: str
    reason: str


class Rejection(TypedDict):
    claim: str
    reason: int
    words: str


class RepaymentOutcomes(TypedDict):
    booked: NotRequired[list[str]]
    rejected: NotRequired[list[Rejected]]
    occurred_at: int


class Resumption(TypedDict):
    pass


class Retry(TypedDict):
    pass


class Signatures(TypedDict):
    signatures: list[WeekSigned]
    signer: NotRequired[str | None]


class SignedAct(TypedDict):
    act: str
    signature: str


class SignedByPartner(TypedDict):
    act: str
    signature: str
    signer: NotRequired[str | None]


class SignerBody(TypedDict):
    partner: str
    signer: str


class Submission(TypedDict):
    note: NotRequired[str]
    photo_sha256: NotRequired[str | None]


class Unblock(TypedDict):
    participant: str


class Unfreeze(TypedDict):
    participant: str


class WebhookChange(TypedDict):
    url: NotRequired[str | None]
    events: NotRequired[
        list[
            Literal[
                "job.open",
                "claim.submitted",
                "claim.decided",
                "payment.paid",
                "payment.refused",
                "redemption.booked",
                "redemption.rejected",
                "redemption.returned",
                "redemption.repaid",
            ]
        ]
        | None
    ]
    state: NotRequired[Literal["enabled", "disabled"] | None]


class WeekSigned(TypedDict):
    act: str
    signature: str


class Words(TypedDict):
    words: str
