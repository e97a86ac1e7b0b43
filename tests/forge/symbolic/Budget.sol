// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {Budget, Reward} from "../../../contracts/interfaces/IRewardBudget.sol";
import {BudgetId, ParticipantId, budgetIdOf} from "../../../contracts/types/Ids.sol";
import {AnyState} from "./AnyState.sol";

/// @dev Nothing is minted or promised beyond a budget.
contract BudgetProof is AnyState {
    function check_grant__keepsWithin(
        ParticipantId partner,
        uint32 period,
        uint64 cents,
        bytes32 id,
        BudgetId any
    ) public {
        tokenAnswersAnything();
        _assumeWithin(any);
        budget.grant(partner, period, cents, id);
        _assertWithin(any);
    }

    function check_closeBudget__keepsWithin(ParticipantId partner, uint32 period, BudgetId any) public {
        _assumeWithin(any);
        budget.closeBudget(partner, period);
        _assertWithin(any);
    }

    function check_reserve__keepsWithin(
        ParticipantId partner,
        uint32 period,
        uint256 slotReward,
        uint256 slots,
        BudgetId any
    ) public {
        _assumeWithin(any);
        vm.prank(address(escrow));
        budget.reserve(partner, period, slotReward, slots);
        _assertWithin(any);
    }

    function check_release__keepsWithin(ParticipantId partner, uint32 period, uint256 cents, BudgetId any)
        public
    {
        _assumeWithin(any);
        vm.prank(address(escrow));
        budget.release(partner, period, cents);
        _assertWithin(any);
    }

    function check_award__keepsWithinAndMintsWhatItBooks(
        ParticipantId partner,
        uint32 period,
        ParticipantId resident,
        uint64 cents,
        BudgetId any
    ) public {
        _assumeWithin(any);
        uint256 supply = token.totalSupply();
        uint64 minted = budget.budget(budgetIdOf(partner, period)).minted;
        budget.award(partner, period, resident, cents, "why", "id");
        _assertWithin(any);
        assert(token.totalSupply() - supply == budget.budget(budgetIdOf(partner, period)).minted - minted);
    }

    function check_reward__keepsWithin(ParticipantId partner, Reward memory one) public {
        BudgetId id = budgetIdOf(partner, one.period);
        _assumeWithin(id);
        _reward(partner, one, false);
        _assertWithin(id);
    }

    function check_reward__withinTheMintLimit__keepsWithin(ParticipantId partner, Reward memory one) public {
        BudgetId id = budgetIdOf(partner, one.period);
        _assumeWithin(id);
        _reward(partner, one, true);
        _assertWithin(id);
    }

    function check_reward__leavesOtherBudgetsAlone(ParticipantId partner, Reward memory one, BudgetId other)
        public
    {
        vm.assume(BudgetId.unwrap(other) != BudgetId.unwrap(budgetIdOf(partner, one.period)));
        bytes32 before = keccak256(abi.encode(budget.budget(other)));
        _reward(partner, one, false);
        assert(keccak256(abi.encode(budget.budget(other))) == before);
    }

    function check_reward__mintsWhatItBooks(ParticipantId partner, Reward memory one) public {
        uint256 supply = token.totalSupply();
        uint64 minted = budget.budget(budgetIdOf(partner, one.period)).minted;
        _reward(partner, one, false);
        assert(token.totalSupply() - supply == budget.budget(budgetIdOf(partner, one.period)).minted - minted);
    }

    function _reward(ParticipantId partner, Reward memory one, bool limited) private {
        Reward[] memory rewards = new Reward[](1);
        rewards[0] = one;
        vm.prank(address(escrow));
        budget.reward(partner, rewards, limited);
    }

    function _assumeWithin(BudgetId id) private view {
        vm.assume(_isWithin(budget.budget(id)));
    }

    function _assertWithin(BudgetId id) private view {
        assert(_isWithin(budget.budget(id)));
    }

    function _isWithin(Budget memory found) private pure returns (bool) {
        return uint256(found.reserved) + found.minted <= found.granted;
    }
}
