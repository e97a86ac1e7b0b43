"""A network's file, `scripts/networks/<network>.toml`: what is decided before anything is deployed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from eth_utils.address import is_checksum_address
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from .roles import ADMIN, RoleTable

VerifierName = Literal["webauthn", "p256"]


class NetworkFileError(Exception):
    """The file cannot be used; the message says which line and why."""


def _address(value: str) -> str:
    if not is_checksum_address(value):
        raise ValueError(f"{value!r} is no address with a right checksum")
    return value


_KEY = re.compile(r"(0x)?[0-9a-fA-F]{128}")

Address = Annotated[str, AfterValidator(_address)]
Positive = Annotated[int, Field(gt=0)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ParametersSection(_Section):
    max_reward_cents: Positive
    attestation_max_age_seconds: Positive
    decision_window_seconds: Positive
    dispute_window_seconds: Positive
    grace_period_seconds: Positive


class SendersSection(_Section):
    addresses: tuple[Address, ...]


class VerifiersSection(_Section):
    names: tuple[VerifierName, ...]


class OfficerSection(_Section):
    signer: str
    """An address, or `<verifier>:0x<key>`."""
    roles: tuple[str, ...]


class NetworkFile(_Section):
    chain_ids: tuple[Positive, ...]
    parameters: ParametersSection
    delays: dict[str, Annotated[int, Field(ge=0, lt=2**32)]]
    senders: SendersSection
    verifiers: VerifiersSection
    officers: dict[str, OfficerSection]

    def delay_of(self, role: str) -> int:
        """Return the seconds between scheduling and carrying out an act of this role."""
        return self.delays.get(role, 0)

    def signers_of(self, role: str) -> set[str]:
        """Return the signers of the officers who hold this role."""
        return {officer.signer.lower() for officer in self.officers.values() if role in officer.roles}


def read_network_file(path: Path, roles: RoleTable) -> NetworkFile:
    """Read a network's file and check it against the table of roles.

    Raises:
        NetworkFileError: missing, not TOML, a parameter missing, unknown or wrong, a role unknown or held by
            one person together with another that must not be.
    """
    try:
        network = NetworkFile.model_validate(tomllib.loads(path.read_text()))
    except FileNotFoundError:
        raise NetworkFileError(f"There is no file {path}. Name one with --params.") from None
    except tomllib.TOMLDecodeError as error:
        raise NetworkFileError(f"{path} is not TOML: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise NetworkFileError(f"{path}: {where}: {first['msg']}.") from None
    _check_roles(path, network, roles)
    return network


def _check_roles(path: Path, network: NetworkFile, roles: RoleTable) -> None:
    known = {ADMIN, *roles.grantable()}
    named = {role for officer in network.officers.values() for role in officer.roles} | set(network.delays)
    for role in sorted(named - known):
        raise NetworkFileError(f"{path}: there is no role {role} that can be given to somebody.")
    for role in sorted(known):
        if not any(role in officer.roles for officer in network.officers.values()):
            raise NetworkFileError(f"{path}: no officer holds the role {role}.")
    for role in sorted({ADMIN, *(role.name for role in roles.roles.values() if role.guarded)} & known):
        if network.delay_of(role) == 0:
            raise NetworkFileError(f"{path}: delays.{role} must be more than 0, so that GUARDIAN can cancel.")
    for one, other in roles.must_differ():
        # Two accounts of one key are one person.
        if signers := network.signers_of(one) & network.signers_of(other):
            raise NetworkFileError(f"{path}: signer {min(signers)} may not hold both {one} and {other}.")
    for name, officer in network.officers.items():
        verifier, colon, key = officer.signer.partition(":")
        if colon and verifier not in network.verifiers.names:
            raise NetworkFileError(f"{path}: officers.{name}: verifiers.names lacks {verifier!r}.")
        if colon and not _KEY.fullmatch(key):
            raise NetworkFileError(f"{path}: officers.{name}: a {verifier} key has 64 bytes in hex, x and y.")
        if not colon and not is_checksum_address(officer.signer):
            raise NetworkFileError(
                f"{path}: officers.{name}: signer {officer.signer!r} is neither an address with a right "
                "checksum nor a verifier's name, a colon and a key in hex."
            )
