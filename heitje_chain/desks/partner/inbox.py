"""Work that was handed in: the oldest first, many found good at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import ColumnElement, Connection

from heitje_chain.allowance import service as allowance
from heitje_chain.allowance import words
from heitje_chain.chain.clock import chain_now
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form
from heitje_chain.desks.frame import Desk
from heitje_chain.http.paging import Listing, Wanted, WantedPage
from heitje_chain.http.problems import Refused
from heitje_chain.jobs import decisions, photos, reading, service, waiting
from heitje_chain.jobs.model import CLAIM, DISPUTED, REJECTED, SUBMITTED
from heitje_chain.jobs.photos import Photo
from heitje_chain.jobs.reading import ClaimTold

router = APIRouter(prefix="/partner/inbox")

MOST_AT_ONCE = 50
"""How many pieces of work one page shows and one signature approves; decisions.MOST_CLAIMS is more."""

# Whoever waits longest comes first. A claim that is committed late may lie before a bookmark; the first page
# has it, and there one begins.
WORK = Listing("inbox", (CLAIM.c.since, CLAIM.c.id), descending=False)

MOST_ELSEWHERE = 20

TICK = "claim-"
"""Before a claim's id: the name of its box."""

_ID = re.compile(r"[0-9a-f]{64}")


class NothingChosen(
    Refused,
    slug="nothing-chosen",
    status=400,
    nl="Kies eerst welk werk je wilt goedkeuren.",
    en="First choose which work you want to approve.",
):
    """None is ticked, or all that was has been decided meanwhile."""


@dataclass(frozen=True)
class Piece:
    """A piece of work in the inbox."""

    told: ClaimTold
    until: int
    """Until when it can be found not good, UTC seconds; then the municipality looks at it."""
    act: str | None
    """The act about it that waits to be signed."""
    photos: Sequence[Photo]
    is_busy: bool
    """A decision is signed and under way."""


@router.get("")
def read_inbox(
    desk: Annotated[Desk, At("partner")],
    wanted: Wanted,
    all: Annotated[str | None, Query(max_length=4)] = None,  # noqa: A002 - as in the address
) -> Response:
    """Show what was handed in; with `?all=yes` everything is ticked."""
    return _inbox(desk, wanted, None, bool(all))


@router.post("/choose")
def choose(form: Form, desk: Annotated[Desk, At("partner")]) -> Response:
    """Lead to what was ticked; nothing is changed."""
    ticked = [name.removeprefix(TICK) for name in form.fields if name.startswith(TICK)]
    return desk.go(f"/partner/inbox/approve?claims={','.join(_ids(ticked))}")


@router.get("/approve")
def confirm(
    desk: Annotated[Desk, At("partner")],
    claims: Annotated[str, Query(max_length=65 * MOST_AT_ONCE)] = "",
) -> Response:
    """Show what would be approved, and what that pays."""
    return _confirmation(desk, _ids(claims.split(",")), None)


@router.post("/approve")
def approve(form: Form, desk: Annotated[Desk, At("partner")]) -> Response:
    """Prepare the approval of what was chosen; it is signed next."""
    chosen = _ids(form.raw("claims").split(","))
    try:
        return desk.submit(
            form,
            lambda c, _: decisions.prepare_approval(c, desk.onchain, desk.subject, chosen).id,
            "/acts/{}",
        )
    except Refused as error:
        return _confirmation(desk, chosen, error)


# ---------------------------------------------------------------- shared


def pieces(connection: Connection, desk: Desk, claims: Sequence[str]) -> list[Piece]:
    """Return these claims, on jobs of this partner, as pieces of work.

    Raises:
        ClaimUnknown
    """
    own = waiting.of_partner(desk.participant(connection).chain_id)
    acts = _acts(connection, desk.subject)
    return [
        _piece(desk, reading.find(connection, one, own), acts, photos.of_claim(connection, one))
        for one in claims
    ]


# ---------------------------------------------------------------- details


def _inbox(desk: Desk, wanted: WantedPage, error: str | None, all_ticked: bool) -> Response:
    def found(connection: Connection) -> dict[str, Any]:
        own = waiting.of_partner(desk.participant(connection).chain_id)
        page = WORK.page(
            connection,
            service.claims_query(own, CLAIM.c.state == SUBMITTED),
            WantedPage(MOST_AT_ONCE, wanted.cursor),
        )
        return {
            "pieces": pieces(connection, desk, [row.id for row in page.rows]),
            "next": page.next_address(desk.request),
            "rejected": _elsewhere(connection, desk, own, REJECTED),
            "disputed": _elsewhere(connection, desk, own, DISPUTED),
            "dispute_seconds": desk.onchain.parameters.dispute_window_seconds,
        }

    status = 200 if error is None else 400
    return desk.page("partner/inbox.html", status, error=error, all_ticked=all_ticked, **desk.read(found))


def _confirmation(desk: Desk, chosen: Sequence[str], error: Refused | None) -> Response:
    """Show those of the chosen that can still be approved, whatever became of the others."""

    def found(connection: Connection) -> tuple[list[Piece], Mapping[str, list[str]]]:
        still = [
            one
            for one in pieces(connection, desk, chosen)
            if one.told.claim.state == SUBMITTED and not one.is_busy
        ]
        ids = [one.told.claim.id for one in still]
        passed = allowance.warnings(connection, ids, chain_now(connection)) if ids else {}
        told = {
            claim: [words.passed(one.code, one.when)[desk.language] for one in barriers]
            for claim, barriers in passed.items()
        }
        return still, told

    still, warnings = desk.read(found)
    if not still:
        return _inbox(desk, WantedPage(), desk.refusal(error or NothingChosen()), False)
    return desk.page(
        "partner/approve.html",
        200 if error is None else 409,
        pieces=still,
        left_out=len(chosen) - len(still),
        cents=sum(one.told.claim.cents for one in still),
        warnings=warnings,
        error=None if error is None else desk.refusal(error),
    )


def _ids(texts: Iterable[str]) -> list[str]:
    """Return which of these are ids, each once."""
    return [one for one in dict.fromkeys(texts) if _ID.fullmatch(one)][:MOST_AT_ONCE]


def _elsewhere(connection: Connection, desk: Desk, own: ColumnElement[bool], state: str) -> list[ClaimTold]:
    """Return the newest work that was found not good and can be disputed, or that the municipality has."""
    rows = connection.execute(
        service.claims_query(own, CLAIM.c.state == state)
        .order_by(CLAIM.c.since.desc(), CLAIM.c.id)
        .limit(MOST_ELSEWHERE)
    ).all()
    return [reading.find(connection, row.id) for row in rows]


def _acts(connection: Connection, partner_id: str) -> dict[str, str]:
    """Return claim -> the act about it that waits to be signed."""
    return {claim: one.act.id for one in waiting.to_sign(connection, partner_id) for claim in one.claims}


def _piece(desk: Desk, told: ClaimTold, acts: Mapping[str, str], shown: Sequence[Photo]) -> Piece:
    claim = told.claim
    is_busy = claim.state == SUBMITTED and claim.pending in (decisions.APPROVE, decisions.REJECT)
    until = claim.since + desk.onchain.parameters.decision_window_seconds
    return Piece(told, until, acts.get(claim.id), shown, is_busy)
