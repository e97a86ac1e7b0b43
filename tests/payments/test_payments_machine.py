"""Whatever happens in whatever order, nobody spends a cent twice and no cent appears or is lost."""

from __future__ import annotations

import contextlib
from functools import cache

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from heitje_chain.db import METADATA, open_engine
from heitje_chain.http.problems import Refused
from heitje_chain.ledger import accounts
from heitje_chain.ledger import service as ledger
from heitje_chain.payments import records, service, spending
from heitje_chain.payments.model import PAID, PENDING
from heitje_chain.payments.records import Payment
from tests.databases import new_database

from .town import Town, new_id

amounts = st.integers(1, 12_00)
FUNDS = 20_00


class Payments(RuleBasedStateMachine):
    payments = Bundle("payments")

    def __init__(self) -> None:
        super().__init__()
        self.engine = open_engine(_database())
        METADATA.create_all(self.engine)
        self.connection = self.engine.connect()  # which keeps nothing
        self.town = Town(self.connection)

    @initialize()
    def people(self) -> None:
        self.spenders = [
            self.town.add("resident", FUNDS),
            self.town.add("resident", FUNDS),
            self.town.add("association", FUNDS),
        ]
        self.merchants = [self.town.add("merchant"), self.town.add("merchant")]
        self.receivers = [*self.merchants, self.spenders[2]]
        self.everybody = [*self.spenders, *self.merchants]

    @rule(target=payments, payer=st.integers(0, 2), payee=st.integers(0, 2), cents=amounts)
    def pay(self, payer: int, payee: int, cents: int) -> Payment | None:
        with contextlib.suppress(Refused):
            return self.town.pay(self.spenders[payer], self.receivers[payee], cents)
        return None

    @rule(target=payments, payment=payments, merchant=st.integers(0, 1), cents=amounts)
    def refund(self, payment: Payment | None, merchant: int, cents: int) -> Payment | None:
        if payment is not None:
            with contextlib.suppress(Refused):
                return service.refund(
                    self.connection, self.merchants[merchant].id, payment.id, cents, new_id(), 2**40
                )
        return None

    @rule(payment=payments)
    def confirm(self, payment: Payment | None) -> None:
        """The chain carries it out, or tells of it again."""
        if payment is not None and self._state(payment) in (PENDING, PAID):
            self.town.confirm(payment)

    @rule(payment=payments)
    def refuse(self, payment: Payment | None) -> None:
        if payment is not None:
            self.town.refuse(payment)

    @rule(who=st.integers(0, 4), number=st.integers(0, 3), cents=amounts)
    def hold(self, who: int, number: int, cents: int) -> None:
        one = self.everybody[who]
        with contextlib.suppress(Refused):
            spending.check_spendable(self.connection, one, cents)
            spending.hold(self.connection, f"{number:064x}", one.on_chain.hex(), cents)

    @rule(number=st.integers(0, 3))
    def release(self, number: int) -> None:
        spending.release_hold(self.connection, f"{number:064x}")

    @invariant()
    def nobody_spends_what_is_not_there(self) -> None:
        for one in self.everybody:
            final = ledger.balance(self.connection, accounts.wallet(one.on_chain))
            left = final - spending.held(self.connection, one.on_chain.hex())
            assert 0 <= left == spending.balance(self.connection, one).spendable

    @invariant()
    def no_cent_appears_or_is_lost(self) -> None:
        balances = [spending.balance(self.connection, one) for one in self.everybody]

        assert sum(one.final for one in balances) == 3 * FUNDS
        assert sum(one.incoming for one in balances) == sum(one.outgoing for one in balances)

    def _state(self, payment: Payment) -> str:
        return records.find_payment(self.connection, payment.id).state

    def teardown(self) -> None:
        self.connection.close()
        self.engine.dispose()


@cache
def _database() -> str:
    return new_database(None, keep=True)


Payments.TestCase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
TestPayments = Payments.TestCase
