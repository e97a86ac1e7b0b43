// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IRedemption, LineState} from "../../../contracts/interfaces/IRedemption.sol";
import {BatchId, ParticipantId, RedemptionId} from "../../../contracts/types/Ids.sol";
import {Vm} from "../base/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev What merchants redeemed and what became of it: what the redemption told.
abstract contract ToldRedemption is Telling {
    struct Lock {
        RedemptionId id;
        ParticipantId merchant;
        uint256 cents;
        uint256 batch;
        LineState state;
    }

    struct Payout {
        uint256 cents;
        uint256 rejected;
        bool settled;
        RedemptionId[] lines;
    }

    RedemptionId[] private _lineIds;
    mapping(RedemptionId id => Lock) private _locks;
    Payout[] private _payouts; // batch 1 is the first

    // ------------------------------------------------------------------ what is known now

    function locks() external view returns (Lock[] memory list) {
        list = new Lock[](_lineIds.length);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = _locks[_lineIds[i]];
        }
    }

    function payouts() external view returns (Payout[] memory) {
        return _payouts;
    }

    // ------------------------------------------------------------------ reading

    function _hearRedemption(Vm.Log calldata log) internal {
        bytes32 topic = log.topics[0];
        RedemptionId id = RedemptionId.wrap(log.topics[1]);
        if (topic == IRedemption.RedemptionLocked.selector) {
            _lineIds.push(id);
            uint256 cents = abi.decode(log.data, (uint256));
            _locks[id] = Lock(id, _asParticipant(log.topics[2]), cents, 0, LineState.Locked);
        } else if (topic == IRedemption.BatchClosed.selector) {
            _close(uint256(log.topics[1]), log.data);
        } else if (topic == IRedemption.RedemptionRejected.selector) {
            _locks[id].state = LineState.Rejected;
        } else if (topic == IRedemption.BatchSettled.selector) {
            _settle(_payouts[uint256(log.topics[1]) - 1], log.data);
        } else if (topic == IRedemption.RedemptionReleased.selector) {
            _locks[id].state = LineState.Released;
        } else {
            revert UnreadEvent(log.emitter, topic);
        }
    }

    // ------------------------------------------------------------------ details

    function _close(uint256 batch, bytes calldata data) private {
        (uint256 cents, RedemptionId[] memory lines) = abi.decode(data, (uint256, RedemptionId[]));
        Payout storage payout = _payouts.push();
        payout.cents = cents;
        payout.lines = lines;
        for (uint256 i = 0; i < lines.length; ++i) {
            (_locks[lines[i]].state, _locks[lines[i]].batch) = (LineState.Batched, batch);
        }
    }

    /// @dev Which lines were booked is not told one by one: all that were not rejected.
    function _settle(Payout storage payout, bytes calldata data) private {
        (, payout.rejected) = abi.decode(data, (uint256, uint256));
        payout.settled = true;
        for (uint256 i = 0; i < payout.lines.length; ++i) {
            Lock storage lock = _locks[payout.lines[i]];
            if (lock.state == LineState.Batched) lock.state = LineState.Booked;
        }
    }
}
