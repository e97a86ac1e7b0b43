// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IJobEscrow, JobTerms, PartnerSignature} from "./interfaces/IJobEscrow.sol";
import {IParticipantRegistry, ParticipantKind} from "./interfaces/IParticipantRegistry.sol";
import {ClaimId, JobId, ParticipantId} from "./types/Ids.sol";

/// @title What partners and residents sign
/// @notice The EIP-712 messages of {IJobEscrow}, each checked against who must have signed it. A signature binds this
/// contract, this chain, the whole content and a deadline; that it counts once follows from ids and states.
abstract contract JobSignatures is IJobEscrow, EIP712 {
    bytes32 private constant _POST_JOB = keccak256(
        "PostJob(bytes20 partner,uint32 period,uint48 reward,uint16 slots,uint48 claimBy,uint48 submitBy,bytes32 documentHash,bytes32 clientId,uint48 deadline)"
    );
    bytes32 private constant _CLOSE_JOB = keccak256("CloseJob(bytes32 job,uint48 deadline)");
    bytes32 private constant _APPROVE =
        keccak256("Approve(bytes20 partner,bytes32[] claims,uint48 deadline)");
    bytes32 private constant _REJECT =
        keccak256("Reject(bytes32 claim,uint16 reason,bytes32 documentHash,uint48 deadline)");
    bytes32 private constant _CLAIM =
        keccak256("Claim(bytes32 job,bytes20 resident,uint48 cents,bytes32 clientId,uint48 deadline)");
    bytes32 private constant _WITHDRAW = keccak256("Withdraw(bytes32 claim,uint48 deadline)");
    bytes32 private constant _SUBMIT =
        keccak256("Submit(bytes32 claim,bytes32 evidenceHash,uint48 deadline)");
    bytes32 private constant _DISPUTE =
        keccak256("Dispute(bytes32 claim,bytes32 documentHash,uint48 deadline)");

    IParticipantRegistry internal immutable _registry;

    constructor(IParticipantRegistry registry_) EIP712("Heitje JobEscrow", "1") {
        _registry = registry_;
    }

    // ------------------------------------------------------------------ partners

    function _requirePosted(JobTerms calldata terms, PartnerSignature calldata by) internal view {
        _requirePartner(terms.partner, keccak256(abi.encode(_POST_JOB, terms, by.deadline)), by);
    }

    function _requireClosed(ParticipantId partner, JobId job, PartnerSignature calldata by) internal view {
        _requirePartner(partner, keccak256(abi.encode(_CLOSE_JOB, job, by.deadline)), by);
    }

    function _requireApproved(ParticipantId partner, ClaimId[] calldata claims, PartnerSignature calldata by)
        internal
        view
    {
        bytes32 claimsHash = keccak256(abi.encodePacked(claims));
        _requirePartner(partner, keccak256(abi.encode(_APPROVE, partner, claimsHash, by.deadline)), by);
    }

    function _requireRejected(
        ParticipantId partner,
        ClaimId id,
        uint16 reason,
        bytes32 documentHash,
        PartnerSignature calldata by
    ) internal view {
        _requirePartner(partner, keccak256(abi.encode(_REJECT, id, reason, documentHash, by.deadline)), by);
    }

    // ------------------------------------------------------------------ residents

    function _requireClaimed(
        JobId job,
        ParticipantId resident,
        uint48 cents,
        bytes32 clientId,
        uint48 deadline,
        bytes calldata signature
    ) internal view {
        bytes32 structHash = keccak256(abi.encode(_CLAIM, job, resident, cents, clientId, deadline));
        _requireResident(resident, structHash, deadline, signature);
    }

    function _requireWithdrawn(ParticipantId resident, ClaimId id, uint48 deadline, bytes calldata signature)
        internal
        view
    {
        _requireResident(resident, keccak256(abi.encode(_WITHDRAW, id, deadline)), deadline, signature);
    }

    function _requireSubmitted(
        ParticipantId resident,
        ClaimId id,
        bytes32 evidenceHash,
        uint48 deadline,
        bytes calldata signature
    ) internal view {
        bytes32 structHash = keccak256(abi.encode(_SUBMIT, id, evidenceHash, deadline));
        _requireResident(resident, structHash, deadline, signature);
    }

    function _requireDisputed(
        ParticipantId resident,
        ClaimId id,
        bytes32 documentHash,
        uint48 deadline,
        bytes calldata signature
    ) internal view {
        bytes32 structHash = keccak256(abi.encode(_DISPUTE, id, documentHash, deadline));
        _requireResident(resident, structHash, deadline, signature);
    }

    // ------------------------------------------------------------------ details

    function _requirePartner(ParticipantId partner, bytes32 structHash, PartnerSignature calldata by)
        private
        view
    {
        // slither-disable-next-line timestamp: deadlines are of days; a validator can bend seconds
        require(block.timestamp <= by.deadline, JobEscrowSignatureExpired(by.deadline));
        _registry.requirePartnerSignature(partner, by.signer, _hashTypedDataV4(structHash), by.signature);
    }

    function _requireResident(
        ParticipantId resident,
        bytes32 structHash,
        uint48 deadline,
        bytes calldata signature
    ) private view {
        // slither-disable-next-line timestamp: deadlines are of days; a validator can bend seconds
        require(block.timestamp <= deadline, JobEscrowSignatureExpired(deadline));
        _registry.requireWalletSignature(
            resident, ParticipantKind.Resident, _hashTypedDataV4(structHash), signature
        );
    }
}
