"""Rate limits. Counted in Redis; while Redis is away each process counts for itself, so that nobody is let through."""

from __future__ import annotations

import math
import time

from flask import Flask, Response, current_app, request
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
    app.after_request(_keep_own_retry_after)  # what is registered first runs last: after the limiter's headers
    limiter.init_app(app)


def seconds_until_reset() -> int | None:
    """When the limit that was just exceeded lets somebody through again; None if it cannot be told."""
    exceeded = limiter.current_limit
    return max(math.ceil(exceeded.reset_at - time.time()), 1) if exceeded is not None else None


def _keep_own_retry_after(response: Response) -> Response:
    """The limiter writes Retry-After on every answer it counted; only refusals that say so mean it."""
    own = request.environ.get("tiraj.retry_after")
    if own is None:
        response.headers.pop("Retry-After", None)
    else:
        response.headers["Retry-After"] = str(own)
    return response


def orders_limit() -> str:
    return f"{current_app.config['SETTINGS'].orders_per_minute} per minute"


def new_sites_limit() -> str:
    return f"{current_app.config['SETTINGS'].new_sites_per_hour} per hour"


def logins_limit() -> str:
    return f"{current_app.config['SETTINGS'].logins_per_hour} per hour"
