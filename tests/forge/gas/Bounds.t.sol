// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {BatchId, RedemptionId} from "../../../contracts/types/Ids.sol";
import {Measured} from "./Measured.sol";

/// @dev The most that the acts which the city does often may cost.
/// forge-config: default.isolate = true
contract GasBoundsTest is Measured {
    function test_admitResidents__when200__costsAtMost28000Each() public {
        address[] memory all = wallets(0, 200);
        vm.prank(SENDER);
        registry.admitResidents(all);

        atMost("admit a resident, 200 at once", 200, 28_000);
    }

    function test_approve__when50FirstTimeHolders__costsAtMost48000Each() public {
        admitCrowd();
        approve(submittedByCrowd());

        atMost("approve a claim, 50 at once, each resident's first coins", CROWD, 48_000);
    }

    function test_pay__when50InOneTransaction__costsAtMost46000Each() public {
        earn(ALICE, 15_00);
        pay(ALICE, BAKER, 1_00);
        call(address(token), payments(address(token), false));

        atMost("pay, 50 in one transaction, one payer", CROWD, 46_000);
    }

    function test_pay__when50PayersInOneTransaction__costsAtMost53000Each() public {
        admitCrowd();
        approve(submittedByCrowd());
        pay(resident(0), BAKER, 1_00);
        call(address(token), payments(address(token), true));

        atMost("pay, 50 in one transaction, 50 payers", CROWD, 53_000);
    }

    function test_pay__whenAlone__costsAtMost90000() public {
        earn(ALICE, 15_00);
        pay(ALICE, BAKER, 1_00);
        call(address(token), payment(address(token), ALICE, wallet(BAKER), 10));

        atMost("pay, alone", 1, 90_000);
    }

    function test_settle__whenNothingIsRejected__costsTheSameWhateverTheSize() public {
        earn(ALICE, 100_00);
        pay(ALICE, BAKER, 100_00);
        redeemed(1_00); // a line that waits for a later batch, as there nearly always is one
        uint256 ofOne = _settled(BatchId.wrap(1), 1);
        uint256 ofMany = _settled(BatchId.wrap(2), 40);

        measured("settle a batch, whatever its size");
        isTrue(ofMany <= ofOne, "settling many costs more than settling one");
    }

    /// @dev Gas of settling a batch of `size` lines, all booked.
    function _settled(BatchId batch, uint256 size) private returns (uint256) {
        RedemptionId[] memory lines = new RedemptionId[](size);
        for (uint256 i = 0; i < size; ++i) {
            lines[i] = redeemed(1_00);
        }
        close(batch, lines);
        // A batch a day, so that each burn is a moment of its own.
        vm.warp(block.timestamp + 1 days);
        officersAct(
            SETTLEMENT, address(redemption), abi.encodeCall(redemption.settle, (batch, new RedemptionId[](0)))
        );
        return vm.lastCallGas().gasTotalUsed;
    }
}
