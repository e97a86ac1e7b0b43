"""The record of a deployment, `deployments/<network>.json`: where the contracts are and what was decided.

The ape scripts write it, the service and the check read it. It holds no secret.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError


class DeploymentRecordError(Exception):
    """The file is missing or is not a deployment record; the message says which and why."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Parameters(_Part):
    """What is fixed for good when the contracts are deployed."""

    max_reward_cents: int
    attestation_max_age_seconds: int
    decision_window_seconds: int
    dispute_window_seconds: int
    grace_period_seconds: int


class ContractRecord(_Part):
    address: str
    code_hash: str
    """keccak256 of the code at the address, in hex."""


class OfficerRecord(_Part):
    account: str
    """The OfficerAccount that holds the roles."""
    signer: str
    """ERC-7913 bytes in hex."""
    code_hash: str
    roles: tuple[str, ...]


class DeploymentRecord(_Part):
    network: str
    chain_id: int
    genesis_hash: str
    first_block: int
    """No event of these contracts lies before this block."""
    parameters: Parameters
    contracts: dict[str, ContractRecord]
    verifiers: dict[str, ContractRecord]
    officers: dict[str, OfficerRecord]
    senders: tuple[str, ...]
    delays: dict[str, int]
    """Role -> seconds between scheduling and carrying out; a role that is not named acts at once."""
    abis: dict[str, list[dict[str, Any]]]
    """Contract -> ABI, that of OfficerAccount included."""

    def write(self, path: Path) -> None:
        """Write the record; a reader never sees half of it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".tmp")
        unfinished.write_text(self.model_dump_json(indent=1) + "\n")
        unfinished.replace(path)


def read_deployment_record(path: Path) -> DeploymentRecord:
    """Read a record.

    Raises:
        DeploymentRecordError: there is no such file, or it is something else.
    """
    try:
        return DeploymentRecord.model_validate_json(path.read_text())
    except FileNotFoundError:
        raise DeploymentRecordError(f"There is no deployment record at {path}. Deploy first.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise DeploymentRecordError(f"{path} is no deployment record: {where}: {first['msg']}.") from None
