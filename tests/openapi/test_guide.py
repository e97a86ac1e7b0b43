"""The programs that our pages show, run as they stand.

With the introduction's, a partner's developer has nothing but the page, a token and a key.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx2

from heitje_chain.client import new_key_file
from heitje_chain.description import Deployment, introduction
from heitje_chain.jobs import model, rules
from tests.service.conftest import town as town
from tests.service.serving import heitje_serve
from tests.service.town import Person, Town, round_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
SAID = "http://127.0.0.1:8000"
"""Where the pages say that the service is: a test's service has another port."""


def programs(markdown: str) -> list[str]:
    """Return the Python programs of a page, as a developer copies them."""
    return re.findall(r"^```python\n(.*?)^```", markdown, re.DOTALL | re.MULTILINE)


def program(markdown: str) -> str:
    [found] = programs(markdown)
    return found


def introduced(address: str) -> str:
    """Return the program that posts and pays; the receiver of webhooks comes after it."""
    description = httpx2.get(f"{address}/api/openapi.json", trust_env=False).json()
    return programs(description["info"]["description"])[0]


def run(page: str, address: str, folder: Path, **names: str) -> str:
    """Run a page's program with these names set before it; return what it tells."""
    given = "".join(f"{name} = {value!r}\n" for name, value in names.items())
    code = given + program((DOCS / page).read_text()).replace(SAID, address)
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), page
    return done.stdout


def run_introduced(town: Town, partner: Person, address: str, folder: Path, answers: str) -> str:
    """Run the introduction's program, with the worker going round beside it; return what it tells."""
    running = subprocess.Popen(
        [sys.executable, "-c", introduced(address)],
        env={
            "PATH": os.environ["PATH"],
            "NO_PROXY": "127.0.0.1",
            "HEITJE_URL": address,
            "HEITJE_TOKEN": partner.secret,
            "HEITJE_SIGNING_KEY": str(partner.key),
        },
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdin is not None
    try:
        running.stdin.write(answers)
        running.stdin.flush()
        while running.poll() is None:
            round_of(town.worker)
        told, wrong = running.communicate()
    finally:
        running.kill()
    assert (running.returncode, wrong) == (0, "")
    return told


def test_introduction__its_program__posts_one_job_and_pays_only_what_it_was_told_to(
    town: Town, tmp_path: Path
) -> None:
    partner, anna, bilal = town.partner(budget=1_000_00), town.resident(), town.resident("Bilal Amrani")
    elsewhere = town.submitted(partner, anna, title="Een andere klus", reward=20_00, minutes=240)
    with heitje_serve(town, {"HEITJE_DATABASE_URL": town.config.database_url}) as (_, address):
        assert run_introduced(town, partner, address, tmp_path, "") == "The job is open\n"
        town.work()
        [job] = [one for one in town.get(partner, "/jobs")["items"] if one["id"] != elsewhere["job"]]
        claims = [town.handed_in(resident, job) for resident in (anna, bilal)]
        told = run_introduced(town, partner, address, tmp_path, "y\nn\n")
        town.work()
        states = [town.get(partner, f"/claims/{one['id']}")["state"] for one in claims]
        again = run_introduced(town, partner, address, tmp_path, "n\n")

    shown = "Handed in: {'note': 'Klaar', 'photo_sha256': None}\nPay 15.00 euros? [y/n] "
    assert told == f"The job is open\n{shown}It is approved\n{shown}"
    assert again == f"The job is open\n{shown}"
    assert sorted(states) == ["approved", "submitted"]
    assert town.get(partner, f"/claims/{elsewhere['id']}")["state"] == "submitted"
    assert len(town.get(partner, "/jobs")["items"]) == 2
    [budget] = town.get(partner, "/budgets")["items"]
    assert budget["minted"] == 15_00
    assert budget["available"] == budget["granted"] - budget["reserved"] - budget["minted"]
    assert town.differences() == ()


def test_pages__their_programs__grant_and_approve(town: Town, tmp_path: Path) -> None:
    partner, anna = town.partner(budget=1_000_00), town.resident()
    claim = town.submitted(partner, anna, reward=20_00, minutes=240)
    for name, key in (("treasurer", town.key_of("treasurer")), ("partner", town.key_of(partner))):
        new_key_file(tmp_path / f"{name}.key", bytes.fromhex(key.removeprefix("0x")))
    with heitje_serve(town, {"HEITJE_DATABASE_URL": town.config.database_url}) as (_, address):
        run("service.md", address, tmp_path, token=town.secrets["treasurer"], partner=partner.id)
        town.work()
        listed = run("cli.md", address, tmp_path, token=partner.secret)
        town.work()

    assert listed == f"{claim['id']} 2000\n"
    [budget] = town.get(partner, "/budgets")["items"]
    assert (budget["granted"], budget["minted"]) == (2_500_00, 20_00)


def rows(markdown: str, first: str) -> list[list[str]]:
    """Return the cells of the table whose first heading this is."""
    [table] = re.findall(rf"^\| {first} \|.*\n\|[-|]+\n((?:\|.*\n)+)", markdown, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_introduction__states_of_a_claim__are_the_codes() -> None:
    told = rows(introduction(), "state")

    assert sorted(row[0].strip("`") for row in told) == sorted(model.CLAIM_STATES)
    assert [row[0].strip("`") for row in told if row[2] == "yes"] == list(rules.OVER)
    assert {row[2] for row in told} == {"yes", "no"}
    paid = [row[0].strip("`") for row in told if row[3] == "minted"]
    reserved = [row[0].strip("`") for row in told if row[3] == "reserved"]
    assert paid == [model.APPROVED, model.AWARDED]
    assert sorted(paid + reserved) == sorted(rules.TAKES_A_SLOT)
    assert {row[3] for row in told} == {"minted", "reserved", "given back"}


def test_introduction__of_a_deployment__tells_its_terms_and_what_is_signed_for_which_contract() -> None:
    escrow = "0x5fc8d32690cc91d4c39d9d3abcbd16989f875707"
    told = introduction(Deployment(1337, escrow, 14 * 86_400, 36 * 3_600))

    assert "When it does neither within 14 days, the arbiter decides" in told
    assert "After a rejection the resident has 36 hours, from `since`, to dispute it." in told
    assert "`chainId` is `1337`" in told
    assert f"`{escrow}`" in told
    for text in (told, introduction()):
        assert re.findall(r"\{(?:decision_window|dispute_window|domain)\}", text) == []
