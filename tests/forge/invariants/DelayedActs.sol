// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ParticipantKind} from "../../../contracts/interfaces/IParticipantRegistry.sol";
import {Tries} from "./Tries.sol";

/// @dev Acts of guarded roles: scheduled by an officer, cancelled by the guardian or carried out by anyone once due.
/// The world goes on in between, so whether one succeeds is known only when it is carried out.
abstract contract DelayedActs is Tries {
    enum Kind {
        AdmitMerchant,
        AddSigner,
        SetLimit,
        Recover,
        Force
    }

    /// @dev What `a`, `b` and `c` mean is told where each kind is scheduled.
    struct Plan {
        Kind kind;
        uint256 officer;
        address target;
        bytes data;
        uint256 a;
        uint256 b;
        uint256 c;
    }

    uint256 private constant _EXPIRATION = 1 weeks; // AccessManager's

    Plan[] private _plans;
    mapping(bytes32 operation => uint256 time) private _due;
    string[5] private _names = ["admitMerchants", "addSigner", "setMintLimit", "recover", "forcedTransfer"];

    // ------------------------------------------------------------------ scheduling

    /// @dev `a` is the merchant's key.
    function registrarPlansMerchant(uint256 dice) external rolls(dice) {
        bool known = people.length > 24 || rarely(8);
        uint256 key = known ? people[roll(people.length)].key : newKey();
        address[] memory list = new address[](1);
        list[0] = wallet(key);
        bytes memory data = abi.encodeCall(registry.admitMerchants, (list));

        _schedule(Plan(Kind.AdmitMerchant, REGISTRAR, address(registry), data, key, 0, 0));
    }

    /// @dev `a` is the partner, `b` the signer's key.
    function registrarPlansSigner(uint256 dice) external rolls(dice) {
        uint256 partner = roll(partners.length);
        for (uint256 i = 0; i < partners.length; ++i) {
            if (partners[i].keys.length == 0) partner = i;
        }
        uint256[] storage keys = partners[partner].keys;
        uint256 key = keys.length != 0 && rarely(2) ? keys[roll(keys.length)] : newKey();
        bytes memory data =
            abi.encodeCall(registry.addSigner, (partners[partner].id, abi.encodePacked(wallet(key))));

        _schedule(Plan(Kind.AddSigner, REGISTRAR, address(registry), data, partner, key, 0));
    }

    /// @dev `a` is the partner, `b` the capacity, `c` the window. Often so low that the limit is felt.
    function treasurerPlansLimit(uint256 dice) external rolls(dice) {
        uint256 partner = roll(partners.length);
        for (uint256 i = 0; i < partners.length; ++i) {
            if (partners[i].capacity == 0) partner = i;
        }
        uint256 capacity = rarely(10) ? MAX_REWARD - 1 : pick(MAX_REWARD, rarely(3) ? 9_000_00 : 300_00);
        uint256 window = rarely(10) ? 32 days : rarely(3) ? pick(1 hours, 2 days) : pick(14 days, 31 days);
        bytes memory data =
            abi.encodeCall(budget.setMintLimit, (partners[partner].id, uint64(capacity), uint48(window)));

        _schedule(Plan(Kind.SetLimit, TREASURER, address(budget), data, partner, capacity, window));
    }

    /// @dev `a` is the lost wallet, `b` the new wallet's key.
    function enforcerPlansRecovery(uint256 dice) external rolls(dice) {
        uint256 person = roll(people.length);
        for (uint256 i = 0; i < people.length && people[person].frozen == 0; ++i) {
            if (rarely(people.length)) break;
            person = (person + 1) % people.length;
        }
        address old = rarely(8) ? wallets[roll(wallets.length)] : people[person].wallet;
        uint256 key = rarely(8) ? people[roll(people.length)].key : newKey();
        bytes memory data = abi.encodeCall(token.recover, (old, wallet(key)));

        _schedule(Plan(Kind.Recover, ENFORCER, address(token), data, uint160(old), key, 0));
    }

    /// @dev `a` is from whose wallet, `b` to whose, `c` the cents.
    function enforcerPlansForce(uint256 dice) external rolls(dice) {
        address from = rarely(10) ? address(redemption) : people[roll(people.length)].wallet;
        address to = rarely(10) ? wallets[roll(wallets.length)] : people[roll(people.length)].wallet;
        uint256 cents = roll(held[from] + (rarely(8) ? 100_00 : 1));
        bytes memory data = abi.encodeCall(token.forcedTransfer, (from, to, cents));

        _schedule(Plan(Kind.Force, ENFORCER, address(token), data, uint160(from), uint160(to), cents));
    }

    // ------------------------------------------------------------------ cancelling and carrying out

    function guardianCancels(uint256 dice) external rolls(dice) {
        if (_plans.length == 0) return;
        Plan storage plan = _plans[roll(_plans.length)];
        bytes32 operation = _operation(plan);
        bytes memory data =
            abi.encodeCall(manager.cancel, (address(officers[plan.officer]), plan.target, plan.data));

        if (_order("cancel", GUARDIAN, address(manager), data, _due[operation] != 0)) _due[operation] = 0;
    }

    function anyoneCarriesOut(uint256 dice) external rolls(dice) {
        _carryOutOne();
        _carryOutOne();
    }

    // ------------------------------------------------------------------ details

    function _schedule(Plan memory plan) private {
        bytes32 operation = keccak256(abi.encode(plan.officer, plan.target, plan.data));
        uint256 due = _due[operation];
        bytes memory data = abi.encodeCall(manager.schedule, (plan.target, plan.data, 0));

        bool allowed = due == 0 || due + _EXPIRATION <= block.timestamp;
        if (!_order("schedule", plan.officer, address(manager), data, allowed)) return;
        _due[operation] = block.timestamp + DELAY;
        _plans.push(plan);
    }

    function _carryOutOne() private {
        if (_plans.length == 0) return;
        uint256 place = roll(_plans.length);
        // Mostly one that was neither carried out nor cancelled.
        bool whatever = rarely(8);
        for (uint256 i = 0; i < _plans.length && !whatever; ++i) {
            if (_due[_operation(_plans[place])] + _EXPIRATION > block.timestamp) break;
            place = (place + 1) % _plans.length;
        }
        Plan storage plan = _plans[place];
        bytes32 operation = _operation(plan);
        uint256 due = _due[operation];
        if (due > block.timestamp && !rarely(4)) vm.warp(due);

        string memory name = _names[uint256(plan.kind)];
        bool inTime = due != 0 && due <= block.timestamp && block.timestamp < due + _EXPIRATION;
        bytes memory data = abi.encodeCall(officers[plan.officer].carryOut, (plan.target, plan.data));
        if (_relay(name, address(officers[plan.officer]), data, inTime && _isLegal(plan))) {
            _due[operation] = 0;
            _enter(plan);
        }
    }

    function _isLegal(Plan storage plan) private view returns (bool) {
        if (plan.kind == Kind.AdmitMerchant) return !bound[wallet(plan.a)];
        if (plan.kind == Kind.AddSigner) return !signs[plan.a][plan.b];
        if (plan.kind == Kind.SetLimit) {
            return !partners[plan.a].blocked && plan.b >= MAX_REWARD && plan.c >= 1 hours && plan.c <= 31 days;
        }
        if (plan.kind == Kind.Recover) {
            return holder[address(uint160(plan.a))] != 0 && !bound[wallet(plan.b)];
        }
        uint256 receiver = holder[address(uint160(plan.b))];
        return receiver != 0 && plan.a != plan.b && !people[receiver - 1].blocked
            && uint160(plan.a) != uint160(address(redemption)) && plan.c <= held[address(uint160(plan.a))];
    }

    function _enter(Plan storage plan) private {
        if (plan.kind == Kind.AdmitMerchant) _enrol(plan.a, ParticipantKind.Merchant);
        if (plan.kind == Kind.AddSigner) _enterSigner(plan.a, plan.b);
        if (plan.kind == Kind.SetLimit) _setLimit(plan.a, plan.b, plan.c);
        if (plan.kind == Kind.Recover) _enterRecovery(address(uint160(plan.a)), plan.b);
        if (plan.kind == Kind.Force) _enterForce(address(uint160(plan.a)), address(uint160(plan.b)), plan.c);
    }

    function _enterSigner(uint256 partner, uint256 key) private {
        bool known;
        for (uint256 i = 0; i < partners[partner].keys.length; ++i) {
            known = known || partners[partner].keys[i] == key;
        }
        if (!known) partners[partner].keys.push(key);
        signs[partner][key] = true;
    }

    /// @dev Everything goes along: id, coins and freeze.
    function _enterRecovery(address old, uint256 key) private {
        uint256 person = holder[old] - 1;
        address renewed = wallet(key);
        holder[old] = 0;
        lost.push(old);
        _bind(renewed, person + 1);
        people[person].key = key;
        people[person].wallet = renewed;
        _forceMove(old, renewed, held[old]);
    }

    function _enterForce(address from, address to, uint256 cents) private {
        _forceMove(from, to, cents);
        if (holder[from] == 0) return; // nothing, of a wallet that was replaced
        uint256 left = from == to ? held[from] - cents : held[from];
        Person storage who = people[holder[from] - 1];
        if (who.frozen > left) who.frozen = left;
    }

    function _forceMove(address from, address to, uint256 cents) private {
        _move(from, to, cents);
        if (standsStill) (heldWhenPaused[from], heldWhenPaused[to]) = (held[from], held[to]);
    }

    function _operation(Plan storage plan) private view returns (bytes32) {
        return keccak256(abi.encode(plan.officer, plan.target, plan.data));
    }
}
