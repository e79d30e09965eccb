"""Rate limits. Counted in Redis; while Redis gives no answer each process counts for itself.

Every limit fails in that direction: nobody is refused because Redis is away, and nobody is let through uncounted; with
two web processes a limit is then reached after twice as many requests at most. Each request is counted in one step
before anything is done for it, so that thirty at once are thirty.
"""

from __future__ import annotations

import math
import time

from flask import Flask, Response, request
from flask_limiter import Limiter

from app.core.config import current_settings
from app.core.dependencies import redis_client
from app.core.dependencies.breaker import breaker

from . import storage as limit_storage
from .requester import requester


class _Limiter(Limiter):
    """Here routes have limits, and functions. What is looked up before every request is for limits of blueprints and of
    the whole application."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        of = self.limit_manager
        if not in_middleware or of._blueprint_limits or of._default_limits or of._application_limits:
            super()._check_request_limit(callable_name, in_middleware)


limiter = _Limiter(
    key_func=requester,
    headers_enabled=True,
    key_prefix="tiraj",
)


def init_app(app: Flask) -> None:
    """Bind the limiter to the settings' Redis."""
    settings = current_settings(app)
    app.config["RATELIMIT_STORAGE_URI"] = limit_storage.address(settings.redis_url.get_secret_value())
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {
        **redis_client.options(settings.redis_seconds),
        "breaker": breaker("redis", app),
    }
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
            limiter.limiter.clear(counted.limit, *counted.request_args)


def orders_limit() -> str:
    return f"{current_settings().orders_per_minute} per minute"


def new_sites_limit() -> str:
    return f"{current_settings().new_sites_per_hour} per hour"


def logins_limit() -> str:
    return f"{current_settings().logins_per_hour} per hour"
