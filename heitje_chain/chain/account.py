"""The account that a lane sends from."""

from __future__ import annotations

from dataclasses import dataclass

from eth_account import Account


@dataclass(frozen=True)
class SendingAccount:
    """A lane's key. Several processes may send for a lane: they take its nonces in turn."""

    lane: str
    private_key: bytes

    @property
    def address(self) -> str:
        return str(Account.from_key(self.private_key).address)

    def __repr__(self) -> str:
        return f"SendingAccount(lane={self.lane!r}, address={self.address!r})"
