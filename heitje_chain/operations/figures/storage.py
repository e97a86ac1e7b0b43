"""How full the disks are that the service writes to, and how old the newest backup is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from math import inf
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Connection, make_url

from heitje_chain.backup.taking import newest_taken_at
from heitje_chain.config import Config

from .families import one


def disks(config: Config) -> Metric:
    """Return which part of each place's disk is free; a place that is not there yet is left out.

    A PostgreSQL server's disk is not ours to see: watch it there.
    """
    free = GaugeMetricFamily(
        "heitje_disk_free_ratio", "Which part of a place's disk is free, 0 to 1.", labels=("place",)
    )
    for place, folder in _places(config).items():
        try:
            usage = shutil.disk_usage(folder)
        except OSError:
            continue
        free.add_metric((place,), usage.free / usage.total if usage.total else 0.0)
    return free


def backups(connection: Connection, now: int) -> Iterator[Metric]:
    taken = newest_taken_at(connection)
    seconds = inf if taken is None else max(now - taken, 0)
    yield one("backup_age_seconds", "How old the newest backup is; infinite when there is none.", seconds)


def _places(config: Config) -> dict[str, Path]:
    found = {"home": config.home, "keys": config.key_store}
    url = make_url(config.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        found["database"] = Path(url.database).parent
    return found
