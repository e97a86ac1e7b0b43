// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IRewardBudget} from "../../../contracts/interfaces/IRewardBudget.sol";
import {BudgetId, ParticipantId} from "../../../contracts/types/Ids.sol";
import {Vm} from "../base/Vm.sol";
import {ToldCoins} from "./ToldCoins.sol";

/// @dev What partners may promise: what the budget told of officers; what jobs do to it comes from {ToldJobs}.
abstract contract ToldBudgets is ToldCoins {
    struct Purse {
        BudgetId id;
        ParticipantId partner;
        uint256 granted;
        uint256 reserved;
        uint256 minted;
        bool closed;
    }

    struct Statement {
        uint256 cents;
        uint256 asOf;
        address attester;
    }

    /// @dev A bucket that fills evenly, a whole capacity per window; `used` is how empty it was at `usedAt`.
    struct Limit {
        ParticipantId partner;
        uint256 capacity;
        uint256 window;
        uint256 used;
        uint256 usedAt;
    }

    Statement private _statement;

    BudgetId[] private _budgetIds;
    mapping(BudgetId id => Purse) private _purses;

    ParticipantId[] private _limited;
    mapping(ParticipantId partner => Limit) private _limits;

    bytes32[] private _usedIds;

    // ------------------------------------------------------------------ what is known now

    function statement() external view returns (Statement memory) {
        return _statement;
    }

    function purses() external view returns (Purse[] memory list) {
        list = new Purse[](_budgetIds.length);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = _purses[_budgetIds[i]];
        }
    }

    function outstanding() external view returns (uint256 cents) {
        for (uint256 i = 0; i < _budgetIds.length; ++i) {
            Purse storage purse = _purses[_budgetIds[i]];
            cents += purse.granted - purse.minted;
        }
    }

    /// @dev Euros in the bank: the last statement less what was burned since.
    function reserveLeft() external view returns (uint256) {
        uint256 spent = burnedSince(_statement.asOf);
        return _statement.cents > spent ? _statement.cents - spent : 0;
    }

    function limits() external view returns (Limit[] memory list) {
        list = new Limit[](_limited.length);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = _limits[_limited[i]];
        }
    }

    function mintable(ParticipantId partner, uint256 time) external view returns (uint256) {
        Limit storage limit = _limits[partner];
        uint256 used = _used(limit, time);
        return used < limit.capacity ? limit.capacity - used : 0;
    }

    /// @dev Of grants and awards.
    function usedIds() external view returns (bytes32[] memory) {
        return _usedIds;
    }

    // ------------------------------------------------------------------ reading

    function _hearBudget(Vm.Log calldata log) internal {
        bytes32 topic = log.topics[0];
        if (topic == IRewardBudget.BudgetGranted.selector) {
            (uint256 cents, bytes32 id) = abi.decode(log.data, (uint256, bytes32));
            _grant(BudgetId.wrap(log.topics[1]), _asParticipant(log.topics[2]), cents, id);
        } else if (topic == IRewardBudget.BudgetClosed.selector) {
            Purse storage purse = _purses[BudgetId.wrap(log.topics[1])];
            purse.granted -= abi.decode(log.data, (uint256));
            purse.closed = true;
        } else if (topic == IRewardBudget.AwardMinted.selector) {
            (uint256 cents,, bytes32 id) = abi.decode(log.data, (uint256, bytes32, bytes32));
            Purse storage purse = _purses[BudgetId.wrap(log.topics[1])];
            purse.minted += cents;
            _use(purse.partner, cents);
            _usedIds.push(id);
        } else if (topic == IRewardBudget.ReserveAttested.selector) {
            (uint256 cents, uint48 asOf,, address attester) =
                abi.decode(log.data, (uint256, uint48, bytes32, address));
            _statement = Statement(cents, asOf, attester);
        } else if (topic == IRewardBudget.MintLimitSet.selector) {
            (uint256 capacity, uint48 window) = abi.decode(log.data, (uint256, uint48));
            _setLimit(_asParticipant(log.topics[1]), capacity, window);
        } else {
            revert UnreadEvent(log.emitter, topic);
        }
    }

    // ------------------------------------------------------------------ what jobs do to a budget

    function _reserve(BudgetId id, uint256 cents) internal {
        _purses[id].reserved += cents;
    }

    function _release(BudgetId id, uint256 cents) internal {
        _purses[id].reserved -= cents;
        if (_purses[id].closed) _purses[id].granted -= cents;
    }

    /// @dev A slot's reward becomes coins; what a smaller claim left of it is free again.
    function _spend(BudgetId id, uint256 slotReward, uint256 cents, bool limited) internal {
        Purse storage purse = _purses[id];
        _release(id, slotReward - cents);
        purse.reserved -= cents;
        purse.minted += cents;
        if (limited) _use(purse.partner, cents);
    }

    // ------------------------------------------------------------------ details

    function _grant(BudgetId id, ParticipantId partner, uint256 cents, bytes32 grantId) private {
        if (_purses[id].granted == 0 && !_purses[id].closed) {
            _budgetIds.push(id);
            (_purses[id].id, _purses[id].partner) = (id, partner);
        }
        _purses[id].granted += cents;
        _usedIds.push(grantId);
    }

    function _setLimit(ParticipantId partner, uint256 capacity, uint256 window) private {
        Limit storage limit = _limits[partner];
        if (limit.capacity == 0) _limited.push(partner);
        // What has filled so far filled at the old speed.
        uint256 used = _used(limit, _time);
        _limits[partner] = Limit(partner, capacity, window, used < capacity ? used : capacity, _time);
    }

    function _use(ParticipantId partner, uint256 cents) private {
        Limit storage limit = _limits[partner];
        (limit.used, limit.usedAt) = (_used(limit, _time) + cents, _time);
    }

    function _used(Limit storage limit, uint256 time) private view returns (uint256) {
        if (limit.window == 0) return 0;
        uint256 filled = (time - limit.usedAt) * limit.capacity / limit.window;
        return limit.used > filled ? limit.used - filled : 0;
    }
}
