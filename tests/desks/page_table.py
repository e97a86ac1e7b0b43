"""Whose each page is: route -> the roles that it answers. One part for each desk."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from heitje_chain.people.roles import OFFICER_ROLES

Roles = frozenset[str]

EVERYBODY: Roles = frozenset({"nobody"})
"""Whoever comes, logged in or not."""

LOGGED_IN: Roles = frozenset({"anybody"})
"""Whoever is logged in, in whatever role."""

OFFICERS: Roles = frozenset(OFFICER_ROLES)


def _of(roles: Roles | str, *routes: str) -> dict[str, Roles]:
    return dict.fromkeys(routes, frozenset(roles.split()) if isinstance(roles, str) else roles)


PAGES: Mapping[str, Roles] = MappingProxyType(
    {
        # assets
        **_of(
            EVERYBODY,
            "GET /static/{name}",
            "GET /worker.js",
        ),
        # city
        **_of(
            "enforcer",
            "GET /city/participants/{participant_id}/block",
            "POST /city/participants/{participant_id}/block",
            "GET /city/participants/{participant_id}/freeze",
            "POST /city/participants/{participant_id}/freeze",
            "POST /city/participants/{participant_id}/unblock",
            "POST /city/participants/{participant_id}/unfreeze",
            "POST /city/recoveries/{recovery_id}/replace",
            "POST /city/pause/begin",
            "POST /city/pause/end",
        ),
        **_of(
            "registrar enforcer",
            "GET /city/cards",
            "GET /city/cards/{resident_id}",
            "POST /city/cards/{resident_id}/block",
        ),
        **_of(
            "registrar",
            "POST /city/cards/{resident_id}",
            "POST /city/cards/{resident_id}/print",
        ),
        **_of("arbiter", "POST /city/disputes/{claim_id}"),
        **_of("auditor", "GET /city/log", "GET /city/reserve/attest", "POST /city/reserve/attest"),
        **_of(
            "settlement",
            "POST /city/payouts/close",
            "POST /city/payouts/redemptions/{redemption_id}/confirm",
            "POST /city/payouts/{number}/booked",
            "GET /city/payouts/{number}/file",
            "POST /city/payouts/{number}/file",
            "POST /city/payouts/{number}/rejected",
            "POST /city/payouts/{number}/returned",
            "POST /city/payouts/{number}/settle",
            "POST /city/repayments",
            "POST /city/repayments/{number}/booked",
            "GET /city/repayments/{number}/file",
            "POST /city/repayments/{number}/rejected",
        ),
        **_of(
            "treasurer",
            "GET /city/budgets/grant",
            "POST /city/budgets/grant",
            "GET /city/budgets/{budget_id}/award",
            "POST /city/budgets/{budget_id}/awards",
            "POST /city/budgets/{budget_id}/close",
            "POST /city/limits",
        ),
        **_of(
            "enforcer registrar",
            "GET /city/participants/{participant_id}/recovery",
            "POST /city/participants/{participant_id}/recovery",
        ),
        **_of(
            "registrar treasurer",
            "GET /city/allowances/new",
            "POST /city/allowances/new",
            "POST /city/allowances/{number}/{decision}",
        ),
        **_of(
            "registrar",
            "GET /city/counter",
            "POST /city/counter/end",
            "GET /city/counter/{resident_id}",
            "POST /city/counter/{resident_id}",
            "GET /city/logins",
            "GET /city/logins/{account_id}/{role}",
            "POST /city/logins/{account_id}/{role}",
            "GET /city/participants/new",
            "POST /city/participants/new",
            "POST /city/participants/ready",
            "GET /city/participants/{participant_id}/account",
            "POST /city/participants/{participant_id}/account",
            "GET /city/participants/{participant_id}/contract",
            "POST /city/participants/{participant_id}/contract",
            "GET /city/participants/{participant_id}/contracts/{contract_id}/end",
            "POST /city/participants/{participant_id}/contracts/{contract_id}/end",
            "GET /city/participants/{participant_id}/iban",
            "POST /city/participants/{participant_id}/iban",
            "GET /city/participants/{participant_id}/record",
            "POST /city/participants/{participant_id}/record",
            "GET /city/participants/{participant_id}/signer",
            "POST /city/participants/{participant_id}/signer",
            "POST /city/participants/{participant_id}/signer/remove",
        ),
        **_of(
            OFFICERS,
            "GET /city",
            "GET /city/allowances",
            "GET /city/participants",
            "GET /city/participants/ready",
            "GET /city/participants/{participant_id}",
            "GET /city/budgets",
            "GET /city/budgets/{budget_id}",
            "GET /city/disputes",
            "GET /city/disputes/{claim_id}",
            "GET /city/equation",
            "POST /city/equation",
            "GET /city/figures",
            "GET /city/limits",
            "GET /city/pause",
            "GET /city/payouts",
            "GET /city/payouts/redemptions",
            "GET /city/payouts/{number}",
            "GET /city/repayments",
            "GET /city/reserve",
            "GET /city/recoveries/{recovery_id}",
        ),
        # counter
        **_of(
            "registrar",
            "GET /counter/{counter_id}/claims",
            "GET /counter/{counter_id}/claims/{claim_id}",
            "POST /counter/{counter_id}/claims/{claim_id}/dispute",
            "GET /counter/{counter_id}/claims/{claim_id}/live",
            "POST /counter/{counter_id}/claims/{claim_id}/submit",
            "POST /counter/{counter_id}/claims/{claim_id}/withdraw",
            "GET /counter/{counter_id}/give",
            "GET /counter/{counter_id}/jobs",
            "GET /counter/{counter_id}/jobs/{job_id}",
            "POST /counter/{counter_id}/jobs/{job_id}/claim",
            "GET /counter/{counter_id}/pay",
            "POST /counter/{counter_id}/pay",
            "GET /counter/{counter_id}/payments/{payment_id}",
            "GET /counter/{counter_id}/payments/{payment_id}/live",
            "GET /counter/{counter_id}/photos/{photo_id}",
            "GET /counter/{counter_id}/wallet",
        ),
        # accessibility
        **_of(EVERYBODY, "GET /accessibility"),
        # login
        **_of(
            EVERYBODY,
            "GET /",
            "POST /language",
            "GET /login",
            "POST /login",
            "POST /login/code",
            "GET /login/passkey",
            "POST /login/passkey",
            "POST /login/passkey/options",
            "POST /logout",
            "GET /offline",
        ),
        **_of(
            LOGGED_IN,
            "GET /account",
            "GET /account/notices",
            "POST /account/notices",
            "POST /account/passkeys",
            "POST /account/passkeys/options",
            "POST /account/passkeys/{passkey_id}/remove",
            "POST /account/sessions/end",
            "POST /account/sessions/{session_id}/end",
            "POST /account/signers",
        ),
        # merchant
        **_of(
            "merchant",
            "GET /till",
            "POST /till",
            "GET /till/card",
            "POST /till/card",
            "GET /till/card/payments/{payment_id}",
            "GET /till/card/payments/{payment_id}/live",
            "POST /till/card/pin",
            "GET /till/code",
            "GET /till/day",
            "GET /till/month",
            "GET /till/payments/{payment_id}",
            "POST /till/payments/{payment_id}/refund",
            "GET /till/redeem",
            "POST /till/redeem",
            "GET /till/redeem/live",
            "GET /till/requests/{request_id}",
            "GET /till/requests/{request_id}/live",
            "GET /till/code.pdf",
            "GET /till/staff",
            "POST /till/staff",
            "GET /till/staff/{till_id}",
            "POST /till/staff/{till_id}/code",
            "POST /till/staff/{till_id}/end",
        ),
        # partner
        **_of(
            "partner",
            "GET /partner",
            "GET /partner/inbox",
            "GET /partner/inbox/approve",
            "POST /partner/inbox/approve",
            "POST /partner/inbox/choose",
            "POST /partner/jobs",
            "POST /partner/jobs/edit",
            "POST /partner/jobs/keep",
            "GET /partner/jobs/kept",
            "POST /partner/jobs/kept/{template_id}/throw-away",
            "GET /partner/jobs/new",
            "POST /partner/jobs/preview",
            "GET /partner/jobs/{job_id}",
            "POST /partner/jobs/{job_id}/close",
            "GET /partner/kinds",
            "POST /partner/kinds",
            "POST /partner/kinds/change",
            "POST /partner/kinds/end",
            "GET /partner/results",
            "GET /partner/weekly/{series_id}",
            "POST /partner/weekly/{series_id}/cancel",
            "GET /partner/work/{claim_id}",
            "GET /partner/work/{claim_id}/reject",
            "POST /partner/work/{claim_id}/reject",
        ),
        # a shop's till
        **_of(EVERYBODY, "GET /till/start", "POST /till/start"),
        **_of("till", "GET /till/off", "POST /till/off"),
        # photos of work
        **_of("resident partner arbiter", "GET /photos/{photo_id}"),
        # association
        **_of(
            "association",
            "GET /club/pay",
            "POST /club/pay",
            "GET /club/payments/{payment_id}",
            "GET /club/payments/{payment_id}/live",
            "GET /club/wallet",
        ),
        # public
        **_of(
            EVERYBODY,
            "GET /figures",
            "GET /declarations",
        ),
        # resident
        **_of(
            "resident",
            "GET /allowance",
            "POST /allowance/elsewhere",
            "POST /allowance/elsewhere/delete",
            "POST /allowance/stop",
            "GET /claims",
            "GET /give",
            "GET /claims/{claim_id}",
            "POST /claims/{claim_id}/dispute",
            "GET /claims/{claim_id}/live",
            "POST /claims/{claim_id}/submit",
            "POST /claims/{claim_id}/withdraw",
            "GET /jobs",
            "GET /jobs/{job_id}",
            "POST /jobs/{job_id}/claim",
            "GET /pay",
            "POST /pay",
            "GET /payments/{payment_id}",
            "GET /payments/{payment_id}/live",
            "GET /wallet",
            "GET /wallet/card",
            "POST /wallet/card/block",
        ),
        **_of(
            EVERYBODY,
            "GET /allowance/explanation",
        ),
        # signing
        **_of(
            OFFICERS,
            "POST /acts/{act_id}/stop",
        ),
        **_of(
            OFFICERS | {"partner"},
            "GET /acts/{act_id}",
            "GET /acts/{act_id}/live",
            "POST /acts/{act_id}/sign",
        ),
        **_of(  # at an address of their own, where nobody is logged in
            EVERYBODY,
            "GET /enrol/{secret}",
            "POST /enrol/{secret}",
            "POST /enrol/{secret}/options",
            "GET /sign/{secret}/{act_id}",
            "POST /sign/{secret}/{act_id}",
            "POST /sign/{secret}/{act_id}/options",
        ),
    }
)
