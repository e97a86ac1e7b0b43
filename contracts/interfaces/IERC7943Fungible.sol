// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

/// @title ERC-7943 (uRWA) for fungible tokens
/// @notice What a token with rules about its holders tells and lets be enforced: who may send and receive, whether one
/// transfer is allowed, and freezing and moving by force.
/// @dev Written after https://eips.ethereum.org/EIPS/eip-7943[ERC-7943]; its interface id is 0x3edbb4c4.
interface IERC7943Fungible is IERC165 {
    /// @notice `amount` cents were taken from `from` and given to `to` without the holder's consent.
    event ForcedTransfer(address indexed from, address indexed to, uint256 amount);

    /// @notice From now on `amount` cents of `account` are frozen.
    event Frozen(address indexed account, uint256 amount);

    /// @notice `account` may not send, whatever the amount and the receiver.
    error ERC7943CannotSend(address account);

    /// @notice `account` may not receive, whatever the amount and the sender.
    error ERC7943CannotReceive(address account);

    /// @notice Both may take part, but this one may not pay that one.
    error ERC7943CannotTransfer(address from, address to, uint256 amount);

    /// @notice `account` holds `amount` cents, but only `unfrozen` of its balance may leave.
    error ERC7943InsufficientUnfrozenBalance(address account, uint256 amount, uint256 unfrozen);

    /// @notice Moves `amount` cents from `from` to `to` by force, frozen or not, paused or not.
    /// @return result always true; it reverts otherwise
    function forcedTransfer(address from, address to, uint256 amount) external returns (bool result);

    /// @notice Sets how many cents of `account` are frozen; it overwrites what was, and may exceed the balance.
    /// @return result always true; it reverts otherwise
    function setFrozenTokens(address account, uint256 amount) external returns (bool result);

    /// @notice Whether `account` may send at all. Never reverts.
    function canSend(address account) external view returns (bool allowed);

    /// @notice Whether `account` may receive at all. Never reverts.
    function canReceive(address account) external view returns (bool allowed);

    /// @notice How many cents of `account` are frozen; may exceed its balance.
    function getFrozenTokens(address account) external view returns (uint256 amount);

    /// @notice Whether the rules let `from` pay `amount` cents to `to` now. Never reverts, and leaves a balance that
    /// is too small to ERC-20's own error.
    function canTransfer(address from, address to, uint256 amount) external view returns (bool allowed);
}
