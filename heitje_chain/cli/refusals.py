"""How commands fail: one line on standard error and exit code 1, no trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from heitje_chain.chain.deployment import DeploymentRecordError
from heitje_chain.chain.devnet import DevnetRefusal
from heitje_chain.chain.node import NodeError
from heitje_chain.chain.sender import SendingKeyUsedElsewhere
from heitje_chain.chain.watcher import WrongChain
from heitje_chain.custody.errors import CustodyError
from heitje_chain.people.tokens import TokenError
from heitje_chain.worker import SenderKeyMissing

EXIT_CODES = "Exit codes: 0 done; 1 refused, and one line says why; 2 the command was mistyped."


@contextmanager
def plain_refusals() -> Iterator[None]:
    """Turn what a person can mend into one line and exit code 1."""
    try:
        yield
    except (
        CustodyError,
        DeploymentRecordError,
        DevnetRefusal,
        NodeError,
        SenderKeyMissing,
        SendingKeyUsedElsewhere,
        TokenError,
        WrongChain,
    ) as refusal:
        typer.echo(f"Error: {refusal}", err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        typer.echo(f"Error: {error.filename or 'A file'}: {error.strerror or error}.", err=True)
        raise typer.Exit(1) from None
