"""Which refusals a route can answer with, read from where the code says it: the `Raises:` of its docstrings.

A route hands its work to a service function, and that one's docstring names what it raises:

    Raises:
        JobUnknown: no such job.
        JobFull, AlreadyClaimed

These names are looked up here, for the route, the functions of its own module that it calls, the service
functions that those call, and the dependencies in its signature (who asks, the Idempotency-Key). Nothing else
is followed: a service function names what comes up through it. Tests compare with what is really answered.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from fastapi.dependencies.models import Dependant

from .bodies import ContentTypeUnknown, JsonInvalid, JsonNameTwice, JsonNumberInvalid, JsonTooDeep
from .limits import AddressTooLong, BodyTooLarge
from .problems import KINDS, Kind
from .transaction import DatabaseBusy
from .validation import RequestInvalid

OURS = "heitje_chain."

_ANY = (DatabaseBusy, AddressTooLong)
_WITH_BODY = (JsonInvalid, JsonTooDeep, JsonNameTwice, JsonNumberInvalid, ContentTypeUnknown, BodyTooLarge)
_RAISES = re.compile(r"Raises:(.*?)(?:\n\s*\n|\Z)", re.DOTALL)
_CLASS = re.compile(r"\b[A-Z][A-Za-z]+\b")


def kinds_of(endpoint: Callable[..., Any], dependant: Dependant) -> list[Kind]:
    """Return the kinds of refusals of a route, by status and slug."""
    names = set(_of_dependencies(dependant)) | set(_of_route(endpoint, set()))
    found = {error: kind for error, kind in KINDS.items() if error.__name__ in names}
    found |= {error: KINDS[error] for error in _ANY}
    if dependant.body_params:
        found |= {error: KINDS[error] for error in _WITH_BODY}
    if any(_fields(dependant)):
        found[RequestInvalid] = KINDS[RequestInvalid]
    return sorted(found.values(), key=lambda kind: (kind.status, kind.slug))


def raised_by(docstring: str | None) -> set[str]:
    """Return the class names that a docstring's `Raises:` lists."""
    return {name for part in _RAISES.findall(docstring or "") for name in _CLASS.findall(part)}


def _of_dependencies(dependant: Dependant) -> Iterator[str]:
    for one in dependant.dependencies:
        if one.call is not None:
            yield from raised_by(inspect.getdoc(one.call))
        yield from _of_dependencies(one)


def _of_route(function: Callable[..., Any], seen: set[Any]) -> Iterator[str]:
    """Yield what a function of an api module raises, and what the service functions that it calls do."""
    if function in seen or not isinstance(function, FunctionType):
        return
    seen.add(function)
    yield from raised_by(function.__doc__)
    yield from _names(function.__code__)  # `raise LaneUnknown`
    for called in _called(function):
        if _is_api(called.__module__):
            yield from _of_route(called, seen)
        else:
            yield from raised_by(called.__doc__)


def _called(function: FunctionType) -> Iterator[FunctionType]:
    """Yield our functions that a function's code names, also in the functions that it defines."""
    names = set(_names(function.__code__))
    for name in names & set(function.__globals__):
        value = function.__globals__[name]
        if isinstance(value, FunctionType) and value.__module__.startswith(OURS):
            yield value
        elif isinstance(value, ModuleType) and value.__name__.startswith(OURS):
            for member in names & set(vars(value)):
                found = vars(value)[member]
                if isinstance(found, FunctionType) and found.__module__.startswith(OURS):
                    yield found


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _is_api(module: str) -> bool:
    return ".api" in module


def _fields(dependant: Dependant) -> Iterator[Any]:
    """Yield what may be filled in wrongly; texts in headers are their readers' affair."""
    yield from (*dependant.path_params, *dependant.query_params, *dependant.body_params)
    for one in dependant.dependencies:
        yield from _fields(one)
