"""Collecting cosignatures. It may run at any time, twice, beside itself, or die half-way: whoever was not heard of is
asked again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
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

from . import service
from .service import ANSWER_SECONDS, Question

log = structlog.get_logger()

MOST_BYTES: Final = 131_072
_MOST_QUESTIONS: Final = 4  # a size to begin from, once more because the log grew, and what it serves
_AT_ONCE: Final = 16

RESOLVER: Final = Port[Resolver | None]("names of witnesses as tests resolve them", None)


def collect() -> int:
    """Ask whoever is due, each in a thread of its own: one that hangs delays no other. Returns how many were asked."""
    settings = log_settings()
    with transaction():
        service.keep_named(settings.witnesses)
    with transaction():
        due = service.claim(settings)
    step("log.claimed")
    if due:
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        with ThreadPoolExecutor(_AT_ONCE, "witnesses") as threads:
            list(threads.map(lambda question: _follow(app, question), due))
    return len(due)


def _follow(app: Flask, question: Question) -> None:
    """Ask one witness until nothing is left to ask. Whatever goes wrong is its own trouble."""
    try:
        with app.app_context():
            for _ in range(_MOST_QUESTIONS):
                following = _ask(question)
                if following is None:
                    return
                question = following
            with transaction():
                service.troubled(question, "never_content")
    except Exception:
        log.exception("witness_not_asked", witness=question.key)


def _ask(question: Question) -> Question | None:
    allow_private = question.is_trusted or current_settings().webhook_allow_private
    try:
        answer = fetching.ask(
            question.url,
            question.body,
            most=MOST_BYTES,
            seconds=ANSWER_SECONDS,
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
