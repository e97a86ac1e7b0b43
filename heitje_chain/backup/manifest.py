"""What a backup says of itself: its last part, against which all others are checked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, ValidationError

NAME = "manifest.json"
FORMAT = 1

CONTENTS = (
    "The database (documents and their salts, tokens as hashes), the sealed wallet keys of the second store, "
    "the key that opens webhooks' secrets, the deployment record. Not in it: the master key, the sending "
    "account's key, officers' and partners' keys."
)


class PartRecord(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    sha256: str
    rows: int


class Manifest(BaseModel):
    """Times are UTC seconds; hashes are hex."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    contents: str
    version: str
    """Heitje's own."""
    revision: str
    """What the tables are, as alembic counts."""
    taken_at: int
    """By the clock of the machine."""
    chain_id: int
    genesis_hash: str
    network: str
    block: int | None
    """The newest block whose events are in the tables; None when none was read."""
    block_time: int | None
    audit_records: int
    audit_head: str
    """The newest record's hash: keep it elsewhere, and a log that was cut off shows."""
    tables: Mapping[str, int]
    """Table -> rows, those without rows included."""
    wallets: int
    """Sealed keys; the database's are all among them."""
    parts: tuple[PartRecord, ...]
    """All but this one, in order."""

    def as_part(self) -> tuple[str, bytes]:
        return NAME, self.model_dump_json(indent=1).encode() + b"\n"


class PartLog:
    """Counts and hashes parts as they pass by."""

    def __init__(self) -> None:
        self.parts: list[PartRecord] = []

    def add(self, name: str, content: bytes, rows: int) -> tuple[str, bytes]:
        self.parts.append(PartRecord(name=name, sha256=hashlib.sha256(content).hexdigest(), rows=rows))
        return name, content


def read_manifest(content: bytes) -> Manifest | None:
    """Return the manifest, or None when this is none that this version reads."""
    try:
        found = Manifest.model_validate_json(content)
    except ValidationError:
        return None
    return found if found.format == FORMAT else None
