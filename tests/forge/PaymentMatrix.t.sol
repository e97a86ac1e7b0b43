// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IERC7943Fungible} from "../../contracts/interfaces/IERC7943Fungible.sol";
import {ParticipantKind, ParticipantStatus} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {ParticipantId, toParticipantId} from "../../contracts/types/Ids.sol";
import {City} from "./base/City.sol";
import {Events} from "./base/Events.sol";

/// @dev Who may pay whom: every kind with every status against every kind with every status, as the registry tells it
/// and as the token does it. The table below is written out a second time, so that a slip in the contract shows.
contract PaymentMatrixTest is City, Events {
    uint256 private constant KINDS = 5;
    uint256 private constant STATUSES = 3;

    /// @dev Payers' and receivers' first keys; one key for each kind and status.
    uint256 private constant PAYERS = 0x10000;
    uint256 private constant RECEIVERS = 0x20000;

    function setUp() public override {
        super.setUp();
        _admitAll(PAYERS);
        _admitAll(RECEIVERS);
        _giveCoins();
        _blockSome(PAYERS);
        _blockSome(RECEIVERS);
    }

    function test_kindMayPay__forEveryPair__isTheTable() public view {
        for (uint256 from = 0; from < KINDS; ++from) {
            for (uint256 to = 0; to < KINDS; ++to) {
                bool found = registry.kindMayPay(ParticipantKind(from), ParticipantKind(to));
                isTrue(found == _table(from, to), string.concat(vm.toString(from), "->", vm.toString(to)));
            }
        }
    }

    function test_mayPay__forEveryKindAndStatus__isTheTableForActiveOnes() public view {
        for (uint256 from = 0; from < KINDS * STATUSES; ++from) {
            for (uint256 to = 0; to < KINDS * STATUSES; ++to) {
                address payer = _holder(PAYERS, from);
                address receiver = _holder(RECEIVERS, to);
                isTrue(registry.mayPay(payer, receiver) == _expected(from, to), _name(from, to));
                isTrue(token.canTransfer(payer, receiver, 1) == _expected(from, to), _name(from, to));
            }
        }
    }

    function test_canSendAndCanReceive__forEveryKindAndStatus__areTrueForActiveHoldersOfAWallet()
        public
        view
    {
        for (uint256 i = 0; i < KINDS * STATUSES; ++i) {
            isTrue(token.canSend(_holder(PAYERS, i)) == _holds(i), _name(i, i));
            isTrue(token.canReceive(_holder(PAYERS, i)) == _holds(i), _name(i, i));
        }
    }

    function test_mayPay__whenToOneself__isFalse() public view {
        for (uint256 i = 0; i < KINDS * STATUSES; ++i) {
            isFalse(registry.mayPay(_holder(PAYERS, i), _holder(PAYERS, i)), _name(i, i));
        }
    }

    function test_transfer__forEveryKindAndStatus__movesCoinsOnlyWhereTheTableAllows() public {
        for (uint256 from = 0; from < KINDS * STATUSES; ++from) {
            for (uint256 to = 0; to < KINDS * STATUSES; ++to) {
                address payer = _holder(PAYERS, from);
                address receiver = _holder(RECEIVERS, to);
                uint256 before = token.balanceOf(receiver);
                bytes memory refusal = _refusal(from, to);

                watch();
                vm.prank(payer);
                if (refusal.length != 0) vm.expectRevert(refusal);
                token.transfer(receiver, 1);

                if (refusal.length == 0) {
                    saw(address(token));
                    emit IERC20.Transfer(payer, receiver, 1);
                }
                sawNothingElse();
                same(token.balanceOf(receiver) - before, refusal.length == 0 ? 1 : 0, _name(from, to));
            }
        }
    }

    function test_transfer__whenNothingIsSent__obeysTheSameTable() public {
        for (uint256 from = 0; from < KINDS * STATUSES; ++from) {
            for (uint256 to = 0; to < KINDS * STATUSES; ++to) {
                bytes memory refusal = _refusalOf(from, to, 0);
                vm.prank(_holder(PAYERS, from));
                if (refusal.length != 0) vm.expectRevert(refusal);
                bool done = token.transfer(_holder(RECEIVERS, to), 0);
                isTrue(done == (refusal.length == 0), _name(from, to));
            }
        }
    }

    // ------------------------------------------------------------------ the table

    function _table(uint256 from, uint256 to) private pure returns (bool) {
        //                         None   Resid. Merch. Partn. Assoc.
        bool[5][5] memory table = [
            [false, false, false, false, false], // None
            [false, false, true, false, true], // Resident
            [false, true, false, false, true], // Merchant
            [false, false, false, false, false], // Partner
            [false, false, true, false, false] // Association
        ];
        return table[from][to];
    }

    function _expected(uint256 from, uint256 to) private pure returns (bool) {
        return _isActive(from) && _isActive(to) && _table(from / STATUSES, to / STATUSES);
    }

    /// @dev What the token should answer to one cent; empty when it should move.
    function _refusal(uint256 from, uint256 to) private pure returns (bytes memory) {
        return _refusalOf(from, to, 1);
    }

    function _refusalOf(uint256 from, uint256 to, uint256 cents) private pure returns (bytes memory) {
        address payer = _holder(PAYERS, from);
        address receiver = _holder(RECEIVERS, to);
        if (!_holds(from)) {
            return abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotSend.selector, payer);
        }
        if (!_holds(to)) {
            return abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotReceive.selector, receiver);
        }
        if (!_expected(from, to)) {
            return
                abi.encodeWithSelector(
                    IERC7943Fungible.ERC7943CannotTransfer.selector, payer, receiver, cents
                );
        }
        return "";
    }

    // ------------------------------------------------------------------ the people

    function _holder(uint256 keys, uint256 i) private pure returns (address) {
        return vm.addr(keys + i);
    }

    function _isActive(uint256 i) private pure returns (bool) {
        return i % STATUSES == uint256(ParticipantStatus.Active);
    }

    /// @dev Active, and somebody who has a wallet: a kind of None cannot be admitted, and a partner holds nothing.
    function _holds(uint256 i) private pure returns (bool) {
        uint256 kind = i / STATUSES;
        return
            _isActive(i) && kind != uint256(ParticipantKind.None) && kind != uint256(ParticipantKind.Partner);
    }

    /// @dev Status None is who was never admitted, whatever the kind.
    function _admitAll(uint256 keys) private {
        for (uint256 i = 0; i < KINDS * STATUSES; ++i) {
            if (i % STATUSES == 0) continue;
            ParticipantKind kind = ParticipantKind(i / STATUSES);
            address[] memory wallets = new address[](1);
            wallets[0] = _holder(keys, i);
            if (kind == ParticipantKind.Resident) {
                vm.prank(SENDER);
                registry.admitResidents(wallets);
            } else if (kind == ParticipantKind.Merchant) {
                actDelayed(REGISTRAR, address(registry), abi.encodeCall(registry.admitMerchants, (wallets)));
            } else if (kind == ParticipantKind.Association) {
                act(REGISTRAR, address(registry), abi.encodeCall(registry.admitAssociations, (wallets)));
            } else if (kind == ParticipantKind.Partner) {
                ParticipantId id = toParticipantId(wallets[0]);
                act(REGISTRAR, address(registry), abi.encodeCall(registry.admitPartner, (id)));
            }
        }
    }

    /// @dev Everybody who can hold coins gets some, also those who are blocked later: a blocked payer is refused
    /// because of the block, not for want of coins.
    function _giveCoins() private {
        for (uint256 i = 0; i < KINDS * STATUSES; ++i) {
            if (i % STATUSES == 0) continue;
            ParticipantKind kind = ParticipantKind(i / STATUSES);
            address holder = _holder(PAYERS, i);
            if (kind == ParticipantKind.Resident) {
                vm.prank(address(budget));
                token.mint(toParticipantId(holder), 100);
            } else if (kind == ParticipantKind.Merchant || kind == ParticipantKind.Association) {
                vm.prank(address(budget));
                token.mint(idOf(ALICE), 100);
                vm.prank(wallet(ALICE));
                token.transfer(holder, 100);
            }
        }
    }

    function _blockSome(uint256 keys) private {
        vm.startPrank(address(officers[ENFORCER]));
        for (uint256 i = STATUSES; i < KINDS * STATUSES; ++i) {
            if (i % STATUSES != uint256(ParticipantStatus.Blocked)) continue;
            registry.blockParticipant(toParticipantId(_holder(keys, i)), 1);
        }
        vm.stopPrank();
    }

    function _name(uint256 from, uint256 to) private pure returns (string memory) {
        return string.concat("kind * 3 + status: ", vm.toString(from), " -> ", vm.toString(to));
    }
}
