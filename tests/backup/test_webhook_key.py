"""The key that opens webhooks' secrets comes along: what is told after a restore is signed as before."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from heitje_chain.backup.errors import PlaceTaken
from heitje_chain.webhooks.errors import WebhookKeyUnusable
from tests.service.town import Person, Town
from tests.webhooks.conftest import receiver
from tests.webhooks.post import allow_private, deliver, webhook
from tests.webhooks.receiver import Receiver

from .place import after_the_loss, back_up, check, content, new_machine, restore

__all__ = ["receiver"]


def test_restore__of_a_town_with_webhooks__signs_with_the_secrets_of_before(
    town: Town, anna: Person, shop: Person, receiver: Receiver, tmp_path: Path
) -> None:
    allow_private(town)
    hook = webhook(town, shop, receiver.url, "payment.paid")
    file = back_up(town, tmp_path / "backup.age").file
    machine = new_machine(town, tmp_path / "new")
    payment = town.paid(anna, shop, 4_00)

    new = after_the_loss(town, machine, file)
    allow_private(new)
    new.work()
    deliver(new)

    [received] = receiver.received
    assert received.payload["data"]["payment"] == payment["id"]
    assert received.is_signed_with(hook["secret"])
    assert machine.webhook_key_file.read_text() == town.config.webhook_key_file.read_text()
    assert stat.S_IMODE(machine.webhook_key_file.stat().st_mode) == 0o600


def test_backup__without_webhooks__has_no_key_and_restores(town: Town, tmp_path: Path) -> None:
    file = back_up(town, tmp_path / "backup.age").file
    machine = new_machine(town, tmp_path / "new")

    restore(machine, file)

    assert check(file).webhook_key is None
    assert not machine.webhook_key_file.exists()


def test_backup__with_a_key_that_others_can_read__is_refused(
    town: Town, shop: Person, receiver: Receiver, tmp_path: Path
) -> None:
    allow_private(town)
    webhook(town, shop, receiver.url)
    town.config.webhook_key_file.chmod(0o644)

    with pytest.raises(WebhookKeyUnusable, match=r"must hold 64 hex digits and be its owner's alone"):
        back_up(town, tmp_path / "backup.age")
    assert list(tmp_path.glob("*backup.age*")) == []


def test_restore__beside_another_key__is_refused_and_nothing_is_written(
    town: Town, shop: Person, receiver: Receiver, tmp_path: Path
) -> None:
    allow_private(town)
    webhook(town, shop, receiver.url)
    file = back_up(town, tmp_path / "backup.age").file
    machine = new_machine(town, tmp_path / "new")
    machine.webhook_key_file.write_text("ab" * 32)
    machine.webhook_key_file.chmod(0o600)

    with pytest.raises(PlaceTaken, match=r"is another key than the one that seals webhooks' secrets"):
        restore(machine, file)
    assert machine.webhook_key_file.read_text() == "ab" * 32
    assert content(machine) == {}
