// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ParticipantKind} from "../../../contracts/interfaces/IParticipantRegistry.sol";
import {Sign} from "../base/Sign.sol";
import {Tries} from "./Tries.sol";

/// @dev Coins from hand to hand, in each way that the token knows.
abstract contract CoinActs is Tries {
    /// @dev A signed payment, kept to be sent again.
    struct Payment {
        uint256 person;
        address from;
        address to;
        uint256 cents;
        bytes32 nonce;
        uint256 key;
        uint256 validBefore;
    }

    Payment[] private _payments;

    function holderPays(uint256 dice) external rolls(dice) {
        uint256 person = _aHolder();
        Person storage who = people[person];
        uint256 key = rarely(20) ? STRANGER : who.key;
        uint256 validBefore = block.timestamp + (rarely(24) ? 0 : 8 days);
        Payment memory payment = Payment({
            person: person,
            from: who.wallet,
            to: _aReceiver(who.kind),
            cents: someCents(who),
            nonce: fresh(),
            key: key,
            validBefore: validBefore
        });
        _payments.push(payment);

        _sendPayment("pay", payment);
    }

    /// @dev As it was, or signed again with the wallet that the payer has now: never paid a second time.
    function paymentIsSentAgain(uint256 dice) external rolls(dice) {
        if (_payments.length == 0) return;
        uint256 place = roll(_payments.length);
        bool whatever = rarely(2);
        for (uint256 i = 0; i < _payments.length && !whatever; ++i) {
            // With another wallet since: the one who could pay again if nonces were counted per wallet.
            if (_payments[place].from != people[_payments[place].person].wallet) break;
            place = (place + 1) % _payments.length;
        }
        Payment memory payment = _payments[place];
        if (rarely(2)) {
            Person storage who = people[payment.person];
            (payment.from, payment.key) = (who.wallet, who.key);
            payment.validBefore = block.timestamp + 1 days;
        }

        _sendPayment("pay again", payment);
    }

    function holderCancelsPayment(uint256 dice) external rolls(dice) {
        uint256 person = roll(people.length);
        Person storage who = people[person];
        bytes32 nonce = _payments.length != 0 && rarely(2) ? _payments[roll(_payments.length)].nonce : fresh();
        uint256 key = rarely(10) ? STRANGER : who.key;
        bytes32 hash = Sign.cancelAuthorization(who.wallet, nonce);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, Sign.digest(address(token), hash));
        bytes memory data = abi.encodeCall(token.cancelAuthorization, (who.wallet, nonce, v, r, s));

        bool allowed = key != STRANGER && !nonceUsed[person][nonce];
        if (_relay("cancelAuthorization", address(token), data, allowed)) nonceUsed[person][nonce] = true;
    }

    function holderTransfers(uint256 dice) external rolls(dice) {
        Person storage who = people[_aHolder()];
        // A wallet that was replaced still has its key.
        address from = lost.length != 0 && rarely(12) ? lost[roll(lost.length)] : who.wallet;
        address to = _aReceiver(who.kind);
        uint256 cents = someCents(who);
        bytes memory data = abi.encodeCall(token.transfer, (to, cents));

        vm.prank(from);
        bool told = token.canTransfer(from, to, cents) && cents <= held[from];
        isTrue(told == mayMove(from, to, cents), "canTransfer tells what a transfer does");
        if (_attempt("transfer", from, address(token), data, told)) {
            _move(from, to, cents);
        }
    }

    function spenderTransfers(uint256 dice) external rolls(dice) {
        Person storage who = people[_aHolder()];
        (address to, uint256 cents, uint256 allowance) = (_aReceiver(who.kind), someCents(who), 0);
        address spender = wallet(STRANGER);
        allowance = rarely(6) ? roll(cents + 1) : cents;
        bytes memory permit = abi.encodeCall(token.approve, (spender, allowance));
        bytes memory data = abi.encodeCall(token.transferFrom, (who.wallet, to, cents));

        _attempt("approve spender", who.wallet, address(token), permit, true);
        bool allowed = cents <= allowance && mayMove(who.wallet, to, cents);
        if (_attempt("transferFrom", spender, address(token), data, allowed)) _move(who.wallet, to, cents);
    }

    // ------------------------------------------------------------------ the rules, a second time

    function mayMove(address from, address to, uint256 cents) internal view returns (bool) {
        (uint256 payer, uint256 receiver) = (holder[from], holder[to]);
        if (standsStill || payer == 0 || receiver == 0 || cents > held[from]) return false;
        (Person storage giver, Person storage taker) = (people[payer - 1], people[receiver - 1]);
        if (giver.blocked || taker.blocked || cents > 0 && cents + giver.frozen > held[from]) return false;
        return _isPair(giver.kind, taker.kind);
    }

    /// @dev Mostly what the holder may spend; now and then more than that.
    function someCents(Person storage who) internal returns (uint256) {
        uint256 owned = held[who.wallet];
        uint256 spendable = owned > who.frozen ? owned - who.frozen : 0;
        return rarely(8) ? roll(owned + 2) : spendable == 0 ? roll(2) : pick(1, spendable);
    }

    // ------------------------------------------------------------------ details

    function _isPair(ParticipantKind from, ParticipantKind to) private pure returns (bool) {
        bool toMerchant = to == ParticipantKind.Merchant;
        bool toAssociation = to == ParticipantKind.Association;
        bool toResident = to == ParticipantKind.Resident;
        return from == ParticipantKind.Resident && (toMerchant || toAssociation)
            || from == ParticipantKind.Association && toMerchant || from == ParticipantKind.Merchant
            && (toResident || toAssociation);
    }

    function _sendPayment(string memory name, Payment memory payment) private {
        bytes memory data = _payload(payment);
        bool allowed = payment.key == people[payment.person].key && payment.validBefore > block.timestamp
            && !nonceUsed[payment.person][payment.nonce] && mayMove(payment.from, payment.to, payment.cents);

        if (_relay(name, address(token), data, allowed)) {
            nonceUsed[payment.person][payment.nonce] = true;
            _move(payment.from, payment.to, payment.cents);
        }
    }

    function _payload(Payment memory payment) private view returns (bytes memory) {
        bytes32 hash = Sign.authorization(
            "TransferWithAuthorization",
            payment.from,
            payment.to,
            payment.cents,
            0,
            payment.validBefore,
            payment.nonce
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(payment.key, Sign.digest(address(token), hash));
        return abi.encodeCall(
            token.transferWithAuthorization,
            (payment.from, payment.to, payment.cents, 0, payment.validBefore, payment.nonce, v, r, s)
        );
    }

    /// @dev Somebody with coins, if anybody has any.
    function _aHolder() private returns (uint256 person) {
        uint256 start = roll(people.length);
        for (uint256 i = 0; i < people.length; ++i) {
            person = (start + i) % people.length;
            if (held[people[person].wallet] != 0) return person;
        }
    }

    /// @dev Mostly somebody whom this kind may pay; else anybody, or an address that takes no part.
    function _aReceiver(ParticipantKind from) private returns (address) {
        uint256 trick = roll(16);
        if (trick == 0) return address(redemption);
        if (trick == 1) return rarely(2) ? address(escrow) : wallet(STRANGER);
        if (trick == 2) return wallets[roll(wallets.length)];
        if (trick == 3) return people[aPerson(ParticipantKind.Association)].wallet;
        bool refunds = from == ParticipantKind.Merchant;
        return people[aPerson(refunds ? ParticipantKind.Resident : ParticipantKind.Merchant)].wallet;
    }
}
