// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IERC7943Fungible} from "../../../contracts/interfaces/IERC7943Fungible.sol";
import {ParticipantId} from "../../../contracts/types/Ids.sol";
import {Events} from "../base/Events.sol";
import {Payments} from "../base/Payments.sol";

/// @dev What https://eips.ethereum.org/EIPS/eip-7943[ERC-7943] asks of a fungible token, MUST by MUST. What `canTransfer`
/// answers for anybody against what a transfer does: HeitjeCanTransfer. Its interface id: ERC165.
contract ERC7943ConformanceTest is Payments, Events {
    address private constant STRANGER = address(0x57A);

    function setUp() public override {
        super.setUp();
        pay(ALICE, BAKER, 40_00); // 60.00 left
    }

    // ------------------------------------------------------------------ the four views

    /// @dev None reverts, whoever is asked about, also while paused; a static call shows that none writes.
    function testFuzz_views__ofAnybody__neverRevertNorWrite(address a, address b, uint256 amount) public {
        address[6] memory accounts =
            [a, b, address(0), wallet(ALICE), address(redemption), address(ParticipantId.unwrap(ALCANDER))];
        for (uint256 paused = 0; paused < 2; ++paused) {
            for (uint256 i = 0; i < accounts.length; ++i) {
                _answers(abi.encodeCall(token.canSend, (accounts[i])));
                _answers(abi.encodeCall(token.canReceive, (accounts[i])));
                _answers(abi.encodeCall(token.getFrozenTokens, (accounts[i])));
                for (uint256 j = 0; j < accounts.length; ++j) {
                    _answers(abi.encodeCall(token.canTransfer, (accounts[i], accounts[j], amount)));
                }
            }
            if (paused == 0) _asEnforcer(abi.encodeCall(token.pause, ()));
        }
    }

    function test_canSendAndCanReceive__ofWhoIsNotAllowed__areFalse() public {
        isTrue(token.canSend(wallet(ALICE)) && token.canReceive(wallet(ALICE)), "takes part");
        isFalse(token.canSend(STRANGER) || token.canReceive(STRANGER), "nobody");

        _asEnforcer(abi.encodeCall(registry.blockParticipant, (idOf(ALICE), 1)), address(registry));
        isFalse(token.canSend(wallet(ALICE)) || token.canReceive(wallet(ALICE)), "blocked");
    }

    /// @dev It asks `canSend` and `canReceive`, and whether the amount is more than what is not frozen.
    function test_canTransfer__whenOneOfItsThreeChecksFails__isFalse() public {
        isTrue(token.canTransfer(wallet(ALICE), wallet(BAKER), 60_00), "allowed");
        isFalse(token.canTransfer(STRANGER, wallet(BAKER), 0), "may not send");
        isFalse(token.canTransfer(wallet(ALICE), STRANGER, 0), "may not receive");

        _freeze(ALICE, 25_00);
        isTrue(token.canTransfer(wallet(ALICE), wallet(BAKER), 35_00), "what is not frozen");
        isFalse(token.canTransfer(wallet(ALICE), wallet(BAKER), 35_01), "a cent of what is frozen");
        _freeze(ALICE, type(uint256).max);
        isTrue(token.canTransfer(wallet(ALICE), wallet(BAKER), 0), "nothing");
        isFalse(token.canTransfer(wallet(ALICE), wallet(BAKER), 1), "anything");
    }

    // ------------------------------------------------------------------ what follows from them

    /// @dev "Public transfers MUST NOT succeed in cases in which canTransfer, canSend or canReceive would return false",
    /// by each of the three ways that coins can be paid.
    function test_transfers__whenAViewIsFalse__failWithItsError() public {
        vm.prank(wallet(ALICE));
        token.approve(STRANGER, type(uint256).max);
        bytes memory cannotReceive =
            abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotReceive.selector, wallet(BAKER));
        bytes memory cannotSend =
            abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotSend.selector, wallet(ALICE));

        _failsEachWay(
            wallet(BOB),
            1,
            abi.encodeWithSelector(
                IERC7943Fungible.ERC7943CannotTransfer.selector, wallet(ALICE), wallet(BOB), 1
            )
        );
        _freeze(ALICE, 25_00);
        _failsEachWay(
            wallet(BAKER),
            35_01,
            abi.encodeWithSelector(
                IERC7943Fungible.ERC7943InsufficientUnfrozenBalance.selector, wallet(ALICE), 35_01, 35_00
            )
        );
        _asEnforcer(abi.encodeCall(registry.blockParticipant, (idOf(BAKER), 1)), address(registry));
        _failsEachWay(wallet(BAKER), 1, cannotReceive);
        _asEnforcer(abi.encodeCall(registry.blockParticipant, (idOf(ALICE), 1)), address(registry));
        _failsEachWay(wallet(BAKER), 1, cannotSend);
    }

    /// @dev The unfrozen balance's error is for an amount that the balance would cover; above it ERC-20's own comes.
    function testFuzz_unfrozenError__always__comesBetweenUnfrozenAndBalance(uint256 frozen, uint256 amount)
        public
    {
        frozen = between(frozen, 1, 60_00);
        amount = between(amount, 60_00 - frozen + 1, 60_00);
        _freeze(ALICE, frozen);

        vm.prank(wallet(ALICE));
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC7943Fungible.ERC7943InsufficientUnfrozenBalance.selector,
                wallet(ALICE),
                amount,
                60_00 - frozen
            )
        );
        token.transfer(wallet(BAKER), amount);

        vm.prank(wallet(ALICE));
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector, wallet(ALICE), 60_00, 60_00 + amount
            )
        );
        token.transfer(wallet(BAKER), 60_00 + amount);
    }

    /// @dev "Minting MUST NOT succeed to accounts where canReceive would return false."
    function test_mint__toWhoCannotReceive__changesNothing() public {
        _asEnforcer(abi.encodeCall(registry.blockParticipant, (idOf(ALICE), 1)), address(registry));
        isFalse(token.canReceive(wallet(ALICE)), "cannot receive");

        watch();
        vm.prank(address(budget));
        isFalse(token.mint(idOf(ALICE), 1), "not minted");
        sawNothingElse();
    }

    // ------------------------------------------------------------------ setFrozenTokens

    /// @dev It overwrites, may exceed the balance, and MUST tell; only who is allowed may.
    function testFuzz_setFrozenTokens__byTheEnforcerAlone__overwritesAndTells(uint256 first, uint256 second)
        public
    {
        _freeze(ALICE, first);
        watch();
        _freeze(ALICE, second);
        saw(address(token));
        emit IERC7943Fungible.Frozen(wallet(ALICE), second);
        sawNothingElse();
        same(token.getFrozenTokens(wallet(ALICE)), second, "overwritten");

        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER));
        token.setFrozenTokens(wallet(ALICE), 0);
    }

    // ------------------------------------------------------------------ forcedTransfer

    /// @dev MUST move the coins past `canTransfer`, thaw first what it takes of frozen ones, and tell all three.
    function testFuzz_forcedTransfer__pastTheRules__thawsMovesAndTells(uint256 frozen, uint256 amount)
        public
    {
        frozen = between(frozen, 0, 100_00);
        amount = between(amount, 0, 60_00);
        _freeze(ALICE, frozen);
        _asEnforcer(abi.encodeCall(token.pause, ()));
        isFalse(token.canTransfer(wallet(ALICE), wallet(BOB), amount), "not by the rules");

        bytes memory data = abi.encodeCall(token.forcedTransfer, (wallet(ALICE), wallet(BOB), amount));
        schedule(ENFORCER, address(token), data);
        vm.warp(block.timestamp + DELAY);
        watch();
        vm.prank(address(officers[ENFORCER]));
        bool result = token.forcedTransfer(wallet(ALICE), wallet(BOB), amount);

        saw(address(manager));
        emit IAccessManager.OperationExecuted(
            manager.hashOperation(address(officers[ENFORCER]), address(token), data), 1
        );
        saw(address(token));
        if (frozen > 60_00 - amount) emit IERC7943Fungible.Frozen(wallet(ALICE), 60_00 - amount);
        emit IERC20.Transfer(wallet(ALICE), wallet(BOB), amount);
        emit IERC7943Fungible.ForcedTransfer(wallet(ALICE), wallet(BOB), amount);
        sawNothingElse();
        isTrue(result, "answer");
        same(token.balanceOf(wallet(ALICE)), 60_00 - amount, "taken");
        same(token.balanceOf(wallet(BOB)), 100_00 + amount, "given");
    }

    /// @dev It asks `canReceive`, the balance, and who calls.
    function test_forcedTransfer__withoutLeave__fails() public {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER));
        token.forcedTransfer(wallet(ALICE), wallet(BOB), 1);

        _failsByForce(
            STRANGER, 1, abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotReceive.selector, STRANGER)
        );
        _failsByForce(
            wallet(BOB),
            type(uint256).max,
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector, wallet(ALICE), 60_00, type(uint256).max
            )
        );
    }

    // ------------------------------------------------------------------ details

    function _answers(bytes memory data) private view {
        (bool done, bytes memory answer) = address(token).staticcall(data);
        isTrue(done && answer.length == 32, "answers with one word");
    }

    function _asEnforcer(bytes memory data) private {
        _asEnforcer(data, address(token));
    }

    function _asEnforcer(bytes memory data, address target) private {
        vm.prank(address(officers[ENFORCER]));
        (bool done,) = target.call(data);
        isTrue(done, "done by the enforcer");
    }

    function _freeze(uint256 holder, uint256 amount) private {
        vm.prank(address(officers[ENFORCER]));
        token.setFrozenTokens(wallet(holder), amount);
    }

    /// @dev Alice's own transfer, one by whom she trusts, and one that she signed.
    function _failsEachWay(address to, uint256 amount, bytes memory refusal) private {
        isFalse(token.canTransfer(wallet(ALICE), to, amount), "told before");
        vm.prank(wallet(ALICE));
        vm.expectRevert(refusal);
        token.transfer(to, amount);

        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        token.transferFrom(wallet(ALICE), to, amount);

        Payment memory payment = paymentOf(ALICE, to, amount, fresh());
        sign(payment, ALICE);
        refuses(payment, refusal);
    }

    function _failsByForce(address to, uint256 amount, bytes memory refusal) private {
        bytes memory data = abi.encodeCall(token.forcedTransfer, (wallet(ALICE), to, amount));
        schedule(ENFORCER, address(token), data);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(refusal);
        officers[ENFORCER].carryOut(address(token), data);
    }
}
