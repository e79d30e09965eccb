"""Sources asked between two transactions: the look is meant and claimed, the source asked, its answer written down.

Whoever dies in between has lost nothing: the look is still meant. A source that stands still is waited for once.
"""

from __future__ import annotations

import time
from typing import Final

import structlog

from app.core.database.session import db, end_reading, transaction
from app.core.dependencies import fetching
from app.core.dependencies.breaker import breaker
from app.core.dependencies.fetching import Answer, NoAnswer
from app.core.faults import step
from app.outcomes.results.consensus.judging import judge
from app.outcomes.results.models import MOST_BYTES
from app.outcomes.results.parsers.all_of_them import PARSERS
from app.outcomes.results.parsers.interface import Found, Reading
from app.outcomes.results.settings import result_settings
from app.outcomes.results.sources.in_force import base_of

from . import looks
from .looks import Claim, Heard
from .requests import ASKING, Question

log = structlog.get_logger()

_LONGEST_RUN_SECONDS: Final = 60.0


def run() -> int:
    """All looks that are due, for at most a minute; how many were taken. Who stands still is passed over."""
    until, taken = time.monotonic() + _LONGEST_RUN_SECONDS, 0
    with transaction():
        looks.mean_due()
    names = looks.sources_with_looks()
    end_reading()
    for name in names:
        while not breaker(name).is_open and time.monotonic() < until and _ask(name):
            taken += 1
    return taken


def ask(source: str) -> bool:
    """Take the oldest look at a source, if there is one and nobody else asks it now."""
    with transaction():
        claimed = looks.claim(source)
    if claimed is None:
        return False
    step("result.claimed")
    heard = _heard(claimed)
    step("result.heard")
    with transaction():
        row = looks.answer(claimed, heard)
        if row is not None:
            judge(row)
    return True


def _ask(name: str) -> bool:
    try:
        return ask(name)
    except Exception:  # one source's trouble is no other's
        log.exception("source_not_asked", source=name)
        db.session.rollback()
        return False


class _StoodStill(NoAnswer):
    """No answer within the deadline."""


def _heard(claimed: Claim) -> Heard:
    """What a source says, as far as it says anything."""
    source = claimed.source
    try:
        with breaker(source.name).asked(lambda why: NoAnswer("stood_still", left=False), _StoodStill):
            answer = ASKING[source.name](base_of(source), claimed.draw, _put)
    except NoAnswer as nothing:
        return Heard(None, None, None, nothing.why)
    except Exception:
        log.exception("source_not_understood", source=source.name)
        return Heard(None, None, None, "not_understood")
    if answer.status != 200:
        return Heard(answer.status, answer.body, None, f"status_{answer.status}")
    reading = _reading(claimed, answer)
    if isinstance(reading, Found):
        return Heard(answer.status, answer.body, reading.numbers, "")
    return Heard(answer.status, answer.body, None, reading.reason if reading is not None else "not_understood")


def _reading(claimed: Claim, answer: Answer) -> Reading | None:
    """None where the parser itself failed: what it could not foresee is no result either."""
    try:
        return PARSERS[claimed.source.parser](answer.body, claimed.draw)
    except Exception:
        log.exception("page_not_understood", source=claimed.source.name, parser=claimed.source.parser)
        return None


def _put(question: Question) -> Answer:
    settings = result_settings()
    try:
        return fetching.ask(
            question.url,
            question.body,
            most=MOST_BYTES,
            seconds=settings.result_seconds,
            allow_private=settings.results_simulated_url is not None,
            headers=question.headers,
        )
    except NoAnswer as nothing:
        kind = _StoodStill if nothing.why == "timeout" else NoAnswer
        raise kind(nothing.why, left=nothing.left) from None
