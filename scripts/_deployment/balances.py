"""What every participant has at one block: the list that a move to new contracts begins with."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ape import chain

from heitje_chain.chain.deployment import DeploymentRecord

from .chain import contract_at, logs, require_recorded_chain

KINDS = ("none", "resident", "merchant", "partner", "association")
STATUSES = ("none", "active", "blocked")
"""As the registry counts them."""

COLUMNS = ("block", "participant", "kind", "status", "wallet", "cents", "frozen_cents")


class BalancesDiffer(Exception):
    """What was counted is not the supply, so the list is not to be used."""

    def __init__(self, counted: int, supply: int, block: int) -> None:
        super().__init__(
            f"At block {block} the participants and the redemption contract have {counted} cents, of a "
            f"supply of {supply}. Nothing was written. Does the node keep the state of that block?"
        )


@dataclass(frozen=True)
class Balance:
    """One participant at that block."""

    participant: str
    """0x and 40 hex digits, as the contracts know it."""
    kind: str
    status: str
    wallet: str
    """The present one."""
    cents: int
    frozen_cents: int
    """What the enforcer froze, which may be more than there is."""


def balances_at(record: DeploymentRecord, block: int) -> list[Balance]:
    """Return every participant that has a wallet, in the order of admission; a partner has none.

    Raises:
        WrongChain: the record is of another chain.
        BalancesDiffer: something of the supply lies elsewhere.
    """
    require_recorded_chain(record)
    found = list(_balances(record, block))
    token = contract_at(record, "HeitjeToken")
    locked = token.balanceOf(record.contracts["Redemption"].address, block_id=block)
    counted, supply = locked + sum(one.cents for one in found), token.totalSupply(block_id=block)
    if counted != supply:
        raise BalancesDiffer(counted, supply, block)
    return found


def write(path: Path, block: int, balances: Sequence[Balance]) -> None:
    """Write the list as CSV (RFC 4180), into a new file.

    Raises:
        FileExistsError
    """
    with path.open("x", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for one in balances:
            rows.writerow(
                [block, one.participant, one.kind, one.status, one.wallet, one.cents, one.frozen_cents]
            )


def head() -> int:
    """Return the newest block's number."""
    return int(chain.blocks.height)


def _balances(record: DeploymentRecord, block: int) -> Iterator[Balance]:
    registry, token = contract_at(record, "ParticipantRegistry"), contract_at(record, "HeitjeToken")
    for admitted in logs(registry, "ParticipantAdmitted", record.first_block):
        if admitted.block_number > block:
            return
        one = registry.participant(admitted.participant, block_id=block)
        if KINDS[one.kind] == "partner":
            continue
        yield Balance(
            "0x" + bytes(admitted.participant).hex(),
            KINDS[one.kind],
            STATUSES[one.status],
            str(one.wallet),
            int(token.balanceOf(one.wallet, block_id=block)),
            int(token.getFrozenTokens(one.wallet, block_id=block)),
        )
