"""One's own claims: what comes next, how far each is and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import SEEK_END
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from sqlalchemy import ColumnElement, Connection

from heitje_chain.desks.forms import Form, FormData, Upload, UploadData
from heitje_chain.desks.frame import At, Desk
from heitje_chain.desks.live import Seen, follow, seen
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.paging import Listing, Wanted
from heitje_chain.http.problems import Refused
from heitje_chain.jobs import model, photos, pictures, reading, rules, service
from heitje_chain.jobs.errors import PhotoTooLarge
from heitje_chain.jobs.model import CLAIM
from heitje_chain.jobs.photos import Photo
from heitje_chain.jobs.pictures import Picture
from heitje_chain.jobs.reading import ClaimTold
from heitje_chain.jobs.service import Job

from .jobs import check_no_gain

router = APIRouter(include_in_schema=False)

CLAIMS = Listing("claims", (CLAIM.c.created_at, CLAIM.c.id))

MOST_WORDS = 2000

MOST_PHOTO_BYTES = 10_000_000
"""As sent; what telephones make has 2 to 8 million."""
UPLOADS = {r"(/counter/[0-9a-f]{32})?/claims/[0-9a-f]{64}/submit": 64_000_000}
"""How much is read, and mostly forgotten, to refuse in words what is more than that."""

Progress = Literal["done", "now", "next", "failed"]


@dataclass(frozen=True)
class Step:
    """One step of a claim's way, as its list shows it."""

    name: str
    """claimed, submitted, decided or paid."""
    progress: Progress


@dataclass(frozen=True)
class Told:
    """A claim with all that its page says."""

    told: ClaimTold
    job: Job | None
    steps: tuple[Step, ...]
    dispute_until: int | None
    """UTC seconds; None when there is nothing to dispute."""
    photos: Sequence[Photo]
    may_add_photos: bool


@router.get("/claims")
def list_claims(desk: Annotated[Desk, At("resident")], wanted: Wanted) -> Response:
    """List one's claims, newest first."""

    def found(connection: Connection) -> dict[str, Any]:
        page = CLAIMS.page(connection, service.claims_query(_own(connection, desk)), wanted)
        return {
            "claims": [service.claim_of(row) for row in page.rows],
            "next": page.next_address(desk.request),
        }

    return desk.page("resident/claims.html", **desk.read(found))


@router.get("/claims/{claim_id}")
def read_claim(claim_id: Hex32Path, desk: Annotated[Desk, At("resident")]) -> Response:
    """Show one claim, and what can be done with it now."""
    return _page(desk, claim_id, None, FormData({}))


@router.get("/claims/{claim_id}/live")
def follow_claim(claim_id: Hex32Path, desk: Annotated[Desk, At("resident")], already: Seen) -> Response:
    """Show a claim anew whenever something happens to it."""
    return follow(
        desk,
        lambda connection: _told(connection, desk, claim_id),
        lambda told: told.told.claim.state in rules.OVER,
        lambda told: desk.fragment("resident/claim_state.html", told=told, error=None, form=FormData({})),
        already,
        of=lambda told: told.told,  # not how many places others left
    )


@router.post("/claims/{claim_id}/withdraw")
def withdraw(claim_id: Hex32Path, form: Form, desk: Annotated[Desk, At("resident")]) -> Response:
    """Give a slot back."""
    return _act(desk, claim_id, form, lambda c: service.withdraw(c, desk.subject, claim_id).id)


@router.post("/claims/{claim_id}/submit")
def submit(claim_id: Hex32Path, desk: Annotated[Desk, At("resident")], form: Upload) -> Response:
    """Say that the work is done, with photos of it or without."""

    def work(connection: Connection) -> str:
        note = form.lines("note", MOST_WORDS, required=False)
        return service.submit(connection, desk.subject, claim_id, note, pictures=tidied).id

    try:
        before = desk.sent_before(form)
        if before is not None:
            return before
        if form.files:
            many = len(form.files)
            desk.read(lambda c: service.check_photos(c, desk.subject, claim_id, many))
        tidied = _tidied(form)
    except Refused as error:
        return _page(desk, claim_id, desk.refusal(error), form)
    return _act(desk, claim_id, form, work)


@router.post("/claims/{claim_id}/dispute")
def dispute(claim_id: Hex32Path, form: Form, desk: Annotated[Desk, At("resident")]) -> Response:
    """Bring a rejection before the arbiter."""

    def work(connection: Connection) -> str:
        words = form.lines("words", MOST_WORDS)
        return service.dispute(connection, desk.onchain, desk.subject, claim_id, words).id

    return _act(desk, claim_id, form, work)


# ---------------------------------------------------------------- details


def _act(desk: Desk, claim_id: str, form: FormData, work: Callable[[Connection], str]) -> Response:
    def checked(connection: Connection) -> str:
        if desk.counter is not None:
            claim = reading.find(connection, claim_id, _own(connection, desk)).claim
            check_no_gain(connection, desk, claim.job)
        return work(connection)

    try:
        return desk.submit(form, lambda c, _: checked(c), "/claims/{}")
    except Refused as error:
        return _page(desk, claim_id, desk.refusal(error), form)


def _tidied(form: UploadData) -> list[Picture]:
    """Return the photos that were sent, drawn anew: before anything is written, since it takes a moment.

    Raises:
        PhotosTooMany, PhotoTooLarge, PhotoUnreadable
    """
    photos.check_how_many(len(form.files))
    for file in form.files:
        if file.seek(0, SEEK_END) > MOST_PHOTO_BYTES:
            raise PhotoTooLarge(MOST_PHOTO_BYTES)
        file.seek(0)
    return [pictures.tidy(file) for file in form.files]


def _page(desk: Desk, claim_id: str, error: str | None, form: FormData) -> Response:
    told = desk.read(lambda connection: _told(connection, desk, claim_id))
    status = 200 if error is None else 409
    return desk.page("resident/claim.html", status, told=told, seen=seen(told.told), error=error, form=form)


def _told(connection: Connection, desk: Desk, claim_id: str) -> Told:
    told = reading.find(connection, claim_id, _own(connection, desk))
    claim = told.claim
    job = service.find_job(connection, claim.job)
    until = None
    if claim.state == model.REJECTED:
        until = claim.since + desk.onchain.parameters.dispute_window_seconds
    shown = photos.of_claim(connection, claim_id)
    may_add = photos.is_asked(job.details) and len(shown) < photos.MOST_OF_A_CLAIM
    return Told(told, job, steps_of(claim.state), until, shown, may_add)


def steps_of(state: str) -> tuple[Step, ...]:
    """Return a claim's way as four steps."""
    if state in (model.WITHDRAWN, model.LAPSED, model.REFUSED):
        return (Step("claimed", "failed"),)
    at = _AT[state]
    steps = ("claimed", "submitted", "decided", "paid")
    progress: list[Progress] = [
        "done" if place < at else "now" if place == at else "next" for place in range(4)
    ]
    if state in (model.DENIED, model.REJECTED_FINALLY):
        return (*(Step(name, "done") for name in steps[:2]), Step("decided", "failed"))
    return tuple(Step(name, one) for name, one in zip(steps, progress, strict=True))


_AT = {
    model.ASKED: 0,
    model.CLAIMED: 1,
    model.SUBMITTED: 2,
    model.REJECTED: 2,
    model.DISPUTED: 2,
    model.DENIED: 2,
    model.REJECTED_FINALLY: 2,
    model.APPROVED: 4,
    model.AWARDED: 4,
}


def _own(connection: Connection, desk: Desk) -> ColumnElement[bool]:
    return CLAIM.c.resident == (desk.participant(connection).chain_id or "")
