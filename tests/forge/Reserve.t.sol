// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {RewardBudget} from "../../contracts/RewardBudget.sol";
import {Attestation, IRewardBudget} from "../../contracts/interfaces/IRewardBudget.sol";
import {BatchId, ClaimId, ParticipantId, RedemptionId} from "../../contracts/types/Ids.sol";
import {City} from "./base/City.sol";
import {Events} from "./base/Events.sol";

/// @dev What the bank's statement said, and that it limits grants and nothing else.
contract ReserveTest is City, Events {
    // ------------------------------------------------------------------ attestReserve

    function test_attestReserve__byAuditor__isRecorded() public {
        uint48 asOf = uint48(block.timestamp - 3 hours);
        vm.prank(address(officers[AUDITOR]));
        watch();
        budget.attestReserve(500_00, asOf, "statement");
        saw(address(budget));
        emit IRewardBudget.ReserveAttested(500_00, asOf, "statement", address(officers[AUDITOR]));
        sawNothingElse();

        Attestation memory found = budget.attestation();
        same(found.cents, 500_00, "cents");
        same(found.asOf, asOf, "as of");
        same(found.attester, address(officers[AUDITOR]), "attester");
        same(budget.reserveLeft(), 500_00, "reserve left");
    }

    function test_attestReserve__ofTheFuture__reverts() public {
        uint48 tomorrow = uint48(block.timestamp + 1 days);
        _refusesAttestation(tomorrow, 0);
        _refusesAttestation(uint48(block.timestamp + 1), 0);

        vm.warp(tomorrow);
        _attest(1, tomorrow);
        same(budget.attestation().asOf, tomorrow, "a statement of this very second is taken");
    }

    function test_attestReserve__notAfterPrevious__reverts() public {
        uint48 first = uint48(block.timestamp - 1 hours);
        _attest(5, first);

        _refusesAttestation(first, first);
        _refusesAttestation(first - 1, first);
        _refusesAttestation(0, first);

        _attest(4, first + 1);
        same(budget.attestation().cents, 4, "a later statement counts, also a lower one");
    }

    function test_reserveLeft__beforeAnyStatement__isZero() public view {
        same(budget.reserveLeft(), 0, "nobody has read a statement");
    }

    // ------------------------------------------------------------------ what a grant asks

    function testFuzz_grant__withoutCover__reverts(uint64 reserve) public {
        reserve = uint64(between(reserve, 1, type(uint64).max - 1));
        attest(reserve);

        _refusesGrant(
            ALCANDER,
            reserve + 1,
            abi.encodeWithSelector(
                IRewardBudget.RewardBudgetNotCovered.selector, uint256(reserve) + 1, reserve
            )
        );

        grant(ALCANDER, reserve);
        same(budget.outstanding(), reserve, "covered to the cent");
    }

    function test_grant__countsCoinsAndPromisesOfAllPartners() public {
        attest(1_000_00);
        grant(ALCANDER, 500_00);
        grant(STEUNPUNT, 300_00);
        earn(ALICE, 120_00);
        post(50_00, 2);

        same(
            budget.outstanding() + token.totalSupply(), 800_00, "a reward changes the form of a promise only"
        );
        _refusesGrant(
            STEUNPUNT,
            200_01,
            abi.encodeWithSelector(IRewardBudget.RewardBudgetNotCovered.selector, 1_000_01, 1_000_00)
        );
        grant(STEUNPUNT, 200_00);
        _refusesGrant(
            ALCANDER,
            1,
            abi.encodeWithSelector(IRewardBudget.RewardBudgetNotCovered.selector, 1_000_01, 1_000_00)
        );
    }

    function test_grant__afterClosing__hasTheRoomAgain() public {
        attest(1_000_00);
        grant(ALCANDER, 1_000_00);
        act(TREASURER, address(budget), abi.encodeCall(budget.closeBudget, (ALCANDER, PERIOD)));

        grant(STEUNPUNT, 1_000_00);

        same(budget.outstanding(), 1_000_00, "outstanding");
    }

    function test_grant__beforeAnyStatement__reverts() public {
        same(budget.reserveLeft(), 0, "no statement, no euros");
        _refusesGrant(
            ALCANDER, 1, abi.encodeWithSelector(IRewardBudget.RewardBudgetAttestationTooOld.selector, 0)
        );
    }

    /// @dev However old a statement may be, there has to be one.
    function test_grant__beforeAnyStatement__revertsAtAnyAllowedAge() public {
        RewardBudget patient = new RewardBudget(
            address(new AccessManager(address(this))),
            token,
            registry,
            address(escrow),
            MAX_REWARD,
            type(uint32).max
        );

        vm.expectRevert(abi.encodeWithSelector(IRewardBudget.RewardBudgetAttestationTooOld.selector, 0));
        patient.grant(ALCANDER, PERIOD, 1, "grant");
    }

    function test_grant__whenStatementTooOld__reverts() public {
        attest(1_000_00);
        uint48 asOf = uint48(block.timestamp);

        vm.warp(asOf + ATTESTATION_MAX_AGE);
        grant(ALCANDER, 1);

        vm.warp(asOf + ATTESTATION_MAX_AGE + 1);
        _refusesGrant(
            ALCANDER, 1, abi.encodeWithSelector(IRewardBudget.RewardBudgetAttestationTooOld.selector, asOf)
        );
    }

    /// @dev One person with both roles could promise what no other pair of eyes has seen in the bank.
    function test_grant__byWhoAttested__reverts() public {
        address treasurer = address(officers[TREASURER]);
        actDelayed(
            ADMIN, address(manager), abi.encodeCall(manager.grantRole, (roleIds["AUDITOR"], treasurer, 0))
        );
        vm.prank(treasurer);
        budget.attestReserve(1_000_00, uint48(block.timestamp), "own");
        _refusesGrant(
            ALCANDER, 1, abi.encodeWithSelector(IRewardBudget.RewardBudgetSelfAttested.selector, treasurer)
        );

        vm.warp(block.timestamp + 1);
        attest(1_000_00);
        grant(ALCANDER, 1);
        same(budget.outstanding(), 1, "somebody else's statement is good");
    }

    // ------------------------------------------------------------------ reserveLeft

    function test_reserveLeft__fallsByBurnsAfterStatement() public {
        attest(1_000_00);
        grant(ALCANDER, 800_00);
        vm.warp(block.timestamp + 1);
        _burn(100_00);
        uint48 before = uint48(block.timestamp);
        vm.warp(before + 1 hours);
        _burn(30_00);
        same(budget.reserveLeft(), 870_00, "both burns came after the statement");

        // The second statement speaks of a moment between the burns, and is read after both.
        _attest(900_00, before + 30 minutes);
        same(budget.reserveLeft(), 870_00, "only the second burn came after it");

        // Which of the two came first nobody can tell: the burn counts as later, which errs to the safe side.
        _attest(870_00, uint48(block.timestamp));
        same(budget.reserveLeft(), 840_00, "a burn in the statement's own second");
    }

    function test_reserveLeft__whenMoreIsBurned__isZero() public {
        attest(1_000_00);
        grant(ALCANDER, 800_00);
        earn(ALICE, 200_00);
        vm.warp(block.timestamp + 1);
        attest(150_00);
        vm.warp(block.timestamp + 1);
        _redeemed(200_00);

        same(budget.reserveLeft(), 0, "reserve left");
    }

    /// @dev A burn takes as much from the coins as from the euros: the room for grants stays what it was.
    function test_grant__afterBurn__hasTheSameRoom() public {
        attest(1_000_00);
        grant(ALCANDER, 800_00);
        vm.warp(block.timestamp + 1);
        _burn(100_00);

        _refusesGrant(
            ALCANDER,
            200_01,
            abi.encodeWithSelector(IRewardBudget.RewardBudgetNotCovered.selector, 900_01, 900_00)
        );
        grant(ALCANDER, 200_00);
        same(budget.outstanding(), 900_00, "outstanding");
    }

    // ------------------------------------------------------------------ what goes on without cover

    function test_lowerAndStaleStatement__stopsNothingButGrants() public {
        attest(1_000_00);
        grant(ALCANDER, 1_000_00);
        vm.warp(block.timestamp + 1);
        attest(1);
        vm.warp(block.timestamp + ATTESTATION_MAX_AGE + 1);

        _burn(100_00);
        ClaimId id = claim(post(50_00, 1), BOB, 50_00);
        submit(id, BOB);
        reject(id);
        dispute(id, BOB);
        decide(id, true);
        act(
            TREASURER,
            address(budget),
            abi.encodeCall(budget.award, (ALCANDER, PERIOD, idOf(BOB), 25_00, "reason", "award"))
        );

        same(token.balanceOf(wallet(BOB)), 75_00, "what was promised was paid");
        same(token.totalBurned(), 100_00, "what was earned was redeemed");
        _refusesGrant(
            ALCANDER,
            1,
            abi.encodeWithSelector(
                IRewardBudget.RewardBudgetAttestationTooOld.selector, budget.attestation().asOf
            )
        );
    }

    // ------------------------------------------------------------------ details

    function _attest(uint64 cents, uint48 asOf) private {
        vm.prank(address(officers[AUDITOR]));
        budget.attestReserve(cents, asOf, "statement");
    }

    function _refusesAttestation(uint48 asOf, uint48 previous) private {
        vm.expectRevert(
            abi.encodeWithSelector(IRewardBudget.RewardBudgetInvalidAsOf.selector, asOf, previous)
        );
        _attest(1, asOf);
    }

    function _refusesGrant(ParticipantId partner, uint64 cents, bytes memory refused) private {
        vm.expectRevert(refused);
        vm.prank(address(officers[TREASURER]));
        budget.grant(partner, PERIOD, cents, "refused");
    }

    /// @dev The whole way of coins: earned, spent, redeemed and booked by the bank.
    function _burn(uint48 cents) private {
        earn(ALICE, cents);
        _redeemed(cents);
    }

    function _redeemed(uint48 cents) private {
        pay(ALICE, BAKER, cents);
        RedemptionId[] memory lines = new RedemptionId[](1);
        lines[0] = redeem(BAKER, cents);
        BatchId batch = BatchId.wrap(BatchId.unwrap(redemption.lastBatch()) + 1);
        close(batch, lines);
        settle(batch, new RedemptionId[](0));
    }
}
