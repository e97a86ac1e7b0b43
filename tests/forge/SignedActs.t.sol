// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {
    ClaimState,
    IJobEscrow,
    JobTerms,
    PartnerSignature,
    SkipReason
} from "../../contracts/interfaces/IJobEscrow.sol";
import {IParticipantRegistry, ParticipantKind} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {ClaimId, JobId, ParticipantId, derive} from "../../contracts/types/Ids.sol";
import {Jobs} from "./base/Jobs.sol";
import {Sign} from "./base/Sign.sol";

/// @dev Every act that partners and residents sign for JobEscrow against everything that can be wrong with a signature:
/// each is refused with its name, and the good one then works once. Payments: HeitjeAuthorizations. Officers:
/// OfficerAccount.
contract SignedActsTest is Jobs {
    enum Act {
        Post,
        Close,
        Approve,
        Reject,
        Claim,
        Withdraw,
        Submit,
        Dispute
    }

    uint256 private constant ACTS = 8;
    uint256 private constant CAROL = 0xC3; // Alice's next wallet
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    bytes32 private constant CLIENT = "chosen before it was sent";

    JobTerms private _terms;
    JobId private _job;
    ClaimId private _claimed;
    ClaimId private _submitted;
    ClaimId private _rejected;

    function setUp() public override {
        super.setUp();
        _terms = terms(100_00, 1);
        _job = post(100_00, 5);
        _claimed = claim(_job, ALICE, 100_00);
        _submitted = submitted(_job, ALICE, 100_00);
        _rejected = rejected(_job, ALICE, 100_00);
    }

    // ------------------------------------------------------------------ what is wrong with it

    function test_signedActs__withABadSignature__revert() public {
        for (uint256 i = 0; i < ACTS; ++i) {
            bytes[13] memory bad = _badSignatures(Act(i));
            for (uint256 j = 0; j < bad.length; ++j) {
                _refuses(
                    _callOf(Act(i), FAR, bad[j]),
                    abi.encodeWithSelector(
                        IParticipantRegistry.ParticipantRegistryInvalidSignature.selector, _whoOf(Act(i))
                    ),
                    string.concat("act ", vm.toString(i), ", signature ", vm.toString(j))
                );
            }
        }
    }

    /// @dev Good in its last second, and not a second longer.
    function testFuzz_signedActs__afterTheirDeadline__revert(uint256 wait) public {
        uint48 deadline = uint48(block.timestamp + between(wait, 0, 3 days));
        for (uint256 i = 0; i < ACTS; ++i) {
            uint256 before = vm.snapshotState();
            bytes memory call = _callOf(Act(i), deadline, _goodSignature(Act(i), deadline));
            vm.warp(deadline + 1);
            _refuses(
                call,
                abi.encodeWithSelector(IJobEscrow.JobEscrowSignatureExpired.selector, deadline),
                vm.toString(i)
            );
            vm.warp(deadline);
            _does(call, vm.toString(i));
            vm.revertToState(before);
        }
    }

    /// @dev 2^48-1 is the latest moment that can be signed for; that nobody signed for it shows.
    function test_signedActs__withTheLastDeadlineOfAll__needASignatureOverIt() public {
        for (uint256 i = 0; i < ACTS; ++i) {
            _refuses(
                _callOf(Act(i), type(uint48).max, _goodSignature(Act(i), type(uint48).max - 1)),
                abi.encodeWithSelector(
                    IParticipantRegistry.ParticipantRegistryInvalidSignature.selector, _whoOf(Act(i))
                ),
                vm.toString(i)
            );
        }
    }

    function test_partnersActs__bySignerThatIsNotTheirs__revert() public {
        for (uint256 i = 0; i < uint256(Act.Claim); ++i) {
            bytes32 hash = _hashOf(Act(i), FAR);
            PartnerSignature memory theirs = Sign.byPartner(OTHER_PARTNER_KEY, address(escrow), hash, FAR);
            _refuses(_partnersCall(Act(i), theirs), _signerUnknown(theirs.signer), vm.toString(i));
        }
        PartnerSignature memory by = byPartner(_hashOf(Act.Post, FAR));
        asOfficer(REGISTRAR);
        registry.removeSigner(ALCANDER, by.signer);
        for (uint256 i = 0; i < uint256(Act.Claim); ++i) {
            bytes memory call = _callOf(Act(i), FAR, _goodSignature(Act(i), FAR));
            _refuses(call, _signerUnknown(by.signer), vm.toString(i));
        }
    }

    function test_partnersActs__whenPartnerIsBlocked__revert() public {
        setBlocked(ALCANDER, true);
        for (uint256 i = 0; i < uint256(Act.Claim); ++i) {
            _refuses(
                _callOf(Act(i), FAR, _goodSignature(Act(i), FAR)),
                abi.encodeWithSelector(
                    IParticipantRegistry.ParticipantRegistryInactive.selector,
                    ALCANDER,
                    ParticipantKind.Partner
                ),
                vm.toString(i)
            );
        }
    }

    /// @dev The key of a lost wallet decides nothing any more; the new wallet's does, of the same participant.
    function test_residentsActs__afterRecover__needTheNewWallet() public {
        actDelayed(ENFORCER, address(token), abi.encodeCall(token.recover, (wallet(ALICE), wallet(CAROL))));
        for (uint256 i = uint256(Act.Claim); i < ACTS; ++i) {
            _refuses(
                _callOf(Act(i), FAR, _goodSignature(Act(i), FAR)),
                abi.encodeWithSelector(
                    IParticipantRegistry.ParticipantRegistryInvalidSignature.selector, idOf(ALICE)
                ),
                vm.toString(i)
            );
            uint256 before = vm.snapshotState();
            _does(_callOf(Act(i), FAR, signed(CAROL, address(escrow), _hashOf(Act(i), FAR))), vm.toString(i));
            vm.revertToState(before);
        }
    }

    // ------------------------------------------------------------------ once

    function test_signedActs__replayed__doNothingTwice() public {
        bytes[8] memory refusals = [
            abi.encodeWithSelector(IJobEscrow.JobEscrowJobExists.selector, derive(ALCANDER, _terms.clientId)),
            abi.encodeWithSelector(IJobEscrow.JobEscrowAlreadyClosed.selector, _job),
            bytes(""), // skips: see below
            _unexpectedState(_submitted, ClaimState.Rejected),
            abi.encodeWithSelector(IJobEscrow.JobEscrowClaimExists.selector, derive(idOf(ALICE), CLIENT)),
            _unexpectedState(_claimed, ClaimState.Withdrawn),
            _unexpectedState(_claimed, ClaimState.Submitted),
            _unexpectedState(_rejected, ClaimState.Disputed)
        ];
        for (uint256 i = 0; i < ACTS; ++i) {
            if (Act(i) == Act.Approve) continue;
            uint256 before = vm.snapshotState();
            bytes memory call = _callOf(Act(i), FAR, _goodSignature(Act(i), FAR));
            _does(call, vm.toString(i));
            _refuses(call, refusals[i], vm.toString(i));
            vm.revertToState(before);
        }
    }

    function test_approve__replayed__skipsWhatIsPaid() public {
        bytes memory call = _callOf(Act.Approve, FAR, _goodSignature(Act.Approve, FAR));
        watch();
        _does(call, "first");
        _does(call, "again");
        saw(address(token));
        emit IERC20.Transfer(address(0), wallet(ALICE), 100_00);
        saw(address(escrow));
        emit IJobEscrow.ClaimApproved(_submitted, 100_00);
        emit IJobEscrow.ClaimSkipped(_submitted, SkipReason.NotSubmitted);
        sawNothingElse();
        same(token.balanceOf(wallet(ALICE)), 100_00, "paid once");
    }

    // ------------------------------------------------------------------ signatures

    function _badSignatures(Act what) private view returns (bytes[13] memory bad) {
        bytes32 hash = _hashOf(what, FAR);
        uint256 key = _keyOf(what);
        bad[0] = _with(key, "Heitje JobEscrow", "1", block.chainid + 1, address(escrow), hash);
        bad[1] = _with(key, "Heitje JobEscrow", "1", block.chainid, address(token), hash);
        bad[2] = _with(key, "Heitje", "1", block.chainid, address(escrow), hash);
        bad[3] = _with(key, "Heitje JobEscrow", "2", block.chainid, address(escrow), hash);
        bad[4] = signed(key == ALICE ? BOB : OTHER_PARTNER_KEY, address(escrow), hash);
        // Over another act, and over the same act until another deadline.
        bad[5] = signed(key, address(escrow), _hashOf(Act((uint256(what) + 1) % ACTS), FAR));
        bad[6] = signed(key, address(escrow), _hashOf(what, FAR - 1));
        // The other form of the same signature, and the forms that other libraries take.
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, Sign.digest(address(escrow), hash));
        bad[7] = abi.encodePacked(r, bytes32(ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        bad[8] = abi.encodePacked(r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
        bad[9] = abi.encodePacked(r, s, v - 27);
        bad[10] = abi.encodePacked(r, s, v, uint8(0));
        bad[11] = abi.encodePacked(bytes32(0), bytes32(0), v);
        // bad[12] is empty.
    }

    function _with(
        uint256 key,
        string memory name,
        string memory version,
        uint256 chainId,
        address verifyingContract,
        bytes32 hash
    ) private pure returns (bytes memory) {
        return Sign.packed(key, Sign.digest(name, version, chainId, verifyingContract, hash));
    }

    function _goodSignature(Act what, uint48 deadline) private view returns (bytes memory) {
        return signed(_keyOf(what), address(escrow), _hashOf(what, deadline));
    }

    function _keyOf(Act what) private pure returns (uint256) {
        return what < Act.Claim ? PARTNER_KEY : ALICE;
    }

    function _whoOf(Act what) private pure returns (ParticipantId) {
        return what < Act.Claim ? ALCANDER : idOf(ALICE);
    }

    // ------------------------------------------------------------------ acts

    function _hashOf(Act what, uint48 deadline) private view returns (bytes32) {
        if (what == Act.Post) return Sign.postJob(_terms, deadline);
        if (what == Act.Close) return Sign.closeJob(_job, deadline);
        if (what == Act.Approve) return Sign.approve(ALCANDER, list(_submitted), deadline);
        if (what == Act.Reject) return Sign.reject(_submitted, 7, "why", deadline);
        if (what == Act.Claim) return Sign.claim(_job, idOf(ALICE), 1_00, CLIENT, deadline);
        if (what == Act.Withdraw) return Sign.withdraw(_claimed, deadline);
        if (what == Act.Submit) return Sign.submit(_claimed, "evidence", deadline);
        return Sign.dispute(_rejected, "words", deadline);
    }

    function _callOf(Act what, uint48 deadline, bytes memory signature) private view returns (bytes memory) {
        if (what < Act.Claim) {
            bytes memory signer = abi.encodePacked(wallet(PARTNER_KEY));
            return _partnersCall(what, PartnerSignature(signer, deadline, signature));
        }
        if (what == Act.Claim) {
            return abi.encodeCall(escrow.claim, (_job, idOf(ALICE), 1_00, CLIENT, deadline, signature));
        }
        if (what == Act.Withdraw) {
            return abi.encodeCall(escrow.withdraw, (_claimed, deadline, signature));
        }
        if (what == Act.Submit) {
            return abi.encodeCall(escrow.submit, (_claimed, "evidence", deadline, signature));
        }
        return abi.encodeCall(escrow.dispute, (_rejected, "words", deadline, signature));
    }

    function _partnersCall(Act what, PartnerSignature memory by) private view returns (bytes memory) {
        if (what == Act.Post) return abi.encodeCall(escrow.postJob, (_terms, by));
        if (what == Act.Close) return abi.encodeCall(escrow.closeJob, (_job, by));
        if (what == Act.Approve) return abi.encodeCall(escrow.approve, (ALCANDER, list(_submitted), by));
        return abi.encodeCall(escrow.reject, (_submitted, 7, "why", by));
    }

    function _does(bytes memory data, string memory what) private {
        (bool done,) = address(escrow).call(data);
        isTrue(done, what);
    }

    function _refuses(bytes memory data, bytes memory refusal, string memory what) private {
        (bool done, bytes memory answer) = address(escrow).call(data);
        isFalse(done, what);
        same(answer, refusal, what);
    }

    function _signerUnknown(bytes memory signer) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IParticipantRegistry.ParticipantRegistrySignerUnknown.selector, ALCANDER, signer
        );
    }

    function _unexpectedState(ClaimId id, ClaimState state) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IJobEscrow.JobEscrowUnexpectedState.selector, id, state);
    }
}
