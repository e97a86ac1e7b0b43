"""A stream tells each change once, ends when it should, and holds nothing while nothing happens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx2
import pytest
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel
from sqlalchemy import Connection, Engine, select

from heitje_chain.db import transaction
from heitje_chain.http import faults
from heitje_chain.http.problems import Refused
from heitje_chain.http.streams import STREAMED, EventStream, LastEventId, Streams, follow
from heitje_chain.http.transaction import Database

from .cafe import SALE
from .server import reading, serving, wait_until


class Closed(Refused, slug="streams-cafe-closed", status=403, nl="Dicht.", en="Closed."):
    """The café takes nobody any more."""


class SaleView(BaseModel):
    cents: int


OVER_CENTS = 999
CLOSED_CENTS = 666


@pytest.fixture
def set_price(engine: Engine) -> Callable[[int], None]:
    with transaction(engine) as connection:
        connection.execute(SALE.insert().values(id=1, sold_at=1, buyer="anna", cents=1))

    def change(cents: int) -> None:
        with transaction(engine) as connection:
            connection.execute(SALE.update().values(cents=cents))

    return change


def sale(cents: int) -> str:
    return f'{{"cents":{cents}}}'


def application(engine: Engine, opened: Streams) -> FastAPI:
    app = FastAPI()
    app.state.engine, app.state.streams = engine, opened

    @app.get("/sale/events", response_class=EventStream, responses=STREAMED)
    def follow_sale(
        request: Request, database: Database, caller: str = "anna", last_event_id: LastEventId = None
    ) -> Response:
        def look(connection: Connection) -> SaleView:
            cents = connection.scalar(select(SALE.c.cents)) or 0
            if cents == CLOSED_CENTS:
                raise Closed
            return SaleView(cents=cents)

        return follow(request, database, caller, look, lambda view: view.cents == OVER_CENTS, last_event_id)

    faults.install(app)
    return app


@pytest.fixture
def opened() -> Streams:
    return Streams(most=2, most_in_all=3, look_seconds=0.02, heartbeat_seconds=0.05)


@pytest.fixture
def url(engine: Engine, opened: Streams, set_price: Callable[[int], None]) -> Iterator[str]:
    with serving(application(engine, opened)) as address:
        yield f"{address}/sale/events"


def test_stream__of_a_thing_that_changes__tells_each_state_and_ends(
    url: str, set_price: Callable[[int], None]
) -> None:
    with reading(url) as reader:
        first = reader.next()
        told = [reader.told()]
        for cents in (2, 3):
            set_price(cents)
            told.append(reader.told())
        set_price(OVER_CENTS)
        told += [event for event in reader.rest() if event.data]

    assert reader.response.headers["content-type"].startswith("text/event-stream")
    assert reader.response.headers["cache-control"] == "no-store"
    assert (first.retry, first.data) == ("2000", None)
    assert [event.data for event in told] == [sale(cents) for cents in (1, 2, 3, OVER_CENTS)]
    assert len({event.id for event in told}) == 4


def test_stream__resumed_with_the_last_id__does_not_repeat(
    url: str, set_price: Callable[[int], None]
) -> None:
    with reading(url) as reader:
        last = reader.told().id
    with reading(url, {"Last-Event-ID": last}) as resumed:
        assert resumed.next().retry == "2000"
        set_price(2)
        assert resumed.told().data == sale(2)

    with reading(url, {"Last-Event-ID": last}) as late:
        assert late.told().data == sale(2)


def test_stream__of_what_is_over__tells_it_once_and_then_not_to_come_back(
    url: str, set_price: Callable[[int], None]
) -> None:
    set_price(OVER_CENTS)
    with reading(url) as reader:
        [event] = [one for one in reader.rest() if one.data]
    with reading(url, {"Last-Event-ID": event.id}) as again:
        assert again.rest() == []

    assert event.data == sale(OVER_CENTS)
    assert again.response.status_code == 204


def test_stream__while_nothing_happens__beats(url: str) -> None:
    with reading(url) as reader:
        reader.told()
        assert (reader.next().comments, reader.next().comments) == ([""], [""])


def test_stream__that_is_old__ends_and_is_resumed(engine: Engine, set_price: Callable[[int], None]) -> None:
    short = Streams(look_seconds=0.02, most_seconds=0.1)
    with serving(application(engine, short)) as address, reading(f"{address}/sale/events") as reader:
        told = [event.data for event in reader.rest() if event.data]

    assert told == [sale(1)]


def test_stream__whose_reader_may_see_it_no_more__ends_and_is_refused(
    url: str, set_price: Callable[[int], None]
) -> None:
    with reading(url) as reader:
        reader.told()
        set_price(CLOSED_CENTS)
        assert [event.data for event in reader.rest() if event.data] == []

    again = httpx2.get(url, headers={"Accept-Language": "en"})
    assert (again.status_code, again.json()["detail"]) == (403, "Closed.")


def test_streams__more_than_a_caller_may__are_refused_until_one_ends(url: str, opened: Streams) -> None:
    with ExitStack() as held:
        readers = [held.enter_context(reading(url)) for _ in range(2)]
        assert [reader.told().data for reader in readers] == [sale(1)] * 2
        refused = httpx2.get(url, headers={"Accept-Language": "en"})
        readers.append(held.enter_context(reading(f"{url}?caller=bilal")))
        readers[-1].told()
        full = httpx2.get(f"{url}?caller=carla")

    assert refused.status_code == full.status_code == 429
    assert refused.json() == {
        "type": "/problems/too-many-streams",
        "title": "Too many requests",
        "status": 429,
        "detail": "Too many are following already. Close one, or try again in 10 seconds.",
        "retry_after": 10,
    }
    assert refused.headers["retry-after"] == "10"
    wait_until(lambda: not opened._open)  # whoever hung up has given the place back
    with reading(url) as reader:
        assert reader.told().data == sale(1)


def test_streams__while_waiting__hold_no_connection_and_no_thread(
    engine: Engine, set_price: Callable[[int], None]
) -> None:
    idle = Streams(most=50, most_in_all=50, look_seconds=3600)
    with serving(application(engine, idle)) as address, ExitStack() as held:
        before = threading.active_count()
        readers = [held.enter_context(reading(f"{address}/sale/events")) for _ in range(30)]
        assert [reader.told().data for reader in readers] == [sale(1)] * 30
        wait_until(lambda: engine.pool.checkedout() == 0)  # type: ignore[attr-defined]
        # anyio keeps idle threads for the next request; there are never as many as there are streams.
        assert threading.active_count() - before < 30


def test_server__that_is_stopped__ends_its_streams(
    engine: Engine, set_price: Callable[[int], None], caplog: pytest.LogCaptureFixture
) -> None:
    slow = Streams(look_seconds=3600)
    with ExitStack() as held:
        with serving(application(engine, slow)) as address:
            reader = held.enter_context(reading(f"{address}/sale/events"))
            reader.told()
        assert reader.rest() == []

    assert "Cancel" not in caplog.text
