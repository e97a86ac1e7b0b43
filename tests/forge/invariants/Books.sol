// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ClaimState} from "../../../contracts/interfaces/IJobEscrow.sol";
import {ParticipantKind} from "../../../contracts/interfaces/IParticipantRegistry.sol";
import {LineState} from "../../../contracts/interfaces/IRedemption.sol";
import {ClaimId, JobId, ParticipantId, RedemptionId} from "../../../contracts/types/Ids.sol";
import {City} from "../base/City.sol";

/// @dev Heitje kept a second time, on paper: what each act should have done, computed from what was asked. Nothing here
/// is read back from the contracts, so a difference between the two is a fault in one of them.
abstract contract Books is City {
    struct Person {
        ParticipantId id;
        ParticipantKind kind;
        bool blocked;
        uint256 key;
        address wallet;
        uint256 frozen;
    }

    /// @dev `keys` were signers at some time. The last four are the mint limit's bucket.
    struct Partner {
        ParticipantId id;
        bool blocked;
        uint256[] keys;
        uint256 capacity;
        uint256 window;
        uint256 used;
        uint256 usedAt;
    }

    struct Purse {
        uint256 granted;
        uint256 reserved;
        uint256 minted;
        bool closed;
    }

    struct Post {
        JobId id;
        bytes32 clientId;
        uint256 partner;
        uint32 period;
        uint256 reward;
        uint256 slots;
        uint256 open;
        uint256 active;
        uint256 paid;
        uint256 released;
        uint256 claimBy;
        uint256 submitBy;
        bool closed;
    }

    /// @dev `seen` is the state that the escrow last told; `paid` and `payments` are counted from minted coins.
    struct Work {
        ClaimId id;
        bytes32 clientId;
        uint256 job;
        uint256 resident;
        uint256 cents;
        uint256 since;
        ClaimState state;
        ClaimState seen;
        uint256 paid;
        uint256 payments;
    }

    struct Lock {
        RedemptionId id;
        bytes32 clientId;
        uint256 merchant;
        uint256 cents;
        uint256 batch;
        LineState state;
    }

    struct Payout {
        uint256 cents;
        uint256 rejected;
        uint256 lines;
        bool settled;
    }

    struct Burn {
        uint256 time;
        uint256 cents;
    }

    uint256 internal constant STRANGER = 0xBAD;
    uint32 internal constant LAST_PERIOD = 2028;

    Person[] internal people;
    Partner[] internal partners;
    mapping(uint256 partner => mapping(uint256 key => bool)) internal signs;
    mapping(uint256 partner => mapping(uint32 period => Purse)) internal purses;

    // Index 0 of these is something that does not exist, so that acts on the unknown are tried as well.
    Post[] internal posts;
    Work[] internal works;
    Lock[] internal locks;
    Payout[] internal payouts;

    address[] internal wallets; // everybody's, present ones and replaced ones
    address[] internal lost; // replaced ones
    mapping(address wallet => uint256 personPlusOne) internal holder;
    mapping(address any => bool) internal bound;
    mapping(address wallet => uint256 cents) internal held;
    mapping(uint256 person => mapping(bytes32 nonce => bool)) internal nonceUsed;

    uint256 internal mintedByApproval;
    uint256 internal mintedByArbiter;
    uint256 internal mintedByTreasurer;
    uint256 internal burned;
    Burn[] internal burns;

    uint256 internal attested;
    uint256 internal attestedAt;
    bytes32[] internal usedIds;
    mapping(bytes32 id => bool) internal idUsed;

    bool internal standsStill;
    uint256 internal movesSince;
    mapping(address wallet => uint256 cents) internal heldWhenPaused;

    // ------------------------------------------------------------------ what the books know

    function mintedEver() internal view returns (uint256) {
        return mintedByApproval + mintedByArbiter + mintedByTreasurer;
    }

    /// @dev Everything granted and not yet minted.
    function promised() internal view returns (uint256 cents) {
        for (uint256 i = 0; i < partners.length; ++i) {
            for (uint32 period = PERIOD; period <= LAST_PERIOD; ++period) {
                cents += purses[i][period].granted - purses[i][period].minted;
            }
        }
    }

    /// @dev The last statement, less what was burned since the moment that it speaks of.
    function euros() internal view returns (uint256 cents) {
        uint256 since;
        for (uint256 i = 0; i < burns.length; ++i) {
            if (burns[i].time >= attestedAt) since += burns[i].cents;
        }
        return attested > since ? attested - since : 0;
    }

    /// @dev A shown deadline and a day, never while coins stand still nor within a day after.
    function over(uint256 deadline) internal view returns (bool) {
        return block.timestamp > deadline + GRACE && !standsStill && block.timestamp > movesSince + GRACE;
    }

    function partnerMay(uint256 partner, uint256 key) internal view returns (bool) {
        return !partners[partner].blocked && signs[partner][key];
    }

    function free(uint256 partner, uint32 period) internal view returns (uint256) {
        Purse storage purse = purses[partner][period];
        return purse.granted - purse.reserved - purse.minted;
    }

    function active(address wallet_, ParticipantKind kind) internal view returns (bool) {
        uint256 person = holder[wallet_];
        return person != 0 && people[person - 1].kind == kind && !people[person - 1].blocked;
    }

    /// @dev What the partner's bucket has left: it fills evenly, a whole capacity per window.
    function mintable(uint256 partner) internal view returns (uint256) {
        Partner storage who = partners[partner];
        uint256 used = _usedNow(who);
        return used < who.capacity ? who.capacity - used : 0;
    }

    function _useLimit(uint256 partner, uint256 cents) internal {
        Partner storage who = partners[partner];
        if (cents == 0) return;
        (who.used, who.usedAt) = (_usedNow(who) + cents, block.timestamp);
    }

    function _setLimit(uint256 partner, uint256 capacity, uint256 window) internal {
        Partner storage who = partners[partner];
        uint256 used = _usedNow(who);
        (who.used, who.usedAt) = (used < capacity ? used : capacity, block.timestamp);
        (who.capacity, who.window) = (capacity, window);
    }

    function _usedNow(Partner storage who) private view returns (uint256) {
        if (who.window == 0) return 0;
        uint256 filled = (block.timestamp - who.usedAt) * who.capacity / who.window;
        return who.used > filled ? who.used - filled : 0;
    }

    // ------------------------------------------------------------------ writing in the books

    function _enrol(uint256 key, ParticipantKind kind) internal {
        address first = wallet(key);
        people.push(Person(idOf(key), kind, false, key, first, 0));
        _bind(first, people.length);
    }

    function _enrolPartner(ParticipantId id) internal returns (uint256 partner) {
        partner = partners.length;
        partners.push();
        partners[partner].id = id;
        bound[address(ParticipantId.unwrap(id))] = true;
    }

    function _bind(address wallet_, uint256 personPlusOne) internal {
        holder[wallet_] = personPlusOne;
        bound[wallet_] = true;
        wallets.push(wallet_);
    }

    function _move(address from, address to, uint256 cents) internal {
        held[from] -= cents;
        held[to] += cents;
    }

    /// @dev A slot became coins; what a smaller claim left of it is free again, or the city's if the budget is closed.
    function _pay(uint256 work) internal {
        Work storage claim_ = works[work];
        Post storage job = posts[claim_.job];
        Purse storage purse = purses[job.partner][job.period];
        --job.active;
        ++job.paid;
        purse.reserved -= job.reward;
        purse.minted += claim_.cents;
        if (purse.closed) purse.granted -= job.reward - claim_.cents;
        held[people[claim_.resident].wallet] += claim_.cents;
    }

    function _giveSlotBack(uint256 post_) internal {
        Post storage job = posts[post_];
        --job.active;
        if (!job.closed && !over(job.claimBy)) ++job.open;
        else _release(job, 1);
    }

    function _release(Post storage job, uint256 slots) internal {
        Purse storage purse = purses[job.partner][job.period];
        job.released += slots;
        purse.reserved -= slots * job.reward;
        if (purse.closed) purse.granted -= slots * job.reward;
    }

    // ------------------------------------------------------------------ what is seen

    /// @dev Claims go along the drawn edges only, one at a time.
    function _watchClaims() internal {
        for (uint256 i = 0; i < works.length; ++i) {
            ClaimState now_ = escrow.claimOf(works[i].id).state;
            if (now_ == works[i].seen) continue;
            isTrue(_isEdge(works[i].seen, now_), "a claim moves along an edge");
            works[i].seen = now_;
        }
    }

    function _isEdge(ClaimState from, ClaimState to) private pure returns (bool) {
        if (from == ClaimState.Claimed) {
            return to == ClaimState.Submitted || to == ClaimState.Withdrawn || to == ClaimState.Lapsed;
        }
        if (from == ClaimState.Submitted) {
            return to == ClaimState.Approved || to == ClaimState.Rejected || to == ClaimState.Disputed;
        }
        if (from == ClaimState.Rejected) {
            return to == ClaimState.Disputed || to == ClaimState.RejectedFinally;
        }
        if (from == ClaimState.Disputed) return to == ClaimState.Awarded || to == ClaimState.Denied;
        return from == ClaimState.None && to == ClaimState.Claimed;
    }
}
