"""Who may sign for a partner: known from the chain, where adding one is the registrar's delayed act."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, select, update

from .model import PARTICIPANT, PARTNER_SIGNER, SIGNER_ACTIVE, SIGNER_PREPARED, SIGNER_REMOVED


def active_signers(connection: Connection, partner_id: str) -> list[bytes]:
    """Return the ERC-7913 bytes of everybody who may sign for this partner now."""
    rows = connection.scalars(
        select(PARTNER_SIGNER.c.signer).where(
            (PARTNER_SIGNER.c.partner == partner_id) & (PARTNER_SIGNER.c.state == SIGNER_ACTIVE)
        )
    )
    return [bytes.fromhex(signer) for signer in rows]


def signers_query(partner_id: str) -> Select[Any]:
    """Return the statement for everybody who signs, was to sign or signed for this partner."""
    return select(PARTNER_SIGNER).where(PARTNER_SIGNER.c.partner == partner_id)


def prepared(connection: Connection, partner_id: str, signer: bytes) -> None:
    """Note that somebody is to sign for this partner, once the chain says so; noting it again changes
    nothing."""
    _set(connection, partner_id, signer.hex(), SIGNER_PREPARED, only_new=True)


def seen(connection: Connection, chain_id: str, signer: str, added: bool) -> None:
    """Take in what the chain says of a signer (0x hex) of the partner with this id there."""
    partner_id = connection.scalar(select(PARTICIPANT.c.id).where(PARTICIPANT.c.chain_id == chain_id))
    if partner_id is not None:
        state = SIGNER_ACTIVE if added else SIGNER_REMOVED
        _set(connection, partner_id, signer.removeprefix("0x"), state)


def _set(connection: Connection, partner_id: str, signer: str, state: str, only_new: bool = False) -> None:
    where = (PARTNER_SIGNER.c.partner == partner_id) & (PARTNER_SIGNER.c.signer == signer)
    known = connection.scalar(select(PARTNER_SIGNER.c.id).where(where))
    if known is None:
        connection.execute(PARTNER_SIGNER.insert().values(partner=partner_id, signer=signer, state=state))
    elif not only_new:
        connection.execute(update(PARTNER_SIGNER).where(where).values(state=state))
