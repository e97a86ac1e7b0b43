"""The table of backups that were taken: when the newest was, for whoever watches that there is one."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from heitje_chain.db import METADATA

BACKUP_TAKEN = Table(
    "backup_taken",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("taken_at", BigInteger, nullable=False),  # UTC seconds: the moment whose state the backup has
    Column("sha256", String(64), nullable=False),  # of the file, in hex
    Column("bytes", BigInteger, nullable=False),
)
