"""`heitje webhook`: where a partner's or a merchant's own system is told what happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .command import ordering, reading
from .desk import Desk
from .found import one_of
from .options import moment_of
from .shown import Column, short

if TYPE_CHECKING:
    from heitje_chain.client.orders import NewWebhook, Recovery

webhook_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

WebhookArgument = Annotated[str, typer.Argument(metavar="WEBHOOK", help="Its id, or a beginning of it.")]
DeliveryArgument = Annotated[str, typer.Argument(metavar="DELIVERY", help="Its id, or a beginning of it.")]


@ordering(webhook_app, "add")
def add(
    desk: Desk,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="https, on the public internet.")],
    event: Annotated[
        list[str] | None,
        typer.Option(help="Such as claim.submitted; can be given more than once. Default: all."),
    ] = None,
) -> None:
    """Be told at an address of your own. The secret that signs is shown this once."""
    body: NewWebhook = {"url": address}
    if event:
        body["events"] = event  # type: ignore[typeddict-item] # the service says which there are
    made = desk.client.webhooks.add(body)
    events = ", ".join(made["events"])
    own_id = made["id"]
    desk.note(f"Webhook {own_id} is told: {events}. Its secret:", f"Webhook {own_id}: {events}. Geheim:")
    desk.done(made, made["secret"], made["secret"])


@reading(webhook_app, "list")
def list_webhooks(desk: Desk) -> None:
    """List one's webhooks, newest first."""
    columns = (
        Column("Nummer", "Id", lambda one: short(one["id"])),
        Column("Adres", "Address", lambda one: one["url"]),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Mislukt sinds", "Failing since", lambda one: desk.moment(one["failing_since"])),
        Column("Over", "About", lambda one: ", ".join(one["events"])),
    )
    desk.list(columns, desk.client.webhooks.list())


@ordering(webhook_app, "remove")
def remove(desk: Desk, webhook: WebhookArgument) -> None:
    """Be told there no more."""
    own_id = _webhook(desk, webhook)
    desk.confirm([("Webhook", own_id)], "Remove it?", "Verwijderen?")
    desk.client.webhooks.remove(own_id)
    desk.done({"id": own_id}, "It is removed.", "Verwijderd.")


@ordering(webhook_app, "test")
def test(desk: Desk, webhook: WebhookArgument) -> None:
    """Be sent a `webhook.test`, and see whether it arrives."""
    own_id = _webhook(desk, webhook)
    _sent(desk, own_id, desk.client.webhooks.test(own_id)["id"])


@reading(webhook_app, "deliveries")
def deliveries(
    desk: Desk,
    webhook: WebhookArgument,
    state: Annotated[
        Literal["waiting", "delivered", "failed"] | None, typer.Option(help="Only these.")
    ] = None,
) -> None:
    """List what was sent and what waits, newest first."""
    columns = (
        Column("Nummer", "Id", lambda one: short(one["id"])),
        Column("Over", "About", lambda one: one["type"]),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Pogingen", "Attempts", lambda one: str(one["attempts"]), right=True),
        Column("Wanneer", "When", lambda one: desk.moment(one["created_at"])),
        Column("Aangekomen", "Arrived", lambda one: desk.moment(one["delivered_at"])),
        Column("Weer op", "Next", lambda one: desk.moment(one["next_at"])),
    )
    query = {"state": state} if state else {}
    desk.list(columns, desk.client.webhooks.deliveries(_webhook(desk, webhook), **query))


@ordering(webhook_app, "redeliver")
def redeliver(
    desk: Desk,
    webhook: WebhookArgument,
    delivery: Annotated[
        str | None, typer.Argument(metavar="[DELIVERY]", help="Its id, or a beginning; else --since.")
    ] = None,
    since: Annotated[
        int | None,
        typer.Option(metavar="MOMENT", parser=moment_of, help="All that was missed since then, local time."),
    ] = None,
) -> None:
    """Be sent one again, or all that was missed since a moment."""
    own_id = _webhook(desk, webhook)
    if (delivery is None) == (since is None):
        raise typer.BadParameter("Name a delivery, or a moment with --since.")
    if delivery is not None:
        wanted = one_of(desk, lambda: desk.client.webhooks.deliveries(own_id), delivery)
        _sent(desk, own_id, desk.client.webhooks.redeliver(own_id, wanted)["id"])
    elif since is not None:
        body: Recovery = {"since": since}
        found = desk.client.webhooks.recover(own_id, body)
        many = found["deliveries"]
        desk.done(found, f"{many} are on their way again.", f"{many} worden opnieuw verstuurd.")


# ---------------------------------------------------------------- details


def _webhook(desk: Desk, typed: str) -> str:
    return one_of(desk, desk.client.webhooks.list, typed)


def _sent(desk: Desk, webhook: str, delivery: str) -> None:
    """Wait until a delivery was tried, and tell how that went."""

    def ask() -> dict[str, object]:
        return dict(desk.client.webhooks.delivery(webhook, delivery))

    def was_tried(one: dict[str, object]) -> bool:
        return bool(one["attempts"]) or one["state"] != "waiting"

    first = {"id": delivery, "state": "waiting", "attempts": 0}
    found = desk.until(ask, was_tried, first, f"heitje webhook deliveries {short(webhook)}")
    arrived = found["state"] == "delivered"
    tried = bool(found["attempts"])
    if arrived:
        desk.done(found, "It arrived.", "Aangekomen.")
    elif tried:
        desk.done(found, "It did not arrive; it is tried again later.", "Niet aangekomen; later nog eens.")
    else:
        desk.done(found, "It is on its way.", "Onderweg.")
