// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

import {ClaimState} from "../../contracts/interfaces/IJobEscrow.sol";
import {ParticipantStatus} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {IRewardBudget} from "../../contracts/interfaces/IRewardBudget.sol";
import {
    BatchId,
    ClaimId,
    JobId,
    RedemptionId,
    budgetIdOf,
    toParticipantId
} from "../../contracts/types/Ids.sol";
import {Sign} from "./base/Sign.sol";
import {Move} from "./moving/Move.sol";

/// @dev From one deployment to the next: winding down to nothing, and carrying over what is left. See docs/moving.md.
contract MovingTest is Move {
    uint256 private constant CAROL = 0xC3; // resident
    uint256 private constant NEW_CAROL = 0xC4; // her wallet since she lost the first
    uint256 private constant ENOUGH = 1000;

    function setUp() public override {
        super.setUp();
        address[] memory carol = new address[](1);
        carol[0] = wallet(CAROL);
        vm.prank(SENDER);
        registry.admitResidents(carol);
        uint256[6] memory keys = [ALICE, BOB, CAROL, BAKER, GROCER, CHOIR];
        for (uint256 i = 0; i < keys.length; ++i) {
            everybody.push(idOf(keys[i]));
        }
    }

    // ------------------------------------------------------------------ winding down

    /// @dev A city in the middle of its life: every claim comes to its end, every coin to the bank.
    function test_windingDown__inTheMiddleOfLife__endsWithNothingOwed() public {
        JobId job = post(100_00, 6);
        ClaimId claimed = claim(job, ALICE, 100_00);
        ClaimId silent = submitted(job, ALICE, 100_00);
        ClaimId rejected_ = rejected(job, BOB, 100_00);
        ClaimId disputed_ = disputed(job, BOB, 100_00);
        ClaimId good = submitted(job, CAROL, 100_00);

        // No new promises; the partner still decides what was handed in.
        act(TREASURER, address(budget), abi.encodeCall(budget.closeBudget, (ALCANDER, PERIOD)));
        act(TREASURER, address(budget), abi.encodeCall(budget.closeBudget, (STEUNPUNT, PERIOD)));
        closeJob(job);
        approve(good);
        same(budget.outstanding(), 400_00, "what is still promised");
        euros = 500_00;
        check();

        vm.warp(block.timestamp + 14 days + GRACE + 1);
        escrow.lapse(claimed);
        escrow.escalate(silent);
        escrow.finaliseRejection(rejected_);
        decide(silent, true);
        decide(disputed_, false);
        same(budget.outstanding(), 0, "nothing is promised");
        same(budgetOf(ALCANDER).reserved, 0, "nothing is reserved");

        pay(ALICE, BAKER, 100_00);
        pay(CAROL, CHOIR, 40_00);
        pay(CAROL, BAKER, 60_00);
        pay(CHOIR, GROCER, 40_00);
        RedemptionId[] memory lines = new RedemptionId[](2);
        lines[0] = redeem(BAKER, 160_00);
        lines[1] = redeem(GROCER, 40_00);
        close(BatchId.wrap(1), lines);
        RedemptionId[] memory refused = new RedemptionId[](1);
        refused[0] = lines[1];
        euros -= 160_00; // the bank paid the baker, and not the grocer
        settle(BatchId.wrap(1), refused);
        redemption.release(lines[1]);
        refused[0] = redeem(GROCER, 40_00);
        close(BatchId.wrap(2), refused);
        euros -= 40_00;
        settle(BatchId.wrap(2), new RedemptionId[](0));
        check();

        same(token.totalSupply(), 0, "no coin is left");
        same(token.totalBurned(), 200_00, "all were paid out");
        stateIs(claimed, ClaimState.Lapsed);
        stateIs(rejected_, ClaimState.RejectedFinally);
    }

    /// @dev A blocked merchant's rejected line lies in Redemption, where no force reaches: released to a frozen wallet it
    /// is collected like everything else.
    function test_windingDown__withABlockedMerchantsRejectedLine__isCollectedByForce() public {
        earn(ALICE, 70_00);
        pay(ALICE, GROCER, 70_00);
        RedemptionId[] memory lines = new RedemptionId[](1);
        lines[0] = redeem(GROCER, 70_00);
        close(BatchId.wrap(1), lines);
        settle(BatchId.wrap(1), lines);
        setBlocked(idOf(GROCER), true);

        bytes memory freezing = abi.encodeCall(token.setFrozenTokens, (wallet(GROCER), type(uint256).max));
        act(ENFORCER, address(token), freezing);
        setBlocked(idOf(GROCER), false);
        redemption.release(lines[0]);
        setBlocked(idOf(GROCER), true);
        _closeBudgets();
        euros = token.totalSupply();
        _runDaily(ENOUGH);

        same(owedOutside, 70_00, "paid by hand, or kept until the block is lifted");
        same(token.totalSupply(), 0, "old coins");
        same(newToken.totalSupply(), 0, "new coins");
    }

    // ------------------------------------------------------------------ carrying over

    function test_moving__withCoinsEverywhere__leavesEverybodyTheSameCents() public {
        _live();
        _runDaily(ENOUGH);

        _isMoved();
        _oldCityIsOver();
        next.order(ENFORCER, address(newRegistry), abi.encodeCall(registry.unblockParticipant, (idOf(BOB))));
        isTrue(newToken.canTransfer(wallet(BOB), wallet(BAKER), 75_00), "what was never frozen is free again");
        isFalse(newToken.canTransfer(wallet(BOB), wallet(BAKER), 75_01), "what was frozen is not");
    }

    function test_moving__aSecondTime__doesNothing() public {
        _live();
        _runDaily(ENOUGH);
        isTrue(run(ENOUGH), "finished");

        same(acts, 0, "acts");
        _isMoved();
    }

    /// @dev Begun anew after every single act: nobody gets more or less.
    function test_moving__whenItDiesAfterEveryAct__endsTheSame() public {
        _live();
        _runDaily(1);

        _isMoved();
    }

    /// @dev It dies once, after the first act, the second, and so on to the last.
    function test_moving__whenItDiesAfterOneAct__endsTheSameWhicheverItIs() public {
        _live();
        uint256 act_ = 0;
        for (bool whole = false; !whole;) {
            uint256 before = vm.snapshotState();
            whole = _runDyingAfter(++act_);
            _runDaily(ENOUGH);
            _isMoved();
            vm.revertToState(before);
        }
        isTrue(act_ > 25, "there were fewer acts than a move has");
    }

    /// @dev Somebody lifted the pause and a payment was made: what was written down is no longer true, and the force on it
    /// is refused. Nothing is burned and nothing minted until it was written down anew.
    function test_moving__whenABalanceChangedMeanwhile__stopsBeforeAnythingIsBurned() public {
        _live();
        run(ENOUGH);
        vm.warp(block.timestamp + DELAY);
        run(ENOUGH); // paused, written down, scheduled
        setPaused(false);
        pay(ALICE, BAKER, 1_00);
        vm.warp(block.timestamp + DELAY);

        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector, wallet(ALICE), 299_00, 300_00
            )
        );
        this.runOnce();
        same(token.totalBurned(), 0, "burned");
        same(newToken.totalSupply(), 0, "new coins");

        setPaused(true);
        delete holdings;
        _runDaily(ENOUGH);
        same(newToken.balanceOf(wallet(ALICE)), 299_00, "what she has now");
        same(newToken.totalSupply() + owedOutside, euros, "and every other cent");
    }

    function runOnce() external {
        run(ENOUGH);
    }

    /// @dev What was signed for the old coin is worth nothing in the new city, where its nonce is free.
    function test_payment__signedForTheOldCoin__isRefusedByTheNew() public {
        _live();
        bytes32 hash = Sign.authorization(
            "TransferWithAuthorization", wallet(ALICE), wallet(BAKER), 5_00, 0, FAR, "nonce"
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE, Sign.digest(address(token), hash));
        _runDaily(ENOUGH);

        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        newToken.transferWithAuthorization(wallet(ALICE), wallet(BAKER), 5_00, 0, FAR, "nonce", v, r, s);
    }

    // ------------------------------------------------------------------ details

    /// @dev Alice 300.00; Bob 80.00, 5.00 of them frozen, and blocked; Carol 40.00 in her second wallet; the baker 20.00
    /// and the choir 10.00, who did not spend or redeem in time. The bank has what is owed and not a cent more.
    function _live() private {
        earn(ALICE, 150_00);
        earn(ALICE, 180_00);
        earn(BOB, 80_00);
        earn(CAROL, 40_00);
        pay(ALICE, BAKER, 20_00);
        pay(ALICE, CHOIR, 10_00);
        act(ENFORCER, address(token), abi.encodeCall(token.setFrozenTokens, (wallet(BOB), 5_00)));
        setBlocked(idOf(BOB), true);
        actDelayed(
            ENFORCER, address(token), abi.encodeCall(token.recover, (wallet(CAROL), wallet(NEW_CAROL)))
        );
        _closeBudgets();
        euros = token.totalSupply();
    }

    function _closeBudgets() private {
        act(TREASURER, address(budget), abi.encodeCall(budget.closeBudget, (ALCANDER, PERIOD)));
        act(TREASURER, address(budget), abi.encodeCall(budget.closeBudget, (STEUNPUNT, PERIOD)));
    }

    /// @dev Begun anew every day until it is finished.
    function _runDaily(uint256 most) private {
        for (uint256 day = 0; day < 100; ++day) {
            if (run(most)) return;
            vm.warp(block.timestamp + 1 days);
        }
        revert Untrue("it comes to an end");
    }

    /// @return whole whether it was finished before it could die
    function _runDyingAfter(uint256 most) private returns (bool whole) {
        while (most != 0) {
            if (run(most)) return true;
            most -= acts;
            vm.warp(block.timestamp + 1 days);
        }
    }

    /// @dev Its treasurer has nothing left to grant or to mint from.
    function _oldCityIsOver() private {
        isTrue(token.paused(), "the old coin stands still");
        asOfficer(TREASURER);
        vm.expectRevert(abi.encodeWithSelector(IRewardBudget.RewardBudgetNotCovered.selector, 1, 0));
        budget.grant(ALCANDER, PERIOD + 1, 1, "late");
        asOfficer(TREASURER);
        vm.expectRevert(
            abi.encodeWithSelector(IRewardBudget.RewardBudgetIsClosed.selector, budgetIdOf(ALCANDER, PERIOD))
        );
        budget.award(ALCANDER, PERIOD, idOf(ALICE), 1, "", "late");
    }

    function _isMoved() private view {
        same(token.totalSupply(), 0, "old coins");
        same(newToken.balanceOf(wallet(ALICE)), 300_00, "Alice");
        same(newToken.balanceOf(wallet(BOB)), 80_00, "Bob");
        same(newToken.balanceOf(wallet(NEW_CAROL)), 40_00, "Carol");
        same(newToken.totalSupply(), 420_00, "new coins");
        same(owedOutside, 30_00, "the baker's and the choir's, paid in euros");
        same(newBudget.outstanding(), 0, "no promise is left");

        same(newToken.getFrozenTokens(wallet(BOB)), 5_00, "frozen");
        bool isBlocked = newRegistry.participant(idOf(BOB)).status == ParticipantStatus.Blocked;
        isTrue(isBlocked, "Bob is blocked");
        isTrue(newToken.canTransfer(wallet(ALICE), wallet(BAKER), 300_00), "Alice can pay");
        // Whoever had lost a wallet is known by the one of now.
        isTrue(
            newRegistry.participantOf(wallet(NEW_CAROL)) == toParticipantId(wallet(NEW_CAROL)), "Carol's id"
        );
    }
}
