"""Who may ask what: every route with the roles that may, and what it answers them.

Whoever adds a route adds a row; `test_access.py` walks all of them. A row says

    roles     who may; anybody else gets 403, and 401 without a good token
    status    what one's own object answers, or a request that names none. An order is sent so that it is
              refused for what it is and changes nothing: 400 or 409 say that the caller came through. None:
              there is no such object in the test's town
    about     the kind of object that is named, in the path or as "{it}" in the body. One that is not there
              answers 404, and another's of the same kind answers exactly like that
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

OFFICERS = ("registrar", "treasurer", "auditor", "settlement", "arbiter", "enforcer", "guardian")
EVERYBODY = ("resident", "merchant", "association", "partner", *OFFICERS, "operator")

SIGNATURE = "0x" + "11" * 65
SIGNED = {"act": "{it}", "signature": SIGNATURE}
SIGNED_NOTHING = {"act": "0" * 64, "signature": SIGNATURE}


@dataclass(frozen=True)
class Row:
    roles: frozenset[str]
    status: int | None
    about: str | None = None
    body: Mapping[str, Any] | None = None


def row(
    roles: str | Iterable[str],
    status: int | None,
    about: str | None = None,
    body: Mapping[str, Any] | None = None,
) -> Row:
    return Row(frozenset(roles.split() if isinstance(roles, str) else roles), status, about, body)


def signed(role: str) -> Row:
    """The sister of a `prepare` route: an act that is not one's own, or of another kind, is not there."""
    return row(role, None, "act", SIGNED)


WITHOUT_TOKEN = {
    "GET /healthz",
    "GET /readyz",
    "GET /api/docs",
    "GET /api/openapi.json",
    "GET /api/v1/chain",
    "GET /api/v1/declarations",
    "GET /api/v1/declarations.csv",
    "GET /api/v1/reasons",
    "GET /problems",
    "GET /problems/{slug}",
}

_PEOPLE = {
    "POST /api/v1/residents": row("registrar", 400, body={"id": "x", "name": "x"}),
    "POST /api/v1/merchants": row("registrar", 400, body={}),
    "POST /api/v1/associations": row("registrar", 400, body={"id": "x", "name": "x"}),
    "POST /api/v1/partners": row("registrar", 400, body={"id": "x", "name": "x"}),
    "PUT /api/v1/merchants/{participant_id}/account": row(
        "registrar", 400, "merchant", {"iban": "NL00", "account_holder": "x"}
    ),
    "GET /api/v1/residents": row(OFFICERS, 200),
    "GET /api/v1/merchants": row(OFFICERS, 200),
    "GET /api/v1/associations": row(OFFICERS, 200),
    "GET /api/v1/partners": row(OFFICERS, 200),
    "GET /api/v1/residents/{participant_id}": row(OFFICERS, 200, "resident"),
    "GET /api/v1/merchants/{participant_id}": row(OFFICERS, 200, "merchant"),
    "GET /api/v1/associations/{participant_id}": row(OFFICERS, 200, "association"),
    "GET /api/v1/partners/{participant_id}": row(OFFICERS, 200, "partner"),
    "GET /api/v1/partners/{participant_id}/signers": row(OFFICERS, 200, "partner"),
    "GET /api/v1/accounts": row("registrar", 200),
    "POST /api/v1/accounts": row("registrar", 400, body={"email": "x", "role": "resident", "subject": "x"}),
    "DELETE /api/v1/accounts/{account_id}/passkeys": row("registrar", None),
    "DELETE /api/v1/accounts/{account_id}/roles/{role}": row("registrar", None),
    "POST /api/v1/admissions/prepare": row("registrar", 409, "person", {"participants": ["{it}"]}),
    "POST /api/v1/admissions": signed("registrar"),
    "POST /api/v1/signers/prepare": row("registrar", 400, body={"partner": "x", "signer": "x"}),
    "POST /api/v1/signers": signed("registrar"),
    "POST /api/v1/signer-removals/prepare": row("registrar", 400, body={"partner": "x", "signer": "x"}),
    "POST /api/v1/signer-removals": signed("registrar"),
    "POST /api/v1/blocks/prepare": row("enforcer", 400, body={"participant": "x", "reason": 1}),
    "POST /api/v1/blocks": signed("enforcer"),
    "POST /api/v1/unblocks/prepare": row("enforcer", 409, "person", {"participant": "{it}"}),
    "POST /api/v1/unblocks": signed("enforcer"),
    "GET /api/v1/status": row(EVERYBODY, 200),
    "GET /api/v1/freezes": row(OFFICERS, 200),
    "POST /api/v1/freezes/prepare": row("enforcer", 400, body={"participant": "x", "cents": 1, "reason": 1}),
    "POST /api/v1/freezes": signed("enforcer"),
    "POST /api/v1/unfreezes/prepare": row("enforcer", 409, "person", {"participant": "{it}"}),
    "POST /api/v1/unfreezes": signed("enforcer"),
    "POST /api/v1/pauses/prepare": row("enforcer", 400, body={"reason": -1}),
    "POST /api/v1/pauses": signed("enforcer"),
    "POST /api/v1/unpauses/prepare": row("enforcer", 409, body={}),
    "POST /api/v1/unpauses": signed("enforcer"),
    "POST /api/v1/forces/prepare": row(
        "enforcer", 400, body={"payer": "x", "payee": "x", "cents": 1, "reason": 1}
    ),
    "POST /api/v1/forces": signed("enforcer"),
    "POST /api/v1/recoveries": row(["registrar", "enforcer"], 400, body={"participant": "x"}),
    "GET /api/v1/recoveries": row(OFFICERS, 200),
    "GET /api/v1/recoveries/{recovery_id}": row(OFFICERS, None, "recovery"),
    "POST /api/v1/recoveries/{recovery_id}/replacement/prepare": row("enforcer", None, "recovery", {}),
    "POST /api/v1/recoveries/{recovery_id}/replacement": row("enforcer", None, "recovery", SIGNED_NOTHING),
    "GET /api/v1/me": row(EVERYBODY, 200),
    "GET /api/v1/tokens": row(EVERYBODY, 200),
    "POST /api/v1/tokens": row("registrar", 400, "person", {"participant": "{it}", "scopes": ["x"]}),
    "DELETE /api/v1/tokens/{token_id}": row(EVERYBODY, 204, "token"),
}

_CONTRACTS = {
    "POST /api/v1/merchant-contracts": row("registrar", 400, body={}),
    "GET /api/v1/merchant-contracts": row(["merchant", *OFFICERS], 200),
    "GET /api/v1/merchant-contracts/{contract_id}": row(["merchant", *OFFICERS], 200, "contract"),
    "POST /api/v1/merchant-contracts/{contract_id}/end": row(
        "registrar", 409, "contract", {"last_day": "2150-01-01"}
    ),
    "GET /api/v1/merchants/{participant_id}/acceptance": row(["merchant", *OFFICERS], 200, "merchant"),
}

_ACTS = {
    "GET /api/v1/acts": row(["partner", *OFFICERS], 200),
    "GET /api/v1/acts/{act_id}": row(["partner", *OFFICERS], 200, "act"),
    "POST /api/v1/acts/{act_id}/cancellation/prepare": row(
        "registrar treasurer enforcer guardian", None, "act", {}
    ),
    "POST /api/v1/acts/{act_id}/cancellation": row(
        "registrar treasurer enforcer guardian", None, "act", SIGNED
    ),
}

_BUDGETS = {
    "GET /api/v1/budgets": row(["partner", *OFFICERS], 200),
    "POST /api/v1/grants/prepare": row(
        "treasurer", 409, "partner", {"partner": "{it}", "period": 2026, "cents": 10**11}
    ),
    "POST /api/v1/grants": signed("treasurer"),
    "POST /api/v1/budget-closings/prepare": row("treasurer", 400, body={}),
    "POST /api/v1/budget-closings": signed("treasurer"),
    "POST /api/v1/awards/prepare": row("treasurer", 400, body={}),
    "POST /api/v1/awards": signed("treasurer"),
    "POST /api/v1/attestations/prepare": row("auditor", 400, body={}),
    "POST /api/v1/attestations": signed("auditor"),
    "POST /api/v1/mint-limits/prepare": row("treasurer", 400, body={}),
    "POST /api/v1/mint-limits": signed("treasurer"),
}

_REPORTS = {
    "GET /api/v1/activity": row("resident merchant association partner", 200),
    "GET /api/v1/reserve": row(OFFICERS, 200),
    "GET /api/v1/meters": row(OFFICERS, 200),
    "GET /api/v1/mint-limits": row(["partner", *OFFICERS], 200),
    "GET /api/v1/residents/{participant_id}/wallet": row("registrar auditor enforcer", 200, "resident"),
    "GET /api/v1/merchants/{participant_id}/wallet": row("registrar auditor enforcer", 200, "merchant"),
    "GET /api/v1/associations/{participant_id}/wallet": row("registrar auditor enforcer", 200, "association"),
}

_STREAMS = {  # of what is over, so that they end
    "GET /api/v1/claims/{claim_id}/events": row(["resident", "partner", *OFFICERS], 200, "claim"),
    "GET /api/v1/payments/{payment_id}/events": row(
        ["resident", "merchant", "association", *OFFICERS], 200, "payment"
    ),
    "GET /api/v1/payment-requests/{request_id}/events": row(
        ["resident", "merchant", "association", *OFFICERS], None, "request"
    ),
}

_OPERATIONS = {
    "GET /api/v1/lanes": row("operator", 200),
    "POST /api/v1/lanes/{name}/resumption": row("operator", None, "lane", {}),
    "GET /api/v1/transactions": row("operator", 200),
    "GET /api/v1/transactions/{number}": row("operator", None, "batch"),
    "GET /api/v1/intents": row("operator", 200),
    "GET /api/v1/intents/{intent_id}": row("operator", 200, "payment"),
    "POST /api/v1/intents/{intent_id}/retry": row("operator", 409, "payment", {}),
}

_JOBS = {
    "POST /api/v1/job-series": row("partner", 400, body={}),
    "GET /api/v1/job-series": row(["partner", *OFFICERS], 200),
    "GET /api/v1/job-series/{series_id}": row(["partner", *OFFICERS], 200, "series"),
    "POST /api/v1/job-series/{series_id}/signatures": row(
        "partner", 404, "series", {"signatures": [SIGNED_NOTHING]}
    ),
    "POST /api/v1/job-series/{series_id}/cancellation": row("partner", 404, "series", {"weeks": [50]}),
    "POST /api/v1/declarations": row("partner", 400, body={}),
    "POST /api/v1/declaration-endings": row("partner", 404, body={"kinds": ["?"], "ended_by": "x"}),
    "POST /api/v1/jobs/prepare": row("partner", 400, body={}),
    "POST /api/v1/jobs": row("partner", 400, "act", SIGNED),
    "GET /api/v1/jobs": row(["resident", "partner", *OFFICERS], 200),
    "GET /api/v1/jobs/{job_id}": row(["resident", "partner", *OFFICERS], 200, "job"),
    "POST /api/v1/job-closings/prepare": row("partner", 200, "job", {"job": "{it}"}),
    "POST /api/v1/job-closings": signed("partner"),
    "POST /api/v1/claims": row("resident", 409, "job", {"job": "{it}"}),
    "GET /api/v1/claims": row(["resident", "partner", *OFFICERS], 200),
    "GET /api/v1/claims/{claim_id}": row(["resident", "partner", *OFFICERS], 200, "claim"),
    "GET /api/v1/claims/{claim_id}/photos": row(["resident", "partner", "arbiter"], 200, "claim"),
    "GET /api/v1/photos/{photo_id}": row(["resident", "partner", "arbiter"], None, "photo"),
    "POST /api/v1/claims/{claim_id}/withdrawal": row("resident", 409, "claim", {}),
    "POST /api/v1/claims/{claim_id}/submission": row("resident", 409, "claim", {}),
    "POST /api/v1/claims/{claim_id}/dispute": row("resident", 409, "claim", {"words": "Nee"}),
    "POST /api/v1/approvals/prepare": row("partner", 409, "claim", {"claims": ["{it}"]}),
    "POST /api/v1/approvals": signed("partner"),
    "POST /api/v1/rejections/prepare": row(
        "partner", 409, "claim", {"claim": "{it}", "reason": 1, "words": "Nee"}
    ),
    "POST /api/v1/rejections": signed("partner"),
    "POST /api/v1/decisions/prepare": row(
        "arbiter", 409, "claim", {"claim": "{it}", "award": True, "reason": 1, "words": "Ja"}
    ),
    "POST /api/v1/decisions": signed("arbiter"),
}

_RECORD = {"confirmed": True, "under_21": True}  # without the day on which that is over
_ALLOWANCE = {
    "GET /api/v1/allowance": row("resident", 200),
    "GET /api/v1/allowance/explanation": row(EVERYBODY, 200),
    "PUT /api/v1/allowance/stop": row("resident", 400, body={"month": -1}),
    "DELETE /api/v1/allowance/stop": row("resident", 204),
    "PUT /api/v1/allowance/elsewhere": row("resident", 400, body={}),
    "DELETE /api/v1/allowance/elsewhere/{month}": row("resident", None),
    "GET /api/v1/allowance-limits": row(OFFICERS, 200),
    "GET /api/v1/allowance-limits/current": row(OFFICERS, 200),
    "GET /api/v1/allowance-limits/{number}": row(OFFICERS, None, "batch"),
    "POST /api/v1/allowance-limits": row("registrar treasurer", 400, body={}),
    "POST /api/v1/allowance-limits/{number}/confirmation": row("registrar treasurer", None, "batch", {}),
    "POST /api/v1/allowance-limits/{number}/rejection": row("registrar treasurer", None, "batch", {}),
    "POST /api/v1/allowance-limits/{number}/withdrawal": row("registrar treasurer", None, "batch", {}),
    "GET /api/v1/residents/{participant_id}/allowance-record": row("registrar", 200, "resident"),
    "PUT /api/v1/residents/{participant_id}/allowance-record": row("registrar", 400, "resident", _RECORD),
    "PUT /api/v1/residents/{participant_id}/merger": row("registrar", 409, "resident", {"into": "{it}"}),
}

_PAYMENTS = {
    "POST /api/v1/payment-requests": row("merchant", 400, body={}),
    "GET /api/v1/payment-requests/{request_id}": row(
        ["resident", "merchant", "association", *OFFICERS], 200, "request"
    ),
    "POST /api/v1/payments": row("resident association", 409, "code", {"code": "{it}", "cents": 10**9}),
    "GET /api/v1/payments": row(["resident", "merchant", "association", *OFFICERS], 200),
    "GET /api/v1/payments/{payment_id}": row(
        ["resident", "merchant", "association", *OFFICERS], 200, "payment"
    ),
    "POST /api/v1/payments/{payment_id}/refunds": row("merchant", 409, "payment", {"cents": 10**9}),
    "GET /api/v1/wallet": row("resident merchant association", 200),
}

_SETTLEMENT = {
    "POST /api/v1/redemptions": row("merchant", 409, body={"cents": 10**9}),
    "GET /api/v1/redemptions": row(["merchant", *OFFICERS], 200),
    "GET /api/v1/redemptions/{redemption_id}": row(["merchant", *OFFICERS], 200, "redemption"),
    "POST /api/v1/redemptions/{redemption_id}/account-confirmation": row("settlement", 409, "redemption", {}),
    "POST /api/v1/redemptions/{redemption_id}/bank-return": row(
        "settlement", 409, "redemption", {"end_to_end_id": "x", "occurred_at": 1, "reason": "AC04"}
    ),
    "POST /api/v1/payout-batches/prepare": row("settlement", 200, body={}),
    "POST /api/v1/payout-batches": signed("settlement"),
    "GET /api/v1/payout-batches": row(OFFICERS, 200),
    "GET /api/v1/payout-batches/{number}": row(OFFICERS, None, "batch"),
    "POST /api/v1/payout-batches/{number}/file": row("settlement", None, "batch", {}),
    "GET /api/v1/payout-batches/{number}/file": row("settlement", None, "batch"),
    "POST /api/v1/payout-batches/{number}/outcomes": row("settlement", None, "batch", {}),
    "POST /api/v1/payout-batches/{number}/settlement/prepare": row("settlement", None, "batch", {}),
    "POST /api/v1/payout-batches/{number}/settlement": row("settlement", None, "batch", SIGNED_NOTHING),
    "POST /api/v1/reconciliations": row([*OFFICERS, "operator"], 202, body={}),
    "GET /api/v1/reconciliations": row([*OFFICERS, "operator"], 200),
    "GET /api/v1/reconciliations/{reconciliation_id}": row([*OFFICERS, "operator"], None, "reconciliation"),
}

_REPAYMENTS = {
    "POST /api/v1/repayments": row("settlement", 409, body={}),
    "GET /api/v1/repayments": row(OFFICERS, 200),
    "GET /api/v1/repayments/{number}": row(OFFICERS, None, "batch"),
    "GET /api/v1/repayments/{number}/file": row("settlement", None, "batch"),
    "POST /api/v1/repayments/{number}/outcomes": row("settlement", None, "batch", {"occurred_at": 1}),
}

_WEBHOOKS = {
    "POST /api/v1/webhooks": row("merchant partner", 400, body={}),
    "GET /api/v1/webhooks": row("merchant partner", 200),
    "GET /api/v1/webhooks/{webhook_id}": row("merchant partner", 200, "webhook"),
    "PATCH /api/v1/webhooks/{webhook_id}": row("merchant partner", 400, "webhook", {"url": "x"}),
    "POST /api/v1/webhooks/{webhook_id}/secret": row("merchant partner", 201, "webhook", {}),
    "POST /api/v1/webhooks/{webhook_id}/test": row("merchant partner", 202, "webhook", {}),
    "GET /api/v1/webhooks/{webhook_id}/deliveries": row("merchant partner", 200, "webhook"),
    "GET /api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}": row("merchant partner", None, "webhook"),
    "POST /api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redelivery": row(
        "merchant partner", None, "webhook", {}
    ),
    "POST /api/v1/webhooks/{webhook_id}/recovery": row("merchant partner", 202, "webhook", {"since": 1}),
    "DELETE /api/v1/webhooks/{webhook_id}": row("merchant partner", 204, "webhook"),
}

ROUTES: Mapping[str, Row] = {
    **_PEOPLE,
    **_CONTRACTS,
    **_ACTS,
    **_BUDGETS,
    **_JOBS,
    **_ALLOWANCE,
    **_PAYMENTS,
    **_SETTLEMENT,
    **_REPAYMENTS,
    **_WEBHOOKS,
    **_REPORTS,
    **_STREAMS,
    **_OPERATIONS,
}
