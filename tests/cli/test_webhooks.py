"""A partner's own system is told what happens."""

from __future__ import annotations

from tests.service.town import Person

from .counter import Counter

ADDRESS = "https://example.org/heitje"


def test_webhook__added__prints_its_secret_alone(counter: Counter, partner: Person) -> None:
    said = counter.done(partner, "webhook", "add", ADDRESS, "--event", "claim.submitted")

    [secret] = said.lines
    assert secret.startswith("whsec_")
    [one] = counter.asked(partner, "webhook", "list")
    assert said.shown == [f"Webhook {one['id']} is told: claim.submitted. Its secret:"]
    assert secret not in counter.done(partner, "webhook", "list").out


def test_webhook__tested_and_redelivered__is_on_its_way(counter: Counter, partner: Person) -> None:
    own_id = counter.asked(partner, "webhook", "add", ADDRESS)["id"]

    said = counter.done(partner, "webhook", "test", own_id[:8], "--no-wait")
    assert said.lines == ["It is on its way."]
    [delivery] = counter.asked(partner, "webhook", "deliveries", own_id, "--state", "waiting")
    assert delivery["type"] == "webhook.test"
    again = counter.done(partner, "webhook", "redeliver", own_id, delivery["id"][:8], "--no-wait")
    assert again.lines == ["It is on its way."]
    missed = counter.done(partner, "webhook", "redeliver", own_id, "--since", "2026-01-01 00:00")
    assert missed.lines[0].endswith("on their way again.")


def test_webhook__removed__needs_agreement(counter: Counter, partner: Person) -> None:
    own_id = counter.asked(partner, "webhook", "add", ADDRESS)["id"]

    assert counter.heitje(partner, "webhook", "remove", own_id).code == 2
    assert counter.done(partner, "webhook", "remove", own_id[:9], "--yes").lines == ["It is removed."]
    assert counter.asked(partner, "webhook", "list") == []


def test_webhook__of_an_unknown_event__is_refused(counter: Counter, partner: Person) -> None:
    said = counter.heitje(partner, "webhook", "add", ADDRESS, "--event", "coffee.ready")

    assert said.code == 1
    assert said.err.startswith("Error: ")
