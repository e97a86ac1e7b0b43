// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

/// @dev A contract that is asked whether a signature is right (ERC-1271 or ERC-7913) and behaves badly.
contract StrangeSigner {
    enum Manner {
        SaysYes,
        Reverts,
        BurnsAllGas,
        SaysNothing,
        SaysTooLittle,
        SaysGarbage,
        SaysYesWithDirt,
        SaysGarbageAtLength,
        SaysYesAtLength,
        CallsBack
    }

    uint256 private constant _LENGTH = 200_000;

    Manner private immutable _manner;
    address private _target;
    bytes private _data;

    error NotMine();

    constructor(Manner manner) {
        _manner = manner;
    }

    /// @dev For CallsBack: whom to call with what, while it is asked. It says yes only when that failed, so that a
    /// signature is found good only if nothing could be done twice.
    function willCall(address target, bytes calldata data) external {
        _target = target;
        _data = data;
    }

    /// @dev Both standards say yes with the selector that they were asked with.
    fallback() external {
        bytes32 yes = bytes32(msg.sig);
        if (_manner == Manner.Reverts) revert NotMine();
        if (_manner == Manner.BurnsAllGas) while (true) {}
        if (_manner == Manner.SaysNothing) return;
        if (_manner == Manner.SaysTooLittle) _answer(abi.encodePacked(bytes31(yes)));
        if (_manner == Manner.SaysGarbage) _answer(abi.encode(keccak256("garbage")));
        if (_manner == Manner.SaysYesWithDirt) _answer(abi.encode(yes | bytes32(uint256(1))));
        if (_manner == Manner.SaysGarbageAtLength) _answer(new bytes(_LENGTH));
        if (_manner == Manner.SaysYesAtLength) _answer(bytes.concat(yes, new bytes(_LENGTH)));
        if (_manner == Manner.CallsBack) {
            (bool done,) = _target.call(_data);
            if (done) _answer(abi.encode(0));
        }
        _answer(abi.encode(yes));
    }

    function _answer(bytes memory word) private pure {
        assembly {
            return(add(word, 32), mload(word))
        }
    }
}
