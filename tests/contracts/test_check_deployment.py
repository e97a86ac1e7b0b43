"""The check names every difference between chain and record, whatever was changed by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ape import accounts, chain, project

from heitje_chain.chain.deployment import DeploymentRecord
from scripts._deployment.chain import WrongChain
from scripts._deployment.checking import differences
from scripts._deployment.deploying import created_address

from .city import DELAY, City, role_table

STRANGER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"  # the deployer, who kept no role

ByHand = Callable[[City], None]
InRecord = Callable[[DeploymentRecord], DeploymentRecord]


def found(city: City, record: DeploymentRecord | None = None) -> list[str]:
    return list(differences(record or city.record, role_table()))


def test_check__after_deploying__finds_nothing(city: City) -> None:
    assert found(city) == []


def _give_role(city: City) -> None:
    city.act_later("admin", city.manager.grantRole, role_table().id_of("TREASURER"), STRANGER, 0)


def _take_role(city: City) -> None:
    arbiter = city.record.officers["arbiter"].account
    city.act_later("admin", city.manager.revokeRole, role_table().id_of("ARBITER"), arbiter)


def _change_delay(city: City) -> None:
    enforcer = city.record.officers["enforcer"].account
    city.act_later("admin", city.manager.grantRole, role_table().id_of("FORCER"), enforcer, 0)


def _open_function(city: City) -> None:
    grant = city.budget.grant.encode_input(b"\0" * 20, 0, 0, b"\0" * 32)[:4]
    arbiter = role_table().id_of("ARBITER")
    city.act_later("admin", city.manager.setTargetFunctionRole, city.budget.address, [grant], arbiter)


def _open_unlisted_function(city: City) -> None:
    mint = city.token.mint.encode_input(b"\0" * 20, 0)[:4]
    arbiter = role_table().id_of("ARBITER")
    city.act_later("admin", city.manager.setTargetFunctionRole, city.token.address, [mint], arbiter)


def _change_guardian(city: City) -> None:
    table = role_table()
    city.act_later("admin", city.manager.setRoleGuardian, table.id_of("RECOVERER"), table.id_of("TREASURER"))


def _change_role_admin(city: City) -> None:
    table = role_table()
    city.act_later("admin", city.manager.setRoleAdmin, table.id_of("AUDITOR"), table.id_of("TREASURER"))


def _close_contract(city: City) -> None:
    city.act_later("admin", city.manager.setTargetClosed, city.token.address, True)


def _allow_verifier(city: City) -> None:
    city.act_later("registrar", city.registry.allowVerifier, city.token.address)


def _disallow_verifier(city: City) -> None:
    city.act("registrar", city.registry.disallowVerifier, city.record.verifiers["p256"].address)


@pytest.mark.parametrize(
    ("by_hand", "sentence"),
    [
        (_give_role, f"TREASURER: {STRANGER} holds it, but is not recorded."),
        (_take_role, "ARBITER: officer arbiter ({arbiter}) does not hold it, but is recorded."),
        (_change_delay, "FORCER: officer enforcer ({enforcer}) acts after 0 s, recorded are 172800 s."),
        (
            _open_function,
            "RewardBudget.grant(bytes20,uint32,uint64,bytes32) belongs to ARBITER, recorded is TREASURER.",
        ),
        (_open_unlisted_function, "HeitjeToken.mint(bytes20,uint256) belongs to ARBITER, recorded is ADMIN."),
        (_change_guardian, "RECOVERER: its guardian is role 1, recorded is role 13."),
        (_change_role_admin, "AUDITOR: role 1 can give it, recorded is ADMIN."),
        (_close_contract, "HeitjeToken is closed: nobody can call its restricted functions."),
        (_allow_verifier, "verifier {token} is allowed, but is not recorded."),
        (_disallow_verifier, "verifier p256 at {p256} is not allowed, but is recorded."),
    ],
)
def test_check__after_a_change_by_hand__names_it(city: City, by_hand: ByHand, sentence: str) -> None:
    by_hand(city)

    addresses = {name: officer.account for name, officer in city.record.officers.items()}
    addresses |= {name: verifier.address for name, verifier in city.record.verifiers.items()}
    assert found(city) == [sentence.format(token=city.token.address, **addresses)]


def _other_parameter(record: DeploymentRecord) -> DeploymentRecord:
    parameters = record.parameters.model_copy(update={"max_reward_cents": 1})
    return record.model_copy(update={"parameters": parameters})


def _other_code(record: DeploymentRecord) -> DeploymentRecord:
    token = record.contracts["HeitjeToken"].model_copy(update={"code_hash": "0x00"})
    return record.model_copy(update={"contracts": {**record.contracts, "HeitjeToken": token}})


def _no_code(record: DeploymentRecord) -> DeploymentRecord:
    token = record.contracts["HeitjeToken"].model_copy(update={"address": STRANGER})
    return record.model_copy(update={"contracts": {**record.contracts, "HeitjeToken": token}})


def _other_signer(record: DeploymentRecord) -> DeploymentRecord:
    arbiter = record.officers["arbiter"].model_copy(update={"signer": STRANGER.lower()})
    return record.model_copy(update={"officers": {**record.officers, "arbiter": arbiter}})


@pytest.mark.parametrize(
    ("in_record", "sentence"),
    [
        (_other_parameter, "RewardBudget.maxReward is 25000, recorded is max_reward_cents 1."),
        (_other_code, "HeitjeToken: the code at {token} hashes to {code}, recorded is 0x00."),
        (_no_code, f"HeitjeToken: there is no code at {STRANGER}."),
        (_other_signer, "officer arbiter: the signer is {signer}, recorded is " + STRANGER.lower() + "."),
    ],
)
def test_check__against_another_record__names_the_difference(
    city: City, in_record: InRecord, sentence: str
) -> None:
    token = city.record.contracts["HeitjeToken"]
    signer = city.record.officers["arbiter"].signer

    assert found(city, in_record(city.record)) == [
        sentence.format(token=token.address, code=token.code_hash, signer=signer)
    ]


def test_check__of_a_contract_wired_elsewhere__names_the_getter(city: City) -> None:
    # Somebody's own Redemption with a registry of its own, put into the record in place of the right one.
    elsewhere = accounts.test_accounts[5].address
    false = accounts.test_accounts[0].deploy(
        project.Redemption, city.manager.address, city.token.address, elsewhere
    )
    contract = city.record.contracts["Redemption"].model_copy(update={"address": false.address})
    record = city.record.model_copy(update={"contracts": {**city.record.contracts, "Redemption": contract}})

    # Its code has the false address in it, so that already the hash differs.
    assert [sentence.split(" hashes")[0] for sentence in found(city, record)] == [
        f"Redemption: the code at {false.address}"
    ]


def test_check__on_another_chain__compares_nothing(city: City) -> None:
    with pytest.raises(WrongChain) as wrong:
        found(city, city.record.model_copy(update={"chain_id": 1}))
    assert str(wrong.value) == f"The node is on chain {chain.chain_id}, the record is of chain 1."

    with pytest.raises(WrongChain) as wrong:
        found(city, city.record.model_copy(update={"genesis_hash": "0x00"}))
    assert str(wrong.value) == f"The node's chain starts with block {city.record.genesis_hash}, not 0x00."


def test_delays__in_the_tests__are_a_real_citys(city: City) -> None:
    assert set(city.record.delays.values()) == {DELAY}


def test_created_address__of_known_contract__is_its_address() -> None:
    # The example of EIP-1014's predecessor that everybody uses: the first contract of this account.
    assert (
        created_address("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", 0)
        == "0x5FbDB2315678afecb367f032d93F642f64180aa3"
    )
