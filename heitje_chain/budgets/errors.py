"""What is refused about budgets.

Refused
├── BudgetUnknown     404
├── BudgetClosed      409
├── BudgetExceeded    409  more than nobody was promised yet
├── NotCovered        409  coins and promises would be more than the euros in the bank
├── StatementTooOld   400  the statement is not newer than the last one, or from the future
├── StatementHashMissing 400  neither a file nor 64 hex digits
└── LimitInvalid      400
"""

from __future__ import annotations

from heitje_chain.http.problems import Refused


class BudgetUnknown(
    Refused,
    slug="budget-unknown",
    status=404,
    nl="Deze partner heeft in {period} geen budget.",
    en="This partner has no budget in {period}.",
):
    def __init__(self, period: int) -> None:
        self.period = period


class BudgetClosed(
    Refused,
    slug="budget-closed",
    status=409,
    nl="Het budget van {period} is gesloten.",
    en="The budget of {period} is closed.",
):
    def __init__(self, period: int) -> None:
        self.period = period


class BudgetExceeded(
    Refused,
    slug="budget-exceeded",
    status=409,
    nl="Dit kost {asked:euros} en in het budget is nog {available:euros} vrij.",
    en="This takes {asked:euros}, and the budget has {available:euros} left.",
):
    def __init__(self, asked: int, available: int) -> None:
        self.asked, self.available = asked, available


class NotCovered(
    Refused,
    slug="grant-not-covered",
    status=409,
    nl="Er zou {promised:euros} beloofd zijn en op de rekening staat {reserve:euros}.",
    en="{promised:euros} would be promised, and the account holds {reserve:euros}.",
):
    def __init__(self, promised: int, reserve: int) -> None:
        self.promised, self.reserve = promised, reserve


class StatementTooOld(
    Refused,
    slug="statement-too-old",
    status=400,
    nl="Dit afschrift is niet nieuwer dan het vorige, of het is van een later moment dan nu.",
    en="This statement is not newer than the last one, or it speaks of a moment after now.",
):
    """`as_of` does not lie after the last statement's, or lies in the future."""


class LimitInvalid(
    Refused,
    slug="mint-limit-invalid",
    status=400,
    nl="Een limiet is minstens {least:euros} en loopt over een uur tot 31 dagen.",
    en="A limit is at least {least:euros}, over an hour to 31 days.",
):
    def __init__(self, least: int) -> None:
        self.least = least


class StatementHashMissing(
    Refused,
    slug="statement-hash-missing",
    status=400,
    nl="Kies het bestand van het afschrift, of typ zijn SHA-256: 64 cijfers en letters van a tot f.",
    en="Choose the file of the statement, or type its SHA-256: 64 digits and letters from a to f.",
):
    """Nobody could show later which statement was looked at."""
