"""Keys come from the environment or a file, and never show up in a message."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from eth_account import Account

from scripts._deployment.keys import KeyMissing, account_from_environment

KEY = "0x" + "5e" * 32
ADDRESS = Account.from_key(KEY).address


@pytest.mark.parametrize("key", [KEY, KEY.removeprefix("0x")])
def test_account__from_the_environment__signs_for_its_address(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("HEITJE_ADMIN_KEY", key)

    account = account_from_environment("HEITJE_ADMIN")

    assert account is not None
    assert account.address == ADDRESS


def test_account__from_a_plain_file__signs_for_its_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    monkeypatch.setenv("HEITJE_ADMIN_KEY_FILE", str(tmp_path / "key"))

    account = account_from_environment("HEITJE_ADMIN")

    assert account is not None
    assert account.address == ADDRESS


def test_account__from_an_encrypted_file__needs_its_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "key.json"
    path.write_text(json.dumps(Account.encrypt(bytes.fromhex(KEY[2:]), "secret", iterations=2)))
    monkeypatch.setenv("HEITJE_ADMIN_KEY_FILE", str(path))

    with pytest.raises(KeyMissing) as missing:
        account_from_environment("HEITJE_ADMIN")
    assert str(missing.value) == f"The key file {path} needs its password in HEITJE_ADMIN_PASSWORD."

    monkeypatch.setenv("HEITJE_ADMIN_PASSWORD", "guess")
    with pytest.raises(KeyMissing) as missing:
        account_from_environment("HEITJE_ADMIN")
    assert str(missing.value) == f"The password in HEITJE_ADMIN_PASSWORD does not open {path}."

    monkeypatch.setenv("HEITJE_ADMIN_PASSWORD", "secret")
    account = account_from_environment("HEITJE_ADMIN")
    assert account is not None
    assert account.address == ADDRESS


def test_account__when_nothing_is_set__is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("KEY", "KEY_FILE"):
        monkeypatch.delenv(f"HEITJE_ADMIN_{variable}", raising=False)

    assert account_from_environment("HEITJE_ADMIN") is None


@pytest.mark.parametrize("wrong", ["0x1234", "no key at all", "0x" + "00" * 32])
def test_account__when_it_is_no_key__says_so_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("HEITJE_ADMIN_KEY", wrong)

    with pytest.raises(KeyMissing) as missing:
        account_from_environment("HEITJE_ADMIN")

    assert str(missing.value) == "What HEITJE_ADMIN_KEY holds is no private key."


def test_account__when_the_file_is_missing__names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "nowhere"
    monkeypatch.setenv("HEITJE_ADMIN_KEY_FILE", str(path))

    with pytest.raises(KeyMissing) as missing:
        account_from_environment("HEITJE_ADMIN")

    assert str(missing.value) == f"The key file {path} cannot be read: No such file or directory."
