// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {
    IParticipantRegistry,
    ParticipantKind,
    ParticipantStatus
} from "../../../contracts/interfaces/IParticipantRegistry.sol";
import {ParticipantId} from "../../../contracts/types/Ids.sol";
import {Vm} from "../base/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev Who takes part, with which wallet, and who signs for partners: what the registry told.
abstract contract ToldPeople is Telling {
    struct Person {
        ParticipantId id;
        ParticipantKind kind;
        ParticipantStatus status;
        address wallet;
    }

    struct Signer {
        ParticipantId partner;
        bytes signer;
        bool signs;
    }

    ParticipantId[] private _ids;
    mapping(ParticipantId id => Person) private _people;

    address[] private _wallets; // everybody's, present ones and replaced ones
    mapping(address wallet => ParticipantId) private _holders;

    Signer[] private _signers;
    mapping(bytes32 signer => uint256 placePlusOne) private _signerPlaces;

    address[] private _verifiers;
    mapping(address verifier => bool) private _allowed;

    // ------------------------------------------------------------------ what is known now

    function people() external view returns (Person[] memory list) {
        list = new Person[](_ids.length);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = _people[_ids[i]];
        }
    }

    function wallets() external view returns (address[] memory) {
        return _wallets;
    }

    function signers() external view returns (Signer[] memory) {
        return _signers;
    }

    function verifiers() external view returns (address[] memory) {
        return _verifiers;
    }

    function isAllowed(address verifier) external view returns (bool) {
        return _allowed[verifier];
    }

    /// @dev Whose wallet it is or ever was.
    function holderOf(address wallet) public view returns (ParticipantId) {
        return _holders[wallet];
    }

    // ------------------------------------------------------------------ reading

    function _hearRegistry(Vm.Log calldata log) internal {
        bytes32 topic = log.topics[0];
        if (topic == IParticipantRegistry.ParticipantAdmitted.selector) {
            _admit(_asParticipant(log.topics[1]), ParticipantKind(uint256(log.topics[2])));
        } else if (topic == IParticipantRegistry.ParticipantBlocked.selector) {
            _people[_asParticipant(log.topics[1])].status = ParticipantStatus.Blocked;
        } else if (topic == IParticipantRegistry.ParticipantUnblocked.selector) {
            _people[_asParticipant(log.topics[1])].status = ParticipantStatus.Active;
        } else if (topic == IParticipantRegistry.WalletReplaced.selector) {
            _bind(_asParticipant(log.topics[1]), _asAddress(log.topics[3]));
        } else if (topic == IParticipantRegistry.SignerAdded.selector) {
            _setSigner(_asParticipant(log.topics[1]), abi.decode(log.data, (bytes)), true);
        } else if (topic == IParticipantRegistry.SignerRemoved.selector) {
            _setSigner(_asParticipant(log.topics[1]), abi.decode(log.data, (bytes)), false);
        } else if (topic == IParticipantRegistry.VerifierAllowed.selector) {
            _verifiers.push(_asAddress(log.topics[1]));
            _allowed[_asAddress(log.topics[1])] = true;
        } else if (topic == IParticipantRegistry.VerifierDisallowed.selector) {
            _allowed[_asAddress(log.topics[1])] = false;
        } else {
            revert UnreadEvent(log.emitter, topic);
        }
    }

    // ------------------------------------------------------------------ details

    function _admit(ParticipantId id, ParticipantKind kind) private {
        _ids.push(id);
        _people[id] = Person(id, kind, ParticipantStatus.Active, address(0));
        // A partner has no wallet; everybody else's first one is its id.
        if (kind != ParticipantKind.Partner) _bind(id, address(ParticipantId.unwrap(id)));
    }

    function _bind(ParticipantId id, address wallet) private {
        _people[id].wallet = wallet;
        _holders[wallet] = id;
        _wallets.push(wallet);
    }

    function _setSigner(ParticipantId partner, bytes memory signer, bool signs) private {
        bytes32 key = keccak256(abi.encode(partner, signer));
        if (_signerPlaces[key] == 0) {
            _signers.push(Signer(partner, signer, signs));
            _signerPlaces[key] = _signers.length;
        }
        _signers[_signerPlaces[key] - 1].signs = signs;
    }
}
