"""A game that waits for results of simulated sources, and a clock that is moved on by hand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import text
from werkzeug.serving import WSGIRequestHandler, make_server

from app.core.config import current_settings
from app.core.database.session import db, transaction
from app.core.dependencies.breaker import breaker
from app.outcomes.results import checks, jobs, queries, service
from app.outcomes.results.asking import asking
from app.outcomes.results.deciding import by_hand, papers
from app.outcomes.results.listeners import LISTENERS, tell_all
from app.outcomes.results.queries import Result
from app.outcomes.results.sources.lotteries import LOTTERIES
from app.outcomes.results.wanted import Outcome, Wanted, name_of, public_name
from app.people.players.verification.reading import Readable
from dev.results.serving import create

PCSO = ("pcso_site", "lottomatik", "lottopcso", "philnews")
DUE = """
    UPDATE awaited_results SET next_look_at = clock_timestamp() WHERE id = :id AND state IN ('expected', 'provisional')
"""
BEGAN = datetime.now(UTC).replace(second=0, microsecond=0)
PAPER = Readable("application/pdf", b"%PDF-1.4\n%%EOF")


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@contextmanager
def simulated() -> Iterator[tuple[str, Flask]]:
    """Sources in a thread, at an address."""
    app = create(hang=1)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", app
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Heard:
    """What a game was told of one of its draws; `trouble` is raised instead."""

    subject: str
    told: list[tuple[str, ...]] = field(default_factory=list)
    trouble: Exception | None = None

    def confirmed(self, outcome: Outcome) -> None:
        self._tell(outcome, "confirmed", outcome.numbers)

    def corrected(self, old: Outcome, new: Outcome) -> None:
        self._tell(new, "corrected", old.numbers, new.numbers)

    def _tell(self, outcome: Outcome, *words: str) -> None:
        if outcome.subject != self.subject:
            return
        if self.trouble is not None:
            raise self.trouble
        self.told.append(words)


@dataclass
class Waiting:
    """One draw of a lottery among others, each at a minute of its own that has just gone by."""

    app: Flask
    sources: Flask
    number: int = 1
    lottery: str = "pcso.3d"
    _id: UUID | None = None

    def __post_init__(self) -> None:
        self.heard = Heard(self.subject)

    def begin(self) -> Waiting:
        self.listen()
        with transaction():
            self._id = service.expect(self.wanted())
        return self

    def listen(self) -> None:
        """Be the one whom results are told."""
        LISTENERS.fill(self.app, {"coin": self.heard})

    @property
    def id(self) -> UUID:
        assert self._id is not None
        return self._id

    @property
    def subject(self) -> str:
        return f"draw {self.number}"

    @property
    def about(self) -> str:
        return name_of(self.id)

    @property
    def moment(self) -> datetime:
        """When it was drawn, in the lottery's zone."""
        ago = timedelta(minutes=self.number)
        return (BEGAN - ago).astimezone(ZoneInfo(LOTTERIES[self.lottery].zone))

    @property
    def day(self) -> date:
        return self.moment.date()

    @property
    def slot(self) -> time:
        return self.moment.time().replace(tzinfo=None)

    def wanted(self, **other: Any) -> Wanted:
        known: dict[str, Any] = {
            "game": "coin",
            "subject": self.subject,
            "lottery": self.lottery,
            "day": self.day,
            "slot": self.slot,
            "promise": bytes(range(32)),
            "final_after": timedelta(hours=24),
        }
        return Wanted(**{**known, **other})

    def order(self, **order: Any) -> None:
        answer = self.sources.test_client().post("/_control", json=order)
        assert answer.status_code == 200, answer.text

    def draw(self, numbers: str) -> None:
        """The sources show it from now on."""
        self.order(lottery=self.lottery, day=self.day.isoformat(), slot=f"{self.slot:%H:%M}", numbers=numbers)

    def pace(self, pace: float) -> None:
        self._set(results_pace=pace)

    def look(self) -> Result:
        """All sources once, as if it were time."""
        with transaction() as session:
            session.execute(text(DUE), {"id": self.id})
        asking.run()
        return self.result()

    def looks(self) -> Result:
        """Twice, with ten minutes between that pass at once."""
        self.look()
        self.pace(1e-6)
        try:
            return self.look()
        finally:
            self.pace(1)

    def result(self) -> Result:
        db.session.rollback()
        found = queries.one(self.id)
        db.session.rollback()
        return found

    def tell(self) -> list[tuple[str, ...]]:
        tell_all()
        return self.heard.told

    def reasons(self) -> dict[str, str]:
        """What each source was found to say last."""
        answered = [one for one in queries.looks_at(self.id) if one.answered_at is not None]
        found = {one.source: one.numbers or one.reason for one in answered}
        db.session.rollback()
        return found

    def attach(self, actor: str = "operator") -> UUID:
        with transaction():
            return papers.attach(self.id, PAPER, actor=f"operator:{actor}")

    def propose(self, numbers: str, actor: str = "operator") -> UUID:
        with transaction():
            made = by_hand.propose(self.id, numbers, "as it was on television", actor=f"operator:{actor}")
            assert made is not None
            return made.id

    def breaches(self) -> set[str]:
        db.session.rollback()
        found = {breach.check for check in checks.CHECKS for breach in check()}
        db.session.rollback()
        return found

    def alarms(self) -> set[str]:
        """Open ones about it, once the watch has gone round."""
        jobs.watch()
        query = text("SELECT code FROM alarms WHERE closed_at IS NULL AND subject = :subject")
        found = set(db.session.scalars(query, {"subject": name_of(self.id)}))
        db.session.rollback()
        return found

    def leaves(self) -> list[str]:
        """Kinds of what the public log has about it, in their order."""
        query = text("SELECT kind FROM log_leaves WHERE subject = :about AND kind LIKE 'result.%' ORDER BY id")
        found = list(db.session.scalars(query, {"about": public_name("coin", self.subject)}))
        db.session.rollback()
        return found

    def end(self) -> None:
        """The sources behave again, and what they are still to be asked is asked."""
        self.order(clear=True, rate=0)
        self.patience(10)
        with transaction() as session:
            session.execute(text("UPDATE awaited_results SET next_look_at = NULL"))
            session.execute(text("UPDATE result_asks SET until = clock_timestamp()"))
        for name in LOTTERIES[self.lottery].sources:
            breaker(name).close()
        asking.run()

    def patience(self, seconds: float) -> None:
        self._set(result_seconds=seconds)

    def _set(self, **update: object) -> None:
        self.app.config["SETTINGS"] = current_settings(self.app).model_copy(update=update)
