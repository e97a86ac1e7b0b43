// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {FixedAuthority} from "./FixedAuthority.sol";
import {IHeitjeToken} from "./interfaces/IHeitjeToken.sol";
import {
    IParticipantRegistry,
    Participant,
    ParticipantKind,
    ParticipantStatus
} from "./interfaces/IParticipantRegistry.sol";
import {ParticipantId, toParticipantId} from "./types/Ids.sol";

// slither-disable-start reentrancy-benign,reentrancy-events: what is called outside is the manager (by `restricted`)
// and Heitje's own contracts, all fixed for good, and none of them calls back.
/// @title ParticipantRegistry
/// @notice See {IParticipantRegistry}, which is the manual.
contract ParticipantRegistry is IParticipantRegistry, FixedAuthority, Multicall {
    uint256 private constant _ADDRESS_LENGTH = 20;
    uint256 private constant _MAX_SIGNER_LENGTH = 1024;

    address private immutable _token;

    /// @dev A record of kind None with a wallet is a pointer: its key is a wallet that came by {replaceWallet}, and the
    /// wallet in it is the id of the participant who got it. So admitting somebody looks at one slot and writes it.
    mapping(ParticipantId id => Participant) private _participants;

    mapping(ParticipantId partner => mapping(bytes32 signerHash => bool)) private _signers;
    mapping(address verifier => bool) private _verifiers;

    /// @param manager the AccessManager that knows the roles
    /// @param token_ the one contract that may replace a wallet
    /// @param ours Heitje's other contracts: none of them can ever be somebody's wallet
    // slither-disable-next-line missing-zero-check: any wrong address is as bad as zero; check_deployment reads it
    constructor(address manager, address token_, address[] memory ours) AccessManaged(manager) {
        _token = token_;
        _reserve(manager);
        _reserve(token_);
        _reserve(address(this));
        for (uint256 i = 0; i < ours.length; ++i) {
            _reserve(ours[i]);
        }
    }

    // ------------------------------------------------------------------ admitting

    /// @inheritdoc IParticipantRegistry
    function admitResidents(address[] calldata wallets) external restricted {
        // slither-disable-next-line unused-return: since when matters to deadlines only
        (bool isPaused,) = IHeitjeToken(_token).pauseState();
        require(!isPaused, ParticipantRegistryPaused());

        _admitWallets(wallets, ParticipantKind.Resident);
    }

    /// @inheritdoc IParticipantRegistry
    function admitMerchants(address[] calldata wallets) external restricted {
        _admitWallets(wallets, ParticipantKind.Merchant);
    }

    /// @inheritdoc IParticipantRegistry
    function admitAssociations(address[] calldata wallets) external restricted {
        _admitWallets(wallets, ParticipantKind.Association);
    }

    /// @inheritdoc IParticipantRegistry
    function admitPartner(ParticipantId partner) external restricted {
        address asWallet = address(ParticipantId.unwrap(partner));
        require(asWallet != address(0), ParticipantRegistryInvalidPartner(partner));
        require(!isBound(asWallet), ParticipantRegistryWalletBound(asWallet));

        _participants[partner] = Participant(address(0), ParticipantKind.Partner, ParticipantStatus.Active);

        emit ParticipantAdmitted(partner, ParticipantKind.Partner);
    }

    // ------------------------------------------------------------------ blocking

    /// @inheritdoc IParticipantRegistry
    function blockParticipant(ParticipantId id, uint16 reason) external restricted {
        _changeStatus(id, ParticipantStatus.Active, ParticipantStatus.Blocked);

        emit ParticipantBlocked(id, reason);
    }

    /// @inheritdoc IParticipantRegistry
    function unblockParticipant(ParticipantId id) external restricted {
        _changeStatus(id, ParticipantStatus.Blocked, ParticipantStatus.Active);

        emit ParticipantUnblocked(id);
    }

    /// @inheritdoc IParticipantRegistry
    function replaceWallet(address oldWallet, address newWallet) external returns (ParticipantId id) {
        require(msg.sender == _token, ParticipantRegistryUnauthorisedCaller(msg.sender));
        id = participantOf(oldWallet);
        require(_participants[id].kind != ParticipantKind.None, ParticipantRegistryUnknownWallet(oldWallet));
        _requireNoCode(newWallet);
        _requireUnbound(newWallet);

        _participants[id].wallet = newWallet;
        _participants[toParticipantId(newWallet)].wallet = address(ParticipantId.unwrap(id));

        emit WalletReplaced(id, oldWallet, newWallet);
    }

    // ------------------------------------------------------------------ signers

    /// @inheritdoc IParticipantRegistry
    function addSigner(ParticipantId partner, bytes calldata signer) external restricted {
        require(
            _participants[partner].kind == ParticipantKind.Partner,
            ParticipantRegistryInactive(partner, ParticipantKind.Partner)
        );
        require(
            signer.length >= _ADDRESS_LENGTH && signer.length <= _MAX_SIGNER_LENGTH
                && bytes20(signer) != bytes20(0),
            ParticipantRegistryInvalidSigner(signer)
        );
        _requireTrustedCode(signer);
        require(!_signers[partner][keccak256(signer)], ParticipantRegistrySignerKnown(partner, signer));

        _signers[partner][keccak256(signer)] = true;

        emit SignerAdded(partner, signer);
    }

    /// @inheritdoc IParticipantRegistry
    function removeSigner(ParticipantId partner, bytes calldata signer) external restricted {
        require(_signers[partner][keccak256(signer)], ParticipantRegistrySignerUnknown(partner, signer));

        delete _signers[partner][keccak256(signer)];

        emit SignerRemoved(partner, signer);
    }

    /// @inheritdoc IParticipantRegistry
    function allowVerifier(address verifier) external restricted {
        require(
            verifier.code.length != 0 && !_verifiers[verifier], ParticipantRegistryInvalidVerifier(verifier)
        );

        _verifiers[verifier] = true;

        emit VerifierAllowed(verifier);
    }

    /// @inheritdoc IParticipantRegistry
    function disallowVerifier(address verifier) external restricted {
        require(_verifiers[verifier], ParticipantRegistryVerifierNotAllowed(verifier));

        delete _verifiers[verifier];

        emit VerifierDisallowed(verifier);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IParticipantRegistry
    function token() external view returns (address) {
        return _token;
    }

    /// @inheritdoc IParticipantRegistry
    function participant(ParticipantId id) external view returns (Participant memory record) {
        if (_participants[id].kind != ParticipantKind.None) record = _participants[id];
    }

    /// @inheritdoc IParticipantRegistry
    function standingOf(address wallet)
        external
        view
        returns (ParticipantKind kind, ParticipantStatus status)
    {
        Participant storage holder = _participants[participantOf(wallet)];
        return (holder.kind, holder.status);
    }

    /// @inheritdoc IParticipantRegistry
    function isActive(ParticipantId id, ParticipantKind kind) external view returns (bool) {
        return _isActive(_participants[id], kind);
    }

    /// @inheritdoc IParticipantRegistry
    function payee(ParticipantId resident) external view returns (address wallet, bool canReceive) {
        Participant storage holder = _participants[resident];
        if (holder.kind != ParticipantKind.Resident) return (address(0), false);
        return (holder.wallet, holder.status == ParticipantStatus.Active);
    }

    /// @inheritdoc IParticipantRegistry
    function mayPay(address from, address to) external view returns (bool) {
        Participant storage payer = _participants[participantOf(from)];
        Participant storage receiver = _participants[participantOf(to)];
        return payer.status == ParticipantStatus.Active && receiver.status == ParticipantStatus.Active
            && kindMayPay(payer.kind, receiver.kind);
    }

    /// @inheritdoc IParticipantRegistry
    function isSigner(ParticipantId partner, bytes calldata signer) external view returns (bool) {
        return _signers[partner][keccak256(signer)];
    }

    /// @inheritdoc IParticipantRegistry
    function isAllowedVerifier(address verifier) external view returns (bool) {
        return _verifiers[verifier];
    }

    /// @inheritdoc IParticipantRegistry
    function requirePartnerSignature(
        ParticipantId partner,
        bytes calldata signer,
        bytes32 digest,
        bytes calldata signature
    ) external view {
        require(
            _isActive(_participants[partner], ParticipantKind.Partner),
            ParticipantRegistryInactive(partner, ParticipantKind.Partner)
        );
        require(_signers[partner][keccak256(signer)], ParticipantRegistrySignerUnknown(partner, signer));
        _requireTrustedCode(signer);
        require(
            SignatureChecker.isValidSignatureNow(signer, digest, signature),
            ParticipantRegistryInvalidSignature(partner)
        );
    }

    /// @inheritdoc IParticipantRegistry
    function requireWalletSignature(
        ParticipantId id,
        ParticipantKind kind,
        bytes32 digest,
        bytes calldata signature
    ) external view {
        Participant storage holder = _participants[id];
        require(holder.kind == kind, ParticipantRegistryInactive(id, kind));
        // slither-disable-next-line unused-return: the third value only tells more about the failure
        (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signature);
        require(
            failure == ECDSA.RecoverError.NoError && signer == holder.wallet,
            ParticipantRegistryInvalidSignature(id)
        );
    }

    /// @inheritdoc IParticipantRegistry
    function holderOf(address wallet) public view returns (ParticipantId holder, bool present) {
        holder = toParticipantId(wallet);
        if (_participants[holder].kind == ParticipantKind.None) {
            holder = toParticipantId(_participants[holder].wallet);
        }
        present = _participants[holder].wallet == wallet && wallet != address(0);
    }

    /// @inheritdoc IParticipantRegistry
    function participantOf(address wallet) public view returns (ParticipantId) {
        (ParticipantId holder, bool present) = holderOf(wallet);
        return present ? holder : ParticipantId.wrap(0);
    }

    /// @inheritdoc IParticipantRegistry
    function isBound(address wallet) public view returns (bool) {
        Participant storage record = _participants[toParticipantId(wallet)];
        return record.wallet != address(0) || record.status != ParticipantStatus.None;
    }

    /// @inheritdoc IParticipantRegistry
    function kindMayPay(ParticipantKind from, ParticipantKind to) public pure returns (bool) {
        if (from == ParticipantKind.Resident) {
            return to == ParticipantKind.Merchant || to == ParticipantKind.Association;
        }
        if (from == ParticipantKind.Association) return to == ParticipantKind.Merchant;
        // A merchant pays only to refund whoever paid it.
        if (from == ParticipantKind.Merchant) {
            return to == ParticipantKind.Resident || to == ParticipantKind.Association;
        }
        return false;
    }

    // ------------------------------------------------------------------ details

    function _admitWallets(address[] calldata wallets, ParticipantKind kind) private {
        require(wallets.length != 0, ParticipantRegistryEmptyList());

        for (uint256 i = 0; i < wallets.length; ++i) {
            address wallet = wallets[i];
            // Not asked of residents, who are many: a foreign contract could not sign a claim, so it would earn nothing.
            if (kind != ParticipantKind.Resident) _requireNoCode(wallet);
            _requireUnbound(wallet);

            ParticipantId id = toParticipantId(wallet);
            _participants[id] = Participant(wallet, kind, ParticipantStatus.Active);

            emit ParticipantAdmitted(id, kind);
        }
    }

    function _changeStatus(ParticipantId id, ParticipantStatus from, ParticipantStatus to) private {
        Participant storage holder = _participants[id];
        require(holder.kind != ParticipantKind.None, ParticipantRegistryUnknownParticipant(id));
        require(holder.status == from, ParticipantRegistryUnexpectedStatus(id, holder.status));

        holder.status = to;
    }

    function _isActive(Participant storage holder, ParticipantKind kind) private view returns (bool) {
        return holder.status == ParticipantStatus.Active && holder.kind == kind;
    }

    function _requireUnbound(address wallet) private view {
        require(wallet != address(0), ParticipantRegistryInvalidWallet(wallet));
        require(!isBound(wallet), ParticipantRegistryWalletBound(wallet));
    }

    /// @dev A record of no kind that is not free either: nobody's, for good.
    function _reserve(address contract_) private {
        _participants[toParticipantId(contract_)].status = ParticipantStatus.Blocked;
    }

    /// @dev A wallet is a key. That Heitje's own contracts are none is settled in the constructor.
    function _requireNoCode(address wallet) private view {
        require(wallet.code.length == 0, ParticipantRegistryInvalidWallet(wallet));
    }

    /// @dev Asked at every signature: an address without code may get code later (CREATE2, EIP-7702).
    function _requireTrustedCode(bytes calldata signer) private view {
        address verifier = address(bytes20(signer));
        if (signer.length == _ADDRESS_LENGTH && verifier.code.length == 0) return;
        require(_verifiers[verifier], ParticipantRegistryVerifierNotAllowed(verifier));
    }
}
// slither-disable-end reentrancy-benign,reentrancy-events
