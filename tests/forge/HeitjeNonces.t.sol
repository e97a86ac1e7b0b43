// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC3009, IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

import {IHeitjeToken} from "../../contracts/interfaces/IHeitjeToken.sol";
import {Events} from "./base/Events.sol";
import {Payments} from "./base/Payments.sol";
import {Sign} from "./base/Sign.sol";

/// @dev A signed payment is made once: per participant, whatever wallet the participant has; and all or nothing when
/// many are sent together.
contract HeitjeNoncesTest is Payments, Events {
    uint256 private constant CAROL = 0xC3; // Alice's next wallet
    uint256 private constant DAVE = 0xC4; // and the one after

    // ------------------------------------------------------------------ once

    function test_authorization__whenReplayed__reverts() public {
        Payment memory payment = paymentOf(ALICE, wallet(BAKER), 5_00, NONCE);
        sign(payment, ALICE);
        send(payment);
        refuses(payment, _used(wallet(ALICE), NONCE));

        // Neither a changed payment nor the other purpose gets a second chance.
        payment.cents = 6_00;
        sign(payment, ALICE);
        refuses(payment, _used(wallet(ALICE), NONCE));
        payment.purpose = "ReceiveWithAuthorization";
        sign(payment, ALICE);
        vm.prank(wallet(BAKER));
        refuses(payment, _used(wallet(ALICE), NONCE));
    }

    function test_authorization__whenTwoParticipantsChoseOneNonce__bothPay() public {
        pay(ALICE, wallet(BAKER), 5_00, NONCE);
        pay(BOB, wallet(BAKER), 7_00, NONCE);
        same(token.balanceOf(wallet(BAKER)), 12_00, "both paid");
    }

    function test_cancelAuthorization__whenSigned__stopsThePayment() public {
        Payment memory payment = paymentOf(ALICE, wallet(BAKER), 5_00, NONCE);
        sign(payment, ALICE);
        (uint8 v, bytes32 r, bytes32 s) = _cancelling(ALICE, wallet(ALICE));

        watch();
        token.cancelAuthorization(wallet(ALICE), NONCE, v, r, s);

        saw(address(token));
        emit IERC3009Cancel.AuthorizationCanceled(wallet(ALICE), NONCE);
        sawNothingElse();
        isTrue(token.authorizationState(wallet(ALICE), NONCE), "used");
        refuses(payment, _used(wallet(ALICE), NONCE));
        vm.expectRevert(_used(wallet(ALICE), NONCE));
        token.cancelAuthorization(wallet(ALICE), NONCE, v, r, s);
    }

    /// @dev Who takes no part has nonces too, each stranger its own, and keeps them once admitted.
    function test_cancelAuthorization__byAStranger__countsForThatWalletAlone() public {
        (uint8 v, bytes32 r, bytes32 s) = _cancelling(CAROL, wallet(CAROL));
        token.cancelAuthorization(wallet(CAROL), NONCE, v, r, s);

        isTrue(token.authorizationState(wallet(CAROL), NONCE), "used");
        isFalse(token.authorizationState(wallet(DAVE), NONCE), "another stranger's is free");
        vm.expectRevert(_used(wallet(CAROL), NONCE));
        token.cancelAuthorization(wallet(CAROL), NONCE, v, r, s);

        address[] memory carol = new address[](1);
        carol[0] = wallet(CAROL);
        vm.prank(SENDER);
        registry.admitResidents(carol);
        isTrue(token.authorizationState(wallet(CAROL), NONCE), "used for good");
    }

    function test_cancelAuthorization__whenSignedByAnother__reverts() public {
        (uint8 v, bytes32 r, bytes32 s) = _cancelling(BOB, wallet(ALICE));
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        token.cancelAuthorization(wallet(ALICE), NONCE, v, r, s);
    }

    /// @dev Somebody who takes no part has nonces too, of the wallet alone: nobody else's are touched.
    function test_cancelAuthorization__byNobodysWallet__usesItsOwnNonce() public {
        (uint8 v, bytes32 r, bytes32 s) = _cancelling(CAROL, wallet(CAROL));

        watch();
        token.cancelAuthorization(wallet(CAROL), NONCE, v, r, s);

        saw(address(token));
        emit IERC3009Cancel.AuthorizationCanceled(wallet(CAROL), NONCE);
        sawNothingElse();
        isTrue(token.authorizationState(wallet(CAROL), NONCE), "used");
        isFalse(token.authorizationState(wallet(ALICE), NONCE), "Alice's is free");
        vm.expectRevert(_used(wallet(CAROL), NONCE));
        token.cancelAuthorization(wallet(CAROL), NONCE, v, r, s);
    }

    // ------------------------------------------------------------------ one nonce space per participant

    function test_authorization__whenSignedAgainWithANewWallet__isNotPaidTwice() public {
        pay(ALICE, wallet(BAKER), 5_00, NONCE);
        _recover(ALICE, CAROL);

        isTrue(token.authorizationState(wallet(ALICE), NONCE), "of the old wallet");
        isTrue(token.authorizationState(wallet(CAROL), NONCE), "and of the new one");
        Payment memory again = paymentOf(CAROL, wallet(BAKER), 5_00, NONCE);
        sign(again, CAROL);
        refuses(again, _used(wallet(ALICE), NONCE));

        // What the new wallet signs is remembered for the next wallet too.
        pay(CAROL, wallet(BAKER), 1_00, "next");
        _recover(CAROL, DAVE);
        isTrue(token.authorizationState(wallet(DAVE), NONCE), "the first wallet's nonce");
        isTrue(token.authorizationState(wallet(DAVE), "next"), "the second wallet's nonce");
        again = paymentOf(DAVE, wallet(BAKER), 1_00, "next");
        sign(again, DAVE);
        refuses(again, _used(wallet(ALICE), "next"));
    }

    function test_authorization__whenSignedByAReplacedWallet__reverts() public {
        Payment memory payment = paymentOf(ALICE, wallet(BAKER), 5_00, NONCE);
        sign(payment, ALICE);
        _recover(ALICE, CAROL);
        refuses(
            payment, abi.encodeWithSelector(IHeitjeToken.HeitjeTokenReplacedWallet.selector, wallet(ALICE))
        );
        isFalse(token.authorizationState(wallet(CAROL), NONCE), "the nonce is free for the new wallet");
        pay(CAROL, wallet(BAKER), 5_00, NONCE);
        same(token.balanceOf(wallet(BAKER)), 5_00, "paid once");
    }

    /// @dev Whoever found a lost phone cannot use up the ids of its owner's payments.
    function test_cancel__byAReplacedWallet__reverts() public {
        bytes32 hash = Sign.cancelAuthorization(wallet(ALICE), NONCE);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE, Sign.digest(address(token), hash));
        _recover(ALICE, CAROL);

        vm.expectRevert(
            abi.encodeWithSelector(IHeitjeToken.HeitjeTokenReplacedWallet.selector, wallet(ALICE))
        );
        token.cancelAuthorization(wallet(ALICE), NONCE, v, r, s);
    }

    function test_authorizationState__afterTwoRecoveries__isTheSameForAllWallets() public {
        _recover(ALICE, CAROL);
        pay(CAROL, wallet(BAKER), 1_00, NONCE);
        _recover(CAROL, DAVE);

        isTrue(token.authorizationState(wallet(ALICE), NONCE), "first wallet");
        isTrue(token.authorizationState(wallet(CAROL), NONCE), "the wallet that paid");
        isTrue(token.authorizationState(wallet(DAVE), NONCE), "present wallet");
    }

    // ------------------------------------------------------------------ many at once

    function test_multicall__whenAllAreGood__paysAll() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = _call(ALICE, wallet(BAKER), 5_00);
        calls[1] = _call(BOB, wallet(GROCER), 7_00);

        watch();
        token.multicall(calls);

        saw(address(token));
        emit IERC3009.AuthorizationUsed(wallet(ALICE), NONCE);
        emit IERC20.Transfer(wallet(ALICE), wallet(BAKER), 5_00);
        emit IERC3009.AuthorizationUsed(wallet(BOB), NONCE);
        emit IERC20.Transfer(wallet(BOB), wallet(GROCER), 7_00);
        sawNothingElse();
    }

    function test_multicall__whenOneIsBad__paysNothing() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = _call(ALICE, wallet(BAKER), 5_00);
        calls[1] = _call(BOB, wallet(GROCER), 100_01);
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector, wallet(BOB), 100_00, 100_01
            )
        );
        token.multicall(calls);
        same(token.balanceOf(wallet(BAKER)), 0, "nothing paid");
        isFalse(token.authorizationState(wallet(ALICE), NONCE), "the nonce is free");
    }

    // ------------------------------------------------------------------ details

    function _cancelling(uint256 key, address authorizer) private view returns (uint8, bytes32, bytes32) {
        return vm.sign(key, Sign.digest(address(token), Sign.cancelAuthorization(authorizer, NONCE)));
    }

    function _call(uint256 from, address to, uint256 cents) private view returns (bytes memory) {
        Payment memory payment = paymentOf(from, to, cents, NONCE);
        sign(payment, from);
        return encoded(payment);
    }

    function _used(address authorizer, bytes32 nonce) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, authorizer, nonce);
    }

    function _recover(uint256 oldKey, uint256 newKey) private {
        actDelayed(ENFORCER, address(token), abi.encodeCall(token.recover, (wallet(oldKey), wallet(newKey))));
    }
}
