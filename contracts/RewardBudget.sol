// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {RateLimiter} from "@openzeppelin/contracts/utils/RateLimiter.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

import {FixedAuthority} from "./FixedAuthority.sol";
import {IHeitjeToken} from "./interfaces/IHeitjeToken.sol";
import {IParticipantRegistry, ParticipantKind} from "./interfaces/IParticipantRegistry.sol";
import {Attestation, Budget, IRewardBudget, Reward, RewardOutcome} from "./interfaces/IRewardBudget.sol";
import {BudgetId, ParticipantId, budgetIdOf} from "./types/Ids.sol";

// slither-disable-start reentrancy-benign,reentrancy-events: what is called outside is the manager (by `restricted`)
// and Heitje's own contracts, all fixed for good, and none of them calls back.
/// @title RewardBudget
/// @notice See {IRewardBudget}, which is the manual.
contract RewardBudget is IRewardBudget, FixedAuthority, Multicall {
    using RateLimiter for RateLimiter.RefillingBucket;
    using SafeCast for uint256;

    /// @dev A partner's limiter has one entry: limiters share their settings, and each partner has its own.
    bytes32 private constant _ONLY_ENTRY = 0;

    uint48 private constant _MIN_WINDOW = 1 hours;
    uint48 private constant _MAX_WINDOW = 31 days;

    IHeitjeToken private immutable _token;
    IParticipantRegistry private immutable _registry;
    address private immutable _jobEscrow;
    uint256 private immutable _maxReward;
    uint256 private immutable _attestationMaxAge;

    mapping(BudgetId id => Budget) private _budgets;
    // slither-disable-next-line uninitialized-state: RateLimiter writes to it by reference
    mapping(ParticipantId partner => RateLimiter.RefillingBucket) private _mintLimits;
    mapping(bytes32 id => bool) private _usedIds;
    Attestation private _attestation;
    uint256 private _outstanding;

    modifier onlyJobEscrow() {
        require(msg.sender == _jobEscrow, RewardBudgetUnauthorisedCaller(msg.sender));
        _;
    }

    /// @param manager the AccessManager that knows the roles
    /// @param highestReward cents; no slot of a job may carry more
    /// @param maxAge seconds; a grant needs a statement that is not older
    constructor(
        address manager,
        IHeitjeToken token_,
        IParticipantRegistry registry_,
        address jobEscrow_,
        uint64 highestReward,
        uint32 maxAge
    ) AccessManaged(manager) {
        require(highestReward != 0, RewardBudgetZeroAmount());
        _token = token_;
        _registry = registry_;
        // slither-disable-next-line missing-zero-check: any wrong address is as bad as zero; check_deployment reads it
        _jobEscrow = jobEscrow_;
        _maxReward = highestReward;
        _attestationMaxAge = maxAge;
    }

    // ------------------------------------------------------------------ acts of officers

    /// @inheritdoc IRewardBudget
    function grant(ParticipantId partner, uint32 period, uint64 cents, bytes32 grantId) external restricted {
        BudgetId id = budgetIdOf(partner, period);
        Budget storage target = _budgets[id];
        require(cents != 0, RewardBudgetZeroAmount());
        require(_registry.isActive(partner, ParticipantKind.Partner), RewardBudgetNotAPartner(partner));
        require(!target.closed, RewardBudgetIsClosed(id));
        _useId(grantId);
        _requireCovered(cents);

        target.granted += cents;
        _outstanding += cents;

        emit BudgetGranted(id, partner, period, cents, grantId);
    }

    /// @inheritdoc IRewardBudget
    function closeBudget(ParticipantId partner, uint32 period) external restricted {
        BudgetId id = budgetIdOf(partner, period);
        Budget storage target = _budgets[id];
        require(!target.closed, RewardBudgetIsClosed(id));
        require(target.granted != 0, RewardBudgetUnknown(id));

        uint64 unpromised = _available(target);
        target.granted -= unpromised;
        target.closed = true;
        _outstanding -= unpromised;

        emit BudgetClosed(id, unpromised);
    }

    /// @inheritdoc IRewardBudget
    function award(
        ParticipantId partner,
        uint32 period,
        ParticipantId resident,
        uint64 cents,
        bytes32 reasonHash,
        bytes32 awardId
    ) external restricted {
        BudgetId id = budgetIdOf(partner, period);
        Budget storage source = _budgets[id];
        require(cents != 0, RewardBudgetZeroAmount());
        _requireAvailable(id, source, cents);
        _useId(awardId);
        _consumeMintLimit(partner, cents);

        source.minted += cents;
        _outstanding -= cents;

        emit AwardMinted(id, resident, cents, reasonHash, awardId);

        require(_token.mint(resident, cents), RewardBudgetPayeeCannotReceive(resident));
    }

    /// @inheritdoc IRewardBudget
    function attestReserve(uint64 cents, uint48 asOf, bytes32 statementHash) external restricted {
        uint48 previous = _attestation.asOf;
        require(asOf <= Time.timestamp() && asOf > previous, RewardBudgetInvalidAsOf(asOf, previous));

        _attestation = Attestation(cents, asOf, msg.sender);

        emit ReserveAttested(cents, asOf, statementHash, msg.sender);
    }

    /// @inheritdoc IRewardBudget
    function setMintLimit(ParticipantId partner, uint64 capacity, uint48 window) external restricted {
        require(_registry.isActive(partner, ParticipantKind.Partner), RewardBudgetNotAPartner(partner));
        require(
            capacity >= _maxReward && window >= _MIN_WINDOW && window <= _MAX_WINDOW,
            RewardBudgetInvalidMintLimit(capacity, window)
        );

        RateLimiter.RefillingBucket storage limit = _mintLimits[partner];
        // What has refilled so far refilled at the old speed.
        limit.sync(_ONLY_ENTRY);
        limit.updateSettings(window, capacity);
        // More than the new bucket holds would keep it empty for longer than its window.
        if (limit.used(_ONLY_ENTRY) > capacity) {
            limit.reset(_ONLY_ENTRY);
            limit.consume(_ONLY_ENTRY, capacity);
        }

        emit MintLimitSet(partner, capacity, window);
    }

    // ------------------------------------------------------------------ acts of the job escrow

    /// @inheritdoc IRewardBudget
    function reserve(ParticipantId partner, uint32 period, uint256 slotReward, uint256 slots)
        external
        onlyJobEscrow
    {
        BudgetId id = budgetIdOf(partner, period);
        Budget storage source = _budgets[id];
        uint256 cents = slotReward * slots;
        require(cents != 0, RewardBudgetZeroAmount());
        require(slotReward <= _maxReward, RewardBudgetAboveMaxReward(slotReward, _maxReward));
        _requireAvailable(id, source, cents);
        _requireMintLimit(partner);

        source.reserved += cents.toUint64();
    }

    /// @inheritdoc IRewardBudget
    function release(ParticipantId partner, uint32 period, uint256 cents) external onlyJobEscrow {
        Budget storage source = _budgets[budgetIdOf(partner, period)];

        source.reserved -= cents.toUint64();
        _returnIfClosed(source, cents.toUint64());
    }

    /// @inheritdoc IRewardBudget
    /// @dev The token's answer comes first, since only it knows whether somebody can be paid; it calls nothing back.
    // slither-disable-next-line reentrancy-no-eth: the token calls only the registry's views, and nothing back
    function reward(ParticipantId partner, Reward[] calldata rewards, bool limited)
        external
        onlyJobEscrow
        returns (RewardOutcome[] memory outcomes)
    {
        RateLimiter.RefillingBucket storage limit = _mintLimits[partner];
        uint256 allowed = limited ? limit.available(_ONLY_ENTRY) : type(uint256).max;
        uint256 minted = 0;
        outcomes = new RewardOutcome[](rewards.length);

        for (uint256 i = 0; i < rewards.length; ++i) {
            uint256 cents = rewards[i].cents;
            if (cents == 0) continue;
            if (cents > allowed - minted) {
                outcomes[i] = RewardOutcome.MintLimitReached;
                // slither-disable-next-line calls-loop: the token is ours and answers false where it cannot mint
            } else if (!_token.mint(rewards[i].resident, cents)) {
                outcomes[i] = RewardOutcome.PayeeCannotReceive;
            } else {
                outcomes[i] = RewardOutcome.Minted;
                minted += cents;
                _spend(_budgets[budgetIdOf(partner, rewards[i].period)], rewards[i]);
            }
        }

        _outstanding -= minted;
        if (limited) limit.consume(_ONLY_ENTRY, minted);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IRewardBudget
    function token() external view returns (address) {
        return address(_token);
    }

    /// @inheritdoc IRewardBudget
    function registry() external view returns (address) {
        return address(_registry);
    }

    /// @inheritdoc IRewardBudget
    function jobEscrow() external view returns (address) {
        return _jobEscrow;
    }

    /// @inheritdoc IRewardBudget
    function budget(BudgetId id) external view returns (Budget memory) {
        return _budgets[id];
    }

    /// @inheritdoc IRewardBudget
    function attestation() external view returns (Attestation memory) {
        return _attestation;
    }

    /// @inheritdoc IRewardBudget
    function outstanding() external view returns (uint256) {
        return _outstanding;
    }

    /// @inheritdoc IRewardBudget
    function mintLimit(ParticipantId partner)
        external
        view
        returns (uint256 capacity, uint48 window, uint256 available)
    {
        RateLimiter.RefillingBucket storage limit = _mintLimits[partner];
        return (limit._capacity, limit._window, limit.available(_ONLY_ENTRY));
    }

    /// @inheritdoc IRewardBudget
    function maxReward() external view returns (uint256) {
        return _maxReward;
    }

    /// @inheritdoc IRewardBudget
    function attestationMaxAge() external view returns (uint256) {
        return _attestationMaxAge;
    }

    /// @inheritdoc IRewardBudget
    function isIdUsed(bytes32 id) external view returns (bool) {
        return _usedIds[id];
    }

    /// @inheritdoc IRewardBudget
    function reserveLeft() public view returns (uint256) {
        uint48 asOf = _attestation.asOf;
        if (asOf == 0) return 0;

        // A burn in the statement's own second counts as later: it errs to the safe side.
        uint256 burnedSince = _token.totalBurned() - _token.burnedUntil(asOf - 1);
        return Math.saturatingSub(_attestation.cents, burnedSince);
    }

    // ------------------------------------------------------------------ rules

    /// @dev Euros that were booked to merchants after the statement are not in the bank any more, so a statement is
    /// worth less with every burn after it. A burn of something booked before it counts twice until the next
    /// statement: that errs to the safe side and only makes a grant wait.
    function _requireCovered(uint256 cents) private view {
        // slither-disable-next-line timestamp: a statement's age is of days; a validator can bend seconds
        require(
            _attestation.asOf != 0 && _attestation.asOf + _attestationMaxAge >= block.timestamp,
            RewardBudgetAttestationTooOld(_attestation.asOf)
        );
        require(_attestation.attester != msg.sender, RewardBudgetSelfAttested(msg.sender));
        uint256 promised = _token.totalSupply() + _outstanding + cents;
        uint256 covered = reserveLeft();
        require(promised <= covered, RewardBudgetNotCovered(promised, covered));
    }

    function _requireAvailable(BudgetId id, Budget storage source, uint256 cents) private view {
        require(!source.closed, RewardBudgetIsClosed(id));
        require(source.granted != 0, RewardBudgetUnknown(id));
        uint256 available = _available(source);
        require(cents <= available, RewardBudgetExceeded(id, cents, available));
    }

    function _requireMintLimit(ParticipantId partner) private view {
        require(_mintLimits[partner]._capacity != 0, RewardBudgetNoMintLimit(partner));
    }

    function _consumeMintLimit(ParticipantId partner, uint256 cents) private {
        _requireMintLimit(partner);
        RateLimiter.RefillingBucket storage limit = _mintLimits[partner];
        require(
            limit.tryConsume(_ONLY_ENTRY, cents),
            RewardBudgetMintLimitReached(partner, cents, limit.available(_ONLY_ENTRY))
        );
    }

    function _useId(bytes32 id) private {
        require(!_usedIds[id], RewardBudgetIdUsed(id));

        _usedIds[id] = true;
    }

    // ------------------------------------------------------------------ details

    /// @dev What was reserved becomes coins; `rest`, which a smaller claim left of its slot, is free again.
    function _spend(Budget storage source, Reward calldata paid) private {
        uint64 rest = paid.slotReward - paid.cents;
        source.reserved -= paid.slotReward;
        source.minted += paid.cents;
        if (rest != 0) _returnIfClosed(source, rest);
    }

    /// @dev What a closed budget gets back is not promised again.
    function _returnIfClosed(Budget storage source, uint64 cents) private {
        if (!source.closed) return;

        source.granted -= cents;
        _outstanding -= cents;
    }

    function _available(Budget storage source) private view returns (uint64) {
        return source.granted - source.reserved - source.minted;
    }
}
// slither-disable-end reentrancy-benign,reentrancy-events
