"""What every command does: finding the service, languages, JSON, refusals, exit codes, questions, waiting."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.main import get_command

from heitje_chain.cli import app
from heitje_chain.db import transaction
from heitje_chain.people.tokens import ACCESS_TOKEN
from tests.service.town import Person

from .counter import Counter

PATIENCE_SECONDS = 60

CODES = (
    "Exit codes: 0 done; 1 refused, and one line says why; 2 the command was mistyped or must be confirmed; "
    "3 the service cannot be reached; 4 asked, but not final in time; 130 broken off with Ctrl-C."
)


# ---------------------------------------------------------------- finding the service


def test_command__without_a_token__is_mistyped_and_says_where_it_goes(counter: Counter) -> None:
    said = counter.run("budget", "list", HEITJE_URL=counter.url, HEITJE_LANG="en", HEITJE_TOKEN="")

    assert (said.code, said.shown) == (
        2,
        [
            "Error: An access token is needed: put it in a file and name it with --token-file, or in the "
            "variable HEITJE_TOKEN."
        ],
    )


def test_command__with_a_token_file__takes_it_from_there(counter: Counter, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(counter.town.secrets["auditor"] + "\n")

    said = counter.run("whoami", "--json", "--token-file", str(file), "--url", counter.url, HEITJE_TOKEN="")

    assert said.json["role"] == "auditor"


def test_command__when_nobody_answers__exits_3(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heitje_chain.client.http.FIRST_WAIT_SECONDS", 0)
    said = counter.heitje("auditor", "whoami", "--url", "http://127.0.0.1:9", "--json")

    assert said.code == 3
    assert said.out == ""
    assert said.problem == {
        "type": "/problems/cli-unreachable",
        "detail": "Heitje does not answer at http://127.0.0.1:9. Is `heitje serve` running there?",
    }


def test_command__with_an_expired_token__is_refused(counter: Counter) -> None:
    with transaction(counter.town.engine) as connection:
        connection.execute(update(ACCESS_TOKEN).values(expires_at=1))

    said = counter.heitje("auditor", "whoami", lang="nl")

    assert (said.code, said.shown) == (
        1,
        ["Error: Deze toegangssleutel ontbreekt, klopt niet of geldt niet meer."],
    )


def test_command__of_another_role__is_refused_as_a_problem(counter: Counter) -> None:
    said = counter.heitje("auditor", "resident", "add", "Anna", "--json")

    assert (said.code, said.out) == (1, "")
    assert (said.problem["type"], said.problem["status"]) == ("/problems/scope-missing", 403)


# ---------------------------------------------------------------- help


def test_help__of_every_command__tells_the_exit_codes(counter: Counter) -> None:
    def walk(command: object, path: tuple[str, ...]) -> int:
        inner = getattr(command, "commands", None)
        if inner:
            return sum(walk(one, (*path, name)) for name, one in inner.items())
        said = counter.run(*path, "--help")
        assert said.code == 0
        assert CODES in " ".join(said.out.split()), path
        return 1

    assert walk(get_command(app), ()) > 70


def test_help__loads_neither_the_chain_nor_the_web() -> None:
    program = (
        "import sys; from heitje_chain.cli import app; "
        "print([n for n in ('web3', 'fastapi', 'httpx2', 'eth_account', 'sqlalchemy') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_completion__of_bash__knows_the_commands(counter: Counter) -> None:
    completing = {"_HEITJE_COMPLETE": "complete_bash", "COMP_WORDS": "heitje budget gr", "COMP_CWORD": "2"}

    assert counter.process("auditor", **completing).lines == ["grant"]


# ---------------------------------------------------------------- finding things


def test_id__that_two_things_begin_with__is_refused(counter: Counter) -> None:
    for name in ("Anna", "Anna"):
        counter.town.resident(name)

    said = counter.heitje("registrar", "resident", "show", "Anna")

    assert (said.code, said.shown) == (
        2,
        ["Error: 2 things are called or begin like 'Anna': type more of the id."],
    )


def test_id__that_nothing_begins_with__is_refused(counter: Counter) -> None:
    said = counter.heitje("registrar", "resident", "show", "ffffff", lang="nl")

    assert (said.code, said.shown) == (
        2,
        ["Error: Niets heet of begint zo, 'ffffff'; typ ten minste 6 tekens van het nummer."],
    )


def test_name__with_control_characters__cannot_steer_the_terminal(counter: Counter) -> None:
    strange = "[red]Anna[/red] Jansen"
    counter.town.resident(strange)

    assert strange in counter.done("registrar", "resident", "list").out


@pytest.mark.parametrize("amount", ["15.001", "15,0", "1e3", "-5", "0", "1.000,00", "ten"])
def test_amount__that_is_none__is_mistyped(counter: Counter, partner: Person, amount: str) -> None:
    said = counter.heitje("treasurer", "budget", "grant", "Alcander", "--", amount)

    assert said.code == 2
    assert "Invalid value for 'EUROS'" in said.err


# ---------------------------------------------------------------- questions


def test_confirmation__on_a_terminal__goes_on_only_with_yes(
    counter: Counter, anna: Person, shop: Person
) -> None:
    words = "pay", counter.town.code_of(shop), "3", "--no-wait"

    child = counter.terminal(anna, *words)
    child.expect("Pay this? [y/N]")
    child.type("n")
    code, said = child.ended()
    assert (code, "Nothing was done, because nobody agreed." in said) == (1, True)
    assert counter.asked(anna, "payment", "list") == []

    child = counter.terminal(anna, *words, HEITJE_LANG="nl")
    child.expect("Bedrag: € 3,00")
    child.expect("Dit betalen? [j/N]")
    child.type("j")
    code, said = child.ended()
    assert (code, "Gevraagd: € 3,00 betaald" in said) == (0, True), said
    assert len(counter.asked(anna, "payment", "list")) == 1


# ---------------------------------------------------------------- waiting


def test_wait__that_is_too_short__exits_4_and_says_how_to_look_later(
    counter: Counter, anna: Person, shop: Person
) -> None:
    said = counter.heitje(anna, "pay", counter.town.code_of(shop), "3", "--yes", "--wait", "0", "--json")

    [payment] = counter.asked(anna, "payment", "list")
    later = f"heitje payment show {payment['id']}"
    assert said.code == 4
    assert said.problem["type"] == "/problems/cli-not-final"
    assert said.problem["asked"]["id"] == payment["id"]
    assert said.problem["later"] == later
    assert counter.done(anna, *later.split()[1:]).lines[5] == "State pending"


def test_no_wait__returns_at_once_and_says_so(counter: Counter, anna: Person, shop: Person) -> None:
    said = counter.done(anna, "pay", counter.town.code_of(shop), "3", "--yes", "--no-wait")

    assert re.fullmatch(r"Asked: €3\.00 paid, payment \w+\. It is not final yet\.", said.lines[0])


def test_ctrl_c__while_waiting__says_how_to_look_later(counter: Counter, anna: Person, shop: Person) -> None:
    child = counter.terminal(anna, "pay", counter.town.code_of(shop), "3", "--yes")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not counter.asked(anna, "payment", "list"):
        assert time.monotonic() < deadline
    child.expect("Waiting until it is final on the chain")
    child.break_off()
    code, said = child.ended()

    [payment] = counter.asked(anna, "payment", "list")
    assert code == 130
    assert f"heitje payment show {payment['id']}" in said
