// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IHeitjeToken} from "../../contracts/interfaces/IHeitjeToken.sol";
import {ParticipantId} from "../../contracts/types/Ids.sol";
import {City} from "./base/City.sol";
import {Events} from "./base/Events.sol";

/// @dev How coins come into being and end, and what is told of what was burned.
contract HeitjeSupplyTest is City, Events {
    address private constant STRANGER = address(0x57A);

    function setUp() public override {
        super.setUp();
        vm.startPrank(address(budget));
        token.mint(idOf(ALICE), 100_00);
        token.mint(idOf(BOB), 100_00);
        vm.stopPrank();
        vm.prank(wallet(BOB));
        token.transfer(wallet(BAKER), 40_00);
    }

    // ------------------------------------------------------------------ minting

    function testFuzz_mint__whenByTheBudget__givesToTheResident(uint64 cents) public {
        watch();
        vm.prank(address(budget));
        bool minted = token.mint(idOf(ALICE), cents);

        saw(address(token));
        emit IERC20.Transfer(address(0), wallet(ALICE), cents);
        sawNothingElse();
        isTrue(minted, "minted");
        same(token.balanceOf(wallet(ALICE)), 100_00 + uint256(cents), "balance");
        same(token.totalSupply(), 200_00 + uint256(cents), "supply");
    }

    function test_mint__whenNoActiveResident__changesNothing() public {
        vm.prank(address(officers[ENFORCER]));
        registry.blockParticipant(idOf(BOB), 1);
        ParticipantId[5] memory others =
            [idOf(BOB), idOf(BAKER), idOf(CHOIR), ALCANDER, ParticipantId.wrap("nobody")];
        for (uint256 i = 0; i < others.length; ++i) {
            watch();
            vm.prank(address(budget));
            isFalse(token.mint(others[i], 5), "nothing minted");
            sawNothingElse();
        }
        same(token.totalSupply(), 200_00, "supply");
    }

    function test_mint__whenNotByTheBudget__reverts() public {
        address[6] memory callers = [
            STRANGER,
            SENDER,
            wallet(ALICE),
            address(escrow),
            address(redemption),
            address(officers[TREASURER])
        ];
        for (uint256 i = 0; i < callers.length; ++i) {
            vm.prank(callers[i]);
            vm.expectRevert(
                abi.encodeWithSelector(IHeitjeToken.HeitjeTokenUnauthorisedMinter.selector, callers[i])
            );
            token.mint(idOf(ALICE), 5);
        }
    }

    // ------------------------------------------------------------------ burning

    function test_burn__whenByTheRedemption__endsTheCoins() public {
        redeem(BAKER, 40_00);

        watch();
        vm.prank(address(redemption));
        token.burn(15_00);

        saw(address(token));
        emit IERC20.Transfer(address(redemption), address(0), 15_00);
        sawNothingElse();
        same(token.totalSupply(), 185_00, "supply");
        same(token.balanceOf(address(redemption)), 25_00, "balance");
        same(token.totalBurned(), 15_00, "burned");
    }

    function test_burn__whenNotByTheRedemption__reverts() public {
        address[5] memory callers =
            [STRANGER, SENDER, wallet(BAKER), address(budget), address(officers[SETTLEMENT])];
        for (uint256 i = 0; i < callers.length; ++i) {
            vm.prank(callers[i]);
            vm.expectRevert(
                abi.encodeWithSelector(IHeitjeToken.HeitjeTokenUnauthorisedBurner.selector, callers[i])
            );
            token.burn(1);
        }
    }

    function test_burn__whenMoreThanTheRedemptionHolds__reverts() public {
        redeem(BAKER, 5);
        vm.prank(address(redemption));
        vm.expectRevert(_insufficient(address(redemption), 5, 6));
        token.burn(6);
        same(token.totalBurned(), 0, "nothing burned");
    }

    function testFuzz_burnedUntil__forAnyMoment__isTheSumUntilThen(uint256 first, uint256 second, uint256 at)
        public
    {
        first = between(first, 1, 20_00);
        second = between(second, 1, 20_00);
        redeem(BAKER, 40_00);
        uint48 start = uint48(block.timestamp);
        _burn(first);
        _burn(1); // a second one in the same second
        vm.warp(start + 100);
        _burn(second - 1);

        uint48 moment = uint48(between(at, start - 200, start + 300));
        uint256 expected = moment < start ? 0 : first + 1;
        if (moment >= start + 100) expected = first + second;
        same(token.burnedUntil(moment), expected, "burnedUntil");
        same(token.totalBurned(), first + second, "totalBurned");
    }

    // ------------------------------------------------------------------ details

    function _burn(uint256 cents) private {
        vm.prank(address(redemption));
        token.burn(cents);
    }

    function _insufficient(address from, uint256 balance, uint256 cents) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, from, balance, cents);
    }
}
