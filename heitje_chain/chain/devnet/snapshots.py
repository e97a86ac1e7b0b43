"""Whole states of the chain on disk: the newest and the one before it.

A snapshot is what `anvil_dumpState` returns, unpacked, so that `--load-state` reads it. It is complete before
it gets its name, and no name is used twice: whatever moment the power fails, the newest name holds a whole
state or the previous one does.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

KEPT = 2

_NAME = re.compile(r"snapshot-(\d{8})-(\d+)\.json")
_HEAD = re.compile(rb'"best_block_number":\s*(?:(\d+)|"0x([0-9a-f]+)")')


class SnapshotError(Exception):
    """What the node gave is no state, or a file does not hold one."""


@dataclass(frozen=True, order=True)
class Snapshot:
    number: int
    """Counts up with every snapshot."""
    block: int
    """The newest block in it."""
    path: Path

    def taken_at(self) -> float:
        """Return seconds since 1970."""
        return self.path.stat().st_mtime

    def size(self) -> int:
        """Return bytes."""
        return self.path.stat().st_size


def all_snapshots(folder: Path) -> list[Snapshot]:
    """Return what lies in the folder by name, newest first, readable or not."""
    found = [
        Snapshot(int(match[1]), int(match[2]), path)
        for path in folder.glob("snapshot-*")
        if (match := _NAME.fullmatch(path.name))
    ]
    return sorted(found, reverse=True)


def newest_snapshot(folder: Path) -> Snapshot | None:
    return next(iter(all_snapshots(folder)), None)


def save_snapshot(folder: Path, dump: str) -> Snapshot:
    """Write a state so that it survives a crash a moment later, and drop all but the newest two.

    Args:
        dump: the answer of `anvil_dumpState`: gzip, in hex

    Raises:
        SnapshotError: this is no state.
        OSError: it could not be written; the snapshots before are untouched.
    """
    content, block = _unpacked(dump)
    earlier = all_snapshots(folder)
    number = earlier[0].number + 1 if earlier else 1
    unfinished = folder / "snapshot.tmp"
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path = unfinished.replace(folder / f"snapshot-{number:08}-{block}.json")
    sync_folder(folder)
    for old in earlier[KEPT - 1 :]:
        old.path.unlink(missing_ok=True)
    return Snapshot(number, block, path)


def load_newest(folder: Path, say: Callable[[str], None]) -> tuple[Snapshot, int] | None:
    """Return the newest snapshot that can be read and its head's time in seconds since 1970, or None.

    One that cannot be read is set aside under another name, and `say` is told.
    """
    for snapshot in all_snapshots(folder):
        try:
            return snapshot, _head_time(snapshot)
        except SnapshotError as error:
            aside = snapshot.path.rename(snapshot.path.with_suffix(".unreadable"))
            say(f"The newest snapshot cannot be read ({error}) and was set aside as {aside}.")
            if before := newest_snapshot(folder):
                when = datetime.fromtimestamp(before.taken_at(), UTC)
                say(f"The one before it is used: block {before.block}, of {when:%H:%M:%S} UTC.")
    return None


def sync_folder(folder: Path) -> None:
    """Make the folder's names survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unpacked(dump: str) -> tuple[bytes, int]:
    """Return the state and the number of its newest block; gzip's checksum says whether it is whole."""
    try:
        content = gzip.decompress(bytes.fromhex(dump.removeprefix("0x")))
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise SnapshotError(f"the node's state cannot be unpacked: {error}") from None
    head = _HEAD.search(content)
    if head is None:
        raise SnapshotError("the node's state names no newest block")
    return content, int(head[1]) if head[1] else int(head[2], 16)


def _head_time(snapshot: Snapshot) -> int:
    """Read a snapshot as a whole.

    Raises:
        SnapshotError: it is cut off, empty or something else.
    """
    try:
        state: dict[str, Any] = json.loads(snapshot.path.read_bytes())
        return max(_number(block["header"]["timestamp"]) for block in state["blocks"])
    except OSError as error:
        raise SnapshotError(error.strerror or str(error)) from None
    except (ValueError, KeyError, TypeError):
        raise SnapshotError(f"its {snapshot.size()} bytes are no whole state") from None


def _number(value: str | int) -> int:
    return value if isinstance(value, int) else int(value, 16)
