// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IERC7943Fungible} from "../../contracts/interfaces/IERC7943Fungible.sol";
import {IRedemption, Line, LineState} from "../../contracts/interfaces/IRedemption.sol";
import {BatchId, RedemptionId, derive} from "../../contracts/types/Ids.sol";
import {Jobs} from "./base/Jobs.sol";
import {Sign} from "./base/Sign.sol";

/// @dev Locking a merchant's coins, and that nothing else brings coins to Redemption. What becomes of a line is in
/// Payout.t.sol.
contract RedemptionTest is Jobs {
    bytes32 private constant CLIENT = "client";
    uint256 private constant BALANCE = 200_00;

    struct Authorization {
        uint256 cents;
        uint256 validAfter;
        uint256 validBefore;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    function setUp() public override {
        super.setUp();
        earn(ALICE, 250_00);
        pay(ALICE, BAKER, BALANCE);
    }

    // ------------------------------------------------------------------ redeem

    function test_redeem__byMerchant__locksCoins() public {
        Authorization memory by = _sign(BAKER, 120_00);
        RedemptionId expected = _idOf(BAKER);
        watch();
        RedemptionId id = _redeem(BAKER, by);
        saw(address(redemption));
        emit IRedemption.RedemptionLocked(expected, idOf(BAKER), 120_00);
        saw(address(token));
        emit IERC3009.AuthorizationUsed(wallet(BAKER), RedemptionId.unwrap(expected));
        emit IERC20.Transfer(wallet(BAKER), address(redemption), 120_00);
        sawNothingElse();

        same(RedemptionId.unwrap(id), RedemptionId.unwrap(expected), "id");
        Line memory line = Line(idOf(BAKER), 120_00, BatchId.wrap(0), LineState.Locked);
        same(abi.encode(redemption.lineOf(id)), abi.encode(line), "line");
        same(token.balanceOf(wallet(BAKER)), 80_00, "merchant");
        same(token.balanceOf(address(redemption)), 120_00, "locked");
        same(token.totalSupply(), 250_00, "still owed");
        isTrue(token.authorizationState(wallet(BAKER), RedemptionId.unwrap(id)), "the id is the nonce");
    }

    function testFuzz_redeem__anyAmount__balanceIsSumOfLines(uint256 first, uint256 second) public {
        first = between(first, 1, BALANCE - 1);
        second = between(second, 1, BALANCE - first);

        redeem(BAKER, first);
        redeem(BAKER, second);

        same(token.balanceOf(address(redemption)), first + second, "sum of lines");
        same(token.balanceOf(wallet(BAKER)), BALANCE - first - second, "merchant");
    }

    function test_redeem__ofNothing__reverts() public {
        _refuses(BAKER, _sign(BAKER, 0), abi.encodeWithSelector(IRedemption.RedemptionZeroAmount.selector));
    }

    function test_redeem__fromUnknownWallet__reverts() public {
        uint256 stranger = 0xBAD;
        _refuses(stranger, _sign(stranger, 1), _unknownWallet(stranger));
    }

    function test_redeem__ofMoreThanBalance__reverts() public {
        _refuses(
            BAKER,
            _sign(BAKER, BALANCE + 1),
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector, wallet(BAKER), BALANCE, BALANCE + 1
            )
        );
    }

    function test_redeem__ofMoreThanALineHolds__reverts() public {
        uint256 cents = uint256(type(uint48).max) + 1;
        _refuses(
            BAKER,
            _sign(BAKER, cents),
            abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 48, cents)
        );
    }

    // ------------------------------------------------------------------ who may

    /// @dev Euros are for merchants: a resident's or association's coins are spent in the city.
    function test_redeem__byWhoIsNoMerchant__reverts() public {
        pay(ALICE, CHOIR, 10_00);
        uint256[2] memory others = [ALICE, CHOIR];
        for (uint256 i = 0; i < others.length; ++i) {
            _refuses(others[i], _sign(others[i], 10_00), _cannotTransfer(others[i], 10_00));
        }
    }

    function test_redeem__whenBlocked__reverts() public {
        setBlocked(idOf(BAKER), true);

        _refuses(
            BAKER,
            _sign(BAKER, 1),
            abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotSend.selector, wallet(BAKER))
        );
    }

    function test_redeem__ofFrozenCoins__reverts() public {
        asOfficer(ENFORCER);
        token.setFrozenTokens(wallet(BAKER), 150_00);

        _refuses(
            BAKER,
            _sign(BAKER, 50_01),
            abi.encodeWithSelector(
                IERC7943Fungible.ERC7943InsufficientUnfrozenBalance.selector, wallet(BAKER), 50_01, 50_00
            )
        );
        redeem(BAKER, 50_00);
        same(token.balanceOf(address(redemption)), 50_00, "what is not frozen");
    }

    function test_redeem__whenPaused__reverts() public {
        setPaused(true);

        _refuses(BAKER, _sign(BAKER, 1), abi.encodeWithSelector(Pausable.EnforcedPause.selector));
    }

    // ------------------------------------------------------------------ once

    function test_redeem__twice__reverts() public {
        Authorization memory by = _sign(BAKER, 100_00);
        RedemptionId id = _redeem(BAKER, by);

        _refuses(BAKER, by, abi.encodeWithSelector(IRedemption.RedemptionExists.selector, id));
        _refuses(BAKER, _sign(BAKER, 1), abi.encodeWithSelector(IRedemption.RedemptionExists.selector, id));
        same(token.balanceOf(address(redemption)), 100_00, "once");
    }

    /// @dev After a restore the service may sign the same redemption again, with the wallet of today.
    function test_redeem__twiceAcrossRecover__reverts() public {
        RedemptionId id = redeem(BAKER, idOf(BAKER), 100_00, CLIENT);
        uint256 newKey = 0xD11;
        actDelayed(ENFORCER, address(token), abi.encodeCall(token.recover, (wallet(BAKER), wallet(newKey))));
        _refuses(BAKER, _sign(BAKER, 1), _unknownWallet(BAKER));

        Authorization memory by = _signAs(newKey, address(token), RedemptionId.unwrap(id), 100_00, 0, FAR);
        _refuses(newKey, by, abi.encodeWithSelector(IRedemption.RedemptionExists.selector, id));
    }

    /// @dev Nobody takes another's id first: whoever copies it gets another id.
    function test_redeem__twoMerchantsWithOneClientId__bothAreLocked() public {
        pay(ALICE, GROCER, 50_00);

        RedemptionId theirs = redeem(GROCER, idOf(GROCER), 50_00, CLIENT);
        RedemptionId ours = redeem(BAKER, idOf(BAKER), 100_00, CLIENT);

        isTrue(RedemptionId.unwrap(ours) != RedemptionId.unwrap(theirs), "different lines");
        same(token.balanceOf(address(redemption)), 150_00, "both");
    }

    /// @dev A nonce spent at the token directly is spent: such a redemption is refused, and signed with another id.
    function test_redeem__withCancelledNonce__reverts() public {
        bytes32 nonce = RedemptionId.unwrap(_idOf(BAKER));
        Authorization memory by = _sign(BAKER, 1);
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(BAKER, Sign.digest(address(token), Sign.cancelAuthorization(wallet(BAKER), nonce)));
        token.cancelAuthorization(wallet(BAKER), nonce, v, r, s);

        _refuses(
            BAKER, by, abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, wallet(BAKER), nonce)
        );
        same(uint256(redemption.lineOf(_idOf(BAKER)).state), uint256(LineState.None), "no line");
    }

    // ------------------------------------------------------------------ signatures

    function test_redeem__withOthersSignature__reverts() public {
        _refuses(BAKER, _signAs(GROCER, address(token), _nonce(), 1, 0, FAR), _invalidSignature());
    }

    function test_redeem__whenAnythingChanged__reverts() public {
        Authorization memory by = _sign(BAKER, 10_00);
        by.cents = 10_01;
        _refuses(BAKER, by, _invalidSignature());
        (by.cents, by.validAfter) = (10_00, 1);
        _refuses(BAKER, by, _invalidSignature());
        (by.validAfter, by.validBefore) = (0, FAR - 1);
        _refuses(BAKER, by, _invalidSignature());

        by.validBefore = FAR;
        _redeem(BAKER, by);
        same(token.balanceOf(address(redemption)), 10_00, "unchanged it is good");
    }

    function test_redeem__signedForOtherChainOrContract__reverts() public {
        _refuses(BAKER, _signAs(BAKER, address(redemption), _nonce(), 1, 0, FAR), _invalidSignature());

        Authorization memory by = _sign(BAKER, 1);
        vm.chainId(block.chainid + 1);
        _refuses(BAKER, by, _invalidSignature());
    }

    function test_redeem__outsideItsTime__reverts() public {
        uint256 start = block.timestamp + 100;
        Authorization memory by = _signAs(BAKER, address(token), _nonce(), 10_00, start, start + 1 days);
        bytes memory refused =
            abi.encodeWithSelector(ERC3009.ERC3009InvalidAuthorizationTime.selector, start, start + 1 days);

        vm.warp(start);
        _refuses(BAKER, by, refused);
        vm.warp(start + 1 days);
        _refuses(BAKER, by, refused);

        vm.warp(start + 1 days - 1);
        _redeem(BAKER, by);
        same(token.balanceOf(address(redemption)), 10_00, "in its last second");
    }

    // ------------------------------------------------------------------ no other way in

    /// @dev Coins that came without a line would belong to nobody.
    function test_transferToRedemption__plainOrSigned__reverts() public {
        vm.expectRevert(_cannotTransfer(BAKER, 1));
        vm.prank(wallet(BAKER));
        token.transfer(address(redemption), 1);

        bytes32 hash = Sign.authorization(
            "TransferWithAuthorization", wallet(BAKER), address(redemption), 1, 0, FAR, _nonce()
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(BAKER, Sign.digest(address(token), hash));
        vm.expectRevert(_cannotTransfer(BAKER, 1));
        token.transferWithAuthorization(wallet(BAKER), address(redemption), 1, 0, FAR, _nonce(), v, r, s);

        // The very signature of a redemption, sent to the token by somebody else.
        Authorization memory by = _sign(BAKER, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(redemption))
        );
        token.receiveWithAuthorization(
            wallet(BAKER), address(redemption), 1, 0, FAR, _nonce(), by.v, by.r, by.s
        );
    }

    // ------------------------------------------------------------------ details

    function _idOf(uint256 key) private pure returns (RedemptionId) {
        return RedemptionId.wrap(derive(idOf(key), CLIENT));
    }

    function _nonce() private pure returns (bytes32) {
        return RedemptionId.unwrap(_idOf(BAKER));
    }

    function _sign(uint256 key, uint256 cents) private view returns (Authorization memory) {
        return _signAs(key, address(token), RedemptionId.unwrap(_idOf(key)), cents, 0, FAR);
    }

    function _signAs(
        uint256 key,
        address verifyingContract,
        bytes32 nonce,
        uint256 cents,
        uint256 validAfter,
        uint256 validBefore
    ) private view returns (Authorization memory by) {
        bytes32 hash = Sign.authorization(
            "ReceiveWithAuthorization",
            wallet(key),
            address(redemption),
            cents,
            validAfter,
            validBefore,
            nonce
        );
        (by.cents, by.validAfter, by.validBefore) = (cents, validAfter, validBefore);
        (by.v, by.r, by.s) = vm.sign(key, Sign.digest("Heitje", "1", block.chainid, verifyingContract, hash));
    }

    function _redeem(uint256 key, Authorization memory by) private returns (RedemptionId) {
        return
            redemption.redeem(wallet(key), by.cents, by.validAfter, by.validBefore, CLIENT, by.v, by.r, by.s);
    }

    function _refuses(uint256 key, Authorization memory by, bytes memory refused) private {
        vm.expectRevert(refused);
        _redeem(key, by);
    }

    function _unknownWallet(uint256 key) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRedemption.RedemptionUnknownWallet.selector, wallet(key));
    }

    function _cannotTransfer(uint256 key, uint256 cents) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IERC7943Fungible.ERC7943CannotTransfer.selector, wallet(key), address(redemption), cents
        );
    }

    function _invalidSignature() private pure returns (bytes memory) {
        return abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector);
    }
}
