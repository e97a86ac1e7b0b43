// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {City} from "../base/City.sol";

/// @dev What https://eips.ethereum.org/EIPS/eip-165[ERC-165] asks. Interface ids are computed here from the signatures in
/// the standards' texts, not from the interfaces that the coin inherits.
contract ERC165ConformanceTest is City {
    uint256 private constant MOST_GAS = 30_000;

    /// @dev The signatures of the interface that is looked at.
    string[] private _functions;

    function test_supportsInterface__ofEachInterface__isTrueWithinItsGas() public {
        _functions = ["supportsInterface(bytes4)"];
        _claims("ERC-165", 0x01ffc9a7);
        _functions = [
            "totalSupply()",
            "balanceOf(address)",
            "transfer(address,uint256)",
            "transferFrom(address,address,uint256)",
            "approve(address,uint256)",
            "allowance(address,address)"
        ];
        _claims("ERC-20", 0x36372b07);
        _functions = ["name()", "symbol()", "decimals()"];
        _claims("ERC-20 metadata", 0xa219a025);
        _functions = [
            "authorizationState(address,bytes32)",
            "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
            "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)"
        ];
        _claims("ERC-3009", _id());
        _functions = ["cancelAuthorization(address,bytes32,uint8,bytes32,bytes32)"];
        _claims("ERC-3009 cancelling", _id());
        _functions = ["eip712Domain()"];
        _claims("ERC-5267", 0x84b0196e);
        _functions = [
            "forcedTransfer(address,address,uint256)",
            "setFrozenTokens(address,uint256)",
            "canSend(address)",
            "canReceive(address)",
            "getFrozenTokens(address)",
            "canTransfer(address,address,uint256)"
        ];
        _claims("ERC-7943", 0x3edbb4c4);
    }

    /// @dev `0xffffffff` is never an interface.
    function test_supportsInterface__ofTheInvalidId__isFalse() public view {
        (bool supported, uint256 used) = _ask(0xffffffff);
        isFalse(supported, "0xffffffff");
        isTrue(used < MOST_GAS, "gas");
    }

    function testFuzz_supportsInterface__ofAnythingElse__isFalse(bytes4 id) public view {
        bytes4[7] memory known = [
            bytes4(0x01ffc9a7),
            0x36372b07,
            0xa219a025,
            0x84b0196e,
            0x3edbb4c4,
            token.authorizationState.selector ^ token.transferWithAuthorization.selector
                ^ token.receiveWithAuthorization.selector,
            token.cancelAuthorization.selector
        ];
        for (uint256 i = 0; i < known.length; ++i) {
            if (id == known[i]) return;
        }
        (bool supported, uint256 used) = _ask(id);
        isFalse(supported, "unknown id");
        isTrue(used < MOST_GAS, "gas");
    }

    /// @dev What it does not claim: no permit (ERC-2612), no hooks (ERC-1363), no roles of its own.
    function test_supportsInterface__ofWhatItIsNot__isFalse() public view {
        bytes4[3] memory others = [bytes4(0x9d8ff7da), 0xb0202a11, 0x7965db0b];
        for (uint256 i = 0; i < others.length; ++i) {
            (bool supported,) = _ask(others[i]);
            isFalse(supported, vm.toString(i));
        }
    }

    // ------------------------------------------------------------------ details

    function _claims(string memory name, bytes4 published) private view {
        isTrue(_id() == published, string.concat(name, ": the id is that of its functions"));
        (bool supported, uint256 used) = _ask(published);
        isTrue(supported, name);
        isTrue(used < MOST_GAS, string.concat(name, ": gas"));
    }

    function _id() private view returns (bytes4 id) {
        for (uint256 i = 0; i < _functions.length; ++i) {
            id ^= bytes4(keccak256(bytes(_functions[i])));
        }
    }

    /// @dev As other contracts ask: a static call that has 30,000 gas and no more.
    function _ask(bytes4 id) private view returns (bool supported, uint256 used) {
        used = gasleft();
        (bool done, bytes memory answer) =
            address(token).staticcall{gas: MOST_GAS}(abi.encodeWithSelector(0x01ffc9a7, id));
        used -= gasleft();
        isTrue(done && answer.length == 32, "answers with one word");
        supported = abi.decode(answer, (bool));
    }
}
