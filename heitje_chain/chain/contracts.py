"""The deployed contracts as the service speaks to them: where they are, who may act, what is signed for them.

It needs no node and no key, so the web process has it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from .codec import Codec
from .deployment import DeploymentRecord, OfficerRecord, Parameters
from .ids import ParticipantId
from .typed_data import Domain

MANAGER = "AccessManager"
REGISTRY = "ParticipantRegistry"
TOKEN = "HeitjeToken"  # noqa: S105 - a contract's name
BUDGET = "RewardBudget"
JOB_ESCROW = "JobEscrow"
REDEMPTION = "Redemption"
OFFICER_ACCOUNT = "OfficerAccount"
PASSKEY_VERIFIER = "webauthn"
"""The name of the contract that checks passkeys, in the deployment record."""

# ParticipantKind in contracts/interfaces/IParticipantRegistry.sol.
KIND_NUMBERS: Mapping[str, int] = MappingProxyType(
    {"resident": 1, "merchant": 2, "partner": 3, "association": 4}
)


class OfficerUnknown(LookupError):
    """The deployment record has no such officer, or nobody with that role."""

    def __init__(self, wanted: str) -> None:
        super().__init__(f"The deployment record names no officer {wanted}.")
        self.wanted = wanted


class Contracts:
    def __init__(self, record: DeploymentRecord) -> None:
        self.record = record
        self.codec = Codec(record)

    @property
    def chain_id(self) -> int:
        return self.record.chain_id

    @property
    def parameters(self) -> Parameters:
        return self.record.parameters

    def address(self, contract: str) -> str:
        return self.codec.addresses[contract]

    @property
    def passkey_verifier(self) -> bytes | None:
        """The 20 bytes of the contract that checks passkeys; None where there is none."""
        found = self.record.verifiers.get(PASSKEY_VERIFIER)
        return None if found is None else bytes.fromhex(found.address.removeprefix("0x"))

    @cached_property
    def token_domain(self) -> Domain:
        return Domain.of_token(self.chain_id, self.address(TOKEN))

    @cached_property
    def escrow_domain(self) -> Domain:
        return Domain.of_job_escrow(self.chain_id, self.address(JOB_ESCROW))

    def officer_domain(self, officer: str) -> Domain:
        return Domain.of_officer_account(self.chain_id, self.officer(officer).account)

    def officer(self, name: str) -> OfficerRecord:
        """Raises:
        OfficerUnknown
        """
        if name not in self.record.officers:
            raise OfficerUnknown(name)
        return self.record.officers[name]

    def officer_at(self, account: str) -> str | None:
        """Return the name of the officer whose account has this address."""
        found = (n for n, o in self.record.officers.items() if o.account.lower() == account.lower())
        return next(found, None)

    def delay_of(self, role: str) -> int:
        """Return the seconds between scheduling and carrying out an act of this role; 0 acts at once."""
        return self.record.delays.get(role, 0)

    def is_redemption(self, address: str) -> bool:
        return address.lower() == self.address(REDEMPTION).lower()


def wallet_text(participant: ParticipantId) -> str:
    """Return a participant's id as events and calls spell an address: 0x and 40 hex digits."""
    return f"0x{participant.hex()}"
