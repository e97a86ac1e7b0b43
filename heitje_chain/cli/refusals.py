"""How commands fail: one line on standard error and exit code 1, no trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

EXIT_CODES = "Exit codes: 0 done; 1 refused, and one line says why; 2 the command was mistyped."


@contextmanager
def plain_refusals(*refusals: type[Exception]) -> Iterator[None]:
    """Turn what a person can mend, these errors and what files do, into one line and exit code 1."""
    try:
        yield
    except refusals as refusal:
        typer.echo(f"Error: {refusal}", err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        typer.echo(f"Error: {error.filename or 'A file'}: {error.strerror or error}.", err=True)
        raise typer.Exit(1) from None
