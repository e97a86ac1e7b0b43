// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

/// @title The account through which one officer acts
/// @notice AccessManager grants roles to accounts and looks at who calls. An officer has no such account with gas in
/// it but a key: this contract holds the role and does what the key signs. Anyone may relay it; the service never
/// holds the key.
///
/// Trust and assumptions: the signer never changes. A lost or stolen key means a new account with a new key, to which
/// an admin gives the roles of the old one. Giving a role to an account is what trusts its signer, and the verifier
/// contract behind that signer if it has one.
interface IOfficerAccount {
    // ------------------------------------------------------------------ events

    /// @notice This account acts for whoever can sign as `signer`.
    event Opened(address indexed manager, bytes signer);

    /// @notice The officer did this. `data` is the whole call, so that the act can be read from the event alone.
    event Acted(bytes32 indexed clientId, address indexed target, bytes4 indexed selector, bytes data);

    /// @notice A delayed act that the officer had scheduled was carried out.
    event CarriedOut(address indexed target, bytes4 indexed selector, bytes data);

    // ------------------------------------------------------------------ errors

    error OfficerAccountInvalidSigner(bytes signer);
    error OfficerAccountSignatureExpired(uint48 deadline);
    error OfficerAccountIdUsed(bytes32 clientId);
    error OfficerAccountInvalidSignature();

    /// @notice Nothing is scheduled for this call, or it expired.
    error OfficerAccountNotScheduled(bytes32 operationId);

    /// @notice Calldata without a function selector.
    error OfficerAccountNoSelector();

    // ------------------------------------------------------------------ acts

    /// @notice Does what the officer signed: one call, or a `multicall` of many. Acts that were signed apart can be
    /// relayed together by this account's own `multicall`.
    /// @dev A call that fails reverts the whole, so that its id stays free. To withdraw a signature before its deadline
    /// the officer signs another act with the same id. WARNING: an act that reverted can be relayed again until its
    /// deadline, so keep deadlines short.
    /// @param clientId chosen by the officer's side, accepted once
    /// @param deadline until when the signature is good, in seconds
    /// @param signature over `Act(address target,bytes data,bytes32 clientId,uint48 deadline)`
    function act(
        address target,
        bytes calldata data,
        bytes32 clientId,
        uint48 deadline,
        bytes calldata signature
    ) external returns (bytes memory result);

    /// @notice Carries out a delayed act that the officer scheduled at the manager by {act}, when its time has come.
    /// Anyone may call it, from then on for a week: the signature was given when it was scheduled. An officer who has
    /// changed their mind must cancel at the manager, as the guardian can.
    function carryOut(address target, bytes calldata data) external;

    // ------------------------------------------------------------------ views

    /// @notice Where delayed acts are scheduled.
    function manager() external view returns (address);

    /// @notice The officer's ERC-7913 signer.
    function signer() external view returns (bytes memory);

    function isIdUsed(bytes32 clientId) external view returns (bool);
}
