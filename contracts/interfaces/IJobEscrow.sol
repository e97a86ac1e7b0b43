// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ClaimId, JobId, ParticipantId} from "../types/Ids.sol";

/// @dev Along which edges a claim moves is drawn at {IJobEscrow}.
enum ClaimState {
    None,
    Claimed,
    Withdrawn,
    Lapsed,
    Submitted,
    Approved,
    Rejected,
    RejectedFinally,
    Disputed,
    Awarded,
    Denied
}

/// @dev Why `approve` left a claim as it was.
enum SkipReason {
    NotSubmitted,
    PayeeCannotReceive,
    MintLimitReached
}

/// @dev What a partner promises. `reward` in cents per slot; `claimBy` and `submitBy` in seconds, as shown to people;
/// `documentHash` is `keccak256(salt || description)`; `clientId` is chosen by the caller, accepted once per partner.
struct JobTerms {
    ParticipantId partner;
    uint32 period;
    uint48 reward;
    uint16 slots;
    uint48 claimBy;
    uint48 submitBy;
    bytes32 documentHash;
    bytes32 clientId;
}

/// @dev A partner's act: who signs (ERC-7913), until when the signature is good (seconds), and the signature.
struct PartnerSignature {
    bytes signer;
    uint48 deadline;
    bytes signature;
}

/// @dev Two slots. `open + active + paid <= slots`; the rest of the slots is released.
struct Job {
    ParticipantId partner;
    uint48 reward;
    uint48 claimBy;
    uint48 submitBy;
    uint32 period;
    uint16 slots;
    uint16 open;
    uint16 active;
    uint16 paid;
    bool closed;
}

/// @dev `since` is the moment that the claim's present deadline runs from: when it was submitted, or rejected
/// (seconds). Two slots.
struct Claim {
    ParticipantId resident;
    uint48 cents;
    uint40 since;
    ClaimState state;
    JobId job;
}

/// @title Jobs, slots, claims, approvals and disputes
/// @notice A partner's job reserves `reward x slots` from its budget. A resident claims a slot, does the work and
/// submits it; the partner approves and the reward is minted, or rejects; the resident disputes; the arbiter decides.
///
/// ```
/// None --claim--> Claimed --submit--> Submitted --approve--> Approved
///                   | |                 | |
///                   | '-withdraw-> Withdrawn      (the resident)
///                   '-lapse------> Lapsed         (anyone, after submitBy)
///                                       | '-escalate--> Disputed (anyone, after the decision window)
///                                       '-reject--> Rejected --dispute--> Disputed (the resident, in the window)
///                                                      '-finaliseRejection--> RejectedFinally (anyone, after it)
///                                                   Disputed --decide--> Awarded | Denied (the arbiter)
/// ```
///
/// Deadlines: what people are shown is `claimBy`, `submitBy` and the two windows; the contract adds a grace period to
/// each, and lets none pass while the token is paused nor within a grace period after. One rule (`isOver`) decides both
/// what may still be done (claim, submit, reject, dispute) and what may be ended for lack of it (releaseOpenSlots,
/// lapse, escalate, finaliseRejection), so that at every moment exactly one of the two is possible. A pause also revives
/// a deadline that had passed without anybody acting on it.
///
/// Every relayed act is by signature: whoever sends it pays the gas and gains nothing. Partners sign EIP-712 messages
/// with any ERC-7913 signer; residents with their wallet's key, which the service holds.
///
/// Trust and assumptions:
/// - The service chooses a claim's amount (someone under 21 has a lower hour limit). It is at most the slot's reward,
///   is shown before claiming, and the rest of the slot is released when the claim is paid.
/// - Neither one claim per person and job, nor what a person may earn, is checked here: both are the service's rules.
/// - An arbiter who stays silent is replaced; silence decides nothing.
interface IJobEscrow {
    // ------------------------------------------------------------------ events

    event JobPosted(
        JobId indexed job,
        ParticipantId indexed partner,
        uint32 indexed period,
        uint256 reward,
        uint256 slots,
        uint48 claimBy,
        uint48 submitBy,
        bytes32 documentHash
    );

    /// @notice The partner takes no more claims on this job.
    event JobClosed(JobId indexed job);

    /// @notice A slot whose claim ended unpaid can be claimed again.
    event SlotReopened(JobId indexed job);

    /// @notice `slots` of the job are promised to nobody any more; their reward is back in the budget.
    event SlotsReleased(JobId indexed job, uint256 slots);

    /// @notice A resident will be paid `cents` for this job if the work is found good.
    event ClaimMade(ClaimId indexed claim, JobId indexed job, ParticipantId indexed resident, uint256 cents);

    event ClaimWithdrawn(ClaimId indexed claim);
    event ClaimLapsed(ClaimId indexed claim);

    /// @notice The resident says the work is done. `evidenceHash` is `keccak256(salt || evidence)`.
    event ClaimSubmitted(ClaimId indexed claim, bytes32 evidenceHash);

    /// @notice The partner found the work good; `cents` were minted to the resident.
    event ClaimApproved(ClaimId indexed claim, uint256 cents);

    /// @notice `approve` left this claim as it was; the same signature may be sent again until its deadline.
    event ClaimSkipped(ClaimId indexed claim, SkipReason reason);

    /// @notice The partner found the work not good. `reason` is a code, `documentHash` is `keccak256(salt || text)`.
    event ClaimRejected(ClaimId indexed claim, uint16 reason, bytes32 documentHash);

    /// @notice Nobody disputed the rejection in time.
    event ClaimRejectionFinal(ClaimId indexed claim);

    /// @notice The resident does not agree with the rejection.
    event ClaimDisputed(ClaimId indexed claim, bytes32 documentHash);

    /// @notice The partner stayed silent; the arbiter decides.
    event ClaimEscalated(ClaimId indexed claim);

    /// @notice The arbiter decided for the resident; `cents` were minted.
    event ClaimAwarded(ClaimId indexed claim, uint256 cents, uint16 reason, bytes32 documentHash);

    /// @notice The arbiter decided against the resident.
    event ClaimDenied(ClaimId indexed claim, uint16 reason, bytes32 documentHash);

    // ------------------------------------------------------------------ errors

    error JobEscrowSignatureExpired(uint48 deadline);
    error JobEscrowEmptyList();
    error JobEscrowJobExists(JobId job);
    error JobEscrowUnknownJob(JobId job);

    /// @notice No slots, no reward, a moment in the past, `submitBy` before `claimBy`, or beyond 400 days.
    error JobEscrowInvalidTerms();

    /// @notice Closed by the partner, or its time to claim is over, or the partner is blocked.
    error JobEscrowNotClaimable(JobId job);

    error JobEscrowNoOpenSlot(JobId job);
    error JobEscrowResidentBlocked(ParticipantId resident);

    /// @notice Nothing, or more than the slot's reward.
    error JobEscrowInvalidAmount(uint256 cents, uint256 reward);

    error JobEscrowClaimExists(ClaimId claim);

    /// @notice The claim is not in the state that the act starts from.
    error JobEscrowUnexpectedState(ClaimId claim, ClaimState state);

    /// @notice The claim is on another partner's job.
    error JobEscrowNotPartnersClaim(ClaimId claim, ParticipantId partner);

    error JobEscrowAlreadyClosed(JobId job);

    /// @notice Too late, or the other way round: not yet.
    error JobEscrowDeadlinePassed(uint256 deadline);
    error JobEscrowDeadlineNotPassed(uint256 deadline);

    /// @notice The resident is blocked; the award can be decided again later.
    error JobEscrowPayeeCannotReceive(ClaimId claim);

    /// @notice A window or the grace period of the deployment is zero.
    error JobEscrowInvalidWindow();

    // ------------------------------------------------------------------ acts of partners, by signature

    /// @notice Posts a job and reserves its rewards.
    /// @param by over `PostJob(bytes20 partner,uint32 period,uint48 reward,uint16 slots,uint48 claimBy,uint48 submitBy,
    /// bytes32 documentHash,bytes32 clientId,uint48 deadline)`
    function postJob(JobTerms calldata terms, PartnerSignature calldata by) external returns (JobId);

    /// @notice Takes no more claims and releases the open slots. Claims that were made go on.
    /// @param by over `CloseJob(bytes32 job,uint48 deadline)`
    function closeJob(JobId job, PartnerSignature calldata by) external;

    /// @notice Pays many claims under one signature. Those that are not Submitted, whose payee cannot receive, or for
    /// which the mint limit is too low now, are skipped: one bad claim does not stop the others.
    /// @dev A claim of another partner's job reverts the whole: no signature of this partner is about it.
    /// WARNING: the signature is good for a claim that is submitted only later. Sign for work that was seen.
    /// @param by over `Approve(bytes20 partner,bytes32[] claims,uint48 deadline)`
    function approve(ParticipantId partner, ClaimId[] calldata claims, PartnerSignature calldata by) external;

    /// @notice Finds a submitted claim not good. After the decision window it is too late, and only {approve} remains.
    /// @param reason a code from the municipality's list
    /// @param documentHash `keccak256(salt || explanation)`
    /// @param by over `Reject(bytes32 claim,uint16 reason,bytes32 documentHash,uint48 deadline)`
    function reject(ClaimId id, uint16 reason, bytes32 documentHash, PartnerSignature calldata by) external;

    // ------------------------------------------------------------------ acts of residents, by signature

    /// @notice Takes an open slot.
    /// @param cents what the resident gets when paid: more than nothing, at most the slot's reward
    /// @param clientId chosen by the caller, accepted once per resident
    /// @param deadline until when the signature is good, in seconds
    /// @param signature over `Claim(bytes32 job,bytes20 resident,uint48 cents,bytes32 clientId,uint48 deadline)`
    function claim(
        JobId job,
        ParticipantId resident,
        uint48 cents,
        bytes32 clientId,
        uint48 deadline,
        bytes calldata signature
    ) external returns (ClaimId);

    /// @notice Gives a claimed slot back.
    /// @param signature over `Withdraw(bytes32 claim,uint48 deadline)`
    function withdraw(ClaimId id, uint48 deadline, bytes calldata signature) external;

    /// @notice Says that the work is done.
    /// @param evidenceHash `keccak256(salt || evidence)`
    /// @param signature over `Submit(bytes32 claim,bytes32 evidenceHash,uint48 deadline)`
    function submit(ClaimId id, bytes32 evidenceHash, uint48 deadline, bytes calldata signature) external;

    /// @notice Brings a rejection before the arbiter.
    /// @param documentHash `keccak256(salt || the resident's words)`
    /// @param signature over `Dispute(bytes32 claim,bytes32 documentHash,uint48 deadline)`
    function dispute(ClaimId id, bytes32 documentHash, uint48 deadline, bytes calldata signature) external;

    // ------------------------------------------------------------------ acts of the arbiter

    /// @notice Decides a dispute: pays the claim (past the mint limit) or denies it.
    /// @dev Reverts while the resident cannot receive, so that an award is never lost: decide again later.
    /// @param reason a code from the municipality's list
    /// @param documentHash `keccak256(salt || reasons in words)`
    /// @custom:access-control ARBITER
    function decide(ClaimId id, bool award, uint16 reason, bytes32 documentHash) external;

    // ------------------------------------------------------------------ acts of anyone, when the time has come

    /// @notice Ends a claim whose work was not submitted in time.
    function lapse(ClaimId id) external;

    /// @notice Brings a claim before the arbiter when the partner stayed silent past the decision window.
    function escalate(ClaimId id) external;

    /// @notice Ends a rejected claim that was not disputed in time.
    function finaliseRejection(ClaimId id) external;

    /// @notice Gives the open slots of a job back to the budget when its time to claim is over.
    function releaseOpenSlots(JobId job) external;

    // ------------------------------------------------------------------ views

    function registry() external view returns (address);

    function budget() external view returns (address);

    function token() external view returns (address);

    /// @notice A job; all zero when unknown.
    function jobOf(JobId id) external view returns (Job memory);

    /// @notice A claim; all zero when unknown.
    function claimOf(ClaimId id) external view returns (Claim memory);

    /// @notice Whether a shown deadline (seconds) counts as passed now: grace included, and not while paused nor
    /// within a grace period after.
    function isOver(uint256 deadline) external view returns (bool);

    /// @notice How long a partner has to decide before a claim can be escalated, in seconds.
    function decisionWindow() external view returns (uint256);

    /// @notice How long a resident has to dispute a rejection, in seconds.
    function disputeWindow() external view returns (uint256);

    /// @notice What is added to every shown deadline, in seconds.
    function gracePeriod() external view returns (uint256);
}
