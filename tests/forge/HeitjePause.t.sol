// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {PartnerSignature} from "../../contracts/interfaces/IJobEscrow.sol";
import {BatchId, ClaimId, RedemptionId, derive} from "../../contracts/types/Ids.sol";
import {City} from "./base/City.sol";
import {Events} from "./base/Events.sol";
import {Sign} from "./base/Sign.sol";

/// @dev While paused nothing moves: not by a call, not by a signature, not by mint or burn; and afterwards all does.
/// What the enforcer still can: HeitjeEnforcement and HeitjeRecovery.
contract HeitjePauseTest is City, Events {
    RedemptionId private _locked;
    RedemptionId private _rejected;
    ClaimId private _submitted;

    function setUp() public override {
        super.setUp();
        attest(1_000_00);
        grant(ALCANDER, 500_00);
        earn(ALICE, 100_00);
        pay(ALICE, BAKER, 50_00);
        _rejected = redeem(BAKER, 5_00);
        _close(1, _rejected);
        settle(BatchId.wrap(1), _one(_rejected));
        _locked = redeem(BAKER, 10_00);
        _close(2, _locked);
        _submitted = claim(post(20_00, 1), BOB, 20_00);
        submit(_submitted, BOB);
    }

    function test_pause__whenRunning__tells() public {
        watch();
        vm.prank(address(officers[ENFORCER]));
        token.pause();

        saw(address(token));
        emit Pausable.Paused(address(officers[ENFORCER]));
        sawNothingElse();
        _state(true, 0);
    }

    function test_unpause__whenPaused__tellsAndRemembersWhen() public {
        _pause();
        vm.warp(block.timestamp + 5 hours);

        watch();
        vm.prank(address(officers[ENFORCER]));
        token.unpause();

        saw(address(token));
        emit Pausable.Unpaused(address(officers[ENFORCER]));
        sawNothingElse();
        _state(false, uint48(block.timestamp));

        // A second pause keeps the moment of the first one's end, until it ends itself.
        uint48 first = uint48(block.timestamp);
        vm.warp(block.timestamp + 5 hours);
        _pause();
        _state(true, first);
        vm.prank(address(officers[ENFORCER]));
        token.unpause();
        _state(false, uint48(block.timestamp));
    }

    function test_pauseAndUnpause__whenAlreadySo__revert() public {
        vm.startPrank(address(officers[ENFORCER]));
        vm.expectRevert(abi.encodeWithSelector(Pausable.ExpectedPause.selector));
        token.unpause();
        _state(false, 0);
        token.pause();
        vm.expectRevert(_enforced());
        token.pause();
    }

    function test_transfer__whilePaused__reverts() public {
        vm.prank(wallet(ALICE));
        token.approve(wallet(BOB), 1);
        _pause();
        vm.prank(wallet(ALICE));
        vm.expectRevert(_enforced());
        token.transfer(wallet(BAKER), 1);
        vm.prank(wallet(BOB));
        vm.expectRevert(_enforced());
        token.transferFrom(wallet(ALICE), wallet(BAKER), 1);
        // Not even what the matrix forbids anyway, or what moves nothing: the pause is the first answer.
        vm.prank(wallet(ALICE));
        vm.expectRevert(_enforced());
        token.transfer(wallet(BOB), 0);
        isFalse(token.canTransfer(wallet(ALICE), wallet(BAKER), 1), "and so it is told");
    }

    function test_transferWithAuthorization__whilePaused__canBeSentAgainAfterwards() public {
        bytes32 nonce = "nonce";
        bytes32 hash = Sign.authorization(
            "TransferWithAuthorization", wallet(ALICE), wallet(BAKER), 1_00, 0, FAR, nonce
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE, Sign.digest(address(token), hash));
        _pause();
        vm.expectRevert(_enforced());
        token.transferWithAuthorization(wallet(ALICE), wallet(BAKER), 1_00, 0, FAR, nonce, v, r, s);

        _unpause();
        token.transferWithAuthorization(wallet(ALICE), wallet(BAKER), 1_00, 0, FAR, nonce, v, r, s);
        same(token.balanceOf(wallet(BAKER)), 36_00, "paid");
    }

    function test_approve__whilePaused__mintsNothingAndCanBeSentAgain() public {
        ClaimId[] memory claims = new ClaimId[](1);
        claims[0] = _submitted;
        PartnerSignature memory by =
            Sign.byPartner(PARTNER_KEY, address(escrow), Sign.approve(ALCANDER, claims, FAR), FAR);
        _pause();
        vm.expectRevert(_enforced());
        escrow.approve(ALCANDER, claims, by);
        same(token.totalSupply(), 100_00, "nothing minted");

        _unpause();
        escrow.approve(ALCANDER, claims, by);
        same(token.balanceOf(wallet(BOB)), 20_00, "minted");
    }

    function test_award__whilePaused__reverts() public {
        _pause();
        vm.prank(address(officers[TREASURER]));
        vm.expectRevert(_enforced());
        budget.award(ALCANDER, PERIOD, idOf(ALICE), 1_00, "why", "award");
        isFalse(budget.isIdUsed("award"), "the id is free");
    }

    function test_redeem__whilePaused__reverts() public {
        bytes32 hash = Sign.authorization(
            "ReceiveWithAuthorization",
            wallet(BAKER),
            address(redemption),
            1_00,
            0,
            FAR,
            derive(idOf(BAKER), "client")
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(BAKER, Sign.digest(address(token), hash));
        _pause();
        vm.expectRevert(_enforced());
        redemption.redeem(wallet(BAKER), 1_00, 0, FAR, "client", v, r, s);

        _unpause();
        redemption.redeem(wallet(BAKER), 1_00, 0, FAR, "client", v, r, s);
        same(token.balanceOf(address(redemption)), 16_00, "locked");
    }

    function test_release__whilePaused__reverts() public {
        _pause();
        vm.expectRevert(_enforced());
        redemption.release(_rejected);

        _unpause();
        redemption.release(_rejected);
        same(token.balanceOf(wallet(BAKER)), 40_00, "released");
    }

    function test_settle__whilePaused__burnsNothingAndCanBeSentAgain() public {
        _pause();
        vm.prank(address(officers[SETTLEMENT]));
        vm.expectRevert(_enforced());
        redemption.settle(BatchId.wrap(2), new RedemptionId[](0));
        same(token.totalBurned(), 0, "nothing burned");

        _unpause();
        settle(BatchId.wrap(2), new RedemptionId[](0));
        same(token.totalBurned(), 10_00, "burned");
    }

    /// @dev What moves no coins goes on: to freeze, to cancel a signed payment, to settle what was all refused.
    function test_whatMovesNoCoins__whilePaused__goesOn() public {
        _pause();
        vm.prank(address(officers[ENFORCER]));
        token.setFrozenTokens(wallet(ALICE), 1_00);
        same(token.getFrozenTokens(wallet(ALICE)), 1_00, "frozen");

        bytes32 digest = Sign.digest(address(token), Sign.cancelAuthorization(wallet(ALICE), "nonce"));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE, digest);
        watch();
        token.cancelAuthorization(wallet(ALICE), "nonce", v, r, s);
        saw(address(token));
        emit IERC3009Cancel.AuthorizationCanceled(wallet(ALICE), "nonce");
        sawNothingElse();

        settle(BatchId.wrap(2), _one(_locked));
        isTrue(redemption.batchOf(BatchId.wrap(2)).settled, "settled");
        same(token.balanceOf(address(redemption)), 15_00, "and nothing moved");
    }

    // ------------------------------------------------------------------ details

    function _pause() private {
        vm.prank(address(officers[ENFORCER]));
        token.pause();
    }

    function _unpause() private {
        vm.prank(address(officers[ENFORCER]));
        token.unpause();
    }

    function _state(bool paused, uint48 since) private view {
        (bool isPaused, uint48 unpausedAt) = token.pauseState();
        isTrue(isPaused == paused && token.paused() == paused, "paused");
        same(unpausedAt, since, "unpausedAt");
    }

    function _close(uint32 batch, RedemptionId line) private {
        close(BatchId.wrap(batch), _one(line));
    }

    function _one(RedemptionId line) private pure returns (RedemptionId[] memory lines) {
        lines = new RedemptionId[](1);
        lines[0] = line;
    }

    function _enforced() private pure returns (bytes memory) {
        return abi.encodeWithSelector(Pausable.EnforcedPause.selector);
    }
}
