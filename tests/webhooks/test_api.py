"""A partner or merchant has webhooks of its own, sees nobody else's, and gets each secret once."""

from __future__ import annotations

import base64
import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from heitje_chain.db import transaction
from heitje_chain.webhooks import sealing
from heitje_chain.webhooks.errors import SecretBroken, WebhookKeyMissing, WebhookKeyUnusable
from heitje_chain.webhooks.model import ATTEMPT, DELIVERY, ENDPOINT, SECRET
from heitje_chain.webhooks.sealing import Sealer
from tests.service.town import Person, Town

from .post import deliver, webhook
from .receiver import Receiver

URL = "https://example.org/heitje"
OF_A_MERCHANT = [
    "payment.paid",
    "payment.refused",
    "redemption.booked",
    "redemption.rejected",
    "redemption.returned",
    "redemption.repaid",
]


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["detail"]


def test_webhook__that_is_registered__is_shown_with_its_secret_once(town: Town, shop: Person) -> None:
    made = webhook(town, shop, URL)
    secret = made.pop("secret")

    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert {name: made[name] for name in ("url", "events", "state", "gone_at", "failing_since")} == {
        "url": URL,
        "events": OF_A_MERCHANT,
        "state": "enabled",
        "gone_at": None,
        "failing_since": None,
    }
    assert town.get(shop, f"/webhooks/{made['id']}") == made
    assert town.get(shop, "/webhooks") == {"items": [made], "next": None}


def test_secret__in_the_database__is_sealed_by_a_key_of_its_own(town: Town, shop: Person) -> None:
    secret = webhook(town, shop, URL)["secret"]
    key_file = town.config.webhook_key_file

    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert key_file.read_bytes() != town.config.master_key_file.read_bytes()
    with transaction(town.engine) as connection:
        kept = connection.execute(select(SECRET)).one()
    assert secret.encode() not in bytes(kept.ciphertext)
    assert base64.b64decode(secret.removeprefix("whsec_")) not in bytes(kept.ciphertext)


def test_key__that_is_lost__is_not_made_anew_while_secrets_need_it(town: Town, shop: Person) -> None:
    webhook(town, shop, URL)
    town.config.webhook_key_file.unlink()

    assert town.ask("POST", shop, "/webhooks", {"url": URL}).status_code == 500
    assert not town.config.webhook_key_file.exists()


@pytest.mark.parametrize(
    ("body", "status", "type_"),
    [
        ({"url": "http://example.org/"}, 400, "webhook-url-invalid"),
        ({"url": "https://127.0.0.1/"}, 400, "webhook-address-not-allowed"),
        ({"url": URL, "events": ["job.open"]}, 400, "webhook-event-unknown"),
        ({"url": URL, "events": ["payment.lost"]}, 400, "request-invalid"),
        ({"url": URL, "events": []}, 400, "request-invalid"),
        ({"url": URL, "secret": "whsec_mine"}, 400, "request-invalid"),
    ],
)
def test_webhook__that_will_not_do__is_refused(
    service_town: Town, body: dict[str, Any], status: int, type_: str
) -> None:
    shop = service_town.merchant()

    answer = service_town.ask("POST", shop, "/webhooks", body)

    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{type_}")
    assert service_town.get(shop, "/webhooks")["items"] == []


def test_webhook__of_an_event_that_is_told_to_others__names_what_there_is(town: Town, shop: Person) -> None:
    told = refused(town.ask("POST", shop, "/webhooks", {"url": URL, "events": ["claim.submitted"]}))

    assert told == (400, f"There is no claim.submitted for you. Choose from: {', '.join(OF_A_MERCHANT)}.")


def test_webhooks__more_than_five__are_refused_until_one_is_deleted(town: Town, shop: Person) -> None:
    hooks = [webhook(town, shop, URL) for _ in range(5)]

    told = refused(town.ask("POST", shop, "/webhooks", {"url": URL}))
    assert told == (409, "You have 5 webhooks already. Delete one first.")
    assert town.ask("DELETE", shop, f"/webhooks/{hooks[0]['id']}").status_code == 204
    webhook(town, shop, URL)


def test_webhook__of_another__is_not_there(town: Town, shop: Person) -> None:
    mine = webhook(town, shop, URL)
    delivery = town.post(shop, f"/webhooks/{mine['id']}/test")["id"]
    other = town.merchant("Andere winkel")
    theirs = webhook(town, other, URL)

    path = f"/webhooks/{mine['id']}"
    asked = [
        ("GET", path, None),
        ("PATCH", path, {"state": "disabled"}),
        ("DELETE", path, None),
        ("POST", f"{path}/secret", {}),
        ("POST", f"{path}/test", {}),
        ("POST", f"{path}/recovery", {"since": 1}),
        ("GET", f"{path}/deliveries", None),
        ("GET", f"{path}/deliveries/{delivery}", None),
        ("POST", f"{path}/deliveries/{delivery}/redelivery", {}),
    ]
    assert {refused(town.ask(method, other, where, body)) for method, where, body in asked} == {
        (404, "We do not know this webhook.")
    }
    crossed = town.ask("GET", other, f"/webhooks/{theirs['id']}/deliveries/{delivery}")
    assert refused(crossed) == (404, "We do not know this delivery.")
    assert town.get(shop, path)["state"] == "enabled"


def test_webhook__that_is_changed__keeps_the_rest(town: Town, shop: Person) -> None:
    made = webhook(town, shop, URL)
    del made["secret"]
    path = f"/webhooks/{made['id']}"

    changed = town.ask("PATCH", shop, path, {"events": ["redemption.booked", "payment.paid"]}).json()
    moved = town.ask("PATCH", shop, path, {"url": f"{URL}/2", "state": "disabled"}).json()

    assert changed == {**made, "events": ["payment.paid", "redemption.booked"]}
    assert moved == {**changed, "url": f"{URL}/2", "state": "disabled"}
    wrong = town.ask("PATCH", shop, path, {"events": ["job.open"]})
    assert wrong.json()["type"] == "/problems/webhook-event-unknown"


def test_webhook__that_is_deleted__leaves_nothing(town: Town, shop: Person, receiver: Receiver) -> None:
    hook = webhook(town, shop, receiver.url)
    town.post(shop, f"/webhooks/{hook['id']}/test")
    deliver(town)
    town.post(shop, f"/webhooks/{hook['id']}/test")

    assert town.ask("DELETE", shop, f"/webhooks/{hook['id']}").status_code == 204
    deliver(town)

    assert len(receiver.received) == 1
    with transaction(town.engine) as connection:
        left = [
            connection.scalar(select(func.count()).select_from(table))
            for table in (ENDPOINT, SECRET, DELIVERY, ATTEMPT)
        ]
    assert left == [0, 0, 0, 0]


def test_test_event__while_one_waits__is_that_one(town: Town, shop: Person, receiver: Receiver) -> None:
    hook = webhook(town, shop, receiver.url, "payment.paid")
    first, second = (town.post(shop, f"/webhooks/{hook['id']}/test") for _ in range(2))
    deliver(town)

    assert first == second
    assert [one.payload["type"] for one in receiver.received] == ["webhook.test"]
    assert receiver.received[0].payload["data"] == {"webhook": hook["id"]}
    shown = town.get(shop, f"/webhooks/{hook['id']}/deliveries/{first['id']}")
    assert shown["payload"] == receiver.received[0].payload


def test_webhooks__of_a_resident_or_an_officer__there_are_none(town: Town) -> None:
    anna = town.resident()

    for who in (anna, "registrar"):
        assert town.ask("GET", who, "/webhooks").status_code == 403
        assert town.ask("POST", who, "/webhooks", {"url": URL}).status_code == 403


# ---------------------------------------------------------------- sealing


def test_sealed__moved_to_another_webhook__does_not_open(tmp_path: Path) -> None:
    sealer = sealing.sealer_at(tmp_path / "webhook.key", may_make=True)
    sealed = sealer.seal("1", "hook", "whsec_x")

    assert sealing.sealer_at(tmp_path / "webhook.key", may_make=False).open(sealed) == "whsec_x"
    moved = sealing.SealedSecret("1", "other", sealed.ciphertext, sealed.nonce)
    for key, wrong in ((sealer, moved), (Sealer(bytes(32)), sealed)):
        with pytest.raises(SecretBroken):
            key.open(wrong)
    assert repr(sealer) == "Sealer(redacted)"


def test_key_file__that_others_may_read_or_that_holds_no_key__is_refused(tmp_path: Path) -> None:
    path = tmp_path / "webhook.key"
    with pytest.raises(WebhookKeyMissing):
        sealing.sealer_at(path, may_make=False)
    sealing.sealer_at(path, may_make=True)
    path.chmod(0o640)
    with pytest.raises(WebhookKeyUnusable):
        sealing.sealer_at(path, may_make=True)
    path.chmod(0o600)
    path.write_text("no key")
    with pytest.raises(WebhookKeyUnusable):
        sealing.sealer_at(path, may_make=True)
    assert list(tmp_path.iterdir()) == [path]
