"""What is refused about declarations.

Refused
├── KindNotDeclared     409  a job of a kind for which no declaration is in force
└── DeclarationMissing  404  there is none in force that could be ended
"""

from __future__ import annotations

from heitje_chain.http.problems import Refused


class KindNotDeclared(
    Refused,
    slug="kind-not-declared",
    status=409,
    nl="Voor klussen van het soort '{kind}' heb je niet verklaard dat ze geen betaald werk vervangen. Leg "
    "die verklaring eerst af; ze staat daarna in het openbare register.",
    en="You have not declared that jobs of the kind '{kind}' replace no paid work. Make that declaration "
    "first; it is then in the public register.",
):
    def __init__(self, kind: str) -> None:
        self.kind = kind


class DeclarationMissing(
    Refused,
    slug="declaration-missing",
    status=404,
    nl="Voor het soort '{kind}' geldt van jou geen verklaring. Kijk in het register hoe het heet.",
    en="No declaration of yours is in force for the kind '{kind}'. See in the register how it is spelt.",
):
    """Never declared, or ended already."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
