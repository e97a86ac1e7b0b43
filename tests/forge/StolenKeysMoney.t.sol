// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC7943Fungible} from "../../contracts/interfaces/IERC7943Fungible.sol";
import {IRedemption, LineState} from "../../contracts/interfaces/IRedemption.sol";
import {Budget, IRewardBudget} from "../../contracts/interfaces/IRewardBudget.sol";
import {
    BatchId,
    ClaimId,
    JobId,
    ParticipantId,
    RedemptionId,
    budgetIdOf
} from "../../contracts/types/Ids.sol";
import {Thief} from "./base/Thief.sol";

/// @dev What a thief can do with the keys of officers who deal with money: see docs/stolen-keys.md.
contract StolenKeysMoneyTest is Thief {
    /// @dev Nobody notices anything, for weeks: what there is in the end is what the auditor read.
    function test_stolenTreasurer__doesItsWorst__mintsAtMostWhatIsAttested() public {
        uint256 attested = 2 * GRANTED + 7_000_00;
        vm.warp(block.timestamp + 1);
        attest(uint64(attested));

        act(TREASURER, address(budget), grantData(ALCANDER, 7_000_00));
        bytes memory notCovered =
            abi.encodeWithSelector(IRewardBudget.RewardBudgetNotCovered.selector, attested + 1, attested);
        refuses(TREASURER, address(budget), grantData(ALCANDER, 1), notCovered);

        // On the first day, and on every other, each partner's bucket once.
        uint256 left = attested;
        for (uint256 day = 0; left != 0; ++day) {
            left -= _awardAll();
            if (day == 0) same(token.totalSupply(), 2 * CAPACITY, "on the first day");
            refuses(TREASURER, address(budget), awardData(ALCANDER, BOB, 1), _nothingNow());
            vm.warp(block.timestamp + WINDOW);
        }
        same(token.totalSupply(), attested, "what was attested, and no more");
        same(budget.outstanding(), 0, "nothing is left to mint");
    }

    /// @dev Somebody notices within the hour.
    function test_stolenTreasurer__whenPausedAndDismissed__keepsOneBucketPerPartner() public {
        _awardAll();
        pauseAll();
        block_(idOf(BOB));
        vm.warp(block.timestamp + WINDOW);
        refusesPaused(TREASURER, address(budget), awardData(ALCANDER, ALICE, 1));

        dismiss(TREASURER, "TREASURER");
        dismiss(TREASURER, "LIMIT_SETTER");
        unpauseAll();
        refusesRole(TREASURER, address(budget), awardData(ALCANDER, ALICE, 1));
        refusesRole(TREASURER, address(budget), grantData(ALCANDER, 1));

        same(token.totalSupply(), 2 * CAPACITY, "what was minted");
        same(token.balanceOf(wallet(BOB)), 2 * CAPACITY, "and lies with somebody who is blocked");
    }

    /// @dev No budget is left to post jobs in; what was promised before is kept.
    function test_stolenTreasurer__closesEveryBudget__takesNoPromiseBack() public {
        ClaimId id = submitted(post(100_00, 1), ALICE, 100_00);
        act(TREASURER, address(budget), abi.encodeCall(budget.closeBudget, (ALCANDER, PERIOD)));
        act(TREASURER, address(budget), abi.encodeCall(budget.closeBudget, (STEUNPUNT, PERIOD)));

        approve(id);
        same(token.balanceOf(wallet(ALICE)), 100_00, "paid");
        same(budget.outstanding(), 0, "everything else is the city's again");
        budgetIs(budgetIdOf(ALCANDER, PERIOD), 100_00, 0, 100_00, true);
    }

    function test_stolenLimitSetter__raisesTheLimit__isCancelledInTime() public {
        bytes memory data = abi.encodeCall(budget.setMintLimit, (ALCANDER, type(uint64).max, uint48(1 hours)));
        isCancelled(TREASURER, address(budget), data);

        (uint256 capacity, uint48 window,) = budget.mintLimit(ALCANDER);
        same(capacity, CAPACITY, "capacity");
        same(window, WINDOW, "window");
    }

    /// @dev At its lowest a limit lets one of the highest rewards pass a month: later, and never "never".
    function test_stolenLimitSetter__lowersTheLimitUnseen__delaysRewards() public {
        ClaimId[] memory claims = new ClaimId[](2);
        JobId job = post(uint48(MAX_REWARD), 2);
        claims[0] = submitted(job, ALICE, uint48(MAX_REWARD));
        claims[1] = submitted(job, BOB, uint48(MAX_REWARD));
        bytes memory tooLow = abi.encodeCall(budget.setMintLimit, (ALCANDER, MAX_REWARD - 1, 31 days));
        schedule(TREASURER, address(budget), tooLow);
        actDelayed(
            TREASURER,
            address(budget),
            abi.encodeCall(budget.setMintLimit, (ALCANDER, MAX_REWARD, uint48(31 days)))
        );
        vm.expectRevert(
            abi.encodeWithSelector(
                IRewardBudget.RewardBudgetInvalidMintLimit.selector, MAX_REWARD - 1, uint48(31 days)
            )
        );
        officers[TREASURER].carryOut(address(budget), tooLow);

        approve(claims);
        same(token.totalSupply(), MAX_REWARD, "one is paid");
        vm.warp(block.timestamp + 31 days);
        approve(claims);
        same(token.totalSupply(), 2 * MAX_REWARD, "the other a month later");
    }

    function test_stolenAuditor__attestsTooMuch__mintsNothing() public {
        vm.warp(block.timestamp + 1);
        attest(type(uint64).max);

        same(token.totalSupply(), 0, "supply");
        same(budget.outstanding(), 2 * GRANTED, "promises");
        refusesRole(AUDITOR, address(budget), grantData(ALCANDER, 1));
        refusesRole(AUDITOR, address(budget), awardData(ALCANDER, BOB, 1));

        // The next honest statement is the one that counts.
        dismiss(AUDITOR, "AUDITOR");
        appoint(0xA9, "AUDITOR", 0);
        act(0xA9, address(budget), _attestation(2 * GRANTED));
        bytes memory notCovered = abi.encodeWithSelector(
            IRewardBudget.RewardBudgetNotCovered.selector, 2 * GRANTED + 1, 2 * GRANTED
        );
        refuses(TREASURER, address(budget), grantData(ALCANDER, 1), notCovered);
    }

    /// @dev Only grants look at the statement: what was promised goes on.
    function test_stolenAuditor__attestsNothing__delaysGrantsOnly() public {
        vm.warp(block.timestamp + 1);
        attest(0);

        earn(ALICE, 100_00);
        pay(ALICE, BAKER, 60_00);
        redeem(BAKER, 60_00);
        bytes memory notCovered =
            abi.encodeWithSelector(IRewardBudget.RewardBudgetNotCovered.selector, 2 * GRANTED + 1, 0);
        refuses(TREASURER, address(budget), grantData(ALCANDER, 1), notCovered);

        vm.warp(block.timestamp + 1);
        attest(2 * GRANTED + 1);
        act(TREASURER, address(budget), grantData(ALCANDER, 1));
    }

    /// @dev Euros that are not there, granted: the mint limits are all that is left, and the pause.
    function test_stolenAuditorAndTreasurer__doTheirWorst__mintTheLimitsUntilPaused() public {
        vm.warp(block.timestamp + 1);
        attest(type(uint64).max);
        act(TREASURER, address(budget), grantData(ALCANDER, 1_000_000_000_00));
        act(TREASURER, address(budget), grantData(STEUNPUNT, 1_000_000_000_00));

        _awardAll();
        refuses(TREASURER, address(budget), awardData(ALCANDER, BOB, 1), limitReached(ALCANDER, 1, 0));
        vm.warp(block.timestamp + WINDOW / 2);
        _awardAll();
        pauseAll();

        same(token.totalSupply(), 3 * CAPACITY, "two full buckets, and half of each again");
        vm.warp(block.timestamp + WINDOW);
        refusesPaused(TREASURER, address(budget), awardData(ALCANDER, BOB, 1));
    }

    /// @dev One bucket for both ways to mint from a partner's budgets.
    function test_stolenTreasurerAndPartner__doTheirWorst__shareOneBucket() public {
        act(TREASURER, address(budget), grantData(ALCANDER, 500_000_00));
        act(TREASURER, address(budget), awardData(ALCANDER, BOB, CAPACITY - MAX_REWARD));
        ClaimId[] memory claims = pretend(PARTNER_KEY, ALCANDER, 3);
        approve(claims);

        same(token.totalSupply(), CAPACITY, "one bucket");
        refuses(TREASURER, address(budget), awardData(ALCANDER, BOB, 1), limitReached(ALCANDER, 1, 0));
    }

    /// @dev Merchants lose coins that they had locked, without euros; the events say whose and how many, and the city
    /// owes them outside the chain. Coins in wallets are out of reach.
    function test_stolenSettlement__saysBookedOfEverything__burnsWhatIsLocked() public {
        RedemptionId[] memory lines = _locked();
        uint256 supply = token.totalSupply();
        close(BatchId.wrap(1), lines);
        settle(BatchId.wrap(1), new RedemptionId[](0));

        same(token.totalBurned(), 150_00, "what was locked");
        same(token.totalSupply(), supply - 150_00, "the rest");
        same(token.balanceOf(wallet(BAKER)), 50_00, "what was not redeemed");
        isTrue(redemption.lineOf(lines[0]).state == LineState.Booked, "the city owes this line in euros");
        same(redemption.lineOf(lines[0]).cents, 100_00, "so much");
    }

    function test_stolenSettlement__whenPausedAndDismissed__burnsNothingMore() public {
        close(BatchId.wrap(1), _locked());
        bytes memory settling = abi.encodeCall(redemption.settle, (BatchId.wrap(1), new RedemptionId[](0)));
        pauseAll();
        refusesPaused(SETTLEMENT, address(redemption), settling);

        dismiss(SETTLEMENT, "SETTLEMENT");
        unpauseAll();
        refusesRole(SETTLEMENT, address(redemption), settling);
        same(token.totalBurned(), 0, "burned");
    }

    /// @dev The bank has paid the grocer's line; the thief says it did not: the grocer has euros and coins.
    function test_stolenSettlement__saysRejectedOfAPaidLine__givesItBackOnce() public {
        RedemptionId[] memory lines = _locked();
        close(BatchId.wrap(1), lines);
        RedemptionId[] memory paid = new RedemptionId[](1);
        paid[0] = lines[1];
        settle(BatchId.wrap(1), paid);
        redemption.release(lines[1]);

        same(token.balanceOf(wallet(GROCER)), 50_00, "once too much");
        refuses(
            SETTLEMENT,
            address(redemption),
            abi.encodeCall(redemption.settle, (BatchId.wrap(1), paid)),
            abi.encodeWithSelector(IRedemption.RedemptionBatchSettled.selector, 1)
        );
        vm.expectRevert(
            abi.encodeWithSelector(
                IRedemption.RedemptionUnexpectedState.selector, lines[1], LineState.Released
            )
        );
        redemption.release(lines[1]);
    }

    /// @dev Seen before anybody released it: a blocked merchant gets nothing back.
    function test_stolenSettlement__whenTheMerchantIsBlocked__givesNothingBack() public {
        RedemptionId[] memory lines = _locked();
        close(BatchId.wrap(1), lines);
        settle(BatchId.wrap(1), lines);
        block_(idOf(GROCER));

        vm.expectRevert(
            abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotReceive.selector, wallet(GROCER))
        );
        redemption.release(lines[1]);
    }

    // ------------------------------------------------------------------ details

    /// @dev As much as both partners' buckets and budgets have now, to Bob.
    function _awardAll() private returns (uint256 cents) {
        uint256 one = _most(ALCANDER);
        uint256 other = _most(STEUNPUNT);
        if (one != 0) act(TREASURER, address(budget), awardData(ALCANDER, BOB, one));
        if (other != 0) act(TREASURER, address(budget), awardData(STEUNPUNT, BOB, other));
        return one + other;
    }

    function _most(ParticipantId partner) private view returns (uint256) {
        (,, uint256 mintable) = budget.mintLimit(partner);
        uint256 free = _free(partner);
        return free < mintable ? free : mintable;
    }

    function _free(ParticipantId partner) private view returns (uint256) {
        Budget memory found = budget.budget(budgetIdOf(partner, PERIOD));
        return found.granted - found.reserved - found.minted;
    }

    /// @dev Why Alcander's budget gives not one cent more today.
    function _nothingNow() private view returns (bytes memory) {
        if (_free(ALCANDER) != 0) return limitReached(ALCANDER, 1, 0);
        return abi.encodeWithSelector(
            IRewardBudget.RewardBudgetExceeded.selector, budgetIdOf(ALCANDER, PERIOD), 1, 0
        );
    }

    function _attestation(uint256 cents) private view returns (bytes memory) {
        return abi.encodeCall(budget.attestReserve, (uint64(cents), uint48(block.timestamp), "statement"));
    }

    /// @dev The baker's line and the grocer's; the baker keeps 50 euros in the wallet.
    function _locked() private returns (RedemptionId[] memory lines) {
        earn(ALICE, 200_00);
        pay(ALICE, BAKER, 150_00);
        pay(ALICE, GROCER, 50_00);
        lines = new RedemptionId[](2);
        lines[0] = redeem(BAKER, 100_00);
        lines[1] = redeem(GROCER, 50_00);
    }
}
