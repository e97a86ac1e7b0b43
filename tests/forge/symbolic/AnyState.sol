// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {HeitjeToken} from "../../../contracts/HeitjeToken.sol";
import {JobEscrow} from "../../../contracts/JobEscrow.sol";
import {ParticipantRegistry} from "../../../contracts/ParticipantRegistry.sol";
import {Redemption} from "../../../contracts/Redemption.sol";
import {RewardBudget} from "../../../contracts/RewardBudget.sol";

/// @dev The cheatcodes of halmos that these checks use; it knows forge's as well.
interface Halmos {
    function createUint256(string calldata name) external pure returns (uint256);
    function createBytes32(string calldata name) external pure returns (bytes32);
    function createAddress(string calldata name) external pure returns (address);
    function createCalldata(string calldata contractName) external pure returns (bytes memory);
    function enableSymbolicStorage(address account) external;
    function assume(bool condition) external pure;
    function etch(address target, bytes calldata code) external;
    function prank(address sender) external;
    function warp(uint256 timestamp) external;
}

/// @dev A manager under which everybody holds every role and no act waits: what is proved under it needs no officer to
/// be honest.
contract EverybodyMay {
    function canCall(address, address, bytes4) external pure returns (bool, uint32) {
        return (true, 0);
    }
}

/// @dev A token that answers anything: with symbols for what it stores, no answer of it is left out.
contract AnyToken {
    uint256 public totalSupply;
    uint256 public totalBurned;
    mapping(uint48 timepoint => uint256) public burnedUntil;
}

/// @dev Heitje's contracts, wired as they are deployed, with symbols for everything they store: a check holds from
/// every state, also from those that no sequence of acts can reach. `make prove` runs every `check_` with halmos.
abstract contract AnyState {
    Halmos internal constant vm = Halmos(address(uint160(uint256(keccak256("hevm cheat code")))));
    Halmos internal constant svm = Halmos(address(uint160(uint256(keccak256("svm cheat code")))));

    EverybodyMay internal constant manager = EverybodyMay(address(0x1001));
    ParticipantRegistry internal constant registry = ParticipantRegistry(address(0x1002));
    HeitjeToken internal constant token = HeitjeToken(address(0x1003));
    RewardBudget internal constant budget = RewardBudget(address(0x1004));
    JobEscrow internal constant escrow = JobEscrow(address(0x1005));
    Redemption internal constant redemption = Redemption(address(0x1006));

    /// @dev Addresses stand in the code and state in symbols, so code is all that is taken from what is created here.
    function setUp() public {
        vm.etch(address(manager), address(new EverybodyMay()).code);
        place(
            address(registry),
            address(new ParticipantRegistry(address(manager), address(token), new address[](0)))
        );
        place(
            address(token),
            address(new HeitjeToken(address(manager), registry, address(budget), address(redemption)))
        );
        place(
            address(budget),
            address(new RewardBudget(address(manager), token, registry, address(escrow), 250_00, 40 days))
        );
        place(
            address(escrow),
            address(new JobEscrow(address(manager), registry, budget, token, 14 days, 14 days, 1 days))
        );
        place(address(redemption), address(new Redemption(address(manager), token, registry)));
    }

    /// @dev What grants ask of the token runs through a search in a list without bound, which no symbol can follow.
    function tokenAnswersAnything() internal {
        place(address(token), address(new AnyToken()));
    }

    function place(address at, address created) internal {
        vm.etch(at, created.code);
        svm.enableSymbolicStorage(at);
    }
}
