"""How a request with a key becomes an answer: key, limit, parameters, the transaction, and one effect a key."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response, g, request
from pydantic import BaseModel

from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound, Unauthorised
from app.core.limits.limiter import limiter
from app.core.web.headers import no_store
from app.core.wire.http import read_json, read_query, with_etag
from app.core.wire.parameters import NoParameters
from app.people.partners import queries as partners
from app.people.partners.keys.door import require_key
from app.people.partners.keys.operations import Call, Operation, Reply
from app.people.partners.keys.service import KeyIdentity
from app.record.answers import service as answers
from app.record.answers.service import REPLAYED, Attempt, Owner


def view_of(operation: Operation) -> Callable[..., Response]:
    """The Flask view that serves `operation`."""

    def view(**path: Any) -> Response:
        identity = _whose_key(operation)
        g.api_site_id = identity.site_id
        _count_request()
        query = read_query(operation.query or NoParameters)
        body = _body_of_request(operation)
        if operation.method == "GET":
            return _look(operation, identity, path, query)
        return _change(operation, identity, path, query, body)

    return view


def _whose_key(operation: Operation) -> KeyIdentity:
    """As `require_key`; whoever tries keys is slowed down by address."""
    try:
        return require_key(operation.access)
    except Unauthorised:
        _count_stranger()
        raise


def _api_limit() -> str:
    return f"{current_settings().api_requests_per_minute} per minute"


@limiter.shared_limit(_api_limit, scope="api", key_func=lambda: str(g.api_site_id))
def _count_request() -> None:
    """Raises RateLimitExceeded, which is answered 429 with Retry-After. More keys are no more requests."""


@limiter.shared_limit(_api_limit, scope="api-strangers")
def _count_stranger() -> None:
    """The same for requests without a key that is known, by address."""


def _body_of_request(operation: Operation) -> BaseModel | None:
    if operation.body is not None:
        return read_json(operation.body)
    if request.content_length:
        raise DomainError("body_unexpected")
    return None


def _call(identity: KeyIdentity, path: dict[str, Any], query: BaseModel, body: BaseModel | None) -> Call:
    site = partners.site_by_id(identity.site_id)
    if site is None:
        raise NotFound
    return Call(site, f"key:{identity.key_id}", path, query, body)


def _look(operation: Operation, identity: KeyIdentity, path: dict[str, Any], query: BaseModel) -> Response:
    with transaction():
        reply = operation.view(_call(identity, path, query, None))
        body = _body(reply, operation)
    response = _answer(operation, body, reply)
    if operation.is_public_record:
        g.no_store = False  # nothing of the partner's: its own cache may keep it, and ask with the ETag
        response = with_etag(response)
        response.headers["Cache-Control"] = "private, no-cache"
        return response
    no_store()
    return response


def _change(
    operation: Operation, identity: KeyIdentity, path: dict[str, Any], query: BaseModel, body: BaseModel | None
) -> Response:
    no_store()
    attempt = answers.attempt(Owner.partner(identity.site_id), body) if operation.method == "POST" else None
    prepared, trouble = _prepare(operation)
    with transaction():
        call = replace(_call(identity, path, query, body), prepared=prepared)
        repeated = _repetition(operation, attempt, call) if attempt is not None else None
        if repeated is None and trouble is not None:
            raise trouble
        if repeated is None:
            repeated = _first(operation, call, attempt)
    return repeated()


def _prepare(operation: Operation) -> tuple[Any, DomainError | None]:
    """What the operation brings from outside; or what is wrong there, which a repetition need not hear of."""
    try:
        return (operation.prepare() if operation.prepare else None), None
    except DomainError as error:
        return None, error


def _first(operation: Operation, call: Call, attempt: Attempt | None) -> Callable[[], Response]:
    """Do it, inside the transaction; what is returned shows it, once that has committed."""
    if attempt is not None:
        call = replace(call, attempt_id=attempt.id)
    reply = operation.view(call)
    body = _body(reply, operation)
    if attempt is not None:
        answers.keep(attempt, operation.status, json.dumps(body))
    return lambda: _show(operation, body, reply)


def _repetition(operation: Operation, attempt: Attempt, call: Call) -> Callable[[], Response] | None:
    row = answers.claim(attempt)
    if row is None:
        return None
    body: dict[str, Any] = json.loads(row.text)
    call = replace(call, attempt_id=row.id)
    reply = operation.repeat(call, body) if operation.repeat else Reply(None)
    return lambda: _show(operation, body, reply, replayed=True)


def _show(operation: Operation, body: Any, reply: Reply, *, replayed: bool = False) -> Response:
    response = _answer(operation, body, reply)
    if replayed:
        response.headers[REPLAYED] = "true"
    return response


def _body(reply: Reply, operation: Operation) -> Any:
    """The answer as it is kept: its secret empty."""
    if reply.answer is None:
        return {}
    return reply.answer.model_dump(mode="json", by_alias=True)


def _answer(operation: Operation, body: Any, reply: Reply) -> Response:
    if operation.answer is None:
        return Response(status=operation.status)
    if operation.secret_field is not None:
        body = {**body, operation.secret_field: reply.secret}
    response = Response(json.dumps(body), status=operation.status, mimetype="application/json")
    if reply.version is not None:
        response.set_etag(reply.version)
    return response


def require_version(version: str) -> None:
    """Refuse a change by someone who has seen another state.

    Raises:
        DomainError: 412 `precondition_failed`, if `If-Match` is given and names another version.
    """
    if "If-Match" in request.headers and not request.if_match.contains(version):
        raise DomainError("precondition_failed", status=412)
