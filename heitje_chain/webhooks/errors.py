"""What is refused about webhooks.

Refused
├── UrlInvalid           400  malformed, of another scheme or port, or with a password in it
├── AddressNotAllowed    400  an address inside a network
├── EventTypeUnknown     400  nothing of that is told to this caller
├── WebhookUnknown       404
├── DeliveryUnknown      404
├── TooManyWebhooks      409
└── WebhookIsDisabled    409
Exception
├── WebhookKeyMissing    the file that opens secrets is gone, while there are secrets
├── WebhookKeyUnusable   others may read it, or it holds something else
└── SecretBroken         a secret does not open with this key
"""

from __future__ import annotations

from pathlib import Path

from heitje_chain.http.problems import Refused


class UrlInvalid(
    Refused,
    slug="webhook-url-invalid",
    status=400,
    nl="Dit adres kan niet. Geef een adres dat met https:// begint, op poort {ports}, zonder wachtwoord.",
    en="This address will not do. Give one that begins with https://, on port {ports}, without a password.",
):
    def __init__(self, ports: str) -> None:
        self.ports = ports


class AddressNotAllowed(
    Refused,
    slug="webhook-address-not-allowed",
    status=400,
    nl="Dit adres ligt niet op het openbare internet.",
    en="This address is not on the public internet.",
):
    """Loopback, private, link-local, multicast, a cloud's metadata, or another that leads inside."""


class EventTypeUnknown(
    Refused,
    slug="webhook-event-unknown",
    status=400,
    nl="{event} bestaat niet voor jou. Kies uit: {choices}.",
    en="There is no {event} for you. Choose from: {choices}.",
):
    def __init__(self, event: str, choices: str) -> None:
        self.event, self.choices = event, choices


class WebhookUnknown(
    Refused,
    slug="webhook-unknown",
    status=404,
    nl="Deze webhook kennen wij niet.",
    en="We do not know this webhook.",
):
    """None of the caller's."""


class DeliveryUnknown(
    Refused,
    slug="webhook-delivery-unknown",
    status=404,
    nl="Deze bezorging kennen wij niet.",
    en="We do not know this delivery.",
):
    """None of this webhook's."""


class TooManyWebhooks(
    Refused,
    slug="too-many-webhooks",
    status=409,
    nl="Je hebt al {most} webhooks. Verwijder er eerst een.",
    en="You have {most} webhooks already. Delete one first.",
):
    def __init__(self, most: int) -> None:
        self.most = most


class WebhookIsDisabled(
    Refused,
    slug="webhook-disabled",
    status=409,
    nl="Deze webhook staat uit. Zet hem eerst aan.",
    en="This webhook is disabled. Enable it first.",
):
    """Nothing is sent to it."""


class WebhookKeyMissing(Exception):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The key that opens webhooks' secrets is missing: put {path} back, or delete all webhooks."
        )


class WebhookKeyUnusable(Exception):
    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} must hold 64 hex digits and be its owner's alone (mode 0600).")


class SecretBroken(Exception):
    """It was sealed with another key, or for another webhook, or damaged."""
