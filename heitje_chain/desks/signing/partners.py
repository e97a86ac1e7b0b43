"""Partners' acts in words."""

from __future__ import annotations

from heitje_chain.acts.service import Act
from heitje_chain.desks.texts import marked as _
from heitje_chain.desks.words import kind_name
from heitje_chain.documents import service as documents
from heitje_chain.jobs import service as jobs
from heitje_chain.reasons import codes

from .reader import Reader, Words

_EVIDENCE = {
    "photo": _("By a photo"),
    "onsite": _("We come and look"),
    "none": _("No picture, ever: this is about company and care"),
}


def job_posted(reader: Reader, act: Act) -> Words:
    about = documents.find(reader.connection, act.typed_data["message"]["documentHash"]) or {}
    terms, kind = act.content, about.get("kind")
    evidence = reader.text(_EVIDENCE[about["evidence"]]) if about.get("evidence") in _EVIDENCE else None
    facts = [
        (_("Job"), about.get("title")),
        (_("Where"), ", ".join(filter(None, (about.get("place"), about.get("neighbourhood"))))),
        (_("How long"), reader.duration(about.get("minutes", 0) * 60)),
        (_("Kind of job"), kind and kind_name(kind, reader.language)),
        (_("What to bring"), about.get("bring")),
        (_("How do you see that it was done?"), evidence),
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
        reader.is_missing(act.typed_data["message"]["documentHash"]),
    )


def job_closed(reader: Reader, act: Act) -> Words:
    return Words(
        reader.text(_("Close a job")),
        reader.text(_("Nobody can choose this job any more. Whoever chose it can still do it and be paid.")),
        ((reader.text(_("Job")), _title(reader, act.content["job"])),),
    )


def work_approved(reader: Reader, act: Act) -> Words:
    claims = [jobs.find_claim(reader.connection, one) for one in act.content["claims"]]
    facts = [
        (
            one.job_title or reader.text(_("A job")),
            reader.text(
                _("%(cents)s, resident %(code)s, handed in %(when)s"),
                cents=reader.euros(one.cents),
                code=resident_code(one.resident),
                when=reader.moment(one.since),
            ),
        )
        for one in claims
    ]
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
            (reader.text(_("Resident")), resident_code(claim.resident)),
            (reader.text(_("Handed in")), reader.moment(claim.since)),
            (reader.text(_("Amount")), reader.euros(claim.cents)),
            (reader.text(_("Reason")), reader.reason(codes.REJECT, act.content["reason"])),
        ),
        reader.letter(act.typed_data["message"]["documentHash"], "words"),
        reader.is_missing(act.typed_data["message"]["documentHash"]),
    )


def resident_code(chain_id: str) -> str:
    """Return by which code a partner knows somebody, as its inbox shows it."""
    return chain_id[:4].upper()


def _title(reader: Reader, job_id: str) -> str:
    return jobs.find_job(reader.connection, job_id).title or reader.text(_("A job"))
