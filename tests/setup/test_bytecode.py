"""forge, ape and py-solc-x make the same bytecode, so what one tests is what another deploys.

Compared is everything but the metadata hash: it covers the names of the source files, and ape keeps
OpenZeppelin under another name than forge.
"""

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import solcx
from ape import project

ROOT = Path(__file__).resolve().parents[2]
FOUNDRY = tomllib.loads((ROOT / "foundry.toml").read_text())["profile"]["default"]

# CBOR {"ipfs": 34 bytes, "solc": 3 bytes} and its length. Also found in the middle, in a contract that
# creates another.
METADATA = re.compile(r"a264697066735822[0-9a-f]{68}64736f6c6343[0-9a-f]{6}0033")


class Bytecode(NamedTuple):
    """Hex without prefix and metadata."""

    creation: str
    runtime: str


def bytecode(creation: str, runtime: str) -> Bytecode:
    return Bytecode(*(METADATA.sub("", code.removeprefix("0x")) for code in (creation, runtime)))


@pytest.fixture(scope="module")
def of_solcx() -> dict[str, Bytecode]:
    """Name -> bytecode of every contract and library of ours that can be deployed."""
    output = solcx.compile_standard(
        {
            "language": "Solidity",
            "sources": {name: {"urls": [name]} for name in _sources()},
            "settings": {
                "evmVersion": FOUNDRY["evm_version"],
                "optimizer": {"enabled": FOUNDRY["optimizer"], "runs": FOUNDRY["optimizer_runs"]},
                "remappings": FOUNDRY["remappings"],
                "viaIR": FOUNDRY.get("via_ir", False),
                "outputSelection": {"*": {"*": ["evm.bytecode.object", "evm.deployedBytecode.object"]}},
            },
        },
        solc_binary=ROOT / FOUNDRY["solc"],
        base_path=ROOT,
        allow_paths=ROOT,
    )
    return dict(_deployable(output))


def _sources() -> list[str]:
    found = (file.relative_to(ROOT) for file in (ROOT / FOUNDRY["src"]).rglob("*.sol"))
    return sorted(source.as_posix() for source in found if ".cache" not in source.parts)


def _deployable(output: dict[str, Any]) -> Iterator[tuple[str, Bytecode]]:
    for source in _sources():
        for name, contract in output["contracts"].get(source, {}).items():
            evm = contract["evm"]
            if evm["bytecode"]["object"]:
                yield name, bytecode(evm["bytecode"]["object"], evm["deployedBytecode"]["object"])


@pytest.fixture(scope="module")
def of_forge(of_solcx: dict[str, Bytecode]) -> dict[str, Bytecode]:
    build = subprocess.run(["forge", "build"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert build.returncode == 0, build.stderr + build.stdout
    return {name: _read_artifact(name) for name in of_solcx}


def _read_artifact(contract: str) -> Bytecode:
    [file] = (ROOT / FOUNDRY["out"]).glob(f"**/{contract}.json")
    artifact = json.loads(file.read_text())
    return bytecode(artifact["bytecode"]["object"], artifact["deployedBytecode"]["object"])


@pytest.fixture(scope="module")
def of_ape(of_solcx: dict[str, Bytecode]) -> dict[str, Bytecode]:
    types = project.load_contracts()
    return {name: _read_type(types[name].contract_type) for name in of_solcx}


def _read_type(contract: Any) -> Bytecode:
    return bytecode(contract.deployment_bytecode.bytecode, contract.runtime_bytecode.bytecode)


def test_contracts__are_found(of_solcx: dict[str, Bytecode]) -> None:
    assert {"HeitjeToken", "ParticipantRegistry", "RewardBudget", "JobEscrow", "Redemption"} <= set(of_solcx)


def test_forge__makes_the_bytecode_of_solcx(
    of_forge: dict[str, Bytecode], of_solcx: dict[str, Bytecode]
) -> None:
    assert _different(of_forge, of_solcx) == []


def test_ape__makes_the_bytecode_of_solcx(of_ape: dict[str, Bytecode], of_solcx: dict[str, Bytecode]) -> None:
    assert _different(of_ape, of_solcx) == [], "after a change of settings: ape compile --force"


def _different(one: dict[str, Bytecode], other: dict[str, Bytecode]) -> list[str]:
    return [name for name in one | other if one.get(name) != other.get(name)]
