"""A deployed city and its people for the tests: officers, partners and holders who act by signature alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ape import accounts, chain
from ape.api import AccountAPI, ReceiptAPI
from ape.contracts import ContractInstance
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from heitje_chain.chain import ids, typed_data
from heitje_chain.chain.deployment import DeploymentRecord
from heitje_chain.chain.ids import ClaimId, ClientId, JobId, ParticipantId, RedemptionId
from heitje_chain.chain.typed_data import Domain, JobTerms, TypedData
from scripts._deployment.chain import contract_at
from scripts._deployment.commands import ROLE_TABLE, SCRIPTS
from scripts._deployment.deploying import deploy
from scripts._deployment.keys import officer_account
from scripts._deployment.network_file import NetworkFile, read_network_file
from scripts._deployment.roles import RoleTable, read_role_table

DAY = 86_400
DELAY = 2 * DAY
FAR = 2**48 - 1
PERIOD = 2026

LOCAL = SCRIPTS / "networks" / "local.toml"


def role_table() -> RoleTable:
    return read_role_table(ROLE_TABLE)


def network_file(path: Path = LOCAL) -> NetworkFile:
    """The devnet's file with the delays of a real city, which the tests cross by moving the clock."""
    network = read_network_file(path, role_table())
    return network.model_copy(update={"delays": dict.fromkeys(network.delays, DELAY)})


def quiet(_step: str) -> None:
    """Say nothing."""


class Person:
    """Somebody with a wallet, or a partner's approver with a key: signs, and never sends."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.key = keccak(text=f"key of {name}")
        self.address: str = Account.from_key(self.key).address

    @property
    def id(self) -> ParticipantId:
        """The id of a holder whose first wallet this is."""
        return ids.participant_of(self.address)

    @property
    def signer(self) -> bytes:
        return bytes.fromhex(self.address[2:])


@dataclass
class Job:
    id: JobId
    terms: JobTerms


@dataclass
class City:
    """The contracts of one deployment, and how each person reaches them."""

    record: DeploymentRecord
    sender: AccountAPI
    """The service's sending account: relays what others signed."""
    contracts: dict[str, ContractInstance] = field(default_factory=dict)

    @classmethod
    def deployed(cls) -> City:
        network, payer = network_file(), accounts.test_accounts[0]
        city = cls(deploy("test", network, role_table(), payer, quiet), accounts.test_accounts[9])
        city.contracts = {name: contract_at(city.record, name) for name in city.record.contracts}
        return city

    # ---------------------------------------------------------------- contracts

    @property
    def manager(self) -> ContractInstance:
        return self.contracts["AccessManager"]

    @property
    def registry(self) -> ContractInstance:
        return self.contracts["ParticipantRegistry"]

    @property
    def token(self) -> ContractInstance:
        return self.contracts["HeitjeToken"]

    @property
    def budget(self) -> ContractInstance:
        return self.contracts["RewardBudget"]

    @property
    def escrow(self) -> ContractInstance:
        return self.contracts["JobEscrow"]

    @property
    def redemption(self) -> ContractInstance:
        return self.contracts["Redemption"]

    def domain(self, contract: ContractInstance) -> Domain:
        make = Domain.of_token if contract.address == self.token.address else Domain.of_job_escrow
        return make(chain.chain_id, contract.address)

    # ---------------------------------------------------------------- officers

    def officer(self, name: str) -> ContractInstance:
        return contract_at(self.record, "OfficerAccount", self.record.officers[name].account)

    def act(self, name: str, method: Any, *arguments: Any) -> ReceiptAPI:
        """Have an officer sign one call, and relay it."""
        return self.relay_act(name, method.contract.address, bytes(method.encode_input(*arguments)))

    def relay_act(self, name: str, target: str, data: bytes) -> ReceiptAPI:
        account, client_id = self.officer(name), ids.new_client_id()
        message = typed_data.act(
            Domain.of_officer_account(chain.chain_id, account.address), target, data, client_id, FAR
        )
        key = officer_account(name, self.record.officers[name].signer)
        signature = key.sign_message(encode_typed_data(full_message=message.as_dict()))
        assert signature is not None
        return account.act(target, data, client_id, FAR, signature.encode_rsv(), sender=self.sender)

    def act_later(self, name: str, method: Any, *arguments: Any) -> ReceiptAPI:
        """Schedule a delayed act by the officer's signature, wait, and have anyone carry it out."""
        self.schedule(name, method, *arguments)
        self.wait(DELAY)
        return self.carry_out(name, method, *arguments)

    def schedule(self, name: str, method: Any, *arguments: Any) -> ReceiptAPI:
        data = bytes(method.encode_input(*arguments))
        return self.act(name, self.manager.schedule, method.contract.address, data, 0)

    def carry_out(self, name: str, method: Any, *arguments: Any) -> ReceiptAPI:
        data = bytes(method.encode_input(*arguments))
        return self.officer(name).carryOut(method.contract.address, data, sender=self.sender)

    def wait(self, seconds: int) -> None:
        chain.mine(deltatime=seconds)

    # ---------------------------------------------------------------- partners

    def by_partner(self, approver: Person, message: TypedData) -> tuple[bytes, int, bytes]:
        return (approver.signer, message.message["deadline"], message.signed_by(approver.key))

    def post(self, partner: ParticipantId, approver: Person, reward: int, slots: int) -> Job:
        now = chain.pending_timestamp
        terms = JobTerms(
            partner=partner,
            period=PERIOD,
            reward=reward,
            slots=slots,
            claim_by=now + 7 * DAY,
            submit_by=now + 14 * DAY,
            document_hash=keccak(text="salt and description"),
            client_id=ids.new_client_id(),
        )
        message = typed_data.post_job(self.domain(self.escrow), terms, FAR)
        self.escrow.postJob(terms.as_tuple(), self.by_partner(approver, message), sender=self.sender)
        return Job(ids.job_id(partner, terms.client_id), terms)

    def approval(
        self, partner: ParticipantId, approver: Person, claims: Sequence[ClaimId]
    ) -> tuple[ParticipantId, Sequence[ClaimId], tuple[bytes, int, bytes]]:
        """The arguments of `approve`: they may be sent again."""
        message = typed_data.approve(self.domain(self.escrow), partner, claims, FAR)
        return partner, claims, self.by_partner(approver, message)

    def reject(self, approver: Person, claim: ClaimId) -> ReceiptAPI:
        why = keccak(text="salt and reason")
        message = typed_data.reject(self.domain(self.escrow), claim, 3, why, FAR)
        return self.escrow.reject(claim, 3, why, self.by_partner(approver, message), sender=self.sender)

    # ---------------------------------------------------------------- residents

    def claim(self, job: Job, resident: Person, cents: int) -> ClaimId:
        client_id = ids.new_client_id()
        message = typed_data.claim(self.domain(self.escrow), job.id, resident.id, cents, client_id, FAR)
        self.escrow.claim(
            job.id, resident.id, cents, client_id, FAR, message.signed_by(resident.key), sender=self.sender
        )
        return ids.claim_id(resident.id, client_id)

    def submit(self, claim: ClaimId, resident: Person) -> ReceiptAPI:
        evidence = keccak(text="salt and photo")
        message = typed_data.submit(self.domain(self.escrow), claim, evidence, FAR)
        return self.escrow.submit(claim, evidence, FAR, message.signed_by(resident.key), sender=self.sender)

    def dispute(self, claim: ClaimId, resident: Person) -> ReceiptAPI:
        words = keccak(text="salt and words")
        message = typed_data.dispute(self.domain(self.escrow), claim, words, FAR)
        return self.escrow.dispute(claim, words, FAR, message.signed_by(resident.key), sender=self.sender)

    # ---------------------------------------------------------------- coins

    def pay(self, payer: Person, payee: Person, cents: int, nonce: bytes | None = None) -> ReceiptAPI:
        arguments = (payer.address, payee.address, cents, 0, FAR, nonce or ids.new_client_id())
        message = typed_data.transfer_with_authorization(self.domain(self.token), *arguments)
        return self.token.transferWithAuthorization(
            *arguments, *_vrs(message.signed_by(payer.key)), sender=self.sender
        )

    def redeem(self, merchant: Person, cents: int, client_id: ClientId | None = None) -> RedemptionId:
        client_id = client_id or ids.new_client_id()
        redemption = ids.redemption_id(merchant.id, client_id)
        message = typed_data.receive_with_authorization(
            self.domain(self.token), merchant.address, self.redemption.address, cents, 0, FAR, redemption
        )
        self.redemption.redeem(
            merchant.address,
            cents,
            0,
            FAR,
            client_id,
            *_vrs(message.signed_by(merchant.key)),
            sender=self.sender,
        )
        return redemption


def _vrs(signature: bytes) -> tuple[int, bytes, bytes]:
    return signature[64], signature[:32], signature[32:64]
