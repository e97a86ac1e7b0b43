"""Keys from the environment or a file, never from the command line, where every process can read them.

For a person NAME (such as HEITJE_DEPLOYER), the first of these that is set:

- NAME_KEY: the private key in hex;
- NAME_KEY_FILE: a file with the private key in hex, or a key file (JSON, scrypt) with its password in
  NAME_PASSWORD.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from ape import accounts, networks
from ape.api import AccountAPI
from ape_accounts.accounts import ApeSigner
from eth_account import Account

DEVNET_CHAIN_IDS = (1337, 31337)
"""Chain ids that only local test chains use: ape's own, and Anvil's."""


class KeyMissing(Exception):
    """No usable key; the message says what to set."""


class KeyAccount(ApeSigner):
    """An account of ape that signs with a key that lies in no keystore of ape."""

    def __repr__(self) -> str:
        return f"<KeyAccount {self.address}>"


def account_from_environment(name: str) -> KeyAccount | None:
    """Return the account whose key the environment gives for `name`, or None if it gives none.

    Raises:
        KeyMissing: what is given cannot be read or opened.
    """
    key = os.environ.get(f"{name}_KEY")
    if key:
        return _account(key, f"{name}_KEY")
    file = os.environ.get(f"{name}_KEY_FILE")
    if file:
        return _account(_read_key_file(Path(file), name), file)
    return None


def paying_account() -> AccountAPI:
    """Return the account that pays: HEITJE_DEPLOYER's, or on a devnet the first test account.

    Raises:
        KeyMissing: there is no key, and this is no devnet.
    """
    account = account_from_environment("HEITJE_DEPLOYER")
    if account is not None:
        return account
    if _is_devnet():
        return accounts.test_accounts[0]
    raise KeyMissing("The key that pays is missing: set HEITJE_DEPLOYER_KEY_FILE (or HEITJE_DEPLOYER_KEY).")


def officer_account(name: str, signer: str) -> AccountAPI:
    """Return the key of an officer: HEITJE_<NAME>'s, or on a devnet the test account that is the signer.

    Args:
        name: the officer's name in the network's file
        signer: the signer in hex that the record tells; another key is of no use

    Raises:
        KeyMissing: there is no such key.
    """
    variable = f"HEITJE_{name.upper()}"
    account = account_from_environment(variable)
    candidates: list[AccountAPI] = [account] if account else _test_accounts() if _is_devnet() else []
    for candidate in candidates:
        if candidate.address.lower() == signer.lower():
            return candidate
    if account:
        raise KeyMissing(f"{variable} is the key of {account.address}, but the officer {name} is {signer}.")
    raise KeyMissing(
        f"The key of the officer {name} is missing: set {variable}_KEY_FILE (or {variable}_KEY)."
    )


def _is_devnet() -> bool:
    return networks.provider.chain_id in DEVNET_CHAIN_IDS


def _test_accounts() -> list[AccountAPI]:
    return [accounts.test_accounts[index] for index in range(10)]


def _read_key_file(path: Path, name: str) -> str:
    try:
        content = path.read_text().strip()
    except OSError as error:
        raise KeyMissing(f"The key file {path} cannot be read: {error.strerror}.") from None
    if not content.startswith("{"):
        return content
    password = os.environ.get(f"{name}_PASSWORD")
    if password is None:
        raise KeyMissing(f"The key file {path} needs its password in {name}_PASSWORD.")
    try:
        return str(Account.decrypt(json.loads(content), password).to_0x_hex())
    except ValueError:
        raise KeyMissing(f"The password in {name}_PASSWORD does not open {path}.") from None


def _account(key: str, source: str) -> KeyAccount:
    try:
        Account.from_key(key)
    except ValueError:
        # The key itself must not appear in a message.
        raise KeyMissing(f"What {source} holds is no private key.") from None
    return KeyAccount(private_key=key if key.startswith("0x") else f"0x{key}")
