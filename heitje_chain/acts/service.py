"""Preparing acts and taking their signatures. A caller opens the transaction and commits it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak
from sqlalchemy import Connection, Row, literal, select, tuple_, update

from heitje_chain.chain import outbox, typed_data
from heitje_chain.chain.clock import chain_now, latest_now
from heitje_chain.chain.contracts import MANAGER, Contracts, OfficerUnknown
from heitje_chain.chain.deployment import OfficerRecord
from heitje_chain.chain.ids import ClientId, new_client_id
from heitje_chain.chain.intents import Outcome
from heitje_chain.chain.model import EVENT
from heitje_chain.chain.signatures import ADDRESS_BYTES, accepted_signer, signer_of
from heitje_chain.chain.typed_data import TypedData

from . import rules
from .errors import (
    ActExpired,
    ActUnknown,
    OfficerMissing,
    PasskeySignatureWrong,
    SignatureMalformed,
    SignatureWrong,
    SignerMismatch,
)
from .model import ACT, CANCELLED, DONE, FAILED, OFFICER, PARTNER, PREPARED, SCHEDULED, SIGNED

OFFICER_SECONDS = 24 * 3600
"""How long an officer's signature is good: an act that reverted can be relayed again until then."""

_FRESH_SECONDS = 600
"""A prepared act is shown again only when at least this much of its time is left."""

RELAY = "officer_act"

CARRY_OUT = "carry_out"

STOP = "officer_stop"
"""Relayed now or never: a pause that waits for the end of another pause would stop the coin again."""


@dataclass(frozen=True)
class Act:
    id: str
    """64 hex digits, also the client id on the chain."""
    actor_kind: str
    """officer or partner."""
    actor: str
    kind: str
    content: Mapping[str, Any]
    typed_data: Mapping[str, Any]
    """EIP-712 JSON: what is to be signed."""
    digest: bytes
    deadline: int
    """UTC seconds; the signature counts until then."""
    state: str
    """prepared, signed, scheduled, done, failed or cancelled."""
    signer: bytes | None
    signature: bytes | None
    refusal: Mapping[str, Any] | None
    """The contract's error when it failed."""
    created_at: int


@dataclass(frozen=True)
class OfficerCall:
    """What an officer is to do: a function of one of the contracts."""

    contract: str
    function: str
    arguments: tuple[Any, ...]
    role: str
    """Whose delay holds."""


# ---------------------------------------------------------------- preparing


def prepare_partner_act(
    connection: Connection,
    contracts: Contracts,
    partner: str,
    kind: str,
    content: Mapping[str, Any],
    message_of: Callable[[ClientId, int], TypedData],
    *,
    words: str = "",
    always_new: bool = False,
    deadline: int | None = None,
) -> Act:
    """Write down what a partner is to sign. Asked twice before it is final, it is one act.

    A partner's signature lives as long as the decision window, so that an outage strands no promise.

    Args:
        partner: the partner's id in `people`
        content: what is decided, of JSON values; the same content is the same act
        message_of: makes the message from the act's id and its deadline
        words: what people read of it; it tells two acts apart and is not kept here
        always_new: for what can well be wanted twice, such as two jobs of the same words
        deadline: until when its signature is to count, when not for the decision window
    """
    fingerprint = rules.content_hash(PARTNER, partner, kind, content, words)
    known = None if always_new else _find_prepared(connection, fingerprint)
    if known is not None:
        return known
    act_id = new_client_id()
    usual = latest_now(connection) + contracts.parameters.decision_window_seconds
    message = message_of(act_id, usual if deadline is None else deadline)
    return _insert(connection, PARTNER, partner, kind, content, fingerprint, message, act_id, None)


def prepare_officer_act(
    connection: Connection,
    contracts: Contracts,
    officer: str,
    kind: str,
    content: Mapping[str, Any],
    call_of: Callable[[ClientId], OfficerCall],
    *,
    words: str = "",
) -> Act:
    """Write down what an officer is to sign. Asked twice before it is final, it is one act.

    A delayed act is signed once, to be scheduled.

    Args:
        officer: the officer's name in the deployment record
        content: what is decided, of JSON values; the same content is the same act
        call_of: makes the call from the act's id
        words: what people read of it; it tells two acts apart and is not kept here

    Raises:
        OfficerMissing
    """
    account = record_of(contracts, officer).account
    fingerprint = rules.content_hash(OFFICER, officer, kind, content, words)
    known = _find_prepared(connection, fingerprint)
    if known is not None:
        return known
    act_id = new_client_id()
    call, operation = call_of(act_id), None
    target = contracts.address(call.contract)
    data = contracts.codec.call(call.contract, call.function, *call.arguments)
    if contracts.delay_of(call.role):
        operation = operation_id(account, target, data)
        data = contracts.codec.call(MANAGER, "schedule", target, data, 0)
        target = contracts.address(MANAGER)
    deadline = latest_now(connection) + OFFICER_SECONDS
    message = typed_data.act(contracts.officer_domain(officer), target, data, act_id, deadline)
    return _insert(connection, OFFICER, officer, kind, content, fingerprint, message, act_id, operation)


def operation_id(caller: str, target: str, data: bytes) -> str:
    """Return the id under which the manager keeps a scheduled call, 0x hex (AccessManager.hashOperation)."""
    return "0x" + keccak(encode(["address", "address", "bytes"], [caller, target, data])).hex()


# ---------------------------------------------------------------- signing


class DigestWrong(RuntimeError):
    """The digest that is kept of an act is not that of its message: one of them was changed.

    A fault of the service and no refusal: a person can do nothing about it, and nothing is to be signed.
    """


def check_digest(act: Act) -> None:
    """Go on only when what would be signed is what the act's message says.

    Raises:
        DigestWrong
    """
    if act.typed_data and TypedData.from_json(act.typed_data).digest() != act.digest:
        raise DigestWrong(act.id)


def sign(
    connection: Connection,
    act_id: str,
    kind: str,
    actor: str,
    signers: Iterable[bytes],
    signature: bytes,
    named: bytes | None = None,
    passkeys_by: bytes | None = None,
) -> tuple[Act, bool]:
    """Take a signature; return the act and whether this was its first. Signed twice, it is one act.

    Args:
        signers: ERC-7913 bytes of those who may sign for this actor
        named: who signed; needed for signers that are checked by code, and refused when it was another
        passkeys_by: the contract that checks passkeys, `Contracts.passkey_verifier`

    Raises:
        ActUnknown, ActExpired, SignatureWrong, SignatureMalformed, SignerMismatch, PasskeySignatureWrong
        DigestWrong: a fault.
    """
    row = connection.execute(select(ACT).where(ACT.c.id == act_id).with_for_update()).one_or_none()
    if row is None or (row.kind, row.actor) != (kind, actor):
        raise ActUnknown
    act = act_of(row)
    if not act.typed_data:
        return act, False  # Signed before this database was restored: the chain told of it.
    check_digest(act)
    known = list(signers)
    signer = accepted_signer(act.digest, signature, known, named, passkeys_by)
    if signer is None and named in known and passkeys_by and named[:ADDRESS_BYTES] == passkeys_by:
        raise PasskeySignatureWrong
    if signer is None:
        raise _not_accepted(signer_of(act.digest, signature), named)
    if act.state != PREPARED:
        return act, False
    if act.deadline <= chain_now(connection):
        raise ActExpired
    connection.execute(
        update(ACT)
        .where(ACT.c.id == act_id)
        .values(state=SIGNED, signer=signer.hex(), signature=signature.hex(), signed_at=int(time.time()))
    )
    return find(connection, act_id), True


def withdraw(connection: Connection, act_id: str) -> None:
    """Cancel a partner's act that was handed to nobody yet, and forget its signature."""
    waits = (ACT.c.id == act_id) & ACT.c.state.in_((PREPARED, SIGNED))
    connection.execute(update(ACT).where(waits).values(state=CANCELLED, signer=None, signature=None))


def _not_accepted(recovered: bytes | None, named: bytes | None) -> Exception:
    """Return what to say of a signature: whose it is, if it is a key's."""
    if named not in (None, recovered):
        return SignerMismatch()
    return SignatureMalformed() if recovered is None else SignatureWrong(recovered)


def sign_officer_act(
    connection: Connection,
    contracts: Contracts,
    act_id: str,
    kind: str,
    officer: str,
    signature: bytes,
    *,
    relay: str = RELAY,
) -> Act:
    """Take an officer's signature and have the act relayed.

    Args:
        relay: the kind of intent: RELAY or STOP

    Raises:
        ActUnknown, ActExpired, SignatureWrong, SignatureMalformed, OfficerMissing
    """
    record = record_of(contracts, officer)
    signer = bytes.fromhex(record.signer.removeprefix("0x"))
    named = signer if len(signer) > ADDRESS_BYTES else None
    act, first = sign(
        connection, act_id, kind, officer, [signer], signature, named, contracts.passkey_verifier
    )
    if first:
        message = act.typed_data["message"]
        said = {
            "account": record.account.lower(),
            "target": message["target"].lower(),
            "data": message["data"],
        }
        outbox.put(
            connection,
            relay,
            ClientId(bytes.fromhex(act.id)),
            {"act": act.id},
            Outcome("Acted", f"0x{act.id}", said),
        )
    return act


def carry_out_again(connection: Connection, operation: str) -> bool:
    """Have a scheduled act that the contract refused to carry out wait for it again.

    Args:
        operation: the manager's id of what was scheduled, with its number

    Returns:
        False when its officer has signed another act of the kind since, or it was cancelled: that one counts.
    """
    row = connection.execute(select(ACT).where(ACT.c.operation == operation)).one_or_none()
    if row is None:
        return True  # Scheduled from elsewhere.
    if row.state != FAILED or _decided_anew(connection, row):
        return False
    connection.execute(update(ACT).where(ACT.c.id == row.id).values(state=SCHEDULED, refusal=None))
    return True


# ---------------------------------------------------------------- reading


def find(connection: Connection, act_id: str) -> Act:
    """Raises:
    ActUnknown
    """
    row = connection.execute(select(ACT).where(ACT.c.id == act_id)).one_or_none()
    if row is None:
        raise ActUnknown
    return act_of(row)


def carried_out_at(connection: Connection, act_id: str) -> int | None:
    """Return when a scheduled act is carried out, UTC seconds; None when it waits for nothing."""
    scheduled = (
        select(EVENT.c.arguments)
        .join(ACT, ACT.c.operation == EVENT.c.key)
        .where((EVENT.c.name == "OperationScheduled") & (ACT.c.id == act_id) & (ACT.c.state == SCHEDULED))
    )
    told = connection.scalar(scheduled)
    return None if told is None else int(told["schedule"])


def act_of(row: Row[Any]) -> Act:
    """Return a row of the act table as an act."""
    return Act(
        id=row.id,
        actor_kind=row.actor_kind,
        actor=row.actor,
        kind=row.kind,
        content=row.content,
        typed_data=row.typed_data,
        digest=bytes.fromhex(row.digest),
        deadline=row.deadline,
        state=row.state,
        signer=None if row.signer is None else bytes.fromhex(row.signer),
        signature=None if row.signature is None else bytes.fromhex(row.signature),
        refusal=row.refusal,
        created_at=row.created_at,
    )


def _find_prepared(connection: Connection, content_hash: str) -> Act | None:
    """Return the act that asks the same and waits for its signature, or is signed and not final yet.

    So an order that is given again, since its answer was lost on the way, is the same order.
    """
    rows = connection.execute(
        select(ACT)
        .where(
            (ACT.c.content_hash == content_hash)
            & (
                ACT.c.state.in_((SIGNED, SCHEDULED))
                | (ACT.c.state == PREPARED) & (ACT.c.deadline > chain_now(connection) + _FRESH_SECONDS)
            )
        )
        .order_by(ACT.c.created_at)
    )
    row = rows.first()
    return None if row is None else act_of(row)


def record_of(contracts: Contracts, officer: str) -> OfficerRecord:
    """Raises:
    OfficerMissing
    """
    try:
        return contracts.officer(officer)
    except OfficerUnknown:
        raise OfficerMissing(officer) from None


def _decided_anew(connection: Connection, row: Row[Any]) -> bool:
    """Whether the same officer signed another act of the kind after this one, which is on the chain."""
    same = (ACT.c.actor == row.actor) & (ACT.c.kind == row.kind) & (ACT.c.id != row.id)
    place, told = tuple_(EVENT.c.block_number, EVENT.c.log_index), EVENT.c.name == "Acted"
    this = connection.execute(select(*place.clauses).where(told & (EVENT.c.key == f"0x{row.id}"))).first()
    where = told & (place > tuple(this)) if this is not None else told
    on_its_way = select(ACT.c.id).where(same & (ACT.c.state == SIGNED))
    later = select(ACT.c.id).join(EVENT, EVENT.c.key == literal("0x") + ACT.c.id)
    later = later.where(same & where & ACT.c.state.in_((SCHEDULED, DONE)))
    return any(connection.execute(one.limit(1)).first() is not None for one in (on_its_way, later))


def _insert(
    connection: Connection,
    actor_kind: str,
    actor: str,
    kind: str,
    content: Mapping[str, Any],
    content_hash: str,
    message: TypedData,
    act_id: ClientId,
    operation: str | None,
) -> Act:
    connection.execute(
        ACT.insert().values(
            id=act_id.hex(),
            actor_kind=actor_kind,
            actor=actor,
            kind=kind,
            content=dict(content),
            content_hash=content_hash,
            typed_data=message.as_json(),
            digest=message.digest().hex(),
            deadline=message.message["deadline"],
            operation=operation,
            state=PREPARED,
            created_at=int(time.time()),
        )
    )
    return find(connection, act_id.hex())
