"""What came of a partner's jobs, by month of the city's calendar, neighbourhood and kind."""

from __future__ import annotations

from datetime import date

from heitje_chain.days import start_of
from heitje_chain.jobs.model import CLAIM, JOB
from heitje_chain.reports import jobs
from heitje_chain.reports.jobs import Done
from tests.payments.conftest import engine as engine
from tests.payments.conftest import town as town
from tests.payments.town import Town

MIDNIGHT = start_of(date(2026, 11, 1))
"""When November began here; in UTC it was October still."""

OWN, OTHER = "33" * 20, "44" * 20


def job(town: Town, number: int, partner: str, **details: object) -> None:
    town.connection.execute(
        JOB.insert().values(
            id=f"{number:064x}",
            partner=partner,
            period=2026,
            reward=15_00,
            slots=9,
            claim_by=MIDNIGHT,
            submit_by=MIDNIGHT,
            document_hash="0" * 64,
            title="Klus",
            details=details or None,
            state="open",
            released=False,
            created_at=MIDNIGHT,
        )
    )


def claim(town: Town, number: int, of_job: int, since: int, resident: str, state: str = "approved") -> None:
    town.connection.execute(
        CLAIM.insert().values(
            id=f"{number:064x}",
            job=f"{of_job:064x}",
            resident=resident * 20,
            cents=10_00,
            state=state,
            since=since,
            created_at=since,
        )
    )


def test_results__are_those_of_one_partner_month_by_month(town: Town) -> None:
    job(town, 1, OWN, neighbourhood="Noord", kind="green", minutes=60)
    job(town, 2, OWN, neighbourhood="Centrum", kind="care", minutes=45)
    job(town, 3, OTHER, neighbourhood="Noord", kind="green", minutes=60)
    job(town, 4, OWN)  # only the chain told of it
    claim(town, 1, 1, MIDNIGHT - 1, "11")
    claim(town, 2, 1, MIDNIGHT, "11", "awarded")
    claim(town, 3, 2, MIDNIGHT, "22")
    claim(town, 4, 1, MIDNIGHT, "22")
    claim(town, 5, 4, MIDNIGHT, "55")
    claim(town, 6, 1, start_of(date(2026, 9, 1)) - 1, "66")  # before these months
    claim(town, 7, 3, MIDNIGHT, "77")  # another partner's
    for number, state in enumerate(("claimed", "submitted", "rejected", "disputed", "denied", "lapsed"), 8):
        claim(town, number, 1, MIDNIGHT, "88", state)

    found = jobs.results(town.connection, OWN, date(2026, 11, 30), 3)

    assert [(one.first_day, one.done.jobs, one.done.minutes, one.done.cents) for one in found.months] == [
        (date(2026, 9, 1), 0, 0, 0),
        (date(2026, 10, 1), 1, 60, 10_00),
        (date(2026, 11, 1), 4, 165, 40_00),
    ]
    assert found.together == Done("", 5, 225, 50_00, 3)
    assert found.neighbourhoods == [
        Done("Noord", 3, 180, 30_00, 2),
        Done("", 1, 0, 10_00, 1),
        Done("Centrum", 1, 45, 10_00, 1),
    ]
    assert [(one.name, one.jobs, one.hours) for one in found.kinds] == [
        ("green", 3, 3),
        ("", 1, 0),
        ("care", 1, 1),
    ]


def test_results__of_one_month_and_of_nothing__are_zeros(town: Town) -> None:
    found = jobs.results(town.connection, OWN, date(2026, 1, 31), 1)

    assert found.together == Done("", 0, 0, 0, 0)
    assert [one.first_day for one in found.months] == [date(2026, 1, 1)]
    assert (found.neighbourhoods, found.kinds) == ([], [])
