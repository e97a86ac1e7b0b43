"""What the API's description begins with, and its parts in the order in which they are read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

TAGS: tuple[tuple[str, str], ...] = (
    ("jobs", "What partners have to be done. Posting and closing a job is prepared, then signed."),
    ("job series", "A job every week: signed beforehand, opened by itself while the budget lasts."),
    ("declarations", "The public register of what partners declared: that their jobs replace no paid work."),
    ("claims", "What residents do with jobs: take one, give it back, hand work in, dispute a rejection."),
    ("allowance", "What residents may still earn, the limits that say so, and what the registrar records."),
    ("decisions", "What partners decide about work, and the arbiter about disputes: prepared, then signed."),
    ("payments", "A till's request, paying by a code, refunds, and wallets."),
    ("settlement", "Redemptions, payout batches, bank files, and what the bank did."),
    ("webhooks", "Be told what became final, at an address of one's own."),
    ("reports", "What happened around oneself, and the reserve."),
    ("budgets", "What partners may promise, awards, mint limits and the attested reserve."),
    ("acts", "What was prepared to be signed, and how far it is."),
    ("access tokens", "Who one is, and with which tokens."),
    ("accounts", "Who uses the pages, by e-mail address, and in which roles."),
    ("participants", "Residents, merchants, associations and partners."),
    ("merchants' contracts", "What shops agreed with the municipality, and for how long they take Heitjes."),
    ("officers' acts about people", "Admission, partners' signers, blocking: prepared, then signed."),
    ("wallet recovery", "Replacing a lost wallet, and cancelling what waits for its delay."),
    ("stops", "Freezing somebody's coins, moving them by force, pausing all of them; whether coins move."),
    ("reconciliation", "Chain, books and bank compared."),
    ("sending", "For operators: what was sent to the chain."),
    ("problems", "All kinds of refusals, explained."),
)

READERS: tuple[tuple[str, str], ...] = (
    ("partner", "If you are a partner"),
    ("merchant", "If you are a shop"),
)
"""Roles whose own systems ask, and the heading over what they may."""

_HERE = Path(__file__).parent
_UNITS = ((86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds"))


@dataclass(frozen=True)
class Deployment:
    """What was fixed for good when the contracts were deployed, as far as a partner must know it."""

    chain_id: int
    job_escrow: str
    """Address."""
    decision_window: int
    """Seconds."""
    dispute_window: int


def introduction(deployment: Deployment | None = None) -> str:
    """Return the Markdown that a developer of a partner or a shop reads first.

    Args:
        deployment: whose terms and addresses are told; without it they are the municipality's
    """
    text = "\n".join(
        (_HERE / file).read_text(encoding="utf-8") for file in ("introduction.md", "webhooks/guide.md")
    )
    for name, words in _told(deployment).items():
        text = text.replace(f"{{{name}}}", words)
    return text


def _told(deployment: Deployment | None) -> dict[str, str]:
    if deployment is None:
        unknown = "the time that the municipality fixed"
        return {"decision_window": unknown, "dispute_window": unknown, "domain": ""}
    return {
        "decision_window": _in_words(deployment.decision_window),
        "dispute_window": _in_words(deployment.dispute_window),
        "domain": f"Here `chainId` is `{deployment.chain_id}`, and what a partner signs has the "
        f"`verifyingContract` `{deployment.job_escrow}`.",
    }


def _in_words(seconds: int) -> str:
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    return f"{seconds // size} {unit}"
