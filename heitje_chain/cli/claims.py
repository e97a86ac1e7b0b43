"""`heitje claim` and `heitje dispute`: work that is claimed, handed in, found good or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .acts import act_final, refusal_of, refused, tell
from .command import ordering, reading, signing
from .desk import Desk
from .found import one_of
from .reasons import ReasonOption
from .refusals import REFUSED, Refusal
from .shown import Column, short
from .signing import Asked, ShownSigner

if TYPE_CHECKING:
    from heitje_chain.client.answers import ClaimInFull, ClaimView

claim_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
dispute_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

MOST = 50
"""Claims under one signature."""

ClaimArgument = Annotated[str, typer.Argument(metavar="CLAIM", help="Its id, or a beginning of it.")]
WordsOption = Annotated[str, typer.Option(help="For people to read.")]


@reading(claim_app, "list")
def list_claims(
    desk: Desk,
    state: Annotated[str | None, typer.Option(help="Such as claimed, submitted or approved.")] = None,
    job: Annotated[str | None, typer.Option(help="Only on this job.")] = None,
) -> None:
    """List claims, newest first: one's own, or those on one's jobs."""
    _listed(desk, state, job)


@reading(claim_app, "show")
def show_claim(desk: Desk, claim: ClaimArgument) -> None:
    """Show one claim, with what was written about it."""
    _shown(desk, _claim(desk, claim))


@signing(claim_app, "approve")
def approve(
    desk: Desk,
    claims: Annotated[
        list[str] | None, typer.Argument(metavar="CLAIM...", help="Ids of handed-in work.")
    ] = None,
    all_submitted: Annotated[
        str | None, typer.Option(metavar="JOB", help="All that is handed in on this job.")
    ] = None,
) -> None:
    """Find work good: the rewards are minted. The partner signs, 50 claims at a time."""
    if (all_submitted is None) == (not claims):
        raise typer.BadParameter("Name claims, or a job with --all-submitted.")
    if all_submitted is not None:
        job = one_of(desk, desk.client.jobs.list, all_submitted)
        found = [one for one in desk.client.claims.list(state="submitted") if one["job"] == job]
        found = [one for one in found if one["pending"] is None]
    else:
        ids = dict.fromkeys(_claim_id(desk, one) for one in claims or ())
        found = [desk.client.claims.get(one) for one in ids]
    if not found:
        desk.done([], "Nothing is waiting to be approved.", "Er wacht niets op goedkeuring.")
        return
    ended: list[ClaimView] = []
    for start in range(0, len(found), MOST):
        ended += _approve(desk, found[start : start + MOST], start)
    _told(desk, ended)


@signing(claim_app, "reject")
def reject(desk: Desk, claim: ClaimArgument, reason: ReasonOption, words: WordsOption) -> None:
    """Find work not good, with the reason that the resident reads. The partner signs."""
    found = _claim(desk, claim)
    asked = Asked(
        ("Reject",),
        {"claim": found["id"], "reason": reason},
        {found["id"]: _title(found)},
        [(desk.text("Words", "Woorden"), words)],
    )
    order = desk.client.rejections.of({"claim": found["id"], "reason": reason, "words": words}, desk.key)
    rejected = _final(desk, order(ShownSigner(desk, asked)))
    told = f"{_title(found)}: {rejected['state']}"
    tell(desk, rejected, _state(rejected), (f"{told}.", f"{told}."))


# ---------------------------------------------------------------- residents


@ordering(claim_app, "make")
def make(
    desk: Desk, job: Annotated[str, typer.Argument(metavar="JOB", help="Its id, or a beginning.")]
) -> None:
    """Take a slot of a job."""
    found = desk.client.jobs.get(one_of(desk, desk.client.jobs.list, job))
    claim = _final(desk, desk.client.claims.ask({"job": found["id"]}, desk.key))
    told = found["title"], desk.amount(claim["cents"]), claim["id"]
    done = ("{} is yours for {}, claim {}.".format(*told), "{} is voor u, {}, aanmelding {}.".format(*told))
    tell(desk, claim, _state(claim), done)


@ordering(claim_app, "submit")
def submit(
    desk: Desk,
    claim: ClaimArgument,
    note: Annotated[str, typer.Option(help="What to say about the work.")] = "",
) -> None:
    """Say that the work is done."""
    found = _claim(desk, claim)
    handed_in = _final(desk, desk.client.claims.submit(found["id"], {"note": note}, desk.key))
    title = _title(found)
    tell(desk, handed_in, _state(handed_in), (f"{title} is handed in.", f"{title} is ingeleverd."))


@ordering(claim_app, "withdraw")
def withdraw(desk: Desk, claim: ClaimArgument) -> None:
    """Give a slot back."""
    found = _claim(desk, claim)
    given_back = _final(desk, desk.client.claims.withdraw(found["id"], desk.key))
    title = _title(found)
    tell(desk, given_back, _state(given_back), (f"{title}: given back.", f"{title}: teruggegeven."))


# ---------------------------------------------------------------- disputes


@reading(dispute_app, "list")
def list_disputes(
    desk: Desk,
    state: Annotated[
        Literal["disputed", "awarded", "denied"], typer.Option(help="Decided ones: awarded or denied.")
    ] = "disputed",
) -> None:
    """List disputes, newest first; those that wait for the arbiter unless --state says otherwise."""
    _listed(desk, state, None)


@reading(dispute_app, "show")
def show_dispute(desk: Desk, claim: ClaimArgument) -> None:
    """Show a disputed claim, with what both sides wrote."""
    _shown(desk, _claim(desk, claim))


@ordering(dispute_app, "open")
def open_dispute(desk: Desk, claim: ClaimArgument, words: WordsOption) -> None:
    """Bring a rejection before the arbiter."""
    found = _claim(desk, claim)
    disputed = _final(desk, desk.client.claims.dispute(found["id"], words, desk.key))
    title = _title(found)
    done = (f"{title} is before the arbiter.", f"{title} ligt bij de geschillencommissie.")
    tell(desk, disputed, _state(disputed), done)


@signing(dispute_app, "decide")
def decide(
    desk: Desk,
    claim: ClaimArgument,
    award: Annotated[bool, typer.Option("--award/--deny", help="Whether the resident gets the reward.")],
    reason: ReasonOption,
    words: WordsOption,
) -> None:
    """Decide a dispute, for good. The arbiter signs."""
    found = _claim(desk, claim)
    title = _title(found)
    asked = Asked(
        ("decide",),
        {"id": found["id"], "award": award, "reason": reason},
        {found["id"]: title},
        [
            (desk.text("Amount", "Bedrag"), desk.amount(found["cents"])),
            (desk.text("Words", "Woorden"), words),
        ],
    )
    body = desk.client.decisions.of(
        {"claim": found["id"], "award": award, "reason": reason, "words": words}, desk.key
    )
    act = act_final(desk, body(ShownSigner(desk, asked)))
    told = (f"{title} is awarded.", f"{title} is toegekend.")
    if not award:
        told = (f"{title} is denied.", f"{title} is afgewezen.")
    tell(desk, act, act["state"], told)


# ---------------------------------------------------------------- details


def _claim_id(desk: Desk, typed: str) -> str:
    return one_of(desk, desk.client.claims.list, typed)


def _claim(desk: Desk, typed: str) -> ClaimInFull:
    return desk.client.claims.get(_claim_id(desk, typed))


def _title(claim: ClaimInFull) -> str:
    return claim["job_title"] or short(claim["id"])


def _state(claim: ClaimView) -> str:
    return "pending" if claim["pending"] else claim["state"]


def _final(desk: Desk, claim: ClaimView) -> ClaimView:
    """Wait until nothing is under way with a claim; a fresh one until it is on the chain.

    Raises:
        Refusal: the contract refused it, or it was not final in time.
    """

    def ask() -> ClaimView:
        return desk.client.claims.get(claim["id"])

    later = f"heitje claim show {claim['id']}"
    found = desk.until(ask, lambda one: one["pending"] is None and one["state"] != "asked", claim, later)
    if found["refusal"] or found["state"] == "refused":
        raise refused(desk, found)
    return found


def _approve(desk: Desk, claims: Sequence[ClaimView], before: int) -> list[ClaimView]:
    """Have some claims approved under one signature and wait for each."""
    cents = sum(one["cents"] for one in claims)
    ids = [one["id"] for one in claims]
    jobs = len({one["job"] for one in claims})
    asked = Asked(
        ("Approve",),
        {"claims": ids},
        more=[
            (desk.text("Minted in all", "Samen uitgegeven"), desk.amount(cents)),
            (desk.text("Jobs", "Klussen"), str(jobs)),
        ],
    )
    key = desk.key and (f"{desk.key}-{before}" if before else desk.key)
    signer = ShownSigner(desk, asked)
    given = desk.client.approvals.sign({"claims": ids}, signer, key, lambda act: _warn(desk, act))["claims"]

    def ask() -> list[ClaimView]:
        return [desk.client.claims.get(one) for one in ids]

    def is_final(now: Iterable[ClaimView]) -> bool:
        return all(one["pending"] is None for one in now)

    return list(desk.until(ask, is_final, given, f"heitje claim show {ids[0]}"))


def _warn(desk: Desk, prepared: Mapping[str, Any]) -> None:
    """Tell, before it is signed, which claims are over limits that were lowered since."""
    for one in prepared["warnings"]:
        claim, words = short(one["claim"]), one["words"]
        desk.note(f"{claim}: {words['en']}", f"{claim}: {words['nl']}")


def _told(desk: Desk, claims: Sequence[ClaimView]) -> None:
    """Tell what became of approved claims.

    Raises:
        Refusal: not all of them were approved.
    """
    approved = [one for one in claims if one["state"] == "approved"]
    waiting = [one for one in claims if one["pending"]]
    other = [one for one in claims if one not in approved and one not in waiting]
    cents = desk.amount(sum(one["cents"] for one in approved))
    en = f"{len(approved)} approved, {cents} minted."
    nl = f"{len(approved)} goedgekeurd, {cents} uitgegeven."
    if waiting:
        en, nl = f"{en} {len(waiting)} not final yet.", f"{nl} {len(waiting)} nog niet definitief."
    if other:
        listed = ", ".join(f"{short(one['id'])} {refusal_of(one)}" for one in other)
        raise Refusal(
            "not-all-approved",
            desk.text(f"{en} Not approved: {listed}.", f"{nl} Niet goedgekeurd: {listed}."),
            REFUSED,
            {"claims": list(claims)},
        )
    desk.done(list(claims), en, nl)


def _listed(desk: Desk, state: str | None, job: str | None) -> None:
    columns = (
        Column("Nummer", "Id", lambda one: short(one["id"])),
        Column("Klus", "Job", lambda one: short(one["job"])),
        Column("Inwoner", "Resident", lambda one: short(one["resident"])),
        Column("Bedrag", "Amount", lambda one: desk.amount(one["cents"]), right=True),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Bezig", "Under way", lambda one: one["pending"] or ""),
        Column("Sinds", "Since", lambda one: desk.moment(one["since"])),
    )
    of = None if job is None else one_of(desk, desk.client.jobs.list, job)
    found = desk.client.claims.list(**({"state": state} if state else {}))
    desk.list(columns, [one for one in found if of in (None, one["job"])])


def _shown(desk: Desk, claim: ClaimInFull) -> None:
    facts = [
        (desk.text("Id", "Nummer"), claim["id"]),
        (desk.text("Job", "Klus"), f"{claim['job_title'] or '-'} ({claim['job']})"),
        (desk.text("Resident", "Inwoner"), claim["resident"]),
        (desk.text("Amount", "Bedrag"), desk.amount(claim["cents"])),
        (desk.text("State", "Stand"), claim["state"]),
        (desk.text("Under way", "Bezig"), claim["pending"] or "-"),
        (desk.text("Since", "Sinds"), desk.moment(claim["since"])),
    ]
    if claim["reason"] is not None:
        told = claim["reason_told"]
        words = desk.text(told["en"], told["nl"]) if told else desk.text("unknown", "onbekend")
        facts.append((desk.text("Reason", "Reden"), f"{claim['reason']}: {words}"))
    if claim["refusal"]:
        facts.append((desk.text("Refused", "Geweigerd"), refusal_of(claim)))
    for name, written in (
        (desk.text("Evidence", "Bewijs"), claim["evidence"]),
        (desk.text("Decision", "Beslissing"), claim["decision"]),
        (desk.text("Dispute", "Geschil"), claim["dispute"]),
    ):
        if written:
            facts.append((name, ", ".join(f"{key}: {value}" for key, value in written.items())))
    desk.show(claim, facts)
