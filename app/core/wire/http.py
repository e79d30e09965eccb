"""Requests in, answers out: strict JSON, problem documents, headers. One handler for every error."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, TypeVar

from flask import Response, request
from pydantic import BaseModel, ValidationError

from app.core.errors import DomainError, InvalidInput, TooMany, Unauthorised, Unavailable

from .error_messages import message_for

MAX_JSON_BYTES = 64 * 1024
MAX_JSON_DEPTH = 32

Schema = TypeVar("Schema", bound=BaseModel)


def read_json(schema: type[Schema], most: int = MAX_JSON_BYTES) -> Schema:
    """The request's body as `schema`.

    Raises:
        DomainError: 415 for another content type, 413 for a body over `most` bytes, 400 for what is not strict JSON.
        InvalidInput: 422 with one error a field.
    """
    if request.mimetype != "application/json":
        raise DomainError("content_type_not_json", status=415)
    if (request.content_length or 0) > most:
        raise DomainError("body_too_large", status=413)
    return _validated(schema, parse_json(request.get_data(cache=True), most))


def read_query(schema: type[Schema]) -> Schema:
    """The request's query string as `schema`.

    Raises:
        InvalidInput: 422 with one error a parameter: unknown, given twice, or not what it should be.
    """
    twice = [name for name in request.args if len(request.args.getlist(name)) > 1]
    if twice:
        raise InvalidInput([DomainError("parameter_twice", field=name) for name in twice])
    return _validated(schema, request.args.to_dict())


def _validated(schema: type[Schema], value: Any) -> Schema:
    try:
        return schema.model_validate(value)
    except ValidationError as error:
        raise InvalidInput([_field_error(part) for part in error.errors()]) from None


def parse_json(raw: bytes, most: int = MAX_JSON_BYTES) -> Any:
    """Strict JSON: UTF-8 without a byte order mark, no duplicate keys, no NaN, no lone surrogates, bounded depth.

    Raises:
        DomainError: 400 `json_invalid`, or 413 `body_too_large`.
    """
    if len(raw) > most:
        raise DomainError("body_too_large", status=413)
    try:
        text = raw.decode("utf-8")
        _check_depth(text)
        value = json.loads(
            text,
            object_pairs_hook=_unique_keys,
            parse_float=_bounded_decimal,
            parse_int=_bounded_int,
            parse_constant=_refuse_constant,
        )
        if "\\u" in text:  # nothing else can bring them
            json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")  # refuses lone surrogates
    except (ValueError, RecursionError):
        raise DomainError("json_invalid", status=400) from None
    return value


def json_response(model: BaseModel | dict[str, Any], status: int = 200) -> Response:
    """A JSON answer. Models answer with their public (camelCase) names."""
    body = model.model_dump_json(by_alias=True) if isinstance(model, BaseModel) else json.dumps(model, default=str)
    return Response(body, status=status, mimetype="application/json")


def with_etag(response: Response) -> Response:
    """A public answer that may be kept, if it is asked about each time; 304 to whoever has it already."""
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def problem(error: DomainError) -> Response:
    """`error` as application/problem+json (RFC 9457), its code as the last part of the type."""
    body: dict[str, Any] = {
        "type": f"urn:tiraj:error:{error.code}",
        "title": message_for(error),
        "status": error.status,
        "code": error.code,
    }
    if error.field:
        body["field"] = error.field
    if error.params:
        body["params"] = dict(error.params)
    if isinstance(error, InvalidInput):
        body["errors"] = [
            {"field": part.field, "code": part.code, "title": message_for(part), "params": dict(part.params)}
            for part in error.errors
        ]
    response = Response(json.dumps(body), status=error.status, mimetype="application/problem+json")
    tell_how_to_go_on(error, response)
    return response


def tell_how_to_go_on(error: DomainError, response: Response) -> None:
    """The headers that say when, or how, to try again."""
    if isinstance(error, Unavailable | TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
        request.environ["tiraj.retry_after"] = error.retry_after  # the limiter's own would take its place
    if isinstance(error, Unauthorised):
        response.headers["WWW-Authenticate"] = error.challenge


def _field_error(part: Any) -> DomainError:
    field = ".".join(str(name) for name in part["loc"]) or None
    cause = part.get("ctx", {}).get("error")
    if isinstance(cause, FieldRefused):
        return DomainError(cause.code, field=field)
    return DomainError(f"input_{part['type']}", field=field)


class FieldRefused(ValueError):
    """Raised by a schema's validator: pydantic wraps it, the edge unwraps its code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_JSON_DEPTH:
        return  # wherever they stand
    depth = deepest = 0
    in_string = escaped = False
    for char in text:
        if in_string:
            in_string, escaped = (char != '"' or escaped), (char == "\\" and not escaped)
        elif char == '"':
            in_string, escaped = True, False
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    if deepest > MAX_JSON_DEPTH:
        raise ValueError("too deep")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    if len(keys) != len(pairs):
        raise ValueError("duplicate key")
    return keys


def _bounded_decimal(text: str) -> Decimal:
    number = Decimal(text)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or not -30 <= exponent <= 30 or len(text) > 60:
        raise ValueError("number out of bounds")
    return number


def _bounded_int(text: str) -> int:
    if len(text) > 30:
        raise ValueError("number out of bounds")
    return int(text)


def _refuse_constant(text: str) -> Any:
    raise ValueError(text)
