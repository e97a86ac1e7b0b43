// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {HeitjeToken} from "../../../contracts/HeitjeToken.sol";
import {OfficerAccount} from "../../../contracts/OfficerAccount.sol";
import {ParticipantRegistry} from "../../../contracts/ParticipantRegistry.sol";
import {RewardBudget} from "../../../contracts/RewardBudget.sol";
import {
    Participant,
    ParticipantKind,
    ParticipantStatus
} from "../../../contracts/interfaces/IParticipantRegistry.sol";
import {LineState} from "../../../contracts/interfaces/IRedemption.sol";
import {
    BatchId,
    ParticipantId,
    RedemptionId,
    budgetIdOf,
    derive,
    toParticipantId
} from "../../../contracts/types/Ids.sol";
import {Jobs} from "../base/Jobs.sol";
import {NewCity} from "./NewCity.sol";

/// @dev The carry-over of docs/moving.md, step by step, as whoever runs it would: it looks at what is done already, does
/// what is due, and goes on some other day with what is not. It may die after any act and is then begun anew.
///
/// The old city is this contract's own; the new one is {NewCity}. After each act nothing is owed twice.
abstract contract Move is Jobs {
    /// @dev Somebody's coins in the old city, written down while it stands still.
    struct Holding {
        ParticipantId id;
        ParticipantKind kind;
        address wallet;
        uint256 cents;
        uint256 frozen;
        bool blocked;
    }

    /// @dev The key of the city's own account in the old city, a merchant by kind: it collects what is carried over.
    uint256 internal constant COLLECTOR = 0xF1;

    /// @dev Out of whose budget the new city mints it. No signer is ever added, so nobody can post jobs for it.
    ParticipantId internal constant CARRY_OVER = ParticipantId.wrap("carry-over");

    NewCity internal next;
    AccessManager internal newManager;
    ParticipantRegistry internal newRegistry;
    HeitjeToken internal newToken;
    RewardBudget internal newBudget;

    /// @dev Everybody who was ever admitted to the old city with a wallet, as its events tell.
    ParticipantId[] internal everybody;

    uint256 internal euros; // in the bank
    uint256 internal owedOutside; // payable: owed in euros, in no coin
    Holding[] internal holdings;
    uint256 internal acts; // done by the run that is going on, or was last

    uint256 private _most;

    function setUp() public virtual override {
        next = new NewCity();
        (newManager, newRegistry, newToken, newBudget) = next.contracts();
        super.setUp();
    }

    /// @param most after how many acts this run dies
    /// @return finished whether nothing is left to do; otherwise it died, or something is not due yet
    function run(uint256 most) internal returns (bool finished) {
        (acts, _most) = (0, most);
        finished = _opens() && _writesDown() && _freezes() && _collects() && _burns() && _grants() && _gives()
            && _closes();
        check();
    }

    /// @dev Old coins, new coins, promises in both and what is payable: never more than the euros.
    function check() internal view {
        uint256 owed = token.totalSupply() + budget.outstanding() + newToken.totalSupply()
            + newBudget.outstanding() + owedOutside;
        isTrue(owed <= euros, "more is owed than there is");
        for (uint256 i = 0; i < holdings.length; ++i) {
            if (!holdings[i].blocked || newToken.balanceOf(holdings[i].wallet) == 0) continue;
            bool canPay = newToken.canTransfer(holdings[i].wallet, wallet(BAKER), 1);
            isFalse(canPay, "whoever is blocked pays in the new city");
        }
    }

    // ------------------------------------------------------------------ the steps

    /// @dev Everybody is admitted again with the wallet that they have now; what is delayed is scheduled.
    function _opens() private returns (bool) {
        if (!newRegistry.isActive(CARRY_OVER, ParticipantKind.Partner)) {
            if (!_may()) return false;
            _newAct(REGISTRAR, address(newRegistry), abi.encodeCall(registry.admitPartner, (CARRY_OVER)));
        }
        for (uint256 i = 0; i < everybody.length; ++i) {
            Participant memory who = registry.participant(everybody[i]);
            if (who.kind != ParticipantKind.Resident || newRegistry.isBound(who.wallet)) continue;
            if (!_may()) return false;
            next.admitResident(who.wallet);
        }

        address[] memory collector = new address[](1);
        collector[0] = wallet(COLLECTOR);
        bytes memory collecting = abi.encodeCall(registry.admitMerchants, (collector));
        bytes memory shops = abi.encodeCall(registry.admitMerchants, (_shops()));
        bool ready =
            registry.isBound(wallet(COLLECTOR)) || _delayed(false, REGISTRAR, address(registry), collecting);
        ready = (newRegistry.isBound(wallet(BAKER)) || _delayed(true, REGISTRAR, address(newRegistry), shops))
            && ready;
        (uint256 capacity,,) = newBudget.mintLimit(CARRY_OVER);
        return (capacity != 0 || _delayed(true, TREASURER, address(newBudget), _limit())) && ready;
    }

    /// @dev From the pause on no balance changes but by force. Nothing may be left that could still mint.
    function _writesDown() private returns (bool) {
        if (holdings.length != 0) return true;
        same(budget.outstanding(), 0, "promises of the old city are over");
        if (!token.paused()) {
            if (!_may()) return false;
            act(ENFORCER, address(token), abi.encodeCall(token.pause, ()));
        }
        for (uint256 i = 0; i < everybody.length; ++i) {
            Participant memory who = registry.participant(everybody[i]);
            holdings.push(
                Holding({
                    id: everybody[i],
                    kind: who.kind,
                    wallet: who.wallet,
                    cents: token.balanceOf(who.wallet),
                    frozen: token.getFrozenTokens(who.wallet),
                    blocked: who.status == ParticipantStatus.Blocked
                })
            );
        }
        return true;
    }

    /// @dev Before there is a coin in the new city. Whoever is blocked cannot be given coins, so all of them are frozen
    /// until the block can be set.
    function _freezes() private returns (bool) {
        for (uint256 i = 0; i < holdings.length; ++i) {
            Holding storage of_ = holdings[i];
            if (of_.kind != ParticipantKind.Resident || _isBlocked(of_)) continue;
            if (!_frozenIs(of_, of_.blocked ? type(uint256).max : of_.frozen)) return false;
        }
        return true;
    }

    /// @dev Every coin of the old city to the collector's wallet: also what is frozen, blocked, a merchant's.
    function _collects() private returns (bool all) {
        all = true;
        for (uint256 i = 0; i < holdings.length; ++i) {
            Holding storage of_ = holdings[i];
            if (of_.cents == 0 || token.balanceOf(of_.wallet) == 0) continue;
            bytes memory forcing =
                abi.encodeCall(token.forcedTransfer, (of_.wallet, wallet(COLLECTOR), of_.cents));
            all = _delayed(false, ENFORCER, address(token), forcing) && all;
        }
    }

    /// @dev Redeemed by the city itself and burned without a bank file. What was a merchant's or an association's is paid
    /// in euros by hand: only residents can be given new coins.
    function _burns() private returns (bool) {
        RedemptionId line = RedemptionId.wrap(derive(idOf(COLLECTOR), _clientId()));
        LineState state = redemption.lineOf(line).state;
        if (state == LineState.Booked || token.totalSupply() == 0) return true;
        RedemptionId[] memory lines = new RedemptionId[](1);
        lines[0] = line;
        if (token.paused()) {
            if (!_may()) return false;
            act(ENFORCER, address(token), abi.encodeCall(token.unpause, ()));
        }
        if (state == LineState.None) {
            if (!_may()) return false;
            redeem(COLLECTOR, idOf(COLLECTOR), token.balanceOf(wallet(COLLECTOR)), _clientId());
        }
        if (state != LineState.Batched) {
            if (!_may()) return false;
            close(BatchId.wrap(BatchId.unwrap(redemption.lastBatch()) + 1), lines);
        }
        if (!_may()) return false;
        settle(redemption.lastBatch(), new RedemptionId[](0));
        owedOutside += _cents(false);
        return true;
    }

    /// @dev What the auditor of the new city attests is what the old one does not owe.
    function _grants() private returns (bool) {
        if (_cents(true) == 0 || newBudget.isIdUsed(_clientId())) return true;
        // No euro stands behind a grant in both: from here on the old treasurer can grant nothing.
        if (budget.attestation().cents != 0) {
            if (!_may()) return false;
            act(AUDITOR, address(budget), _attesting(0));
        }
        uint256 covered = euros - owedOutside - token.totalSupply();
        if (newBudget.attestation().cents != covered) {
            if (!_may()) return false;
            _newAct(AUDITOR, address(newBudget), _attesting(covered));
        }
        if (!_may()) return false;
        bytes memory granting =
            abi.encodeCall(budget.grant, (CARRY_OVER, PERIOD, uint64(_cents(true)), _clientId()));
        _newAct(TREASURER, address(newBudget), granting);
        return true;
    }

    function _gives() private returns (bool) {
        for (uint256 i = 0; i < holdings.length; ++i) {
            Holding storage of_ = holdings[i];
            if (of_.kind == ParticipantKind.Resident && !(_awards(of_) && _blocks(of_))) return false;
        }
        return true;
    }

    /// @dev Nothing more is minted out of the carry-over, and the old coin stands still for good.
    function _closes() private returns (bool) {
        if (_cents(true) != 0 && !newBudget.budget(budgetIdOf(CARRY_OVER, PERIOD)).closed) {
            if (!_may()) return false;
            _newAct(TREASURER, address(newBudget), abi.encodeCall(budget.closeBudget, (CARRY_OVER, PERIOD)));
        }
        if (token.paused()) return true;
        if (!_may()) return false;
        act(ENFORCER, address(token), abi.encodeCall(token.pause, ()));
        return true;
    }

    // ------------------------------------------------------------------ one person

    /// @dev The id follows from the old coin and the old participant, so nobody is given anything twice.
    function _awards(Holding storage of_) private returns (bool) {
        bytes32 awardId = keccak256(abi.encode(address(token), of_.id));
        if (of_.cents == 0 || newBudget.isIdUsed(awardId)) return true;
        if (!_may()) return false;
        bytes memory awarding = abi.encodeCall(
            budget.award,
            (CARRY_OVER, PERIOD, toParticipantId(of_.wallet), uint64(of_.cents), bytes32(0), awardId)
        );
        _newAct(TREASURER, address(newBudget), awarding);
        return true;
    }

    function _blocks(Holding storage of_) private returns (bool) {
        if (!of_.blocked) return true;
        if (!_isBlocked(of_)) {
            if (!_may()) return false;
            bytes memory blocking =
                abi.encodeCall(registry.blockParticipant, (toParticipantId(of_.wallet), 1));
            _newAct(ENFORCER, address(newRegistry), blocking);
        }
        return _frozenIs(of_, of_.frozen);
    }

    function _frozenIs(Holding storage of_, uint256 cents) private returns (bool) {
        if (newToken.getFrozenTokens(of_.wallet) == cents) return true;
        if (!_may()) return false;
        _newAct(ENFORCER, address(newToken), abi.encodeCall(token.setFrozenTokens, (of_.wallet, cents)));
        return true;
    }

    function _isBlocked(Holding storage of_) private view returns (bool) {
        return newRegistry.participant(toParticipantId(of_.wallet)).status == ParticipantStatus.Blocked;
    }

    // ------------------------------------------------------------------ details

    /// @dev Asked before every act; looks at the whole after the one before.
    function _may() private returns (bool) {
        if (acts == _most) return false;
        check();
        ++acts;
        return true;
    }

    /// @return done whether it was carried out just now
    function _delayed(bool inNew, uint256 officer, address target, bytes memory data)
        private
        returns (bool done)
    {
        AccessManager itsManager = inNew ? newManager : manager;
        OfficerAccount account = inNew ? next.officerOf(officer) : officers[officer];
        uint256 due = itsManager.getSchedule(itsManager.hashOperation(address(account), target, data));
        if (due > block.timestamp || !_may()) return false;
        if (due != 0) {
            account.carryOut(target, data);
            return true;
        }

        bytes memory scheduling = abi.encodeCall(manager.schedule, (target, data, 0));
        if (inNew) _newAct(officer, address(itsManager), scheduling);
        else act(officer, address(itsManager), scheduling);
    }

    function _newAct(uint256 officer, address target, bytes memory data) private {
        next.order(officer, target, data);
    }

    /// @dev Of residents, or of all others.
    function _cents(bool residents) private view returns (uint256 cents) {
        for (uint256 i = 0; i < holdings.length; ++i) {
            if ((holdings[i].kind == ParticipantKind.Resident) == residents) cents += holdings[i].cents;
        }
    }

    function _attesting(uint256 cents) private view returns (bytes memory) {
        return abi.encodeCall(budget.attestReserve, (uint64(cents), uint48(block.timestamp), "statement"));
    }

    function _clientId() private view returns (bytes32) {
        return keccak256(abi.encode(address(token)));
    }

    function _shops() private pure returns (address[] memory shops) {
        shops = new address[](2);
        (shops[0], shops[1]) = (wallet(BAKER), wallet(GROCER));
    }

    /// @dev Everything in one go: no job can use it, and the budget is closed at the end.
    function _limit() private view returns (bytes memory) {
        return abi.encodeCall(budget.setMintLimit, (CARRY_OVER, 1_000_000_00, uint48(1 hours)));
    }
}
