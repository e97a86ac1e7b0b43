"""The second place for wrapped keys: a folder, on another disk in production, with one file per wallet.

    <folder>/wallets/<wallet id>.json     one sealed key
    <folder>/master/<version>.json        the check value of a master key

A file appears whole or not at all: it is written under another name, fsynced, and then linked to its own
name, which fails when the name is taken, and the folder is fsynced. So of two processes that make the same
wallet one wins and the other reads the winner's. Nothing here is ever deleted or written over, save that a
change of the master key replaces the wrapped data key.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .errors import StoreDamaged, StoreUnreadable, StoreUnwritable, WalletConflict
from .model import check_wallet_id
from .sealing import Sealed

_WALLET_FILE = re.compile(r"([0-9a-f]{32})\.json")
_CHECK_FILE = re.compile(r"([1-9][0-9]{0,8})\.json")
_UNFINISHED = ".unfinished-"


class KeyStore:
    """Reads and writes the folder; it holds nothing itself, so processes may share a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._wallets = folder / "wallets"
        self._master = folder / "master"

    # ------------------------------------------------------------ wallets

    def wallet_ids(self) -> set[str]:
        """Return the id of every wallet that has a file."""
        return set(self._names(self._wallets, _WALLET_FILE))

    def find(self, wallet_id: str) -> Sealed | None:
        """Return a wallet's sealed key.

        Raises:
            WalletIdInvalid
            StoreUnreadable, StoreDamaged: there is a file, but it cannot be used.
        """
        path = self._path(wallet_id)
        content = _read(path)
        if content is None:
            return None
        try:
            sealed = sealed_from(content)
        except (KeyError, TypeError, ValueError):
            raise StoreDamaged(path) from None
        if sealed.wallet_id != wallet_id:
            raise StoreDamaged(path)
        return sealed

    def add(self, sealed: Sealed) -> Sealed:
        """Keep a sealed key for good and return what the store holds for this wallet: this one, or the one
        that another process brought first.

        Raises:
            StoreUnwritable: disk full, read-only or gone; nothing was kept.
        """
        path = self._path(sealed.wallet_id)
        self._add(path, content_of(sealed))
        kept = self.find(sealed.wallet_id)
        if kept is None:
            raise StoreUnreadable(path, "it is gone right after it was written")
        return kept

    def replace_wrapping(self, sealed: Sealed) -> None:
        """Replace the wrapped data key of a wallet that is kept, or add the wallet.

        Raises:
            WalletConflict: the store holds another key for it.
            StoreUnwritable: as for `add`; the former file is still there.
        """
        kept = self.find(sealed.wallet_id)
        if kept is None:
            kept = self.add(sealed)
        if (kept.address, kept.ciphertext) != (sealed.address, sealed.ciphertext):
            raise WalletConflict(sealed.wallet_id)
        if kept != sealed:
            path = self._path(sealed.wallet_id)
            with self._unfinished(path, content_of(sealed)) as unfinished:
                unfinished.replace(path)
                _sync_folder(path.parent)

    # ------------------------------------------------------------ check values

    def check_values(self) -> dict[int, bytes]:
        """Return version -> check value of every master key that may wrap a wallet here."""
        found = {}
        for name in self._names(self._master, _CHECK_FILE):
            path = self._check_path(int(name))
            content = _read(path)
            if content is None:  # removed since it was listed
                continue
            try:
                found[int(name)] = bytes.fromhex(content["check_value"])
            except (KeyError, TypeError, ValueError):
                raise StoreDamaged(path) from None
        return found

    def add_check_value(self, version: int, check_value: bytes) -> bytes:
        """Keep a check value and return what the store holds for this version."""
        path = self._check_path(version)
        self._add(path, {"check_value": check_value.hex()})
        return self.check_values()[version]

    def check_mounted(self, version: int) -> None:
        """Make sure that this is still the folder that has the check value of the master key in use.

        Raises:
            StoreUnwritable
        """
        try:
            there = self._check_path(version).exists()
        except OSError as error:
            raise StoreUnwritable(self.folder, error.strerror or "unknown error") from None
        if not there:
            raise StoreUnwritable(self.folder, "it is empty, as a folder without its disk is")

    def remove_check_value(self, version: int) -> None:
        """Forget a master key that wraps nothing any more, and what unfinished writes left behind."""
        try:
            for unfinished in self._wallets.glob(f"{_UNFINISHED}*"):
                unfinished.unlink(missing_ok=True)
            self._check_path(version).unlink(missing_ok=True)
            _sync_folder(self._master)
        except OSError as error:
            raise StoreUnwritable(self.folder, error.strerror or "unknown error") from None

    # ------------------------------------------------------------ details

    def _path(self, wallet_id: str) -> Path:
        check_wallet_id(wallet_id)
        return self._wallets / f"{wallet_id}.json"

    def _check_path(self, version: int) -> Path:
        return self._master / f"{version}.json"

    def _names(self, folder: Path, pattern: re.Pattern[str]) -> Iterator[str]:
        try:
            names = [path.name for path in folder.iterdir()]
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreUnreadable(folder, error.strerror or "unknown error") from None
        yield from (match[1] for name in names if (match := pattern.fullmatch(name)))

    def _add(self, path: Path, content: Mapping[str, Any]) -> None:
        with self._unfinished(path, content) as unfinished:
            with suppress(FileExistsError):
                path.hardlink_to(unfinished)
            # Also when another process linked it: it may not have come to this line.
            _sync_folder(path.parent)

    @contextmanager
    def _unfinished(self, path: Path, content: Mapping[str, Any]) -> Iterator[Path]:
        """Give a fsynced file with this content beside `path`; it is gone afterwards."""
        unfinished = path.parent / f"{_UNFINISHED}{secrets.token_hex(8)}"
        try:
            self._make_folders()
            try:
                _write(unfinished, json.dumps(content, indent=1).encode() + b"\n")
                yield unfinished
            finally:
                unfinished.unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnwritable(self.folder, error.strerror or "unknown error") from None

    def _make_folders(self) -> None:
        for folder in (self._wallets, self._master):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                _sync_folder(folder.parent)
                _sync_folder(folder.parent.parent)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreUnreadable(path, error.strerror or "unknown error") from None
    except ValueError:
        raise StoreDamaged(path) from None
    if not isinstance(content, dict):
        raise StoreDamaged(path)
    return content


def content_of(sealed: Sealed) -> dict[str, Any]:
    """Return a sealed key as its file has it: bytes in hex."""
    return {
        name: value.hex() if isinstance(value, bytes) else value for name, value in asdict(sealed).items()
    }


def sealed_from(content: dict[str, Any]) -> Sealed:
    """Read what `content_of` made.

    Raises:
        KeyError, TypeError, ValueError: it is something else.
    """
    return Sealed(
        wallet_id=content["wallet_id"],
        address=content["address"],
        ciphertext=bytes.fromhex(content["ciphertext"]),
        nonce=bytes.fromhex(content["nonce"]),
        wrapped_key=bytes.fromhex(content["wrapped_key"]),
        wrapped_key_nonce=bytes.fromhex(content["wrapped_key_nonce"]),
        master_version=int(content["master_version"]),
        created_at=int(content["created_at"]),
    )
