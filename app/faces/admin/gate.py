"""What operators have stopped is stopped at the edge: before a request that would sell or write is looked at."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from flask import request
from flask.sansio.app import App

from app.core.ports import Port
from app.core.web.surfaces import Surface, current_surface
from app.record.audit import switches

from .door import API_PREFIX

_SAFE = ("GET", "HEAD", "OPTIONS")
_ALWAYS = ("accounts.logout", "accounts_api.logout")  # who wants to be signed out is


SELLING_ENDPOINTS: Final = Port[Collection[str]]("endpoints that sell")


def init_app(app: App) -> None:
    """Watch every request."""
    app.before_request(_refuse_what_is_stopped)


def _refuse_what_is_stopped() -> None:
    """Raises Unavailable (503): `sales_stopped` or `writes_stopped`."""
    if request.method in _SAFE or request.endpoint in _ALWAYS:
        return
    if current_surface() is Surface.ADMIN or request.path.startswith(API_PREFIX):
        return
    stopped = switches.stopped_recently()
    if "writes" in stopped:
        raise switches.refusal("writes")
    selling = SELLING_ENDPOINTS.get()
    if "sales" in stopped and request.endpoint in selling:
        raise switches.refusal("sales")
