"""Flask without what it would look for in every request, and never finds here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


class FormSession(SecureCookieSessionInterface):
    """The session of forms. Most requests bring none, and need nothing that could read one."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """As Flask's."""
        if not request.cookies.get(self.get_cookie_name(app)):
            return self.session_class()
        return super().open_session(app, request)


class Application(Flask):
    """Views and hooks are plain functions."""

    session_interface = FormSession()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: Flask would look whether it is a coroutine, twenty times a request."""
        return func
