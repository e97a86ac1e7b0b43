"""What each of the two processes tells.

`WorkerFigures` are the worker's, `ServeFigures` those of `heitje serve`: they tell of the worker too, which
cannot tell that it is dead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from heitje_chain import __version__
from heitje_chain.chain.clock import database_now
from heitje_chain.config import Config
from heitje_chain.db import reading
from heitje_chain.reports.meters import volume
from heitje_chain.reports.thresholds import read_thresholds

from ..readiness import Limits, database_failed, judge
from ..situation import situation
from .acts import scheduled
from .families import age, one
from .money import money
from .people import people
from .sending import sending
from .storage import backups, disks


class DatabaseFigures(Collector):
    """Reads at each scrape; a database that does not answer leaves `heitje_database_up 0` and the disks."""

    def __init__(self, engine: Engine, config: Config) -> None:
        self._engine = engine
        self._config = config

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: it would read a database that may not be there yet."""
        return ()

    def collect(self) -> Iterator[Metric]:
        try:
            with reading(self._engine) as connection:
                found = list(self.read(connection))
            up = 1
        except SQLAlchemyError:
            found, up = list(self.without_database()), 0
        yield one("database_up", "Whether this process reads its database.", up)
        info = GaugeMetricFamily("heitje_build", "The version that runs.", labels=("version",))
        info.add_metric((__version__,), 1)
        yield info
        yield disks(self._config)
        yield from found

    def read(self, connection: Connection) -> Iterator[Metric]:
        raise NotImplementedError

    def without_database(self) -> Iterator[Metric]:
        """Return what can be told all the same."""
        yield from ()


class ServeFigures(DatabaseFigures):
    def __init__(self, engine: Engine, config: Config, limits: Limits) -> None:
        super().__init__(engine, config)
        self._limits = limits

    def read(self, connection: Connection) -> Iterator[Metric]:
        now = situation(connection)
        yield _by_check({check.name: check.verdict for check in judge(now, self._limits)})
        if now.heartbeat is not None:
            yield age(
                "worker_age_seconds", "How long ago the worker got on.", now.now, now.heartbeat.round_at
            )

    def without_database(self) -> Iterator[Metric]:
        yield _by_check({check.name: check.verdict for check in database_failed()})


class WorkerFigures(DatabaseFigures):
    """Raises:
    ThresholdsUnreadable: when made.
    """

    def __init__(self, engine: Engine, config: Config) -> None:
        super().__init__(engine, config)
        self._thresholds = read_thresholds(config.thresholds_file)

    def read(self, connection: Connection) -> Iterator[Metric]:
        now = database_now(connection)
        yield from sending(connection, now)
        yield from money(connection, now)
        yield one(
            "limited_network_share",
            "Twelve months' payments to merchants, as a share of what DNB must be notified at.",
            volume(connection, self._thresholds).share,
        )
        yield from people(connection, now)
        yield from scheduled(connection)
        yield from backups(connection, now)


def _by_check(verdicts: dict[str, str]) -> Metric:
    ready = GaugeMetricFamily("heitje_ready", "Each check of /readyz: 1 unless it failed.", labels=("check",))
    for name, verdict in verdicts.items():
        ready.add_metric((name,), 0 if verdict == "failed" else 1)
    return ready
