// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IERC7943Fungible} from "../../contracts/interfaces/IERC7943Fungible.sol";
import {Batch, IRedemption, Line, LineState} from "../../contracts/interfaces/IRedemption.sol";
import {BatchId, RedemptionId} from "../../contracts/types/Ids.sol";
import {Jobs} from "./base/Jobs.sol";

/// @dev What becomes of locked coins: lines are closed into a batch, the bank's answer burns them or gives them back.
contract PayoutTest is Jobs {
    BatchId private constant FIRST = BatchId.wrap(1);
    BatchId private constant SECOND = BatchId.wrap(2);

    RedemptionId private constant UNKNOWN = RedemptionId.wrap("unknown");

    RedemptionId private _a;
    RedemptionId private _b;
    RedemptionId private _c;

    /// @dev Three lines, of 100.00 and 50.00 of the baker and 30.00 of the grocer.
    function setUp() public override {
        super.setUp();
        earn(ALICE, 250_00);
        pay(ALICE, BAKER, 200_00);
        pay(ALICE, GROCER, 50_00);
        _a = redeem(BAKER, 100_00);
        _b = redeem(BAKER, 50_00);
        _c = redeem(GROCER, 30_00);
    }

    // ------------------------------------------------------------------ close

    function test_close__lockedLines__fixesBatch() public {
        asOfficer(SETTLEMENT);
        watch();
        redemption.close(FIRST, _list(_c, _a));
        saw(address(redemption));
        emit IRedemption.BatchClosed(FIRST, 130_00, _list(_c, _a));
        sawNothingElse();

        _batchIs(FIRST, Batch({cents: 130_00, rejectedCents: 0, lines: 2, settled: false}));
        _lineIs(_a, Line(idOf(BAKER), 100_00, FIRST, LineState.Batched));
        _lineIs(_b, Line(idOf(BAKER), 50_00, BatchId.wrap(0), LineState.Locked));
        _lineIs(_c, Line(idOf(GROCER), 30_00, FIRST, LineState.Batched));
        same(BatchId.unwrap(redemption.lastBatch()), 1, "last batch");
        _openIs(180_00);
    }

    function test_close__withOtherNumber__reverts() public {
        _refusesClose(BatchId.wrap(0), _list(_a), _unexpectedBatch(BatchId.wrap(0), FIRST));
        _refusesClose(SECOND, _list(_a), _unexpectedBatch(SECOND, FIRST));
        close(FIRST, _list(_a));
        _refusesClose(FIRST, _list(_b), _unexpectedBatch(FIRST, SECOND));
        _refusesClose(BatchId.wrap(3), _list(_b), _unexpectedBatch(BatchId.wrap(3), SECOND));

        close(SECOND, _list(_b));
        same(BatchId.unwrap(redemption.lastBatch()), 2, "without a gap");
    }

    function test_close__ofNothing__reverts() public {
        _refusesClose(FIRST, _none(), abi.encodeWithSelector(IRedemption.RedemptionEmptyList.selector));
    }

    /// @dev So many that refusing all of them would not fit into a transaction.
    function test_close__ofMoreThanAThousand__reverts() public {
        RedemptionId[] memory lines = new RedemptionId[](1001);

        _refusesClose(
            FIRST, lines, abi.encodeWithSelector(IRedemption.RedemptionTooManyLines.selector, 1001, 1000)
        );
    }

    /// @dev A thousand are not too many: these are refused only since none of them exists.
    function test_close__ofAThousand__looksAtEachLine() public {
        RedemptionId[] memory lines = new RedemptionId[](1000);

        _refusesClose(FIRST, lines, _unexpectedState(lines[0], LineState.None));
    }

    function test_close__ofLineThatIsNotLocked__reverts() public {
        _refusesClose(FIRST, _list(UNKNOWN), _unexpectedState(UNKNOWN, LineState.None));
        _refusesClose(FIRST, _list(_a, _a), _unexpectedState(_a, LineState.Batched));
        close(FIRST, _list(_a, _b));
        _refusesClose(SECOND, _list(_c, _a), _unexpectedState(_a, LineState.Batched));

        settle(FIRST, _list(_b));
        _refusesClose(SECOND, _list(_a), _unexpectedState(_a, LineState.Booked));
        _refusesClose(SECOND, _list(_b), _unexpectedState(_b, LineState.Rejected));
        redemption.release(_b);
        _refusesClose(SECOND, _list(_b), _unexpectedState(_b, LineState.Released));
    }

    // ------------------------------------------------------------------ settle

    function test_settle__allBooked__burnsInOneGo() public {
        close(FIRST, _list(_a, _b));
        asOfficer(SETTLEMENT);
        watch();
        redemption.settle(FIRST, _none());
        saw(address(redemption));
        emit IRedemption.BatchSettled(FIRST, 150_00, 0);
        saw(address(token));
        emit IERC20.Transfer(address(redemption), address(0), 150_00);
        sawNothingElse();

        _batchIs(FIRST, Batch({cents: 150_00, rejectedCents: 0, lines: 2, settled: true}));
        _lineIs(_a, Line(idOf(BAKER), 100_00, FIRST, LineState.Booked));
        _lineIs(_b, Line(idOf(BAKER), 50_00, FIRST, LineState.Booked));
        _openIs(30_00);
        same(token.totalSupply(), 100_00, "nothing owed of it any more");
        same(token.totalBurned(), 150_00, "burned");
    }

    function test_settle__someRejected__burnsRest() public {
        close(FIRST, _list(_a, _b));
        asOfficer(SETTLEMENT);
        watch();
        redemption.settle(FIRST, _list(_b));
        saw(address(redemption));
        emit IRedemption.RedemptionRejected(_b, FIRST);
        emit IRedemption.BatchSettled(FIRST, 100_00, 50_00);
        saw(address(token));
        emit IERC20.Transfer(address(redemption), address(0), 100_00);
        sawNothingElse();

        _batchIs(FIRST, Batch({cents: 150_00, rejectedCents: 50_00, lines: 2, settled: true}));
        _lineIs(_a, Line(idOf(BAKER), 100_00, FIRST, LineState.Booked));
        _lineIs(_b, Line(idOf(BAKER), 50_00, FIRST, LineState.Rejected));
        _openIs(80_00);
        same(token.totalSupply(), 150_00, "a rejected line is still owed");
    }

    function test_settle__allRejected__burnsNothing() public {
        close(FIRST, _list(_a, _b));
        asOfficer(SETTLEMENT);
        watch();
        redemption.settle(FIRST, _list(_b, _a));
        saw(address(redemption));
        emit IRedemption.RedemptionRejected(_b, FIRST);
        emit IRedemption.RedemptionRejected(_a, FIRST);
        emit IRedemption.BatchSettled(FIRST, 0, 150_00);
        sawNothingElse();

        _openIs(180_00);
        same(token.totalBurned(), 0, "burned");
    }

    function test_settle__ofUnknownBatch__reverts() public {
        _refusesSettle(
            FIRST, _none(), abi.encodeWithSelector(IRedemption.RedemptionUnknownBatch.selector, FIRST)
        );
    }

    function test_settle__twice__reverts() public {
        close(FIRST, _list(_a));
        settle(FIRST, _none());

        bytes memory refused = abi.encodeWithSelector(IRedemption.RedemptionBatchSettled.selector, FIRST);
        _refusesSettle(FIRST, _none(), refused);
        _refusesSettle(FIRST, _list(_a), refused);
        _openIs(80_00);
    }

    function test_settle__withLineThatIsNotOfIt__reverts() public {
        close(FIRST, _list(_a));
        close(SECOND, _list(_b));

        _refusesSettle(
            FIRST, _list(_b), abi.encodeWithSelector(IRedemption.RedemptionNotInBatch.selector, _b, FIRST)
        );
        _refusesSettle(FIRST, _list(_a, _a), _unexpectedState(_a, LineState.Rejected));
        _refusesSettle(FIRST, _list(_c), _unexpectedState(_c, LineState.Locked));
        _refusesSettle(FIRST, _list(UNKNOWN), _unexpectedState(UNKNOWN, LineState.None));
    }

    /// @dev The second batch's answer may come first; neither touches the other's lines.
    function test_settle__inOtherOrder__keepsBatchesApart() public {
        close(FIRST, _list(_a));
        close(SECOND, _list(_b, _c));

        settle(SECOND, _list(_c));

        same(uint256(redemption.lineOf(_a).state), uint256(LineState.Batched), "the first waits");
        same(uint256(redemption.lineOf(_b).state), uint256(LineState.Booked), "booked");
        _openIs(130_00);
        settle(FIRST, _none());
        _openIs(30_00);
    }

    /// @dev A bank file of any length is settled in one transaction.
    function test_settle__ofAnyLength__costsTheSame() public {
        _gasToSettle(1); // what only the first of all settlements pays
        uint256 one = _gasToSettle(1);
        uint256 ten = _gasToSettle(10);
        uint256 fifty = _gasToSettle(50);

        same(ten, one, "10 lines");
        same(fifty, one, "50 lines");
    }

    // ------------------------------------------------------------------ release

    function test_release__byAnyone__givesCoinsBack() public {
        _reject(_b);
        vm.prank(address(0xA11));
        watch();
        redemption.release(_b);
        saw(address(redemption));
        emit IRedemption.RedemptionReleased(_b, idOf(BAKER), 50_00);
        saw(address(token));
        emit IERC20.Transfer(address(redemption), wallet(BAKER), 50_00);
        sawNothingElse();

        _lineIs(_b, Line(idOf(BAKER), 50_00, FIRST, LineState.Released));
        same(token.balanceOf(wallet(BAKER)), 100_00, "50.00 never redeemed, 50.00 back");
        _openIs(30_00);
    }

    function test_release__afterRecover__goesToNewWallet() public {
        _reject(_b);
        address newWallet = wallet(0xD11);
        actDelayed(ENFORCER, address(token), abi.encodeCall(token.recover, (wallet(BAKER), newWallet)));

        redemption.release(_b);

        same(token.balanceOf(newWallet), 100_00, "new wallet");
        same(token.balanceOf(wallet(BAKER)), 0, "old wallet");
    }

    function test_release__toBlockedMerchant__revertsAndWorksLater() public {
        _reject(_b);
        setBlocked(idOf(BAKER), true);
        vm.expectRevert(abi.encodeWithSelector(IERC7943Fungible.ERC7943CannotReceive.selector, wallet(BAKER)));
        redemption.release(_b);

        setBlocked(idOf(BAKER), false);
        redemption.release(_b);
        _openIs(30_00);
    }

    function test_release__ofLineThatIsNotRejected__reverts() public {
        _refusesRelease(UNKNOWN, LineState.None);
        _refusesRelease(_a, LineState.Locked);
        close(FIRST, _list(_a, _b));
        _refusesRelease(_a, LineState.Batched);
        settle(FIRST, _list(_b));
        _refusesRelease(_a, LineState.Booked);
        redemption.release(_b);
        _refusesRelease(_b, LineState.Released);
    }

    // ------------------------------------------------------------------ roles

    function test_closeAndSettle__byOther__revert() public {
        address other = address(officers[TREASURER]);
        bytes memory refused =
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, other);
        vm.expectRevert(refused);
        vm.prank(other);
        redemption.close(FIRST, _list(_a));

        close(FIRST, _list(_a));
        vm.expectRevert(refused);
        vm.prank(other);
        redemption.settle(FIRST, _none());
    }

    // ------------------------------------------------------------------ details

    /// @dev Each in a second of its own, so that each writes a new entry in the history of burns.
    function _gasToSettle(uint256 length) private returns (uint256 used) {
        RedemptionId[] memory lines = new RedemptionId[](length);
        for (uint256 i = 0; i < length; ++i) {
            lines[i] = redeem(BAKER, 1);
        }
        BatchId batch = BatchId.wrap(BatchId.unwrap(redemption.lastBatch()) + 1);
        close(batch, lines);
        vm.warp(block.timestamp + 1);
        RedemptionId[] memory none = _none();
        asOfficer(SETTLEMENT);
        used = gasleft();
        redemption.settle(batch, none);
        used -= gasleft();
    }

    function _reject(RedemptionId id) private {
        close(FIRST, _list(_a, id));
        settle(FIRST, _list(id));
    }

    /// @dev What lies at Redemption is the sum of the lines that are neither burned nor released.
    function _openIs(uint256 cents) private view {
        same(token.balanceOf(address(redemption)), cents, "open lines");
    }

    function _batchIs(BatchId id, Batch memory expected) private view {
        same(abi.encode(redemption.batchOf(id)), abi.encode(expected), "batch");
    }

    function _lineIs(RedemptionId id, Line memory expected) private view {
        same(abi.encode(redemption.lineOf(id)), abi.encode(expected), "line");
    }

    function _refusesClose(BatchId id, RedemptionId[] memory lines, bytes memory refused) private {
        vm.expectRevert(refused);
        asOfficer(SETTLEMENT);
        redemption.close(id, lines);
    }

    function _refusesSettle(BatchId id, RedemptionId[] memory lines, bytes memory refused) private {
        vm.expectRevert(refused);
        asOfficer(SETTLEMENT);
        redemption.settle(id, lines);
    }

    function _refusesRelease(RedemptionId id, LineState state) private {
        vm.expectRevert(_unexpectedState(id, state));
        redemption.release(id);
    }

    function _unexpectedState(RedemptionId id, LineState state) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRedemption.RedemptionUnexpectedState.selector, id, state);
    }

    function _unexpectedBatch(BatchId id, BatchId expected) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRedemption.RedemptionUnexpectedBatch.selector, id, expected);
    }

    function _none() private pure returns (RedemptionId[] memory) {
        return new RedemptionId[](0);
    }

    function _list(RedemptionId a) private pure returns (RedemptionId[] memory lines) {
        lines = new RedemptionId[](1);
        lines[0] = a;
    }

    function _list(RedemptionId a, RedemptionId b) private pure returns (RedemptionId[] memory lines) {
        lines = new RedemptionId[](2);
        (lines[0], lines[1]) = (a, b);
    }
}
