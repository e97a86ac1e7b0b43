"""What is refused about stops.

Refused
├── CoinPaused     409  no coin moves now, so what was asked would be refused by the contract
├── PausedAlready  409
├── CoinMoves      409  there is no pause to end
├── NothingFrozen  409
├── ForcedToItself 409  coins would go to whoever has them
└── ForcedTooMuch  409  more than the balance
"""

from __future__ import annotations

from heitje_chain.http.problems import Refused


class CoinPaused(
    Refused,
    slug="coin-paused",
    status=409,
    nl="De Heitje staat nu stil: er kan niets worden betaald of ingewisseld. Er is niets afgeschreven. "
    "Probeer het later opnieuw.",
    en="The Heitje is paused now: nothing can be paid or redeemed. Nothing was taken from you. "
    "Try again later.",
):
    """What was asked moves coins, which `GET /status` tells do not move."""


class PausedAlready(
    Refused,
    slug="coin-paused-already",
    status=409,
    nl="De Heitje staat al stil.",
    en="The Heitje is paused already.",
):
    """A second pause would wait for the end of the first, and stop the coin again."""


class CoinMoves(
    Refused,
    slug="coin-not-paused",
    status=409,
    nl="De Heitje staat niet stil.",
    en="The Heitje is not paused.",
):
    """There is nothing to end."""


class NothingFrozen(
    Refused,
    slug="nothing-frozen",
    status=409,
    nl="Van deze deelnemer is niets bevroren.",
    en="Nothing of this participant's is frozen.",
):
    """There is no freeze to lift."""


class ForcedToItself(
    Refused,
    slug="forced-to-itself",
    status=409,
    nl="Van wie en naar wie zijn dezelfde deelnemer. Kies wie de Heitjes krijgt.",
    en="The coins would go to whoever has them already. Choose somebody else.",
):
    """Nothing would move, and a freeze would be lowered."""


class ForcedTooMuch(
    Refused,
    slug="forced-too-much",
    status=409,
    nl="Deze deelnemer heeft maar {balance:euros}. Er kan niet meer worden verplaatst dan er is.",
    en="This participant has only {balance:euros}. No more can be moved than there is.",
):
    """More than the final balance; what is frozen counts, what is locked for redemption does not."""

    def __init__(self, balance: int) -> None:
        self.balance = balance
