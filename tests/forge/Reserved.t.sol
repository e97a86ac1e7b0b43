// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {
    IParticipantRegistry,
    Participant,
    ParticipantKind,
    ParticipantStatus
} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {toParticipantId} from "../../contracts/types/Ids.sol";
import {City} from "./base/City.sol";

/// @dev Who can never be admitted, whoever asks: Heitje's own contracts; and when nobody is.
contract ReservedTest is City {
    function test_admit__ofOurOwnContracts__isRefusedForAllKinds() public {
        address[6] memory ours = [
            address(manager),
            address(registry),
            address(token),
            address(budget),
            address(escrow),
            address(redemption)
        ];
        for (uint256 i = 0; i < ours.length; ++i) {
            isTrue(registry.isBound(ours[i]), "reserved");
            same(
                abi.encode(registry.participant(toParticipantId(ours[i]))),
                abi.encode(Participant(address(0), ParticipantKind.None, ParticipantStatus.None)),
                "nobody's"
            );
            _refusesResident(ours[i], _walletBound(ours[i]));
            vm.prank(address(officers[REGISTRAR]));
            vm.expectRevert(_walletBound(ours[i]));
            registry.admitPartner(toParticipantId(ours[i]));
            vm.prank(address(officers[ENFORCER]));
            vm.expectRevert(
                abi.encodeWithSelector(
                    IParticipantRegistry.ParticipantRegistryUnknownParticipant.selector,
                    toParticipantId(ours[i])
                )
            );
            registry.unblockParticipant(toParticipantId(ours[i]));
        }
    }

    function test_admitResidents__whenPaused__reverts() public {
        vm.prank(address(officers[ENFORCER]));
        token.pause();

        _refusesResident(
            address(0xF0E), abi.encodeWithSelector(IParticipantRegistry.ParticipantRegistryPaused.selector)
        );
    }

    function test_recover__ofOurOwnContract__reverts() public {
        bytes memory data = abi.encodeCall(token.recover, (address(redemption), address(0xF0E)));
        schedule(ENFORCER, address(token), data);
        vm.warp(block.timestamp + DELAY);

        vm.expectRevert(
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryUnknownWallet.selector, address(redemption)
            )
        );
        officers[ENFORCER].carryOut(address(token), data);
    }

    function _refusesResident(address who, bytes memory refusal) private {
        address[] memory wallets = new address[](1);
        wallets[0] = who;
        vm.prank(SENDER);
        vm.expectRevert(refusal);
        registry.admitResidents(wallets);
    }

    function _walletBound(address who) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IParticipantRegistry.ParticipantRegistryWalletBound.selector, who);
    }
}
