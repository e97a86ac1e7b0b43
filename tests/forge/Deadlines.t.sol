// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {JobEscrow} from "../../contracts/JobEscrow.sol";
import {ClaimState, IJobEscrow, PartnerSignature} from "../../contracts/interfaces/IJobEscrow.sol";
import {ClaimId, JobId} from "../../contracts/types/Ids.sol";
import {Jobs} from "./base/Jobs.sol";
import {Sign} from "./base/Sign.sol";

/// @dev Every deadline at its exact second: up to and including the shown one plus a day's grace a person may act, from
/// the next second on anyone may end it; and none passes while the city stands still.
contract DeadlinesTest is Jobs {
    bytes32 private constant CLIENT = "client";

    JobId private _job;
    uint256 private _claimBy;
    uint256 private _submitBy;

    function setUp() public override {
        super.setUp();
        _job = post(100_00, 5);
        _claimBy = escrow.jobOf(_job).claimBy;
        _submitBy = escrow.jobOf(_job).submitBy;
    }

    // ------------------------------------------------------------------ claimBy

    function test_claim__inLastSecond__isMade() public {
        vm.warp(_claimBy + GRACE);
        _refuses(abi.encodeCall(escrow.releaseOpenSlots, (_job)), _notPassed(_claimBy));

        claim(_job, ALICE, 1);

        slotsAre(_job, 4, 1, 0);
    }

    function test_releaseOpenSlots__inFirstSecondAfter__releases() public {
        claim(_job, ALICE, 1);
        vm.warp(_claimBy + GRACE + 1);
        _refuses(_claim(), abi.encodeWithSelector(IJobEscrow.JobEscrowNotClaimable.selector, _job));

        watch();
        escrow.releaseOpenSlots(_job);
        saw(address(escrow));
        emit IJobEscrow.SlotsReleased(_job, 4);
        sawNothingElse();

        slotsAre(_job, 0, 1, 0);
        _refuses(
            abi.encodeCall(escrow.releaseOpenSlots, (_job)),
            abi.encodeWithSelector(IJobEscrow.JobEscrowNoOpenSlot.selector, _job)
        );
    }

    function test_releaseOpenSlots__ofUnknownJob__reverts() public {
        JobId unknown = JobId.wrap("unknown");
        _refuses(
            abi.encodeCall(escrow.releaseOpenSlots, (unknown)),
            abi.encodeWithSelector(IJobEscrow.JobEscrowUnknownJob.selector, unknown)
        );
    }

    /// @dev A slot that comes back in the last second can be claimed in it; a second later it goes to the budget.
    function test_withdraw__aroundClaimBy__reopensThenReleases() public {
        (ClaimId first, ClaimId second) = (claim(_job, ALICE, 1), claim(_job, BOB, 1));

        vm.warp(_claimBy + GRACE);
        withdraw(first, ALICE);
        slotsAre(_job, 4, 1, 0);

        vm.warp(_claimBy + GRACE + 1);
        withdraw(second, BOB);
        slotsAre(_job, 4, 0, 0);
    }

    // ------------------------------------------------------------------ submitBy

    function test_submit__inLastSecond__isSubmitted() public {
        ClaimId id = claim(_job, ALICE, 1);
        vm.warp(_submitBy + GRACE);
        _refuses(abi.encodeCall(escrow.lapse, (id)), _notPassed(_submitBy));

        submit(id, ALICE);

        stateIs(id, ClaimState.Submitted);
    }

    function test_lapse__inFirstSecondAfter__lapses() public {
        ClaimId id = claim(_job, ALICE, 1);
        vm.warp(_submitBy + GRACE + 1);
        _refuses(_submit(id), _passed(_submitBy));

        escrow.lapse(id);

        stateIs(id, ClaimState.Lapsed);
    }

    // ------------------------------------------------------------------ the windows

    function test_dispute__inLastSecond__isDisputed() public {
        ClaimId id = rejected(_job, ALICE, 1);
        uint256 until = block.timestamp + DISPUTE_WINDOW;
        vm.warp(until + GRACE);
        _refuses(abi.encodeCall(escrow.finaliseRejection, (id)), _notPassed(until));

        dispute(id, ALICE);

        stateIs(id, ClaimState.Disputed);
    }

    function test_finaliseRejection__inFirstSecondAfter__isFinal() public {
        ClaimId id = rejected(_job, ALICE, 1);
        uint256 until = block.timestamp + DISPUTE_WINDOW;
        vm.warp(until + GRACE + 1);
        _refuses(_dispute(id), _passed(until));

        escrow.finaliseRejection(id);

        stateIs(id, ClaimState.RejectedFinally);
    }

    function test_reject__inLastSecond__isRejected() public {
        ClaimId id = submitted(_job, ALICE, 1);
        uint256 until = block.timestamp + DECISION_WINDOW;
        vm.warp(until + GRACE + 1);
        _refuses(_reject(id), _passed(until));
        vm.warp(until + GRACE);

        reject(id);

        stateIs(id, ClaimState.Rejected);
    }

    function test_escalate__inFirstSecondAfter__isDisputed() public {
        ClaimId id = submitted(_job, ALICE, 1);
        uint256 until = block.timestamp + DECISION_WINDOW;
        vm.warp(until + GRACE);
        _refuses(abi.encodeCall(escrow.escalate, (id)), _notPassed(until));

        vm.warp(until + GRACE + 1);
        escrow.escalate(id);

        stateIs(id, ClaimState.Disputed);
    }

    // ------------------------------------------------------------------ standing still

    /// @dev Who cannot pay because the city stands still is not late.
    function test_whilePaused__noDeadlinePasses() public {
        ClaimId made = claim(_job, ALICE, 1);
        ClaimId done = submitted(_job, ALICE, 1);
        ClaimId refused = rejected(_job, ALICE, 1);
        uint256 start = block.timestamp;
        setPaused(true);
        vm.warp(start + 90 days);

        _refuses(abi.encodeCall(escrow.lapse, (made)), _notPassed(_submitBy));
        _refuses(abi.encodeCall(escrow.escalate, (done)), _notPassed(start + DECISION_WINDOW));
        _refuses(abi.encodeCall(escrow.finaliseRejection, (refused)), _notPassed(start + DISPUTE_WINDOW));
        _refuses(abi.encodeCall(escrow.releaseOpenSlots, (_job)), _notPassed(_claimBy));

        submit(made, ALICE);
        dispute(refused, ALICE);
        claim(_job, BOB, 1);
        slotsAre(_job, 1, 4, 0);
    }

    function test_afterUnpause__deadlinesPassAfterAnotherGracePeriod() public {
        ClaimId made = claim(_job, ALICE, 1);
        ClaimId done = submitted(_job, ALICE, 1);
        ClaimId refused = rejected(_job, ALICE, 1);
        uint256 start = block.timestamp;
        setPaused(true);
        vm.warp(start + 90 days);
        setPaused(false);

        vm.warp(start + 90 days + GRACE);
        _refuses(abi.encodeCall(escrow.lapse, (made)), _notPassed(_submitBy));
        _refuses(abi.encodeCall(escrow.escalate, (done)), _notPassed(start + DECISION_WINDOW));
        _refuses(abi.encodeCall(escrow.finaliseRejection, (refused)), _notPassed(start + DISPUTE_WINDOW));
        _refuses(abi.encodeCall(escrow.releaseOpenSlots, (_job)), _notPassed(_claimBy));

        vm.warp(start + 90 days + GRACE + 1);
        _refuses(_submit(made), _passed(_submitBy));
        _refuses(_dispute(refused), _passed(start + DISPUTE_WINDOW));
        escrow.lapse(made);
        escrow.escalate(done);
        escrow.finaliseRejection(refused);
        escrow.releaseOpenSlots(_job);
        slotsAre(_job, 0, 1, 0);
    }

    function test_pauseLongBefore__movesNoDeadline() public {
        setPaused(true);
        setPaused(false);
        ClaimId id = claim(_job, ALICE, 1);
        vm.warp(_submitBy + GRACE + 1);

        escrow.lapse(id);

        stateIs(id, ClaimState.Lapsed);
    }

    // ------------------------------------------------------------------ at every moment one of the two

    function testFuzz_claimOrRelease__atAnyMoment__exactlyOne(uint256 at, uint256 pauseAt, uint256 pauseFor)
        public
    {
        _live(at, pauseAt, pauseFor);

        isTrue(_can(_claim()) != _can(abi.encodeCall(escrow.releaseOpenSlots, (_job))), "exactly one");
    }

    function testFuzz_submitOrLapse__atAnyMoment__exactlyOne(uint256 at, uint256 pauseAt, uint256 pauseFor)
        public
    {
        ClaimId id = claim(_job, ALICE, 1);
        _live(at, pauseAt, pauseFor);

        isTrue(_can(_submit(id)) != _can(abi.encodeCall(escrow.lapse, (id))), "exactly one");
    }

    function testFuzz_disputeOrFinalise__atAnyMoment__exactlyOne(
        uint256 at,
        uint256 pauseAt,
        uint256 pauseFor
    ) public {
        ClaimId id = rejected(_job, ALICE, 1);
        _live(at, pauseAt, pauseFor);

        isTrue(_can(_dispute(id)) != _can(abi.encodeCall(escrow.finaliseRejection, (id))), "exactly one");
    }

    function testFuzz_rejectOrEscalate__atAnyMoment__exactlyOne(uint256 at, uint256 pauseAt, uint256 pauseFor)
        public
    {
        ClaimId id = submitted(_job, ALICE, 1);
        _live(at, pauseAt, pauseFor);

        isTrue(_can(_reject(id)) != _can(abi.encodeCall(escrow.escalate, (id))), "exactly one");
    }

    /// @dev The rule, written a second time.
    function testFuzz_isOver__isTheOneRule(uint256 at, uint256 pauseAt, uint256 pauseFor, uint256 deadline)
        public
    {
        uint256 start = block.timestamp;
        deadline = start + between(deadline, 0, 45 days);
        (bool paused, uint256 unpausedAt) = _live(at, pauseAt, pauseFor);

        bool over = block.timestamp > deadline + GRACE && !paused && block.timestamp > unpausedAt + GRACE;

        isTrue(escrow.isOver(deadline) == over, "over");
    }

    // ------------------------------------------------------------------ deployment

    function test_deployment__tellsItsWindows() public view {
        same(escrow.decisionWindow(), DECISION_WINDOW, "decision");
        same(escrow.disputeWindow(), DISPUTE_WINDOW, "dispute");
        same(escrow.gracePeriod(), GRACE, "grace");
    }

    function test_deployment__withoutDecisionWindow__reverts() public {
        _refusesWindows(0, 1, 1);
    }

    function test_deployment__withoutDisputeWindow__reverts() public {
        _refusesWindows(1, 0, 1);
    }

    function test_deployment__withoutGracePeriod__reverts() public {
        _refusesWindows(1, 1, 0);
    }

    // ------------------------------------------------------------------ details

    /// @dev Lets up to 45 days pass, in which the city may have stood still for a while, or still does.
    function _live(uint256 at, uint256 pauseAt, uint256 pauseFor)
        private
        returns (bool paused, uint256 unpausedAt)
    {
        at = block.timestamp + between(at, 0, 45 days);
        pauseAt = block.timestamp + between(pauseAt, 0, 45 days);
        pauseFor = between(pauseFor, 0, 10 days);
        if (pauseAt <= at) {
            vm.warp(pauseAt);
            setPaused(true);
            paused = true;
        }
        if (pauseAt + pauseFor <= at) {
            vm.warp(pauseAt + pauseFor);
            setPaused(false);
            (paused, unpausedAt) = (false, pauseAt + pauseFor);
        }
        vm.warp(at);
    }

    /// @dev Once in a test: with dynamic test linking nothing runs after a deployment that was to revert.
    function _refusesWindows(uint32 decision, uint32 dispute_, uint32 grace) private {
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.JobEscrowInvalidWindow.selector));
        new JobEscrow(address(manager), registry, budget, token, decision, dispute_, grace);
    }

    function _can(bytes memory data) private returns (bool done) {
        uint256 before = vm.snapshotState();
        (done,) = address(escrow).call(data);
        vm.revertToState(before);
    }

    function _refuses(bytes memory data, bytes memory refused) private {
        (bool done, bytes memory answer) = address(escrow).call(data);
        isFalse(done, "should be refused");
        same(answer, refused, "error");
    }

    function _claim() private view returns (bytes memory) {
        bytes memory signature = signed(BOB, address(escrow), Sign.claim(_job, idOf(BOB), 1, CLIENT, FAR));
        return abi.encodeCall(escrow.claim, (_job, idOf(BOB), 1, CLIENT, FAR, signature));
    }

    function _submit(ClaimId id) private view returns (bytes memory) {
        bytes memory signature = signed(ALICE, address(escrow), Sign.submit(id, "evidence", FAR));
        return abi.encodeCall(escrow.submit, (id, "evidence", FAR, signature));
    }

    function _reject(ClaimId id) private view returns (bytes memory) {
        PartnerSignature memory by = byPartner(Sign.reject(id, 7, "why", FAR));
        return abi.encodeCall(escrow.reject, (id, 7, "why", by));
    }

    function _dispute(ClaimId id) private view returns (bytes memory) {
        bytes memory signature = signed(ALICE, address(escrow), Sign.dispute(id, "words", FAR));
        return abi.encodeCall(escrow.dispute, (id, "words", FAR, signature));
    }

    function _passed(uint256 deadline) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IJobEscrow.JobEscrowDeadlinePassed.selector, deadline);
    }

    function _notPassed(uint256 deadline) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IJobEscrow.JobEscrowDeadlineNotPassed.selector, deadline);
    }
}
