"""The console's first page: is all well, and can we pay?"""

from __future__ import annotations

from typing import Any

from flask import Response, g
from flask.blueprints import BlueprintSetupState
from flask_babel import LazyString

from app.catalogue.games import catalogue
from app.core.config import current_settings
from app.core.web.requests import render
from app.core.wire.error_messages import add_messages
from app.faces.admin.door import may_open, modules_open, page_blueprint, sections
from app.faces.admin.messages import MESSAGES
from app.faces.admin.watch import concerns, subjects
from app.record.audit.kinds import kind_of

bp = page_blueprint("overview")


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)
    state.app.jinja_env.globals.update(game_title=_game_title, console_sections=sections, alarm_kind=kind_of)
    state.app.jinja_env.globals.update(jobs_place=concerns.jobs_place, may_open=may_open)
    state.app.jinja_env.filters.update(about=subjects.in_words, place_of=subjects.place_of)


def _game_title(name: str) -> LazyString:
    """What people call the game that tables call `name`. Raises NotFound."""
    return catalogue().called(name).title


@bp.get("")
def overview() -> Response:
    """One look over everything that may need a person."""
    seen = concerns.look(g.operator, modules_open())
    readers = current_settings().alarm_readers
    context: dict[str, Any] = {"seen": seen, "concerns": concerns.concerns(seen), "has_alarm_readers": bool(readers)}
    return render("faces/admin/overview.html", "faces/admin/_overview.html", **context)
