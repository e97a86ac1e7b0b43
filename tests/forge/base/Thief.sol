// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {IOfficerAccount} from "../../../contracts/interfaces/IOfficerAccount.sol";
import {OfficerAccount} from "../../../contracts/OfficerAccount.sol";
import {JobTerms} from "../../../contracts/interfaces/IJobEscrow.sol";
import {IRewardBudget} from "../../../contracts/interfaces/IRewardBudget.sol";
import {ClaimId, JobId, ParticipantId} from "../../../contracts/types/Ids.sol";
import {Jobs} from "./Jobs.sol";
import {Sign} from "./Sign.sol";

/// @dev A city with a thief in it, who has a key or two, all the time there is, and two helpers: Bob, a resident, and
/// the grocer, a merchant. Alice and the baker are honest. As docs/stolen-keys.md asks, a second admin's key lies in a
/// safe. Delays are two days, as a city would have them.
abstract contract Thief is Jobs {
    uint256 internal constant SECOND_ADMIN = 0xA8;

    /// @dev What a partner's bucket holds, and in what time it fills: set by {City}.
    uint256 internal constant CAPACITY = 5_000_00;
    uint256 internal constant WINDOW = 1 days;

    function setUp() public virtual override {
        super.setUp();
        appoint(SECOND_ADMIN, "ADMIN", DELAY);
    }

    // ------------------------------------------------------------------ how a thief is stopped

    /// @dev At once, by the enforcer.
    function pauseAll() internal {
        act(ENFORCER, address(token), abi.encodeCall(token.pause, ()));
    }

    function unpauseAll() internal {
        act(ENFORCER, address(token), abi.encodeCall(token.unpause, ()));
    }

    function block_(ParticipantId who) internal {
        act(ENFORCER, address(registry), abi.encodeCall(registry.blockParticipant, (who, 1)));
    }

    /// @dev By an admin, after the delay.
    function dismiss(uint256 officer, string memory role) internal {
        bytes memory data = abi.encodeCall(manager.revokeRole, (roleIds[role], address(officers[officer])));
        actDelayed(ADMIN, address(manager), data);
    }

    /// @dev By an admin, after the delay: a new account for a new key.
    function appoint(uint256 key, string memory role, uint32 delay) internal {
        bytes memory data = abi.encodeCall(manager.grantRole, (roleIds[role], _newAccount(key), delay));
        actDelayed(ADMIN, address(manager), data);
    }

    function _newAccount(uint256 key) internal returns (address) {
        officers[key] = new OfficerAccount(manager, abi.encodePacked(wallet(key)));
        return address(officers[key]);
    }

    /// @dev The thief schedules; the guardian, who has two days to see it, cancels; when the time comes nothing is there.
    function isCancelled(uint256 officer, address target, bytes memory data) internal {
        uint256 now_ = block.timestamp;
        schedule(officer, target, data);
        vm.warp(now_ + DELAY - 1);
        cancel(GUARDIAN, officer, target, data);
        vm.warp(now_ + DELAY);
        isGone(officer, target, data);
    }

    function cancel(uint256 by, uint256 officer, address target, bytes memory data) internal {
        act(by, address(manager), abi.encodeCall(manager.cancel, (address(officers[officer]), target, data)));
    }

    function isGone(uint256 officer, address target, bytes memory data) internal {
        bytes32 operation = manager.hashOperation(address(officers[officer]), target, data);
        vm.expectRevert(
            abi.encodeWithSelector(IOfficerAccount.OfficerAccountNotScheduled.selector, operation)
        );
        officers[officer].carryOut(target, data);
    }

    // ------------------------------------------------------------------ what is refused to a thief

    function refuses(uint256 officer, address target, bytes memory data, bytes memory why) internal {
        bytes32 id = fresh();
        bytes memory signature = signAct(officer, target, data, id, FAR);
        vm.expectRevert(why);
        officers[officer].act(target, data, id, FAR, signature);
    }

    /// @dev The role is gone.
    function refusesRole(uint256 officer, address target, bytes memory data) internal {
        refuses(officer, target, data, _noRole(officer));
    }

    function refusesPaused(uint256 officer, address target, bytes memory data) internal {
        refuses(officer, target, data, abi.encodeWithSelector(Pausable.EnforcedPause.selector));
    }

    function limitReached(ParticipantId partner, uint256 asked, uint256 available)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            IRewardBudget.RewardBudgetMintLimitReached.selector, partner, asked, available
        );
    }

    function _noRole(uint256 officer) private view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IAccessManaged.AccessManagedUnauthorized.selector, address(officers[officer])
            );
    }

    // ------------------------------------------------------------------ what thieves do

    function grantData(ParticipantId partner, uint256 cents) internal returns (bytes memory) {
        return abi.encodeCall(budget.grant, (partner, PERIOD, uint64(cents), fresh()));
    }

    function awardData(ParticipantId partner, uint256 resident, uint256 cents)
        internal
        returns (bytes memory)
    {
        return abi.encodeCall(
            budget.award, (partner, PERIOD, idOf(resident), uint64(cents), "reason", fresh())
        );
    }

    /// @dev Jobs that never were, done by Bob: nothing on the chain keeps one resident from having many claims.
    function pretend(uint256 key, ParticipantId partner, uint16 slots)
        internal
        returns (ClaimId[] memory claims)
    {
        JobId job = postAs(key, partner, uint48(MAX_REWARD), slots);
        claims = new ClaimId[](slots);
        for (uint256 i = 0; i < slots; ++i) {
            claims[i] = submitted(job, BOB, uint48(MAX_REWARD));
        }
    }

    function postAs(uint256 key, ParticipantId partner, uint48 reward, uint16 slots)
        internal
        returns (JobId)
    {
        JobTerms memory what = terms(reward, slots);
        what.partner = partner;
        return post(what, key);
    }

    function approveAs(uint256 key, ParticipantId partner, ClaimId[] memory claims) internal {
        escrow.approve(
            partner, claims, Sign.byPartner(key, address(escrow), Sign.approve(partner, claims, FAR), FAR)
        );
    }
}
