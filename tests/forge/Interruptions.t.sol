// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {IERC7943Fungible} from "../../contracts/interfaces/IERC7943Fungible.sol";
import {ClaimState, IJobEscrow, JobTerms, PartnerSignature} from "../../contracts/interfaces/IJobEscrow.sol";
import {IRedemption, LineState} from "../../contracts/interfaces/IRedemption.sol";
import {IRewardBudget} from "../../contracts/interfaces/IRewardBudget.sol";
import {BatchId, BudgetId, ClaimId, JobId, RedemptionId, budgetIdOf} from "../../contracts/types/Ids.sol";
import {Jobs} from "./base/Jobs.sol";
import {Sign} from "./base/Sign.sol";

/// @dev Something comes in between: the budget is closed while claims are open, a merchant is blocked between redeeming
/// and being paid, the city stands still while a signature's time runs. What was promised is kept, or says why not.
contract InterruptionsTest is Jobs {
    BatchId private constant BATCH = BatchId.wrap(1);
    uint256 private constant SLOTS = 8;

    // ------------------------------------------------------------------ a budget that ends

    /// @dev Claims in every state, and slots that nobody has yet: each goes its way to its end, as if nothing happened.
    function test_closeBudget__whileClaimsAreOpen__letsEachEnd() public {
        BudgetId id = budgetIdOf(ALCANDER, PERIOD);
        JobId job = post(10_00, uint16(SLOTS));
        ClaimId withdrawn = claim(job, ALICE, 10_00);
        ClaimId lapsed = claim(job, ALICE, 10_00);
        ClaimId approved = submitted(job, ALICE, 10_00);
        ClaimId undisputed = submitted(job, ALICE, 10_00);
        ClaimId awarded = rejected(job, ALICE, 10_00);
        ClaimId denied = disputed(job, ALICE, 10_00);
        act(TREASURER, address(budget), abi.encodeCall(budget.closeBudget, (ALCANDER, PERIOD)));
        budgetIs(id, SLOTS * 10_00, SLOTS * 10_00, 0, true);

        ClaimId late = submitted(job, BOB, 10_00);
        approve(list(approved, late));
        withdraw(withdrawn, ALICE);
        reject(undisputed);
        dispute(awarded, ALICE);
        decide(awarded, true);
        decide(denied, false);
        vm.warp(block.timestamp + 60 days);
        escrow.finaliseRejection(undisputed);
        escrow.lapse(lapsed);
        escrow.releaseOpenSlots(job);

        stateIs(approved, ClaimState.Approved);
        stateIs(late, ClaimState.Approved);
        stateIs(awarded, ClaimState.Awarded);
        stateIs(denied, ClaimState.Denied);
        stateIs(undisputed, ClaimState.RejectedFinally);
        stateIs(lapsed, ClaimState.Lapsed);
        stateIs(withdrawn, ClaimState.Withdrawn);
        // Nothing is reserved any more, and what was not minted is the city's again.
        budgetIs(id, 30_00, 0, 30_00, true);
        same(budget.outstanding(), GRANTED, "the other partner's only");
        same(token.totalSupply(), 30_00, "three were paid");
    }

    function test_closeBudget__whileJobsAreOpen__promisesNothingNew() public {
        BudgetId id = budgetIdOf(ALCANDER, PERIOD);
        act(TREASURER, address(budget), abi.encodeCall(budget.closeBudget, (ALCANDER, PERIOD)));
        JobTerms memory another = terms(1_00, 1);
        PartnerSignature memory by = byPartner(Sign.postJob(another, FAR));

        vm.expectRevert(abi.encodeWithSelector(IRewardBudget.RewardBudgetIsClosed.selector, id));
        escrow.postJob(another, by);
    }

    // ------------------------------------------------------------------ a merchant that is blocked

    /// @dev Blocked after redeeming: what the bank booked is burned, what it refused waits for the block to be lifted,
    /// and meanwhile the coins lie at Redemption and are owed.
    function test_block__betweenRedeemAndClose__stopsNoPayoutAndKeepsTheRejected() public {
        _redeemedByBaker();
        RedemptionId[] memory lines = new RedemptionId[](2);
        lines[0] = redeem(BAKER, 30_00);
        lines[1] = redeem(BAKER, 20_00);
        setBlocked(idOf(BAKER), true);

        close(BATCH, lines);
        _settleBookedAndRejected(lines);
    }

    function test_block__betweenCloseAndSettle__stopsNoPayoutAndKeepsTheRejected() public {
        _redeemedByBaker();
        RedemptionId[] memory lines = new RedemptionId[](2);
        lines[0] = redeem(BAKER, 30_00);
        lines[1] = redeem(BAKER, 20_00);
        close(BATCH, lines);

        setBlocked(idOf(BAKER), true);
        _settleBookedAndRejected(lines);
    }

    // ------------------------------------------------------------------ standing still

    /// @dev A payment whose time ran out while the city stood still is refused, and may be signed anew under its id.
    function test_pause__pastAPaymentsTime__asksForItAnew() public {
        earn(ALICE, 100_00);
        uint256 until = block.timestamp + 1 days;
        bytes memory payment = _payment(until);
        setPaused(true);
        _refuses(address(token), payment, abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        vm.warp(until);
        bytes memory tooLate =
            abi.encodeWithSelector(ERC3009.ERC3009InvalidAuthorizationTime.selector, 0, until);
        _refuses(address(token), payment, tooLate);
        setPaused(false);
        _refuses(address(token), payment, tooLate);

        bytes memory again = _payment(until + 1 days);
        (bool done,) = address(token).call(again);
        isTrue(done, "paid");
        _refuses(
            address(token),
            again,
            abi.encodeWithSelector(
                ERC3009.ERC3009UsedAuthorization.selector, wallet(ALICE), bytes32("payment")
            )
        );
        same(token.balanceOf(wallet(BAKER)), 5_00, "once");
    }

    /// @dev A partner's signature does not wait; the claim does, for a new one.
    function test_pause__pastAnApprovalsTime__asksForItAnew() public {
        ClaimId id = submitted(post(100_00, 1), ALICE, 100_00);
        uint48 deadline = uint48(block.timestamp + DECISION_WINDOW);
        PartnerSignature memory by = Sign.byPartner(
            PARTNER_KEY, address(escrow), Sign.approve(ALCANDER, list(id), deadline), deadline
        );
        setPaused(true);
        vm.warp(deadline + 1);
        setPaused(false);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.JobEscrowSignatureExpired.selector, deadline));
        escrow.approve(ALCANDER, list(id), by);
        stateIs(id, ClaimState.Submitted);

        approve(id);
        stateIs(id, ClaimState.Approved);
    }

    /// @dev What moves no coins is decided also while the city stands still; what does waits.
    function test_pause__whileADisputeIsOpen__deniesNowAndAwardsLater() public {
        JobId job = post(100_00, 2);
        ClaimId good = disputed(job, ALICE, 100_00);
        ClaimId bad = disputed(job, BOB, 100_00);
        setPaused(true);
        vm.warp(block.timestamp + 90 days);

        asOfficer(ARBITER);
        escrow.decide(bad, false, 9, "reasons");
        asOfficer(ARBITER);
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        escrow.decide(good, true, 9, "reasons");
        stateIs(good, ClaimState.Disputed);

        setPaused(false);
        decide(good, true);
        stateIs(good, ClaimState.Awarded);
        stateIs(bad, ClaimState.Denied);
        same(token.balanceOf(wallet(ALICE)), 100_00, "awarded");
    }

    // ------------------------------------------------------------------ details

    function _redeemedByBaker() private {
        earn(ALICE, 100_00);
        pay(ALICE, BAKER, 100_00);
    }

    function _settleBookedAndRejected(RedemptionId[] memory lines) private {
        RedemptionId[] memory refused = new RedemptionId[](1);
        refused[0] = lines[1];
        asOfficer(SETTLEMENT);
        watch();
        redemption.settle(BATCH, refused);
        saw(address(redemption));
        emit IRedemption.RedemptionRejected(lines[1], BATCH);
        emit IRedemption.BatchSettled(BATCH, 30_00, 20_00);
        saw(address(token));
        emit IERC20.Transfer(address(redemption), address(0), 30_00);
        sawNothingElse();

        vm.expectRevert(abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotReceive.selector, wallet(BAKER)));
        redemption.release(lines[1]);
        same(uint256(redemption.lineOf(lines[0]).state), uint256(LineState.Booked), "booked");
        same(uint256(redemption.lineOf(lines[1]).state), uint256(LineState.Rejected), "waits");
        same(token.balanceOf(address(redemption)), 20_00, "still owed");

        setBlocked(idOf(BAKER), false);
        redemption.release(lines[1]);
        same(token.balanceOf(wallet(BAKER)), 70_00, "50.00 never redeemed, 20.00 back");
        same(token.balanceOf(address(redemption)), 0, "nothing lies there");
    }

    function _payment(uint256 until) private view returns (bytes memory) {
        bytes32 hash = Sign.authorization(
            "TransferWithAuthorization", wallet(ALICE), wallet(BAKER), 5_00, 0, until, "payment"
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE, Sign.digest(address(token), hash));
        return abi.encodeCall(
            token.transferWithAuthorization,
            (wallet(ALICE), wallet(BAKER), 5_00, 0, until, "payment", v, r, s)
        );
    }

    function _refuses(address target, bytes memory data, bytes memory refusal) private {
        (bool done, bytes memory answer) = target.call(data);
        isFalse(done, "should be refused");
        same(answer, refusal, "refusal");
    }
}
