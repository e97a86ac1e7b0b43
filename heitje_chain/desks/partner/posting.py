"""A job from a form: looked at as a resident will, kept for later, or signed and posted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, select

from heitje_chain.allowance import limits as allowance_limits
from heitje_chain.chain.clock import chain_now, latest_now
from heitje_chain.chain.ids import ClientId
from heitje_chain.declarations import service as declarations
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import Desk
from heitje_chain.http.fields import Hex16Path, Hex32Field
from heitje_chain.http.paging import Listing, Wanted
from heitje_chain.http.problems import Refused
from heitje_chain.jobs import posting, templates
from heitje_chain.jobs.errors import TemplateUnknown
from heitje_chain.jobs.model import JOB, TEMPLATE
from heitje_chain.jobs.templates import Template
from heitje_chain.series import rules as series_rules
from heitje_chain.series import service as series

from . import offers
from .home import purses
from .offers import Offer, Problem

router = APIRouter(prefix="/partner/jobs")

TEMPLATES = Listing("job-templates", (TEMPLATE.c.updated_at, TEMPLATE.c.id))

_ID = re.compile(r"[0-9a-f]{32}")

MOST_NEIGHBOURHOODS = 50
"""How many are offered to be chosen from; any other can be typed."""


@router.get("/new")
def ask(
    desk: Annotated[Desk, At("partner")],
    template: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None,
    again: Annotated[Hex32Field | None, Query()] = None,
) -> Response:
    """Show the form: empty, of a job that was kept, or of one that is posted again."""

    def begun(connection: Connection) -> FormData:
        now = latest_now(connection)
        if template is not None:
            return offers.of_template(templates.find(connection, desk.subject, template))
        if again is not None:
            return offers.of_job(posting.own_job(connection, desk.subject, again), now)
        return offers.empty(now)

    return _form(desk, desk.read(begun), [])


@router.post("/edit")
def edit(form: Form, desk: Annotated[Desk, At("partner")]) -> Response:
    """Show the form again as it is filled in."""
    return _form(desk, form, [])


@router.post("/preview")
def preview(form: Form, desk: Annotated[Desk, At("partner")]) -> Response:
    """Show a job as a resident will see it, with what it takes of the budget; nothing is changed."""
    offer, problems = offers.read(form)
    if offer is not None:
        problems = desk.read(lambda c: _refusals(c, desk, offer))
    if offer is None or problems:
        return _form(desk, form, problems)
    return _preview(desk, form, offer)


@router.post("")
def post(form: Form, desk: Annotated[Desk, At("partner")]) -> Response:
    """Prepare the job, or one for each week; it is signed next."""
    offer, problems = offers.read(form)
    if offer is None:
        return _form(desk, form, problems)

    def once(connection: Connection, _: ClientId) -> str:
        return posting.prepare(connection, desk.onchain, desk.subject, offer.terms, offer.about).id

    def weekly(connection: Connection, client_id: ClientId) -> str:
        weeks = series_rules.weeks_of(offer.terms, latest_now(connection), offer.weeks)
        series_id = client_id.hex()[:32]
        return series.prepare(connection, desk.onchain, desk.subject, series_id, weeks, offer.about)[0].id

    try:
        if offer.weeks == 1:
            return desk.submit(form, once, "/acts/{}")
        return desk.submit(form, weekly, "/partner/weekly/{}")
    except Refused as error:
        return _form(desk, form, [offers.problem_of(error)])


# ---------------------------------------------------------------- what is kept


@router.get("/kept")
def list_kept(desk: Annotated[Desk, At("partner")], wanted: Wanted) -> Response:
    """List the jobs that were kept, the one that was changed last first."""

    def found(connection: Connection) -> dict[str, Any]:
        page = TEMPLATES.page(connection, templates.query(desk.subject), wanted)
        return {
            "kept": [templates.template_of(row) for row in page.rows],
            "next": page.next_address(desk.request),
        }

    return desk.page("partner/kept.html", **desk.read(found))


@router.post("/keep")
def keep(form: Form, desk: Annotated[Desk, At("partner")]) -> Response:
    """Keep a job as it is typed, whether it is complete or not."""

    def work(connection: Connection, client_id: ClientId) -> str:
        words, terms = offers.as_typed(form)
        template_id = _template_id(form) or client_id.hex()[:32]
        return templates.keep(connection, desk.subject, template_id, words, terms).id

    try:
        return desk.submit(form, work, "/partner/jobs/new?template={}")
    except Refused as error:
        return _form(desk, form, [Problem(None, error)])


@router.post("/kept/{template_id}/throw-away")
def throw_away(template_id: Hex16Path, desk: Annotated[Desk, At("partner")]) -> Response:
    """Keep a job no longer; doing it twice is doing it once."""
    desk.database.change(lambda c: templates.throw_away(c, desk.subject, template_id))
    return desk.go("/partner/jobs/kept")


# ---------------------------------------------------------------- details


def _form(desk: Desk, form: FormData, problems: Sequence[Problem]) -> Response:
    def found(connection: Connection) -> dict[str, Any]:
        kept = _template_id(form)
        return {
            "purses": [one for one in purses(connection, desk.subject) if not one.budget.books.closed],
            "kinds": sorted(one.kind for one in declarations.of_partner(connection, desk.subject)),
            "neighbourhoods": _neighbourhoods(connection),
            "limits": allowance_limits.current(connection, latest_now(connection)).limits,
            "kept": None if kept is None else _kept(connection, desk, kept),
        }

    minutes = sorted({*offers.LENGTHS, *_own_length(form)})
    return desk.page(
        "partner/form.html",
        400 if problems else 200,
        form=form,
        problems=[
            (one.field, desk.text(offers.LABELS[one.field]) if one.field else "", desk.refusal(one.error))
            for one in problems
        ],
        labels={name: desk.text(label) for name, label in offers.LABELS.items()},
        evidence={name: desk.text(label) for name, label in offers.EVIDENCE.items()},
        lengths=minutes,
        **desk.read(found),
    )


def _preview(desk: Desk, form: FormData, offer: Offer) -> Response:
    def found(connection: Connection) -> dict[str, Any]:
        limits = allowance_limits.current(connection, latest_now(connection)).limits
        most = offer.terms.reward if limits is None else limits.hour * offer.about.minutes // 60
        return {
            "limits": limits,
            "gets": min(offer.terms.reward, most),
            "purse": next(
                one for one in purses(connection, desk.subject) if one.budget.period == offer.terms.period
            ),
        }

    terms = offer.terms
    return desk.page(
        "partner/preview.html",
        offer=offer,
        hourly=terms.reward * 60 // offer.about.minutes,
        together=terms.reward * terms.slots,
        fields={name: form.raw(name) for name in (*offers.LONGEST, *offers.TERMS, "template")},
        **desk.read(found),
    )


def _refusals(connection: Connection, desk: Desk, offer: Offer) -> list[Problem]:
    """Return what the services would refuse the job for."""
    try:
        for week in series_rules.weeks_of(offer.terms, chain_now(connection), offer.weeks):
            posting.check(connection, desk.onchain, desk.subject, week.terms, offer.about)
    except Refused as error:
        return [offers.problem_of(error)]
    return []


def _neighbourhoods(connection: Connection) -> list[str]:
    """Return those in which anybody ever posted a job, in the order of the alphabet."""
    column = JOB.c.details["neighbourhood"].as_string()
    rows = connection.scalars(select(column).distinct().limit(MOST_NEIGHBOURHOODS))
    return sorted(one for one in rows if one)


def _template_id(form: FormData) -> str | None:
    """Return under which id the form is kept already."""
    given = form.raw("template")
    return given if _ID.fullmatch(given) else None


def _kept(connection: Connection, desk: Desk, template_id: str) -> Template | None:
    """Return what is kept under an id; None when it was thrown away meanwhile."""
    try:
        return templates.find(connection, desk.subject, template_id)
    except TemplateUnknown:
        return None


def _own_length(form: FormData) -> list[int]:
    """Return a length that the form has already, though it is not among those that are offered."""
    typed = form.raw("minutes")
    return [int(typed)] if typed.isascii() and typed.isdecimal() and len(typed) < 5 else []
