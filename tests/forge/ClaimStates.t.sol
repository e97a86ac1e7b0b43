// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {
    ClaimState,
    IJobEscrow,
    PartnerSignature,
    SkipReason
} from "../../contracts/interfaces/IJobEscrow.sol";
import {ClaimId, JobId, derive} from "../../contracts/types/Ids.sol";
import {Jobs} from "./base/Jobs.sol";
import {Sign} from "./base/Sign.sol";

/// @dev Every state of a claim against every act: an edge that is drawn in the manual leads where it says, any other is
/// refused with the state that was found (`approve` skips it), both now and long after.
contract ClaimStatesTest is Jobs {
    enum Act {
        Claim,
        Withdraw,
        Submit,
        Approve,
        Reject,
        Dispute,
        Award,
        Deny,
        Lapse,
        Escalate,
        Finalise
    }

    bytes32 private constant CLIENT = "the claim";
    uint256 private constant LONG_AFTER = 60 days;

    ClaimId private _id;
    JobId private _job;

    /// @dev The edges out of the state that is looked at: where each act leads; None where it leads nowhere.
    mapping(Act => ClaimState) private _edges;

    function setUp() public override {
        super.setUp();
        _id = ClaimId.wrap(derive(idOf(ALICE), CLIENT));
        _job = post(100_00, 1);
    }

    // ------------------------------------------------------------------ the states

    function test_acts__onNone__claimOnly() public {
        _edges[Act.Claim] = ClaimState.Claimed;
        _tryAll(ClaimState.None);
    }

    function test_acts__onClaimed__withdrawSubmitLapse() public {
        _reachClaimed();
        _edges[Act.Withdraw] = ClaimState.Withdrawn;
        _edges[Act.Submit] = ClaimState.Submitted;
        _edges[Act.Lapse] = ClaimState.Lapsed;
        _tryAll(ClaimState.Claimed);
    }

    function test_acts__onWithdrawn__none() public {
        _reachClaimed();
        withdraw(_id, ALICE);
        _tryAll(ClaimState.Withdrawn);
    }

    function test_acts__onLapsed__none() public {
        _reachClaimed();
        vm.warp(block.timestamp + LONG_AFTER);
        escrow.lapse(_id);
        _tryAll(ClaimState.Lapsed);
    }

    function test_acts__onSubmitted__approveRejectEscalate() public {
        _reachSubmitted();
        _edges[Act.Approve] = ClaimState.Approved;
        _edges[Act.Reject] = ClaimState.Rejected;
        _edges[Act.Escalate] = ClaimState.Disputed;
        _tryAll(ClaimState.Submitted);
    }

    function test_acts__onApproved__none() public {
        _reachSubmitted();
        approve(_id);
        _tryAll(ClaimState.Approved);
    }

    function test_acts__onRejected__disputeFinalise() public {
        _reachRejected();
        _edges[Act.Dispute] = ClaimState.Disputed;
        _edges[Act.Finalise] = ClaimState.RejectedFinally;
        _tryAll(ClaimState.Rejected);
    }

    function test_acts__onRejectedFinally__none() public {
        _reachRejected();
        vm.warp(block.timestamp + LONG_AFTER);
        escrow.finaliseRejection(_id);
        _tryAll(ClaimState.RejectedFinally);
    }

    function test_acts__onDisputed__awardDeny() public {
        _reachRejected();
        dispute(_id, ALICE);
        _edges[Act.Award] = ClaimState.Awarded;
        _edges[Act.Deny] = ClaimState.Denied;
        _tryAll(ClaimState.Disputed);
    }

    function test_acts__onAwarded__none() public {
        _reachRejected();
        dispute(_id, ALICE);
        decide(_id, true);
        _tryAll(ClaimState.Awarded);
    }

    function test_acts__onDenied__none() public {
        _reachRejected();
        dispute(_id, ALICE);
        decide(_id, false);
        _tryAll(ClaimState.Denied);
    }

    // ------------------------------------------------------------------ trying

    function _tryAll(ClaimState state) private {
        stateIs(_id, state);
        bytes memory found = abi.encode(escrow.claimOf(_id));
        uint256 supply = token.totalSupply();
        for (uint256 i = 0; i <= uint256(type(Act).max); ++i) {
            Act what = Act(i);
            uint256 before = vm.snapshotState();
            if (_edges[what] == ClaimState.None) {
                _refused(what, state);
                vm.warp(block.timestamp + LONG_AFTER);
                _refused(what, state);
                same(abi.encode(escrow.claimOf(_id)), found, "the claim is as it was");
                same(token.totalSupply(), supply, "nothing minted");
            } else {
                _done(what, _edges[what]);
            }
            vm.revertToState(before);
        }
    }

    function _done(Act what, ClaimState to) private {
        bool afterDeadline = what == Act.Lapse || what == Act.Escalate || what == Act.Finalise;
        if (afterDeadline) vm.warp(block.timestamp + LONG_AFTER);

        (address caller, bytes memory data) = _callOf(what);
        vm.prank(caller);
        (bool done,) = address(escrow).call(data);

        isTrue(done, "the edge is open");
        stateIs(_id, to);
    }

    function _refused(Act what, ClaimState state) private {
        (address caller, bytes memory data) = _callOf(what);
        watch();
        vm.prank(caller);
        (bool done, bytes memory answer) = address(escrow).call(data);

        if (what == Act.Approve) {
            isTrue(done, "approve skips");
            saw(address(escrow));
            emit IJobEscrow.ClaimSkipped(_id, SkipReason.NotSubmitted);
            sawNothingElse();
            return;
        }
        isFalse(done, "no such edge");
        same(
            answer,
            what == Act.Claim
                ? abi.encodeWithSelector(IJobEscrow.JobEscrowClaimExists.selector, _id)
                : abi.encodeWithSelector(IJobEscrow.JobEscrowUnexpectedState.selector, _id, state),
            "error"
        );
    }

    // ------------------------------------------------------------------ acts

    /// @dev Each act as whoever may do it does it, so that nothing but the state can refuse it.
    function _callOf(Act what) private returns (address caller, bytes memory data) {
        caller = SENDER;
        if (what == Act.Claim) {
            data = _claim(post(100_00, 1));
        } else if (what == Act.Withdraw) {
            data = abi.encodeCall(escrow.withdraw, (_id, FAR, _byAlice(Sign.withdraw(_id, FAR))));
        } else if (what == Act.Submit) {
            data =
                abi.encodeCall(escrow.submit, (_id, "proof", FAR, _byAlice(Sign.submit(_id, "proof", FAR))));
        } else if (what == Act.Approve) {
            PartnerSignature memory by = byPartner(Sign.approve(ALCANDER, list(_id), FAR));
            data = abi.encodeCall(escrow.approve, (ALCANDER, list(_id), by));
        } else if (what == Act.Reject) {
            data = abi.encodeCall(escrow.reject, (_id, 7, "why", byPartner(Sign.reject(_id, 7, "why", FAR))));
        } else if (what == Act.Dispute) {
            data = abi.encodeCall(
                escrow.dispute, (_id, "words", FAR, _byAlice(Sign.dispute(_id, "words", FAR)))
            );
        } else if (what == Act.Award || what == Act.Deny) {
            caller = address(officers[ARBITER]);
            data = abi.encodeCall(escrow.decide, (_id, what == Act.Award, 9, "reasons"));
        } else if (what == Act.Lapse) {
            data = abi.encodeCall(escrow.lapse, (_id));
        } else if (what == Act.Escalate) {
            data = abi.encodeCall(escrow.escalate, (_id));
        } else {
            data = abi.encodeCall(escrow.finaliseRejection, (_id));
        }
    }

    function _claim(JobId job) private view returns (bytes memory) {
        bytes memory signature = _byAlice(Sign.claim(job, idOf(ALICE), 60_00, CLIENT, FAR));
        return abi.encodeCall(escrow.claim, (job, idOf(ALICE), 60_00, CLIENT, FAR, signature));
    }

    function _byAlice(bytes32 structHash) private view returns (bytes memory) {
        return signed(ALICE, address(escrow), structHash);
    }

    function _reachClaimed() private {
        (bool done,) = address(escrow).call(_claim(_job));
        isTrue(done, "claimed");
    }

    function _reachSubmitted() private {
        _reachClaimed();
        submit(_id, ALICE);
    }

    function _reachRejected() private {
        _reachSubmitted();
        reject(_id);
    }
}
