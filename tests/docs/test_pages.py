"""What the pages say is there, is there: files, functions, commands, variables, links."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from heitje_chain.cli import app
from heitje_chain.config import from_environment

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FLOW, SERVICE = ROOT / "docs" / "flow.md", ROOT / "docs" / "service.md"


def names_in(path: Path) -> set[str]:
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }


def code_places() -> list[tuple[str, list[str]]]:
    """Return (file, names) for each `slice/file.py: one, two` of the flow page."""
    places = re.findall(r"`([a-z_0-9/]+\.py)(?:: ([\w, ]+))?`", FLOW.read_text())
    return [(file, [name.strip() for name in names.split(",") if name.strip()]) for file, names in places]


def test_flow__names_files_and_functions_that_exist() -> None:
    places = [(file, names) for file, names in code_places() if "/" in file]
    assert len(places) > 30
    for file, names in places:
        path = ROOT / file if (ROOT / file).exists() else ROOT / "heitje_chain" / file
        assert path.exists() or (ROOT / "tests" / file).exists(), file
        assert set(names) <= names_in(path), (file, set(names) - names_in(path))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_page__links__lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_service__commands__are_commands_of_ours() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    blocks = re.findall(r"^```sh\n(.*?)^```", SERVICE.read_text(), re.DOTALL | re.MULTILINE)
    lines = [shlex.split(line) for block in blocks for line in block.splitlines()]
    assert len(lines) >= 5
    for program, command, *rest in lines:
        assert program == "heitje"
        assert command in commands
        group = getattr(commands[command], "commands", None)
        assert group is None or rest[0] in group, (command, rest)


def test_service__variables__are_those_that_the_configuration_reads() -> None:
    told = set(re.findall(r"`(HEITJE_[A-Z_]+)`", SERVICE.read_text()))
    read = set(re.findall(r'"(HEITJE_[A-Z_]+)"', (ROOT / "heitje_chain" / "config.py").read_text()))

    assert told == read
    assert from_environment({}).finality_depth == 1
