"""The embedded Valkey keeps its queues, and only who knows the password may read them."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
import redis

from dev.valkey import Valkey


@pytest.fixture
def server(tmp_path: Path):
    made = Valkey(tmp_path / "data", "a-password")
    yield made
    made.stop()


def test_data_outlive_a_stop_and_a_kill(server: Valkey, tmp_path: Path):
    server.start(tmp_path / "log")
    with redis.Redis.from_url(server.url()) as client:
        client.rpush("queue", "job")
    server.stop()
    server.start(tmp_path / "log")
    with redis.Redis.from_url(server.url()) as client:
        client.rpush("queue", "another")
        client.waitaof(1, 0, 5000)
    os.kill(server.child.process.pid, signal.SIGKILL)
    server.child.process.wait(60)
    server.start(tmp_path / "log")
    with redis.Redis.from_url(server.url()) as client:
        assert client.lrange("queue", 0, -1) == [b"job", b"another"]


def test_nobody_without_the_password_and_no_password_in_the_process_list(server: Valkey, tmp_path: Path):
    server.start(tmp_path / "log")
    with redis.Redis(port=server.port) as client, pytest.raises(redis.AuthenticationError):
        client.ping()
    shown = Path(f"/proc/{server.child.process.pid}/cmdline").read_bytes()
    assert b"a-password" not in shown
    assert (server.folder / "valkey.conf").stat().st_mode & 0o077 == 0
