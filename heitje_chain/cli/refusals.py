"""How commands fail: one line on standard error and an exit code, no trace.

With --json the line is a problem (RFC 9457): the service's own, or one of /problems/cli-... from here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer

DONE, REFUSED, MISTYPED, UNREACHABLE, NOT_FINAL, BROKEN_OFF = 0, 1, 2, 3, 4, 130

EXIT_CODES = (
    "Exit codes: 0 done; 1 refused, and one line says why; 2 the command was mistyped or must be confirmed; "
    "3 the service cannot be reached; 4 asked, but not final in time; 130 broken off with Ctrl-C."
)


class Refusal(Exception):
    """A command cannot go on; the message is a sentence for a person."""

    def __init__(
        self, slug: str, sentence: str, code: int = REFUSED, more: Mapping[str, Any] | None = None
    ) -> None:
        """`more`: members of the problem besides type and detail."""
        super().__init__(sentence)
        self.code = code
        self.problem = {"type": f"/problems/cli-{slug}", "detail": sentence, **(more or {})}


@contextmanager
def plain_refusals(*refusals: type[Exception]) -> Iterator[None]:
    """Turn what a person can mend, these errors and what files do, into one line and exit code 1."""
    try:
        yield
    except refusals as refusal:
        typer.echo(f"Error: {refusal}", err=True)
        raise typer.Exit(REFUSED) from None
    except OSError as error:
        typer.echo(f"Error: {told(error)}", err=True)
        raise typer.Exit(REFUSED) from None


@contextmanager
def client_refusals(as_json: bool) -> Iterator[None]:
    """Turn whatever a command of the API's clients meets into one line or one problem, and its exit code."""
    try:
        yield
    except Refusal as refusal:
        _end(refusal.problem, refusal.code, as_json)
    except KeyboardInterrupt:
        told_of = {"type": "/problems/cli-broken-off", "detail": "Broken off before anything was asked."}
        _end(told_of, BROKEN_OFF, as_json)
    except OSError as error:
        _end({"type": "/problems/cli-file", "detail": told(error)}, REFUSED, as_json)
    except Exception as error:
        problem, code = _of_client(error)
        _end(problem, code, as_json)


def told(error: OSError) -> str:
    return f"{error.filename or 'A file'}: {error.strerror or error}."


def _of_client(error: Exception) -> tuple[Mapping[str, Any], int]:
    """Return problem and exit code; an error that nobody foresaw goes on as it is."""
    from heitje_chain.client import ClientError, KeyFileError, Problem, ServerUnreachable, SignerError

    match error:
        case Problem():
            own: dict[str, Any] = {"type": error.type, "status": error.status, "detail": str(error)}
            return {**own, **error.body}, REFUSED
        case ServerUnreachable():
            return {"type": "/problems/cli-unreachable", "detail": str(error)}, UNREACHABLE
        case KeyFileError():
            return {"type": "/problems/cli-key-file", "detail": str(error)}, REFUSED
        case SignerError():
            return {"type": "/problems/cli-signer", "detail": str(error)}, REFUSED
        case ClientError():
            return {"type": "/problems/cli-client", "detail": str(error)}, REFUSED
    raise error


def _end(problem: Mapping[str, Any], code: int, as_json: bool) -> None:
    line = json.dumps(problem, ensure_ascii=False) if as_json else f"Error: {problem['detail']}"
    typer.echo(line, err=True)
    raise typer.Exit(code) from None
