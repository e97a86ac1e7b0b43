// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ClaimState, PartnerSignature} from "../../../contracts/interfaces/IJobEscrow.sol";
import {Reward, RewardOutcome} from "../../../contracts/interfaces/IRewardBudget.sol";
import {ClaimId, ParticipantId} from "../../../contracts/types/Ids.sol";
import {AnyState} from "./AnyState.sol";

/// @dev Takes every signature for good: what is proved under it needs no honest signer.
contract WhoeverSigned {
    function requirePartnerSignature(ParticipantId, bytes calldata, bytes32, bytes calldata) external pure {}
}

/// @dev Pays whatever it is asked and counts it.
contract PayingBudget {
    uint256 public paid;

    function reward(ParticipantId, Reward[] calldata rewards, bool)
        external
        returns (RewardOutcome[] memory outcomes)
    {
        outcomes = new RewardOutcome[](rewards.length);
        for (uint256 i = 0; i < rewards.length; ++i) {
            if (rewards[i].cents == 0) continue;
            paid += rewards[i].cents;
            outcomes[i] = RewardOutcome.Minted;
        }
    }
}

/// @dev A claim pays once, at most its own amount.
contract ClaimsProof is AnyState {
    function check_approve__whenNotSubmitted__paysNothingAndChangesNothing(ParticipantId partner, ClaimId id)
        public
    {
        _everybodySignsAndPays();
        bytes32 before = keccak256(abi.encode(escrow.claimOf(id)));
        vm.assume(escrow.claimOf(id).state != ClaimState.Submitted);
        uint256 paid = _paid();
        _approve(partner, id, 1);
        assert(_paid() == paid);
        assert(keccak256(abi.encode(escrow.claimOf(id))) == before);
    }

    function check_approve__whenNamedTwice__paysOnce(ParticipantId partner, ClaimId id) public {
        _everybodySignsAndPays();
        uint256 cents = escrow.claimOf(id).cents;
        vm.assume(cents != 0 && escrow.claimOf(id).state == ClaimState.Submitted);
        uint256 paid = _paid();
        _approve(partner, id, 2);
        assert(_paid() - paid == cents);
        assert(escrow.claimOf(id).state == ClaimState.Approved);
    }

    function check_decide__whenNotDisputed__isRefused(ClaimId id, bool award, uint16 reason) public {
        vm.assume(escrow.claimOf(id).state != ClaimState.Disputed);
        (bool done,) = address(escrow).call(abi.encodeCall(escrow.decide, (id, award, reason, "words")));
        assert(!done);
    }

    function check_decide__whenAwarded__paysTheClaimAndEndsIt(ClaimId id, uint16 reason) public {
        _everybodySignsAndPays();
        uint256 cents = escrow.claimOf(id).cents;
        vm.assume(cents != 0);
        uint256 paid = _paid();
        escrow.decide(id, true, reason, "words");
        assert(_paid() - paid == cents);
        assert(escrow.claimOf(id).state == ClaimState.Awarded);
    }

    function _everybodySignsAndPays() private {
        place(address(registry), address(new WhoeverSigned()));
        place(address(budget), address(new PayingBudget()));
    }

    function _approve(ParticipantId partner, ClaimId id, uint256 times) private {
        ClaimId[] memory claims = new ClaimId[](times);
        for (uint256 i = 0; i < times; ++i) {
            claims[i] = id;
        }
        escrow.approve(partner, claims, PartnerSignature("signer", type(uint48).max, "signature"));
    }

    function _paid() private view returns (uint256) {
        return PayingBudget(address(budget)).paid();
    }
}
