// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {ClaimState, IJobEscrow} from "../../contracts/interfaces/IJobEscrow.sol";
import {IERC7943Fungible} from "../../contracts/interfaces/IERC7943Fungible.sol";
import {IHeitjeToken} from "../../contracts/interfaces/IHeitjeToken.sol";
import {BatchId, ClaimId, RedemptionId} from "../../contracts/types/Ids.sol";
import {Sign} from "./base/Sign.sol";
import {Thief} from "./base/Thief.sol";

/// @dev What a thief can do with the key of one wallet, and with the master key that opens all of them. The grocer is in
/// it: a merchant whom the registrar admitted and who has a bank account. See docs/stolen-keys.md.
contract StolenKeysWalletsTest is Thief {
    uint256 private constant THIEF = 0xBAD;

    // Wallets that a new master key makes.
    uint256 private constant NEW_ALICE = 0xC1C1;
    uint256 private constant NEW_BOB = 0xC2C2;
    uint256 private constant NEW_BAKER = 0xD1D1;
    uint256 private constant NEW_CHOIR = 0xE1E1;

    /// @dev Alice 300.00, Bob 80.00 of which 30.00 are frozen, the baker 50.00, the choir 20.00.
    function setUp() public override {
        super.setUp();
        earn(ALICE, 220_00);
        earn(ALICE, 150_00);
        earn(BOB, 80_00);
        pay(ALICE, BAKER, 50_00);
        pay(ALICE, CHOIR, 20_00);
        act(ENFORCER, address(token), abi.encodeCall(token.setFrozenTokens, (wallet(BOB), 30_00)));
    }

    // ------------------------------------------------------------------ one wallet

    /// @dev Only to shops and associations; what was not spent when it was noticed is in the new wallet two days later.
    function test_stolenResidentsKey__doesItsWorst__spendsItsOwnBalance() public {
        pay(ALICE, GROCER, 100_00);
        _refusesPayment(
            ALICE,
            wallet(BOB),
            abi.encodeWithSelector(
                IERC7943Fungible.ERC7943CannotTransfer.selector, wallet(ALICE), wallet(BOB), 1
            )
        );
        _refusesPayment(
            ALICE,
            wallet(THIEF),
            abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotReceive.selector, wallet(THIEF))
        );

        block_(idOf(ALICE));
        _refusesPayment(
            ALICE,
            wallet(GROCER),
            abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotSend.selector, wallet(ALICE))
        );
        _recover(ALICE, NEW_ALICE);
        act(ENFORCER, address(registry), abi.encodeCall(registry.unblockParticipant, (idOf(ALICE))));
        same(token.balanceOf(wallet(NEW_ALICE)), 200_00, "what was not spent");
        _refusesPayment(
            ALICE,
            wallet(GROCER),
            abi.encodeWithSelector(IHeitjeToken.HeitjeTokenReplacedWallet.selector, wallet(ALICE))
        );
    }

    /// @dev Redeemed coins go to the merchant's own bank account; refunds go to residents and associations.
    function test_stolenMerchantsKey__doesItsWorst__refundsItsOwnBalance() public {
        pay(BAKER, BOB, 30_00);
        RedemptionId line = redeem(BAKER, 20_00);
        isTrue(redemption.lineOf(line).merchant == idOf(BAKER), "the line is the baker's");

        same(token.balanceOf(wallet(BAKER)), 0, "there is no more");
        pay(BOB, GROCER, 30_00);
        same(token.balanceOf(wallet(GROCER)), 30_00, "lost if nobody forces it back");
    }

    function test_stolenAssociationsKey__doesItsWorst__spendsItsOwnBalance() public {
        pay(CHOIR, GROCER, 20_00);
        _refusesPayment(
            CHOIR,
            wallet(BOB),
            abi.encodeWithSelector(
                IERC7943Fungible.ERC7943CannotTransfer.selector, wallet(CHOIR), wallet(BOB), 1
            )
        );
        same(token.balanceOf(wallet(CHOIR)), 0, "there is no more");
    }

    // ------------------------------------------------------------------ all wallets

    /// @dev Everything that is not frozen, in two steps, to a merchant who is in it; nothing is made, nothing leaves.
    function test_stolenMasterKey__doesItsWorst__movesWhatIsNotFrozen() public {
        uint256 supply = token.totalSupply();
        _sweep();

        same(token.balanceOf(wallet(GROCER)), supply - 30_00, "all but what is frozen");
        same(token.totalSupply(), supply, "supply");
        _refusesPayment(
            GROCER,
            wallet(THIEF),
            abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotReceive.selector, wallet(THIEF))
        );
        redeem(GROCER, 100_00);
        same(token.balanceOf(address(redemption)), 100_00, "locked: euros take the settlement officer");
    }

    /// @dev Noticed before the next payout. Two days later everybody has a new wallet under a new master key and every
    /// cent in it, also what the grocer had locked.
    function test_stolenMasterKey__whenPausedInTime__everyCentIsGivenBack() public {
        _sweep();
        RedemptionId[] memory locked = new RedemptionId[](1);
        locked[0] = redeem(GROCER, 200_00);

        pauseAll();
        _refusesPayment(GROCER, wallet(ALICE), abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        bytes[] memory acts = _givingBack();
        for (uint256 i = 0; i < acts.length; ++i) {
            schedule(ENFORCER, address(token), acts[i]);
        }
        // Refused as a whole: nothing is burned, so it works while paused.
        close(BatchId.wrap(1), locked);
        settle(BatchId.wrap(1), locked);
        vm.warp(block.timestamp + DELAY);
        _carryOut(acts, 0, 5);

        // What is released comes to a frozen wallet. Frozen now: emptying it by force lifted any freeze before.
        bytes memory freezing = abi.encodeCall(token.setFrozenTokens, (wallet(GROCER), type(uint256).max));
        act(ENFORCER, address(token), freezing);
        unpauseAll();
        redemption.release(locked[0]);
        _refusesPayment(
            GROCER,
            wallet(NEW_ALICE),
            abi.encodeWithSelector(
                IERC7943Fungible.ERC7943InsufficientUnfrozenBalance.selector, wallet(GROCER), 1, 0
            )
        );
        _carryOut(acts, 5, acts.length);

        same(token.balanceOf(wallet(GROCER)), 0, "the grocer");
        same(token.balanceOf(wallet(NEW_ALICE)), 300_00, "Alice");
        same(token.balanceOf(wallet(NEW_BOB)), 80_00, "Bob");
        same(token.getFrozenTokens(wallet(NEW_BOB)), 30_00, "what of Bob's was frozen");
        same(token.balanceOf(wallet(NEW_BAKER)), 50_00, "the baker");
        same(token.balanceOf(wallet(NEW_CHOIR)), 20_00, "the choir");
        _refusesPayment(
            ALICE,
            wallet(GROCER),
            abi.encodeWithSelector(IHeitjeToken.HeitjeTokenReplacedWallet.selector, wallet(ALICE))
        );
    }

    /// @dev It signs for residents: claims that are not submitted are given back; what is submitted stays.
    function test_stolenMasterKey__givesClaimsBack__touchesNoSubmittedWork() public {
        ClaimId begun = claim(post(10_00, 1), ALICE, 10_00);
        ClaimId done = submitted(post(10_00, 1), ALICE, 10_00);
        withdraw(begun, ALICE);
        bytes memory signature = signed(ALICE, address(escrow), Sign.withdraw(done, FAR));
        vm.expectRevert(
            abi.encodeWithSelector(IJobEscrow.JobEscrowUnexpectedState.selector, done, ClaimState.Submitted)
        );
        escrow.withdraw(done, FAR, signature);

        stateIs(begun, ClaimState.Withdrawn);
        approve(done);
        stateIs(done, ClaimState.Approved);
    }

    // ------------------------------------------------------------------ details

    function _sweep() private {
        pay(ALICE, GROCER, 300_00);
        pay(BOB, GROCER, 50_00);
        pay(CHOIR, GROCER, 20_00);
        pay(BAKER, ALICE, 50_00);
        pay(ALICE, GROCER, 50_00);
    }

    /// @dev New wallets, what the grocer has left, and then what the grocer had locked.
    function _givingBack() private view returns (bytes[] memory acts) {
        acts = new bytes[](9);
        acts[0] = _recovery(ALICE, NEW_ALICE);
        acts[1] = _recovery(BOB, NEW_BOB);
        acts[2] = _recovery(BAKER, NEW_BAKER);
        acts[3] = _recovery(CHOIR, NEW_CHOIR);
        acts[4] = _forcing(GROCER, NEW_ALICE, 220_00);
        acts[5] = _forcing(GROCER, NEW_ALICE, 80_00);
        acts[6] = _forcing(GROCER, NEW_BOB, 50_00);
        acts[7] = _forcing(GROCER, NEW_BAKER, 50_00);
        acts[8] = _forcing(GROCER, NEW_CHOIR, 20_00);
    }

    function _carryOut(bytes[] memory acts, uint256 from, uint256 to) private {
        for (uint256 i = from; i < to; ++i) {
            officers[ENFORCER].carryOut(address(token), acts[i]);
        }
    }

    function _recover(uint256 old, uint256 renewed) private {
        actDelayed(ENFORCER, address(token), _recovery(old, renewed));
    }

    function _recovery(uint256 old, uint256 renewed) private view returns (bytes memory) {
        return abi.encodeCall(token.recover, (wallet(old), wallet(renewed)));
    }

    function _forcing(uint256 from, uint256 to, uint256 cents) private view returns (bytes memory) {
        return abi.encodeCall(token.forcedTransfer, (wallet(from), wallet(to), cents));
    }

    function _refusesPayment(uint256 from, address to, bytes memory why) private {
        bytes32 nonce = fresh();
        bytes32 hash = Sign.authorization("TransferWithAuthorization", wallet(from), to, 1, 0, FAR, nonce);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(from, Sign.digest(address(token), hash));
        vm.expectRevert(why);
        token.transferWithAuthorization(wallet(from), to, 1, 0, FAR, nonce, v, r, s);
    }
}
