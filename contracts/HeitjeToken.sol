// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC3009, IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

import {FixedAuthority} from "./FixedAuthority.sol";
import {IERC7943Fungible} from "./interfaces/IERC7943Fungible.sol";
import {IHeitjeToken} from "./interfaces/IHeitjeToken.sol";
import {
    IParticipantRegistry,
    ParticipantKind,
    ParticipantStatus
} from "./interfaces/IParticipantRegistry.sol";
import {ParticipantId} from "./types/Ids.sol";

// slither-disable-start reentrancy-benign,reentrancy-events: what is called outside is the manager (by `restricted`)
// and Heitje's own contracts, all fixed for good, and none of them calls back.
/// @title HeitjeToken
/// @notice See {IHeitjeToken}, which is the manual.
contract HeitjeToken is ERC20, ERC3009, Pausable, FixedAuthority, Multicall, ERC165, IHeitjeToken {
    using Checkpoints for Checkpoints.Trace208;

    IParticipantRegistry private immutable _registry;
    address private immutable _budget;
    address private immutable _redemption;

    mapping(address wallet => uint256 cents) private _frozen;
    Checkpoints.Trace208 private _burned;
    uint48 private _unpausedAt;

    /// @param manager the AccessManager that knows the roles
    /// @param registry_ who takes part, and who may pay whom
    /// @param budget_ the only minter
    /// @param redemption_ the only burner
    // slither-disable-next-line missing-zero-check: any wrong address is as bad as zero; check_deployment reads it
    constructor(address manager, IParticipantRegistry registry_, address budget_, address redemption_)
        ERC20("Heitje", "HTJ")
        EIP712("Heitje", "1")
        AccessManaged(manager)
    {
        _registry = registry_;
        _budget = budget_;
        _redemption = redemption_;
    }

    // ------------------------------------------------------------------ acts

    /// @inheritdoc IHeitjeToken
    function mint(ParticipantId resident, uint256 cents) external returns (bool) {
        require(msg.sender == _budget, HeitjeTokenUnauthorisedMinter(msg.sender));
        (address wallet, bool canReceive_) = _registry.payee(resident);
        if (!canReceive_) return false;

        _mint(wallet, cents);
        return true;
    }

    /// @inheritdoc IHeitjeToken
    function burn(uint256 cents) external {
        require(msg.sender == _redemption, HeitjeTokenUnauthorisedBurner(msg.sender));

        // slither-disable-next-line unused-return: it answers what is known here, the sums before and after
        _burned.push(Time.timestamp(), SafeCast.toUint208(_burned.latest() + cents));
        _burn(msg.sender, cents);
    }

    /// @inheritdoc IHeitjeToken
    function pause() external restricted {
        _pause();
    }

    /// @inheritdoc IHeitjeToken
    function unpause() external restricted {
        _unpausedAt = Time.timestamp();
        _unpause();
    }

    /// @inheritdoc IHeitjeToken
    function recover(address oldWallet, address newWallet) external restricted {
        ParticipantId participant = _registry.replaceWallet(oldWallet, newWallet);
        uint256 cents = balanceOf(oldWallet);
        uint256 frozen = _frozen[oldWallet];

        if (frozen != 0) {
            _setFrozen(oldWallet, 0);
            _setFrozen(newWallet, frozen);
        }
        // Past the rules of this contract's own _update on purpose: the old wallet is nobody's any more.
        super._update(oldWallet, newWallet, cents);

        emit Recovered(participant, oldWallet, newWallet, cents);
    }

    /// @inheritdoc IERC7943Fungible
    /// @custom:access-control FORCER: the enforcer, after a delay
    function forcedTransfer(address from, address to, uint256 amount) external restricted returns (bool) {
        require(canReceive(to), ERC7943CannotReceive(to));
        // What Redemption holds belongs to lines that are still owed.
        require(
            from != address(0) && from != _redemption && from != to, ERC7943CannotTransfer(from, to, amount)
        );
        uint256 balance = balanceOf(from);
        require(amount <= balance, ERC20InsufficientBalance(from, balance, amount));

        uint256 left = balance - amount;
        if (_frozen[from] > left) _setFrozen(from, left);
        super._update(from, to, amount);

        emit ForcedTransfer(from, to, amount);
        return true;
    }

    /// @inheritdoc IERC7943Fungible
    /// @custom:access-control ENFORCER
    function setFrozenTokens(address account, uint256 amount) external restricted returns (bool) {
        // slither-disable-next-line unused-return: a blocked holder's coins can be frozen too
        (ParticipantKind kind,) = _registry.standingOf(account);
        require(kind != ParticipantKind.None, HeitjeTokenUnknownWallet(account));

        _setFrozen(account, amount);
        return true;
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IHeitjeToken
    function registry() external view returns (address) {
        return address(_registry);
    }

    /// @inheritdoc IHeitjeToken
    function budget() external view returns (address) {
        return _budget;
    }

    /// @inheritdoc IHeitjeToken
    function redemption() external view returns (address) {
        return _redemption;
    }

    /// @inheritdoc IHeitjeToken
    function pauseState() external view returns (bool isPaused, uint48 unpausedAt) {
        return (paused(), _unpausedAt);
    }

    /// @inheritdoc IHeitjeToken
    function burnedUntil(uint48 timepoint) external view returns (uint256) {
        return _burned.upperLookupRecent(timepoint);
    }

    /// @inheritdoc IHeitjeToken
    function totalBurned() external view returns (uint256) {
        return _burned.latest();
    }

    /// @inheritdoc IERC7943Fungible
    function canSend(address account) external view returns (bool) {
        return _takesPart(account);
    }

    /// @inheritdoc IERC7943Fungible
    /// @dev For the redemption's own calls the redemption takes part, as in {_update}.
    function canTransfer(address from, address to, uint256 amount) external view returns (bool) {
        uint256 frozen = _frozen[from];
        if (frozen != 0 && amount > Math.saturatingSub(balanceOf(from), frozen)) return false;
        return !paused() && _rulesAllow(from, to);
    }

    /// @inheritdoc IERC7943Fungible
    function getFrozenTokens(address account) external view returns (uint256) {
        return _frozen[account];
    }

    /// @inheritdoc IERC7943Fungible
    function canReceive(address account) public view returns (bool) {
        return _takesPart(account);
    }

    /// @inheritdoc IERC3009
    function authorizationState(address authorizer, bytes32 nonce)
        public
        view
        override(ERC3009, IERC3009)
        returns (bool)
    {
        // slither-disable-next-line unused-return: a replaced wallet keeps its nonces too
        (ParticipantId holder,) = _registry.holderOf(authorizer);
        address keptUnder =
            holder == ParticipantId.wrap(0) ? authorizer : address(ParticipantId.unwrap(holder));
        return super.authorizationState(keptUnder, nonce);
    }

    /// @inheritdoc ERC20
    function decimals() public pure override returns (uint8) {
        return 2;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC165, IERC165) returns (bool) {
        return interfaceId == type(IERC20).interfaceId || interfaceId == type(IERC20Metadata).interfaceId
            || interfaceId == type(IERC3009).interfaceId || interfaceId == type(IERC3009Cancel).interfaceId
            || interfaceId == type(IERC5267).interfaceId || interfaceId == type(IERC7943Fungible).interfaceId
            || super.supportsInterface(interfaceId);
    }

    // ------------------------------------------------------------------ rules

    /// @dev Every rule about moving coins stands here, once; {forcedTransfer} and {recover} alone go past it. To whom
    /// coins are minted and whose are burned is settled by {mint} and {burn}, which find the wallet themselves.
    function _update(address from, address to, uint256 value) internal override {
        _requireNotPaused();
        if (from != address(0) && to != address(0)) {
            if (!_rulesAllow(from, to)) _refuse(from, to, value);
            _requireUnfrozen(from, value);
        }

        super._update(from, to, value);
    }

    /// @dev One nonce space for all the wallets that a participant ever had. A later wallet's nonces are kept under
    /// the first wallet, whose address is the participant's id; somebody who is no participant keeps its own.
    function _consumeNonce(address authorizer, bytes32 nonce) internal override {
        (ParticipantId holder, bool present) = _registry.holderOf(authorizer);
        if (holder == ParticipantId.wrap(0)) return super._consumeNonce(authorizer, nonce);
        require(present, HeitjeTokenReplacedWallet(authorizer));

        super._consumeNonce(address(ParticipantId.unwrap(holder)), nonce);
    }

    function _rulesAllow(address from, address to) private view returns (bool) {
        if (from != _redemption && to != _redemption) return _registry.mayPay(from, to);
        return msg.sender == _redemption && _isActiveMerchant(from == _redemption ? to : from);
    }

    /// @dev Names the reason once it is known that there is one: the common path asks the registry only once.
    function _refuse(address from, address to, uint256 value) private view {
        require(from == _redemption || _takesPart(from), ERC7943CannotSend(from));
        require(to == _redemption || _takesPart(to), ERC7943CannotReceive(to));
        revert ERC7943CannotTransfer(from, to, value);
    }

    /// @dev A balance that is too small is left to ERC-20's own error.
    function _requireUnfrozen(address wallet, uint256 value) private view {
        uint256 frozen = _frozen[wallet];
        if (frozen == 0) return;

        uint256 balance = balanceOf(wallet);
        uint256 unfrozen = Math.saturatingSub(balance, frozen);
        require(
            value <= unfrozen || value > balance, ERC7943InsufficientUnfrozenBalance(wallet, value, unfrozen)
        );
    }

    // ------------------------------------------------------------------ details

    function _setFrozen(address wallet, uint256 cents) private {
        _frozen[wallet] = cents;

        emit Frozen(wallet, cents);
    }

    /// @dev Redemption takes part in what it does itself, and in nothing else.
    function _takesPart(address wallet) private view returns (bool) {
        if (wallet == _redemption) return msg.sender == _redemption;
        // slither-disable-next-line unused-return: only who was admitted is active
        (, ParticipantStatus status) = _registry.standingOf(wallet);
        return status == ParticipantStatus.Active;
    }

    function _isActiveMerchant(address wallet) private view returns (bool) {
        (ParticipantKind kind, ParticipantStatus status) = _registry.standingOf(wallet);
        return kind == ParticipantKind.Merchant && status == ParticipantStatus.Active;
    }
}
// slither-disable-end reentrancy-benign,reentrancy-events
