// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {ParticipantKind} from "../../contracts/interfaces/IParticipantRegistry.sol";
import {City} from "./base/City.sol";
import {Events} from "./base/Events.sol";

/// @dev Who may call what: every line of scripts/roles.json against every caller there is. Which officer has which role
/// is written out here a second time.
contract AccessTest is City, Events {
    /// @dev Enough for any function in the table: all arguments are zero, and every list and text is empty.
    bytes private constant NO_ARGUMENTS = new bytes(32 * 8);

    address private constant STRANGER = address(0x57A);
    uint64 private constant ADMIN_ROLE = 0;
    uint256 private constant FUNCTIONS = 33;

    /// @dev A line of the table.
    struct Restricted {
        address target;
        bytes4 selector;
        string role;
    }

    Restricted[] private _table;
    address[] private _callers;
    mapping(address caller => mapping(string role => bool)) private _immediately;
    mapping(address caller => mapping(string role => bool)) private _delayed;

    function setUp() public override {
        super.setUp();
        _readTable();
        _callers = [STRANGER, address(this), SENDER, address(token), address(escrow)];
        for (uint256 key = ADMIN; key <= GUARDIAN; ++key) {
            _callers.push(address(officers[key]));
        }
        _immediately[SENDER]["ADMITTER"] = true;
        _immediately[address(officers[TREASURER])]["TREASURER"] = true;
        _immediately[address(officers[AUDITOR])]["AUDITOR"] = true;
        _immediately[address(officers[SETTLEMENT])]["SETTLEMENT"] = true;
        _immediately[address(officers[REGISTRAR])]["REGISTRAR"] = true;
        _immediately[address(officers[REGISTRAR])]["ADMITTER"] = true;
        _immediately[address(officers[ARBITER])]["ARBITER"] = true;
        _immediately[address(officers[ENFORCER])]["ENFORCER"] = true;
        _immediately[address(officers[GUARDIAN])]["GUARDIAN"] = true;
        _delayed[address(officers[TREASURER])]["LIMIT_SETTER"] = true;
        _delayed[address(officers[REGISTRAR])]["MERCHANT_ADMITTER"] = true;
        _delayed[address(officers[REGISTRAR])]["SIGNER_REGISTRAR"] = true;
        _delayed[address(officers[ENFORCER])]["RECOVERER"] = true;
        _delayed[address(officers[ENFORCER])]["FORCER"] = true;
        _delayed[address(officers[ADMIN])]["ADMIN"] = true;
    }

    // ------------------------------------------------------------------ the table

    function test_restricted__whenRoleIsMissing__reverts() public {
        uint256 refusals;
        for (uint256 i = 0; i < _table.length; ++i) {
            Restricted memory what = _table[i];
            if (what.target == address(manager)) continue;
            for (uint256 j = 0; j < _callers.length; ++j) {
                address caller = _callers[j];
                if (_immediately[caller][what.role] || _delayed[caller][what.role]) continue;
                (bool done, bytes memory answer) = _call(caller, what);
                isFalse(done, what.role);
                same(
                    answer,
                    abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller),
                    what.role
                );
                ++refusals;
            }
        }
        // 23 functions and 13 callers, less who has the role: one officer each, and ADMITTER the sender too.
        same(refusals, 23 * 13 - 24, "asked everybody");
    }

    /// @dev Who has a role without delay comes past the gate: with no arguments most acts are refused further on.
    function test_restricted__whenRoleHasNoDelay__isNotRefusedForIt() public {
        uint256 passed;
        for (uint256 i = 0; i < _table.length; ++i) {
            for (uint256 j = 0; j < _callers.length; ++j) {
                if (!_immediately[_callers[j]][_table[i].role]) continue;
                (bool done, bytes memory answer) = _call(_callers[j], _table[i]);
                isTrue(
                    done || bytes4(answer) != IAccessManaged.AccessManagedUnauthorized.selector,
                    _table[i].role
                );
                ++passed;
            }
        }
        same(passed, 18, "17 functions, one of them for two callers");
    }

    function test_restricted__whenRoleIsDelayed__needsASchedule() public {
        uint256 delayed;
        for (uint256 i = 0; i < _table.length; ++i) {
            Restricted memory what = _table[i];
            for (uint256 j = 0; j < _callers.length; ++j) {
                address caller = _callers[j];
                bool isManagers = what.target == address(manager);
                if (!_delayed[caller][isManagers ? "ADMIN" : what.role]) continue;
                (bool done, bytes memory answer) = _call(caller, what);
                isFalse(done, what.role);
                bytes32 operation = manager.hashOperation(caller, what.target, _dataOf(what));
                same(
                    answer,
                    abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, operation),
                    what.role
                );
                ++delayed;
            }
        }
        same(delayed, 6 + 10, "every delayed function of the contracts and of the manager");
    }

    function test_managersActs__whenNotAdmin__revert() public {
        uint256 refusals;
        for (uint256 i = 0; i < _table.length; ++i) {
            if (_table[i].target != address(manager)) continue;
            for (uint256 j = 0; j < _callers.length; ++j) {
                if (_callers[j] == address(officers[ADMIN])) continue;
                (bool done, bytes memory answer) = _call(_callers[j], _table[i]);
                isFalse(done, "not the admin's");
                same(
                    answer,
                    abi.encodeWithSelector(
                        IAccessManager.AccessManagerUnauthorizedAccount.selector, _callers[j], ADMIN_ROLE
                    ),
                    "refused as no admin"
                );
                ++refusals;
            }
        }
        same(refusals, 10 * 12, "asked everybody");
    }

    /// @dev The manager is as the table says, and nobody has more roles than the list above.
    function test_roles__afterSetUp__areAsTheTableSays() public view {
        same(_table.length, FUNCTIONS, "lines of the table");
        for (uint256 i = 0; i < _table.length; ++i) {
            uint64 role = manager.getTargetFunctionRole(_table[i].target, _table[i].selector);
            same(role, roleIds[_table[i].role], _table[i].role);
            isTrue(role != ADMIN_ROLE, "a role of its own");
        }
        string memory json = _json();
        for (uint256 i = 0; vm.keyExistsJson(json, _path("roles", i, "")); ++i) {
            string memory role = vm.parseJsonString(json, _path("roles", i, ".name"));
            bool guarded = vm.parseJsonBool(json, _path("roles", i, ".guarded"));
            same(manager.getRoleGuardian(roleIds[role]), guarded ? roleIds["GUARDIAN"] : 0, role);
            same(manager.getRoleAdmin(roleIds[role]), ADMIN_ROLE, role);
            _hasOnlyWhatIsListed(role);
        }
        _hasOnlyWhatIsListed("ADMIN");
    }

    function test_deployer__afterSetUp__hasNoRoleLeft() public view {
        for (uint64 role = 0; role < 32; ++role) {
            (bool has,) = manager.hasRole(role, address(this));
            isFalse(has, "the deployer has no role");
        }
    }

    /// @dev Each contract names what it is wired to, so that a deployment can be checked from outside.
    function test_wiring__afterDeployment__isToldByEachContract() public view {
        same(registry.token(), address(token), "registry's token");
        same(token.registry(), address(registry), "token's registry");
        same(token.budget(), address(budget), "token's budget");
        same(token.redemption(), address(redemption), "token's redemption");
        same(budget.token(), address(token), "budget's token");
        same(budget.registry(), address(registry), "budget's registry");
        same(budget.jobEscrow(), address(escrow), "budget's escrow");
        same(escrow.token(), address(token), "escrow's token");
        same(escrow.registry(), address(registry), "escrow's registry");
        same(escrow.budget(), address(budget), "escrow's budget");
        same(redemption.token(), address(token), "redemption's token");
        same(redemption.registry(), address(registry), "redemption's registry");
        for (uint256 key = ADMIN; key <= GUARDIAN; ++key) {
            same(officers[key].manager(), address(manager), "officer's manager");
        }
        address[5] memory managed =
            [address(registry), address(token), address(budget), address(escrow), address(redemption)];
        for (uint256 i = 0; i < managed.length; ++i) {
            same(IAccessManaged(managed[i]).authority(), address(manager), "authority");
        }
    }

    function test_payments__inTheTable__areWhatTheRegistryAllows() public view {
        string memory json = _json();
        string[5] memory names = ["None", "Resident", "Merchant", "Partner", "Association"];
        for (uint256 from = 0; from < names.length; ++from) {
            for (uint256 to = 0; to < names.length; ++to) {
                bool found;
                for (uint256 i = 0; vm.keyExistsJson(json, _path("payments", i, "")); ++i) {
                    found = found
                        || (_is(json, _path("payments", i, "[0]"), names[from])
                            && _is(json, _path("payments", i, "[1]"), names[to]));
                }
                bool may = registry.kindMayPay(ParticipantKind(from), ParticipantKind(to));
                isTrue(may == found, string.concat(names[from], " -> ", names[to]));
            }
        }
    }

    // ------------------------------------------------------------------ details

    function _call(address caller, Restricted memory what) private returns (bool done, bytes memory answer) {
        uint256 before = vm.snapshotState();
        vm.prank(caller);
        (done, answer) = what.target.call(_dataOf(what));
        vm.revertToState(before);
    }

    function _dataOf(Restricted memory what) private pure returns (bytes memory) {
        return bytes.concat(what.selector, NO_ARGUMENTS);
    }

    function _hasOnlyWhatIsListed(string memory role) private view {
        for (uint256 i = 0; i < _callers.length; ++i) {
            (bool has, uint32 delay) = manager.hasRole(roleIds[role], _callers[i]);
            isTrue(has == (_immediately[_callers[i]][role] || _delayed[_callers[i]][role]), role);
            same(delay, _delayed[_callers[i]][role] ? DELAY : 0, role);
        }
    }

    function _readTable() private {
        string memory json = _json();
        for (uint256 i = 0; vm.keyExistsJson(json, _path("functions", i, "")); ++i) {
            _table.push(
                Restricted({
                    target: _named(vm.parseJsonString(json, _path("functions", i, ".contract"))),
                    selector: bytes4(
                        keccak256(bytes(vm.parseJsonString(json, _path("functions", i, ".signature"))))
                    ),
                    role: vm.parseJsonString(json, _path("functions", i, ".role"))
                })
            );
        }
    }

    function _json() private view returns (string memory) {
        return vm.readFile(string.concat(vm.projectRoot(), "/scripts/roles.json"));
    }

    function _path(string memory list, uint256 i, string memory field) private pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(i), "]", field);
    }

    function _is(string memory json, string memory path, string memory value) private pure returns (bool) {
        return keccak256(bytes(vm.parseJsonString(json, path))) == keccak256(bytes(value));
    }

    function _named(string memory name) private view returns (address) {
        bytes32 hash = keccak256(bytes(name));
        if (hash == keccak256("AccessManager")) return address(manager);
        if (hash == keccak256("ParticipantRegistry")) return address(registry);
        if (hash == keccak256("HeitjeToken")) return address(token);
        if (hash == keccak256("RewardBudget")) return address(budget);
        if (hash == keccak256("JobEscrow")) return address(escrow);
        if (hash == keccak256("Redemption")) return address(redemption);
        revert Untrue(name);
    }
}
