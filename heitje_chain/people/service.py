"""Use cases about people. A caller opens the transaction and commits it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak
from sqlalchemy import Connection, Row, Select, select, update

from heitje_chain import tracing
from heitje_chain.audit import service as audit
from heitje_chain.chain.ids import ParticipantId
from heitje_chain.custody.model import check_wallet_id

from . import rules
from .errors import NameInvalid, ParticipantExists, ParticipantNotActive, ParticipantUnknown
from .model import (
    ACTIVE,
    ADMITTING,
    ASKED,
    MERCHANT,
    MERCHANT_DETAILS,
    PARTICIPANT,
    PARTNER,
    READY,
    RECOVERY,
    RECOVERY_REPLACED,
    REFUSED,
    RESIDENT,
)

ADMIT_RESIDENT = "admit_resident"

__all__ = ["NameInvalid", "ParticipantExists", "ParticipantUnknown"]


@dataclass(frozen=True)
class Participant:
    id: str
    """32 hex characters, chosen by whoever adds the participant; also the id of the first wallet."""
    kind: str
    name: str
    state: str
    """asked, ready, admitting, active, or refused."""
    blocked: bool
    chain_id: str | None
    """The ParticipantId on chain in hex, once there is one."""
    wallet: str | None
    """The present wallet's address in lower case; a partner has none."""
    refusal: Mapping[str, Any] | None
    """The contract's error when it refused the admission."""

    @property
    def is_active(self) -> bool:
        return self.state == ACTIVE and not self.blocked

    @property
    def on_chain(self) -> ParticipantId:
        """Raises:
        ParticipantNotActive: there is no id yet.
        """
        if self.chain_id is None:
            raise ParticipantNotActive(self.id)
        return ParticipantId(bytes.fromhex(self.chain_id))


@dataclass(frozen=True)
class MerchantDetails:
    iban: str
    account_holder: str
    category: str


def add(
    connection: Connection,
    kind: str,
    participant_id: str,
    name: str,
    details: MerchantDetails | None = None,
) -> Participant:
    """Ask for a participant: the worker makes the wallet. The same again changes nothing.

    A resident is admitted by the service; anybody else waits, ready, for the registrar's signature. A partner
    has no wallet and is ready at once.

    Raises:
        NameInvalid: empty, or longer than 200 characters.
        IbanInvalid: a merchant's account number is not right.
        WalletIdInvalid: the id is not a version 4 UUID in hex.
        ParticipantExists: the id was used before, for another name, kind or account.
    """
    check_wallet_id(participant_id)
    tidy = rules.name(name)
    sound = None if details is None else _sound(details)
    known = _find(connection, participant_id)
    if known is not None:
        if (known.kind, known.name) != (kind, tidy) or details_of(connection, participant_id) != sound:
            raise ParticipantExists
        return known
    is_partner = kind == PARTNER
    connection.execute(
        PARTICIPANT.insert().values(
            id=participant_id,
            kind=kind,
            name=tidy,
            state=READY if is_partner else ASKED,
            blocked=False,
            chain_id=_partner_id(participant_id).hex() if is_partner else None,
            created_at=int(time.time()),
            trace=tracing.current(),
        )
    )
    if sound is not None:
        connection.execute(
            MERCHANT_DETAILS.insert().values(
                participant=participant_id,
                iban=sound.iban,
                account_holder=sound.account_holder,
                category=sound.category,
            )
        )
    return participant(connection, participant_id)


def change_iban(
    connection: Connection, officer: str, merchant_id: str, iban: str, account_holder: str
) -> Participant:
    """Give a merchant another account. What was redeemed before is held until settlement confirms it.

    Args:
        officer: who changes it, for the audit log

    Raises:
        ParticipantUnknown, IbanInvalid, NameInvalid
    """
    merchant = of_kind(connection, merchant_id, MERCHANT)
    holder = rules.name(account_holder, rules.MAX_ACCOUNT_HOLDER)
    connection.execute(
        update(MERCHANT_DETAILS)
        .where(MERCHANT_DETAILS.c.participant == merchant_id)
        .values(iban=rules.iban(iban), account_holder=holder)
    )
    audit.record_by_officer(connection, officer, "change_account", f"merchant:{merchant.id}")
    return merchant


def participant(connection: Connection, participant_id: str) -> Participant:
    """Return a participant.

    Raises:
        ParticipantUnknown
    """
    found = _find(connection, participant_id)
    if found is None:
        raise ParticipantUnknown
    return found


def of_kind(connection: Connection, participant_id: str, *kinds: str) -> Participant:
    """Return a participant of one of these kinds.

    Raises:
        ParticipantUnknown: nobody, or somebody of another kind.
    """
    found = participant(connection, participant_id)
    if found.kind not in kinds:
        raise ParticipantUnknown
    return found


def active(connection: Connection, participant_id: str, *kinds: str) -> Participant:
    """Return a participant who takes part now, and keep it so until the transaction ends.

    Whoever spends is locked by this, so that two requests at once cannot spend the same cent.

    Raises:
        ParticipantUnknown: nobody, or somebody of another kind.
        ParticipantNotActive: not admitted, or blocked.
    """
    connection.execute(select(PARTICIPANT.c.id).where(PARTICIPANT.c.id == participant_id).with_for_update())
    found = of_kind(connection, participant_id, *kinds)
    if not found.is_active:
        raise ParticipantNotActive(found.id)
    return found


def by_chain_id(connection: Connection, chain_id: str) -> Participant | None:
    """Return who has this ParticipantId (hex, with or without 0x)."""
    wanted = chain_id.removeprefix("0x")
    row = connection.execute(select(PARTICIPANT).where(PARTICIPANT.c.chain_id == wanted)).one_or_none()
    return None if row is None else from_row(row)


def by_wallet(connection: Connection, address: str) -> Participant | None:
    """Return whose present wallet this is."""
    row = connection.execute(select(PARTICIPANT).where(PARTICIPANT.c.wallet == address.lower())).one_or_none()
    return None if row is None else from_row(row)


def admit_again(connection: Connection, participant_id: str) -> bool:
    """Have a resident whose admission was refused wait for it again; False when it is not refused."""
    refused = (PARTICIPANT.c.id == participant_id) & (PARTICIPANT.c.state == REFUSED)
    again = connection.execute(
        update(PARTICIPANT)
        .where(refused & (PARTICIPANT.c.kind == RESIDENT))
        .values(state=ADMITTING, refusal=None)
    )
    return again.rowcount == 1


def holder_of(connection: Connection, address: str) -> Participant | None:
    """Return whose wallet this is, or ever was: the first one's address is the participant's id."""
    found = by_wallet(connection, address) or by_chain_id(connection, address.lower())
    if found is not None:
        return found
    between = (RECOVERY.c.new_wallet == address.lower()) & (RECOVERY.c.state == RECOVERY_REPLACED)
    row = connection.execute(
        select(PARTICIPANT).where(PARTICIPANT.c.id.in_(select(RECOVERY.c.participant).where(between)))
    ).one_or_none()
    return None if row is None else from_row(row)


def wallet_of(connection: Connection, participant_id: str) -> str:
    """Return the present wallet of somebody who was active, and so has one.

    Raises:
        LookupError: a partner, or somebody whose wallet is not made yet.
    """
    wallet = participant(connection, participant_id).wallet
    if wallet is None:
        raise LookupError(f"{participant_id} has no wallet.")
    return wallet


def details_of(connection: Connection, merchant_id: str) -> MerchantDetails | None:
    row = connection.execute(
        select(MERCHANT_DETAILS).where(MERCHANT_DETAILS.c.participant == merchant_id)
    ).one_or_none()
    return None if row is None else MerchantDetails(row.iban, row.account_holder, row.category)


def participants_query(
    *, name: str = "", kind: str | None = None, state: str | None = None, blocked: bool | None = None
) -> Select[Any]:
    """Return the statement of all participants, or of those that are looked for; `from_row` reads its rows.

    Args:
        name: part of it, in any case
    """
    given = {PARTICIPANT.c.kind: kind, PARTICIPANT.c.state: state, PARTICIPANT.c.blocked: blocked}
    wanted = [column == wish for column, wish in given.items() if wish is not None]
    if name:
        wanted.append(PARTICIPANT.c.name.icontains(name, autoescape=True))
    return select(PARTICIPANT).where(*wanted)


def names_of(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Return id -> name of those who are known."""
    rows = connection.execute(
        select(PARTICIPANT.c.id, PARTICIPANT.c.name).where(PARTICIPANT.c.id.in_(set(ids)))
    )
    return {row.id: row.name for row in rows}


def from_row(row: Row[Any]) -> Participant:
    """Return a row of the participant table as a participant."""
    return Participant(
        row.id, row.kind, row.name, row.state, row.blocked, row.chain_id, row.wallet, row.refusal
    )


# ---------------------------------------------------------------- details


def _find(connection: Connection, participant_id: str) -> Participant | None:
    row = connection.execute(select(PARTICIPANT).where(PARTICIPANT.c.id == participant_id)).one_or_none()
    return None if row is None else from_row(row)


def _sound(details: MerchantDetails) -> MerchantDetails:
    return MerchantDetails(
        rules.iban(details.iban),
        rules.name(details.account_holder, rules.MAX_ACCOUNT_HOLDER),
        rules.name(details.category, 40),
    )


def _partner_id(participant_id: str) -> ParticipantId:
    """A partner has no wallet: its id on the chain is 20 bytes of a hash, which nobody has a key to."""
    return ParticipantId(keccak(text=f"heitje partner {participant_id}")[-20:])
