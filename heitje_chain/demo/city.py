"""A city's processes on this machine: the devnet, the API and the worker, in one folder."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eth_account import Account
from sqlalchemy import inspect

from heitje_chain.chain import devnet
from heitje_chain.client import Client, KeyFile, new_key_file
from heitje_chain.config import Config, database_in, from_environment
from heitje_chain.custody.master_key import write_new_master_key
from heitje_chain.db import begun, open_engine, shown, transaction, upgrade
from heitje_chain.people import tokens
from heitje_chain.people.roles import OFFICER_ROLES

MARK = "heitje-demo"
"""A file that tells a folder which the demo made, and may therefore remove."""

DEBTOR_NAME = "Gemeente Heerlen (proef)"
DEBTOR_IBAN = "NL46ABNA9000009999"
"""Made up: right check digits, but an account number that fails the bank's own eleven test."""

PAYOUT_WEEKDAY = "2"
"""Tuesday."""

START_SECONDS = 90
USUAL_PORT = 8000
PORT_TRIES = 5

Say = Callable[[str], None]

# The devnet's officers are accounts of this public mnemonic: scripts/networks/local.toml.
_MNEMONIC = "test test test test test test test test test test test junk"
_ACCOUNTS = {
    "treasurer": 2,
    "auditor": 3,
    "settlement": 4,
    "registrar": 5,
    "arbiter": 6,
    "enforcer": 7,
    "guardian": 8,
}


class DemoRefused(Exception):
    """The demo cannot begin or go on; the message says why and what to do."""


@dataclass(frozen=True)
class City:
    home: Path
    url: str
    officers: Mapping[str, Client]
    """By role."""
    keys: Mapping[str, KeyFile]
    """Officers' keys by role; partners' are beside them in `home`/keys-outside."""

    def client(self, token: str) -> Client:
        return Client(self.url, token)

    def key_of(self, name: str) -> KeyFile:
        """Return a partner's key file; it is made when it is not there."""
        path = self.home / KEYS / f"{name}.key"
        return KeyFile(path) if path.exists() else new_key_file(path)


TOKENS = "tokens.json"
"""The officers' access tokens, role -> secret."""

KEYS = "keys-outside"
"""The key files of partners and officers: in a real city each lies with its owner."""

_ELSEWHERE = (
    "HEITJE_DEPLOYMENT_RECORD",
    "HEITJE_MASTER_KEY_FILE",
    "HEITJE_KEY_STORE",
    "HEITJE_SENDER_KEY_FILE",
    "HEITJE_WEBHOOK_KEY_FILE",
)
"""Files that the demo has in its own folder, whatever the environment says."""


def begin_anew(home: Path, say: Say) -> None:
    """Remove what an earlier demo left in this folder.

    Raises:
        DemoRefused: the folder holds something else, or a database elsewhere is not empty.
        DatabaseUnusable
    """
    used = home.exists() and any(home.iterdir())
    if used and not (home / MARK).exists():
        raise DemoRefused(f"{home} was not made by the demo. Name another folder with --home.")
    _require_empty_database(home)
    if used:
        devnet.stop(home, lambda _: None)
        shutil.rmtree(home)
        say(f"Removed what an earlier demo left in {home}.")
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).write_text("Made by `heitje demo`, which removes this folder when it begins anew.\n")


@contextmanager
def running(home: Path, say: Say) -> Iterator[City]:
    """Start devnet, API and worker; stop them at the end. What they write stays in the folder.

    Raises:
        DemoRefused, DevnetRefusal
    """
    state = devnet.start(home, None, 1, lambda line: None if line.startswith(" ") else say(line))
    environment = {
        **_environment(home),
        "HEITJE_RPC_URL": state.rpc_url,
        "HEITJE_DEMO": "1",
        "HEITJE_DEMO_KEYS": str(home / KEYS),
        "HEITJE_DEBTOR_NAME": DEBTOR_NAME,
        "HEITJE_DEBTOR_IBAN": DEBTOR_IBAN,
        "HEITJE_PAYOUT_WEEKDAY": PAYOUT_WEEKDAY,
    }
    try:
        officers = _prepare(from_environment(environment))
        with _process(home, "worker", environment) as worker, _served(home, environment) as url:
            if worker.poll() is not None:
                raise DemoRefused(f"`heitje worker` ended: look into {home / 'worker.log'}.")
            yield City(
                home,
                url,
                {role: Client(url, secret) for role, secret in officers.items()},
                {role: _officer_key(home, role) for role in OFFICER_ROLES},
            )
    finally:
        devnet.stop(home, say)


# ---------------------------------------------------------------- details


def _environment(home: Path) -> dict[str, str]:
    """Return what the city's processes are told: all that another Heitje on this machine is, save for where
    its files lie."""
    return {
        **{name: value for name, value in os.environ.items() if name not in _ELSEWHERE},
        "HEITJE_HOME": str(home),
    }


def _require_empty_database(home: Path) -> None:
    """Refuse a database outside the folder that holds something: the demo would have to remove it.

    Raises:
        DemoRefused, DatabaseUnusable
    """
    own, url = database_in(home), from_environment(_environment(home)).database_url
    if url == own:
        return
    engine = open_engine(url)
    with begun(engine) as connection:
        used = bool(inspect(connection).get_table_names())
    engine.dispose()
    if used:
        raise DemoRefused(
            f"The database {shown(engine)} is not empty. The demo begins with an empty one, and empties none "
            "that lies outside its folder: make it anew, or let HEITJE_DATABASE_URL name another."
        )


def _prepare(config: Config) -> dict[str, str]:
    """Make master key, database and the officers' tokens; return role -> secret."""
    if not config.master_key_file.exists():
        write_new_master_key(config.master_key_file)
    engine = open_engine(config.database_url)
    upgrade(engine)
    with transaction(engine) as connection:
        secrets = {role: tokens.create(connection, f"{role} of the demo", role)[1] for role in OFFICER_ROLES}
    engine.dispose()
    path = config.home / TOKENS
    path.touch(mode=0o600)
    path.write_text(json.dumps(secrets, indent=1) + "\n")
    return secrets


def _officer_key(home: Path, role: str) -> KeyFile:
    path = home / KEYS / f"{role}.key"
    if path.exists():
        return KeyFile(path)
    Account.enable_unaudited_hdwallet_features()
    account = Account.from_mnemonic(_MNEMONIC, account_path=f"m/44'/60'/0'/0/{_ACCOUNTS[role]}")
    return new_key_file(path, bytes(account.key))


@contextmanager
def _process(
    home: Path, command: str, environment: Mapping[str, str], *options: str
) -> Iterator[subprocess.Popen[bytes]]:
    heitje = Path(sys.executable).parent / "heitje"
    with (home / f"{command}.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603
            [str(heitje), command, *options],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C ends the demo first, and the demo ends them.
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def _served(home: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Run the API and return its address, at the usual port or at one that is free.

    A port that was free when it was asked for may be another's by the time the API wants it, and that other
    may be a Heitje as well: so only what our own process says counts.

    Raises:
        DemoRefused
    """
    for _ in range(PORT_TRIES):
        port, said_before = _free_port(), len(_said(home))
        with _process(home, "serve", environment, "--port", str(port)) as serve:
            if _listens(serve, home, said_before):
                yield f"http://127.0.0.1:{port}"
                return
        if not _is_taken(port):
            break
    raise DemoRefused(f"The API did not start: look into {home / 'serve.log'}.")


def _said(home: Path) -> bytes:
    log = home / "serve.log"
    return log.read_bytes() if log.exists() else b""


def _listens(serve: subprocess.Popen[bytes], home: Path, said_before: int) -> bool:
    """Wait until the process says that it listens; False when it ended, or does not say so in time.

    Args:
        said_before: how many bytes of its log are an earlier one's
    """
    deadline = time.monotonic() + START_SECONDS
    while serve.poll() is None and time.monotonic() < deadline:
        if b'"serve_started"' in _said(home)[said_before:]:
            return True
        time.sleep(0.1)
    return False


def _free_port() -> int:
    """Return 8000, or one that the system chooses when that is taken."""
    return _bound(USUAL_PORT) or _bound(0) or USUAL_PORT


def _is_taken(port: int) -> bool:
    return _bound(port) is None


def _bound(port: int) -> int | None:
    """Return a port that could be had just now, this one or for 0 any, or None."""
    with socket.socket() as asked:
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asked.bind(("127.0.0.1", port))
        except OSError:
            return None
        return int(asked.getsockname()[1])
