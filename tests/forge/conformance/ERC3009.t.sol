// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC3009, IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

import {Events} from "../base/Events.sol";
import {Payments} from "../base/Payments.sol";
import {Sign} from "../base/Sign.sol";

/// @dev What https://eips.ethereum.org/EIPS/eip-3009[ERC-3009] asks: its three messages, signed with the type hashes
/// that its text prints, once per nonce, between two moments that both are excluded. Heitje's two deviations (one nonce
/// space per participant, block numbers) are in HeitjeNonces and at the end here.
contract ERC3009ConformanceTest is Payments, Events {
    bytes32 private constant TRANSFER = 0x7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267;
    bytes32 private constant RECEIVE = 0xd099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8;
    bytes32 private constant CANCEL = 0x158b0a9edf7a828aad02f63cd515c68ef2f50ba807396f6d12842833a1597429;

    bytes32 private constant AUTHORIZATION_USED =
        0x98de503528ee59b575ef0c0a2576a82497bfc029a5685b209e9ec333479b10a5;
    bytes32 private constant AUTHORIZATION_CANCELED =
        0x1cdd46ff242716cdaa72d159d339a485b3438398348d68f09d7c8c0a59353d81;

    /// @dev OpenZeppelin's mark of a block number, in both bounds.
    uint256 private constant BLOCKS = 1 << 47;

    // ------------------------------------------------------------------ the published constants

    function test_events__byTopic__areTheStandards() public pure {
        same(IERC3009.AuthorizationUsed.selector, AUTHORIZATION_USED, "AuthorizationUsed");
        same(IERC3009Cancel.AuthorizationCanceled.selector, AUTHORIZATION_CANCELED, "AuthorizationCanceled");
    }

    function test_transferWithAuthorization__withThePublishedTypeHash__pays() public {
        (uint8 v, bytes32 r, bytes32 s) = _signed(TRANSFER, 0, type(uint256).max);
        isFalse(token.authorizationState(wallet(ALICE), NONCE), "not used");

        watch();
        token.transferWithAuthorization(
            wallet(ALICE), wallet(BAKER), 5_00, 0, type(uint256).max, NONCE, v, r, s
        );

        saw(address(token));
        emit IERC3009.AuthorizationUsed(wallet(ALICE), NONCE);
        emit IERC20.Transfer(wallet(ALICE), wallet(BAKER), 5_00);
        sawNothingElse();
        isTrue(token.authorizationState(wallet(ALICE), NONCE), "used");
    }

    function test_receiveWithAuthorization__withThePublishedTypeHash__paysThePayeeAlone() public {
        (uint8 v, bytes32 r, bytes32 s) = _signed(RECEIVE, 0, type(uint256).max);
        address[3] memory others = [wallet(ALICE), SENDER, address(redemption)];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, wallet(BAKER)));
            token.receiveWithAuthorization(
                wallet(ALICE), wallet(BAKER), 5_00, 0, type(uint256).max, NONCE, v, r, s
            );
        }

        watch();
        vm.prank(wallet(BAKER));
        token.receiveWithAuthorization(
            wallet(ALICE), wallet(BAKER), 5_00, 0, type(uint256).max, NONCE, v, r, s
        );

        saw(address(token));
        emit IERC3009.AuthorizationUsed(wallet(ALICE), NONCE);
        emit IERC20.Transfer(wallet(ALICE), wallet(BAKER), 5_00);
        sawNothingElse();
    }

    /// @dev A transfer's signature is none for receiving, and the other way round.
    function test_authorizations__withTheOtherTypeHash__revert() public {
        (uint8 v, bytes32 r, bytes32 s) = _signed(RECEIVE, 0, FAR);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        token.transferWithAuthorization(wallet(ALICE), wallet(BAKER), 5_00, 0, FAR, NONCE, v, r, s);

        (v, r, s) = _signed(TRANSFER, 0, FAR);
        vm.prank(wallet(BAKER));
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        token.receiveWithAuthorization(wallet(ALICE), wallet(BAKER), 5_00, 0, FAR, NONCE, v, r, s);
    }

    function test_cancelAuthorization__withThePublishedTypeHash__usesTheNonce() public {
        bytes32 hash = keccak256(abi.encode(CANCEL, wallet(ALICE), NONCE));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE, Sign.digest(address(token), hash));

        watch();
        vm.prank(SENDER);
        token.cancelAuthorization(wallet(ALICE), NONCE, v, r, s);

        saw(address(token));
        emit IERC3009Cancel.AuthorizationCanceled(wallet(ALICE), NONCE);
        sawNothingElse();
        isTrue(token.authorizationState(wallet(ALICE), NONCE), "used");
        same(token.balanceOf(wallet(ALICE)), 100_00, "nothing moved");

        bytes memory used =
            abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, wallet(ALICE), NONCE);
        (v, r, s) = _signed(TRANSFER, 0, FAR);
        vm.expectRevert(used);
        token.transferWithAuthorization(wallet(ALICE), wallet(BAKER), 5_00, 0, FAR, NONCE, v, r, s);
        (v, r, s) = _signed(RECEIVE, 0, FAR);
        vm.prank(wallet(BAKER));
        vm.expectRevert(used);
        token.receiveWithAuthorization(wallet(ALICE), wallet(BAKER), 5_00, 0, FAR, NONCE, v, r, s);
    }

    // ------------------------------------------------------------------ nonces

    /// @dev Unique, in no order: whoever signs two payments need not know which comes first.
    function testFuzz_authorizations__ofAnyNonces__payInAnyOrder(bytes32 first, bytes32 second) public {
        vm.assume(first != second);
        pay(ALICE, wallet(BAKER), 1_00, second);
        isFalse(token.authorizationState(wallet(ALICE), first), "free");
        pay(ALICE, wallet(BAKER), 2_00, first);
        same(token.balanceOf(wallet(BAKER)), 3_00, "both");

        Payment memory again = paymentOf(ALICE, wallet(BAKER), 1_00, second);
        sign(again, ALICE);
        refuses(
            again, abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, wallet(ALICE), second)
        );
    }

    // ------------------------------------------------------------------ time

    /// @dev Valid *after* the one and *before* the other: both seconds are excluded.
    function testFuzz_validity__inSeconds__excludesBothBounds(
        uint256 validAfter,
        uint256 validBefore,
        uint256 now_
    ) public {
        now_ = between(now_, 1, BLOCKS - 1);
        validAfter = between(validAfter, 0, BLOCKS - 1);
        validBefore = between(validBefore, 0, BLOCKS - 1);
        vm.warp(now_);
        _isValid(validAfter, validBefore, validAfter < now_ && now_ < validBefore);
        // Bounds one second from now, which chance never draws.
        _isValid(now_ - 1, now_ + 1, true);
        _isValid(now_, now_ + 1, false);
        _isValid(now_ - 1, now_, false);
    }

    /// @dev 2^256-1 is "never ends" at one end, "never begins" at the other.
    function test_validity__atTheEndOfNumbers__neverEndsOrNeverBegins() public {
        _isValid(0, type(uint256).max, true);
        _isValid(0, type(uint256).max - BLOCKS, true);
        _isValid(type(uint256).max, type(uint256).max, false);
        _isValid(type(uint256).max, 0, false);
        _isValid(block.timestamp - 1, BLOCKS, true);
        _isValid(BLOCKS, block.timestamp + 1, false);
    }

    /// @dev With bit 47 in both bounds they are blocks, as OpenZeppelin has it; a mark in one bound is only a large number.
    function testFuzz_validity__inBlocks__excludesBothBounds(
        uint256 validAfter,
        uint256 validBefore,
        uint256 now_
    ) public {
        now_ = between(now_, 1, 1_000_000);
        validAfter = between(validAfter, 0, 1_000_000);
        validBefore = between(validBefore, 0, 1_000_000);
        vm.roll(now_);
        _isValid(BLOCKS | validAfter, BLOCKS | validBefore, validAfter < now_ && now_ < validBefore);
        _isValid(BLOCKS | (now_ - 1), BLOCKS | (now_ + 1), true);
        _isValid(BLOCKS | now_, BLOCKS | (now_ + 1), false);
        _isValid(BLOCKS | (now_ - 1), BLOCKS | now_, false);
    }

    // ------------------------------------------------------------------ details

    function _signed(bytes32 typeHash, uint256 validAfter, uint256 validBefore)
        private
        view
        returns (uint8, bytes32, bytes32)
    {
        bytes32 hash = keccak256(
            abi.encode(typeHash, wallet(ALICE), wallet(BAKER), 5_00, validAfter, validBefore, NONCE)
        );
        return vm.sign(ALICE, Sign.digest(address(token), hash));
    }

    function _isValid(uint256 validAfter, uint256 validBefore, bool valid) private {
        Payment memory payment = paymentOf(ALICE, wallet(BAKER), 1, fresh());
        (payment.validAfter, payment.validBefore) = (validAfter, validBefore);
        sign(payment, ALICE);
        if (valid) {
            send(payment);
        } else {
            refuses(
                payment,
                abi.encodeWithSelector(
                    ERC3009.ERC3009InvalidAuthorizationTime.selector, validAfter, validBefore
                )
            );
        }
        isTrue(token.authorizationState(wallet(ALICE), payment.nonce) == valid, "used when valid");
    }
}
