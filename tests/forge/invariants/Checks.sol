// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {Claim, ClaimState, Job} from "../../../contracts/interfaces/IJobEscrow.sol";
import {ParticipantKind} from "../../../contracts/interfaces/IParticipantRegistry.sol";
import {Batch, Line, LineState} from "../../../contracts/interfaces/IRedemption.sol";
import {Budget} from "../../../contracts/interfaces/IRewardBudget.sol";
import {BatchId, ParticipantId, budgetIdOf} from "../../../contracts/types/Ids.sol";
import {CityHandler} from "./CityHandler.sol";

/// @dev The contracts beside the books.
abstract contract Checks is CityHandler {
    function _checkAll() internal view {
        _checkCoins();
        _checkWallets();
        _checkPause();
        _checkBudgets();
        _checkJobs();
        _checkClaims();
        _checkRedemption();
    }

    // ------------------------------------------------------------------ coins

    function _checkCoins() internal view {
        uint256 sum = token.balanceOf(address(redemption));
        for (uint256 i = 0; i < wallets.length; ++i) {
            uint256 balance = token.balanceOf(wallets[i]);
            same(balance, held[wallets[i]], "a balance");
            sum += balance;
        }
        same(token.totalSupply(), sum, "supply is the sum of balances");
        same(token.totalSupply(), mintedEver() - burned, "supply is minted less burned");
        same(token.totalBurned(), burned, "burned");
    }

    function _checkWallets() internal view {
        for (uint256 i = 0; i < people.length; ++i) {
            Person storage who = people[i];
            bool ownsIt = registry.participantOf(who.wallet) == who.id;
            isTrue(ownsIt, "a wallet is its participant's");
            same(token.getFrozenTokens(who.wallet), who.frozen, "frozen");
        }
        for (uint256 i = 0; i < wallets.length; ++i) {
            bool isHeld = registry.participantOf(wallets[i]) != ParticipantId.wrap(0);
            isTrue(isHeld || token.balanceOf(wallets[i]) == 0, "coins in nobody's wallet");
        }
        for (uint256 i = 0; i < lost.length; ++i) {
            same(token.balanceOf(lost[i]), 0, "a lost wallet is empty");
            same(token.getFrozenTokens(lost[i]), 0, "nothing of a lost wallet is frozen");
            isTrue(registry.isBound(lost[i]), "a lost wallet cannot be bound again");
            (ParticipantKind kind,) = registry.standingOf(lost[i]);
            isTrue(kind == ParticipantKind.None, "a lost wallet is nobody's");
        }
        same(token.balanceOf(address(escrow)), 0, "the escrow holds no coins");
        same(token.balanceOf(address(budget)), 0, "the budget holds no coins");
        same(token.balanceOf(address(token)), 0, "the token holds no coins");
        same(token.balanceOf(wallet(STRANGER)), 0, "a stranger holds no coins");
    }

    function _checkPause() internal view {
        same(token.paused() ? 1 : 0, standsStill ? 1 : 0, "paused");
        if (!standsStill) return;
        for (uint256 i = 0; i < wallets.length; ++i) {
            same(token.balanceOf(wallets[i]), heldWhenPaused[wallets[i]], "a balance while paused");
        }
        address lock = address(redemption);
        same(token.balanceOf(lock), heldWhenPaused[lock], "the redemption's balance while paused");
    }

    // ------------------------------------------------------------------ promises

    function _checkBudgets() internal view {
        uint256 outstanding;
        for (uint256 i = 0; i < partners.length; ++i) {
            for (uint32 period = PERIOD; period <= LAST_PERIOD; ++period) {
                outstanding += _checkBudget(i, period);
            }
            (,, uint256 available) = budget.mintLimit(partners[i].id);
            same(available, mintable(i), "what a partner may mint now");
        }
        same(budget.outstanding(), outstanding, "outstanding");
    }

    function _checkBudget(uint256 partner, uint32 period) private view returns (uint256) {
        Purse storage purse = purses[partner][period];
        Budget memory found = budget.budget(budgetIdOf(partners[partner].id, period));
        uint256 slots;
        for (uint256 i = 1; i < posts.length; ++i) {
            if (posts[i].partner != partner || posts[i].period != period) continue;
            Job memory job = escrow.jobOf(posts[i].id);
            slots += uint256(job.reward) * (job.open + job.active);
        }

        isTrue(uint256(found.reserved) + found.minted <= found.granted, "no more promised than granted");
        same(found.reserved, slots, "reserved is what open and active slots may cost");
        same(found.reserved, purse.reserved, "reserved");
        same(found.minted, purse.minted, "minted from a budget");
        same(found.granted, purse.granted, "granted");
        same(found.closed ? 1 : 0, purse.closed ? 1 : 0, "closed");
        return found.granted - found.minted;
    }

    function _checkJobs() internal view {
        uint256[] memory active_ = new uint256[](posts.length);
        uint256[] memory paid = new uint256[](posts.length);
        for (uint256 i = 1; i < works.length; ++i) {
            if (_isActive(works[i].state)) ++active_[works[i].job];
            if (_isPaid(works[i].state)) ++paid[works[i].job];
        }
        for (uint256 i = 0; i < posts.length; ++i) {
            Post storage post_ = posts[i];
            Job memory job = escrow.jobOf(post_.id);
            same(job.slots, post_.slots, "slots");
            same(job.open, post_.open, "open slots");
            same(job.active, active_[i], "active slots");
            same(job.paid, paid[i], "paid slots");
            same(post_.released + job.open + job.active + job.paid, job.slots, "every slot is accounted for");
            same(job.closed ? 1 : 0, post_.closed ? 1 : 0, "a closed job");
        }
    }

    function _checkClaims() internal view {
        for (uint256 i = 0; i < works.length; ++i) {
            Work storage work = works[i];
            Claim memory found = escrow.claimOf(work.id);
            same(uint256(found.state), uint256(work.state), "a claim's state");
            same(found.cents, work.cents, "a claim's cents");
            isTrue(i == 0 || found.resident == people[work.resident].id, "whose claim");
            isTrue(work.payments <= 1, "a claim is paid once at most");
            isTrue(work.paid <= posts[work.job].reward, "a claim is paid its reward at most");
            same(work.paid, _isPaid(work.state) ? work.cents : 0, "paid if approved or awarded");
        }
    }

    // ------------------------------------------------------------------ redemption

    function _checkRedemption() internal view {
        uint256 owed;
        for (uint256 i = 0; i < locks.length; ++i) {
            Line memory line = redemption.lineOf(locks[i].id);
            same(uint256(line.state), uint256(locks[i].state), "a line's state");
            same(line.cents, locks[i].cents, "a line's cents");
            same(BatchId.unwrap(line.batch), locks[i].batch, "a line's batch");
            bool isOver = line.state == LineState.Booked || line.state == LineState.Released;
            if (!isOver) owed += line.cents;
        }
        same(token.balanceOf(address(redemption)), owed, "what the redemption owes");
        for (uint256 i = 0; i < payouts.length; ++i) {
            Batch memory batch = redemption.batchOf(BatchId.wrap(uint32(i)));
            same(batch.cents, payouts[i].cents, "a batch's cents");
            same(batch.rejectedCents, payouts[i].rejected, "a batch's rejected cents");
            same(batch.lines, payouts[i].lines, "a batch's lines");
            same(batch.settled ? 1 : 0, payouts[i].settled ? 1 : 0, "a settled batch");
        }
        same(BatchId.unwrap(redemption.lastBatch()), payouts.length - 1, "the last batch");
    }

    // ------------------------------------------------------------------ details

    function _isActive(ClaimState state) private pure returns (bool) {
        return state == ClaimState.Claimed || state == ClaimState.Submitted || state == ClaimState.Rejected
            || state == ClaimState.Disputed;
    }

    function _isPaid(ClaimState state) private pure returns (bool) {
        return state == ClaimState.Approved || state == ClaimState.Awarded;
    }
}
