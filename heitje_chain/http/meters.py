"""Figures about requests, for Prometheus. Labels are routes, methods, statuses and slugs: nobody's."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUESTS = Counter("heitje_requests", "Requests that were answered.", ("method", "route", "status"))
SECONDS = Histogram(
    "heitje_request_seconds",
    "How long requests took, without event streams.",
    ("method", "route"),
    buckets=BUCKETS,
)
PROBLEMS = Counter("heitje_problems", "Requests that were refused, by the problem's type.", ("type",))
PROBLEMS.labels("unexpected")  # a figure that comes into being with its first fault tells of no rise

LOOP_LATE = Histogram(
    "heitje_loop_late_seconds",
    "How much later than asked the event loop went on: something kept it busy.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)

STREAMS = Gauge("heitje_streams_open", "Event streams that are open.")


def note(method: str, route: str, status: int, seconds: float | None, problem: str | None) -> None:
    """Count a request that was answered.

    Args:
        seconds: None for a stream
        problem: the slug of the problem that it was answered with
    """
    REQUESTS.labels(method, route, str(status)).inc()
    if seconds is not None:
        SECONDS.labels(method, route).observe(seconds)
    if problem is not None:
        PROBLEMS.labels(problem).inc()
