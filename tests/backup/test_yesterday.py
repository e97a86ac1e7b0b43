"""Case 16: yesterday's backup against today's chain, with the keys made since in the second store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from heitje_chain.chain.model import FAILED, INTENT
from heitje_chain.cli import app
from heitje_chain.db import reading
from tests.service.town import CONTRACT, IBANS, Person, Town

from .place import NewTown, after_the_loss, back_up, new_machine

BILAL_PAYS, ANNA_PAYS, REFUND, REDEEM = "bilal-pays-1", "anna-pays-1", "shop-refunds-1", "bakery-redeems-1"


class Today:
    """What happened since the backup: one of everything."""

    def __init__(self, town: Town, partner: Person, anna: Person, shop: Person) -> None:
        self.waiting_claim = town.get(anna, "/claims?state=submitted")["items"][0]["id"]
        self.bilal, self.bakery = town.resident("Bilal"), town.merchant("Bakkerij", IBANS[1])
        self.association = town.association()
        self.other_partner = town.partner(budget=80_00)
        town.earned(partner, self.bilal, 10_00)
        town.earned(self.other_partner, self.bilal, 5_00)
        town.act(partner, "/approvals", {"claims": [self.waiting_claim]})
        self.open_job = town.job(self.other_partner, reward=4_00, slots=2)
        self.claim = town.handed_in(self.bilal, self.open_job)
        self.orders: list[tuple[Person, str, dict[str, Any], str]] = [
            (self.bilal, "/payments", {"code": town.code_of(self.bakery), "cents": 6_00}, BILAL_PAYS),
            (anna, "/payments", {"code": town.code_of(shop), "cents": 4_00}, ANNA_PAYS),
        ]
        self.paid, self.anna_paid = (town.post(*order) for order in self.orders)
        town.work()
        self.orders.append((shop, f"/payments/{self.anna_paid['id']}/refunds", {"cents": 1_00}, REFUND))
        self.orders.append((self.bakery, "/redemptions", {"cents": 2_00}, REDEEM))
        self.refund, self.line = (town.post(*order) for order in self.orders[2:])
        town.work()
        number = town.act("settlement", "/payout-batches", {})["content"]["batch"]
        town.work()
        self.batch = f"/payout-batches/{number}"
        town.post("settlement", f"{self.batch}/file")
        town.post("settlement", f"{self.batch}/outcomes", {"booked": [self.line["id"]], "rejected": []})
        town.act("settlement", f"{self.batch}/settlement", {})
        town.work()
        self.late_line = town.post(self.bakery, "/redemptions", {"cents": 1_00})
        self.anna_wallet = recover(town, anna)
        self.wallets = {who.id: town.get(who, "/wallet") for who in (anna, shop, self.bilal, self.bakery)}
        self.added = {
            "residents": self.bilal,
            "merchants": self.bakery,
            "associations": self.association,
            "partners": self.other_partner,
        }
        self.events = {name: len(town.events(name)) for name in EVENTS}


EVENTS = (
    "ParticipantAdmitted",
    "ClaimApproved",
    "AuthorizationUsed",
    "RedemptionLocked",
    "BatchClosed",
    "BatchSettled",
    "WalletReplaced",
    "BudgetGranted",
    "JobPosted",
)


def recover(town: Town, person: Person) -> str:
    """Give somebody a new wallet; return its address."""
    path = (
        f"/recoveries/{town.post('registrar', '/recoveries', {'participant': person.id, 'reason': 1})['id']}"
    )
    town.work()
    town.act("enforcer", f"{path}/replacement", {})
    town.work()
    town.pass_delay()
    found = town.get("enforcer", path)
    assert found["state"] == "replaced", found
    return str(found["new_wallet"])


def of(town: Town, person: Person) -> Person:
    return replace(person, town=town)


@pytest.fixture
def yesterday(town: Town, partner: Person, anna: Person, shop: Person, tmp_path: Path) -> Path:
    town.paid(anna, shop, 2_00)
    town.submitted(partner, anna, reward=7_00, slots=2)
    return back_up(town, tmp_path / "yesterday.age").file


@pytest.fixture
def today(town: Town, partner: Person, anna: Person, shop: Person, yesterday: Path) -> Today:
    return Today(town, partner, anna, shop)


def test_restore__of_yesterday__reconciles_to_zero_and_every_wallet_made_since_signs(
    town: Town, partner: Person, anna: Person, shop: Person, yesterday: Path, today: Today, tmp_path: Path
) -> None:
    machine = new_machine(town, tmp_path / "new")
    new = after_the_loss(town, machine, yesterday)

    assert new.differences() == ()
    assert {name: len(new.events(name)) for name in EVENTS} == today.events, "nothing is done again"
    with reading(new.engine) as connection:
        failed = connection.execute(select(INTENT.c.kind, INTENT.c.refusal).where(INTENT.c.state == FAILED))
        assert failed.all() == []
    for who in (anna, shop):
        assert new.get(who, "/wallet") == today.wallets[who.id]
    assert new.get("registrar", f"/residents/{anna.id}")["wallet"] == today.anna_wallet
    for payment in (today.anna_paid, today.refund):
        assert new.get(shop, f"/payments/{payment['id']}")["state"] == "paid"
    assert new.get("settlement", today.batch)["batch"]["state"] == "settled"

    add_again(new, today)
    assert new.differences() == ()
    for who in (today.bilal, today.bakery):
        assert new.get(who, "/wallet") == today.wallets[who.id]
    new.paid(today.bilal, today.bakery, 1_00)
    new.paid(anna, today.bakery, 1_00)
    line = new.post(today.bakery, "/redemptions", {"cents": 1_00})
    new.work()
    assert new.get(today.bakery, f"/redemptions/{line['id']}")["state"] == "locked"
    new.act(today.other_partner, "/approvals", {"claims": [today.claim["id"]]})
    new.work()
    assert new.get(today.bilal, f"/claims/{today.claim['id']}")["state"] == "approved"
    assert new.differences() == ()


def test_orders__sent_again_after_a_restore__move_nothing_twice(
    town: Town, partner: Person, anna: Person, shop: Person, yesterday: Path, today: Today, tmp_path: Path
) -> None:
    """With their keys, as clients do that got no answer; and what was signed since is told in a sentence."""
    [anna_pays] = [order for order in today.orders if order[3] == ANNA_PAYS]
    first = [town.post(*order)["id"] for order in today.orders]
    signed = town.prepare(partner, "/jobs", town.terms(reward=1_00))
    town.post(partner, "/jobs", signed)
    town.work()
    jobs = len(town.events("JobPosted"))
    new = after_the_loss(town, new_machine(town, tmp_path / "new"), yesterday)

    before = new.post(*anna_pays)["id"]
    assert new.differences() == ()
    add_again(new, today)
    again = [new.post(*order)["id"] for order in today.orders]
    assert new.differences() == ()

    assert again == first
    assert before == today.anna_paid["id"]
    assert {name: len(new.events(name)) for name in EVENTS if name != "JobPosted"} == {
        name: count for name, count in today.events.items() if name != "JobPosted"
    }
    assert new.refused(partner, "/jobs", signed) == (
        404,
        "We do not know this act, or it is somebody else's. See whether it has happened already; if not, ask "
        "for it again.",
    )
    new.work()
    assert len(new.events("JobPosted")) == jobs
    for who in (anna, shop, today.bilal, today.bakery):
        assert new.get(who, "/wallet") == today.wallets[who.id]


def test_people__only_the_chain_knows__are_shown_without_a_name(
    town: Town, partner: Person, anna: Person, shop: Person, yesterday: Path, today: Today, tmp_path: Path
) -> None:
    """Everything that a known person or an officer can list answers, though it names strangers."""
    new = after_the_loss(town, new_machine(town, tmp_path / "new"), yesterday)
    new.work()

    lists: list[tuple[str | Person, tuple[str, ...]]] = [
        ("auditor", ("/jobs", "/claims", "/payments", "/redemptions", "/recoveries", "/acts")),
        ("settlement", ("/redemptions", "/payout-batches", today.batch)),
        (anna, ("/jobs", "/claims", "/payments", "/wallet")),
        (partner, ("/jobs", "/claims")),
    ]
    answers = {
        (number, path): new.ask("GET", who, path).status_code
        for number, (who, paths) in enumerate(lists)
        for path in paths
    }
    assert {one: status for one, status in answers.items() if status not in (200, 403)} == {}
    assert list(answers.values()).count(200) >= 12
    jobs = {job["id"]: job for job in new.get(anna, "/jobs")["items"]}
    assert jobs[today.open_job["id"]]["partner_name"] is None
    lines = {line["id"]: line for line in new.get("settlement", "/redemptions")["items"]}
    assert lines[today.line["id"]]["state"] == "booked"
    assert lines[today.late_line["id"]]["state"] == "locked"


def test_second_store__when_lost_too__is_told_wallet_by_wallet(
    town: Town,
    anna: Person,
    yesterday: Path,
    today: Today,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine = new_machine(town, tmp_path / "new", store_survived=False)
    added = {kind: who for kind, who in today.added.items() if kind != "partners"}
    addresses = {kind: town.get("registrar", f"/{kind}/{who.id}")["wallet"] for kind, who in added.items()}
    new = after_the_loss(town, machine, yesterday)
    assert new.differences() == ()

    monkeypatch.setenv("HEITJE_HOME", str(machine.home))
    monkeypatch.setenv("HEITJE_DATABASE_URL", machine.database_url)
    told = CliRunner().invoke(app, ["keys", "check"])

    held = [
        (today.anna_wallet, f"{anna.id} (resident)", "17.00"),
        (addresses["residents"], "somebody unknown here (resident)", "9.00"),
        (addresses["merchants"], "somebody unknown here (merchant)", "3.00"),
        (addresses["associations"], "somebody unknown here (association)", "0.00"),
    ]
    sentence = (
        "The wallet {} of {} holds {} Heitje and has no key here: find it in a copy of the second store, or "
        "have the wallet replaced."
    )
    expected = {sentence.format(*one) for one in held} | {"Error: 4 wallets have no key here."}
    assert told.exit_code == 1
    assert set(told.output.splitlines()) == expected


def add_again(new: NewTown, today: Today) -> None:
    """What the registrar does from the paper file: the same ids and names, and tokens."""
    bakery = {
        "id": today.bakery.id,
        "name": "Bakkerij",
        "iban": IBANS[1],
        "category": "speelgoed",
        "contract": CONTRACT,
    }
    new.post("registrar", "/residents", {"id": today.bilal.id, "name": "Bilal"})
    new.post("registrar", "/merchants", bakery)
    new.post("registrar", "/associations", {"id": today.association.id, "name": "Buurtvereniging"})
    new.post("registrar", "/partners", {"id": today.other_partner.id, "name": "Alcander"})
    new.work()
    for kind, who in today.added.items():
        assert new.get("registrar", f"/{kind}/{who.id}")["state"] == "active", kind
        who.secret = new.post("registrar", "/tokens", {"participant": who.id})["secret"]
