"""Cut a task off with kill -9 before each of its steps in turn: `kill_points TASK FOLDER`.

FOLDER/start holds the two places. For each number k the folder is copied to FOLDER/k, and a process does the
task there and kills itself before step k. A step is whatever a crash can fall between: a statement or a
commit of the database, or the making, writing, sync, link, rename or removal of a file. Nothing in the
product knows of this. The last folder is that of the process that met no more steps. Keys come on standard
input, in hex, one a line.

`rotate-on` copies FOLDER/k-1 instead: every process goes on where the one before was killed.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from heitje_chain.custody import rotation
from heitje_chain.custody.rotation import rotate
from heitje_chain.custody.sealing import MasterKey
from tests.custody.places import open_places, places_in
from tests.databases import copy_folder

Task = Callable[[Path, list[MasterKey]], None]

WALLET_ID = "0f0e0d0c0b0a40098706050403020100"


class Steps:
    """Counts the steps of this process and kills it before the one that is chosen."""

    def __init__(self, killed_before: int) -> None:
        self._left = killed_before

    def step(self, *_: Any, **__: Any) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1

    def watch_files(self) -> None:
        # Python tells of what it is about to do to a file, whoever asks for it, but not of these two.
        sys.addaudithook(self._file_event)
        for name in ("fsync", "fdopen"):
            setattr(os, name, self._stepping(getattr(os, name)))

    def watch_database(self) -> None:
        event.listen(Engine, "before_cursor_execute", self.step)
        event.listen(Engine, "commit", self.step)

    def _file_event(self, name: str, details: tuple[Any, ...]) -> None:
        writes = name == "open" and details[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes or name in ("os.link", "os.rename", "os.remove", "os.mkdir"):
            self.step()

    def _stepping(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*args: Any, **kwargs: Any) -> Any:
            self.step()
            return function(*args, **kwargs)

        return stepping


def start(folder: Path, masters: list[MasterKey]) -> None:
    open_places(folder, masters[0])


def create(folder: Path, masters: list[MasterKey]) -> None:
    open_places(folder, masters[0]).create(WALLET_ID)


def change_master_key(folder: Path, masters: list[MasterKey]) -> None:
    places = places_in(folder, masters[0])
    rotation._ROWS_PER_COMMIT = 2
    rotate(places.engine, places.store, masters[0], masters[1])


TASKS: dict[str, Task] = {
    "start": start,
    "create": create,
    "rotate": change_master_key,
    "rotate-on": change_master_key,
}


def cut_off(task: Task, folder: Path, masters: list[MasterKey], killed_before: int) -> bool:
    """Do the task in a process of its own; return whether it was killed."""
    child = os.fork()
    if child == 0:
        try:
            steps = Steps(killed_before)
            steps.watch_files()
            steps.watch_database()
            task(folder, masters)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if status != 0:
        raise SystemExit(f"step {killed_before}: status {status}")
    return False


def main() -> None:
    task, folder = TASKS[sys.argv[1]], Path(sys.argv[2])
    masters = [MasterKey(bytes.fromhex(line)) for line in sys.stdin]
    killed_before, killed = 0, True
    while killed:
        copy = folder / str(killed_before)
        going_on = sys.argv[1] == "rotate-on" and killed_before > 0
        copy_folder(folder / (str(killed_before - 1) if going_on else "start"), copy)
        killed = cut_off(task, copy, masters, killed_before)
        killed_before += 1


if __name__ == "__main__":
    main()
