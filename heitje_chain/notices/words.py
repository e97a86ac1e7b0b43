"""What each mail says, in Dutch (B1) and English. No I/O.

A subject says neither names nor amounts: it shows on a locked phone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_datetime

from heitje_chain.days import HERE
from heitje_chain.money import in_words
from heitje_chain.reasons.codes import Meaning

Words = Mapping[str, str]
"""Language ("nl", "en") -> text."""

_HELLO = {"nl": "Hallo,", "en": "Hello,"}
_BYE = {"nl": "Groeten van Heitje", "en": "Kind regards, Heitje"}
_FOOT = {
    "nl": "Wil je deze mails niet meer? Zet ze hier uit: {}/account/notices",
    "en": "Do you not want these mails any more? Switch them off here: {}/account/notices",
}
_SEE = {"nl": "Bekijk het hier: {}", "en": "See it here: {}"}


@dataclass(frozen=True)
class Letter:
    subject: Words
    paragraphs: tuple[Words, ...]
    path: str
    """The page where it goes on."""

    def body(self, language: str, address: str) -> str:
        """Return the whole text.

        Args:
            address: of the pages, such as https://heitje.example
        """
        parts = (
            _HELLO[language],
            *(one[language] for one in self.paragraphs),
            _SEE[language].format(address + self.path),
            _BYE[language],
            "-- \n" + _FOOT[language].format(address),
        )
        return "\n\n".join(parts) + "\n"


# ---------------------------------------------------------------- residents

_JOB_SUBJECT = {"nl": "Nieuws over je klus", "en": "News about your job"}


def approved(title: str | None, cents: int) -> Letter:
    """The partner found the work good."""
    nl, en = _job(title)
    return Letter(
        _JOB_SUBJECT,
        (
            {
                "nl": f"{nl} is goedgekeurd. Je hebt {_nl(cents)} gekregen. Dank je wel!",
                "en": f"{en} was found good. You got {_en(cents)}. Thank you!",
            },
            {
                "nl": "Je kunt ermee betalen bij de winkels die meedoen.",
                "en": "You can pay with it at the shops that take part.",
            },
        ),
        "/wallet",
    )


def awarded(title: str | None, cents: int) -> Letter:
    """The municipality decided for the resident."""
    nl, en = _job(title)
    return Letter(
        _JOB_SUBJECT,
        (
            {
                "nl": f"{nl} is door de gemeente bekeken. Je krijgt gelijk: je hebt {_nl(cents)} gekregen.",
                "en": f"{en} was looked at by the municipality. You are right: you got {_en(cents)}.",
            },
        ),
        "/wallet",
    )


def rejected(title: str | None, reason: Meaning | None, until: int, claim_id: str) -> Letter:
    """The partner did not find the work good.

    Args:
        until: UTC seconds: before this the resident can ask the municipality
    """
    nl, en = _job(title)
    return Letter(
        _JOB_SUBJECT,
        (
            {
                "nl": f"{nl} is niet goedgekeurd{_because(reason, 'nl')}.",
                "en": f"{en} was not found good{_because(reason, 'en')}.",
            },
            {
                "nl": "Ben je het er niet mee eens? Vraag dan of de gemeente ernaar kijkt. Dat kan tot "
                f"{_moment(until, 'nl')}. Daarna krijg je voor deze klus geen Heitjes meer.",
                "en": "Do you not agree? Then ask the municipality to look at it. You can until "
                f"{_moment(until, 'en')}. After that you get no Heitjes for this job.",
            },
        ),
        f"/claims/{claim_id}",
    )


def denied(title: str | None, reason: Meaning | None, claim_id: str) -> Letter:
    """The municipality decided against the resident."""
    nl, en = _job(title)
    return Letter(
        _JOB_SUBJECT,
        (
            {
                "nl": f"{nl} is door de gemeente bekeken. Je krijgt er geen Heitjes voor"
                f"{_because(reason, 'nl')}.",
                "en": f"{en} was looked at by the municipality. You get no Heitjes for it"
                f"{_because(reason, 'en')}.",
            },
        ),
        f"/claims/{claim_id}",
    )


def rejected_finally(title: str | None, claim_id: str) -> Letter:
    """Nobody asked the municipality in time."""
    nl, en = _job(title)
    return Letter(
        _JOB_SUBJECT,
        (
            {
                "nl": f"{nl} is niet goedgekeurd, en de tijd om er iets van te zeggen is voorbij. Je krijgt "
                "er geen Heitjes voor.",
                "en": f"{en} was not found good, and the time to say something about it is over. You get no "
                "Heitjes for it.",
            },
        ),
        f"/claims/{claim_id}",
    )


def near_limit(year: int, left: int) -> Letter:
    """Somebody has most of a year's limit behind it."""
    return Letter(
        {"nl": "Je komt dicht bij een grens", "en": "You are near a limit"},
        (
            {
                "nl": f"Je komt dicht bij de grens van wat je in {year} met klussen mag verdienen. Je kunt "
                f"dit jaar nog {_nl(left)} verdienen.",
                "en": f"You are near the limit of what you may earn with jobs in {year}. You can still earn "
                f"{_en(left)} this year.",
            },
            {
                "nl": "Wat je hebt verdiend, houd je. Je kunt ermee blijven betalen.",
                "en": "What you have earned is yours. You can go on paying with it.",
            },
        ),
        "/allowance",
    )


def card_used(cents: int, shop: str | None) -> Letter:
    """A card paid: if its owner did not do that, it is to be blocked."""
    at_nl, at_en = (f" bij {shop}", f" at {shop}") if shop else ("", "")
    return Letter(
        {"nl": "Er is met je kaart betaald", "en": "Your card was used"},
        (
            {
                "nl": f"Met je kaart is {_nl(cents)} betaald{at_nl}.",
                "en": f"Your card paid {_en(cents)}{at_en}.",
            },
            {
                "nl": "Was jij dat niet? Blokkeer je kaart dan meteen, of bel de gemeente.",
                "en": "Was that not you? Then block your card at once, or call the municipality.",
            },
        ),
        "/wallet/card",
    )


# ---------------------------------------------------------------- merchants

_PAYOUT_SUBJECT = {"nl": "Nieuws over je uitbetaling", "en": "News about your payout"}
_ACCOUNT = {
    "nl": "Klopt je rekeningnummer nog? Bel de gemeente als het veranderd is.",
    "en": "Is your account number still right? Call the municipality if it has changed.",
}


def booked(cents: int, reference: str) -> Letter:
    """The bank paid."""
    return _payout(
        f"De gemeente heeft {_nl(cents)} aan je betaald. Op je bankafschrift staat {reference}.",
        f"The municipality has paid you {_en(cents)}. Your bank statement says {reference}.",
    )


def refused(cents: int) -> Letter:
    """The bank did not pay; the coins come back."""
    return _payout(
        f"De bank kon {_nl(cents)} niet aan je betalen. De Heitjes komen terug in je portemonnee. Je kunt ze "
        "daarna weer inwisselen.",
        f"The bank could not pay you {_en(cents)}. The Heitjes come back into your wallet. You can redeem "
        "them again then.",
        _ACCOUNT,
    )


def returned(cents: int) -> Letter:
    """The bank sent a payment back after it was booked."""
    return _payout(
        f"De bank heeft een betaling van {_nl(cents)} aan jou teruggestuurd. De gemeente betaalt het bedrag "
        "opnieuw. Je hoeft niets in te wisselen.",
        f"The bank sent back a payment of {_en(cents)} to you. The municipality pays the amount anew. You "
        "need not redeem anything.",
        _ACCOUNT,
    )


def repaid(cents: int, reference: str) -> Letter:
    """What came back was paid anew."""
    return _payout(
        f"De gemeente heeft {_nl(cents)} opnieuw aan je betaald. Op je bankafschrift staat {reference}.",
        f"The municipality has paid you {_en(cents)} anew. Your bank statement says {reference}.",
    )


# ---------------------------------------------------------------- partners


def waiting(number: int, since: int) -> Letter:
    """Work waits for a decision.

    Args:
        since: UTC seconds: when the oldest was handed in
    """
    one = number == 1
    return Letter(
        {"nl": "Er wacht werk op je", "en": "Work waits for you"},
        (
            {
                "nl": f"Er {'wacht 1 klus' if one else f'wachten {number} klussen'} op jullie beslissing. "
                f"{'Die' if one else 'De eerste'} wacht al sinds {_moment(since, 'nl')}.",
                "en": f"{'1 job waits' if one else f'{number} jobs wait'} for your decision. "
                f"{'It' if one else 'The first'} has waited since {_moment(since, 'en')}.",
            },
            {
                "nl": "De bewoners krijgen hun Heitjes als jullie het werk goedkeuren.",
                "en": "The residents get their Heitjes when you find the work good.",
            },
        ),
        "/partner/inbox",
    )


# ---------------------------------------------------------------- details


def _payout(nl: str, en: str, *more: Words) -> Letter:
    return Letter(_PAYOUT_SUBJECT, ({"nl": nl, "en": en}, *more), "/till/redeem")


def _job(title: str | None) -> tuple[str, str]:
    return (f"Je klus “{title}”", f"Your job “{title}”") if title else ("Je klus", "Your job")


def _because(reason: Meaning | None, language: str) -> str:
    if reason is None:
        return ""
    return f": {reason.nl if language == 'nl' else reason.en}"


def _moment(seconds: int, language: str) -> str:
    """Return "dinsdag 1 december, 14:05", in the city's time."""
    locale = {"nl": "nl_NL", "en": "en_GB"}[language]
    return format_datetime(datetime.fromtimestamp(seconds, HERE), "EEEE d MMMM, HH:mm", locale=locale)


def _nl(cents: int) -> str:
    return in_words(cents, "nl")


def _en(cents: int) -> str:
    return in_words(cents, "en")
