"""Removing a devnet: its own files by name, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from . import contracts
from .control import stop_processes
from .folder import Folder


def require_removable(home: Path) -> bool:
    """Return whether there is a devnet to remove.

    Raises:
        NotOurs: something in its place was not made by a devnet.
    """
    folder = Folder(home)
    folder.require_ours()
    return contracts.recorded(folder) is not None or folder.path.exists()


def reset(home: Path, say: Callable[[str], None]) -> None:
    """Stop the devnet, then remove its record and its folder; the next start begins another chain.

    Raises:
        NotOurs, Busy, NotStopped: as the name says; nothing was removed.
    """
    if not require_removable(home):
        say(f"There is no devnet in {home}; nothing was removed.")
        return
    folder = Folder(home)
    with folder.one_command():
        if folder.path.exists():
            stop_processes(folder, say)
            require_removable(home)
        folder.record.unlink(missing_ok=True)
        _remove_folder(folder)
    say(f"Removed {folder.path} and {folder.record}.")


def _remove_folder(folder: Folder) -> None:
    if not folder.path.exists():
        return
    # chain.json goes last: whatever is left after a crash is still known as a devnet's.
    for entry in sorted(folder.path.iterdir(), key=lambda entry: entry == folder.chain_file):
        entry.unlink()
    folder.path.rmdir()
