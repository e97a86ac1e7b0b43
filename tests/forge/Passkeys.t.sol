// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {
    ERC7913P256Verifier
} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol";
import {
    ERC7913WebAuthnVerifier
} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913WebAuthnVerifier.sol";

import {OfficerAccount} from "../../contracts/OfficerAccount.sol";
import {IOfficerAccount} from "../../contracts/interfaces/IOfficerAccount.sol";
import {IParticipantRegistry} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {City} from "./base/City.sol";
import {Passkey} from "./base/Passkey.sol";
import {Sign} from "./base/Sign.sol";

/// @dev A P-256 key and a passkey, through OpenZeppelin's own verifiers, as a partner's signer and as an officer's.
/// Alone in this file since OpenZeppelin's P256.sol does not compile without the optimizer, as coverage wants.
contract PasskeysTest is City {
    bytes32 private constant DIGEST = keccak256("something with a domain");
    bytes32 private constant OTHER_DIGEST = keccak256("something else");
    uint256 private constant P256 = 0x256;
    uint256 private constant OTHER_P256 = 0x257;
    bytes1 private constant PRESENT_ONLY = 0x01;
    bytes1 private constant VERIFIED_ONLY = 0x04;
    bytes1 private constant BACKED_UP_BUT_NOT_ELIGIBLE = 0x15;

    // ------------------------------------------------------------------ a partner's

    function test_requirePartnerSignature__whenByP256__passes() public {
        bytes memory signer = _partnersSigner(address(new ERC7913P256Verifier()));
        bytes memory good = Passkey.sign(P256, DIGEST);

        registry.requirePartnerSignature(ALCANDER, signer, DIGEST, good);
        _refuses(signer, Passkey.sign(P256, OTHER_DIGEST));
        _refuses(signer, Passkey.sign(OTHER_P256, DIGEST));
        _refuses(signer, Passkey.highS(good));
        _refuses(signer, "");
    }

    function test_requirePartnerSignature__whenByPasskey__passes() public {
        bytes memory signer = _partnersSigner(address(new ERC7913WebAuthnVerifier()));

        registry.requirePartnerSignature(ALCANDER, signer, DIGEST, Passkey.assertion(P256, DIGEST));
        _refuses(signer, Passkey.assertion(P256, OTHER_DIGEST));
        _refuses(signer, Passkey.assertion(OTHER_P256, DIGEST));
        _refuses(signer, Passkey.assertion(P256, DIGEST, PRESENT_ONLY, "webauthn.get"));
        _refuses(signer, Passkey.assertion(P256, DIGEST, VERIFIED_ONLY, "webauthn.get"));
        _refuses(signer, Passkey.assertion(P256, DIGEST, BACKED_UP_BUT_NOT_ELIGIBLE, "webauthn.get"));
        _refuses(signer, Passkey.assertion(P256, DIGEST, Passkey.PRESENT_AND_VERIFIED, "webauthn.create"));
        _refuses(signer, Passkey.sign(P256, DIGEST));
        _refuses(signer, "");
    }

    function test_requirePartnerSignature__whenPasskeysHighS__reverts() public {
        bytes memory signer = _partnersSigner(address(new ERC7913WebAuthnVerifier()));
        bytes memory good = Passkey.assertion(P256, DIGEST);
        (bytes32 r, bytes32 s, uint256 challengeAt, uint256 typeAt, bytes memory data, string memory client) =
            abi.decode(good, (bytes32, bytes32, uint256, uint256, bytes, string));

        s = bytes32(Passkey.ORDER - uint256(s));
        _refuses(signer, abi.encode(r, s, challengeAt, typeAt, data, client));
    }

    function test_requirePartnerSignature__whenVerifierIsDisallowed__stopsTheSignersUnderIt() public {
        address verifier = address(new ERC7913WebAuthnVerifier());
        bytes memory signer = _partnersSigner(verifier);
        bytes memory good = Passkey.assertion(P256, DIGEST);

        vm.prank(address(officers[REGISTRAR]));
        registry.disallowVerifier(verifier);
        vm.expectRevert(
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryVerifierNotAllowed.selector, verifier
            )
        );
        registry.requirePartnerSignature(ALCANDER, signer, DIGEST, good);

        actDelayed(REGISTRAR, address(registry), abi.encodeCall(registry.allowVerifier, (verifier)));
        registry.requirePartnerSignature(ALCANDER, signer, DIGEST, good);
    }

    // ------------------------------------------------------------------ an officer's

    function test_act__whenByP256__does() public {
        OfficerAccount officer = _enforcer(address(new ERC7913P256Verifier()));
        bytes memory data = abi.encodeCall(token.pause, ());
        bytes32 digest = _actDigest(officer, data, "id");
        bytes memory good = Passkey.sign(P256, digest);

        _refusesAct(officer, data, "another id", good);
        _refusesAct(officer, data, "id", Passkey.sign(OTHER_P256, digest));
        _refusesAct(officer, data, "id", Passkey.highS(good));
        officer.act(address(token), data, "id", FAR, good);
        isTrue(token.paused(), "paused");
    }

    function test_act__whenByPasskey__does() public {
        OfficerAccount officer = _enforcer(address(new ERC7913WebAuthnVerifier()));
        bytes memory data = abi.encodeCall(token.pause, ());
        bytes32 digest = _actDigest(officer, data, "id");
        bytes memory good = Passkey.assertion(P256, digest);

        _refusesAct(officer, data, "another id", good);
        _refusesAct(officer, data, "id", Passkey.assertion(OTHER_P256, digest));
        _refusesAct(officer, data, "id", Passkey.assertion(P256, digest, PRESENT_ONLY, "webauthn.get"));
        officer.act(address(token), data, "id", FAR, good);
        isTrue(token.paused(), "paused");
    }

    // ------------------------------------------------------------------ details

    function _partnersSigner(address verifier) private returns (bytes memory signer) {
        signer = abi.encodePacked(verifier, Passkey.key(P256));
        actDelayed(REGISTRAR, address(registry), abi.encodeCall(registry.allowVerifier, (verifier)));
        actDelayed(REGISTRAR, address(registry), abi.encodeCall(registry.addSigner, (ALCANDER, signer)));
    }

    function _enforcer(address verifier) private returns (OfficerAccount officer) {
        officer = new OfficerAccount(manager, abi.encodePacked(verifier, Passkey.key(P256)));
        actDelayed(
            ADMIN,
            address(manager),
            abi.encodeCall(manager.grantRole, (roleIds["ENFORCER"], address(officer), 0))
        );
    }

    function _actDigest(OfficerAccount officer, bytes memory data, bytes32 id)
        private
        view
        returns (bytes32)
    {
        return Sign.digest(address(officer), Sign.act(address(token), data, id, FAR));
    }

    function _refuses(bytes memory signer, bytes memory signature) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryInvalidSignature.selector, ALCANDER
            )
        );
        registry.requirePartnerSignature(ALCANDER, signer, DIGEST, signature);
    }

    function _refusesAct(OfficerAccount officer, bytes memory data, bytes32 id, bytes memory signature)
        private
    {
        vm.expectRevert(abi.encodeWithSelector(IOfficerAccount.OfficerAccountInvalidSignature.selector));
        officer.act(address(token), data, id, FAR, signature);
    }
}
