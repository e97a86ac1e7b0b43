"""Anvil: how it is started, how it is asked, and the ports of this machine.

Asked over plain HTTP, because the supervisor and the command line should not wait a second for web3 to load.
"""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .refusals import ToolMissing

HOST = "127.0.0.1"
CHAIN_ID = 31337
USUAL_PORT = 8545
OTHER_PORTS = range(8546, 8646)
"""Below the ports that the system gives to outgoing connections, so that a restart finds its port free."""


class NodeError(Exception):
    """The node did not answer, or its answer was an error."""


@dataclass(frozen=True)
class Node:
    """An Anvil on this machine."""

    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def call(self, method: str, *params: object, seconds: float = 5.0) -> Any:
        """Return the result of a JSON-RPC call.

        Raises:
            NodeError: no answer within `seconds`, no JSON, or an error as answer.
        """
        connection = http.client.HTTPConnection(HOST, self.port, timeout=seconds)
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        try:
            connection.request("POST", "/", body, {"Content-Type": "application/json"})
            answer = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NodeError(f"{self.url} did not answer {method}: {error!r}") from None
        finally:
            connection.close()
        if not isinstance(answer, dict) or "error" in answer:
            raise NodeError(f"{self.url} answered {method} with {answer}")
        return answer.get("result")

    def head(self) -> int:
        """Return the number of the newest block."""
        return int(self.call("eth_blockNumber"), 16)

    def chain_id(self) -> int:
        return int(self.call("eth_chainId"), 16)

    def genesis_hash(self) -> str:
        """Return the hash of block 0, in hex."""
        return str(self.call("eth_getBlockByNumber", "0x0", False)["hash"])

    def has_code(self, address: str) -> bool:
        return str(self.call("eth_getCode", address, "latest")) != "0x"


def find_anvil() -> Path:
    """Return the Anvil beside this Python, or else the one on PATH.

    Raises:
        ToolMissing: there is none.
    """
    beside = Path(sys.executable).parent / "anvil"
    found = str(beside) if beside.exists() else shutil.which("anvil")
    if found is None:
        raise ToolMissing(
            "anvil", f"neither at {beside} nor on PATH", "install it with `make setup` in Heitje's folder"
        )
    return Path(found)


def anvil_command(port: int, genesis_timestamp: int, snapshot: Path | None) -> list[str]:
    """Return the command line of an Anvil that makes no block until it is told to.

    Args:
        genesis_timestamp: seconds since 1970. Always the chain's own: Anvil makes a genesis block before it
            loads a snapshot, keeps both if they differ, and a load later takes either of them for block 0.
        snapshot: the state to go on from
    """
    command = [str(find_anvil()), "--host", HOST, "--port", str(port), "--chain-id", str(CHAIN_ID)]
    command += ["--hardfork", "cancun", "--no-mining", "--timestamp", str(genesis_timestamp)]
    return [*command, "--load-state", str(snapshot)] if snapshot else command


def is_free(port: int) -> bool:
    """Return whether a server could listen on the port of this machine now."""
    with socket.socket() as asking:
        asking.settimeout(1)
        if asking.connect_ex((HOST, port)) == 0:
            return False
    with socket.socket() as trying:
        # As Anvil does: connections that have just been closed do not count.
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind((HOST, port))
        except OSError:
            return False
    return True
