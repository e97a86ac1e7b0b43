"""What an application answers when a route did not: every refusal and fault becomes a problem.

Call `install` once all slices are imported: each registers its errors as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from .answers import AnswerHeaders
from .bodies import JsonBodies
from .language import language_of
from .limits import DEFAULT_BYTES, BodyLimit
from .problems import (
    KINDS,
    MethodNotAllowed,
    NotFound,
    Refused,
    as_response,
    kind_of,
    problem,
    respond,
    title,
)
from .rates import RateHeaders
from .requests import HEADER, Requests, tell_fault, trace_of
from .transaction import DatabaseBusy, is_unavailable
from .validation import RequestInvalid

_REFUSALS: dict[int, type[Refused]] = {404: NotFound, 405: MethodNotAllowed}
"""What the framework refuses by itself."""


class Unexpected(
    Refused,
    slug="unexpected",
    status=500,
    nl="Er ging bij ons iets mis. Noem dit nummer als je ons belt: {reference}.",
    en="Something went wrong on our side. Give this number when you call us: {reference}.",
):
    """A fault of ours; its reference is how the request's id begins, under which the log has it."""

    def __init__(self, reference: str) -> None:
        self.reference = reference


def install(
    app: FastAPI,
    limit: int = DEFAULT_BYTES,
    larger: Mapping[str, int] | None = None,
    uploads: Mapping[str, int] | None = None,
) -> None:
    """Let the application answer with problems, and bound what it reads (see BodyLimit)."""
    for error_class in KINDS:
        app.add_exception_handler(error_class, _registered)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(SQLAlchemyError, _database)
    app.add_exception_handler(Exception, _unexpected)
    app.add_middleware(AnswerHeaders)
    app.add_middleware(RateHeaders)
    app.add_middleware(JsonBodies)
    app.add_middleware(BodyLimit, limit=limit, larger=larger, uploads=uploads)
    app.add_middleware(Requests)


async def _registered(request: Request, error: Exception) -> Response:
    return respond(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    language = language_of(request)
    invalid = RequestInvalid(error.errors())
    request.state.problem = "request-invalid"
    members: dict[str, Any] = problem(invalid, language) | {"errors": invalid.told(language)}
    return as_response(request, members, language, {})


async def _http(request: Request, error: Exception) -> Response:
    """The framework's own refusals: only status and headers, since its texts are for programmers."""
    if not isinstance(error, HTTPException):
        raise error
    refusal = _REFUSALS.get(error.status_code)
    if refusal is not None:
        return respond(request, refusal(), error.headers)
    language = language_of(request)
    words = title(error.status_code, language)
    request.state.problem = "other"
    members = {"type": "about:blank", "title": words, "status": error.status_code, "detail": f"{words}."}
    return as_response(request, members, language, error.headers or {})


async def _database(request: Request, error: Exception) -> Response:
    if is_unavailable(error):
        return respond(request, DatabaseBusy())
    return await _unexpected(request, error)


async def _unexpected(request: Request, error: Exception) -> Response:
    if kind_of(error) is not None:  # registered after install
        return respond(request, error)
    tell_fault(request, error)
    trace, language = trace_of(request), language_of(request)
    members = problem(Unexpected(trace[:8]), language) | {"instance": UUID(trace).urn}
    # Made outside of the middleware that tells the id otherwise, unless the fault was the database's.
    told = {} if isinstance(error, SQLAlchemyError) else {HEADER.decode(): trace}
    request.state.problem = "unexpected"
    return as_response(request, members, language, told)
