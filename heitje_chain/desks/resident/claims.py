"""One's own claims: what comes next, how far each is and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import SEEK_END
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from sqlalchemy import ColumnElement, Connection

from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form, FormData, Upload, UploadData
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.live import Seen, follow, seen
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.paging import Listing, Wanted
from heitje_chain.http.problems import Refused
from heitje_chain.jobs import history, model, photos, pictures, reading, rules, service
from heitje_chain.jobs.errors import PhotoTooLarge
from heitje_chain.jobs.history import Happening
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
    """One step of a claim's way: something that happened, or what comes next."""

    name: str
    """What happened, as in `Happening`; or decided, ruled or paid."""
    progress: Progress
    happened: Happening | None = None
    """With its time, reason and words; None for what has yet to happen."""


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
    return Told(
        told, job, steps_of(claim.state, history.of_claim(connection, claim_id)), until, shown, may_add
    )


def steps_of(state: str, happened: Sequence[Happening]) -> tuple[Step, ...]:
    """Return a claim's way: what happened to it, and what is still to come."""
    steps = [Step(one.name, "failed" if one.name in _BAD else "done", one) for one in happened]
    if state in (model.APPROVED, model.AWARDED):
        steps.append(Step("paid", "done", Happening("paid", happened[-1].at) if happened else None))
    if state == model.REFUSED:
        steps.append(Step("claimed", "failed"))
    now, *later = _TO_COME.get(state, ("",))
    return (*steps, *((Step(now, "now"),) if now else ()), *(Step(name, "next") for name in later))


_BAD = (model.REJECTED, model.DENIED, model.WITHDRAWN, model.LAPSED, model.REJECTED_FINALLY)
_TO_COME = {
    model.ASKED: ("claimed", "submitted", "decided", "paid"),
    model.CLAIMED: ("submitted", "decided", "paid"),
    model.SUBMITTED: ("decided", "paid"),
    model.DISPUTED: ("ruled", "paid"),
}


def _own(connection: Connection, desk: Desk) -> ColumnElement[bool]:
    return CLAIM.c.resident == (desk.participant(connection).chain_id or "")
