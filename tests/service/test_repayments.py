"""A payment that the bank sends back is owed again and paid anew; the equation holds throughout."""

from __future__ import annotations

import hashlib

from heitje_chain.chain.node import Node
from heitje_chain.reconcile import service as reconcile
from heitje_chain.reconcile.rules import Figures

from .town import Person, Town


def figures(town: Town) -> Figures:
    """What is owed; nothing differs."""
    report = reconcile.compare(town.engine, Node(town.url), town.contracts)
    assert report.differences == ()
    assert report.figures.owed == report.figures.supply + report.figures.payable
    return report.figures


def sent_back(town: Town, shop: Person, cents: int) -> dict[str, str]:
    """Have a merchant paid, the coins burned, and the money come back; return the redemption."""
    line: dict[str, str] = town.post(shop, "/redemptions", {"cents": cents})
    town.work()
    path = f"/payout-batches/{town.act('settlement', '/payout-batches', {})['content']['batch']}"
    town.work()
    town.post("settlement", f"{path}/file")
    town.post("settlement", f"{path}/outcomes", {"booked": [line["id"]]})
    town.act("settlement", f"{path}/settlement", {})
    town.work()
    told = {"end_to_end_id": line["end_to_end_id"], "occurred_at": town.now(), "reason": "AC04"}
    town.post("settlement", f"/redemptions/{line['id']}/bank-return", told)
    return line


def test_payment__sent_back_by_the_bank__is_paid_anew(town: Town, anna: Person, shop: Person) -> None:
    town.paid(anna, shop, 6_00)
    before = figures(town).owed
    line = sent_back(town, shop, 6_00)
    assert (figures(town).owed, figures(town).payable) == (before, 6_00)
    [listed] = town.get("settlement", "/redemptions?payable=true")["items"]
    assert (listed["id"], listed["return_state"]) == (line["id"], "payable")
    assert town.get(shop, f"/redemptions/{line['id']}")["return_state"] == "payable"
    account = {"iban": "NL28ABNA9000000138", "account_holder": "Welpie Toys"}
    assert town.ask("PUT", "registrar", f"/merchants/{shop.id}/account", account).status_code == 200
    assert town.refused("settlement", "/repayments") == (409, "There is nothing to pay out now.")
    town.post("settlement", f"/redemptions/{line['id']}/account-confirmation")

    made = town.post("settlement", "/repayments", {}, "repayment-1")
    assert town.post("settlement", "/repayments", {}, "repayment-1") == made

    assert (made["number"], made["cents"], made["state"]) == (1, 6_00, "filed")
    file = town.ask("GET", "settlement", "/repayments/1/file")
    assert hashlib.sha256(file.content).hexdigest() == made["file_sha256"]
    assert b"NL28ABNA9000000138" in file.content
    assert (figures(town).owed, figures(town).payable) == (before, 6_00)
    told = {"booked": [line["id"]], "rejected": [], "occurred_at": town.now()}
    done = town.post("settlement", "/repayments/1/outcomes", told)
    assert (done["state"], done["lines"][0]["outcome"]) == ("done", "booked")
    assert town.get("auditor", "/repayments")["items"] == [done] == [town.get("auditor", "/repayments/1")]
    assert town.get(shop, f"/redemptions/{line['id']}")["return_state"] == "repaid"
    assert (figures(town).owed, figures(town).payable) == (before - 6_00, 0)


def test_repayment__by_anybody_but_settlement__is_refused(town: Town, anna: Person, shop: Person) -> None:
    for who in (anna, shop, "treasurer"):
        assert town.refused(who, "/repayments")[0] == 403
    assert town.ask("GET", "auditor", "/repayments/1/file").status_code == 403
    assert town.ask("GET", shop, "/repayments").status_code == 403
