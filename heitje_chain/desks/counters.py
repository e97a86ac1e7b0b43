"""How the resident's pages are shown to an employee who acts for a resident at the counter.

The same pages stand below `/counter/{counter_id}`. Whatever such a page leads to stays there, so that an
employee who is a resident too never acts for itself by mistake, nor for the resident of another tab.
What can be ordered there is named here: a page that is new for residents orders nothing at the counter yet.
"""

from __future__ import annotations

import re

from starlette.requests import Request

from heitje_chain.people.counters import Counter
from heitje_chain.people.errors import CounterOver

ORDERS = frozenset({"claim_job", "withdraw", "submit", "dispute", "pay"})
"""The routes by which an employee orders something for a resident, as they are named in code."""

_OF_EVERYBODY = ("/static/", "/language", "/account", "/login", "/logout", "/city", "/counter/")

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


def place(counter: Counter) -> str:
    """Return where the pages of a counter session stand."""
    return f"/counter/{counter.id}"


def placed(counter: Counter | None, path: str) -> str:
    """Return where a page stands for whoever acts for a resident."""
    if counter is None or path == "/" or path.startswith(_OF_EVERYBODY):
        return path
    return place(counter) + path


def placed_in(counter: Counter, html: str) -> str:
    """Return HTML of our own templates, whose addresses lead to pages of the same counter session.

    What people wrote stands there with its quotation marks escaped, so it is no such address.
    """
    return _ADDRESS.sub(lambda found: found[1] + placed(counter, found[2]), html)
