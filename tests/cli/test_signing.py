"""What is signed is seen first and is what was asked; keys and signers that fail say why."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from heitje_chain.client import Client, new_key_file
from tests.service.town import OFFICER_KEYS, Person

from .counter import Counter

GRANT = "budget", "grant", "Alcander", "10", "--period", "2027"
PASSWORD, WRONG = "paarse fiets in de regen", "groene fiets"


def signer(folder: Path, body: str) -> str:
    """Write a signer command; return how it is called."""
    program, path = folder / "signer.py", folder / "signer"
    program.write_text(f"import json, sys, time\n{body}\n")
    # A line with #! cannot name a Python whose folder has a space in its name.
    path.write_text(f"#!/bin/sh\nexec {shlex.join([sys.executable, str(program)])}\n")
    path.chmod(0o700)
    return str(path)


SIGNING = f"""
from eth_account import Account
from eth_account.messages import encode_typed_data
asked = json.load(sys.stdin)
print("Sign on the device", file=sys.stderr)
signed = Account.sign_message(encode_typed_data(full_message=asked), {OFFICER_KEYS["treasurer"]!r})
print(signed.signature.hex())
"""


def granted(counter: Counter) -> list[int]:
    return [int(one["granted"]) for one in counter.asked("auditor", "budget", "list")]


def test_signer__that_signs__takes_the_place_of_a_key(
    counter: Counter, partner: Person, tmp_path: Path
) -> None:
    said = counter.agreed("treasurer", *GRANT, "--signer", signer(tmp_path, SIGNING), HEITJE_KEY="")

    assert said.lines == ["€10.00 granted to Alcander for 2027."]
    assert sorted(granted(counter)) == [10_00, 1_000_00]


@pytest.mark.parametrize(
    ("body", "seconds", "why"),
    [
        ("sys.exit(3)", "60", "did not sign: it ended with exit code 3."),
        ("", "60", "ended well but printed no signature; it must print 130 hex digits."),
        ("print('0xabcd')", "60", "ended well but printed no signature; it must print 130 hex digits."),
        ("time.sleep(60)", "1", "did not answer in 1 seconds; nothing was signed."),
    ],
    ids=["fails", "says nothing", "says nonsense", "sleeps"],
)
def test_signer__that_does_not_sign__is_told_in_a_sentence(
    counter: Counter, partner: Person, tmp_path: Path, body: str, seconds: str, why: str
) -> None:
    command = signer(tmp_path, body)
    said = counter.heitje(
        "treasurer", *GRANT, "--yes", "--signer", command, "--signer-timeout", seconds, HEITJE_KEY=""
    )

    assert (said.code, said.out) == (1, "")
    assert said.shown[-1] == f"Error: The signer {command} {why}"
    assert granted(counter) == [1_000_00]


def test_signer__that_is_not_there__is_told(counter: Counter, partner: Person) -> None:
    said = counter.heitje("treasurer", *GRANT, "--yes", "--signer", "no-such-signer", HEITJE_KEY="")

    assert said.shown[-1] == "Error: The signer no-such-signer did not sign: No such file or directory."


def test_key__of_somebody_else__is_refused_by_the_service(counter: Counter, partner: Person) -> None:
    said = counter.heitje("treasurer", *GRANT, "--yes", HEITJE_KEY=str(counter.key_of("auditor")))

    assert said.code == 1
    auditor = Account.from_key(OFFICER_KEYS["auditor"]).address.lower()
    assert said.shown[-1].startswith(
        f"Error: Read with the message that we prepared, this signature is by {auditor}, who may not"
    )


def test_key__that_is_missing_or_named_twice__is_told_before_anything(
    counter: Counter, partner: Person, tmp_path: Path
) -> None:
    for variables in ({"HEITJE_KEY": ""}, {"HEITJE_SIGNER": "true"}):
        said = counter.heitje("treasurer", *GRANT, "--yes", **variables)
        assert (said.code, said.shown) == (
            2,
            ["Error: Say what to sign with: --key FILE, or --signer COMMAND."],
        )
    missing = tmp_path / "no.key"
    said = counter.heitje("treasurer", *GRANT, "--yes", HEITJE_KEY=str(missing))
    assert (said.code, said.shown) == (1, [f"Error: {missing}: No such file or directory."])


# ---------------------------------------------------------------- passwords


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """The treasurer's key in an encrypted file."""
    path = tmp_path / "treasurer.json"
    new_key_file(path, bytes.fromhex(OFFICER_KEYS["treasurer"].removeprefix("0x")), PASSWORD)
    return path


def test_password__asked_on_the_terminal__opens_the_key(
    counter: Counter, partner: Person, locked: Path
) -> None:
    child = counter.terminal("treasurer", *GRANT, "--no-wait", HEITJE_KEY=str(locked))
    child.expect("Amount: €10.00")
    child.expect("Sign this? [y/N]")
    child.type("y")
    child.expect(f"Password of {locked}:")
    child.type(PASSWORD)
    code, said = child.ended()

    assert code == 0, said
    assert PASSWORD not in said
    counter.town.work()
    assert sorted(granted(counter)) == [10_00, 1_000_00]


def test_password__that_is_wrong__is_told(counter: Counter, partner: Person, locked: Path) -> None:
    said = counter.heitje("treasurer", *GRANT, "--yes", HEITJE_KEY=str(locked), HEITJE_KEY_PASSWORD=WRONG)

    assert (said.code, said.shown[-1]) == (
        1,
        f"Error: The key file {locked} does not open with this password.",
    )


def test_password__with_nobody_to_ask__says_which_variable(
    counter: Counter, partner: Person, locked: Path
) -> None:
    said = counter.heitje("treasurer", *GRANT, "--yes", HEITJE_KEY=str(locked))

    assert (said.code, said.shown[-1]) == (
        2,
        "Error: The key file has a password and there is no terminal to ask it on: set HEITJE_KEY_PASSWORD.",
    )


def test_new_key__is_encrypted_and_shows_its_address(counter: Counter, tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    secret = {"HEITJE_KEY_PASSWORD": PASSWORD, "HEITJE_LANG": "en"}
    made = counter.run("key", "new", str(path), "--json", **secret).json

    assert path.stat().st_mode & 0o777 == 0o600
    assert Account.decrypt(path.read_text(), PASSWORD)
    assert counter.run("key", "show", str(path), **secret).lines == [f"Address {made['address']}"]
    again = counter.run("key", "new", str(path), **secret)
    assert (again.code, again.shown) == (
        1,
        [f"Error: There is a file {path} already; a key is never written over."],
    )
    short = counter.run("key", "new", str(tmp_path / "b"), **{**secret, "HEITJE_KEY_PASSWORD": "kort"})
    assert (short.code, short.shown) == (
        2,
        ["Error: A password has at least 12 characters; take some words."],
    )


def test_new_key__on_a_terminal__asks_twice(counter: Counter, tmp_path: Path) -> None:
    child = counter.terminal("auditor", "key", "new", str(tmp_path / "own.json"))
    child.expect("New password:")
    child.type(PASSWORD)
    child.expect("The same again:")
    child.type(PASSWORD + "!")
    code, said = child.ended()

    assert (code, "The two passwords differ." in said) == (2, True)
    assert not (tmp_path / "own.json").exists()


# ---------------------------------------------------------------- a service that lies


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"cents": 1_000_00}, "cents"),
        ({"period": 2030}, "period"),
    ],
)
def test_message__that_says_something_else__is_not_signed(
    counter: Counter,
    partner: Person,
    monkeypatch: pytest.MonkeyPatch,
    change: Mapping[str, Any],
    what: str,
) -> None:
    honest = Client.post

    def lying(self: Client, path: str, body: Any = None, key: str | None = None) -> Any:
        return honest(self, path, {**body, **change} if path == "/grants/prepare" else body, key)

    monkeypatch.setattr(Client, "post", lying)
    said = counter.heitje("treasurer", *GRANT, "--yes")

    assert (said.code, said.shown) == (
        1,
        [
            f"Error: What the service asks to be signed is not what you asked ({what}), so nothing was "
            "signed. Tell whoever runs the service."
        ],
    )
    assert granted(counter) == [1_000_00]


def test_message__for_another_chain__is_not_signed(counter: Counter, partner: Person) -> None:
    said = counter.heitje("treasurer", *GRANT, "--yes", "--chain-id", "7")

    assert said.code == 1
    assert "not what you asked (chain 31337)" in said.err
