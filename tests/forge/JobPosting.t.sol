// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {JobEscrow} from "../../contracts/JobEscrow.sol";
import {IJobEscrow, Job, JobTerms, PartnerSignature} from "../../contracts/interfaces/IJobEscrow.sol";
import {IParticipantRegistry, ParticipantKind} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {IRewardBudget} from "../../contracts/interfaces/IRewardBudget.sol";
import {BudgetId, JobId, ParticipantId, budgetIdOf, derive} from "../../contracts/types/Ids.sol";
import {Jobs} from "./base/Jobs.sol";
import {Sign} from "./base/Sign.sol";

/// @dev Posting and closing jobs, and whose signature does it. Every partner's act checks its signature in the same
/// way, so that is looked at here once for all.
contract JobPostingTest is Jobs {
    JobTerms private _terms;

    function setUp() public override {
        super.setUp();
        _terms = terms(100_00, 3);
    }

    // ------------------------------------------------------------------ postJob

    function test_postJob__signed__reservesRewards() public {
        PartnerSignature memory by = byPartner(Sign.postJob(_terms, FAR));
        JobId expected = JobId.wrap(derive(ALCANDER, _terms.clientId));
        watch();
        JobId id = escrow.postJob(_terms, by);
        saw(address(escrow));
        emit IJobEscrow.JobPosted(
            expected, ALCANDER, PERIOD, 100_00, 3, _terms.claimBy, _terms.submitBy, "job"
        );
        sawNothingElse();

        same(JobId.unwrap(id), JobId.unwrap(expected), "id");
        Job memory job = Job({
            partner: ALCANDER,
            reward: 100_00,
            claimBy: _terms.claimBy,
            submitBy: _terms.submitBy,
            period: PERIOD,
            slots: 3,
            open: 3,
            active: 0,
            paid: 0,
            closed: false
        });
        same(abi.encode(escrow.jobOf(id)), abi.encode(job), "job");
        budgetIs(budgetIdOf(ALCANDER, PERIOD), GRANTED, 300_00, 0, false);
        same(budget.outstanding(), 2 * GRANTED, "a promise within a grant changes nothing of it");
    }

    function test_postJob__withInvalidTerms__reverts() public {
        JobTerms[] memory wrong = new JobTerms[](7);
        for (uint256 i = 0; i < wrong.length; ++i) {
            wrong[i] = terms(100_00, 3);
        }
        wrong[0].slots = 0;
        wrong[1].reward = 0;
        wrong[2].claimBy = uint48(block.timestamp);
        wrong[3].claimBy = uint48(block.timestamp - 1);
        wrong[4].submitBy = wrong[4].claimBy - 1;
        wrong[5].submitBy = uint48(block.timestamp + 400 days + 1);
        (wrong[6].claimBy, wrong[6].submitBy) = (1_790_000_000_000, 1_790_000_000_000); // milliseconds
        for (uint256 i = 0; i < wrong.length; ++i) {
            _refuses(wrong[i], abi.encodeWithSelector(IJobEscrow.JobEscrowInvalidTerms.selector));
        }
    }

    function test_postJob__atTheBoundsOfTime__isPosted() public {
        (_terms.claimBy, _terms.submitBy) = (uint48(block.timestamp + 1), uint48(block.timestamp + 1));
        same(escrow.jobOf(post(_terms, PARTNER_KEY)).submitBy, block.timestamp + 1, "the shortest");

        JobTerms memory long = terms(1, 1);
        long.submitBy = uint48(block.timestamp + 400 days);
        same(escrow.jobOf(post(long, PARTNER_KEY)).submitBy, block.timestamp + 400 days, "the longest");
    }

    function test_postJob__beyondBudget__reverts() public {
        BudgetId id = budgetIdOf(ALCANDER, PERIOD);
        JobTerms memory large = terms(250_00, 401);
        _refuses(
            large,
            abi.encodeWithSelector(IRewardBudget.RewardBudgetExceeded.selector, id, 100_250_00, GRANTED)
        );
        large.reward = uint48(MAX_REWARD + 1);
        _refuses(
            large,
            abi.encodeWithSelector(
                IRewardBudget.RewardBudgetAboveMaxReward.selector, MAX_REWARD + 1, MAX_REWARD
            )
        );
        _terms.period = PERIOD + 1;
        _refuses(
            _terms,
            abi.encodeWithSelector(
                IRewardBudget.RewardBudgetUnknown.selector, budgetIdOf(ALCANDER, PERIOD + 1)
            )
        );

        post(250_00, 400);
        same(budgetOf(ALCANDER).reserved, GRANTED, "all of it can be promised");
    }

    function test_postJob__twice__reverts() public {
        JobId id = post(_terms, PARTNER_KEY);

        _refuses(_terms, abi.encodeWithSelector(IJobEscrow.JobEscrowJobExists.selector, id));
        _terms.reward = 1;
        _refuses(_terms, abi.encodeWithSelector(IJobEscrow.JobEscrowJobExists.selector, id));
    }

    /// @dev Nobody takes another's id first, by chance or on purpose.
    function test_postJob__twoPartnersWithOneClientId__bothArePosted() public {
        JobTerms memory others = _terms;
        others.partner = STEUNPUNT;
        JobId theirs = post(others, OTHER_PARTNER_KEY);

        JobId ours = post(_terms, PARTNER_KEY);

        isTrue(JobId.unwrap(ours) != JobId.unwrap(theirs), "different jobs");
        same(bytes20(ParticipantId.unwrap(escrow.jobOf(ours).partner)), "alcander", "ours");
        same(bytes20(ParticipantId.unwrap(escrow.jobOf(theirs).partner)), "steunpunt", "theirs");
    }

    // ------------------------------------------------------------------ signatures of partners

    function test_postJob__whenSignatureExpired__reverts() public {
        uint48 deadline = uint48(block.timestamp + 1 hours);
        PartnerSignature memory by =
            Sign.byPartner(PARTNER_KEY, address(escrow), Sign.postJob(_terms, deadline), deadline);

        vm.warp(deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.JobEscrowSignatureExpired.selector, deadline));
        escrow.postJob(_terms, by);

        vm.warp(deadline);
        slotsAre(escrow.postJob(_terms, by), 3, 0, 0);
    }

    function test_postJob__byOtherPartnersSigner__reverts() public {
        PartnerSignature memory by =
            Sign.byPartner(OTHER_PARTNER_KEY, address(escrow), Sign.postJob(_terms, FAR), FAR);
        _refusesSignature(by, _signerUnknown(OTHER_PARTNER_KEY));

        // Naming the right signer does not make the signature its own.
        by.signer = abi.encodePacked(wallet(PARTNER_KEY));
        _refusesSignature(by, _invalidSignature());
    }

    function test_postJob__whenSignerRemoved__reverts() public {
        asOfficer(REGISTRAR);
        registry.removeSigner(ALCANDER, abi.encodePacked(wallet(PARTNER_KEY)));

        _refusesSignature(byPartner(Sign.postJob(_terms, FAR)), _signerUnknown(PARTNER_KEY));
    }

    function test_postJob__whenPartnerBlocked__reverts() public {
        setBlocked(ALCANDER, true);

        _refusesSignature(
            byPartner(Sign.postJob(_terms, FAR)),
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryInactive.selector, ALCANDER, ParticipantKind.Partner
            )
        );
    }

    function test_postJob__signedForOtherChain__reverts() public {
        PartnerSignature memory by = byPartner(Sign.postJob(_terms, FAR));
        uint256 here = block.chainid;

        vm.chainId(here + 1);
        _refusesSignature(by, _invalidSignature());

        vm.chainId(here);
        slotsAre(escrow.postJob(_terms, by), 3, 0, 0);
    }

    function test_postJob__signedForOtherContract__reverts() public {
        JobEscrow other = new JobEscrow(address(manager), registry, budget, token, 1, 1, 1);
        PartnerSignature memory by =
            Sign.byPartner(PARTNER_KEY, address(other), Sign.postJob(_terms, FAR), FAR);

        _refusesSignature(by, _invalidSignature());
    }

    /// @dev Whoever relays cannot change a thing of what was signed.
    function test_postJob__whenAnyTermChanged__reverts() public {
        PartnerSignature memory by = byPartner(Sign.postJob(_terms, FAR));
        JobTerms[] memory changed = new JobTerms[](7);
        for (uint256 i = 0; i < changed.length; ++i) {
            changed[i] = _terms;
        }
        changed[0].period += 1;
        changed[1].reward += 1;
        changed[2].slots += 1;
        changed[3].claimBy += 1;
        changed[4].submitBy += 1;
        changed[5].documentHash = "other job";
        changed[6].clientId = fresh();
        for (uint256 i = 0; i < changed.length; ++i) {
            vm.expectRevert(_invalidSignature());
            escrow.postJob(changed[i], by);
        }
        by.deadline -= 1;
        _refusesSignature(by, _invalidSignature());
    }

    // ------------------------------------------------------------------ closeJob

    function test_closeJob__withOpenSlots__releasesThem() public {
        JobId id = post(_terms, PARTNER_KEY);
        claim(id, ALICE, 100_00);
        PartnerSignature memory by = byPartner(Sign.closeJob(id, FAR));
        watch();
        escrow.closeJob(id, by);
        saw(address(escrow));
        emit IJobEscrow.JobClosed(id);
        emit IJobEscrow.SlotsReleased(id, 2);
        sawNothingElse();

        isTrue(escrow.jobOf(id).closed, "closed");
        slotsAre(id, 0, 1, 0);
    }

    function test_closeJob__withoutOpenSlots__releasesNothing() public {
        JobId id = post(100_00, 1);
        claim(id, ALICE, 100_00);
        PartnerSignature memory by = byPartner(Sign.closeJob(id, FAR));
        watch();
        escrow.closeJob(id, by);
        saw(address(escrow));
        emit IJobEscrow.JobClosed(id);
        sawNothingElse();

        slotsAre(id, 0, 1, 0);
    }

    function test_closeJob__twice__reverts() public {
        JobId id = post(_terms, PARTNER_KEY);
        closeJob(id);
        PartnerSignature memory by = byPartner(Sign.closeJob(id, FAR));

        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.JobEscrowAlreadyClosed.selector, id));
        escrow.closeJob(id, by);
    }

    function test_closeJob__ofUnknownJob__reverts() public {
        JobId id = JobId.wrap("unknown");
        PartnerSignature memory by = byPartner(Sign.closeJob(id, FAR));

        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.JobEscrowUnknownJob.selector, id));
        escrow.closeJob(id, by);
    }

    function test_closeJob__byOtherPartnerOrTooLate__reverts() public {
        JobId id = post(_terms, PARTNER_KEY);
        PartnerSignature memory by =
            Sign.byPartner(OTHER_PARTNER_KEY, address(escrow), Sign.closeJob(id, FAR), FAR);
        vm.expectRevert(_signerUnknown(OTHER_PARTNER_KEY));
        escrow.closeJob(id, by);

        by = byPartner(Sign.closeJob(JobId.wrap("other job"), FAR));
        vm.expectRevert(_invalidSignature());
        escrow.closeJob(id, by);

        uint48 past = uint48(block.timestamp - 1);
        by = Sign.byPartner(PARTNER_KEY, address(escrow), Sign.closeJob(id, past), past);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.JobEscrowSignatureExpired.selector, past));
        escrow.closeJob(id, by);
    }

    // ------------------------------------------------------------------ details

    function _refuses(JobTerms memory what, bytes memory refused) private {
        PartnerSignature memory by = byPartner(Sign.postJob(what, FAR));
        vm.expectRevert(refused);
        escrow.postJob(what, by);
    }

    function _refusesSignature(PartnerSignature memory by, bytes memory refused) private {
        vm.expectRevert(refused);
        escrow.postJob(_terms, by);
    }

    function _signerUnknown(uint256 key) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IParticipantRegistry.ParticipantRegistrySignerUnknown.selector,
            ALCANDER,
            abi.encodePacked(wallet(key))
        );
    }

    function _invalidSignature() private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryInvalidSignature.selector, ALCANDER
            );
    }
}
