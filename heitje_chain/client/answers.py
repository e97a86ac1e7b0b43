"""What the API answers.

Written by `python tools/generate_client_types.py` from the API's description; do not edit.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class AcceptanceView(TypedDict):
    merchant: str
    accepting: bool
    until: str | None
    days_left: int | None
    ends_soon: bool
    warning: str | None


class AccountInFull(TypedDict):
    id: str
    email: str
    language: Literal["nl", "en"]
    roles: list[HeldRole]


class AccountView(TypedDict):
    iban: str
    holder: str


class ActInFull(TypedDict):
    id: str
    kind: str
    actor: str
    state: Literal["prepared", "signed", "scheduled", "done", "failed", "cancelled"]
    content: dict[str, Any]
    deadline: int
    refusal: dict[str, Any] | None
    typed_data: dict[str, Any]
    document: DocumentView | None


class ActView(TypedDict):
    id: str
    kind: str
    actor: str
    state: Literal["prepared", "signed", "scheduled", "done", "failed", "cancelled"]
    content: dict[str, Any]
    deadline: int
    refusal: dict[str, Any] | None


class ActivityView(TypedDict):
    at: int
    kind: Literal["claim", "pay", "donate", "refund", "award", "redemption"]
    state: str
    cents: int
    done: bool
    counterpart: str | None
    title: str | None
    link: str | None


class AllowanceView(TypedDict):
    month: str
    month_left: int | None
    year_left: int | None
    limits: list[BoundView]
    limits_of: int | None
    under_21: bool | None
    stop: StopView
    elsewhere: list[ElsewhereView]
    obstacles: list[ObstacleView]
    words: WordsView


class ApprovalView(TypedDict):
    act: ActView
    claims: list[ClaimView]


class BatchInFull(TypedDict):
    batch: BatchView
    redemptions: list[RedemptionView]


class BatchView(TypedDict):
    number: int
    cents: int
    lines: int
    state: Literal["closed", "filed", "settling", "settled"]
    message_id: str | None
    file_sha256: str | None
    closed_at: int
    filed_at: int | None
    settled_at: int | None
    booked_cents: int | None
    rejected_cents: int | None


class BothLanguages(TypedDict):
    nl: str
    en: str


class BoundView(TypedDict):
    barrier: Literal["month", "year", "city_year", "own_month", "own_year"]
    when: str
    limit: int
    used: int
    left: int
    words: WordsView


class BudgetView(TypedDict):
    id: str
    partner: str
    partner_name: str
    period: int
    granted: int
    reserved: int
    minted: int
    available: int
    closed: bool


class CarriedView(TypedDict):
    id: str
    kind: str
    state: str


class Catalogue(TypedDict):
    problems: list[KindView]


class ChainView(TypedDict):
    chain_id: int
    genesis_hash: str
    contracts: dict[str, str]
    officer_accounts: dict[str, str]
    highest_reward: int
    decision_seconds: int
    dispute_seconds: int


class ClaimInFull(TypedDict):
    id: str
    job: str
    resident: str
    cents: int
    state: Literal[
        "asked",
        "claimed",
        "submitted",
        "rejected",
        "disputed",
        "approved",
        "awarded",
        "withdrawn",
        "lapsed",
        "denied",
        "rejected_finally",
        "refused",
    ]
    pending: str | None
    since: int
    reason: int | None
    refusal: dict[str, Any] | None
    job_title: str | None
    reason_told: WordsView | None
    evidence: dict[str, Any] | None
    decision: dict[str, Any] | None
    dispute: dict[str, Any] | None


class ClaimView(TypedDict):
    id: str
    job: str
    resident: str
    cents: int
    state: Literal[
        "asked",
        "claimed",
        "submitted",
        "rejected",
        "disputed",
        "approved",
        "awarded",
        "withdrawn",
        "lapsed",
        "denied",
        "rejected_finally",
        "refused",
    ]
    pending: str | None
    since: int
    reason: int | None
    refusal: dict[str, Any] | None


class ContractInFull(TypedDict):
    id: str
    merchant: str
    valid_from: str
    valid_until: str
    last_day: str
    state: Literal["coming", "valid", "over"]
    merchant_name: str
    ends_soon: bool


class ContractView(TypedDict):
    id: str
    merchant: str
    valid_from: str
    valid_until: str
    last_day: str
    state: Literal["coming", "valid", "over"]


class CurrentView(TypedDict):
    year: int
    limits: LimitsView | None
    warning: WordsView | None


class DeclarationView(TypedDict):
    id: str
    partner: str
    partner_name: str
    kind: str
    version: int
    words: str
    declared_by: str
    declared_at: int
    in_force: bool
    ended_at: int | None
    reason: str | None


class DeclaredView(TypedDict):
    declarations: list[str]
    kinds: list[str]


class DeliveryAttemptView(TypedDict):
    at: int
    milliseconds: int
    outcome: Literal["delivered", "answer", "timeout", "connection", "address", "secret"]
    status: int | None


class DeliveryInFull(TypedDict):
    id: str
    event: str
    type: str
    state: Literal["waiting", "delivered", "failed"]
    attempts: int
    next_at: int | None
    created_at: int
    delivered_at: int | None
    payload: dict[str, Any]
    history: list[DeliveryAttemptView]


class DeliveryView(TypedDict):
    id: str
    event: str
    type: str
    state: Literal["waiting", "delivered", "failed"]
    attempts: int
    next_at: int | None
    created_at: int
    delivered_at: int | None


class DocumentView(TypedDict):
    salt: str
    text: str


class ElsewhereView(TypedDict):
    month: str
    cents: int


class Explanation(TypedDict):
    parts: list[ExplanationPart]


class ExplanationPart(TypedDict):
    heading: WordsView
    text: WordsView


class FiguresView(TypedDict):
    minted: int
    burned: int
    supply: int
    wallets: int
    redemption: int
    payable: int
    owed: int
    reserved: int
    granted: int


class FileView(TypedDict):
    number: int
    message_id: str
    sha256: str
    lines: int
    cents: int


class FreezeView(TypedDict):
    participant: str | None
    kind: Literal["resident", "merchant", "association"] | None
    name: str | None
    chain_participant: str
    cents: int
    since: int


class HeldRole(TypedDict):
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


class IntentInFull(TypedDict):
    id: str
    kind: str
    lane: str
    state: Literal["waiting", "signed", "done", "failed"]
    attempts: int
    waits_for: str | None
    next_at: int | None
    refusal: str | None
    transaction: int | None
    trace: str | None
    created_at: int
    event: str | None
    sent_in: TransactionView | None
    retry: RetryView


class IntentView(TypedDict):
    id: str
    kind: str
    lane: str
    state: Literal["waiting", "signed", "done", "failed"]
    attempts: int
    waits_for: str | None
    next_at: int | None
    refusal: str | None
    transaction: int | None
    trace: str | None
    created_at: int


class JobInFull(TypedDict):
    id: str
    reward: int
    slots: int
    left: int
    period: int
    claim_by: int
    submit_by: int
    state: Literal["posting", "open", "closed", "refused"]
    refusal: dict[str, Any] | None
    partner_name: str | None
    title: str | None
    details: dict[str, Any]
    allowance: NotRequired[OfferView | None]


class JobView(TypedDict):
    id: str
    reward: int
    slots: int
    left: int
    period: int
    claim_by: int
    submit_by: int
    state: Literal["posting", "open", "closed", "refused"]
    refusal: dict[str, Any] | None


class KindView(TypedDict):
    type: str
    status: int
    title: BothLanguages
    detail: BothLanguages
    members: list[str]
    advice: BothLanguages


class LaneView(TypedDict):
    lane: str
    address: str
    next_nonce: int
    state: Literal["active", "paused", "resuming"]
    reason: str | None
    since: int | None


class LimitView(TypedDict):
    partner: str
    partner_name: str
    capacity: int
    window: int


class LimitsView(TypedDict):
    year: int
    effective_from: str
    hour: int
    hour_under_21: int
    month: int
    year_total: int
    city_year: int | None


class MadeToken(TypedDict):
    id: str
    role: Literal["resident", "merchant", "partner", "association"]
    participant: str
    scopes: list[str]
    expires_at: int
    secret: str


class MerchantEnding(TypedDict):
    merchant: str
    merchant_name: str
    until: str
    days_left: int


class MerchantWithout(TypedDict):
    merchant: str
    merchant_name: str


class MetersView(TypedDict):
    volume: VolumeView
    merchants_without_contract: list[MerchantWithout]
    contracts_ending: list[MerchantEnding]
    residents_near_limit: int


class ObstacleView(TypedDict):
    type: str
    barrier: Literal["month", "year", "city_year", "own_month", "own_year"] | None
    when: str | None
    left: int | None
    words: WordsView


class OfferView(TypedDict):
    cents: int | None
    hourly: int | None
    hour_limit: int | None
    month_left: int | None
    year_left: int | None
    obstacles: list[ObstacleView]
    words: WordsView


class Oneself(TypedDict):
    token: str
    role: Literal[
        "resident",
        "merchant",
        "association",
        "partner",
        "registrar",
        "treasurer",
        "auditor",
        "settlement",
        "arbiter",
        "enforcer",
        "guardian",
        "operator",
    ]
    subject: str
    name: str | None
    scopes: list[str]
    expires_at: int
    chain_participant: str | None
    signers: list[str]


class ParticipantView(TypedDict):
    id: str
    kind: Literal["resident", "merchant", "association", "partner"]
    name: str
    state: Literal["asked", "ready", "admitting", "active", "refused"]
    blocked: bool
    participant: str | None
    wallet: str | None


class PaymentView(TypedDict):
    id: str
    kind: Literal["pay", "donate", "refund"]
    state: Literal["pending", "paid", "refused"]
    payer: str
    payee: str
    cents: int
    refund_of: str | None
    request: str | None
    refusal: dict[str, str] | None
    created_at: int
    paid_at: int | None


class PhotoList(TypedDict):
    items: list[PhotoView]


class PhotoView(TypedDict):
    id: str
    width: int
    height: int
    created_at: int


class PreparedAct(TypedDict):
    id: str
    kind: str
    actor: str
    state: Literal["prepared", "signed", "scheduled", "done", "failed", "cancelled"]
    content: dict[str, Any]
    deadline: int
    refusal: dict[str, Any] | None
    typed_data: dict[str, Any]


class PreparedApproval(TypedDict):
    id: str
    kind: str
    actor: str
    state: Literal["prepared", "signed", "scheduled", "done", "failed", "cancelled"]
    content: dict[str, Any]
    deadline: int
    refusal: dict[str, Any] | None
    typed_data: dict[str, Any]
    warnings: list[WarningView]


class PreparedSeries(TypedDict):
    id: str
    weeks: list[WeekView]
    to_sign: list[PreparedAct]


class ProposalView(TypedDict):
    year: int
    effective_from: str
    hour: int
    hour_under_21: int
    month: int
    year_total: int
    city_year: int | None
    number: int
    state: Literal["proposed", "confirmed", "rejected", "withdrawn"]
    proposed_by: str
    proposed_at: int
    decided_by: str | None
    decided_at: int | None


class ReasonView(TypedDict):
    act: Literal["reject", "decide", "block", "recover", "freeze", "pause", "force"]
    code: int
    nl: str
    en: str


class ReasonsView(TypedDict):
    items: list[ReasonView]


class ReconciliationView(TypedDict):
    id: str
    state: Literal["asked", "done"]
    asked_at: int
    done_at: int | None
    block_number: int | None
    equal: bool | None
    figures: FiguresView | None
    equation: list[str]
    differences: list[WordsView]


class RecordView(TypedDict):
    participant: str
    confirmed_by: str | None
    confirmed_at: int | None
    under_21: bool | None
    changes_on: str | None
    same_as: str | None


class Recovered(TypedDict):
    deliveries: int


class RecoveryView(TypedDict):
    id: str
    participant: str
    reason: int | None
    state: Literal["asked", "ready", "signed", "scheduled", "replaced", "failed", "cancelled", "done"]
    old_wallet: str | None
    new_wallet: str | None
    act: str | None
    created_at: int
    replaced_at: int | None
    asked_by: str | None
    identity: Literal["passport", "id_card", "licence", "known"] | None


class RedemptionInFull(TypedDict):
    id: str
    merchant: str
    cents: int
    state: Literal["asked", "locked", "batched", "booked", "rejected", "released", "refused"]
    held: bool
    batch: int | None
    end_to_end_id: str
    bank_outcome: Literal["booked", "rejected"] | None
    bank_reason: str | None
    return_reason: str | None
    return_state: Literal["payable", "filed", "repaid"] | None
    refusal: dict[str, str] | None
    created_at: int
    merchant_name: str | None
    account: AccountView | None
    present_account: AccountView | None


class RedemptionView(TypedDict):
    id: str
    merchant: str
    cents: int
    state: Literal["asked", "locked", "batched", "booked", "rejected", "released", "refused"]
    held: bool
    batch: int | None
    end_to_end_id: str
    bank_outcome: Literal["booked", "rejected"] | None
    bank_reason: str | None
    return_reason: str | None
    return_state: Literal["payable", "filed", "repaid"] | None
    refusal: dict[str, str] | None
    created_at: int


class RepaymentLineView(TypedDict):
    redemption: str
    end_to_end_id: str
    cents: int
    outcome: Literal["booked", "rejected"] | None
    reason: str | None


class RepaymentView(TypedDict):
    number: int
    cents: int
    state: Literal["filed", "done"]
    message_id: str
    file_sha256: str
    made_at: int
    lines: list[RepaymentLineView]


class RequestView(TypedDict):
    id: str
    merchant: str
    cents: int
    state: Literal["open", "pending", "paid", "expired"]
    payment: str | None
    expires_at: int
    code: str


class ReserveView(TypedDict):
    attested: int
    as_of: int | None
    statement_hash: str | None
    left: int
    supply: int
    outstanding: int
    payable: int
    owed: int
    room: int


class RetryView(TypedDict):
    possible: bool
    type: str | None
    detail: str | None


class SecretRolled(TypedDict):
    secret: str
    previous_until: int


class SeriesInFull(TypedDict):
    id: str
    partner: str
    weeks: list[WeekInFull]


class SeriesLine(TypedDict):
    id: str
    partner: str
    weeks: int
    created_at: int


class SeriesView(TypedDict):
    id: str
    weeks: list[WeekView]


class SignerView(TypedDict):
    signer: str
    state: Literal["prepared", "active", "removed"]


class SigningView(TypedDict):
    hash: str
    most_fee: int
    tip: int | None
    created_at: int


class StatusView(TypedDict):
    paused: bool
    since: int | None


class StopView(TypedDict):
    month: int | None
    year: int | None


class TokenView(TypedDict):
    id: str
    holder: str
    role: Literal[
        "resident",
        "merchant",
        "association",
        "partner",
        "registrar",
        "treasurer",
        "auditor",
        "settlement",
        "arbiter",
        "enforcer",
        "guardian",
        "operator",
    ]
    subject: str
    scopes: list[str]
    state: Literal["good", "expired", "revoked"]
    created_at: int
    expires_at: int
    revoked_at: int | None


class TransactionInFull(TypedDict):
    id: int
    lane: str
    nonce: int
    hash: str
    state: Literal["signed", "mined", "final", "reverted", "lost"]
    block_number: int | None
    created_at: int
    attempts: list[SigningView]
    acts: list[CarriedView]


class TransactionView(TypedDict):
    id: int
    lane: str
    nonce: int
    hash: str
    state: Literal["signed", "mined", "final", "reverted", "lost"]
    block_number: int | None
    created_at: int


class VolumeView(TypedDict):
    since: str
    until: str
    cents: int
    payments: int
    threshold: int
    threshold_since: str
    source: str
    percent: int
    level: int | None
    warning: str | None


class WalletView(TypedDict):
    participant: str
    final: int
    incoming: int
    outgoing: int
    spendable: int
    frozen: int
    code: str | None


class WarningView(TypedDict):
    claim: str
    barrier: Literal["month", "year", "city_year", "own_month", "own_year"]
    when: str
    words: WordsView


class WebhookMade(TypedDict):
    id: str
    url: str
    events: list[str]
    state: Literal["enabled", "disabled"]
    gone_at: int | None
    failing_since: int | None
    created_at: int
    secret: str


class WebhookView(TypedDict):
    id: str
    url: str
    events: list[str]
    state: Literal["enabled", "disabled"]
    gone_at: int | None
    failing_since: int | None
    created_at: int


class WeekInFull(TypedDict):
    number: int
    act: str
    job: str
    opens_at: int
    claim_by: int
    submit_by: int
    state: Literal["prepared", "signed", "opened", "skipped", "cancelled"]
    reason: str | None
    job_state: Literal["posting", "open", "closed", "refused"] | None
    told: str | None


class WeekView(TypedDict):
    number: int
    act: str
    job: str
    opens_at: int
    claim_by: int
    submit_by: int
    state: Literal["prepared", "signed", "opened", "skipped", "cancelled"]
    reason: str | None
    job_state: Literal["posting", "open", "closed", "refused"] | None


class WordsView(TypedDict):
    nl: str
    en: str
