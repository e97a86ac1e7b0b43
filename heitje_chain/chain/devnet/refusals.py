"""Why a command on the devnet was not carried out; each message is one sentence or two for a person.

DevnetRefusal
├── Busy              another command is at work on the same devnet
├── RunsElsewhere     it runs already, on another port than asked for
├── PortTaken         the port that was asked for belongs to another program
├── ToolMissing       anvil, ape or the contracts are not installed
├── ChainLost         what is on disk or on the chain is not the chain that was begun
├── NotOurs           a file or folder that the devnet did not make is in the way
├── NotStarted        Anvil or its supervisor did not come up
├── NotStopped        a process outlived being killed
└── NotDeployed       `ape run deploy` failed
"""

from __future__ import annotations

from pathlib import Path


class DevnetRefusal(Exception):
    """Nothing was done, or not all of it; the message says why and what helps."""


class Busy(DevnetRefusal):
    def __init__(self, home: Path) -> None:
        super().__init__(f"Another `heitje devnet` command is at work in {home}: wait until it is done.")


class RunsElsewhere(DevnetRefusal):
    def __init__(self, running: int, asked: int) -> None:
        super().__init__(
            f"The devnet already runs on port {running}, not {asked}: "
            "stop it first with `heitje devnet stop`."
        )


class PortTaken(DevnetRefusal):
    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is taken or not allowed: give another one, or leave --port out to have one chosen."
        )


class ToolMissing(DevnetRefusal):
    def __init__(self, tool: str, looked: str, remedy: str) -> None:
        super().__init__(f"{tool} is missing ({looked}): {remedy}, then run this again.")


class ChainLost(DevnetRefusal):
    def __init__(self, finding: str) -> None:
        super().__init__(f"{finding}: `heitje devnet reset` begins a new chain.")


class NotOurs(DevnetRefusal):
    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} {why}: move it away, or name another home in HEITJE_HOME.")


class NotStarted(DevnetRefusal):
    def __init__(self, reason: str, log: Path) -> None:
        super().__init__(f"The devnet did not start: {reason.rstrip('.')} (more in {log}).")


class NotStopped(DevnetRefusal):
    def __init__(self, what: str) -> None:
        super().__init__(f"The devnet did not stop: {what}.")


class NotDeployed(DevnetRefusal):
    def __init__(self, reason: str, log: Path) -> None:
        super().__init__(
            f"The devnet runs, but without contracts: {reason.rstrip('.')} (more in {log}). "
            "`heitje devnet start` tries again."
        )
