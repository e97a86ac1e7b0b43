"""A town with two of everything: whose is what, and who asks with which token."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from heitje_chain.custody.model import new_wallet_id
from heitje_chain.db import transaction
from heitje_chain.people import tokens
from heitje_chain.people.roles import PARTICIPANT_ROLES

from .access_table import OFFICERS
from .town import Person, Town


@dataclass
class World:
    """Two of each that know nothing of each other."""

    town: Town
    secrets: dict[str, str]
    """Role -> token."""
    keys: dict[str, str] = field(default_factory=dict)
    """A participant's role -> with what it signs."""
    own: dict[str, dict[str, str]] = field(default_factory=dict)
    """Role -> kind -> id."""
    others: dict[str, dict[str, str]] = field(default_factory=dict)
    hidden: dict[str, set[str]] = field(default_factory=dict)
    """Role -> ids and names that no answer to it may hold."""

    def moved_to(self, town: Town) -> World:
        return replace(self, town=town)

    def ask(self, route: str, secret: str | None, thing: str = "", body: Any = None) -> Any:
        method, path = route.split(" ")
        headers = {"Accept-Language": "en", "Idempotency-Key": uuid.uuid4().hex}
        if secret is not None:
            headers["Authorization"] = f"Bearer {secret}"
        address = re.sub(r"\{\w+\}", thing, path)
        sent = None if body is None else json.loads(json.dumps(body).replace("{it}", thing))
        return self.town.http.request(method, address, json=sent, headers=headers)


def build(town: Town) -> World:
    partner, other_partner = town.partner(1_000_00), town.partner(1_000_00)
    anna, bilal = town.resident("Anna Jansen"), town.resident("Bilal Yilmaz")
    shop, other_shop = town.merchant(), town.merchant("Bakkerij Zoet")
    club = town.association()
    town.earned(partner, anna)
    town.earned(other_partner, bilal)
    people = {"resident": anna, "merchant": shop, "association": club, "partner": partner}
    [claim], [others_claim] = (town.get(one, "/claims")["items"] for one in (anna, bilal))
    payment, others_payment = town.paid(anna, shop, 5_00), town.paid(bilal, other_shop, 5_00)
    donation = town.paid(anna, club, 1_00)
    redemption = town.post(shop, "/redemptions", {"cents": 2_00})
    others_redemption = town.post(other_shop, "/redemptions", {"cents": 2_00})
    town.work()
    request = town.post(shop, "/payment-requests", {"cents": 1_00})
    others_request = town.post(other_shop, "/payment-requests", {"cents": 1_00})
    waiting = {"id": new_wallet_id(), "name": "Wacht BV", "iban": "NL15ABNA9000000275", "category": "x"}
    town.post("registrar", "/merchants", waiting)
    act = town.post(partner, "/jobs/prepare", town.terms())
    open_job = town.job(partner)
    town.post(anna, "/claims", {"job": open_job["id"]})
    town.work()
    secret_job = town.act(other_partner, "/jobs", town.terms(title="Nog geheim"))  # not on the chain yet
    others_act = secret_job_act(town, other_partner)
    secrets = town.secrets | {role: one.secret for role, one in people.items()}
    with transaction(town.engine) as connection:
        secrets["operator"] = tokens.create(connection, "Night watch", "operator")[1]
        spare = {
            role: tokens.create(connection, "Spare", role, people[role].id if role in people else None)[0].id
            for role in secrets
        }
        others_token = tokens.create(connection, "Bilal", "resident", bilal.id)[0].id

    world = World(town, secrets, {role: one.key for role, one in people.items() if one.key})
    code, others_code = town.code_of(shop), f"heitje:{town.contracts.chain_id}:merchant:{waiting['id']}"
    for role in secrets:
        world.own[role] = {"token": spare[role]}
        world.others[role] = {"token": others_token, "act": others_act}
    del world.others["registrar"]["token"]  # ends everybody's
    world.own["resident"] |= {
        "claim": claim["id"],
        "job": open_job["id"],
        "payment": payment["id"],
        "request": request["id"],
        "code": code,
    }
    world.others["resident"] |= {
        "claim": others_claim["id"],
        "job": secret_job["id"],
        "payment": others_payment["id"],
        "code": others_code,
    }
    [contract], [others_contract] = (
        town.get(one, "/merchant-contracts")["items"] for one in (shop, other_shop)
    )
    world.own["merchant"] |= {
        "contract": contract["id"],
        "merchant": shop.id,
        "payment": payment["id"],
        "request": request["id"],
        "redemption": redemption["id"],
    }
    world.others["merchant"] |= {
        "contract": others_contract["id"],
        "merchant": other_shop.id,
        "payment": others_payment["id"],
        "request": others_request["id"],
        "redemption": others_redemption["id"],
    }
    world.own["association"] |= {"payment": donation["id"], "request": request["id"], "code": code}
    world.others["association"] |= {"payment": others_payment["id"], "code": others_code}
    world.own["partner"] |= {"claim": claim["id"], "job": open_job["id"], "act": act["id"]}
    world.others["partner"] |= {"claim": others_claim["id"], "job": secret_job["id"]}
    series, others_series = (
        town.post(one, "/job-series", town.terms(opens_at=town.now() + 86_400, weeks=2))["id"]
        for one in (partner, other_partner)
    )
    world.own["partner"]["series"], world.others["partner"]["series"] = series, others_series
    for role in OFFICERS:  # whoever's it is; another's is one of another kind
        world.own[role] |= {
            "claim": claim["id"],
            "contract": contract["id"],
            "job": open_job["id"],
            "payment": payment["id"],
            "request": request["id"],
            "redemption": redemption["id"],
            "act": act["id"],
            "series": series,
            "person": anna.id,
            **{kind: one.id for kind, one in people.items()},
        }
        world.others[role] |= {
            "resident": shop.id,
            "merchant": anna.id,
            "association": partner.id,
            "partner": anna.id,
            "claim": payment["id"],
            "contract": anna.id,
            "series": anna.id,
            "job": claim["id"],
            "payment": claim["id"],
            "redemption": claim["id"],
        }
    world.own["operator"]["payment"] = payment["id"]
    for one, whose in (
        (shop, world.own["merchant"]),
        (partner, world.own["partner"]),
        (other_shop, world.others["merchant"]),
        (other_partner, world.others["partner"]),
    ):
        whose["webhook"] = str(town.post(one, "/webhooks", {"url": "https://example.org/hook"})["id"])
    names = {"Bilal", "Yilmaz", "Wacht BV", bilal.chain_id, bilal.id}
    strangers = names | {others_claim["id"], others_payment["id"], others_redemption["id"], others_token}
    for role in PARTICIPANT_ROLES:
        world.hidden[role] = strangers | {secret_job["id"], "Nog geheim", others_act}
        if role != "resident":
            world.hidden[role] |= {"Anna", "Jansen"}
    return world


def secret_job_act(town: Town, partner: Person) -> str:
    return str(town.post(partner, "/jobs/prepare", town.terms(title="Nog geheim"))["id"])
