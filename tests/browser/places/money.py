"""The municipality's money: budgets, reserve, payouts, disputes, the equation."""

from __future__ import annotations

from tests.service.survival import People

from . import Look, Place, send, unfold


def looks(people: People) -> list[Look]:
    town, partner, anna, shop = people.town, people.partner, people.anna, people.shop
    town.paid(anna, shop, 1_00)
    town.post(shop, "/redemptions", {"cents": 1_00})
    town.work()
    town.act("settlement", "/payout-batches", {})
    claim = town.submitted(partner, anna, title="Heg snoeien", reward=1_00, minutes=15)["id"]
    town.act(partner, "/rejections", {"claim": claim, "reason": 3, "words": "De achterkant nog."})
    town.work()
    town.post(anna, f"/claims/{claim}/dispute", {"words": "Daar kan ik niet bij."})
    town.work()
    [budget] = [one["id"] for one in town.get("treasurer", "/budgets")["items"]]
    read_by_all: dict[str, str | Place] = {
        "budgets": "/city/budgets",
        "budget": f"/city/budgets/{budget}",
        "limits": "/city/limits",
        "reserve": "/city/reserve",
        "payouts": "/city/payouts",
        "batch": "/city/payouts/1",
        "redemptions": "/city/payouts/redemptions",
        "repayments": "/city/repayments",
        "disputes": "/city/disputes",
        "dispute": f"/city/disputes/{claim}",
        "equation": "/city/equation",
        "figures": Place("/city/figures", unfold),
        "pause": "/city/pause",
    }
    pick = ("limits", "budget", "payouts", "batch", "repayments", "dispute", "pause")
    return [
        Look("auditor-of-money", None, "auditor", {**read_by_all, "attest": "/city/reserve/attest"}),
        Look(
            "treasurer",
            None,
            "treasurer",
            {
                "limits": read_by_all["limits"],
                "budget": read_by_all["budget"],
                "grant": "/city/budgets/grant",
                "grant-refused": Place("/city/budgets/grant", send("amount", period="2026", amount="-1")),
                "award": f"/city/budgets/{budget}/award?name=jans",
            },
        ),
        Look("settlement", None, "settlement", {one: read_by_all[one] for one in pick}),
        Look("arbiter", None, "arbiter", {"home": "/city", "dispute": read_by_all["dispute"]}),
        Look("enforcer-of-money", None, "enforcer", {"pause": read_by_all["pause"]}),
    ]
