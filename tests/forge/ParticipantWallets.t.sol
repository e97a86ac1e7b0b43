// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {
    IParticipantRegistry,
    Participant,
    ParticipantKind,
    ParticipantStatus
} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {ParticipantId, toParticipantId} from "../../contracts/types/Ids.sol";
import {City} from "./base/City.sol";
import {Events} from "./base/Events.sol";
import {Sign} from "./base/Sign.sol";

/// @dev Whose wallet is whose, before and after it is replaced, and who signs with it.
contract ParticipantWalletsTest is City, Events {
    uint256 private constant CAROL = 0xC3; // not admitted by City
    uint256 private constant DAVE = 0xC4; // not admitted by City
    bytes32 private constant DIGEST = keccak256("something with a domain");

    // ------------------------------------------------------------------ replaceWallet

    function test_replaceWallet__whenCalledByTheToken__movesTheWalletAndKeepsTheRest() public {
        watch();
        vm.prank(address(token));
        ParticipantId id = registry.replaceWallet(wallet(ALICE), wallet(CAROL));

        saw(address(registry));
        emit IParticipantRegistry.WalletReplaced(idOf(ALICE), wallet(ALICE), wallet(CAROL));
        sawNothingElse();
        isTrue(id == idOf(ALICE), "the id stays");
        _holds(CAROL, idOf(ALICE), ParticipantStatus.Active);
        _heldOnce(ALICE);
    }

    function test_replaceWallet__whenTwice__onlyTheLastWalletCounts() public {
        _holds(ALICE, idOf(ALICE), ParticipantStatus.Active);
        _replace(ALICE, CAROL);
        _replace(CAROL, DAVE);

        _holds(DAVE, idOf(ALICE), ParticipantStatus.Active);
        _heldOnce(ALICE);
        _heldOnce(CAROL);
        // Only the first wallet is an id; a later one leads to no record of its own.
        _isZero(registry.participant(idOf(CAROL)));
        _isZero(registry.participant(idOf(DAVE)));
        isFalse(registry.isActive(idOf(DAVE), ParticipantKind.Resident), "a later wallet is no id");
        isFalse(registry.isActive(idOf(DAVE), ParticipantKind.None), "and not an active nobody either");
    }

    function test_replaceWallet__whenBlocked__staysBlocked() public {
        vm.prank(address(officers[ENFORCER]));
        registry.blockParticipant(idOf(ALICE), 1);
        _replace(ALICE, CAROL);

        _holds(CAROL, idOf(ALICE), ParticipantStatus.Blocked);

        vm.prank(address(officers[ENFORCER]));
        registry.unblockParticipant(idOf(ALICE));
        _holds(CAROL, idOf(ALICE), ParticipantStatus.Active);
    }

    function test_replaceWallet__whenNotByTheToken__reverts() public {
        address[5] memory callers = [
            address(this), SENDER, address(officers[ENFORCER]), address(officers[ADMIN]), address(redemption)
        ];
        for (uint256 i = 0; i < callers.length; ++i) {
            vm.prank(callers[i]);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IParticipantRegistry.ParticipantRegistryUnauthorisedCaller.selector, callers[i]
                )
            );
            registry.replaceWallet(wallet(ALICE), wallet(CAROL));
        }
    }

    function test_replaceWallet__whenOldWalletIsNobodysNow__reverts() public {
        _replace(ALICE, CAROL);
        address partner = address(ParticipantId.unwrap(ALCANDER));
        address[4] memory nobodys = [wallet(ALICE), wallet(DAVE), partner, address(0)];
        for (uint256 i = 0; i < nobodys.length; ++i) {
            vm.prank(address(token));
            vm.expectRevert(
                abi.encodeWithSelector(
                    IParticipantRegistry.ParticipantRegistryUnknownWallet.selector, nobodys[i]
                )
            );
            registry.replaceWallet(nobodys[i], wallet(DAVE));
        }
    }

    function test_replaceWallet__whenNewWalletIsBound__reverts() public {
        _replace(ALICE, CAROL);
        address partner = address(ParticipantId.unwrap(ALCANDER));
        address[5] memory bound = [wallet(ALICE), wallet(CAROL), wallet(BOB), wallet(BAKER), partner];
        for (uint256 i = 0; i < bound.length; ++i) {
            vm.prank(address(token));
            vm.expectRevert(
                abi.encodeWithSelector(IParticipantRegistry.ParticipantRegistryWalletBound.selector, bound[i])
            );
            registry.replaceWallet(wallet(CAROL), bound[i]);
        }
    }

    function test_replaceWallet__whenNewWalletIsZeroOrCode__reverts() public {
        address[3] memory invalid = [address(0), address(redemption), address(token)];
        for (uint256 i = 0; i < invalid.length; ++i) {
            vm.prank(address(token));
            vm.expectRevert(
                abi.encodeWithSelector(
                    IParticipantRegistry.ParticipantRegistryInvalidWallet.selector, invalid[i]
                )
            );
            registry.replaceWallet(wallet(ALICE), invalid[i]);
        }
    }

    function testFuzz_views__whenNeverAdmitted__knowNobody(address stranger) public view {
        vm.assume(stranger != wallet(ALICE) && stranger != wallet(BOB) && stranger != wallet(BAKER));
        vm.assume(stranger != wallet(GROCER) && stranger != wallet(CHOIR));
        vm.assume(toParticipantId(stranger) != ALCANDER && toParticipantId(stranger) != STEUNPUNT);
        vm.assume(stranger.code.length == 0); // our own contracts are reserved

        isFalse(registry.isBound(stranger), "isBound");
        isTrue(registry.participantOf(stranger) == ParticipantId.wrap(0), "participantOf");
        _isZero(registry.participant(toParticipantId(stranger)));
        _stands(stranger, ParticipantKind.None, ParticipantStatus.None);
        for (uint256 kind = 0; kind < 5; ++kind) {
            isFalse(registry.isActive(toParticipantId(stranger), ParticipantKind(kind)), "isActive");
        }
        _isPayee(toParticipantId(stranger), address(0), false);
    }

    // ------------------------------------------------------------------ payee and isActive

    function test_isActive__whenKindDiffers__isFalse() public view {
        ParticipantId[5] memory ids = [ParticipantId.wrap(0), idOf(ALICE), idOf(BAKER), ALCANDER, idOf(CHOIR)];
        for (uint256 i = 0; i < 5; ++i) {
            for (uint256 kind = 0; kind < 5; ++kind) {
                bool active = registry.isActive(ids[i], ParticipantKind(kind));
                isTrue(active == (i == kind && i != 0), "active as its own kind only");
            }
        }
    }

    function test_payee__whenActiveResident__isThePresentWallet() public {
        _isPayee(idOf(ALICE), wallet(ALICE), true);
        _replace(ALICE, CAROL);
        _isPayee(idOf(ALICE), wallet(CAROL), true);
    }

    function test_payee__whenBlockedOrNoResident__cannotReceive() public {
        vm.prank(address(officers[ENFORCER]));
        registry.blockParticipant(idOf(ALICE), 1);

        _isPayee(idOf(ALICE), wallet(ALICE), false);
        _isPayee(idOf(BAKER), address(0), false);
        _isPayee(idOf(CHOIR), address(0), false);
        _isPayee(ALCANDER, address(0), false);
        _isPayee(idOf(DAVE), address(0), false);
    }

    // ------------------------------------------------------------------ requireWalletSignature

    function test_requireWalletSignature__whenByThePresentWallet__passes() public {
        registry.requireWalletSignature(idOf(ALICE), ParticipantKind.Resident, DIGEST, _sign(ALICE));
        registry.requireWalletSignature(idOf(BAKER), ParticipantKind.Merchant, DIGEST, _sign(BAKER));
        registry.requireWalletSignature(idOf(CHOIR), ParticipantKind.Association, DIGEST, _sign(CHOIR));
        _replace(ALICE, CAROL);
        registry.requireWalletSignature(idOf(ALICE), ParticipantKind.Resident, DIGEST, _sign(CAROL));
        isTrue(registry.participantOf(wallet(CAROL)) == idOf(ALICE), "all four passed");
    }

    function test_requireWalletSignature__whenByTheReplacedWallet__reverts() public {
        _replace(ALICE, CAROL);
        _refusesSignature(idOf(ALICE), _sign(ALICE));
        _replace(CAROL, DAVE);
        _refusesSignature(idOf(ALICE), _sign(CAROL));
    }

    function test_requireWalletSignature__whenSignatureIsNotGood__reverts() public {
        bytes memory good = _sign(ALICE);
        _refusesSignature(idOf(ALICE), _sign(BOB));
        _refusesSignature(idOf(ALICE), Sign.packed(ALICE, keccak256("another digest")));
        _refusesSignature(idOf(ALICE), "");
        _refusesSignature(idOf(ALICE), bytes.concat(good, hex"00"));
        _refusesSignature(idOf(ALICE), new bytes(65));
        _refusesSignature(idOf(ALICE), _highS(ALICE));
    }

    function test_requireWalletSignature__whenInactiveOrOfAnotherKind__reverts() public {
        bytes memory signature = _sign(ALICE);
        _refusesInactive(idOf(ALICE), ParticipantKind.Merchant, signature);
        _refusesInactive(idOf(ALICE), ParticipantKind.None, signature);
        _refusesInactive(idOf(DAVE), ParticipantKind.Resident, _sign(DAVE));
        vm.prank(address(officers[ENFORCER]));
        registry.blockParticipant(idOf(ALICE), 1);
        // Whose signature it is does not depend on the status, which is the caller's to ask for.
        registry.requireWalletSignature(idOf(ALICE), ParticipantKind.Resident, DIGEST, signature);
    }

    /// @dev A partner's wallet is zero, and so is what a broken signature recovers to.
    function test_requireWalletSignature__whenPartnerWithBrokenSignature__reverts() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryInvalidSignature.selector, ALCANDER
            )
        );
        registry.requireWalletSignature(ALCANDER, ParticipantKind.Partner, DIGEST, new bytes(65));
    }

    // ------------------------------------------------------------------ details

    function _replace(uint256 oldKey, uint256 newKey) private {
        vm.prank(address(token));
        registry.replaceWallet(wallet(oldKey), wallet(newKey));
    }

    function _sign(uint256 key) private pure returns (bytes memory) {
        return Sign.packed(key, DIGEST);
    }

    /// @dev The same signature in its other form, which who did not sign can make too.
    function _highS(uint256 key) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, DIGEST);
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        return abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : uint8(27));
    }

    function _refusesSignature(ParticipantId id, bytes memory signature) private {
        vm.expectRevert(
            abi.encodeWithSelector(IParticipantRegistry.ParticipantRegistryInvalidSignature.selector, id)
        );
        registry.requireWalletSignature(id, ParticipantKind.Resident, DIGEST, signature);
    }

    function _refusesInactive(ParticipantId id, ParticipantKind kind, bytes memory signature) private {
        vm.expectRevert(
            abi.encodeWithSelector(IParticipantRegistry.ParticipantRegistryInactive.selector, id, kind)
        );
        registry.requireWalletSignature(id, kind, DIGEST, signature);
    }

    /// @dev A resident holds `key`'s wallet now.
    function _holds(uint256 key, ParticipantId id, ParticipantStatus status) private view {
        Participant memory record = registry.participant(id);
        same(record.wallet, wallet(key), "the record's wallet");
        isTrue(record.kind == ParticipantKind.Resident && record.status == status, "the record");
        isTrue(registry.participantOf(wallet(key)) == id, "participantOf");
        isTrue(registry.isBound(wallet(key)), "isBound");
        _stands(wallet(key), ParticipantKind.Resident, status);
        _isPayee(id, wallet(key), status == ParticipantStatus.Active);
    }

    /// @dev The wallet was somebody's once, and is nobody's for ever.
    function _heldOnce(uint256 key) private view {
        isTrue(registry.participantOf(wallet(key)) == ParticipantId.wrap(0), "nobody's wallet");
        _stands(wallet(key), ParticipantKind.None, ParticipantStatus.None);
        isTrue(registry.isBound(wallet(key)), "bound for ever");
        isFalse(registry.mayPay(wallet(key), wallet(BAKER)), "pays nobody");
        isFalse(registry.mayPay(wallet(BAKER), wallet(key)), "is paid by nobody");
    }

    function _stands(address wallet_, ParticipantKind kind, ParticipantStatus status) private view {
        (ParticipantKind foundKind, ParticipantStatus foundStatus) = registry.standingOf(wallet_);
        same(uint256(foundKind), uint256(kind), "kind");
        same(uint256(foundStatus), uint256(status), "status");
    }

    function _isPayee(ParticipantId id, address expected, bool expectedCan) private view {
        (address found, bool can) = registry.payee(id);
        same(found, expected, "payee's wallet");
        isTrue(can == expectedCan, "whether the payee can receive");
    }

    function _isZero(Participant memory record) private pure {
        same(keccak256(abi.encode(record)), keccak256(new bytes(96)), "no record");
    }
}
