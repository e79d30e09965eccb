"""A day: many people pay in and out while all that can go wrong does, by a seed; then everything comes to rest."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import requests
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.core.jobs.queue import PERIODIC_JOBS
from app.money.gateways import service as gateways
from app.money.gateways.reconciling import comparing
from app.money.wallets.exchange import service as exchange
from app.money.wallets.operating import banking
from app.money.wallets.withdrawals import by_hand
from app.money.wallets.withdrawals import service as withdrawals
from app.record.audit.approving import Agreed
from dev.gateways.moncash.transfers import START
from dev.processes import free_port

from . import reckoning
from .forks import Workers, serve, work_once
from .passing import let_everybody_ask, pass_time
from .people import Crowd
from .simulators import Simulators

HOUR: Final = 3_600.0
_DAY: Final = 24 * HOUR
_RESTING: Final = (*([HOUR / 5] * 3), HOUR, HOUR, 6 * HOUR, _DAY / 2, _DAY, 3 * _DAY, 10 * _DAY, _DAY)
"""How time passes once nobody does anything any more: longer than anything is asked about."""
_PAUSES: Final = (60.0, 300.0, 600.0, HOUR / 2, 6 * HOUR)
_DOES: Final = {"pay": 10, "draw_out": 8, "exchange": 3, "refund": 4, "dispute": 3, "review": 8}
_CAPITAL: Final = {"USD": 10_000_00, "HTG": START, "PHP": 10_000_00}
_RECORDS: Final = frozenset({"audit.seal", "audit.stragglers", "log.sequence"})
_RATE: Final = "131.25"


@dataclass(frozen=True, slots=True)
class Plan:
    """`rate`: of how many occasions something goes wrong at the gateways. `workers`: how many at once."""

    seed: str
    payments: int
    rate: float = 0.2
    workers: int = 2


@dataclass(frozen=True, slots=True)
class Found:
    """How the day ended: states of payments, refunds and withdrawals; how many processes were killed; what is wrong,
    and what is known of it."""

    states: Counter[str]
    said: Counter[str]
    killed: int
    faults: list[str]
    stories: list[str]


class Day:
    """One of them, on a migrated database where nobody is yet, at simulators that have taken nothing yet."""

    def __init__(self, app: Flask, simulators: Simulators, plan: Plan, tell: Callable[[str], object] = print) -> None:
        self._app, self._simulators, self._plan, self._tell = app, simulators, plan, tell
        self._chance = random.Random(plan.seed)
        with app.app_context():
            _open_the_house()
        self._crowd = Crowd(app, simulators, self._chance, max(4, plan.payments // 6))

    def run(self) -> Found:
        port = free_port()
        web = serve(self._app, port)
        workers = Workers(self._app, self._chance, self._plan.workers)
        try:
            _wait_for(f"http://127.0.0.1:{port}")
            self._simulators.notices_go_to(f"http://127.0.0.1:{port}")
            self._simulators.everywhere(rate=self._plan.rate, seed=self._plan.seed)
            self._live(workers)
            workers.end()
            self._rest()
        finally:
            workers.end()
            os.kill(web, signal.SIGKILL)
            os.waitpid(web, 0)
        faults = reckoning.faults(self._app, self._simulators)
        stories = reckoning.stories(self._app, faults)
        return Found(self._states(), self._crowd.said, workers.killed, faults, stories)

    def _live(self, workers: Workers) -> None:
        """As many payments as were planned, most of them paid at once, and after each something else."""
        for number in range(self._plan.payments):
            workers.tend()
            person = self._crowd.anybody()
            self._crowd.top_up(person)
            if self._chance.random() < 0.8:
                self._crowd.pay(person)
            for does in self._chance.choices(list(_DOES), list(_DOES.values()), k=3):
                self._do(does)
            if self._chance.random() < 0.4:
                pass_time(self._app, self._simulators, self._chance.choice(_PAUSES))
            if number % 50 == 49:
                self._compare()
                self._tell(f"{number + 1} payments begun")

    def _do(self, what: str) -> None:
        if what in ("refund", "dispute", "review"):
            with self._app.app_context():
                {"refund": self._refund, "dispute": self._dispute, "review": self._review}[what]()
                db.session.remove()
        else:
            getattr(self._crowd, what)(self._crowd.anybody())

    def _rest(self) -> None:
        """Nothing goes wrong any more, all that waits is decided, and time passes until nothing is left to do."""
        self._tell("coming to rest")
        self._simulators.everywhere(clear=1, rate=0)
        for seconds in _RESTING:
            with self._app.app_context():
                self._review(always=True)
                let_everybody_ask()
                for _ in range(2):
                    work_once(self._app)
                self._end_disputes()
                db.session.remove()
            pass_time(self._app, self._simulators, seconds)
            if seconds > HOUR:
                self._compare()
        self._compare()
        with self._app.app_context():
            work_once(self._app)
            for job in PERIODIC_JOBS.get(self._app):
                if job.name in _RECORDS:
                    job.function()
            db.session.remove()

    def _refund(self) -> None:
        """An operator gives back some of what somebody paid."""
        query = "SELECT id, received_minor FROM gateway_payments WHERE received_minor > 0 ORDER BY id"
        if found := list(db.session.execute(text(query))):
            one = self._chance.choice(found)
            amount = self._chance.choice((one.received_minor, self._chance.randint(1, one.received_minor // 100) * 100))
            self._try(lambda: gateways.refund(one.id, amount, actor="operator:ada", reason="a day"))

    def _dispute(self) -> None:
        """A payer complains at his bank, or his complaint is decided."""
        query = "SELECT provider, charge_id FROM gateway_payments WHERE provider IN ('stripe', 'paypal')"
        if found := list(db.session.execute(text(f"{query} AND paid_at IS NOT NULL ORDER BY id"))):
            one = self._chance.choice(found)
            what = self._chance.choice(("dispute", "dispute", "dispute_won", "dispute_lost"))
            self._simulators.control(one.provider, do=what, payment=one.charge_id)

    def _end_disputes(self) -> None:
        query = "SELECT p.provider, p.charge_id FROM gateway_disputes d JOIN gateway_payments p ON p.id = d.payment_id"
        for one in list(db.session.execute(text(f"{query} WHERE d.state = 'open' ORDER BY d.id"))):
            what = self._chance.choice(("dispute_won", "dispute_lost"))
            self._simulators.control(one.provider, do=what, payment=one.charge_id)

    def _review(self, *, always: bool = False) -> None:
        """Operators decide about withdrawals, and pay by hand what no gateway pays."""
        query = "SELECT id, state, method FROM wallet_withdrawals WHERE state IN ('held', 'approved') ORDER BY id"
        for one in list(db.session.execute(text(query))):
            if not always and self._chance.random() < 0.3:
                continue
            said = {"actor": "operator:ada", "reason": "a day"}
            if one.state == "approved" and one.method != "moncash":
                self._try(lambda: by_hand.paid(one.id, "main", f"statement {one.id}", **said))  # noqa: B023
            elif one.state == "held":
                is_let = self._chance.random() >= 0.15
                if not (is_let and self._try(lambda: withdrawals.approve(one.id, **said))):  # noqa: B023
                    self._try(lambda: withdrawals.refuse(one.id, **said))  # noqa: B023

    def _compare(self) -> None:
        """As each night."""
        with self._app.app_context():
            let_everybody_ask()
            comparing.compare_all(at_once=True)
            db.session.remove()

    def _try(self, deed: Callable[[], object]) -> bool:
        """What is refused is refused; whether it was done."""
        db.session.rollback()
        try:
            with transaction():
                deed()
        except DomainError as error:
            self._crowd.said[f"operator {error.code}"] += 1
            return False
        return True

    def _states(self) -> Counter[str]:
        found: Counter[str] = Counter()
        with self._app.app_context():
            for what in ("gateway_payments", "gateway_refunds", "gateway_disputes", "wallet_withdrawals"):
                for row in db.session.execute(text(f"SELECT state, count(*) AS times FROM {what} GROUP BY state")):
                    found[f"{what.partition('_')[2]} {row.state}"] = row.times
            db.session.remove()
        return found


def _open_the_house() -> None:
    """Capital in the prefunded account and at a bank, by two people; and a rate."""
    with transaction():
        places = {"clearing:moncash-prefund": ("HTG",), "bank:main": tuple(_CAPITAL)}
        for target, currencies in places.items():
            for currency in currencies:
                payload = {"from": "capital", "to": target, "currency": currency, "amountMinor": _CAPITAL[currency]}
                agreed = Agreed(new_id(), "operator:ada", "operator:bea", "a day")
                banking.KIND.execute({**payload, "reference": "a day"}, agreed)
        exchange.say_rate(new_id(), "USD", "HTG", str(Decimal(_RATE)), actor="operator:ada", reason="a day")


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            requests.get(f"{url}/api/health", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("no web server")
