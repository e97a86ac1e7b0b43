// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

import {City} from "./City.sol";
import {Sign} from "./Sign.sol";

/// @dev Signed payments (ERC-3009), to be sent as they are or with something changed; and Alice and Bob with coins.
abstract contract Payments is City {
    bytes32 internal constant NONCE = keccak256("chosen before it was sent");

    /// @dev A payment and its signature. `purpose` is the name of the EIP-712 message.
    struct Payment {
        string purpose;
        address from;
        address to;
        uint256 cents;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    function setUp() public virtual override {
        super.setUp();
        vm.startPrank(address(budget));
        token.mint(idOf(ALICE), 100_00);
        token.mint(idOf(BOB), 100_00);
        vm.stopPrank();
    }

    function paymentOf(uint256 from, address to, uint256 cents, bytes32 nonce)
        internal
        pure
        returns (Payment memory payment)
    {
        payment.purpose = "TransferWithAuthorization";
        payment.from = wallet(from);
        payment.to = to;
        payment.cents = cents;
        payment.validBefore = FAR;
        payment.nonce = nonce;
    }

    function hashOf(Payment memory p) internal pure returns (bytes32) {
        return Sign.authorization(p.purpose, p.from, p.to, p.cents, p.validAfter, p.validBefore, p.nonce);
    }

    function sign(Payment memory payment, uint256 key) internal view {
        (payment.v, payment.r, payment.s) = vm.sign(key, Sign.digest(address(token), hashOf(payment)));
    }

    function encoded(Payment memory p) internal view returns (bytes memory) {
        return abi.encodeWithSelector(
            keccak256(bytes(p.purpose)) == keccak256("TransferWithAuthorization")
                ? token.transferWithAuthorization.selector
                : token.receiveWithAuthorization.selector,
            p.from,
            p.to,
            p.cents,
            p.validAfter,
            p.validBefore,
            p.nonce,
            p.v,
            p.r,
            p.s
        );
    }

    /// @dev A plain call, so that both purposes go one way.
    function send(Payment memory payment) internal {
        (bool done, bytes memory answer) = address(token).call(encoded(payment));
        isTrue(done, string.concat(payment.purpose, " was refused"));
        same(answer.length, 0, "no answer");
    }

    function refuses(Payment memory payment, bytes memory refusal) internal {
        (bool done, bytes memory answer) = address(token).call(encoded(payment));
        isFalse(done, "not refused");
        same(answer, refusal, "refused for another reason");
    }

    function refusesSignature(Payment memory payment) internal {
        refuses(payment, abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
    }
}
