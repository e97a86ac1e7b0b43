"""Figures about the chain, counted where it happens, for Prometheus. No label names anybody or anything."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import Counter

from .model import DONE, FAILED

NODE_ERRORS = Counter(
    "heitje_node_errors",
    "Questions that the node did not answer (unavailable) or refused, without reverts.",
    ("method", "kind"),
)
SENDS = Counter(
    "heitje_sends", "Signed bytes handed to the node: taken, refused or unanswered.", ("outcome",)
)
BISECTIONS = Counter("heitje_bisections", "Batches that were halved, since the contract refused a part.")
BUMPS = Counter("heitje_fee_bumps", "Transactions that were offered again for more.")
AT_CEILING = Counter("heitje_fee_ceiling", "Times that a transaction waited, as fees are above our ceiling.")
REVERTS = Counter("heitje_reverts", "Transactions of ours that reverted in a block.")
STEPS_BACK = Counter("heitje_chain_steps_back", "Times that blocks which were seen are gone.")
NOT_BUILT = Counter(
    "heitje_intents_not_built", "Intents whose call could not be made, as when a key is lost."
)
ENDED = Counter("heitje_intents_ended", "Intents that ended: done, or failed.", ("kind", "outcome"))
POSTPONED = Counter("heitje_intents_postponed", "Times that an intent was told to wait.", ("kind",))


def know_kinds(kinds: Iterable[str]) -> None:
    """Have a figure for each kind of intent from the start, so that the first failure counts as a rise."""
    for kind in kinds:
        for outcome in (DONE, FAILED):
            ENDED.labels(kind, outcome)
