// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {
    ClaimState,
    IJobEscrow,
    PartnerSignature,
    SkipReason
} from "../../../contracts/interfaces/IJobEscrow.sol";
import {ClaimId} from "../../../contracts/types/Ids.sol";
import {Sign} from "../base/Sign.sol";
import {Vm} from "../base/Vm.sol";
import {Tries} from "./Tries.sol";

/// @dev What becomes of work that was handed in: approved, rejected, disputed, decided.
abstract contract ClaimActs is Tries {
    enum Outcome {
        NotSubmitted,
        PayeeCannotReceive,
        MintLimitReached,
        Paid
    }

    /// @dev A partner's signature over many claims, kept to be sent again.
    struct Approval {
        uint256 partner;
        uint256 key;
        uint256[] works;
        PartnerSignature by;
    }

    bytes32 private constant _TRANSFER = keccak256("Transfer(address,address,uint256)");

    Approval[] private _approvals;

    // ------------------------------------------------------------------ partners

    function partnerApproves(uint256 dice) external rolls(dice) {
        uint256 partner = roll(partners.length);
        uint256 first = aWork(ClaimState.Submitted);
        if (!rarely(8)) partner = posts[works[first].job].partner;
        uint256 key = aKey(partner);

        _approvals.push();
        Approval storage approval = _approvals[_approvals.length - 1];
        (approval.partner, approval.key) = (partner, key);
        approval.works.push(first);
        uint256 more = roll(8);
        for (uint256 i = 0; i < more; ++i) {
            _addWork(approval, partner);
        }
        uint48 deadline = uint48(block.timestamp + (rarely(24) ? 0 : DECISION_WINDOW));
        bytes32 hash = Sign.approve(partners[partner].id, _claimsOf(approval), deadline);
        approval.by = Sign.byPartner(key, address(escrow), hash, deadline);
        if (key == STRANGER) approval.by.signer = abi.encodePacked(wallet(PARTNER_KEY));

        _sendApproval("approve", approval);
    }

    /// @dev The same signature, perhaps for claims that were skipped the first time; nothing is paid twice.
    function partnersApprovalIsSentAgain(uint256 dice) external rolls(dice) {
        if (_approvals.length == 0) return;

        _sendApproval("approve again", _approvals[roll(_approvals.length)]);
    }

    function partnerRejects(uint256 dice) external rolls(dice) {
        Work storage claim_ = works[aWork(ClaimState.Submitted)];
        uint48 deadline = aDeadline();
        (PartnerSignature memory by, bool right) =
            _partnerSigns(posts[claim_.job].partner, Sign.reject(claim_.id, 7, "why", deadline), deadline);
        bytes memory data = abi.encodeCall(escrow.reject, (claim_.id, 7, "why", by));

        bool allowed = right && claim_.state == ClaimState.Submitted && !over(claim_.since + DECISION_WINDOW);
        if (_relay("reject", address(escrow), data, allowed)) {
            (claim_.state, claim_.since) = (ClaimState.Rejected, block.timestamp);
        }
    }

    // ------------------------------------------------------------------ residents

    function residentDisputes(uint256 dice) external rolls(dice) {
        Work storage claim_ = works[aWork(ClaimState.Rejected)];
        uint48 deadline = aDeadline();
        (bytes memory signature, bool right) =
            _residentSigns(claim_.resident, Sign.dispute(claim_.id, "words", deadline), deadline);
        bytes memory data = abi.encodeCall(escrow.dispute, (claim_.id, "words", deadline, signature));

        bool allowed = right && claim_.state == ClaimState.Rejected && !over(claim_.since + DISPUTE_WINDOW);
        if (_relay("dispute", address(escrow), data, allowed)) claim_.state = ClaimState.Disputed;
    }

    // ------------------------------------------------------------------ the arbiter

    function arbiterDecides(uint256 dice) external rolls(dice) {
        uint256 work = aWork(ClaimState.Disputed);

        _decide(work, rarely(2));
    }

    // ------------------------------------------------------------------ anyone

    function anyoneEscalates(uint256 dice) external rolls(dice) {
        _escalate(aWork(ClaimState.Submitted));
    }

    function anyoneFinalisesRejection(uint256 dice) external rolls(dice) {
        _finalise(aWork(ClaimState.Rejected));
    }

    // ------------------------------------------------------------------ one claim

    function _escalate(uint256 work) internal {
        Work storage claim_ = works[work];
        bytes memory data = abi.encodeCall(escrow.escalate, (claim_.id));

        bool allowed = claim_.state == ClaimState.Submitted && over(claim_.since + DECISION_WINDOW);
        if (_relay("escalate", address(escrow), data, allowed)) claim_.state = ClaimState.Disputed;
    }

    function _finalise(uint256 work) internal {
        Work storage claim_ = works[work];
        bytes memory data = abi.encodeCall(escrow.finaliseRejection, (claim_.id));

        bool allowed = claim_.state == ClaimState.Rejected && over(claim_.since + DISPUTE_WINDOW);
        if (_relay("finaliseRejection", address(escrow), data, allowed)) {
            claim_.state = ClaimState.RejectedFinally;
            _giveSlotBack(claim_.job);
        }
    }

    function _decide(uint256 work, bool award) internal returns (bool decided) {
        Work storage claim_ = works[work];
        bytes memory data = abi.encodeCall(escrow.decide, (claim_.id, award, 9, "decision"));
        bool allowed = claim_.state == ClaimState.Disputed
            && (!award || !standsStill && !people[claim_.resident].blocked);

        vm.recordLogs();
        decided = _order(award ? "award a claim" : "deny a claim", ARBITER, address(escrow), data, allowed);
        if (!decided) return false;
        if (award) {
            uint256[] memory paid = new uint256[](1);
            paid[0] = work;
            _seeMints(_recorded(), paid, 1);
            claim_.state = ClaimState.Awarded;
            mintedByArbiter += claim_.cents;
            _pay(work);
        } else {
            claim_.state = ClaimState.Denied;
            _giveSlotBack(claim_.job);
        }
    }

    // ------------------------------------------------------------------ many claims

    /// @dev Mostly work that waits for this partner; also other states, other partners' and the same twice.
    function _addWork(Approval storage approval, uint256 partner) private {
        uint256 work = rarely(8) ? approval.works[0] : aWork(ClaimState.Submitted);
        bool others = works[work].state != ClaimState.None && posts[works[work].job].partner != partner;
        // Another partner's claim refuses the whole: not too often.
        if (!others || rarely(12)) approval.works.push(work);
    }

    function _sendApproval(string memory name, Approval storage approval) private {
        (Outcome[] memory outcomes, bool allowed) = _foresee(approval);
        bytes memory data =
            abi.encodeCall(escrow.approve, (partners[approval.partner].id, _claimsOf(approval), approval.by));

        vm.recordLogs();
        if (_relay(name, address(escrow), data, allowed)) {
            _enterOutcomes(approval, outcomes, _recorded());
        }
    }

    /// @dev What should become of each claim, in order: each is taken once, small ones may fit where big ones do not.
    function _foresee(Approval storage approval)
        private
        view
        returns (Outcome[] memory outcomes, bool allowed)
    {
        outcomes = new Outcome[](approval.works.length);
        uint256 left = mintable(approval.partner);
        allowed = partnerMay(approval.partner, approval.key) && block.timestamp <= approval.by.deadline;
        for (uint256 i = 0; i < outcomes.length; ++i) {
            Work storage claim_ = works[approval.works[i]];
            if (claim_.state == ClaimState.None) continue;
            if (posts[claim_.job].partner != approval.partner) allowed = false;
            if (claim_.state != ClaimState.Submitted || _isEarlier(approval, i)) continue;
            if (claim_.cents > left) {
                outcomes[i] = Outcome.MintLimitReached;
            } else if (people[claim_.resident].blocked) {
                outcomes[i] = Outcome.PayeeCannotReceive;
            } else {
                outcomes[i] = Outcome.Paid;
                left -= claim_.cents;
                if (standsStill) allowed = false;
            }
        }
    }

    function _enterOutcomes(Approval storage approval, Outcome[] memory outcomes, Vm.Log[] memory logs)
        private
    {
        uint256[] memory paid = new uint256[](outcomes.length);
        (uint256 payments, uint256 cents) = (0, 0);
        _seeOutcomes(approval, outcomes, logs);
        for (uint256 i = 0; i < outcomes.length; ++i) {
            if (outcomes[i] != Outcome.Paid) {
                if (outcomes[i] == Outcome.MintLimitReached) ++done["skip by limit"];
                if (outcomes[i] == Outcome.PayeeCannotReceive) ++done["skip blocked"];
                continue;
            }
            uint256 work = approval.works[i];
            paid[payments++] = work;
            cents += works[work].cents;
            works[work].state = ClaimState.Approved;
            _pay(work);
            ++done["claim approved"];
        }
        mintedByApproval += cents;
        _useLimit(approval.partner, cents);
        _seeMints(logs, paid, payments);
    }

    // ------------------------------------------------------------------ events

    /// @dev The escrow tells the outcome of every claim, in the order of the claims.
    function _seeOutcomes(Approval storage approval, Outcome[] memory outcomes, Vm.Log[] memory logs)
        private
        view
    {
        uint256 seen;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != address(escrow)) continue;
            Work storage claim_ = works[approval.works[seen]];
            bool paid = outcomes[seen] == Outcome.Paid;
            bytes32 topic = paid ? IJobEscrow.ClaimApproved.selector : IJobEscrow.ClaimSkipped.selector;
            same(logs[i].topics[0], topic, "approved or skipped");
            same(logs[i].topics[1], ClaimId.unwrap(claim_.id), "which claim");
            // Outcome numbers its reasons as SkipReason does.
            uint256 told = paid ? claim_.cents : uint256(SkipReason(uint8(outcomes[seen])));
            same(abi.decode(logs[i].data, (uint256)), told, "cents, or the reason");
            ++seen;
        }
        same(seen, outcomes.length, "events of an approval");
    }

    /// @dev Coins that came into being, one by one, belong to these claims.
    function _seeMints(Vm.Log[] memory logs, uint256[] memory paid, uint256 payments) private {
        uint256 seen;
        for (uint256 i = 0; i < logs.length; ++i) {
            bool isMint =
                logs[i].emitter == address(token) && logs[i].topics[0] == _TRANSFER && logs[i].topics[1] == 0;
            if (!isMint) continue;
            isTrue(seen < payments, "more mints than claims that are paid");
            Work storage claim_ = works[paid[seen++]];
            same(address(uint160(uint256(logs[i].topics[2]))), people[claim_.resident].wallet, "who was paid");
            claim_.paid += abi.decode(logs[i].data, (uint256));
            ++claim_.payments;
        }
        same(seen, payments, "mints");
    }

    function _claimsOf(Approval storage approval) private view returns (ClaimId[] memory claims) {
        claims = new ClaimId[](approval.works.length);
        for (uint256 i = 0; i < claims.length; ++i) {
            claims[i] = works[approval.works[i]].id;
        }
    }

    function _isEarlier(Approval storage approval, uint256 place) private view returns (bool) {
        for (uint256 i = 0; i < place; ++i) {
            if (approval.works[i] == approval.works[place]) return true;
        }
        return false;
    }
}
