// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ParticipantKind} from "../../../contracts/interfaces/IParticipantRegistry.sol";
import {Tries} from "./Tries.sol";

/// @dev What the treasurer and the auditor do with budgets and the reserve.
abstract contract BudgetActs is Tries {
    struct Gift {
        uint256 partner;
        uint32 period;
        uint256 person;
        uint256 cents;
        bytes32 id;
    }

    function auditorAttests(uint256 dice) external rolls(dice) {
        // About what was promised: enough for a few grants, or not enough for any.
        uint256 cents = mintedEver() - burned + promised() + pick(0, 100_000_00);
        cents = cents > 20_000_00 ? cents - 20_000_00 : cents;
        uint256 asOf = block.timestamp - (rarely(2) ? 0 : roll(10 days));
        // The very second in which something was burned.
        if (burns.length != 0 && rarely(2)) asOf = burns[burns.length - 1].time;
        if (rarely(12)) asOf = block.timestamp + 1;
        bytes memory data = abi.encodeCall(budget.attestReserve, (uint64(cents), uint48(asOf), "statement"));

        bool allowed = asOf > attestedAt && asOf <= block.timestamp;
        if (_order("attestReserve", AUDITOR, address(budget), data, allowed)) {
            (attested, attestedAt) = (cents, asOf);
        }
    }

    function treasurerGrants(uint256 dice) external rolls(dice) {
        (uint256 partner, uint32 period) = (roll(partners.length), aPeriod());
        uint256 cents = rarely(16) ? 0 : pick(100_00, rarely(3) ? 30_000_00 : 5_000_00);
        // Often the very last cent that is covered, or one more.
        uint256 owed = mintedEver() - burned + promised();
        if (rarely(3) && euros() > owed) cents = euros() - owed + roll(2);
        bytes32 id = _anId();
        bytes memory data = abi.encodeCall(budget.grant, (partners[partner].id, period, uint64(cents), id));

        if (!_order("grant", TREASURER, address(budget), data, _mayGrant(partner, period, cents, id))) {
            return;
        }
        purses[partner][period].granted += cents;
        _use(id);
        // Said by the chain itself, the moment after: coins and promises fit into the euros.
        isTrue(token.totalSupply() + budget.outstanding() <= euros(), "a grant is covered");
    }

    function treasurerClosesBudget(uint256 dice) external rolls(dice) {
        // Nothing can be posted any more in what is closed, so the first period stays open.
        (uint256 partner, uint32 period) = (roll(partners.length), PERIOD + 1 + uint32(roll(3)));
        Purse storage purse = purses[partner][period];
        bytes memory data = abi.encodeCall(budget.closeBudget, (partners[partner].id, period));

        bool allowed = !purse.closed && purse.granted != 0;
        if (_order("closeBudget", TREASURER, address(budget), data, allowed)) {
            purse.granted = purse.reserved + purse.minted;
            purse.closed = true;
        }
    }

    function treasurerAwards(uint256 dice) external rolls(dice) {
        Gift memory gift;
        (gift.partner, gift.period) = (roll(partners.length), aPeriod());
        gift.person = aPerson(ParticipantKind.Resident);
        gift.cents = rarely(16) ? 0 : pick(1, 400_00);
        if (rarely(8)) gift.cents = free(gift.partner, gift.period) + roll(2);
        gift.id = _anId();
        bytes memory data = abi.encodeCall(
            budget.award,
            (
                partners[gift.partner].id,
                gift.period,
                people[gift.person].id,
                uint64(gift.cents),
                "reason",
                gift.id
            )
        );

        if (!_order("award", TREASURER, address(budget), data, _mayAward(gift))) return;
        purses[gift.partner][gift.period].minted += gift.cents;
        held[people[gift.person].wallet] += gift.cents;
        mintedByTreasurer += gift.cents;
        _useLimit(gift.partner, gift.cents);
        _use(gift.id);
    }

    // ------------------------------------------------------------------ details

    function _mayGrant(uint256 partner, uint32 period, uint256 cents, bytes32 id)
        private
        view
        returns (bool)
    {
        return cents != 0 && !partners[partner].blocked && !purses[partner][period].closed && !idUsed[id]
            && attestedAt != 0 && attestedAt + ATTESTATION_MAX_AGE >= block.timestamp
            && mintedEver() - burned + promised() + cents <= euros();
    }

    function _mayAward(Gift memory gift) private view returns (bool) {
        Purse storage purse = purses[gift.partner][gift.period];
        Person storage person = people[gift.person];
        return gift.cents != 0 && !purse.closed && purse.granted != 0
            && gift.cents <= free(gift.partner, gift.period) && !idUsed[gift.id]
            && gift.cents <= mintable(gift.partner) && !standsStill
            && active(person.wallet, ParticipantKind.Resident);
    }

    function _anId() private returns (bytes32) {
        return usedIds.length != 0 && rarely(10) ? usedIds[roll(usedIds.length)] : fresh();
    }

    function _use(bytes32 id) private {
        usedIds.push(id);
        idUsed[id] = true;
    }
}
