// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IERC7943Fungible} from "../../contracts/interfaces/IERC7943Fungible.sol";
import {IHeitjeToken} from "../../contracts/interfaces/IHeitjeToken.sol";
import {IOfficerAccount} from "../../contracts/interfaces/IOfficerAccount.sol";
import {
    IParticipantRegistry,
    ParticipantKind,
    ParticipantStatus
} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {ParticipantId} from "../../contracts/types/Ids.sol";
import {City} from "./base/City.sol";
import {Events} from "./base/Events.sol";

/// @dev A lost wallet is replaced: id, balance and freeze go together, and the old wallet is worth nothing.
contract HeitjeRecoveryTest is City, Events {
    uint256 private constant CAROL = 0xC3; // Alice's next wallet
    uint256 private constant DAVE = 0xC4; // and the one after
    address private constant STRANGER = address(0x57A);

    function setUp() public override {
        super.setUp();
        vm.prank(address(budget));
        token.mint(idOf(ALICE), 10_00);
    }

    function testFuzz_recover__whenDue__movesBalanceAndFreezeTogether(uint256 frozen) public {
        frozen = between(frozen, 1, 20_00);
        vm.prank(address(officers[ENFORCER]));
        token.setFrozenTokens(wallet(ALICE), frozen);
        bytes memory data = _scheduled(wallet(ALICE), wallet(CAROL));

        watch();
        officers[ENFORCER].carryOut(address(token), data);

        _sawCarriedOut(data);
        saw(address(registry));
        emit IParticipantRegistry.WalletReplaced(idOf(ALICE), wallet(ALICE), wallet(CAROL));
        saw(address(token));
        emit IERC7943Fungible.Frozen(wallet(ALICE), 0);
        emit IERC7943Fungible.Frozen(wallet(CAROL), frozen);
        emit IERC20.Transfer(wallet(ALICE), wallet(CAROL), 10_00);
        emit IHeitjeToken.Recovered(idOf(ALICE), wallet(ALICE), wallet(CAROL), 10_00);
        sawNothingElse();
        _holds(CAROL, 10_00, frozen);
        _holds(ALICE, 0, 0);
        same(token.totalSupply(), 10_00, "sum");
        isTrue(registry.participantOf(wallet(CAROL)) == idOf(ALICE), "the id stays");
    }

    function test_recover__whenNothingIsFrozenOrHeld__tellsSo() public {
        bytes memory data = _scheduled(wallet(BOB), wallet(CAROL));

        watch();
        officers[ENFORCER].carryOut(address(token), data);

        _sawCarriedOut(data);
        saw(address(registry));
        emit IParticipantRegistry.WalletReplaced(idOf(BOB), wallet(BOB), wallet(CAROL));
        saw(address(token));
        emit IERC20.Transfer(wallet(BOB), wallet(CAROL), 0);
        emit IHeitjeToken.Recovered(idOf(BOB), wallet(BOB), wallet(CAROL), 0);
        sawNothingElse();
    }

    function test_recover__whenTwice__keepsTheIdAndTheCoins() public {
        _recover(ALICE, CAROL);
        _recover(CAROL, DAVE);
        _holds(DAVE, 10_00, 0);
        _holds(CAROL, 0, 0);
        _holds(ALICE, 0, 0);
        isTrue(registry.participantOf(wallet(DAVE)) == idOf(ALICE), "the id stays");

        // Pay-out by id finds the wallet of the day.
        vm.prank(address(budget));
        isTrue(token.mint(idOf(ALICE), 1_00), "minted");
        _holds(DAVE, 11_00, 0);
    }

    function test_recover__forEveryKindWithAWallet__movesTheCoins() public {
        vm.startPrank(wallet(ALICE));
        token.transfer(wallet(BAKER), 3_00);
        token.transfer(wallet(CHOIR), 4_00);
        vm.stopPrank();
        _recover(BAKER, CAROL);
        _recover(CHOIR, DAVE);
        _holds(CAROL, 3_00, 0);
        _holds(DAVE, 4_00, 0);
        vm.prank(wallet(DAVE));
        token.transfer(wallet(CAROL), 4_00);
        _holds(CAROL, 7_00, 0);
    }

    function test_recover__whilePaused__movesTheCoins() public {
        vm.prank(address(officers[ENFORCER]));
        token.pause();
        _recover(ALICE, CAROL);
        _holds(CAROL, 10_00, 0);
    }

    function test_recover__whenBlocked__staysBlocked() public {
        vm.prank(address(officers[ENFORCER]));
        registry.blockParticipant(idOf(ALICE), 1);
        _recover(ALICE, CAROL);

        _holds(CAROL, 10_00, 0);
        (ParticipantKind kind, ParticipantStatus status) = registry.standingOf(wallet(CAROL));
        isTrue(kind == ParticipantKind.Resident && status == ParticipantStatus.Blocked, "still blocked");
        vm.prank(wallet(CAROL));
        vm.expectRevert(_cannotSend(wallet(CAROL)));
        token.transfer(wallet(BAKER), 1);
    }

    /// @dev Whoever found the old key can neither pay, nor be paid, nor use what the old wallet allowed.
    function test_recover__makesTheOldWalletWorthless() public {
        vm.prank(wallet(ALICE));
        token.approve(STRANGER, 10_00);
        _recover(ALICE, CAROL);

        vm.prank(STRANGER);
        vm.expectRevert(_cannotSend(wallet(ALICE)));
        token.transferFrom(wallet(ALICE), wallet(BAKER), 1);
        vm.prank(STRANGER);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, STRANGER, 0, 1)
        );
        token.transferFrom(wallet(CAROL), wallet(BAKER), 1);
        vm.prank(wallet(ALICE));
        vm.expectRevert(_cannotSend(wallet(ALICE)));
        token.transfer(wallet(BAKER), 0);

        vm.prank(wallet(CAROL));
        token.transfer(wallet(BAKER), 5_00);
        vm.prank(wallet(BAKER));
        vm.expectRevert(abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotReceive.selector, wallet(ALICE)));
        token.transfer(wallet(ALICE), 1);
    }

    function test_recover__whenOldWalletIsNobodysNow__reverts() public {
        _recover(ALICE, CAROL);
        address[5] memory nobodys = [
            wallet(ALICE), STRANGER, address(0), address(redemption), address(ParticipantId.unwrap(ALCANDER))
        ];
        for (uint256 i = 0; i < nobodys.length; ++i) {
            _refuses(
                nobodys[i],
                wallet(DAVE),
                abi.encodeWithSelector(
                    IParticipantRegistry.ParticipantRegistryUnknownWallet.selector, nobodys[i]
                )
            );
        }
    }

    function test_recover__whenNewWalletWasEverBound__reverts() public {
        _recover(ALICE, CAROL);
        address[5] memory bound = [
            wallet(ALICE), wallet(CAROL), wallet(BOB), wallet(BAKER), address(ParticipantId.unwrap(ALCANDER))
        ];
        for (uint256 i = 0; i < bound.length; ++i) {
            _refuses(
                wallet(CAROL),
                bound[i],
                abi.encodeWithSelector(IParticipantRegistry.ParticipantRegistryWalletBound.selector, bound[i])
            );
        }
        _holds(CAROL, 10_00, 0);
    }

    function test_recover__whenNewWalletIsZeroOrCode__reverts() public {
        address[3] memory invalid = [address(0), address(redemption), address(escrow)];
        for (uint256 i = 0; i < invalid.length; ++i) {
            _refuses(
                wallet(ALICE),
                invalid[i],
                abi.encodeWithSelector(
                    IParticipantRegistry.ParticipantRegistryInvalidWallet.selector, invalid[i]
                )
            );
        }
    }

    // ------------------------------------------------------------------ details

    function _scheduled(address oldWallet, address newWallet) private returns (bytes memory data) {
        data = abi.encodeCall(token.recover, (oldWallet, newWallet));
        schedule(ENFORCER, address(token), data);
        vm.warp(block.timestamp + DELAY);
    }

    function _recover(uint256 oldKey, uint256 newKey) private {
        bytes memory data = _scheduled(wallet(oldKey), wallet(newKey));
        officers[ENFORCER].carryOut(address(token), data);
    }

    function _refuses(address oldWallet, address newWallet, bytes memory refusal) private {
        bytes memory data = _scheduled(oldWallet, newWallet);
        vm.expectRevert(refusal);
        officers[ENFORCER].carryOut(address(token), data);
    }

    function _sawCarriedOut(bytes memory data) private {
        saw(address(officers[ENFORCER]));
        emit IOfficerAccount.CarriedOut(address(token), token.recover.selector, data);
        saw(address(manager));
        emit IAccessManager.OperationExecuted(
            manager.hashOperation(address(officers[ENFORCER]), address(token), data), 1
        );
    }

    function _holds(uint256 key, uint256 cents, uint256 frozen) private view {
        same(token.balanceOf(wallet(key)), cents, "balance");
        same(token.getFrozenTokens(wallet(key)), frozen, "frozen");
    }

    function _cannotSend(address account) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotSend.selector, account);
    }
}
