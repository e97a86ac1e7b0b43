"""Where signatures count: `/api/v1/chain`. Everybody may know it; who signs compares it with the message."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from heitje_chain.acts.api import OnChain

router = APIRouter(prefix="/api/v1", tags=["acts"])

_ESCROW = "0x5fc8d32690cc91d4c39d9d3abcbd16989f875707"


class ChainView(BaseModel):
    """The chain and the contracts of this city, and what these allow for good."""

    chain_id: Annotated[int, Field(description="`domain.chainId` of every message to sign.", examples=[1337])]
    genesis_hash: Annotated[
        str, Field(description="Of the chain's first block.", examples=[f"0x{'9c' * 32}"])
    ]
    contracts: Annotated[
        dict[str, str],
        Field(
            description="Addresses by name. A partner's `domain.verifyingContract` is the JobEscrow.",
            examples=[{"JobEscrow": _ESCROW}],
        ),
    ]
    officer_accounts: Annotated[
        dict[str, str],
        Field(
            description="Addresses by officer: what an officer signs for.",
            examples=[{"treasurer": "0x0165878a594ca255338adfa4d48449f69242eb8f"}],
        ),
    ]
    highest_reward: Annotated[
        int, Field(description="Cents of one slot of a job, at most.", examples=[20_000])
    ]
    decision_seconds: Annotated[
        int,
        Field(description="How long a partner can reject work after it was handed in.", examples=[1_209_600]),
    ]
    dispute_seconds: Annotated[
        int, Field(description="How long a resident can dispute a rejection.", examples=[1_209_600])
    ]

    @classmethod
    def of(cls, onchain: OnChain) -> ChainView:
        record = onchain.record
        return cls(
            chain_id=record.chain_id,
            genesis_hash=record.genesis_hash,
            contracts={name: found.address.lower() for name, found in record.contracts.items()},
            officer_accounts={name: found.account.lower() for name, found in record.officers.items()},
            highest_reward=record.parameters.max_reward_cents,
            decision_seconds=record.parameters.decision_window_seconds,
            dispute_seconds=record.parameters.dispute_window_seconds,
        )


@router.get("/chain")
def read_chain(onchain: OnChain) -> ChainView:
    """Tell for which chain and contracts signatures are made. Note it down once, and compare it with what the
    municipality gave you by another way: whoever could change our answers could change this one too.
    """
    return ChainView.of(onchain)
