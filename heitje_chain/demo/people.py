"""Everybody is added and admitted, partners get signers, budgets and mint limits."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from heitje_chain.client import Client, KeyFile
from heitje_chain.client.answers import ParticipantView
from heitje_chain.client.orders import LimitBody, NewDeclaration, NewLimits, NewMerchant, NewRecord
from heitje_chain.client.resources import Reading
from heitje_chain.people.roles import OFFICER_ROLES

from . import pilot
from .city import City, DemoRefused, Say
from .pilot import MerchantData, PartnerData, ResidentData
from .waiting import each, until

PERIOD = 2026
DAY_SECONDS = 86_400
RESERVE_CENTS = 15_000_00
CITY_YEAR_CENTS = 1_500_00
"""Heerlen's own limit for a year, below the law's."""


@dataclass(frozen=True)
class Cast:
    """Who takes part, with a client of the API for each."""

    partners: Mapping[str, PartnerData]
    merchants: tuple[MerchantData, ...]
    residents: tuple[ResidentData, ...]
    association: str
    clients: Mapping[str, Client]
    """By participant id."""
    keys: Mapping[str, KeyFile]
    """Partners' key files, by the partner's code."""


def bring_in(city: City, say: Say) -> Cast:
    """Add everybody of the pilot and wait until each takes part."""
    partners, merchants = pilot.partners(), tuple(pilot.merchants())
    residents, association = tuple(pilot.residents()), pilot.new_id()
    registrar, key = city.officers["registrar"], city.keys["registrar"]

    for partner in partners:
        registrar.partners.ask({"id": partner.id, "name": partner.name})
    registrar.associations.ask({"id": association, "name": "Buurtvereniging Grasbroek"})
    each(lambda one: registrar.merchants.ask(_merchant(one)), merchants)
    each(lambda one: registrar.residents.ask({"id": one.id, "name": one.name}), residents)
    many = f"{len(partners)} partners, {len(merchants)} merchants, 1 association, {len(residents)} residents"
    say(f"{many} added")

    for partner in partners:
        registrar.admissions.sign({"participants": [partner.id]}, key)
    _wait_for(registrar.merchants, "ready", len(merchants))
    _wait_for(registrar.associations, "ready", 1)
    registrar.admissions.sign({"participants": [one.id for one in merchants]}, key)
    registrar.admissions.sign({"participants": [association]}, key)
    _wait_for(registrar.partners, "active", len(partners))
    keys = _equip(city, partners)
    _wait_for(registrar.merchants, "active", len(merchants))
    _wait_for(registrar.associations, "active", 1)
    _wait_for(registrar.residents, "active", len(residents))
    adult: NewRecord = {"confirmed": True, "under_21": False}
    each(lambda one: registrar.allowance.set_record(one.id, adult), residents)
    say(f"{len(residents)} residents confirmed by the registrar, with their age band")
    say("all admitted on the chain: residents by the service, everybody else by the registrar's signature")

    everybody = [
        *(one.id for one in partners),
        *(one.id for one in merchants),
        *(one.id for one in residents),
        association,
    ]
    secrets = each(lambda one: registrar.new_token({"participant": one})["secret"], everybody)
    clients = {one: city.client(secret) for one, secret in zip(everybody, secrets, strict=True)}
    for partner in partners:
        clients[partner.id].declarations.declare(_declaration(partner))
    _open_accounts(city, partners, merchants, residents)
    return Cast({p.code: p for p in partners}, merchants, residents, association, clients, keys)


def fund(city: City, cast: Cast, say: Say) -> None:
    """Read the bank statement, grant each partner its budget, and wait for what `bring_in` began."""
    treasurer, auditor = city.officers["treasurer"], city.officers["auditor"]
    statement = hashlib.sha256(b"the demo's bank statement").hexdigest()
    attested = auditor.attestations.sign(
        {"cents": RESERVE_CENTS, "as_of": int(time.time()) - DAY_SECONDS, "statement_sha256": statement},
        city.keys["auditor"],
    )
    _wait_for_acts(auditor, [attested["id"]])
    grants = [
        treasurer.grants.sign(
            {"partner": partner.id, "period": PERIOD, "cents": partner.budget},
            city.keys["treasurer"],
        )["id"]
        for partner in cast.partners.values()
    ]
    _wait_for_acts(treasurer, grants)
    for partner in cast.partners.values():
        until(lambda one=partner: _has_signer(city, one), f"the signer of {partner.name}")  # type: ignore[misc]
    until(lambda: _no_open_acts(treasurer), "the officers' acts")
    _enter_limits(city, say)
    say(f"reserve attested, {len(grants)} budgets granted, signers and mint limits set")


def _enter_limits(city: City, say: Say) -> None:
    """Add the city's own limit to the last limits that the law is known to have."""
    known = city.officers["treasurer"].allowance_limits.current()["limits"]
    if known is None:
        raise DemoRefused("The database has no limits: its migrations put in those of the law.")
    body: NewLimits = {
        "year": known["year"],
        "effective_from": known["effective_from"],
        "hour": known["hour"],
        "hour_under_21": known["hour_under_21"],
        "month": known["month"],
        "year_total": known["year_total"],
        "city_year": CITY_YEAR_CENTS,
    }
    proposed = city.officers["treasurer"].allowance_limits.ask(body)
    city.officers["registrar"].allowance_limits.confirm(proposed["number"])
    say("the city's own limit, 1,500 a year: proposed by the treasurer, confirmed by the registrar")


def _equip(city: City, partners: Iterable[PartnerData]) -> dict[str, KeyFile]:
    """Give each partner a signer and a mint limit: delayed acts, whose time runs while the demo goes on."""
    keys = {}
    for partner in partners:
        keys[partner.code] = city.key_of(f"partner-{partner.code}")
        city.officers["registrar"].signers.sign(
            {"partner": partner.id, "signer": keys[partner.code].address}, city.keys["registrar"]
        )
        limit: LimitBody = {"partner": partner.id, "capacity": partner.budget, "window": DAY_SECONDS}
        city.officers["treasurer"].mint_limits.sign(limit, city.keys["treasurer"])
    return keys


def _open_accounts(
    city: City,
    partners: Iterable[PartnerData],
    merchants: Iterable[MerchantData],
    residents: Iterable[ResidentData],
) -> None:
    """Let the people of the demo use the pages."""
    accounts = city.officers["registrar"].accounts
    for role in OFFICER_ROLES:
        accounts.ask({"email": _email(role), "role": role, "subject": role})  # type: ignore[typeddict-item]
    for partner in partners:
        accounts.ask({"email": _email(partner.code), "role": "partner", "subject": partner.id})
    each(
        lambda one: accounts.ask(
            {"email": _email(one.name.lower().replace(" ", ".")), "role": "resident", "subject": one.id}
        ),
        residents,
    )
    each(
        lambda one: accounts.ask({"email": _email(one.code), "role": "merchant", "subject": one.id}),
        merchants,
    )


def _email(name: str) -> str:
    """Return a made-up address; nobody has one that ends like this (RFC 2606)."""
    return f"{name}@heerlen.example"


def _declaration(partner: PartnerData) -> NewDeclaration:
    """What a partner declares about all kinds of jobs that it posts."""
    return {
        "kinds": sorted({job.kind for job in pilot.jobs() if job.partner == partner.code}),
        "words": "Dit werk deden bewoners al samen of bleef liggen; niemand wordt ervoor betaald.",
        "declared_by": f"bestuur van {partner.name}",
    }


def _merchant(one: MerchantData) -> NewMerchant:
    return {
        "id": one.id,
        "name": one.name,
        "iban": one.iban,
        "category": one.category,
        "contract": {"valid_from": f"{PERIOD}-01-01", "valid_until": f"{PERIOD + 2}-12-31"},
    }


def _wait_for(people: Reading[ParticipantView, ParticipantView], state: str, number: int) -> None:
    def there() -> bool:
        return sum(one["state"] in (state, "active") for one in people.list()) >= number

    until(there, f"{number} of {people.path} to be {state}")


def _wait_for_acts(officer: Client, acts: list[str]) -> None:
    until(lambda: all(officer.acts.get(act)["state"] == "done" for act in acts), "officers' acts")


def _no_open_acts(officer: Client) -> bool:
    return all(act["state"] == "done" for act in officer.acts.list())


def _has_signer(city: City, partner: PartnerData) -> bool:
    signers = city.officers["registrar"].partners.signers(partner.id)
    return [one["state"] for one in signers] == ["active"]
