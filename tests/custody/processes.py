"""Starting a module of the tests as a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Not `python -m`: pymultihash installs a package `tests` of its own, which would be found first.
_START = """
import runpy, sys, types
sys.modules["tests"] = types.ModuleType("tests")
sys.modules["tests"].__path__ = ["tests"]
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""


def command(module: str, *arguments: str | Path) -> list[str | Path]:
    """Return what to start, in `ROOT`, for a module such as `tests.custody.create_some`."""
    return [sys.executable, "-c", _START, module, *arguments]
