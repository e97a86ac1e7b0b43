"""What is refused about sending.

Refused
├── LaneUnknown          404
├── LaneNotPaused        409
├── TransactionUnknown   404
├── IntentUnknown        404
└── why an intent is not tried again:
    ├── IntentDone           409  the chain has recorded it
    ├── IntentSent           409  it is in a transaction, which goes on by itself
    ├── IntentTriedAlready   409  it is next anyway
    ├── IntentBeforeItsTime  409  its delay is running
    ├── LaneStandsStill      409  nothing is sent now
    ├── IntentOrdered        409  whoever ordered it was told that it did not happen
    └── IntentOvertaken      409  something else took its place
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


class IntentUnknown(
    Refused,
    slug="intent-unknown",
    status=404,
    nl="Deze opdracht voor de keten kennen wij niet.",
    en="We do not know this intent.",
):
    """Nothing that was wanted of the chain has this id."""


class IntentDone(
    Refused,
    slug="intent-done",
    status=409,
    nl="Dit staat al op de keten. Er is niets opnieuw te proberen.",
    en="The chain has recorded this already. There is nothing to try again.",
):
    """Its event is there, final or about to be: it happened, or its id was used for something else."""


class IntentSent(
    Refused,
    slug="intent-sent",
    status=409,
    nl="Dit zit in transactie {hash}, die vanzelf verdergaat. In een tweede transactie zou het dubbel worden "
    "verstuurd.",
    en="This is in transaction {hash}, which goes on by itself. In a second one it would be sent twice.",
):
    """Its bytes are signed: they are sent again, and more is offered for them, under the same nonce."""

    def __init__(self, transaction_hash: str) -> None:
        self.hash = transaction_hash


class IntentTriedAlready(
    Refused,
    slug="intent-tried-already",
    status=409,
    nl="Dit is al aan de beurt: de worker probeert het vanzelf. Gebeurt er niets, kijk dan of er een worker "
    "draait.",
    en="This is next anyway: the worker tries it by itself. If nothing happens, see whether a worker runs.",
):
    """It waits, and for nothing."""


class IntentBeforeItsTime(
    Refused,
    slug="intent-before-its-time",
    status=409,
    nl="Hiervan loopt de wachttijd nog. Daarna gebeurt het vanzelf; eerder weigert het contract.",
    en="Its delay is still running. It happens by itself afterwards; the contract refuses it before.",
):
    """A delayed act that was scheduled."""


class LaneStandsStill(
    Refused,
    slug="lane-stands-still",
    status=409,
    nl="Verzendrekening {lane} ligt stil, dus er wordt niets verstuurd. Laat haar eerst weer verzenden.",
    en="The sending lane {lane} is paused, so nothing is sent. Let it go on first.",
):
    """Its key was used elsewhere, or it is just being let go on."""

    def __init__(self, lane: str) -> None:
        self.lane = lane


class IntentOrdered(
    Refused,
    slug="intent-ordered",
    status=409,
    nl="Wie dit vroeg, kreeg te horen dat het niet doorging, en kan het opnieuw hebben gevraagd. Opnieuw "
    "proberen zou het dubbel doen. Laat die persoon het zelf opnieuw vragen.",
    en="Whoever asked for this was told that it did not happen, and may have asked anew. Trying again could "
    "do it twice. Let them ask for it again.",
):
    """A payment, a redemption, a decision: what was held for it is free again."""


class IntentOvertaken(
    Refused,
    slug="intent-overtaken",
    status=409,
    nl="Hiervoor is intussen iets anders in de plaats gekomen. Er is niets meer opnieuw te proberen.",
    en="Something else has taken its place meanwhile. There is nothing left to try again.",
):
    """What it was about went on without it, or was decided otherwise."""
