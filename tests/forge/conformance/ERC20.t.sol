// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {Events} from "../base/Events.sol";
import {Payments} from "../base/Payments.sol";

/// @dev What https://eips.ethereum.org/EIPS/eip-20[ERC-20] asks, sentence by sentence, of payments that the coin's rules
/// allow. What the rules refuse: HeitjeTransfers, PaymentMatrix.
contract ERC20ConformanceTest is Payments, Events {
    address private constant SPENDER = address(0x57E);

    // ------------------------------------------------------------------ what other software calls

    /// @dev The functions by the selectors that every wallet knows, and what they answer.
    function test_functions__bySelector__answerAsTheStandardSays() public {
        same(_asked(hex"06fdde03"), abi.encode("Heitje"), "name()");
        same(_asked(hex"95d89b41"), abi.encode("HTJ"), "symbol()");
        same(_asked(hex"313ce567"), abi.encode(2), "decimals()");
        same(_asked(hex"18160ddd"), abi.encode(200_00), "totalSupply()");
        same(_asked(abi.encodePacked(hex"70a08231", _word(wallet(ALICE)))), abi.encode(100_00), "balanceOf");
        same(
            _asked(abi.encodePacked(hex"dd62ed3e", _word(wallet(ALICE)), _word(SPENDER))),
            abi.encode(0),
            "allowance"
        );
        vm.prank(wallet(ALICE));
        same(
            _asked(abi.encodePacked(hex"a9059cbb", _word(wallet(BAKER)), uint256(1))),
            abi.encode(true),
            "transfer"
        );
        vm.prank(wallet(ALICE));
        same(_asked(abi.encodePacked(hex"095ea7b3", _word(SPENDER), uint256(1))), abi.encode(true), "approve");
        vm.prank(SPENDER);
        same(
            _asked(abi.encodePacked(hex"23b872dd", _word(wallet(ALICE)), _word(wallet(BAKER)), uint256(1))),
            abi.encode(true),
            "transferFrom"
        );
    }

    function test_events__byTopic__areTheStandards() public pure {
        same(
            IERC20.Transfer.selector,
            bytes32(0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef),
            "Transfer(address,address,uint256)"
        );
        same(
            IERC20.Approval.selector,
            bytes32(0x8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925),
            "Approval(address,address,uint256)"
        );
    }

    // ------------------------------------------------------------------ transfer

    function testFuzz_transfer__always__movesTellsAndAnswersTrue(uint256 cents) public {
        cents = between(cents, 0, 100_00);

        watch();
        vm.prank(wallet(ALICE));
        bool moved = token.transfer(wallet(BAKER), cents);

        saw(address(token));
        emit IERC20.Transfer(wallet(ALICE), wallet(BAKER), cents);
        sawNothingElse();
        isTrue(moved, "answer");
        same(token.balanceOf(wallet(ALICE)), 100_00 - cents, "payer");
        same(token.balanceOf(wallet(BAKER)), cents, "receiver");
        same(token.totalSupply(), 200_00, "supply");
    }

    /// @dev "Transfers of 0 values MUST be treated as normal transfers": also by who has nothing and owes nothing.
    function test_transfer__ofNothing__tells() public {
        watch();
        vm.prank(wallet(BAKER));
        isTrue(token.transfer(wallet(ALICE), 0), "answer");
        vm.prank(SPENDER);
        isTrue(token.transferFrom(wallet(BAKER), wallet(ALICE), 0), "answer");

        saw(address(token));
        emit IERC20.Transfer(wallet(BAKER), wallet(ALICE), 0);
        emit IERC20.Transfer(wallet(BAKER), wallet(ALICE), 0);
        sawNothingElse();
    }

    function testFuzz_transfer__ofMoreThanTheBalance__throws(uint256 cents) public {
        cents = between(cents, 100_01, type(uint256).max - 1);
        bytes memory refusal = abi.encodeWithSelector(
            IERC20Errors.ERC20InsufficientBalance.selector, wallet(ALICE), 100_00, cents
        );
        vm.prank(wallet(ALICE));
        vm.expectRevert(refusal);
        token.transfer(wallet(BAKER), cents);

        _approve(ALICE, SPENDER, type(uint256).max);
        vm.prank(SPENDER);
        vm.expectRevert(refusal);
        token.transferFrom(wallet(ALICE), wallet(BAKER), cents);
    }

    // ------------------------------------------------------------------ approve, transferFrom

    /// @dev "If this function is called again it overwrites the current allowance", and MUST tell each time.
    function testFuzz_approve__again__overwritesAndTells(uint256 first, uint256 second) public {
        _approve(ALICE, SPENDER, first);

        watch();
        vm.prank(wallet(ALICE));
        bool approved = token.approve(SPENDER, second);

        saw(address(token));
        emit IERC20.Approval(wallet(ALICE), SPENDER, second);
        sawNothingElse();
        isTrue(approved, "answer");
        same(token.allowance(wallet(ALICE), SPENDER), second, "overwritten");
        same(token.allowance(SPENDER, wallet(ALICE)), 0, "in one direction");
        same(token.allowance(wallet(ALICE), wallet(BOB)), 0, "for one spender");
    }

    function testFuzz_transferFrom__withinTheAllowance__movesAndLowersIt(uint256 allowed, uint256 cents)
        public
    {
        cents = between(cents, 0, 100_00);
        allowed = between(allowed, cents, type(uint256).max - 1);
        _approve(ALICE, SPENDER, allowed);

        watch();
        vm.prank(SPENDER);
        bool moved = token.transferFrom(wallet(ALICE), wallet(BAKER), cents);

        saw(address(token));
        emit IERC20.Transfer(wallet(ALICE), wallet(BAKER), cents);
        sawNothingElse();
        isTrue(moved, "answer");
        same(token.allowance(wallet(ALICE), SPENDER), allowed - cents, "allowance");
        same(token.balanceOf(wallet(BAKER)), cents, "receiver");
        same(token.balanceOf(SPENDER), 0, "the spender gets nothing");
    }

    function testFuzz_transferFrom__beyondTheAllowance__throws(uint256 allowed, uint256 cents) public {
        allowed = between(allowed, 0, 99_99);
        cents = between(cents, allowed + 1, type(uint256).max - 1);
        _approve(ALICE, SPENDER, allowed);

        vm.prank(SPENDER);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, SPENDER, allowed, cents)
        );
        token.transferFrom(wallet(ALICE), wallet(BAKER), cents);
        same(token.allowance(wallet(ALICE), SPENDER), allowed, "nothing is used");
    }

    /// @dev 2^256-1 is "for ever", as wallets and OpenZeppelin have it.
    function test_transferFrom__ofAnInfiniteAllowance__lowersNothing() public {
        _approve(ALICE, SPENDER, type(uint256).max);

        vm.prank(SPENDER);
        token.transferFrom(wallet(ALICE), wallet(BAKER), 100_00);

        same(token.allowance(wallet(ALICE), SPENDER), type(uint256).max, "for ever");
    }

    /// @dev A holder has no allowance from itself; it can give itself one, which is used like any other.
    function test_transferFrom__byTheHolder__needsItsOwnAllowance() public {
        vm.prank(wallet(ALICE));
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, wallet(ALICE), 0, 1_00)
        );
        token.transferFrom(wallet(ALICE), wallet(BAKER), 1_00);

        _approve(ALICE, wallet(ALICE), 1_00);
        vm.prank(wallet(ALICE));
        token.transferFrom(wallet(ALICE), wallet(BAKER), 1_00);
        same(token.allowance(wallet(ALICE), wallet(ALICE)), 0, "used");
        same(token.balanceOf(wallet(BAKER)), 1_00, "moved");
    }

    /// @dev A failed payment uses nothing of the allowance: for want of coins, and against the coin's rules.
    function test_transferFrom__whenItFails__leavesTheAllowance() public {
        _approve(ALICE, SPENDER, 200_00);
        address[2] memory to = [wallet(BAKER), wallet(BOB)];
        for (uint256 i = 0; i < to.length; ++i) {
            vm.prank(SPENDER);
            (bool done,) =
                address(token).call(abi.encodeCall(token.transferFrom, (wallet(ALICE), to[i], 150_00)));
            isFalse(done, "refused");
            same(token.allowance(wallet(ALICE), SPENDER), 200_00, "allowance");
        }
    }

    function test_approve__ofOrByTheZeroAddress__throws() public {
        vm.prank(wallet(ALICE));
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidSpender.selector, address(0)));
        token.approve(address(0), 1);
        vm.prank(address(0));
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidApprover.selector, address(0)));
        token.approve(SPENDER, 1);
        vm.prank(address(0));
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidSender.selector, address(0)));
        token.transfer(wallet(BAKER), 0);
    }

    // ------------------------------------------------------------------ supply

    /// @dev "A token contract which creates new tokens SHOULD trigger a Transfer event with the _from address set to 0x0".
    function testFuzz_mintAndBurn__always__tellTransfersFromAndToZero(uint64 cents) public {
        watch();
        vm.prank(address(budget));
        token.mint(idOf(ALICE), cents);

        saw(address(token));
        emit IERC20.Transfer(address(0), wallet(ALICE), cents);
        sawNothingElse();
        same(token.totalSupply(), 200_00 + uint256(cents), "supply");

        pay(ALICE, BAKER, 50_00);
        redeem(BAKER, 50_00);
        watch();
        vm.prank(address(redemption));
        token.burn(50_00);

        saw(address(token));
        emit IERC20.Transfer(address(redemption), address(0), 50_00);
        sawNothingElse();
        same(token.totalSupply(), 150_00 + uint256(cents), "supply");
    }

    // ------------------------------------------------------------------ details

    function _approve(uint256 holder, address spender, uint256 cents) private {
        vm.prank(wallet(holder));
        token.approve(spender, cents);
    }

    function _asked(bytes memory data) private returns (bytes memory answer) {
        bool done;
        (done, answer) = address(token).call(data);
        isTrue(done, "answers");
    }

    function _word(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }
}
