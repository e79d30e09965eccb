"""Webhooks: from an event's commit to its arrival, among many sites and endpoints, without and with hostile ones."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socketserver
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import select, text, update

from app.core.database.session import db, transaction
from app.people.accounts.service import user_with_email
from app.people.partners.models import PartnerSite
from app.people.partners.service import create_site
from app.record.events.service import Fact, record_many
from app.webhooks import jobs
from app.webhooks.models import WebhookEndpoint
from app.webhooks.service import create_endpoint

from .measuring import Row, goal
from .shop import open_shop
from .stage import PAYOUT_ADDRESS, Stage

_DATABASE = "webhooks"
_HOSTILE = 5
_BODY = b'{"id":"0196a3c4-0000-7000-8000-000000000001","type":"order.paid","data":{}}' + b" " * 200
_GOAL_MS = 1_000.0


def run(stage: Stage) -> Iterator[Row]:
    """Bursts to good endpoints alone, then the same while five hang, drip, redirect, flood and refuse."""
    stage.make_database(_DATABASE)
    app = stage.application(stage.settings(_DATABASE, "http://nobody:nobody@127.0.0.1:1", WEBHOOK_ALLOW_PRIVATE="true"))
    scale = stage.scale
    good = scale.webhook_endpoints - _HOSTILE
    with app.app_context(), contextlib.ExitStack() as stack:
        shop = stack.enter_context(_Server(_fine))
        bad = [stack.enter_context(_Server(behave)) for behave in (_hang, _drip, _redirect, _flood, _refuse)]
        sites = _make_sites(scale.webhook_sites)
        _make_endpoints(sites[:good], [shop.url] * good)
        cost = _cost(app, sites[:good], scale.repeats)
        calm, calm_rate = _burst(app, shop, sites[:good], scale.webhook_events)
        _make_endpoints(sites[good : good + _HOSTILE], [server.url for server in bad])
        among, among_rate = _burst(app, shop, sites[: good + _HOSTILE], scale.webhook_events, hostile=_HOSTILE)
        bare = _bare_posts(shop.port, max(20, scale.webhook_events // 4))
        db.session.remove()
        db.engine.dispose()
    about = f"{scale.webhook_sites:,} sites, {scale.webhook_endpoints} endpoints, {_HOSTILE} of them hostile"
    yield Row("event to webhook, p50", "ms", _share(among, 0.5), _share(calm, 0.5), "without hostile endpoints", about)
    note = goal(_share(among, 0.99), _GOAL_MS, "ms")
    yield Row("event to webhook, p99", "ms", _share(among, 0.99), _share(calm, 0.99), "without hostile endpoints", note)
    note = f"one worker, {jobs.THREADS} threads; {calm_rate:,.0f}/s without hostile endpoints"
    yield Row("CPU of 100 webhooks", "ms", cost.ours, cost.bare, "100 bare POSTs", cost.note)
    yield Row("webhooks delivered", "deliveries/s", among_rate, bare, "bare POSTs, one after the other", note)


def _make_sites(count: int) -> list[UUID]:
    with transaction():
        owner = user_with_email("owner@example.com")
        return [
            create_site(
                owner,
                {
                    "name": f"shop-{_letters(number)}",
                    "display_name": f"Shop {number}",
                    "house_edge": Decimal("0.1"),
                    "payout_address": PAYOUT_ADDRESS,
                    "payout_address_acknowledged": True,
                },
            ).id
            for number in range(count)
        ]


def _letters(number: int) -> str:
    """A name that looks like no other: digits are taken for letters."""
    return "".join(chr(ord("c") + int(digit)) for digit in f"{number:05}")


def _make_endpoints(sites: Sequence[UUID], urls: Sequence[str]) -> None:
    with transaction() as session:
        for site, url in zip(sites, urls, strict=True):
            create_endpoint(session.get_one(PartnerSite, site), url, ["order.paid"], actor="benchmark")


def _burst(app: Flask, shop: _Server, sites: Sequence[UUID], count: int, hostile: int = 0) -> tuple[list[float], float]:
    """Commit events at a steady pace while one worker delivers; delays of the good ones (ms), and how many a second.

    The rate is that of a second part, in which all events are there at once.
    """
    shop.arrived.clear()
    stopped = threading.Event()
    worker = threading.Thread(target=_work, args=(app, stopped), daemon=True)
    worker.start()
    written: dict[str, float] = {}
    good = sites[: len(sites) - hostile]
    for number in range(count):
        site = sites[number % len(sites)]
        key = f"order:{len(sites)}-{number}"
        with transaction():
            record_many([Fact("order.paid", "rounds", key, {"n": number}, site)])
        if site in good:
            written[key] = time.monotonic()
        time.sleep(0.01)
    _until(lambda: len(shop.arrived) >= len(written), 20)
    delays = [(shop.arrived[key] - at) * 1000 for key, at in written.items() if key in shop.arrived]
    with transaction():
        keys = [f"order:{len(sites)}-all-{number}" for number in range(count)]
        facts = [Fact("order.paid", "rounds", key, {}, good[n % len(good)]) for n, key in enumerate(keys)]
        record_many(facts)
    begin, before = time.monotonic(), len(shop.arrived)
    _until(lambda: len(shop.arrived) >= before + count, 20)
    rate = (len(shop.arrived) - before) / (time.monotonic() - begin)
    stopped.set()
    worker.join(15)
    if len(delays) < len(written):
        raise RuntimeError(f"{len(written) - len(delays)} webhooks did not arrive")
    return delays, rate


def _work(app: Flask, stopped: threading.Event) -> None:
    with app.app_context():
        jobs.deliver(stopped.is_set, 60)


@dataclass(frozen=True, slots=True)
class _Cost:
    """Milliseconds of CPU for a hundred webhooks: ours with the database's, and a bare client's."""

    python: float
    database: float
    bare: float

    @property
    def ours(self) -> float:
        return self.python + self.database

    @property
    def note(self) -> str:
        return f"Python {self.python:.0f} ms, Postgres {self.database:.0f} ms; from the fan-out to the last mark"


def _cost(app: Flask, sites: Sequence[UUID], rounds: int) -> _Cost:
    """Deliver a hundred events to a server in another process, some times over: the medians, without the first."""
    found: list[tuple[float, float, float]] = []
    with open_shop() as port:
        with transaction() as session:
            kept = dict(session.execute(select(WebhookEndpoint.id, WebhookEndpoint.url)).all())
            session.execute(update(WebhookEndpoint).values(url=f"http://127.0.0.1:{port}/"))
        for turn in range(rounds + 1):
            with transaction():
                subjects = [f"order:cost-{turn}-{number}" for number in range(100)]
                record_many(
                    [Fact("order.paid", "rounds", key, {}, sites[n % len(sites)]) for n, key in enumerate(subjects)]
                )
            python, database = time.process_time(), _database_cpu()
            sent = jobs.deliver(seconds=0)
            ours, theirs = time.process_time() - python, _database_cpu() - database
            if sent != 100:
                raise RuntimeError(f"{sent} of 100 webhooks were sent")
            begin = time.process_time()
            _bare_posts(port, 100)
            found.append((ours * 1e3, theirs * 1e3, (time.process_time() - begin) * 1e3))
        with transaction() as session:
            for identifier, url in kept.items():
                session.execute(update(WebhookEndpoint).where(WebhookEndpoint.id == identifier).values(url=url))
    return _Cost(*(statistics.median(part) for part in zip(*found[1:], strict=True)))


def _database_cpu() -> float:
    """CPU seconds so far of all server processes behind this database's connections, and of those that have ended: the
    pool's overflow does, and the seconds would go with it."""
    with db.engine.connect() as connection:
        pids = connection.scalars(text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")).all()
    living = [words for pid in pids if (words := _stat(pid))]  # who has ended since counts with its server
    servers = {int(words[1]) for words in living}
    ticks = sum(int(words[11]) + int(words[12]) for words in living)
    ticks += sum(int(words[13]) + int(words[14]) for server in servers if (words := _stat(server)))
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(process: int) -> list[str] | None:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return None


def _until(done: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        time.sleep(0.005)


def _share(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return statistics.median(values) if share == 0.5 else ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _bare_posts(port: int, count: int) -> float:
    """Requests a second of the standard library's client, a connection each."""
    begin = time.monotonic()
    for _ in range(count):
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        link.request("POST", "/", _BODY, {"Content-Type": "application/json"})
        link.getresponse().read()
        link.close()
    return count / (time.monotonic() - begin)


class _Server(socketserver.ThreadingTCPServer):
    """A partner's server; it notes when each subject came first."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, behave: Callable[[socketserver.StreamRequestHandler], None]) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.behave = behave
        self.arrived: dict[str, float] = {}
        self.port = int(self.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}/"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Conversation(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        """Hear one request and behave."""
        length = 0
        with contextlib.suppress(OSError):
            while (line := self.rfile.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            told = json.loads(self.rfile.read(length) or b"{}")
            self.server.arrived.setdefault(told.get("subject", ""), time.monotonic())
            self.server.behave(self)


def _fine(talk: socketserver.StreamRequestHandler) -> None:
    talk.wfile.write(b"HTTP/1.1 204 No Content\r\n\r\n")


def _hang(talk: socketserver.StreamRequestHandler) -> None:
    talk.rfile.read(1)


def _drip(talk: socketserver.StreamRequestHandler) -> None:
    talk.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        talk.wfile.write(b"a")
        time.sleep(0.5)


def _redirect(talk: socketserver.StreamRequestHandler) -> None:
    talk.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")


def _flood(talk: socketserver.StreamRequestHandler) -> None:
    talk.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    for _ in range(1000):
        talk.wfile.write(b"x" * 1_000_000)


def _refuse(talk: socketserver.StreamRequestHandler) -> None:
    talk.wfile.write(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
