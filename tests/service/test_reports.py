"""What people read over several slices: own activity, the reserve, limits, and wallets at the counter."""

from __future__ import annotations

from typing import Any

from heitje_chain import days
from heitje_chain.custody.model import new_wallet_id

from .crew import Crew
from .town import DAY, IBANS, Person, Town


def told(town: Town, who: Person) -> list[tuple[Any, ...]]:
    """The whole activity of somebody, oldest first and without its times."""
    items = town.get(who, "/activity?limit=100")["items"]
    assert [one["at"] for one in items] == sorted((one["at"] for one in items), reverse=True)
    shown = ("kind", "state", "cents", "done", "counterpart", "title")
    return sorted(tuple(one[name] for name in shown) for one in items)


def test_activity__of_everybody__is_all_that_happened_and_no_residents_name(town: Town, crew: Crew) -> None:
    partner, anna, shop, club = crew.partner, crew.anna, crew.shop, crew.club
    town.earned(partner, anna)
    waiting = town.submitted(partner, anna, title="Heg snoeien", reward=10_00, slots=1)
    award = {"partner": partner.id, "period": 2026, "resident": anna.id, "cents": 4_00, "reason": "Te laat"}
    town.act("treasurer", "/awards", award)
    town.work()
    payment = town.paid(anna, shop, 5_00)
    town.paid(anna, club, 1_00)
    town.post(shop, f"/payments/{payment['id']}/refunds", {"cents": 2_00})
    town.work()
    town.post(shop, "/redemptions", {"cents": 3_00})
    town.work()
    town.post(anna, "/payments", {"code": town.code_of(shop), "cents": 50})

    assert told(town, anna) == [
        ("award", "paid", 4_00, True, None, None),
        ("claim", "approved", 15_00, True, "Alcander", "Bloembak bouwen"),
        ("claim", "submitted", 10_00, False, "Alcander", "Heg snoeien"),
        ("donate", "paid", -1_00, True, "Buurtvereniging", None),
        ("pay", "paid", -5_00, True, "Welpie Toys", None),
        ("pay", "pending", -50, False, "Welpie Toys", None),
        ("refund", "paid", 2_00, True, "Welpie Toys", None),
    ]
    assert told(town, shop) == [
        ("pay", "paid", 5_00, True, None, None),
        ("pay", "pending", 50, False, None, None),
        ("redemption", "locked", -3_00, False, None, None),
        ("refund", "paid", -2_00, True, None, None),
    ]
    assert told(town, club) == [("donate", "paid", 1_00, True, None, None)]
    assert told(town, partner) == [
        ("claim", "approved", -15_00, True, None, "Bloembak bouwen"),
        ("claim", "submitted", -10_00, False, None, "Heg snoeien"),
    ]
    moved = sum(cents for _, _, cents, done, _, _ in told(town, anna) if done)
    assert town.get(anna, "/wallet")["final"] == moved
    links = {one["link"] for one in town.get(anna, "/activity")["items"]}
    assert {f"/api/v1/claims/{waiting['id']}", f"/api/v1/payments/{payment['id']}", None} < links
    for link in links - {None}:
        assert town.get(anna, link.removeprefix("/api/v1"))


def test_activity__in_pages__is_each_thing_once(town: Town, crew: Crew) -> None:
    partner, anna, shop = crew.partner, crew.anna, crew.shop
    town.earned(partner, anna)
    for cents in (1_00, 2_00, 3_00):
        town.paid(anna, shop, cents)

    found, address = [], "/activity?limit=1"
    while address:
        page = town.get(anna, address)
        assert len(page["items"]) <= 1
        found += page["items"]
        address = (page["next"] or "").removeprefix("/api/v1")

    assert found == town.get(anna, "/activity")["items"]
    assert len(found) == 4


def test_activity__before_anything_happened__is_empty(town: Town) -> None:
    assert town.get(town.resident(), "/activity") == {"items": [], "next": None}


def test_reserve__after_a_grant_and_a_reward__closes(town: Town, crew: Crew) -> None:
    partner, anna = crew.partner, crew.anna
    town.earned(partner, anna)

    reserve = town.get("auditor", "/reserve")

    attested = 1_000_000_00
    assert {name: reserve[name] for name in reserve if name not in ("as_of", "statement_hash")} == {
        "attested": attested,
        "left": attested,
        "supply": 15_00,
        "outstanding": 85_00 + 100_00,
        "payable": 0,
        "owed": 15_00,
        "room": attested - 200_00,
    }
    assert 0 < reserve["as_of"] <= town.now()
    assert len(reserve["statement_hash"]) == 64


def test_limits__of_partners__are_read_by_officers_and_their_own_by_partners(town: Town, crew: Crew) -> None:
    partner, other = crew.partner, crew.other_partner
    limit = {"partner_name": "Alcander", "capacity": 10_000_00, "window": DAY}

    assert town.get(partner, "/mint-limits")["items"] == [{"partner": partner.id, **limit}]
    every = town.get("treasurer", "/mint-limits")["items"]
    assert sorted(one["partner"] for one in every) == sorted([partner.id, other.id])


def test_wallet__of_a_resident__is_what_the_resident_sees(town: Town, crew: Crew) -> None:
    partner, anna, shop = crew.partner, crew.anna, crew.shop
    town.earned(partner, anna)
    town.post(anna, "/payments", {"code": town.code_of(shop), "cents": 5_00})

    at_counter = town.get("registrar", f"/residents/{anna.id}/wallet")

    assert at_counter == town.get(anna, "/wallet")
    assert (at_counter["final"], at_counter["outgoing"], at_counter["spendable"]) == (15_00, 5_00, 10_00)
    assert town.get("enforcer", f"/merchants/{shop.id}/wallet")["incoming"] == 5_00


def test_meters__after_a_payment__tell_of_it_and_of_shops_without_a_contract(town: Town, crew: Crew) -> None:
    partner, anna, shop = crew.partner, crew.anna, crew.shop
    town.earned(partner, anna)
    town.paid(anna, shop, 5_00)
    body = {"id": new_wallet_id(), "name": "Zonder BV", "iban": IBANS[1], "category": "x"}
    other = town._person("merchants", body)
    today = days.day_of(town.now())

    assert town.get("auditor", "/meters") == {
        "volume": {
            "since": days.year_before(today).isoformat(),
            "until": today.isoformat(),
            "cents": 5_00,
            "payments": 1,
            "threshold": 1_000_000_00,
            "threshold_since": "2018-01-13",
            "source": "Directive (EU) 2015/2366 (PSD2), article 37(2)",
            "percent": 0,
            "level": None,
            "warning": None,
        },
        "merchants_without_contract": [{"merchant": other.id, "merchant_name": "Zonder BV"}],
        "contracts_ending": [],
        "residents_near_limit": 0,
    }


def test_meters__of_residents_near_a_limit__tell_how_many(town: Town) -> None:
    partner, anna, bilal = town.partner(budget=1_000_00), town.resident(), town.resident("Bilal")
    for who, cents in ((anna, 100_00), (anna, 68_00), (bilal, 100_00), (bilal, 67_00)):
        town.submitted(partner, who, reward=cents, minutes=1_440, slots=1)

    assert town.get("auditor", "/meters")["residents_near_limit"] == 1
