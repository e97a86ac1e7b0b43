"""Who signs EIP-712 messages: a key file (`keys.py`), or a command of the signer's own, as for a device.

SignerError
├── SignerFailed        the command ended with an error, or could not be started
├── SignerTooSlow       it did not answer in time
├── SignerAnswerWrong   what it printed is no signature
└── MessageStrange      what is to be signed is none of Heitje's acts (`meaning.py`)

The protocol of a signer command, version 1. It is started once for each signature, without a shell. On
standard input it gets EIP-712 JSON (`types`, `primaryType`, `domain`, `message`) in UTF-8, then end of file.
It prints the signature on standard output, r s v as 130 hex digits with or without 0x, and exits 0. Whatever
it has to say to the person it says on standard error or on the terminal. Any other exit code means that it
did not sign.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Mapping
from typing import Any, Protocol

TIMEOUT_SECONDS = 120

_SIGNATURE = re.compile(r"(0x)?([0-9a-fA-F]{2}){65,4096}")


class Signer(Protocol):
    """Signs EIP-712 messages."""

    def sign(self, typed_data: Mapping[str, Any]) -> bytes:
        """Return r, s, v (65 bytes) over EIP-712 JSON."""
        ...


class SignerError(Exception):
    """Nothing was signed; the message is a sentence for a person."""


class SignerFailed(SignerError):
    def __init__(self, command: str, why: str) -> None:
        super().__init__(f"The signer {command} did not sign: {why}.")


class SignerTooSlow(SignerError):
    def __init__(self, command: str, seconds: float) -> None:
        super().__init__(f"The signer {command} did not answer in {seconds:g} seconds; nothing was signed.")


class SignerAnswerWrong(SignerError):
    def __init__(self, command: str) -> None:
        super().__init__(
            f"The signer {command} ended well but printed no signature; it must print 130 hex digits."
        )


class CommandSigner:
    """A command that signs, for example on a device."""

    def __init__(self, command: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        """`command`: a program and its arguments, as one writes them in a shell.

        Raises:
            SignerFailed: no command at all.
        """
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise SignerFailed(command, f"the command cannot be read, {error}") from None
        if not self._words:
            raise SignerFailed("''", "no command was given")
        self._name = self._words[0]
        self._timeout = timeout_seconds

    def sign(self, typed_data: Mapping[str, Any]) -> bytes:
        """Raises:
        SignerFailed, SignerTooSlow, SignerAnswerWrong
        """
        try:
            ended = subprocess.run(  # noqa: S603 - the person's own command, without a shell
                self._words,
                input=json.dumps(dict(typed_data)).encode(),
                stdout=subprocess.PIPE,
                timeout=self._timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise SignerTooSlow(self._name, self._timeout) from None
        except OSError as error:
            raise SignerFailed(self._name, f"{error.strerror or error}") from None
        if ended.returncode:
            raise SignerFailed(self._name, f"it ended with exit code {ended.returncode}")
        answer = ended.stdout.decode("ascii", "replace").strip()
        if not _SIGNATURE.fullmatch(answer):
            raise SignerAnswerWrong(self._name)
        return bytes.fromhex(answer.removeprefix("0x"))
