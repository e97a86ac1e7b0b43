"""What the coin did, by neighbourhood, kind of shop and month; and what of it everybody may know."""

from __future__ import annotations

from datetime import date

import pytest

from heitje_chain.days import start_of
from heitje_chain.jobs.model import CLAIM, JOB
from heitje_chain.payments.model import PAYMENT
from heitje_chain.people.model import MERCHANT_DETAILS, PARTICIPANT
from heitje_chain.reports import figures, public
from heitje_chain.reports.figures import CategorySpending, NeighbourhoodWork, Span, Work
from tests.payments.conftest import engine as engine
from tests.payments.conftest import town as town
from tests.payments.town import Town

MIDNIGHT = start_of(date(2026, 11, 1))
"""When November began here; in UTC it was October still."""

AUTUMN = Span((date(2026, 10, 1), date(2026, 11, 1)), date(2026, 12, 1))
NOTHING = Work(0, 0, 0)


def job(town: Town, number: int, neighbourhood: str | None, minutes: int = 60) -> None:
    details = None if neighbourhood is None else {"neighbourhood": neighbourhood, "minutes": minutes}
    town.connection.execute(
        JOB.insert().values(
            id=f"{number:064x}",
            partner="33" * 20,
            period=2026,
            reward=15_00,
            slots=9,
            claim_by=MIDNIGHT,
            submit_by=MIDNIGHT,
            document_hash="0" * 64,
            title="Klus",
            details=details,
            state="open",
            released=False,
            created_at=MIDNIGHT,
        )
    )


def claim(
    town: Town, number: int, of_job: int, since: int, cents: int = 10_00, state: str = "approved"
) -> None:
    town.connection.execute(
        CLAIM.insert().values(
            id=f"{number:064x}",
            job=f"{of_job:064x}",
            resident="11" * 20,
            cents=cents,
            state=state,
            since=since,
            created_at=since,
        )
    )


def shop(town: Town, chain_id: str, category: str) -> None:
    participant = chain_id[:32]
    town.connection.execute(
        PARTICIPANT.insert().values(
            id=participant,
            kind="merchant",
            name=category,
            state="active",
            blocked=False,
            chain_id=chain_id,
            wallet=f"0x{chain_id}",
            created_at=1,
        )
    )
    town.connection.execute(
        MERCHANT_DETAILS.insert().values(
            participant=participant, iban="NL00", account_holder="x", category=category
        )
    )


def payment(
    town: Town, number: int, cents: int, at: int, kind: str = "pay", state: str = "paid", to: str = "22"
) -> None:
    payer, payee = ("11", to) if kind != "refund" else (to, "11")
    town.connection.execute(
        PAYMENT.insert().values(
            id=f"{number:064x}",
            payer=payer * 20,
            payee=payee * 20,
            cents=cents,
            kind=kind,
            state=state,
            created_at=at,
            paid_at=at if state == "paid" else None,
        )
    )


def test_work__counts_what_was_found_good__in_the_month_in_which_it_was(town: Town) -> None:
    job(town, 1, "Hoensbroek", minutes=90)
    job(town, 2, "Heerlen-Noord", minutes=15)
    job(town, 3, None)
    claim(town, 1, 1, MIDNIGHT - 1, 10_00)
    claim(town, 2, 1, MIDNIGHT, 1_00, state="awarded")
    claim(town, 3, 2, AUTUMN.until - 1, 2_00)
    claim(town, 4, 3, AUTUMN.until, 4_00)
    for number, state in enumerate(("claimed", "submitted", "rejected", "disputed", "denied", "lapsed"), 5):
        claim(town, number, 1, MIDNIGHT, 100_00, state=state)

    october, november = figures.by_month(town.connection, AUTUMN)

    assert (october.work, november.work) == (Work(1, 90, 10_00), Work(2, 105, 3_00))
    assert figures.work(town.connection, AUTUMN) == Work(3, 195, 13_00)
    assert figures.work(town.connection) == Work(4, 195, 17_00)
    assert figures.by_neighbourhood(town.connection) == [
        NeighbourhoodWork("Hoensbroek", Work(2, 180, 11_00)),
        NeighbourhoodWork(None, Work(1, 0, 4_00)),
        NeighbourhoodWork("Heerlen-Noord", Work(1, 15, 2_00)),
    ]
    assert figures.by_neighbourhood(town.connection, AUTUMN)[1].neighbourhood == "Heerlen-Noord"


def test_spending__is_told_by_kind_of_shop_and_month__with_what_was_given_back(town: Town) -> None:
    shop(town, "22" * 20, "bakker")
    shop(town, "44" * 20, "speelgoed")
    payment(town, 1, 5_00, MIDNIGHT - 1)
    payment(town, 2, 7_00, MIDNIGHT, to="44")
    payment(town, 3, 1_00, MIDNIGHT + 5, to="44")
    payment(town, 4, 2_00, MIDNIGHT + 9, kind="refund", to="44")
    payment(town, 5, 90_00, MIDNIGHT, kind="donate")
    payment(town, 6, 90_00, MIDNIGHT, state="refused")
    payment(town, 7, 90_00, MIDNIGHT, state="pending")

    assert figures.by_category(town.connection) == [
        CategorySpending("speelgoed", 2, 8_00, 2_00),
        CategorySpending("bakker", 1, 5_00, 0),
    ]
    assert [
        (one.first_day, one.payments, one.spent, one.given_back)
        for one in figures.by_month(town.connection, AUTUMN)
    ] == [(date(2026, 10, 1), 1, 5_00, 0), (date(2026, 11, 1), 2, 8_00, 2_00)]


def test_figures__of_a_new_town__are_nothing(town: Town) -> None:
    assert figures.work(town.connection) == NOTHING
    assert figures.by_neighbourhood(town.connection) == []
    assert figures.by_category(town.connection) == []
    months = figures.by_month(town.connection, figures.latest(date(2026, 1, 31)))
    assert [one.first_day for one in (months[0], months[-1])] == [date(2025, 2, 1), date(2026, 1, 1)]
    assert {(one.work, one.payments, one.spent, one.given_back) for one in months} == {(NOTHING, 0, 0, 0)}
    assert figures.years(town.connection, date(2026, 1, 31)) == [2026]


def test_years__begin_with_the_first_in_which_anything_happened(town: Town) -> None:
    job(town, 1, "Hoensbroek")
    claim(town, 1, 1, start_of(date(2025, 1, 1)))
    payment(town, 1, 5_00, start_of(date(2025, 1, 1)) - 1)

    assert figures.years(town.connection, date(2026, 1, 31)) == [2026, 2025, 2024]
    assert figures.of_year(2025).firsts[0] == date(2025, 1, 1)
    assert figures.work(town.connection, figures.of_year(2025)) == Work(1, 60, 10_00)
    assert figures.work(town.connection, figures.of_year(2024)) == NOTHING


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({}, []),
        ({"A": 5}, [("A", 5)]),
        ({"A": 40, "B": 5}, [("A", 40), ("B", 5)]),
        ({"A": 40, "B": 3, "C": 2}, [("A", 40), (None, 5)]),
        ({"A": 40, "B": 9, "C": 4}, [("A", 40), (None, 13)]),
        ({"A": 40, "B": 1}, [(None, 41)]),
        ({"A": 40, "B": 6, None: 9}, [("A", 40), ("B", 6), (None, 9)]),
        ({"A": 1, "B": 1}, [(None, 2)]),
    ],
)
def test_neighbourhoods__with_few_jobs__are_told_together(
    counts: dict[str | None, int], shown: list[tuple[str | None, int]]
) -> None:
    found = [NeighbourhoodWork(name, Work(jobs, 0, 0)) for name, jobs in counts.items()]

    assert [(one.name, one.jobs) for one in public.told(found)] == shown
