"""Roles follow the network's file, in as many runs as the admin's delay needs, and then rest."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from ape import accounts, chain

from heitje_chain.chain.deployment import DeploymentRecord
from scripts._deployment.checking import differences
from scripts._deployment.granting import Outcome, bring_about, updated_record
from scripts._deployment.keys import KeyMissing
from scripts._deployment.network_file import NetworkFile, NetworkFileError

from .city import DELAY, City, network_file, quiet, role_table


@dataclass
class Runs:
    """The script's runs, with what each said."""

    record: DeploymentRecord
    said: list[str] = field(default_factory=list)

    def run(self, network: NetworkFile) -> Outcome:
        payer = accounts.test_accounts[0]
        self.record = updated_record(self.record, network, payer, quiet)
        self.said = []
        return bring_about(self.record, role_table(), payer, self.said.append)

    def differences(self) -> list[str]:
        return list(differences(self.record, role_table()))


@pytest.fixture
def runs(city: City) -> Runs:
    return Runs(city.record)


def with_officer(network: NetworkFile, name: str, **changes: object) -> NetworkFile:
    officer = network.officers[name].model_copy(update=changes)
    return network.model_copy(update={"officers": {**network.officers, name: officer}})


def test_grant__when_all_is_as_the_file_says__does_nothing(runs: Runs) -> None:
    before = chain.blocks.height

    assert runs.run(network_file()) == Outcome()
    assert chain.blocks.height == before


def test_grant__when_a_role_is_new__schedules_waits_carries_out_and_rests(runs: Runs) -> None:
    network = with_officer(network_file(), "arbiter", roles=("ARBITER", "SETTLEMENT"))
    arbiter = runs.record.officers["arbiter"].account

    assert runs.run(network) == Outcome(scheduled=1)
    assert runs.said == [f"Scheduled: give SETTLEMENT to {arbiter}, acting after 0 s."]
    assert runs.differences() == [
        f"SETTLEMENT: officer arbiter ({arbiter}) does not hold it, but is recorded."
    ]
    assert runs.run(network) == Outcome(waiting=1)

    chain.mine(deltatime=DELAY)
    assert runs.run(network) == Outcome(carried_out=1)
    assert runs.differences() == []
    assert runs.run(network) == Outcome()


def test_grant__when_an_officers_key_is_new__moves_the_roles_to_a_new_account(runs: Runs) -> None:
    old = runs.record.officers["treasurer"].account
    network = with_officer(network_file(), "treasurer", signer=accounts.test_accounts[10].address)

    assert runs.run(network) == Outcome(scheduled=4)
    new = runs.record.officers["treasurer"].account
    assert new != old
    assert runs.said == [
        f"Scheduled: give TREASURER to {new}, acting after 0 s.",
        f"Scheduled: give LIMIT_SETTER to {new}, acting after {DELAY} s.",
        f"Scheduled: take TREASURER from {old}.",
        f"Scheduled: take LIMIT_SETTER from {old}.",
    ]

    chain.mine(deltatime=DELAY)
    assert runs.run(network) == Outcome(carried_out=4)
    assert runs.differences() == []


def test_grant__when_the_admin_is_new__takes_the_old_one_last(runs: Runs) -> None:
    old = runs.record.officers["admin"].account
    network = with_officer(network_file(), "admin", signer=accounts.test_accounts[0].address)

    assert runs.run(network) == Outcome(scheduled=1)
    chain.mine(deltatime=DELAY)
    assert runs.run(network) == Outcome(carried_out=1)
    assert runs.run(network) == Outcome(scheduled=1)
    assert runs.said == [f"Scheduled: take ADMIN from {old}."]
    chain.mine(deltatime=DELAY)
    assert runs.run(network) == Outcome(carried_out=1)
    assert runs.differences() == []


FIRST, SECOND, NEXT = 1, 13, 14  # test accounts: the admin of local.toml, and two nobody's


def key_of(index: int) -> str:
    return str(accounts.test_accounts[index].private_key)


@pytest.fixture
def two_admins(runs: Runs, city: City) -> NetworkFile:
    """A city with a second admin, whose key lies in a safe, as production.toml.example has it."""
    section = network_file().officers["admin"]
    second = section.model_copy(update={"signer": accounts.test_accounts[SECOND].address})
    network = network_file()
    network = network.model_copy(update={"officers": {**network.officers, "second_admin": second}})

    assert runs.run(network) == Outcome(scheduled=1)
    chain.mine(deltatime=DELAY)
    assert runs.run(network) == Outcome(carried_out=1)
    assert runs.differences() == []
    assert runs.run(network) == Outcome()
    return network


def test_grant__when_the_first_admins_key_is_stolen__the_second_replaces_it(
    runs: Runs, two_admins: NetworkFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEITJE_ADMIN_KEY", key_of(SECOND))
    stolen = runs.record.officers["admin"].account
    network = with_officer(two_admins, "admin", signer=accounts.test_accounts[NEXT].address)

    assert runs.run(network) == Outcome(scheduled=2)
    new = runs.record.officers["admin"].account
    assert runs.said == [
        f"Scheduled: give ADMIN to {new}, acting after {DELAY} s.",
        f"Scheduled: take ADMIN from {stolen}.",
    ]

    chain.mine(deltatime=DELAY)
    assert runs.run(network) == Outcome(carried_out=2)
    assert runs.differences() == []


def test_grant__with_two_admins__carries_out_what_the_other_scheduled(
    runs: Runs, two_admins: NetworkFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = with_officer(two_admins, "arbiter", roles=("ARBITER", "SETTLEMENT"))
    monkeypatch.setenv("HEITJE_ADMIN_KEY", key_of(SECOND))
    assert runs.run(network) == Outcome(scheduled=1)

    monkeypatch.setenv("HEITJE_ADMIN_KEY", key_of(FIRST))
    assert runs.run(network) == Outcome(waiting=1)
    chain.mine(deltatime=DELAY)
    assert runs.run(network) == Outcome(carried_out=1)
    assert runs.differences() == []


def test_grant__with_two_admins__a_strangers_key_is_refused(
    runs: Runs, two_admins: NetworkFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEITJE_ADMIN_KEY", key_of(NEXT))
    network = with_officer(two_admins, "arbiter", roles=("ARBITER", "SETTLEMENT"))

    with pytest.raises(KeyMissing, match=r"^HEITJE_ADMIN is the key of 0x.*, but the officer admin is 0x"):
        runs.run(network)


def test_grant__when_the_second_admin_leaves__only_the_first_is_left(
    runs: Runs, two_admins: NetworkFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEITJE_ADMIN_KEY", key_of(FIRST))
    second = runs.record.officers["second_admin"].account

    assert runs.run(network_file()) == Outcome(scheduled=1)
    assert runs.said == [f"Scheduled: take ADMIN from {second}."]
    chain.mine(deltatime=DELAY)
    assert runs.run(network_file()) == Outcome(carried_out=1)
    assert runs.differences() == []


def test_grant__when_a_sender_is_new__admits_with_it(runs: Runs, city: City) -> None:
    sender = accounts.test_accounts[11]
    senders = network_file().senders.model_copy(update={"addresses": (sender.address,)})
    network = network_file().model_copy(update={"senders": senders})

    runs.run(network)
    chain.mine(deltatime=DELAY)
    runs.run(network)

    assert runs.differences() == []
    city.registry.admitResidents([accounts.test_accounts[12].address], sender=sender)
    assert city.registry.isBound(accounts.test_accounts[12].address)


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("parameters", "The parameters differ from the deployed ones; only a new deployment has others."),
        (
            "verifiers",
            "The verifiers differ from the deployed ones; the registrar allows or disallows one.",
        ),
    ],
)
def test_grant__when_the_file_wants_what_is_fixed__refuses(runs: Runs, part: str, sentence: str) -> None:
    network = network_file()
    other = {
        "parameters": network.parameters.model_copy(update={"max_reward_cents": 1}),
        "verifiers": network.verifiers.model_copy(update={"names": ()}),
    }

    with pytest.raises(NetworkFileError) as refused:
        runs.run(network.model_copy(update={part: other[part]}))

    assert str(refused.value) == sentence


def test_grant__with_another_key_than_the_admins__refuses(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEITJE_ADMIN_KEY", "0x" + "5e" * 32)
    network = with_officer(network_file(), "arbiter", roles=("ARBITER", "SETTLEMENT"))

    with pytest.raises(KeyMissing, match=r"HEITJE_ADMIN is the key of 0x.*, but the officer admin is 0x"):
        runs.run(network)
