"""Cancelling a delayed act before its time has come. A caller opens the transaction and commits it.

Whoever scheduled it can, and the guardian can for every guarded role.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from heitje_chain.chain.codec import bytes_of
from heitje_chain.chain.contracts import MANAGER, Contracts
from heitje_chain.chain.model import EVENT

from . import service
from .errors import ActNotScheduled, ActUnknown
from .model import ACT, OFFICER, SCHEDULED
from .service import Act, OfficerCall

CANCEL = "cancel"

_GUARDIAN = "GUARDIAN"


def prepare_cancellation(connection: Connection, contracts: Contracts, officer: str, act_id: str) -> Act:
    """Prepare that a scheduled act is not carried out; acts at once.

    Raises:
        ActUnknown: no such act, or it is another officer's and this one is not the guardian.
        ActNotScheduled: it has no delay, is not on the chain yet, or came to its end.
        OfficerMissing
    """
    row = connection.execute(select(ACT).where(ACT.c.id == act_id)).one_or_none()
    if row is None or row.actor_kind != OFFICER:
        raise ActUnknown
    if row.actor != officer and _GUARDIAN not in service.record_of(contracts, officer).roles:
        raise ActUnknown
    scheduled = connection.execute(
        select(EVENT.c.arguments).where(
            (EVENT.c.name == "OperationScheduled") & (EVENT.c.key == (row.operation or ""))
        )
    ).one_or_none()
    if row.state != SCHEDULED or scheduled is None:
        raise ActNotScheduled
    told = scheduled.arguments
    call = OfficerCall(MANAGER, "cancel", (told["caller"], told["target"], bytes_of(told["data"])), _GUARDIAN)
    content = {"act": act_id, "kind": row.kind, "of": row.actor}
    return service.prepare_officer_act(connection, contracts, officer, CANCEL, content, lambda _: call)


def sign_cancellation(
    connection: Connection, contracts: Contracts, officer: str, act_id: str, cancelling: str, signature: bytes
) -> Act:
    """Take an officer's signature over the cancellation of an act. The same again changes nothing.

    Args:
        cancelling: the id of the act that cancels

    Raises:
        ActUnknown: no such act, or it cancels another one.
        ActExpired, SignatureWrong, SignatureMalformed, OfficerMissing
    """
    if service.find(connection, cancelling).content.get("act") != act_id:
        raise ActUnknown
    return service.sign_officer_act(connection, contracts, cancelling, CANCEL, officer, signature)
