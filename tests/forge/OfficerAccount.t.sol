// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {OfficerAccount} from "../../contracts/OfficerAccount.sol";
import {IERC7943Fungible} from "../../contracts/interfaces/IERC7943Fungible.sol";
import {IOfficerAccount} from "../../contracts/interfaces/IOfficerAccount.sol";
import {IParticipantRegistry} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {ParticipantId} from "../../contracts/types/Ids.sol";
import {City} from "./base/City.sol";
import {Events} from "./base/Events.sol";
import {Sign} from "./base/Sign.sol";
import {Vm} from "./base/Vm.sol";

/// @dev What an officer's account does when its key signed, and what it refuses. Delayed acts: OfficerDelays.
contract OfficerAccountTest is City, Events {
    bytes32 private constant ID = "chosen before it was sent";

    OfficerAccount private _enforcer;

    function setUp() public override {
        super.setUp();
        _enforcer = officers[ENFORCER];
    }

    // ------------------------------------------------------------------ what it does

    function test_act__whenSigned__doesItOnceAndTells() public {
        bytes memory data = abi.encodeCall(token.setFrozenTokens, (wallet(ALICE), 5));
        bytes memory signature = signAct(ENFORCER, address(token), data, ID, FAR);

        watch();
        bytes memory result = _enforcer.act(address(token), data, ID, FAR, signature);

        saw(address(_enforcer));
        emit IOfficerAccount.Acted(ID, address(token), token.setFrozenTokens.selector, data);
        saw(address(token));
        emit IERC7943Fungible.Frozen(wallet(ALICE), 5);
        sawNothingElse();
        same(result, abi.encode(true), "what the target answered");
        isTrue(_enforcer.isIdUsed(ID), "the id is used");
        isFalse(officers[TREASURER].isIdUsed(ID), "of this officer only");
    }

    function test_act__whenRelayedByAnyone__does() public {
        bytes memory data = abi.encodeCall(token.pause, ());
        bytes memory signature = signAct(ENFORCER, address(token), data, ID, FAR);
        vm.prank(wallet(BAKER));
        _enforcer.act(address(token), data, ID, FAR, signature);
        isTrue(token.paused(), "paused");
    }

    function test_act__whenMulticall__doesAllUnderOneSignature() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(registry.blockParticipant, (idOf(ALICE), 7));
        calls[1] = abi.encodeCall(registry.blockParticipant, (idOf(BOB), 8));
        bytes memory data = abi.encodeCall(registry.multicall, (calls));
        bytes memory signature = signAct(ENFORCER, address(registry), data, ID, FAR);

        watch();
        _enforcer.act(address(registry), data, ID, FAR, signature);

        saw(address(_enforcer));
        emit IOfficerAccount.Acted(ID, address(registry), registry.multicall.selector, data);
        saw(address(registry));
        emit IParticipantRegistry.ParticipantBlocked(idOf(ALICE), 7);
        emit IParticipantRegistry.ParticipantBlocked(idOf(BOB), 8);
        sawNothingElse();
    }

    /// @dev Signed apart, relayed together: all or none.
    function test_multicall__ofActs__doesAllOrNone() public {
        bytes memory pausing = abi.encodeCall(token.pause, ());
        bytes memory freezing = abi.encodeCall(token.setFrozenTokens, (wallet(ALICE), 5));
        bytes[] memory acts = new bytes[](2);
        acts[0] = _actCall(ENFORCER, address(token), pausing, "pause");
        acts[1] = _actCall(ENFORCER, address(token), freezing, "freeze");
        bytes[] memory twice = new bytes[](2);
        (twice[0], twice[1]) = (acts[0], acts[0]);

        vm.expectRevert(
            abi.encodeWithSelector(IOfficerAccount.OfficerAccountIdUsed.selector, bytes32("pause"))
        );
        _enforcer.multicall(twice);
        isFalse(_enforcer.isIdUsed("pause"), "none was done");

        _enforcer.multicall(acts);
        isTrue(token.paused(), "paused");
        same(token.getFrozenTokens(wallet(ALICE)), 5, "frozen");
    }

    /// @dev A multicall is no way around a role: each call in it is asked for by the officer.
    function test_act__whenMulticallHoldsAnothersAct__doesNothing() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(registry.blockParticipant, (idOf(ALICE), 7));
        calls[1] = abi.encodeCall(registry.removeSigner, (ALCANDER, abi.encodePacked(wallet(PARTNER_KEY))));
        bytes memory data = abi.encodeCall(registry.multicall, (calls));
        bytes memory signature = signAct(ENFORCER, address(registry), data, ID, FAR);

        vm.expectRevert(_unauthorised(address(_enforcer)));
        _enforcer.act(address(registry), data, ID, FAR, signature);
        isFalse(_enforcer.isIdUsed(ID), "the id is free");
    }

    function testFuzz_act__whenAtItsDeadline__stillDoes(uint48 wait) public {
        uint48 deadline = uint48(block.timestamp + between(wait, 0, 365 days));
        bytes memory data = abi.encodeCall(token.pause, ());
        bytes memory signature = signAct(ENFORCER, address(token), data, ID, deadline);
        vm.warp(deadline);
        _enforcer.act(address(token), data, ID, deadline, signature);
        isTrue(token.paused(), "paused");
    }

    // ------------------------------------------------------------------ what it refuses

    function testFuzz_act__whenAfterItsDeadline__reverts(uint48 wait) public {
        uint48 deadline = uint48(block.timestamp);
        bytes memory data = abi.encodeCall(token.pause, ());
        bytes memory signature = signAct(ENFORCER, address(token), data, ID, deadline);
        vm.warp(block.timestamp + between(wait, 1, 365 days));
        _refuses(
            address(token),
            data,
            ID,
            deadline,
            signature,
            abi.encodeWithSelector(IOfficerAccount.OfficerAccountSignatureExpired.selector, deadline)
        );
    }

    function test_act__whenReplayed__reverts() public {
        bytes memory data = abi.encodeCall(token.setFrozenTokens, (wallet(ALICE), 5));
        bytes memory signature = signAct(ENFORCER, address(token), data, ID, FAR);
        _enforcer.act(address(token), data, ID, FAR, signature);

        bytes memory refusal = abi.encodeWithSelector(IOfficerAccount.OfficerAccountIdUsed.selector, ID);
        _refuses(address(token), data, ID, FAR, signature, refusal);

        // Another act under the same id: so a signature is withdrawn.
        data = abi.encodeCall(token.pause, ());
        signature = signAct(ENFORCER, address(token), data, ID, FAR);
        _refuses(address(token), data, ID, FAR, signature, refusal);
    }

    function test_act__whenSignedByAnotherKey__reverts() public {
        bytes memory data = abi.encodeCall(token.pause, ());
        bytes32 digest = Sign.digest(address(_enforcer), Sign.act(address(token), data, ID, FAR));
        _refusesSignature(address(token), data, ID, FAR, Sign.packed(TREASURER, digest));
        _refusesSignature(address(token), data, ID, FAR, "");
    }

    function test_act__whenAnythingSignedIsChanged__reverts() public {
        bytes memory data = abi.encodeCall(token.setFrozenTokens, (wallet(ALICE), 5));
        bytes memory signature = signAct(ENFORCER, address(token), data, ID, FAR);
        bytes memory changed = abi.encodeCall(token.setFrozenTokens, (wallet(ALICE), 6));

        _refusesSignature(address(registry), data, ID, FAR, signature);
        _refusesSignature(address(token), changed, ID, FAR, signature);
        _refusesSignature(address(token), bytes.concat(data, hex"00"), ID, FAR, signature);
        _refusesSignature(address(token), data, "another id", FAR, signature);
        _refusesSignature(address(token), data, ID, FAR - 1, signature);
    }

    function test_act__whenSignatureIsMalleated__reverts() public {
        bytes memory data = abi.encodeCall(token.pause, ());
        bytes32 digest = Sign.digest(address(_enforcer), Sign.act(address(token), data, ID, FAR));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ENFORCER, digest);
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        bytes memory highS = abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        _refusesSignature(address(token), data, ID, FAR, highS);
        _refusesSignature(address(token), data, ID, FAR, abi.encodePacked(r, s, v, v));
        // The forms that other libraries take: without v, compact, v as 0 or 1.
        bytes32 compactS = bytes32(uint256(s) | (uint256(v - 27) << 255));
        _refusesSignature(address(token), data, ID, FAR, abi.encodePacked(r, s));
        _refusesSignature(address(token), data, ID, FAR, abi.encodePacked(r, compactS));
        _refusesSignature(address(token), data, ID, FAR, abi.encodePacked(r, s, v - 27));
    }

    function test_act__whenSignedForAnotherChain__reverts() public {
        bytes memory data = abi.encodeCall(token.pause, ());
        bytes memory signature = signAct(ENFORCER, address(token), data, ID, FAR);
        vm.chainId(block.chainid + 1);
        _refusesSignature(address(token), data, ID, FAR, signature);
    }

    /// @dev An officer who gets a new account keeps the key, and the old account's acts stay the old account's.
    function test_act__whenSignedForAnotherAccountOfTheSameKey__reverts() public {
        OfficerAccount another = new OfficerAccount(manager, abi.encodePacked(wallet(ENFORCER)));
        bytes memory data = abi.encodeCall(token.pause, ());
        bytes32 digest = Sign.digest(address(another), Sign.act(address(token), data, ID, FAR));
        _refusesSignature(address(token), data, ID, FAR, Sign.packed(ENFORCER, digest));
    }

    function test_act__whenSignedForAnotherContractsDomain__reverts() public {
        bytes memory data = abi.encodeCall(token.pause, ());
        bytes32 hash = Sign.act(address(token), data, ID, FAR);
        bytes32 digest = Sign.digest("Heitje", "1", block.chainid, address(_enforcer), hash);
        _refusesSignature(address(token), data, ID, FAR, Sign.packed(ENFORCER, digest));
    }

    function test_act__whenTargetReverts__bubblesItAndLeavesTheIdFree() public {
        bytes memory data = abi.encodeCall(token.unpause, ());
        bytes memory signature = signAct(ENFORCER, address(token), data, ID, FAR);
        _refuses(
            address(token), data, ID, FAR, signature, abi.encodeWithSelector(Pausable.ExpectedPause.selector)
        );

        act(ENFORCER, address(token), abi.encodeCall(token.pause, ()));
        _enforcer.act(address(token), data, ID, FAR, signature);
        isFalse(token.paused(), "the same signature works later");
    }

    function test_act__whenRoleIsMissing__bubblesTheTargetsRefusal() public {
        bytes memory data = abi.encodeCall(registry.admitPartner, (ParticipantId.wrap("library")));
        bytes memory signature = signAct(ENFORCER, address(registry), data, ID, FAR);
        _refuses(address(registry), data, ID, FAR, signature, _unauthorised(address(_enforcer)));
    }

    function test_act__whenTargetHasNoCodeOrSuchFunction__reverts() public {
        bytes memory data = abi.encodeCall(token.pause, ());
        bytes memory signature = signAct(ENFORCER, address(0xBEEF), data, ID, FAR);
        _refuses(
            address(0xBEEF),
            data,
            ID,
            FAR,
            signature,
            abi.encodeWithSelector(Address.AddressEmptyCode.selector, address(0xBEEF))
        );
        signature = signAct(ENFORCER, address(registry), data, ID, FAR);
        _refuses(
            address(registry), data, ID, FAR, signature, abi.encodeWithSelector(Errors.FailedCall.selector)
        );
    }

    function testFuzz_act__whenNoSelector__reverts(uint256 length) public {
        bytes memory data = new bytes(length % 4);
        bytes memory signature = signAct(ENFORCER, address(token), data, ID, FAR);
        _refuses(
            address(token),
            data,
            ID,
            FAR,
            signature,
            abi.encodeWithSelector(IOfficerAccount.OfficerAccountNoSelector.selector)
        );
    }

    // ------------------------------------------------------------------ the signer

    function test_constructor__whenSignerIsGood__keepsIt() public {
        same(_enforcer.signer(), abi.encodePacked(wallet(ENFORCER)), "an address");
        bytes memory long = abi.encodePacked(address(token), new bytes(64));
        vm.recordLogs();
        OfficerAccount account = new OfficerAccount(manager, long);
        same(account.signer(), long, "a verifier and a key");

        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(logs.length, 1, "events");
        same(logs[0].topics[0], IOfficerAccount.Opened.selector, "event");
        same(logs[0].topics[1], bytes32(uint256(uint160(address(manager)))), "manager");
        same(logs[0].data, abi.encode(long), "signer");
    }

    function testFuzz_constructor__whenSignerIsTooShort__reverts(uint256 length) public {
        bytes memory signer = new bytes(between(length, 0, 19));
        for (uint256 i = 0; i < signer.length; ++i) {
            signer[i] = 0x5A;
        }
        vm.expectRevert(_invalidSigner(signer));
        new OfficerAccount(manager, signer);
    }

    function test_constructor__whenSignerIsTheZeroAddress__reverts() public {
        vm.expectRevert(_invalidSigner(new bytes(20)));
        new OfficerAccount(manager, new bytes(20));
        bytes memory long = bytes.concat(new bytes(20), hex"01");
        vm.expectRevert(_invalidSigner(long));
        new OfficerAccount(manager, long);
    }

    // ------------------------------------------------------------------ details

    function _refusesSignature(
        address target,
        bytes memory data,
        bytes32 id,
        uint48 deadline,
        bytes memory signature
    ) private {
        _refuses(
            target,
            data,
            id,
            deadline,
            signature,
            abi.encodeWithSelector(IOfficerAccount.OfficerAccountInvalidSignature.selector)
        );
    }

    function _refuses(
        address target,
        bytes memory data,
        bytes32 id,
        uint48 deadline,
        bytes memory signature,
        bytes memory refusal
    ) private {
        bool used = _enforcer.isIdUsed(id);
        vm.expectRevert(refusal);
        _enforcer.act(target, data, id, deadline, signature);
        isTrue(_enforcer.isIdUsed(id) == used, "a refused act uses no id");
    }

    function _unauthorised(address caller) private pure returns (bytes memory) {
        return abi.encodeWithSignature("AccessManagedUnauthorized(address)", caller);
    }

    function _invalidSigner(bytes memory signer) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IOfficerAccount.OfficerAccountInvalidSigner.selector, signer);
    }

    function _actCall(uint256 officer, address target, bytes memory data, bytes32 id)
        private
        view
        returns (bytes memory)
    {
        return abi.encodeCall(
            IOfficerAccount.act, (target, data, id, FAR, signAct(officer, target, data, id, FAR))
        );
    }
}
