"""Declarations: a partner makes and ends its own; everybody reads the register, without a token."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from heitje_chain.http.fields import Body, ParticipantField, SeveralLines
from heitje_chain.http.idempotency import Keyed
from heitje_chain.http.paging import Listing, Page, PageOf, Wanted
from heitje_chain.http.texts import LineText
from heitje_chain.http.transaction import Database
from heitje_chain.people.api.bearer import Needs
from heitje_chain.people.tokens import Caller

from . import service
from .model import DECLARATION, MOST_BY, MOST_KIND, MOST_WORDS
from .service import Declaration

router = APIRouter(prefix="/api/v1", tags=["declarations"])

REGISTER = Listing("declarations", (DECLARATION.c.at, DECLARATION.c.id))

KindField = Annotated[str, Field(min_length=1, max_length=MOST_KIND, examples=["green"])]
KindsField = Annotated[
    list[KindField],
    Field(min_length=1, max_length=50, description="Of jobs, as in `kind` when you post one."),
]
ByField = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MOST_BY,
        description="Who stands for it. Everybody can read it: a function, or a name with that person's "
        "consent.",
        examples=["the board"],
    ),
]

_WORDS = "De gemeente betaalt niemand voor dit werk, en niemand verliest er werk door."

PartnerQuery = Annotated[ParticipantField | None, Query(description="Only this partner's.")]
KindQuery = Annotated[
    LineText | None, Query(max_length=MOST_KIND, description="Only about this kind.", examples=["green"])
]
InForceQuery = Annotated[
    bool | None, Query(description="true: only those in force; false: only those that are not.")
]


class NewDeclaration(Body):
    kinds: KindsField
    words: Annotated[
        str,
        SeveralLines,
        Field(
            min_length=1,
            max_length=MOST_WORDS,
            description="Why this replaces no paid work.",
            examples=[_WORDS],
        ),
    ]
    declared_by: ByField


class DeclarationEnd(Body):
    kinds: KindsField
    reason: Annotated[
        str, SeveralLines, Field(max_length=MOST_WORDS, description="Everybody can read it; may be empty.")
    ] = ""
    ended_by: ByField


class DeclarationView(BaseModel):
    """A declaration as the public reads it."""

    id: Annotated[str, Field(examples=["7c0d9a3e5b1f4c2d8e6a0b9c1d2e3f40"])]
    partner: str
    partner_name: str
    kind: Annotated[str, Field(examples=["green"])]
    version: Annotated[int, Field(description="Of this partner's about this kind, from 1.", examples=[1])]
    words: Annotated[str, Field(examples=[_WORDS])]
    declared_by: Annotated[str, Field(examples=["the board"])]
    declared_at: Annotated[int, Field(description="UTC seconds.", examples=[1_798_761_600])]
    in_force: bool
    ended_at: Annotated[
        int | None,
        Field(description="When it was ended or another took its place, UTC seconds.", examples=[None]),
    ]
    reason: Annotated[str | None, Field(description="Why it was ended.", examples=[None])]

    @classmethod
    def of(cls, one: Declaration) -> DeclarationView:
        return cls.model_validate({name: getattr(one, name) for name in cls.model_fields})


class DeclaredView(BaseModel):
    """What was declared or ended, as stored answers hold it."""

    declarations: Annotated[
        list[str], Field(description="Ids.", examples=[["7c0d9a3e5b1f4c2d8e6a0b9c1d2e3f40"]])
    ]
    kinds: Annotated[list[str], Field(examples=[["green"]])]

    @classmethod
    def of(cls, found: Iterable[Declaration]) -> DeclaredView:
        listed = list(found)
        return cls(declarations=[one.id for one in listed], kinds=[one.kind for one in listed])


@router.post("/declarations", status_code=201, response_model=DeclaredView)
def declare(
    body: NewDeclaration, caller: Annotated[Caller, Needs("declarations:write")], keyed: Keyed
) -> Response:
    """Declare that jobs of these kinds replace no paid work; the declarations in force are answered."""
    return keyed.answer(
        caller.id,
        201,
        lambda c: DeclaredView.of(
            service.declare(c, caller.subject, body.kinds, body.words, body.declared_by)
        ),
    )


@router.post("/declaration-endings", status_code=201, response_model=DeclaredView)
def end_declarations(
    body: DeclarationEnd, caller: Annotated[Caller, Needs("declarations:write")], keyed: Keyed
) -> Response:
    """End declarations: no job of these kinds is posted any more. Jobs that are open go on."""
    return keyed.answer(
        caller.id,
        201,
        lambda c: DeclaredView.of(service.end(c, caller.subject, body.kinds, body.reason, body.ended_by)),
    )


@router.get("/declarations")
def list_declarations(
    request: Request,
    wanted: Wanted,
    database: Database,
    partner: PartnerQuery = None,
    kind: KindQuery = None,
    in_force: InForceQuery = None,
) -> PageOf[DeclarationView]:
    """List what partners declared, newest first: the public register."""

    def found(connection: Connection) -> Page:
        where = service.wanted(partner, kind, in_force)
        return REGISTER.page(connection, service.register_query(*where), wanted)

    page = database.read(found)
    return page.as_json(request, lambda row: DeclarationView.of(service.declaration_of(row)))


@router.get(
    "/declarations.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}, "description": "A line for each, in UTF-8."}},
)
def download_declarations(
    database: Database,
    partner: PartnerQuery = None,
    kind: KindQuery = None,
    in_force: InForceQuery = None,
) -> Response:
    """Download the public register, all of it that is wanted, newest first."""
    found = database.read(lambda c: service.whole_register(c, service.wanted(partner, kind, in_force)))
    headers = {"Content-Disposition": 'attachment; filename="declarations.csv"'}
    return Response(as_csv(found), media_type="text/csv; charset=utf-8", headers=headers)


def as_csv(declarations: Iterable[Declaration]) -> str:
    """Return declarations as CSV (RFC 4180). No cell is a formula to a spreadsheet."""
    names = list(DeclarationView.model_fields)
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(names)
    for one in declarations:
        rows.writerow([_cell(getattr(one, name)) for name in names])
    return written.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
