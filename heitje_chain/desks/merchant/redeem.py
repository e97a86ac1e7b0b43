"""Heitjes into euros: how much, to which account, and how far it is."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.chain.clock import latest_now
from heitje_chain.chain.ids import ClientId
from heitje_chain.config import Config
from heitje_chain.days import day_of, next_weekday
from heitje_chain.desks import forms
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form, TypedAmount
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.live import Seen, follow, seen
from heitje_chain.http.paging import Listing, Page, Wanted, WantedPage
from heitje_chain.http.problems import Refused
from heitje_chain.payments import spending
from heitje_chain.people import contracts
from heitje_chain.people import service as people
from heitje_chain.people.service import MerchantDetails
from heitje_chain.settlement import redemptions
from heitje_chain.settlement.model import REDEMPTION
from heitje_chain.settlement.redemptions import Redemption

router = APIRouter(include_in_schema=False, prefix="/till")

REDEMPTIONS = Listing("redemptions", (REDEMPTION.c.created_at, REDEMPTION.c.id))


@router.get("/redeem")
def ask_for_amount(
    desk: Annotated[Desk, At("merchant")], wanted: Wanted, amount: TypedAmount = None
) -> Response:
    """Show what can be redeemed, and what was; with an amount, show that once more."""
    if amount is None:
        return _page(desk, wanted, "", None)
    try:
        return _once_more(desk, amount, None)
    except Refused as error:
        return _page(desk, wanted, amount, desk.refusal(error))


@router.post("/redeem")
def redeem(form: Form, desk: Annotated[Desk, At("merchant")]) -> Response:
    """Have coins locked, to be paid in euros."""

    def work(connection: Connection, client_id: ClientId) -> str:
        return redemptions.redeem(connection, desk.subject, form.cents("amount"), client_id).id

    try:
        return desk.submit(form, work, "/till/redeem")
    except Refused as error:
        told = desk.refusal(error)
        with suppress(Refused):
            return _once_more(desk, form.raw("amount"), told)
        return _page(desk, WantedPage(), form.raw("amount"), told)


@router.get("/redeem/live")
def follow_redemptions(desk: Annotated[Desk, At("merchant")], already: Seen) -> Response:
    """Show the newest anew until none of them is still to be locked."""
    return follow(
        desk,
        lambda connection: _redemptions(_own(connection, desk, WantedPage())),
        lambda newest: not _is_busy(newest),
        lambda newest: desk.fragment("merchant/redemptions.html", redemptions=newest),
        already,
    )


# ---------------------------------------------------------------- details


def _own(connection: Connection, desk: Desk, wanted: WantedPage) -> Page:
    of_shop = REDEMPTION.c.merchant == (desk.participant(connection).chain_id or "")
    return REDEMPTIONS.page(connection, redemptions.redemptions_query(of_shop), wanted)


def _redemptions(page: Page) -> list[Redemption]:
    return [redemptions.redemption_of(row) for row in page.rows]


def _is_busy(listed: list[Redemption]) -> bool:
    return any(one.state == "asked" for one in listed)


def _page(desk: Desk, wanted: WantedPage, amount: str, error: str | None) -> Response:
    def found(connection: Connection) -> dict[str, Any]:
        shop = desk.participant(connection)
        page = _own(connection, desk, wanted)
        listed = _redemptions(page)
        return {
            "balance": spending.balance(connection, shop),
            "acceptance": contracts.acceptance(connection, desk.subject),
            "next_payout": _next_payout(connection, desk),
            "details": people.details_of(connection, shop.id),
            "redemptions": listed,
            "seen": seen(listed) if wanted == WantedPage() and _is_busy(listed) else None,
            "next": page.next_address(desk.request),
        }

    status = 200 if error is None else 409
    return desk.page("merchant/redeem.html", status, amount=amount, error=error, **desk.read(found))


def _once_more(desk: Desk, amount: str, error: str | None) -> Response:
    """Show what was typed once more; again when it was refused then.

    Raises:
        AmountUnclear, CoinPaused, BalanceTooLow
    """
    cents = forms.cents(amount)

    def found(connection: Connection) -> MerchantDetails | None:
        shop = desk.participant(connection)
        if error is None:
            spending.check_spendable(connection, shop, cents)
        return people.details_of(connection, shop.id)

    details = desk.read(found)
    iban = "" if details is None else details.iban
    return desk.page(
        "sure.html",
        200 if error is None else 409,
        error=error,
        heading=desk.text("Redeem this?"),
        cents=cents,
        about=desk.text("into your account %(iban)s, with the next payout", iban=iban),
        action="/till/redeem",
        fields={"amount": amount},
        button=desk.text("Redeem"),
        back="/till/redeem",
    )


def _next_payout(connection: Connection, desk: Desk) -> date | None:
    """Return the day of the next payout; None when the municipality keeps no day."""
    config: Config = desk.request.app.state.config
    if config.payout_weekday is None:
        return None
    return next_weekday(day_of(latest_now(connection)), config.payout_weekday)
