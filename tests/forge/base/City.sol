// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {HeitjeToken} from "../../../contracts/HeitjeToken.sol";
import {JobEscrow} from "../../../contracts/JobEscrow.sol";
import {OfficerAccount} from "../../../contracts/OfficerAccount.sol";
import {ParticipantRegistry} from "../../../contracts/ParticipantRegistry.sol";
import {Redemption} from "../../../contracts/Redemption.sol";
import {RewardBudget} from "../../../contracts/RewardBudget.sol";
import {JobTerms} from "../../../contracts/interfaces/IJobEscrow.sol";
import {
    BatchId,
    ClaimId,
    JobId,
    ParticipantId,
    RedemptionId,
    derive,
    toParticipantId
} from "../../../contracts/types/Ids.sol";
import {Check} from "./Check.sol";
import {Sign} from "./Sign.sol";

/// @dev A city with everything deployed and wired as `scripts/roles.json` says, with officers who act by signature.
/// Named people have private keys; everything that a person does here goes by that person's signature.
abstract contract City is Check {
    uint64 internal constant MAX_REWARD = 250_00;
    uint32 internal constant ATTESTATION_MAX_AGE = 40 days;
    uint32 internal constant DECISION_WINDOW = 14 days;
    uint32 internal constant DISPUTE_WINDOW = 12 days;
    uint32 internal constant GRACE = 1 days;
    uint32 internal constant DELAY = 2 days;
    uint32 internal constant PERIOD = 2026;
    uint48 internal constant FAR = type(uint48).max;

    // Private keys. Officers first, then people.
    uint256 internal constant ADMIN = 0xA0;
    uint256 internal constant TREASURER = 0xA1;
    uint256 internal constant AUDITOR = 0xA2;
    uint256 internal constant SETTLEMENT = 0xA3;
    uint256 internal constant REGISTRAR = 0xA4;
    uint256 internal constant ARBITER = 0xA5;
    uint256 internal constant ENFORCER = 0xA6;
    uint256 internal constant GUARDIAN = 0xA7;
    uint256 internal constant PARTNER_KEY = 0xB1;
    uint256 internal constant OTHER_PARTNER_KEY = 0xB2;
    uint256 internal constant ALICE = 0xC1; // resident
    uint256 internal constant BOB = 0xC2; // resident
    uint256 internal constant BAKER = 0xD1; // merchant
    uint256 internal constant GROCER = 0xD2; // merchant
    uint256 internal constant CHOIR = 0xE1; // association

    ParticipantId internal constant ALCANDER = ParticipantId.wrap("alcander");
    ParticipantId internal constant STEUNPUNT = ParticipantId.wrap("steunpunt");

    /// @dev The service's sending account: relays everything, may admit residents.
    address internal constant SENDER = address(0x5E4D);

    AccessManager internal manager;
    ParticipantRegistry internal registry;
    HeitjeToken internal token;
    RewardBudget internal budget;
    JobEscrow internal escrow;
    Redemption internal redemption;
    mapping(uint256 key => OfficerAccount) internal officers;
    mapping(string name => uint64 id) internal roleIds;

    uint256 private _nextId;

    function setUp() public virtual {
        vm.warp(1_780_000_000);
        _deploy();
        _wire();
        _admitPeople();
    }

    // ------------------------------------------------------------------ people

    function wallet(uint256 key) internal pure returns (address) {
        return vm.addr(key);
    }

    function idOf(uint256 key) internal pure returns (ParticipantId) {
        return toParticipantId(vm.addr(key));
    }

    /// @dev A client id that was not used before.
    function fresh() internal returns (bytes32) {
        return bytes32(++_nextId);
    }

    // ------------------------------------------------------------------ officers

    /// @dev An officer's act, signed and relayed.
    function act(uint256 officer, address target, bytes memory data) internal returns (bytes memory) {
        bytes32 id = fresh();
        return officers[officer].act(target, data, id, FAR, signAct(officer, target, data, id, FAR));
    }

    function signAct(uint256 officer, address target, bytes memory data, bytes32 id, uint48 deadline)
        internal
        view
        returns (bytes memory)
    {
        return Sign.packed(
            officer, Sign.digest(address(officers[officer]), Sign.act(target, data, id, deadline))
        );
    }

    /// @dev A delayed act: scheduled by signature, carried out by anyone once the delay is over.
    function actDelayed(uint256 officer, address target, bytes memory data) internal {
        schedule(officer, target, data);
        vm.warp(block.timestamp + DELAY);
        officers[officer].carryOut(target, data);
    }

    function schedule(uint256 officer, address target, bytes memory data) internal {
        act(officer, address(manager), abi.encodeCall(manager.schedule, (target, data, 0)));
    }

    function attest(uint64 cents) internal {
        act(
            AUDITOR,
            address(budget),
            abi.encodeCall(budget.attestReserve, (cents, uint48(block.timestamp), "statement"))
        );
    }

    function grant(ParticipantId partner, uint64 cents) internal {
        act(TREASURER, address(budget), abi.encodeCall(budget.grant, (partner, PERIOD, cents, fresh())));
    }

    // ------------------------------------------------------------------ jobs

    function terms(uint48 reward, uint16 slots) internal returns (JobTerms memory) {
        return JobTerms({
            partner: ALCANDER,
            period: PERIOD,
            reward: reward,
            slots: slots,
            claimBy: uint48(block.timestamp + 7 days),
            submitBy: uint48(block.timestamp + 14 days),
            documentHash: "job",
            clientId: fresh()
        });
    }

    function post(JobTerms memory what, uint256 key) internal returns (JobId) {
        return escrow.postJob(what, Sign.byPartner(key, address(escrow), Sign.postJob(what, FAR), FAR));
    }

    function post(uint48 reward, uint16 slots) internal returns (JobId) {
        return post(terms(reward, slots), PARTNER_KEY);
    }

    function closeJob(JobId job) internal {
        escrow.closeJob(job, Sign.byPartner(PARTNER_KEY, address(escrow), Sign.closeJob(job, FAR), FAR));
    }

    function claim(JobId job, uint256 resident, uint48 cents) internal returns (ClaimId) {
        bytes32 clientId = fresh();
        bytes32 hash = Sign.claim(job, idOf(resident), cents, clientId, FAR);
        return
            escrow.claim(job, idOf(resident), cents, clientId, FAR, signed(resident, address(escrow), hash));
    }

    function withdraw(ClaimId id, uint256 resident) internal {
        escrow.withdraw(id, FAR, signed(resident, address(escrow), Sign.withdraw(id, FAR)));
    }

    function submit(ClaimId id, uint256 resident) internal {
        escrow.submit(
            id, "evidence", FAR, signed(resident, address(escrow), Sign.submit(id, "evidence", FAR))
        );
    }

    function approve(ClaimId[] memory claims) internal {
        escrow.approve(
            ALCANDER,
            claims,
            Sign.byPartner(PARTNER_KEY, address(escrow), Sign.approve(ALCANDER, claims, FAR), FAR)
        );
    }

    function approve(ClaimId id) internal {
        ClaimId[] memory claims = new ClaimId[](1);
        claims[0] = id;
        approve(claims);
    }

    function reject(ClaimId id) internal {
        escrow.reject(
            id, 7, "why", Sign.byPartner(PARTNER_KEY, address(escrow), Sign.reject(id, 7, "why", FAR), FAR)
        );
    }

    function dispute(ClaimId id, uint256 resident) internal {
        escrow.dispute(id, "words", FAR, signed(resident, address(escrow), Sign.dispute(id, "words", FAR)));
    }

    function decide(ClaimId id, bool award) internal {
        act(ARBITER, address(escrow), abi.encodeCall(escrow.decide, (id, award, 9, "decision")));
    }

    function signed(uint256 key, address contract_, bytes32 structHash) internal view returns (bytes memory) {
        return Sign.packed(key, Sign.digest(contract_, structHash));
    }

    /// @dev A resident with coins, earned as everybody earns them: posted, claimed, submitted, approved.
    function earn(uint256 resident, uint48 cents) internal returns (ClaimId id) {
        id = claim(post(cents, 1), resident, cents);
        submit(id, resident);
        approve(id);
    }

    // ------------------------------------------------------------------ coins

    function pay(uint256 from, uint256 to, uint256 cents) internal {
        pay(from, wallet(to), cents, fresh());
    }

    function pay(uint256 from, address to, uint256 cents, bytes32 nonce) internal {
        bytes32 hash = Sign.authorization("TransferWithAuthorization", wallet(from), to, cents, 0, FAR, nonce);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(from, Sign.digest(address(token), hash));
        token.transferWithAuthorization(wallet(from), to, cents, 0, FAR, nonce, v, r, s);
    }

    function redeem(uint256 merchant, uint256 cents) internal returns (RedemptionId) {
        return redeem(merchant, idOf(merchant), cents, fresh());
    }

    function redeem(uint256 key, ParticipantId merchant, uint256 cents, bytes32 clientId)
        internal
        returns (RedemptionId)
    {
        bytes32 hash = Sign.authorization(
            "ReceiveWithAuthorization",
            wallet(key),
            address(redemption),
            cents,
            0,
            FAR,
            derive(merchant, clientId)
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, Sign.digest(address(token), hash));
        return redemption.redeem(wallet(key), cents, 0, FAR, clientId, v, r, s);
    }

    function close(BatchId batch, RedemptionId[] memory lines) internal {
        act(SETTLEMENT, address(redemption), abi.encodeCall(redemption.close, (batch, lines)));
    }

    function settle(BatchId batch, RedemptionId[] memory rejected) internal {
        act(SETTLEMENT, address(redemption), abi.encodeCall(redemption.settle, (batch, rejected)));
    }

    // ------------------------------------------------------------------ deployment

    /// @dev The contracts know each other by address from birth, so their addresses are computed before.
    function _deploy() private {
        manager = new AccessManager(address(this));
        uint64 nonce = vm.getNonce(address(this));
        address tokenAt = vm.computeCreateAddress(address(this), nonce + 1);
        address budgetAt = vm.computeCreateAddress(address(this), nonce + 2);
        address escrowAt = vm.computeCreateAddress(address(this), nonce + 3);
        address redemptionAt = vm.computeCreateAddress(address(this), nonce + 4);

        address[] memory ours = new address[](3);
        (ours[0], ours[1], ours[2]) = (budgetAt, escrowAt, redemptionAt);
        registry = new ParticipantRegistry(address(manager), tokenAt, ours);
        token = new HeitjeToken(address(manager), registry, budgetAt, redemptionAt);
        budget =
            new RewardBudget(address(manager), token, registry, escrowAt, MAX_REWARD, ATTESTATION_MAX_AGE);
        escrow =
            new JobEscrow(address(manager), registry, budget, token, DECISION_WINDOW, DISPUTE_WINDOW, GRACE);
        redemption = new Redemption(address(manager), token, registry);
    }

    function _wire() private {
        string memory table = vm.readFile(string.concat(vm.projectRoot(), "/scripts/roles.json"));
        for (uint256 i = 0; vm.keyExistsJson(table, _at("roles", i, "")); ++i) {
            roleIds[vm.parseJsonString(table, _at("roles", i, ".name"))] =
                uint64(vm.parseJsonUint(table, _at("roles", i, ".id")));
        }
        for (uint256 i = 0; vm.keyExistsJson(table, _at("roles", i, "")); ++i) {
            if (!vm.parseJsonBool(table, _at("roles", i, ".guarded"))) continue;
            manager.setRoleGuardian(
                uint64(vm.parseJsonUint(table, _at("roles", i, ".id"))), roleIds["GUARDIAN"]
            );
        }
        bytes4[] memory selector = new bytes4[](1);
        for (uint256 i = 0; vm.keyExistsJson(table, _at("functions", i, "")); ++i) {
            selector[0] =
                bytes4(keccak256(bytes(vm.parseJsonString(table, _at("functions", i, ".signature")))));
            manager.setTargetFunctionRole(
                _addressOf(vm.parseJsonString(table, _at("functions", i, ".contract"))),
                selector,
                roleIds[vm.parseJsonString(table, _at("functions", i, ".role"))]
            );
        }

        _give(TREASURER, "TREASURER", 0);
        _give(TREASURER, "LIMIT_SETTER", DELAY);
        _give(AUDITOR, "AUDITOR", 0);
        _give(SETTLEMENT, "SETTLEMENT", 0);
        _give(REGISTRAR, "REGISTRAR", 0);
        _give(REGISTRAR, "ADMITTER", 0);
        _give(REGISTRAR, "MERCHANT_ADMITTER", DELAY);
        _give(REGISTRAR, "SIGNER_REGISTRAR", DELAY);
        _give(ARBITER, "ARBITER", 0);
        _give(ENFORCER, "ENFORCER", 0);
        _give(ENFORCER, "RECOVERER", DELAY);
        _give(ENFORCER, "FORCER", DELAY);
        _give(GUARDIAN, "GUARDIAN", 0);
        _give(ADMIN, "ADMIN", DELAY);
        manager.grantRole(roleIds["ADMITTER"], SENDER, 0);
        manager.renounceRole(roleIds["ADMIN"], address(this));
    }

    /// @dev "ADMIN" is not in the table: it is AccessManager's own, with id 0, which is what a missing key answers.
    function _give(uint256 key, string memory role, uint32 delay) private {
        if (address(officers[key]) == address(0)) {
            officers[key] = new OfficerAccount(manager, abi.encodePacked(vm.addr(key)));
        }
        manager.grantRole(roleIds[role], address(officers[key]), delay);
    }

    function _at(string memory list, uint256 i, string memory field) private pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(i), "]", field);
    }

    function _addressOf(string memory name) private view returns (address) {
        bytes32 hash = keccak256(bytes(name));
        if (hash == keccak256("AccessManager")) return address(manager);
        if (hash == keccak256("ParticipantRegistry")) return address(registry);
        if (hash == keccak256("HeitjeToken")) return address(token);
        if (hash == keccak256("RewardBudget")) return address(budget);
        if (hash == keccak256("JobEscrow")) return address(escrow);
        if (hash == keccak256("Redemption")) return address(redemption);
        revert Untrue(name);
    }

    function _admitPeople() internal virtual {
        address[] memory wallets = new address[](2);
        (wallets[0], wallets[1]) = (wallet(ALICE), wallet(BOB));
        vm.prank(SENDER);
        registry.admitResidents(wallets);

        address[] memory choir = new address[](1);
        choir[0] = wallet(CHOIR);
        act(REGISTRAR, address(registry), abi.encodeCall(registry.admitAssociations, (choir)));
        act(REGISTRAR, address(registry), abi.encodeCall(registry.admitPartner, (ALCANDER)));
        act(REGISTRAR, address(registry), abi.encodeCall(registry.admitPartner, (STEUNPUNT)));

        (wallets[0], wallets[1]) = (wallet(BAKER), wallet(GROCER));
        bytes memory merchants = abi.encodeCall(registry.admitMerchants, (wallets));
        bytes memory signer =
            abi.encodeCall(registry.addSigner, (ALCANDER, abi.encodePacked(wallet(PARTNER_KEY))));
        bytes memory otherSigner =
            abi.encodeCall(registry.addSigner, (STEUNPUNT, abi.encodePacked(wallet(OTHER_PARTNER_KEY))));
        bytes memory limit = abi.encodeCall(budget.setMintLimit, (ALCANDER, 5_000_00, 1 days));
        bytes memory otherLimit = abi.encodeCall(budget.setMintLimit, (STEUNPUNT, 5_000_00, 1 days));
        schedule(REGISTRAR, address(registry), merchants);
        schedule(REGISTRAR, address(registry), signer);
        schedule(REGISTRAR, address(registry), otherSigner);
        schedule(TREASURER, address(budget), limit);
        schedule(TREASURER, address(budget), otherLimit);
        vm.warp(block.timestamp + DELAY);
        officers[REGISTRAR].carryOut(address(registry), merchants);
        officers[REGISTRAR].carryOut(address(registry), signer);
        officers[REGISTRAR].carryOut(address(registry), otherSigner);
        officers[TREASURER].carryOut(address(budget), limit);
        officers[TREASURER].carryOut(address(budget), otherLimit);
    }
}
