"""Replacing a wallet whose key is lost or in wrong hands. A caller opens the transaction and commits it.

    ask -> the worker makes a new wallet (ready) -> prepare and sign -> scheduled -> replaced

One employee asks, having seen who it is, and another prepares and signs: two officers, and at the pages two
accounts too, since one person may hold several roles.
The participant keeps id, kind and balance; the contract moves coins and freeze together. While the delay runs
the act can be cancelled, and the same recovery can then be prepared again. What the chain tells counts: a
replacement that was sent from elsewhere, or that this database forgot, becomes a row too.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select, update

from heitje_chain.acts import service as acts
from heitje_chain.acts.errors import ActUnknown
from heitje_chain.acts.model import ACT
from heitje_chain.acts.model import PREPARED as ACT_PREPARED
from heitje_chain.acts.service import Act, OfficerCall
from heitje_chain.audit import service as audit
from heitje_chain.chain.codec import ChainEvent
from heitje_chain.chain.contracts import TOKEN, Contracts
from heitje_chain.chain.ids import ClientId
from heitje_chain.custody.model import find_sealed_at
from heitje_chain.reasons import codes
from heitje_chain.reasons.rules import check_reason

from . import identity, service
from .errors import (
    ParticipantNotActive,
    RecoveryDone,
    RecoveryNobodys,
    RecoveryOwn,
    RecoveryUnderWay,
    RecoveryUnknown,
    WalletNotMade,
)
from .model import (
    ACTIVE,
    ASSOCIATION,
    MERCHANT,
    PARTICIPANT,
    RECOVERY,
    RECOVERY_ASKED,
    RECOVERY_READY,
    RECOVERY_REPLACED,
    RESIDENT,
)

RECOVER = "recover_wallet"

_ROLE = "RECOVERER"


@dataclass(frozen=True)
class Recovery:
    id: str
    """32 hex digits; also the id of the new wallet."""
    participant: str
    """The id in `people`."""
    reason: int | None
    """A code from the municipality's list; None when only the chain told of it."""
    state: str
    """asked, ready, signed, scheduled, replaced, or how its act ended: failed or cancelled."""
    old_wallet: str | None
    """An address in lower case, like the new one; known once it is prepared."""
    new_wallet: str | None
    act: str | None
    created_at: int
    """UTC seconds, like the next."""
    replaced_at: int | None
    asked_by: str | None = None
    """An officer's name; None when only the chain told of it."""
    identity: str | None = None
    """How it was seen who asks for it, one of `identity.WAYS`."""


def ask(
    connection: Connection,
    officer: str,
    participant_id: str,
    reason: int,
    client_id: ClientId,
    *,
    way: str | None = None,
    account: str | None = None,
) -> Recovery:
    """Ask for a new wallet; the worker makes its key. Asked again before it is replaced, it is the same one.

    Somebody who is blocked can be given one too, and stays blocked.

    Args:
        client_id: tells the new wallet's id, so that a restored database finds the key that it forgot
        way: how it was seen who asks for it, one of `identity.WAYS`
        account: of the person who asks, when it does so at a page

    Raises:
        IdentityMissing
        ParticipantUnknown: nobody, or a partner, who has no wallet.
        ParticipantNotActive: not on the chain yet.
        RecoveryUnderWay: one is open for another reason.
        ReasonUnknown
    """
    check_reason(codes.RECOVER, reason)
    seen_by = None if way is None else identity.check(way)
    found = service.of_kind(connection, participant_id, RESIDENT, MERCHANT, ASSOCIATION)
    if found.state != ACTIVE:
        raise ParticipantNotActive(found.name)
    connection.execute(select(PARTICIPANT.c.id).where(PARTICIPANT.c.id == participant_id).with_for_update())
    new_id = uuid.UUID(bytes=client_id[:16], version=4).hex
    open_one = (RECOVERY.c.participant == participant_id) & (RECOVERY.c.state != RECOVERY_REPLACED)
    known = connection.execute(recoveries_query((RECOVERY.c.id == new_id) | open_one)).first()
    if known is not None:
        if known.participant != participant_id or known.reason not in (None, reason):
            raise RecoveryUnderWay(known.id)
        if known.asked_by is not None or known.state == RECOVERY_REPLACED:
            return recovery_of(known)
        asked = {"reason": reason, "asked_by": officer, "asked_account": account, "identity": seen_by}
        connection.execute(update(RECOVERY).where(RECOVERY.c.id == known.id).values(asked))
        _record(connection, officer, participant_id, known.id, reason, seen_by, account)
        return find(connection, known.id)
    connection.execute(
        RECOVERY.insert().values(
            id=new_id,
            participant=participant_id,
            reason=reason,
            state=RECOVERY_ASKED,
            asked_by=officer,
            asked_account=account,
            identity=seen_by,
            created_at=int(time.time()),
        )
    )
    _record(connection, officer, participant_id, new_id, reason, seen_by, account)
    return find(connection, new_id)


def prepare(
    connection: Connection,
    contracts: Contracts,
    officer: str,
    recovery_id: str,
    *,
    account: str | None = None,
) -> Act:
    """Prepare that the new wallet takes the place of the old one; a delayed act.

    Args:
        account: of the person who confirms, when it does so at a page

    Raises:
        RecoveryOwn: this officer or this person asked for it.
        RecoveryNobodys: nobody knows who asked; ask for it anew.
        RecoveryUnknown, RecoveryDone, OfficerMissing
        WalletNotMade: the worker has not made the new wallet yet.
    """
    found = find(connection, recovery_id)
    if found.state == RECOVERY_REPLACED:
        raise RecoveryDone(recovery_id)
    _check_other(connection, recovery_id, officer, account)
    if found.new_wallet is None:
        raise WalletNotMade
    old = service.wallet_of(connection, found.participant)
    call = OfficerCall(TOKEN, "recover", (old, found.new_wallet), _ROLE)
    content = {
        "recovery": recovery_id,
        "participant": found.participant,
        "old_wallet": old,
        "new_wallet": found.new_wallet,
        "reason": found.reason,
    }
    act = acts.prepare_officer_act(connection, contracts, officer, RECOVER, content, lambda _: call)
    this = RECOVERY.c.id == recovery_id
    connection.execute(update(RECOVERY).where(this).values(old_wallet=old, act=act.id))
    return act


def sign(
    connection: Connection,
    contracts: Contracts,
    officer: str,
    recovery_id: str,
    act_id: str,
    signature: bytes,
) -> Act:
    """Take the officer's signature over a replacement. The same signature again changes nothing.

    Raises:
        ActUnknown: no such act, or it is another recovery's.
        ActExpired, SignatureWrong, SignatureMalformed, OfficerMissing
    """
    if acts.find(connection, act_id).content.get("recovery") != recovery_id:
        raise ActUnknown
    return acts.sign_officer_act(connection, contracts, act_id, RECOVER, officer, signature)


# ---------------------------------------------------------------- what the chain tells


def seen(connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    """Take in that a wallet was replaced; a row that is missing is made from the event."""
    told = event.arguments
    old, new = told["oldWallet"].lower(), told["newWallet"].lower()
    holder = service.by_chain_id(connection, event.key)
    if holder is None:
        return  # It is told again when they are known here.
    done = {"old_wallet": old, "state": RECOVERY_REPLACED, "replaced_at": occurred_at}
    this = RECOVERY.c.new_wallet == new
    if connection.execute(update(RECOVERY).where(this).values(**done)).rowcount:
        return
    ours = find_sealed_at(connection, new)
    connection.execute(
        RECOVERY.insert().values(
            id=new[2:34] if ours is None else ours.wallet_id,
            participant=holder.id,
            new_wallet=new,
            created_at=occurred_at,
            **done,
        )
    )


# ---------------------------------------------------------------- reading


def recoveries_query(*where: ColumnElement[bool]) -> Select[Any]:
    """Return the statement whose rows `recovery_of` reads, on RECOVERY."""
    return (
        select(RECOVERY, ACT.c.state.label("act_state"))
        .outerjoin(ACT, ACT.c.id == RECOVERY.c.act)
        .where(*where)
    )


def find(connection: Connection, recovery_id: str) -> Recovery:
    """Raises:
    RecoveryUnknown
    """
    row = connection.execute(recoveries_query(RECOVERY.c.id == recovery_id)).one_or_none()
    if row is None:
        raise RecoveryUnknown
    return recovery_of(row)


def recovery_of(row: Row[Any]) -> Recovery:
    """Return a row of `recoveries_query` as a recovery."""
    state = row.state
    if state == RECOVERY_READY and row.act_state not in (None, ACT_PREPARED):
        state = row.act_state
    return Recovery(
        id=row.id,
        participant=row.participant,
        reason=row.reason,
        state=state,
        old_wallet=row.old_wallet,
        new_wallet=row.new_wallet,
        act=row.act,
        created_at=row.created_at,
        replaced_at=row.replaced_at,
        asked_by=row.asked_by,
        identity=row.identity,
    )


# ---------------------------------------------------------------- details


def _record(
    connection: Connection,
    officer: str,
    participant_id: str,
    recovery_id: str,
    reason: int,
    seen_by: str | None,
    account: str | None,
) -> None:
    about: dict[str, str | int] = {"recovery": recovery_id, "reason": reason}
    about |= {} if seen_by is None else {"identity": seen_by}
    about |= {} if account is None else {"account": account}
    audit.record_by_officer(connection, officer, "ask_recovery", participant_id, about)


def _check_other(connection: Connection, recovery_id: str, officer: str, account: str | None) -> None:
    """Raises:
    RecoveryOwn, RecoveryNobodys
    """
    row = connection.execute(
        select(RECOVERY.c.asked_by, RECOVERY.c.asked_account).where(RECOVERY.c.id == recovery_id)
    ).one()
    if row.asked_by is None:
        raise RecoveryNobodys(recovery_id)
    if officer == row.asked_by or (account is not None and account == row.asked_account):
        raise RecoveryOwn(recovery_id)
