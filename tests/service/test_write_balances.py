"""The list that a move to new contracts begins with."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.scripts.test_ape_run import ape_run

from .town import Person, Town


def written(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_balances__of_a_paused_city__are_what_the_chain_has_at_that_block(
    town: Town, anna: Person, shop: Person, tmp_path: Path
) -> None:
    town.paid(anna, shop, 4_00)
    town.post(shop, "/redemptions", {"cents": 1_00})
    town.work()
    town.act("enforcer", "/freezes", {"participant": anna.id, "cents": 2_00, "reason": 1})
    town.act("enforcer", "/blocks", {"participant": shop.id, "reason": 1})
    town.act("enforcer", "/pauses", {"reason": 4})
    town.work()
    block = int(town.rpc("eth_blockNumber"), 16)
    now, later = tmp_path / "now.csv", tmp_path / "later.csv"
    record = str(town.config.deployment_record)

    told = ape_run(town.url, "write_balances", "--record", record, "--to", str(now))

    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[-1] == (
        f"Block {block}: 2 participants have 14.00 Heitjes; 1 of them are blocked. The list is {now}."
    )
    wallets = [
        town.get("registrar", path)["wallet"].lower()
        for path in (f"/residents/{anna.id}", f"/merchants/{shop.id}")
    ]
    assert [
        (one["kind"], one["status"], one["wallet"].lower(), one["cents"], one["frozen_cents"])
        for one in written(now)
    ] == [
        ("resident", "active", wallets[0], "1100", "200"),
        ("merchant", "blocked", wallets[1], "300", "0"),
    ]

    town.act("enforcer", "/unfreezes", {"participant": anna.id})
    town.work()
    again = ape_run(town.url, "write_balances", "--record", record, "--to", str(later), "--block", str(block))
    assert again.returncode == 0, again.stderr
    assert later.read_bytes() == now.read_bytes()


def test_balances__that_are_not_the_supply__are_not_written(town: Town, anna: Person, tmp_path: Path) -> None:
    record = json.loads(town.config.deployment_record.read_text())
    block = int(town.rpc("eth_blockNumber"), 16)
    late, path = tmp_path / "late.json", tmp_path / "balances.csv"
    late.write_text(json.dumps({**record, "first_block": block}))

    refused = ape_run(town.url, "write_balances", "--record", str(late), "--to", str(path))

    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1] == (
        f"Error: At block {block} the participants and the redemption contract have 0 cents, of a "
        "supply of 1500. Nothing was written. Does the node keep the state of that block?"
    )
    assert not path.exists()


def test_balances__into_a_file_that_is_there__are_refused(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "balances.csv"
    path.write_text("kept")

    refused = ape_run(
        town.url, "write_balances", "--record", str(town.config.deployment_record), "--to", str(path)
    )

    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1] == f"Error: {path} is there already: name a new file."
    assert path.read_text() == "kept"
