"""The scripts as a person runs them, against an Anvil of their own."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

from web3 import HTTPProvider, Web3

from heitje_chain.chain.deployment import read_deployment_record
from scripts._deployment.commands import SCRIPTS

ROOT = Path(__file__).resolve().parents[2]

LOCAL = SCRIPTS / "networks" / "local.toml"


def ape_run(node: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["ape", "run", *arguments, "--network", node],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_scripts__on_a_fresh_node__deploy_check_and_grant(node: str, tmp_path: Path) -> None:
    record = tmp_path / "local.json"

    commands = _commands_in(ROOT / "docs" / "deployment.md", "ape")[:2]
    deploy, check = (_as_written(command, node, record) for command in commands)
    assert deploy.returncode == 0, deploy.stderr
    assert f"Deployed on chain 31337. The record is {record}." in deploy.stdout
    assert check.returncode == 0, check.stderr
    assert check.stdout.splitlines()[-1] == (
        f"Chain 31337 is as {record} says: 6 contracts, 8 officers, 14 roles, 33 functions."
    )

    granted = ape_run(node, "grant_roles", "--record", str(record))
    assert granted.returncode == 0, granted.stderr
    assert granted.stdout.splitlines()[-1] == f"Nothing to do: the roles are as {LOCAL} says."

    again = ape_run(node, "deploy", "--record", str(record))
    assert again.returncode == 1
    assert again.stderr.splitlines()[-1] == (
        f"Error: {record} tells of an earlier deployment. "
        "Move it, or give --replace to forget that deployment."
    )

    _take_code_away(node, read_deployment_record(record).contracts["Redemption"].address)
    differing = ape_run(node, "check_deployment", "--record", str(record))
    assert differing.returncode == 1
    assert differing.stdout.splitlines()[-1].startswith("Redemption: there is no code at 0x")
    assert differing.stderr.splitlines()[-1] == f"Error: 1 differences between chain 31337 and {record}."


def test_deploy__when_it_cannot__says_why_in_one_line_and_records_nothing(node: str, tmp_path: Path) -> None:
    record, params = tmp_path / "local.json", tmp_path / "network.toml"

    params.write_text(LOCAL.read_text().replace("max_reward_cents = 250_00\n", ""))
    missing = ape_run(node, "deploy", "--record", str(record), "--params", str(params))
    assert missing.returncode == 1
    assert missing.stderr.splitlines()[-1] == (
        f"Error: {params}: parameters.max_reward_cents: Field required."
    )

    params.write_text(LOCAL.read_text().replace("chain_ids = [1337, 31337]", "chain_ids = [5]"))
    elsewhere = ape_run(node, "deploy", "--record", str(record), "--params", str(params))
    assert elsewhere.returncode == 1
    assert elsewhere.stderr.splitlines()[-1] == (
        "Error: The node is on chain 31337, the network's file is for 5."
    )

    no_key = ape_run(node, "deploy", "--record", str(record), HEITJE_DEPLOYER_KEY="no key")
    assert no_key.returncode == 1
    assert no_key.stderr.splitlines()[-1] == "Error: What HEITJE_DEPLOYER_KEY holds is no private key."

    assert not record.exists()


def test_readme__names_make_targets_that_there_are() -> None:
    commands = _commands_in(ROOT / "README.md", "make")

    # `make demo` runs `heitje demo`, as tests/demo does in full.
    assert commands == [["make", "demo"], ["make", "test"]]
    for command in commands:
        subprocess.run([*command, "--dry-run"], cwd=ROOT, check=True, capture_output=True)


def _commands_in(page: Path, program: str) -> list[list[str]]:
    """The page's commands that start with `program`, in their order."""
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
    lines = [shlex.split(line, comments=True) for block in blocks for line in block.splitlines()]
    return [line for line in lines if line and line[0] == program]


def _as_written(command: list[str], node: str, record: Path) -> subprocess.CompletedProcess[str]:
    """Run a command word by word as a page has it; only node and record are the test's own."""
    environment = {**os.environ, "APE_FOUNDRY_HOST": node, "HEITJE_DEPLOYMENT_RECORD": str(record)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def _take_code_away(node: str, address: str) -> None:
    Web3(HTTPProvider(node)).provider.make_request("anvil_setCode", [address, "0x"])  # type: ignore[arg-type]
