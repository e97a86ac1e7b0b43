// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ParticipantId} from "../../../contracts/types/Ids.sol";

/// @dev How an event is read. Whoever reads a chain also knows when each block was made.
abstract contract Telling {
    /// @dev An event that nobody reads: either something can be rebuilt from it, or it must be said that it tells
    /// nothing more than others do.
    error UnreadEvent(address emitter, bytes32 topic);

    uint256 internal _time;
    mapping(bytes32 topic => uint256 times) private _heard;

    /// @dev How often an event of this kind was read.
    function timesHeard(bytes32 topic) external view returns (uint256) {
        return _heard[topic];
    }

    function _count(bytes32 topic) internal {
        ++_heard[topic];
    }

    function _asAddress(bytes32 topic) internal pure returns (address) {
        return address(uint160(uint256(topic)));
    }

    function _asParticipant(bytes32 topic) internal pure returns (ParticipantId) {
        return ParticipantId.wrap(bytes20(topic));
    }
}
