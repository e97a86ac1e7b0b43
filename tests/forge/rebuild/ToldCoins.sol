// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC3009, IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {IERC7943Fungible} from "../../../contracts/interfaces/IERC7943Fungible.sol";
import {IHeitjeToken} from "../../../contracts/interfaces/IHeitjeToken.sol";
import {ParticipantId} from "../../../contracts/types/Ids.sol";
import {Vm} from "../base/Vm.sol";
import {ToldPeople} from "./ToldPeople.sol";

/// @dev Where coins are: what the token told.
///
/// One thing cannot be rebuilt, as with any ERC-20 of OpenZeppelin 5: how much of an allowance is left, since
/// `transferFrom` tells neither who spent nor what remains. An allowance moves no coin that a Transfer does not tell.
abstract contract ToldCoins is ToldPeople {
    struct Burn {
        uint256 time;
        uint256 cents;
    }

    /// @dev `keptUnder` is the participant's first wallet, or the wallet itself of somebody who is no participant.
    struct Nonce {
        address keptUnder;
        bytes32 nonce;
    }

    uint256 public supply;
    uint256 public burned;
    bool public paused;
    uint256 public unpausedAt;

    mapping(address wallet => uint256 cents) public balanceOf;
    mapping(address wallet => uint256 cents) public frozenOf;

    Burn[] private _burns;
    Nonce[] private _nonces;

    // ------------------------------------------------------------------ what is known now

    function nonces() external view returns (Nonce[] memory) {
        return _nonces;
    }

    function burns() external view returns (Burn[] memory) {
        return _burns;
    }

    function burnedSince(uint256 time) public view returns (uint256 cents) {
        for (uint256 i = 0; i < _burns.length; ++i) {
            if (_burns[i].time >= time) cents += _burns[i].cents;
        }
    }

    // ------------------------------------------------------------------ reading

    function _hearToken(Vm.Log calldata log) internal {
        bytes32 topic = log.topics[0];
        if (topic == IERC20.Transfer.selector) {
            _move(_asAddress(log.topics[1]), _asAddress(log.topics[2]), abi.decode(log.data, (uint256)));
        } else if (topic == IERC7943Fungible.Frozen.selector) {
            frozenOf[_asAddress(log.topics[1])] = abi.decode(log.data, (uint256));
        } else if (topic == Pausable.Paused.selector) {
            paused = true;
        } else if (topic == Pausable.Unpaused.selector) {
            (paused, unpausedAt) = (false, _time);
        } else if (
            topic == IERC3009.AuthorizationUsed.selector
                || topic == IERC3009Cancel.AuthorizationCanceled.selector
        ) {
            _nonces.push(Nonce(_nonceSpace(_asAddress(log.topics[1])), log.topics[2]));
        } else {
            // The first two say why coins moved, which a Transfer and a WalletReplaced have told.
            bool tellsNoMore = topic == IHeitjeToken.Recovered.selector
                || topic == IERC7943Fungible.ForcedTransfer.selector || topic == IERC20.Approval.selector;
            if (!tellsNoMore) revert UnreadEvent(log.emitter, topic);
        }
    }

    // ------------------------------------------------------------------ details

    function _move(address from, address to, uint256 cents) private {
        if (from == address(0)) supply += cents;
        else balanceOf[from] -= cents;
        if (to != address(0)) {
            balanceOf[to] += cents;
            return;
        }

        supply -= cents;
        burned += cents;
        _burns.push(Burn(_time, cents));
    }

    function _nonceSpace(address wallet) private view returns (address) {
        ParticipantId holder = holderOf(wallet);
        return holder == ParticipantId.wrap(0) ? wallet : address(ParticipantId.unwrap(holder));
    }
}
