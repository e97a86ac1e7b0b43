"""What docs/webhooks.md says to partners and merchants is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from heitje_chain.webhooks import rules
from tests.service.town import Person, Town

from .post import deliver, webhook
from .receiver import Receiver

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "webhooks.md").read_text()


def test_page__sample__believes_what_is_ours_and_nothing_else(
    town: Town, shop: Person, receiver: Receiver
) -> None:
    [sample] = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {}
    exec(sample, names)  # noqa: S102 - is our own page
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
