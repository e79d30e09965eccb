"""From a payment on a real chain to a partner's server: what it hears of an order that wins, and in which order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from flask import Flask
from sqlalchemy import text

from app.chain.jobs import look
from app.chain.scan import mempool
from app.core.config import ConfigError, Settings
from app.core.database.session import db
from app.core.jobs.queue import PeriodicJob, connection, ring
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.webhooks.service import catalogue
from app.wiring import PRODUCT
from dev.node.process import NodeProcess
from tests.core.test_config import PRODUCTION
from tests.factories.world import World
from tests.webhooks.conftest import Hooks
from tests.webhooks.receiver import Receiver

TOP = Path(__file__).resolve().parents[2]
OF_THE_ORDER = ["order.created", "order.seen", "order.paid", "slip.assigned", "win.created"]


def test_a_partner_hears_the_whole_story_of_a_win(chain_app: Flask, node: NodeProcess) -> None:
    world = World(chain_app, node).begin()
    hooks = Hooks(chain_app)
    site = world.site(edge_percent=10)
    site_id = site.id
    with Receiver() as shop, Receiver() as stranger:
        hooks.endpoint(site_id, shop.url, sorted(catalogue()))
        hooks.endpoint(hooks.site(), stranger.url, sorted(catalogue()))
        order = world.order(site)
        world.send(order.address, 1_100_000)
        look(mempool.Watcher())
        hooks.deliver()
        assert shop.told()[-2:] == ["order.created", "order.seen"]
        world.mine()
        world.finish(order.round_number)
        hooks.deliver()
        mine = [got.told["type"] for got in shop.received if got.told["subject"].startswith("order:")]
        assert mine == OF_THE_ORDER
        (moved,) = (got.told for got in shop.received if got.told["type"] == "balance.changed")
        assert (moved["subject"], moved["game"]) == (f"site:{site_id}", "rounds")
        assert moved["data"] == {"changeSats": 100_000, "reason": "round_settled", "roundNumber": order.round_number}
        assert ledger.balance(AccountRef("partner", str(site_id))) == 100_000
        db.session.rollback()
        theirs = {got.told["type"].partition(".")[0] for got in stranger.received}
        assert theirs == {"round"}, "what concerns everybody, and nothing of another partner"
        assert {got.told["game"] for got in shop.received} == {"rounds", "luckotto"}, "rounds concern everybody"
        of_orders = {got.told["game"] for got in shop.received if not got.told["subject"].startswith("luckotto-round:")}
        assert of_orders == {"rounds"}
    assert world.breaches() == []


def test_what_an_outsider_could_misuse_is_no_event_for_partners(app: Flask) -> None:
    with app.app_context():
        assert "coin.spent_unplanned" not in catalogue()
        wanted = {
            "order.seen",
            "order.paid",
            "slip.assigned",
            "payment.late",
            "round.sealed",
            "round.settled",
            "win.created",
            "payout.broadcast",
            "payout.confirmed",
            "balance.changed",
        }
        assert wanted <= set(catalogue())


def test_what_partners_are_told_has_words(app: Flask) -> None:
    with app.test_request_context():
        assert all(str(one.words) for one in catalogue().values())
        assert {one.name for one in PRODUCT.event_types} - set(catalogue()) == {"coin.spent_unplanned"}


@pytest.mark.parametrize("value", ["true", "1", "yes", "on"])
def test_production_sends_nothing_to_private_networks(value: str) -> None:
    with pytest.raises(ConfigError, match="WEBHOOK_ALLOW_PRIVATE"):
        Settings.from_env({**PRODUCTION, "WEBHOOK_ALLOW_PRIVATE": value})
    assert not Settings.from_env(PRODUCTION).webhook_allow_private
    assert not Settings.from_env({**PRODUCTION, "WEBHOOK_ALLOW_PRIVATE": "false"}).webhook_allow_private


@pytest.fixture
def environment(committed_db: Flask, app_settings: dict[str, str]) -> Iterator[dict[str, str]]:
    """For processes on the test's own database."""
    url = committed_db.config["SETTINGS"].database_url.get_secret_value()
    yield {
        **os.environ,
        **app_settings,
        "DATABASE_URL": url,
        "WEBHOOK_ALLOW_PRIVATE": "true",
        "FLASK_APP": "wsgi:app",
    }
    with committed_db.app_context(), redis.Redis.from_url(app_settings["REDIS_URL"]) as client:
        client.flushdb()


def test_the_command_sends_what_is_due(hooks: Hooks, environment: dict[str, str]) -> None:
    site = hooks.site()
    with Receiver() as shop:
        hooks.endpoint(site, shop.url)
        hooks.happen(site, "order:1", "order:2")
        done = subprocess.run(
            [sys.executable, "-m", "flask", "webhooks", "deliver", "--once"],
            cwd=TOP,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "sent 2"), done.stderr
    assert len(shop.received) == 2


def test_a_killed_worker_and_an_emptied_redis_lose_nothing(hooks: Hooks, environment: dict[str, str]) -> None:
    """A real RQ worker on the real queue is killed while it sends; the next one sends all the rest."""
    site = hooks.site()
    job = next(job for job in PRODUCT.periodic_jobs if job.name == "webhooks.deliver")
    with Receiver(lambda talk, request: time.sleep(0.05) or talk.write(b"HTTP/1.1 204 OK\r\n\r\n")) as shop:  # type: ignore[func-returns-value]
        hooks.endpoint(site, shop.url)
        ids = hooks.happen(site, *(f"order:{n % 20}" for n in range(60)))
        for killed in (True, False):
            connection().flushdb()
            worker = subprocess.Popen(
                [sys.executable, "worker.py", "hooks"],
                cwd=TOP,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                _while_ringing(
                    job, lambda killed=killed: len(shop.received) > 10 if killed else _is_all_delivered(hooks)
                )
            finally:
                _kill(worker)
            hooks.later(minutes=3)
    assert {got.head["webhook-id"] for got in shop.received} == set(ids)
    for n in range(20):
        firsts = list(dict.fromkeys(g.head["webhook-id"] for g in shop.received if g.told["subject"] == f"order:{n}"))
        assert firsts == [ids[at] for at in range(60) if at % 20 == n]


def _kill(worker: subprocess.Popen[bytes]) -> None:
    """Its fork, which does the job in a process group of its own, and itself."""
    horses = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
    for pid in (*map(int, horses), worker.pid):
        os.kill(pid, signal.SIGKILL)
    worker.wait()


def _is_all_delivered(hooks: Hooks) -> bool:
    pending = db.session.scalar(text("SELECT count(*) FROM webhook_deliveries WHERE state <> 'delivered'"))
    made = db.session.scalar(text("SELECT count(*) FROM webhook_deliveries"))
    db.session.rollback()
    return made == 60 and pending == 0


def _while_ringing(job: PeriodicJob, done: Callable[[], bool]) -> None:
    """Wait, and be the clock meanwhile: one run of the job need not reach everything."""
    deadline = time.monotonic() + 180
    while not done() and time.monotonic() < deadline:
        ring(job)
        time.sleep(0.5)
    assert done()
