"""A city hall's counter: a town served over HTTP, its worker at work, and `heitje` on a person's side."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from heitje_chain.cli import app
from heitje_chain.client import new_key_file
from heitje_chain.db import transaction
from heitje_chain.people import tokens
from tests.service.town import OFFICER_KEYS, Person, Town
from tests.service.working import at_work

from .terminal import Terminal

HEITJE = Path(sys.executable).parent / "heitje"


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def problem(self) -> Any:
        return json.loads(self.err.splitlines()[-1])

    @property
    def lines(self) -> list[str]:
        """What was printed, with runs of spaces as one."""
        return [" ".join(line.split()) for line in self.out.splitlines() if line.strip()]

    @property
    def shown(self) -> list[str]:
        """The same of what was said on standard error."""
        return [" ".join(line.split()) for line in self.err.splitlines() if line.strip()]


@dataclass
class Counter:
    town: Town
    url: str
    folder: Path
    _environment: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    """Held while variables change and while the worker works, which reads them: a proxy could stand there."""

    def heitje(
        self, who: str | Person, *words: str, typed: str | None = None, lang: str = "en", **variables: str
    ) -> Said:
        """Run a command as somebody, as a person would; an officer's and a partner's key is at hand."""
        told = {"HEITJE_LANG": lang, **self.environment(who), **variables}
        return self.run(*words, typed=typed, **told)

    def run(self, *words: str, typed: str | None = None, **variables: str) -> Said:
        # typer sets and deletes this one at any time, also while the worker reads all of them.
        with self._told({"PYDANTIC_DISABLE_PLUGINS": "1", **variables}):
            result = CliRunner().invoke(app, [*words], input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    def operator(self) -> Person:
        """Who runs the service: neither participant nor officer."""
        with transaction(self.town.engine) as connection:
            secret = tokens.create(connection, "operator", "operator", "operator")[1]
        return Person(self.town, "operator", secret)

    def process(self, who: str | Person, *words: str, typed: str = "", **variables: str) -> Said:
        """Run the command as a process of its own."""
        told = {**os.environ, "HEITJE_LANG": "en", **self.environment(who), **variables}
        done = subprocess.run(
            [HEITJE, *words], env=told, input=typed, capture_output=True, text=True, check=False
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def terminal(self, who: str | Person, *words: str, **variables: str) -> Terminal:
        """Run the command on a terminal of its own."""
        told = {**os.environ, "HEITJE_LANG": "en", **self.environment(who), **variables}
        return Terminal(HEITJE, words, told)

    def agreed(self, who: str | Person, *words: str, lang: str = "en", **variables: str) -> Said:
        """Run a command with --yes while the worker works; it must succeed."""
        with self.at_work():
            return self.done(who, *words, "--yes", lang=lang, **variables)

    def done(self, who: str | Person, *words: str, lang: str = "en", **variables: str) -> Said:
        """Run a command that must succeed."""
        said = self.heitje(who, *words, lang=lang, **variables)
        assert said.code == 0, said
        return said

    def asked(self, who: str | Person, *words: str) -> Any:
        """Run a command that must succeed, with --json, and return what it printed."""
        return self.done(who, *words, "--json").json

    def environment(self, who: str | Person) -> dict[str, str]:
        secret = self.town.secrets[who] if isinstance(who, str) else who.secret
        found = {"HEITJE_URL": self.url, "HEITJE_TOKEN": secret}
        has_key = who in OFFICER_KEYS if isinstance(who, str) else who.key is not None
        return {**found, "HEITJE_KEY": str(self.key_of(who))} if has_key else found

    def key_of(self, who: str | Person) -> Path:
        name = who if isinstance(who, str) else who.id
        path = self.folder / f"{name}.key"
        if not path.exists():
            new_key_file(path, bytes.fromhex(self.town.key_of(who).removeprefix("0x")))
        return path

    @contextmanager
    def _told(self, variables: Mapping[str, str]) -> Iterator[None]:
        before = {name: os.environ.get(name) for name in variables}
        with self._environment:
            os.environ.update(variables)
        try:
            yield
        finally:
            with self._environment:
                for name, value in before.items():
                    if value is None:
                        del os.environ[name]
                    else:
                        os.environ[name] = value

    def at_work(self) -> AbstractContextManager[None]:
        """Let the worker go round until the end."""
        return at_work(self.town, self._environment)
