"""The municipality's meters: `/api/v1/meters`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from heitje_chain.http.language import Language, preferred
from heitje_chain.http.transaction import Database
from heitje_chain.money import in_words
from heitje_chain.people import contract_rules
from heitje_chain.people.api.bearer import Needs
from heitje_chain.people.contracts import Acceptance
from heitje_chain.people.tokens import Caller

from .. import meters
from ..meters import Volume

router = APIRouter(prefix="/api/v1", tags=["reports"])

_WHAT_TO_DO: Mapping[Language, tuple[tuple[int, str], ...]] = {
    "nl": (
        (
            100,
            "De grens is bereikt: de gemeente moet het beperkte netwerk aanmelden bij De Nederlandsche Bank "
            "(DNB). Doe dat vandaag als het nog niet is gebeurd.",
        ),
        (95, "Meld het beperkte netwerk nu aan bij De Nederlandsche Bank (DNB). Wacht niet tot 100 %."),
        (85, "Schrijf nu de aanmelding bij De Nederlandsche Bank (DNB) en laat een jurist haar lezen."),
        (0, "Bereid de aanmelding bij De Nederlandsche Bank (DNB) voor: wie doet het, en met welke cijfers?"),
    ),
    "en": (
        (
            100,
            "The threshold is reached: the municipality must notify De Nederlandsche Bank (DNB) of the "
            "limited network. Do so today if it was not done yet.",
        ),
        (95, "Notify De Nederlandsche Bank (DNB) of the limited network now. Do not wait for 100 %."),
        (85, "Write the notification to De Nederlandsche Bank (DNB) now, and have a lawyer read it."),
        (0, "Prepare the notification to De Nederlandsche Bank (DNB): who does it, and with which figures?"),
    ),
}


class VolumeView(BaseModel):
    """What was paid to merchants in the twelve months that end today, against the law's threshold."""

    since: Annotated[str, Field(description="The first local day that counts.", examples=["2025-11-30"])]
    until: Annotated[str, Field(description="Today; it counts too.", examples=["2026-11-29"])]
    cents: Annotated[
        int, Field(description="Final payments; what was refunded is not taken off.", examples=[71_250_000])
    ]
    payments: Annotated[int, Field(examples=[41_020])]
    threshold: Annotated[
        int, Field(description="In cents: at this much DNB must be notified.", examples=[100_000_000])
    ]
    threshold_since: Annotated[str, Field(description="Since when it holds.", examples=["2018-01-13"])]
    source: Annotated[str, Field(examples=["Directive (EU) 2015/2366 (PSD2), article 37(2)"])]
    percent: Annotated[int, Field(description="Whole percents of it, rounded down.", examples=[71])]
    level: Annotated[
        int | None,
        Field(
            description="The highest percentage to warn at that was reached; 100 is the threshold.",
            examples=[70],
        ),
    ]
    warning: Annotated[
        str | None,
        Field(
            description="What to do, in the reader's language. No legal advice.",
            examples=["In twelve months €712,500.00 was paid to shops, 71 % of €1,000,000.00. Write..."],
        ),
    ]

    @classmethod
    def of(cls, one: Volume, language: Language) -> VolumeView:
        return cls(
            since=one.since.isoformat(),
            until=one.until.isoformat(),
            cents=one.cents,
            payments=one.payments,
            threshold=one.threshold.cents,
            threshold_since=one.threshold.since.isoformat(),
            source=one.threshold.source,
            percent=one.percent,
            level=one.level,
            warning=warning(one, language),
        )


class MerchantWithout(BaseModel):
    merchant: Annotated[str, Field(examples=["3f8a2b1c4d5e4f60817263544a5b6c7d"])]
    merchant_name: str


class MerchantEnding(MerchantWithout):
    until: Annotated[
        str, Field(description="The last day on which it accepts Heitjes.", examples=["2027-01-31"])
    ]
    days_left: Annotated[int, Field(description="After today; 0 on the last day.", examples=[63])]

    @classmethod
    def of(cls, one: Acceptance) -> MerchantEnding:
        return cls.model_validate(
            {
                "merchant": one.merchant,
                "merchant_name": one.name,
                "until": one.until and one.until.isoformat(),
                "days_left": one.days_left,
            }
        )


class MetersView(BaseModel):
    volume: VolumeView
    merchants_without_contract: Annotated[
        list[MerchantWithout], Field(description="They take part, and nobody can pay them today; by name.")
    ]
    contracts_ending: Annotated[
        list[MerchantEnding],
        Field(
            description=f"They accept Heitjes for {contract_rules.WARNING_DAYS} days more at most; the "
            "first to end first."
        ),
    ]
    residents_near_limit: Annotated[
        int,
        Field(
            description="How many residents have at least 80 % of a month's or a year's limit behind them. "
            "A count: nobody is named.",
            examples=[4],
        ),
    ]


def warning(one: Volume, language: Language) -> str | None:
    """Return what the municipality must do about the volume; None before the first percentage to warn at."""
    level = one.level
    if level is None:
        return None
    to_do = next(words for least, words in _WHAT_TO_DO[language] if least <= level)
    paid, most = in_words(one.cents, language), in_words(one.threshold.cents, language)
    if language == "nl":
        return f"In twaalf maanden is {paid} aan winkels betaald, {one.percent} % van {most}. {to_do}"
    return f"In twelve months {paid} was paid to shops, {one.percent} % of {most}. {to_do}"


@router.get("/meters")
def read_meters(
    request: Request, caller: Annotated[Caller, Needs("meters:read")], database: Database
) -> MetersView:
    """Tell what the municipality keeps an eye on: twelve months' payments, and merchants' contracts."""
    found = database.read(lambda c: meters.read(c, request.app.state.thresholds))
    language = preferred(request.headers.get("accept-language"))
    return MetersView(
        volume=VolumeView.of(found.volume, language),
        merchants_without_contract=[
            MerchantWithout(merchant=one.merchant, merchant_name=one.name) for one in found.without_contract
        ],
        contracts_ending=[MerchantEnding.of(one) for one in found.ending],
        residents_near_limit=found.residents_near_limit,
    )
