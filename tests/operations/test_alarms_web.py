"""Alarms about what `heitje serve` answers and sends: each rings by what it is for, and by nothing else."""

from __future__ import annotations

import asyncio
import time

from sqlalchemy import update

from heitje_chain.app import create_app
from heitje_chain.db import transaction
from heitje_chain.http import loop
from heitje_chain.http import meters as requests
from heitje_chain.webhooks.model import DELIVERY, ENDPOINT
from tests.http.client import client
from tests.service.town import Person, Town

from .provoking import make_older, work
from .sight import Sight


def test_faults__of_ours__ring_alone(town: Town, sight: Sight) -> None:
    work(town)
    route = "/broken-for-the-alarms"  # Prometheus has never seen it, whatever ran before in this process

    def broken() -> None:
        raise KeyError("Anna Jansen")

    app = create_app(town.engine, town.contracts, town.config)
    app.add_api_route(route, broken)
    town.http = client(app)
    assert town.http.get(route).status_code == 500
    assert sight.ringing() == ["HeitjeUnexpectedFault"]
    sight = Sight(town, sight.config)
    for _ in range(2):
        assert town.http.get(route).status_code == 500

    assert sight.ringing() == ["HeitjeFaults", "HeitjeUnexpectedFault"]


def test_requests__that_take_two_seconds__ring_alone(town: Town) -> None:
    for _ in range(10):
        requests.note("GET", "/api/v1/jobs", 200, 0.1, None)
    seen = Sight(town, town.config)
    for seconds in (0.1, 2.0):
        requests.note("GET", "/api/v1/jobs", 200, seconds, None)

    assert "HeitjeSlow" in seen.ringing(about_this_machine=True)


def test_loop__that_something_keeps_busy__rings(town: Town) -> None:
    async def busy() -> None:
        async with loop.watched():
            await asyncio.sleep(0)  # it begins to watch
            until = time.monotonic() + 2 * loop.EVERY_SECONDS
            while time.monotonic() < until:
                pass
            await asyncio.sleep(0.01)  # it sees how late it is

    seen = Sight(town, town.config)
    asyncio.run(busy())

    assert "HeitjeLoopLate" in seen.ringing(about_this_machine=True)


def test_webhooks__that_wait_or_fail__ring_one_by_one(town: Town, shop: Person, sight: Sight) -> None:
    made = town.post(shop, "/webhooks", {"url": "https://merchant.example/hook"})
    town.post(shop, f"/webhooks/{made['id']}/test")
    work(town)
    assert sight.ringing() == []
    make_older(town, DELIVERY, "next_at", 601)
    assert sight.ringing() == ["HeitjeWebhooksStandStill"]

    with transaction(town.engine) as connection:
        later = int(time.time())
        connection.execute(update(DELIVERY).values(next_at=later + 60))
        connection.execute(update(ENDPOINT).values(failing_since=later - 7 * 3600))
    assert sight.ringing() == ["HeitjeWebhookFails"]
