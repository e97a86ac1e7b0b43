// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ClaimState} from "../../../contracts/interfaces/IJobEscrow.sol";
import {ParticipantKind} from "../../../contracts/interfaces/IParticipantRegistry.sol";
import {ParticipantId} from "../../../contracts/types/Ids.sol";
import {Tries} from "./Tries.sol";

/// @dev Who comes to take part, who is stopped, and when everything is stopped. Acts with a delay: {DelayedActs}.
abstract contract PeopleActs is Tries {
    // Few enough to meet each other often.
    uint256 private constant _MOST_PARTNERS = 3;
    uint256 private constant _MOST_PEOPLE = 20;

    // ------------------------------------------------------------------ admitting

    function serviceAdmitsResident(uint256 dice) external rolls(dice) {
        (uint256 key, address[] memory list, bool allowed) = _newcomer();
        bytes memory data = abi.encodeCall(registry.admitResidents, (list));

        bool stranger = rarely(10);
        address from = stranger ? wallet(STRANGER) : SENDER;
        if (_attempt("admitResidents", from, address(registry), data, allowed && !stranger && !standsStill)) {
            _enrol(key, ParticipantKind.Resident);
        }
    }

    function registrarAdmitsAssociation(uint256 dice) external rolls(dice) {
        (uint256 key, address[] memory list, bool allowed) = _newcomer();
        bytes memory data = abi.encodeCall(registry.admitAssociations, (list));

        if (_order("admitAssociations", REGISTRAR, address(registry), data, allowed)) {
            _enrol(key, ParticipantKind.Association);
        }
    }

    function registrarAdmitsPartner(uint256 dice) external rolls(dice) {
        // An id that is somebody's wallet, or was, is refused.
        bool known = partners.length == _MOST_PARTNERS || rarely(4);
        address asWallet =
            known ? rarely(4) ? _ours() : wallets[roll(wallets.length)] : address(uint160(newKey()) << 80);
        ParticipantId id = ParticipantId.wrap(bytes20(asWallet));
        bytes memory data = abi.encodeCall(registry.admitPartner, (id));

        if (_order("admitPartner", REGISTRAR, address(registry), data, !known)) _enrolPartner(id);
    }

    function registrarRemovesSigner(uint256 dice) external rolls(dice) {
        uint256 partner = roll(partners.length);
        uint256[] storage keys = partners[partner].keys;
        // One key stays, or there would soon be nobody to approve anything.
        uint256 key = keys.length < 2 || rarely(6) ? STRANGER : keys[1 + roll(keys.length - 1)];
        bytes memory data =
            abi.encodeCall(registry.removeSigner, (partners[partner].id, abi.encodePacked(wallet(key))));

        if (_order("removeSigner", REGISTRAR, address(registry), data, signs[partner][key])) {
            signs[partner][key] = false;
        }
    }

    // ------------------------------------------------------------------ stopping

    function enforcerBlocksPerson(uint256 dice) external rolls(dice) {
        // Often somebody who waits for a reward.
        uint256 waiting = works[aWork(ClaimState.Submitted)].resident;
        Person storage who = people[rarely(2) ? waiting : roll(people.length)];
        bytes memory data = abi.encodeCall(registry.blockParticipant, (who.id, 4));

        if (_order("blockParticipant", ENFORCER, address(registry), data, !who.blocked)) who.blocked = true;
    }

    function enforcerUnblocksPerson(uint256 dice) external rolls(dice) {
        uint256 start = roll(people.length);
        uint256 person = start;
        for (uint256 i = 0; i < people.length && !people[person].blocked; ++i) {
            person = (start + i) % people.length;
        }
        Person storage who = people[person];
        bytes memory data = abi.encodeCall(registry.unblockParticipant, (who.id));

        if (_order("unblockParticipant", ENFORCER, address(registry), data, who.blocked)) {
            who.blocked = false;
        }
    }

    function enforcerBlocksOrUnblocksPartner(uint256 dice) external rolls(dice) {
        uint256 partner = roll(partners.length);
        for (uint256 i = 0; i < partners.length && !rarely(8); ++i) {
            if (partners[i].blocked) partner = i;
        }
        Partner storage who = partners[partner];
        // Half as often blocked as unblocked: a blocked partner stops much of what is to be tried.
        bool blocks = rarely(4) ? who.blocked : !who.blocked && rarely(2);
        bytes memory data = blocks
            ? abi.encodeCall(registry.blockParticipant, (who.id, 5))
            : abi.encodeCall(registry.unblockParticipant, (who.id));

        string memory name = blocks ? "blockPartner" : "unblockPartner";
        if (_order(name, ENFORCER, address(registry), data, who.blocked != blocks)) who.blocked = blocks;
    }

    function enforcerFreezes(uint256 dice) external rolls(dice) {
        bool known = !rarely(8);
        Person storage who = people[roll(people.length)];
        address target = known ? who.wallet : lost.length == 0 ? wallet(STRANGER) : lost[roll(lost.length)];
        uint256 cents = rarely(3) ? 0 : roll(2 * held[target] + 2);
        bytes memory data = abi.encodeCall(token.setFrozenTokens, (target, cents));

        if (_order("setFrozenTokens", ENFORCER, address(token), data, known)) who.frozen = cents;
    }

    function enforcerPauses(uint256 dice) external rolls(dice) {
        bytes memory data = abi.encodeCall(token.pause, ());

        if (!_order("pause", ENFORCER, address(token), data, !standsStill)) return;
        standsStill = true;
        for (uint256 i = 0; i < wallets.length; ++i) {
            heldWhenPaused[wallets[i]] = token.balanceOf(wallets[i]);
        }
        heldWhenPaused[address(redemption)] = token.balanceOf(address(redemption));
    }

    function enforcerUnpauses(uint256 dice) external rolls(dice) {
        _unpause();
    }

    function _unpause() internal {
        bytes memory data = abi.encodeCall(token.unpause, ());

        if (!_order("unpause", ENFORCER, address(token), data, standsStill)) return;
        (standsStill, movesSince) = (false, block.timestamp);
    }

    // ------------------------------------------------------------------ time

    /// @dev Half of the time to the very last second of some claim's deadline, or the first after it.
    function timePasses(uint256 dice) external rolls(dice) {
        uint256[5] memory most = [uint256(1 minutes), 1 hours, 1 days, 8 days, 21 days];
        uint256 edge = _aDeadlineOf(works[roll(works.length)]) + GRACE + roll(2);

        bool toTheEdge = edge > block.timestamp && rarely(2);
        vm.warp(toTheEdge ? edge : block.timestamp + pick(1, most[roll(5)]));
        ++done["time"];
    }

    // ------------------------------------------------------------------ details

    function _aDeadlineOf(Work storage claim_) private returns (uint256) {
        if (claim_.state == ClaimState.Submitted) return claim_.since + DECISION_WINDOW;
        if (claim_.state == ClaimState.Rejected) return claim_.since + DISPUTE_WINDOW;
        if (claim_.state == ClaimState.Claimed) return posts[claim_.job].submitBy;
        return rarely(2) ? movesSince : posts[claim_.job].claimBy;
    }

    /// @dev Somebody new, or (refused) a wallet that was bound before, one of Heitje's contracts, or none at all.
    function _newcomer() private returns (uint256 key, address[] memory list, bool allowed) {
        uint256 trick = people.length < _MOST_PEOPLE ? roll(12) : roll(4);
        key = newKey();
        list = new address[](trick == 0 ? 0 : trick == 1 ? 2 : 1);
        if (list.length != 0) list[0] = wallet(key);
        if (trick == 1) list[1] = wallets[roll(wallets.length)];
        if (trick == 2) list[0] = lost.length == 0 ? people[0].wallet : lost[roll(lost.length)];
        if (trick == 3) list[0] = _ours();
        allowed = trick > 3;
    }

    /// @dev Were one of these somebody's wallet, coins could lie where none belong.
    function _ours() private returns (address) {
        address[6] memory ours = [
            address(redemption),
            address(escrow),
            address(budget),
            address(token),
            address(registry),
            address(manager)
        ];
        return ours[roll(6)];
    }
}
