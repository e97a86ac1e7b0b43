// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ClaimState, PartnerSignature} from "../../../contracts/interfaces/IJobEscrow.sol";
import {ParticipantKind} from "../../../contracts/interfaces/IParticipantRegistry.sol";
import {Sign} from "../base/Sign.sol";
import {Vm} from "../base/Vm.sol";
import {Books} from "./Books.sol";

/// @dev How an act is tried: who and what is chosen by chance, how it is signed and sent, and that it succeeds exactly
/// when the books say it should.
abstract contract Tries is Books {
    /// @dev What should have failed went through, or the other way round.
    error Accepted(string name);
    error Refused(string name, bytes why);

    mapping(string name => uint256 times) internal done;
    mapping(string name => uint256 times) internal refused;

    uint256 private _dice;
    uint256 private _nextKey = 0x10000;

    /// @dev Around every act: all its choices follow from one number, and the claims are looked at afterwards.
    modifier rolls(uint256 dice) {
        _dice = dice;
        _;
        _watchClaims();
    }

    // ------------------------------------------------------------------ chance

    function roll(uint256 sides) internal returns (uint256) {
        _dice = uint256(keccak256(abi.encode(_dice)));
        return _dice % sides;
    }

    /// @dev True once in `times`.
    function rarely(uint256 times) internal returns (bool) {
        return roll(times) == 0;
    }

    function pick(uint256 least, uint256 most) internal returns (uint256) {
        return least + roll(most - least + 1);
    }

    function newKey() internal returns (uint256) {
        return ++_nextKey;
    }

    function aPerson(ParticipantKind kind) internal returns (uint256) {
        uint256 start = roll(people.length);
        if (rarely(16)) return start;
        for (uint256 i = 0; i < people.length; ++i) {
            uint256 person = (start + i) % people.length;
            if (people[person].kind == kind) return person;
        }
        return start;
    }

    function aPeriod() internal returns (uint32) {
        return rarely(3) ? PERIOD + uint32(roll(LAST_PERIOD - PERIOD + 1)) : PERIOD;
    }

    /// @dev A claim that is in this state if there is one; now and then just any claim.
    function aWork(ClaimState state) internal returns (uint256) {
        uint256 start = roll(works.length);
        if (rarely(10)) return start;
        for (uint256 i = 0; i < works.length; ++i) {
            uint256 work = (start + i) % works.length;
            if (works[work].state == state) return work;
        }
        return start;
    }

    /// @dev One of the partner's present keys if it has one; now and then one that was removed, or a stranger's.
    function aKey(uint256 partner) internal returns (uint256) {
        uint256[] storage keys = partners[partner].keys;
        if (keys.length == 0 || rarely(24)) return STRANGER;
        uint256 start = roll(keys.length);
        bool whatever = rarely(10);
        for (uint256 i = 0; i < keys.length && !whatever; ++i) {
            uint256 key = keys[(start + i) % keys.length];
            if (signs[partner][key]) return key;
        }
        return keys[start];
    }

    // ------------------------------------------------------------------ trying

    /// @dev Whoever sends it: a relayer gains nothing and is asked nothing.
    function _relay(string memory name, address target, bytes memory data, bool allowed)
        internal
        returns (bool)
    {
        return _attempt(name, address(uint160(0x9000 + roll(1000))), target, data, allowed);
    }

    function _attempt(string memory name, address from, address target, bytes memory data, bool allowed)
        internal
        returns (bool ok)
    {
        vm.prank(from);
        bytes memory answer;
        (ok, answer) = target.call(data);
        _happened(ok);
        if (ok && !allowed) revert Accepted(name);
        if (!ok && allowed) revert Refused(name, answer);
        if (ok) ++done[name];
        else ++refused[name];
    }

    /// @dev For whoever watches the contracts: after each call, done or refused, and before anything else happens.
    function _happened(bool ok) internal virtual {}

    /// @dev What the last call emitted, where recording was begun before it.
    function _recorded() internal virtual returns (Vm.Log[] memory) {
        return vm.getRecordedLogs();
    }

    /// @dev An officer's signed act; now and then by another key or another officer, and what was done is sent twice.
    function _order(string memory name, uint256 officer, address target, bytes memory data, bool allowed)
        internal
        returns (bool ok)
    {
        uint256 trick = roll(24);
        uint256 key = trick == 0 ? STRANGER : officer;
        address account = address(officers[officer]);
        if (trick == 1) {
            key = officer == AUDITOR ? SETTLEMENT : AUDITOR;
            account = address(officers[key]);
        }
        uint48 deadline = trick == 2 ? uint48(block.timestamp - 1) : FAR;
        bytes32 id = fresh();
        bytes memory signature = Sign.packed(key, Sign.digest(account, Sign.act(target, data, id, deadline)));
        bytes memory sent = abi.encodeCall(officers[officer].act, (target, data, id, deadline, signature));

        ok = _relay(name, account, sent, allowed && trick > 2);
        if (ok && rarely(8)) _relay("order sent again", account, sent, false);
    }

    /// @return deadline of a signature, now and then one that is over
    function aDeadline() internal returns (uint48 deadline) {
        return rarely(24) ? uint48(block.timestamp - 1) : FAR;
    }

    /// @return by the partner's signature, by one of its keys or by a stranger's
    /// @return right whether it counts
    function _partnerSigns(uint256 partner, bytes32 structHash, uint48 deadline)
        internal
        returns (PartnerSignature memory by, bool right)
    {
        uint256 key = aKey(partner);
        by = Sign.byPartner(key, address(escrow), structHash, deadline);
        // Under a name that counts, with a key that does not.
        if (key == STRANGER) by.signer = abi.encodePacked(wallet(PARTNER_KEY));
        right = partnerMay(partner, key) && block.timestamp <= deadline;
    }

    /// @dev A blocked resident may sign: what was claimed before can still be finished.
    function _residentSigns(uint256 person, bytes32 structHash, uint48 deadline)
        internal
        returns (bytes memory signature, bool right)
    {
        Person storage who = people[person];
        uint256 key = rarely(20) ? STRANGER : who.key;
        signature = signed(key, address(escrow), structHash);
        right = key != STRANGER && who.kind == ParticipantKind.Resident && block.timestamp <= deadline;
    }
}
