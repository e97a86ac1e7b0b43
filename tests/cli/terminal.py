"""A command on a terminal of its own, and a person who reads and types there."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

PATIENCE_SECONDS = 60


class Terminal:
    def __init__(self, command: Path, words: tuple[str, ...], environment: Mapping[str, str]) -> None:
        self._own, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [command, *words],
            env={**environment, "TERM": "dumb", "COLUMNS": "200"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            preexec_fn=lambda: os.login_tty(theirs) if hasattr(os, "login_tty") else os.setsid(),
        )
        os.close(theirs)
        self.seen = ""
        """All that was shown."""
        self._read = 0

    def expect(self, text: str) -> None:
        """Wait until this is shown, after what was waited for before."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in self.seen[self._read :]:
            assert self._more(deadline), f"waited in vain for {text!r}: {self.seen}"
        self._read = self.seen.index(text, self._read) + len(text)

    def type(self, line: str) -> None:
        os.write(self._own, f"{line}\n".encode())

    def break_off(self) -> None:
        """Press Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    def ended(self) -> tuple[int, str]:
        """Wait for the end; return the exit code and all that was shown, on one line."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._more(deadline):
            continue
        code = self._process.wait(PATIENCE_SECONDS)
        os.close(self._own)
        return code, " ".join(self.seen.split())

    def _more(self, deadline: float) -> bool:
        """Read what is shown next; False at the end."""
        ready, _, _ = select.select([self._own], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            shown = os.read(self._own, 4096)
        except OSError:  # Linux's way to tell that nobody writes any more
            return False
        self.seen += shown.decode("utf-8", "replace")
        return bool(shown)
