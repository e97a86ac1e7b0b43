"""What these tests stand on: a deployment that nobody deployed, merchants, and what the chain tells."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from eth_account import Account
from sqlalchemy import Engine, select, update

from heitje_chain.acts.service import Act
from heitje_chain.chain.codec import ChainEvent
from heitje_chain.chain.contracts import Contracts
from heitje_chain.chain.deployment import ContractRecord, DeploymentRecord, OfficerRecord, Parameters
from heitje_chain.chain.ids import ClientId, ParticipantId
from heitje_chain.db import transaction
from heitje_chain.http.problems import Refused
from heitje_chain.ledger import bookkeeper, rules
from heitje_chain.ledger import service as ledger
from heitje_chain.people.model import ACTIVE, MERCHANT, MERCHANT_DETAILS, PARTICIPANT
from heitje_chain.settlement import batches, onchain, redemptions
from heitje_chain.settlement.model import REDEMPTION
from heitje_chain.settlement.pain001 import Debtor
from heitje_chain.settlement.redemptions import Redemption
from tests.ledger import facts

OFFICER_KEY = bytes.fromhex("47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a")
OFFICER = "settlement"

CITY = Debtor("Gemeente Voorbeeld", "NL91ABNA0417164300", "ABNANL2A")
IBAN, OTHER_IBAN = "NL02ABNA0123456789", "DE89370400440532013000"
BANK_DAY, MADE_AT = date(2026, 3, 2), 1_772_366_400


def word(number: int) -> str:
    return f"{number:064x}"


def _address(number: int) -> str:
    return "0x" + number.to_bytes(20).hex()


def _function(name: str, **inputs: str) -> dict[str, Any]:
    parts = [{"name": part, "type": kind} for part, kind in inputs.items()]
    return {"type": "function", "name": name, "inputs": parts, "outputs": []}


def _contracts() -> Contracts:
    names = (
        "AccessManager",
        "ParticipantRegistry",
        "HeitjeToken",
        "RewardBudget",
        "JobEscrow",
        "Redemption",
    )
    signer = Account.from_key(OFFICER_KEY).address
    return Contracts(
        DeploymentRecord(
            network="test",
            chain_id=1337,
            genesis_hash=f"0x{word(0)}",
            first_block=1,
            parameters=Parameters(
                max_reward_cents=100_00,
                attestation_max_age_seconds=86_400,
                decision_window_seconds=86_400,
                dispute_window_seconds=86_400,
                grace_period_seconds=3600,
            ),
            contracts={
                name: ContractRecord(address=_address(0x1000 + i), code_hash="")
                for i, name in enumerate(names)
            },
            verifiers={},
            officers={
                OFFICER: OfficerRecord(
                    account=_address(0x2000), signer=signer, code_hash="", roles=("SETTLEMENT",)
                )
            },
            senders=(),
            delays={},
            abis={
                "Redemption": [
                    _function("close", id="uint32", redemptions="bytes32[]"),
                    _function("settle", id="uint32", rejected="bytes32[]"),
                    _function("release", id="bytes32"),
                    _function(
                        "redeem",
                        wallet="address",
                        cents="uint256",
                        validAfter="uint256",
                        validBefore="uint256",
                        clientId="bytes32",
                        v="uint8",
                        r="bytes32",
                        s="bytes32",
                    ),
                ]
            },
        )
    )


CONTRACTS = _contracts()


@dataclass(frozen=True)
class Shop:
    id: str
    chain_id: str
    """ParticipantId in hex, and the wallet without 0x."""


class City:
    """One database, to which people, the journal and the chain speak."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._block = 0
        self._clients = 0

    def merchant(self, cents: int = 100_00, iban: str = IBAN, shop_id: str | None = None) -> Shop:
        """Return an active merchant with this much."""
        made = shop_id or uuid.uuid4().hex
        shop = Shop(made, made + "00" * 4)
        with transaction(self.engine) as connection:
            connection.execute(
                PARTICIPANT.insert().values(
                    id=shop.id,
                    kind=MERCHANT,
                    name="Bakkerij De Kroon",
                    state=ACTIVE,
                    blocked=False,
                    chain_id=shop.chain_id,
                    wallet=f"0x{shop.chain_id}",
                    created_at=1,
                )
            )
            connection.execute(
                MERCHANT_DETAILS.insert().values(
                    participant=shop.id, iban=iban, account_holder="De Kroon B.V.", category="bakery"
                )
            )
            self._block += 1
            ledger.book(
                connection,
                rules.award(
                    facts.seen(self._block),
                    award_id=facts.word(self._block),
                    budget_id=facts.budget(1),
                    resident=ParticipantId(bytes.fromhex(shop.chain_id)),
                    amount=cents,
                ),
            )
        return shop

    def change_iban(self, shop: Shop, iban: str = OTHER_IBAN) -> None:
        with transaction(self.engine) as connection:
            connection.execute(
                update(MERCHANT_DETAILS).where(MERCHANT_DETAILS.c.participant == shop.id).values(iban=iban)
            )

    def asked(self, shop: Shop, cents: int = 15_00, client: int | None = None) -> Redemption:
        self._clients += 1
        client_id = ClientId((client or self._clients).to_bytes(32))
        with transaction(self.engine) as connection:
            return redemptions.redeem(connection, shop.id, cents, client_id)

    def locked(self, shop: Shop, cents: int = 15_00) -> Redemption:
        asked = self.asked(shop, cents)
        self.tell("RedemptionLocked", redemption=asked.id, merchant=shop.chain_id, cents=cents)
        return self.read(asked)

    def closed(self, number: int, *lines: Redemption) -> None:
        ids = [f"0x{line.id}" for line in lines]
        self.tell("BatchClosed", batch=number, cents=sum(line.cents for line in lines), redemptions=ids)

    def filed(self, number: int, *lines: Redemption) -> batches.BankFile:
        self.closed(number, *lines)
        return self.sealed(number)

    def sealed(self, number: int, day: date = BANK_DAY, made_at: int = MADE_AT) -> batches.BankFile:
        with transaction(self.engine) as connection:
            return batches.seal(connection, CONTRACTS, OFFICER, number, CITY, day, made_at)

    def settled(self, number: int, booked: int, *rejected: Redemption) -> None:
        for line in rejected:
            self.tell("RedemptionRejected", redemption=line.id, batch=number)
        self.tell(
            "BatchSettled",
            batch=number,
            bookedCents=booked,
            rejectedCents=sum(line.cents for line in rejected),
        )

    def tell(self, name: str, **arguments: Any) -> ChainEvent:
        """Have the chain tell something, as the worker takes it in."""
        told = {
            key: f"0x{value}" if key in ("redemption", "merchant") else value
            for key, value in arguments.items()
        }
        key = str(next(iter(told.values())))
        self._block += 1
        event = ChainEvent(self._block, 0, f"0x{word(self._block)}", "Redemption", name, key, told)
        self.tell_again(event)
        return event

    def tell_again(self, event: ChainEvent) -> None:
        with transaction(self.engine) as connection:
            at = facts.seen(event.block_number).occurred_at
            bookkeeper.observe(CONTRACTS, connection, event, at)
            onchain.observe(CONTRACTS, connection, event, at)

    def read(self, one: Redemption | str) -> Redemption:
        wanted = one if isinstance(one, str) else one.id
        with transaction(self.engine) as connection:
            return redemptions.find(connection, wanted)

    def batch(self, number: int) -> batches.Batch:
        with transaction(self.engine) as connection:
            return batches.find_batch(connection, number)

    def forget_redemptions(self) -> None:
        """As a database does that was restored from before them."""
        with transaction(self.engine) as connection:
            connection.execute(REDEMPTION.delete())

    def rows(self) -> int:
        with transaction(self.engine) as connection:
            return len(connection.execute(select(REDEMPTION.c.id)).all())


def signature(act: Act, key: bytes = OFFICER_KEY) -> bytes:
    """Return a signature, the settlement officer's unless told otherwise."""
    return bytes(Account.unsafe_sign_hash(act.digest, key).signature)


def call_in(act: Act) -> tuple[str, dict[str, Any]]:
    """Return the function and arguments that an act asks for."""
    data = bytes.fromhex(act.typed_data["message"]["data"].removeprefix("0x"))
    found = CONTRACTS.codec.function_of("Redemption", data)
    assert found is not None
    return found


def do(city: City, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    with transaction(city.engine) as connection:
        return work(connection, *arguments, **named)


def refuses(error: type[Refused], sentence: str, work: Callable[[], object]) -> None:
    with pytest.raises(error) as refused:
        work()
    assert str(refused.value) == sentence


def prepared(city: City, **named: Any) -> Act:
    act: Act = do(city, batches.prepare_close, CONTRACTS, OFFICER, **named)
    return act


def outcomes(city: City, number: int, booked: list[str], rejected: dict[str, str]) -> list[Redemption]:
    lines: list[Redemption] = do(city, batches.record_outcomes, OFFICER, number, booked, rejected)
    return lines
