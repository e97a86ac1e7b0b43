"""What is refused about comparisons.

Refused
├── ReconciliationUnknown   404
└── NothingFinal            503  no final block to compare at yet
"""

from __future__ import annotations

from heitje_chain.http.problems import Refused


class ReconciliationUnknown(
    Refused,
    slug="reconciliation-unknown",
    status=404,
    nl="Deze controle kennen wij niet.",
    en="We do not know this reconciliation.",
):
    """No such comparison."""


class NothingFinal(
    Refused,
    slug="nothing-final",
    status=503,
    nl="Er is nog geen definitief blok om op te controleren. Laat de worker draaien en probeer het opnieuw.",
    en="There is no final block to compare at yet. Let the worker run, and try again.",
):
    """The worker has read no block, or the node keeps no state of the newest one that it read."""
