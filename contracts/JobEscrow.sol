// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";

import {FixedAuthority} from "./FixedAuthority.sol";
import {JobSignatures} from "./JobSignatures.sol";
import {IHeitjeToken} from "./interfaces/IHeitjeToken.sol";
import {
    Claim,
    ClaimState,
    IJobEscrow,
    Job,
    JobTerms,
    PartnerSignature,
    SkipReason
} from "./interfaces/IJobEscrow.sol";
import {IParticipantRegistry, ParticipantKind} from "./interfaces/IParticipantRegistry.sol";
import {IRewardBudget, Reward, RewardOutcome} from "./interfaces/IRewardBudget.sol";
import {ClaimId, JobId, ParticipantId, derive} from "./types/Ids.sol";

/// @title JobEscrow
/// @notice See {IJobEscrow}, which is the manual.
/// @dev Registry, budget and token are fixed, known contracts that call nothing outside themselves, so a call to them
/// cannot come back here.
contract JobEscrow is JobSignatures, FixedAuthority, Multicall {
    /// @dev Catches milliseconds given for seconds, which would lock a budget for ages.
    uint256 private constant _MAX_HORIZON = 400 days;

    IRewardBudget private immutable _budget;
    IHeitjeToken private immutable _token;
    uint256 private immutable _decisionWindow;
    uint256 private immutable _disputeWindow;
    uint256 private immutable _gracePeriod;

    mapping(JobId id => Job) private _jobs;
    mapping(ClaimId id => Claim) private _claims;

    /// @param manager the AccessManager that knows the roles
    /// @param decisionWindow_ seconds that a partner has to decide
    /// @param disputeWindow_ seconds that a resident has to dispute a rejection
    /// @param gracePeriod_ seconds added to every shown deadline
    constructor(
        address manager,
        IParticipantRegistry registry_,
        IRewardBudget budget_,
        IHeitjeToken token_,
        uint32 decisionWindow_,
        uint32 disputeWindow_,
        uint32 gracePeriod_
    ) JobSignatures(registry_) AccessManaged(manager) {
        require(decisionWindow_ != 0 && disputeWindow_ != 0 && gracePeriod_ != 0, JobEscrowInvalidWindow());
        _budget = budget_;
        _token = token_;
        _decisionWindow = decisionWindow_;
        _disputeWindow = disputeWindow_;
        _gracePeriod = gracePeriod_;
    }

    // ------------------------------------------------------------------ acts of partners, by signature

    /// @inheritdoc IJobEscrow
    function postJob(JobTerms calldata terms, PartnerSignature calldata by) external returns (JobId id) {
        _requirePosted(terms, by);
        _requireValid(terms);
        id = JobId.wrap(derive(terms.partner, terms.clientId));
        require(_jobs[id].slots == 0, JobEscrowJobExists(id));

        _jobs[id] = Job({
            partner: terms.partner,
            reward: terms.reward,
            claimBy: terms.claimBy,
            submitBy: terms.submitBy,
            period: terms.period,
            slots: terms.slots,
            open: terms.slots,
            active: 0,
            paid: 0,
            closed: false
        });

        emit JobPosted(
            id,
            terms.partner,
            terms.period,
            terms.reward,
            terms.slots,
            terms.claimBy,
            terms.submitBy,
            terms.documentHash
        );

        _budget.reserve(terms.partner, terms.period, terms.reward, terms.slots);
    }

    /// @inheritdoc IJobEscrow
    function closeJob(JobId id, PartnerSignature calldata by) external {
        Job storage job = _existing(id);
        _requireClosed(job.partner, id, by);
        require(!job.closed, JobEscrowAlreadyClosed(id));

        job.closed = true;

        emit JobClosed(id);

        _releaseOpen(id, job);
    }

    /// @inheritdoc IJobEscrow
    // slither-disable-next-line reentrancy-no-eth,reentrancy-events: the budget calls token and registry, and nothing back
    function approve(ParticipantId partner, ClaimId[] calldata claims, PartnerSignature calldata by)
        external
    {
        require(claims.length != 0, JobEscrowEmptyList());
        _requireApproved(partner, claims, by);

        Reward[] memory rewards = _takeSubmitted(partner, claims);
        RewardOutcome[] memory outcomes = _budget.reward(partner, rewards, true);
        for (uint256 i = 0; i < claims.length; ++i) {
            if (outcomes[i] == RewardOutcome.Minted) emit ClaimApproved(claims[i], rewards[i].cents);
            else _skip(claims[i], outcomes[i]);
        }
    }

    /// @inheritdoc IJobEscrow
    function reject(ClaimId id, uint16 reason, bytes32 documentHash, PartnerSignature calldata by) external {
        Claim storage target = _inState(id, ClaimState.Submitted);
        _requireRejected(_jobs[target.job].partner, id, reason, documentHash, by);
        _requireNotOver(target.since + _decisionWindow);

        target.state = ClaimState.Rejected;
        target.since = _now();

        emit ClaimRejected(id, reason, documentHash);
    }

    // ------------------------------------------------------------------ acts of residents, by signature

    /// @inheritdoc IJobEscrow
    function claim(
        JobId jobId,
        ParticipantId resident,
        uint48 cents,
        bytes32 clientId,
        uint48 deadline,
        bytes calldata signature
    ) external returns (ClaimId id) {
        Job storage job = _existing(jobId);
        _requireClaimed(jobId, resident, cents, clientId, deadline, signature);
        require(_registry.isActive(resident, ParticipantKind.Resident), JobEscrowResidentBlocked(resident));
        id = ClaimId.wrap(derive(resident, clientId));
        require(_claims[id].state == ClaimState.None, JobEscrowClaimExists(id));
        // slither-disable-next-line timestamp: deadlines are of days; a validator can bend seconds
        require(
            _takesClaims(job) && _registry.isActive(job.partner, ParticipantKind.Partner),
            JobEscrowNotClaimable(jobId)
        );
        require(job.open != 0, JobEscrowNoOpenSlot(jobId));
        require(cents != 0 && cents <= job.reward, JobEscrowInvalidAmount(cents, job.reward));

        --job.open;
        ++job.active;
        _claims[id] =
            Claim({resident: resident, cents: cents, since: 0, state: ClaimState.Claimed, job: jobId});

        emit ClaimMade(id, jobId, resident, cents);
    }

    /// @inheritdoc IJobEscrow
    function withdraw(ClaimId id, uint48 deadline, bytes calldata signature) external {
        Claim storage target = _inState(id, ClaimState.Claimed);
        _requireWithdrawn(target.resident, id, deadline, signature);

        target.state = ClaimState.Withdrawn;

        emit ClaimWithdrawn(id);

        _giveSlotBack(target.job);
    }

    /// @inheritdoc IJobEscrow
    function submit(ClaimId id, bytes32 evidenceHash, uint48 deadline, bytes calldata signature) external {
        Claim storage target = _inState(id, ClaimState.Claimed);
        _requireSubmitted(target.resident, id, evidenceHash, deadline, signature);
        _requireNotOver(_jobs[target.job].submitBy);

        target.state = ClaimState.Submitted;
        target.since = _now();

        emit ClaimSubmitted(id, evidenceHash);
    }

    /// @inheritdoc IJobEscrow
    function dispute(ClaimId id, bytes32 documentHash, uint48 deadline, bytes calldata signature) external {
        Claim storage target = _inState(id, ClaimState.Rejected);
        _requireDisputed(target.resident, id, documentHash, deadline, signature);
        _requireNotOver(target.since + _disputeWindow);

        target.state = ClaimState.Disputed;

        emit ClaimDisputed(id, documentHash);
    }

    // ------------------------------------------------------------------ acts of the arbiter

    /// @inheritdoc IJobEscrow
    // slither-disable-next-line reentrancy-benign,reentrancy-events: neither manager nor budget calls back
    function decide(ClaimId id, bool award, uint16 reason, bytes32 documentHash) external restricted {
        Claim storage target = _inState(id, ClaimState.Disputed);

        if (award) {
            target.state = ClaimState.Awarded;

            emit ClaimAwarded(id, target.cents, reason, documentHash);

            _payAward(id, target);
        } else {
            target.state = ClaimState.Denied;

            emit ClaimDenied(id, reason, documentHash);

            _giveSlotBack(target.job);
        }
    }

    // ------------------------------------------------------------------ acts of anyone, when the time has come

    /// @inheritdoc IJobEscrow
    function lapse(ClaimId id) external {
        Claim storage target = _inState(id, ClaimState.Claimed);
        _requireOver(_jobs[target.job].submitBy);

        target.state = ClaimState.Lapsed;

        emit ClaimLapsed(id);

        _giveSlotBack(target.job);
    }

    /// @inheritdoc IJobEscrow
    function escalate(ClaimId id) external {
        Claim storage target = _inState(id, ClaimState.Submitted);
        _requireOver(target.since + _decisionWindow);

        target.state = ClaimState.Disputed;

        emit ClaimEscalated(id);
    }

    /// @inheritdoc IJobEscrow
    function finaliseRejection(ClaimId id) external {
        Claim storage target = _inState(id, ClaimState.Rejected);
        _requireOver(target.since + _disputeWindow);

        target.state = ClaimState.RejectedFinally;

        emit ClaimRejectionFinal(id);

        _giveSlotBack(target.job);
    }

    /// @inheritdoc IJobEscrow
    function releaseOpenSlots(JobId id) external {
        Job storage job = _existing(id);
        _requireOver(job.claimBy);
        require(job.open != 0, JobEscrowNoOpenSlot(id));

        _releaseOpen(id, job);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IJobEscrow
    function registry() external view returns (address) {
        return address(_registry);
    }

    /// @inheritdoc IJobEscrow
    function budget() external view returns (address) {
        return address(_budget);
    }

    /// @inheritdoc IJobEscrow
    function token() external view returns (address) {
        return address(_token);
    }

    /// @inheritdoc IJobEscrow
    function jobOf(JobId id) external view returns (Job memory) {
        return _jobs[id];
    }

    /// @inheritdoc IJobEscrow
    function claimOf(ClaimId id) external view returns (Claim memory) {
        return _claims[id];
    }

    /// @inheritdoc IJobEscrow
    function decisionWindow() external view returns (uint256) {
        return _decisionWindow;
    }

    /// @inheritdoc IJobEscrow
    function disputeWindow() external view returns (uint256) {
        return _disputeWindow;
    }

    /// @inheritdoc IJobEscrow
    function gracePeriod() external view returns (uint256) {
        return _gracePeriod;
    }

    /// @inheritdoc IJobEscrow
    function isOver(uint256 deadline) public view returns (bool) {
        // slither-disable-next-line timestamp: deadlines are of days; a validator can bend seconds
        if (block.timestamp <= deadline + _gracePeriod) return false;

        (bool isPaused, uint48 unpausedAt) = _token.pauseState();
        return !isPaused && block.timestamp > unpausedAt + _gracePeriod;
    }

    // ------------------------------------------------------------------ slots and rewards

    /// @dev Marks every submitted claim as approved before anything is minted, so that one that is named twice is
    /// found taken; {_skip} takes that back where nothing could be minted.
    /// @return rewards in the order of the claims; zero cents for one that is not submitted
    function _takeSubmitted(ParticipantId partner, ClaimId[] calldata claims)
        private
        returns (Reward[] memory rewards)
    {
        rewards = new Reward[](claims.length);
        for (uint256 i = 0; i < claims.length; ++i) {
            Claim storage target = _claims[claims[i]];
            if (target.state == ClaimState.None) continue;
            Job storage job = _jobs[target.job];
            require(job.partner == partner, JobEscrowNotPartnersClaim(claims[i], partner));
            if (target.state != ClaimState.Submitted) continue;

            rewards[i] = _takeSlot(job, target);
            target.state = ClaimState.Approved;
        }
    }

    /// @dev Leaves a claim as it was before {_takeSubmitted}.
    function _skip(ClaimId id, RewardOutcome outcome) private {
        if (outcome == RewardOutcome.NothingAsked) {
            emit ClaimSkipped(id, SkipReason.NotSubmitted);
            return;
        }

        Claim storage target = _claims[id];
        Job storage job = _jobs[target.job];
        target.state = ClaimState.Submitted;
        ++job.active;
        --job.paid;

        bool blocked = outcome == RewardOutcome.PayeeCannotReceive;
        emit ClaimSkipped(id, blocked ? SkipReason.PayeeCannotReceive : SkipReason.MintLimitReached);
    }

    function _payAward(ClaimId id, Claim storage target) private {
        Job storage job = _jobs[target.job];
        Reward[] memory rewards = new Reward[](1);
        rewards[0] = _takeSlot(job, target);
        RewardOutcome[] memory outcomes = _budget.reward(job.partner, rewards, false);
        require(outcomes[0] == RewardOutcome.Minted, JobEscrowPayeeCannotReceive(id));
    }

    function _takeSlot(Job storage job, Claim storage target) private returns (Reward memory) {
        --job.active;
        ++job.paid;
        return Reward(target.resident, job.period, target.cents, job.reward);
    }

    /// @dev The slot of a claim that ended unpaid: open for others while the job takes claims, else released.
    function _giveSlotBack(JobId id) private {
        Job storage job = _jobs[id];
        --job.active;

        if (_takesClaims(job)) {
            ++job.open;
            emit SlotReopened(id);
        } else {
            emit SlotsReleased(id, 1);
            _budget.release(job.partner, job.period, job.reward);
        }
    }

    function _releaseOpen(JobId id, Job storage job) private {
        uint256 slots = job.open;
        if (slots == 0) return;
        job.open = 0;

        emit SlotsReleased(id, slots);

        _budget.release(job.partner, job.period, slots * job.reward);
    }

    function _takesClaims(Job storage job) private view returns (bool) {
        // slither-disable-next-line timestamp: deadlines are of days; a validator can bend seconds
        return !job.closed && !isOver(job.claimBy);
    }

    // ------------------------------------------------------------------ states and deadlines

    function _existing(JobId id) private view returns (Job storage job) {
        job = _jobs[id];
        require(job.slots != 0, JobEscrowUnknownJob(id));
    }

    function _inState(ClaimId id, ClaimState state) private view returns (Claim storage target) {
        target = _claims[id];
        require(target.state == state, JobEscrowUnexpectedState(id, target.state));
    }

    function _requireOver(uint256 deadline) private view {
        require(isOver(deadline), JobEscrowDeadlineNotPassed(deadline));
    }

    function _requireNotOver(uint256 deadline) private view {
        require(!isOver(deadline), JobEscrowDeadlinePassed(deadline));
    }

    function _requireValid(JobTerms calldata terms) private view {
        // slither-disable-next-line timestamp: deadlines are of days; a validator can bend seconds
        require(
            terms.slots != 0 && terms.reward != 0 && terms.claimBy > block.timestamp
                && terms.submitBy >= terms.claimBy && terms.submitBy <= block.timestamp + _MAX_HORIZON,
            JobEscrowInvalidTerms()
        );
    }

    /// @dev Safe until the year 36812.
    function _now() private view returns (uint40) {
        return uint40(block.timestamp);
    }
}
