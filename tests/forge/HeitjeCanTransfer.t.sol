// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ParticipantId} from "../../contracts/types/Ids.sol";
import {City} from "./base/City.sol";

/// @dev What ERC-7943's views tell is what a transfer does. Each kind with each status: PaymentMatrix.
contract HeitjeCanTransferTest is City {
    uint256 private constant CAROL = 0xC3; // not admitted by City

    function setUp() public override {
        super.setUp();
        vm.prank(address(budget));
        token.mint(idOf(ALICE), 10_00);
    }

    /// @dev Any two people, any amount, frozen or not, blocked or not, paused or not.
    function testFuzz_canTransfer__forAnybody__isWhatTransferDoes(
        uint256 payer,
        uint256 receiver,
        uint256 cents,
        uint256 frozen,
        uint8 blocked,
        bool paused
    ) public {
        address from = _person(payer);
        address to = _person(receiver);
        cents = between(cents, 0, 12_00);
        _scene(from, to, between(frozen, 0, 12_00), blocked, paused);

        // Asked by the payer itself: the redemption is told about its own calls.
        vm.prank(from);
        bool can = token.canTransfer(from, to, cents);
        bool enough = token.balanceOf(from) >= cents;
        if (can && from != address(redemption) && to != address(redemption)) {
            isTrue(token.canSend(from) && token.canReceive(to), "both take part");
        }
        vm.prank(from);
        (bool done,) = address(token).call(abi.encodeCall(token.transfer, (to, cents)));
        isTrue(done == (can && enough), "transfer does what canTransfer tells");
    }

    function test_canTransfer__whenPartlyFrozen__isTrueUpToTheRest() public {
        vm.prank(address(officers[ENFORCER]));
        token.setFrozenTokens(wallet(ALICE), 4_00);
        isTrue(token.canTransfer(wallet(ALICE), wallet(BAKER), 6_00), "the rest");
        isFalse(token.canTransfer(wallet(ALICE), wallet(BAKER), 6_01), "a cent more");
        isTrue(token.canSend(wallet(ALICE)), "frozen is not blocked");
    }

    /// @dev The redemption is let in and out by its own calls alone, and so it is told.
    function test_canTransfer__toAndFromTheRedemption__isTrueForItselfOnly() public {
        vm.prank(wallet(ALICE));
        token.transfer(wallet(BAKER), 10_00);
        isFalse(token.canTransfer(wallet(BAKER), address(redemption), 1), "not for others");
        isFalse(token.canTransfer(address(redemption), wallet(BAKER), 0), "not for others");
        vm.startPrank(address(redemption));
        isTrue(token.canTransfer(wallet(BAKER), address(redemption), 1), "in");
        isTrue(token.canTransfer(address(redemption), wallet(BAKER), 0), "out");
        isFalse(token.canTransfer(wallet(ALICE), address(redemption), 1), "a resident never");
        isFalse(token.canTransfer(address(redemption), wallet(ALICE), 0), "a resident never");
        isFalse(token.canTransfer(wallet(ALICE), wallet(BOB), 1), "nor the matrix for others");
    }

    // ------------------------------------------------------------------ details

    function _person(uint256 which) private view returns (address) {
        address[8] memory people = [
            wallet(ALICE),
            wallet(BOB),
            wallet(BAKER),
            wallet(GROCER),
            wallet(CHOIR),
            wallet(CAROL),
            address(redemption),
            address(ParticipantId.unwrap(ALCANDER))
        ];
        return people[which % 8];
    }

    /// @dev Everybody who can gets ten coins; then the rest of the scene. `blocked`: bit 0 the payer, bit 1 the other.
    function _scene(address from, address to, uint256 frozen, uint8 blocked, bool paused) private {
        address[4] memory others = [wallet(BOB), wallet(BAKER), wallet(GROCER), wallet(CHOIR)];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.prank(address(budget));
            token.mint(idOf(i == 0 ? BOB : ALICE), 10_00);
            if (i == 0) continue;
            vm.prank(wallet(ALICE));
            token.transfer(others[i], 10_00);
        }
        vm.startPrank(address(officers[ENFORCER]));
        if (registry.participantOf(from) != ParticipantId.wrap(0)) {
            token.setFrozenTokens(from, frozen);
            if (blocked & 1 != 0) registry.blockParticipant(registry.participantOf(from), 1);
        }
        bool blockTo = blocked & 2 != 0 && from != to;
        if (blockTo && registry.participantOf(to) != ParticipantId.wrap(0)) {
            registry.blockParticipant(registry.participantOf(to), 1);
        }
        if (paused) token.pause();
        vm.stopPrank();
    }
}
