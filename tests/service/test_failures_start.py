"""Where the worker refuses to start.

See survival.py. Each test names the case of failures.md that it is about; after each there is one event per
act, no hole in the nonces, and chain, books and bank are equal.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from heitje_chain.chain.watcher import WrongChain
from heitje_chain.custody.errors import MasterKeyMissing, MasterKeyWrong
from heitje_chain.custody.master_key import write_new_master_key
from heitje_chain.worker import open_worker

from .survival import (
    People,
    assert_sound,
    paid_told,
    rows,
)
from .town import Town


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"chain_id": 5}, "The node is on chain 31337, but the contracts are on chain 5."),
        ({"genesis_hash": "0x" + "00" * 32}, "It is another chain, or the devnet was made anew."),
    ],
)
def test_worker__on_another_chain__refuses_to_start_and_says_why(
    town: Town, people: People, tmp_path: Path, changed: dict[str, Any], reason: str
) -> None:
    """Case 15."""
    payment = people.pay()
    before = rows(town)
    record = tmp_path / "another.json"
    record.write_text(json.dumps(json.loads(town.config.deployment_record.read_text()) | changed))
    (town.config.home / "sender.key").write_text(
        "2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6"
    )

    with pytest.raises(WrongChain) as refused:
        open_worker(replace(town.config, deployment_record=record))
    assert reason in str(refused.value)
    assert rows(town) == before
    assert_sound(town, paid_told(payment))


def test_worker__without_the_right_master_key__refuses_to_start(
    town: Town, people: People, tmp_path: Path
) -> None:
    """Case 26."""
    payment = people.pay()
    before = rows(town)
    write_new_master_key(tmp_path / "other.key")
    for name, refusal, sentence in (
        ("nowhere.key", MasterKeyMissing, "cannot be read: No such file or directory."),
        ("other.key", MasterKeyWrong, "This is not master key 1, which wraps the wallets' keys."),
    ):
        with pytest.raises(refusal, match=sentence):
            open_worker(replace(town.config, master_key_file=tmp_path / name))
    assert rows(town) == before
    assert_sound(town, paid_told(payment))
