"""A network's file is refused before anything is deployed, with a sentence that names the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts._deployment.commands import ROLE_TABLE, SCRIPTS
from scripts._deployment.network_file import NetworkFileError, read_network_file
from scripts._deployment.roles import read_role_table

LOCAL = (SCRIPTS / "networks" / "local.toml").read_text()


def refusal(path: Path, content: str) -> str:
    path.write_text(content)
    with pytest.raises(NetworkFileError) as refused:
        read_network_file(path, read_role_table(ROLE_TABLE))
    return str(refused.value).removeprefix(str(path))


def test_read__when_complete__gives_delays_and_roles(tmp_path: Path) -> None:
    path = tmp_path / "network.toml"
    path.write_text(LOCAL)

    network = read_network_file(path, read_role_table(ROLE_TABLE))

    assert network.parameters.max_reward_cents == 25_000
    assert network.delay_of("RECOVERER") == 1
    assert network.delay_of("TREASURER") == 0
    assert network.officers["treasurer"].roles == ("TREASURER", "LIMIT_SETTER")


@pytest.mark.parametrize(
    ("line", "instead", "sentence"),
    [
        ("max_reward_cents = 250_00\n", "", ": parameters.max_reward_cents: Field required."),
        (
            "max_reward_cents = 250_00",
            "max_reward_cents = 0",
            ": parameters.max_reward_cents: Input should be greater than 0.",
        ),
        (
            "max_reward_cents = 250_00",
            "max_reward_cents = 250_00\nmax_rewards = 1",
            ": parameters.max_rewards: Extra inputs are not permitted.",
        ),
        (
            "RECOVERER = 1",
            "RECOVERER = -1",
            ": delays.RECOVERER: Input should be greater than or equal to 0.",
        ),
        ("RECOVERER = 1", "RECOVER = 1", ": there is no role RECOVER that can be given to somebody."),
        (
            'roles = ["ARBITER"]',
            'roles = ["JUDGE"]',
            ": there is no role JUDGE that can be given to somebody.",
        ),
        ('roles = ["ARBITER"]', "roles = []", ": no officer holds the role ARBITER."),
        (
            'roles = ["AUDITOR"]',
            'roles = ["AUDITOR", "TREASURER"]',
            ": signer 0x90f79bf6eb2c4f870365e785982e1f101e93b906 may not hold both TREASURER and AUDITOR.",
        ),
        (
            'roles = ["GUARDIAN"]',
            'roles = ["GUARDIAN", "FORCER"]',
            ": signer 0x23618e81e3f5cdf7f54c3d65f7fbc0abf5b21e8f may not hold both GUARDIAN and FORCER.",
        ),
        (
            '"0x90F79bf6EB2c4f870365E785982E1f101E93b906"',
            '"0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"',
            ": signer 0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc may not hold both TREASURER and AUDITOR.",
        ),
        (
            "RECOVERER = 1\n",
            "",
            ": delays.RECOVERER must be more than 0, so that GUARDIAN can cancel.",
        ),
        ("ADMIN = 1", "ADMIN = 0", ": delays.ADMIN must be more than 0, so that GUARDIAN can cancel."),
        (
            '"0x976EA74026E726554dB657fA54763abd0C3a0aa9"',
            '"0x976EA74026E726554dB657fA54763abd0C3a0aa8"',
            ": officers.arbiter: signer '0x976EA74026E726554dB657fA54763abd0C3a0aa8' is neither an address "
            "with a right checksum nor a verifier's name, a colon and a key in hex.",
        ),
        (
            '"0x976EA74026E726554dB657fA54763abd0C3a0aa9"',
            '"rsa:0x00"',
            ": officers.arbiter: verifiers.names lacks 'rsa'.",
        ),
        (
            '"0x976EA74026E726554dB657fA54763abd0C3a0aa9"',
            '"webauthn:0x0102"',
            ": officers.arbiter: a webauthn key has 64 bytes in hex, x and y.",
        ),
        ("chain_ids = [1337, 31337]", "chain_ids = [", " is not TOML: Invalid value (at line 9, column 2)."),
    ],
)
def test_read__when_wrong__names_the_line(tmp_path: Path, line: str, instead: str, sentence: str) -> None:
    assert line in LOCAL

    assert refusal(tmp_path / "network.toml", LOCAL.replace(line, instead)) == sentence


def test_read__when_there_is_no_file__says_what_to_give(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.toml"

    with pytest.raises(NetworkFileError) as refused:
        read_network_file(path, read_role_table(ROLE_TABLE))

    assert str(refused.value) == f"There is no file {path}. Name one with --params."
