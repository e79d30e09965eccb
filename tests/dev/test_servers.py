"""What the plugin promises to the other tests."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import psycopg
import redis

from dev.node.process import NodeProcess
from tests.architecture.sources import TOP
from tests.order import LONGEST, STORIES


def test_each_database_is_migrated_and_nobody_elses(fresh_database: Callable[[], str]):
    with psycopg.connect(fresh_database()) as one, psycopg.connect(fresh_database()) as other:
        assert one.execute("SELECT count(*) FROM alembic_version").fetchone() >= (1,)
        one.execute("CREATE TABLE mine (value int)")
        one.commit()
        assert other.execute("SELECT to_regclass('mine')").fetchone() == (None,)


def test_there_is_a_queue(redis_url: str):
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()


def test_the_node_has_coins(node: NodeProcess):
    assert node.call("getblockchaininfo")["chain"] == "regtest"
    assert node.call("getbalance") > Decimal(0)


def test_the_files_that_begin_first_exist():
    assert [name for name in (*LONGEST, *sorted(STORIES)) if not (TOP / name).is_file()] == []
