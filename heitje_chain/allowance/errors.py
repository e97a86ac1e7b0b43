"""What is refused about what a person may earn.

Refused
├── LimitsUnknown        409  the municipality has entered no limits at all
├── ResidentUnconfirmed  409
├── AgeBandUnknown       409
├── HoursUnknown         409  of a job that only the chain told of
├── AccountMerged        409
├── NothingToEarn        409  an hour's limit is zero
├── AllowanceReached     409  the claim would pass a limit: told to the person alone
├── AwardPassesLimit     409  told to the treasurer, who learns no more
├── LimitsInvalid        400
├── ProposalUnknown      404
├── ProposalDecided      409
├── ProposalOwn          409  four eyes
├── ProposalOfAnother    409
├── BandInvalid          400
├── MergerInvalid        409
└── ElsewhereUnknown     404
"""

from __future__ import annotations

from heitje_chain.http.problems import Refused

from . import words


class LimitsUnknown(
    Refused,
    slug="allowance-limits-unknown",
    status=409,
    nl="De gemeente heeft nog niet ingevuld hoeveel iemand mag verdienen. Tot die tijd kan niemand zich "
    "aanmelden voor een klus. Vraag het aan de gemeente.",
    en="The municipality has not entered yet how much somebody may earn. Until then nobody can claim a job. "
    "Ask the municipality.",
):
    """No row of limits holds for this year or any year before it."""


class ResidentUnconfirmed(
    Refused,
    slug="resident-unconfirmed",
    status=409,
    nl="De gemeente moet eerst bevestigen dat je hier woont en maar één account hebt. Ga langs bij de "
    "gemeente of bel; daarna kun je klussen doen.",
    en="The municipality must confirm first that you live here and have only one account. Visit or call the "
    "municipality; after that you can do jobs.",
):
    """The registrar has not confirmed residence and uniqueness."""


class AgeBandUnknown(
    Refused,
    slug="age-band-unknown",
    status=409,
    nl="De gemeente moet eerst vastleggen of je jonger bent dan 21. Ga langs bij de gemeente of bel; daarna "
    "kun je klussen doen.",
    en="The municipality must record first whether you are under 21. Visit or call the municipality; after "
    "that you can do jobs.",
):
    """The limit for an hour depends on it."""


class HoursUnknown(
    Refused,
    slug="job-hours-unknown",
    status=409,
    nl="Van deze klus weten wij niet hoe lang hij duurt, en dus niet wat je ervoor mag krijgen. Kies een "
    "andere klus of vraag het aan de organisatie.",
    en="We do not know how long this job takes, and so not what you may get for it. Choose another job or "
    "ask the organisation.",
):
    """Only the chain told of the job: its description is not here."""


class AccountMerged(
    Refused,
    slug="account-merged",
    status=409,
    nl="Dit account is samengevoegd met je andere account. Doe klussen met dat andere account.",
    en="This account was merged with your other account. Do jobs with that other account.",
):
    """Of two accounts of one person only one goes on."""


class NothingToEarn(
    Refused,
    slug="nothing-to-earn",
    status=409,
    nl="Voor deze klus mag je nu niets krijgen: de grens per uur is nul.",
    en="You may get nothing for this job now: the limit for an hour is zero.",
):
    """The limit for an hour, times the hours, is less than a cent."""


class AllowanceReached(
    Refused,
    slug="allowance-reached",
    status=409,
    nl="Met deze klus kom je boven {bound:words}. Je kunt daar nog {left:euros} van verdienen, en deze klus "
    "is {needed:euros}.",
    en="This job would take you over {bound:words}. You can still earn {left:euros} of it, and this job is "
    "{needed:euros}.",
    members=("barrier", "when"),
):
    """Told to the person alone: one kind for all limits, so that logs cannot tell an own stop from a law."""

    def __init__(self, barrier: str, when: str, left: int, needed: int) -> None:
        """Args:
        barrier: month, year, city_year, own_month or own_year
        when: the month or year in which it would be passed, "2026-11" or "2026"
        left, needed: cents
        """
        self.barrier, self.when, self.left, self.needed = barrier, when, left, needed
        self.bound = words.limit(barrier, when)


class AwardPassesLimit(
    Refused,
    slug="award-passes-limit",
    status=409,
    nl="Dit kan niet: met dit bedrag zou deze bewoner boven een grens komen. Meer mogen wij er niet over "
    "zeggen. De bewoner ziet zelf hoeveel er nog kan.",
    en="This cannot be done: this amount would take the resident over a limit. We may not say more about it. "
    "The resident can see how much is still possible.",
):
    """Which limit, and how much is left, could tell what only the resident is to know."""


class LimitsInvalid(
    Refused,
    slug="allowance-limits-invalid",
    status=400,
    nl="Deze grenzen kloppen niet met elkaar. De ingangsdatum ligt in het jaar, onder de 21 is een uur niet "
    "meer dan erboven, en de maand en de eigen grens van de stad zijn niet meer dan het jaar.",
    en="These limits do not fit together. The day from which they hold lies in the year, an hour under 21 is "
    "not more than above it, and neither the month nor the city's own limit is more than the year.",
):
    """A mistake in typing, most likely."""


class ProposalUnknown(
    Refused,
    slug="allowance-limits-proposal-unknown",
    status=404,
    nl="Dit voorstel voor grenzen kennen wij niet.",
    en="We do not know this proposal of limits.",
):
    """No row has this number."""


class ProposalDecided(
    Refused,
    slug="allowance-limits-proposal-decided",
    status=409,
    nl="Over dit voorstel is al besloten. Doe een nieuw voorstel als er iets moet veranderen.",
    en="This proposal was decided already. Make a new one if something is to change.",
    members=("state",),
):
    def __init__(self, state: str) -> None:
        self.state = state


class ProposalOwn(
    Refused,
    slug="allowance-limits-proposal-own",
    status=409,
    nl="Je hebt dit zelf voorgesteld. Een andere medewerker moet ernaar kijken; intrekken kan wel.",
    en="You proposed this yourself. Another officer must look at it; you can withdraw it.",
):
    """Four eyes: whoever proposes neither confirms nor rejects."""


class ProposalOfAnother(
    Refused,
    slug="allowance-limits-proposal-of-another",
    status=409,
    nl="Dit is het voorstel van een ander. Je kunt het bevestigen of afwijzen.",
    en="This is another's proposal. You can confirm or reject it.",
):
    """Only whoever proposed withdraws."""


class BandInvalid(
    Refused,
    slug="age-band-invalid",
    status=400,
    nl="Bij iemand onder de 21 hoort de dag waarop dat verandert, na vandaag en binnen 21 jaar. Bij iemand "
    "van 21 of ouder hoort geen dag.",
    en="Somebody under 21 has a day on which that changes, after today and within 21 years. Somebody of 21 "
    "or older has none.",
):
    """The band and its day do not fit together."""


class MergerInvalid(
    Refused,
    slug="merger-invalid",
    status=409,
    nl="Deze twee accounts kunnen niet worden samengevoegd: het is hetzelfde account, een van de twee is al "
    "samengevoegd met een ander account, of het account dat blijft is niet bevestigd.",
    en="These two accounts cannot be merged: they are the same account, one of them was merged with another "
    "account already, or the account that goes on is not confirmed.",
):
    """A merged account is nobody's main account, and is merged once."""


class ElsewhereUnknown(
    Refused,
    slug="allowance-elsewhere-unknown",
    status=404,
    nl="Voor deze maand heb je niets ingevuld.",
    en="You have entered nothing for this month.",
):
    """Nothing to delete."""
