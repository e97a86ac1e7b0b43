// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {ClaimState, IJobEscrow, PartnerSignature} from "../../contracts/interfaces/IJobEscrow.sol";
import {IParticipantRegistry, ParticipantKind} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {ClaimId, JobId, ParticipantId} from "../../contracts/types/Ids.sol";
import {Sign} from "./base/Sign.sol";
import {Thief} from "./base/Thief.sol";

/// @dev Says yes to every signature.
contract YesVerifier {
    function verify(bytes calldata, bytes32, bytes calldata) external pure returns (bytes4) {
        return this.verify.selector;
    }
}

/// @dev What a thief can do with the keys of a partner, the arbiter, whoever admits people, and the sending account: see
/// docs/stolen-keys.md.
contract StolenKeysPeopleTest is Thief {
    uint256 private constant THIEF = 0xBAD;

    // ------------------------------------------------------------------ partner

    function test_stolenPartner__doesItsWorst__mintsItsLimitUntilTheSignerIsRemoved() public {
        ClaimId[] memory claims = pretend(PARTNER_KEY, ALCANDER, 40);
        approve(claims);
        same(token.balanceOf(wallet(BOB)), CAPACITY, "one bucket: 20 of the 40");
        vm.warp(block.timestamp + WINDOW / 2);
        approve(claims);
        same(token.balanceOf(wallet(BOB)), CAPACITY + CAPACITY / 2, "and half of it half a day later");

        bytes memory signer = abi.encodePacked(wallet(PARTNER_KEY));
        act(REGISTRAR, address(registry), abi.encodeCall(registry.removeSigner, (ALCANDER, signer)));
        vm.warp(block.timestamp + WINDOW);
        _refusesPartner(
            claims,
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistrySignerUnknown.selector, ALCANDER, signer
            )
        );
        same(budgetOf(STEUNPUNT).minted, 0, "another partner's budget is out of reach");
    }

    /// @dev The other brake, by another officer.
    function test_stolenPartner__whenBlocked__mintsNothingMore() public {
        ClaimId[] memory claims = pretend(PARTNER_KEY, ALCANDER, 1);
        block_(ALCANDER);

        _refusesPartner(
            claims,
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryInactive.selector, ALCANDER, ParticipantKind.Partner
            )
        );
        same(token.totalSupply(), 0, "minted");
    }

    /// @dev Whoever is wronged gets the reward from the arbiter, whatever the mint limit says.
    function test_stolenPartner__rejectsAndClosesEverything__isOverruled() public {
        JobId job = post(100_00, 2);
        ClaimId id = submitted(job, ALICE, 100_00);
        reject(id);
        closeJob(job);
        approve(pretend(PARTNER_KEY, ALCANDER, 20));

        dispute(id, ALICE);
        decide(id, true);
        same(token.balanceOf(wallet(ALICE)), 100_00, "paid");
    }

    /// @dev Awards are exempt from the mint limit, so two keys reach the partner's whole budget at once; no other's.
    function test_stolenPartnerAndArbiter__doTheirWorst__mintThePartnersBudgetUntilPaused() public {
        uint256 slots = GRANTED / MAX_REWARD;
        ClaimId[] memory claims = pretend(PARTNER_KEY, ALCANDER, uint16(slots));
        for (uint256 i = 0; i < slots; ++i) {
            reject(claims[i]);
            dispute(claims[i], BOB);
            if (i + 1 < slots) decide(claims[i], true);
        }
        same(token.totalSupply(), GRANTED - MAX_REWARD, "all but one");

        pauseAll();
        refusesPaused(ARBITER, address(escrow), _decision(claims[slots - 1], true));
        same(budgetOf(STEUNPUNT).minted, 0, "another partner's budget is out of reach");
    }

    // ------------------------------------------------------------------ arbiter

    function test_stolenArbiter__doesItsWorst__paysAndDeniesWhatIsDisputed() public {
        JobId job = post(uint48(MAX_REWARD), 4);
        ClaimId undeserved = disputed(job, BOB, uint48(MAX_REWARD));
        ClaimId deserved = disputed(job, ALICE, 100_00);
        ClaimId undisputed = submitted(job, BOB, uint48(MAX_REWARD));
        decide(undeserved, true);
        decide(deserved, false);
        refuses(
            ARBITER,
            address(escrow),
            _decision(undisputed, true),
            abi.encodeWithSelector(
                IJobEscrow.JobEscrowUnexpectedState.selector, undisputed, ClaimState.Submitted
            )
        );
        same(token.totalSupply(), MAX_REWARD, "the disputed reward");

        // The city keeps its promise by another way.
        act(TREASURER, address(budget), awardData(ALCANDER, ALICE, 100_00));
        same(token.balanceOf(wallet(ALICE)), 100_00, "paid after all");
    }

    /// @dev A pause stops awards; denials go on until the role is taken, and the treasurer's award repairs them.
    function test_stolenArbiter__whenPaused__canOnlyDeny() public {
        ClaimId one = disputed(post(100_00, 1), BOB, 100_00);
        ClaimId other = disputed(post(100_00, 1), ALICE, 100_00);
        pauseAll();
        refusesPaused(ARBITER, address(escrow), _decision(one, true));
        decide(one, false);

        dismiss(ARBITER, "ARBITER");
        refusesRole(ARBITER, address(escrow), _decision(other, false));
    }

    // ------------------------------------------------------------------ registrar

    /// @dev Partners cannot approve: the arbiter decides when their time is over, and new signers come after two days.
    function test_stolenRegistrar__takesSignersAway__delaysRewards() public {
        ClaimId[] memory claims = new ClaimId[](1);
        claims[0] = submitted(post(100_00, 1), ALICE, 100_00);
        bytes memory signer = abi.encodePacked(wallet(PARTNER_KEY));
        act(REGISTRAR, address(registry), abi.encodeCall(registry.removeSigner, (ALCANDER, signer)));
        _refusesPartner(
            claims,
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistrySignerUnknown.selector, ALCANDER, signer
            )
        );

        vm.warp(block.timestamp + DECISION_WINDOW + GRACE + 1);
        escrow.escalate(claims[0]);
        decide(claims[0], true);
        same(token.balanceOf(wallet(ALICE)), 100_00, "paid");
    }

    /// @dev Whoever it admits at once holds nothing and gets nothing: coins come from jobs, and from residents.
    function test_stolenRegistrar__admitsItsOwnPeople__earnsNothing() public {
        address[] memory own = new address[](1);
        own[0] = wallet(THIEF);
        ParticipantId false_ = ParticipantId.wrap("false partner");
        act(REGISTRAR, address(registry), abi.encodeCall(registry.admitAssociations, (own)));
        act(REGISTRAR, address(registry), abi.encodeCall(registry.admitPartner, (false_)));
        own[0] = wallet(THIEF + 1);
        act(REGISTRAR, address(registry), abi.encodeCall(registry.admitResidents, (own)));

        same(token.totalSupply(), 0, "supply");
        same(budget.outstanding(), 2 * GRANTED, "promises");
        dismiss(REGISTRAR, "REGISTRAR");
        dismiss(REGISTRAR, "ADMITTER");
        own[0] = wallet(THIEF + 2);
        refusesRole(REGISTRAR, address(registry), abi.encodeCall(registry.admitAssociations, (own)));
        refusesRole(REGISTRAR, address(registry), abi.encodeCall(registry.admitResidents, (own)));
    }

    function test_stolenMerchantAdmitter__admitsAFence__isCancelledInTime() public {
        address[] memory own = new address[](1);
        own[0] = wallet(THIEF);
        isCancelled(REGISTRAR, address(registry), abi.encodeCall(registry.admitMerchants, (own)));

        isFalse(registry.isBound(wallet(THIEF)), "admitted");
    }

    /// @dev What nobody cancelled is stopped at once by a block; nobody but a resident's key could have paid it.
    function test_stolenMerchantAdmitter__whenNobodyCancels__getsNoCoinsByItself() public {
        earn(ALICE, 100_00);
        address[] memory own = new address[](1);
        own[0] = wallet(THIEF);
        actDelayed(REGISTRAR, address(registry), abi.encodeCall(registry.admitMerchants, (own)));
        same(token.balanceOf(wallet(THIEF)), 0, "coins");

        block_(idOf(THIEF));
        isFalse(token.canTransfer(wallet(ALICE), wallet(THIEF), 1), "can be paid");
    }

    function test_stolenSignerRegistrar__addsItsOwnSigner__isCancelledInTime() public {
        bytes memory own = abi.encodePacked(wallet(THIEF));
        isCancelled(REGISTRAR, address(registry), abi.encodeCall(registry.addSigner, (ALCANDER, own)));

        isFalse(registry.isSigner(ALCANDER, own), "signs");
    }

    function test_stolenSignerRegistrar__allowsAVerifierThatSaysYes__isCancelledInTime() public {
        address yes = address(new YesVerifier());
        isCancelled(REGISTRAR, address(registry), abi.encodeCall(registry.allowVerifier, (yes)));

        isFalse(registry.isAllowedVerifier(yes), "allowed");
    }

    /// @dev Nobody looked for two days: every partner's key is as good as stolen, and each stays within its bucket.
    function test_stolenSignerRegistrar__whenNobodyCancels__mintsOneBucketPerPartner() public {
        bytes memory own = abi.encodePacked(wallet(THIEF));
        bytes memory alcander = abi.encodeCall(registry.addSigner, (ALCANDER, own));
        bytes memory steunpunt = abi.encodeCall(registry.addSigner, (STEUNPUNT, own));
        schedule(REGISTRAR, address(registry), alcander);
        actDelayed(REGISTRAR, address(registry), steunpunt);
        officers[REGISTRAR].carryOut(address(registry), alcander);
        ClaimId[] memory ofOne = pretend(THIEF, ALCANDER, 21);
        ClaimId[] memory ofOther = pretend(THIEF, STEUNPUNT, 21);
        approveAs(THIEF, ALCANDER, ofOne);
        approveAs(THIEF, STEUNPUNT, ofOther);
        same(token.totalSupply(), 2 * CAPACITY, "one bucket of each");

        pauseAll();
        same(token.balanceOf(wallet(BOB)), 2 * CAPACITY, "and nobody has paid with it");
    }

    // ------------------------------------------------------------------ sending account

    /// @dev It admits wallets of its own and takes every open slot: others wait, nobody loses a cent.
    function test_stolenSendingAccount__doesItsWorst__takesSlotsAndEarnsNothing() public {
        JobId job = post(uint48(MAX_REWARD), 3);
        ClaimId[] memory claims = new ClaimId[](3);
        for (uint256 i = 0; i < 3; ++i) {
            _admit(wallet(THIEF + i));
            claims[i] = submitted(job, THIEF + i, uint48(MAX_REWARD));
        }
        same(token.totalSupply(), 0, "supply");
        _refusesClaim(job, ALICE);

        // The partner sees strangers and rejects; when nobody disputes, the slot is free again.
        reject(claims[0]);
        vm.warp(block.timestamp + DISPUTE_WINDOW + GRACE + 1);
        escrow.finaliseRejection(claims[0]);
        same(budgetOf(ALCANDER).reserved, 2 * MAX_REWARD, "no longer reserved");
        same(token.totalSupply(), 0, "supply");
    }

    function test_stolenSendingAccount__whenPausedAndDismissed__admitsNobody() public {
        pauseAll();
        _refusesAdmission(abi.encodeWithSelector(IParticipantRegistry.ParticipantRegistryPaused.selector));

        bytes memory data = abi.encodeCall(manager.revokeRole, (roleIds["ADMITTER"], SENDER));
        actDelayed(ADMIN, address(manager), data);
        unpauseAll();
        _refusesAdmission(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, SENDER));
    }

    /// @dev A wallet that was meant for a merchant becomes a resident's: the merchant needs another, and loses nothing.
    function test_stolenSendingAccount__takesAMerchantsWallet__costsANewWallet() public {
        _admit(wallet(THIEF));
        address[] memory shop = new address[](1);
        shop[0] = wallet(THIEF);
        bytes memory data = abi.encodeCall(registry.admitMerchants, (shop));
        schedule(REGISTRAR, address(registry), data);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryWalletBound.selector, wallet(THIEF)
            )
        );
        officers[REGISTRAR].carryOut(address(registry), data);
    }

    /// @dev No accomplice is needed any more; the bound is the partner's, as before.
    function test_stolenPartnerAndSendingAccount__doTheirWorst__mintOneBucket() public {
        _admit(wallet(THIEF));
        JobId job = post(uint48(MAX_REWARD), 21);
        ClaimId[] memory claims = new ClaimId[](21);
        for (uint256 i = 0; i < claims.length; ++i) {
            claims[i] = submitted(job, THIEF, uint48(MAX_REWARD));
        }
        approve(claims);

        same(token.balanceOf(wallet(THIEF)), CAPACITY, "one bucket");
        same(token.totalSupply(), CAPACITY, "supply");
    }

    /// @dev Slots that honest partners posted, claimed by wallets of the thief's own, rejected, and awarded: all that
    /// was open, and it takes until somebody rejects it or the partner's time is over.
    function test_stolenArbiterAndSendingAccount__doTheirWorst__mintWhatIsOpenUntilPaused() public {
        JobId job = post(uint48(MAX_REWARD), 3);
        _admit(wallet(THIEF));
        ClaimId[] memory claims = new ClaimId[](3);
        for (uint256 i = 0; i < 3; ++i) {
            claims[i] = submitted(job, THIEF, uint48(MAX_REWARD));
        }
        vm.warp(block.timestamp + DECISION_WINDOW + GRACE + 1);
        for (uint256 i = 0; i < 3; ++i) {
            escrow.escalate(claims[i]);
            if (i != 2) decide(claims[i], true);
        }
        pauseAll();
        refusesPaused(ARBITER, address(escrow), _decision(claims[2], true));

        same(token.totalSupply(), 2 * MAX_REWARD, "until somebody noticed");
        same(budgetOf(ALCANDER).reserved, MAX_REWARD, "what was still open");
    }

    // ------------------------------------------------------------------ details

    function _admit(address who) private {
        address[] memory list = new address[](1);
        list[0] = who;
        vm.prank(SENDER);
        registry.admitResidents(list);
    }

    function _refusesAdmission(bytes memory why) private {
        address[] memory list = new address[](1);
        list[0] = wallet(THIEF);
        vm.prank(SENDER);
        vm.expectRevert(why);
        registry.admitResidents(list);
    }

    function _refusesClaim(JobId job, uint256 resident) private {
        bytes32 hash = Sign.claim(job, idOf(resident), 100_00, "client", FAR);
        bytes memory signature = signed(resident, address(escrow), hash);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.JobEscrowNoOpenSlot.selector, job));
        escrow.claim(job, idOf(resident), 100_00, "client", FAR, signature);
    }

    function _refusesPartner(ClaimId[] memory claims, bytes memory why) private {
        bytes32 hash = Sign.approve(ALCANDER, claims, FAR);
        PartnerSignature memory by = byPartner(hash);
        vm.expectRevert(why);
        escrow.approve(ALCANDER, claims, by);
    }

    function _decision(ClaimId id, bool award) private view returns (bytes memory) {
        return abi.encodeCall(escrow.decide, (id, award, 9, "decision"));
    }
}
