// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Vm} from "../base/Vm.sol";
import {ToldJobs} from "./ToldJobs.sol";
import {ToldOfficers} from "./ToldOfficers.sol";
import {ToldRedemption} from "./ToldRedemption.sol";

/// @dev Heitje's contracts as the record of a deployment names them.
struct Emitters {
    address registry;
    address token;
    address budget;
    address escrow;
    address redemption;
    address manager;
}

/// @dev Everything that events tell, put together by somebody who has nothing else: no contract is called from here,
/// and what the test itself knows is out of reach.
contract Told is ToldJobs, ToldRedemption, ToldOfficers {
    Emitters private _from;

    constructor(Emitters memory from) {
        _from = from;
    }

    /// @param logs the events of one block, in their order
    /// @param time when the block was made
    function hear(Vm.Log[] calldata logs, uint256 time) external {
        _time = time;
        for (uint256 i = 0; i < logs.length; ++i) {
            _count(logs[i].topics[0]);
            _hear(logs[i]);
        }
    }

    function _hear(Vm.Log calldata log) private {
        // Who the manager is; it never changes.
        if (log.topics[0] == IAccessManaged.AuthorityUpdated.selector) return;

        if (log.emitter == _from.registry) _hearRegistry(log);
        else if (log.emitter == _from.token) _hearToken(log);
        else if (log.emitter == _from.budget) _hearBudget(log);
        else if (log.emitter == _from.escrow) _hearEscrow(log);
        else if (log.emitter == _from.redemption) _hearRedemption(log);
        else if (log.emitter == _from.manager) _hearManager(log);
        else _hearOfficer(log);
    }
}
