// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {Check} from "./Check.sol";
import {Vm} from "./Vm.sol";

/// @dev Compares the whole list of events of an act with the list that the test itself emits:
///
/// ```
/// watch();
/// token.transfer(baker, 5);
/// saw(address(token));
/// emit IERC20.Transfer(alice, baker, 5);
/// sawNothingElse();
/// ```
///
/// Order, emitter, topics, data and number must be equal. Events of a call that reverted are recorded too.
abstract contract Events is Check {
    error UnequalEvents(uint256 found, uint256 expected);
    error UnequalEvent(uint256 index, Vm.Log found, Vm.Log expected);

    Vm.Log[] private _found;
    Vm.Log[] private _expected;
    address private _emitter;
    bool private _watching;

    /// @dev From here on what happens is what the test is about.
    function watch() internal {
        delete _found;
        delete _expected;
        _emitter = address(0);
        _watching = true;
        vm.recordLogs();
    }

    /// @dev What the test emits next (one event or more) is what `emitter` should have emitted.
    function saw(address emitter) internal {
        _take();
        _emitter = emitter;
    }

    function sawNothingElse() internal {
        _take();
        uint256 length = _found.length < _expected.length ? _found.length : _expected.length;
        // The first difference says more than the two counts.
        for (uint256 i = 0; i < length; ++i) {
            if (keccak256(abi.encode(_found[i])) == keccak256(abi.encode(_expected[i]))) continue;
            revert UnequalEvent(i, _found[i], _expected[i]);
        }
        if (_found.length != _expected.length) revert UnequalEvents(_found.length, _expected.length);
    }

    /// @dev Recording goes on, so what was recorded since the last time belongs to the act, or to one emitter.
    function _take() private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (_watching) {
                _found.push(logs[i]);
            } else {
                isTrue(_emitter != address(0), "saw(emitter) comes before the first event");
                logs[i].emitter = _emitter;
                _expected.push(logs[i]);
            }
        }
        _watching = false;
    }
}
