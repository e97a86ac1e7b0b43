"""Jobs are posted, claimed, done and approved; one is rejected, disputed and awarded; one lapses."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import cycle
from typing import Any
from typing import cast as cast_to

from heitje_chain.client import Client, Problem
from heitje_chain.client.orders import Decision, NewJob, Rejection

from . import pilot
from .city import City, DemoRefused, Say
from .people import DAY_SECONDS, PERIOD, Cast
from .pilot import APPROVED, JobData
from .waiting import each, until

LAPSING_SECONDS = 25
"""How long the lapsing job can be claimed and handed in."""

ELSEWHERE_CENTS = 208_00
"""What somebody says it gets elsewhere in a month: no job fits below the limit any more."""

REASON_UNFINISHED, REASON_FAIR = 2, 1
"""Codes of the municipality's list."""


@dataclass(frozen=True)
class Done:
    """What became of the work."""

    jobs: int
    approved: int
    awarded: str
    lapsing: str
    """Ids of two claims."""


def do(city: City, cast: Cast, say: Say) -> Done:
    """Let the pilot's jobs be done, as many as then."""
    lapsing = _post_lapsing(cast)
    posted = _post(cast, APPROVED + 2)  # a slot more than is taken, at which somebody is stopped
    _wait_for_jobs(city, len(posted) + 1)
    say(f"{len(posted) + 1} jobs posted under partners' signatures, their rewards reserved")

    lapsing_claim = _claim(cast, cast.residents[0].id, lapsing)
    claims = _claim_all(cast, posted, APPROVED + 1)
    _wait_for_claims(city, "claimed", len(claims) + 1)
    say(f"{len(claims) + 1} slots claimed by residents")
    _stop_at_limit(cast, posted[-1][0], say)

    each(lambda one: _client(cast, one).claims.submit(one["id"], {"note": "Gedaan!"}), claims)
    _wait_for_claims(city, "submitted", len(claims))
    say(f"{len(claims)} times the work was handed in, with its evidence's hash on the chain")

    disputed, approved = claims[0], claims[1:]
    partner_of = dict(posted)
    _decide(cast, partner_of, disputed, approved)
    _wait_for_claims(city, "approved", len(approved))
    say(f"{len(approved)} approved under {len(cast.partners)} partners' signatures: the contracts minted")

    _dispute(city, cast, disputed)
    say("1 rejected, disputed by the resident, and awarded by the arbiter")
    return Done(len(posted) + 1, len(approved), disputed["id"], lapsing_claim["id"])


def wait_for_lapse(city: City, done: Done, say: Say) -> None:
    """Wait until the claim whose work was never handed in has lapsed by itself."""
    auditor = city.officers["auditor"]
    until(lambda: bool(auditor.claims.get(done.lapsing)["state"] == "lapsed"), "the lapse")
    say("1 claim lapsed: its reward is back in the partner's budget")


# ---------------------------------------------------------------- posting and claiming


def _post_lapsing(cast: Cast) -> str:
    job = replace(next(one for one in pilot.jobs() if one.partner == "gemeente"), slots=1)
    by = int(time.time()) + LAPSING_SECONDS
    return _post_one(cast, job, by, by)


def _post(cast: Cast, slots: int) -> list[tuple[str, str]]:
    """Post the pilot's jobs again and again until there are enough slots; return (job id, partner's code)."""
    wanted, jobs = 0, []
    for job in cycle(pilot.jobs()):
        if wanted >= slots:
            break
        wanted += job.slots
        jobs.append(job)
    now = int(time.time())

    def post(job: JobData) -> str:
        return _post_one(cast, job, now + 14 * DAY_SECONDS, now + 21 * DAY_SECONDS)

    return [(job_id, job.partner) for job_id, job in zip(each(post, jobs), jobs, strict=True)]


def _post_one(cast: Cast, job: JobData, claim_by: int, submit_by: int) -> str:
    partner = cast.partners[job.partner]
    body = {name: value for name, value in asdict(job).items() if name != "partner"}
    body |= {"period": PERIOD, "claim_by": claim_by, "submit_by": submit_by}
    return cast.clients[partner.id].job_postings.sign(cast_to(NewJob, body), cast.keys[job.partner])["id"]


def _claim_all(cast: Cast, posted: list[tuple[str, str]], number: int) -> list[dict[str, Any]]:
    """Give the slots to the residents in turn, nobody twice on one job."""
    slots = [job_id for job_id, _ in posted for _ in range(_slots(cast, job_id))][:number]
    people = cycle(cast.residents)
    pairs = [(next(people).id, job_id) for job_id in slots]
    return each(lambda pair: _claim(cast, *pair), pairs)


def _stop_at_limit(cast: Cast, job_id: str, say: Say) -> None:
    """Let somebody who earns nearly all that one may elsewhere choose one job too many.

    Raises:
        DemoRefused: nothing stopped it.
    """
    one = cast.residents[-1]
    client = cast.clients[one.id]
    month = client.allowance.read()["month"]
    client.allowance.set_elsewhere({"month": month, "cents": ELSEWHERE_CENTS})
    try:
        client.claims.ask({"job": job_id})
    except Problem as refused:
        say(f"1 claim stopped at a limit. {one.name} reads: {refused}")
        return
    raise DemoRefused("A claim above the limit was taken.")


def _slots(cast: Cast, job_id: str) -> int:
    return cast.clients[cast.residents[0].id].jobs.get(job_id)["slots"]


def _claim(cast: Cast, resident: str, job_id: str) -> dict[str, Any]:
    claim = cast.clients[resident].claims.ask({"job": job_id})
    return {**claim, "by": resident}


# ---------------------------------------------------------------- deciding


def _decide(
    cast: Cast,
    partner_of: Mapping[str, str],
    disputed: Mapping[str, Any],
    approved: list[dict[str, Any]],
) -> None:
    code = partner_of[disputed["job"]]
    rejection: Rejection = {
        "claim": disputed["id"],
        "reason": REASON_UNFINISHED,
        "words": "De bak is nog niet af.",
    }
    cast.clients[cast.partners[code].id].rejections.sign(rejection, cast.keys[code])
    by_partner = defaultdict(list)
    for claim in approved:
        by_partner[partner_of[claim["job"]]].append(claim["id"])
    for code, claims in by_partner.items():
        client, key = cast.clients[cast.partners[code].id], cast.keys[code]
        for start in range(0, len(claims), 50):
            client.approvals.sign({"claims": claims[start : start + 50]}, key)


def _dispute(city: City, cast: Cast, claim: Mapping[str, Any]) -> None:
    resident, arbiter = _client(cast, claim), city.officers["arbiter"]
    _wait_for_claim(city, claim["id"], "rejected")
    resident.claims.dispute(claim["id"], "De bak is af, kijk maar op de foto.")
    _wait_for_claim(city, claim["id"], "disputed")
    decision: Decision = {
        "claim": claim["id"],
        "award": True,
        "reason": REASON_FAIR,
        "words": "De bak is af.",
    }
    arbiter.decisions.sign(decision, city.keys["arbiter"])
    _wait_for_claim(city, claim["id"], "awarded")


# ---------------------------------------------------------------- waiting


def _client(cast: Cast, claim: Mapping[str, Any]) -> Client:
    return cast.clients[claim["by"]]


def _wait_for_jobs(city: City, number: int) -> None:
    auditor = city.officers["auditor"]
    until(lambda: len(list(auditor.jobs.list(state="open"))) >= number, "the jobs on the chain")


def _wait_for_claims(city: City, state: str, number: int) -> None:
    auditor = city.officers["auditor"]
    until(lambda: len(list(auditor.claims.list(state=state))) >= number, f"{number} claims {state}")


def _wait_for_claim(city: City, claim: str, state: str) -> None:
    auditor = city.officers["auditor"]
    until(lambda: bool(auditor.claims.get(claim)["state"] == state), f"the claim to be {state}")
