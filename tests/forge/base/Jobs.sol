// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ClaimState, Job, PartnerSignature} from "../../../contracts/interfaces/IJobEscrow.sol";
import {Budget} from "../../../contracts/interfaces/IRewardBudget.sol";
import {BudgetId, ClaimId, JobId, ParticipantId, budgetIdOf} from "../../../contracts/types/Ids.sol";
import {City} from "./City.sol";
import {Events} from "./Events.sol";
import {Sign} from "./Sign.sol";

/// @dev A city whose partners have budgets, with short words for what tests about jobs and claims say often.
abstract contract Jobs is City, Events {
    uint64 internal constant GRANTED = 100_000_00;

    function setUp() public virtual override {
        super.setUp();
        attest(1_000_000_00);
        grant(ALCANDER, GRANTED);
        grant(STEUNPUNT, GRANTED);
    }

    // ------------------------------------------------------------------ acts

    /// @dev The next call is this officer's account's own: its errors come without a relay around them.
    function asOfficer(uint256 officer) internal {
        vm.prank(address(officers[officer]));
    }

    function byPartner(bytes32 structHash) internal view returns (PartnerSignature memory) {
        return Sign.byPartner(PARTNER_KEY, address(escrow), structHash, FAR);
    }

    function submitted(JobId job, uint256 resident, uint48 cents) internal returns (ClaimId id) {
        id = claim(job, resident, cents);
        submit(id, resident);
    }

    function rejected(JobId job, uint256 resident, uint48 cents) internal returns (ClaimId id) {
        id = submitted(job, resident, cents);
        reject(id);
    }

    function disputed(JobId job, uint256 resident, uint48 cents) internal returns (ClaimId id) {
        id = rejected(job, resident, cents);
        dispute(id, resident);
    }

    function setBlocked(ParticipantId id, bool blocked) internal {
        asOfficer(ENFORCER);
        if (blocked) registry.blockParticipant(id, 1);
        else registry.unblockParticipant(id);
    }

    function setPaused(bool paused) internal {
        asOfficer(ENFORCER);
        if (paused) token.pause();
        else token.unpause();
    }

    // ------------------------------------------------------------------ what is found

    function list(ClaimId a) internal pure returns (ClaimId[] memory claims) {
        claims = new ClaimId[](1);
        claims[0] = a;
    }

    function list(ClaimId a, ClaimId b) internal pure returns (ClaimId[] memory claims) {
        claims = new ClaimId[](2);
        (claims[0], claims[1]) = (a, b);
    }

    function budgetOf(ParticipantId partner) internal view returns (Budget memory) {
        return budget.budget(budgetIdOf(partner, PERIOD));
    }

    function budgetIs(BudgetId id, uint256 granted, uint256 reserved, uint256 minted, bool closed)
        internal
        view
    {
        Budget memory found = budget.budget(id);
        same(found.granted, granted, "granted");
        same(found.reserved, reserved, "reserved");
        same(found.minted, minted, "minted");
        isTrue(found.closed == closed, "closed");
    }

    function stateIs(ClaimId id, ClaimState expected) internal view {
        same(uint256(escrow.claimOf(id).state), uint256(expected), "state of the claim");
    }

    /// @dev How a job's slots are spread.
    function spreadIs(JobId id, uint256 open, uint256 active, uint256 paid) internal view {
        Job memory job = escrow.jobOf(id);
        same(job.open, open, "open slots");
        same(job.active, active, "active slots");
        same(job.paid, paid, "paid slots");
    }

    /// @dev The same, and that exactly the promised slots are reserved; for a partner with this one job.
    function slotsAre(JobId id, uint256 open, uint256 active, uint256 paid) internal view {
        Job memory job = escrow.jobOf(id);
        spreadIs(id, open, active, paid);
        same(budgetOf(ALCANDER).reserved, (open + active) * job.reward, "reserved");
    }
}
