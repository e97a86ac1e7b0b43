"""Parts of a page that show themselves anew whenever something happens, by server-sent events.

A page says where its part is followed, and what it shows already:

    <div data-live="/claims/{{ id }}/live?seen={{ seen }}">

`static/live.js` puts each event's HTML there, and ends the stream by the event `over`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Query, Response
from sqlalchemy import Connection

from heitje_chain.http import streams

from .frame import Desk

T = TypeVar("T")


async def last_seen(
    seen: Annotated[str | None, Query(max_length=64)] = None,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=64)] = None,
) -> str | None:
    """Return what the reader has: the last event's id, or before any what its page said."""
    return last_event_id or seen


Seen = Annotated[str | None, Depends(last_seen)]


def seen(found: object) -> str:
    """Return what a page that shows this has seen; two that are equal have one."""
    return streams.id_of(repr(found))


def follow(
    desk: Desk,
    look: Callable[[Connection], T],
    is_over: Callable[[T], bool],
    show: Callable[[T], str],
    already: str | None,
    *,
    of: Callable[[T], object] = lambda found: found,
) -> Response:
    """Answer with a stream of HTML, in a route's own thread.

    Args:
        look: what the page itself shows; raises what the page is refused with
        is_over: whether it can change no more
        show: as HTML
        already: what the reader has
        of: what counts of it: only when this changes it is shown anew

    Raises:
        TooManyStreams, and what `look` raises.
    """
    # Each till for itself: what one of a shop follows must not keep another from it.
    follower = desk.caller.id if desk.till is None else desk.till.id

    def still(connection: Connection) -> T:
        desk.check_good(connection)
        return look(connection)

    return streams.follow(
        desk.request,
        desk.database,
        follower,
        still,
        is_over,
        already,
        data=show,
        state=lambda found: repr(of(found)),
        closing="over",
    )
