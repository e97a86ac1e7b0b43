// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IOfficerAccount} from "./interfaces/IOfficerAccount.sol";

/// @title OfficerAccount
/// @notice See {IOfficerAccount}, which is the manual.
contract OfficerAccount is IOfficerAccount, EIP712, Multicall {
    bytes32 private constant _ACT_TYPEHASH =
        keccak256("Act(address target,bytes data,bytes32 clientId,uint48 deadline)");

    IAccessManager private immutable _manager;

    bytes private _signer;
    mapping(bytes32 clientId => bool) private _usedIds;

    /// @param manager_ where delayed acts are scheduled
    /// @param signer_ ERC-7913: an address, or a verifier's address followed by a key
    constructor(IAccessManager manager_, bytes memory signer_) EIP712("Heitje OfficerAccount", "1") {
        require(signer_.length >= 20 && bytes20(signer_) != bytes20(0), OfficerAccountInvalidSigner(signer_));
        _manager = manager_;
        _signer = signer_;

        emit Opened(address(manager_), signer_);
    }

    // ------------------------------------------------------------------ acts

    /// @inheritdoc IOfficerAccount
    function act(
        address target,
        bytes calldata data,
        bytes32 clientId,
        uint48 deadline,
        bytes calldata signature
    ) external returns (bytes memory) {
        require(data.length >= 4, OfficerAccountNoSelector());
        // slither-disable-next-line timestamp: deadlines are of days; a validator can bend seconds
        require(block.timestamp <= deadline, OfficerAccountSignatureExpired(deadline));
        require(!_usedIds[clientId], OfficerAccountIdUsed(clientId));
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(_ACT_TYPEHASH, target, keccak256(data), clientId, deadline))
        );
        require(
            SignatureChecker.isValidSignatureNow(_signer, digest, signature), OfficerAccountInvalidSignature()
        );

        _usedIds[clientId] = true;

        emit Acted(clientId, target, bytes4(data), data);

        return Address.functionCall(target, data);
    }

    /// @inheritdoc IOfficerAccount
    function carryOut(address target, bytes calldata data) external {
        require(data.length >= 4, OfficerAccountNoSelector());
        bytes32 operationId = _manager.hashOperation(address(this), target, data);
        require(_manager.getSchedule(operationId) != 0, OfficerAccountNotScheduled(operationId));

        emit CarriedOut(target, bytes4(data), data);

        // The manager executes only what is scheduled and due, and forgets it: nothing can be carried out twice.
        // slither-disable-next-line unused-return: the nonce of the manager's schedule, which its own event tells
        _manager.execute(target, data);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IOfficerAccount
    function manager() external view returns (address) {
        return address(_manager);
    }

    /// @inheritdoc IOfficerAccount
    function signer() external view returns (bytes memory) {
        return _signer;
    }

    /// @inheritdoc IOfficerAccount
    function isIdUsed(bytes32 clientId) external view returns (bool) {
        return _usedIds[clientId];
    }
}
