"""tools/check_prerequisites.sh on machines that lack something, played by a PATH of stand-in programs."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CHECK = Path(__file__).resolve().parents[2] / "tools" / "check_prerequisites.sh"

WORKS = "exit 0"
PRESENT_BUT_BROKEN = "exit 1"


def python_of_version(major: int, minor: int) -> str:
    """The real Python, telling another version."""
    pretend = f"import sys; sys.version_info = ({major}, {minor}, 0); exec(sys.argv[1])"
    return f"exec '{sys.executable}' -c '{pretend}' \"$2\""


def python_without_venv() -> str:
    pretend = "import sys; sys.modules.update(ensurepip=None); exec(sys.argv[1])"
    return f"exec '{sys.executable}' -c '{pretend}' \"$2\""


def node_of_version(version: str) -> str:
    """The real Node, telling another version."""
    pretend = f'Object.defineProperty(process, "versions", {{ value: {{ node: "{version}" }} }});'
    return f"exec '{shutil.which('node')}' -e '{pretend}'\"$2\""


COMPLETE = {
    "python3": python_of_version(3, 11),
    "node": node_of_version("20.0.0"),
    "npm": WORKS,
    "git": WORKS,
    "cc": WORKS,
}

Check = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Runs the script where only the complete set of programs exists, changed as the arguments say.

    A program given as None is missing.
    """

    def run(programs: dict[str, str | None], python: str = "") -> subprocess.CompletedProcess[str]:
        for name, body in {**COMPLETE, **programs}.items():
            if body is not None:
                (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
                (tmp_path / name).chmod(0o755)
        environment = {"PATH": str(tmp_path), "PYTHON": python}
        return subprocess.run([CHECK], env=environment, capture_output=True, text=True, check=False)

    return run


def test_check__when_complete__prints_the_python_and_nothing_else(check: Check, tmp_path: Path) -> None:
    result = check({})

    assert (result.returncode, result.stdout, result.stderr) == (0, f"{tmp_path}/python3\n", "")


@pytest.mark.parametrize(
    ("programs", "complaint"),
    [
        ({"python3": None}, "Python 3.11 or 3.12"),
        ({"python3": python_of_version(3, 10)}, "Python 3.11 or 3.12"),
        ({"python3": python_of_version(3, 13)}, "Python 3.11 or 3.12"),
        ({"python3": python_without_venv()}, "Python's venv module"),
        ({"node": None}, "Node 20 or newer"),
        ({"node": node_of_version("18.19.0")}, "Node 20 or newer"),
        ({"npm": None}, "npm"),
        ({"npm": PRESENT_BUT_BROKEN}, "npm"),
        ({"git": None}, "git"),
        ({"git": PRESENT_BUT_BROKEN}, "git"),
        ({"cc": None}, "a C compiler"),
        ({"cc": PRESENT_BUT_BROKEN}, "a C compiler"),
    ],
)
def test_check__when_one_is_unfit__says_in_one_line_what_to_install(
    check: Check, programs: dict[str, str | None], complaint: str
) -> None:
    result = check(programs)

    assert result.returncode == 1
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith(f"Missing: {complaint}")
    assert "Debian: sudo apt install" in line
    assert "macOS: " in line


def test_check__when_python3_is_another_version__takes_a_numbered_one(check: Check, tmp_path: Path) -> None:
    result = check({"python3": python_of_version(3, 13), "python3.11": python_of_version(3, 11)})

    assert result.stdout == f"{tmp_path}/python3.11\n"


def test_check__when_python_is_given__looks_at_no_other(check: Check, tmp_path: Path) -> None:
    assert check({"mine": python_of_version(3, 12)}, python="mine").stdout == f"{tmp_path}/mine\n"

    refused = check({"mine": python_of_version(3, 9)}, python="mine")
    assert refused.returncode == 1
    assert "Python 3.11 or 3.12 (mine is not)" in refused.stderr


def test_check__when_everything_is_missing__names_each_once(check: Check) -> None:
    result = check(dict.fromkeys(COMPLETE))

    assert [line.split()[1] for line in result.stderr.splitlines()] == ["Python", "Node", "git.", "a"]
