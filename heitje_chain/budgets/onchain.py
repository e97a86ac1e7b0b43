"""What the chain says of budgets, limits and the reserve."""

from __future__ import annotations

from sqlalchemy import Connection, Table, select, update

from heitje_chain.acts.onchain import RelayOfficerAct
from heitje_chain.allowance import service as allowance
from heitje_chain.chain.codec import ChainEvent, Refusal
from heitje_chain.chain.intents import Intent

from .model import ATTESTATION, BUDGET, MINT_LIMIT


class FreesAwards(RelayOfficerAct):
    """Hands an officer's act over; an award that the contract refuses gives its room back."""

    def fail(self, connection: Connection, intent: Intent, refusal: Refusal) -> None:
        super().fail(connection, intent, refusal)
        allowance.refused(connection, intent.payload["act"])


def observe(connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    """Note new budgets, limits and statements, and what awards count; noting them again changes nothing."""
    told = event.arguments
    match event.name:
        case "BudgetGranted":
            _put(
                connection,
                BUDGET,
                {"id": _hex(told["budget"])},
                {"partner": _hex(told["partner"]), "period": told["period"]},
            )
        case "AwardMinted":
            award, resident = _hex(told["awardId"]), _hex(told["resident"])
            allowance.awarded(connection, award, resident, told["cents"], occurred_at)
        case "MintLimitSet":
            _put(
                connection,
                MINT_LIMIT,
                {"partner": _hex(told["partner"])},
                {"capacity": told["capacity"], "window": told["window"]},
            )
        case "ReserveAttested":
            _put(
                connection,
                ATTESTATION,
                {"statement_hash": _hex(told["statementHash"])},
                {"cents": told["cents"], "as_of": told["asOf"]},
            )


def _put(connection: Connection, table: Table, key: dict[str, str], values: dict[str, object]) -> None:
    [(name, wanted)] = key.items()
    is_it = table.c[name] == wanted
    if connection.execute(select(table.c[name]).where(is_it)).first() is None:
        connection.execute(table.insert().values(**key, **values))
    else:
        connection.execute(update(table).where(is_it).values(**values))


def _hex(text: str) -> str:
    return text.removeprefix("0x")
