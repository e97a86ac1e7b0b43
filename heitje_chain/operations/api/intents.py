"""What the service wants of the chain, for an operator: how far each is, and trying one again."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, Row, select

from heitje_chain.chain.clock import database_now
from heitje_chain.chain.errors import IntentUnknown
from heitje_chain.chain.model import INTENT, TRANSACTION, WAITING
from heitje_chain.http.fields import Body, Hex32Path, SecondsQuery
from heitje_chain.http.idempotency import Keyed
from heitje_chain.http.language import Language, preferred
from heitje_chain.http.paging import Listing, PageOf, Wanted
from heitje_chain.http.problems import problem
from heitje_chain.http.transaction import Database
from heitje_chain.people.api.bearer import Needs
from heitje_chain.people.api.sending import LaneQuery, TransactionView
from heitje_chain.people.tokens import Caller

from .. import retries

router = APIRouter(prefix="/api/v1", tags=["sending"])

INTENTS = Listing("intents", (INTENT.c.created_at, INTENT.c.id))

IntentState = Literal["waiting", "signed", "done", "failed"]


class IntentView(BaseModel):
    """Something that is wanted of the chain. It happens once, however often it is tried."""

    ADDRESS: ClassVar[str] = "/api/v1/intents/{id}"

    id: str
    kind: Annotated[str, Field(examples=["payment"])]
    lane: Annotated[str, Field(description="The account that sends it.")]
    state: Annotated[
        IntentState,
        Field(
            description="waiting: to be signed. signed: in a transaction. done: its event is final. failed: "
            "the contract refused it for good."
        ),
    ]
    attempts: Annotated[int, Field(description="How often it was put off.", examples=[0])]
    waits_for: Annotated[
        str | None,
        Field(
            description="Why it was put off: the contract's error, or `reverted`, `not_built`, `not_ended`.",
            examples=["EnforcedPause"],
        ),
    ]
    next_at: Annotated[int | None, Field(description="When it is tried next, if that is later; UTC seconds.")]
    refusal: Annotated[str | None, Field(description="The name of the contract's error, when it failed.")]
    transaction: Annotated[int | None, Field(description="The number of the transaction that it is in.")]
    trace: Annotated[
        str | None,
        Field(description="Of the request that wanted it, as in the logs.", examples=["5e" * 16]),
    ]
    created_at: Annotated[int, Field(description="UTC seconds.")]


class RetryView(BaseModel):
    """Whether it can be tried again now, and else why not."""

    possible: bool
    type: Annotated[str | None, Field(description="Of the refusal.", examples=["/problems/intent-sent"])]
    detail: Annotated[
        str | None,
        Field(description="Its sentence.", examples=["The chain has recorded this already."]),
    ]


class IntentInFull(IntentView):
    """An intent with the event that ends it, and the transaction that it is in."""

    event: Annotated[
        str | None,
        Field(
            description="The event that ends it; null: it ends with its transaction.",
            examples=["AuthorizationUsed"],
        ),
    ]
    sent_in: TransactionView | None
    retry: RetryView


class Retry(Body):
    """Nothing is to be said."""


@router.get("/intents")
def list_intents(
    request: Request,
    caller: Annotated[Caller, Needs("transactions:read")],
    wanted: Wanted,
    database: Database,
    state: Annotated[IntentState | None, Query(description="Only in this state.")] = None,
    kind: Annotated[
        str | None, Query(pattern="^[a-z_]{1,40}$", description="Only of this kind.", examples=["payment"])
    ] = None,
    lane: Annotated[LaneQuery | None, Query(description="Only those of this sending account.")] = None,
    since: Annotated[SecondsQuery | None, Query(description="Only those wanted from then on.")] = None,
    until: Annotated[SecondsQuery | None, Query(description="Only those wanted before then.")] = None,
) -> PageOf[IntentView]:
    """List what is or was wanted of the chain, newest first."""
    given = {INTENT.c.state: state, INTENT.c.kind: kind, INTENT.c.lane: lane}
    where = [column == wish for column, wish in given.items() if wish is not None]
    where += [INTENT.c.created_at >= since] if since is not None else []
    where += [INTENT.c.created_at < until] if until is not None else []
    page, now = database.read(
        lambda c: (INTENTS.page(c, select(INTENT).where(*where), wanted), database_now(c))
    )
    return page.as_json(request, lambda row: IntentView.model_validate(_told(row, now)))


@router.get("/intents/{intent_id}")
def read_intent(
    intent_id: Hex32Path,
    request: Request,
    caller: Annotated[Caller, Needs("transactions:read")],
    database: Database,
) -> IntentInFull:
    """Read one intent: what it waits for, the transaction that it is in, and whether trying again helps."""
    language = preferred(request.headers.get("accept-language"))

    def work(connection: Connection) -> IntentInFull:
        row = _row(connection, intent_id)
        sent = connection.execute(
            select(TRANSACTION).where(TRANSACTION.c.id == row.transaction_id)
        ).one_or_none()
        return IntentInFull.model_validate(
            {
                **_told(row, database_now(connection)),
                "event": row.event_name or None,
                "sent_in": sent and TransactionView.model_validate(sent, from_attributes=True),
                "retry": _retry(connection, intent_id, language),
            }
        )

    return database.read(work)


@router.post("/intents/{intent_id}/retry", status_code=202, response_model=IntentView)
def retry_intent(
    intent_id: Hex32Path, body: Retry, caller: Annotated[Caller, Needs("transactions:write")], keyed: Keyed
) -> Response:
    """Try again now what was put off, or what failed and nobody orders anew. It keeps its id, which the
    contract accepts once; whatever could happen twice is refused."""

    def work(connection: Connection) -> IntentView:
        retries.retry(connection, caller.token_id, intent_id)
        return IntentView.model_validate(_told(_row(connection, intent_id), database_now(connection)))

    return keyed.answer(caller.id, 202, work)


def _row(connection: Connection, intent_id: str) -> Row[Any]:
    row = connection.execute(select(INTENT).where(INTENT.c.id == intent_id)).one_or_none()
    if row is None:
        raise IntentUnknown
    return row


def _told(row: Row[Any], now: int) -> dict[str, Any]:
    """The payload is left out: it holds signatures, and whose coins they are."""
    is_later = row.state == WAITING and row.not_before > now
    return {
        "id": row.id,
        "kind": row.kind,
        "lane": row.lane,
        "state": row.state,
        "attempts": row.attempts,
        "waits_for": row.waits_for if row.state == WAITING else None,
        "next_at": row.not_before if is_later else None,
        "refusal": row.refusal["name"] if row.refusal else None,
        "transaction": row.transaction_id,
        "trace": row.trace,
        "created_at": row.created_at,
    }


def _retry(connection: Connection, intent_id: str, language: Language) -> RetryView:
    refused = retries.why_not(connection, intent_id)
    if refused is None:
        return RetryView(possible=True, type=None, detail=None)
    told = problem(refused, language)
    return RetryView(possible=False, type=told["type"], detail=told["detail"])
