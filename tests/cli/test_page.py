"""docs/cli.md: its commands run as they stand, its codes and variables are those of the code."""

from __future__ import annotations

import json
import re
import shlex
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.main import get_command

from heitje_chain.cli import app
from heitje_chain.custody.model import new_wallet_id
from heitje_chain.days import HERE
from tests.service.town import IBANS, Person

from .counter import Counter, Said

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "cli.md"


def commands_of(section: str) -> list[list[str]]:
    """Return the words after `heitje` of each command in the section's shell block."""
    [text] = [part for part in PAGE.read_text().split("\n## ") if part.startswith(section)]
    [block] = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [shlex.split(line) for line in block.splitlines()]
    return [words for program, *words in lines if program == "heitje"]


def run(counter: Counter, who: str | Person, section: str, **ids: str) -> list[Said]:
    """Run a section's commands in order, agreeing to each that asks."""
    coming = {"2026-12-15": 30, "2026-12-31": 60, "2026-12-07": 10, "2027-12-31": 400}
    days = {day: f"{datetime.now(HERE) + timedelta(days=later):%Y-%m-%d}" for day, later in coming.items()}
    said = []
    for words in commands_of(section):
        given = [{**ids, **days}.get(word, word) for word in words]
        asks = "--yes" in counter.run(*_path(given), "--help").out
        said.append(counter.agreed(who, *given) if asks else counter.done(who, *given))
    return said


def _path(words: list[str]) -> list[str]:
    """Return only the command's own words."""
    found, at = [], get_command(app)
    for word in words:
        inner = getattr(at, "commands", None)
        if not inner:
            break
        found.append(word)
        at = inner[word]
    return found


def test_page__before_the_first_command__makes_a_key_and_finds_itself(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HEITJE_KEY_PASSWORD", "vier woorden op een rij")

    made, shown, oneself = (counter.done("auditor", *words) for words in commands_of("Before"))

    assert made.lines[0].endswith(shown.lines[0].removeprefix("Address "))
    assert oneself.lines[0] == "You are auditor auditor"


def test_page__partner__posts_and_approves(counter: Counter, partner: Person) -> None:
    job = counter.town.job(partner)
    claim = counter.town.handed_in(counter.town.resident(), job)

    said = run(counter, partner, "A partner", JOB=job["id"], CLAIM=claim["id"])

    assert [one.lines[-1] for one in said[-2:]] == [
        "1 approved, €15.00 minted.",
        "Bloembak bouwen takes no more claims.",
    ]


def test_page__partner__has_a_job_every_week(
    counter: Counter, partner: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    soon = datetime.now(HERE) + timedelta(days=10)
    job = {**counter.town.terms(), "reward": "15,00"}
    job |= {
        name: f"{soon + timedelta(days=later):%Y-%m-%d}"
        for name, later in (("claim_by", 3), ("submit_by", 5))
    }
    (tmp_path / "job.json").write_text(json.dumps(job))
    known = counter.town.post(
        partner, "/job-series", counter.town.terms(opens_at=counter.town.now() + 60, weeks=3)
    )
    counter.town.pass_time(2)  # newest first, and times are whole seconds

    said = run(counter, partner, "A job every week", SERIES=known["id"][:8])

    assert said[0].lines[0].startswith("4 weeks of Bloembak bouwen are signed, the first opens ")
    assert [line.split()[1] for line in said[1].lines[2:]] == ["4", "3"]
    assert said[2].lines[0] == "Week Opens Claim before State Job Reason"
    assert [said[3].lines, said[4].lines] == [["Weeks cancelled: 1."], ["Weeks cancelled: 3."]]


def test_page__treasurer__grants_and_mints(counter: Counter, partner: Person) -> None:
    resident = counter.town.resident()
    counter.town.attest(10_000_00)

    run(counter, "treasurer", "The treasurer")

    assert counter.town.spendable(resident) == 5_00


def test_page__registrar__keeps_contracts_and_reads_the_meters(counter: Counter, shop: Person) -> None:
    body = {"id": new_wallet_id(), "name": "Bakker Bos", "iban": IBANS[1], "category": "horeca"}
    counter.town._person("merchants", body)
    [held] = counter.asked("auditor", "merchant", "contract", "list")

    said = run(counter, "registrar", "The registrar", CONTRACT=held["id"][:8])

    assert said[0].lines[0].startswith("Bakker Bos has a contract from ")
    assert said[1].lines[0] == "Contract Merchant From Until State"
    assert [line.split()[-1] for line in said[1].lines[2:]] == ["coming", "valid"]
    assert said[2].lines[0].startswith("Its last day is ")
    assert said[3].lines[0] == "Accepts Heitjes until not now"
    assert [line for line in said[4].lines if "without" in line or "end soon" in line] == [
        "Shops without a contract 1",
        "Contracts that end soon 1",
    ]
    assert [line.split()[:2] for line in said[4].lines[-2:]] == [["Bakker", "Bos"], ["Welpie", "Toys"]]
    own = counter.done(shop, "merchant", "acceptance")
    assert [line.split()[0] for line in own.lines] == ["Accepts", "Days", "Mind"]


def test_page__payout_week__ends_with_closed_books(
    counter: Counter, anna: Person, shop: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    counter.town.paid(anna, shop, 5_00)
    counter.agreed(shop, "redeem", "--all")

    said = run(counter, "settlement", "The payout week")

    assert said[-2].lines == ["Batch 1 is settled: €5.00 burned."]
    assert said[-1].lines[-1].startswith("Equal on the chain, in the books and at the bank")
    assert (tmp_path / "batch-1.xml").exists()


def test_page__operator__sees_what_was_sent(counter: Counter, partner: Person) -> None:
    operator = counter.operator()
    intent = counter.asked(operator, "tx", "intents", "--state", "done")[0]["id"]
    said = run(counter, operator, "The operator", INTENT=intent)

    assert said[0].lines[-1].startswith("main ")
    assert said[2].lines[2] == "State final"
    assert said[4].lines[0] == f"Id {intent}"


def test_page__codes__are_those_of_the_help() -> None:
    codes = re.findall(r"^\| (\d+) \| (.*?) \|$", PAGE.read_text(), re.MULTILINE)

    assert [code for code, _ in codes] == ["0", "1", "2", "3", "4", "130"]


def test_page__variables__are_those_that_the_command_reads() -> None:
    told = set(re.findall(r"^\| `(HEITJE_[A-Z_]+)`", PAGE.read_text(), re.MULTILINE))
    files = ("command.py", "options.py")
    code = "".join((ROOT / "heitje_chain" / "cli" / name).read_text() for name in files)

    assert told == set(re.findall(r'"(HEITJE_[A-Z_]+)"', code))


def test_page__commands_in_the_text__exist() -> None:
    for code in re.findall(r"`(heitje [a-z][^`]*)`", PAGE.read_text().replace("\n", " ")):
        at = get_command(app)
        for word in code.split()[1:]:
            inner = getattr(at, "commands", None)
            if not inner or word.startswith("-"):
                break
            assert word in inner, code
            at = inner[word]
