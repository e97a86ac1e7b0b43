// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {IOfficerAccount} from "../../../contracts/interfaces/IOfficerAccount.sol";
import {Vm} from "../base/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev Who holds which role, what is scheduled and what officers did: what the manager and their accounts told.
abstract contract ToldOfficers is Telling {
    struct Member {
        uint64 role;
        address account;
        bool holds;
        uint256 delay;
    }

    struct Operation {
        bytes32 id;
        uint256 due;
    }

    struct Guarded {
        address target;
        bytes4 selector;
        uint64 role;
    }

    struct Act {
        address account;
        bytes32 clientId;
    }

    Member[] private _members;
    mapping(bytes32 member => uint256 placePlusOne) private _memberPlaces;

    Operation[] private _operations;
    mapping(bytes32 id => uint256 placePlusOne) private _operationPlaces;

    Guarded[] private _guarded;
    uint64[] private _guardedRoles;
    mapping(uint64 role => uint64) public guardianOf;

    Act[] private _acts;

    // ------------------------------------------------------------------ what is known now

    function members() external view returns (Member[] memory) {
        return _members;
    }

    function operations() external view returns (Operation[] memory) {
        return _operations;
    }

    function guarded() external view returns (Guarded[] memory) {
        return _guarded;
    }

    function guardedRoles() external view returns (uint64[] memory) {
        return _guardedRoles;
    }

    function acts() external view returns (Act[] memory) {
        return _acts;
    }

    // ------------------------------------------------------------------ reading

    function _hearManager(Vm.Log calldata log) internal {
        bytes32 topic = log.topics[0];
        if (topic == IAccessManager.OperationScheduled.selector) {
            (uint48 due,,,) = abi.decode(log.data, (uint48, address, address, bytes));
            _plan(log.topics[1], due);
        } else if (
            topic == IAccessManager.OperationExecuted.selector
                || topic == IAccessManager.OperationCanceled.selector
        ) {
            _plan(log.topics[1], 0);
        } else if (topic == IAccessManager.RoleGranted.selector) {
            (uint32 delay,,) = abi.decode(log.data, (uint32, uint48, bool));
            _setMember(uint64(uint256(log.topics[1])), _asAddress(log.topics[2]), true, delay);
        } else if (topic == IAccessManager.RoleRevoked.selector) {
            _setMember(uint64(uint256(log.topics[1])), _asAddress(log.topics[2]), false, 0);
        } else if (topic == IAccessManager.RoleGuardianChanged.selector) {
            _guardedRoles.push(uint64(uint256(log.topics[1])));
            guardianOf[uint64(uint256(log.topics[1]))] = uint64(uint256(log.topics[2]));
        } else if (topic == IAccessManager.TargetFunctionRoleUpdated.selector) {
            bytes4 selector = abi.decode(log.data, (bytes4));
            _guarded.push(Guarded(_asAddress(log.topics[1]), selector, uint64(uint256(log.topics[2]))));
        } else {
            revert UnreadEvent(log.emitter, topic);
        }
    }

    /// @dev An account speaks for itself: who is none tells nothing that counts.
    function _hearOfficer(Vm.Log calldata log) internal {
        bytes32 topic = log.topics[0];
        if (topic == IOfficerAccount.Acted.selector) {
            _acts.push(Act(log.emitter, log.topics[1]));
        } else {
            bool tellsNoMore =
                topic == IOfficerAccount.Opened.selector || topic == IOfficerAccount.CarriedOut.selector;
            if (!tellsNoMore) revert UnreadEvent(log.emitter, topic);
        }
    }

    // ------------------------------------------------------------------ details

    function _plan(bytes32 id, uint256 due) private {
        if (_operationPlaces[id] == 0) {
            _operations.push(Operation(id, due));
            _operationPlaces[id] = _operations.length;
        }
        _operations[_operationPlaces[id] - 1].due = due;
    }

    function _setMember(uint64 role, address account, bool holds, uint256 delay) private {
        bytes32 key = keccak256(abi.encode(role, account));
        if (_memberPlaces[key] == 0) {
            _members.push(Member(role, account, holds, delay));
            _memberPlaces[key] = _members.length;
        }
        _members[_memberPlaces[key] - 1] = Member(role, account, holds, delay);
    }
}
