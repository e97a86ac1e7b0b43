"""The post of a town: its deliverer, gone round when a test says so, and what an owner asks of webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import update

from heitje_chain.db import transaction
from heitje_chain.webhooks.deliverer import Deliverer
from heitje_chain.webhooks.model import DELIVERY
from heitje_chain.webhooks.sending import Sending
from tests.service.town import Person, Town


def allow_private(town: Town) -> None:
    """Let this town's webhooks go to this machine, as HEITJE_WEBHOOK_PRIVATE_ADDRESSES does."""
    town.config = replace(town.config, webhook_private_addresses=True)
    town.http.app.state.config = town.config  # type: ignore[attr-defined]


def deliver(town: Town, **sending: Any) -> int:
    """Send what is due until nothing is; return how many attempts there were."""
    config = town.config
    deliverer = Deliverer(town.engine, config.webhook_key_file, private=config.webhook_private_addresses)

    async def run() -> int:
        sends = Sending(deliverer._open_sealer, **{"private": config.webhook_private_addresses, **sending})
        sent = 0
        while some := await deliverer.deliver_due(sends):
            sent += some
        await sends.close()
        return sent

    return asyncio.run(run())


def let_pass(town: Town) -> None:
    """Let whatever waits for its next attempt, or for the end of a lease, be due now."""
    with transaction(town.engine) as connection:
        connection.execute(update(DELIVERY).values(next_at=0, lease_until=0))


def webhook(town: Town, owner: Person, url: str, *events: str) -> dict[str, Any]:
    body: Mapping[str, Any] = {"url": url, **({"events": list(events)} if events else {})}
    made: dict[str, Any] = town.post(owner, "/webhooks", body)
    return made


def delivered(town: Town, owner: Person, hook: Mapping[str, Any], state: str = "") -> list[dict[str, Any]]:
    """The deliveries of a webhook, the oldest first."""
    query = f"?state={state}" if state else ""
    items: list[dict[str, Any]] = town.get(owner, f"/webhooks/{hook['id']}/deliveries{query}")["items"]
    return items[::-1]


def history(town: Town, owner: Person, hook: Mapping[str, Any], delivery: str) -> list[dict[str, Any]]:
    """How the attempts went, without how long they took."""
    told = town.get(owner, f"/webhooks/{hook['id']}/deliveries/{delivery}")["history"]
    return [{"outcome": one["outcome"], "status": one["status"]} for one in told]
