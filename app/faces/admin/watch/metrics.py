"""`/metrics`: what a monitor reads. Gauges come from Postgres and Redis, so that every process answers the same."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Final

import redis
from flask import Blueprint, Response, request
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from app.chain import queries as chain
from app.chain.node import client as node
from app.chain.node import rpc
from app.core.clock import now
from app.core.config import current_settings
from app.core.database.session import end_reading
from app.core.jobs import queue
from app.core.web.headers import no_store
from app.core.web.metrics import exposition
from app.faces.admin.door import require_operator
from app.record.audit import queries as audit

from . import standing
from .standing import Backlog

bp = Blueprint("metrics", __name__)

_COUNTED_FOR: Final = 30.0  # seconds; counting every payment is not for every scrape
_SHARE: Final = 100  # and takes at most one part in so many of a process's time, however many payments there are
_counted: dict[int, tuple[float, list[Metric]]] = {}
_lock: Final = threading.Lock()


@bp.get("/metrics")
def metrics() -> Response:
    """In Prometheus' text format, for whoever has the token, and for operators."""
    _require_monitor()
    no_store()
    end_reading()
    try:
        height: int | None = rpc.tip(node.client())[0]
    except rpc.NodeFailure:
        height = None
    return Response(exposition(_Standing(height)), mimetype="text/plain", content_type="text/plain; version=0.0.4")


def _require_monitor() -> None:
    """Raises Unauthorised: neither the token nor an operator's password."""
    token = current_settings().metrics_token
    expected = b"" if token is None else token.get_secret_value().encode()
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    is_monitor = hmac.compare_digest(given.strip().encode(), expected) and scheme.lower() == "bearer" and expected
    if not is_monitor:
        require_operator()


class _Standing(Collector):
    """Asked once a scrape."""

    def __init__(self, node_height: int | None) -> None:
        self._node_height = node_height

    def collect(self) -> Iterator[Metric]:
        yield from _chain(self._node_height)
        yield from _queues()
        yield from _backlog("mail", standing.mail())
        yield from _backlog("messages", standing.carried())
        yield from _backlog("webhooks", standing.hooks())
        money = standing.money()
        yield _gauge("coins_sats", "Coins held", money.coins)
        yield _gauge("immature_coins_sats", "Miners' rewards that cannot be spent yet", money.immature)
        yield _by("owed_sats", "Claims of others, by kind of account", "kind", money.owed.items())
        yield _gauge("promised_jackpots_sats", "Jackpots that may still have to be paid", money.promised)
        yield _gauge("reserve_short_sats", "Coins missing for everything promised and the margin", money.short)
        yield _by("payouts", "Payouts by state", "state", standing.payouts_by_state().items())
        yield _gauge("alarms_open", "Alarms that need a person", len(audit.open_alarms()))
        yield from _counts()


def _chain(node_height: int | None) -> Iterator[Metric]:
    scanned = chain.tip_height()
    yield _gauge("node_up", "Whether the Bitcoin node answers", int(node_height is not None))
    yield _gauge("scanned_height", "The last block applied", scanned)
    if node_height is not None:
        yield _gauge("node_height", "The node's tip", node_height)
        yield _gauge("scan_lag_blocks", "Blocks the scanner is behind", max(0, node_height - scanned))


def _queues() -> Iterator[Metric]:
    try:
        states = queue.states()
    except redis.RedisError:
        yield _gauge("redis_up", "Whether Redis answers", 0)
        return
    yield _gauge("redis_up", "Whether Redis answers", 1)
    yield _by("queue_waiting", "Rings that wait, by queue", "queue", ((one.name, one.waiting) for one in states))
    yield _by("queue_failed", "Jobs that failed, by queue", "queue", ((one.name, one.failed) for one in states))
    yield _by("queue_workers", "Workers, by queue", "queue", ((one.name, one.workers) for one in states))


def _backlog(name: str, backlog: Backlog) -> Iterator[Metric]:
    yield _gauge(f"{name}_due", "Due now", backlog.due)
    yield _gauge(f"{name}_failed", "Given up", backlog.failed)
    age = (now() - backlog.oldest_due).total_seconds() if backlog.oldest_due else 0
    yield _gauge(f"{name}_oldest_due_seconds", "Since when the oldest is due", max(0, age))


def _counts() -> Iterable[Metric]:
    """What has to be counted row by row: at most every half minute, and less often where it takes long."""
    with _lock:
        until, known = _counted.get(0, (0.0, []))
        if time.monotonic() < until:
            return known
        begun = time.monotonic()
        found = list(_count())
        done = time.monotonic()
        _counted[0] = (done + max(_COUNTED_FOR, _SHARE * (done - begun)), found)
        return found


def _count() -> Iterator[Metric]:
    rounds = GaugeMetricFamily("tiraj_rounds", "Rounds by game and state", labels=("game", "state"))
    for game, states in standing.rounds_by_status().items():
        for state, count in states.items():
            rounds.add_metric((game, state), count)
    yield rounds
    payments = GaugeMetricFamily("tiraj_payments", "Payments by game and fate", labels=("game", "state"))
    for game, fates in standing.payments_by_status().items():
        for state, count in fates.items():
            payments.add_metric((game, state), count)
    yield payments
    suspended, sats = standing.suspended()
    yield _gauge("suspended_payments", "Payments that wait for a refund's decision", suspended)
    yield _gauge("suspended_sats", "How much they are", sats)


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(f"tiraj_{name}", help_, value)


def _by(name: str, help_: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(f"tiraj_{name}", help_, labels=(label,))
    for key, value in values:
        family.add_metric((key,), value)
    return family
