"""What stands after the `?` of an address: only what the route knows, and each once.

A misspelt `?stat=open` would list everything, and whoever approves all of a list would approve too much. So
every application of ours has `KNOWN_QUERY` among its dependencies, and a new route needs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError


async def known_query(request: Request) -> None:
    """Refuse an address with a parameter that the route does not know, or one twice.

    Raises:
        RequestInvalid: it names the parameters.
    """
    known = set(query_names(request.scope["route"].dependant))
    wrong = [
        {"type": "query_twice" if name in known else "query_unknown", "loc": ("query", name)}
        for name, times in Counter(name for name, _ in request.query_params.multi_items()).items()
        if name not in known or times > 1
    ]
    if wrong:
        raise RequestValidationError(wrong)


KNOWN_QUERY = Depends(known_query)


def query_names(dependant: Dependant) -> Iterator[str]:
    """Yield the names of all query parameters of a route, those of its dependencies too."""
    yield from (one.alias for one in dependant.query_params)
    for one in dependant.dependencies:
        yield from query_names(one)
