"""What the scripts ask of the chain beyond single contract calls."""

from __future__ import annotations

from typing import Any

from ape import Contract, chain, networks
from ape.contracts import ContractInstance
from eth_utils.crypto import keccak

from heitje_chain.chain.deployment import DeploymentRecord


class WrongChain(Exception):
    """The node is on another chain than the file or the record is for."""


def genesis_hash() -> str:
    return str(chain.blocks[0].hash.to_0x_hex())


def code_hash(address: str) -> str:
    """Return keccak256 of the code at the address, in hex; of nothing when there is none."""
    return "0x" + keccak(networks.provider.get_code(address)).hex()


def contract_at(record: DeploymentRecord, name: str, address: str | None = None) -> ContractInstance:
    """Return a contract of the record by its recorded ABI; `address` is for an officer's account."""
    return Contract(address or record.contracts[name].address, abi=record.abis[name])


def require_recorded_chain(record: DeploymentRecord) -> None:
    """Refuse a node on another chain.

    Raises:
        WrongChain: chain id or genesis block differ from the record's.
    """
    if chain.chain_id != record.chain_id:
        raise WrongChain(f"The node is on chain {chain.chain_id}, the record is of chain {record.chain_id}.")
    if genesis_hash() != record.genesis_hash:
        raise WrongChain(f"The node's chain starts with block {genesis_hash()}, not {record.genesis_hash}.")


def logs(contract: ContractInstance, event: str, first_block: int) -> list[Any]:
    """Return all logs of one event, oldest first."""
    return list(getattr(contract, event).range(first_block, chain.blocks.height + 1))
