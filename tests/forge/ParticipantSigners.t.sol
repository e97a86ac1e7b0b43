// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {IOfficerAccount} from "../../contracts/interfaces/IOfficerAccount.sol";
import {IParticipantRegistry, ParticipantKind} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {ParticipantId} from "../../contracts/types/Ids.sol";
import {City} from "./base/City.sol";
import {Events} from "./base/Events.sol";

/// @dev Partners' signers and the allow-list of verifiers: who is on which list. What they sign: PartnerSignatures.
contract ParticipantSignersTest is City, Events {
    uint256 private constant NEW_KEY = 0xB7;

    address private _verifier;

    function setUp() public override {
        super.setUp();
        // Any code will do: nothing is signed in these tests.
        _verifier = address(escrow);
    }

    // ------------------------------------------------------------------ adding

    function test_addSigner__whenDelayIsOver__addsItForThatPartnerOnly() public {
        bytes memory signer = _eoa(NEW_KEY);
        bytes memory data = abi.encodeCall(registry.addSigner, (ALCANDER, signer));
        schedule(REGISTRAR, address(registry), data);
        vm.warp(block.timestamp + DELAY);
        bytes32 operation = manager.hashOperation(address(officers[REGISTRAR]), address(registry), data);
        uint32 nonce = manager.getNonce(operation);

        watch();
        officers[REGISTRAR].carryOut(address(registry), data);

        saw(address(officers[REGISTRAR]));
        emit IOfficerAccount.CarriedOut(address(registry), registry.addSigner.selector, data);
        saw(address(manager));
        emit IAccessManager.OperationExecuted(operation, nonce);
        saw(address(registry));
        emit IParticipantRegistry.SignerAdded(ALCANDER, signer);
        sawNothingElse();
        isTrue(registry.isSigner(ALCANDER, signer), "of this partner");
        isFalse(registry.isSigner(STEUNPUNT, signer), "of no other");
        isTrue(registry.isSigner(ALCANDER, _eoa(PARTNER_KEY)), "beside those it had");
    }

    function test_addSigner__whenNotAPartner__reverts() public {
        ParticipantId[4] memory others = [idOf(ALICE), idOf(BAKER), idOf(CHOIR), ParticipantId.wrap("nobody")];
        for (uint256 i = 0; i < others.length; ++i) {
            _refusesToAdd(
                others[i],
                _eoa(NEW_KEY),
                abi.encodeWithSelector(
                    IParticipantRegistry.ParticipantRegistryInactive.selector,
                    others[i],
                    ParticipantKind.Partner
                )
            );
        }
    }

    /// @dev A partner whose key was stolen is blocked first and gets a new signer before it is unblocked.
    function test_addSigner__whenPartnerIsBlocked__addsIt() public {
        vm.prank(address(officers[ENFORCER]));
        registry.blockParticipant(ALCANDER, 1);
        _add(_eoa(NEW_KEY));
        isTrue(registry.isSigner(ALCANDER, _eoa(NEW_KEY)), "added");
    }

    function testFuzz_addSigner__whenShorterThanAnAddress__reverts(uint256 length) public {
        bytes memory signer = _filled(between(length, 0, 19));
        _refusesToAdd(ALCANDER, signer, _invalidSigner(signer));
    }

    function testFuzz_addSigner__whenLongerThan1024Bytes__reverts(uint256 length) public {
        _allow(_verifier);
        bytes memory signer = abi.encodePacked(_verifier, _filled(between(length, 1005, 2000)));
        _refusesToAdd(ALCANDER, signer, _invalidSigner(signer));
    }

    function testFuzz_addSigner__whenOfAnyOtherLength__addsIt(uint256 length) public {
        _allow(_verifier);
        bytes memory signer = abi.encodePacked(_verifier, _filled(between(length, 0, 1004)));
        _add(signer);
        isTrue(registry.isSigner(ALCANDER, signer), "added");
    }

    function test_addSigner__when20Or1024Bytes__addsIt() public {
        _allow(_verifier);
        bytes memory longest = abi.encodePacked(_verifier, _filled(1004));
        _add(longest);
        _add(_eoa(NEW_KEY));
        isTrue(longest.length == 1024 && registry.isSigner(ALCANDER, longest), "1024 bytes");
        isTrue(registry.isSigner(ALCANDER, _eoa(NEW_KEY)), "20 bytes");
    }

    function test_addSigner__whenZeroAddress__reverts() public {
        bytes memory signer = new bytes(20);
        _refusesToAdd(ALCANDER, signer, _invalidSigner(signer));
        signer = abi.encodePacked(address(0), _filled(64));
        _refusesToAdd(ALCANDER, signer, _invalidSigner(signer));
    }

    function test_addSigner__whenKnown__reverts() public {
        _refusesToAdd(
            ALCANDER,
            _eoa(PARTNER_KEY),
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistrySignerKnown.selector, ALCANDER, _eoa(PARTNER_KEY)
            )
        );
    }

    function test_addSigner__whenItsCodeIsNotAllowed__reverts() public {
        // A verifier with a key, one that has no code at all, and a contract as a signer of 20 bytes.
        _refusesToAdd(ALCANDER, abi.encodePacked(_verifier, _filled(64)), _notAllowed(_verifier));
        _refusesToAdd(ALCANDER, abi.encodePacked(wallet(NEW_KEY), _filled(1)), _notAllowed(wallet(NEW_KEY)));
        _refusesToAdd(ALCANDER, abi.encodePacked(_verifier), _notAllowed(_verifier));
    }

    // ------------------------------------------------------------------ removing

    function test_removeSigner__whenKnown__removesItAtOnce() public {
        watch();
        vm.prank(address(officers[REGISTRAR]));
        registry.removeSigner(ALCANDER, _eoa(PARTNER_KEY));

        saw(address(registry));
        emit IParticipantRegistry.SignerRemoved(ALCANDER, _eoa(PARTNER_KEY));
        sawNothingElse();
        isFalse(registry.isSigner(ALCANDER, _eoa(PARTNER_KEY)), "removed");
        isTrue(registry.isSigner(STEUNPUNT, _eoa(OTHER_PARTNER_KEY)), "another partner's stays");
    }

    function test_removeSigner__whenUnknown__reverts() public {
        vm.prank(address(officers[REGISTRAR]));
        vm.expectRevert(
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistrySignerUnknown.selector, STEUNPUNT, _eoa(PARTNER_KEY)
            )
        );
        registry.removeSigner(STEUNPUNT, _eoa(PARTNER_KEY));
    }

    function test_addSigner__whenRemovedBefore__addsItAgain() public {
        vm.prank(address(officers[REGISTRAR]));
        registry.removeSigner(ALCANDER, _eoa(PARTNER_KEY));
        _add(_eoa(PARTNER_KEY));
        isTrue(registry.isSigner(ALCANDER, _eoa(PARTNER_KEY)), "added again");
    }

    function test_removeSigner__whenItsVerifierIsNotAllowedAnyMore__removesIt() public {
        _allow(_verifier);
        bytes memory signer = abi.encodePacked(_verifier, _filled(64));
        _add(signer);
        vm.startPrank(address(officers[REGISTRAR]));
        registry.disallowVerifier(_verifier);
        registry.removeSigner(ALCANDER, signer);
        isFalse(registry.isSigner(ALCANDER, signer), "removed");
    }

    // ------------------------------------------------------------------ verifiers

    function test_allowVerifier__whenItHasCode__allowsIt() public {
        bytes memory data = abi.encodeCall(registry.allowVerifier, (_verifier));
        schedule(REGISTRAR, address(registry), data);
        vm.warp(block.timestamp + DELAY);
        bytes32 operation = manager.hashOperation(address(officers[REGISTRAR]), address(registry), data);
        uint32 nonce = manager.getNonce(operation);
        isFalse(registry.isAllowedVerifier(_verifier), "not yet");

        watch();
        officers[REGISTRAR].carryOut(address(registry), data);

        saw(address(officers[REGISTRAR]));
        emit IOfficerAccount.CarriedOut(address(registry), registry.allowVerifier.selector, data);
        saw(address(manager));
        emit IAccessManager.OperationExecuted(operation, nonce);
        saw(address(registry));
        emit IParticipantRegistry.VerifierAllowed(_verifier);
        sawNothingElse();
        isTrue(registry.isAllowedVerifier(_verifier), "allowed");
    }

    function test_allowVerifier__whenItHasNoCodeOrIsAllowed__reverts() public {
        _allow(_verifier);
        address[3] memory invalid = [wallet(NEW_KEY), address(0), _verifier];
        for (uint256 i = 0; i < invalid.length; ++i) {
            _refuses(
                abi.encodeCall(registry.allowVerifier, (invalid[i])),
                abi.encodeWithSelector(
                    IParticipantRegistry.ParticipantRegistryInvalidVerifier.selector, invalid[i]
                )
            );
        }
    }

    function test_disallowVerifier__whenAllowed__stopsItAtOnce() public {
        _allow(_verifier);

        watch();
        vm.prank(address(officers[REGISTRAR]));
        registry.disallowVerifier(_verifier);

        saw(address(registry));
        emit IParticipantRegistry.VerifierDisallowed(_verifier);
        sawNothingElse();
        isFalse(registry.isAllowedVerifier(_verifier), "not allowed");

        _allow(_verifier);
        isTrue(registry.isAllowedVerifier(_verifier), "it can be allowed again");
    }

    function test_disallowVerifier__whenNotAllowed__reverts() public {
        vm.prank(address(officers[REGISTRAR]));
        vm.expectRevert(_notAllowed(_verifier));
        registry.disallowVerifier(_verifier);
    }

    // ------------------------------------------------------------------ details

    function _add(bytes memory signer) private {
        actDelayed(REGISTRAR, address(registry), abi.encodeCall(registry.addSigner, (ALCANDER, signer)));
    }

    function _allow(address verifier) private {
        actDelayed(REGISTRAR, address(registry), abi.encodeCall(registry.allowVerifier, (verifier)));
    }

    function _refusesToAdd(ParticipantId partner, bytes memory signer, bytes memory refusal) private {
        _refuses(abi.encodeCall(registry.addSigner, (partner, signer)), refusal);
    }

    /// @dev A delayed act of the registrar that is refused when its time has come.
    function _refuses(bytes memory data, bytes memory refusal) private {
        schedule(REGISTRAR, address(registry), data);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(refusal);
        officers[REGISTRAR].carryOut(address(registry), data);
    }

    function _eoa(uint256 key) private pure returns (bytes memory) {
        return abi.encodePacked(wallet(key));
    }

    function _filled(uint256 length) private pure returns (bytes memory filled) {
        filled = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            filled[i] = 0x5A;
        }
    }

    function _invalidSigner(bytes memory signer) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IParticipantRegistry.ParticipantRegistryInvalidSigner.selector, signer);
    }

    function _notAllowed(address verifier) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryVerifierNotAllowed.selector, verifier
            );
    }
}
