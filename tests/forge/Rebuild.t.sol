// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC3009, IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {IERC7943Fungible} from "../../contracts/interfaces/IERC7943Fungible.sol";
import {IHeitjeToken} from "../../contracts/interfaces/IHeitjeToken.sol";
import {IJobEscrow} from "../../contracts/interfaces/IJobEscrow.sol";
import {IOfficerAccount} from "../../contracts/interfaces/IOfficerAccount.sol";
import {IParticipantRegistry} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {IRedemption} from "../../contracts/interfaces/IRedemption.sol";
import {IRewardBudget} from "../../contracts/interfaces/IRewardBudget.sol";
import {Vm} from "./base/Vm.sol";
import {Comparison} from "./rebuild/Comparison.sol";
import {Emitters, Told} from "./rebuild/Told.sol";

/// @dev All books can be rebuilt from events alone. Anything happens to a city, from its deployment on, while a
/// contract that hears nothing but events keeps its own picture ({Told}); at the end the two are the same.
contract RebuildTest is Comparison {
    bytes private _last;

    function setUp() public override {
        vm.recordLogs();
        super.setUp();
        told = new Told(
            Emitters({
                registry: address(registry),
                token: address(token),
                budget: address(budget),
                escrow: address(escrow),
                redemption: address(redemption),
                manager: address(manager)
            })
        );
        told.hear(vm.getRecordedLogs(), block.timestamp);
    }

    function test_events__overALongRun__rebuildEverything() external {
        _live("a long life", 2000);
        _allowVerifiers();
        _compareAll();

        _requireHeard();
    }

    /// forge-config: default.fuzz.runs = 8
    /// forge-config: prove.fuzz.runs = 200
    function testFuzz_events__overAnyRun__rebuildEverything(bytes32 seed) external {
        _live(seed, 150);
        _compareAll();
    }

    /// @dev Every act of the handler in any order, then time until no job holds anything back.
    function _live(bytes32 seed, uint256 length) private {
        bytes4[] memory list = acts();
        for (uint256 i = 0; i < length; ++i) {
            uint256 dice = uint256(keccak256(abi.encode(seed, i)));
            (bool ok, bytes memory why) =
                address(this).call(abi.encodeWithSelector(list[dice % list.length], dice));
            if (!ok) revert Refused("an act of the run", why);
            if (i % 500 == 0) _compareAll();
        }
        _compareAll();
        _bringToAnEnd();
    }

    /// @dev What the handler's partners never need.
    function _allowVerifiers() private {
        bytes memory allowing = abi.encodeCall(registry.allowVerifier, (address(token)));
        bytes memory another = abi.encodeCall(registry.allowVerifier, (address(escrow)));
        schedule(REGISTRAR, address(registry), allowing);
        schedule(REGISTRAR, address(registry), another);
        vm.warp(block.timestamp + DELAY);
        officers[REGISTRAR].carryOut(address(registry), allowing);
        officers[REGISTRAR].carryOut(address(registry), another);
        act(REGISTRAR, address(registry), abi.encodeCall(registry.disallowVerifier, (address(token))));
        _happened(true);
    }

    /// @dev What a refused call had emitted never happened.
    function _happened(bool ok) internal override {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        if (!ok) return;
        told.hear(logs, block.timestamp);
        _last = abi.encode(logs);
    }

    /// @dev The handler looks at some of them too.
    function _recorded() internal view override returns (Vm.Log[] memory) {
        return abi.decode(_last, (Vm.Log[]));
    }

    /// @dev The comparison is worth what the run reached: every event that there is.
    function _requireHeard() private view {
        bytes32[46] memory topics = [
            IParticipantRegistry.ParticipantAdmitted.selector,
            IParticipantRegistry.ParticipantBlocked.selector,
            IParticipantRegistry.ParticipantUnblocked.selector,
            IParticipantRegistry.WalletReplaced.selector,
            IParticipantRegistry.SignerAdded.selector,
            IParticipantRegistry.SignerRemoved.selector,
            IParticipantRegistry.VerifierAllowed.selector,
            IParticipantRegistry.VerifierDisallowed.selector,
            IERC20.Transfer.selector,
            IERC20.Approval.selector,
            IERC3009.AuthorizationUsed.selector,
            IERC3009Cancel.AuthorizationCanceled.selector,
            IERC7943Fungible.Frozen.selector,
            IERC7943Fungible.ForcedTransfer.selector,
            IHeitjeToken.Recovered.selector,
            Pausable.Paused.selector,
            Pausable.Unpaused.selector,
            IRewardBudget.BudgetGranted.selector,
            IRewardBudget.BudgetClosed.selector,
            IRewardBudget.AwardMinted.selector,
            IRewardBudget.ReserveAttested.selector,
            IRewardBudget.MintLimitSet.selector,
            IJobEscrow.JobPosted.selector,
            IJobEscrow.JobClosed.selector,
            IJobEscrow.SlotReopened.selector,
            IJobEscrow.SlotsReleased.selector,
            IJobEscrow.ClaimMade.selector,
            IJobEscrow.ClaimWithdrawn.selector,
            IJobEscrow.ClaimLapsed.selector,
            IJobEscrow.ClaimSubmitted.selector,
            IJobEscrow.ClaimApproved.selector,
            IJobEscrow.ClaimSkipped.selector,
            IJobEscrow.ClaimRejected.selector,
            IJobEscrow.ClaimRejectionFinal.selector,
            IJobEscrow.ClaimDisputed.selector,
            IJobEscrow.ClaimEscalated.selector,
            IJobEscrow.ClaimAwarded.selector,
            IJobEscrow.ClaimDenied.selector,
            IRedemption.RedemptionLocked.selector,
            IRedemption.BatchClosed.selector,
            IRedemption.RedemptionRejected.selector,
            IRedemption.BatchSettled.selector,
            IRedemption.RedemptionReleased.selector,
            IOfficerAccount.CarriedOut.selector,
            IAccessManager.OperationExecuted.selector,
            IAccessManager.OperationCanceled.selector
        ];
        for (uint256 i = 0; i < topics.length; ++i) {
            isTrue(told.timesHeard(topics[i]) != 0, string.concat("never heard: ", vm.toString(i)));
        }
    }
}
