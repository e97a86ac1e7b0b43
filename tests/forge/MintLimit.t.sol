// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {
    ClaimState,
    IJobEscrow,
    PartnerSignature,
    SkipReason
} from "../../contracts/interfaces/IJobEscrow.sol";
import {IRewardBudget} from "../../contracts/interfaces/IRewardBudget.sol";
import {ClaimId, JobId, ParticipantId} from "../../contracts/types/Ids.sol";
import {Jobs} from "./base/Jobs.sol";
import {Sign} from "./base/Sign.sol";

/// @dev The refilling limit that contains a stolen partner's key: later, but never "never".
contract MintLimitTest is Jobs {
    uint48 private constant WINDOW = 1 days;

    // ------------------------------------------------------------------ setMintLimit

    function test_setMintLimit__whenDue__isSet() public {
        bytes memory data = abi.encodeCall(budget.setMintLimit, (ALCANDER, MAX_REWARD, 31 days));
        schedule(TREASURER, address(budget), data);
        vm.warp(block.timestamp + DELAY);
        vm.prank(address(officers[TREASURER]));
        watch();
        budget.setMintLimit(ALCANDER, MAX_REWARD, 31 days);
        saw(address(manager));
        emit IAccessManager.OperationExecuted(
            manager.hashOperation(address(officers[TREASURER]), address(budget), data), 1
        );
        saw(address(budget));
        emit IRewardBudget.MintLimitSet(ALCANDER, MAX_REWARD, 31 days);
        sawNothingElse();

        _bucketIs(MAX_REWARD, 31 days, MAX_REWARD);
    }

    function test_setMintLimit__unscheduled__reverts() public {
        bytes memory data = abi.encodeCall(budget.setMintLimit, (ALCANDER, MAX_REWARD, 1 hours));
        address treasurer = address(officers[TREASURER]);
        bytes32 operation = manager.hashOperation(treasurer, address(budget), data);

        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, operation));
        vm.prank(treasurer);
        budget.setMintLimit(ALCANDER, MAX_REWARD, 1 hours);
    }

    function test_setMintLimit__outOfBounds__reverts() public {
        _refuses(MAX_REWARD - 1, 1 days);
        _refuses(0, 1 days);
        _refuses(MAX_REWARD, 1 hours - 1);
        _refuses(MAX_REWARD, 31 days + 1);

        _set(MAX_REWARD, 1 hours);
        _bucketIs(MAX_REWARD, 1 hours, MAX_REWARD);
        _set(type(uint64).max, 31 days);
        _bucketIs(type(uint64).max, 31 days, type(uint64).max);
    }

    function test_setMintLimit__forWhoIsNoActivePartner__reverts() public {
        setBlocked(STEUNPUNT, true);
        ParticipantId[3] memory others = [ParticipantId.wrap("nobody"), idOf(BAKER), STEUNPUNT];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory data = abi.encodeCall(budget.setMintLimit, (others[i], MAX_REWARD, 1 days));
            _refusesToCarryOut(
                data, abi.encodeWithSelector(IRewardBudget.RewardBudgetNotAPartner.selector, others[i])
            );
        }
    }

    /// @dev A partner who used much keeps what it used: a new limit is no way to mint at once what was just minted.
    function test_setMintLimit__whenPartlyUsed__keepsWhatIsUsed() public {
        bytes memory data = abi.encodeCall(budget.setMintLimit, (ALCANDER, 10_000_00, 1 hours));
        schedule(TREASURER, address(budget), data);
        vm.warp(block.timestamp + DELAY - 12 hours);
        _award(5_000_00);
        vm.warp(block.timestamp + 12 hours);
        _bucketIs(5_000_00, WINDOW, 2_500_00);

        officers[TREASURER].carryOut(address(budget), data);

        _bucketIs(10_000_00, 1 hours, 7_500_00);
    }

    /// @dev Later, never "never": what was used of a bigger bucket does not outlive the new one's window.
    function test_setMintLimit__belowWhatIsUsed__isEmptyForOneWindowAtMost() public {
        bytes memory data = abi.encodeCall(budget.setMintLimit, (ALCANDER, MAX_REWARD, 1 days));
        schedule(TREASURER, address(budget), data);
        vm.warp(block.timestamp + DELAY);
        _award(5_000_00);

        officers[TREASURER].carryOut(address(budget), data);

        _bucketIs(MAX_REWARD, 1 days, 0);
        vm.warp(block.timestamp + 1 days);
        _bucketIs(MAX_REWARD, 1 days, MAX_REWARD);
    }

    // ------------------------------------------------------------------ approvals

    function test_approve__whenExhausted__sameSignaturePaysAfterRefill() public {
        _set(250_00, WINDOW);
        ClaimId first = submitted(post(250_00, 1), ALICE, 250_00);
        ClaimId second = submitted(post(250_00, 1), BOB, 250_00);
        ClaimId[] memory claims = list(first, second);
        PartnerSignature memory by = byPartner(Sign.approve(ALCANDER, claims, FAR));
        watch();
        escrow.approve(ALCANDER, claims, by);
        saw(address(token));
        emit IERC20.Transfer(address(0), wallet(ALICE), 250_00);
        saw(address(escrow));
        emit IJobEscrow.ClaimApproved(first, 250_00);
        emit IJobEscrow.ClaimSkipped(second, SkipReason.MintLimitReached);
        sawNothingElse();
        stateIs(second, ClaimState.Submitted);

        vm.warp(block.timestamp + WINDOW - 1);
        watch();
        escrow.approve(ALCANDER, claims, by);
        saw(address(escrow));
        emit IJobEscrow.ClaimSkipped(first, SkipReason.NotSubmitted);
        emit IJobEscrow.ClaimSkipped(second, SkipReason.MintLimitReached);
        sawNothingElse();

        vm.warp(block.timestamp + 1);
        watch();
        escrow.approve(ALCANDER, claims, by);
        saw(address(token));
        emit IERC20.Transfer(address(0), wallet(BOB), 250_00);
        saw(address(escrow));
        emit IJobEscrow.ClaimSkipped(first, SkipReason.NotSubmitted);
        emit IJobEscrow.ClaimApproved(second, 250_00);
        sawNothingElse();
        stateIs(second, ClaimState.Approved);
    }

    /// @dev What does not fit is skipped, what fits after it is paid all the same.
    function test_approve__whenBatchHalfFits__paysWhatFits() public {
        _set(250_00, WINDOW);
        JobId job = post(200_00, 4);
        ClaimId[] memory claims = new ClaimId[](4);
        uint48[4] memory cents = [uint48(150_00), 100_01, 99_99, 2];
        for (uint256 i = 0; i < 4; ++i) {
            claims[i] = submitted(job, ALICE, cents[i]);
        }

        approve(claims);

        stateIs(claims[0], ClaimState.Approved);
        stateIs(claims[1], ClaimState.Submitted);
        stateIs(claims[2], ClaimState.Approved);
        stateIs(claims[3], ClaimState.Submitted);
        same(token.balanceOf(wallet(ALICE)), 249_99, "paid");
        slotsAre(job, 0, 2, 2);
        _bucketIs(250_00, WINDOW, 1);
    }

    function test_approve__byOtherPartner__hasItsOwnBucket() public {
        _award(5_000_00);

        asOfficer(TREASURER);
        budget.award(STEUNPUNT, PERIOD, idOf(BOB), 5_000_00, "reason", fresh());

        same(token.balanceOf(wallet(BOB)), 5_000_00, "the other partner's bucket is full");
    }

    function test_approve__ofWhoIsBlocked__takesNothingFromBucket() public {
        ClaimId id = submitted(post(250_00, 1), ALICE, 250_00);
        setBlocked(idOf(ALICE), true);

        approve(id);

        _bucketIs(5_000_00, WINDOW, 5_000_00);
    }

    // ------------------------------------------------------------------ awards

    function test_award__whenExhausted__reverts() public {
        _award(4_999_99);

        vm.expectRevert(
            abi.encodeWithSelector(IRewardBudget.RewardBudgetMintLimitReached.selector, ALCANDER, 2, 1)
        );
        asOfficer(TREASURER);
        budget.award(ALCANDER, PERIOD, idOf(ALICE), 2, "reason", "award");

        _award(1);
        _bucketIs(5_000_00, WINDOW, 0);
    }

    function test_decide__whenExhausted__paysAllTheSame() public {
        ClaimId id = disputed(post(250_00, 1), ALICE, 250_00);
        _award(5_000_00);

        decide(id, true);

        same(token.balanceOf(wallet(ALICE)), 5_250_00, "paid");
        _bucketIs(5_000_00, WINDOW, 0);
    }

    /// @dev The limit contains a stolen partner's key; what the arbiter decides is not the partner's.
    function test_decide__whenThereIsRoom__takesNothingFromBucket() public {
        ClaimId id = disputed(post(250_00, 1), ALICE, 250_00);

        decide(id, true);

        same(token.balanceOf(wallet(ALICE)), 250_00, "paid");
        _bucketIs(5_000_00, WINDOW, 5_000_00);
    }

    // ------------------------------------------------------------------ what passes in a while

    function testFuzz_bucket__refillsEvenly(uint256 used, uint256 elapsed) public {
        used = between(used, 1, 5_000_00);
        elapsed = between(elapsed, 0, 2 * uint256(WINDOW));
        _award(uint64(used));

        vm.warp(block.timestamp + elapsed);

        uint256 refilled = 5_000_00 * elapsed / WINDOW;
        _bucketIs(5_000_00, WINDOW, refilled >= used ? 5_000_00 : 5_000_00 - used + refilled);
    }

    /// @dev Whoever holds a stolen key takes all there is, as often as it likes, within one window.
    function testFuzz_bucket__withinOneWindow__passesAtMostTwice(uint16[6] memory waits, uint48 asked)
        public
    {
        uint256 end = block.timestamp + WINDOW;
        uint256 passed;
        for (uint256 i = 0; i < waits.length; ++i) {
            passed += _take(asked);
            uint256 next = block.timestamp + waits[i] / 3;
            vm.warp(next < end ? next : end);
        }
        vm.warp(end);
        passed += _take(type(uint64).max);

        isTrue(passed <= 2 * 5_000_00, "twice the capacity");
        same(token.totalSupply(), passed, "minted");
    }

    function test_bucket__withinOneWindow__canPassTwice() public {
        _take(type(uint64).max);
        vm.warp(block.timestamp + WINDOW);
        _take(type(uint64).max);

        same(token.totalSupply(), 2 * 5_000_00, "the bound is reached, and told so in the manual");
    }

    // ------------------------------------------------------------------ details

    function _bucketIs(uint256 capacity, uint48 window, uint256 available) private view {
        (uint256 foundCapacity, uint48 foundWindow, uint256 foundAvailable) = budget.mintLimit(ALCANDER);
        same(foundCapacity, capacity, "capacity");
        same(foundWindow, window, "window");
        same(foundAvailable, available, "available");
    }

    function _set(uint64 capacity, uint48 window) private {
        actDelayed(
            TREASURER, address(budget), abi.encodeCall(budget.setMintLimit, (ALCANDER, capacity, window))
        );
    }

    function _refuses(uint64 capacity, uint48 window) private {
        _refusesToCarryOut(
            abi.encodeCall(budget.setMintLimit, (ALCANDER, capacity, window)),
            abi.encodeWithSelector(IRewardBudget.RewardBudgetInvalidMintLimit.selector, capacity, window)
        );
    }

    function _refusesToCarryOut(bytes memory data, bytes memory refused) private {
        schedule(TREASURER, address(budget), data);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(refused);
        officers[TREASURER].carryOut(address(budget), data);
    }

    function _award(uint64 cents) private {
        asOfficer(TREASURER);
        budget.award(ALCANDER, PERIOD, idOf(ALICE), cents, "reason", fresh());
    }

    /// @dev As much of `asked` as the bucket gives.
    function _take(uint64 asked) private returns (uint64 taken) {
        (,, uint256 available) = budget.mintLimit(ALCANDER);
        taken = asked < available ? asked : uint64(available);
        if (taken != 0) _award(taken);
    }
}
