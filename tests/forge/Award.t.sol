// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IRewardBudget} from "../../contracts/interfaces/IRewardBudget.sol";
import {BudgetId, ParticipantId, budgetIdOf} from "../../contracts/types/Ids.sol";
import {Jobs} from "./base/Jobs.sol";

/// @dev What the treasurer gives a resident without a job. That the mint limit holds for it is in MintLimit.t.sol.
contract AwardTest is Jobs {
    ParticipantId private constant NOBODY = ParticipantId.wrap("nobody");

    BudgetId private _id = budgetIdOf(ALCANDER, PERIOD);

    function test_award__fromBudget__mintsToResident() public {
        asOfficer(TREASURER);
        watch();
        budget.award(ALCANDER, PERIOD, idOf(ALICE), 33_00, "reason", "award");
        saw(address(budget));
        emit IRewardBudget.AwardMinted(_id, idOf(ALICE), 33_00, "reason", "award");
        saw(address(token));
        emit IERC20.Transfer(address(0), wallet(ALICE), 33_00);
        sawNothingElse();

        budgetIs(_id, GRANTED, 0, 33_00, false);
        same(token.balanceOf(wallet(ALICE)), 33_00, "balance");
        same(token.totalSupply(), 33_00, "supply");
        same(budget.outstanding(), 2 * GRANTED - 33_00, "outstanding");
        isTrue(budget.isIdUsed("award"), "id used");
    }

    function test_award__ofWhatIsReserved__reverts() public {
        asOfficer(TREASURER);
        budget.grant(ALCANDER, PERIOD + 1, 300_00, "small");
        vm.prank(address(escrow));
        budget.reserve(ALCANDER, PERIOD + 1, 100_00, 1);
        BudgetId id = budgetIdOf(ALCANDER, PERIOD + 1);

        vm.expectRevert(
            abi.encodeWithSelector(IRewardBudget.RewardBudgetExceeded.selector, id, 200_01, 200_00)
        );
        asOfficer(TREASURER);
        budget.award(ALCANDER, PERIOD + 1, idOf(ALICE), 200_01, "reason", "too much");

        asOfficer(TREASURER);
        budget.award(ALCANDER, PERIOD + 1, idOf(ALICE), 200_00, "reason", "all there is");
        budgetIs(id, 300_00, 100_00, 200_00, false);
    }

    function test_award__fromClosedBudget__reverts() public {
        asOfficer(TREASURER);
        budget.closeBudget(ALCANDER, PERIOD);

        vm.expectRevert(abi.encodeWithSelector(IRewardBudget.RewardBudgetIsClosed.selector, _id));
        _award(ALCANDER, idOf(ALICE), 1, "award");
    }

    function test_award__fromUnknownBudget__reverts() public {
        vm.expectRevert(
            abi.encodeWithSelector(IRewardBudget.RewardBudgetUnknown.selector, budgetIdOf(NOBODY, PERIOD))
        );
        _award(NOBODY, idOf(ALICE), 1, "award");
    }

    function test_award__ofNothing__reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IRewardBudget.RewardBudgetZeroAmount.selector));
        _award(ALCANDER, idOf(ALICE), 0, "award");
    }

    /// @dev Grants and awards share their ids, so that one can never be taken for the other.
    function test_award__whenIdUsed__reverts() public {
        asOfficer(TREASURER);
        budget.grant(ALCANDER, PERIOD, 1, "a grant's");
        _award(ALCANDER, idOf(ALICE), 1, "an award's");

        vm.expectRevert(
            abi.encodeWithSelector(IRewardBudget.RewardBudgetIdUsed.selector, bytes32("a grant's"))
        );
        _award(ALCANDER, idOf(ALICE), 1, "a grant's");
        vm.expectRevert(
            abi.encodeWithSelector(IRewardBudget.RewardBudgetIdUsed.selector, bytes32("an award's"))
        );
        _award(ALCANDER, idOf(ALICE), 1, "an award's");
    }

    function test_award__toWhoCannotReceive__reverts() public {
        setBlocked(idOf(BOB), true);
        ParticipantId[4] memory others = [idOf(BOB), idOf(BAKER), idOf(CHOIR), NOBODY];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IRewardBudget.RewardBudgetPayeeCannotReceive.selector, others[i])
            );
            _award(ALCANDER, others[i], 1, "award");
        }
        isFalse(budget.isIdUsed("award"), "a refused award leaves its id free");
        budgetIs(_id, GRANTED, 0, 0, false);
    }

    // ------------------------------------------------------------------ details

    function _award(ParticipantId partner, ParticipantId resident, uint64 cents, bytes32 id) private {
        asOfficer(TREASURER);
        budget.award(partner, PERIOD, resident, cents, "reason", id);
    }
}
