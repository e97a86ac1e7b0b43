// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {ClaimState, IJobEscrow, JobTerms, PartnerSignature} from "../../contracts/interfaces/IJobEscrow.sol";
import {IParticipantRegistry} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {ClaimId, JobId, budgetIdOf} from "../../contracts/types/Ids.sol";
import {Jobs} from "./base/Jobs.sol";
import {Sign} from "./base/Sign.sol";

/// @dev When partner and resident do not agree, or one of them stays silent: reject, dispute, escalate, decide, lapse,
/// and the rejection that becomes final.
contract DisputesTest is Jobs {
    JobId private _job;

    function setUp() public override {
        super.setUp();
        _job = post(100_00, 2);
    }

    // ------------------------------------------------------------------ reject

    function test_reject__submittedClaim__keepsSlotWhileDisputable() public {
        ClaimId id = submitted(_job, ALICE, 60_00);
        vm.warp(block.timestamp + 3 days);
        PartnerSignature memory by = byPartner(Sign.reject(id, 7, "why", FAR));
        watch();
        escrow.reject(id, 7, "why", by);
        saw(address(escrow));
        emit IJobEscrow.ClaimRejected(id, 7, "why");
        sawNothingElse();

        stateIs(id, ClaimState.Rejected);
        same(escrow.claimOf(id).since, block.timestamp, "the dispute window runs from now");
        slotsAre(_job, 1, 1, 0);
    }

    function test_reject__byOtherPartner__reverts() public {
        ClaimId id = submitted(_job, ALICE, 60_00);
        PartnerSignature memory by =
            Sign.byPartner(OTHER_PARTNER_KEY, address(escrow), Sign.reject(id, 7, "why", FAR), FAR);

        vm.expectRevert(
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistrySignerUnknown.selector, ALCANDER, by.signer
            )
        );
        escrow.reject(id, 7, "why", by);
    }

    function test_reject__withOtherContent__reverts() public {
        (ClaimId id, ClaimId other) = (submitted(_job, ALICE, 1), submitted(_job, BOB, 1));
        PartnerSignature memory by = byPartner(Sign.reject(id, 7, "why", FAR));
        bytes memory refused = abi.encodeWithSelector(
            IParticipantRegistry.ParticipantRegistryInvalidSignature.selector, ALCANDER
        );

        vm.expectRevert(refused);
        escrow.reject(other, 7, "why", by);
        vm.expectRevert(refused);
        escrow.reject(id, 8, "why", by);
        vm.expectRevert(refused);
        escrow.reject(id, 7, "other", by);
        by.deadline = uint48(block.timestamp - 1);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.JobEscrowSignatureExpired.selector, by.deadline));
        escrow.reject(id, 7, "why", by);
    }

    // ------------------------------------------------------------------ dispute

    function test_dispute__rejectedClaim__waitsForArbiter() public {
        ClaimId id = rejected(_job, ALICE, 60_00);
        bytes memory signature = signed(ALICE, address(escrow), Sign.dispute(id, "words", FAR));
        watch();
        escrow.dispute(id, "words", FAR, signature);
        saw(address(escrow));
        emit IJobEscrow.ClaimDisputed(id, "words");
        sawNothingElse();

        stateIs(id, ClaimState.Disputed);
        slotsAre(_job, 1, 1, 0);
    }

    function test_dispute__byOtherOrWithOtherWords__reverts() public {
        ClaimId id = rejected(_job, ALICE, 60_00);
        bytes memory bobs = signed(BOB, address(escrow), Sign.dispute(id, "words", FAR));
        bytes memory alices = signed(ALICE, address(escrow), Sign.dispute(id, "words", FAR));
        bytes memory refused = abi.encodeWithSelector(
            IParticipantRegistry.ParticipantRegistryInvalidSignature.selector, idOf(ALICE)
        );

        vm.expectRevert(refused);
        escrow.dispute(id, "words", FAR, bobs);
        vm.expectRevert(refused);
        escrow.dispute(id, "other words", FAR, alices);
    }

    // ------------------------------------------------------------------ silence of one of both

    function test_escalate__whenPartnerSilent__waitsForArbiter() public {
        ClaimId id = submitted(_job, ALICE, 60_00);
        vm.warp(block.timestamp + DECISION_WINDOW + GRACE + 1);
        watch();
        escrow.escalate(id);
        saw(address(escrow));
        emit IJobEscrow.ClaimEscalated(id);
        sawNothingElse();

        stateIs(id, ClaimState.Disputed);
        slotsAre(_job, 1, 1, 0);
    }

    function test_finaliseRejection__whenResidentSilent__reopensSlot() public {
        ClaimId id = rejected(_longJob(), ALICE, 60_00);
        vm.warp(block.timestamp + DISPUTE_WINDOW + GRACE + 1);
        watch();
        escrow.finaliseRejection(id);
        saw(address(escrow));
        emit IJobEscrow.ClaimRejectionFinal(id);
        emit IJobEscrow.SlotReopened(_job);
        sawNothingElse();

        stateIs(id, ClaimState.RejectedFinally);
        slotsAre(_job, 1, 0, 0);
    }

    function test_finaliseRejection__whenJobOver__releasesSlot() public {
        ClaimId id = rejected(_job, ALICE, 60_00);
        vm.warp(block.timestamp + DISPUTE_WINDOW + GRACE + 1);
        watch();
        escrow.finaliseRejection(id);
        saw(address(escrow));
        emit IJobEscrow.ClaimRejectionFinal(id);
        emit IJobEscrow.SlotsReleased(_job, 1);
        sawNothingElse();

        slotsAre(_job, 1, 0, 0);
    }

    function test_lapse__whenNotSubmitted__releasesSlot() public {
        ClaimId id = claim(_job, ALICE, 60_00);
        vm.warp(escrow.jobOf(_job).submitBy + GRACE + 1);
        watch();
        escrow.lapse(id);
        saw(address(escrow));
        emit IJobEscrow.ClaimLapsed(id);
        emit IJobEscrow.SlotsReleased(_job, 1);
        sawNothingElse();

        stateIs(id, ClaimState.Lapsed);
        slotsAre(_job, 1, 0, 0);
    }

    // ------------------------------------------------------------------ decide

    function test_decide__forResident__pays() public {
        ClaimId id = disputed(_job, ALICE, 60_00);
        asOfficer(ARBITER);
        watch();
        escrow.decide(id, true, 9, "reasons");
        saw(address(escrow));
        emit IJobEscrow.ClaimAwarded(id, 60_00, 9, "reasons");
        saw(address(token));
        emit IERC20.Transfer(address(0), wallet(ALICE), 60_00);
        sawNothingElse();

        stateIs(id, ClaimState.Awarded);
        slotsAre(_job, 1, 0, 1);
        budgetIs(budgetIdOf(ALCANDER, PERIOD), GRANTED, 100_00, 60_00, false);
        same(token.balanceOf(wallet(ALICE)), 60_00, "balance");
    }

    function test_decide__againstResident__reopensSlot() public {
        ClaimId id = disputed(_job, ALICE, 60_00);
        asOfficer(ARBITER);
        watch();
        escrow.decide(id, false, 9, "reasons");
        saw(address(escrow));
        emit IJobEscrow.ClaimDenied(id, 9, "reasons");
        emit IJobEscrow.SlotReopened(_job);
        sawNothingElse();

        stateIs(id, ClaimState.Denied);
        slotsAre(_job, 2, 0, 0);
        same(token.totalSupply(), 0, "nothing minted");
    }

    function test_decide__againstResidentWhenJobClosed__releasesSlot() public {
        ClaimId id = disputed(_job, ALICE, 60_00);
        closeJob(_job);
        asOfficer(ARBITER);
        watch();
        escrow.decide(id, false, 9, "reasons");
        saw(address(escrow));
        emit IJobEscrow.ClaimDenied(id, 9, "reasons");
        emit IJobEscrow.SlotsReleased(_job, 1);
        sawNothingElse();

        slotsAre(_job, 0, 0, 0);
    }

    /// @dev One signature of the arbiter for a whole sitting.
    function test_decide__manyInOneAct__decidesAll() public {
        (ClaimId won, ClaimId lost) = (disputed(_job, ALICE, 60_00), disputed(_job, BOB, 40_00));
        bytes[] memory acts = new bytes[](2);
        acts[0] = abi.encodeCall(escrow.decide, (won, true, 9, "reasons"));
        acts[1] = abi.encodeCall(escrow.decide, (lost, false, 8, "reasons"));

        act(ARBITER, address(escrow), abi.encodeCall(escrow.multicall, (acts)));

        stateIs(won, ClaimState.Awarded);
        stateIs(lost, ClaimState.Denied);
        slotsAre(_job, 1, 0, 1);
    }

    /// @dev An award is never lost to a block: it waits, and is decided again.
    function test_decide__forBlockedResident__revertsAndWorksLater() public {
        ClaimId id = disputed(_job, ALICE, 60_00);
        setBlocked(idOf(ALICE), true);

        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.JobEscrowPayeeCannotReceive.selector, id));
        asOfficer(ARBITER);
        escrow.decide(id, true, 9, "reasons");
        stateIs(id, ClaimState.Disputed);
        slotsAre(_job, 1, 1, 0);

        setBlocked(idOf(ALICE), false);
        decide(id, true);
        same(token.balanceOf(wallet(ALICE)), 60_00, "balance");
    }

    /// @dev The award is the city's promise: neither the partner's block nor its closed budget takes it away.
    function test_decide__whenPartnerBlockedAndBudgetClosed__paysAllTheSame() public {
        ClaimId id = submitted(_job, ALICE, 60_00);
        setBlocked(ALCANDER, true);
        asOfficer(TREASURER);
        budget.closeBudget(ALCANDER, PERIOD);
        vm.warp(block.timestamp + DECISION_WINDOW + GRACE + 1);
        escrow.escalate(id);

        decide(id, true);

        same(token.balanceOf(wallet(ALICE)), 60_00, "balance");
        budgetIs(budgetIdOf(ALCANDER, PERIOD), 160_00, 100_00, 60_00, true);
    }

    function test_decide__afterRecover__paysNewWallet() public {
        ClaimId id = disputed(_job, ALICE, 60_00);
        address newWallet = wallet(0xC11);
        actDelayed(ENFORCER, address(token), abi.encodeCall(token.recover, (wallet(ALICE), newWallet)));

        decide(id, true);

        same(token.balanceOf(newWallet), 60_00, "new wallet");
    }

    function test_decide__forResidentWhenPaused__reverts() public {
        ClaimId id = disputed(_job, ALICE, 60_00);
        setPaused(true);

        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        asOfficer(ARBITER);
        escrow.decide(id, true, 9, "reasons");

        stateIs(id, ClaimState.Disputed);
    }

    function test_decide__byOther__reverts() public {
        ClaimId id = disputed(_job, ALICE, 60_00);
        uint256[4] memory others = [TREASURER, ENFORCER, REGISTRAR, ADMIN];
        for (uint256 i = 0; i < others.length; ++i) {
            address other = address(officers[others[i]]);
            vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, other));
            vm.prank(other);
            escrow.decide(id, true, 9, "reasons");
        }
    }

    // ------------------------------------------------------------------ details

    /// @dev In place of the job of this test: one with one slot, that takes claims for longer than a dispute lasts.
    function _longJob() private returns (JobId) {
        closeJob(_job);
        JobTerms memory long = terms(100_00, 1);
        (long.claimBy, long.submitBy) =
        (uint48(block.timestamp + 100 days), uint48(block.timestamp + 100 days));
        return _job = post(long, PARTNER_KEY);
    }
}
