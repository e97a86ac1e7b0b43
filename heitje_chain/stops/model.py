"""Tables of what is stopped. Both follow from events alone."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Integer, String, Table

from heitje_chain.db import METADATA

FREEZE = Table(
    "coin_freeze",
    METADATA,
    Column("participant", String(40), primary_key=True),  # ParticipantId in hex
    Column("cents", BigInteger, nullable=False),  # how much of the balance cannot move; may be above it
    Column("since", BigInteger, nullable=False),  # UTC seconds: its block's time
    CheckConstraint("cents > 0", name="cents"),
)

PAUSE = Table(
    "coin_pause",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1: there is one coin
    Column("paused", Boolean, nullable=False),
    Column("since", BigInteger, nullable=False),  # UTC seconds: its block's time
    CheckConstraint("id = 1", name="id"),
)
