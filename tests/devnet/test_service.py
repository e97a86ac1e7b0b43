"""The service as a person starts it: devnet, keys, API and worker, and a resident from request to chain."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from heitje_chain.custody.model import new_wallet_id
from tests.devnet.home import HEITJE, Home, free_port, wait_for


@contextmanager
def running(home: Home, *words: str) -> Iterator[None]:
    """A `heitje` process in the background, ended as a person ends it."""
    process = subprocess.Popen([HEITJE, *words], env=home.environment())
    try:
        yield
    finally:
        process.terminate()
        assert process.wait(30) in (0, -15)


def ask(url: str, secret: str, body: dict[str, str] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    with urlopen(Request(url, data, headers)) as answer:  # noqa: S310  our own server
        return json.load(answer)


def is_up(url: str) -> bool:
    try:
        return bool(ask(f"{url}/healthz", "")["status"] == "ok")
    except (URLError, ConnectionError):
        return False


def test_resident__from_request_to_chain(home: Home) -> None:
    home.start("--port", free_port())
    made = home.heitje("keys", "new")
    assert made.returncode == 0, made.stderr
    created = home.heitje("token", "create", "Registrar", "--role", "registrar")
    assert created.returncode == 0, created.stderr
    secret = created.stdout.split()[-1]
    assert home.heitje("token", "list").stdout.split()[-2:] == ["registrar", "Registrar"]
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    residents, resident_id = f"{url}/api/v1/residents", new_wallet_id()

    with running(home, "serve", "--port", port), running(home, "worker"):
        wait_for(lambda: is_up(url), "the API")
        ask(residents, secret, {"id": resident_id, "name": "Anna Jansen"})
        wait_for(lambda: ask(f"{residents}/{resident_id}", secret)["state"] == "active", "the admission")
        resident = ask(f"{residents}/{resident_id}", secret)

    assert len(bytes.fromhex(resident["participant"].removeprefix("0x"))) == 20


def test_worker__without_a_master_key__refuses_to_start(home: Home) -> None:
    home.start("--port", free_port())

    assert home.refused("worker") == (
        f"The master key file {home.path / 'master.key'} cannot be read: No such file or directory."
    )


def test_keys__when_made_twice__refuses(empty_home: Home) -> None:
    assert empty_home.heitje("keys", "new").returncode == 0

    assert empty_home.refused("keys", "new").endswith("already; a master key is never written over.")


def test_token__for_an_unknown_role__refuses(empty_home: Home) -> None:
    assert empty_home.refused("token", "create", "Me", "--role", "mayor") == (
        "Choose a role from: arbiter, association, auditor, enforcer, guardian, merchant, operator, partner, "
        "registrar, resident, settlement, treasurer."
    )


def test_token__with_a_scope_that_the_role_has_not__refuses(empty_home: Home) -> None:
    assert empty_home.refused("token", "create", "Me", "--role", "association", "--scope", "mint") == (
        "Choose scopes from: activity:read, payments:read, payments:write, tokens:read, tokens:revoke, "
        "wallet:read."
    )


def test_token__for_a_participant_that_there_is_not__refuses(empty_home: Home) -> None:
    assert empty_home.refused("token", "create", "Me", "--role", "resident", "--subject", "1") == (
        "There is no resident with the id 1."
    )
