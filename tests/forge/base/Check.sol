// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {Vm} from "./Vm.sol";

/// @dev Plain assertions; a failed one says what was found and what was expected.
abstract contract Check {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error Unequal(string what, uint256 found, uint256 expected);
    error UnequalBytes(string what, bytes found, bytes expected);
    error Untrue(string what);

    function same(uint256 found, uint256 expected, string memory what) internal pure {
        if (found != expected) revert Unequal(what, found, expected);
    }

    function same(address found, address expected, string memory what) internal pure {
        if (found != expected) revert Unequal(what, uint160(found), uint160(expected));
    }

    function same(bytes32 found, bytes32 expected, string memory what) internal pure {
        if (found != expected) revert Unequal(what, uint256(found), uint256(expected));
    }

    function same(bytes memory found, bytes memory expected, string memory what) internal pure {
        if (keccak256(found) != keccak256(expected)) revert UnequalBytes(what, found, expected);
    }

    function isTrue(bool condition, string memory what) internal pure {
        if (!condition) revert Untrue(what);
    }

    function isFalse(bool condition, string memory what) internal pure {
        if (condition) revert Untrue(what);
    }

    /// @dev A number between `least` and `most`, both included; spreads the fuzzer's values evenly.
    function between(uint256 value, uint256 least, uint256 most) internal pure returns (uint256) {
        return least + value % (most - least + 1);
    }
}
