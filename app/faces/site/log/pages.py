"""The public log for people: what it is, what it said last, its entries and each one's proof."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, Response
from flask.sansio.blueprints import BlueprintSetupState

from app.core.errors import NotFound
from app.core.limits.limiter import limiter
from app.core.web.requests import render
from app.core.wire.error_messages import add_messages
from app.core.wire.paging import query_number
from app.record.log import queries
from app.record.log.anchors import queries as anchors
from app.record.log.keys import queries as log_keys
from app.record.log.models import Entry
from app.record.log.settings import log_settings
from app.record.log.witnesses import queries as witnesses

from .messages import MESSAGES
from .wording import kind_words, subject_words

bp = Blueprint("site_log", __name__, url_prefix="/log")
ENDPOINTS: Final = ("site_log.index", "site_log.entry")


@bp.record_once
def _assembled(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)
    state.app.jinja_env.filters.update(log_kind=kind_words, log_subject=subject_words)


_PAGE: Final = 50
_ANCHORS: Final = 5


@bp.get("")
@limiter.limit("600 per minute")
def index() -> Response:
    """The log, its newest checkpoint, and entries: the newest first."""
    newest, signed = queries.newest_checkpoint(), queries.signed_size()
    end = min(query_number("before") or signed, signed)
    first = max(0, end - _PAGE)
    context: dict[str, Any] = {
        "key": log_keys.current(),
        "rotated": log_keys.signed(),
        "newest": newest,
        "witnesses": witnesses.known(),
        "named": witnesses.named(),
        "quorum": log_settings().quorum,
        "size": signed,
        "entries": _newest_first(queries.entries(first, end - first)),
        "following": first or None,
        "is_first_page": end == signed,
        "anchors": anchors.page(limit=_ANCHORS),
        "contradictions": witnesses.contradictions(),
    }
    return render("faces/site/log/index.html", "faces/site/log/_entries.html", **context)


def _newest_first(entries: Sequence[Entry]) -> list[Entry]:
    return list(reversed(entries))


@bp.get("/entries/<int:number>")
@limiter.limit("300 per minute")
def entry(number: int) -> Response:
    """One entry, whole, with the proof that it is in the log.

    Raises NotFound: there is none, or no checkpoint covers it yet.
    """
    if number >= queries.signed_size():
        raise NotFound("log_entry_not_found")
    (found,) = queries.entries(number, 1)
    context: dict[str, Any] = {
        "entry": found,
        "told": json.dumps(json.loads(found.data), indent=2, ensure_ascii=False),
        "proof": queries.inclusion_of(found),
        "covering": queries.checkpoint_over(number),
        "size": queries.signed_size(),
    }
    return render("faces/site/log/entry.html", "faces/site/log/_entry.html", **context)
