// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {BudgetId, ParticipantId} from "../types/Ids.sol";

/// @dev All in cents. `reserved + minted <= granted`, always. One storage slot.
struct Budget {
    uint64 granted;
    uint64 reserved;
    uint64 minted;
    bool closed;
}

/// @dev What the bank statement said: `cents` at `asOf` (seconds), told by `attester`.
struct Attestation {
    uint64 cents;
    uint48 asOf;
    address attester;
}

/// @dev A slot that is to be paid: `cents` to `resident`, out of `slotReward` cents reserved in `period`.
struct Reward {
    ParticipantId resident;
    uint32 period;
    uint48 cents;
    uint48 slotReward;
}

/// @dev What became of a reward. Only Minted has changed anything; the last two can be tried again later.
enum RewardOutcome {
    NothingAsked,
    Minted,
    PayeeCannotReceive,
    MintLimitReached
}

/// @title What partners may promise, and the only place where coins are made
/// @notice The treasurer grants a partner a budget for a period. A job reserves from it, an approved claim turns what
/// was reserved into coins, and what a job did not need is free again.
///
/// Promises are covered: at each grant, all coins plus everything granted and not yet minted must fit into the euros
/// that somebody else than the treasurer read from the bank statement, less what was burned since that statement
/// (those euros have left the bank). Only `grant` looks at this: a stale or lower attestation never stops a job, a
/// reward, a payment or a redemption that was promised before.
///
/// A stolen partner's key is contained by a refilling mint limit: one bucket per partner, which holds at least the
/// highest reward that exists, so that an exhausted limit means later and never "never". Up to twice the capacity can
/// pass within one window. The arbiter's awards are exempt: the partner's key has no part in them.
///
/// Its events tell what officers did. What jobs reserve, release and turn into coins is told once, by the escrow's
/// JobPosted, SlotsReleased, ClaimApproved and ClaimAwarded.
///
/// Trust and assumptions: the job escrow's address is fixed at deployment. `attestReserve` tells the balance of the
/// reserve account less what is payable (booked as burned, but returned by the bank).
interface IRewardBudget {
    // ------------------------------------------------------------------ events

    /// @notice The partner may promise `cents` more in this period.
    event BudgetGranted(
        BudgetId indexed budget,
        ParticipantId indexed partner,
        uint32 indexed period,
        uint256 cents,
        bytes32 grantId
    );

    /// @notice `cents` that nobody had been promised are the city's again; nothing can be promised from it any more.
    event BudgetClosed(BudgetId indexed budget, uint256 cents);

    /// @notice The treasurer gave a resident `cents` from the unreserved part of a budget.
    event AwardMinted(
        BudgetId indexed budget,
        ParticipantId indexed resident,
        uint256 cents,
        bytes32 reasonHash,
        bytes32 awardId
    );

    /// @notice A bank statement was read.
    event ReserveAttested(uint256 cents, uint48 asOf, bytes32 statementHash, address attester);

    /// @notice A partner's bucket holds `capacity` cents and fills in `window` seconds.
    event MintLimitSet(ParticipantId indexed partner, uint256 capacity, uint48 window);

    // ------------------------------------------------------------------ errors

    error RewardBudgetUnauthorisedCaller(address caller);
    error RewardBudgetZeroAmount();
    error RewardBudgetIdUsed(bytes32 id);

    /// @notice Not a partner, or a blocked one.
    error RewardBudgetNotAPartner(ParticipantId partner);
    error RewardBudgetUnknown(BudgetId budget);
    error RewardBudgetIsClosed(BudgetId budget);

    /// @notice More is asked than is granted and neither reserved nor minted.
    error RewardBudgetExceeded(BudgetId budget, uint256 asked, uint256 available);

    /// @notice A reward above the highest that this deployment knows.
    error RewardBudgetAboveMaxReward(uint256 cents, uint256 maxReward);

    /// @notice The partner has no mint limit yet, so nothing it approves could be minted.
    error RewardBudgetNoMintLimit(ParticipantId partner);

    error RewardBudgetInvalidMintLimit(uint256 capacity, uint48 window);

    /// @notice The partner's bucket is empty; `available` cents may be minted now.
    error RewardBudgetMintLimitReached(ParticipantId partner, uint256 asked, uint256 available);

    error RewardBudgetPayeeCannotReceive(ParticipantId resident);

    /// @notice Coins and promises would be more than the euros in the bank.
    error RewardBudgetNotCovered(uint256 promised, uint256 reserve);

    /// @notice Nobody has read the bank statement, or too long ago.
    error RewardBudgetAttestationTooOld(uint48 asOf);

    /// @notice Who grants may not be who read the statement.
    /// @dev The callers are compared, so both roles must act without delay (a delayed act comes from the manager).
    error RewardBudgetSelfAttested(address officer);

    /// @notice `asOf` lies in the future, or not after the previous statement.
    error RewardBudgetInvalidAsOf(uint48 asOf, uint48 previous);

    // ------------------------------------------------------------------ acts of officers

    /// @notice Gives `partner` `cents` more to promise in `period`; the first grant opens the budget.
    /// @param grantId chosen by the caller, accepted once
    /// @custom:access-control TREASURER
    function grant(ParticipantId partner, uint32 period, uint64 cents, bytes32 grantId) external;

    /// @notice Lowers `granted` to what is reserved and minted; what is released later leaves `granted` too.
    /// @custom:access-control TREASURER
    function closeBudget(ParticipantId partner, uint32 period) external;

    /// @notice Mints `cents` to a resident at once, from the unreserved part of a budget and within the partner's mint
    /// limit. It is how a promise is kept that no claim can carry.
    /// @param reasonHash `keccak256(salt || document)`
    /// @param awardId chosen by the caller, accepted once
    /// @custom:access-control TREASURER
    function award(
        ParticipantId partner,
        uint32 period,
        ParticipantId resident,
        uint64 cents,
        bytes32 reasonHash,
        bytes32 awardId
    ) external;

    /// @notice Records the euros in the bank.
    /// @param cents balance of the reserve account less what is payable
    /// @param asOf the moment that the statement speaks of, in seconds; later than the previous one's
    /// @param statementHash `keccak256(salt || statement)`
    /// @custom:access-control AUDITOR
    function attestReserve(uint64 cents, uint48 asOf, bytes32 statementHash) external;

    /// @notice Sets how much one partner's approvals (and awards from its budgets) can mint.
    /// @param capacity cents that the full bucket holds; at least the highest reward
    /// @param window seconds in which an empty bucket fills; an hour to 31 days
    /// @custom:access-control LIMIT_SETTER: the treasurer, after a delay
    function setMintLimit(ParticipantId partner, uint64 capacity, uint48 window) external;

    // ------------------------------------------------------------------ acts of the job escrow

    /// @notice Promises `slots` rewards of `slotReward` cents each.
    /// @custom:access-control the job escrow
    function reserve(ParticipantId partner, uint32 period, uint256 slotReward, uint256 slots) external;

    /// @notice Takes back promises of `cents`.
    /// @custom:access-control the job escrow
    function release(ParticipantId partner, uint32 period, uint256 cents) external;

    /// @notice Mints rewards of one partner's jobs, and releases what a slot held above its reward.
    /// @param rewards an entry of zero cents asks for nothing
    /// @param limited whether the partner's mint limit applies
    /// @return outcomes what became of each, in the same order
    /// @custom:access-control the job escrow
    function reward(ParticipantId partner, Reward[] calldata rewards, bool limited)
        external
        returns (RewardOutcome[] memory outcomes);

    // ------------------------------------------------------------------ views

    function token() external view returns (address);

    function registry() external view returns (address);

    /// @notice The one contract that may reserve, release and have rewards minted.
    function jobEscrow() external view returns (address);

    /// @notice A budget; all zero when nothing was ever granted.
    function budget(BudgetId id) external view returns (Budget memory);

    /// @notice The last statement read; all zero when none was.
    function attestation() external view returns (Attestation memory);

    /// @notice Euros in the bank as far as known: the last statement less what was burned since, in cents.
    function reserveLeft() external view returns (uint256 cents);

    /// @notice Everything granted and not yet minted, over all budgets, in cents.
    function outstanding() external view returns (uint256 cents);

    /// @notice The partner's bucket: what it holds when full, how fast it fills, what may be minted now.
    function mintLimit(ParticipantId partner)
        external
        view
        returns (uint256 capacity, uint48 window, uint256 available);

    /// @notice The highest reward of a slot, in cents.
    function maxReward() external view returns (uint256 cents);

    /// @notice How old a statement may be for a grant, in seconds.
    function attestationMaxAge() external view returns (uint256 age);

    /// @notice Whether a grant or an award used this id.
    function isIdUsed(bytes32 id) external view returns (bool);
}
