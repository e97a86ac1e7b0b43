"""What Prometheus sees of a town, and which alarms it would ring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from prometheus_client import REGISTRY, Metric
from prometheus_client.parser import text_string_to_metric_families

from heitje_chain.config import Config
from heitje_chain.operations.figures.collectors import ServeFigures, WorkerFigures
from heitje_chain.operations.situation import limits_of
from tests.service.town import Town

from .promql import NAME, Scrapes, Vector, rings

DOCS = Path(__file__).resolve().parents[2] / "docs"
MACHINE = ("HeitjeDiskNearlyFull", "HeitjeFilesNearlyOut", "HeitjeSlow", "HeitjeLoopLate")
SERVE, WORKER = "heitje-serve", "heitje-worker"


def alarms() -> dict[str, dict[str, Any]]:
    """Return every rule of docs/alerts.yml by its name."""
    groups = yaml.safe_load((DOCS / "alerts.yml").read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    return {rule["alert"]: rule for rule in rules}


def series_of(job: str, families: Iterable[Metric]) -> Vector:
    """Return families as Prometheus stores them, asked of a process that answers."""
    found: Vector = {frozenset({(NAME, "up"), ("job", job)}): 1.0}
    for family in families:
        for sample in family.samples:
            labels = frozenset({(NAME, sample.name), ("job", job), *sample.labels.items()})
            found[labels] = float(sample.value)
    return found


def series_in(job: str, exposed: str) -> Vector:
    """Return the text that a process answers Prometheus with."""
    return series_of(job, text_string_to_metric_families(exposed))


@dataclass
class Sight:
    """A Prometheus on a town, whose web and worker are in this process."""

    town: Town
    config: Config
    _before: Vector = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._before = self._scrape()

    def ringing(self, *, about_this_machine: bool = False) -> list[str]:
        """Return the alarms that ring, in the order of the file, by what rose since this was made.

        How full this machine's own disk is and how quick it is at this moment is no matter of the town's,
        unless a test is about that.
        """
        scrapes = Scrapes(self._before, self._scrape())
        found = [name for name, rule in alarms().items() if rings(rule["expr"], scrapes)]
        return found if about_this_machine else [name for name in found if name not in MACHINE]

    def _scrape(self) -> Vector:
        limits = limits_of(self.config, self.town.record)
        web = ServeFigures(self.town.engine, self.config, limits).collect()
        work = WorkerFigures(self.town.engine, self.config).collect()
        return series_of(SERVE, web) | series_of(WORKER, [*work, *REGISTRY.collect()])
