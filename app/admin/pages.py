"""The console's first page: is all well, and can we pay?"""

from __future__ import annotations

from typing import Any

from flask import Response, current_app

from app.core.error_messages import add_messages
from app.core.web import render

from . import concerns
from .door import page_blueprint
from .messages import MESSAGES

bp = page_blueprint("overview")
bp.record_once(lambda state: add_messages(MESSAGES))


@bp.get("")
def overview() -> Response:
    """One look over everything that may need a person."""
    seen = concerns.look()
    readers = current_app.config["SETTINGS"].alarm_readers
    context: dict[str, Any] = {"seen": seen, "concerns": concerns.concerns(seen), "has_alarm_readers": bool(readers)}
    return render("admin/overview.html", "admin/_overview.html", **context)
