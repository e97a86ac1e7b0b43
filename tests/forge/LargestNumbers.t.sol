// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IJobEscrow, JobTerms, PartnerSignature} from "../../contracts/interfaces/IJobEscrow.sol";
import {IRedemption} from "../../contracts/interfaces/IRedemption.sol";
import {IRewardBudget, Reward} from "../../contracts/interfaces/IRewardBudget.sol";
import {BatchId, JobId, RedemptionId, budgetIdOf} from "../../contracts/types/Ids.sol";
import {Jobs} from "./base/Jobs.sol";
import {Sign} from "./base/Sign.sol";

/// @dev The largest number there is, wherever a number can be given: amounts, moments, numbers of batches, places in
/// calldata. Each is refused with its name, or does what it says.
contract LargestNumbersTest is Jobs {
    uint256 private constant MOST = type(uint256).max;
    uint256 private constant OVERFLOW = 0x11;
    address private constant SPENDER = address(0x57E);

    // ------------------------------------------------------------------ amounts of coins

    function test_payments__ofTheLargestAmount__revert() public {
        earn(ALICE, 100_00);
        bytes memory refusal = abi.encodeWithSelector(
            IERC20Errors.ERC20InsufficientBalance.selector, wallet(ALICE), 100_00, MOST
        );
        vm.startPrank(wallet(ALICE));
        token.approve(SPENDER, MOST);
        _refuses(address(token), abi.encodeCall(token.transfer, (wallet(BAKER), MOST)), refusal);
        vm.stopPrank();

        vm.startPrank(SPENDER);
        _refuses(
            address(token), abi.encodeCall(token.transferFrom, (wallet(ALICE), wallet(BAKER), MOST)), refusal
        );
        vm.stopPrank();

        bytes32 hash = Sign.authorization(
            "TransferWithAuthorization", wallet(ALICE), wallet(BAKER), MOST, 0, MOST, "largest"
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE, Sign.digest(address(token), hash));
        _refuses(
            address(token),
            abi.encodeCall(
                token.transferWithAuthorization,
                (wallet(ALICE), wallet(BAKER), MOST, 0, MOST, "largest", v, r, s)
            ),
            refusal
        );
    }

    function test_redeem__ofTheLargestAmount__reverts() public {
        bytes32 hash = Sign.authorization(
            "ReceiveWithAuthorization", wallet(BAKER), address(redemption), MOST, 0, MOST, "largest"
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(BAKER, Sign.digest(address(token), hash));
        _refuses(
            address(redemption),
            abi.encodeCall(redemption.redeem, (wallet(BAKER), MOST, 0, MOST, "largest", v, r, s)),
            abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 48, MOST)
        );
    }

    /// @dev The contracts that may mint, burn and reserve never ask for so much; if they did, nothing would happen.
    function test_whatContractsAskOfEachOther__ofTheLargestAmount__reverts() public {
        earn(ALICE, 100_00);
        vm.startPrank(address(budget));
        _refuses(address(token), abi.encodeCall(token.mint, (idOf(BOB), MOST)), _panic(OVERFLOW));
        vm.stopPrank();

        vm.startPrank(address(redemption));
        _refuses(address(token), abi.encodeCall(token.burn, (MOST)), _noCast(208, MOST));
        vm.stopPrank();

        vm.startPrank(address(escrow));
        _refuses(
            address(budget), abi.encodeCall(budget.reserve, (ALCANDER, PERIOD, MOST, 1)), _aboveMax(MOST)
        );
        _refuses(
            address(budget), abi.encodeCall(budget.reserve, (ALCANDER, PERIOD, MOST, 2)), _panic(OVERFLOW)
        );
        _refuses(address(budget), abi.encodeCall(budget.release, (ALCANDER, PERIOD, MOST)), _noCast(64, MOST));
        Reward[] memory rewards = new Reward[](1);
        rewards[0] = Reward(idOf(BOB), PERIOD, type(uint48).max, type(uint48).max);
        _refuses(address(budget), abi.encodeCall(budget.reward, (ALCANDER, rewards, false)), _panic(OVERFLOW));
        vm.stopPrank();
        same(token.totalSupply(), 100_00, "supply");
    }

    // ------------------------------------------------------------------ budgets

    function test_grant__ofTheLargestAmount__needsAsMuchInTheBank() public {
        uint64 most = type(uint64).max;
        uint256 promised = uint256(GRANTED) * 2 + most;
        _refusesTreasurer(
            abi.encodeCall(budget.grant, (ALCANDER, 2027, most, "grant")),
            abi.encodeWithSelector(IRewardBudget.RewardBudgetNotCovered.selector, promised, 1_000_000_00)
        );

        vm.warp(block.timestamp + 1);
        attest(most);
        uint64 rest = most - 2 * GRANTED;
        act(TREASURER, address(budget), abi.encodeCall(budget.grant, (ALCANDER, 2027, rest, "grant")));
        _refusesTreasurer(
            abi.encodeCall(budget.grant, (ALCANDER, 2027, 1, "more")),
            abi.encodeWithSelector(
                IRewardBudget.RewardBudgetNotCovered.selector, uint256(most) + 1, uint256(most)
            )
        );
        budgetIs(budgetIdOf(ALCANDER, 2027), rest, 0, 0, false);
    }

    function test_award__ofTheLargestAmount__reverts() public {
        _refusesTreasurer(
            abi.encodeCall(budget.award, (ALCANDER, PERIOD, idOf(ALICE), type(uint64).max, "why", "award")),
            abi.encodeWithSelector(
                IRewardBudget.RewardBudgetExceeded.selector,
                budgetIdOf(ALCANDER, PERIOD),
                type(uint64).max,
                GRANTED
            )
        );
    }

    function test_setMintLimit__ofTheLargestCapacity__countsOn() public {
        (uint64 capacity, uint48 window) = (type(uint64).max, type(uint48).max);
        bytes memory data = abi.encodeCall(budget.setMintLimit, (ALCANDER, capacity, window));
        schedule(TREASURER, address(budget), data);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(
                IRewardBudget.RewardBudgetInvalidMintLimit.selector, uint256(capacity), window
            )
        );
        officers[TREASURER].carryOut(address(budget), data);

        actDelayed(
            TREASURER,
            address(budget),
            abi.encodeCall(budget.setMintLimit, (ALCANDER, capacity, uint48(31 days)))
        );
        earn(ALICE, 250_00);
        (,, uint256 available) = budget.mintLimit(ALCANDER);
        same(available, capacity - 250_00, "less what was minted in this second");
    }

    function test_attestReserve__ofTheLastMoment__reverts() public {
        vm.startPrank(address(officers[AUDITOR]));
        _refuses(
            address(budget),
            abi.encodeCall(budget.attestReserve, (1, type(uint48).max, "statement")),
            abi.encodeWithSelector(
                IRewardBudget.RewardBudgetInvalidAsOf.selector, type(uint48).max, uint48(block.timestamp)
            )
        );
        vm.stopPrank();
    }

    // ------------------------------------------------------------------ jobs and claims

    function test_postJob__ofTheLargestTerms__reverts() public {
        JobTerms memory what = terms(type(uint48).max, type(uint16).max);
        _refusesPost(what, _aboveMax(type(uint48).max));

        what = terms(uint48(MAX_REWARD), type(uint16).max);
        _refusesPost(
            what,
            abi.encodeWithSelector(
                IRewardBudget.RewardBudgetExceeded.selector,
                budgetIdOf(ALCANDER, PERIOD),
                uint256(MAX_REWARD) * type(uint16).max,
                GRANTED
            )
        );

        bytes memory invalid = abi.encodeWithSelector(IJobEscrow.JobEscrowInvalidTerms.selector);
        what = terms(1_00, 1);
        what.submitBy = type(uint48).max;
        _refusesPost(what, invalid);
        what.claimBy = type(uint48).max;
        _refusesPost(what, invalid);

        what = terms(1_00, 1);
        what.period = type(uint32).max;
        _refusesPost(
            what,
            abi.encodeWithSelector(
                IRewardBudget.RewardBudgetUnknown.selector, budgetIdOf(ALCANDER, type(uint32).max)
            )
        );
    }

    function test_claim__ofTheLargestAmount__reverts() public {
        JobId job = post(100_00, 1);
        uint48 most = type(uint48).max;
        bytes32 hash = Sign.claim(job, idOf(ALICE), most, "largest", FAR);
        _refuses(
            address(escrow),
            abi.encodeCall(
                escrow.claim, (job, idOf(ALICE), most, "largest", FAR, signed(ALICE, address(escrow), hash))
            ),
            abi.encodeWithSelector(IJobEscrow.JobEscrowInvalidAmount.selector, most, 100_00)
        );
    }

    /// @dev No deadline that the contract keeps is near the end of numbers; whoever asks about one is told of overflow.
    function test_views__ofTheLargestMoment__areDefined() public {
        isFalse(escrow.isOver(MOST - GRACE), "far");
        vm.expectRevert(_panic(OVERFLOW));
        escrow.isOver(MOST);
        same(token.burnedUntil(type(uint48).max), token.totalBurned(), "all burns");
    }

    // ------------------------------------------------------------------ batches

    function test_closeAndSettle__ofTheLargestNumber__revert() public {
        BatchId most = BatchId.wrap(type(uint32).max);
        vm.startPrank(address(officers[SETTLEMENT]));
        _refuses(
            address(redemption),
            abi.encodeCall(redemption.close, (most, new RedemptionId[](1))),
            abi.encodeWithSelector(IRedemption.RedemptionUnexpectedBatch.selector, most, BatchId.wrap(1))
        );
        _refuses(
            address(redemption),
            abi.encodeCall(redemption.settle, (most, new RedemptionId[](1))),
            abi.encodeWithSelector(IRedemption.RedemptionUnknownBatch.selector, most)
        );
        vm.stopPrank();
    }

    // ------------------------------------------------------------------ places in calldata

    /// @dev Lists and bytes whose place or length lies beyond the calldata, and numbers beyond their type: refused
    /// before anything is looked at, for whoever calls.
    function test_calls__withAllBitsSet__revert() public {
        bytes memory ones = new bytes(32 * 12);
        for (uint256 i = 0; i < ones.length; ++i) {
            ones[i] = 0xff;
        }
        address[4] memory callers = [
            SENDER, address(officers[REGISTRAR]), address(officers[SETTLEMENT]), address(officers[TREASURER])
        ];
        bytes4[14] memory selectors = [
            escrow.postJob.selector,
            escrow.closeJob.selector,
            escrow.approve.selector,
            escrow.reject.selector,
            escrow.claim.selector,
            escrow.withdraw.selector,
            escrow.submit.selector,
            escrow.dispute.selector,
            escrow.multicall.selector,
            redemption.close.selector,
            redemption.settle.selector,
            registry.admitResidents.selector,
            registry.admitAssociations.selector,
            budget.grant.selector
        ];
        for (uint256 i = 0; i < callers.length; ++i) {
            for (uint256 j = 0; j < selectors.length; ++j) {
                address target = j < 9
                    ? address(escrow)
                    : j < 11 ? address(redemption) : j < 13 ? address(registry) : address(budget);
                vm.startPrank(callers[i]);
                _refuses(target, bytes.concat(selectors[j], ones), "");
                vm.stopPrank();
            }
        }
        _refuses(address(officers[ENFORCER]), bytes.concat(officers[ENFORCER].act.selector, ones), "");
        _refuses(address(officers[ENFORCER]), bytes.concat(officers[ENFORCER].carryOut.selector, ones), "");
    }

    // ------------------------------------------------------------------ details

    function _refuses(address target, bytes memory data, bytes memory refusal) private {
        (bool done, bytes memory answer) = target.call(data);
        isFalse(done, "should be refused");
        same(answer, refusal, "refusal");
    }

    function _refusesTreasurer(bytes memory data, bytes memory refusal) private {
        vm.startPrank(address(officers[TREASURER]));
        _refuses(address(budget), data, refusal);
        vm.stopPrank();
    }

    function _refusesPost(JobTerms memory what, bytes memory refusal) private {
        PartnerSignature memory by = byPartner(Sign.postJob(what, FAR));
        _refuses(address(escrow), abi.encodeCall(escrow.postJob, (what, by)), refusal);
    }

    function _aboveMax(uint256 cents) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IRewardBudget.RewardBudgetAboveMaxReward.selector, cents, uint256(MAX_REWARD)
            );
    }

    function _noCast(uint8 bits, uint256 value) private pure returns (bytes memory) {
        return abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, bits, value);
    }

    function _panic(uint256 code) private pure returns (bytes memory) {
        return abi.encodeWithSignature("Panic(uint256)", code);
    }
}
