// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ClaimState, IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {ClaimId, JobId, ParticipantId, budgetIdOf} from "../../../contracts/types/Ids.sol";
import {Vm} from "../base/Vm.sol";
import {ToldBudgets} from "./ToldBudgets.sol";

/// @dev Jobs, slots and claims, and what they do to budgets: what the escrow told.
abstract contract ToldJobs is ToldBudgets {
    /// @dev Open slots are the rest: `slots - active - paid - released`.
    struct Post {
        JobId id;
        ParticipantId partner;
        uint32 period;
        uint256 reward;
        uint256 slots;
        uint256 active;
        uint256 paid;
        uint256 released;
        uint256 claimBy;
        uint256 submitBy;
        bool closed;
    }

    struct Work {
        ClaimId id;
        JobId job;
        ParticipantId resident;
        uint256 cents;
        uint256 since;
        ClaimState state;
    }

    JobId[] private _jobIds;
    mapping(JobId id => Post) private _posts;

    ClaimId[] private _claimIds;
    mapping(ClaimId id => Work) private _works;

    // ------------------------------------------------------------------ what is known now

    function posts() external view returns (Post[] memory list) {
        list = new Post[](_jobIds.length);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = _posts[_jobIds[i]];
        }
    }

    function works() external view returns (Work[] memory list) {
        list = new Work[](_claimIds.length);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = _works[_claimIds[i]];
        }
    }

    // ------------------------------------------------------------------ reading

    function _hearEscrow(Vm.Log calldata log) internal {
        if (!_hearJob(log) && !_hearClaim(log)) revert UnreadEvent(log.emitter, log.topics[0]);
    }

    function _hearJob(Vm.Log calldata log) private returns (bool) {
        bytes32 topic = log.topics[0];
        if (topic == IJobEscrow.JobPosted.selector) {
            _post(log);
        } else if (topic == IJobEscrow.JobClosed.selector) {
            _posts[JobId.wrap(log.topics[1])].closed = true;
        } else if (topic == IJobEscrow.SlotsReleased.selector) {
            Post storage post = _posts[JobId.wrap(log.topics[1])];
            uint256 slots = abi.decode(log.data, (uint256));
            post.released += slots;
            _release(budgetIdOf(post.partner, post.period), slots * post.reward);
        } else {
            // A claim's end has already made the slot open again.
            return topic == IJobEscrow.SlotReopened.selector;
        }
        return true;
    }

    function _hearClaim(Vm.Log calldata log) private returns (bool) {
        bytes32 topic = log.topics[0];
        ClaimId id = ClaimId.wrap(log.topics[1]);
        if (topic == IJobEscrow.ClaimMade.selector) _make(log);
        else if (topic == IJobEscrow.ClaimWithdrawn.selector) _end(id, ClaimState.Withdrawn);
        else if (topic == IJobEscrow.ClaimLapsed.selector) _end(id, ClaimState.Lapsed);
        else if (topic == IJobEscrow.ClaimRejectionFinal.selector) _end(id, ClaimState.RejectedFinally);
        else if (topic == IJobEscrow.ClaimDenied.selector) _end(id, ClaimState.Denied);
        else if (topic == IJobEscrow.ClaimSubmitted.selector) _wait(id, ClaimState.Submitted);
        else if (topic == IJobEscrow.ClaimRejected.selector) _wait(id, ClaimState.Rejected);
        else if (topic == IJobEscrow.ClaimDisputed.selector) _works[id].state = ClaimState.Disputed;
        else if (topic == IJobEscrow.ClaimEscalated.selector) _works[id].state = ClaimState.Disputed;
        else if (topic == IJobEscrow.ClaimApproved.selector) _pay(id, ClaimState.Approved, log.data);
        else if (topic == IJobEscrow.ClaimAwarded.selector) _pay(id, ClaimState.Awarded, log.data);
        else return topic == IJobEscrow.ClaimSkipped.selector; // it stayed as it was
        return true;
    }

    // ------------------------------------------------------------------ details

    function _post(Vm.Log calldata log) private {
        Post memory post;
        (post.id, post.partner) = (JobId.wrap(log.topics[1]), _asParticipant(log.topics[2]));
        post.period = uint32(uint256(log.topics[3]));
        (post.reward, post.slots, post.claimBy, post.submitBy,) =
            abi.decode(log.data, (uint256, uint256, uint256, uint256, bytes32));
        _jobIds.push(post.id);
        _posts[post.id] = post;
        _reserve(budgetIdOf(post.partner, post.period), post.reward * post.slots);
    }

    function _make(Vm.Log calldata log) private {
        ClaimId id = ClaimId.wrap(log.topics[1]);
        JobId job = JobId.wrap(log.topics[2]);
        uint256 cents = abi.decode(log.data, (uint256));
        _claimIds.push(id);
        _works[id] = Work(id, job, _asParticipant(log.topics[3]), cents, 0, ClaimState.Claimed);
        ++_posts[job].active;
    }

    function _end(ClaimId id, ClaimState state) private {
        _works[id].state = state;
        --_posts[_works[id].job].active;
    }

    /// @dev A deadline runs from here.
    function _wait(ClaimId id, ClaimState state) private {
        (_works[id].state, _works[id].since) = (state, _time);
    }

    function _pay(ClaimId id, ClaimState state, bytes calldata data) private {
        Post storage post = _posts[_works[id].job];
        uint256 cents = uint256(bytes32(data));
        _works[id].state = state;
        --post.active;
        ++post.paid;
        // The arbiter's awards are exempt from the partner's mint limit.
        _spend(budgetIdOf(post.partner, post.period), post.reward, cents, state == ClaimState.Approved);
    }
}
