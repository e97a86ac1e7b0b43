// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ClaimState} from "../../../contracts/interfaces/IJobEscrow.sol";
import {ParticipantKind} from "../../../contracts/interfaces/IParticipantRegistry.sol";
import {LineState} from "../../../contracts/interfaces/IRedemption.sol";
import {Reward} from "../../../contracts/interfaces/IRewardBudget.sol";
import {BatchId, ParticipantId, RedemptionId, ClaimId, JobId} from "../../../contracts/types/Ids.sol";
import {BudgetActs} from "./BudgetActs.sol";
import {ClaimActs} from "./ClaimActs.sol";
import {DelayedActs} from "./DelayedActs.sol";
import {JobActs} from "./JobActs.sol";
import {PeopleActs} from "./PeopleActs.sol";
import {RedemptionActs} from "./RedemptionActs.sol";

/// @dev A city in which anything can happen, in any order: all acts together, and how often each is tried.
abstract contract CityHandler is PeopleActs, DelayedActs, BudgetActs, JobActs, ClaimActs, RedemptionActs {
    uint64 private constant _FIRST_RESERVE = 200_000_00;
    uint64 private constant _FIRST_GRANT = 10_000_00;
    uint64 private constant _FIRST_COINS = 200_00;

    function setUp() public virtual override {
        super.setUp();
        _openBooks();

        attest(_FIRST_RESERVE);
        (attested, attestedAt) = (_FIRST_RESERVE, block.timestamp);
        for (uint256 i = 0; i < partners.length; ++i) {
            for (uint32 period = PERIOD; period <= LAST_PERIOD; ++period) {
                ParticipantId id = partners[i].id;
                act(
                    TREASURER,
                    address(budget),
                    abi.encodeCall(budget.grant, (id, period, _FIRST_GRANT, fresh()))
                );
                purses[i][period].granted = _FIRST_GRANT;
            }
        }
        _firstCoins(ALICE, BAKER);
        _firstCoins(BOB, GROCER);
    }

    /// @dev Whoever calls directly what is for officers, for the budget, the redemption, the escrow or the token.
    function strangerTriesDirectly(uint256 dice) external rolls(dice) {
        (address target, bytes memory data) = _forbidden(roll(12));
        // Nobody may, not even an officer's own key: only the officer's account, by signature.
        uint256[4] memory keys = [STRANGER, TREASURER, people[roll(people.length)].key, PARTNER_KEY];
        address from = rarely(3) ? SENDER : wallet(keys[roll(4)]);

        _attempt("directly", from, target, data, false);
    }

    /// @dev What is named twice is tried twice as often.
    function acts() internal pure returns (bytes4[] memory list) {
        bytes4[48] memory all = [
            this.serviceAdmitsResident.selector,
            this.registrarAdmitsAssociation.selector,
            this.registrarAdmitsPartner.selector,
            this.registrarRemovesSigner.selector,
            this.enforcerBlocksPerson.selector,
            this.enforcerUnblocksPerson.selector,
            this.partnersApprovalIsSentAgain.selector,
            this.enforcerBlocksOrUnblocksPartner.selector,
            this.enforcerFreezes.selector,
            this.enforcerPauses.selector,
            this.enforcerUnpauses.selector,
            this.enforcerUnpauses.selector,
            this.timePasses.selector,
            this.timePasses.selector,
            this.registrarPlansMerchant.selector,
            this.registrarPlansSigner.selector,
            this.treasurerPlansLimit.selector,
            this.enforcerPlansRecovery.selector,
            this.enforcerPlansForce.selector,
            this.guardianCancels.selector,
            this.anyoneCarriesOut.selector,
            this.anyoneCarriesOut.selector,
            this.auditorAttests.selector,
            this.treasurerGrants.selector,
            this.treasurerClosesBudget.selector,
            this.treasurerAwards.selector,
            this.partnerPosts.selector,
            this.partnerPosts.selector,
            this.partnerClosesJob.selector,
            this.residentsClaim.selector,
            this.residentsClaim.selector,
            this.residentWithdraws.selector,
            this.residentsSubmit.selector,
            this.residentsSubmit.selector,
            this.anyoneLapses.selector,
            this.anyoneReleasesOpenSlots.selector,
            this.partnerApproves.selector,
            this.partnersApprovalIsSentAgain.selector,
            this.partnerRejects.selector,
            this.residentDisputes.selector,
            this.arbiterDecides.selector,
            this.anyoneEscalates.selector,
            this.anyoneFinalisesRejection.selector,
            this.holderPays.selector,
            this.paymentIsSentAgain.selector,
            this.holderCancelsPayment.selector,
            this.holderTransfers.selector,
            this.spenderTransfers.selector
        ];
        bytes4[13] memory rest = [
            this.partnerPosts.selector,
            this.residentsClaim.selector,
            this.partnerApproves.selector,
            this.holderPays.selector,
            this.merchantRedeems.selector,
            this.merchantRedeems.selector,
            this.merchantRedeems.selector,
            this.settlementCloses.selector,
            this.settlementCloses.selector,
            this.settlementSettles.selector,
            this.settlementSettles.selector,
            this.anyoneReleases.selector,
            this.strangerTriesDirectly.selector
        ];
        list = new bytes4[](all.length + rest.length);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = i < all.length ? all[i] : rest[i - all.length];
        }
    }

    // ------------------------------------------------------------------ the end

    /// @dev Time passes; the arbiter decides what is disputed; everything else anyone may do. No partner and no resident
    /// takes part, and whoever is blocked stays blocked.
    function _bringToAnEnd() internal {
        while (standsStill) {
            _unpause();
        }
        vm.warp(block.timestamp + 450 days);
        for (uint256 i = 1; i < works.length; ++i) {
            if (works[i].state == ClaimState.Claimed) _lapse(i);
            if (works[i].state == ClaimState.Submitted) _escalate(i);
            if (works[i].state == ClaimState.Rejected) _finalise(i);
            bool award = i % 2 == 0 && !people[works[i].resident].blocked;
            while (works[i].state == ClaimState.Disputed) {
                _decide(i, award);
            }
        }
        for (uint256 i = 1; i < posts.length; ++i) {
            if (posts[i].open != 0) _releaseOpenSlots(i);
        }
    }

    // ------------------------------------------------------------------ details

    /// @dev What {City} has set up.
    function _openBooks() private {
        _enrol(ALICE, ParticipantKind.Resident);
        _enrol(BOB, ParticipantKind.Resident);
        _enrol(BAKER, ParticipantKind.Merchant);
        _enrol(GROCER, ParticipantKind.Merchant);
        _enrol(CHOIR, ParticipantKind.Association);
        uint256[2] memory keys = [PARTNER_KEY, OTHER_PARTNER_KEY];
        for (uint256 i = 0; i < keys.length; ++i) {
            _enrolPartner(i == 0 ? ALCANDER : STEUNPUNT);
            partners[i].keys.push(keys[i]);
            signs[i][keys[i]] = true;
            _setLimit(i, 5_000_00, 1 days);
        }

        // What does not exist.
        posts.push();
        posts[0].id = JobId.wrap("nothing");
        works.push();
        works[0].id = ClaimId.wrap("nothing");
        locks.push(Lock(RedemptionId.wrap("nothing"), "nothing", 0, 0, 0, LineState.None));
        payouts.push();
    }

    /// @dev So that there is something to spend and to redeem from the first act on.
    function _firstCoins(uint256 resident, uint256 merchant) private {
        ParticipantId id = idOf(resident);
        bytes memory data =
            abi.encodeCall(budget.award, (ALCANDER, PERIOD, id, 2 * _FIRST_COINS, "first", fresh()));
        act(TREASURER, address(budget), data);
        purses[0][PERIOD].minted += 2 * _FIRST_COINS;
        mintedByTreasurer += 2 * _FIRST_COINS;
        _useLimit(0, 2 * _FIRST_COINS);
        held[wallet(resident)] = 2 * _FIRST_COINS;

        pay(resident, merchant, _FIRST_COINS);
        _move(wallet(resident), wallet(merchant), _FIRST_COINS);
    }

    function _forbidden(uint256 which) private view returns (address target, bytes memory data) {
        address to = people[0].wallet;
        ParticipantId partner = partners[0].id;
        if (which == 0) return (address(token), abi.encodeCall(token.mint, (people[0].id, 1)));
        if (which == 1) return (address(token), abi.encodeCall(token.burn, (0)));
        if (which == 2) return (address(token), abi.encodeCall(token.forcedTransfer, (to, to, 0)));
        if (which == 3) return (address(token), abi.encodeCall(token.recover, (to, address(0xDEAD))));
        if (which == 4) return (address(registry), abi.encodeCall(registry.replaceWallet, (to, address(1))));
        if (which == 5) return (address(budget), abi.encodeCall(budget.reserve, (partner, PERIOD, 1, 1)));
        if (which == 6) return (address(budget), abi.encodeCall(budget.release, (partner, PERIOD, 0)));
        if (which == 7) {
            return (address(budget), abi.encodeCall(budget.reward, (partner, new Reward[](0), false)));
        }
        if (which == 8) {
            bytes memory award = abi.encodeCall(
                budget.award, (partner, PERIOD, people[0].id, 1, bytes32(0), keccak256("an id"))
            );
            return (address(budget), award);
        }
        if (which == 9) return (address(token), abi.encodeCall(token.pause, ()));
        RedemptionId[] memory none = new RedemptionId[](0);
        if (which == 10) {
            BatchId last = BatchId.wrap(uint32(payouts.length - 1));
            return (address(redemption), abi.encodeCall(redemption.settle, (last, none)));
        }
        ClaimId claim_ = works[works.length - 1].id;
        return (address(escrow), abi.encodeCall(escrow.decide, (claim_, true, 1, bytes32(0))));
    }
}
