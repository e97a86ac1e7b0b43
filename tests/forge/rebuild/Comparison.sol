// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {Claim, Job} from "../../../contracts/interfaces/IJobEscrow.sol";
import {Participant, ParticipantKind} from "../../../contracts/interfaces/IParticipantRegistry.sol";
import {Batch, Line} from "../../../contracts/interfaces/IRedemption.sol";
import {Attestation, Budget} from "../../../contracts/interfaces/IRewardBudget.sol";
import {BatchId, JobId, ParticipantId} from "../../../contracts/types/Ids.sol";
import {OfficerAccount} from "../../../contracts/OfficerAccount.sol";
import {CityHandler} from "../invariants/CityHandler.sol";
import {Told} from "./Told.sol";

/// @dev What events told beside what the contracts say. The handler's books are asked for one thing only: that as many
/// people, jobs, claims and lines were told of as there are, so that nothing came into being without an event.
abstract contract Comparison is CityHandler {
    uint256 private constant _EXPIRATION = 1 weeks; // AccessManager's

    Told internal told;

    function _compareAll() internal view {
        _comparePeople();
        _compareSigners();
        _compareCoins();
        _compareNonces();
        _compareBudgets();
        _compareLimits();
        _compareJobs();
        _compareClaims();
        _compareRedemption();
        _compareRoles();
        _compareActs();
    }

    // ------------------------------------------------------------------ people

    function _comparePeople() private view {
        Told.Person[] memory list = told.people();
        for (uint256 i = 0; i < list.length; ++i) {
            Participant memory found = registry.participant(list[i].id);
            same(found.wallet, list[i].wallet, "a wallet");
            same(uint256(found.kind), uint256(list[i].kind), "a kind");
            same(uint256(found.status), uint256(list[i].status), "a status");
            isTrue(registry.isBound(address(ParticipantId.unwrap(list[i].id))), "an id is taken");
        }
        same(list.length, people.length + partners.length, "as many people as there are");

        address[] memory bound_ = told.wallets();
        for (uint256 i = 0; i < bound_.length; ++i) {
            (ParticipantId holder_, bool present) = registry.holderOf(bound_[i]);
            isTrue(holder_ == told.holderOf(bound_[i]), "whose wallet it is or was");
            isTrue(present == (registry.participant(holder_).wallet == bound_[i]), "whether it still is");
            isTrue(registry.isBound(bound_[i]), "a wallet is taken");
        }
        same(bound_.length, wallets.length, "as many wallets as there are");
    }

    function _compareSigners() private view {
        Told.Signer[] memory list = told.signers();
        for (uint256 i = 0; i < list.length; ++i) {
            bool found = registry.isSigner(list[i].partner, list[i].signer);
            isTrue(found == list[i].signs, "who signs for a partner");
        }
        address[] memory verifiers = told.verifiers();
        for (uint256 i = 0; i < verifiers.length; ++i) {
            isTrue(
                registry.isAllowedVerifier(verifiers[i]) == told.isAllowed(verifiers[i]),
                "a verifier is allowed"
            );
        }
    }

    // ------------------------------------------------------------------ coins

    function _compareCoins() private view {
        same(token.totalSupply(), told.supply(), "supply");
        same(token.totalBurned(), told.burned(), "burned");
        (bool isPaused, uint48 unpausedAt) = token.pauseState();
        isTrue(isPaused == told.paused(), "paused");
        same(unpausedAt, told.unpausedAt(), "since when coins move again");

        address[] memory list = told.wallets();
        for (uint256 i = 0; i < list.length; ++i) {
            same(token.balanceOf(list[i]), told.balanceOf(list[i]), "a balance");
            same(token.getFrozenTokens(list[i]), told.frozenOf(list[i]), "frozen");
        }
        address redemption_ = address(redemption);
        same(token.balanceOf(redemption_), told.balanceOf(redemption_), "the redemption's balance");
        same(told.balanceOf(address(0)), 0, "nobody's balance");

        Told.Burn[] memory burned_ = told.burns();
        uint256 until;
        for (uint256 i = 0; i < burned_.length; ++i) {
            until += burned_[i].cents;
            bool lastOfItsSecond = i + 1 == burned_.length || burned_[i + 1].time != burned_[i].time;
            if (lastOfItsSecond) {
                same(token.burnedUntil(uint48(burned_[i].time)), until, "burned until then");
            }
        }
    }

    function _compareNonces() private view {
        Told.Nonce[] memory list = told.nonces();
        for (uint256 i = 0; i < list.length; ++i) {
            isTrue(token.authorizationState(list[i].keptUnder, list[i].nonce), "a nonce is used");
        }
    }

    // ------------------------------------------------------------------ promises

    function _compareBudgets() private view {
        Told.Purse[] memory list = told.purses();
        for (uint256 i = 0; i < list.length; ++i) {
            Budget memory found = budget.budget(list[i].id);
            same(found.granted, list[i].granted, "granted");
            same(found.reserved, list[i].reserved, "reserved");
            same(found.minted, list[i].minted, "minted");
            isTrue(found.closed == list[i].closed, "a closed budget");
        }
        same(budget.outstanding(), told.outstanding(), "outstanding");

        Attestation memory statement = budget.attestation();
        same(statement.cents, told.statement().cents, "attested");
        same(statement.asOf, told.statement().asOf, "attested as of");
        same(statement.attester, told.statement().attester, "attested by");
        same(budget.reserveLeft(), told.reserveLeft(), "what is left of the reserve");

        bytes32[] memory ids = told.usedIds();
        for (uint256 i = 0; i < ids.length; ++i) {
            isTrue(budget.isIdUsed(ids[i]), "an id of a grant or an award");
        }
    }

    function _compareLimits() private view {
        Told.Limit[] memory list = told.limits();
        for (uint256 i = 0; i < list.length; ++i) {
            (uint256 capacity, uint48 window, uint256 available) = budget.mintLimit(list[i].partner);
            same(capacity, list[i].capacity, "a limit's capacity");
            same(window, list[i].window, "a limit's window");
            same(available, told.mintable(list[i].partner, block.timestamp), "what may be minted now");
        }
    }

    // ------------------------------------------------------------------ jobs

    function _compareJobs() private view {
        Told.Post[] memory list = told.posts();
        for (uint256 i = 0; i < list.length; ++i) {
            Told.Post memory post_ = list[i];
            Job memory found = escrow.jobOf(post_.id);
            isTrue(found.partner == post_.partner, "whose job");
            same(found.period, post_.period, "a job's period");
            same(found.reward, post_.reward, "a job's reward");
            same(found.slots, post_.slots, "slots");
            same(found.open, post_.slots - post_.active - post_.paid - post_.released, "open slots");
            same(found.active, post_.active, "active slots");
            same(found.paid, post_.paid, "paid slots");
            same(found.claimBy, post_.claimBy, "until when it can be claimed");
            same(found.submitBy, post_.submitBy, "until when it can be submitted");
            isTrue(found.closed == post_.closed, "a closed job");
        }
        same(list.length, posts.length - 1, "as many jobs as there are");
    }

    function _compareClaims() private view {
        Told.Work[] memory list = told.works();
        for (uint256 i = 0; i < list.length; ++i) {
            Claim memory found = escrow.claimOf(list[i].id);
            isTrue(found.resident == list[i].resident, "whose claim");
            same(JobId.unwrap(found.job), JobId.unwrap(list[i].job), "a claim's job");
            same(found.cents, list[i].cents, "a claim's cents");
            same(found.since, list[i].since, "since when its deadline runs");
            same(uint256(found.state), uint256(list[i].state), "a claim's state");
        }
        same(list.length, works.length - 1, "as many claims as there are");
    }

    // ------------------------------------------------------------------ redemption

    function _compareRedemption() private view {
        Told.Lock[] memory lines = told.locks();
        for (uint256 i = 0; i < lines.length; ++i) {
            Line memory found = redemption.lineOf(lines[i].id);
            isTrue(found.merchant == lines[i].merchant, "whose line");
            same(found.cents, lines[i].cents, "a line's cents");
            same(BatchId.unwrap(found.batch), lines[i].batch, "a line's batch");
            same(uint256(found.state), uint256(lines[i].state), "a line's state");
        }
        same(lines.length, locks.length - 1, "as many lines as there are");

        Told.Payout[] memory batches = told.payouts();
        for (uint256 i = 0; i < batches.length; ++i) {
            Batch memory found = redemption.batchOf(BatchId.wrap(uint32(i + 1)));
            same(found.cents, batches[i].cents, "a batch's cents");
            same(found.rejectedCents, batches[i].rejected, "a batch's rejected cents");
            same(found.lines, batches[i].lines.length, "a batch's lines");
            isTrue(found.settled == batches[i].settled, "a settled batch");
        }
        same(BatchId.unwrap(redemption.lastBatch()), batches.length, "the last batch");
    }

    // ------------------------------------------------------------------ officers

    function _compareRoles() private view {
        Told.Member[] memory members = told.members();
        for (uint256 i = 0; i < members.length; ++i) {
            (bool holds, uint32 delay) = manager.hasRole(members[i].role, members[i].account);
            isTrue(holds == members[i].holds, "who holds a role");
            same(delay, members[i].delay, "a role's delay");
        }
        Told.Guarded[] memory guarded = told.guarded();
        for (uint256 i = 0; i < guarded.length; ++i) {
            uint64 role = manager.getTargetFunctionRole(guarded[i].target, guarded[i].selector);
            same(role, guarded[i].role, "a function's role");
        }
        uint64[] memory roles = told.guardedRoles();
        for (uint256 i = 0; i < roles.length; ++i) {
            same(manager.getRoleGuardian(roles[i]), told.guardianOf(roles[i]), "a role's guardian");
        }
        Told.Operation[] memory operations = told.operations();
        for (uint256 i = 0; i < operations.length; ++i) {
            uint256 due = operations[i].due;
            uint256 expected = due + _EXPIRATION <= block.timestamp ? 0 : due;
            same(manager.getSchedule(operations[i].id), expected, "when a scheduled act is due");
        }
    }

    function _compareActs() private view {
        Told.Act[] memory list = told.acts();
        for (uint256 i = 0; i < list.length; ++i) {
            isTrue(OfficerAccount(list[i].account).isIdUsed(list[i].clientId), "the id of an officer's act");
        }
    }
}
