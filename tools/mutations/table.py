"""The mutations, as the TOML files beside this one list them: one file for each contract of ours.

A mutation is a snippet that stands in the contract exactly once, and what it becomes:

    [claim-leaves-slot-open]
    was = "--job.open;"
    becomes = ""
    means = "More residents claim than rewards were reserved for."

`invariants = true` adds that the invariant campaigns alone must notice it. `changes_nothing = "why"` says
that no test can: then none may.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLES = Path(__file__).resolve().parent
CONTRACTS = ROOT / "contracts"


class TableError(Exception):
    """A row that cannot be tried as it stands: neither a kill nor a survivor."""


@dataclass(frozen=True)
class Mutation:
    """`file` is a source of ours without its ending; `name` is the row's own within it."""

    file: str
    name: str
    was: str
    becomes: str
    means: str
    invariants: bool = False
    changes_nothing: str = ""

    @property
    def title(self) -> str:
        return f"{self.file}/{self.name}"

    @property
    def path(self) -> Path:
        return source_of(self.file)

    def mutate(self, source: str) -> str:
        found = source.count(self.was)
        if found != 1:
            raise TableError(f"{self.title}: its snippet stands {found} times in {self.path.name}")
        return source.replace(self.was, self.becomes)


def load() -> list[Mutation]:
    """Return all mutations, those of one file together.

    :raises TableError: for a row with a missing or unknown key
    """
    return [
        _read(table.stem, name, row)
        for table in sorted(TABLES.glob("*.toml"))
        for name, row in tomllib.loads(table.read_text()).items()
    ]


def _read(file: str, name: str, row: dict[str, object]) -> Mutation:
    try:
        return Mutation(file, name, **row)  # type: ignore[arg-type]
    except TypeError as wrong:
        raise TableError(f"{file}/{name}: {wrong}") from wrong


def sources() -> list[Path]:
    """Return every source of ours, without what ape keeps in the same folder."""
    return sorted(path for path in CONTRACTS.rglob("*.sol") if ".cache" not in path.parts)


def source_of(file: str) -> Path:
    """:raises TableError: if no source has this name"""
    found = [path for path in sources() if path.stem == file]
    if len(found) != 1:
        raise TableError(f"{file}: {len(found)} sources have this name")
    return found[0]


def deployed_with(file: str) -> list[str]:
    """Return the contracts whose code comes, in part, from this source."""
    target = source_of(file)
    return [name for name in deployable() if target in with_imports(source_of(name))]


def deployable() -> list[str]:
    return [path.stem for path in sources() if re.search(r"^contract ", path.read_text(), re.MULTILINE)]


def with_imports(path: Path) -> set[Path]:
    """Return this source and every one of ours that it needs."""
    found, todo = set[Path](), [path]
    while todo:
        one = todo.pop()
        if one in found:
            continue
        found.add(one)
        todo += [
            (one.parent / name).resolve() for name in re.findall(r'from "(\.{1,2}/[^"]+)"', one.read_text())
        ]
    return found
