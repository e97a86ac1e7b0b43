from __future__ import annotations

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from heitje_chain.http.idempotency import Answer, Fingerprint, checked_key, forget, once

from .cafe import Cafe, application, keys_in, sales_in
from .dying_request import Moment, run_until_killed

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
COFFEE = {"cents": 250}


def order(client: TestClient, body: Any = COFFEE, key: str | None = KEY, path: str = "/api/sales") -> Any:
    return client.post(path, json=body, headers={} if key is None else {"Idempotency-Key": key})


def test_sell__when_sent_again__same_bytes_and_one_effect(client: TestClient, engine: Engine) -> None:
    first, second, third = order(client), order(client), order(client, key=f'"{KEY}"')

    assert first.status_code == second.status_code == third.status_code == 201
    assert first.content == second.content == third.content == b'{"id":1,"cents":250}'
    assert first.headers["content-type"] == second.headers["content-type"] == "application/json"
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == third.headers["idempotency-replayed"] == "true"
    assert sales_in(engine) == 1


def test_sell__with_another_key_or_caller__sells_again(client: TestClient, engine: Engine) -> None:
    order(client)
    order(client, key="another-key")
    client.post("/api/sales", json=COFFEE, headers={"Idempotency-Key": KEY, "X-Buyer": "ben"})

    assert sales_in(engine) == 3


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/sales", {"cents": 251}), ("/tips", COFFEE), ("/api/sales?again=1", COFFEE)],
    ids=["body", "path", "query"],
)
def test_sell__when_key_was_for_another_request__409_and_nothing_written(
    client: TestClient, engine: Engine, path: str, body: Any
) -> None:
    order(client)

    refused = order(client, body, path=path)

    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/idempotency-key-reused"
    assert (sales_in(engine), keys_in(engine)) == (1, 1)
    assert order(client).headers["idempotency-replayed"] == "true"


def test_sell__without_key__400(client: TestClient, engine: Engine) -> None:
    refused = order(client, key=None)

    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/idempotency-key-missing")
    assert sales_in(engine) == 0


@pytest.mark.parametrize(
    "key", ["short-7", "a" * 65, "has space", "sl/ashes", "", '"', '"abcdefgh', "ünïcödéé"]
)
def test_sell__when_key_is_malformed__400(client: TestClient, key: str) -> None:
    refused = client.post("/api/sales", json=COFFEE, headers={b"Idempotency-Key": key.encode("latin-1")})

    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/idempotency-key-malformed")


@pytest.mark.parametrize("key", ["a" * 8, "Z_9-" * 16])
def test_checked_key__at_its_bounds__taken(key: str) -> None:
    assert checked_key(key) == checked_key(f'"{key}"') == key


def fail(_: object) -> None:
    raise RuntimeError


def test_sell__when_refused_or_broken__key_is_not_used_up(
    client: TestClient, cafe: Cafe, engine: Engine
) -> None:
    cafe.balance = 0
    assert order(client).status_code == 409
    cafe.balance, cafe.after_sale = 1000, fail
    assert order(client).status_code == 500
    assert (sales_in(engine), keys_in(engine)) == (0, 0)
    cafe.after_sale = lambda connection: None

    sold = order(client)

    assert (sold.status_code, "idempotency-replayed" in sold.headers) == (201, False)
    assert sales_in(engine) == 1


def test_sell__when_clicked_at_once_in_many_threads__one_effect_and_the_same_answer(
    cafe: Cafe, engine: Engine
) -> None:
    cafe.after_sale = lambda connection: time.sleep(0.2)
    together = threading.Barrier(8)
    app = application(cafe)

    def click(_: int) -> Any:
        with TestClient(app) as client:
            together.wait()
            return order(client)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(click, range(8)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sorted("idempotency-replayed" in answer.headers for answer in answers) == [False] + [True] * 7
    assert (sales_in(engine), len(cafe.threads)) == (1, 1)


def test_sell__when_the_first_of_two_at_once_fails__the_second_sells(cafe: Cafe, engine: Engine) -> None:
    began, tries = threading.Event(), []

    def fail_first(_: object) -> None:
        tries.append(threading.get_ident())
        if len(tries) == 1:
            began.set()
            time.sleep(0.3)
            raise RuntimeError

    cafe.after_sale = fail_first
    app = application(cafe)

    def click(wait: bool) -> Any:
        with TestClient(app, raise_server_exceptions=False) as client:
            if wait:
                began.wait()
            return order(client)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(click, [False, True])

    assert (first.status_code, second.status_code) == (500, 201)
    assert "idempotency-replayed" not in second.headers
    assert sales_in(engine) == 1


@pytest.mark.parametrize(
    ("moment", "sold_before", "replayed"),
    [("changed", 0, False), ("answered", 0, False), ("committed", 1, True)],
)
def test_sell__after_kill_9__sells_once(
    database_url: str, engine: Engine, moment: Moment, sold_before: int, replayed: bool
) -> None:
    assert run_until_killed(database_url, moment, KEY) == signal.SIGKILL
    assert (sales_in(engine), keys_in(engine)) == (sold_before, sold_before)

    answer = order(TestClient(application(Cafe(engine))))

    assert (answer.status_code, answer.json()["cents"]) == (201, 250)
    assert ("idempotency-replayed" in answer.headers) is replayed
    assert (sales_in(engine), keys_in(engine)) == (1, 1)


def test_once__when_the_answer_is_no_success__is_a_mistake_of_ours(engine: Engine) -> None:
    fingerprint = Fingerprint.of("POST", "/api/sales", b"")
    with pytest.raises(ValueError, match="404"), engine.begin() as connection:
        once(connection, "anna", KEY, fingerprint, lambda: Answer(404, b"{}"))

    assert keys_in(engine) == 0


def test_forget__old_answers__frees_their_keys(client: TestClient, engine: Engine) -> None:
    order(client)
    with engine.begin() as connection:
        assert forget(connection, int(time.time()) - 60) == 0
        assert forget(connection, int(time.time()) + 60) == 1

    assert "idempotency-replayed" not in order(client).headers
    assert sales_in(engine) == 2


def test_fingerprint__of_other_requests__differs() -> None:
    same = Fingerprint.of("POST", "/a", b"1")
    others = [("PUT", "/a", b"1"), ("POST", "/b", b"1"), ("POST", "/a", b"2")]

    assert same == Fingerprint.of("POST", "/a", b"1")
    assert all(Fingerprint.of(*other) != same for other in others)
