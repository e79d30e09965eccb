"""The console's first page: is all well, and can we pay?"""

from __future__ import annotations

from flask import Response

from app.core.error_messages import add_messages
from app.core.web import render

from .door import page_blueprint
from .messages import MESSAGES

bp = page_blueprint("overview")
bp.record_once(lambda state: add_messages(MESSAGES))


@bp.get("")
def overview() -> Response:
    """One look over everything that may need a person."""
    return render("admin/overview.html", "admin/_overview.html")
