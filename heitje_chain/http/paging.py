"""Lists in pages, that neither skip nor repeat a row while others are added.

A page ends with a cursor: the place of its last row in an order that is unique, such as (created_at, id). The
next page is what comes after that place, so rows added at the head meanwhile do not shift it.

    PAYMENTS = Listing("payments", (PAYMENT.c.created_at, PAYMENT.c.id))

    @router.get("/payments")
    def list_payments(
        request: Request, caller: Caller, wanted: Wanted, database: Database
    ) -> PageOf[PaymentView]:
        mine = select(PAYMENT).where(PAYMENT.c.payer == caller.id)
        page = database.read(lambda connection: PAYMENTS.page(connection, mine, wanted))
        return page.as_json(request, PaymentView.of)

A cursor gives no rights: the statement says which rows its reader may see, and a made-up cursor only begins
elsewhere among these. It is checked for form and for its listing, and not signed. It appears in addresses and
so in logs: the columns of an order are ids, numbers and times, never personal data.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from pydantic import BaseModel
from sqlalchemy import Column, Connection, Row, Select, tuple_

from .problems import Refused

T = TypeVar("T")

DEFAULT_LIMIT = 20
MAX_LIMIT = 100

_LONGEST_CURSOR = 400
_LONGEST_TEXT = 200


class CursorInvalid(
    Refused,
    slug="cursor-invalid",
    status=400,
    nl="Deze bladwijzer klopt niet. Begin weer bij de eerste pagina.",
    en="This cursor is not right. Begin again at the first page.",
):
    """The cursor was not made by this listing."""


@dataclass(frozen=True)
class WantedPage:
    """Which page is asked for."""

    limit: int = DEFAULT_LIMIT
    """1 to 100 rows."""
    cursor: str | None = None
    """From the page before; None is the first."""


async def wanted_page(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Rows of a page.")] = DEFAULT_LIMIT,
    cursor: Annotated[
        str | None,
        Query(
            description="From `next` of the page before; follow that address rather than make one.",
            json_schema_extra={"maxLength": _LONGEST_CURSOR},
        ),
    ] = None,
) -> WantedPage:
    """Read `?limit=20&cursor=...`; whoever takes a page of it learns whether the cursor is one.

    Raises:
        CursorInvalid
    """
    return WantedPage(limit, cursor)


Wanted = Annotated[WantedPage, Depends(wanted_page)]


class PageOf(BaseModel, Generic[T]):
    """A page of a list."""

    items: list[T]
    next: str | None
    """The address of the next page, without the host; null on the last."""


@dataclass(frozen=True)
class Page:
    """Rows of one page, and where the next begins."""

    rows: Sequence[Row[Any]]
    next_cursor: str | None

    def as_json(self, request: Request, view: Callable[[Row[Any]], T]) -> PageOf[T]:
        """Show each row, with the address of the next page: this request's, with another cursor."""
        return PageOf(items=[view(row) for row in self.rows], next=self.next_address(request))

    def next_address(self, request: Request) -> str | None:
        """Return the address of the next page, without the host; None on the last."""
        if self.next_cursor is None:
            return None
        kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
        return f"{request.url.path}?{urlencode([*kept, ('cursor', self.next_cursor)])}"


@dataclass(frozen=True)
class Listing:
    """A list with a unique order.

    Raises:
        ValueError: when made: a column of the order may be empty, or is neither a whole number nor text.
    """

    name: str
    order: tuple[Column[Any], ...]
    """Together unique; each a whole number or text, none nullable; all in the statement."""
    descending: bool = True
    """Newest first. Ascending, a row committed late may come to lie before a cursor and be missed."""

    def __post_init__(self) -> None:
        for column in self.order:
            if column.nullable or column.type.python_type not in (int, str):
                raise ValueError(f"{self.name}: {column.name} cannot be part of an order.")

    def page(self, connection: Connection, statement: Select[Any], wanted: WantedPage) -> Page:
        """Return the wanted page of a statement without an order of its own; its columns include the order's.

        Raises:
            CursorInvalid
        """
        if wanted.cursor is not None:
            here, place = tuple_(*self.order), tuple_(*self._place(wanted.cursor))
            statement = statement.where(here < place if self.descending else here > place)
        ordered = statement.order_by(
            *(column.desc() if self.descending else column.asc() for column in self.order)
        )
        rows = connection.execute(ordered.limit(wanted.limit + 1)).all()
        shown = rows[: wanted.limit]
        return Page(shown, self._cursor(shown[-1]) if len(rows) > wanted.limit else None)

    def _cursor(self, last: Row[Any]) -> str:
        place = [self.name, *(last._mapping[column] for column in self.order)]
        return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")

    def _place(self, cursor: str) -> list[int | str]:
        if len(cursor) > _LONGEST_CURSOR:
            raise CursorInvalid
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        except (binascii.Error, ValueError, RecursionError) as error:
            raise CursorInvalid from error
        types = [str, *(column.type.python_type for column in self.order)]
        if not isinstance(place, list) or [type(value) for value in place] != types or place[0] != self.name:
            raise CursorInvalid
        if not all(map(_storable, place)):
            raise CursorInvalid
        return place[1:]


def _storable(value: int | str) -> bool:
    """Whether a database takes it: 64 bits, or text without NUL and halves of characters."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return len(value) <= _LONGEST_TEXT and value.isprintable()
