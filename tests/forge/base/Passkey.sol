// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";

import {Vm} from "./Vm.sol";

/// @dev P-256 keys, bare and as a passkey's: what an authenticator answers to `navigator.credentials.get`, with the
/// digest to sign as its challenge.
library Passkey {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @dev The order of the curve's group.
    uint256 internal constant ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551;

    /// @dev A person was there, and was verified (by finger, face or PIN).
    bytes1 internal constant PRESENT_AND_VERIFIED = 0x05;

    /// @dev What an ERC-7913 signer has after its verifier's address.
    function key(uint256 privateKey) internal pure returns (bytes memory) {
        (uint256 x, uint256 y) = vm.publicKeyP256(privateKey);
        return abi.encodePacked(x, y);
    }

    /// @dev OpenZeppelin takes the lower of the two forms of a signature only.
    function sign(uint256 privateKey, bytes32 digest) internal pure returns (bytes memory) {
        (bytes32 r, bytes32 s) = vm.signP256(privateKey, digest);
        return abi.encodePacked(r, uint256(s) > ORDER / 2 ? bytes32(ORDER - uint256(s)) : s);
    }

    function highS(bytes memory signature) internal pure returns (bytes memory) {
        (bytes32 r, bytes32 s) = abi.decode(signature, (bytes32, bytes32));
        return abi.encodePacked(r, ORDER - uint256(s));
    }

    function assertion(uint256 privateKey, bytes32 digest) internal pure returns (bytes memory) {
        return assertion(privateKey, digest, PRESENT_AND_VERIFIED, "webauthn.get");
    }

    function assertion(uint256 privateKey, bytes32 digest, bytes1 flags, string memory kind)
        internal
        pure
        returns (bytes memory)
    {
        // rpIdHash, flags, signature counter
        bytes memory authenticatorData = abi.encodePacked(sha256("approve.localhost"), flags, uint32(0));
        string memory head = string.concat('{"type":"', kind, '",');
        string memory client = string.concat(
            head,
            '"challenge":"',
            Base64.encodeURL(abi.encodePacked(digest)),
            '","origin":"http://approve.localhost","crossOrigin":false}'
        );
        bytes32 message = sha256(abi.encodePacked(authenticatorData, sha256(bytes(client))));
        (bytes32 r, bytes32 s) = abi.decode(sign(privateKey, message), (bytes32, bytes32));
        return abi.encode(r, s, bytes(head).length, 1, authenticatorData, client);
    }
}
