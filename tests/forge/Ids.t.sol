// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {
    BudgetId,
    ParticipantId,
    budgetIdOf,
    derive,
    otherParticipant,
    sameParticipant,
    toParticipantId
} from "../../contracts/types/Ids.sol";
import {Check} from "./base/Check.sol";

/// @dev How ids are made, with what other software has computed: whoever sends an act must know its id before.
contract IdsTest is Check {
    address private constant WALLET = 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf;
    ParticipantId private constant PARTNER = ParticipantId.wrap("alcander");

    function test_toParticipantId__ofAWallet__isItsAddress() public pure {
        same(bytes32(ParticipantId.unwrap(toParticipantId(WALLET))), bytes32(bytes20(WALLET)), "id");
    }

    /// @dev A participant's 20 bytes stand at the left of their word, as bytes do and addresses do not.
    function test_derive__fromParticipantAndClientId__isTheHashOfBoth() public pure {
        same(
            derive(toParticipantId(WALLET), "client"),
            keccak256(bytes.concat(bytes20(WALLET), bytes12(0), bytes32("client"))),
            "derived id"
        );
        same(
            derive(PARTNER, bytes32(uint256(1))),
            bytes32(0xa546a75d195bff94a6660ee8ff1de85fdb988196b488dfd5b2946fd340592d96),
            "as computed by eth_utils and eth_abi"
        );
    }

    function test_budgetIdOf__partnerAndPeriod__isTheHashOfBoth() public pure {
        same(
            BudgetId.unwrap(budgetIdOf(PARTNER, 2026)),
            bytes32(0x3b31db01495d117d29679e5b04d531404968e04dd99f7d8f093da49858ef96dc),
            "as computed by eth_utils and eth_abi"
        );
    }

    function testFuzz_participants__ofDifferentBytes__differ(bytes20 a, bytes20 b) public pure {
        ParticipantId first = ParticipantId.wrap(a);
        ParticipantId second = ParticipantId.wrap(b);
        isTrue(sameParticipant(first, second) == (a == b), "same");
        isTrue(otherParticipant(first, second) == (a != b), "other");
        isTrue((first == second) == (a == b), "==");
        isTrue((first != second) == (a != b), "!=");
        isTrue(sameParticipant(first, first), "itself");
        isFalse(otherParticipant(first, first), "not another than itself");
    }
}
