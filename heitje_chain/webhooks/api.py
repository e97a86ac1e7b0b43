"""Webhooks over JSON: `/api/v1/webhooks`, each partner's and merchant's own."""

from __future__ import annotations

import json
import time
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from heitje_chain.http.fields import Body, Hex16Path, SecondsField
from heitje_chain.http.paging import Listing, PageOf, Wanted
from heitje_chain.http.transaction import Database
from heitje_chain.people.api.bearer import Needs
from heitje_chain.people.tokens import Caller

from . import deliveries, rules, service
from .deliveries import Attempt, Delivery
from .model import DELIVERY, ENABLED, ENDPOINT
from .sealing import sealer_at
from .service import Endpoint, OpenSealer

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"])

WEBHOOKS = Listing("webhooks", (ENDPOINT.c.created_at, ENDPOINT.c.id))
DELIVERIES = Listing("webhook-deliveries", (DELIVERY.c.created_at, DELIVERY.c.id))

UrlField = Annotated[
    str,
    Field(
        min_length=1,
        max_length=500,
        description="https, on port 443 or 8443, on the public internet, without a password.",
        examples=["https://example.org/heitje"],
    ),
]
EventType = Literal[
    "job.open",
    "claim.submitted",
    "claim.decided",
    "payment.paid",
    "payment.refused",
    "redemption.booked",
    "redemption.rejected",
    "redemption.returned",
    "redemption.repaid",
]
EventsField = Annotated[
    list[EventType],
    Field(
        min_length=1,
        max_length=20,
        description="What it is told; all that its owner can be told when left out. A partner: "
        f"{', '.join(rules.EVENTS_OF['partner'])}. A merchant: {', '.join(rules.EVENTS_OF['merchant'])}.",
    ),
]
ReadState = Annotated[Literal["waiting", "delivered", "failed"] | None, Query()]
_SENT_SOON = "Taken; it is sent within seconds. The deliveries of this webhook show how that went."
Reader = Annotated[Caller, Needs("webhooks:read")]
Writer = Annotated[Caller, Needs("webhooks:write")]


class NewWebhook(Body):
    url: UrlField
    events: EventsField | None = None


class WebhookChange(Body):
    url: UrlField | None = None
    events: EventsField | None = None
    state: Literal["enabled", "disabled"] | None = None


class Recovery(Body):
    since: SecondsField
    until: Annotated[SecondsField | None, Field(description="Now, when left out.")] = None
    also_delivered: Annotated[bool, Field(strict=True, description="And what had arrived.")] = False


_ID = "3f8a2b1c4d5e4f60817263544a5b6c7d"
_SECRET = "whsec_bWVlc3RhbCBpcyBkaXQgZWVuIHZvb3JiZWVsZA=="  # noqa: S105 - an example


class WebhookView(BaseModel):
    ADDRESS: ClassVar[str] = "/api/v1/webhooks/{id}"

    id: Annotated[str, Field(description="32 hex digits.", examples=[_ID])]
    url: str
    events: list[str]
    state: Literal["enabled", "disabled"]
    gone_at: Annotated[int | None, Field(description="UTC seconds: it answered 410, which disabled it.")]
    failing_since: Annotated[int | None, Field(description="UTC seconds: nothing has arrived since.")]
    created_at: Annotated[int, Field(description="UTC seconds.")]

    @classmethod
    def of(cls, endpoint: Endpoint) -> WebhookView:
        return cls.model_validate({name: getattr(endpoint, name) for name in cls.model_fields})


class WebhookMade(WebhookView):
    secret: Annotated[
        str,
        Field(description="Shown this once: whsec_ and base64. It signs what is sent.", examples=[_SECRET]),
    ]


class SecretRolled(BaseModel):
    secret: Annotated[str, Field(description="Shown this once.", examples=[_SECRET])]
    previous_until: Annotated[int, Field(description="UTC seconds: until then the one before signs too.")]


class DeliveryView(BaseModel):
    id: Annotated[str, Field(examples=[_ID])]
    event: Annotated[str, Field(description="The webhook-id, the same at every attempt.")]
    type: str
    state: Literal["waiting", "delivered", "failed"]
    attempts: Annotated[int, Field(description="Since it was last asked for.")]
    next_at: Annotated[int | None, Field(description="UTC seconds: the next attempt, when it waits.")]
    created_at: int
    delivered_at: int | None

    @classmethod
    def of(cls, delivery: Delivery) -> DeliveryView:
        return cls.model_validate({name: getattr(delivery, name) for name in cls.model_fields})


class DeliveryAttemptView(BaseModel):
    at: Annotated[int, Field(description="UTC seconds.")]
    milliseconds: int
    outcome: Annotated[
        Literal["delivered", "answer", "timeout", "connection", "address", "secret"],
        Field(description="answer: its status was none of 200 to 299. address: it leads inside a network."),
    ]
    status: int | None

    @classmethod
    def of(cls, attempt: Attempt) -> DeliveryAttemptView:
        return cls.model_validate({name: getattr(attempt, name) for name in cls.model_fields})


class DeliveryInFull(DeliveryView):
    """A delivery with what it says and how every attempt went."""

    payload: Annotated[dict[str, Any], Field(description="What is sent: type, timestamp, data.")]
    history: list[DeliveryAttemptView]


class Recovered(BaseModel):
    deliveries: Annotated[int, Field(description="How many are on their way again.")]


# ---------------------------------------------------------------- where they go


@router.post("", status_code=201)
def create_webhook(body: NewWebhook, request: Request, caller: Writer, database: Database) -> WebhookMade:
    """Be told by a request to an address of one's own; the answer holds the secret that signs."""

    def work(connection: Connection) -> WebhookMade:
        endpoint, secret = service.register(
            connection,
            _sealer(request),
            caller.subject,
            body.url,
            list(body.events or ()),
            private=_is_private(request),
        )
        return WebhookMade.model_validate({**WebhookView.of(endpoint).model_dump(), "secret": secret})

    return database.change(work)


@router.get("")
def list_webhooks(
    request: Request, caller: Reader, wanted: Wanted, database: Database
) -> PageOf[WebhookView]:
    """List one's webhooks, newest first."""
    page = database.read(lambda c: WEBHOOKS.page(c, service.endpoints_query(caller.subject), wanted))
    return page.as_json(request, lambda row: WebhookView.of(service.endpoint_of(row)))


@router.get("/{webhook_id}")
def read_webhook(webhook_id: Hex16Path, caller: Reader, database: Database) -> WebhookView:
    """Read one webhook."""
    return WebhookView.of(database.read(lambda c: service.find(c, caller.subject, webhook_id)))


@router.patch("/{webhook_id}")
def change_webhook(
    webhook_id: Hex16Path, body: WebhookChange, request: Request, caller: Writer, database: Database
) -> WebhookView:
    """Change its address or events, or disable and enable it. Disabled it is told nothing; see recovery."""
    changed = database.change(
        lambda c: service.change(
            c,
            caller.subject,
            webhook_id,
            url=body.url,
            events=None if body.events is None else list(body.events),
            is_enabled=None if body.state is None else body.state == ENABLED,
            private=_is_private(request),
        )
    )
    return WebhookView.of(changed)


@router.delete("/{webhook_id}", status_code=204, response_class=Response)
def delete_webhook(webhook_id: Hex16Path, caller: Writer, database: Database) -> None:
    """Delete a webhook with its deliveries."""
    database.change(lambda c: service.remove(c, caller.subject, webhook_id))


@router.post("/{webhook_id}/secret", status_code=201)
def roll_webhook_secret(
    webhook_id: Hex16Path, request: Request, caller: Writer, database: Database
) -> SecretRolled:
    """Get a new secret. The one before signs beside it for 24 hours."""
    secret, until = database.change(
        lambda c: service.roll_secret(c, _sealer(request), caller.subject, webhook_id)
    )
    return SecretRolled(secret=secret, previous_until=until)


# ---------------------------------------------------------------- what is sent


@router.post("/{webhook_id}/test", status_code=202, response_description=_SENT_SOON)
def send_test_delivery(webhook_id: Hex16Path, caller: Writer, database: Database) -> DeliveryView:
    """Be sent a `webhook.test`."""
    return DeliveryView.of(database.change(lambda c: deliveries.send_test(c, caller.subject, webhook_id)))


@router.get("/{webhook_id}/deliveries")
def list_deliveries(
    webhook_id: Hex16Path,
    request: Request,
    caller: Reader,
    wanted: Wanted,
    database: Database,
    state: ReadState = None,
) -> PageOf[DeliveryView]:
    """List what was sent and what waits, newest first; kept for 90 days."""
    where = [] if state is None else [DELIVERY.c.state == state]

    def found(connection: Connection) -> Any:
        service.find(connection, caller.subject, webhook_id)
        return DELIVERIES.page(connection, deliveries.deliveries_query(webhook_id, *where), wanted)

    page = database.read(found)
    shown: PageOf[DeliveryView] = page.as_json(
        request, lambda row: DeliveryView.of(deliveries.delivery_of(row))
    )
    return shown


@router.get("/{webhook_id}/deliveries/{delivery_id}")
def read_delivery(
    webhook_id: Hex16Path, delivery_id: Hex16Path, caller: Reader, database: Database
) -> DeliveryInFull:
    """Read one delivery with what it says and every attempt."""

    def found(connection: Connection) -> DeliveryInFull:
        delivery = deliveries.find(connection, caller.subject, webhook_id, delivery_id)
        return DeliveryInFull(
            **DeliveryView.of(delivery).model_dump(),
            payload=json.loads(deliveries.payload_of(connection, delivery.event)),
            history=[DeliveryAttemptView.of(one) for one in deliveries.attempts_of(connection, delivery_id)],
        )

    return database.read(found)


@router.post("/{webhook_id}/deliveries/{delivery_id}/redelivery", status_code=202)
def redeliver(
    webhook_id: Hex16Path, delivery_id: Hex16Path, caller: Writer, database: Database
) -> DeliveryView:
    """Be sent one again, with the same webhook-id, now and by the whole schedule."""
    return DeliveryView.of(
        database.change(lambda c: deliveries.redeliver(c, caller.subject, webhook_id, delivery_id))
    )


@router.post("/{webhook_id}/recovery", status_code=202)
def recover_deliveries(
    webhook_id: Hex16Path, body: Recovery, caller: Writer, database: Database
) -> Recovered:
    """Be sent again what was missed since a moment: what failed, waits, or came while disabled."""
    until = body.until or int(time.time())
    count = database.change(
        lambda c: deliveries.recover(
            c, caller.subject, webhook_id, body.since, until, also_delivered=body.also_delivered
        )
    )
    return Recovered(deliveries=count)


# ---------------------------------------------------------------- details


def _is_private(request: Request) -> bool:
    private: bool = request.app.state.config.webhook_private_addresses
    return private


def _sealer(request: Request) -> OpenSealer:
    path = request.app.state.config.webhook_key_file
    return lambda connection: sealer_at(path, may_make=not service.has_secrets(connection))
