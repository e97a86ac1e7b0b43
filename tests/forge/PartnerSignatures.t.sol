// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {IParticipantRegistry, ParticipantKind} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {ParticipantId} from "../../contracts/types/Ids.sol";
import {City} from "./base/City.sol";
import {Sign} from "./base/Sign.sol";

/// @dev What counts as a partner's signature, by an address or a contract, and what does not. Passkeys have their own
/// file.
contract PartnerSignaturesTest is City {
    bytes32 private constant DIGEST = keccak256("something with a domain");
    bytes32 private constant OTHER_DIGEST = keccak256("something else");

    // ------------------------------------------------------------------ an address

    function testFuzz_requirePartnerSignature__whenByItsSigner__passes(bytes32 digest) public view {
        registry.requirePartnerSignature(
            ALCANDER, _eoa(PARTNER_KEY), digest, Sign.packed(PARTNER_KEY, digest)
        );
        isTrue(registry.isSigner(ALCANDER, _eoa(PARTNER_KEY)), "it passed");
    }

    function test_requirePartnerSignature__whenNoActivePartner__reverts() public {
        bytes memory signature = Sign.packed(PARTNER_KEY, DIGEST);
        ParticipantId[3] memory others = [idOf(ALICE), ParticipantId.wrap("nobody"), ParticipantId.wrap(0)];
        for (uint256 i = 0; i < others.length; ++i) {
            _refuses(others[i], _eoa(PARTNER_KEY), signature, _inactive(others[i]));
        }

        vm.startPrank(address(officers[ENFORCER]));
        registry.blockParticipant(ALCANDER, 1);
        _refuses(ALCANDER, _eoa(PARTNER_KEY), signature, _inactive(ALCANDER));

        registry.unblockParticipant(ALCANDER);
        registry.requirePartnerSignature(ALCANDER, _eoa(PARTNER_KEY), DIGEST, signature);
    }

    function test_requirePartnerSignature__whenSignerIsNotThePartners__reverts() public {
        bytes memory signature = Sign.packed(OTHER_PARTNER_KEY, DIGEST);
        _refuses(
            ALCANDER, _eoa(OTHER_PARTNER_KEY), signature, _signerUnknown(ALCANDER, _eoa(OTHER_PARTNER_KEY))
        );
        _refuses(ALCANDER, "", signature, _signerUnknown(ALCANDER, ""));
    }

    function test_requirePartnerSignature__whenSignerWasRemoved__reverts() public {
        vm.prank(address(officers[REGISTRAR]));
        registry.removeSigner(ALCANDER, _eoa(PARTNER_KEY));
        _refuses(
            ALCANDER,
            _eoa(PARTNER_KEY),
            Sign.packed(PARTNER_KEY, DIGEST),
            _signerUnknown(ALCANDER, _eoa(PARTNER_KEY))
        );
    }

    function test_requirePartnerSignature__whenSignatureIsNotGood__reverts() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PARTNER_KEY, DIGEST);
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        bytes[6] memory bad = [
            Sign.packed(PARTNER_KEY, OTHER_DIGEST),
            Sign.packed(OTHER_PARTNER_KEY, DIGEST),
            // The other form of the same signature.
            abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : uint8(27)),
            abi.encodePacked(r, s),
            abi.encodePacked(r, s, v, uint8(0)),
            bytes("")
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            _refuses(ALCANDER, _eoa(PARTNER_KEY), bad[i], _invalidSignature());
        }
    }

    // ------------------------------------------------------------------ a contract

    function test_requirePartnerSignature__whenSignerGotCodeLater__countsOnlyOnceAllowed() public {
        address signer = wallet(PARTNER_KEY);
        bytes memory signature = Sign.packed(PARTNER_KEY, DIGEST);
        registry.requirePartnerSignature(ALCANDER, _eoa(PARTNER_KEY), DIGEST, signature);

        // As by CREATE2 at an address that was reserved as a signer: code that says yes to everything.
        vm.etch(signer, address(new Yes()).code);
        _refuses(ALCANDER, _eoa(PARTNER_KEY), signature, _notAllowed(signer));
        _refuses(ALCANDER, _eoa(PARTNER_KEY), "", _notAllowed(signer));

        _allow(signer);
        registry.requirePartnerSignature(ALCANDER, _eoa(PARTNER_KEY), DIGEST, "");
    }

    /// @dev EIP-7702 puts 23 bytes at the address of a key, which then answers ERC-1271 as the delegate likes.
    function test_requirePartnerSignature__whenSignerDelegated__isRefused() public {
        vm.etch(wallet(PARTNER_KEY), abi.encodePacked(hex"ef0100", address(new Yes())));
        _refuses(
            ALCANDER, _eoa(PARTNER_KEY), Sign.packed(PARTNER_KEY, DIGEST), _notAllowed(wallet(PARTNER_KEY))
        );
    }

    function test_requirePartnerSignature__whenByAnAllowedContract__asksTheContract() public {
        bytes memory signer = abi.encodePacked(address(new KeyHolder(wallet(0x77))));
        address holder = address(bytes20(signer));
        _allow(holder);
        _add(signer);

        registry.requirePartnerSignature(ALCANDER, signer, DIGEST, Sign.packed(0x77, DIGEST));
        _refuses(ALCANDER, signer, Sign.packed(0x78, DIGEST), _invalidSignature());
        _refuses(ALCANDER, signer, Sign.packed(0x77, OTHER_DIGEST), _invalidSignature());

        vm.prank(address(officers[REGISTRAR]));
        registry.disallowVerifier(holder);
        _refuses(ALCANDER, signer, Sign.packed(0x77, DIGEST), _notAllowed(holder));
    }

    function test_requirePartnerSignature__whenAllowedCodeNeverAnswersAsAsked__reverts() public {
        // The token is no ERC-1271 contract, and no ERC-7913 verifier.
        _allow(address(token));
        bytes memory signer = abi.encodePacked(address(token));
        _add(signer);
        _refuses(ALCANDER, signer, "", _invalidSignature());
        signer = abi.encodePacked(address(token), hex"01");
        _add(signer);
        _refuses(ALCANDER, signer, "", _invalidSignature());
    }

    // ------------------------------------------------------------------ details

    function _allow(address verifier) private {
        actDelayed(REGISTRAR, address(registry), abi.encodeCall(registry.allowVerifier, (verifier)));
    }

    function _add(bytes memory signer) private {
        actDelayed(REGISTRAR, address(registry), abi.encodeCall(registry.addSigner, (ALCANDER, signer)));
    }

    function _refuses(
        ParticipantId partner,
        bytes memory signer,
        bytes memory signature,
        bytes memory refusal
    ) private {
        vm.expectRevert(refusal);
        registry.requirePartnerSignature(partner, signer, DIGEST, signature);
    }

    function _eoa(uint256 key) private pure returns (bytes memory) {
        return abi.encodePacked(wallet(key));
    }

    function _inactive(ParticipantId partner) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IParticipantRegistry.ParticipantRegistryInactive.selector, partner, ParticipantKind.Partner
        );
    }

    function _signerUnknown(ParticipantId partner, bytes memory signer) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IParticipantRegistry.ParticipantRegistrySignerUnknown.selector, partner, signer
        );
    }

    function _notAllowed(address verifier) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryVerifierNotAllowed.selector, verifier
            );
    }

    function _invalidSignature() private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryInvalidSignature.selector, ALCANDER
            );
    }
}

/// @dev An ERC-1271 contract whose signatures are those of one key.
contract KeyHolder is IERC1271 {
    address private immutable _key;

    constructor(address key) {
        _key = key;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        return ECDSA.recoverCalldata(hash, signature) == _key ? this.isValidSignature.selector : bytes4(0);
    }
}

/// @dev What a thief would put at a signer's address.
contract Yes is IERC1271 {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return this.isValidSignature.selector;
    }
}
