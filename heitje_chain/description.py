"""What the API's description begins with, and its parts in the order in which they are read."""

from __future__ import annotations

from pathlib import Path

TAGS: tuple[tuple[str, str], ...] = (
    ("jobs", "What partners have to be done. Posting and closing a job is prepared, then signed."),
    ("claims", "What residents do with jobs: take one, give it back, hand work in, dispute a rejection."),
    ("decisions", "What partners decide about work, and the arbiter about disputes: prepared, then signed."),
    ("payments", "A till's request, paying by a code, refunds, and wallets."),
    ("settlement", "Redemptions, payout batches, bank files, and what the bank did."),
    ("webhooks", "Be told what became final, at an address of one's own."),
    ("reports", "What happened around oneself, and the reserve."),
    ("budgets", "What partners may promise, awards, mint limits and the attested reserve."),
    ("acts", "What was prepared to be signed, and how far it is."),
    ("access tokens", "Who one is, and with which tokens."),
    ("participants", "Residents, merchants, associations and partners."),
    ("officers' acts about people", "Admission, partners' signers, blocking: prepared, then signed."),
    ("wallet recovery", "Replacing a lost wallet, and cancelling what waits for its delay."),
    ("stops", "Freezing somebody's coins and pausing all of them; whether coins move."),
    ("reconciliation", "Chain, books and bank compared."),
    ("sending", "For operators: what was sent to the chain."),
    ("problems", "All kinds of refusals, explained."),
)


def introduction() -> str:
    """Return the Markdown that a developer of a partner reads first."""
    return (Path(__file__).parent / "introduction.md").read_text(encoding="utf-8")
