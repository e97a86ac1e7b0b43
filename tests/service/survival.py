"""What the tests of failures share: people, acts, how the chain tells of them, and what sound books are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from eth_account import Account
from sqlalchemy import func, inspect, select, table, update

from heitje_chain.chain.model import FINAL, INTENT, SENDING_ACCOUNT, TRANSACTION
from heitje_chain.chain.node import Node
from heitje_chain.custody import model as custody
from heitje_chain.db import transaction
from heitje_chain.reconcile import service as reconcile
from heitje_chain.reconcile.rules import Figures

from .town import Person, Town

TOKEN = "HeitjeToken"  # noqa: S105 - a contract's name
NOWHERE = "http://127.0.0.1:9"
GAS = 5_000_000


@dataclass(frozen=True)
class Told:
    """How the chain tells of an act: this event, with this in it."""

    event: str
    argument: str
    value: str

    def count(self, town: Town) -> int:
        return sum(event[self.argument] == self.value for event in town.events(self.event))


def paid_told(payment: dict[str, Any]) -> Told:
    return Told("AuthorizationUsed", "nonce", f"0x{payment['id']}")


def locked_told(redemption: dict[str, Any]) -> Told:
    return Told("RedemptionLocked", "redemption", f"0x{redemption['id']}")


def claim_told(event: str, claim: str) -> Told:
    return Told(event, "claim", f"0x{claim}")


@dataclass(frozen=True)
class People:
    """A partner; Anna, who has 15 euros; and a shop."""

    town: Town
    partner: Person
    anna: Person
    shop: Person

    def submitted(self) -> str:
        """Return a claim of Anna's that waits for approval."""
        return str(self.town.submitted(self.partner, self.anna, reward=5_00, slots=1)["id"])

    # What is asked for, and how the chain will tell of it.

    def approve(self) -> Told:
        claim = self.submitted()
        self.town.act(self.partner, "/approvals", {"claims": [claim]})
        return claim_told("ClaimApproved", claim)

    def pay(self, cents: int = 4_00, key: str = "") -> dict[str, Any]:
        order = {"code": self.town.code_of(self.shop), "cents": cents}
        payment: dict[str, Any] = self.town.post(self.anna, "/payments", order, key)
        return payment

    def redeem(self) -> Told:
        self.town.paid(self.anna, self.shop, 6_00)
        return locked_told(self.town.post(self.shop, "/redemptions", {"cents": 6_00}))

    def award(self) -> Told:
        body = {
            "partner": self.partner.id,
            "period": 2026,
            "resident": self.anna.id,
            "cents": 7_00,
            "reason": "Te laat.",
        }
        return Told("Acted", "clientId", f"0x{self.town.act('treasurer', '/awards', body)['id']}")

    def closed_batch(self, cents: int = 6_00) -> tuple[int, dict[str, Any]]:
        """Return a closed batch and its one line."""
        self.town.paid(self.anna, self.shop, cents)
        line: dict[str, Any] = self.town.post(self.shop, "/redemptions", {"cents": cents})
        self.town.work()
        number: int = self.town.act("settlement", "/payout-batches", {})["content"]["batch"]
        self.town.work()
        return number, line


ORDERS: dict[str, Callable[[People], Told]] = {
    "approval": People.approve,
    "payment": lambda people: paid_told(people.pay()),
    "redemption": People.redeem,
    "officer's act": People.award,
}


def assert_sound(town: Town, *acts: Told) -> None:
    """Each act is told once, books and chain are equal, and the nonces have no hole."""
    assert town.differences() == ()
    assert {act: act.count(town) for act in acts} == dict.fromkeys(acts, 1)
    with transaction(town.engine) as connection:
        lane = connection.execute(select(SENDING_ACCOUNT)).one()
        sent = connection.execute(
            select(TRANSACTION.c.nonce, TRANSACTION.c.state).order_by(TRANSACTION.c.nonce)
        )
        nonces, states = zip(*sent, strict=True)
    assert nonces == tuple(range(lane.next_nonce - len(nonces), lane.next_nonce))
    assert set(states) == {FINAL}
    assert Node(town.url).transaction_count(lane.address) == lane.next_nonce


def transactions(town: Town) -> list[str]:
    """Return the hash of everything that was signed, in order."""
    with transaction(town.engine) as connection:
        return list(connection.scalars(select(TRANSACTION.c.hash).order_by(TRANSACTION.c.id)))


def rows(town: Town) -> dict[str, int]:
    """Return how many rows each table has."""
    with transaction(town.engine) as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table(name))) or 0
            for name in inspect(connection).get_table_names()
        }


def end_leases(town: Town) -> None:
    """A dead worker's leases end by themselves in a minute, which a test does not wait for."""
    with transaction(town.engine) as connection:
        connection.execute(update(INTENT).values(lease_until=0))


def figures(town: Town) -> Figures:
    return reconcile.compare(town.engine, Node(town.url), town.contracts).figures


def wallet_of(person: Person) -> str:
    return f"0x{person.chain_id}"


def wallet_key(town: Town, person: Person) -> bytes:
    """Open the key that the service keeps for somebody."""
    with transaction(town.engine) as connection:
        sealed = custody.find_sealed(connection, person.id)
    assert sealed is not None
    return town.worker.vault.open(sealed)


def send_past_the_service(town: Town, key: bytes, to: str, data: bytes) -> bool:
    """Send a transaction by this key; return whether the contract took it."""
    sender = Account.from_key(key).address
    town.rpc("anvil_setBalance", sender, hex(10**18))
    node = Node(town.url)
    signed = Account.sign_transaction(
        {
            "chainId": node.chain_id(),
            "nonce": node.transaction_count(sender),
            "to": to,
            "data": data,
            "value": 0,
            "gas": GAS,
            "gasPrice": 2 * node.gas_price(),
        },
        key,
    )
    sent = town.rpc("eth_sendRawTransaction", "0x" + bytes(signed.raw_transaction).hex())
    return town.mined(sent)


def use_elsewhere(town: Town, account: str) -> None:
    """Send something from a sending account by another hand, which uses one of its nonces."""
    itself = {"from": account, "to": account, "value": "0x0"}
    assert town.mined(town.rpc("eth_sendTransaction", itself))


def assert_sound_but_nonces(town: Town, *acts: Told) -> None:
    """As `assert_sound`, where a restored database forgot some of the transactions that it signed."""
    assert town.differences() == ()
    assert {act: act.count(town) for act in acts} == dict.fromkeys(acts, 1)
    with transaction(town.engine) as connection:
        lane = connection.execute(select(SENDING_ACCOUNT)).one()
    assert Node(town.url).transaction_count(lane.address) == lane.next_nonce
