// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IJobEscrow, JobTerms} from "../../contracts/interfaces/IJobEscrow.sol";

import {IRewardBudget} from "../../contracts/interfaces/IRewardBudget.sol";
import {
    BatchId,
    BudgetId,
    ClaimId,
    JobId,
    RedemptionId,
    budgetIdOf,
    derive
} from "../../contracts/types/Ids.sol";
import {Jobs} from "./base/Jobs.sol";
import {Sign} from "./base/Sign.sol";

/// @dev Amounts, moments and ids by chance, against what the manual says must come of them, written a second time.
contract AnyNumbersTest is Jobs {
    // ------------------------------------------------------------------ budgets

    function testFuzz_grant__ofAnyAmount__isTakenOrNamed(uint64 reserve, uint64 cents, uint32 period) public {
        vm.warp(block.timestamp + 1);
        attest(reserve);
        BudgetId id = budgetIdOf(ALCANDER, period);
        uint64 before = budget.budget(id).granted;
        uint256 promised = 2 * uint256(GRANTED) + cents;
        bytes memory refusal;
        if (cents == 0) refusal = abi.encodeWithSelector(IRewardBudget.RewardBudgetZeroAmount.selector);
        else if (promised > reserve) refusal = _notCovered(promised, reserve);

        asOfficer(TREASURER);
        _calls(address(budget), abi.encodeCall(budget.grant, (ALCANDER, period, cents, "grant")), refusal);

        bool taken = refusal.length == 0;
        same(budget.budget(id).granted, taken ? before + cents : before, "granted");
        same(budget.outstanding(), taken ? promised : 2 * uint256(GRANTED), "outstanding");
        isTrue(budget.isIdUsed("grant") == taken, "a refused grant uses no id");
    }

    function testFuzz_award__ofAnyAmount__isTakenOrNamed(uint64 cents) public {
        bytes memory refusal;
        (,, uint256 allowed) = budget.mintLimit(ALCANDER);
        if (cents == 0) {
            refusal = abi.encodeWithSelector(IRewardBudget.RewardBudgetZeroAmount.selector);
        } else if (cents > GRANTED) {
            refusal = _exceeded(cents, GRANTED);
        } else if (cents > allowed) {
            refusal = abi.encodeWithSelector(
                IRewardBudget.RewardBudgetMintLimitReached.selector, ALCANDER, cents, allowed
            );
        }

        asOfficer(TREASURER);
        _calls(
            address(budget),
            abi.encodeCall(budget.award, (ALCANDER, PERIOD, idOf(ALICE), cents, "why", "award")),
            refusal
        );

        same(token.balanceOf(wallet(ALICE)), refusal.length == 0 ? cents : 0, "minted");
    }

    /// @dev Chance seldom draws an award that fits, so also one near each bound.
    function testFuzz_award__nearItsBounds__isTakenOrNamed(uint64 cents) public {
        testFuzz_award__ofAnyAmount__isTakenOrNamed(uint64(between(cents, 0, 2 * GRANTED)));
    }

    function testFuzz_attestReserve__ofAnyMoment__isTakenOrNamed(uint64 cents, uint48 asOf) public {
        uint48 previous = budget.attestation().asOf;
        vm.warp(block.timestamp + 30 days);
        _attests(cents, asOf, previous);
        asOf = uint48(between(asOf, previous - 10 days, block.timestamp + 10 days));
        _attests(cents, asOf, budget.attestation().asOf);
    }

    function testFuzz_setMintLimit__ofAnySize__isTakenOrNamed(uint64 capacity, uint48 window) public {
        _setsLimit(capacity, window);
        _setsLimit(
            uint64(between(capacity, MAX_REWARD - 2, MAX_REWARD + 2)),
            uint48(between(window, 1 hours - 2, 1 hours + 2))
        );
        _setsLimit(
            uint64(between(capacity, MAX_REWARD - 2, MAX_REWARD + 2)),
            uint48(between(window, 31 days - 2, 31 days + 2))
        );
    }

    // ------------------------------------------------------------------ jobs

    function testFuzz_postJob__ofAnyTerms__isPostedOrNamed(
        uint48 reward,
        uint16 slots,
        uint48 claimBy,
        uint48 submitBy,
        bytes32 clientId
    ) public {
        JobTerms memory what = terms(reward, slots);
        (what.claimBy, what.submitBy, what.clientId) = (claimBy, submitBy, clientId);
        _posts(what);

        // The same within reach: chance alone would nearly always be refused.
        uint256 start = block.timestamp;
        what.reward = uint48(between(reward, 0, MAX_REWARD + 5));
        what.slots = uint16(between(slots, 0, 600));
        what.claimBy = uint48(between(claimBy, start - 1 days, start + 410 days));
        what.submitBy = uint48(between(submitBy, what.claimBy - 1 days, what.claimBy + 100 days));
        _posts(what);
    }

    // ------------------------------------------------------------------ redemptions

    /// @dev Any split of a batch into booked and rejected lines: what is burned and what waits is always the whole.
    function testFuzz_settle__ofAnySplit__burnsTheBookedAndKeepsTheRest(
        uint16[6] memory cents,
        uint8 rejected
    ) public {
        uint256 sum;
        for (uint256 i = 0; i < 4; ++i) {
            earn(ALICE, 250_00);
        }
        pay(ALICE, BAKER, 1_000_00);
        RedemptionId[] memory lines = new RedemptionId[](6);
        for (uint256 i = 0; i < 6; ++i) {
            uint256 amount = between(cents[i], 1, 100_00);
            lines[i] = redeem(BAKER, amount);
            sum += amount;
        }
        close(BatchId.wrap(1), lines);
        same(redemption.batchOf(BatchId.wrap(1)).cents, sum, "the batch's sum");

        (RedemptionId[] memory refused, uint256 refusedCents) = _choose(lines, rejected);
        settle(BatchId.wrap(1), refused);

        same(token.totalBurned(), sum - refusedCents, "burned");
        same(token.balanceOf(address(redemption)), refusedCents, "waits");
        for (uint256 i = 0; i < refused.length; ++i) {
            redemption.release(refused[i]);
        }
        same(token.balanceOf(address(redemption)), 0, "released");
        same(token.balanceOf(wallet(BAKER)), 1_000_00 - sum + refusedCents, "the merchant's again");
    }

    // ------------------------------------------------------------------ ids

    /// @dev Two participants may choose one id, and one may choose two: nobody's act takes another's id.
    function testFuzz_ids__ofTwoParticipants__neverMeet(bytes32 first, bytes32 second) public {
        vm.assume(first != second);
        JobId job = post(1_00, 3);
        ClaimId[3] memory made =
            [_claims(job, ALICE, first), _claims(job, BOB, first), _claims(job, BOB, second)];

        isTrue(ClaimId.unwrap(made[0]) == derive(idOf(ALICE), first), "known before");
        isTrue(ClaimId.unwrap(made[0]) != ClaimId.unwrap(made[1]), "one id, two residents");
        isTrue(ClaimId.unwrap(made[1]) != ClaimId.unwrap(made[2]), "two ids, one resident");
        slotsAre(job, 0, 3, 0);

        bytes memory signature =
            signed(ALICE, address(escrow), Sign.claim(job, idOf(ALICE), 1_00, first, FAR));
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.JobEscrowClaimExists.selector, made[0]));
        escrow.claim(job, idOf(ALICE), 1_00, first, FAR, signature);
    }

    /// @dev Sent twice in one transaction, an act is done once, or none of it is.
    function testFuzz_multicall__withAnActTwice__doesNothing(bytes32 clientId) public {
        JobId job = post(1_00, 2);
        bytes memory signature =
            signed(ALICE, address(escrow), Sign.claim(job, idOf(ALICE), 1_00, clientId, FAR));
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(escrow.claim, (job, idOf(ALICE), 1_00, clientId, FAR, signature));
        calls[1] = calls[0];

        vm.expectRevert(
            abi.encodeWithSelector(IJobEscrow.JobEscrowClaimExists.selector, derive(idOf(ALICE), clientId))
        );
        escrow.multicall(calls);
        slotsAre(job, 2, 0, 0);
    }

    // ------------------------------------------------------------------ details

    function _calls(address target, bytes memory data, bytes memory refusal) private {
        (bool done, bytes memory answer) = target.call(data);
        isTrue(done == (refusal.length == 0), "done or refused");
        if (!done) same(answer, refusal, "refusal");
    }

    function _attests(uint64 cents, uint48 asOf, uint48 previous) private {
        bytes memory refusal;
        if (asOf > block.timestamp || asOf <= previous) {
            refusal = abi.encodeWithSelector(IRewardBudget.RewardBudgetInvalidAsOf.selector, asOf, previous);
        }
        asOfficer(AUDITOR);
        _calls(address(budget), abi.encodeCall(budget.attestReserve, (cents, asOf, "statement")), refusal);
        same(budget.attestation().asOf, refusal.length == 0 ? asOf : previous, "as of");
    }

    function _setsLimit(uint64 capacity, uint48 window) private {
        bytes memory data = abi.encodeCall(budget.setMintLimit, (ALCANDER, capacity, window));
        schedule(TREASURER, address(budget), data);
        vm.warp(block.timestamp + DELAY);
        bytes memory refusal;
        if (capacity < MAX_REWARD || window < 1 hours || window > 31 days) {
            refusal = abi.encodeWithSelector(
                IRewardBudget.RewardBudgetInvalidMintLimit.selector, uint256(capacity), window
            );
        }
        asOfficer(TREASURER);
        _calls(address(budget), data, refusal);
    }

    function _posts(JobTerms memory what) private {
        uint256 asked = uint256(what.reward) * what.slots;
        uint256 left = GRANTED - budgetOf(ALCANDER).reserved;
        uint256 start = block.timestamp;
        bytes memory refusal;
        if (
            what.slots == 0 || what.reward == 0 || what.claimBy <= start || what.submitBy < what.claimBy
                || what.submitBy > start + 400 days
        ) {
            refusal = abi.encodeWithSelector(IJobEscrow.JobEscrowInvalidTerms.selector);
        } else if (escrow.jobOf(JobId.wrap(derive(ALCANDER, what.clientId))).slots != 0) {
            refusal = abi.encodeWithSelector(
                IJobEscrow.JobEscrowJobExists.selector, derive(ALCANDER, what.clientId)
            );
        } else if (what.reward > MAX_REWARD) {
            refusal = abi.encodeWithSelector(
                IRewardBudget.RewardBudgetAboveMaxReward.selector, what.reward, MAX_REWARD
            );
        } else if (asked > left) {
            refusal = _exceeded(asked, left);
        }

        _calls(
            address(escrow),
            abi.encodeCall(escrow.postJob, (what, byPartner(Sign.postJob(what, FAR)))),
            refusal
        );
        same(GRANTED - budgetOf(ALCANDER).reserved, refusal.length == 0 ? left - asked : left, "reserved");
    }

    function _claims(JobId job, uint256 resident, bytes32 clientId) private returns (ClaimId) {
        bytes32 hash = Sign.claim(job, idOf(resident), 1_00, clientId, FAR);
        return escrow.claim(job, idOf(resident), 1_00, clientId, FAR, signed(resident, address(escrow), hash));
    }

    /// @dev The lines whose bits are set.
    function _choose(RedemptionId[] memory lines, uint8 bits)
        private
        view
        returns (RedemptionId[] memory chosen, uint256 cents)
    {
        uint256 count;
        for (uint256 i = 0; i < lines.length; ++i) {
            if ((bits >> i) & 1 == 1) ++count;
        }
        chosen = new RedemptionId[](count);
        for (uint256 i = 0; i < lines.length; ++i) {
            if ((bits >> i) & 1 == 0) continue;
            chosen[--count] = lines[i];
            cents += redemption.lineOf(lines[i]).cents;
        }
    }

    function _exceeded(uint256 asked, uint256 available) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IRewardBudget.RewardBudgetExceeded.selector, budgetIdOf(ALCANDER, PERIOD), asked, available
        );
    }

    function _notCovered(uint256 promised, uint256 reserve) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRewardBudget.RewardBudgetNotCovered.selector, promised, reserve);
    }
}
