// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {OfficerAccount} from "../../contracts/OfficerAccount.sol";
import {IERC7943Fungible} from "../../contracts/interfaces/IERC7943Fungible.sol";
import {IOfficerAccount} from "../../contracts/interfaces/IOfficerAccount.sol";
import {City} from "./base/City.sol";
import {Events} from "./base/Events.sol";

/// @dev Acts that wait: scheduled by signature, carried out by anyone, stopped by the guardian, forgotten after a week.
contract OfficerDelaysTest is City, Events {
    uint48 private constant EXPIRATION = 1 weeks;

    OfficerAccount private _enforcer;
    bytes private _data;
    bytes32 private _operation;

    function setUp() public override {
        super.setUp();
        _enforcer = officers[ENFORCER];
        vm.prank(address(budget));
        token.mint(idOf(ALICE), 10_00);
        _data = abi.encodeCall(token.forcedTransfer, (wallet(ALICE), wallet(BOB), 4_00));
        _operation = manager.hashOperation(address(_enforcer), address(token), _data);
    }

    function test_schedule__whenSigned__tellsWhatAndWhen() public {
        bytes memory scheduling = abi.encodeCall(manager.schedule, (address(token), _data, 0));
        bytes memory signature = signAct(ENFORCER, address(manager), scheduling, "id", FAR);
        uint48 due = uint48(block.timestamp + DELAY);

        watch();
        bytes memory result = _enforcer.act(address(manager), scheduling, "id", FAR, signature);

        saw(address(_enforcer));
        emit IOfficerAccount.Acted("id", address(manager), manager.schedule.selector, scheduling);
        saw(address(manager));
        emit IAccessManager.OperationScheduled(_operation, 1, due, address(_enforcer), address(token), _data);
        sawNothingElse();
        same(result, abi.encode(_operation, uint32(1)), "operation and nonce");
        same(token.balanceOf(wallet(BOB)), 0, "nothing moved yet");
    }

    function testFuzz_carryOut__whenDue__isDoneForAnyone(address anyone, uint256 wait) public {
        vm.assume(anyone != address(0));
        schedule(ENFORCER, address(token), _data);
        vm.warp(block.timestamp + between(wait, DELAY, DELAY + EXPIRATION - 1));

        watch();
        vm.prank(anyone);
        _enforcer.carryOut(address(token), _data);

        saw(address(_enforcer));
        emit IOfficerAccount.CarriedOut(address(token), token.forcedTransfer.selector, _data);
        saw(address(manager));
        emit IAccessManager.OperationExecuted(_operation, 1);
        saw(address(token));
        emit IERC20.Transfer(wallet(ALICE), wallet(BOB), 4_00);
        emit IERC7943Fungible.ForcedTransfer(wallet(ALICE), wallet(BOB), 4_00);
        sawNothingElse();
        same(token.balanceOf(wallet(BOB)), 4_00, "moved");
    }

    function test_carryOut__whenNotScheduled__reverts() public {
        _refuses(_notScheduled(_operation));

        // What another call schedules is another operation.
        schedule(ENFORCER, address(token), _data);
        vm.warp(block.timestamp + DELAY);
        bytes memory other = abi.encodeCall(token.forcedTransfer, (wallet(ALICE), wallet(BOB), 5_00));
        bytes32 operation = manager.hashOperation(address(_enforcer), address(token), other);
        vm.expectRevert(_notScheduled(operation));
        _enforcer.carryOut(address(token), other);
    }

    function testFuzz_carryOut__whenTooEarly__reverts(uint256 wait) public {
        schedule(ENFORCER, address(token), _data);
        vm.warp(block.timestamp + between(wait, 0, DELAY - 1));
        _refuses(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, _operation));
    }

    function testFuzz_carryOut__whenExpired__revertsUntilScheduledAgain(uint256 wait) public {
        schedule(ENFORCER, address(token), _data);
        vm.warp(block.timestamp + DELAY + between(wait, EXPIRATION, 52 weeks));
        _refuses(_notScheduled(_operation));

        actDelayed(ENFORCER, address(token), _data);
        same(token.balanceOf(wallet(BOB)), 4_00, "scheduled again and done");
    }

    function test_carryOut__whenTwice__reverts() public {
        actDelayed(ENFORCER, address(token), _data);
        _refuses(_notScheduled(_operation));
        same(token.balanceOf(wallet(BOB)), 4_00, "moved once");
    }

    function test_carryOut__whenGuardianCancelled__reverts() public {
        schedule(ENFORCER, address(token), _data);
        bytes memory cancelling = abi.encodeCall(manager.cancel, (address(_enforcer), address(token), _data));
        bytes memory signature = signAct(GUARDIAN, address(manager), cancelling, "id", FAR);

        watch();
        officers[GUARDIAN].act(address(manager), cancelling, "id", FAR, signature);

        saw(address(officers[GUARDIAN]));
        emit IOfficerAccount.Acted("id", address(manager), manager.cancel.selector, cancelling);
        saw(address(manager));
        emit IAccessManager.OperationCanceled(_operation, 1);
        sawNothingElse();
        vm.warp(block.timestamp + DELAY);
        _refuses(_notScheduled(_operation));
    }

    function test_carryOut__whenRoleWasRevokedInBetween__reverts() public {
        bytes memory revoking = abi.encodeCall(manager.revokeRole, (roleIds["FORCER"], address(_enforcer)));
        schedule(ADMIN, address(manager), revoking);
        schedule(ENFORCER, address(token), _data);
        vm.warp(block.timestamp + DELAY);
        officers[ADMIN].carryOut(address(manager), revoking);
        _refuses(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerUnauthorizedCall.selector,
                address(_enforcer),
                address(token),
                token.forcedTransfer.selector
            )
        );
    }

    function test_carryOut__whenTheActIsRefusedThen__canBeTriedAgain() public {
        vm.prank(address(_enforcer));
        registry.blockParticipant(idOf(BOB), 1);
        schedule(ENFORCER, address(token), _data);
        vm.warp(block.timestamp + DELAY);
        _refuses(abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotReceive.selector, wallet(BOB)));

        vm.prank(address(_enforcer));
        registry.unblockParticipant(idOf(BOB));
        _enforcer.carryOut(address(token), _data);
        same(token.balanceOf(wallet(BOB)), 4_00, "moved");
    }

    /// @dev Without a schedule nobody signed anything: else anyone could pause the coin through the enforcer.
    function test_carryOut__whenTheRoleHasNoDelay__reverts() public {
        bytes memory data = abi.encodeCall(token.pause, ());
        bytes32 operation = manager.hashOperation(address(_enforcer), address(token), data);
        vm.expectRevert(_notScheduled(operation));
        _enforcer.carryOut(address(token), data);

        // It cannot be scheduled either.
        bytes memory scheduling = abi.encodeCall(manager.schedule, (address(token), data, 0));
        bytes memory signature = signAct(ENFORCER, address(manager), scheduling, "id", FAR);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerUnauthorizedCall.selector,
                address(_enforcer),
                address(token),
                token.pause.selector
            )
        );
        _enforcer.act(address(manager), scheduling, "id", FAR, signature);
    }

    function test_carryOut__whenAnotherOfficerScheduledIt__reverts() public {
        schedule(ENFORCER, address(token), _data);
        vm.warp(block.timestamp + DELAY);
        bytes32 operation = manager.hashOperation(address(officers[TREASURER]), address(token), _data);
        vm.expectRevert(_notScheduled(operation));
        officers[TREASURER].carryOut(address(token), _data);
    }

    function testFuzz_carryOut__whenNoSelector__reverts(uint256 length) public {
        vm.expectRevert(abi.encodeWithSelector(IOfficerAccount.OfficerAccountNoSelector.selector));
        _enforcer.carryOut(address(token), new bytes(length % 4));
    }

    function test_act__whenTheActIsDelayed__needsItsSchedule() public {
        bytes memory signature = signAct(ENFORCER, address(token), _data, "id", FAR);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, _operation));
        _enforcer.act(address(token), _data, "id", FAR, signature);

        schedule(ENFORCER, address(token), _data);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, _operation));
        _enforcer.act(address(token), _data, "id", FAR, signature);

        // Once due the officer may also do it by signature; it is done once all the same.
        vm.warp(block.timestamp + DELAY);
        _enforcer.act(address(token), _data, "id", FAR, signature);
        _refuses(_notScheduled(_operation));
        same(token.balanceOf(wallet(BOB)), 4_00, "moved once");
    }

    // ------------------------------------------------------------------ details

    function _refuses(bytes memory refusal) private {
        vm.expectRevert(refusal);
        _enforcer.carryOut(address(token), _data);
    }

    function _notScheduled(bytes32 operation) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IOfficerAccount.OfficerAccountNotScheduled.selector, operation);
    }
}
