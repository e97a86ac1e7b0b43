"""Compiles mutants, many in one go and without forge: only the contracts that a mutation changes.

The settings are those of foundry.toml without the optimizer, which takes most of the time and changes nothing
of what a contract does; and without the metadata at the end of the code, so that codes that differ do
different things.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tools.mutations.table import CONTRACTS, ROOT, Mutation, TableError, deployable, deployed_with

SETTINGS = tomllib.loads((ROOT / "foundry.toml").read_text())["profile"]["default"]

AT_ONCE = 16
"""Contracts in one go. More are a little faster, and too many are more than WebAssembly's memory holds."""

Code = dict[str, str]
"""Contract -> creation code in hex, without prefix."""


def batches(mutations: Sequence[Mutation]) -> Iterator[list[Mutation]]:
    """Cut the list into parts that are compiled in one go each."""
    batch, size = list[Mutation](), 0
    for mutation in mutations:
        contracts = len(deployed_with(mutation.file))
        if batch and size + contracts > AT_ONCE:
            yield batch
            batch, size = [], 0
        batch.append(mutation)
        size += contracts
    if batch:
        yield batch


def originals() -> Code:
    """Return the code of every contract as it stands."""
    return _compile([(None, deployable())])[0]


def mutants(batch: Sequence[Mutation], original: Code) -> list[Code]:
    """Return the code that each mutation makes, in their order.

    :raises TableError: if one does not compile or compiles to what was there
    """
    made = _compile([(mutation, deployed_with(mutation.file)) for mutation in batch])
    for mutation, code in zip(batch, made, strict=True):
        if all(original[name] == code[name] for name in code):
            raise TableError(f"{mutation.title}: compiles to the same code")
    return made


def _compile(wanted: Sequence[tuple[Mutation | None, list[str]]]) -> list[Code]:
    with tempfile.TemporaryDirectory() as folder:
        for at, (mutation, _) in enumerate(wanted):
            _write(Path(folder) / str(at), mutation)
        output = _solc(
            {f"{at}/contracts/{name}.sol": name for at, (_, names) in enumerate(wanted) for name in names},
            Path(folder),
        )
    for error in output.get("errors", []):
        if error["severity"] == "error":
            mutation, _ = wanted[int(error["sourceLocation"]["file"].split("/")[0])]
            raise TableError(f"{mutation.title if mutation else 'as it stands'}: {error['formattedMessage']}")
    return [
        {
            name: output["contracts"][f"{at}/contracts/{name}.sol"][name]["evm"]["bytecode"]["object"]
            for name in names
        }
        for at, (_, names) in enumerate(wanted)
    ]


def _write(folder: Path, mutation: Mutation | None) -> None:
    shutil.copytree(CONTRACTS, folder / "contracts", ignore=shutil.ignore_patterns(".cache"))
    if mutation:
        (folder / mutation.path.relative_to(ROOT)).write_text(mutation.mutate(mutation.path.read_text()))


def _solc(wanted: dict[str, str], folder: Path) -> dict[str, Any]:
    description = {
        "language": "Solidity",
        "sources": {path: {"content": (folder / path).read_text()} for path in wanted},
        "settings": {
            "evmVersion": SETTINGS["evm_version"],
            "optimizer": {"enabled": False},
            "remappings": SETTINGS["remappings"],
            "viaIR": SETTINGS.get("via_ir", False),
            "metadata": {"appendCBOR": False},
            "outputSelection": {path: {name: ["evm.bytecode.object"]} for path, name in wanted.items()},
        },
    }
    words = [str(ROOT / SETTINGS["solc"]), "--standard-json", "--base-path", str(folder)]
    words += ["--include-path", str(ROOT)]
    answer = subprocess.run(
        words, input=json.dumps(description), capture_output=True, text=True, check=True, cwd=folder
    )
    return dict(json.loads(answer.stdout))
