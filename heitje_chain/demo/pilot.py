"""The pilot's data: organisations, kinds of jobs, merchants (data/README.md says where it comes from)."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources

from heitje_chain.money import Cents, from_euros

RESIDENTS = 60
APPROVED = 143
"""Jobs done when the two welfare organisations joined the pilot."""

_FIRST = ("Anna", "Bilal", "Carla", "Driss", "Els", "Fatima", "Guus", "Hanna", "Ivo", "Joke")
_LAST = ("Jansen", "Amrani", "Smeets", "Kowalski", "Peeters", "Yilmaz")


def new_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True)
class PartnerData:
    code: str
    name: str
    budget: Cents
    id: str = field(default_factory=new_id)


@dataclass(frozen=True)
class MerchantData:
    code: str
    name: str
    category: str
    iban: str
    id: str = field(default_factory=new_id)


@dataclass(frozen=True)
class JobData:
    partner: str
    """The partner's code."""
    title: str
    description: str
    place: str
    neighbourhood: str
    bring: str
    minutes: int
    slots: int
    reward: Cents
    evidence: str
    kind: str


@dataclass(frozen=True)
class ResidentData:
    name: str
    id: str = field(default_factory=new_id)


def partners() -> list[PartnerData]:
    return [PartnerData(row["id"], row["name"], from_euros(row["budget_eur"])) for row in _rows("partners")]


def merchants() -> list[MerchantData]:
    return [MerchantData(row["id"], row["name"], row["category"], row["iban"]) for row in _rows("merchants")]


def jobs() -> list[JobData]:
    return [
        JobData(
            partner=row["partner"],
            title=row["title"],
            description=row["description"],
            place=row["place"],
            neighbourhood=row["neighbourhood"],
            bring=row["bring"],
            minutes=int(row["minutes"]),
            slots=int(row["slots"]),
            reward=from_euros(row["reward_eur"]),
            evidence=row["evidence"],
            kind=row["kind"],
        )
        for row in _rows("jobs")
    ]


def residents() -> list[ResidentData]:
    """Return 60 people with made-up names."""
    return [
        ResidentData(f"{_FIRST[number % len(_FIRST)]} {_LAST[number // len(_FIRST)]}")
        for number in range(RESIDENTS)
    ]


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files(__package__).joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
