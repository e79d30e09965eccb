"""Collecting cosignatures. It may run at any time, twice, beside itself, or die half-way: whoever was not heard of is
asked again.

Rounds wait for those that the settings name. Anybody may offer to be asked: that is another job, on another queue, so
that strangers who hang, crawl or talk without an end take time from each other alone.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

import structlog
from flask import Flask, current_app

from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.dependencies import fetching
from app.core.dependencies.destination import Resolver
from app.core.dependencies.fetching import NoAnswer
from app.core.faults import step
from app.core.ports import Port
from app.record.log.settings import log_settings

from . import service, thinning
from .service import ANSWER_SECONDS, AT_ONCE, Question

log = structlog.get_logger()

MOST_BYTES: Final = 131_072
_MOST_QUESTIONS: Final = 4  # a size to begin from, once more because the log grew, and what it serves
_RUN_SECONDS: Final = 12.0
"""For all questions of one run; a lease is longer."""

RESOLVER: Final = Port[Resolver | None]("names of witnesses as tests resolve them", None)


def collect() -> int:
    """Ask whoever is due of those that the settings name. Returns how many were asked."""
    with transaction():
        service.keep_named(log_settings().witnesses)
    return _collect(offered=False)


def collect_offered() -> int:
    """Ask whoever is due of those that offered themselves. Returns how many were asked."""
    return _collect(offered=True)


def thin() -> int:
    """Let go of old cosignatures that prove nothing which others do not. Returns how many went."""
    with transaction():
        return thinning.thin()


def _collect(*, offered: bool) -> int:
    """Each in a thread of its own: one that hangs delays no other, and all of them end with their time."""
    until = time.monotonic() + _RUN_SECONDS
    with transaction():
        due = service.claim(log_settings(), offered=offered)
    step("log.claimed")
    if due:
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        with ThreadPoolExecutor(AT_ONCE, "witnesses") as threads:
            list(threads.map(lambda question: _follow(app, question, until), due))
    return len(due)


def _follow(app: Flask, question: Question, until: float) -> None:
    """Ask one witness until nothing is left to ask. Whatever goes wrong is its own trouble."""
    try:
        with app.app_context():
            for _ in range(_MOST_QUESTIONS):
                following = _ask(question, min(ANSWER_SECONDS, until - time.monotonic()))
                if following is None:
                    return
                question = following
            with transaction():
                service.troubled(question, "never_content")
    except Exception:
        log.exception("witness_not_asked", witness=question.key)


def _ask(question: Question, seconds: float) -> Question | None:
    if seconds <= 0:
        with transaction():
            return service.troubled(replace(question, then_pull=""), "out_of_time")
    allow_private = question.is_trusted or current_settings().webhook_allow_private
    try:
        answer = fetching.ask(
            question.url,
            question.body,
            most=MOST_BYTES,
            seconds=seconds,
            allow_private=allow_private,
            resolver=RESOLVER.get(),
        )
    except NoAnswer as nothing:
        log.info("witness_silent", witness=question.key, why=nothing.why)
        with transaction():
            return service.troubled(question, nothing.why)
    step("log.answered")
    with transaction():
        return service.heard(log_settings(), question, answer)
