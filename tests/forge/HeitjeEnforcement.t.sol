// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IERC7943Fungible} from "../../contracts/interfaces/IERC7943Fungible.sol";
import {IHeitjeToken} from "../../contracts/interfaces/IHeitjeToken.sol";
import {IOfficerAccount} from "../../contracts/interfaces/IOfficerAccount.sol";
import {ParticipantId, derive} from "../../contracts/types/Ids.sol";
import {City} from "./base/City.sol";
import {Events} from "./base/Events.sol";
import {Sign} from "./base/Sign.sol";

/// @dev Freezing and moving by force. Recovering: HeitjeRecovery. What is told of it: HeitjeCanTransfer.
contract HeitjeEnforcementTest is City, Events {
    uint256 private constant CAROL = 0xC3; // not admitted by City

    function setUp() public override {
        super.setUp();
        vm.prank(address(budget));
        token.mint(idOf(ALICE), 10_00);
    }

    // ------------------------------------------------------------------ freezing

    function testFuzz_setFrozenTokens__whenAParticipantsWallet__overwritesAndTells(
        uint256 first,
        uint256 second
    ) public {
        _freeze(ALICE, first);

        watch();
        vm.prank(address(officers[ENFORCER]));
        bool done = token.setFrozenTokens(wallet(ALICE), second);

        saw(address(token));
        emit IERC7943Fungible.Frozen(wallet(ALICE), second);
        sawNothingElse();
        isTrue(done, "done");
        same(token.getFrozenTokens(wallet(ALICE)), second, "frozen");
        same(token.balanceOf(wallet(ALICE)), 10_00, "balance");
    }

    function test_setFrozenTokens__whenNobodysWallet__reverts() public {
        _recover(BOB, CAROL);
        address[5] memory nobodys = [
            address(0),
            wallet(BOB), // was replaced
            address(ParticipantId.unwrap(ALCANDER)),
            address(redemption),
            address(0x57A)
        ];
        for (uint256 i = 0; i < nobodys.length; ++i) {
            vm.prank(address(officers[ENFORCER]));
            vm.expectRevert(
                abi.encodeWithSelector(IHeitjeToken.HeitjeTokenUnknownWallet.selector, nobodys[i])
            );
            token.setFrozenTokens(nobodys[i], 1);
        }
    }

    function testFuzz_transfer__whenPartlyFrozen__movesExactlyTheRest(uint256 frozen, uint256 cents) public {
        frozen = between(frozen, 1, 20_00);
        cents = between(cents, 0, 10_00);
        _freeze(ALICE, frozen);
        uint256 unfrozen = frozen > 10_00 ? 0 : 10_00 - frozen;

        if (cents > unfrozen) _refuses(cents, _frozenOf(cents, unfrozen));
        else _pays(cents);
        // The boundary itself, whatever the fuzzer chose.
        unfrozen = cents > unfrozen ? unfrozen : unfrozen - cents;
        if (unfrozen + 1 <= token.balanceOf(wallet(ALICE))) {
            _refuses(unfrozen + 1, _frozenOf(unfrozen + 1, unfrozen));
        }
        _pays(unfrozen);
    }

    function test_transfer__whenAllIsFrozenTwiceOver__movesNothing() public {
        _freeze(ALICE, type(uint256).max);
        _refuses(1, _frozenOf(1, 0));
        _pays(0);
    }

    /// @dev Too small a balance is ERC-20's own matter, frozen or not.
    function test_transfer__whenFrozenAndTooLittle__revertsAsERC20Does() public {
        _freeze(ALICE, 4_00);
        _refuses(
            10_01,
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector, wallet(ALICE), 10_00, 10_01
            )
        );
    }

    function test_freeze__doesNotStopReceiving() public {
        _freeze(ALICE, 10_00);
        vm.prank(address(budget));
        token.mint(idOf(ALICE), 3_00);
        _refuses(3_01, _frozenOf(3_01, 3_00));
        _pays(3_00);
    }

    function test_redeem__whenFrozen__locksExactlyTheRest() public {
        _pays(10_00);
        _freeze(BAKER, 8_00);
        bytes32 nonce = derive(idOf(BAKER), "client");
        bytes32 hash = Sign.authorization(
            "ReceiveWithAuthorization", wallet(BAKER), address(redemption), 2_01, 0, FAR, nonce
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(BAKER, Sign.digest(address(token), hash));
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC7943Fungible.ERC7943InsufficientUnfrozenBalance.selector, wallet(BAKER), 2_01, 2_00
            )
        );
        redemption.redeem(wallet(BAKER), 2_01, 0, FAR, "client", v, r, s);

        redeem(BAKER, 2_00);
        same(token.balanceOf(address(redemption)), 2_00, "locked");
    }

    // ------------------------------------------------------------------ moving by force

    function test_forcedTransfer__whenFrozen__releasesFirst() public {
        _freeze(ALICE, 8_00);
        bytes memory data = abi.encodeCall(token.forcedTransfer, (wallet(ALICE), wallet(BOB), 5_00));
        _schedule(data);

        watch();
        officers[ENFORCER].carryOut(address(token), data);

        saw(address(officers[ENFORCER]));
        emit IOfficerAccount.CarriedOut(address(token), token.forcedTransfer.selector, data);
        saw(address(manager));
        emit IAccessManager.OperationExecuted(
            manager.hashOperation(address(officers[ENFORCER]), address(token), data), 1
        );
        saw(address(token));
        emit IERC7943Fungible.Frozen(wallet(ALICE), 5_00);
        emit IERC20.Transfer(wallet(ALICE), wallet(BOB), 5_00);
        emit IERC7943Fungible.ForcedTransfer(wallet(ALICE), wallet(BOB), 5_00);
        sawNothingElse();
        same(token.balanceOf(wallet(ALICE)), 5_00, "left");
        same(token.getFrozenTokens(wallet(ALICE)), 5_00, "what is left is frozen");
        same(token.balanceOf(wallet(BOB)), 5_00, "to a resident, which no resident may pay");
    }

    function testFuzz_forcedTransfer__forAnyAmount__keepsSumAndFreezesAtMostWhatIsLeft(
        uint256 frozen,
        uint256 cents
    ) public {
        frozen = between(frozen, 0, 20_00);
        cents = between(cents, 0, 10_00);
        _freeze(ALICE, frozen);
        _force(wallet(ALICE), wallet(BOB), cents);

        uint256 left = 10_00 - cents;
        same(token.balanceOf(wallet(ALICE)), left, "left");
        same(token.balanceOf(wallet(BOB)), cents, "moved");
        same(token.totalSupply(), 10_00, "sum");
        same(token.getFrozenTokens(wallet(ALICE)), frozen > left ? left : frozen, "frozen");
    }

    function test_forcedTransfer__whilePausedAndFromBlocked__moves() public {
        vm.startPrank(address(officers[ENFORCER]));
        registry.blockParticipant(idOf(ALICE), 1);
        token.pause();
        vm.stopPrank();
        _force(wallet(ALICE), wallet(BOB), 10_00);
        same(token.balanceOf(wallet(BOB)), 10_00, "moved");
    }

    function test_forcedTransfer__toAnInactiveOne__reverts() public {
        vm.prank(address(officers[ENFORCER]));
        registry.blockParticipant(idOf(BOB), 1);
        address[5] memory inactive = [
            wallet(BOB),
            wallet(CAROL),
            address(0),
            address(redemption),
            address(ParticipantId.unwrap(ALCANDER))
        ];
        for (uint256 i = 0; i < inactive.length; ++i) {
            _refusesToForce(
                wallet(ALICE),
                inactive[i],
                1,
                abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotReceive.selector, inactive[i])
            );
        }
    }

    /// @dev It would move nothing and thaw what is frozen.
    function test_forcedTransfer__toTheSameWallet__reverts() public {
        _refusesToForce(
            wallet(ALICE),
            wallet(ALICE),
            1,
            abi.encodeWithSelector(
                IERC7943Fungible.ERC7943CannotTransfer.selector, wallet(ALICE), wallet(ALICE), 1
            )
        );
    }

    function test_forcedTransfer__fromTheRedemptionOrNobody__reverts() public {
        _pays(10_00);
        redeem(BAKER, 10_00);
        address[2] memory from = [address(redemption), address(0)];
        for (uint256 i = 0; i < from.length; ++i) {
            _refusesToForce(
                from[i],
                wallet(BAKER),
                1,
                abi.encodeWithSelector(
                    IERC7943Fungible.ERC7943CannotTransfer.selector, from[i], wallet(BAKER), 1
                )
            );
        }
    }

    function testFuzz_forcedTransfer__whenMoreThanTheBalance__reverts(uint256 cents) public {
        cents = between(cents, 10_01, type(uint256).max - 1);
        _refusesToForce(
            wallet(ALICE),
            wallet(BOB),
            cents,
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector, wallet(ALICE), 10_00, cents
            )
        );
    }

    // ------------------------------------------------------------------ details

    function _freeze(uint256 key, uint256 cents) private {
        vm.prank(address(officers[ENFORCER]));
        token.setFrozenTokens(wallet(key), cents);
    }

    function _pays(uint256 cents) private {
        uint256 before = token.balanceOf(wallet(BAKER));
        vm.prank(wallet(ALICE));
        token.transfer(wallet(BAKER), cents);
        same(token.balanceOf(wallet(BAKER)), before + cents, "paid");
    }

    function _refuses(uint256 cents, bytes memory refusal) private {
        vm.prank(wallet(ALICE));
        vm.expectRevert(refusal);
        token.transfer(wallet(BAKER), cents);
    }

    function _frozenOf(uint256 cents, uint256 unfrozen) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IERC7943Fungible.ERC7943InsufficientUnfrozenBalance.selector, wallet(ALICE), cents, unfrozen
        );
    }

    function _schedule(bytes memory data) private {
        schedule(ENFORCER, address(token), data);
        vm.warp(block.timestamp + DELAY);
    }

    function _force(address from, address to, uint256 cents) private {
        actDelayed(ENFORCER, address(token), abi.encodeCall(token.forcedTransfer, (from, to, cents)));
    }

    function _refusesToForce(address from, address to, uint256 cents, bytes memory refusal) private {
        bytes memory data = abi.encodeCall(token.forcedTransfer, (from, to, cents));
        _schedule(data);
        vm.expectRevert(refusal);
        officers[ENFORCER].carryOut(address(token), data);
    }

    function _recover(uint256 oldKey, uint256 newKey) private {
        actDelayed(ENFORCER, address(token), abi.encodeCall(token.recover, (wallet(oldKey), wallet(newKey))));
    }
}
