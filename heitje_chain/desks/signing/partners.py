"""Partners' acts in words."""

from __future__ import annotations

from heitje_chain.acts.service import Act
from heitje_chain.desks.texts import marked as _
from heitje_chain.documents import service as documents
from heitje_chain.jobs import service as jobs
from heitje_chain.reasons import codes

from .reader import Reader, Words


def job_posted(reader: Reader, act: Act) -> Words:
    about = documents.find(reader.connection, act.typed_data["message"]["documentHash"]) or {}
    terms = act.content
    facts = [
        (_("Job"), about.get("title")),
        (_("Where"), ", ".join(filter(None, (about.get("place"), about.get("neighbourhood"))))),
        (_("How long"), reader.duration(about.get("minutes", 0) * 60)),
        (_("Each person gets"), reader.euros(terms["reward"])),
        (_("Places"), str(terms["slots"])),
        (_("Choose before"), reader.moment(terms["claim_by"])),
        (_("Hand in before"), reader.moment(terms["submit_by"])),
    ]
    return Words(
        reader.text(_("Post a job")),
        reader.text(
            _("Residents can choose this job. %(total)s of your budget for %(period)s is set aside for it."),
            total=reader.euros(terms["reward"] * terms["slots"]),
            period=terms["period"],
        ),
        tuple((reader.text(name), value) for name, value in facts if value),
        about.get("description"),
    )


def job_closed(reader: Reader, act: Act) -> Words:
    return Words(
        reader.text(_("Close a job")),
        reader.text(_("Nobody can choose this job any more. Whoever chose it can still do it and be paid.")),
        ((reader.text(_("Job")), _title(reader, act.content["job"])),),
    )


def work_approved(reader: Reader, act: Act) -> Words:
    claims = [jobs.find_claim(reader.connection, one) for one in act.content["claims"]]
    facts = [(one.job_title or reader.text(_("A job")), reader.euros(one.cents)) for one in claims]
    total = reader.euros(sum(one.cents for one in claims))
    return Words(
        reader.text(_("Approve work")),
        reader.text(
            _("The work was done well. %(total)s is paid at once, and cannot be taken back."), total=total
        ),
        tuple(facts),
    )


def work_rejected(reader: Reader, act: Act) -> Words:
    claim = jobs.find_claim(reader.connection, act.content["claim"])
    return Words(
        reader.text(_("Reject work")),
        reader.text(
            _("The work is not paid. The resident reads why, and can ask the municipality to decide.")
        ),
        (
            (reader.text(_("Job")), claim.job_title or reader.text(_("A job"))),
            (reader.text(_("Amount")), reader.euros(claim.cents)),
            (reader.text(_("Reason")), reader.reason(codes.REJECT, act.content["reason"])),
        ),
        reader.letter(act.typed_data["message"]["documentHash"], "words"),
    )


def _title(reader: Reader, job_id: str) -> str:
    return jobs.find_job(reader.connection, job_id).title or reader.text(_("A job"))
