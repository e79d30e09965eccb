"""Rate limits. Counted in Redis; while Redis is away each process counts for itself, so that nobody is let through."""

from __future__ import annotations

from flask import Flask, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(
    key_func=get_remote_address,
    in_memory_fallback_enabled=True,
    headers_enabled=True,
    key_prefix="tiraj",
)


def init_app(app: Flask) -> None:
    """Bind the limiter to the settings' Redis."""
    app.config["RATELIMIT_STORAGE_URI"] = app.config["SETTINGS"].redis_url.get_secret_value()
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"socket_connect_timeout": 1, "socket_timeout": 2}
    app.config["RATELIMIT_STRATEGY"] = "moving-window"
    limiter.init_app(app)


def orders_limit() -> str:
    return f"{current_app.config['SETTINGS'].orders_per_minute} per minute"


def logins_limit() -> str:
    return f"{current_app.config['SETTINGS'].logins_per_hour} per hour"
