// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {
    ClaimState,
    IJobEscrow,
    JobTerms,
    PartnerSignature,
    SkipReason
} from "../../contracts/interfaces/IJobEscrow.sol";
import {IParticipantRegistry, ParticipantKind} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {ClaimId, JobId, budgetIdOf} from "../../contracts/types/Ids.sol";
import {Jobs} from "./base/Jobs.sol";
import {Sign} from "./base/Sign.sol";

/// @dev The partner's signature becomes coins: many claims under one signature, each paid once. Skips for want of a mint
/// limit are in MintLimit.t.sol too.
contract ApprovalsTest is Jobs {
    // ------------------------------------------------------------------ one claim

    function test_approve__submittedClaim__mintsReward() public {
        JobId job = post(100_00, 2);
        ClaimId id = submitted(job, ALICE, 100_00);
        PartnerSignature memory by = byPartner(Sign.approve(ALCANDER, list(id), FAR));
        watch();
        escrow.approve(ALCANDER, list(id), by);
        saw(address(token));
        emit IERC20.Transfer(address(0), wallet(ALICE), 100_00);
        saw(address(escrow));
        emit IJobEscrow.ClaimApproved(id, 100_00);
        sawNothingElse();

        stateIs(id, ClaimState.Approved);
        slotsAre(job, 1, 0, 1);
        budgetIs(budgetIdOf(ALCANDER, PERIOD), GRANTED, 100_00, 100_00, false);
        same(budget.outstanding(), 2 * GRANTED - 100_00, "outstanding");
        same(token.balanceOf(wallet(ALICE)), 100_00, "balance");
        same(token.totalSupply(), 100_00, "supply");
    }

    function testFuzz_approve__ofLess__paysItAndReleasesRest(uint48 cents) public {
        cents = uint48(between(cents, 1, 100_00));
        JobId job = post(100_00, 2);

        approve(submitted(job, ALICE, cents));

        same(token.balanceOf(wallet(ALICE)), cents, "balance");
        slotsAre(job, 1, 0, 1);
        budgetIs(budgetIdOf(ALCANDER, PERIOD), GRANTED, 100_00, cents, false);
    }

    /// @dev The claim holds who is paid, not where: a lost wallet costs nobody a reward.
    function test_approve__afterRecover__paysNewWallet() public {
        ClaimId id = submitted(post(100_00, 1), ALICE, 100_00);
        address newWallet = wallet(0xC11);
        actDelayed(ENFORCER, address(token), abi.encodeCall(token.recover, (wallet(ALICE), newWallet)));

        approve(id);

        same(token.balanceOf(newWallet), 100_00, "new wallet");
        same(token.balanceOf(wallet(ALICE)), 0, "old wallet");
    }

    /// @dev A partner that comes late, but before anybody brought the claim to the arbiter, may still pay.
    function test_approve__afterDecisionWindow__stillPays() public {
        ClaimId id = submitted(post(100_00, 1), ALICE, 100_00);
        vm.warp(block.timestamp + 60 days);

        approve(id);

        stateIs(id, ClaimState.Approved);
    }

    // ------------------------------------------------------------------ many claims

    function test_approve__manyOfSeveralJobs__paysGoodAndSkipsBad() public {
        (JobId one, JobId other) = (post(100_00, 3), post(50_00, 3));
        ClaimId[] memory claims = new ClaimId[](7);
        claims[0] = submitted(one, ALICE, 100_00);
        claims[1] = claim(one, ALICE, 100_00);
        claims[2] = ClaimId.wrap("unknown");
        claims[3] = submitted(other, BOB, 50_00);
        claims[4] = claims[0];
        claims[5] = rejected(one, ALICE, 100_00);
        claims[6] = submitted(other, ALICE, 20_00);
        setBlocked(idOf(BOB), true);
        PartnerSignature memory by = byPartner(Sign.approve(ALCANDER, claims, FAR));
        watch();
        escrow.approve(ALCANDER, claims, by);
        saw(address(token));
        emit IERC20.Transfer(address(0), wallet(ALICE), 100_00);
        emit IERC20.Transfer(address(0), wallet(ALICE), 20_00);
        saw(address(escrow));
        emit IJobEscrow.ClaimApproved(claims[0], 100_00);
        emit IJobEscrow.ClaimSkipped(claims[1], SkipReason.NotSubmitted);
        emit IJobEscrow.ClaimSkipped(claims[2], SkipReason.NotSubmitted);
        emit IJobEscrow.ClaimSkipped(claims[3], SkipReason.PayeeCannotReceive);
        emit IJobEscrow.ClaimSkipped(claims[0], SkipReason.NotSubmitted);
        emit IJobEscrow.ClaimSkipped(claims[5], SkipReason.NotSubmitted);
        emit IJobEscrow.ClaimApproved(claims[6], 20_00);
        sawNothingElse();

        stateIs(claims[0], ClaimState.Approved);
        stateIs(claims[1], ClaimState.Claimed);
        stateIs(claims[3], ClaimState.Submitted);
        stateIs(claims[5], ClaimState.Rejected);
        stateIs(claims[6], ClaimState.Approved);
        same(token.totalSupply(), 120_00, "each paid once");
        // Of one: two active slots of 100.00; of the other: one active, one open slot of 50.00.
        budgetIs(budgetIdOf(ALCANDER, PERIOD), GRANTED, 300_00, 120_00, false);
        spreadIs(one, 0, 2, 1);
        spreadIs(other, 1, 1, 1);
    }

    function test_approve__skippedTwiceInOneList__staysWhole() public {
        JobId job = post(100_00, 1);
        ClaimId id = submitted(job, ALICE, 100_00);
        setBlocked(idOf(ALICE), true);

        approve(list(id, id));

        stateIs(id, ClaimState.Submitted);
        slotsAre(job, 0, 1, 0);
    }

    function test_approve__sameSignatureAgain__paysWhatWasSkipped() public {
        JobId job = post(100_00, 2);
        ClaimId[] memory claims = list(submitted(job, ALICE, 100_00), submitted(job, BOB, 100_00));
        PartnerSignature memory by = byPartner(Sign.approve(ALCANDER, claims, FAR));
        setBlocked(idOf(BOB), true);
        escrow.approve(ALCANDER, claims, by);
        setBlocked(idOf(BOB), false);
        watch();
        escrow.approve(ALCANDER, claims, by);
        saw(address(token));
        emit IERC20.Transfer(address(0), wallet(BOB), 100_00);
        saw(address(escrow));
        emit IJobEscrow.ClaimSkipped(claims[0], SkipReason.NotSubmitted);
        emit IJobEscrow.ClaimApproved(claims[1], 100_00);
        sawNothingElse();

        slotsAre(job, 0, 0, 2);
        same(token.balanceOf(wallet(ALICE)), 100_00, "once");
    }

    function test_approve__fifty__paysAll() public {
        JobId job = post(10_00, 50);
        ClaimId[] memory claims = new ClaimId[](50);
        for (uint256 i = 0; i < 50; ++i) {
            claims[i] = submitted(job, i % 2 == 0 ? ALICE : BOB, 10_00);
        }

        approve(claims);

        slotsAre(job, 0, 0, 50);
        same(token.balanceOf(wallet(ALICE)), 250_00, "first half");
        same(token.balanceOf(wallet(BOB)), 250_00, "second half");
    }

    // ------------------------------------------------------------------ refused whole

    /// @dev A signature of this partner says nothing about another's claims, so nothing in the list is done.
    function test_approve__withOtherPartnersClaim__reverts() public {
        ClaimId ours = submitted(post(100_00, 1), ALICE, 100_00);
        ClaimId theirs = submitted(_otherPartnersJob(), BOB, 1_00);
        PartnerSignature memory by = byPartner(Sign.approve(ALCANDER, list(ours, theirs), FAR));

        vm.expectRevert(
            abi.encodeWithSelector(IJobEscrow.JobEscrowNotPartnersClaim.selector, theirs, ALCANDER)
        );
        escrow.approve(ALCANDER, list(ours, theirs), by);
        stateIs(ours, ClaimState.Submitted);
    }

    function test_approve__withOtherPartnersClaimInAnyState__reverts() public {
        ClaimId ours = submitted(post(100_00, 1), ALICE, 100_00);
        ClaimId theirs = claim(_otherPartnersJob(), BOB, 1_00);
        PartnerSignature memory by = byPartner(Sign.approve(ALCANDER, list(ours, theirs), FAR));

        vm.expectRevert(
            abi.encodeWithSelector(IJobEscrow.JobEscrowNotPartnersClaim.selector, theirs, ALCANDER)
        );
        escrow.approve(ALCANDER, list(ours, theirs), by);
    }

    /// @dev Nor does another partner's signature about our claims, in its own name or in ours.
    function test_approve__byOtherPartner__reverts() public {
        ClaimId id = submitted(post(100_00, 1), ALICE, 100_00);
        PartnerSignature memory theirs =
            Sign.byPartner(OTHER_PARTNER_KEY, address(escrow), Sign.approve(STEUNPUNT, list(id), FAR), FAR);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.JobEscrowNotPartnersClaim.selector, id, STEUNPUNT));
        escrow.approve(STEUNPUNT, list(id), theirs);

        theirs =
            Sign.byPartner(OTHER_PARTNER_KEY, address(escrow), Sign.approve(ALCANDER, list(id), FAR), FAR);
        vm.expectRevert(
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistrySignerUnknown.selector,
                ALCANDER,
                abi.encodePacked(wallet(OTHER_PARTNER_KEY))
            )
        );
        escrow.approve(ALCANDER, list(id), theirs);
    }

    function test_approve__ofNothing__reverts() public {
        ClaimId[] memory none = new ClaimId[](0);
        PartnerSignature memory by = byPartner(Sign.approve(ALCANDER, none, FAR));

        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.JobEscrowEmptyList.selector));
        escrow.approve(ALCANDER, none, by);
    }

    function test_approve__ofOtherList__reverts() public {
        ClaimId first = submitted(post(100_00, 1), ALICE, 100_00);
        ClaimId second = submitted(post(100_00, 1), BOB, 100_00);
        PartnerSignature memory by = byPartner(Sign.approve(ALCANDER, list(first), FAR));

        vm.expectRevert(_invalidSignature());
        escrow.approve(ALCANDER, list(second), by);
        vm.expectRevert(_invalidSignature());
        escrow.approve(ALCANDER, list(first, second), by);
        vm.chainId(block.chainid + 1);
        vm.expectRevert(_invalidSignature());
        escrow.approve(ALCANDER, list(first), by);
    }

    function test_approve__whenSignatureExpired__reverts() public {
        ClaimId id = submitted(post(100_00, 1), ALICE, 100_00);
        uint48 deadline = uint48(block.timestamp + DECISION_WINDOW);
        PartnerSignature memory by = Sign.byPartner(
            PARTNER_KEY, address(escrow), Sign.approve(ALCANDER, list(id), deadline), deadline
        );

        vm.warp(deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.JobEscrowSignatureExpired.selector, deadline));
        escrow.approve(ALCANDER, list(id), by);

        vm.warp(deadline);
        escrow.approve(ALCANDER, list(id), by);
        stateIs(id, ClaimState.Approved);
    }

    function test_approve__whenSignerRemovedOrPartnerBlocked__reverts() public {
        ClaimId id = submitted(post(100_00, 1), ALICE, 100_00);
        PartnerSignature memory by = byPartner(Sign.approve(ALCANDER, list(id), FAR));
        setBlocked(ALCANDER, true);
        vm.expectRevert(
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryInactive.selector, ALCANDER, ParticipantKind.Partner
            )
        );
        escrow.approve(ALCANDER, list(id), by);

        setBlocked(ALCANDER, false);
        asOfficer(REGISTRAR);
        registry.removeSigner(ALCANDER, by.signer);
        vm.expectRevert(
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistrySignerUnknown.selector, ALCANDER, by.signer
            )
        );
        escrow.approve(ALCANDER, list(id), by);
    }

    /// @dev Paused, nothing is minted for anybody: the whole is refused, and the same signature is good afterwards.
    function test_approve__whenPaused__revertsAndWorksLater() public {
        ClaimId id = submitted(post(100_00, 1), ALICE, 100_00);
        PartnerSignature memory by = byPartner(Sign.approve(ALCANDER, list(id), FAR));
        setPaused(true);
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        escrow.approve(ALCANDER, list(id), by);

        setPaused(false);
        escrow.approve(ALCANDER, list(id), by);
        stateIs(id, ClaimState.Approved);
    }

    // ------------------------------------------------------------------ details

    function _otherPartnersJob() private returns (JobId) {
        JobTerms memory theirs = terms(100_00, 1);
        theirs.partner = STEUNPUNT;
        return post(theirs, OTHER_PARTNER_KEY);
    }

    function _invalidSignature() private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryInvalidSignature.selector, ALCANDER
            );
    }
}
