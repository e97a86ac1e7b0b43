// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {ClaimId, JobId, RedemptionId, derive} from "../../../contracts/types/Ids.sol";
import {City} from "../base/City.sol";
import {Sign} from "../base/Sign.sol";

/// @dev What whole transactions cost, calldata and the 21,000 of every transaction included. Every call of a test is a
/// transaction of its own here (isolate), so that storage is cold at its start. `tools/gas.py` keeps the figures.
abstract contract Measured is City {
    uint256 internal constant CROWD = 50;

    uint256 private _nextClientId;

    function setUp() public virtual override {
        super.setUp();
        attest(1_000_000_00);
        grant(ALCANDER, 100_000_00);
    }

    // ------------------------------------------------------------------ figures

    /// @dev What each of `parts` cost in the last call.
    function measured(string memory act, uint256 parts) internal returns (uint256 each) {
        each = vm.lastCallGas().gasTotalUsed / parts;
        isTrue(each > 8_000, "nothing was measured");
        vm.snapshotValue("gas", act, each);
    }

    function measured(string memory act) internal returns (uint256) {
        return measured(act, 1);
    }

    function atMost(string memory act, uint256 parts, uint256 most) internal {
        vm.snapshotValue("bounds", act, most);
        isTrue(measured(act, parts) <= most, act);
    }

    function call(address target, bytes memory data) internal {
        (bool ok,) = target.call(data);
        isTrue(ok, "the measured call failed");
    }

    // ------------------------------------------------------------------ ids and signatures as the service sends them

    /// @dev 32 bytes without pattern: an id that is a small number would make cheap calldata.
    function clientId() internal returns (bytes32) {
        return keccak256(abi.encode("client id", ++_nextClientId));
    }

    function officersAct(uint256 officer, address target, bytes memory data) internal {
        bytes32 id = clientId();
        officers[officer].act(target, data, id, FAR, signAct(officer, target, data, id, FAR));
    }

    function payment(address coin, uint256 from, address to, uint256 cents) internal returns (bytes memory) {
        bytes32 nonce = clientId();
        bytes32 hash = Sign.authorization("TransferWithAuthorization", wallet(from), to, cents, 0, FAR, nonce);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(from, Sign.digest(coin, hash));
        return
            abi.encodeCall(token.transferWithAuthorization, (wallet(from), to, cents, 0, FAR, nonce, v, r, s));
    }

    /// @dev The calldata of `crowd` payments of ten cents, from one payer or from as many as there are payments.
    function payments(address coin, bool manyPayers) internal returns (bytes memory) {
        bytes[] memory calls = new bytes[](CROWD);
        for (uint256 i = 0; i < CROWD; ++i) {
            calls[i] = payment(coin, manyPayers ? resident(i) : ALICE, wallet(BAKER), 10);
        }
        return abi.encodeCall(token.multicall, (calls));
    }

    function redeemed(uint256 cents) internal returns (RedemptionId) {
        return redeem(BAKER, idOf(BAKER), cents, clientId());
    }

    // ------------------------------------------------------------------ a crowd

    function resident(uint256 i) internal pure returns (uint256 key) {
        return 0x10000 + i;
    }

    function wallets(uint256 first, uint256 size) internal pure returns (address[] memory list) {
        list = new address[](size);
        for (uint256 i = 0; i < size; ++i) {
            list[i] = wallet(resident(first + i));
        }
    }

    function admitCrowd() internal {
        vm.prank(SENDER);
        registry.admitResidents(wallets(0, CROWD));
    }

    /// @dev One submitted claim of each of the crowd.
    function submittedByCrowd() internal returns (ClaimId[] memory claims) {
        JobId job = post(15_00, uint16(CROWD));
        claims = new ClaimId[](CROWD);
        for (uint256 i = 0; i < CROWD; ++i) {
            claims[i] = claimed(job, resident(i));
            submit(claims[i], resident(i));
        }
    }

    function claimed(JobId job, uint256 by) internal returns (ClaimId id) {
        bytes32 chosen = clientId();
        bytes32 hash = Sign.claim(job, idOf(by), 15_00, chosen, FAR);
        escrow.claim(job, idOf(by), 15_00, chosen, FAR, signed(by, address(escrow), hash));
        return ClaimId.wrap(derive(idOf(by), chosen));
    }
}
