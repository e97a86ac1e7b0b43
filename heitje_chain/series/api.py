"""Series: `/api/v1/job-series`. All weeks are prepared in one request; another brings their signatures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from heitje_chain.acts.api import OnChain, PreparedAct
from heitje_chain.acts.service import Act
from heitje_chain.http.fields import (
    Body,
    Hex16Path,
    Hex32Field,
    SecondsField,
    SignatureField,
    from_hex,
)
from heitje_chain.http.idempotency import Keyed
from heitje_chain.http.language import Language, preferred
from heitje_chain.http.paging import Listing, PageOf, Wanted
from heitje_chain.http.problems import KINDS, filled
from heitje_chain.http.transaction import Database
from heitje_chain.jobs.api.views import CLAIM_BY, NewJob
from heitje_chain.people.api.bearer import Needs, client_id_of
from heitje_chain.people.model import PARTNER
from heitje_chain.people.tokens import Caller

from . import rules, service
from .model import SERIES
from .service import Draft, Series

router = APIRouter(prefix="/api/v1", tags=["job series"])

LISTED = Listing("job-series", (SERIES.c.created_at, SERIES.c.id))

_ID_16, _ID_32 = "7c0d9a3e5b1f4c2d8e6a0b9c1d2e3f40", "5e" * 32


class NewSeries(NewJob):
    """The first week's job; `claim_by` and `submit_by` are its own, and move on with the weeks."""

    opens_at: Annotated[
        SecondsField,
        Field(
            description="When the first week's job goes to the chain: UTC seconds, before its claim_by. "
            "Each other week has the same local weekday and hour (Europe/Amsterdam).",
            examples=[CLAIM_BY - 5 * 86_400],
        ),
    ]
    weeks: Annotated[
        int,
        Field(
            strict=True,
            ge=1,
            le=rules.MOST_WEEKS,
            description="How many; the last must be handed in within 400 days from now.",
            examples=[4],
        ),
    ]


class WeekSigned(Body):
    act: Hex32Field
    signature: SignatureField


class Signatures(Body):
    signatures: Annotated[
        list[WeekSigned],
        Field(min_length=1, max_length=rules.MOST_WEEKS, description="Of some weeks, or of all."),
    ]
    signer: Annotated[
        SignatureField | None,
        Field(
            description="Leave it out with a key. With a passkey: who signed, as ERC-7913 hex.",
            examples=[None],
        ),
    ] = None

    @property
    def by_act(self) -> dict[str, bytes]:
        return {one.act: from_hex(one.signature) for one in self.signatures}

    @property
    def signer_bytes(self) -> bytes | None:
        return None if self.signer is None else from_hex(self.signer)


class Cancellation(Body):
    weeks: Annotated[
        list[Annotated[int, Field(strict=True, ge=1, le=rules.MOST_WEEKS)]] | None,
        Field(
            min_length=1,
            max_length=rules.MOST_WEEKS,
            description="Their numbers; all that wait when left out.",
            examples=[[2, 3]],
        ),
    ] = None


class WeekView(BaseModel):
    """One week's job, before it is opened and after."""

    number: Annotated[int, Field(description="From 1.", examples=[1])]
    act: Annotated[str, Field(description="What is signed for it.", examples=[_ID_32])]
    job: Annotated[str, Field(description="The job's id, once it is opened.", examples=[_ID_32])]
    opens_at: Annotated[int, Field(description="UTC seconds.", examples=[CLAIM_BY - 5 * 86_400])]
    claim_by: int
    submit_by: int
    state: Annotated[
        Literal["prepared", "signed", "opened", "skipped", "cancelled"],
        Field(
            description="prepared: not signed yet. signed: it waits for its day, or past it for its reason. "
            "skipped: its time to claim went by first.",
            examples=["signed"],
        ),
    ]
    reason: Annotated[
        str | None,
        Field(
            description="Why it waits past its day or was skipped: /problems/<slug>.",
            examples=["/problems/budget-exceeded"],
        ),
    ]
    job_state: Annotated[
        Literal["posting", "open", "closed", "refused"] | None,
        Field(description="Of the job once it is opened.", examples=[None]),
    ]

    @classmethod
    def of(cls, one: Draft) -> WeekView:
        names = cls.model_fields.keys() - {"reason"}
        reason = None if one.reason is None else f"/problems/{one.reason['slug']}"
        return cls.model_validate({**{name: getattr(one, name) for name in names}, "reason": reason})


class SeriesView(BaseModel):
    """A series as stored answers hold it."""

    ADDRESS: ClassVar[str] = "/api/v1/job-series/{id}"

    id: Annotated[str, Field(examples=[_ID_16])]
    weeks: Annotated[list[WeekView], Field(description="The first first.")]

    @classmethod
    def of(cls, one: Series) -> SeriesView:
        return cls(id=one.id, weeks=[WeekView.of(draft) for draft in one.drafts])


class PreparedSeries(SeriesView):
    to_sign: Annotated[
        list[PreparedAct],
        Field(description="The act of each week in their order, as `POST /api/v1/jobs/prepare` answers it."),
    ]

    @classmethod
    def made(cls, one: Series, made: Sequence[Act]) -> PreparedSeries:
        weeks = [WeekView.of(draft) for draft in one.drafts]
        return cls(id=one.id, weeks=weeks, to_sign=[PreparedAct.of(act) for act in made])


class WeekInFull(WeekView):
    told: Annotated[
        str | None,
        Field(description="The reason as a sentence, in the reader's language.", examples=[None]),
    ]


class SeriesInFull(BaseModel):
    id: Annotated[str, Field(examples=[_ID_16])]
    partner: str
    weeks: list[WeekInFull]

    @classmethod
    def shown(cls, one: Series, language: Language) -> SeriesInFull:
        weeks = [
            WeekInFull(**WeekView.of(draft).model_dump(), told=_sentence(draft.reason, language))
            for draft in one.drafts
        ]
        return cls(id=one.id, partner=one.partner, weeks=weeks)


class SeriesLine(BaseModel):
    id: Annotated[str, Field(examples=[_ID_16])]
    partner: str
    weeks: Annotated[int, Field(description="How many.", examples=[4])]
    created_at: Annotated[int, Field(description="UTC seconds.", examples=[CLAIM_BY - 6 * 86_400])]


@router.post("/job-series", status_code=201, response_model=PreparedSeries)
def prepare_series(
    body: NewSeries, caller: Annotated[Caller, Needs("jobs:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Prepare a job for each week, for the partner to sign all of them beforehand."""
    series_id = client_id_of(caller, keyed).hex()[:32]

    def work(connection: Connection) -> PreparedSeries:
        weeks = rules.weeks_of(body.terms, body.opens_at, body.weeks)
        return PreparedSeries.made(
            *service.prepare(connection, onchain, caller.subject, series_id, weeks, body.about)
        )

    return keyed.answer(caller.id, 201, work)


@router.post("/job-series/{series_id}/signatures", status_code=202, response_model=SeriesView)
def sign_series(
    series_id: Hex16Path,
    body: Signatures,
    caller: Annotated[Caller, Needs("jobs:write")],
    onchain: OnChain,
    keyed: Keyed,
) -> Response:
    """Take the partner's signatures over weeks: each is opened by itself when its day comes."""
    return keyed.answer(
        caller.id,
        202,
        lambda c: SeriesView.of(
            service.sign(c, onchain, caller.subject, series_id, body.by_act, body.signer_bytes)
        ),
    )


@router.post("/job-series/{series_id}/cancellation", response_model=SeriesView)
def cancel_series(
    series_id: Hex16Path, body: Cancellation, caller: Annotated[Caller, Needs("jobs:write")], keyed: Keyed
) -> Response:
    """Cancel weeks that were not opened yet, and forget their signatures. Jobs that are open go on."""
    return keyed.answer(
        caller.id, 200, lambda c: SeriesView.of(service.cancel(c, caller.subject, series_id, body.weeks))
    )


@router.get("/job-series")
def list_series(
    request: Request,
    caller: Annotated[Caller, Needs("acts:read")],
    wanted: Wanted,
    database: Database,
) -> PageOf[SeriesLine]:
    """List series, newest first; a partner sees its own."""
    statement = service.series_query(_own(caller))
    page = database.read(lambda c: LISTED.page(c, statement, wanted))
    return page.as_json(request, lambda row: SeriesLine.model_validate(row, from_attributes=True))


@router.get("/job-series/{series_id}")
def read_series(
    series_id: Hex16Path,
    request: Request,
    caller: Annotated[Caller, Needs("acts:read")],
    database: Database,
) -> SeriesInFull:
    """Read a series with all its weeks, and why one waits."""
    found = database.read(lambda c: service.find(c, _own(caller), series_id))
    return SeriesInFull.shown(found, preferred(request.headers.get("accept-language")))


# ---------------------------------------------------------------- details


def _own(caller: Caller) -> str | None:
    return caller.subject if caller.role == PARTNER else None


def _sentence(reason: Any, language: Language) -> str | None:
    if reason is None:
        return None
    kind = next((one for one in KINDS.values() if one.slug == reason["slug"]), None)
    return None if kind is None else str(filled(kind, reason["members"], language)["detail"])
