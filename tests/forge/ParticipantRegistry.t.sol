// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {IOfficerAccount} from "../../contracts/interfaces/IOfficerAccount.sol";
import {
    IParticipantRegistry,
    Participant,
    ParticipantKind,
    ParticipantStatus
} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {ParticipantId, toParticipantId} from "../../contracts/types/Ids.sol";
import {City} from "./base/City.sol";
import {Events} from "./base/Events.sol";

/// @dev Admitting, blocking, replacing wallets, and what the registry tells about people. Signers have their own file.
contract ParticipantRegistryTest is City, Events {
    uint256 private constant CAROL = 0xC3; // not admitted by City
    uint256 private constant DAVE = 0xC4; // not admitted by City

    address private constant FOREIGN = address(0xF0E);

    ParticipantId private constant LIBRARY = ParticipantId.wrap("library");

    // ------------------------------------------------------------------ admitting

    function test_admitResidents__whenUnbound__admitsEachWallet() public {
        address[] memory wallets = _list(wallet(CAROL), wallet(DAVE));

        watch();
        vm.prank(SENDER);
        registry.admitResidents(wallets);

        saw(address(registry));
        emit IParticipantRegistry.ParticipantAdmitted(idOf(CAROL), ParticipantKind.Resident);
        emit IParticipantRegistry.ParticipantAdmitted(idOf(DAVE), ParticipantKind.Resident);
        sawNothingElse();
        _isFresh(CAROL, ParticipantKind.Resident);
        _isFresh(DAVE, ParticipantKind.Resident);
    }

    function test_admitMerchants__whenDelayIsOver__admitsEachWallet() public {
        bytes memory data = abi.encodeCall(registry.admitMerchants, (_list(wallet(CAROL), wallet(DAVE))));
        schedule(REGISTRAR, address(registry), data);
        vm.warp(block.timestamp + DELAY);
        bytes32 operation = manager.hashOperation(address(officers[REGISTRAR]), address(registry), data);
        uint32 nonce = manager.getNonce(operation);

        watch();
        officers[REGISTRAR].carryOut(address(registry), data);

        saw(address(officers[REGISTRAR]));
        emit IOfficerAccount.CarriedOut(address(registry), registry.admitMerchants.selector, data);
        saw(address(manager));
        emit IAccessManager.OperationExecuted(operation, nonce);
        saw(address(registry));
        emit IParticipantRegistry.ParticipantAdmitted(idOf(CAROL), ParticipantKind.Merchant);
        emit IParticipantRegistry.ParticipantAdmitted(idOf(DAVE), ParticipantKind.Merchant);
        sawNothingElse();
        _isFresh(CAROL, ParticipantKind.Merchant);
        _isFresh(DAVE, ParticipantKind.Merchant);
    }

    function test_admitAssociations__whenUnbound__admitsEachWallet() public {
        address[] memory wallets = _list(wallet(CAROL), wallet(DAVE));

        watch();
        vm.prank(address(officers[REGISTRAR]));
        registry.admitAssociations(wallets);

        saw(address(registry));
        emit IParticipantRegistry.ParticipantAdmitted(idOf(CAROL), ParticipantKind.Association);
        emit IParticipantRegistry.ParticipantAdmitted(idOf(DAVE), ParticipantKind.Association);
        sawNothingElse();
        _isFresh(CAROL, ParticipantKind.Association);
        _isFresh(DAVE, ParticipantKind.Association);
    }

    function test_admitPartner__whenIdIsFree__admitsItWithoutAWallet() public {
        watch();
        vm.prank(address(officers[REGISTRAR]));
        registry.admitPartner(LIBRARY);

        saw(address(registry));
        emit IParticipantRegistry.ParticipantAdmitted(LIBRARY, ParticipantKind.Partner);
        sawNothingElse();
        _isRecord(LIBRARY, address(0), ParticipantKind.Partner, ParticipantStatus.Active);
        address asWallet = address(ParticipantId.unwrap(LIBRARY));
        isTrue(registry.isBound(asWallet), "the id is taken");
        isTrue(registry.participantOf(asWallet) == ParticipantId.wrap(0), "it is nobody's wallet");
        (, bool held) = registry.holderOf(address(0));
        isFalse(held, "nobody's address is no wallet");
        _isStanding(asWallet, ParticipantKind.None, ParticipantStatus.None);
        isTrue(registry.isActive(LIBRARY, ParticipantKind.Partner), "active");
    }

    function test_admit__whenListIsEmpty__reverts() public {
        bytes memory refusal =
            abi.encodeWithSelector(IParticipantRegistry.ParticipantRegistryEmptyList.selector);
        for (uint256 i = 0; i < 3; ++i) {
            _refuses(i, new address[](0), refusal);
        }
    }

    function test_admit__whenWalletIsZero__reverts() public {
        bytes memory refusal = _invalidWallet(address(0));
        for (uint256 i = 0; i < 3; ++i) {
            _refuses(i, _list(wallet(CAROL), address(0)), refusal);
            isFalse(registry.isBound(wallet(CAROL)), "all or none");
        }
    }

    function test_admit__whenWalletIsBound__revertsWhateverTheKinds() public {
        address[4] memory bound =
            [wallet(ALICE), wallet(BAKER), wallet(CHOIR), address(ParticipantId.unwrap(ALCANDER))];
        for (uint256 kind = 0; kind < 3; ++kind) {
            for (uint256 i = 0; i < bound.length; ++i) {
                _refuses(kind, _list(wallet(CAROL), bound[i]), _walletBound(bound[i]));
                isFalse(registry.isBound(wallet(CAROL)), "all or none");
            }
        }
    }

    function test_admit__whenTwiceInOneList__reverts() public {
        for (uint256 kind = 0; kind < 3; ++kind) {
            _refuses(kind, _list(wallet(CAROL), wallet(CAROL)), _walletBound(wallet(CAROL)));
        }
    }

    function test_admit__whenWalletWasReplacedOrReplacedOne__reverts() public {
        _replace(ALICE, CAROL);
        _replace(CAROL, DAVE);
        uint256[3] memory keys = [ALICE, CAROL, DAVE];
        for (uint256 kind = 0; kind < 3; ++kind) {
            for (uint256 i = 0; i < keys.length; ++i) {
                _refuses(kind, _list(wallet(keys[i])), _walletBound(wallet(keys[i])));
            }
        }
        for (uint256 i = 0; i < keys.length; ++i) {
            vm.prank(address(officers[REGISTRAR]));
            vm.expectRevert(_walletBound(wallet(keys[i])));
            registry.admitPartner(idOf(keys[i]));
        }
    }

    function test_admit__whenWalletHasCode__refusesAllButResidents() public {
        address[] memory wallets = _list(FOREIGN);
        vm.etch(FOREIGN, hex"00");
        _refuses(1, wallets, _invalidWallet(FOREIGN));
        _refuses(2, wallets, _invalidWallet(FOREIGN));

        // A foreign contract could not sign a claim, so it never earns.
        vm.prank(SENDER);
        registry.admitResidents(wallets);
        isTrue(
            registry.isActive(toParticipantId(FOREIGN), ParticipantKind.Resident), "residents are not asked"
        );
    }

    function test_admitPartner__whenIdIsZero__reverts() public {
        vm.prank(address(officers[REGISTRAR]));
        vm.expectRevert(
            abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryInvalidPartner.selector, ParticipantId.wrap(0)
            )
        );
        registry.admitPartner(ParticipantId.wrap(0));
    }

    function test_admitPartner__whenIdIsTaken__reverts() public {
        ParticipantId[4] memory taken = [ALCANDER, idOf(ALICE), idOf(BAKER), idOf(CHOIR)];
        for (uint256 i = 0; i < taken.length; ++i) {
            vm.prank(address(officers[REGISTRAR]));
            vm.expectRevert(_walletBound(address(ParticipantId.unwrap(taken[i]))));
            registry.admitPartner(taken[i]);
        }
    }

    // ------------------------------------------------------------------ blocking

    function testFuzz_blockParticipant__whenActive__stopsAnyKind(uint256 which, uint16 reason) public {
        (ParticipantId id, ParticipantKind kind) = _somebody(which);

        watch();
        vm.prank(address(officers[ENFORCER]));
        registry.blockParticipant(id, reason);

        saw(address(registry));
        emit IParticipantRegistry.ParticipantBlocked(id, reason);
        sawNothingElse();
        Participant memory record = registry.participant(id);
        isTrue(record.kind == kind && record.status == ParticipantStatus.Blocked, "blocked");
        isFalse(registry.isActive(id, kind), "inactive");
        if (kind != ParticipantKind.Partner) {
            _isStanding(record.wallet, kind, ParticipantStatus.Blocked);
            isTrue(registry.participantOf(record.wallet) == id, "still the wallet's holder");
        }
    }

    function testFuzz_unblockParticipant__whenBlocked__makesActiveAgain(uint256 which) public {
        (ParticipantId id, ParticipantKind kind) = _somebody(which);
        vm.prank(address(officers[ENFORCER]));
        registry.blockParticipant(id, 1);

        watch();
        vm.prank(address(officers[ENFORCER]));
        registry.unblockParticipant(id);

        saw(address(registry));
        emit IParticipantRegistry.ParticipantUnblocked(id);
        sawNothingElse();
        isTrue(registry.isActive(id, kind), "active");
    }

    function test_blockParticipant__whenBlocked__reverts() public {
        vm.startPrank(address(officers[ENFORCER]));
        registry.blockParticipant(idOf(ALICE), 1);
        vm.expectRevert(_unexpectedStatus(idOf(ALICE), ParticipantStatus.Blocked));
        registry.blockParticipant(idOf(ALICE), 2);
    }

    function test_unblockParticipant__whenActive__reverts() public {
        vm.prank(address(officers[ENFORCER]));
        vm.expectRevert(_unexpectedStatus(idOf(ALICE), ParticipantStatus.Active));
        registry.unblockParticipant(idOf(ALICE));
    }

    function test_blockAndUnblock__whenUnknown__revert() public {
        _replace(ALICE, CAROL);
        // A wallet that came later is no id: it only points at one.
        ParticipantId[3] memory unknown = [idOf(DAVE), ParticipantId.wrap(0), idOf(CAROL)];
        vm.startPrank(address(officers[ENFORCER]));
        for (uint256 i = 0; i < unknown.length; ++i) {
            bytes memory refusal = abi.encodeWithSelector(
                IParticipantRegistry.ParticipantRegistryUnknownParticipant.selector, unknown[i]
            );
            vm.expectRevert(refusal);
            registry.blockParticipant(unknown[i], 1);
            vm.expectRevert(refusal);
            registry.unblockParticipant(unknown[i]);
        }
    }

    // ------------------------------------------------------------------ details

    /// @dev 0 residents, 1 merchants, 2 associations: whoever may admit them gets `refusal`.
    function _refuses(uint256 kind, address[] memory wallets, bytes memory refusal) private {
        if (kind == 1) {
            bytes memory data = abi.encodeCall(registry.admitMerchants, (wallets));
            schedule(REGISTRAR, address(registry), data);
            vm.warp(block.timestamp + DELAY);
            vm.expectRevert(refusal);
            officers[REGISTRAR].carryOut(address(registry), data);
            return;
        }
        vm.prank(address(officers[REGISTRAR]));
        vm.expectRevert(refusal);
        if (kind == 0) registry.admitResidents(wallets);
        else registry.admitAssociations(wallets);
    }

    function _replace(uint256 oldKey, uint256 newKey) private {
        vm.prank(address(token));
        registry.replaceWallet(wallet(oldKey), wallet(newKey));
    }

    /// @dev One of everybody that City admits.
    function _somebody(uint256 which) private pure returns (ParticipantId, ParticipantKind) {
        which %= 4;
        if (which == 0) return (idOf(ALICE), ParticipantKind.Resident);
        if (which == 1) return (idOf(BAKER), ParticipantKind.Merchant);
        if (which == 2) return (idOf(CHOIR), ParticipantKind.Association);
        return (ALCANDER, ParticipantKind.Partner);
    }

    function _isFresh(uint256 key, ParticipantKind kind) private view {
        _isRecord(idOf(key), wallet(key), kind, ParticipantStatus.Active);
        _isStanding(wallet(key), kind, ParticipantStatus.Active);
        isTrue(registry.participantOf(wallet(key)) == idOf(key), "participantOf");
        isTrue(registry.isBound(wallet(key)), "isBound");
        isTrue(registry.isActive(idOf(key), kind), "isActive");
    }

    function _isRecord(ParticipantId id, address wallet_, ParticipantKind kind, ParticipantStatus status)
        private
        view
    {
        Participant memory record = registry.participant(id);
        same(record.wallet, wallet_, "wallet");
        same(uint256(record.kind), uint256(kind), "kind");
        same(uint256(record.status), uint256(status), "status");
    }

    function _isStanding(address wallet_, ParticipantKind kind, ParticipantStatus status) private view {
        (ParticipantKind foundKind, ParticipantStatus foundStatus) = registry.standingOf(wallet_);
        same(uint256(foundKind), uint256(kind), "kind of the wallet's holder");
        same(uint256(foundStatus), uint256(status), "status of the wallet's holder");
    }

    function _invalidWallet(address wallet_) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IParticipantRegistry.ParticipantRegistryInvalidWallet.selector, wallet_);
    }

    function _walletBound(address wallet_) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IParticipantRegistry.ParticipantRegistryWalletBound.selector, wallet_);
    }

    function _unexpectedStatus(ParticipantId id, ParticipantStatus status)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            IParticipantRegistry.ParticipantRegistryUnexpectedStatus.selector, id, status
        );
    }

    function _list(address one) private pure returns (address[] memory wallets) {
        wallets = new address[](1);
        wallets[0] = one;
    }

    function _list(address one, address two) private pure returns (address[] memory wallets) {
        wallets = new address[](2);
        (wallets[0], wallets[1]) = (one, two);
    }
}
