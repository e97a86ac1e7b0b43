"""What is refused about sending.

Refused
├── LaneUnknown         404
├── LaneNotPaused       409
└── TransactionUnknown  404
"""

from __future__ import annotations

from heitje_chain.http.problems import Refused


class LaneUnknown(
    Refused,
    slug="lane-unknown",
    status=404,
    nl="Deze verzendrekening kennen wij niet.",
    en="We do not know this sending lane.",
):
    """No account sends under this name."""


class LaneNotPaused(
    Refused,
    slug="lane-not-paused",
    status=409,
    nl="Deze verzendrekening ligt niet stil.",
    en="This sending lane is not paused.",
):
    """It sends, or was let go on a moment ago."""


class TransactionUnknown(
    Refused,
    slug="transaction-unknown",
    status=404,
    nl="Deze transactie kennen wij niet.",
    en="We do not know this transaction.",
):
    """No such number."""
