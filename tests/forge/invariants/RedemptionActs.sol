// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ParticipantKind} from "../../../contracts/interfaces/IParticipantRegistry.sol";
import {LineState} from "../../../contracts/interfaces/IRedemption.sol";
import {BatchId, RedemptionId, derive} from "../../../contracts/types/Ids.sol";
import {Sign} from "../base/Sign.sol";
import {CoinActs} from "./CoinActs.sol";

/// @dev Coins that leave: locked, batched, burned or given back.
abstract contract RedemptionActs is CoinActs {
    struct Ask {
        uint256 person;
        uint256 cents;
        bytes32 clientId;
        bytes32 id;
        bool forged;
    }

    // ------------------------------------------------------------------ merchants

    function merchantRedeems(uint256 dice) external rolls(dice) {
        Ask memory ask;
        ask.person = _aRichMerchant();
        ask.cents = someCents(people[ask.person]);
        ask.clientId = rarely(8) ? locks[roll(locks.length)].clientId : fresh();
        ask.id = derive(people[ask.person].id, ask.clientId);
        ask.forged = rarely(16);
        address from = people[ask.person].wallet;
        (uint8 v, bytes32 r, bytes32 s) = _signLock(ask, from);

        // The same signature cannot be used past the redemption.
        bytes memory past = abi.encodeCall(
            token.receiveWithAuthorization, (from, address(redemption), ask.cents, 0, FAR, ask.id, v, r, s)
        );
        if (rarely(8)) _relay("redeem past the redemption", address(token), past, false);
        bytes memory data =
            abi.encodeCall(redemption.redeem, (from, ask.cents, 0, FAR, ask.clientId, v, r, s));
        if (_relay("redeem", address(redemption), data, _mayRedeem(ask))) _enterLock(ask, from);
    }

    // ------------------------------------------------------------------ settlement

    function settlementCloses(uint256 dice) external rolls(dice) {
        uint256[] memory lines = _someLines(LineState.Locked, 0, pick(1, 8), rarely(12));
        uint256 batch = rarely(16) ? roll(payouts.length) : payouts.length;
        bytes memory data = abi.encodeCall(redemption.close, (BatchId.wrap(uint32(batch)), _idsOf(lines)));

        bool allowed = batch == payouts.length && lines.length != 0 && _areIn(lines, LineState.Locked, 0);
        if (!_order("close", SETTLEMENT, address(redemption), data, allowed)) return;
        payouts.push();
        Payout storage payout = payouts[batch];
        payout.lines = lines.length;
        for (uint256 i = 0; i < lines.length; ++i) {
            payout.cents += locks[lines[i]].cents;
            (locks[lines[i]].state, locks[lines[i]].batch) = (LineState.Batched, batch);
        }
    }

    function settlementSettles(uint256 dice) external rolls(dice) {
        uint256 batch = roll(payouts.length);
        bool whatever = rarely(3);
        for (uint256 i = 0; i < payouts.length && payouts[batch].settled && !whatever; ++i) {
            batch = (batch + 1) % payouts.length;
        }
        Payout storage payout = payouts[batch];
        uint256[] memory lines = _someLines(LineState.Batched, batch, roll(3), rarely(12));
        uint256 rejected = _centsOf(lines);
        bytes memory data = abi.encodeCall(redemption.settle, (BatchId.wrap(uint32(batch)), _idsOf(lines)));

        bool allowed = payout.lines != 0 && !payout.settled && _areIn(lines, LineState.Batched, batch)
            && (rejected == payout.cents || !standsStill);
        if (_order("settle", SETTLEMENT, address(redemption), data, allowed)) {
            _enterSettlement(batch, lines, rejected);
        }
    }

    // ------------------------------------------------------------------ anyone

    function anyoneReleases(uint256 dice) external rolls(dice) {
        uint256 start = roll(locks.length);
        uint256 line = start;
        for (uint256 i = 0; i < locks.length && locks[line].state != LineState.Rejected; ++i) {
            line = (start + i) % locks.length;
        }
        Lock storage lock = locks[line];
        Person storage who = people[lock.merchant];
        bytes memory data = abi.encodeCall(redemption.release, (lock.id));

        bool allowed = lock.state == LineState.Rejected && !standsStill && !who.blocked;
        if (_relay("release", address(redemption), data, allowed)) {
            lock.state = LineState.Released;
            _move(address(redemption), who.wallet, lock.cents);
        }
    }

    // ------------------------------------------------------------------ details

    function _aRichMerchant() private returns (uint256) {
        uint256 start = aPerson(ParticipantKind.Merchant);
        bool whatever = rarely(10);
        for (uint256 i = 0; i < people.length && !whatever; ++i) {
            Person storage who = people[(start + i) % people.length];
            if (who.kind == ParticipantKind.Merchant && held[who.wallet] > who.frozen) {
                return (start + i) % people.length;
            }
        }
        return start;
    }

    function _signLock(Ask memory ask, address from) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 hash = Sign.authorization(
            "ReceiveWithAuthorization", from, address(redemption), ask.cents, 0, FAR, ask.id
        );
        uint256 key = ask.forged ? STRANGER : people[ask.person].key;
        return vm.sign(key, Sign.digest(address(token), hash));
    }

    function _mayRedeem(Ask memory ask) private view returns (bool) {
        Person storage who = people[ask.person];
        uint256 owned = held[who.wallet];
        return !ask.forged && !standsStill && ask.cents != 0 && who.kind == ParticipantKind.Merchant
            && !who.blocked && ask.cents + who.frozen <= owned && !nonceUsed[ask.person][ask.id];
    }

    function _enterLock(Ask memory ask, address from) private {
        nonceUsed[ask.person][ask.id] = true;
        locks.push(Lock(RedemptionId.wrap(ask.id), ask.clientId, ask.person, ask.cents, 0, LineState.Locked));
        _move(from, address(redemption), ask.cents);
    }

    function _enterSettlement(uint256 batch, uint256[] memory lines, uint256 rejected) private {
        uint256 booked = payouts[batch].cents - rejected;
        (payouts[batch].settled, payouts[batch].rejected) = (true, rejected);
        for (uint256 i = 0; i < lines.length; ++i) {
            locks[lines[i]].state = LineState.Rejected;
        }
        for (uint256 i = 1; i < locks.length; ++i) {
            if (locks[i].batch == batch && locks[i].state == LineState.Batched) {
                locks[i].state = LineState.Booked;
            }
        }
        held[address(redemption)] -= booked;
        burned += booked;
        burns.push(Burn(block.timestamp, booked));
    }

    /// @dev Up to `most` lines that fit; a bad list has one of any kind, or one twice.
    function _someLines(LineState state, uint256 batch, uint256 most, bool bad)
        private
        returns (uint256[] memory lines)
    {
        uint256[] memory found = new uint256[](most + 1);
        uint256 count;
        uint256 start = roll(locks.length);
        for (uint256 i = 0; i < locks.length && count < most; ++i) {
            uint256 line = (start + i) % locks.length;
            if (locks[line].state == state && locks[line].batch == batch) found[count++] = line;
        }
        if (bad) found[count++] = count != 0 && rarely(2) ? found[0] : roll(locks.length);
        lines = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            lines[i] = found[i];
        }
    }

    function _areIn(uint256[] memory lines, LineState state, uint256 batch) private view returns (bool) {
        for (uint256 i = 0; i < lines.length; ++i) {
            if (locks[lines[i]].state != state || locks[lines[i]].batch != batch) return false;
            for (uint256 j = 0; j < i; ++j) {
                if (lines[i] == lines[j]) return false;
            }
        }
        return true;
    }

    function _centsOf(uint256[] memory lines) private view returns (uint256 cents) {
        for (uint256 i = 0; i < lines.length; ++i) {
            cents += locks[lines[i]].cents;
        }
    }

    function _idsOf(uint256[] memory lines) private view returns (RedemptionId[] memory ids) {
        ids = new RedemptionId[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            ids[i] = locks[lines[i]].id;
        }
    }
}
