"""The parts that no command shows on this machine."""

from __future__ import annotations

import gzip
import json
import os
import sys
from pathlib import Path

import pytest

from heitje_chain.chain.devnet import contracts, node, snapshots
from heitje_chain.chain.devnet.refusals import ToolMissing


def dump(block: int, time: int = 0) -> str:
    """A state as `anvil_dumpState` returns it, with nobody on it."""
    blocks = [{"header": {"number": hex(block), "timestamp": hex(time)}}]
    state = {"block": {}, "accounts": {}, "best_block_number": block, "blocks": blocks}
    return "0x" + gzip.compress(json.dumps(state).encode()).hex()


def test_save_snapshot__again_and_again__keeps_the_newest_two_whatever_their_blocks(tmp_path: Path) -> None:
    for block in (7, 9, 3):
        snapshots.save_snapshot(tmp_path, dump(block, time=block * 100))

    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        "snapshot-00000002-9.json",
        "snapshot-00000003-3.json",
    ]
    said: list[str] = []
    loaded = snapshots.load_newest(tmp_path, said.append)
    assert loaded is not None
    assert (loaded[0].block, loaded[1], said) == (3, 300, [])


@pytest.mark.parametrize(
    "broken",
    ["0x", "0x00", "no hex", dump(5)[:-8], "0x" + gzip.compress(b"{}").hex()],
    ids=["nothing", "a zero", "no hex", "cut off", "an empty state"],
)
def test_save_snapshot__of_what_is_no_whole_state__leaves_the_earlier_ones(
    tmp_path: Path, broken: str
) -> None:
    saved = snapshots.save_snapshot(tmp_path, dump(4))

    with pytest.raises(snapshots.SnapshotError):
        snapshots.save_snapshot(tmp_path, broken)

    assert snapshots.all_snapshots(tmp_path) == [saved]


def test_save_snapshot__when_the_disk_refuses__leaves_the_earlier_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = snapshots.save_snapshot(tmp_path, dump(4))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        snapshots.save_snapshot(tmp_path, dump(5))

    assert snapshots.all_snapshots(tmp_path) == [saved]


def test_tools__when_not_installed__say_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ToolMissing) as anvil:
        node.find_anvil()
    assert str(anvil.value) == (
        f"anvil is missing (neither at {tmp_path}/anvil nor on PATH): "
        "install it with `make setup` in Heitje's folder, then run this again."
    )
    with pytest.raises(ToolMissing) as ape:
        contracts.require_tools()
    assert str(ape.value) == (
        f"ape is missing (not at {tmp_path}/ape): "
        "install it with `make setup` in Heitje's folder, then run this again."
    )
