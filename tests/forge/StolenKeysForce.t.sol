// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {FixedAuthority} from "../../contracts/FixedAuthority.sol";
import {IERC7943Fungible} from "../../contracts/interfaces/IERC7943Fungible.sol";
import {BatchId, RedemptionId} from "../../contracts/types/Ids.sol";
import {Thief} from "./base/Thief.sol";

/// @dev What a thief can do with the keys that stop, force, cancel, or give power: see docs/stolen-keys.md.
contract StolenKeysForceTest is Thief {
    uint256 private constant THIEF = 0xBAD;
    uint256 private constant NEW_ENFORCER = 0xAA;
    uint256 private constant NEW_GUARDIAN = 0xAB;

    function setUp() public override {
        super.setUp();
        earn(ALICE, 100_00);
    }

    // ------------------------------------------------------------------ enforcer

    /// @dev Everything stands still until there is another enforcer, two days later; nobody loses a coin.
    function test_stolenEnforcer__stopsEverything__takesNothing() public {
        act(ENFORCER, address(token), abi.encodeCall(token.setFrozenTokens, (wallet(ALICE), 100_00)));
        block_(idOf(ALICE));
        block_(ALCANDER);
        pauseAll();

        bytes memory giving =
            abi.encodeCall(manager.grantRole, (roleIds["ENFORCER"], _newAccount(NEW_ENFORCER), 0));
        bytes memory taking =
            abi.encodeCall(manager.revokeRole, (roleIds["ENFORCER"], address(officers[ENFORCER])));
        schedule(ADMIN, address(manager), giving);
        actDelayed(ADMIN, address(manager), taking);
        officers[ADMIN].carryOut(address(manager), giving);
        refusesRole(ENFORCER, address(token), abi.encodeCall(token.pause, ()));

        act(NEW_ENFORCER, address(token), abi.encodeCall(token.unpause, ()));
        act(NEW_ENFORCER, address(registry), abi.encodeCall(registry.unblockParticipant, (idOf(ALICE))));
        act(NEW_ENFORCER, address(registry), abi.encodeCall(registry.unblockParticipant, (ALCANDER)));
        act(NEW_ENFORCER, address(token), abi.encodeCall(token.setFrozenTokens, (wallet(ALICE), 0)));
        same(token.balanceOf(wallet(ALICE)), 100_00, "as before");
        pay(ALICE, BAKER, 100_00);
    }

    /// @dev The brake is off as well: another thief goes on until the admin's two days are over.
    function test_stolenEnforcerAndTreasurer__doTheirWorst__mintTheLimitsForTwoDays() public {
        act(TREASURER, address(budget), awardData(STEUNPUNT, BOB, CAPACITY));
        uint256 start = block.timestamp;
        bytes memory taking =
            abi.encodeCall(manager.revokeRole, (roleIds["TREASURER"], address(officers[TREASURER])));
        schedule(ADMIN, address(manager), taking);
        for (uint256 day = 1; day <= DELAY / WINDOW; ++day) {
            vm.warp(start + day * WINDOW);
            act(TREASURER, address(budget), awardData(STEUNPUNT, BOB, CAPACITY));
        }
        officers[ADMIN].carryOut(address(manager), taking);

        same(token.balanceOf(wallet(BOB)), 3 * CAPACITY, "a full bucket, and one each day");
        refusesRole(TREASURER, address(budget), awardData(STEUNPUNT, BOB, 1));
    }

    function test_stolenRecoverer__takesAWallet__isCancelledInTime() public {
        isCancelled(ENFORCER, address(token), abi.encodeCall(token.recover, (wallet(ALICE), wallet(THIEF))));

        same(token.balanceOf(wallet(ALICE)), 100_00, "as before");
    }

    /// @dev It is a wallet of Alice's all the same: blocked with her, recovered again to one that is hers.
    function test_stolenRecoverer__whenNobodyCancels__isUndoneIfBlockedInTime() public {
        actDelayed(ENFORCER, address(token), abi.encodeCall(token.recover, (wallet(ALICE), wallet(THIEF))));
        same(token.balanceOf(wallet(THIEF)), 100_00, "taken");
        block_(idOf(ALICE));
        isFalse(token.canSend(wallet(THIEF)), "the thief can pay");

        uint256 renewed = 0xCC;
        actDelayed(ENFORCER, address(token), abi.encodeCall(token.recover, (wallet(THIEF), wallet(renewed))));
        act(ENFORCER, address(registry), abi.encodeCall(registry.unblockParticipant, (idOf(ALICE))));
        same(token.balanceOf(wallet(renewed)), 100_00, "hers again");
        pay(renewed, BAKER, 100_00);
    }

    function test_stolenForcer__takesCoins__isCancelledInTime() public {
        isCancelled(
            ENFORCER,
            address(token),
            abi.encodeCall(token.forcedTransfer, (wallet(ALICE), wallet(GROCER), 100_00))
        );

        same(token.balanceOf(wallet(ALICE)), 100_00, "as before");
    }

    /// @dev Even unseen it cannot reach what is locked for a bank file, nor pay a stranger; and force undoes force.
    function test_stolenForcer__whenNobodyCancels__isUndoneByForce() public {
        pay(ALICE, BAKER, 40_00);
        redeem(BAKER, 40_00);
        bytes memory locked =
            abi.encodeCall(token.forcedTransfer, (address(redemption), wallet(GROCER), 40_00));
        bytes memory stranger = abi.encodeCall(token.forcedTransfer, (wallet(ALICE), wallet(THIEF), 60_00));
        schedule(ENFORCER, address(token), locked);
        schedule(ENFORCER, address(token), stranger);
        actDelayed(
            ENFORCER,
            address(token),
            abi.encodeCall(token.forcedTransfer, (wallet(ALICE), wallet(GROCER), 60_00))
        );
        _refusesDue(
            locked,
            abi.encodeWithSelector(
                IERC7943Fungible.ERC7943CannotTransfer.selector, redemption, wallet(GROCER), 40_00
            )
        );
        _refusesDue(
            stranger, abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotReceive.selector, wallet(THIEF))
        );

        block_(idOf(GROCER));
        actDelayed(
            ENFORCER,
            address(token),
            abi.encodeCall(token.forcedTransfer, (wallet(GROCER), wallet(ALICE), 60_00))
        );
        same(token.balanceOf(wallet(ALICE)), 60_00, "hers again");
    }

    // ------------------------------------------------------------------ guardian

    /// @dev No delayed act comes through, not even its own dismissal; daily life goes on, and its rightful owner ends it.
    function test_stolenGuardian__cancelsEverything__stopsNoDailyLife() public {
        bytes memory dismissal =
            abi.encodeCall(manager.revokeRole, (roleIds["GUARDIAN"], address(officers[GUARDIAN])));
        isCancelled(ADMIN, address(manager), dismissal);
        isCancelled(ENFORCER, address(token), abi.encodeCall(token.recover, (wallet(ALICE), wallet(THIEF))));
        isCancelled(REGISTRAR, address(registry), _admission());
        _aDay();

        bytes memory leaving =
            abi.encodeCall(manager.renounceRole, (roleIds["GUARDIAN"], address(officers[GUARDIAN])));
        act(GUARDIAN, address(manager), leaving);
        bytes memory recovering = abi.encodeCall(token.recover, (wallet(ALICE), wallet(0xCC)));
        schedule(ENFORCER, address(token), recovering);
        bytes memory cancelling =
            abi.encodeCall(manager.cancel, (address(officers[ENFORCER]), address(token), recovering));
        refuses(
            GUARDIAN,
            address(manager),
            cancelling,
            abi.encodeWithSelector(
                IAccessManager.AccessManagerUnauthorizedCancel.selector,
                address(officers[GUARDIAN]),
                address(officers[ENFORCER]),
                address(token),
                token.recover.selector
            )
        );
        appoint(NEW_GUARDIAN, "GUARDIAN", 0);
    }

    /// @dev It holds nothing that could be taken by it.
    function test_stolenGuardian__actsAlone__hasNoPower() public {
        refusesRole(GUARDIAN, address(token), abi.encodeCall(token.pause, ()));
        refusesRole(GUARDIAN, address(budget), awardData(ALCANDER, BOB, 1));
        refusesRole(
            GUARDIAN, address(token), abi.encodeCall(token.forcedTransfer, (wallet(ALICE), wallet(GROCER), 1))
        );
    }

    // ------------------------------------------------------------------ admin

    function test_stolenAdmin__givesItselfEverything__isCancelledInTime() public {
        address thief = address(officers[ADMIN]);
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = budget.award.selector;
        isCancelled(
            ADMIN, address(manager), abi.encodeCall(manager.grantRole, (roleIds["TREASURER"], thief, 0))
        );
        isCancelled(
            ADMIN,
            address(manager),
            abi.encodeCall(manager.revokeRole, (roleIds["GUARDIAN"], address(officers[GUARDIAN])))
        );
        isCancelled(
            ADMIN,
            address(manager),
            abi.encodeCall(manager.setTargetFunctionRole, (address(budget), selectors, 0))
        );
        isCancelled(ADMIN, address(manager), abi.encodeCall(manager.setTargetClosed, (address(token), true)));

        refusesRole(ADMIN, address(budget), awardData(ALCANDER, BOB, 1));
        _aDay();
    }

    /// @dev An admin may cancel too, so delayed acts are stopped until the rightful owner gives the role up. With it the
    /// one account is gone for good: the second admin's key is why the city still has somebody who can appoint.
    function test_stolenAdmin__cancelsEverything__isEndedByItsOwner() public {
        bytes memory dismissal =
            abi.encodeCall(manager.revokeRole, (roleIds["ADMIN"], address(officers[ADMIN])));
        schedule(SECOND_ADMIN, address(manager), dismissal);
        cancel(ADMIN, SECOND_ADMIN, address(manager), dismissal);
        vm.warp(block.timestamp + DELAY);
        isGone(SECOND_ADMIN, address(manager), dismissal);
        _aDay();

        _renounceAdmin();
        _secondAdminAppoints();
    }

    /// @dev The thief throws the role away, at once: the same way out.
    function test_stolenAdmin__throwsTheRoleAway__leavesTheSecondAdmin() public {
        _renounceAdmin();
        _aDay();
        _secondAdminAppoints();
    }

    /// @dev Nobody looked for two days. Whatever roles it gives itself, its manager is fixed and minting keeps its limit;
    /// the pause still works until two more days have passed. This is the key to keep best.
    function test_stolenAdmin__whenNobodyCancels__canOnlyBePaused() public {
        bytes memory data =
            abi.encodeCall(manager.grantRole, (roleIds["TREASURER"], address(officers[ADMIN]), 0));
        bytes memory moving = abi.encodeCall(manager.updateAuthority, (address(token), address(escrow)));
        schedule(ADMIN, address(manager), moving);
        actDelayed(ADMIN, address(manager), data);
        vm.expectRevert(abi.encodeWithSelector(FixedAuthority.FixedAuthorityUnchangeable.selector));
        officers[ADMIN].carryOut(address(manager), moving);

        act(ADMIN, address(budget), awardData(STEUNPUNT, BOB, CAPACITY));
        refuses(ADMIN, address(budget), awardData(STEUNPUNT, BOB, 1), limitReached(STEUNPUNT, 1, 0));
        pauseAll();
        vm.warp(block.timestamp + WINDOW);
        refusesPaused(ADMIN, address(budget), awardData(STEUNPUNT, BOB, 1));
        same(token.balanceOf(wallet(BOB)), CAPACITY, "one bucket");
    }

    /// @dev The guardian is silent; the second admin is not.
    function test_stolenAdminAndGuardian__takeEverything__areCancelledByTheSecondAdmin() public {
        bytes memory data =
            abi.encodeCall(manager.grantRole, (roleIds["TREASURER"], address(officers[ADMIN]), 0));
        schedule(ADMIN, address(manager), data);
        cancel(SECOND_ADMIN, ADMIN, address(manager), data);
        vm.warp(block.timestamp + DELAY);

        isGone(ADMIN, address(manager), data);
    }

    // ------------------------------------------------------------------ deployer

    /// @dev Whoever deployed has given its role away.
    function test_stolenDeployer__afterTheHandOver__mayNothing() public {
        (bool admin,) = manager.hasRole(manager.ADMIN_ROLE(), address(this));
        isFalse(admin, "the deployer is admin");
        uint64 role = roleIds["TREASURER"];

        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerUnauthorizedAccount.selector, address(this), 0)
        );
        manager.grantRole(role, address(this), 0);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(this))
        );
        token.pause();
    }

    // ------------------------------------------------------------------ details

    /// @dev Work, a reward, a payment, a redemption and a payout: none of them waits for a delayed act.
    function _aDay() private {
        earn(BOB, 10_00);
        pay(BOB, BAKER, 10_00);
        RedemptionId[] memory lines = new RedemptionId[](1);
        lines[0] = redeem(BAKER, 10_00);
        BatchId next = BatchId.wrap(BatchId.unwrap(redemption.lastBatch()) + 1);
        close(next, lines);
        settle(next, new RedemptionId[](0));
    }

    function _renounceAdmin() private {
        act(ADMIN, address(manager), abi.encodeCall(manager.renounceRole, (0, address(officers[ADMIN]))));
        (bool admin,) = manager.hasRole(0, address(officers[ADMIN]));
        isFalse(admin, "the role is given up");
    }

    function _secondAdminAppoints() private {
        address account = _newAccount(NEW_ENFORCER);
        uint64 role = roleIds["ENFORCER"];
        actDelayed(SECOND_ADMIN, address(manager), abi.encodeCall(manager.grantRole, (role, account, 0)));
        (bool holds,) = manager.hasRole(role, account);
        isTrue(holds, "appointed");
    }

    function _admission() private view returns (bytes memory) {
        address[] memory shop = new address[](1);
        shop[0] = wallet(THIEF);
        return abi.encodeCall(registry.admitMerchants, (shop));
    }

    function _refusesDue(bytes memory data, bytes memory why) private {
        vm.expectRevert(why);
        officers[ENFORCER].carryOut(address(token), data);
    }
}
