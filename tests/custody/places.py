"""The two places of wallet keys in a temporary folder, and what tests do with them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, select

from heitje_chain.custody import model
from heitje_chain.custody.keys import create_wallet
from heitje_chain.custody.sealing import MasterKey, Sealed, Vault
from heitje_chain.custody.store import KeyStore
from heitje_chain.custody.vault import verify_master_key
from heitje_chain.db import METADATA, open_engine, transaction
from tests.databases import copy_of, database_of, put_back


@dataclass
class Places:
    folder: Path
    engine: Engine
    store: KeyStore
    master: MasterKey
    vault: Vault

    def create(self, wallet_id: str | None = None) -> tuple[str, str]:
        """Make a wallet and return its id and address."""
        wallet_id = wallet_id or model.new_wallet_id()
        with transaction(self.engine) as connection:
            return wallet_id, create_wallet(connection, wallet_id, self.vault, self.store)

    def verify(self, master: MasterKey) -> Vault:
        with transaction(self.engine) as connection:
            return verify_master_key(connection, self.store, master)

    def row(self, wallet_id: str) -> Sealed | None:
        with transaction(self.engine) as connection:
            return model.find_sealed(connection, wallet_id)

    def rows(self) -> dict[str, str]:
        """Return wallet id -> address of every row."""
        with transaction(self.engine) as connection:
            found = connection.execute(select(model.WALLET.c.id, model.WALLET.c.address))
            return {row.id: row.address for row in found}

    def copy_of(self, wallet_id: str) -> Sealed:
        """Return what the store has; it must have it."""
        sealed = self.store.find(wallet_id)
        assert sealed is not None
        return sealed

    def private_key(self, wallet_id: str) -> bytes:
        return self.vault.open(self.copy_of(wallet_id))

    def back_up_database(self) -> str:
        return copy_of(database_of(self.folder), self.folder)

    def restore_database(self, backup: str) -> None:
        self.engine.dispose()
        put_back(database_of(self.folder), backup)


def new_master() -> MasterKey:
    return MasterKey(secrets.token_bytes(32))


def open_places(folder: Path, master: MasterKey) -> Places:
    """Start in a folder as the service does; the first time it makes the two places."""
    places = places_in(folder, master)
    METADATA.create_all(places.engine)
    places.vault = places.verify(master)
    return places


def places_in(folder: Path, master: MasterKey) -> Places:
    """Return the places in whatever state they are, the master key unchecked."""
    engine = open_engine(database_of(folder))
    return Places(folder, engine, KeyStore(folder / "keys"), master, Vault(1, master))
