"""How long requests take, counted by all processes of one web server together.

Each process counts in a file of its own, in one folder a server; whoever is asked adds them up, and files of processes
that have ended stay, so that no sum ever falls.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_PREFIX = f"tiraj-metrics-{os.getuid()}-"


def _folder() -> str:
    """A folder named after the parent process, which is the same for all of a web server; older ones are removed."""
    temporary = Path(tempfile.gettempdir())
    for left in temporary.glob(f"{_PREFIX}*"):
        server = left.name.removeprefix(_PREFIX)
        if not (server.isdigit() and Path(f"/proc/{server}").exists()):
            shutil.rmtree(left, ignore_errors=True)
    ours = temporary / f"{_PREFIX}{os.getppid()}"
    ours.mkdir(mode=0o700, exist_ok=True)
    return str(ours)


# The library looks at this when it is imported, and never again.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = os.environ.get("PROMETHEUS_MULTIPROC_DIR") or _folder()

from prometheus_client import CollectorRegistry, Histogram, generate_latest  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402
from prometheus_client.registry import Collector  # noqa: E402

REQUESTS = Histogram(
    "tiraj_request_seconds",
    "Time to answer, by method, route pattern and status",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=None,
)


def exposition(*collectors: Collector) -> bytes:
    """Everything counted so far and what `collectors` find now, in Prometheus' text format."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    for collector in collectors:
        registry.register(collector)
    return generate_latest(registry)
