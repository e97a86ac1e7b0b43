"""The desks of the municipality's officers."""

from __future__ import annotations

from playwright.sync_api import Page

from heitje_chain.custody.model import new_wallet_id
from heitje_chain.db import transaction
from heitje_chain.people import accounts
from tests.service.survival import People
from tests.service.town import CONTRACT, IBANS

from . import Look, Place, send


def begin_at_counter(page: Page) -> None:
    """Act for the resident: whoever begins anew ends what was begun before."""
    page.locator('[name="identity"]').first.check()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/counter/*/jobs")


def looks(people: People) -> list[Look]:
    town, partner, anna, shop = people.town, people.partner, people.anna, people.shop
    waiting = {
        "id": new_wallet_id(),
        "name": "Bloemen bij Ben",
        "iban": IBANS[1],
        "category": "bloemen",
    }
    town.post("registrar", "/merchants", {**waiting, "contract": CONTRACT})
    town.work()
    [contract] = town.get(shop, "/merchant-contracts")["items"]
    act = town.post("registrar", "/admissions/prepare", {"participants": [waiting["id"]]})["id"]
    cor = town.resident("Cor Cremers")
    done = town.act("enforcer", "/blocks", {"participant": cor.id, "reason": 1})["id"]
    town.work()
    lost = town.resident("Dirk Damen")
    recovery = town.post("registrar", "/recoveries", {"participant": lost.id, "reason": 1})["id"]
    with transaction(town.engine) as connection:
        login = accounts.add(connection, "emma@heerlen.example", "enforcer", "enforcer").id
    whom = {"resident": anna.id, "shop": shop.id, "partner": partner.id}
    ones = {name: f"/city/participants/{one}" for name, one in whom.items()}
    return [
        Look(
            "registrar",
            None,
            "registrar",
            {
                "home": "/city",
                "participants": "/city/participants",
                "participants-none": "/city/participants?name=Nobody",
                "new-resident": "/city/participants/new?kind=resident",
                "new-shop": "/city/participants/new?kind=merchant",
                "ready": "/city/participants/ready",
                **ones,
                "record": f"{ones['resident']}/record",
                "iban": f"{ones['shop']}/iban",
                "iban-refused": Place(f"{ones['shop']}/iban", send("iban", iban="NL00")),
                "contract": f"{ones['shop']}/contract",
                "contract-end": f"{ones['shop']}/contracts/{contract['id']}/end",
                "account": f"{ones['resident']}/account",
                "signer": f"{ones['partner']}/signer",
                "logins": "/city/logins",
                "login-remove": f"/city/logins/{login}/enforcer",
                "act": f"/acts/{act}",
                "recovery-asked": f"{ones['shop']}/recovery",
                "recovery": f"/city/recoveries/{recovery}",
                "counter": "/city/counter",
                "counter-begin": f"/city/counter/{anna.id}",
                "counter-jobs": Place(f"/city/counter/{anna.id}", begin_at_counter),
                "allowances": "/city/allowances",
                "allowances-new": "/city/allowances/new",
            },
        ),
        Look(
            "enforcer",
            None,
            "enforcer",
            {
                "home": "/city",
                **ones,
                "block": f"{ones['resident']}/block",
                "freeze": f"{ones['resident']}/freeze",
                "act-done": f"/acts/{done}",
            },
        ),
        Look("auditor", None, "auditor", {"home": "/city", "log": "/city/log", **ones}),
    ]
