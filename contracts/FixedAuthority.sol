// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title A managed contract whose manager stays
/// @notice AccessManager lets an admin give a contract another manager, by a way that no guardian can cancel: a stolen
/// admin key would own the contract two days later. A contract that is never replaced needs no other manager.
abstract contract FixedAuthority is AccessManaged {
    error FixedAuthorityUnchangeable();

    /// @dev Always reverts.
    function setAuthority(address) public pure override {
        revert FixedAuthorityUnchangeable();
    }
}
