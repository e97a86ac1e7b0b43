// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ParticipantKind, ParticipantStatus} from "../../../contracts/interfaces/IParticipantRegistry.sol";
import {ParticipantId} from "../../../contracts/types/Ids.sol";
import {AnyState} from "./AnyState.sol";

/// @dev Who may pay whom, who may mint and burn, and that a nonce counts once.
contract CoinsProof is AnyState {
    function check_mayPay__isTheTableForActiveOnes(address from, address to) public view {
        (ParticipantKind payer, ParticipantStatus payerIs) = registry.standingOf(from);
        (ParticipantKind receiver, ParticipantStatus receiverIs) = registry.standingOf(to);
        bool active = payerIs == ParticipantStatus.Active && receiverIs == ParticipantStatus.Active;
        assert(registry.mayPay(from, to) == (active && _isListed(payer, receiver)));
    }

    function check_transfer__movesCoinsOnlyAlongTheMatrix(address from, address to, uint256 cents) public {
        vm.assume(from != address(redemption) && to != address(redemption));
        vm.prank(from);
        token.transfer(to, cents);
        (bool isPaused,) = token.pauseState();
        assert(!isPaused && registry.mayPay(from, to));
    }

    function check_transfer__whenOfRedemption__isByRedemptionAlone(address from, address to, uint256 cents)
        public
    {
        vm.assume(from != address(redemption) && to == address(redemption));
        vm.prank(from);
        (bool moved,) = address(token).call(abi.encodeCall(token.transfer, (to, cents)));
        assert(!moved);
    }

    function check_mint__whenNotTheBudget__isRefused(address caller, ParticipantId resident, uint256 cents)
        public
    {
        vm.assume(caller != address(budget));
        vm.prank(caller);
        (bool minted,) = address(token).call(abi.encodeCall(token.mint, (resident, cents)));
        assert(!minted);
    }

    function check_burn__whenNotRedemption__isRefused(address caller, uint256 cents) public {
        vm.assume(caller != address(redemption));
        vm.prank(caller);
        (bool burned,) = address(token).call(abi.encodeCall(token.burn, (cents)));
        assert(!burned);
    }

    function check_pay__whenTheNonceIsUsed__isRefused(
        address from,
        address to,
        uint256 cents,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) public {
        vm.assume(token.authorizationState(from, nonce));
        bytes memory payment = abi.encodeWithSignature(
            "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
            from,
            to,
            cents,
            uint256(0),
            type(uint256).max,
            nonce,
            v,
            r,
            s
        );
        (bool paid,) = address(token).call(payment);
        assert(!paid);
    }

    function check_grantAndAward__whenTheIdIsUsed__areRefused(
        ParticipantId partner,
        uint32 period,
        ParticipantId resident,
        uint64 cents,
        bytes32 id
    ) public {
        tokenAnswersAnything();
        vm.assume(budget.isIdUsed(id));
        (bool granted,) = address(budget).call(abi.encodeCall(budget.grant, (partner, period, cents, id)));
        assert(!granted);
        (bool awarded,) =
            address(budget).call(abi.encodeCall(budget.award, (partner, period, resident, cents, "why", id)));
        assert(!awarded);
    }

    function _isListed(ParticipantKind from, ParticipantKind to) private pure returns (bool) {
        if (from == ParticipantKind.Resident) {
            return to == ParticipantKind.Merchant || to == ParticipantKind.Association;
        }
        if (from == ParticipantKind.Merchant) {
            return to == ParticipantKind.Resident || to == ParticipantKind.Association;
        }
        return from == ParticipantKind.Association && to == ParticipantKind.Merchant;
    }
}
