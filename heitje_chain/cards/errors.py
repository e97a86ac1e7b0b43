"""What is refused about cards.

Refused
├── PinInvalid            400
├── PinTooEasy            400
├── PinsDiffer            400
├── CardLimitsInvalid     400
├── CardMissing           404  nobody's, or there is none
├── CardOrPinWrong        409  one sentence for both: a card that nobody has is not told from a wrong PIN
├── CardBlocked           409
├── CardBlockedByPin      409  just now
├── CardPaymentTooHigh    409
├── CardDayTooHigh        409
├── CardBalanceTooLow     409  without the balance: a shop reads it
├── CardNotWorking        409  whose card it is does not take part now
├── CardNotHere           409  who made or printed it acts for this shop
├── CounterNeeded         409  nobody saw who stands at the counter
├── CardThere             409  one at a time
├── CardUsed              409  printed for good
└── CardTriedTooOften     429  at this shop
"""

from __future__ import annotations

from heitje_chain.http.problems import Refused


class PinInvalid(
    Refused,
    slug="card-pin-invalid",
    status=400,
    nl="Een pincode heeft {digits} cijfers.",
    en="A PIN has {digits} digits.",
):
    def __init__(self, digits: int) -> None:
        self.digits = digits


class PinTooEasy(
    Refused,
    slug="card-pin-too-easy",
    status=400,
    nl="Deze pincode is te makkelijk te raden. Kies een andere.",
    en="This PIN is too easy to guess. Choose another one.",
):
    """All digits the same, or one after the other."""


class PinsDiffer(
    Refused,
    slug="card-pins-differ",
    status=400,
    nl="De twee pincodes zijn niet gelijk. Typ ze allebei nog een keer.",
    en="The two PINs are not the same. Type both of them again.",
):
    """Typed twice, and not the same."""


class CardLimitsInvalid(
    Refused,
    slug="card-limits-invalid",
    status=400,
    nl="Kies per keer hoogstens {payment_limit:euros} en per dag hoogstens {day_limit:euros}. Per dag mag "
    "niet minder zijn dan per keer.",
    en="Choose at most {payment_limit:euros} for a payment and {day_limit:euros} for a day. A day's limit "
    "cannot be below a payment's.",
):
    def __init__(self, payment: int, day: int) -> None:
        """Args:
        payment: the highest limit of one payment, in cents, like the next
        day: the highest limit of a day
        """
        self.payment_limit, self.day_limit = payment, day


class CardMissing(
    Refused,
    slug="card-missing",
    status=404,
    nl="Deze kaart is er niet.",
    en="There is no such card.",
):
    """No card, or somebody else's."""


class CardOrPinWrong(
    Refused,
    slug="card-or-pin-wrong",
    status=409,
    nl="De kaart of de pincode klopt niet. Er is niets betaald. Na drie keer een verkeerde pincode wordt een "
    "kaart geblokkeerd.",
    en="The card or the PIN is not right. Nothing was paid. After three wrong PINs a card is blocked.",
):
    """Which of the two stays unsaid."""


class CardBlocked(
    Refused,
    slug="card-blocked",
    status=409,
    nl="Deze kaart is geblokkeerd. Er is niets betaald. De gemeente kan een nieuwe kaart maken.",
    en="This card is blocked. Nothing was paid. The municipality can make a new card.",
):
    """By its owner, at the counter, or by wrong PINs."""


class CardBlockedByPin(
    Refused,
    slug="card-blocked-by-pin",
    status=409,
    nl="De pincode was drie keer verkeerd. De kaart is nu geblokkeerd. Er is niets betaald. De gemeente kan "
    "een nieuwe kaart maken.",
    en="The PIN was wrong three times. The card is blocked now. Nothing was paid. The municipality can make "
    "a new card.",
):
    """At this moment."""


class CardPaymentTooHigh(
    Refused,
    slug="card-payment-too-high",
    status=409,
    nl="Met deze kaart kun je hoogstens {limit:euros} per keer betalen.",
    en="With this card you can pay at most {limit:euros} at once.",
):
    def __init__(self, limit: int) -> None:
        self.limit = limit


class CardDayTooHigh(
    Refused,
    slug="card-day-too-high",
    status=409,
    nl="Met deze kaart kun je hoogstens {limit:euros} per dag betalen. Dat wordt met dit bedrag te veel. "
    "Morgen kan het weer.",
    en="With this card you can pay at most {limit:euros} a day. This amount is too much for today. Tomorrow "
    "you can pay again.",
):
    """What was paid today stays unsaid: a shop reads it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit


class CardBalanceTooLow(
    Refused,
    slug="card-balance-too-low",
    status=409,
    nl="Er staan niet genoeg Heitjes op deze kaart. Er is niets betaald.",
    en="There are not enough Heitjes on this card. Nothing was paid.",
):
    """How many there are stays unsaid: a shop reads it."""


class CardNotHere(
    Refused,
    slug="card-not-here",
    status=409,
    nl="Met deze kaart kan in deze winkel niet worden betaald. Er is niets betaald.",
    en="This card cannot pay in this shop. Nothing was paid.",
):
    """Whoever made or printed it acts for the shop, and could have the PIN and the QR."""


class CounterNeeded(
    Refused,
    slug="card-counter-needed",
    status=409,
    nl="Zeg eerst hoe je hebt gezien wie er voor je staat. Er is niets gedaan.",
    en="First say how you saw who stands before you. Nothing was done.",
):
    """No counter session for the resident whose card it is."""


class CardNotWorking(
    Refused,
    slug="card-not-working",
    status=409,
    nl="Deze kaart werkt nu niet. Er is niets betaald. De klant kan de gemeente bellen.",
    en="This card does not work now. Nothing was paid. The customer can call the municipality.",
):
    """Whose it is does not take part now."""


class CardThere(
    Refused,
    slug="card-there",
    status=409,
    nl="Deze bewoner heeft al een kaart. Blokkeer die eerst.",
    en="This resident has a card already. Block it first.",
):
    """One card at a time."""


class CardUsed(
    Refused,
    slug="card-used",
    status=409,
    nl="Met deze kaart is al betaald, dus hij kan niet opnieuw worden geprint. Blokkeer hem en maak een "
    "nieuwe.",
    en="Somebody has paid with this card, so it cannot be printed again. Block it and make a new one.",
):
    """A card can be printed again only until it is used."""


class CardTriedTooOften(
    Refused,
    slug="card-tried-too-often",
    status=429,
    nl="Er is hier te vaak een verkeerde kaart of pincode ingevoerd. Probeer het over een kwartier nog een "
    "keer.",
    en="A wrong card or PIN was given here too often. Try again in a quarter of an hour.",
):
    """At this shop."""
