"""What can go wrong with wallet keys. Every message is a sentence, and none holds key material.

CustodyError
├── MasterKeyError
│   ├── MasterKeyMissing      the file cannot be read
│   ├── MasterKeyExposed      others than its owner can read it
│   ├── MasterKeyNotOwned     it belongs to another user
│   ├── MasterKeyMalformed    it does not hold 32 bytes in hex
│   ├── MasterKeyExists       a new one would be written over another
│   ├── MasterKeyWrong        it is not the key that wraps the wallets
│   ├── MasterKeyUnchanged    the new key is the old one
│   ├── MasterKeyOutdated     another version wraps this wallet, or new ones, by now
│   └── CheckMissing          there are wallets, yet nothing to check the key by
├── RotationUnfinished        half of the wallets are wrapped by the next key
├── StoreError
│   ├── StoreUnwritable       disk full, read-only, gone
│   ├── StoreUnreadable
│   ├── StoreDamaged          a file there is not what was written
│   ├── StoreBehind           empty, or older than the database
│   └── StoreForeign          another database's
└── WalletError
    ├── WalletIdInvalid
    ├── WalletUnknown
    ├── WalletBroken          its record does not open
    ├── WalletConflict        the two places hold different keys for it
    └── DigestInvalid         what is to be signed is not 32 bytes
"""

from __future__ import annotations

from pathlib import Path


class CustodyError(Exception):
    """Anything below."""


# ---------------------------------------------------------------- the master key


class MasterKeyError(CustodyError):
    """Nothing can be opened with this master key; the service must not start."""


class MasterKeyMissing(MasterKeyError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The master key file {path} cannot be read: {reason}.")


class MasterKeyExposed(MasterKeyError):
    def __init__(self, path: Path, mode: int) -> None:
        super().__init__(
            f"The master key file {path} is open to others (mode {mode:04o}). Run: chmod 600 {path}"
        )


class MasterKeyNotOwned(MasterKeyError):
    def __init__(self, path: Path, owner: int, user: int) -> None:
        super().__init__(
            f"The master key file {path} belongs to user {owner}, and this process runs as user {user}."
        )


class MasterKeyMalformed(MasterKeyError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"The master key file {path} does not hold 32 bytes in hex (64 characters).")


class MasterKeyExists(MasterKeyError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"There is a file at {path} already; a master key is never written over.")


class MasterKeyWrong(MasterKeyError):
    def __init__(self, version: int) -> None:
        super().__init__(f"This is not master key {version}, which wraps the wallets' keys.")
        self.version = version


class MasterKeyUnchanged(MasterKeyError):
    def __init__(self) -> None:
        super().__init__("The new master key is the same as the old one.")


class MasterKeyOutdated(MasterKeyError):
    def __init__(self, held: int, needed: int) -> None:
        super().__init__(f"This process holds master key {held}, and master key {needed} is needed.")
        self.held = held
        self.needed = needed


class CheckMissing(MasterKeyError):
    def __init__(self, store: Path) -> None:
        super().__init__(
            f"There are wallets, but neither the database nor {store} tells which master key wraps them."
        )


class RotationUnfinished(CustodyError):
    def __init__(self, old: int, new: int) -> None:
        super().__init__(
            f"The change from master key {old} to {new} is not finished. Run it again with those two keys."
        )
        self.old = old
        self.new = new


# ---------------------------------------------------------------- the second store


class StoreError(CustodyError):
    """The second store of wrapped keys does not do its part."""


class StoreUnwritable(StoreError):
    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"The key store {folder} cannot be written: {reason}.")


class StoreUnreadable(StoreError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} in the key store cannot be read: {reason}.")


class StoreDamaged(StoreError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} in the key store is not what was written there.")


class StoreBehind(StoreError):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"The key store {folder} lacks what the database has. "
            "Is its disk mounted? If it was lost or is an old copy, refill it."
        )


class StoreForeign(StoreError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"The key store {folder} and the database are not of the same Heitje.")


# ---------------------------------------------------------------- one wallet


class WalletError(CustodyError):
    """One wallet cannot be made or used; others can."""


class WalletIdInvalid(WalletError):
    def __init__(self, wallet_id: str) -> None:
        super().__init__(f"{wallet_id[:64]!r} is no wallet id (a version 4 UUID in 32 hex characters).")


class WalletUnknown(WalletError):
    def __init__(self, wallet_id: str) -> None:
        super().__init__(f"There is no wallet {wallet_id}.")
        self.wallet_id = wallet_id


class WalletBroken(WalletError):
    def __init__(self, wallet_id: str) -> None:
        super().__init__(
            f"The key of wallet {wallet_id} does not open: "
            "its record is damaged or was made for another wallet."
        )
        self.wallet_id = wallet_id


class WalletConflict(WalletError):
    def __init__(self, wallet_id: str) -> None:
        super().__init__(f"The database and the key store hold different keys for wallet {wallet_id}.")
        self.wallet_id = wallet_id


class DigestInvalid(WalletError):
    def __init__(self, length: int) -> None:
        super().__init__(f"A digest has 32 bytes, not {length}.")
