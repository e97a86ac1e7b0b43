"""What is refused about reasons.

Refused
└── ReasonUnknown  400
"""

from __future__ import annotations

from collections.abc import Iterable

from heitje_chain.http.problems import Refused


class ReasonUnknown(
    Refused,
    slug="reason-unknown",
    status=400,
    nl="Deze reden staat niet op de lijst. Kies uit: {known}.",
    en="This reason is not on the list. Choose one of: {known}.",
    members=("known",),
):
    """The list is at `GET /api/v1/reasons`."""

    def __init__(self, codes: Iterable[int]) -> None:
        self.known = ", ".join(str(code) for code in sorted(codes))
