"""`heitje job series`: a job every week, signed beforehand, that opens by itself while the budget lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from .command import ordering, reading, signing
from .desk import Desk
from .found import one_of
from .jobs import FileOption, order_in, read_file
from .options import moment_of
from .shown import Column, short
from .signing import Asked, sign_all

if TYPE_CHECKING:
    from heitje_chain.client.answers import WeekView
    from heitje_chain.client.orders import NewSeries

series_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

SeriesArgument = Annotated[str, typer.Argument(metavar="SERIES", help="Its id, or a beginning of it.")]


@signing(series_app, "post")
def post(
    desk: Desk,
    weeks: Annotated[int, typer.Option(min=1, max=53, help="How many.")],
    opens_at: Annotated[
        str, typer.Option(metavar="MOMENT", help="When the first opens, local time: '2026-12-07 09:00'.")
    ],
    file: FileOption = None,
) -> None:
    """Post a job for each week, as in a file for `heitje job post`. The partner signs all of them at once.

    claim_by and submit_by in the file are the first week's.
    """
    job = order_in(read_file(desk, file))
    body = cast("NewSeries", {**job, "opens_at": moment_of(opens_at), "weeks": weeks})
    prepared = desk.client.job_series.prepare(body, desk.key)
    asked = [_asked(desk, body, week) for week in prepared["weeks"]]
    messages = [act["typed_data"] for act in prepared["to_sign"]]
    signatures = sign_all(desk, list(zip(asked, messages, strict=True)))
    signed = desk.client.job_series.sign(
        prepared["id"],
        {
            "signatures": [
                {"act": act["id"], "signature": f"0x{signature.hex()}"}
                for act, signature in zip(prepared["to_sign"], signatures, strict=True)
            ]
        },
        prepared["id"],
    )
    first, series = desk.moment(prepared["weeks"][0]["opens_at"]), short(prepared["id"])
    desk.done(
        signed,
        f"{weeks} weeks of {body['title']} are signed, the first opens {first}, series {series}.",
        f"{weeks} weken {body['title']} zijn ondertekend, de eerste gaat open {first}, reeks {series}.",
    )


@reading(series_app, "list")
def list_series(desk: Desk) -> None:
    """List series, newest first."""
    columns = (
        Column("Reeks", "Series", lambda one: short(one["id"])),
        Column("Weken", "Weeks", lambda one: str(one["weeks"]), right=True),
        Column("Gemaakt", "Made", lambda one: desk.moment(one["created_at"])),
    )
    desk.list(columns, desk.client.job_series.list())


@reading(series_app, "show")
def show(desk: Desk, series: SeriesArgument) -> None:
    """Show each week of a series, and why one waits past its day or was skipped."""
    listed = desk.client.job_series
    found = listed.get(one_of(desk, listed.list, series))
    if desk.options.as_json:
        desk.json(found)
        return
    columns = (
        Column("Week", "Week", lambda one: str(one["number"]), right=True),
        Column("Gaat open", "Opens", lambda one: desk.moment(one["opens_at"])),
        Column("Aanmelden voor", "Claim before", lambda one: desk.moment(one["claim_by"])),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Klus", "Job", lambda one: short(one["job"]) if one["job_state"] else "-"),
        Column("Reden", "Reason", lambda one: one["told"] or ""),
    )
    desk.list(columns, found["weeks"])


@ordering(series_app, "cancel")
def cancel(
    desk: Desk,
    series: SeriesArgument,
    week: Annotated[
        list[int] | None, typer.Option(min=1, help="Only this one; can be given more than once.")
    ] = None,
) -> None:
    """Cancel weeks that were not opened yet, all of them unless some are named. Jobs that are open go on."""
    listed = desk.client.job_series
    series_id = one_of(desk, listed.list, series)
    which = ", ".join(map(str, week)) if week else desk.text("all that wait", "alle die wachten")
    desk.confirm([(desk.text("Weeks", "Weken"), which)], "Cancel these?", "Deze annuleren?")
    done = listed.cancel(series_id, week or None, desk.key)
    number = sum(one["state"] == "cancelled" for one in done["weeks"])
    desk.done(done, f"Weeks cancelled: {number}.", f"Weken geannuleerd: {number}.")


def _asked(desk: Desk, body: NewSeries, week: WeekView) -> Asked:
    said = {
        "reward": body["reward"],
        "slots": body["slots"],
        "period": body["period"],
        "claimBy": week["claim_by"],
        "submitBy": week["submit_by"],
    }
    more = [
        (desk.text("Job", "Klus"), body["title"]),
        (desk.text("Week", "Week"), f"{week['number']}/{body['weeks']}"),
        (desk.text("Opens", "Gaat open"), desk.moment(week["opens_at"])),
    ]
    return Asked(("PostJob",), said, more=more)
