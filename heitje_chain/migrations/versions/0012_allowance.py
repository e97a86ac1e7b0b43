"""Limits of what residents may earn, with those of the law; what was earned and promised so far counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# The volunteer's allowance of the law: year, hour, hour under 21, month and year in cents.
KNOWN = (
    (2023, 500, 275, 190_00, 1_900_00),
    (2024, 550, 325, 210_00, 2_100_00),
    (2025, 560, 330, 210_00, 2_100_00),
)
DAY = 86_400
"""How much longer than its shown deadline work is taken at most; how long exactly, only the chain says."""

_CLAIMS = sa.table(
    "claim", *(sa.column(name) for name in ("id", "job", "resident", "cents", "state", "created_at"))
)
_JOBS = sa.table("job", sa.column("id"), sa.column("submit_by"))
_EVENTS = sa.table(
    "chain_event",
    sa.column("block_number", sa.Integer),
    sa.column("name", sa.String),
    sa.column("key", sa.String),
    sa.column("arguments", sa.JSON),
)
_BLOCKS = sa.table("block", sa.column("number"), sa.column("timestamp"), sa.column("final", sa.Boolean))

_STATES = {
    "asked": "reserved",
    "claimed": "reserved",
    "submitted": "submitted",
    "rejected": "submitted",
    "disputed": "submitted",
    "approved": "counted",
    "awarded": "counted",
    "refused": "refused",
}
"""What else a claim is has given its room back."""


def upgrade() -> None:
    limits = op.create_table(
        "allowance_limits",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.String(length=10), nullable=False),
        sa.Column("hour_cents", sa.BigInteger(), nullable=False),
        sa.Column("hour_cents_under_21", sa.BigInteger(), nullable=False),
        sa.Column("month_cents", sa.BigInteger(), nullable=False),
        sa.Column("year_cents", sa.BigInteger(), nullable=False),
        sa.Column("city_year_cents", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", sa.String(length=100), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'confirmed', 'rejected', 'withdrawn')",
            name=op.f("ck_allowance_limits_state"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_allowance_limits")),
    )
    op.create_index("ix_allowance_limits_state", "allowance_limits", ["state", "year"])
    op.create_table(
        "allowance_record",
        sa.Column("participant", sa.String(length=32), nullable=False),
        sa.Column("confirmed_by", sa.String(length=100), nullable=True),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("under_21", sa.Boolean(), nullable=True),
        sa.Column("changes_on", sa.String(length=10), nullable=True),
        sa.Column("same_as", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant"], ["participant.id"], name=op.f("fk_allowance_record_participant_participant")
        ),
        sa.ForeignKeyConstraint(
            ["same_as"], ["participant.id"], name=op.f("fk_allowance_record_same_as_participant")
        ),
        sa.PrimaryKeyConstraint("participant", name=op.f("pk_allowance_record")),
    )
    op.create_index(op.f("ix_allowance_record_same_as"), "allowance_record", ["same_as"])
    op.create_table(
        "allowance_stop",
        sa.Column("participant", sa.String(length=32), nullable=False),
        sa.Column("month_cents", sa.BigInteger(), nullable=True),
        sa.Column("year_cents", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant"], ["participant.id"], name=op.f("fk_allowance_stop_participant_participant")
        ),
        sa.PrimaryKeyConstraint("participant", name=op.f("pk_allowance_stop")),
    )
    op.create_table(
        "allowance_elsewhere",
        sa.Column("participant", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant"], ["participant.id"], name=op.f("fk_allowance_elsewhere_participant_participant")
        ),
        sa.PrimaryKeyConstraint("participant", "month", name=op.f("pk_allowance_elsewhere")),
    )
    entries = op.create_table(
        "allowance_entry",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("resident", sa.String(length=40), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("first_month", sa.String(length=7), nullable=False),
        sa.Column("last_month", sa.String(length=7), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.CheckConstraint("kind IN ('claim', 'award')", name=op.f("ck_allowance_entry_kind")),
        sa.CheckConstraint(
            "state IN ('reserved', 'submitted', 'counted', 'freed', 'refused')",
            name=op.f("ck_allowance_entry_state"),
        ),
        sa.CheckConstraint("first_month <= last_month", name=op.f("ck_allowance_entry_months")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowance_entry")),
    )
    op.create_index("ix_allowance_entry_resident", "allowance_entry", ["resident", "state"])
    op.bulk_insert(limits, [_known(*row) for row in KNOWN])
    counted = [*_claims(), *_awards()]
    if counted:
        op.bulk_insert(entries, counted)


def _known(year: int, hour: int, hour_under_21: int, month: int, whole_year: int) -> dict[str, Any]:
    return {
        "year": year,
        "effective_from": f"{year}-01-01",
        "hour_cents": hour,
        "hour_cents_under_21": hour_under_21,
        "month_cents": month,
        "year_cents": whole_year,
        "city_year_cents": None,
        "state": "confirmed",
        "proposed_by": "law",
        "proposed_at": 0,
        "decided_by": "law",
        "decided_at": 0,
    }


def _claims() -> list[dict[str, Any]]:
    """Return an entry for each claim: in the month in which it was handed in, as its event told."""
    database = op.get_bind()
    handed_in = {
        row.key.removeprefix("0x"): row.timestamp for row in database.execute(_told("ClaimSubmitted")).all()
    }
    claims = sa.select(_CLAIMS, _JOBS.c.submit_by).join(_JOBS, _JOBS.c.id == _CLAIMS.c.job)
    found = []
    for row in database.execute(claims).all():
        at = handed_in.get(row.id)
        first = _month(row.created_at if at is None else at)
        last = max(first, _month(row.submit_by + DAY)) if at is None else first
        state = _STATES.get(row.state, "freed")
        found.append(_entry(row.id, "claim", row.resident, row.cents, first, last, state))
    return found


def _awards() -> list[dict[str, Any]]:
    found = []
    for row in op.get_bind().execute(_told("AwardMinted")).all():
        said, month = row.arguments, _month(row.timestamp)
        award, resident = (said[name].removeprefix("0x") for name in ("awardId", "resident"))
        found.append(_entry(award, "award", resident, said["cents"], month, month, "counted"))
    return found


def _told(name: str) -> sa.Select[Any]:
    return (
        sa.select(_EVENTS, _BLOCKS.c.timestamp)
        .join(_BLOCKS, _BLOCKS.c.number == _EVENTS.c.block_number)
        .where((_EVENTS.c.name == name) & _BLOCKS.c.final.is_(True))
    )


def _entry(
    entry_id: str, kind: str, resident: str, cents: int, first: str, last: str, state: str
) -> dict[str, Any]:
    return {
        "id": entry_id,
        "kind": kind,
        "resident": resident,
        "cents": cents,
        "first_month": first,
        "last_month": last,
        "state": state,
    }


def _month(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, ZoneInfo('Europe/Amsterdam')):%Y-%m}"
