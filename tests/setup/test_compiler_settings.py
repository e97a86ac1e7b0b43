"""foundry.toml is the one file of compiler settings; ape reads most of it and repeats the rest."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ape import project

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def foundry() -> dict[str, Any]:
    profiles: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "foundry.toml").read_text())["profile"]
    return profiles["default"]


def test_ape__compiles_what_forge_compiles(foundry: dict[str, Any]) -> None:
    assert project.contracts_folder == ROOT / foundry["src"]


def test_ape__sees_every_source_of_ours(foundry: dict[str, Any]) -> None:
    """ape stops looking at 500 files, its copy of OpenZeppelin included (see tools/install_npm.sh)."""
    files = [file.relative_to(ROOT) for file in (ROOT / foundry["src"]).rglob("*.sol")]
    ours = {file.as_posix() for file in files if ".cache" not in file.parts}

    assert set(project.sources) == ours
    assert len(list((ROOT / "node_modules/@openzeppelin/contracts").rglob("*.*"))) + len(ours) < 450


def test_ape__has_the_settings_of_forge(foundry: dict[str, Any]) -> None:
    solidity = project.config.solidity

    assert f"solc-v{solidity.version}" == Path(foundry["solc"]).name
    assert solidity.evm_version == foundry["evm_version"]
    assert solidity.optimize is foundry["optimizer"]
    assert solidity.optimization_runs == foundry["optimizer_runs"]
    assert bool(solidity.via_ir) is foundry.get("via_ir", False)


def test_anvil__shows_the_hardfork_that_is_compiled_for(foundry: dict[str, Any]) -> None:
    assert project.config.foundry.evm_version == foundry["evm_version"]


def test_npm__has_the_compiler_that_the_wrapper_is_named_after(foundry: dict[str, Any]) -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]

    assert f"solc-v{wanted['solc']}" == Path(foundry["solc"]).name
    assert (ROOT / "tools/solc" / Path(foundry["solc"]).name).is_file()


def test_profiles__change_nothing_about_the_bytecode() -> None:
    profiles = tomllib.loads((ROOT / "foundry.toml").read_text())["profile"]

    for name in set(profiles) - {"default"}:
        assert set(profiles[name]) <= {"fuzz", "invariant", "skip"}, name
