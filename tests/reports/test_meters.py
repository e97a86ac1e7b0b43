"""The municipality's meters: which payments count in twelve months, and when which warning comes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from heitje_chain import days
from heitje_chain.config import OWN_THRESHOLDS
from heitje_chain.payments.model import PAYMENT
from heitje_chain.people import contracts
from heitje_chain.people.model import MERCHANT_CONTRACT
from heitje_chain.reports import meters
from heitje_chain.reports.api.meters import warning
from heitje_chain.reports.meters import Volume
from heitje_chain.reports.thresholds import Threshold, read_thresholds
from tests.payments.conftest import engine as engine
from tests.payments.conftest import town as town
from tests.payments.town import Town

KNOWN = read_thresholds(OWN_THRESHOLDS)
ONE = Threshold(KNOWN[0].since, 100_00, (70, 85, 95), "the law")


def add(town: Town, number: int, cents: int, paid_at: int, kind: str = "pay", state: str = "paid") -> None:
    town.connection.execute(
        PAYMENT.insert().values(
            id=f"{number:064x}",
            payer="11" * 20,
            payee="22" * 20,
            cents=cents,
            kind=kind,
            state=state,
            created_at=paid_at,
            paid_at=paid_at if state == "paid" else None,
        )
    )


def test_volume__of_no_payments__is_nothing(town: Town) -> None:
    found = meters.volume(town.connection, KNOWN)

    today = contracts.today(town.connection)
    assert (found.until, found.since) == (today, days.year_before(today))
    assert (found.cents, found.payments, found.percent, found.level) == (0, 0, 0, None)
    assert warning(found, "en") is None


def test_volume__counts_final_payments_to_merchants_of_twelve_months_by_local_days(town: Town) -> None:
    start = days.start_of(days.year_before(contracts.today(town.connection)))
    add(town, 1, 1, start)
    add(town, 2, 10, start - 1)
    add(town, 3, 100, start + 5000)
    add(town, 4, 1_000, start + 5000, kind="donate")
    add(town, 5, 10_000, start + 5000, kind="refund")
    add(town, 6, 100_000, start + 5000, state="pending")
    add(town, 7, 1_000_000, start + 5000, state="refused")
    add(town, 8, 10_000_000, int(datetime.now(days.HERE).timestamp()))

    found = meters.volume(town.connection, KNOWN)

    assert (found.cents, found.payments) == (10_000_101, 3)


@pytest.mark.parametrize(
    ("cents", "percent", "level"),
    [
        (69_99, 69, None),
        (70_00, 70, 70),
        (84_99, 84, 70),
        (85_00, 85, 85),
        (94_99, 94, 85),
        (95_00, 95, 95),
        (99_99, 99, 95),
        (100_00, 100, 100),
        (250_00, 250, 100),
    ],
)
def test_level__by_what_was_paid__is_the_highest_reached(cents: int, percent: int, level: int | None) -> None:
    found = Volume(KNOWN[0].since, KNOWN[0].since, cents, 1, ONE)

    assert (found.percent, found.level) == (percent, level)


def test_warning__at_each_level__says_what_to_do() -> None:
    told = {
        language: [
            warning(Volume(KNOWN[0].since, KNOWN[0].since, cents, 1, ONE), language)
            for cents in (69_99, 70_00, 85_00, 95_00, 100_00)
        ]
        for language in ("nl", "en")
    }

    assert told["en"] == [
        None,
        "In twelve months €70.00 was paid to shops, 70 % of €100.00. Prepare the notification to De "
        "Nederlandsche Bank (DNB): who does it, and with which figures?",
        "In twelve months €85.00 was paid to shops, 85 % of €100.00. Write the notification to De "
        "Nederlandsche Bank (DNB) now, and have a lawyer read it.",
        "In twelve months €95.00 was paid to shops, 95 % of €100.00. Notify De Nederlandsche Bank (DNB) of "
        "the limited network now. Do not wait for 100 %.",
        "In twelve months €100.00 was paid to shops, 100 % of €100.00. The threshold is reached: the "
        "municipality must notify De Nederlandsche Bank (DNB) of the limited network. Do so today if it was "
        "not done yet.",
    ]
    assert told["nl"][1] == (
        "In twaalf maanden is € 70,00 aan winkels betaald, 70 % van € 100,00. Bereid de aanmelding bij De "
        "Nederlandsche Bank (DNB) voor: wie doet het, en met welke cijfers?"
    )


def test_meters__name_merchants_without_a_contract_and_those_whose_end_is_near(town: Town) -> None:
    today = contracts.today(town.connection)

    def shop(first: int, last: int) -> str:
        one = town.add("merchant")
        town.connection.execute(MERCHANT_CONTRACT.delete().where(MERCHANT_CONTRACT.c.merchant == one.id))
        span = [(today + timedelta(days=day)).isoformat() for day in (first, last)]
        town.agree(one, *span)
        return one.id

    ended, coming = shop(-10, -1), shop(1, 10)
    near, nearest, far = shop(-10, 90), shop(-10, 0), shop(-10, 91)
    town.change(town.add("merchant"), state="ready")  # does not take part yet

    found = meters.read(town.connection, KNOWN)

    assert sorted(one.merchant for one in found.without_contract) == sorted([ended, coming])
    assert [(one.merchant, one.days_left) for one in found.ending] == [(nearest, 0), (near, 90)]
    assert far not in {one.merchant for one in (*found.without_contract, *found.ending)}
