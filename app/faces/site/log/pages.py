"""The public log for people: what it is, what it said last, its entries in sentences, and each one's proof."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, redirect, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from app.catalogue import bets
from app.core.errors import NotFound
from app.core.limits.limiter import limiter
from app.core.web.requests import render
from app.core.wire.error_messages import add_messages
from app.core.wire.paging import query_number
from app.record.log import queries
from app.record.log.anchors import queries as anchors
from app.record.log.keys import queries as log_keys
from app.record.log.queries import ALL, About
from app.record.log.settings import log_settings
from app.record.log.witnesses import queries as witnesses

from . import places
from .messages import MESSAGES
from .subjects import subjects
from .wording import all_kinds, kind_words, said

bp = Blueprint("site_log", __name__, url_prefix="/log")
ENDPOINTS: Final = ("site_log.index", "site_log.entry")


@bp.record_once
def _assembled(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)
    state.app.jinja_env.filters.update(log_kind=kind_words, log_said=said, log_about=places.about)


_PAGE: Final = 50
_ANCHORS: Final = 5
_NUMBER: Final = re.compile(r"[0-9]{1,15}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What of the log is asked for: entries of a kind ("": of all), below a number; about what somebody `named`."""

    kind: str
    before: int | None
    named: str = ""
    about: About = ALL

    def url(self, before: int | None) -> str:
        return url_for("site_log.index", kind=self.kind or None, q=self.named or None, before=before)


@bp.get("")
@limiter.limit("600 per minute")
def index() -> ResponseReturnValue:
    """The log, its newest checkpoint, and entries: the newest first, all or those of a kind. With `?q=` the number or
    the hash of an entry leads to it; a round, a draw, an order or a transaction has the entries about it listed. What
    is not there is a 422, and no list stands for an answer then."""
    looked_for = request.args.get("q", "").strip()
    found = _called(looked_for) if looked_for else None
    if found is not None:
        return redirect(url_for("site_log.entry", number=found), 303)
    kind = request.args.get("kind", "")
    is_unknown = bool(kind) and kind not in all_kinds()
    about = subjects(looked_for) if looked_for else ALL
    if about != ALL and not queries.newest_first("", queries.signed_size(), 1, about):
        about = ALL
    is_refused = bool(looked_for and about == ALL) or is_unknown
    asked = _Asked("" if is_unknown else kind, query_number("before"), looked_for if about != ALL else "", about)
    context = {
        **_head(),
        **_listed(asked),
        "looked_for": looked_for,
        "is_about": about != ALL,
        "is_of_bets": bool(about.leaves) or any(bets.told_of(one) for one in about.subjects),
        "is_unknown": is_unknown,
        "is_refused": is_refused,
    }
    status = 422 if is_refused else 200
    return render("faces/site/log/index.html", "faces/site/log/_entries.html", status, **context)


def _called(text: str) -> int | None:
    """The number of the entry with this number or this hash; None if no checkpoint covers one."""
    if _NUMBER.fullmatch(text):
        number = int(text)
    elif _HASH.fullmatch(text.lower()):
        entry = queries.entry_with(bytes.fromhex(text))
        number = entry.number if entry is not None else -1
    else:
        return None
    return number if 0 <= number < queries.signed_size() else None


def _head() -> dict[str, Any]:
    return {
        "key": log_keys.current(),
        "rotated": log_keys.signed(),
        "newest": queries.newest_checkpoint(),
        "witnesses": witnesses.known(),
        "named": witnesses.named(),
        "quorum": log_settings().quorum,
        "anchors": anchors.page(limit=_ANCHORS),
        "contradictions": witnesses.contradictions(),
    }


def _listed(asked: _Asked) -> dict[str, Any]:
    """A page of entries with the addresses of its neighbours."""
    signed = queries.signed_size()
    end = min(asked.before or signed, signed)
    found = queries.newest_first(asked.kind, end, _PAGE + 1, asked.about)
    newer = queries.numbers_from(asked.kind, end, signed, _PAGE + 1, asked.about)
    shown, above = found[:_PAGE], newer[_PAGE] if len(newer) > _PAGE else None
    return {
        "size": signed,
        "entries": shown,
        "kind": asked.kind,
        "kinds": all_kinds(),
        "older": asked.url(shown[-1].number) if len(found) > _PAGE else None,
        "oldest": asked.url(_end_of_oldest(asked, signed)) if len(found) > _PAGE else None,
        "newer": asked.url(above) if newer else None,
    }


def _end_of_oldest(asked: _Asked, signed: int) -> int:
    """Below which number the oldest page is."""
    return queries.numbers_from(asked.kind, 0, signed, _PAGE, asked.about)[-1] + 1


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
        "places": places.all_of(found),
        "code": places.code_of(found),
        "proof": queries.inclusion_of(found),
        "covering": queries.checkpoint_over(number),
        "size": queries.signed_size(),
        "is_contradicted": bool(witnesses.contradictions()),
    }
    return render("faces/site/log/entry.html", "faces/site/log/_entry.html", **context)
