// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {HeitjeToken} from "../../../contracts/HeitjeToken.sol";
import {OfficerAccount} from "../../../contracts/OfficerAccount.sol";
import {ParticipantRegistry} from "../../../contracts/ParticipantRegistry.sol";
import {RewardBudget} from "../../../contracts/RewardBudget.sol";
import {City} from "../base/City.sol";

/// @dev A second deployment beside the first: contracts and officers' accounts of its own, and nobody in it yet.
contract NewCity is City {
    constructor() {
        setUp();
    }

    function order(uint256 officer, address target, bytes calldata data) external {
        act(officer, target, data);
    }

    function admitResident(address who) external {
        address[] memory list = new address[](1);
        list[0] = who;
        vm.prank(SENDER);
        registry.admitResidents(list);
    }

    function officerOf(uint256 key) external view returns (OfficerAccount) {
        return officers[key];
    }

    function contracts()
        external
        view
        returns (AccessManager, ParticipantRegistry, HeitjeToken, RewardBudget)
    {
        return (manager, registry, token, budget);
    }

    function _admitPeople() internal override {}
}
