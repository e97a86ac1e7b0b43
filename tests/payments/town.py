"""People with coins, on a database without a chain: what tests of payments act on."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak
from sqlalchemy import Connection, Engine, update

import heitje_chain.acts.model
import heitje_chain.chain.model
import heitje_chain.custody.model
import heitje_chain.http.idempotency  # noqa: F401 - all tables that payments touch
from heitje_chain.chain import outbox
from heitje_chain.chain.codec import ChainEvent, Refusal, payment_key
from heitje_chain.chain.contracts import Contracts
from heitje_chain.chain.deployment import ContractRecord, DeploymentRecord, Parameters
from heitje_chain.chain.ids import BudgetId, ClientId, ParticipantId
from heitje_chain.custody.keys import Signer
from heitje_chain.custody.model import new_wallet_id
from heitje_chain.custody.sealing import MasterKey, Vault
from heitje_chain.ledger import rules as booking
from heitje_chain.ledger import service as ledger
from heitje_chain.ledger.entry import Kind, Seen
from heitje_chain.payments import onchain, records, rules, service, spending
from heitje_chain.payments.model import DONATE, PAY, REFUND
from heitje_chain.payments.records import Payment
from heitje_chain.payments.rules import Code
from heitje_chain.people import service as people
from heitje_chain.people.model import ACTIVE, MERCHANT, MERCHANT_CONTRACT, PARTICIPANT
from heitje_chain.people.service import Participant

CHAIN_ID = 1337
TOKEN_ADDRESS, REDEMPTION_ADDRESS = "0x" + "aa" * 20, "0x" + "bb" * 20
PAID_AT = 1_790_000_000

_PAY_INPUTS = (
    ("address", "from"),
    ("address", "to"),
    ("uint256", "value"),
    ("uint256", "validAfter"),
    ("uint256", "validBefore"),
    ("bytes32", "nonce"),
    ("uint8", "v"),
    ("bytes32", "r"),
    ("bytes32", "s"),
)

CONTRACTS = Contracts(
    DeploymentRecord(
        network="test",
        chain_id=CHAIN_ID,
        genesis_hash="0x" + "00" * 32,
        first_block=0,
        parameters=Parameters(
            max_reward_cents=100_00,
            attestation_max_age_seconds=1,
            decision_window_seconds=1,
            dispute_window_seconds=1,
            grace_period_seconds=1,
        ),
        contracts={
            "HeitjeToken": ContractRecord(address=TOKEN_ADDRESS, code_hash=""),
            "Redemption": ContractRecord(address=REDEMPTION_ADDRESS, code_hash=""),
        },
        verifiers={},
        officers={},
        senders=(),
        delays={},
        abis={
            "HeitjeToken": [
                {
                    "type": "function",
                    "name": "transferWithAuthorization",
                    "inputs": [{"type": kind, "name": name} for kind, name in _PAY_INPUTS],
                    "outputs": [],
                }
            ]
        },
    )
)

_KINDS = {PAY: Kind.PAY, DONATE: Kind.DONATE, REFUND: Kind.REFUND}


def new_id() -> ClientId:
    return ClientId(secrets.token_bytes(32))


def code_of(one: Participant) -> str:
    return rules.make_code(CHAIN_ID, Code(one.kind, one.id))


@dataclass
class Town:
    """One connection, in whose transaction a test does all; and the chain's next block."""

    connection: Connection
    block: int = 0

    def add(self, kind: str, cents: int = 0, wallet: str | None = None) -> Participant:
        """Add an active participant, who earned `cents`."""
        new, address = new_wallet_id(), wallet or "0x" + secrets.token_bytes(20).hex()
        self.connection.execute(
            PARTICIPANT.insert().values(
                id=new,
                kind=kind,
                name=f"{kind} {new[:4]}",
                state=ACTIVE,
                blocked=False,
                chain_id=address[2:],
                wallet=address,
                created_at=1,
            )
        )
        one = people.participant(self.connection, new)
        if kind == MERCHANT:
            self.agree(one)
        if cents:
            self._earn(one, cents)
        return one

    def agree(self, merchant: Participant, first: str = "2020-01-01", last: str = "2099-12-31") -> None:
        """Let a merchant have a contract for these days."""
        self.connection.execute(
            MERCHANT_CONTRACT.insert().values(
                id=new_wallet_id(),
                merchant=merchant.id,
                valid_from=first,
                valid_until=last,
                last_day=last,
                entered_at=1,
            )
        )

    def change(self, one: Participant, **values: Any) -> None:
        self.connection.execute(update(PARTICIPANT).where(PARTICIPANT.c.id == one.id).values(**values))

    def pay(
        self, payer: Participant, payee: Participant, cents: int, client_id: ClientId | None = None
    ) -> Payment:
        """Pay by the receiver's static code."""
        return service.pay(self.connection, CHAIN_ID, payer.id, code_of(payee), cents, client_id or new_id())

    def paid(self, payer: Participant, payee: Participant, cents: int, paid_at: int = PAID_AT) -> Payment:
        payment = self.pay(payer, payee, cents)
        return self.confirm(payment, paid_at)

    def confirm(self, payment: Payment, paid_at: int = PAID_AT) -> Payment:
        """Let the chain carry it out: the journal first, then the payment, as the worker's listeners do."""
        self.book(payment, paid_at)
        self.observe(event_of(payment), paid_at)
        return records.find_payment(self.connection, payment.id)

    def book(self, payment: Payment, paid_at: int = PAID_AT) -> None:
        entry = booking.transfer(
            self._seen(paid_at),
            kind=_KINDS[payment.kind],  # type: ignore[arg-type]
            payer=ParticipantId(bytes.fromhex(payment.payer)),
            payee=ParticipantId(bytes.fromhex(payment.payee)),
            nonce=bytes.fromhex(payment.id),
            amount=payment.cents,
        )
        ledger.book(self.connection, entry)

    def observe(self, event: ChainEvent, occurred_at: int = PAID_AT) -> None:
        onchain.observe(CONTRACTS, self.connection, event, occurred_at)

    def refuse(self, payment: Payment, name: str = "EnforcedPause") -> Payment:
        intent = outbox.by_id(self.connection, payment.id)
        assert intent is not None
        payer = onchain.Pay(CONTRACTS, unused_signer(self.connection.engine))
        payer.fail(self.connection, intent, Refusal(name, {}))
        return records.find_payment(self.connection, payment.id)

    def spendable(self, one: Participant) -> int:
        return spending.balance(self.connection, one).spendable

    def _earn(self, one: Participant, cents: int) -> None:
        entry = booking.award(
            self._seen(1),
            award_id=secrets.token_bytes(32),
            budget_id=BudgetId(b"\x01" * 32),
            resident=one.on_chain,
            amount=cents,
        )
        ledger.book(self.connection, entry)

    def _seen(self, occurred_at: int) -> Seen:
        self.block += 1
        return Seen(occurred_at, self.block, "0x" + keccak(text=str(self.block)).hex(), 0)


def event_of(payment: Payment, **changed: Any) -> ChainEvent:
    """Return the event that tells a payment between first wallets."""
    arguments: dict[str, Any] = {
        "authorizer": f"0x{payment.payer}",
        "nonce": f"0x{payment.id}",
        "to": f"0x{payment.payee}",
        "value": payment.cents,
    } | changed
    key = payment_key(arguments["authorizer"], bytes.fromhex(payment.id))
    return ChainEvent(1, 0, "0x" + "11" * 32, "HeitjeToken", "AuthorizationUsed", key, arguments)


def unused_signer(engine: Engine) -> Signer:
    return Signer(engine, Vault(1, MasterKey(b"\x01" * 32)))
