"""`heitje job`: what a partner posts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from .acts import refused, tell
from .command import reading, signing
from .desk import Desk
from .found import one_of
from .options import euros, moment_of
from .refusals import MISTYPED, Refusal
from .shown import Column, short
from .signing import Asked, ShownSigner

if TYPE_CHECKING:
    from heitje_chain.client.answers import JobInFull, JobView
    from heitje_chain.client.orders import NewJob

job_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

FileOption = Annotated[
    Path | None,
    typer.Option(help="A JSON file with what is not given here; amounts in euros, local times."),
]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="Its id, or a beginning of it.")]


@reading(job_app, "list")
def list_jobs(
    desk: Desk,
    state: Annotated[
        Literal["posting", "open", "closed", "refused"] | None, typer.Option(help="Only these.")
    ] = None,
) -> None:
    """List jobs, newest first; a partner sees its own."""
    columns = (
        Column("Nummer", "Id", lambda one: short(one["id"])),
        Column("Klus", "Job", lambda one: one["title"] or "-"),
        Column("Partner", "Partner", lambda one: one["partner_name"] or "-"),
        Column("Beloning", "Reward", lambda one: desk.amount(one["reward"]), right=True),
        Column("Vrij", "Free", lambda one: f"{one['left']}/{one['slots']}", right=True),
        Column("Aanmelden voor", "Claim before", lambda one: desk.moment(one["claim_by"])),
        Column("Stand", "State", lambda one: one["state"]),
    )
    desk.list(columns, desk.client.jobs.list(**({"state": state} if state else {})))


@reading(job_app, "show")
def show(desk: Desk, job: JobArgument) -> None:
    """Show one job."""
    found = desk.client.jobs.get(one_of(desk, desk.client.jobs.list, job))
    facts = [
        (desk.text("Id", "Nummer"), found["id"]),
        (desk.text("Job", "Klus"), found["title"] or "-"),
        (desk.text("Partner", "Partner"), found["partner_name"] or "-"),
        (desk.text("Reward per slot", "Beloning per plek"), desk.amount(found["reward"])),
        (desk.text("Free slots", "Vrije plekken"), f"{found['left']} / {found['slots']}"),
        (desk.text("Period", "Periode"), str(found["period"])),
        (desk.text("Claim before", "Aanmelden voor"), desk.moment(found["claim_by"])),
        (desk.text("Hand in before", "Inleveren voor"), desk.moment(found["submit_by"])),
        (desk.text("State", "Stand"), found["state"]),
    ]
    facts += [(name, str(value)) for name, value in found["details"].items() if value not in ("", None)]
    desk.show(found, facts)


@signing(job_app, "post")
def post(
    desk: Desk,
    file: FileOption = None,
    title: Annotated[str | None, typer.Option(help="What people see first.")] = None,
    description: Annotated[str | None, typer.Option(help="What is to be done.")] = None,
    place: Annotated[str | None, typer.Option(help="Where to be.")] = None,
    neighbourhood: Annotated[str | None, typer.Option(help="Such as Heerlen-Noord.")] = None,
    bring: Annotated[str | None, typer.Option(help="What to bring.")] = None,
    minutes: Annotated[int | None, typer.Option(min=1, help="How long the work takes.")] = None,
    evidence: Annotated[
        Literal["photo", "onsite", "none"] | None,
        typer.Option(help="How work is shown; none: never ask for a picture (care)."),
    ] = None,
    kind: Annotated[str | None, typer.Option(help="Such as green or care.")] = None,
    reward: Annotated[
        str | None, typer.Option(metavar="EUROS", help="Per slot, such as 15 or 15,00.")
    ] = None,
    slots: Annotated[int | None, typer.Option(min=1, help="For how many people.")] = None,
    period: Annotated[int | None, typer.Option(min=1, help="Whose budget pays. Default: this year.")] = None,
    claim_by: Annotated[
        str | None, typer.Option(metavar="MOMENT", help="Local time, such as 2026-12-01 (its end).")
    ] = None,
    submit_by: Annotated[
        str | None, typer.Option(metavar="MOMENT", help="Until when work can be handed in.")
    ] = None,
) -> None:
    """Post a job; its rewards are reserved. The partner signs."""
    given = {
        "title": title,
        "description": description,
        "place": place,
        "neighbourhood": neighbourhood,
        "bring": bring,
        "minutes": minutes,
        "evidence": evidence,
        "kind": kind,
        "reward": reward,
        "slots": slots,
        "period": period,
        "claim_by": claim_by,
        "submit_by": submit_by,
    }
    body = order_in(
        {**read_file(desk, file), **{name: value for name, value in given.items() if value is not None}}
    )
    asked = Asked(
        ("PostJob",),
        {
            "reward": body["reward"],
            "slots": body["slots"],
            "period": body["period"],
            "claimBy": body["claim_by"],
            "submitBy": body["submit_by"],
        },
        more=[
            (desk.text("Job", "Klus"), body["title"]),
            (desk.text("Reserved in all", "Samen gereserveerd"), desk.amount(body["reward"] * body["slots"])),
        ],
    )
    job = _final(desk, desk.client.job_postings.sign(body, ShownSigner(desk, asked), desk.key), "posting")
    told = body["title"], job["id"]
    done = ("{} is posted, id {}.".format(*told), "{} is geplaatst, nummer {}.".format(*told))
    tell(desk, job, job["state"], done)


@signing(job_app, "close")
def close(desk: Desk, job: JobArgument) -> None:
    """Let a job take no more claims; free slots' rewards are the partner's again. The partner signs."""
    found = desk.client.jobs.get(one_of(desk, desk.client.jobs.list, job))
    title = found["title"] or short(found["id"])
    asked = Asked(
        ("CloseJob",),
        {"job": found["id"]},
        {found["id"]: title},
        [(desk.text("Free slots", "Vrije plekken"), f"{found['left']} / {found['slots']}")],
    )
    order = desk.client.job_closings.of({"job": found["id"]}, desk.key)
    closed = _final(desk, order(ShownSigner(desk, asked)), "open")
    state = "closing" if closed["state"] == "open" else closed["state"]
    tell(
        desk, closed, state, (f"{title} takes no more claims.", f"{title} neemt geen aanmeldingen meer aan.")
    )


# ---------------------------------------------------------------- details

_TEXTS = ("title", "description", "place", "neighbourhood", "kind")
_NEEDED = (*_TEXTS, "minutes", "evidence", "reward", "slots", "claim_by", "submit_by")


def _final(desk: Desk, job: JobView, passing: str) -> JobView | JobInFull:
    """Wait until a job has left a state."""

    def ask() -> JobView | JobInFull:
        return desk.client.jobs.get(job["id"])

    later = f"heitje job show {job['id']}"
    found = desk.until(ask, lambda one: one["state"] != passing, job, later)
    if found["state"] == "refused":
        raise refused(desk, found)
    return found


def read_file(desk: Desk, file: Path | None) -> dict[str, Any]:
    """Raises:
    Refusal: the file is no JSON object.
    """
    if file is None:
        return {}
    try:
        read = json.loads(file.read_text())
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise Refusal(
            "file-wrong",
            desk.text(f"{file} is no JSON object.", f"{file} is geen JSON-object."),
            MISTYPED,
        )
    return read


def order_in(given: dict[str, Any]) -> NewJob:
    """Return the order, its amount in cents and its times in seconds.

    Raises:
        BadParameter: something is missing, or no amount or moment.
    """
    body = {"bring": "", "period": datetime.now(UTC).year, **given}
    missing = [f"--{name.replace('_', '-')}" for name in _NEEDED if body.get(name) in (None, "")]
    if missing:
        raise typer.BadParameter(f"These are needed, here or in the file: {', '.join(missing)}.")
    body["reward"] = euros(str(body["reward"]))
    for name in ("claim_by", "submit_by"):
        body[name] = moment_of(str(body[name]))
    return cast("NewJob", body)
