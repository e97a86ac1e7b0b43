"""A till and a claim are followed as they change, by whoever may read them and for as long as they may."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from heitje_chain.db import transaction
from heitje_chain.http.streams import Streams
from heitje_chain.people.tokens import ACCESS_TOKEN
from tests.http.server import BOUND_SECONDS, Reader, reading, serving

from .serving import heitje_serve
from .town import Person, Town


@pytest.fixture
def address(town: Town) -> Iterator[str]:
    app: Any = town.http.app
    app.state.streams = Streams(look_seconds=0.05)
    with serving(app) as made:
        yield f"{made}/api/v1"


def by(person: Person, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {person.secret}", **more}


def states(reader: Reader) -> list[str]:
    """The states that are told until the stream ends."""
    return [json.loads(event.data)["state"] for event in reader.rest() if event.data]


def test_till__that_is_paid__is_told_open_pending_and_paid(
    town: Town, anna: Person, shop: Person, address: str
) -> None:
    asked = town.post(shop, "/payment-requests", {"cents": 4_50})
    path = f"/payment-requests/{asked['id']}"
    with reading(f"{address}{path}/events", by(shop)) as reader:
        first = json.loads(reader.told().data or "")
        town.post(anna, "/payments", {"code": asked["code"]})
        second = json.loads(reader.told().data or "")
        town.work()
        third = reader.told()
        assert states(reader) == []

    assert [first["state"], second["state"]] == ["open", "pending"]
    assert first == asked
    assert json.loads(third.data or "") == town.get(shop, path)
    with reading(f"{address}{path}/events", by(shop, **{"Last-Event-ID": third.id or ""})) as again:
        assert again.rest() == []
    assert again.response.status_code == 204


def test_payment__that_is_followed_by_its_payer__ends_when_it_is_paid(
    town: Town, anna: Person, shop: Person, address: str
) -> None:
    payment = town.post(anna, "/payments", {"code": town.code_of(shop), "cents": 5_00})
    with reading(f"{address}/payments/{payment['id']}/events", by(anna)) as reader:
        assert json.loads(reader.told().data or "") == payment
        town.work()
        assert states(reader) == ["paid"]


def test_claim__that_is_followed__ends_when_it_is_approved(town: Town, partner: Person, address: str) -> None:
    resident = town.resident()
    claim = town.submitted(partner, resident)
    with reading(f"{address}/claims/{claim['id']}/events", by(resident)) as reader:
        assert json.loads(reader.told().data or "") == town.get(resident, f"/claims/{claim['id']}")
        town.act(partner, "/approvals", {"claims": [claim["id"]]})
        assert json.loads(reader.told().data or "")["pending"] == "approve"
        town.work()
        assert states(reader)[-1] == "approved"


def test_stream__of_anothers_thing__answers_as_what_is_not_there(
    town: Town, partner: Person, anna: Person, shop: Person
) -> None:
    claim = town.submitted(partner, anna)
    payment = town.post(anna, "/payments", {"code": town.code_of(shop), "cents": 5_00})
    stranger = town.resident("Bilal Amrani")

    for path in (f"/claims/{claim['id']}", f"/payments/{payment['id']}", "/payment-requests/" + "0" * 32):
        refused = town.ask("GET", stranger, f"{path}/events")
        plain = town.ask("GET", stranger, path)
        assert (refused.status_code, refused.json()) == (404, plain.json())


def test_stream__whose_token_is_revoked__ends(town: Town, shop: Person, address: str) -> None:
    asked = town.post(shop, "/payment-requests", {"cents": 4_50})
    path = f"{address}/payment-requests/{asked['id']}/events"
    with reading(path, by(shop)) as reader:
        reader.told()
        with transaction(town.engine) as connection:
            mine = ACCESS_TOKEN.c.subject == shop.id
            connection.execute(ACCESS_TOKEN.update().where(mine).values(revoked_at=1))
        assert reader.rest() == []
    with reading(path, by(shop)) as again:
        assert again.response.status_code == 401


def test_serve__that_is_asked_to_end__ends_streams_at_once(town: Town, shop: Person) -> None:
    asked = town.post(shop, "/payment-requests", {"cents": 4_50})
    with heitje_serve(town) as (process, address):
        path = f"{address}/api/v1/payment-requests/{asked['id']}/events"
        with reading(path, by(shop)) as reader:
            assert json.loads(reader.told().data or "")["state"] == "open"
            process.send_signal(signal.SIGTERM)
            assert states(reader) == []
        process.wait(BOUND_SECONDS)

    assert (
        "Cancel" not in (town.config.home / "serve.log").read_text()
    )  # what uvicorn says of requests that it had to cut off
