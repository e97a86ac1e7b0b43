// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {Reward} from "../../../contracts/interfaces/IRewardBudget.sol";
import {BatchId, RedemptionId} from "../../../contracts/types/Ids.sol";
import {Measured} from "./Measured.sol";
import {
    PlainList,
    PlainToken,
    SignedToken,
    WithFreeze,
    WithMatrix,
    WithParticipantNonces,
    WithPause
} from "./PlainTokens.sol";

/// @dev What each part of the design adds to what the city does often: the same act on tokens that have one part more
/// each, or from one contract further out each.
/// forge-config: default.isolate = true
contract GasPartsTest is Measured {
    function setUp() public override {
        super.setUp();
        admitCrowd();
    }

    // ------------------------------------------------------------------ paying

    function test_pay__onEachToken__isMeasured() public {
        _payOn(address(new SignedToken()), "ERC-3009");
        _payOn(address(new WithPause()), "ERC-3009 + pause");
        _payOn(address(new WithFreeze()), "ERC-3009 + pause, freeze");
        _payOn(address(new WithMatrix(registry)), "ERC-3009 + pause, freeze, matrix");
        _payOn(address(new WithParticipantNonces(registry)), "ERC-3009 + pause, freeze, matrix, nonces");
    }

    function test_transfer__onAnErc20__isMeasured() public {
        PlainToken plain = new PlainToken();
        plain.mint(address(this), 100_00);
        plain.transfer(wallet(BAKER), 1_00);
        measured("transfer, first coins: ERC-20");
        plain.transfer(wallet(BAKER), 1_00);
        measured("transfer: ERC-20");
    }

    // ------------------------------------------------------------------ minting

    function test_mint__onAnErc20__isMeasured() public {
        PlainToken plain = new PlainToken();
        plain.mint(address(this), 1);
        plain.mint(wallet(ALICE), 15_00);
        measured("mint, alone: ERC-20");
        plain.multicall(_mints(plain.mint.selector, false));
        measured("mint, 50 at once: ERC-20", CROWD);
    }

    function test_mint__asTheBudget__isMeasured() public {
        earn(ALICE, 15_00);
        vm.prank(address(budget));
        token.multicall(_mints(token.mint.selector, true));
        measured("mint, 50 at once: HeitjeToken", CROWD);
    }

    function test_reward__asTheEscrow__isMeasured() public {
        earn(ALICE, 15_00);
        post(15_00, uint16(CROWD));
        vm.prank(address(escrow));
        budget.reward(ALCANDER, _rewards(), false);
        measured("mint, 50 at once: RewardBudget, without limit", CROWD);
    }

    function test_reward__asTheEscrowWithTheMintLimit__isMeasured() public {
        earn(ALICE, 15_00);
        post(15_00, uint16(CROWD));
        vm.prank(address(escrow));
        budget.reward(ALCANDER, _rewards(), true);
        measured("mint, 50 at once: RewardBudget", CROWD);
    }

    // ------------------------------------------------------------------ settling

    function test_burn__onAnErc20__isMeasured() public {
        PlainToken plain = new PlainToken();
        plain.mint(address(this), 100_00);
        plain.burn(1_00);
        measured("burn: ERC-20");
    }

    function test_settle__fromEachContractFurtherOut__isMeasured() public {
        earn(ALICE, 100_00);
        pay(ALICE, BAKER, 100_00);
        redeemed(1_00); // waits for a later batch
        _close(1);
        _close(2);
        _close(3);
        settle(BatchId.wrap(1), new RedemptionId[](0));

        vm.warp(block.timestamp + 1 days);
        vm.prank(address(officers[SETTLEMENT]));
        redemption.settle(BatchId.wrap(2), new RedemptionId[](0));
        measured("settle: Redemption");
        vm.warp(block.timestamp + 1 days);
        vm.prank(address(redemption));
        token.burn(1_00);
        measured("burn: HeitjeToken");
    }

    // ------------------------------------------------------------------ admitting

    function test_admit__onAPlainList__isMeasured() public {
        new PlainList().admit(wallets(1000, 200));
        measured("admit, 200 at once: a plain list", 200);
    }

    // ------------------------------------------------------------------ details

    function _payOn(address coin, string memory name) private {
        SignedToken signed_ = SignedToken(coin);
        signed_.mint(wallet(ALICE), 100_00);
        signed_.mint(wallet(BAKER), 1);
        for (uint256 i = 0; i < CROWD; ++i) {
            signed_.mint(wallet(resident(i)), 15_00);
        }

        call(coin, payment(coin, ALICE, wallet(BAKER), 10));
        measured(string.concat("pay, alone: ", name));
        call(coin, payments(coin, false));
        measured(string.concat("pay, 50, one payer: ", name), CROWD);
        call(coin, payments(coin, true));
        measured(string.concat("pay, 50, 50 payers: ", name), CROWD);
    }

    /// @dev A mint to each of the crowd, whose wallet, or id, is the first argument.
    function _mints(bytes4 selector, bool byId) private pure returns (bytes[] memory calls) {
        calls = new bytes[](CROWD);
        for (uint256 i = 0; i < CROWD; ++i) {
            calls[i] = byId
                ? abi.encodeWithSelector(selector, idOf(resident(i)), 15_00)
                : abi.encodeWithSelector(selector, wallet(resident(i)), 15_00);
        }
    }

    function _rewards() private pure returns (Reward[] memory rewards) {
        rewards = new Reward[](CROWD);
        for (uint256 i = 0; i < CROWD; ++i) {
            rewards[i] = Reward(idOf(resident(i)), PERIOD, 15_00, 15_00);
        }
    }

    function _close(uint32 batch) private {
        RedemptionId[] memory lines = new RedemptionId[](1);
        lines[0] = redeemed(1_00);
        close(BatchId.wrap(batch), lines);
    }
}
