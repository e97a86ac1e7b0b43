// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {IOfficerAccount} from "../../contracts/interfaces/IOfficerAccount.sol";
import {FixedAuthority} from "../../contracts/FixedAuthority.sol";
import {City} from "./base/City.sol";
import {Events} from "./base/Events.sol";

/// @dev What the admin does waits, and what waits the guardian can cancel.
contract GuardianTest is City, Events {
    address private constant SOMEBODY = address(0x50B);

    function test_grantRole__whenByTheAdmin__waits() public {
        bytes memory granting = _granting("TREASURER", SOMEBODY);
        schedule(ADMIN, address(manager), granting);
        bytes32 operation = manager.hashOperation(address(officers[ADMIN]), address(manager), granting);

        vm.warp(block.timestamp + DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, operation));
        officers[ADMIN].carryOut(address(manager), granting);

        vm.warp(block.timestamp + 1);
        watch();
        officers[ADMIN].carryOut(address(manager), granting);

        saw(address(officers[ADMIN]));
        emit IOfficerAccount.CarriedOut(address(manager), manager.grantRole.selector, granting);
        saw(address(manager));
        emit IAccessManager.OperationExecuted(operation, 1);
        emit IAccessManager.RoleGranted(roleIds["TREASURER"], SOMEBODY, 0, uint48(block.timestamp), true);
        sawNothingElse();
        (bool has,) = manager.hasRole(roleIds["TREASURER"], SOMEBODY);
        isTrue(has, "granted");
    }

    /// @dev Any of the manager's own acts: MANAGER_ACTS is what makes the guardian their guardian.
    function test_cancel__whenByTheGuardian__stopsTheAdminsActs() public {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = token.pause.selector;
        bytes[10] memory acts = [
            abi.encodeCall(manager.labelRole, (1, "treasurer")),
            _granting("TREASURER", SOMEBODY),
            abi.encodeCall(manager.revokeRole, (roleIds["GUARDIAN"], address(officers[GUARDIAN]))),
            abi.encodeCall(manager.setRoleAdmin, (1, 2)),
            abi.encodeCall(manager.setRoleGuardian, (2, 0)),
            abi.encodeCall(manager.setGrantDelay, (1, 1)),
            abi.encodeCall(manager.setTargetAdminDelay, (address(token), 1)),
            abi.encodeCall(manager.setTargetClosed, (address(token), true)),
            abi.encodeCall(manager.setTargetFunctionRole, (address(token), selectors, 1)),
            abi.encodeCall(manager.updateAuthority, (address(token), address(escrow)))
        ];
        for (uint256 i = 0; i < acts.length; ++i) {
            schedule(ADMIN, address(manager), acts[i]);
            _cancel(GUARDIAN, ADMIN, address(manager), acts[i]);
            _isForgotten(ADMIN, address(manager), acts[i]);
        }
    }

    function test_cancel__whenByTheGuardian__stopsEveryGuardedRole() public {
        address[] memory wallets = new address[](1);
        wallets[0] = SOMEBODY;
        bytes memory signer = abi.encodePacked(SOMEBODY);
        _stops(TREASURER, address(budget), abi.encodeCall(budget.setMintLimit, (ALCANDER, 9_000_00, 1 days)));
        _stops(REGISTRAR, address(registry), abi.encodeCall(registry.admitMerchants, (wallets)));
        _stops(REGISTRAR, address(registry), abi.encodeCall(registry.addSigner, (ALCANDER, signer)));
        _stops(REGISTRAR, address(registry), abi.encodeCall(registry.allowVerifier, (address(token))));
        _stops(ENFORCER, address(token), abi.encodeCall(token.recover, (wallet(ALICE), SOMEBODY)));
        _stops(
            ENFORCER, address(token), abi.encodeCall(token.forcedTransfer, (wallet(ALICE), wallet(BOB), 1))
        );
    }

    function test_cancel__whenByNeitherGuardianAdminNorItself__reverts() public {
        bytes memory data = abi.encodeCall(token.recover, (wallet(ALICE), SOMEBODY));
        schedule(ENFORCER, address(token), data);
        address[4] memory others =
            [SOMEBODY, SENDER, address(officers[TREASURER]), address(officers[REGISTRAR])];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IAccessManager.AccessManagerUnauthorizedCancel.selector,
                    others[i],
                    address(officers[ENFORCER]),
                    address(token),
                    token.recover.selector
                )
            );
            manager.cancel(address(officers[ENFORCER]), address(token), data);
        }

        _cancel(ENFORCER, ENFORCER, address(token), data);
        _isForgotten(ENFORCER, address(token), data);
    }

    /// @dev The signature that scheduled it was used up, so nobody can schedule it again from what lies about.
    function test_act__whenItsScheduleWasCancelled__cannotBeRelayedAgain() public {
        bytes memory granting = _granting("TREASURER", SOMEBODY);
        bytes memory scheduling = abi.encodeCall(manager.schedule, (address(manager), granting, 0));
        bytes memory signature = signAct(ADMIN, address(manager), scheduling, "id", FAR);
        officers[ADMIN].act(address(manager), scheduling, "id", FAR, signature);
        _cancel(GUARDIAN, ADMIN, address(manager), granting);

        vm.expectRevert(abi.encodeWithSelector(IOfficerAccount.OfficerAccountIdUsed.selector, bytes32("id")));
        officers[ADMIN].act(address(manager), scheduling, "id", FAR, signature);
    }

    /// @dev AccessManager lets an admin execute setAuthority on a contract, which no guardian can cancel.
    function test_setAuthority__byAnybody__reverts() public {
        address[5] memory managed =
            [address(registry), address(token), address(budget), address(escrow), address(redemption)];
        bytes memory data = abi.encodeCall(IAccessManaged.setAuthority, (address(escrow)));
        for (uint256 i = 0; i < managed.length; ++i) {
            schedule(ADMIN, managed[i], data);
        }
        vm.warp(block.timestamp + DELAY);

        for (uint256 i = 0; i < managed.length; ++i) {
            vm.expectRevert(FixedAuthority.FixedAuthorityUnchangeable.selector);
            officers[ADMIN].carryOut(managed[i], data);
            vm.prank(address(manager));
            vm.expectRevert(FixedAuthority.FixedAuthorityUnchangeable.selector);
            IAccessManaged(managed[i]).setAuthority(address(escrow));
            same(IAccessManaged(managed[i]).authority(), address(manager), "the manager stays");
        }
    }

    /// @dev Closing a target is the admin's last resort: nobody's role counts there any more.
    function test_setTargetClosed__whenDue__stopsEveryRoleOnIt() public {
        actDelayed(ADMIN, address(manager), abi.encodeCall(manager.setTargetClosed, (address(token), true)));
        vm.prank(address(officers[ENFORCER]));
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessManaged.AccessManagedUnauthorized.selector, address(officers[ENFORCER])
            )
        );
        token.pause();
    }

    // ------------------------------------------------------------------ details

    function _granting(string memory role, address account) private view returns (bytes memory) {
        return abi.encodeCall(manager.grantRole, (roleIds[role], account, 0));
    }

    function _stops(uint256 officer, address target, bytes memory data) private {
        schedule(officer, target, data);
        _cancel(GUARDIAN, officer, target, data);
        _isForgotten(officer, target, data);
    }

    function _cancel(uint256 by, uint256 officer, address target, bytes memory data) private {
        act(by, address(manager), abi.encodeCall(manager.cancel, (address(officers[officer]), target, data)));
    }

    function _isForgotten(uint256 officer, address target, bytes memory data) private {
        bytes32 operation = manager.hashOperation(address(officers[officer]), target, data);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(IOfficerAccount.OfficerAccountNotScheduled.selector, operation)
        );
        officers[officer].carryOut(target, data);
    }
}
