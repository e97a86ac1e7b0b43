"""Runs the tests on PostgreSQL: two processes side by side, each with a server of its own.

What touches no database is left out, since `make test` has run it. Prints what both said; exits 1 when either
failed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import IO

TESTS = Path(__file__).resolve().parent.parent / "tests"

LEFT_OUT = {
    "client": "speaks HTTP with a server that the tests make up",
    "contracts": "has only a chain",
    "devnet": "has only a chain",
    "docs": "reads pages",
    "forge": "is Solidity",
    "scripts": "has only a chain",
    "setup": "installs",
}
"""Folder -> why it is the same on any database."""

FIRST = ("service", "demo")
"""About half of the work; the second process has the rest."""


def shares() -> list[list[Path]]:
    """Return the folders of either process; together they are all that is not left out."""
    folders = sorted(
        one for one in TESTS.iterdir() if any(one.glob("test_*.py")) and one.name not in LEFT_OUT
    )
    first = [one for one in folders if one.name in FIRST]
    return [first, [one for one in folders if one not in first]]


def main() -> int:
    started = time.monotonic()
    with ExitStack() as stack:
        logs = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(2)]
        running = [_start(share, log) for share, log in zip(shares(), logs, strict=True)]
        try:
            codes = [process.wait() for process in running]
        finally:
            for process in running:
                process.terminate()
        for log in logs:
            log.seek(0)
            sys.stdout.buffer.write(log.read())
        sys.stdout.buffer.flush()
    print(f"On PostgreSQL in {time.monotonic() - started:.0f} s.")
    return int(any(codes))


def _start(folders: list[Path], log: IO[bytes]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "HEITJE_TEST_DATABASE": "postgresql"}
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *map(str, folders)]
    return subprocess.Popen(words, env=environment, cwd=TESTS.parent, stdout=log, stderr=subprocess.STDOUT)


if __name__ == "__main__":
    sys.exit(main())
