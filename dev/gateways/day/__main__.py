"""`python -m dev.gateways.day --seed 7 --payments 300`: a day at gateways of its own, on a database of its own.

Nothing of a demo that runs is touched. Exit code 1: something was lost, paid twice, or has no end.
"""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import structlog
from argon2 import PasswordHasher

from app import create_app
from app.core.sealing.keyring import Key
from app.record.log.format.notes import SigningKey
from dev import merchant
from dev.environment import account_key
from dev.postgres import FOR_TESTS, Postgres
from dev.processes import free_port, until_death

from .running import Day, Found, Plan
from .simulators import Simulators

TOP = Path(__file__).resolve().parents[3]
_NOBODY = "127.0.0.1:1"
"""No node is asked, and no bell is rung: whoever works asks Postgres what is due."""


def main() -> int:
    given = _parser().parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tiraj-day-"))
    database = Postgres(folder / "postgres", secrets.token_hex(12), options=FOR_TESTS)
    begun = time.monotonic()
    try:
        database.start(folder / "postgres.log")
        environ = _settings(folder, database.url())
        _migrate(environ)
        with _gateways(environ):
            app = create_app(environ)
            structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
            found = Day(app, Simulators(environ), Plan(given.seed, given.payments, given.rate, given.workers)).run()
    finally:
        database.abandon()
        shutil.rmtree(folder, ignore_errors=True)
    _tell(found, time.monotonic() - begun)
    return 1 if found.faults else 0


def _settings(folder: Path, database_url: str) -> dict[str, str]:
    url = f"http://127.0.0.1:{free_port()}"
    own = {
        "ENVIRONMENT": "test",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "BASE_URL": url,
        "DATABASE_URL": database_url,
        "REDIS_URL": f"redis://{_NOBODY}",
        "BITCOIN_NETWORK": "regtest",
        "BITCOIN_RPC_URL": f"http://nobody:nobody@{_NOBODY}",
        "DEPOSIT_ACCOUNT_KEY": account_key(folder / "signing-key"),
        "OPERATOR_USER": "ada",
        "OPERATOR_PASSWORD_HASH": PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(secrets.token_hex(12)),
        "MAIL_TRANSPORT": "mailbox",
        "BCL_DATA_DIR": str(folder / "bitcoinlib"),
        "FILES_DIR": str(folder / "files"),
        "TERMS_JOURNAL_PATH": str(folder / "terms-journal"),
        "LOG_JOURNAL_PATH": str(folder / "log-journal"),
        "BREAKER_SECONDS": "0.5",
        "GATEWAY_SECONDS": "1.5",
        **_keys(),
    }
    ports = {name: free_port() for name in merchant.PROVIDERS}
    return {**own, **merchant.settings(folder, {}, url, ports)}


def _keys() -> dict[str, str]:
    return {
        "LOG_KEY": SigningKey("127.0.0.1/log", secrets.token_bytes(32)).text,
        "DATA_KEYS": Key("day", secrets.token_bytes(32)).text,
        "LOOKUP_KEY": Key("day", secrets.token_bytes(32)).text,
    }


def _migrate(environ: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi:app", "db", "upgrade"]
    subprocess.run(command, cwd=TOP, env={**os.environ, **environ}, stdout=subprocess.DEVNULL, check=True)


@contextmanager
def _gateways(environ: Mapping[str, str]) -> Iterator[None]:
    command = until_death([sys.executable, "-m", "dev.gateways", "--hang", "2"], signal.SIGKILL)
    child = subprocess.Popen(command, cwd=TOP, env={**os.environ, **environ}, stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        child.stdout.readline()
        yield
    finally:
        child.kill()
        child.wait()


def _tell(found: Found, seconds: float) -> None:
    for name, times in (*sorted(found.states.items()), *sorted(found.said.items())):
        print(f"{times:6} {name}")
    print(f"{found.killed:6} processes killed in the middle of their work")
    for fault in found.faults:
        print(f"WRONG: {fault}")
    print("\n".join(found.stories))
    print(f"{len(found.faults)} faults after {seconds:.0f} s")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dev.gateways.day", description="A day of random misbehaviour.")
    parser.add_argument("--seed", default="7", help="what goes wrong, and what people do")
    parser.add_argument("--payments", type=int, default=300, help="how many are begun")
    parser.add_argument("--rate", type=float, default=0.2, help="of how many occasions something goes wrong, 0 to 1")
    parser.add_argument("--workers", type=int, default=2, help="how many work at once, and are killed now and then")
    return parser


if __name__ == "__main__":
    sys.exit(main())
