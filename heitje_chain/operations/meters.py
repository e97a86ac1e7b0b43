"""Figures that the worker counts as it goes round."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

ROUNDS = Counter(
    "heitje_worker_rounds",
    "Rounds: done, or what they could not do without.",
    ("outcome",),
)
for _outcome in ("done", "node_unavailable", "database_unavailable", "key_store_unavailable"):
    ROUNDS.labels(_outcome)  # there from the start, so that the first one counts as a rise
ROUND_SECONDS = Histogram(
    "heitje_worker_round_seconds",
    "How long a round of the worker took.",
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
)
