// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {FixedAuthority} from "./FixedAuthority.sol";
import {IHeitjeToken} from "./interfaces/IHeitjeToken.sol";
import {IParticipantRegistry} from "./interfaces/IParticipantRegistry.sol";
import {Batch, IRedemption, Line, LineState} from "./interfaces/IRedemption.sol";
import {BatchId, ParticipantId, RedemptionId, derive} from "./types/Ids.sol";

// slither-disable-start reentrancy-benign,reentrancy-events: what is called outside is the manager (by `restricted`)
// and Heitje's own contracts, all fixed for good, and none of them calls back.
/// @title Redemption
/// @notice See {IRedemption}, which is the manual.
contract Redemption is IRedemption, FixedAuthority, Multicall {
    using SafeCast for uint256;
    using SafeERC20 for IHeitjeToken;

    /// @dev Refusing a line costs about 8,000 gas.
    uint256 private constant _MOST_LINES = 1000;

    IHeitjeToken private immutable _token;
    IParticipantRegistry private immutable _registry;

    mapping(RedemptionId id => Line) private _lines;
    mapping(BatchId id => Batch) private _batches;
    uint32 private _lastBatch;

    /// @param manager the AccessManager that knows the roles
    constructor(address manager, IHeitjeToken token_, IParticipantRegistry registry_) AccessManaged(manager) {
        _token = token_;
        _registry = registry_;
    }

    // ------------------------------------------------------------------ acts

    /// @inheritdoc IRedemption
    function redeem(
        address wallet,
        uint256 cents,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 clientId,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (RedemptionId id) {
        ParticipantId merchant = _registry.participantOf(wallet);
        require(merchant != ParticipantId.wrap(0), RedemptionUnknownWallet(wallet));
        require(cents != 0, RedemptionZeroAmount());
        id = RedemptionId.wrap(derive(merchant, clientId));
        require(_lines[id].state == LineState.None, RedemptionExists(id));

        _lines[id] = Line(merchant, cents.toUint48(), BatchId.wrap(0), LineState.Locked);

        emit RedemptionLocked(id, merchant, cents);

        _token.receiveWithAuthorization(
            wallet, address(this), cents, validAfter, validBefore, RedemptionId.unwrap(id), v, r, s
        );
    }

    /// @inheritdoc IRedemption
    function close(BatchId id, RedemptionId[] calldata redemptions) external restricted {
        BatchId expected = BatchId.wrap(_lastBatch + 1);
        require(BatchId.unwrap(id) == BatchId.unwrap(expected), RedemptionUnexpectedBatch(id, expected));
        require(redemptions.length != 0, RedemptionEmptyList());
        require(redemptions.length <= _MOST_LINES, RedemptionTooManyLines(redemptions.length, _MOST_LINES));

        uint64 cents = 0;
        for (uint256 i = 0; i < redemptions.length; ++i) {
            Line storage line = _inState(redemptions[i], LineState.Locked);
            line.state = LineState.Batched;
            line.batch = id;
            cents += line.cents;
        }
        _lastBatch = BatchId.unwrap(id);
        _batches[id] =
            Batch({cents: cents, rejectedCents: 0, lines: redemptions.length.toUint32(), settled: false});

        emit BatchClosed(id, cents, redemptions);
    }

    /// @inheritdoc IRedemption
    function settle(BatchId id, RedemptionId[] calldata rejected) external restricted {
        Batch storage batch = _batches[id];
        require(batch.lines != 0, RedemptionUnknownBatch(id));
        require(!batch.settled, RedemptionBatchSettled(id));

        uint64 rejectedCents = _reject(id, rejected);
        uint64 bookedCents = batch.cents - rejectedCents;
        batch.rejectedCents = rejectedCents;
        batch.settled = true;

        emit BatchSettled(id, bookedCents, rejectedCents);

        if (bookedCents != 0) _token.burn(bookedCents);
    }

    /// @inheritdoc IRedemption
    function release(RedemptionId id) external {
        Line storage line = _inState(id, LineState.Rejected);

        line.state = LineState.Released;

        emit RedemptionReleased(id, line.merchant, line.cents);

        _token.safeTransfer(_registry.participant(line.merchant).wallet, line.cents);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IRedemption
    function token() external view returns (address) {
        return address(_token);
    }

    /// @inheritdoc IRedemption
    function registry() external view returns (address) {
        return address(_registry);
    }

    /// @inheritdoc IRedemption
    function lineOf(RedemptionId id) external view returns (Line memory line) {
        line = _lines[id];
        line.state = _stateOf(_lines[id]);
    }

    /// @inheritdoc IRedemption
    function batchOf(BatchId id) external view returns (Batch memory) {
        return _batches[id];
    }

    /// @inheritdoc IRedemption
    function lastBatch() external view returns (BatchId) {
        return BatchId.wrap(_lastBatch);
    }

    // ------------------------------------------------------------------ details

    /// @dev A line leaves Batched here, so one that is named twice is refused.
    function _reject(BatchId id, RedemptionId[] calldata rejected) private returns (uint64 cents) {
        for (uint256 i = 0; i < rejected.length; ++i) {
            Line storage line = _inState(rejected[i], LineState.Batched);
            require(BatchId.unwrap(line.batch) == BatchId.unwrap(id), RedemptionNotInBatch(rejected[i], id));

            line.state = LineState.Rejected;
            cents += line.cents;

            emit RedemptionRejected(rejected[i], id);
        }
    }

    function _inState(RedemptionId id, LineState state) private view returns (Line storage line) {
        line = _lines[id];
        require(_stateOf(line) == state, RedemptionUnexpectedState(id, _stateOf(line)));
    }

    function _stateOf(Line storage line) private view returns (LineState) {
        bool booked = line.state == LineState.Batched && _batches[line.batch].settled;
        return booked ? LineState.Booked : line.state;
    }
}
// slither-disable-end reentrancy-benign,reentrancy-events
