// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";

import {OfficerAccount} from "../../contracts/OfficerAccount.sol";
import {ClaimState, JobTerms, PartnerSignature} from "../../contracts/interfaces/IJobEscrow.sol";
import {IOfficerAccount} from "../../contracts/interfaces/IOfficerAccount.sol";
import {IParticipantRegistry} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {ClaimId} from "../../contracts/types/Ids.sol";
import {Jobs} from "./base/Jobs.sol";
import {StrangeSigner} from "./base/StrangeSigner.sol";

/// @dev A contract signs for a partner or an officer (ERC-1271, or ERC-7913 with a key behind its address) and behaves
/// badly: it reverts, burns all gas, answers rubbish or too much, or calls back. Nothing gets in that way, nothing is
/// done twice, and nobody else is stopped. Well-behaved ones: PartnerSignatures, Passkeys.
contract ContractSignersTest is Jobs {
    bytes private constant NO_KEY = "";
    bytes private constant KEY = "a key";
    uint256 private constant GAS = 5_000_000;

    // ------------------------------------------------------------------ a partner's

    function test_approve__whenSignerMisbehaves__reverts() public {
        ClaimId id = submitted(post(100_00, 1), ALICE, 100_00);
        StrangeSigner.Manner[7] memory bad = _badManners();
        for (uint256 i = 0; i < bad.length; ++i) {
            for (uint256 j = 0; j < 2; ++j) {
                bytes memory signer = _partnersSigner(bad[i], j == 0 ? NO_KEY : KEY);
                (bool done, bytes memory answer) = _approve(signer, id);
                isFalse(done, vm.toString(i));
                same(answer, _invalidSignature(), vm.toString(i));
                stateIs(id, ClaimState.Submitted);
            }
        }

        // The partner's other signer is not hindered.
        approve(id);
        same(token.balanceOf(wallet(ALICE)), 100_00, "paid");
    }

    /// @dev Whatever more it says beside yes is not listened to.
    function test_approve__whenSignerSaysYesAtLength__pays() public {
        for (uint256 j = 0; j < 2; ++j) {
            ClaimId id = submitted(post(100_00, 1), ALICE, 100_00);
            bytes memory signer = _partnersSigner(StrangeSigner.Manner.SaysYesAtLength, j == 0 ? NO_KEY : KEY);
            (bool done,) = _approve(signer, id);
            isTrue(done, "approved");
            stateIs(id, ClaimState.Approved);
        }
    }

    /// @dev Signers are asked by a call that can change nothing, so calling back with the very same act fails.
    function test_approve__whenSignerCallsBack__paysOnce() public {
        for (uint256 j = 0; j < 2; ++j) {
            ClaimId id = submitted(post(100_00, 1), ALICE, 100_00);
            bytes memory signer = _partnersSigner(StrangeSigner.Manner.CallsBack, j == 0 ? NO_KEY : KEY);
            bytes memory data = abi.encodeCall(escrow.approve, (ALCANDER, list(id), _by(signer)));
            StrangeSigner(payable(address(bytes20(signer)))).willCall(address(escrow), data);

            uint256 before = token.balanceOf(wallet(ALICE));
            (bool done,) = _approve(signer, id);

            isTrue(done, "approved");
            stateIs(id, ClaimState.Approved);
            same(token.balanceOf(wallet(ALICE)) - before, 100_00, "once");
        }
    }

    function test_postJob__whenSignerCallsBackWithAnotherJob__reservesOnce() public {
        bytes memory signer = _partnersSigner(StrangeSigner.Manner.CallsBack, NO_KEY);
        JobTerms memory asked = terms(100_00, 1);
        JobTerms memory another = terms(50_00, 1);
        StrangeSigner(payable(address(bytes20(signer))))
            .willCall(address(escrow), abi.encodeCall(escrow.postJob, (another, _by(signer))));

        escrow.postJob(asked, _by(signer));

        same(budgetOf(ALCANDER).reserved, 100_00, "the job that was asked for");
    }

    /// @dev An allowed contract can be stopped at once, whatever it says.
    function test_approve__whenContractIsDisallowed__reverts() public {
        ClaimId id = submitted(post(100_00, 1), ALICE, 100_00);
        bytes memory signer = _partnersSigner(StrangeSigner.Manner.SaysYes, NO_KEY);
        asOfficer(REGISTRAR);
        registry.disallowVerifier(address(bytes20(signer)));

        (bool done, bytes memory answer) = _approve(signer, id);

        isFalse(done, "refused");
        same(
            answer,
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryVerifierNotAllowed.selector, address(bytes20(signer))
            ),
            "not allowed"
        );
    }

    // ------------------------------------------------------------------ an officer's

    function test_act__whenSignerMisbehaves__reverts() public {
        StrangeSigner.Manner[7] memory bad = _badManners();
        for (uint256 i = 0; i < bad.length; ++i) {
            for (uint256 j = 0; j < 2; ++j) {
                OfficerAccount officer = _enforcer(bad[i], j == 0 ? NO_KEY : KEY);
                (bool done, bytes memory answer) = address(officer).call{gas: GAS}(_pausing());
                isFalse(done, vm.toString(i));
                same(
                    answer,
                    abi.encodeWithSelector(IOfficerAccount.OfficerAccountInvalidSignature.selector),
                    vm.toString(i)
                );
                isFalse(officer.isIdUsed("id"), "the id is free");
            }
        }
        isFalse(token.paused(), "not paused");
    }

    function test_act__whenSignerSaysYesAtLength__does() public {
        OfficerAccount officer = _enforcer(StrangeSigner.Manner.SaysYesAtLength, KEY);
        (bool done,) = address(officer).call{gas: GAS}(_pausing());
        isTrue(done && token.paused(), "paused");
    }

    function test_act__whenSignerCallsBack__isDoneOnce() public {
        for (uint256 j = 0; j < 2; ++j) {
            OfficerAccount officer = _enforcer(StrangeSigner.Manner.CallsBack, j == 0 ? NO_KEY : KEY);
            bytes32 id = j == 0 ? bytes32("first") : bytes32("second");
            bytes memory freezing = abi.encodeCall(token.setFrozenTokens, (wallet(ALICE), 5));
            StrangeSigner(payable(address(bytes20(officer.signer()))))
                .willCall(
                    address(officer),
                    abi.encodeCall(officer.act, (address(token), freezing, "another", FAR, bytes("")))
                );

            officer.act(address(token), freezing, id, FAR, "");

            isTrue(officer.isIdUsed(id), "done");
            isFalse(officer.isIdUsed("another"), "and nothing beside");
        }
    }

    /// @dev The target of an act calls back: the same act again is refused as used, so the whole fails and the id stays
    /// free; it cannot be made to run twice inside itself.
    function test_act__whenTargetCallsBackWithTheSameAct__doesNothing() public {
        OfficerAccount officer = officers[ENFORCER];
        Echo echo = new Echo();
        bytes memory data = abi.encodeCall(echo.ring, ());
        bytes memory signature = signAct(ENFORCER, address(echo), data, "id", FAR);
        echo.willCall(
            address(officer), abi.encodeCall(officer.act, (address(echo), data, "id", FAR, signature))
        );

        vm.expectRevert(abi.encodeWithSelector(IOfficerAccount.OfficerAccountIdUsed.selector, bytes32("id")));
        officer.act(address(echo), data, "id", FAR, signature);
        isFalse(officer.isIdUsed("id"), "the id is free");
        same(echo.rings(), 0, "nothing happened");
    }

    /// @dev An act on a contract that burns all gas fails by itself and leaves its id free.
    function test_act__whenTargetBurnsAllGas__fails() public {
        OfficerAccount officer = officers[ENFORCER];
        address target = address(new StrangeSigner(StrangeSigner.Manner.BurnsAllGas));
        bytes memory data = hex"01020304";
        bytes memory call = abi.encodeCall(
            officer.act, (target, data, "id", FAR, signAct(ENFORCER, target, data, "id", FAR))
        );

        (bool done, bytes memory answer) = address(officer).call{gas: GAS}(call);

        isFalse(done, "failed");
        same(answer, abi.encodeWithSelector(Errors.FailedCall.selector), "without words");
        isFalse(officer.isIdUsed("id"), "the id is free");
    }

    // ------------------------------------------------------------------ details

    function _badManners() private pure returns (StrangeSigner.Manner[7] memory) {
        return [
            StrangeSigner.Manner.Reverts,
            StrangeSigner.Manner.BurnsAllGas,
            StrangeSigner.Manner.SaysNothing,
            StrangeSigner.Manner.SaysTooLittle,
            StrangeSigner.Manner.SaysGarbage,
            StrangeSigner.Manner.SaysYesWithDirt,
            StrangeSigner.Manner.SaysGarbageAtLength
        ];
    }

    /// @dev Allowed and added by delayed acts, which the registrar's account would carry out.
    function _partnersSigner(StrangeSigner.Manner manner, bytes memory key)
        private
        returns (bytes memory signer)
    {
        address code = address(new StrangeSigner(manner));
        signer = bytes.concat(bytes20(code), key);
        bytes memory allowing = abi.encodeCall(registry.allowVerifier, (code));
        bytes memory adding = abi.encodeCall(registry.addSigner, (ALCANDER, signer));
        schedule(REGISTRAR, address(registry), allowing);
        schedule(REGISTRAR, address(registry), adding);
        vm.warp(block.timestamp + DELAY);
        officers[REGISTRAR].carryOut(address(registry), allowing);
        officers[REGISTRAR].carryOut(address(registry), adding);
    }

    function _enforcer(StrangeSigner.Manner manner, bytes memory key)
        private
        returns (OfficerAccount officer)
    {
        officer = new OfficerAccount(manager, bytes.concat(bytes20(address(new StrangeSigner(manner))), key));
        actDelayed(
            ADMIN,
            address(manager),
            abi.encodeCall(manager.grantRole, (roleIds["ENFORCER"], address(officer), 0))
        );
    }

    function _approve(bytes memory signer, ClaimId id) private returns (bool, bytes memory) {
        return
            address(escrow).call{gas: GAS}(abi.encodeCall(escrow.approve, (ALCANDER, list(id), _by(signer))));
    }

    function _by(bytes memory signer) private pure returns (PartnerSignature memory) {
        return PartnerSignature(signer, FAR, "");
    }

    function _pausing() private view returns (bytes memory) {
        return abi.encodeCall(
            IOfficerAccount.act, (address(token), abi.encodeCall(token.pause, ()), "id", FAR, bytes(""))
        );
    }

    function _invalidSignature() private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryInvalidSignature.selector, ALCANDER
            );
    }
}

/// @dev Calls somebody back when it is rung.
contract Echo {
    uint256 public rings;
    address private _target;
    bytes private _data;

    function willCall(address target, bytes calldata data) external {
        _target = target;
        _data = data;
    }

    function ring() external {
        ++rings;
        (bool done, bytes memory answer) = _target.call(_data);
        if (done) return;
        assembly {
            revert(add(answer, 32), mload(answer))
        }
    }
}
