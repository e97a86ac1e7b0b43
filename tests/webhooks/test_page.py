"""What the guide says of webhooks to partners and merchants is so; its program runs as printed."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from heitje_chain import webhooks
from heitje_chain.webhooks import rules
from heitje_chain.webhooks.deliveries import KEEP_SECONDS
from heitje_chain.webhooks.sending import TIMEOUT_SECONDS
from tests.http.server import wait_until
from tests.ports import unused_port
from tests.service.town import DAY, Person, Town

from .post import deliver, delivered, history, webhook
from .receiver import Receiver

GUIDE = Path(webhooks.__file__).parent / "guide.md"
PAGE = GUIDE.read_text()


def sample() -> str:
    [found] = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return str(found)


def test_page__receiver__as_printed__takes_what_is_sent_once(town: Town, partner: Person) -> None:
    port = unused_port()
    hook = webhook(town, partner, f"http://127.0.0.1:{port}/heitje")
    running = subprocess.Popen(
        [sys.executable, "-c", sample()],
        env={"PATH": os.environ["PATH"], "HEITJE_WEBHOOK_SECRET": hook["secret"], "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        wait_until(lambda: listens(port))
        claim = town.submitted(partner, town.resident(), reward=15_00)
        deliver(town)
        sent = delivered(town, partner, hook)
        town.post(partner, f"/webhooks/{hook['id']}/deliveries/{sent[1]['id']}/redelivery")
        deliver(town)
        town.post(partner, f"/webhooks/{hook['id']}/secret")
        town.post(partner, f"/webhooks/{hook['id']}/secret")  # now the receiver's signs no more
        town.post(partner, f"/webhooks/{hook['id']}/test")
        deliver(town)
        [*taken, refused] = delivered(town, partner, hook)
    finally:
        running.kill()
    told, _ = running.communicate()

    assert [(one["type"], one["state"]) for one in taken] == [
        ("job.open", "delivered"),
        ("claim.submitted", "delivered"),
    ]
    opened, handed_in = told.splitlines()
    assert opened.startswith("job.open {'job': ")
    data = {"claim": claim["id"], "job": claim["job"], "cents": 15_00, "state": "submitted"}
    assert handed_in == f"claim.submitted {data}"
    assert history(town, partner, hook, refused["id"]) == [{"outcome": "answer", "status": 403}]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_page__sample__believes_what_is_ours_and_nothing_else(
    town: Town, shop: Person, receiver: Receiver
) -> None:
    names: dict[str, Any] = {"__name__": "sample"}
    exec(sample(), names)  # noqa: S102 - is our own page
    is_from_heitje = names["is_from_heitje"]
    hook = webhook(town, shop, receiver.url)
    rolled = town.post(shop, f"/webhooks/{hook['id']}/secret")["secret"]
    town.post(shop, f"/webhooks/{hook['id']}/test")
    deliver(town)

    [came] = receiver.received
    assert is_from_heitje(hook["secret"], came.headers, came.body)
    assert is_from_heitje(rolled, came.headers, came.body)
    assert not is_from_heitje(rolled, came.headers, came.body + b" ")
    assert not is_from_heitje("whsec_" + "A" * 44, came.headers, came.body)
    old = {**came.headers, "webhook-timestamp": str(int(came.headers["webhook-timestamp"]) - 301)}
    assert not is_from_heitje(rolled, old, came.body)


def test_page__events__are_those_that_are_told() -> None:
    rows = re.findall(r"^\| `([a-z.]+)` \| (partner|merchant) \|", PAGE, re.MULTILINE)

    assert rows == [(event, kind) for kind, events in rules.EVENTS_OF.items() for event in events]


def test_page__schedule__is_ours() -> None:
    hours = [seconds // 3600 for seconds in rules.SCHEDULE if seconds >= 3600]
    told = (
        f"after 5 seconds, 5 minutes, half an hour, {', '.join(map(str, hours[:-1]))} and {hours[-1]} hours"
    )

    assert rules.SCHEDULE[:4] == (0, 5, 300, 1800)
    assert told in PAGE
    waits = [rules.wait_after(attempts, 0.5) for attempts in range(1, 11)]
    assert waits == [*rules.SCHEDULE[1:], None]
    assert (rules.wait_after(2, 0), rules.wait_after(2, 1)) == (270, 330)


def test_page__bounds__are_ours() -> None:
    assert f"within {TIMEOUT_SECONDS} seconds" in PAGE
    assert f"For {rules.SECRET_OVERLAP_SECONDS // 3600} hours every request has two signatures" in PAGE
    assert re.search(rf"is kept\s+for {KEEP_SECONDS // DAY} days", PAGE)
    assert (rules.MOST_ENDPOINTS, "You can have five webhooks." in PAGE) == (5, True)
