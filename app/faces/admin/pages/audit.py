"""The audit log and the alarms in the console: searched, checked, taken along, closed with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.database.session import db, transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.text import sheets
from app.core.text.sheets import Cell
from app.core.web.requests import render
from app.faces.admin.door import operator_name, page_blueprint
from app.faces.admin.forms import ReasonForm, choice, reason_of, refuse
from app.faces.admin.pages import asked
from app.faces.admin.watch import history, unseen
from app.money.gateways.operating.words import why_in_words
from app.record.audit import queries as audit
from app.record.audit.models import Alarm, AuditEntry
from app.record.audit.queries import Search
from app.record.audit.service import close_alarm, note

bp = page_blueprint("audit")

_PAGE: Final = 50
_EXPORTED_AT_ONCE: Final = 1_000


@bp.get("/audit/check")
@bp.get("/audit")
def log() -> Response:
    """Entries that match, the newest first, with their places in the chain."""
    search, before = asked.search(), _before()
    found = audit.found(search, before, _PAGE + 1)
    following = found[_PAGE - 1][0].id if len(found) > _PAGE else None
    seq, hash_ = audit.head()
    return render(
        "faces/admin/audit.html",
        "faces/admin/_audit.html",
        entries=history.told_in_places(found[:_PAGE]),
        following=following,
        **asked.form(),
        head_seq=seq,
        head_hash=hash_.hex(),
    )


@bp.post("/audit/check")
def check() -> ResponseReturnValue:
    """Recompute the whole chain of entries and say whether it holds."""
    breaches = audit.verify_chain()
    seq, hash_ = audit.head()
    db.session.rollback()
    with transaction():
        note(operator_name(), "audit.chain_checked", "platform", holds=not breaches, places=seq, head=hash_.hex())
    if breaches:
        flash(gettext("The chain does NOT hold: %(where)s", where=breaches[0].detail), "bad")
    else:
        flash(gettext("The chain holds: %(count)s places up to %(hash)s…", count=seq, hash=hash_.hex()[:16]), "ok")
    return redirect("/admin/audit", 303)


@bp.get("/audit/export")
def export() -> Response:
    """What the page shows, whole: CSV for people, JSON lines with every hash for machines."""
    search = asked.search()
    kind = choice("format", "csv", "jsonl")
    rows = _csv(search) if kind == "csv" else _jsonl(search)
    response = Response(stream_with_context(rows), mimetype="text/csv" if kind == "csv" else "application/x-ndjson")
    response.headers["Content-Disposition"] = f"attachment; filename=audit.{kind}"
    return response


@bp.get("/alarms")
def alarms() -> Response:
    """Open and closed, the newest first; `state` narrows them."""
    before, state = _before(), choice("state", "", "open", "closed")
    found = audit.alarms_page(before, _PAGE + 1, is_open=state == "open" if state else None)
    open_, closed = audit.alarm_counts()
    return render(
        "faces/admin/alarms.html",
        "faces/admin/alarms.html",
        alarms=found[:_PAGE],
        following=found[_PAGE - 1].id if len(found) > _PAGE else None,
        state=state,
        counts={"": open_ + closed, "open": open_, "closed": closed},
    )


@bp.get("/alarms/<identifier>/close")
@bp.get("/alarms/<identifier>")
def alarm(identifier: str) -> Response:
    """One alarm with what it found."""
    return _alarm(_alarm_of(identifier), ReasonForm())


@bp.post("/alarms/<identifier>/close")
def close(identifier: str) -> ResponseReturnValue:
    """Say that an alarm is understood, and why."""
    found, form = _alarm_of(identifier), ReasonForm()
    try:
        reason = reason_of(form)
    except DomainError as error:
        refuse(form, error)
        return _alarm(found, form, 422)
    with transaction():
        close_alarm(found.code, found.subject, actor=operator_name(), reason=reason)
    flash(gettext("The alarm is closed. If its cause is still there, it will be raised again."), "ok")
    return redirect("/admin/alarms", 303)


def _alarm(found: Alarm, form: ReasonForm, status: int = 200) -> Response:
    entries = history.told(audit.entries(found.subject, limit=20), found.subject)
    context: dict[str, Any] = {"alarm": found, "form": form, "entries": entries, "why_in_words": why_in_words}
    context["unseen"] = unseen.of_alarm(found)
    return render("faces/admin/alarm.html", "faces/admin/alarm.html", status, **context)


def _alarm_of(identifier: str) -> Alarm:
    alarm_id = parse_id(identifier)
    found = db.session.get(Alarm, alarm_id) if alarm_id else None
    if found is None:
        raise NotFound
    return found


def _before() -> UUID | None:
    text = request.args.get("before", "")
    found = parse_id(text)
    if text and found is None:
        raise DomainError("number_invalid", field="before")
    return found


def _all(search: Search) -> Iterator[tuple[AuditEntry, int | None]]:
    before = None
    while True:
        batch = audit.found(search, before, _EXPORTED_AT_ONCE)
        yield from batch
        if len(batch) < _EXPORTED_AT_ONCE:
            return
        before = batch[-1][0].id
        db.session.expunge_all()


def _csv(search: Search) -> Iterator[str]:
    yield sheets.begin("people")
    yield _line("place", "recorded at", "actor", "action", "subject", "reason", "detail", "id")
    for entry, seq in _all(search):
        yield _line(
            seq,
            entry.recorded_at.isoformat(),
            entry.actor,
            entry.action,
            entry.subject,
            entry.reason,
            json.dumps(entry.detail, sort_keys=True),
            str(entry.id),
        )


def _line(*cells: Cell) -> str:
    return sheets.lines([cells], "people")


def _jsonl(search: Search) -> Iterator[str]:
    for entry, seq in _all(search):
        yield json.dumps(history.record(entry, seq), ensure_ascii=False) + "\n"
