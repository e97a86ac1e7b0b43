"""Jobs, claims and disputes: a partner's, a resident's and the arbiter's commands."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from heitje_chain.days import HERE
from tests.service.town import Person

from .counter import Counter

CLAIM_BY, SUBMIT_BY = (datetime.now(HERE) + timedelta(days=days) for days in (30, 60))

JOB = {
    "title": "Bloembak bouwen",
    "description": "Bouw een bloembak.",
    "place": "Buurttuin JENS",
    "neighbourhood": "Heerlen-Noord",
    "minutes": 180,
    "evidence": "none",
    "kind": "green",
    "reward": "15,00",
    "slots": 3,
    "period": 2026,
    "claim_by": f"{CLAIM_BY:%Y-%m-%d}",
    "submit_by": f"{SUBMIT_BY:%Y-%m-%d} 12:00",
}


def day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"


def options() -> list[str]:
    pairs = [(f"--{name.replace('_', '-')}", str(value)) for name, value in JOB.items()]
    return [word for pair in pairs for word in pair]


def test_job__posted_from_options__is_open(counter: Counter, partner: Person) -> None:
    said = counter.agreed(partner, "job", "post", *options())

    [job] = counter.asked(partner, "job", "list", "--state", "open")
    assert said.lines == [f"Bloembak bouwen is posted, id {job['id']}."]
    assert {
        "You sign: post a job",
        "Reward per slot: €15.00",
        "Slots: 3",
        f"Claim before: {day(CLAIM_BY)} 23:59",
        f"Hand in before: {day(SUBMIT_BY)} 12:00",
        "Reserved in all: €45.00",
    } <= set(said.shown)
    assert counter.done(partner, "job", "list").lines[-1] == (
        f"{job['id'][:12]} Bloembak bouwen Alcander €15.00 3/3 {day(CLAIM_BY)} 23:59 open"
    )


def test_job__posted_from_a_file__takes_what_is_said_beside_it(
    counter: Counter, partner: Person, tmp_path: Path
) -> None:
    file = tmp_path / "job.json"
    file.write_text(json.dumps(JOB))

    counter.agreed(partner, "job", "post", "--file", str(file), "--slots", "1", lang="nl")

    [job] = counter.asked(partner, "job", "list")
    assert (job["reward"], job["slots"]) == (15_00, 1)


def test_job__posted_twice_under_one_key__is_one(counter: Counter, partner: Person) -> None:
    for _ in range(2):
        counter.agreed(partner, "job", "post", *options(), "--idempotency-key", "bloembak-2026")

    assert len(counter.asked(partner, "job", "list")) == 1


def test_job__with_something_missing__says_what(counter: Counter, partner: Person) -> None:
    said = counter.heitje(partner, "job", "post", "--title", "Bloembak", "--reward", "15", "--slots", "1")

    assert said.code == 2
    assert "--description, --place, --neighbourhood, --kind, --minutes" in " ".join(said.err.split())


def test_job__closed__takes_no_more_claims(counter: Counter, partner: Person) -> None:
    job = counter.town.job(partner)

    said = counter.agreed(partner, "job", "close", job["id"][:10])

    assert said.lines == ["Bloembak bouwen takes no more claims."]
    assert counter.done(partner, "job", "show", job["id"]).lines[8] == "State closed"


def test_claim__made_submitted_and_approved__is_minted(counter: Counter, partner: Person) -> None:
    resident, job = counter.town.resident(), counter.town.job(partner)

    made = counter.agreed(resident, "claim", "make", job["id"][:8], "--json").json
    assert (made["state"], made["cents"]) == ("claimed", 15_00)
    said = counter.agreed(resident, "claim", "submit", made["id"][:8], "--note", "Klaar")
    assert said.lines == ["Bloembak bouwen is handed in."]

    approved = counter.agreed(partner, "claim", "approve", made["id"][:8])
    assert approved.lines == ["1 approved, €15.00 minted."]
    assert approved.shown[0] == "You sign: approve work: the rewards are minted"
    assert "Minted in all: €15.00" in approved.shown
    assert counter.town.spendable(resident) == 15_00


def test_claims__all_that_is_handed_in__are_approved_under_one_signature(
    counter: Counter, partner: Person
) -> None:
    job = counter.town.job(partner, slots=3)
    for name in ("Anna", "Bram", "Carla"):
        counter.town.handed_in(counter.town.resident(name), job)

    said = counter.agreed(partner, "claim", "approve", "--all-submitted", job["id"][:9], lang="nl")

    assert said.lines == ["3 goedgekeurd, € 45,00 uitgegeven."]
    again = counter.agreed(partner, "claim", "approve", "--all-submitted", job["id"])
    assert again.lines == ["Nothing is waiting to be approved."]


def test_approve__by_two_at_once__mints_once_and_tells_both_the_truth(
    counter: Counter, partner: Person
) -> None:
    resident = counter.town.resident()
    claim = counter.town.submitted(partner, resident)
    counter.key_of(partner)

    with counter.at_work(), ThreadPoolExecutor(2) as pool:
        words = "claim", "approve", claim["id"], "--yes"
        both = [pool.submit(counter.process, partner, *words) for _ in range(2)]
        said = [one.result() for one in both]

    told = {one.out.strip() for one in said if one.code == 0}
    assert told == {"1 approved, €15.00 minted."}, said
    refused = [one.err for one in said if one.code]
    assert all(one.code in (0, 1) for one in said)
    assert all("Error: " in one for one in refused), said
    assert len(counter.town.events("ClaimApproved")) == 1
    assert counter.town.spendable(resident) == 15_00


def test_claim__withdrawn__gives_the_slot_back(counter: Counter, partner: Person) -> None:
    resident, job = counter.town.resident(), counter.town.job(partner)
    made = counter.agreed(resident, "claim", "make", job["id"], "--json").json

    assert counter.agreed(resident, "claim", "withdraw", made["id"]).lines == ["Bloembak bouwen: given back."]


def test_rejection__disputed_and_awarded__is_told_to_all(counter: Counter, partner: Person) -> None:
    resident = counter.town.resident()
    claim = counter.town.submitted(partner, resident)["id"]

    rejected = counter.agreed(
        partner, "claim", "reject", claim[:8], "--reason", "2", "--words", "De bak is nog niet af."
    )
    assert rejected.lines == ["Bloembak bouwen: rejected."]
    disputed = counter.agreed(resident, "dispute", "open", claim[:8], "--words", "De bak is af.")
    assert disputed.lines == ["Bloembak bouwen is before the arbiter."]
    shown = counter.done("arbiter", "dispute", "show", claim[:8]).out
    assert "De bak is nog niet af." in shown
    assert "Reason     2: the job was not done as it was asked" in shown
    assert "De bak is af." in shown

    decision = "--award", "--reason", "1", "--words", "Hij is af."
    decided = counter.agreed("arbiter", "dispute", "decide", claim, *decision)
    assert decided.lines == ["Bloembak bouwen is awarded."]
    assert "In the resident's favour: yes" in decided.shown
    assert [one["id"] for one in counter.asked("arbiter", "dispute", "list", "--state", "awarded")] == [claim]
    assert counter.done("arbiter", "dispute", "list").lines == ["Nothing found."]
