// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ClaimState, JobTerms, PartnerSignature} from "../../../contracts/interfaces/IJobEscrow.sol";
import {ParticipantKind} from "../../../contracts/interfaces/IParticipantRegistry.sol";
import {ClaimId, JobId, derive} from "../../../contracts/types/Ids.sol";
import {Sign} from "../base/Sign.sol";
import {Tries} from "./Tries.sol";

/// @dev Jobs, and what a resident does with them until the work is handed in.
abstract contract JobActs is Tries {
    /// @dev What one claim asks.
    struct Asked {
        uint256 post;
        uint256 person;
        uint48 cents;
        bytes32 clientId;
        uint48 deadline;
    }

    // ------------------------------------------------------------------ partners

    function partnerPosts(uint256 dice) external rolls(dice) {
        uint256 partner = roll(partners.length);
        (JobTerms memory terms_, bool valid) = _someTerms(partner);
        uint48 deadline = aDeadline();
        (PartnerSignature memory by, bool right) =
            _partnerSigns(partner, Sign.postJob(terms_, deadline), deadline);
        bytes memory data = abi.encodeCall(escrow.postJob, (terms_, by));

        bool allowed = right && valid && _mayReserve(partner, terms_);
        if (_relay("postJob", address(escrow), data, allowed)) _enterPost(partner, terms_);
    }

    function partnerClosesJob(uint256 dice) external rolls(dice) {
        uint256 post_ = roll(posts.length);
        Post storage job = posts[post_];
        uint48 deadline = aDeadline();
        (PartnerSignature memory by, bool right) =
            _partnerSigns(job.partner, Sign.closeJob(job.id, deadline), deadline);
        bytes memory data = abi.encodeCall(escrow.closeJob, (job.id, by));

        if (_relay("closeJob", address(escrow), data, right && job.slots != 0 && !job.closed)) {
            job.closed = true;
            _release(job, job.open);
            job.open = 0;
        }
    }

    // ------------------------------------------------------------------ residents

    function residentsClaim(uint256 dice) external rolls(dice) {
        uint256 times = pick(1, 4);
        for (uint256 i = 0; i < times; ++i) {
            _claimOne();
        }
    }

    function residentWithdraws(uint256 dice) external rolls(dice) {
        uint256 work = aWork(ClaimState.Claimed);
        Work storage claim_ = works[work];
        uint48 deadline = aDeadline();
        (bytes memory signature, bool right) =
            _residentSigns(claim_.resident, Sign.withdraw(claim_.id, deadline), deadline);
        bytes memory data = abi.encodeCall(escrow.withdraw, (claim_.id, deadline, signature));

        bool allowed = right && claim_.state == ClaimState.Claimed;
        if (_relay("withdraw", address(escrow), data, allowed)) {
            claim_.state = ClaimState.Withdrawn;
            _giveSlotBack(claim_.job);
        }
    }

    function residentsSubmit(uint256 dice) external rolls(dice) {
        uint256 times = pick(1, 3);
        for (uint256 i = 0; i < times; ++i) {
            _submitOne();
        }
    }

    // ------------------------------------------------------------------ anyone

    function anyoneLapses(uint256 dice) external rolls(dice) {
        _lapse(aWork(ClaimState.Claimed));
    }

    function anyoneReleasesOpenSlots(uint256 dice) external rolls(dice) {
        uint256 post_ = roll(posts.length);
        bool whatever = rarely(6);
        for (uint256 i = 0; i < posts.length && !whatever; ++i) {
            if (posts[post_].open != 0 && over(posts[post_].claimBy)) break;
            post_ = (post_ + 1) % posts.length;
        }

        _releaseOpenSlots(post_);
    }

    function _lapse(uint256 work) internal {
        Work storage claim_ = works[work];
        bytes memory data = abi.encodeCall(escrow.lapse, (claim_.id));

        bool allowed = claim_.state == ClaimState.Claimed && over(posts[claim_.job].submitBy);
        if (_relay("lapse", address(escrow), data, allowed)) {
            claim_.state = ClaimState.Lapsed;
            _giveSlotBack(claim_.job);
        }
    }

    function _releaseOpenSlots(uint256 post_) internal {
        Post storage job = posts[post_];
        bytes memory data = abi.encodeCall(escrow.releaseOpenSlots, (job.id));

        if (_relay("releaseOpenSlots", address(escrow), data, job.open != 0 && over(job.claimBy))) {
            _release(job, job.open);
            job.open = 0;
        }
    }

    // ------------------------------------------------------------------ details

    function _claimOne() private {
        Asked memory asked = _someClaim();
        Person storage who = people[asked.person];
        Post storage job = posts[asked.post];
        (bytes memory signature, bool right) = _residentSigns(
            asked.person,
            Sign.claim(job.id, who.id, asked.cents, asked.clientId, asked.deadline),
            asked.deadline
        );
        bytes memory data = abi.encodeCall(
            escrow.claim, (job.id, who.id, asked.cents, asked.clientId, asked.deadline, signature)
        );

        if (_relay("claim", address(escrow), data, right && _mayClaim(asked, who))) _enterClaim(asked, who);
    }

    function _someClaim() private returns (Asked memory asked) {
        asked.post = roll(posts.length);
        bool whatever = rarely(10);
        for (uint256 i = 0; i < posts.length && !whatever; ++i) {
            Post storage job = posts[asked.post];
            if (job.open != 0 && !over(job.claimBy) && !partners[job.partner].blocked) break;
            asked.post = (asked.post + 1) % posts.length;
        }
        asked.person = aPerson(ParticipantKind.Resident);
        uint256 reward = posts[asked.post].reward;
        // Half of the time less than the slot holds; now and then nothing, or too much.
        asked.cents = uint48(rarely(2) ? roll(reward + 2) : reward);
        asked.clientId = rarely(16) ? works[roll(works.length)].clientId : fresh();
        asked.deadline = aDeadline();
    }

    function _mayClaim(Asked memory asked, Person storage who) private view returns (bool) {
        Post storage job = posts[asked.post];
        return !who.blocked && job.slots != 0 && job.open != 0 && !job.closed && !over(job.claimBy)
            && !partners[job.partner].blocked && asked.cents != 0 && asked.cents <= job.reward
            && !_isClaimed(derive(who.id, asked.clientId));
    }

    function _isClaimed(bytes32 id) private view returns (bool) {
        for (uint256 i = 1; i < works.length; ++i) {
            if (ClaimId.unwrap(works[i].id) == id) return true;
        }
        return false;
    }

    function _enterClaim(Asked memory asked, Person storage who) private {
        --posts[asked.post].open;
        ++posts[asked.post].active;
        works.push();
        Work storage claim_ = works[works.length - 1];
        claim_.id = ClaimId.wrap(derive(who.id, asked.clientId));
        claim_.clientId = asked.clientId;
        claim_.job = asked.post;
        claim_.resident = asked.person;
        claim_.cents = asked.cents;
        claim_.state = ClaimState.Claimed;
        claim_.seen = escrow.claimOf(claim_.id).state;
        isTrue(claim_.seen == ClaimState.Claimed, "a claim begins as Claimed");
    }

    function _submitOne() private {
        Work storage claim_ = works[aWork(ClaimState.Claimed)];
        uint48 deadline = aDeadline();
        (bytes memory signature, bool right) =
            _residentSigns(claim_.resident, Sign.submit(claim_.id, "evidence", deadline), deadline);
        bytes memory data = abi.encodeCall(escrow.submit, (claim_.id, "evidence", deadline, signature));

        bool allowed = right && claim_.state == ClaimState.Claimed && !over(posts[claim_.job].submitBy);
        if (_relay("submit", address(escrow), data, allowed)) {
            (claim_.state, claim_.since) = (ClaimState.Submitted, block.timestamp);
        }
    }

    function _someTerms(uint256 partner) private returns (JobTerms memory terms_, bool valid) {
        terms_.partner = partners[partner].id;
        terms_.period = aPeriod();
        terms_.reward = uint48(rarely(4) ? pick(1, 300_00) : pick(50_00, MAX_REWARD));
        terms_.slots = uint16(pick(1, 6));
        terms_.claimBy = uint48(block.timestamp + pick(1, 30 days));
        terms_.submitBy = uint48(terms_.claimBy + roll(30 days));
        terms_.documentHash = "job";
        terms_.clientId = rarely(16) ? posts[roll(posts.length)].clientId : fresh();

        uint256 trick = roll(24);
        if (trick == 0) terms_.slots = 0;
        if (trick == 1) terms_.reward = 0;
        if (trick == 2) terms_.claimBy = uint48(block.timestamp);
        if (trick == 3) terms_.submitBy = terms_.claimBy - 1;
        if (trick == 4) terms_.submitBy = uint48(block.timestamp + 401 days);
        valid = trick > 4;
    }

    function _mayReserve(uint256 partner, JobTerms memory terms_) private view returns (bool) {
        Purse storage purse = purses[partner][terms_.period];
        bytes32 id = derive(terms_.partner, terms_.clientId);
        for (uint256 i = 1; i < posts.length; ++i) {
            if (JobId.unwrap(posts[i].id) == id) return false;
        }
        return !purse.closed && purse.granted != 0 && terms_.reward <= MAX_REWARD
            && partners[partner].capacity != 0
            && uint256(terms_.reward) * terms_.slots <= free(partner, terms_.period);
    }

    function _enterPost(uint256 partner, JobTerms memory terms_) private {
        posts.push();
        Post storage job = posts[posts.length - 1];
        job.id = JobId.wrap(derive(terms_.partner, terms_.clientId));
        job.clientId = terms_.clientId;
        (job.partner, job.period) = (partner, terms_.period);
        (job.reward, job.slots, job.open) = (terms_.reward, terms_.slots, terms_.slots);
        (job.claimBy, job.submitBy) = (terms_.claimBy, terms_.submitBy);
        purses[partner][terms_.period].reserved += uint256(terms_.reward) * terms_.slots;
    }
}
