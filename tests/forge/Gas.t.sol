// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {BatchId, ClaimId, JobId, RedemptionId} from "../../contracts/types/Ids.sol";
import {City} from "./base/City.sol";
import {Sign} from "./base/Sign.sol";

/// @dev What whole transactions cost, calldata and the 21,000 of every transaction included, and the most that each may
/// cost. Every call of a test is a transaction of its own here (isolate), so that storage is cold at its start.
contract GasTest is City {
    uint256 private constant CROWD = 50;

    /// @dev The figures, for `forge test --match-contract GasTest -vv`.
    event GasEach(string act, uint256 gas);

    function setUp() public override {
        super.setUp();
        attest(100_000_00);
        grant(ALCANDER, 10_000_00);
    }

    /// forge-config: default.isolate = true
    function test_admitResidents__when200__costsAtMost28000Each() public {
        address[] memory wallets = new address[](200);
        for (uint256 i = 0; i < wallets.length; ++i) {
            wallets[i] = wallet(_resident(i));
        }
        vm.prank(SENDER);
        registry.admitResidents(wallets);

        _atMost("admit a resident, 200 at once", 200, 28_000);
    }

    /// forge-config: default.isolate = true
    function test_approve__when50FirstTimeHolders__costsAtMost48000Each() public {
        ClaimId[] memory claims = _submittedClaims();
        bytes memory call = abi.encodeCall(
            escrow.approve,
            (
                ALCANDER,
                claims,
                Sign.byPartner(PARTNER_KEY, address(escrow), Sign.approve(ALCANDER, claims, FAR), FAR)
            )
        );
        _call(address(escrow), call);

        _atMost("approve a claim, 50 at once, first coins of each resident", CROWD, 48_000);
    }

    /// forge-config: default.isolate = true
    function test_pay__when50InOneTransaction__costsAtMost46000Each() public {
        earn(ALICE, 15_00);
        pay(ALICE, BAKER, 1_00);
        bytes[] memory payments = new bytes[](CROWD);
        for (uint256 i = 0; i < CROWD; ++i) {
            payments[i] = _payment(ALICE, wallet(BAKER), 10);
        }
        _call(address(token), abi.encodeCall(token.multicall, (payments)));

        _atMost("pay, 50 in one transaction", CROWD, 46_000);
    }

    /// forge-config: default.isolate = true
    function test_pay__whenAlone__costsAtMost90000() public {
        earn(ALICE, 15_00);
        pay(ALICE, BAKER, 1_00);
        _call(address(token), _payment(ALICE, wallet(BAKER), 10));

        _atMost("pay, alone", 1, 90_000);
    }

    /// forge-config: default.isolate = true
    function test_settle__whenNothingIsRejected__costsTheSameWhateverTheSize() public {
        earn(ALICE, 100_00);
        pay(ALICE, BAKER, 100_00);
        uint256 ofOne = _settled(BatchId.wrap(1), 1);
        uint256 ofMany = _settled(BatchId.wrap(2), 40);

        emit GasEach("settle a batch", ofMany);
        isTrue(ofMany <= ofOne, "settling many costs more than settling one");
    }

    // ------------------------------------------------------------------ details

    function _resident(uint256 i) private pure returns (uint256 key) {
        return 0x10000 + i;
    }

    function _submittedClaims() private returns (ClaimId[] memory claims) {
        address[] memory wallets = new address[](CROWD);
        for (uint256 i = 0; i < CROWD; ++i) {
            wallets[i] = wallet(_resident(i));
        }
        vm.prank(SENDER);
        registry.admitResidents(wallets);
        JobId job = post(15_00, uint16(CROWD));
        claims = new ClaimId[](CROWD);
        for (uint256 i = 0; i < CROWD; ++i) {
            claims[i] = claim(job, _resident(i), 15_00);
            submit(claims[i], _resident(i));
        }
    }

    function _payment(uint256 from, address to, uint256 cents) private returns (bytes memory) {
        bytes32 nonce = fresh();
        bytes32 hash = Sign.authorization("TransferWithAuthorization", wallet(from), to, cents, 0, FAR, nonce);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(from, Sign.digest(address(token), hash));
        return
            abi.encodeCall(token.transferWithAuthorization, (wallet(from), to, cents, 0, FAR, nonce, v, r, s));
    }

    /// @dev Gas of settling a batch of `size` lines, all booked.
    function _settled(BatchId batch, uint256 size) private returns (uint256) {
        RedemptionId[] memory lines = new RedemptionId[](size);
        for (uint256 i = 0; i < size; ++i) {
            lines[i] = redeem(BAKER, 1_00);
        }
        close(batch, lines);
        // A batch a day, so that each burn is a moment of its own.
        vm.warp(block.timestamp + 1 days);
        settle(batch, new RedemptionId[](0));
        return vm.lastCallGas().gasTotalUsed;
    }

    function _call(address target, bytes memory data) private {
        (bool ok,) = target.call(data);
        isTrue(ok, "the measured call failed");
    }

    function _atMost(string memory act, uint256 parts, uint256 most) private {
        uint256 each = vm.lastCallGas().gasTotalUsed / parts;
        emit GasEach(act, each);
        isTrue(each > 20_000, "nothing was measured");
        isTrue(each <= most, act);
    }
}
