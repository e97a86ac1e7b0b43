// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {Claim, ClaimState, IJobEscrow} from "../../contracts/interfaces/IJobEscrow.sol";
import {IParticipantRegistry, ParticipantKind} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {ClaimId, JobId, derive} from "../../contracts/types/Ids.sol";
import {Jobs} from "./base/Jobs.sol";
import {Sign} from "./base/Sign.sol";

/// @dev What a resident does with a slot before anybody decides: claim, withdraw, submit. Every resident's act checks
/// its signature in the same way.
contract ClaimsTest is Jobs {
    bytes32 private constant CLIENT = "client";

    JobId private _job;

    function setUp() public override {
        super.setUp();
        _job = post(100_00, 2);
    }

    // ------------------------------------------------------------------ claim

    function test_claim__signed__takesSlot() public {
        bytes memory signature = _signClaim(ALICE, _job, 100_00);
        ClaimId expected = ClaimId.wrap(derive(idOf(ALICE), CLIENT));
        watch();
        ClaimId id = escrow.claim(_job, idOf(ALICE), 100_00, CLIENT, FAR, signature);
        saw(address(escrow));
        emit IJobEscrow.ClaimMade(expected, _job, idOf(ALICE), 100_00);
        sawNothingElse();

        same(ClaimId.unwrap(id), ClaimId.unwrap(expected), "id");
        Claim memory made = Claim(idOf(ALICE), 100_00, 0, ClaimState.Claimed, _job);
        same(abi.encode(escrow.claimOf(id)), abi.encode(made), "claim");
        slotsAre(_job, 1, 1, 0);
    }

    function testFuzz_claim__ofLess__keepsSlotWholeUntilPaid(uint48 cents) public {
        cents = uint48(between(cents, 1, 100_00));

        bytes memory signature = _signClaim(ALICE, _job, cents);
        watch();
        ClaimId id = escrow.claim(_job, idOf(ALICE), cents, CLIENT, FAR, signature);
        saw(address(escrow));
        emit IJobEscrow.ClaimMade(id, _job, idOf(ALICE), cents);
        sawNothingElse();

        same(escrow.claimOf(id).cents, cents, "cents");
        slotsAre(_job, 1, 1, 0);
    }

    function test_claim__ofNothingOrTooMuch__reverts() public {
        _refuses(_job, 0, abi.encodeWithSelector(IJobEscrow.JobEscrowInvalidAmount.selector, 0, 100_00));
        _refuses(
            _job, 100_01, abi.encodeWithSelector(IJobEscrow.JobEscrowInvalidAmount.selector, 100_01, 100_00)
        );
    }

    function test_claim__withoutOpenSlot__reverts() public {
        claim(_job, BOB, 1);
        claim(_job, BOB, 1);

        _refuses(_job, 1, abi.encodeWithSelector(IJobEscrow.JobEscrowNoOpenSlot.selector, _job));
        slotsAre(_job, 0, 2, 0);
    }

    function test_claim__onClosedJob__reverts() public {
        closeJob(_job);

        _refuses(_job, 1, abi.encodeWithSelector(IJobEscrow.JobEscrowNotClaimable.selector, _job));
    }

    function test_claim__onUnknownJob__reverts() public {
        JobId unknown = JobId.wrap("unknown");

        _refuses(unknown, 1, abi.encodeWithSelector(IJobEscrow.JobEscrowUnknownJob.selector, unknown));
    }

    function test_claim__whenPartnerBlocked__reverts() public {
        setBlocked(ALCANDER, true);

        _refuses(_job, 1, abi.encodeWithSelector(IJobEscrow.JobEscrowNotClaimable.selector, _job));

        setBlocked(ALCANDER, false);
        claim(_job, ALICE, 1);
        slotsAre(_job, 1, 1, 0);
    }

    function test_claim__whenResidentBlocked__reverts() public {
        setBlocked(idOf(ALICE), true);

        _refuses(_job, 1, abi.encodeWithSelector(IJobEscrow.JobEscrowResidentBlocked.selector, idOf(ALICE)));
    }

    function test_claim__byWhoIsNoResident__reverts() public {
        uint256[3] memory others = [BAKER, CHOIR, PARTNER_KEY];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory signature = _signClaim(others[i], _job, 1);
            vm.expectRevert(_inactive(others[i]));
            escrow.claim(_job, idOf(others[i]), 1, CLIENT, FAR, signature);
        }
    }

    function test_claim__twice__reverts() public {
        bytes memory signature = _signClaim(ALICE, _job, 1);
        ClaimId id = escrow.claim(_job, idOf(ALICE), 1, CLIENT, FAR, signature);

        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.JobEscrowClaimExists.selector, id));
        escrow.claim(_job, idOf(ALICE), 1, CLIENT, FAR, signature);

        // Nor when the first has ended: an id is used once, ever.
        withdraw(id, ALICE);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.JobEscrowClaimExists.selector, id));
        escrow.claim(_job, idOf(ALICE), 1, CLIENT, FAR, signature);
    }

    /// @dev Nobody takes another's id first: whoever copies it gets another id.
    function test_claim__twoResidentsWithOneClientId__bothAreMade() public {
        bytes memory bobs = _signClaim(BOB, _job, 1);
        bytes memory alices = _signClaim(ALICE, _job, 1);

        ClaimId first = escrow.claim(_job, idOf(BOB), 1, CLIENT, FAR, bobs);
        ClaimId second = escrow.claim(_job, idOf(ALICE), 1, CLIENT, FAR, alices);

        isTrue(ClaimId.unwrap(first) != ClaimId.unwrap(second), "different claims");
        slotsAre(_job, 0, 2, 0);
    }

    // ------------------------------------------------------------------ signatures of residents

    function test_claim__withOthersSignature__reverts() public {
        bytes32 hash = Sign.claim(_job, idOf(ALICE), 1, CLIENT, FAR);
        bytes memory signature = signed(BOB, address(escrow), hash);

        vm.expectRevert(_invalidSignature());
        escrow.claim(_job, idOf(ALICE), 1, CLIENT, FAR, signature);

        vm.expectRevert(_invalidSignature());
        escrow.claim(_job, idOf(ALICE), 1, CLIENT, FAR, "");
    }

    function test_claim__whenAnythingChanged__reverts() public {
        JobId other = post(100_00, 1);
        bytes memory signature = _signClaim(ALICE, _job, 1);

        vm.expectRevert(_invalidSignature());
        escrow.claim(other, idOf(ALICE), 1, CLIENT, FAR, signature);
        vm.expectRevert(_invalidSignature());
        escrow.claim(_job, idOf(ALICE), 2, CLIENT, FAR, signature);
        vm.expectRevert(_invalidSignature());
        escrow.claim(_job, idOf(ALICE), 1, "other", FAR, signature);
        vm.expectRevert(_invalidSignature());
        escrow.claim(_job, idOf(ALICE), 1, CLIENT, FAR - 1, signature);
        vm.chainId(block.chainid + 1);
        vm.expectRevert(_invalidSignature());
        escrow.claim(_job, idOf(ALICE), 1, CLIENT, FAR, signature);
    }

    function test_residentsActs__whenSignatureExpired__revert() public {
        ClaimId id = claim(_job, ALICE, 1);
        ClaimId refusedOne = rejected(_job, ALICE, 1);
        uint48 past = uint48(block.timestamp - 1);
        bytes memory expired = abi.encodeWithSelector(IJobEscrow.JobEscrowSignatureExpired.selector, past);
        bytes memory signature =
            signed(ALICE, address(escrow), Sign.claim(_job, idOf(ALICE), 1, CLIENT, past));
        vm.expectRevert(expired);
        escrow.claim(_job, idOf(ALICE), 1, CLIENT, past, signature);

        signature = signed(ALICE, address(escrow), Sign.withdraw(id, past));
        vm.expectRevert(expired);
        escrow.withdraw(id, past, signature);

        signature = signed(ALICE, address(escrow), Sign.submit(id, "evidence", past));
        vm.expectRevert(expired);
        escrow.submit(id, "evidence", past, signature);

        signature = signed(ALICE, address(escrow), Sign.dispute(refusedOne, "words", past));
        vm.expectRevert(expired);
        escrow.dispute(refusedOne, "words", past, signature);
    }

    function test_submit__inItsSignaturesLastSecond__isSubmitted() public {
        ClaimId id = claim(_job, ALICE, 1);
        uint48 now_ = uint48(block.timestamp);
        bytes memory signature = signed(ALICE, address(escrow), Sign.submit(id, "evidence", now_));

        escrow.submit(id, "evidence", now_, signature);

        stateIs(id, ClaimState.Submitted);
    }

    /// @dev From the second that a wallet is replaced its key counts no more, and the new one does.
    function test_submit__afterRecover__needsNewWallet() public {
        ClaimId id = claim(_job, ALICE, 1);
        uint256 newKey = 0xC11;
        actDelayed(ENFORCER, address(token), abi.encodeCall(token.recover, (wallet(ALICE), wallet(newKey))));
        bytes memory old = signed(ALICE, address(escrow), Sign.submit(id, "evidence", FAR));

        vm.expectRevert(_invalidSignature());
        escrow.submit(id, "evidence", FAR, old);

        submit(id, newKey);
        stateIs(id, ClaimState.Submitted);
    }

    // ------------------------------------------------------------------ withdraw

    function test_withdraw__whileJobTakesClaims__reopensSlot() public {
        ClaimId id = claim(_job, ALICE, 60_00);
        bytes memory signature = signed(ALICE, address(escrow), Sign.withdraw(id, FAR));
        watch();
        escrow.withdraw(id, FAR, signature);
        saw(address(escrow));
        emit IJobEscrow.ClaimWithdrawn(id);
        emit IJobEscrow.SlotReopened(_job);
        sawNothingElse();

        stateIs(id, ClaimState.Withdrawn);
        slotsAre(_job, 2, 0, 0);
    }

    function test_withdraw__fromClosedJob__releasesSlot() public {
        ClaimId id = claim(_job, ALICE, 60_00);
        closeJob(_job);
        bytes memory signature = signed(ALICE, address(escrow), Sign.withdraw(id, FAR));
        watch();
        escrow.withdraw(id, FAR, signature);
        saw(address(escrow));
        emit IJobEscrow.ClaimWithdrawn(id);
        emit IJobEscrow.SlotsReleased(_job, 1);
        sawNothingElse();

        slotsAre(_job, 0, 0, 0);
    }

    function test_withdraw__byOther__reverts() public {
        ClaimId id = claim(_job, ALICE, 1);
        bytes memory signature = signed(BOB, address(escrow), Sign.withdraw(id, FAR));

        vm.expectRevert(_invalidSignature());
        escrow.withdraw(id, FAR, signature);
    }

    // ------------------------------------------------------------------ submit

    function test_submit__inTime__waitsForPartner() public {
        ClaimId id = claim(_job, ALICE, 60_00);
        vm.warp(block.timestamp + 1 days);
        bytes memory signature = signed(ALICE, address(escrow), Sign.submit(id, "proof", FAR));
        watch();
        escrow.submit(id, "proof", FAR, signature);
        saw(address(escrow));
        emit IJobEscrow.ClaimSubmitted(id, "proof");
        sawNothingElse();

        Claim memory found = escrow.claimOf(id);
        same(found.since, block.timestamp, "the decision window runs from now");
        stateIs(id, ClaimState.Submitted);
        slotsAre(_job, 1, 1, 0);
    }

    function test_submit__onClosedJob__goesOn() public {
        ClaimId id = claim(_job, ALICE, 60_00);
        closeJob(_job);

        submit(id, ALICE);
        approve(id);

        same(token.balanceOf(wallet(ALICE)), 60_00, "paid");
        slotsAre(_job, 0, 0, 1);
    }

    function test_submit__ofOtherEvidence__reverts() public {
        ClaimId id = claim(_job, ALICE, 1);
        bytes memory signature = signed(ALICE, address(escrow), Sign.submit(id, "proof", FAR));

        vm.expectRevert(_invalidSignature());
        escrow.submit(id, "other proof", FAR, signature);
    }

    /// @dev Being blocked must not let a deadline pass: what was claimed can go on, and is paid after unblocking.
    function test_claimed__whenResidentBlocked__canBeSubmittedDisputedAndWithdrawn() public {
        ClaimId id = claim(_job, ALICE, 1);
        ClaimId other = claim(_job, ALICE, 1);
        setBlocked(idOf(ALICE), true);

        submit(id, ALICE);
        reject(id);
        dispute(id, ALICE);
        withdraw(other, ALICE);

        stateIs(id, ClaimState.Disputed);
        stateIs(other, ClaimState.Withdrawn);
    }

    // ------------------------------------------------------------------ details

    function _signClaim(uint256 key, JobId job, uint48 cents) private view returns (bytes memory) {
        return signed(key, address(escrow), Sign.claim(job, idOf(key), cents, CLIENT, FAR));
    }

    function _refuses(JobId job, uint48 cents, bytes memory refused) private {
        bytes memory signature = _signClaim(ALICE, job, cents);
        vm.expectRevert(refused);
        escrow.claim(job, idOf(ALICE), cents, CLIENT, FAR, signature);
    }

    function _inactive(uint256 key) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IParticipantRegistry.ParticipantRegistryInactive.selector, idOf(key), ParticipantKind.Resident
        );
    }

    function _invalidSignature() private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IParticipantRegistry.ParticipantRegistryInvalidSignature.selector, idOf(ALICE)
        );
    }
}
