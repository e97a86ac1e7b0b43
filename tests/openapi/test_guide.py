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
from tests.service.conftest import town as town
from tests.service.serving import heitje_serve
from tests.service.town import Town

DOCS = Path(__file__).resolve().parents[2] / "docs"
SAID = "http://127.0.0.1:8000"
"""Where the pages say that the service is: a test's service has another port."""


def program(markdown: str) -> str:
    """Return the one Python program of a page, as a developer copies it."""
    [found] = re.findall(r"^```python\n(.*?)^```", markdown, re.DOTALL | re.MULTILINE)
    return str(found)


def introduced(address: str) -> str:
    description = httpx2.get(f"{address}/api/openapi.json", trust_env=False).json()
    return program(description["info"]["description"])


def run(page: str, address: str, folder: Path, **names: str) -> str:
    """Run a page's program with these names set before it; return what it tells."""
    given = "".join(f"{name} = {value!r}\n" for name, value in names.items())
    code = given + program((DOCS / page).read_text()).replace(SAID, address)
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), page
    return done.stdout


def test_introduction__its_program__posts_a_job_and_approves_work(town: Town, tmp_path: Path) -> None:
    partner, anna = town.partner(budget=1_000_00), town.resident()
    claim = town.submitted(partner, anna, title="Al gedaan", reward=20_00)
    with heitje_serve(town, {"HEITJE_DATABASE_URL": town.config.database_url}) as (_, address):
        running = subprocess.Popen(
            [sys.executable, "-c", introduced(address)],
            env={
                "PATH": os.environ["PATH"],
                "NO_PROXY": "127.0.0.1",
                "HEITJE_URL": address,
                "HEITJE_TOKEN": partner.secret,
                "HEITJE_SIGNING_KEY": str(partner.key),
            },
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            while running.poll() is None:
                town.worker.round()
            told, wrong = running.communicate()
        finally:
            running.kill()

    assert (running.returncode, told, wrong) == (0, "The job is open\nApproved 1 claims\n", "")
    town.work()
    assert town.get(partner, f"/claims/{claim['id']}")["state"] == "approved"
    assert town.spendable(anna) == 20_00
    [posted] = [job for job in town.get(partner, "/jobs")["items"] if job["id"] != claim["job"]]
    assert (posted["title"], posted["state"], posted["left"]) == ("Bloembak bouwen", "open", 3)
    assert town.differences() == ()


def test_pages__their_programs__grant_and_approve(town: Town, tmp_path: Path) -> None:
    partner, anna = town.partner(budget=1_000_00), town.resident()
    claim = town.submitted(partner, anna, reward=20_00)
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
