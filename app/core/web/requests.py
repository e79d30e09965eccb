"""The glue between Flask and the slices: errors become answers, pages have two faces, requests are logged."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import urlencode

import psycopg
import redis
import structlog
from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter
from wtforms.form import BaseForm

from app.core.config import current_settings
from app.core.errors import DomainError, NotFound, TooMany, Unavailable
from app.core.limits import limiter as limits
from app.core.ports import Port
from app.core.wire.http import problem, tell_how_to_go_on

from . import metrics
from .surfaces import Surface, current_surface

log = structlog.get_logger()

STOP_POLLING: Final = 286  # htmx's own status: swap this and ask no more

Refuser: TypeAlias = Callable[[DomainError], Response]
REFUSING: Final = Port[Mapping[str, Refuser]]("who answers errors below an address, in place of problem documents", {})
UPLOADS: Final = Port[Mapping[str, int]]("endpoints that take larger bodies than others, in bytes", {})

_HTTP_CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


class RoundNumberConverter(IntegerConverter):
    """A positive number in plain digits, no leading zero, small enough for the database."""

    regex = r"[1-9][0-9]{0,8}"


def init_app(app: Flask) -> None:
    """Converters, error handlers and request logging."""
    app.url_map.converters["round_number"] = RoundNumberConverter
    app.register_error_handler(DomainError, answer_error)
    app.register_error_handler(RateLimitExceeded, _too_many)
    app.register_error_handler(CSRFError, lambda error: answer_error(DomainError("form_expired", status=400)))
    for trouble in (OperationalError, InterfaceError, PendingRollbackError, PoolExhausted, psycopg.OperationalError):
        app.register_error_handler(trouble, _database_away)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(redis.RedisError, _redis_away)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)
    app.before_request(_start_clock)
    app.before_request(_refuse_large_bodies)
    app.before_request(_refuse_json_forms)
    app.after_request(_log_request)


def wants_fragment() -> bool:
    """Whether htmx asks for a part. A history restore gets the whole page, or Back would show a fragment."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def render(page: str, part: str, status: int = 200, **context: Any) -> Response:
    """One URL, two faces: the whole `page`, or the `part` that the page itself includes. A page whose form was refused
    says so first of all, in its title."""
    form_refused = any(isinstance(one, BaseForm) and one.errors for one in context.values())
    body = render_template(part if wants_fragment() else page, **context, form_refused=form_refused)
    return make_response(body, status)


def status_of(is_final: bool) -> int:
    """200, or to htmx that nothing will change any more."""
    return STOP_POLLING if is_final and wants_fragment() else 200


def unchanged(mark: str) -> Response | None:
    """Nothing, to a page that has said all of this mark (`?seen=`): what somebody types there is not touched."""
    if wants_fragment() and request.args.get("seen") == mark:
        return make_response("", 204)
    return None


def speaks_json() -> bool:
    """Whether the request at hand is answered in JSON."""
    return current_surface() is Surface.API


def answer_error(error: DomainError) -> Response:
    """A problem document for the API; a page or fragment for people."""
    if speaks_json():
        theirs = (one for place, one in REFUSING.get().items() if request.path.startswith(f"{place}/"))
        return next(theirs, problem)(error)
    g.no_store = True
    response = render(
        "shared/error.html", "shared/_error.html", status=error.status, error=error, without=_without(error.field)
    )
    tell_how_to_go_on(error, response)
    return response


def _without(parameter: str | None) -> str | None:
    """The address at hand without the parameter of it that was refused; None if it was none."""
    if request.method not in _READING or parameter not in request.args:
        return None
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != parameter]
    return request.path + ("?" + urlencode(kept) if kept else "")


def _without_slash() -> Response | None:
    """A page was asked for with a slash behind it, and stands without one."""
    path = request.path.rstrip("/")
    if request.method not in _READING or path in ("", request.path) or "." in path or speaks_json():
        return None
    try:
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except HTTPException:  # also where it would lead elsewhere
        return None
    query = request.query_string.decode()
    return make_response(redirect(path + ("?" + query if query else ""), 308))


def _too_many(error: RateLimitExceeded) -> Response:
    longest = error.limit.limit.get_expiry() if error.limit else 60
    return answer_error(TooMany("too_many_requests", retry_after=min(limits.seconds_until_reset() or longest, longest)))


def _database_away(error: SQLAlchemyError | psycopg.Error) -> Response:
    cause = getattr(error, "orig", None) or error
    reason = str(cause).partition("\n")[0]  # what follows may quote rows
    log.error("database_away", error=type(cause).__name__, reason=reason, endpoint=request.endpoint)
    return answer_error(Unavailable("database_away", retry_after=5))


def _database_error(error: DBAPIError) -> Response:
    """A connection that is lost is no fault of the request, whatever the server called it on its way out. Nor is what
    an address asks for anything that the database could have, if there is a NUL in it."""
    if "\0" in request.path and isinstance(error.orig, psycopg.DataError):
        return answer_error(NotFound())
    return _database_away(error) if error.connection_invalidated else _unexpected(error)


def _redis_away(error: redis.RedisError) -> Response:
    log.error("redis_away", error=type(error).__name__, reason=str(error), endpoint=request.endpoint)
    return answer_error(Unavailable("not_ready", retry_after=5))


def _http_error(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    if error.code == 404 and (moved := _without_slash()) is not None:
        return moved
    status = error.code or 500
    response = answer_error(DomainError(_HTTP_CODES.get(status, "bad_request"), status=status))
    if status == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return response


def _unexpected(error: Exception) -> Response:
    log.exception("unexpected_error", endpoint=request.endpoint)
    return answer_error(DomainError("unexpected", status=500))


_READING = ("GET", "HEAD")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def _start_clock() -> None:
    """The id that everything written for this request bears, in jobs it rings too. A proxy of ours may give it."""
    g.started = time.perf_counter()
    given = request.headers.get("X-Request-Id", "") if current_settings().trusted_proxy_hops else ""
    g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _refuse_large_bodies() -> None:
    """By its length alone, before anybody looks at the rest; a body without a length is counted while it is read."""
    most = UPLOADS.get().get(request.endpoint or "", current_app.config["MAX_CONTENT_LENGTH"])
    request.max_content_length = most
    if (request.content_length or 0) > most:
        raise DomainError("body_too_large", status=413)


def _refuse_json_forms() -> None:
    """Pages take forms. Form libraries read JSON too, and so an address that the limits would not have seen."""
    if request.is_json and current_surface() in (Surface.WEBSITE, Surface.ADMIN):
        raise DomainError("bad_request", status=415)


def _log_request(response: Response) -> Response:
    """One line a request. The route's pattern stands for its path, so that neither queries nor secrets are logged."""
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint != "static":
        route = request.url_rule.rule if request.url_rule else "(unknown)"
        metrics.REQUESTS.labels(request.method, route, response.status_code).observe(seconds)
        log.info(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
        )
    return response
