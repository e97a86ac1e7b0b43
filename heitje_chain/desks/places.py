"""Where a resident's pages stand when somebody acts there for another than itself.

For an employee who acts for a resident at the counter, the same pages stand below `/counter/{counter_id}`.
Whatever such a page leads to stays there, so that an employee who is a resident too never acts for itself by
mistake, nor for the resident of another tab. What can be ordered there is named here: a page that is new for
residents orders nothing at the counter yet.

An association's wallet and payments stand below `/club`, so that whoever acts for one and is a resident too
always pays from the wallet whose page it is.
"""

from __future__ import annotations

import re

from starlette.requests import Request

from heitje_chain.people.counters import Counter
from heitje_chain.people.login_errors import CounterOver
from heitje_chain.people.model import ASSOCIATION

ORDERS = frozenset({"claim_job", "withdraw", "submit", "dispute", "pay"})
"""The routes by which an employee orders something for a resident, as they are named in code."""

CLUB = "/club"

_OF_EVERYBODY = (
    *("/static/", "/language", "/account", "/login", "/logout", "/city", "/counter/", f"{CLUB}/"),
    *("/accessibility", "/allowance/explanation", "/figures"),
)

_ADDRESS = re.compile(r'(\s(?:href|src|action|formaction|hx-get|hx-post|data-[a-z-]+)=")(/[^"]*")')

_ID = re.compile(r"[0-9a-f]{32}")


def counter_id_of(request: Request) -> str | None:
    """Return under which counter session a page is asked for; None on everybody's own pages.

    Raises:
        CounterOver: an id that is none.
    """
    found = request.path_params.get("counter_id")
    if found is None:
        return None
    if not _ID.fullmatch(found):
        raise CounterOver
    return str(found)


def is_of_club(request: Request) -> bool:
    """Whether a page is asked for as an association's."""
    return request.url.path.startswith(f"{CLUB}/")


def place(counter: Counter | None, role: str | None) -> str:
    """Return below which address somebody's pages stand; empty for one's own."""
    if counter is not None:
        return f"/counter/{counter.id}"
    return CLUB if role == ASSOCIATION else ""


def placed(place: str, path: str) -> str:
    """Return where a page stands below a place."""
    return path if path == "/" or path.startswith(_OF_EVERYBODY) else place + path


def placed_in(place: str, html: str) -> str:
    """Return HTML of our own templates, whose addresses lead to pages below the same place.

    What people wrote stands there with its quotation marks escaped, so it is no such address.
    """
    return _ADDRESS.sub(lambda found: found[1] + placed(place, found[2]), html)
