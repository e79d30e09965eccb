"""Payments through a gateway, from their beginning to money in a wallet, against the same requests and nothing else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Any, Final
from uuid import UUID

import requests
from flask import Flask

from app.core.database.session import db, transaction
from app.money.gateways import asking, queries, service
from app.money.gateways.service import Wanted
from app.money.wallets.topups import service as topups
from app.people.accounts import service as accounts
from app.people.players.profile import service as profiles
from app.people.players.profile.rules import Proposed
from dev import merchant
from dev.processes import free_port, until_death

from .measuring import Row, alternate
from .stage import NO_NODE, TOP, Stage

_GATEWAY: Final = "paymongo"
_AMOUNT: Final = 100_00
_PAYER: Final = {"act": "pay", "payer": "09171234567"}
_SECONDS: Final = 10
_numbers = count(1)


def run(stage: Stage) -> Iterator[Row]:
    """One payment after the other at PayMongo's simulator: begun, paid on its page, asked about, in the wallet. Every
    commit is durable; the payer's own request is part of both."""
    folder = stage.folder / "gateways"
    folder.mkdir()
    ports = {name: free_port() for name in merchant.PROVIDERS}
    environ = merchant.settings(folder, {}, "http://localhost", ports)
    stage.make_database("payments")
    app = stage.application(stage.settings("payments", NO_NODE, **environ, UNVERIFIED_LIMITS="none"))
    with _simulators(environ), app.app_context():
        user_id = _player()
        times = stage.scale.payments
        contenders = {"ours": partial(_pay, app, user_id, times), "bare": partial(_pay_bare, environ, times)}
        seconds = alternate(stage.scale.repeats, contenders)
        db.session.remove()
        db.engine.dispose()
    rates = {name: times / value for name, value in seconds.items()}
    yield Row("payments through a gateway", "payments/s", rates["ours"], rates["bare"], "the same three requests")


def _player() -> UUID:
    with transaction():
        user_id = accounts.user_with_phone("+50934101234")
        profiles.register(user_id, Proposed("Marie Bench", "1990-12-10", "HT", "HTG"), "en")
    return user_id


def _pay(app: Flask, user_id: UUID, times: int) -> None:
    for _ in range(times):
        with app.app_context():
            with transaction():
                topup_id = topups.begin(user_id, "PHP", _AMOUNT)
                payment_id = service.create(Wanted(user_id, _GATEWAY, "PHP", _AMOUNT), topups.PURCHASE_KIND, topup_id)
            asking.begin(payment_id)
            page = queries.payment(payment_id).url
            assert page is not None
            db.session.rollback()
            requests.post(page, data=_PAYER, timeout=_SECONDS, allow_redirects=False)
            asking.ask(payment_id)
            assert queries.payment(payment_id).state == "succeeded"


def _pay_bare(environ: dict[str, str], times: int) -> None:
    url, auth = f"{environ['DEMO_PAYMONGO_URL']}/v1/checkout_sessions", (environ["DEMO_PAYMONGO_KEY"], "")
    for _ in range(times):
        item = {"amount": _AMOUNT, "currency": "PHP", "name": "Tiraj", "quantity": 1}
        back = {"success_url": "http://localhost/", "reference_number": f"bare-{next(_numbers)}"}
        wanted = {"line_items": [item], "payment_method_types": ["gcash"], **back}
        body = json.dumps({"data": {"attributes": wanted}})
        made: dict[str, Any] = requests.post(url, body, auth=auth, timeout=_SECONDS).json()["data"]
        page = made["attributes"]["checkout_url"]
        requests.post(page, data=_PAYER, timeout=_SECONDS, allow_redirects=False)
        told = requests.get(f"{url}/{made['id']}", auth=auth, timeout=_SECONDS).json()
        assert told["data"]["attributes"]["payments"][0]["attributes"]["status"] == "paid"


@contextmanager
def _simulators(environ: dict[str, str]) -> Iterator[None]:
    command = until_death([sys.executable, "-m", "dev.gateways"], signal.SIGKILL)
    child = subprocess.Popen(command, cwd=TOP, env={**os.environ, **environ}, stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        child.stdout.readline()
        yield
    finally:
        child.kill()
        child.wait()
