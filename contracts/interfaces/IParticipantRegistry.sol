// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ParticipantId} from "../types/Ids.sol";

/// @dev What somebody is in the city's scheme. None is whoever was never admitted.
enum ParticipantKind {
    None,
    Resident,
    Merchant,
    Partner,
    Association
}

/// @dev Blocked can be lifted; nobody is ever removed, since a wallet is bound once, ever.
enum ParticipantStatus {
    None,
    Active,
    Blocked
}

/// @dev One storage slot, so that admitting somebody costs one write. `wallet` is zero for a partner.
struct Participant {
    address wallet;
    ParticipantKind kind;
    ParticipantStatus status;
}

/// @title Who takes part: wallets, kinds, status, partners' signers, and who may pay whom
/// @notice The one place that knows people. It holds no name and no text: a participant is an id and a wallet, and who
/// stands behind it is known only outside the chain.
///
/// Trust and assumptions:
/// - The service's sending accounts may admit residents and nothing else. A stolen one gains no coins by it: only a
///   partner's signature, the arbiter or the treasurer gives a wallet coins. It can be a nuisance: admit wallets that
///   were meant for others, and claim open slots with wallets of its own. Pausing the token stops admissions at once.
/// - Merchants and partners' signers are where a thief could turn promises into euros, so both are delayed acts that a
///   guardian can cancel. Taking away (blocking, removing a signer, disallowing a verifier) is immediate.
/// - A signer is ERC-7913 `bytes`: 20 bytes are an address, more are a verifier contract followed by a key. A signer
///   whose signature is checked by code (a verifier, an ERC-1271 contract, an EIP-7702 account) counts only while that
///   code's address is on the allow-list, which is asked at every signature and not only when the signer was added.
interface IParticipantRegistry {
    // ------------------------------------------------------------------ events

    /// @notice A participant takes part from now on. A wallet holder's first wallet is `address(participant)`.
    event ParticipantAdmitted(ParticipantId indexed participant, ParticipantKind indexed kind);

    /// @notice A participant may do nothing until unblocked. `reason` is a code from the municipality's list.
    event ParticipantBlocked(ParticipantId indexed participant, uint16 reason);

    event ParticipantUnblocked(ParticipantId indexed participant);

    /// @notice `newWallet` is the participant's wallet from now on; `oldWallet` can never be bound again.
    event WalletReplaced(
        ParticipantId indexed participant, address indexed oldWallet, address indexed newWallet
    );

    event SignerAdded(ParticipantId indexed partner, bytes signer);
    event SignerRemoved(ParticipantId indexed partner, bytes signer);
    event VerifierAllowed(address indexed verifier);
    event VerifierDisallowed(address indexed verifier);

    // ------------------------------------------------------------------ errors

    error ParticipantRegistryEmptyList();

    /// @notice The zero address, or (for all but residents) an address with code: a wallet is a key.
    error ParticipantRegistryInvalidWallet(address wallet);

    /// @notice The address is, or was, some participant's wallet or id, or is one of Heitje's own contracts.
    error ParticipantRegistryWalletBound(address wallet);

    error ParticipantRegistryInvalidPartner(ParticipantId partner);
    error ParticipantRegistryUnknownParticipant(ParticipantId participant);
    error ParticipantRegistryUnknownWallet(address wallet);

    /// @notice The participant's status is not the one that the act starts from.
    error ParticipantRegistryUnexpectedStatus(ParticipantId participant, ParticipantStatus status);

    /// @notice Not a participant of that kind, or blocked where only an active one may act.
    error ParticipantRegistryInactive(ParticipantId participant, ParticipantKind expected);

    /// @notice Shorter than an address, longer than 1,024 bytes, or the zero address.
    error ParticipantRegistryInvalidSigner(bytes signer);

    error ParticipantRegistrySignerKnown(ParticipantId partner, bytes signer);
    error ParticipantRegistrySignerUnknown(ParticipantId partner, bytes signer);

    /// @notice The contract that would check the signature is not on the allow-list.
    error ParticipantRegistryVerifierNotAllowed(address verifier);

    error ParticipantRegistryInvalidVerifier(address verifier);

    /// @notice The signature is not the participant's over this digest (which binds contract, chain and content).
    error ParticipantRegistryInvalidSignature(ParticipantId participant);

    error ParticipantRegistryUnauthorisedCaller(address caller);

    /// @notice While the token is paused nobody is admitted as a resident.
    error ParticipantRegistryPaused();

    // ------------------------------------------------------------------ admitting

    /// @notice Admits a resident for each wallet; all or none, and nobody while the token is paused.
    /// @custom:access-control ADMITTER: the service's sending accounts, and the registrar
    function admitResidents(address[] calldata wallets) external;

    /// @notice Admits a merchant for each wallet; all or none.
    /// @custom:access-control MERCHANT_ADMITTER: the registrar, after a delay
    function admitMerchants(address[] calldata wallets) external;

    /// @notice Admits an association for each wallet; all or none.
    /// @custom:access-control REGISTRAR
    function admitAssociations(address[] calldata wallets) external;

    /// @notice Admits a partner. It has no wallet: it acts by its signers and can neither hold nor get coins.
    /// @param partner any 20 bytes that are no participant's wallet or id; zero is refused
    /// @custom:access-control REGISTRAR
    function admitPartner(ParticipantId partner) external;

    // ------------------------------------------------------------------ blocking

    /// @notice Stops a participant: it cannot pay, be paid, claim, post, approve, reject or redeem until unblocked. What
    /// a resident has claimed can still be submitted, disputed or given back, so that no reward is lost by the clock.
    /// @param reason a code from the municipality's list
    /// @custom:access-control ENFORCER
    function blockParticipant(ParticipantId id, uint16 reason) external;

    /// @custom:access-control ENFORCER
    function unblockParticipant(ParticipantId id) external;

    /// @notice Gives the holder of `oldWallet` a new wallet. Kind, status and id stay.
    /// @dev Called by {IHeitjeToken-recover} alone, which moves balance and freeze in the same act.
    /// @custom:access-control the token
    function replaceWallet(address oldWallet, address newWallet) external returns (ParticipantId id);

    // ------------------------------------------------------------------ signers

    /// @notice Lets `signer` sign for `partner`.
    /// @custom:access-control SIGNER_REGISTRAR: the registrar, after a delay
    function addSigner(ParticipantId partner, bytes calldata signer) external;

    /// @notice Stops `signer` at once: what it signed and was not yet carried out is refused.
    /// @custom:access-control REGISTRAR
    function removeSigner(ParticipantId partner, bytes calldata signer) external;

    /// @notice Lets the code at `verifier` decide whether a signature is right (ERC-7913 or ERC-1271).
    /// @dev WARNING: a verifier that answers yes to everything makes every signer under it forgeable.
    /// @custom:access-control SIGNER_REGISTRAR: the registrar, after a delay
    function allowVerifier(address verifier) external;

    /// @notice Stops every signer that depends on `verifier` at once.
    /// @custom:access-control REGISTRAR
    function disallowVerifier(address verifier) external;

    // ------------------------------------------------------------------ views

    /// @notice The one contract that may replace a wallet.
    function token() external view returns (address);

    /// @notice The record of a participant; all zero when never admitted.
    function participant(ParticipantId id) external view returns (Participant memory);

    /// @notice Whose wallet this is now; zero for nobody's, and for a wallet that was replaced.
    function participantOf(address wallet) external view returns (ParticipantId);

    /// @notice Whose wallet this is or ever was, and whether it still is; zero for nobody's.
    function holderOf(address wallet) external view returns (ParticipantId holder, bool present);

    /// @notice Kind and status of whoever holds `wallet` now; None and None for nobody.
    function standingOf(address wallet) external view returns (ParticipantKind kind, ParticipantStatus status);

    /// @notice Whether the address can never be bound: it is, or was, a participant's wallet or id, or is Heitje's own.
    function isBound(address wallet) external view returns (bool);

    /// @notice Whether the participant is of this kind and active.
    function isActive(ParticipantId id, ParticipantKind kind) external view returns (bool);

    /// @notice Where a resident's reward goes, and whether the resident can receive it now.
    function payee(ParticipantId resident) external view returns (address wallet, bool canReceive);

    /// @notice Whether the holder of `from` may pay the holder of `to` now: both active, and the kinds in the matrix.
    function mayPay(address from, address to) external view returns (bool);

    /// @notice Who may pay whom, by kind; default deny. Merchants pay only to refund.
    function kindMayPay(ParticipantKind from, ParticipantKind to) external pure returns (bool);

    function isSigner(ParticipantId partner, bytes calldata signer) external view returns (bool);

    function isAllowedVerifier(address verifier) external view returns (bool);

    /// @notice Reverts unless `signature` is by a present signer of an active partner over `digest`.
    /// @dev Assumption: `digest` is an EIP-712 digest with the caller's domain.
    function requirePartnerSignature(
        ParticipantId partner,
        bytes calldata signer,
        bytes32 digest,
        bytes calldata signature
    ) external view;

    /// @notice Reverts unless the participant is of `kind` and its present wallet signed `digest`. Does not ask whether
    /// it is active.
    /// @dev Assumption: `digest` is an EIP-712 digest with the caller's domain.
    function requireWalletSignature(
        ParticipantId id,
        ParticipantKind kind,
        bytes32 digest,
        bytes calldata signature
    ) external view;
}
