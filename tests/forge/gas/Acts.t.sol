// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ClaimId, JobId, BatchId, RedemptionId} from "../../../contracts/types/Ids.sol";
import {Measured} from "./Measured.sol";

/// @dev What each act costs when it is sent alone, by the signature of whoever decides it.
/// forge-config: default.isolate = true
contract GasActsTest is Measured {
    // ------------------------------------------------------------------ people

    function test_people__admittedBlockedAndRecovered__areMeasured() public {
        vm.prank(SENDER);
        registry.admitResidents(wallets(0, 1));
        measured("admit one resident");

        bytes memory merchants = abi.encodeCall(registry.admitMerchants, (wallets(1, 1)));
        schedule(REGISTRAR, address(registry), merchants);
        measured("admit one merchant: schedule");
        vm.warp(block.timestamp + DELAY);
        officers[REGISTRAR].carryOut(address(registry), merchants);
        measured("admit one merchant: carry out");

        officersAct(ENFORCER, address(registry), abi.encodeCall(registry.blockParticipant, (idOf(BOB), 1)));
        measured("block somebody");

        earn(ALICE, 15_00);
        bytes memory recovery = abi.encodeCall(token.recover, (wallet(ALICE), wallet(resident(2))));
        schedule(ENFORCER, address(token), recovery);
        measured("recover a wallet: schedule");
        vm.warp(block.timestamp + DELAY);
        officers[ENFORCER].carryOut(address(token), recovery);
        measured("recover a wallet: carry out");
    }

    // ------------------------------------------------------------------ budgets

    function test_budget__grantedAwardedAndClosed__isMeasured() public {
        vm.warp(block.timestamp + 1);
        officersAct(
            AUDITOR,
            address(budget),
            abi.encodeCall(budget.attestReserve, (1_000_000_00, uint48(block.timestamp), clientId()))
        );
        measured("attest the reserve");
        officersAct(
            TREASURER, address(budget), abi.encodeCall(budget.grant, (ALCANDER, PERIOD, 100_00, clientId()))
        );
        measured("grant to a budget");
        officersAct(
            TREASURER,
            address(budget),
            abi.encodeCall(budget.award, (ALCANDER, PERIOD, idOf(ALICE), 15_00, clientId(), clientId()))
        );
        measured("award by the treasurer, first coins");
        officersAct(TREASURER, address(budget), abi.encodeCall(budget.closeBudget, (ALCANDER, PERIOD)));
        measured("close a budget");
    }

    // ------------------------------------------------------------------ jobs and claims

    function test_claim__fromJobToCoins__isMeasured() public {
        JobId job = post(15_00, 10);
        measured("post a job");
        ClaimId id = claimed(job, ALICE);
        measured("claim a slot");
        submit(id, ALICE);
        measured("submit");
        approve(id);
        measured("approve one claim, first coins");

        ClaimId second = claimed(job, ALICE);
        submit(second, ALICE);
        approve(second);
        measured("approve one claim, more coins");

        withdraw(claimed(job, ALICE), ALICE);
        measured("withdraw");
        closeJob(job);
        measured("close a job with open slots");
    }

    function test_approve__whenResidentsHoldCoins__isMeasured() public {
        admitCrowd();
        approve(submittedByCrowd());
        approve(submittedByCrowd());
        measured("approve a claim, 50 at once, more coins", CROWD);
    }

    function test_claim__rejectedDisputedAndDecided__isMeasured() public {
        JobId job = post(15_00, 10);
        ClaimId won = claimed(job, ALICE);
        ClaimId lost = claimed(job, BOB);
        submit(won, ALICE);
        submit(lost, BOB);
        reject(won);
        measured("reject");
        reject(lost);
        dispute(won, ALICE);
        measured("dispute");
        dispute(lost, BOB);
        officersAct(ARBITER, address(escrow), abi.encodeCall(escrow.decide, (won, true, 9, clientId())));
        measured("decide for the resident, first coins");
        officersAct(ARBITER, address(escrow), abi.encodeCall(escrow.decide, (lost, false, 9, clientId())));
        measured("decide against the resident");
    }

    function test_deadlines__whenOver__areMeasured() public {
        JobId job = post(15_00, 10);
        ClaimId idle = claimed(job, ALICE);
        ClaimId waiting = claimed(job, BOB);
        submit(waiting, BOB);
        vm.warp(block.timestamp + 60 days);
        escrow.lapse(idle);
        measured("lapse");
        escrow.escalate(waiting);
        measured("escalate");
        escrow.releaseOpenSlots(job);
        measured("release open slots");
    }

    // ------------------------------------------------------------------ coins

    function test_coins__movedByTheirHolderAndTheEnforcer__areMeasured() public {
        earn(ALICE, 100_00);
        vm.prank(wallet(ALICE));
        token.transfer(wallet(BAKER), 1_00);
        measured("transfer, first coins");
        vm.prank(wallet(ALICE));
        token.transfer(wallet(BAKER), 1_00);
        measured("transfer");

        officersAct(ENFORCER, address(token), abi.encodeCall(token.setFrozenTokens, (wallet(ALICE), 50_00)));
        measured("freeze coins");
        officersAct(ENFORCER, address(token), abi.encodeCall(token.pause, ()));
        measured("pause");
        officersAct(ENFORCER, address(token), abi.encodeCall(token.unpause, ()));
        measured("unpause");
    }

    // ------------------------------------------------------------------ redeeming

    function test_redemption__fromLockToRelease__isMeasured() public {
        earn(ALICE, 100_00);
        pay(ALICE, BAKER, 100_00);
        RedemptionId[] memory lines = new RedemptionId[](40);
        redeemed(1_00);
        lines[0] = redeemed(1_00);
        measured("redeem");
        for (uint256 i = 1; i < lines.length; ++i) {
            lines[i] = redeemed(1_00);
        }
        officersAct(
            SETTLEMENT, address(redemption), abi.encodeCall(redemption.close, (BatchId.wrap(1), lines))
        );
        measured("close a batch, each of its 40 lines", lines.length);

        RedemptionId[] memory rejected = new RedemptionId[](1);
        rejected[0] = lines[7];
        officersAct(
            SETTLEMENT, address(redemption), abi.encodeCall(redemption.settle, (BatchId.wrap(1), rejected))
        );
        measured("settle a batch with one rejected line");
        redemption.release(lines[7]);
        measured("release a rejected line");
    }
}
