"""Making one figure."""

from __future__ import annotations

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily


def one(name: str, told: str, value: float) -> Metric:
    """Return a figure without labels, `heitje_` and the name."""
    return GaugeMetricFamily(f"heitje_{name}", told, value=float(value))


def age(name: str, told: str, now: int, since: int | None) -> Metric:
    """Return for how many seconds something has been so: 0 when nothing is, or when it is yet to come."""
    return one(name, told, 0 if since is None else max(now - since, 0))
