"""Where Prometheus reads the figures: a port of its own on the loopback address, never the API's.

Figures tell how much money there is and how the service stands, which is nobody's business outside.
"""

from __future__ import annotations

from prometheus_client import REGISTRY, start_http_server
from prometheus_client.registry import Collector

ADDRESS = "127.0.0.1"


class MetricsPortTaken(Exception):
    """Another process listens where the figures should be read."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} for the figures is taken: choose another --metrics-port.")


def expose(port: int, figures: Collector) -> None:
    """Answer http://127.0.0.1:port/metrics, in a thread of its own, for as long as the process runs.

    Raises:
        MetricsPortTaken: it cannot be listened on.
    """
    try:
        start_http_server(port, ADDRESS)
    except OSError as error:
        raise MetricsPortTaken(port) from error
    REGISTRY.register(figures)
