"""Where the pages are and where one signs, as the settings say it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from heitje_chain.config import from_environment
from heitje_chain.desks.origins import OriginsWrong, check
from tests.service.town import Town


def checked(public_url: str | None, approve: str | None = None) -> None:
    told = {"HEITJE_PUBLIC_URL": public_url, "HEITJE_APPROVE_ORIGIN": approve}
    config = from_environment({name: value for name, value in told.items() if value is not None})
    check(config.origin, config.approve_origin)


@pytest.mark.parametrize(
    ("public_url", "approve"),
    [
        ("https://heitje.example", None),
        ("https://heitje.example/", ""),
        ("HTTPS://Heitje.Example:443", "https://approve.heitje.example"),
        ("https://heitje.example:8443", "https://tekenen.example"),
        ("https://heitje.example", "https://notheitje.example"),
    ],
)
def test_origins__that_are_apart__are_good(public_url: str, approve: str | None) -> None:
    checked(public_url, approve)


@pytest.mark.parametrize(
    ("public_url", "approve", "says"),
    [
        (None, None, "Set HEITJE_PUBLIC_URL"),
        ("", None, "Set HEITJE_PUBLIC_URL"),
        ("http://heitje.example", None, "passkeys need TLS"),
        ("heitje.example", None, "passkeys need TLS"),
        ("https://", None, "passkeys need TLS"),
        ("https://me@heitje.example", None, "passkeys need TLS"),
        ("https://heitje.example/pages", None, "without anything after the host"),
        ("https://heitje.example?a=b", None, "without anything after the host"),
        ("https://heitje.example", "http://approve.heitje.example", "HEITJE_APPROVE_ORIGIN is http"),
        ("https://heitje.example", "https://heitje.example", "a host of its own"),
        ("https://heitje.example", "https://HEITJE.example:443/", "a host of its own"),
        ("https://heitje.example", "https://heitje.example:8443", "a host of its own"),
        ("https://pages.heitje.example", "https://heitje.example", "a host of its own"),
    ],
)
def test_origins__that_are_not_safe_or_not_apart__are_refused(
    public_url: str | None, approve: str | None, says: str
) -> None:
    with pytest.raises(OriginsWrong, match=says):
        checked(public_url, approve)


def test_origins__are_compared_as_browsers_write_them() -> None:
    told = {"HEITJE_PUBLIC_URL": "HTTPS://Heitje.Example:443/", "HEITJE_APPROVE_ORIGIN": "http://A.B:80"}
    config = from_environment(told)

    assert (config.origin, config.approve_origin) == ("https://heitje.example", "http://a.b")


def test_serve__off_the_devnet_without_its_address__does_not_start(town: Town, tmp_path: Path) -> None:
    record = tmp_path / "another.json"
    record.write_text(json.dumps(json.loads(town.config.deployment_record.read_text()) | {"chain_id": 5}))
    environment = {name: told for name, told in os.environ.items() if not name.startswith("HEITJE_")}
    environment |= {"HEITJE_HOME": str(tmp_path / "elsewhere"), "HEITJE_DEPLOYMENT_RECORD": str(record)}

    ended = subprocess.run(
        [str(Path(sys.executable).parent / "heitje"), "serve", "--port", "1"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stderr.strip()) == (
        1,
        "Error: Set HEITJE_PUBLIC_URL: where people open the pages, such as https://heitje.example.",
    )
    assert not (tmp_path / "elsewhere").exists()
