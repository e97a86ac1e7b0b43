// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IERC7943Fungible} from "../../contracts/interfaces/IERC7943Fungible.sol";
import {City} from "./base/City.sol";
import {Events} from "./base/Events.sol";

/// @dev What the coin says it is, and how it moves by its holders' own calls. All kinds against all kinds: PaymentMatrix.
/// Signed payments: HeitjeAuthorizations. What the standards ask: conformance/.
contract HeitjeTransfersTest is City, Events {
    address private constant STRANGER = address(0x57A);

    function setUp() public override {
        super.setUp();
        _mint(ALICE, 100_00);
        _mint(BOB, 100_00);
        vm.prank(wallet(BOB));
        token.transfer(wallet(BAKER), 40_00);
    }

    // ------------------------------------------------------------------ what it is

    function test_metadata__always__isAsPublished() public view {
        same(bytes(token.name()), "Heitje", "name");
        same(bytes(token.symbol()), "HTJ", "symbol");
        same(token.decimals(), 2, "decimals");
    }

    // ------------------------------------------------------------------ moving

    function testFuzz_transfer__whenAllowed__moves(uint256 cents) public {
        cents = between(cents, 0, 100_00);

        watch();
        vm.prank(wallet(ALICE));
        bool moved = token.transfer(wallet(BAKER), cents);

        saw(address(token));
        emit IERC20.Transfer(wallet(ALICE), wallet(BAKER), cents);
        sawNothingElse();
        isTrue(moved, "moved");
        same(token.balanceOf(wallet(ALICE)), 100_00 - cents, "payer");
        same(token.balanceOf(wallet(BAKER)), 40_00 + cents, "receiver");
        same(token.totalSupply(), 200_00, "supply");
    }

    function testFuzz_transfer__whenBalanceIsTooSmall__reverts(uint256 cents) public {
        cents = between(cents, 100_01, type(uint256).max - 1);
        _refuses(ALICE, wallet(BAKER), cents, _insufficient(wallet(ALICE), 100_00, cents));
    }

    function test_transferFrom__whenAllowed__movesAndUsesTheAllowance() public {
        vm.prank(wallet(ALICE));
        token.approve(STRANGER, 10_00);

        watch();
        vm.prank(STRANGER);
        token.transferFrom(wallet(ALICE), wallet(BAKER), 4_00);

        saw(address(token));
        emit IERC20.Transfer(wallet(ALICE), wallet(BAKER), 4_00);
        sawNothingElse();
        same(token.allowance(wallet(ALICE), STRANGER), 6_00, "allowance");
        same(token.balanceOf(wallet(BAKER)), 44_00, "receiver");
    }

    function test_transferFrom__whenAllowanceIsTooSmall__reverts() public {
        vm.prank(wallet(ALICE));
        token.approve(STRANGER, 3_99);
        _refusesFrom(
            STRANGER,
            wallet(ALICE),
            wallet(BAKER),
            4_00,
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, STRANGER, 3_99, 4_00)
        );
    }

    /// @dev An allowance is no way round the matrix: neither for a stranger nor for somebody who may pay.
    function test_transferFrom__whenAgainstTheMatrix__reverts() public {
        address[3] memory spenders = [STRANGER, wallet(BAKER), wallet(BOB)];
        for (uint256 i = 0; i < spenders.length; ++i) {
            vm.prank(wallet(ALICE));
            token.approve(spenders[i], 10_00);
            _refusesFrom(
                spenders[i],
                wallet(ALICE),
                wallet(BOB),
                1_00,
                _cannotTransfer(wallet(ALICE), wallet(BOB), 1_00)
            );
            _refusesFrom(spenders[i], wallet(ALICE), STRANGER, 1_00, _cannotReceive(STRANGER));
        }
    }

    function test_transfer__toHeitjesOwnContracts__reverts() public {
        uint256[2] memory payers = [ALICE, BAKER];
        address[5] memory contracts =
            [address(redemption), address(escrow), address(budget), address(token), address(registry)];
        for (uint256 i = 0; i < payers.length; ++i) {
            address payer = wallet(payers[i]);
            vm.prank(payer);
            token.approve(STRANGER, 10_00);
            for (uint256 j = 0; j < contracts.length; ++j) {
                bytes memory refusal =
                    j == 0 ? _cannotTransfer(payer, contracts[j], 1) : _cannotReceive(contracts[j]);
                _refuses(payers[i], contracts[j], 1, refusal);
                _refusesFrom(STRANGER, payer, contracts[j], 1, refusal);
            }
        }
    }

    function test_transferFrom__outOfTheRedemption__revertsEvenWithAnAllowance() public {
        redeem(BAKER, 40_00);
        // Redemption never gives an allowance; if it did, it would be worth nothing.
        vm.prank(address(redemption));
        token.approve(wallet(BAKER), 40_00);
        _refusesFrom(
            wallet(BAKER),
            address(redemption),
            wallet(BAKER),
            1,
            _cannotTransfer(address(redemption), wallet(BAKER), 1)
        );
    }

    function test_transfer__whenBlocked__reverts() public {
        vm.prank(address(officers[ENFORCER]));
        registry.blockParticipant(idOf(BAKER), 1);
        _refuses(ALICE, wallet(BAKER), 1, _cannotReceive(wallet(BAKER)));
        _refuses(BAKER, wallet(ALICE), 1, _cannotSend(wallet(BAKER)));
        // An allowance given before is worth nothing either.
        vm.prank(wallet(BAKER));
        token.approve(STRANGER, 1);
        _refusesFrom(STRANGER, wallet(BAKER), wallet(ALICE), 1, _cannotSend(wallet(BAKER)));
    }

    function test_transfer__toTheZeroAddress__reverts() public {
        _refuses(
            ALICE,
            address(0),
            1,
            abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0))
        );
    }

    // ------------------------------------------------------------------ details

    function _mint(uint256 resident, uint256 cents) private {
        vm.prank(address(budget));
        token.mint(idOf(resident), cents);
    }

    function _refuses(uint256 payer, address to, uint256 cents, bytes memory refusal) private {
        vm.prank(wallet(payer));
        vm.expectRevert(refusal);
        token.transfer(to, cents);
    }

    function _refusesFrom(address spender, address from, address to, uint256 cents, bytes memory refusal)
        private
    {
        vm.prank(spender);
        vm.expectRevert(refusal);
        token.transferFrom(from, to, cents);
    }

    function _cannotSend(address account) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotSend.selector, account);
    }

    function _cannotReceive(address account) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotReceive.selector, account);
    }

    function _cannotTransfer(address from, address to, uint256 cents) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotTransfer.selector, from, to, cents);
    }

    function _insufficient(address from, uint256 balance, uint256 cents) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, from, balance, cents);
    }
}
