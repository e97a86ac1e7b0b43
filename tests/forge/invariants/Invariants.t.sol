// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {budgetIdOf} from "../../../contracts/types/Ids.sol";
import {Checks} from "./Checks.sol";

/// @dev What holds after every act, numbered as in docs (design, section Contracts). Each function is a campaign of its
/// own: fresh runs of random acts. An act that succeeds or fails against the books stops any of them; so do an edge that
/// no claim has (17), a grant that is not covered (16), a move that the rules forbid (9), a transfer that does not do what
/// canTransfer told (10) and an authorisation that counts twice (15), which are looked at where they happen. How many acts
/// that makes, at the least, is a number in tests/setup/test_invariant_calls.py.
/// forge-config: default.invariant.fail-on-revert = true
/// forge-config: default.invariant.runs = 112
/// forge-config: default.invariant.depth = 128
/// forge-config: prove.invariant.fail-on-revert = true
/// forge-config: prove.invariant.runs = 286
/// forge-config: prove.invariant.depth = 500
contract InvariantsTest is Checks {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(this);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(this), acts());
    }

    // ------------------------------------------------------------------ coins

    /// @dev 1 and 2, and 7: coins are those that a partner's signature, the arbiter or the treasurer made, less those
    /// that were burned, and each lies where the books say.
    function invariant_coins__areThoseThatWereMadeAndNotBurned() external view {
        _checkCoins();
    }

    /// @dev 8, 14 and 19: whoever has coins is a participant with that wallet now, or the redemption.
    function invariant_wallets__holdCoinsOnlyIfBound() external view {
        _checkWallets();
    }

    /// @dev 11: while paused, only what the enforcer forces moves.
    function invariant_pause__letsNothingMove() external view {
        _checkPause();
    }

    // ------------------------------------------------------------------ promises

    /// @dev 3, 4 and 19.
    function invariant_budgets__coverWhatIsPromised() external view {
        _checkBudgets();
    }

    /// @dev 5: every slot is open, active, paid or released.
    function invariant_jobs__accountForEverySlot() external view {
        _checkJobs();
    }

    /// @dev 6 and 17.
    function invariant_claims__arePaidOnceAtMost() external view {
        _checkClaims();
    }

    // ------------------------------------------------------------------ redemption

    /// @dev 12 and 13.
    function invariant_redemption__holdsWhatIsOwed() external view {
        _checkRedemption();
    }

    // ------------------------------------------------------------------ the end

    /// @dev 18: whatever happened, time and the arbiter alone bring every job's reservation to nothing.
    function afterInvariant() external {
        _bringToAnEnd();

        for (uint256 i = 0; i < partners.length; ++i) {
            for (uint32 period = PERIOD; period <= LAST_PERIOD; ++period) {
                same(budget.budget(budgetIdOf(partners[i].id, period)).reserved, 0, "reserved at the end");
            }
        }
        _checkAll();
    }

    // ------------------------------------------------------------------ the suite itself

    /// @dev forge prints it: how often an act worked and was refused.
    event log_named_string(string name, string times); // forge-lint: disable-line

    /// @dev The invariants are worth what the acts reach: over a long run each has worked and has been refused.
    function test_handler__overALongRun__reachesEveryAct() external {
        bytes4[] memory list = acts();
        for (uint256 i = 0; i < 2700; ++i) {
            uint256 dice = uint256(keccak256(abi.encode("a long run", i)));
            (bool ok, bytes memory why) =
                address(this).call(abi.encodeWithSelector(list[dice % list.length], dice));
            if (!ok) revert Refused("an act of the long run", why);
            if (i % 200 == 0) _checkAll();
        }
        _bringToAnEnd();
        _checkAll();

        _requireReached();
    }

    /// @dev "approve spender" cannot be refused; what is never allowed is only refused.
    function _requireReached() private {
        string[44] memory both = [
            "admitResidents",
            "admitAssociations",
            "admitPartner",
            "removeSigner",
            "blockParticipant",
            "unblockParticipant",
            "blockPartner",
            "unblockPartner",
            "setFrozenTokens",
            "pause",
            "unpause",
            "schedule",
            "cancel",
            "admitMerchants",
            "addSigner",
            "setMintLimit",
            "recover",
            "forcedTransfer",
            "attestReserve",
            "grant",
            "closeBudget",
            "award",
            "postJob",
            "closeJob",
            "claim",
            "withdraw",
            "submit",
            "lapse",
            "releaseOpenSlots",
            "approve",
            "approve again",
            "reject",
            "dispute",
            "award a claim",
            "deny a claim",
            "escalate",
            "finaliseRejection",
            "pay",
            "pay again",
            "cancelAuthorization",
            "transfer",
            "transferFrom",
            "redeem",
            "close"
        ];
        for (uint256 i = 0; i < both.length; ++i) {
            string memory times =
                string.concat(vm.toString(done[both[i]]), " / ", vm.toString(refused[both[i]]));
            emit log_named_string(both[i], times);
        }
        for (uint256 i = 0; i < both.length; ++i) {
            isTrue(done[both[i]] != 0, string.concat("never worked: ", both[i]));
            isTrue(refused[both[i]] != 0, string.concat("never refused: ", both[i]));
        }
        isTrue(done["settle"] != 0 && refused["settle"] != 0, "settle");
        isTrue(done["release"] != 0 && refused["release"] != 0, "release");
        isTrue(done["claim approved"] != 0, "never approved");
        isTrue(done["skip by limit"] != 0, "never skipped by the mint limit");
        isTrue(done["skip blocked"] != 0, "never skipped for a blocked payee");
        isTrue(refused["directly"] != 0, "never tried directly");
        isTrue(refused["order sent again"] != 0, "no order was sent again");
        isTrue(refused["redeem past the redemption"] != 0, "never redeemed past the redemption");
    }
}
