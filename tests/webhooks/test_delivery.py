"""A delivery arrives at least once, is tried again as the specification says, and is sent by one of many."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import update

from heitje_chain.db import transaction
from heitje_chain.webhooks import deliveries, queue, rules
from heitje_chain.webhooks.model import DELIVERY, EVENT, SECRET
from tests.http.server import wait_until
from tests.service.serving import heitje_serve
from tests.service.town import DAY, Person, Town

from .post import deliver, delivered, history, let_pass, webhook
from .receiver import Received, Receiver, receiving

SERVED = {"HEITJE_WEBHOOK_PRIVATE_ADDRESSES": "1"}


@pytest.fixture
def hook(town: Town, shop: Person, receiver: Receiver) -> dict[str, Any]:
    """The shop's webhook, with a test event that waits."""
    made = webhook(town, shop, receiver.url)
    made["delivery"] = send_test(town, shop, made)
    return made


def send_test(town: Town, shop: Person, hook: dict[str, Any]) -> str:
    return str(town.post(shop, f"/webhooks/{hook['id']}/test")["id"])


def answering(*statuses: int) -> Any:
    left: Iterator[int] = iter(statuses)
    return lambda _: next(left)


def read(town: Town, shop: Person, hook: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = town.get(shop, f"/webhooks/{hook['id']}")
    return found


def test_delivery__that_is_answered_500__is_tried_again_with_the_same_id_and_body(
    town: Town, shop: Person, receiver: Receiver, hook: dict[str, Any]
) -> None:
    receiver.answer = answering(500, 503, 200)
    before = int(time.time())
    deliver(town)
    [waits] = delivered(town, shop, hook)
    failing = read(town, shop, hook)["failing_since"]
    for _ in range(2):
        let_pass(town)
        deliver(town)

    assert (waits["state"], waits["attempts"]) == ("waiting", 1)
    assert waits["next_at"] - before >= 4
    assert failing >= before
    assert history(town, shop, hook, hook["delivery"]) == [
        {"outcome": "answer", "status": 500},
        {"outcome": "answer", "status": 503},
        {"outcome": "delivered", "status": 200},
    ]
    assert len({(one.id, one.body) for one in receiver.received}) == 1
    assert all(one.is_signed_with(hook["secret"]) for one in receiver.received)
    assert [one["state"] for one in delivered(town, shop, hook)] == ["delivered"]
    assert read(town, shop, hook)["failing_since"] is None


def test_delivery__that_never_arrives__fails_after_the_last_attempt_and_can_be_sent_again(
    town: Town, shop: Person, receiver: Receiver, hook: dict[str, Any]
) -> None:
    receiver.answer = lambda _: 500
    for _ in rules.SCHEDULE:
        let_pass(town)
        assert deliver(town) == 1
    let_pass(town)
    assert deliver(town) == 0
    [failed] = delivered(town, shop, hook, "failed")
    assert (failed["id"], failed["attempts"], failed["next_at"]) == (hook["delivery"], 10, None)
    assert read(town, shop, hook)["failing_since"] is not None
    assert delivered(town, shop, hook, "waiting") == delivered(town, shop, hook, "delivered") == []

    receiver.answer = lambda _: 204
    again = town.post(shop, f"/webhooks/{hook['id']}/deliveries/{failed['id']}/redelivery")
    assert (again["state"], again["attempts"]) == ("waiting", 0)
    deliver(town)

    assert [one["id"] for one in delivered(town, shop, hook, "delivered")] == [hook["delivery"]]
    assert len({one.id for one in receiver.received}) == 1
    assert len(history(town, shop, hook, hook["delivery"])) == 11


def test_delivery__that_is_not_answered_in_time__is_a_timeout(
    town: Town, shop: Person, receiver: Receiver, hook: dict[str, Any]
) -> None:
    over = threading.Event()

    def hang(_: Received) -> int:
        over.wait(30)
        return 200

    receiver.answer = hang
    deliver(town, timeout_seconds=0.3)
    over.set()

    assert history(town, shop, hook, hook["delivery"]) == [{"outcome": "timeout", "status": None}]
    assert [one["state"] for one in delivered(town, shop, hook)] == ["waiting"]


def test_endpoint__that_answers_410__is_disabled_until_it_is_enabled(
    town: Town, shop: Person, receiver: Receiver, hook: dict[str, Any]
) -> None:
    receiver.answer = lambda _: 410
    deliver(town)

    gone = read(town, shop, hook)
    assert gone["state"] == "disabled"
    assert gone["gone_at"] is not None
    assert [one["state"] for one in delivered(town, shop, hook)] == ["failed"]
    answer = town.ask("POST", shop, f"/webhooks/{hook['id']}/test")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/webhook-disabled")

    enabled = town.ask("PATCH", shop, f"/webhooks/{hook['id']}", {"state": "enabled"}).json()
    assert (enabled["state"], enabled["gone_at"]) == ("enabled", None)


def test_redirect__is_not_followed(
    town: Town, shop: Person, receiver: Receiver, hook: dict[str, Any]
) -> None:
    with receiving() as elsewhere:
        receiver.answer, receiver.location = (lambda _: 307), elsewhere.url
        deliver(town)

        assert elsewhere.received == []
    assert history(town, shop, hook, hook["delivery"]) == [{"outcome": "answer", "status": 307}]


def test_endpoint__where_nobody_listens__is_a_failed_connection(town: Town, shop: Person) -> None:
    with receiving() as closed:
        hook = webhook(town, shop, closed.url)
    delivery = send_test(town, shop, hook)
    deliver(town)

    assert history(town, shop, hook, delivery) == [{"outcome": "connection", "status": None}]


def test_deliverers__two_at_once__send_each_delivery_once(
    town: Town, shop: Person, receiver: Receiver, hook: dict[str, Any]
) -> None:
    with receiving() as second:
        hooks = [hook, *(webhook(town, shop, second.url) for _ in range(4))]
        for one in hooks[1:]:
            send_test(town, shop, one)
        both = threading.Barrier(2)

        def run() -> int:
            both.wait()
            return deliver(town)

        with ThreadPoolExecutor(2) as threads:
            sent = [threads.submit(run) for _ in range(2)]
        came = [one.id for one in (*receiver.received, *second.received)]

    assert sum(one.result() for one in sent) == len(hooks) == len(came) == len(set(came))


def test_take__of_an_endpoint_with_many_waiting__is_one_at_a_time_the_oldest_first(
    town: Town, shop: Person, hook: dict[str, Any]
) -> None:
    with transaction(town.engine) as connection:
        connection.execute(update(EVENT).values(type="payment.paid"))
    newer = send_test(town, shop, hook)
    with transaction(town.engine) as connection:
        first, nothing = queue.take(connection, 10), queue.take(connection, 10)
        result = queue.Result("delivered", 200, 1, 1)
        queue.note(connection, first[0], result, 0.5)
        second = queue.take(connection, 10)

    taken = [[one.id for one in round_] for round_ in (first, nothing, second)]
    assert taken == [[hook["delivery"]], [], [newer]]


def test_delivery__asked_for_again_while_it_is_sent__is_sent_once_more(
    town: Town, shop: Person, receiver: Receiver, hook: dict[str, Any]
) -> None:
    path = f"/webhooks/{hook['id']}/deliveries/{hook['delivery']}/redelivery"

    def ask_again(came: Received) -> int:
        if len(receiver.received) == 1:
            town.post(shop, path)
        return 204

    receiver.answer = ask_again
    assert deliver(town) == 2

    assert [one["state"] for one in delivered(town, shop, hook)] == ["delivered"]
    assert len({one.id for one in receiver.received}) == 1


def test_serve__killed_between_sending_and_noting__sends_again_with_the_same_id(
    town: Town, shop: Person, receiver: Receiver, hook: dict[str, Any]
) -> None:
    came, runs = threading.Event(), threading.Event()
    serving: list[subprocess.Popen[str]] = []

    def killed(_: Received) -> int:
        runs.wait(30)  # it may send before it is known to answer
        os.kill(serving[0].pid, signal.SIGKILL)
        serving[0].wait(30)
        came.set()
        return 204

    receiver.answer = killed
    with heitje_serve(town, SERVED) as (process, _):
        serving.append(process)
        runs.set()
        assert came.wait(30)
    [waits] = delivered(town, shop, hook)
    assert (waits["state"], waits["attempts"]) == ("waiting", 0)

    receiver.answer = lambda _: 204
    assert deliver(town) == 0  # the dead one's lease still holds
    let_pass(town)
    with heitje_serve(town, SERVED):
        wait_until(lambda: delivered(town, shop, hook, "delivered") != [])

    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)


def test_secret__that_is_rolled__signs_beside_the_one_before_for_a_day(
    town: Town, shop: Person, receiver: Receiver, hook: dict[str, Any]
) -> None:
    now = int(time.time())
    rolled = town.post(shop, f"/webhooks/{hook['id']}/secret")
    deliver(town)
    with transaction(town.engine) as connection:
        old = SECRET.c.signs_until.is_not(None)
        connection.execute(update(SECRET).where(old).values(signs_until=now - 1))
    send_test(town, shop, hook)
    deliver(town)
    both, new = receiver.received

    assert 0 <= rolled["previous_until"] - now - DAY <= 60
    assert both.is_signed_with(rolled["secret"])
    assert both.is_signed_with(hook["secret"])
    assert len(both.headers["webhook-signature"].split(" ")) == 2
    assert new.is_signed_with(rolled["secret"])
    assert not new.is_signed_with(hook["secret"])


def test_secret__rolled_twice__leaves_two_that_sign(
    town: Town, shop: Person, receiver: Receiver, hook: dict[str, Any]
) -> None:
    secrets = [
        hook["secret"],
        *(town.post(shop, f"/webhooks/{hook['id']}/secret")["secret"] for _ in range(2)),
    ]
    deliver(town)
    [came] = receiver.received

    assert [came.is_signed_with(secret) for secret in secrets] == [False, True, True]


def test_recovery__of_what_was_missed__sends_it_and_nothing_that_arrived(
    town: Town, anna: Person, shop: Person, receiver: Receiver
) -> None:
    hook = webhook(town, shop, receiver.url)
    arrived = town.paid(anna, shop, 1_00)
    deliver(town)
    since = int(time.time())
    with transaction(town.engine) as connection:
        connection.execute(update(EVENT).values(created_at=since - 100))
    town.ask("PATCH", shop, f"/webhooks/{hook['id']}", {"state": "disabled"})
    missed = town.paid(anna, shop, 2_00)
    path = f"/webhooks/{hook['id']}/recovery"
    assert town.ask("POST", shop, path, {"since": since}).status_code == 409
    town.ask("PATCH", shop, f"/webhooks/{hook['id']}", {"state": "enabled"})
    assert deliver(town) == 0

    assert town.post(shop, path, {"since": since - 200}) == {"deliveries": 1}
    deliver(town)
    assert town.post(shop, path, {"since": since, "also_delivered": True}) == {"deliveries": 1}
    deliver(town)
    assert town.post(shop, path, {"since": since - 200, "until": since - 50}) == {"deliveries": 0}

    told = [one.payload["data"]["payment"] for one in receiver.received]
    assert told == [arrived["id"], missed["id"], missed["id"]]


def test_delivery__whose_key_is_lost__is_noted_and_waits(
    town: Town, shop: Person, receiver: Receiver, hook: dict[str, Any]
) -> None:
    kept = town.config.webhook_key_file.rename(town.config.home / "elsewhere")
    deliver(town)
    kept.rename(town.config.webhook_key_file)
    assert history(town, shop, hook, hook["delivery"]) == [{"outcome": "secret", "status": None}]
    assert receiver.received == []

    let_pass(town)
    deliver(town)
    assert [one["state"] for one in delivered(town, shop, hook)] == ["delivered"]


def test_forget__of_what_is_older_than_ninety_days__leaves_the_rest(
    town: Town, shop: Person, hook: dict[str, Any]
) -> None:
    deliver(town)
    with transaction(town.engine) as connection:
        connection.execute(update(EVENT).values(created_at=1_000_000))
        connection.execute(update(DELIVERY).values(created_at=1_000_000))
    kept = send_test(town, shop, hook)
    with transaction(town.engine) as connection:
        assert deliveries.forget(connection, 1_000_001 + deliveries.KEEP_SECONDS) == 1

    assert [one["id"] for one in delivered(town, shop, hook)] == [kept]
