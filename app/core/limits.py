"""Rate limits. Counted in Redis; while Redis is away each process counts for itself, so that nobody is let through.

Each request is counted in one step before anything is done for it, so that thirty at once are thirty.
"""

from __future__ import annotations

import math
import time

import structlog
from flask import Flask, Response, current_app, request
from flask_limiter import Limiter
from redis.exceptions import RedisError

from .requester import requester

log = structlog.get_logger()

limiter = Limiter(
    key_func=requester,
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


def begin_anew(scope: str) -> None:
    """Forget the requester's count of that scope, which this request has just added to: it was no failure at all.

    What is counted is counted before it is tried, for of thirty tries at once each would find room before the others.
    """
    for counted in limiter.current_limits:
        if counted.request_args[-1] == scope:
            try:
                limiter.limiter.clear(counted.limit, *counted.request_args)
            except (RedisError, OSError):
                log.warning("limit_not_cleared", scope=scope)


def orders_limit() -> str:
    return f"{current_app.config['SETTINGS'].orders_per_minute} per minute"


def new_sites_limit() -> str:
    return f"{current_app.config['SETTINGS'].new_sites_per_hour} per hour"


def logins_limit() -> str:
    return f"{current_app.config['SETTINGS'].logins_per_hour} per hour"
