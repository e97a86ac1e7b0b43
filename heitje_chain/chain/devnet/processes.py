"""Processes that are meant, not merely numbered: a pid is used again, a pid with its start time is not."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

POLL_SECONDS = 0.05


class Process(BaseModel):
    """One process for as long as it lives."""

    model_config = ConfigDict(frozen=True)

    pid: int
    started: str
    """What the system tells about its start; only good for comparing."""


def process_of(pid: int) -> Process | None:
    """Return the living process with this pid; one that ended and waits to be collected does not live."""
    stat = Path(f"/proc/{pid}/stat")
    return _from_proc(pid, stat) if Path("/proc/self/stat").exists() else _from_ps(pid)


def is_alive(process: Process | None) -> bool:
    return process is not None and process_of(process.pid) == process


def send(process: Process, number: signal.Signals) -> None:
    """Send a signal to this very process; nothing happens when it is gone."""
    if is_alive(process):
        try:
            os.kill(process.pid, number)
        except ProcessLookupError:
            return


def end(process: Process, patience_seconds: float) -> bool:
    """Ask the process to end, kill it when it does not, and return whether it is gone."""
    send(process, signal.SIGTERM)
    if wait_until(lambda: not is_alive(process), patience_seconds):
        return True
    send(process, signal.SIGKILL)
    return wait_until(lambda: not is_alive(process), patience_seconds)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Return True as soon as the condition holds, False when it has not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _from_proc(pid: int, stat: Path) -> Process | None:
    """Linux. Source: proc_pid_stat(5), fields 3 (state) and 22 (start, in ticks since boot)."""
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return None if fields[0] in "ZX" else Process(pid=pid, started=f"{fields[19]} {boot}")


def _from_ps(pid: int) -> Process | None:
    """macOS and others without /proc."""
    asked = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "state=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, started = asked.stdout.strip().partition(" ")
    return None if not started or state.startswith("Z") else Process(pid=pid, started=started.strip())
