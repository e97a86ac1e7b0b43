"""Which of a person's passkeys may sign an act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from heitje_chain.acts.service import Act
from heitje_chain.chain.contracts import Contracts
from heitje_chain.people import passkeys
from heitje_chain.people.passkeys import APPROVE, Passkey

from .kinds import signers_of

NONE, WAITING, READY = "none", "waiting", "ready"


@dataclass(frozen=True)
class Held:
    state: str
    """none: the person has no passkey to sign with; waiting: none that may sign this; ready: one at least."""
    allowed: Sequence[Passkey]


def held_for(connection: Connection, contracts: Contracts, account_id: str, act: Act) -> Held:
    """Return what a person has to sign an act with.

    Raises:
        OfficerMissing
    """
    own, may = (
        passkeys.of_account(connection, account_id, APPROVE),
        set(signers_of(connection, contracts, act)),
    )
    allowed = [one for one in own if one.signer(contracts) in may]
    if allowed:
        return Held(READY, allowed)
    return Held(WAITING if own else NONE, ())
