// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";

import {OfficerAccount} from "../../../contracts/OfficerAccount.sol";
import {ClaimState} from "../../../contracts/interfaces/IJobEscrow.sol";
import {IOfficerAccount} from "../../../contracts/interfaces/IOfficerAccount.sol";
import {JobId} from "../../../contracts/types/Ids.sol";
import {Jobs} from "../base/Jobs.sol";
import {Sign} from "../base/Sign.sol";

/// @dev What https://eips.ethereum.org/EIPS/eip-5267[ERC-5267] asks of the three contracts for which people sign: from
/// what `eip712Domain` answers, and from nothing else, software can build the domain that the contract accepts.
contract ERC5267ConformanceTest is Jobs {
    bytes32 private constant HELD = keccak256("signed with the domain that was asked for");

    function test_eip712Domain__ofEachContract__isComplete() public view {
        _domainIs(address(token), "Heitje");
        _domainIs(address(escrow), "Heitje JobEscrow");
        for (uint256 key = ADMIN; key <= GUARDIAN; ++key) {
            _domainIs(address(officers[key]), "Heitje OfficerAccount");
        }
    }

    /// @dev Each accepts a signature over the separator that was built from its answer.
    function test_eip712Domain__ofEachContract__givesTheSeparatorThatItChecks() public {
        bytes32 cancelling = Sign.cancelAuthorization(wallet(ALICE), HELD);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE, _digest(address(token), cancelling));
        token.cancelAuthorization(wallet(ALICE), HELD, v, r, s);
        isTrue(token.authorizationState(wallet(ALICE), HELD), "token");

        JobId job = post(1_00, 1);
        bytes32 claiming = Sign.claim(job, idOf(ALICE), 1_00, HELD, FAR);
        bytes memory signature = Sign.packed(ALICE, _digest(address(escrow), claiming));
        stateIs(escrow.claim(job, idOf(ALICE), 1_00, HELD, FAR, signature), ClaimState.Claimed);

        bytes memory pausing = abi.encodeCall(token.pause, ());
        OfficerAccount enforcer = officers[ENFORCER];
        bytes32 acting = Sign.act(address(token), pausing, HELD, FAR);
        enforcer.act(
            address(token), pausing, HELD, FAR, Sign.packed(ENFORCER, _digest(address(enforcer), acting))
        );
        isTrue(enforcer.isIdUsed(HELD), "officer's account");
    }

    /// @dev After a fork of the chain the answer follows, and old signatures are worth nothing on the new chain.
    function test_eip712Domain__onAnotherChain__tellsThatChain() public {
        bytes memory pausing = abi.encodeCall(token.pause, ());
        bytes memory before = signAct(ENFORCER, address(token), pausing, HELD, FAR);
        vm.chainId(block.chainid + 1);

        _domainIs(address(token), "Heitje");
        _domainIs(address(escrow), "Heitje JobEscrow");
        _domainIs(address(officers[ENFORCER]), "Heitje OfficerAccount");
        vm.expectRevert(abi.encodeWithSelector(IOfficerAccount.OfficerAccountInvalidSignature.selector));
        officers[ENFORCER].act(address(token), pausing, HELD, FAR, before);
        officers[ENFORCER].act(
            address(token), pausing, HELD, FAR, signAct(ENFORCER, address(token), pausing, HELD, FAR)
        );
    }

    // ------------------------------------------------------------------ details

    function _domainIs(address contract_, string memory expectedName) private view {
        (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        ) = IERC5267(contract_).eip712Domain();
        isTrue(fields == hex"0f", "name, version, chainId and verifyingContract; no salt");
        same(bytes(name), bytes(expectedName), "name");
        same(bytes(version), "1", "version");
        same(chainId, block.chainid, "chainId");
        same(verifyingContract, contract_, "verifyingContract");
        same(salt, bytes32(0), "salt");
        same(extensions.length, 0, "extensions");
    }

    /// @dev As the standard's text builds it: only the fields whose bits are set, in their order.
    function _digest(address contract_, bytes32 structHash) private view returns (bytes32) {
        (bytes1 fields, string memory name, string memory version, uint256 chainId, address verifying,,) =
            IERC5267(contract_).eip712Domain();
        string memory domainType = "";
        bytes memory values;
        if (fields & 0x01 != 0) {
            domainType = "string name";
            values = abi.encode(keccak256(bytes(name)));
        }
        if (fields & 0x02 != 0) {
            domainType = string.concat(domainType, ",string version");
            values = bytes.concat(values, keccak256(bytes(version)));
        }
        if (fields & 0x04 != 0) {
            domainType = string.concat(domainType, ",uint256 chainId");
            values = bytes.concat(values, bytes32(chainId));
        }
        if (fields & 0x08 != 0) {
            domainType = string.concat(domainType, ",address verifyingContract");
            values = bytes.concat(values, abi.encode(verifying));
        }
        bytes32 typeHash = keccak256(bytes(string.concat("EIP712Domain(", domainType, ")")));
        return keccak256(bytes.concat(hex"1901", keccak256(bytes.concat(typeHash, values)), structHash));
    }
}
