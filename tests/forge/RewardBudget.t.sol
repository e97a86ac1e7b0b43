// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {RewardBudget} from "../../contracts/RewardBudget.sol";
import {IRewardBudget, Reward, RewardOutcome} from "../../contracts/interfaces/IRewardBudget.sol";
import {BudgetId, ClaimId, JobId, ParticipantId, budgetIdOf} from "../../contracts/types/Ids.sol";
import {Jobs} from "./base/Jobs.sol";

/// @dev Granting and closing, and what only the job escrow may do. Awards are in Award.t.sol, what a grant asks of the
/// bank's statement in Reserve.t.sol, what a partner can mint in a while in MintLimit.t.sol.
contract RewardBudgetTest is Jobs {
    uint32 private constant NEXT = PERIOD + 1;

    ParticipantId private constant NEWCOMER = ParticipantId.wrap("newcomer");
    ParticipantId private constant NOBODY = ParticipantId.wrap("nobody");

    BudgetId private _id = budgetIdOf(ALCANDER, PERIOD);

    // ------------------------------------------------------------------ grant

    function test_grant__first__opensBudget() public {
        asOfficer(TREASURER);
        watch();
        budget.grant(ALCANDER, NEXT, 700_00, "grant");
        saw(address(budget));
        emit IRewardBudget.BudgetGranted(budgetIdOf(ALCANDER, NEXT), ALCANDER, NEXT, 700_00, "grant");
        sawNothingElse();

        budgetIs(budgetIdOf(ALCANDER, NEXT), 700_00, 0, 0, false);
        same(budget.outstanding(), 2 * GRANTED + 700_00, "outstanding");
        isTrue(budget.isIdUsed("grant"), "id used");
    }

    function test_grant__again__addsToBudget() public {
        _grant(ALCANDER, 1, "more");

        budgetIs(_id, GRANTED + 1, 0, 0, false);
        same(budget.outstanding(), 2 * GRANTED + 1, "outstanding");
    }

    function test_grant__whenIdUsed__reverts() public {
        _grant(ALCANDER, 1, "once");

        vm.expectRevert(abi.encodeWithSelector(IRewardBudget.RewardBudgetIdUsed.selector, bytes32("once")));
        _grant(STEUNPUNT, 2, "once");
    }

    function test_grant__ofNothing__reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IRewardBudget.RewardBudgetZeroAmount.selector));
        _grant(ALCANDER, 0, "zero");
    }

    function test_grant__toWhoIsNoActivePartner__reverts() public {
        setBlocked(STEUNPUNT, true);
        ParticipantId[3] memory others = [NOBODY, idOf(ALICE), STEUNPUNT];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IRewardBudget.RewardBudgetNotAPartner.selector, others[i]));
            _grant(others[i], 1, "other");
        }
        isFalse(budget.isIdUsed("other"), "a refused grant leaves its id free");
    }

    function test_grant__toClosedBudget__reverts() public {
        _close();

        vm.expectRevert(abi.encodeWithSelector(IRewardBudget.RewardBudgetIsClosed.selector, _id));
        _grant(ALCANDER, 1, "late");
    }

    // ------------------------------------------------------------------ closeBudget

    function test_closeBudget__whenNothingPromised__takesAllBack() public {
        asOfficer(TREASURER);
        watch();
        budget.closeBudget(ALCANDER, PERIOD);
        saw(address(budget));
        emit IRewardBudget.BudgetClosed(_id, GRANTED);
        sawNothingElse();

        budgetIs(_id, 0, 0, 0, true);
        same(budget.outstanding(), GRANTED, "the other partner's is left");
    }

    function test_closeBudget__withPromises__keepsThem() public {
        earn(ALICE, 40_00);
        JobId job = post(100_00, 3);
        asOfficer(TREASURER);
        watch();
        budget.closeBudget(ALCANDER, PERIOD);
        saw(address(budget));
        emit IRewardBudget.BudgetClosed(_id, GRANTED - 340_00);
        sawNothingElse();
        budgetIs(_id, 340_00, 300_00, 40_00, true);
        same(budget.outstanding(), GRANTED + 300_00, "outstanding");

        ClaimId id = submitted(job, ALICE, 100_00);
        approve(id);
        budgetIs(_id, 340_00, 200_00, 140_00, true);
        same(budget.outstanding(), GRANTED + 200_00, "outstanding when paid");
    }

    function test_closeBudget__whatIsReleasedLater__leavesGranted() public {
        JobId job = post(100_00, 3);
        _close();

        closeJob(job);

        budgetIs(_id, 0, 0, 0, true);
        same(budget.outstanding(), GRANTED, "outstanding");
    }

    function testFuzz_closeBudget__restOfSmallerClaim__leavesGranted(uint48 cents) public {
        cents = uint48(between(cents, 1, 100_00));
        ClaimId id = submitted(post(100_00, 1), ALICE, cents);
        _close();

        approve(id);

        budgetIs(_id, cents, 0, cents, true);
        same(budget.outstanding(), GRANTED, "outstanding");
    }

    function test_closeBudget__restOfSmallerClaim__isFreeAgainInOpenBudget() public {
        approve(submitted(post(100_00, 1), ALICE, 60_00));

        budgetIs(_id, GRANTED, 0, 60_00, false);
        same(budget.outstanding(), 2 * GRANTED - 60_00, "outstanding");
    }

    function test_closeBudget__whenUnknown__reverts() public {
        vm.expectRevert(
            abi.encodeWithSelector(IRewardBudget.RewardBudgetUnknown.selector, budgetIdOf(ALCANDER, NEXT))
        );
        asOfficer(TREASURER);
        budget.closeBudget(ALCANDER, NEXT);
    }

    function test_closeBudget__twice__reverts() public {
        _close();

        vm.expectRevert(abi.encodeWithSelector(IRewardBudget.RewardBudgetIsClosed.selector, _id));
        _close();
    }

    // ------------------------------------------------------------------ acts of the job escrow

    function test_reserve__byEscrow__needsRoomALimitAndABearableReward() public {
        _grantNewcomer(300_00);
        BudgetId id = budgetIdOf(NEWCOMER, PERIOD);
        _refusesReserve(1, 0, abi.encodeWithSelector(IRewardBudget.RewardBudgetZeroAmount.selector));
        _refusesReserve(
            MAX_REWARD + 1,
            1,
            abi.encodeWithSelector(
                IRewardBudget.RewardBudgetAboveMaxReward.selector, MAX_REWARD + 1, MAX_REWARD
            )
        );
        _refusesReserve(
            100_01, 3, abi.encodeWithSelector(IRewardBudget.RewardBudgetExceeded.selector, id, 300_03, 300_00)
        );
        _refusesReserve(
            100_00, 3, abi.encodeWithSelector(IRewardBudget.RewardBudgetNoMintLimit.selector, NEWCOMER)
        );
        _limit(NEWCOMER);

        _asEscrow();
        budget.reserve(NEWCOMER, PERIOD, 100_00, 3);

        budgetIs(id, 300_00, 300_00, 0, false);
    }

    /// @dev No limit is no bucket: nothing passes, rather than everything.
    function test_award__withoutMintLimit__reverts() public {
        _grantNewcomer(300_00);

        vm.expectRevert(abi.encodeWithSelector(IRewardBudget.RewardBudgetNoMintLimit.selector, NEWCOMER));
        asOfficer(TREASURER);
        budget.award(NEWCOMER, PERIOD, idOf(ALICE), 1, "reason", "award");
    }

    function test_reserve__inClosedOrUnknownBudget__reverts() public {
        _close();
        vm.expectRevert(abi.encodeWithSelector(IRewardBudget.RewardBudgetIsClosed.selector, _id));
        _asEscrow();
        budget.reserve(ALCANDER, PERIOD, 1, 1);

        vm.expectRevert(
            abi.encodeWithSelector(IRewardBudget.RewardBudgetUnknown.selector, budgetIdOf(ALCANDER, NEXT))
        );
        _asEscrow();
        budget.reserve(ALCANDER, NEXT, 1, 1);
    }

    function test_reward__byEscrow__answersForEachInOrder() public {
        post(100_00, 2);
        setBlocked(idOf(BOB), true);
        Reward[] memory rewards = new Reward[](4);
        rewards[1] = Reward(idOf(BOB), PERIOD, 100_00, 100_00);
        rewards[2] = Reward(idOf(ALICE), PERIOD, 60_00, 100_00);
        rewards[3] = Reward(idOf(ALICE), PERIOD, 5_000_00, 5_000_00);

        _asEscrow();
        watch();
        RewardOutcome[] memory outcomes = budget.reward(ALCANDER, rewards, true);
        saw(address(token));
        emit IERC20.Transfer(address(0), wallet(ALICE), 60_00);
        sawNothingElse();

        same(outcomes.length, 4, "outcomes");
        same(uint256(outcomes[0]), uint256(RewardOutcome.NothingAsked), "nothing asked");
        same(uint256(outcomes[1]), uint256(RewardOutcome.PayeeCannotReceive), "blocked");
        same(uint256(outcomes[2]), uint256(RewardOutcome.Minted), "minted");
        same(uint256(outcomes[3]), uint256(RewardOutcome.MintLimitReached), "limit");
        budgetIs(_id, GRANTED, 100_00, 60_00, false);
    }

    function test_reserveReleaseReward__byOthers__revert() public {
        bytes memory refused =
            abi.encodeWithSelector(IRewardBudget.RewardBudgetUnauthorisedCaller.selector, address(this));
        vm.expectRevert(refused);
        budget.reserve(ALCANDER, PERIOD, 1, 1);
        vm.expectRevert(refused);
        budget.release(ALCANDER, PERIOD, 1);
        vm.expectRevert(refused);
        budget.reward(ALCANDER, new Reward[](0), false);
    }

    // ------------------------------------------------------------------ roles and deployment

    function test_officersActs__byOthers__revert() public {
        bytes[5] memory acts = [
            abi.encodeCall(budget.grant, (ALCANDER, PERIOD, 1, "id")),
            abi.encodeCall(budget.closeBudget, (ALCANDER, PERIOD)),
            abi.encodeCall(budget.award, (ALCANDER, PERIOD, idOf(ALICE), 1, "why", "id")),
            abi.encodeCall(budget.attestReserve, (1, uint48(block.timestamp), "statement")),
            abi.encodeCall(budget.setMintLimit, (ALCANDER, MAX_REWARD, 1 days))
        ];
        for (uint256 i = 0; i < acts.length; ++i) {
            vm.prank(SENDER);
            (bool done, bytes memory answer) = address(budget).call(acts[i]);
            isFalse(done, "the service's sender may not");
            same(
                answer,
                abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, SENDER),
                "error"
            );
        }
    }

    function test_deployment__knowsItsBounds() public {
        same(budget.maxReward(), MAX_REWARD, "highest reward");
        same(budget.attestationMaxAge(), ATTESTATION_MAX_AGE, "age");

        vm.expectRevert(abi.encodeWithSelector(IRewardBudget.RewardBudgetZeroAmount.selector));
        new RewardBudget(address(manager), token, registry, address(escrow), 0, ATTESTATION_MAX_AGE);
    }

    // ------------------------------------------------------------------ details

    function _grant(ParticipantId partner, uint64 cents, bytes32 id) private {
        asOfficer(TREASURER);
        budget.grant(partner, PERIOD, cents, id);
    }

    function _close() private {
        asOfficer(TREASURER);
        budget.closeBudget(ALCANDER, PERIOD);
    }

    function _asEscrow() private {
        vm.prank(address(escrow));
    }

    /// @dev A partner with a budget and, as yet, no mint limit.
    function _grantNewcomer(uint64 cents) private {
        asOfficer(REGISTRAR);
        registry.admitPartner(NEWCOMER);
        grant(NEWCOMER, cents);
    }

    function _limit(ParticipantId partner) private {
        actDelayed(
            TREASURER, address(budget), abi.encodeCall(budget.setMintLimit, (partner, MAX_REWARD, 1 days))
        );
    }

    function _refusesReserve(uint256 reward, uint256 slots, bytes memory refused) private {
        vm.expectRevert(refused);
        _asEscrow();
        budget.reserve(NEWCOMER, PERIOD, reward, slots);
    }
}
