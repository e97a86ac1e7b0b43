// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {
    ERC7913P256Verifier
} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol";
import {
    ERC7913WebAuthnVerifier
} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913WebAuthnVerifier.sol";

import {OfficerAccount} from "../../contracts/OfficerAccount.sol";
import {ClaimState, JobTerms, PartnerSignature} from "../../contracts/interfaces/IJobEscrow.sol";
import {IOfficerAccount} from "../../contracts/interfaces/IOfficerAccount.sol";
import {IParticipantRegistry} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {ClaimId, JobId} from "../../contracts/types/Ids.sol";
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

    /// @dev What the parts of an assertion say about each other is looked at, not trusted: places beyond the text, no text,
    /// a cut one, and keys that are no points of the curve.
    function test_requirePartnerSignature__whenAssertionIsMalformed__reverts() public {
        address verifier = address(new ERC7913WebAuthnVerifier());
        bytes memory signer = _partnersSigner(verifier);
        (bytes32 r, bytes32 s, uint256 challengeAt, uint256 typeAt, bytes memory data, string memory client) =
            abi.decode(Passkey.assertion(P256, DIGEST), (bytes32, bytes32, uint256, uint256, bytes, string));
        uint256 most = type(uint256).max;
        _refuses(signer, abi.encode(r, s, most, typeAt, data, client));
        _refuses(signer, abi.encode(r, s, challengeAt, most, data, client));
        _refuses(signer, abi.encode(r, s, challengeAt + 1, typeAt, data, client));
        _refuses(signer, abi.encode(r, s, challengeAt, typeAt + 1, data, client));
        _refuses(signer, abi.encode(r, s, challengeAt, typeAt, data, ""));
        _refuses(signer, abi.encode(r, s, challengeAt, typeAt, bytes(""), client));
        _refuses(signer, abi.encode(bytes32(0), bytes32(0), challengeAt, typeAt, data, client));
        _refuses(signer, abi.encode(r, s, most, most, most, most));
        _refuses(signer, abi.encode(r, s));

        bytes memory good = Passkey.assertion(P256, DIGEST);
        bytes[3] memory noKeys = [new bytes(64), abi.encode(most, most), abi.encode(uint256(1))];
        for (uint256 i = 0; i < noKeys.length; ++i) {
            bytes memory bad = bytes.concat(bytes20(verifier), noKeys[i]);
            actDelayed(REGISTRAR, address(registry), abi.encodeCall(registry.addSigner, (ALCANDER, bad)));
            _refuses(bad, good);
        }
    }

    /// @dev From the job to the coins, a partner whose people sign with a passkey and nothing else.
    function test_partnersActs__whenByPasskey__makeAWholeReward() public {
        bytes memory signer = _partnersSigner(address(new ERC7913WebAuthnVerifier()));
        attest(1_000_00);
        grant(ALCANDER, 1_000_00);
        JobTerms memory what = terms(10_00, 2);
        JobId job = escrow.postJob(what, _by(signer, Sign.postJob(what, FAR)));
        ClaimId[] memory claims = new ClaimId[](1);
        claims[0] = claim(job, ALICE, 10_00);
        submit(claims[0], ALICE);
        PartnerSignature memory approval = _by(signer, Sign.approve(ALCANDER, claims, FAR));

        escrow.approve(ALCANDER, claims, approval);
        same(token.balanceOf(wallet(ALICE)), 10_00, "paid");
        escrow.approve(ALCANDER, claims, approval);
        same(token.balanceOf(wallet(ALICE)), 10_00, "once");

        ClaimId other = claim(job, BOB, 10_00);
        submit(other, BOB);
        escrow.reject(other, 7, "why", _by(signer, Sign.reject(other, 7, "why", FAR)));
        escrow.closeJob(job, _by(signer, Sign.closeJob(job, FAR)));
        isTrue(escrow.claimOf(other).state == ClaimState.Rejected, "rejected");
        isTrue(escrow.jobOf(job).closed, "closed");

        vm.prank(address(officers[REGISTRAR]));
        registry.removeSigner(ALCANDER, signer);
        vm.expectRevert(
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistrySignerUnknown.selector, ALCANDER, signer
            )
        );
        escrow.approve(ALCANDER, claims, approval);
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

    /// @dev A delayed act is signed once, when it is scheduled; then anybody carries it out.
    function test_schedule__whenByPasskey__isCarriedOutLater() public {
        OfficerAccount officer =
            new OfficerAccount(manager, abi.encodePacked(new ERC7913WebAuthnVerifier(), Passkey.key(P256)));
        actDelayed(
            ADMIN,
            address(manager),
            abi.encodeCall(manager.grantRole, (roleIds["RECOVERER"], address(officer), DELAY))
        );
        bytes memory data = abi.encodeCall(token.recover, (wallet(ALICE), wallet(0xC3)));
        bytes memory scheduling = abi.encodeCall(manager.schedule, (address(token), data, 0));
        bytes32 digest = Sign.digest(address(officer), Sign.act(address(manager), scheduling, "id", FAR));
        bytes memory good = Passkey.assertion(P256, digest);

        officer.act(address(manager), scheduling, "id", FAR, good);
        vm.expectRevert(abi.encodeWithSelector(IOfficerAccount.OfficerAccountIdUsed.selector, bytes32("id")));
        officer.act(address(manager), scheduling, "id", FAR, good);

        vm.warp(block.timestamp + DELAY);
        officer.carryOut(address(token), data);
        isTrue(registry.participantOf(wallet(0xC3)) == idOf(ALICE), "recovered");
    }

    // ------------------------------------------------------------------ details

    function _by(bytes memory signer, bytes32 structHash) private view returns (PartnerSignature memory) {
        return
            PartnerSignature(signer, FAR, Passkey.assertion(P256, Sign.digest(address(escrow), structHash)));
    }

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
