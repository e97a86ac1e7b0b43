// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IParticipantRegistry} from "../../../contracts/interfaces/IParticipantRegistry.sol";
import {ParticipantId} from "../../../contracts/types/Ids.sol";

/// @dev OpenZeppelin's ERC20 with nothing but somebody who mints and burns.
contract PlainToken is ERC20, Multicall {
    address private immutable _issuer = msg.sender;

    constructor() ERC20("Plain", "PLN") {}

    function mint(address wallet, uint256 cents) external {
        require(msg.sender == _issuer);
        _mint(wallet, cents);
    }

    function burn(uint256 cents) external {
        _burn(msg.sender, cents);
    }
}

/// @dev The same with OpenZeppelin's ERC-3009. The contracts below add one part of HeitjeToken each, as it does it.
contract SignedToken is PlainToken, ERC3009 {
    constructor() EIP712("Plain", "1") {}
}

contract WithPause is SignedToken, Pausable {
    function _update(address from, address to, uint256 value) internal virtual override whenNotPaused {
        super._update(from, to, value);
    }
}

contract WithFreeze is WithPause {
    mapping(address wallet => uint256 cents) private _frozen;

    function _update(address from, address to, uint256 value) internal virtual override {
        require(_frozen[from] == 0 || value <= balanceOf(from) - _frozen[from]);
        super._update(from, to, value);
    }
}

contract WithMatrix is WithFreeze {
    IParticipantRegistry internal immutable _registry;

    constructor(IParticipantRegistry registry) {
        _registry = registry;
    }

    function _update(address from, address to, uint256 value) internal virtual override {
        require(from == address(0) || to == address(0) || _registry.mayPay(from, to));
        super._update(from, to, value);
    }
}

contract WithParticipantNonces is WithMatrix {
    constructor(IParticipantRegistry registry) WithMatrix(registry) {}

    function _consumeNonce(address authorizer, bytes32 nonce) internal override {
        (ParticipantId holder, bool present) = _registry.holderOf(authorizer);
        require(present);
        super._consumeNonce(address(ParticipantId.unwrap(holder)), nonce);
    }
}

/// @dev A list of members with a word of its own for each, as ParticipantRegistry has one, and nothing else.
contract PlainList {
    mapping(address wallet => uint256 kind) private _kinds;

    event Admitted(address indexed wallet, uint256 indexed kind);

    function admit(address[] calldata wallets) external {
        for (uint256 i = 0; i < wallets.length; ++i) {
            require(_kinds[wallets[i]] == 0);
            _kinds[wallets[i]] = 1;
            emit Admitted(wallets[i], 1);
        }
    }
}
