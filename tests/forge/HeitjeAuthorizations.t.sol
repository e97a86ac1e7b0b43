// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {IERC7943Fungible} from "../../contracts/interfaces/IERC7943Fungible.sol";
import {Events} from "./base/Events.sol";
import {Payments} from "./base/Payments.sol";
import {Sign} from "./base/Sign.sol";

/// @dev Signed payments (ERC-3009): what is a good signature, and when. How often: HeitjeNonces.
contract HeitjeAuthorizationsTest is Payments, Events {
    // ------------------------------------------------------------------ paying

    function testFuzz_transferWithAuthorization__whenSigned__paysWhoeverRelaysIt(
        address anyone,
        uint256 cents,
        bytes32 nonce
    ) public {
        vm.assume(anyone != address(0));
        Payment memory payment = paymentOf(ALICE, wallet(BAKER), between(cents, 0, 100_00), nonce);
        sign(payment, ALICE);

        watch();
        vm.prank(anyone);
        send(payment);

        saw(address(token));
        emit IERC3009.AuthorizationUsed(wallet(ALICE), nonce);
        emit IERC20.Transfer(wallet(ALICE), wallet(BAKER), payment.cents);
        sawNothingElse();
        same(token.balanceOf(wallet(BAKER)), payment.cents, "paid");
        isTrue(token.authorizationState(wallet(ALICE), nonce), "used");
        isFalse(token.authorizationState(wallet(BOB), nonce), "by Alice only");
    }

    function test_receiveWithAuthorization__whenByTheReceiver__pays() public {
        Payment memory payment = paymentOf(ALICE, wallet(BAKER), 5_00, NONCE);
        payment.purpose = "ReceiveWithAuthorization";
        sign(payment, ALICE);

        watch();
        vm.prank(wallet(BAKER));
        send(payment);

        saw(address(token));
        emit IERC3009.AuthorizationUsed(wallet(ALICE), NONCE);
        emit IERC20.Transfer(wallet(ALICE), wallet(BAKER), 5_00);
        sawNothingElse();
        same(token.balanceOf(wallet(BAKER)), 5_00, "paid");
    }

    function test_receiveWithAuthorization__whenNotByTheReceiver__reverts() public {
        Payment memory payment = paymentOf(ALICE, wallet(BAKER), 5_00, NONCE);
        payment.purpose = "ReceiveWithAuthorization";
        sign(payment, ALICE);
        refuses(payment, abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, wallet(BAKER)));
    }

    /// @dev Locking goes through Redemption.redeem alone, else coins would lie there without a line.
    function test_authorization__toTheRedemption__revertsUnlessByTheRedemption() public {
        pay(ALICE, BAKER, 10_00);
        Payment memory payment = paymentOf(BAKER, address(redemption), 5_00, NONCE);
        sign(payment, BAKER);
        refuses(
            payment,
            abi.encodeWithSelector(
                IERC7943Fungible.ERC7943CannotTransfer.selector, wallet(BAKER), address(redemption), 5_00
            )
        );

        payment.purpose = "ReceiveWithAuthorization";
        sign(payment, BAKER);
        refuses(
            payment, abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(redemption))
        );
    }

    function test_transferWithAuthorization__whenAgainstTheRules__revertsAndLeavesTheNonceFree() public {
        Payment memory payment = paymentOf(ALICE, wallet(BOB), 1, NONCE);
        sign(payment, ALICE);
        refuses(
            payment,
            abi.encodeWithSelector(
                IERC7943Fungible.ERC7943CannotTransfer.selector, wallet(ALICE), wallet(BOB), 1
            )
        );
        isFalse(token.authorizationState(wallet(ALICE), NONCE), "free");
    }

    // ------------------------------------------------------------------ signatures

    function test_authorization__whenSignedByAnother__reverts() public {
        Payment memory payment = paymentOf(ALICE, wallet(BAKER), 5_00, NONCE);
        sign(payment, BOB);
        refusesSignature(payment);
        payment.purpose = "ReceiveWithAuthorization";
        sign(payment, BOB);
        refusesSignature(payment);
    }

    function test_authorization__whenAnythingSignedIsChanged__reverts() public {
        for (uint256 field = 0; field < 7; ++field) {
            Payment memory payment = paymentOf(ALICE, wallet(BAKER), 5_00, NONCE);
            sign(payment, ALICE);
            if (field == 0) payment.purpose = "ReceiveWithAuthorization";
            if (field == 1) payment.from = wallet(BOB);
            if (field == 2) payment.to = wallet(GROCER);
            if (field == 3) payment.cents = 5_01;
            if (field == 4) payment.validAfter = 1;
            if (field == 5) payment.validBefore = FAR - 1;
            if (field == 6) payment.nonce = "another";
            refusesSignature(payment);
        }
    }

    function test_authorization__whenSignedForAnotherChain__reverts() public {
        Payment memory payment = paymentOf(ALICE, wallet(BAKER), 5_00, NONCE);
        sign(payment, ALICE);
        vm.chainId(block.chainid + 1);
        refusesSignature(payment);
    }

    function test_authorization__whenSignedForAnotherDomain__reverts() public {
        Payment memory payment = paymentOf(ALICE, wallet(BAKER), 5_00, NONCE);
        bytes32 hash = hashOf(payment);
        bytes32[3] memory digests = [
            Sign.digest("Heitje", "1", block.chainid, address(escrow), hash),
            Sign.digest("Heitje", "2", block.chainid, address(token), hash),
            Sign.digest("Heitje JobEscrow", "1", block.chainid, address(token), hash)
        ];
        for (uint256 i = 0; i < digests.length; ++i) {
            (payment.v, payment.r, payment.s) = vm.sign(ALICE, digests[i]);
            refusesSignature(payment);
        }
    }

    function test_authorization__whenSignatureIsMalformed__reverts() public {
        Payment memory payment = paymentOf(ALICE, wallet(BAKER), 5_00, NONCE);
        sign(payment, ALICE);
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        (uint8 v, bytes32 s) = (payment.v, payment.s);
        // The other form of the same signature: without this check a payment would have two hashes.
        payment.s = bytes32(order - uint256(s));
        payment.v = v == 27 ? 28 : 27;
        refuses(payment, abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, payment.s));
        payment.s = s;
        payment.v = v - 27;
        refuses(payment, abi.encodeWithSelector(ECDSA.ECDSAInvalidSignature.selector));
    }

    // ------------------------------------------------------------------ time

    function testFuzz_authorization__outsideItsTime__reverts(uint256 moment) public {
        Payment memory payment = paymentOf(ALICE, wallet(BAKER), 5_00, NONCE);
        payment.validAfter = block.timestamp + 100;
        payment.validBefore = block.timestamp + 200;
        sign(payment, ALICE);

        // Both ends are excluded.
        moment = between(moment, block.timestamp, block.timestamp + 400);
        vm.warp(moment);
        if (moment > payment.validAfter && moment < payment.validBefore) {
            send(payment);
            same(token.balanceOf(wallet(BAKER)), 5_00, "paid");
        } else {
            _refusesTime(payment);
        }
    }

    function test_authorization__atTheEndsOfItsTime__reverts() public {
        Payment memory payment = paymentOf(ALICE, wallet(BAKER), 5_00, NONCE);
        payment.validAfter = block.timestamp;
        payment.validBefore = block.timestamp + 2;
        sign(payment, ALICE);
        _refusesTime(payment);
        vm.warp(payment.validBefore);
        _refusesTime(payment);
        vm.warp(payment.validBefore - 1);
        send(payment);
        same(token.balanceOf(wallet(BAKER)), 5_00, "paid in between");
    }

    // ------------------------------------------------------------------ details

    function _refusesTime(Payment memory payment) private {
        refuses(
            payment,
            abi.encodeWithSelector(
                ERC3009.ERC3009InvalidAuthorizationTime.selector, payment.validAfter, payment.validBefore
            )
        );
    }
}
