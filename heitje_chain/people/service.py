"""Use cases about people. A caller opens the transaction and commits it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from heitje_chain.custody.model import check_wallet_id

from .model import ACTIVE, ADMITTING, ASKED, PARTICIPANT, REFUSED, RESIDENT

MAX_NAME = 200


class NameInvalid(ValueError):
    """The message is a sentence for a person."""


class ParticipantUnknown(LookupError):
    def __init__(self, participant_id: str) -> None:
        super().__init__(f"There is no participant {participant_id}.")
        self.participant_id = participant_id


class ParticipantExists(ValueError):
    def __init__(self, participant_id: str) -> None:
        super().__init__(f"The id {participant_id} belongs to somebody else.")
        self.participant_id = participant_id


@dataclass(frozen=True)
class Participant:
    id: str
    """32 hex characters, chosen by whoever adds the participant; also the id of the wallet."""
    kind: str
    name: str
    state: str
    """asked, admitting, active, or refused."""
    chain_id: str | None
    """The ParticipantId on chain in hex, once there is a wallet."""
    refusal: Mapping[str, Any] | None
    """The contract's error when it refused the admission."""


def add_resident(connection: Connection, participant_id: str, name: str) -> Participant:
    """Ask for a resident: the worker makes the wallet and has it admitted. The same again changes nothing.

    Raises:
        NameInvalid: empty, or longer than 200 characters.
        WalletIdInvalid: the id is not a version 4 UUID in hex.
        ParticipantExists: the id was used before, for another name.
    """
    check_wallet_id(participant_id)
    name = " ".join(name.split())
    if not name:
        raise NameInvalid("A name is needed.")
    if len(name) > MAX_NAME:
        raise NameInvalid(f"A name has at most {MAX_NAME} characters.")
    known = _find(connection, participant_id)
    if known is not None:
        if (known.kind, known.name) != (RESIDENT, name):
            raise ParticipantExists(participant_id)
        return known
    connection.execute(
        PARTICIPANT.insert().values(
            id=participant_id, kind=RESIDENT, name=name, state=ASKED, created_at=int(time.time())
        )
    )
    return Participant(participant_id, RESIDENT, name, ASKED, None, None)


def participant(connection: Connection, participant_id: str) -> Participant:
    """Return a participant.

    Raises:
        ParticipantUnknown
    """
    found = _find(connection, participant_id)
    if found is None:
        raise ParticipantUnknown(participant_id)
    return found


def asked_for(connection: Connection, most: int) -> list[Participant]:
    """Return those who wait for a wallet, oldest first."""
    rows = connection.execute(
        select(PARTICIPANT)
        .where(PARTICIPANT.c.state == ASKED)
        .order_by(PARTICIPANT.c.created_at, PARTICIPANT.c.id)
        .limit(most)
    )
    return [from_row(row) for row in rows]


def wallet_made(connection: Connection, participant_id: str, chain_id: str) -> None:
    """Note the wallet; the admission is on its way."""
    connection.execute(
        update(PARTICIPANT)
        .where((PARTICIPANT.c.id == participant_id) & (PARTICIPANT.c.state == ASKED))
        .values(state=ADMITTING, chain_id=chain_id)
    )


def admitted(connection: Connection, participant_id: str) -> None:
    """Note that the admission is final; noting it again changes nothing."""
    connection.execute(
        update(PARTICIPANT).where(PARTICIPANT.c.id == participant_id).values(state=ACTIVE, refusal=None)
    )


def refused(connection: Connection, participant_id: str, refusal: Mapping[str, Any]) -> None:
    """Note that the contract refused the admission for good."""
    connection.execute(
        update(PARTICIPANT)
        .where(PARTICIPANT.c.id == participant_id)
        .values(state=REFUSED, refusal=dict(refusal))
    )


def _find(connection: Connection, participant_id: str) -> Participant | None:
    row = connection.execute(select(PARTICIPANT).where(PARTICIPANT.c.id == participant_id)).one_or_none()
    return None if row is None else from_row(row)


def from_row(row: Row[Any]) -> Participant:
    """Return a row of the participant table as a participant."""
    return Participant(row.id, row.kind, row.name, row.state, row.chain_id, row.refusal)
