"""All kinds of refusals, each at the address that is its `type`: `/problems` and `/problems/{slug}`.

Programs get JSON, browsers a page; both say the same in Dutch and English: the status, the sentence with its
blanks, which members come with it, and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from . import pages
from .language import Language
from .problems import KINDS, Kind, NotFound, title

router = APIRouter(prefix="/problems", tags=["problems"])

ADVICE: Mapping[int, Mapping[Language, str]] = {
    400: {
        "nl": "Verbeter de aanvraag en stuur haar opnieuw. Zo opnieuw sturen helpt niet.",
        "en": "Correct the request and send it again. Sending it again as it is does not help.",
    },
    401: {
        "nl": "Stuur een geldige toegangssleutel mee, of vraag de gemeente om een nieuwe.",
        "en": "Send a good access token, or ask the municipality for a new one.",
    },
    403: {
        "nl": "Gebruik een toegangssleutel die dit recht heeft.",
        "en": "Use an access token that has this scope.",
    },
    404: {
        "nl": "Kijk het nummer na. Wat van een ander is, antwoordt net als wat er niet is.",
        "en": "Check the id. What belongs to another answers as what is not there.",
    },
    405: {
        "nl": "De kopregel Allow zegt wat op dit adres wel kan.",
        "en": "The header Allow says what can be done at this address.",
    },
    408: {
        "nl": "Stuur de aanvraag opnieuw, met dezelfde Idempotency-Key.",
        "en": "Send the request again, with the same Idempotency-Key.",
    },
    409: {
        "nl": "Vraag op hoe het er nu voor staat en beslis opnieuw. De Idempotency-Key is niet verbruikt, "
        "tenzij hij bij een andere opdracht hoort.",
        "en": "Read how things stand now and decide anew. The Idempotency-Key is not used up, unless it "
        "belongs to another request.",
    },
    410: {"nl": "Begin opnieuw.", "en": "Begin again."},
    413: {"nl": "Stuur minder tegelijk.", "en": "Send less at once."},
    414: {"nl": "Gebruik een korter adres.", "en": "Use a shorter address."},
    415: {
        "nl": "Stuur JSON in UTF-8, met Content-Type: application/json.",
        "en": "Send JSON in UTF-8, with Content-Type: application/json.",
    },
    429: {
        "nl": "Wacht zo lang als Retry-After zegt. Er is niets gebeurd.",
        "en": "Wait as long as Retry-After says. Nothing happened.",
    },
    431: {"nl": "Stuur minder of kortere kopregels.", "en": "Send fewer or shorter headers."},
    500: {
        "nl": "Stuur de aanvraag later opnieuw, met dezelfde Idempotency-Key. Bel ons als het blijft.",
        "en": "Send the request again later, with the same Idempotency-Key. Call us when it stays so.",
    },
    503: {
        "nl": "Wacht zo lang als Retry-After zegt en stuur haar opnieuw, met dezelfde Idempotency-Key.",
        "en": "Wait as long as Retry-After says and send it again, with the same Idempotency-Key.",
    },
}


class BothLanguages(BaseModel):
    nl: Annotated[str, Field(examples=["Je hebt {balance:euros}."])]
    en: Annotated[str, Field(examples=["You have {balance:euros}."])]


class KindView(BaseModel):
    """A kind of refusal. Its sentence has blanks, `{retry_after}`, which are filled from its members."""

    type: Annotated[str, Field(description="Stable: decide by it.", examples=["/problems/job-full"])]
    status: Annotated[int, Field(examples=[409])]
    title: Annotated[BothLanguages, Field(description="What the status means.")]
    detail: Annotated[BothLanguages, Field(description="`:euros` writes cents as euros.")]
    members: Annotated[
        list[str], Field(description="What the problem has besides these.", examples=[["retry_after"]])
    ]
    advice: Annotated[BothLanguages, Field(description="What to do.")]

    @classmethod
    def of(cls, kind: Kind) -> KindView:
        return cls(
            type=f"/problems/{kind.slug}",
            status=kind.status,
            title=BothLanguages(nl=title(kind.status, "nl"), en=title(kind.status, "en")),
            detail=BothLanguages(nl=kind.sentences["nl"], en=kind.sentences["en"]),
            members=list(kind.members),
            advice=BothLanguages(nl=ADVICE[kind.status]["nl"], en=ADVICE[kind.status]["en"]),
        )


class Catalogue(BaseModel):
    problems: list[KindView]


_AS_PAGE = {
    "description": "All of it, for programs as JSON, for people as a page.",
    "content": {"text/html": {}},
}


@router.get("", response_model=Catalogue, responses={200: _AS_PAGE})
def list_problems(request: Request) -> Response | Catalogue:
    """List all kinds of refusals, by status."""
    kinds = [KindView.of(kind) for kind in sorted(KINDS.values(), key=lambda one: (one.status, one.slug))]
    if _wants_page(request):
        return _page("Heitje: problems", kinds, alone=False)
    return Catalogue(problems=kinds)


@router.get("/{slug}", response_model=KindView, responses={200: _AS_PAGE})
def read_problem(
    slug: Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,60}$", examples=["job-full"])], request: Request
) -> Response | KindView:
    """Explain one kind: the address is the `type` of the problem."""
    found = next((kind for kind in KINDS.values() if kind.slug == slug), None)
    if found is None:
        raise NotFound
    view = KindView.of(found)
    return _page(f"Heitje: {slug}", [view], alone=True) if _wants_page(request) else view


def _wants_page(request: Request) -> bool:
    """Whether a browser asks: programs do not say text/html first."""
    return request.headers.get("accept", "").strip().lower().startswith("text/html")


def _page(heading: str, kinds: list[KindView], *, alone: bool) -> HTMLResponse:
    told = [kind.model_dump() for kind in kinds]
    return pages.answer(pages.render("problems.html", title=heading, kinds=told, alone=alone))
