// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";

import {JobTerms, PartnerSignature} from "../../../contracts/interfaces/IJobEscrow.sol";
import {ClaimId, JobId, ParticipantId} from "../../../contracts/types/Ids.sol";
import {Vm} from "./Vm.sol";

/// @dev The EIP-712 messages of Heitje, written a second time: what a client signs, not what the contracts compute.
library Sign {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    bytes32 private constant _DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    function digest(address verifyingContract, bytes32 structHash) internal view returns (bytes32) {
        (, string memory name, string memory version, uint256 chainId,,,) =
            IERC5267(verifyingContract).eip712Domain();
        return digest(name, version, chainId, verifyingContract, structHash);
    }

    function digest(
        string memory name,
        string memory version,
        uint256 chainId,
        address verifyingContract,
        bytes32 structHash
    ) internal pure returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                _DOMAIN_TYPEHASH,
                keccak256(bytes(name)),
                keccak256(bytes(version)),
                chainId,
                verifyingContract
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function packed(uint256 key, bytes32 hash) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hash);
        return abi.encodePacked(r, s, v);
    }

    function byPartner(uint256 key, address escrow, bytes32 structHash, uint48 deadline)
        internal
        view
        returns (PartnerSignature memory)
    {
        return PartnerSignature({
            signer: abi.encodePacked(vm.addr(key)),
            deadline: deadline,
            signature: packed(key, digest(escrow, structHash))
        });
    }

    // ------------------------------------------------------------------ struct hashes

    function postJob(JobTerms memory terms, uint48 deadline) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "PostJob(bytes20 partner,uint32 period,uint48 reward,uint16 slots,uint48 claimBy,uint48 submitBy,bytes32 documentHash,bytes32 clientId,uint48 deadline)"
                ),
                terms,
                deadline
            )
        );
    }

    function closeJob(JobId job, uint48 deadline) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256("CloseJob(bytes32 job,uint48 deadline)"), job, deadline));
    }

    function approve(ParticipantId partner, ClaimId[] memory claims, uint48 deadline)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                keccak256("Approve(bytes20 partner,bytes32[] claims,uint48 deadline)"),
                partner,
                keccak256(abi.encodePacked(claims)),
                deadline
            )
        );
    }

    function reject(ClaimId claim, uint16 reason, bytes32 documentHash, uint48 deadline)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                keccak256("Reject(bytes32 claim,uint16 reason,bytes32 documentHash,uint48 deadline)"),
                claim,
                reason,
                documentHash,
                deadline
            )
        );
    }

    function claim(JobId job, ParticipantId resident, uint48 cents, bytes32 clientId, uint48 deadline)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                keccak256(
                    "Claim(bytes32 job,bytes20 resident,uint48 cents,bytes32 clientId,uint48 deadline)"
                ),
                job,
                resident,
                cents,
                clientId,
                deadline
            )
        );
    }

    function withdraw(ClaimId id, uint48 deadline) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256("Withdraw(bytes32 claim,uint48 deadline)"), id, deadline));
    }

    function submit(ClaimId id, bytes32 evidenceHash, uint48 deadline) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("Submit(bytes32 claim,bytes32 evidenceHash,uint48 deadline)"),
                id,
                evidenceHash,
                deadline
            )
        );
    }

    function dispute(ClaimId id, bytes32 documentHash, uint48 deadline) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("Dispute(bytes32 claim,bytes32 documentHash,uint48 deadline)"),
                id,
                documentHash,
                deadline
            )
        );
    }

    function act(address target, bytes memory data, bytes32 clientId, uint48 deadline)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                keccak256("Act(address target,bytes data,bytes32 clientId,uint48 deadline)"),
                target,
                keccak256(data),
                clientId,
                deadline
            )
        );
    }

    /// @param purpose "TransferWithAuthorization" or "ReceiveWithAuthorization"
    function authorization(
        string memory purpose,
        address from,
        address to,
        uint256 cents,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    abi.encodePacked(
                        purpose,
                        "(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
                    )
                ),
                from,
                to,
                cents,
                validAfter,
                validBefore,
                nonce
            )
        );
    }

    function cancelAuthorization(address authorizer, bytes32 nonce) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(keccak256("CancelAuthorization(address authorizer,bytes32 nonce)"), authorizer, nonce)
        );
    }
}
