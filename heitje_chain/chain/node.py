"""The node, asked over JSON-RPC. Nothing is retried here: who calls decides, and knows whether twice is safe.

NodeError
├── NodeUnavailable   no answer, or not in time: nothing is known about what became of the request
├── NodeRefused       an answer that is an error of the node itself
└── CallReverted      the contract refused; `data` is its error, ABI encoded
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import requests
from web3 import HTTPProvider
from web3.types import RPCEndpoint

from . import meters
from .fees import Advice, Fees

TIMEOUT_SECONDS = 10


class NodeError(Exception):
    """Something with the node."""


class NodeUnavailable(NodeError):
    def __init__(self, method: str, reason: str) -> None:
        super().__init__(f"The node did not answer {method}: {reason}.")


class NodeRefused(NodeError):
    def __init__(self, method: str, message: str) -> None:
        super().__init__(f"The node refused {method}: {message}.")


class CallReverted(NodeError):
    def __init__(self, data: bytes) -> None:
        super().__init__(f"The contract refused with 0x{data.hex()}.")
        self.data = data


@dataclass(frozen=True)
class Header:
    """A block's number, hash, parent's hash and time in seconds."""

    number: int
    hash: str
    parent_hash: str
    timestamp: int


@dataclass(frozen=True)
class Log:
    block_number: int
    block_hash: str
    transaction_hash: str
    log_index: int
    address: str
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True)
class Receipt:
    block_number: int
    block_hash: str
    succeeded: bool


class Node:
    def __init__(self, url: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        # web3 would send a transaction again by itself, up to five times.
        self._provider = HTTPProvider(
            url, request_kwargs={"timeout": timeout_seconds}, exception_retry_configuration=None
        )

    def chain_id(self) -> int:
        return int(self._ask("eth_chainId"), 16)

    def head(self) -> Header:
        return self._header("latest")

    def header(self, number: int) -> Header | None:
        """Return a block's header, or None when the chain is not that long."""
        answer = self._ask("eth_getBlockByNumber", hex(number), False)
        return _to_header(answer) if answer else None

    def logs(self, first: int, last: int, addresses: Sequence[str]) -> list[Log]:
        """Return the logs of these contracts in these blocks, both ends included, in the chain's order."""
        question = {"fromBlock": hex(first), "toBlock": hex(last), "address": list(addresses)}
        return [_to_log(entry) for entry in self._ask("eth_getLogs", question)]

    def transaction_count(self, address: str) -> int:
        """Return how many transactions of the account are in blocks: its next nonce."""
        return int(self._ask("eth_getTransactionCount", address, "latest"), 16)

    def balance(self, address: str) -> int:
        """Return what the account can pay for gas, in wei."""
        return int(self._ask("eth_getBalance", address, "latest"), 16)

    def receipt(self, transaction_hash: str) -> Receipt | None:
        answer = self._ask("eth_getTransactionReceipt", transaction_hash)
        if not answer:
            return None
        number = int(answer["blockNumber"], 16)
        return Receipt(number, answer["blockHash"], int(answer["status"], 16) == 1)

    def knows(self, transaction_hash: str) -> bool:
        """Whether the node has this transaction, in a block or waiting for one."""
        return bool(self._ask("eth_getTransactionByHash", transaction_hash))

    def send(self, raw: bytes) -> None:
        """Hand over a signed transaction.

        Raises:
            NodeRefused: also when the node has it already, in words that differ from node to node; look the
                hash up to know.
        """
        self._ask("eth_sendRawTransaction", "0x" + raw.hex())

    def call(self, sender: str, to: str, data: bytes) -> bytes:
        """Try a call on the newest state.

        Raises:
            CallReverted: the contract refuses it.
        """
        answer = self._ask("eth_call", {"from": sender, "to": to, "data": "0x" + data.hex()}, "latest")
        return bytes.fromhex(answer[2:])

    def call_at(self, block_hash: str, to: str, data: bytes) -> bytes:
        """Read from a contract as of one block (EIP-1898).

        Raises:
            NodeRefused: the node has no such block, or not its state any more.
        """
        question = {"to": to, "data": "0x" + data.hex()}
        answer = self._ask("eth_call", question, {"blockHash": block_hash})
        return bytes.fromhex(answer[2:])

    def gas_for(self, sender: str, to: str, data: bytes) -> int:
        """Estimate the gas of a call.

        Raises:
            CallReverted: the contract refuses it.
        """
        return int(self._ask("eth_estimateGas", {"from": sender, "to": to, "data": "0x" + data.hex()}), 16)

    def fees(self) -> Advice:
        """Return what a transaction is to offer: EIP-1559's two, or the price on a chain without.

        The highest fee is not a multiple of the advised price, which follows what was paid: it would double
        for ever.
        """
        base_fee = self._ask("eth_getBlockByNumber", "latest", False).get("baseFeePerGas")
        if base_fee is None:
            price = self.gas_price()
            return Advice(price, Fees(price, None))
        base, tip = int(base_fee, 16), int(self._ask("eth_maxPriorityFeePerGas"), 16)
        return Advice(base, Fees(2 * base + tip, tip))

    def gas_price(self) -> int:
        return int(self._ask("eth_gasPrice"), 16)

    def _header(self, which: str) -> Header:
        return _to_header(self._ask("eth_getBlockByNumber", which, False))

    def _ask(self, method: str, *parameters: Any) -> Any:
        try:
            answer = self._provider.make_request(RPCEndpoint(method), list(parameters))
        except (requests.RequestException, OSError, ValueError) as error:
            meters.NODE_ERRORS.labels(method, "unavailable").inc()
            raise NodeUnavailable(method, type(error).__name__) from error
        if "error" in answer:
            refusal = _refusal(method, answer["error"])
            if isinstance(refusal, NodeRefused):
                meters.NODE_ERRORS.labels(method, "refused").inc()
            raise refusal
        return answer.get("result")


def _refusal(method: str, error: Any) -> NodeError:
    """A revert carries the contract's error as hex, whatever the words and the code around it."""
    if isinstance(error, dict):
        data = error.get("data")
        if isinstance(data, dict):
            data = data.get("data")
        message = str(error.get("message", ""))
        if method in ("eth_call", "eth_estimateGas") and ("revert" in message or isinstance(data, str)):
            return CallReverted(bytes.fromhex(data[2:]) if isinstance(data, str) else b"")
        return NodeRefused(method, message)
    return NodeRefused(method, str(error))


def _to_header(answer: Any) -> Header:
    return Header(
        int(answer["number"], 16), answer["hash"], answer["parentHash"], int(answer["timestamp"], 16)
    )


def _to_log(entry: Any) -> Log:
    return Log(
        block_number=int(entry["blockNumber"], 16),
        block_hash=entry["blockHash"],
        transaction_hash=entry["transactionHash"],
        log_index=int(entry["logIndex"], 16),
        address=entry["address"].lower(),
        topics=tuple(bytes.fromhex(topic[2:]) for topic in entry["topics"]),
        data=bytes.fromhex(entry["data"][2:]),
    )
