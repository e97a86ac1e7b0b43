"""What is refused about stops.

Refused
├── CoinPaused     409  no coin moves now, so what was asked would be refused by the contract
├── PausedAlready  409
├── CoinMoves      409  there is no pause to end
└── NothingFrozen  409
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
