"""The Makefile's promises: help lists every target, and a second set-up installs nothing."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

INPUTS = ["Makefile", "uv.lock", "pyproject.toml", "package.json", "package-lock.json", "foundry.toml"]
READY = [".venv/.ready", "node_modules/.ready", ".venv/.foundry-ready", ".solc/.ready", ".provers/.ready"]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A clone in a folder with a space, as far as make sees it: all inputs, then all stamps."""
    clone = tmp_path / "a clone"
    clone.mkdir()
    for name in (
        "Makefile",
        "uv.lock",
        "pyproject.toml",
        "package.json",
        "package-lock.json",
        "foundry.toml",
    ):
        shutil.copy(ROOT / name, clone / name)
    shutil.copytree(ROOT / "tools", clone / "tools", ignore=shutil.ignore_patterns("node_modules"))
    for name in READY:
        (clone / name).parent.mkdir(exist_ok=True)
        (clone / name).touch()
    return clone


def planned(folder: Path, *goals: str) -> str:
    """What make would run."""
    command = ["make", "--dry-run", "--no-print-directory", *goals]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def test_setup__when_run_again__installs_nothing(installed: Path) -> None:
    assert "tools/" not in planned(installed, "setup")


@pytest.mark.parametrize(
    ("changed", "steps"),
    [
        ("uv.lock", ["install_python.sh", "link_foundry.sh", "install_solc.py"]),
        ("package-lock.json", ["install_npm.sh", "link_foundry.sh", "install_solc.py"]),
        ("foundry.toml", ["install_solc.py"]),
    ],
)
def test_setup__when_a_lock_file_changed__repeats_the_steps_that_read_it(
    installed: Path, changed: str, steps: list[str]
) -> None:
    later = time.time() + 10
    os.utime(installed / changed, (later, later))

    assert re.findall(r"tools/((?:install|link)_\w+\.\w+)", planned(installed, "setup")) == steps


def test_prove__when_the_provers_lock_file_changed__installs_them_anew(installed: Path) -> None:
    assert "install_provers.sh" not in planned(installed, "prove")

    later = time.time() + 10
    os.utime(installed / "tools/provers/uv.lock", (later, later))

    assert planned(installed, "prove").count("tools/install_provers.sh") == 1
    assert "install_provers.sh" not in planned(installed, "test")


@pytest.mark.parametrize("goal", ["compile", "lint", "fmt", "test", "prove", "clean"])
def test_every_target__when_nothing_is_installed__sets_up_first(installed: Path, goal: str) -> None:
    for name in READY:
        (installed / name).unlink()

    plan = planned(installed, goal)

    assert "tools/install_python.sh" in plan
    assert plan.index("tools/install_solc.py") < plan.index("Ready.")


def test_help__lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)

    help_text = subprocess.run(["make"], cwd=ROOT, check=True, capture_output=True, text=True).stdout

    assert re.findall(r"make (\w+)", help_text) == phony.split()
