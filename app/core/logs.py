"""Logs are records: JSON lines in production, readable lines elsewhere. Nothing private is ever handed to them, and
what looks like a secret all the same is struck out."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any, Final

import structlog

STRUCK_OUT: Final = "[struck out]"
_SECRET_NAME: Final = re.compile(
    r"password|passwd|secret|token|authorization|cookie|api_?key|xprv|private|receipt", re.IGNORECASE
)
_SECRET_TEXT: Final = (
    (re.compile(r"(://[^:/\s@]*:)[^@\s/]+@"), rf"\1{STRUCK_OUT}@"),  # a password in an address
    (re.compile(r"\b(Basic|Bearer)\s+[A-Za-z0-9._~+/=-]{6,}"), rf"\1 {STRUCK_OUT}"),
    (re.compile(r"\b[xtuvyz]prv[1-9A-HJ-NP-Za-km-z]{50,}"), STRUCK_OUT),
    (re.compile(r"\btiraj_[a-z]+_[A-Za-z0-9_-]{8,}"), STRUCK_OUT),  # an API key
    (re.compile(r"\bwhsec_[A-Za-z0-9+/=_-]{8,}"), STRUCK_OUT),
    (re.compile(r"\$argon2[a-z]*\$\S+"), STRUCK_OUT),
)


def configure(*, as_json: bool, level: int = logging.INFO) -> None:
    """Set structlog up for this process. Standard library loggers speak the same way, from WARNING on."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info if as_json else structlog.dev.set_exc_info,
        strike_out_secrets,
    ]
    last: Any = structlog.processors.JSONRenderer() if as_json else _for_people()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    if not logging.getLogger().handlers:
        logging.basicConfig(handlers=[handler], level=logging.WARNING)
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def strike_out_secrets(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last line of defence: values under telling names, and texts of telling shapes."""
    for name, value in event.items():
        if _is_secret(name) and value not in (None, "", True, False):
            event[name] = STRUCK_OUT
        elif isinstance(value, str):
            event[name] = _without_secrets(value)
    return event


@lru_cache(maxsize=256)
def _is_secret(name: str) -> bool:
    """Whether it is a telling name; a program has only so many."""
    return _SECRET_NAME.search(name) is not None


def _without_secrets(text: str) -> str:
    for pattern, replacement in _SECRET_TEXT:
        text = pattern.sub(replacement, text)
    return text


def _for_people() -> structlog.dev.ConsoleRenderer:
    """Tracebacks without the frames' variables: secrets and private identifiers are among those."""
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
