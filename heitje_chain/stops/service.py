"""What the enforcer stops, or moves by force: prepared, signed, and read.

A caller opens the transaction and commits it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from heitje_chain.acts import service as acts
from heitje_chain.acts.service import STOP, Act, OfficerCall
from heitje_chain.chain.contracts import TOKEN, Contracts
from heitje_chain.ledger import accounts
from heitje_chain.ledger import service as ledger
from heitje_chain.people import service as people
from heitje_chain.people.errors import ParticipantNotActive
from heitje_chain.people.model import ACTIVE, ASSOCIATION, MERCHANT, PARTICIPANT, RESIDENT
from heitje_chain.reasons import codes
from heitje_chain.reasons.rules import check_reason

from .errors import CoinMoves, CoinPaused, ForcedToItself, ForcedTooMuch, NothingFrozen, PausedAlready
from .model import FREEZE, PAUSE

PAUSE_COIN, UNPAUSE_COIN = "pause", "unpause"
FREEZE_COINS, UNFREEZE_COINS = "freeze", "unfreeze"
FORCE_COINS = "force"

_ROLE = "ENFORCER"
_FORCING = "FORCER"


@dataclass(frozen=True)
class PauseState:
    paused: bool
    since: int | None
    """UTC seconds; None when it was never paused."""


# ---------------------------------------------------------------- prepared and signed


def prepare_pause(connection: Connection, contracts: Contracts, officer: str, reason: int) -> Act:
    """Prepare that no coin moves but by the enforcer; acts at once.

    Args:
        reason: a code from the municipality's list

    Raises:
        ReasonUnknown, PausedAlready, OfficerMissing
    """
    check_reason(codes.PAUSE, reason)
    if pause_state(connection).paused:
        raise PausedAlready
    call = OfficerCall(TOKEN, "pause", (), _ROLE)
    content = {"reason": reason}
    return acts.prepare_officer_act(connection, contracts, officer, PAUSE_COIN, content, lambda _: call)


def prepare_unpause(connection: Connection, contracts: Contracts, officer: str) -> Act:
    """Prepare that coins move again.

    Raises:
        CoinMoves, OfficerMissing
    """
    if not pause_state(connection).paused:
        raise CoinMoves
    call = OfficerCall(TOKEN, "unpause", (), _ROLE)
    return acts.prepare_officer_act(connection, contracts, officer, UNPAUSE_COIN, {}, lambda _: call)


def prepare_freeze(
    connection: Connection, contracts: Contracts, officer: str, participant_id: str, cents: int, reason: int
) -> Act:
    """Prepare that this much of somebody's balance cannot move; it takes the place of a freeze before it.

    Raises:
        ParticipantUnknown: nobody, or a partner, who has no coins.
        ParticipantNotActive: not on the chain yet.
        ReasonUnknown, OfficerMissing
    """
    check_reason(codes.FREEZE, reason)
    content = {"participant": participant_id, "cents": cents, "reason": reason}
    return _freeze(connection, contracts, officer, FREEZE_COINS, content, cents)


def prepare_unfreeze(connection: Connection, contracts: Contracts, officer: str, participant_id: str) -> Act:
    """Prepare that all of somebody's coins can move again.

    Raises:
        ParticipantUnknown, ParticipantNotActive, NothingFrozen, OfficerMissing
    """
    if not frozen(connection, people.participant(connection, participant_id).chain_id or ""):
        raise NothingFrozen
    return _freeze(connection, contracts, officer, UNFREEZE_COINS, {"participant": participant_id}, 0)


def prepare_force(
    connection: Connection,
    contracts: Contracts,
    officer: str,
    payer: str,
    payee: str,
    cents: int,
    reason: int,
) -> Act:
    """Prepare that coins are taken from one participant and given to another; a delayed act.

    They may be frozen, their holder blocked and the coin paused; a freeze is lowered to what is left. What is
    locked for redemption cannot be forced.

    Args:
        payer: the id in `people` of whoever has them, like `payee`
        reason: a code from the municipality's list

    Raises:
        ParticipantUnknown: nobody, or a partner, who has no coins.
        ParticipantNotActive: one of them is not on the chain yet, or the payee is blocked.
        ForcedToItself
        ForcedTooMuch: when it is carried out the balance may be another, and the contract refuses.
        ReasonUnknown, OfficerMissing
    """
    check_reason(codes.FORCE, reason)
    giving = people.of_kind(connection, payer, RESIDENT, MERCHANT, ASSOCIATION)
    taking = people.of_kind(connection, payee, RESIDENT, MERCHANT, ASSOCIATION)
    if giving.id == taking.id:
        raise ForcedToItself
    if giving.state != ACTIVE:
        raise ParticipantNotActive(giving.name)
    if not taking.is_active:
        raise ParticipantNotActive(taking.name)
    balance = ledger.balance(connection, accounts.wallet(giving.on_chain))
    if cents > balance:
        raise ForcedTooMuch(balance)
    wallets = people.wallet_of(connection, giving.id), people.wallet_of(connection, taking.id)
    call = OfficerCall(TOKEN, "forcedTransfer", (*wallets, cents), _FORCING)
    content = {
        "payer": giving.id,
        "payee": taking.id,
        "cents": cents,
        "reason": reason,
        "wallets": list(wallets),  # after a recovery they are others, and so is the act
    }
    return acts.prepare_officer_act(connection, contracts, officer, FORCE_COINS, content, lambda _: call)


def sign_force(
    connection: Connection, contracts: Contracts, officer: str, act_id: str, signature: bytes
) -> Act:
    """Take the officer's signature over moving coins by force. The same signature again changes nothing.

    Raises:
        ActUnknown, ActExpired, SignatureWrong, SignatureMalformed, OfficerMissing
    """
    return acts.sign_officer_act(connection, contracts, act_id, FORCE_COINS, officer, signature)


def sign(
    connection: Connection, contracts: Contracts, officer: str, kind: str, act_id: str, signature: bytes
) -> Act:
    """Take the enforcer's signature over a stop. The same signature again changes nothing.

    Raises:
        ActUnknown, ActExpired, SignatureWrong, SignatureMalformed, OfficerMissing
    """
    return acts.sign_officer_act(connection, contracts, act_id, kind, officer, signature, relay=STOP)


# ---------------------------------------------------------------- reading


def pause_state(connection: Connection) -> PauseState:
    """Return whether the coin stands still on the final chain."""
    row = connection.execute(select(PAUSE)).one_or_none()
    return PauseState(False, None) if row is None else PauseState(row.paused, row.since)


def check_moving(connection: Connection) -> None:
    """Refuse what the contract would refuse for good while the coin is paused.

    What waits for the end of a pause by itself, such as an approval, is not asked for this.

    Raises:
        CoinPaused
    """
    if pause_state(connection).paused:
        raise CoinPaused


def frozen(connection: Connection, participant_chain_id: str) -> int:
    """Return the cents of somebody's (ParticipantId in hex) balance that cannot move."""
    cents = connection.scalar(select(FREEZE.c.cents).where(FREEZE.c.participant == participant_chain_id))
    return int(cents or 0)


def freezes_query() -> Select[Any]:
    """Return the statement of all freezes, with the participant's id in `people` (`person`), kind, name."""
    return select(FREEZE, PARTICIPANT.c.id.label("person"), PARTICIPANT.c.kind, PARTICIPANT.c.name).outerjoin(
        PARTICIPANT, PARTICIPANT.c.chain_id == FREEZE.c.participant
    )


# ---------------------------------------------------------------- details


def _freeze(
    connection: Connection,
    contracts: Contracts,
    officer: str,
    kind: str,
    content: dict[str, Any],
    cents: int,
) -> Act:
    found = people.of_kind(connection, content["participant"], RESIDENT, MERCHANT, ASSOCIATION)
    if found.state != ACTIVE:
        raise ParticipantNotActive(found.name)
    wallet = people.wallet_of(connection, found.id)
    call = OfficerCall(TOKEN, "setFrozenTokens", (wallet, cents), _ROLE)
    content = {**content, "wallet": wallet}  # after a recovery it is another, and so is the act
    return acts.prepare_officer_act(connection, contracts, officer, kind, content, lambda _: call)
