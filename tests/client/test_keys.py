"""A key file holds a key in hex or behind a password; what is wrong with it is said without the key."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from heitje_chain.chain import typed_data
from heitje_chain.chain.ids import ClientId
from heitje_chain.client import KeyFile, KeyFileError, new_key_file

# Account 0 of the public test mnemonic.
KEY = bytes.fromhex("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"

MESSAGE = typed_data.act(
    typed_data.Domain.of_officer_account(1337, ADDRESS),
    ADDRESS,
    b"\x01\x02",
    ClientId(b"\x03" * 32),
    1_790_000_000,
).as_json()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "treasurer.key"


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """A JSON v3 key file behind a password, with few rounds so that opening it is quick."""
    file = tmp_path / "locked.json"
    file.write_text(json.dumps(Account.encrypt(KEY, "geheim", kdf="scrypt", iterations=2)))
    return file


@pytest.mark.parametrize("text", [f"0x{KEY.hex()}\n", KEY.hex(), f"  {KEY.hex().upper()} \n"])
def test_key_file__of_hex__signs_with_its_key(tmp_path: Path, text: str) -> None:
    file = tmp_path / "key"
    file.write_text(text)

    key = KeyFile(file)

    assert key.address == ADDRESS
    signed = encode_typed_data(full_message=MESSAGE)
    assert Account.recover_message(signed, signature=key.sign(MESSAGE)) == ADDRESS
    assert len(key.sign(MESSAGE)) == 65


def test_key_file__of_json__opens_with_its_password(locked: Path) -> None:
    assert KeyFile(locked, "geheim").address == ADDRESS


@pytest.mark.parametrize("password", [None, "", "Geheim"])
def test_key_file__of_json_with_another_password__is_refused(locked: Path, password: str | None) -> None:
    with pytest.raises(KeyFileError) as refused:
        KeyFile(locked, password)

    assert str(refused.value) == f"The key file {locked} does not open with this password."


def test_key_file__when_missing__is_refused(path: Path) -> None:
    with pytest.raises(KeyFileError) as refused:
        KeyFile(path)

    assert str(refused.value) == f"The key file {path} cannot be read."


@pytest.mark.parametrize("content", ["", "no key", "0x" + "00" * 32, "0x" + "ff" * 32, "ab" * 31])
def test_key_file__without_a_key__is_refused_without_its_content(tmp_path: Path, content: str) -> None:
    file = tmp_path / "key"
    file.write_text(content)

    with pytest.raises(KeyFileError) as refused:
        KeyFile(file)

    assert str(refused.value) == f"The key file {file} holds no private key."
    assert refused.value.__suppress_context__


@pytest.mark.parametrize(
    "content", ["{", "{}", '{"version": 3}', '{"version": 9}', '{"version": 3, "crypto": {}}', "{1}"]
)
def test_key_file__of_broken_json__is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "key.json"
    file.write_text(content)

    with pytest.raises(KeyFileError) as refused:
        KeyFile(file, "geheim")

    assert str(refused.value) == f"The key file {file} does not open with this password."


def test_key_file__of_bytes_that_are_no_text__is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"\xff" * 32)

    with pytest.raises(KeyFileError) as refused:
        KeyFile(file)

    assert str(refused.value) == f"The key file {file} cannot be read."


def test_new_key_file__is_its_owners_alone_and_opens_again(path: Path) -> None:
    made = new_key_file(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert KeyFile(path).address == made.address
    assert new_key_file(path.with_name("other.key")).address != made.address


def test_new_key_file__with_a_key__holds_it(path: Path) -> None:
    assert new_key_file(path, KEY).address == ADDRESS


def test_new_key_file__when_there_is_one__writes_nothing_over_it(path: Path) -> None:
    new_key_file(path, KEY)

    with pytest.raises(KeyFileError) as refused:
        new_key_file(path)

    assert str(refused.value) == f"There is a file {path} already; a key is never written over."
    assert KeyFile(path).address == ADDRESS


def test_key_file__when_shown__hides_its_key(path: Path) -> None:
    key = new_key_file(path, KEY)

    assert repr(key) == f"KeyFile({path}, {ADDRESS})"
