"""What a message says is read from its bytes, by a table that is the contracts' own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from heitje_chain.chain.contracts import Contracts
from heitje_chain.chain.ids import ClientId
from heitje_chain.chain.typed_data import Domain, act
from heitje_chain.client.meaning import CALLS, Meaning, MessageStrange, meaning_of
from tests.conftest import Chain

OFFICER = "0x" + "12" * 20
PARTNER, RESIDENT = b"\x01" * 20, b"\x02" * 20
DOMAIN = Domain.of_officer_account(31337, OFFICER)


@pytest.fixture
def contracts(chain: Chain) -> Contracts:
    return Contracts(chain.record)


def asked(contracts: Contracts, contract: str, function: str, *arguments: object) -> dict[str, Any]:
    """Return the typed data of an officer's call, through JSON as the API sends it."""
    data = contracts.codec.call(contract, function, *arguments)
    message = act(DOMAIN, contracts.address(contract), data, ClientId(b"\x09" * 32), 1_800_000_000)
    found: dict[str, Any] = json.loads(json.dumps(message.as_json()))
    return found


def test_calls__are_those_of_the_contracts(chain: Chain) -> None:
    known = {
        function["name"]: ",".join(f"{one['type']} {one['name']}" for one in function["inputs"])
        for abi in chain.record.abis.values()
        for function in abi
        if function["type"] == "function"
    }
    told = {name: known[name] for name in CALLS}

    assert {name: _types(value) for name, value in CALLS.items()} == {
        name: _types(value) for name, value in told.items()
    }


def test_award__is_read_from_its_call(contracts: Contracts) -> None:
    found = asked(
        contracts, "RewardBudget", "award", PARTNER, 2026, RESIDENT, 5_00, b"\x03" * 32, b"\x04" * 32
    )

    assert meaning_of(found) == Meaning(
        "award",
        {
            "partner": "01" * 20,
            "period": 2026,
            "resident": "02" * 20,
            "cents": 5_00,
            "reasonHash": "03" * 32,
            "awardId": "04" * 32,
        },
        31337,
        OFFICER,
        1_800_000_000,
    )


def test_schedule__is_read_as_what_it_schedules(contracts: Contracts) -> None:
    inner = contracts.codec.call("RewardBudget", "setMintLimit", PARTNER, 500_00, 86_400)
    target = contracts.address("RewardBudget")

    found = meaning_of(asked(contracts, "AccessManager", "schedule", target, inner, 0))

    assert (found.act, found.delayed) == ("setMintLimit", True)
    assert found.arguments == {"partner": "01" * 20, "capacity": 500_00, "window": 86_400}


def test_cancel__is_read_as_what_it_cancels(contracts: Contracts) -> None:
    inner = contracts.codec.call("HeitjeToken", "recover", OFFICER, OFFICER)
    target = contracts.address("HeitjeToken")

    found = meaning_of(asked(contracts, "AccessManager", "cancel", OFFICER, target, inner))

    assert (found.act, found.arguments["cancelled"]) == ("cancel", "recover")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"primaryType": "Permit"}, "Permit for Heitje OfficerAccount"),
        ({"domain": {"name": "Other coin"}}, "Act for Other coin"),
        ({"message": {}}, "KeyError"),
        ({"message": {"deadline": 1, "data": "0xdeadbeef"}}, "an unknown call 0xdeadbeef"),
        ({"message": {"deadline": 1, "data": "0xzz"}}, "ValueError"),
        ({"message": {"deadline": 1, "data": "0x"}}, "an unknown call 0x"),
    ],
)
def test_message__that_is_none_of_ours__is_strange(
    contracts: Contracts, change: dict[str, Any], why: str
) -> None:
    found = asked(contracts, "RewardBudget", "closeBudget", PARTNER, 2026)

    with pytest.raises(MessageStrange) as refused:
        meaning_of({**found, **change})

    assert str(refused.value) == (
        f"What the service asks to be signed is not understood ({why}): it was not signed."
    )


def _types(parameters: str) -> list[str]:
    return [one.split(" ")[0] for one in parameters.split(",")]
