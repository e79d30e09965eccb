"""The OpenAPI 3.1 document, made from the models that validate what comes in and write what goes out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from app.core.wire.described import Described
from app.people.partners.keys.operations import Operation
from app.record.answers import service as answers

from . import schemas

_REFERENCE: Final = "#/components/schemas/{model}"
_PARAMETER: Final = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_JSON: Final = "application/json"
_PROBLEM: Final = "application/problem+json"

_SECURITY: Final = {
    "key": {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer tiraj_…`"},
    "session": {"type": "http", "scheme": "bearer", "description": "a person's session, or its cookie"},
    "operator": {"type": "http", "scheme": "bearer", "description": "`accessToken` of /api/admin/login"},
}
_TAGS: Final = {
    "Site": "The key's own site.",
    "Rounds": "Rounds of every game, the same for everybody.",
    "Orders": "Orders of your players, what was paid for them, and what they hold and won.",
    "Money": "What you earned, what you are owed, and how it was paid.",
    "Events": "What happened, in its order.",
    "Webhooks": "Addresses of yours that are told what happens.",
    "Sessions": "Signing in and out, for people.",
    "Sites": "One's own sites, with a session.",
    "Playing": "Profile, limits, wallet and notices of whoever plays signed in, with a session.",
    "Operators": "What operators of the platform decide, signed in to its console.",
    "Public": "What anybody may read, and what the frame asks.",
    "Public log": "What was promised, sold, drawn and paid, and the proofs that nothing of it changed since.",
    "Bets": "Draws and tickets of every game of bets, as anybody may check them.",
}
_IN_PATHS: Final = {
    "number": "the round's number",
    "currency": "HTG, PHP or USD",
    "identifier": "the id of the order, endpoint, proposal, document, withdrawal or quote",
    "delivery": "the delivery's id",
    "name": "the site's `slug`",
    "game": "the game's name",
    "draw": "the draw's day and slot: `2026-11-30-0`",
    "code": "the ticket's code",
    "secret": "the receipt's secret",
    "txid": "the id of the transaction",
    "bet_id": "the bet's id",
    "card_id": "the card's id",
    "device_id": "the device's id",
    "user_id": "the player's id",
    "game_id": "the draw's day and slot: 2026-11-30-0",
    "payment_id": "the payment's id",
    "withdrawal_id": "the withdrawal's id",
    "player_identifier": "the player's identifier, in public",
}
_ANY_FILE: Final = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_IF_MATCH: Final = "the ETag of what you read"
_WITH_KEY: Final[Mapping[int, str]] = {
    400: "api_key_in_url",
    401: "api_key_missing, api_key_invalid",
    403: "api_key_read_only, api_key_from_browser",
    422: "invalid_input",
    429: "too_many_requests",
    503: "database_away",
}
_WITHOUT_KEY: Final[Mapping[int, str]] = {
    400: "bad_request",
    422: "invalid_input",
    429: "too_many_requests",
    503: "database_away",
}
_WITH_BODY: Final[Mapping[int, str]] = {
    400: "json_invalid",
    413: "body_too_large",
    415: "content_type_not_json",
}
_ALIKE: Final = (400, 409, 412, 415)
"""Statuses that an answer which is no problem document has as 422."""
_ONCE: Final[Mapping[int, str]] = {
    409: "request_in_progress",
    422: "idempotency_key_reused, idempotency_key_invalid",
}


class _Schemas(GenerateJsonSchema):
    """Fields have a name and, where there is something to say, a description; a title made of the name says nothing."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """No field has one."""
        return False


@dataclass(frozen=True)
class Document:
    """The whole API: its operations, and the routes that need no key."""

    operations: tuple[Operation, ...]
    described: tuple[Described, ...]

    def told(self, base_url: str) -> dict[str, Any]:
        """OpenAPI, as JSON."""
        paths: dict[str, dict[str, Any]] = {}
        for one in self.operations:
            paths.setdefault(path_of(one), {})[one.method.lower()] = self._of_operation(one)
        for route in self.described:
            paths.setdefault(route.path, {})[route.method.lower()] = self._of_described(route)
        return {
            "openapi": "3.1.0",
            "info": {
                "title": "Tiraj",
                "version": "1",
                "description": "Keys belong on servers. Amounts are whole satoshis, errors are RFC 9457.",
                "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
            },
            "servers": [{"url": base_url}],
            "tags": [{"name": tag, "description": _TAGS.get(tag, _of_game(tag))} for tag in self._tags],
            "paths": paths,
            "components": {"schemas": self._models[1]["$defs"], "securitySchemes": _SECURITY},
        }

    @property
    def _tags(self) -> Iterator[str]:
        """Each once, in the order in which they are told."""
        routes: tuple[Operation | Described, ...] = (*self.operations, *self.described)
        return iter(dict.fromkeys(one.tag for one in routes))

    def _of_operation(self, one: Operation) -> dict[str, Any]:
        refusals = _merged(
            _WITH_KEY,
            _WITH_BODY if one.body else {},
            _ONCE if one.method == "POST" else {},
            one.refusals,
            {412: "precondition_failed"} if one.takes_if_match else {},
        )
        parameters = [
            *_path_parameters(one.path),
            *_query_parameters(one.query),
            *([_KEY] if one.method == "POST" else []),
            *([_header("If-Match", _IF_MATCH)] if one.takes_if_match else []),
            *([_header("If-None-Match", "the ETag of what you have")] if one.is_public_record else []),
        ]
        told = self._told(one.name, one, parameters, refusals)
        if one.description:
            told["description"] = one.description
        if one.is_public_record:
            told["responses"]["304"] = {"description": "You have it."}
        return {**told, "security": [{"key": []}]}

    def _of_described(self, route: Described) -> dict[str, Any]:
        refusals = _merged(
            _WITHOUT_KEY, _WITH_BODY if route.body else {}, _ONCE if route.takes_key else {}, route.refusals
        )
        path = route.path.replace("{number}", "<round_number:number>").replace("{", "<").replace("}", ">")
        parameters = [
            *_path_parameters(path),
            *_query_parameters(route.query),
            *([_KEY] if route.takes_key else []),
            *([_header("If-Match", _IF_MATCH)] if route.takes_if_match else []),
        ]
        if route.takes_file:
            refusals = _merged(refusals, {413: "body_too_large"})
        if route.refusal is not None:
            refusals = _merged(*({422 if code in _ALIKE else code: codes} for code, codes in refusals.items()))
        told = self._told(route.endpoint.replace(".", "_").rstrip("_"), route, parameters, refusals)
        if route.takes_file:
            about = f"The file itself: {', '.join(route.takes_file)}, told by what is in it."
            told["requestBody"] = {"required": True, "description": about, "content": _ANY_FILE}
        if route.gives_file:
            told["responses"][str(route.status)]["description"] = f"The file itself: {', '.join(route.gives_file)}."
        if route.accepted is not None:
            content = {_JSON: {"schema": self._reference(route.accepted)}}
            told["responses"]["202"] = {"description": "Under way.", "content": content}
        scheme = "session" if route.by_session else "operator" if route.by_operator else None
        return {**told, "security": [{scheme: []}] if scheme is not None else []}

    def _told(
        self, name: str, route: Operation | Described, parameters: list[dict[str, Any]], refusals: Mapping[int, str]
    ) -> dict[str, Any]:
        content = {_JSON: {"schema": self._reference(route.answer)}} if route.answer else None
        theirs = route.refusal if isinstance(route, Described) else None
        told: dict[str, Any] = {
            "operationId": name,
            "tags": [route.tag],
            "summary": route.summary,
            "parameters": parameters,
            "responses": {
                str(route.status): {"description": "Done.", **({"content": content} if content else {})},
                **{str(code): self._refusal(code, codes, theirs) for code, codes in sorted(refusals.items())},
            },
        }
        if route.body is not None:
            schema = self._reference(route.body, "validation")
            told["requestBody"] = {"required": True, "content": {_JSON: {"schema": schema}}}
        return told

    def _refusal(self, status: int, codes: str, theirs: type[BaseModel] | None) -> dict[str, Any]:
        """`theirs`: what a route tells in place of a problem document."""
        kind, model = (_JSON, theirs) if theirs is not None else (_PROBLEM, schemas.Problem)
        refusal: dict[str, Any] = {"description": codes, "content": {kind: {"schema": self._reference(model)}}}
        if status in (429, 503):
            seconds = {"description": "seconds to wait", "schema": {"type": "string"}}
            refusal["headers"] = {"Retry-After": seconds}
        return refusal

    def _reference(self, model: type[BaseModel], mode: JsonSchemaMode = "serialization") -> dict[str, Any]:
        return self._models[0][model, mode]

    @cached_property
    def _models(self) -> tuple[Mapping[tuple[type[BaseModel], JsonSchemaMode], dict[str, Any]], dict[str, Any]]:
        """A reference for each model of the routes, and what all of them lead to."""
        routes: tuple[Operation | Described, ...] = (*self.operations, *self.described)
        inputs = {one.body for one in routes if one.body is not None}
        outputs = {one.answer for one in routes if one.answer is not None} | {schemas.Problem}
        outputs |= {one.accepted for one in self.described if one.accepted is not None}
        outputs |= {one.refusal for one in self.described if one.refusal is not None}
        models: list[tuple[type[BaseModel], JsonSchemaMode]] = [
            *((model, "validation") for model in sorted(inputs, key=_name)),
            *((model, "serialization") for model in sorted(outputs, key=_name)),
        ]
        references, definitions = models_json_schema(
            models, by_alias=True, ref_template=_REFERENCE, schema_generator=_Schemas
        )
        return references, definitions  # type: ignore[return-value]


def path_of(operation: Operation) -> str:
    """The operation's path as OpenAPI writes it."""
    return operation.base + _PARAMETER.sub(lambda found: "{" + found["name"] + "}", operation.path)


def _of_game(tag: str) -> str:
    """A game's tag is its title, and behind a colon for whom, if its document groups it so."""
    return f"Of the game {tag.partition(':')[0]} alone."


def _merged(*parts: Mapping[int, str]) -> dict[int, str]:
    """Codes by status; a status of several parts has the codes of all."""
    whole: dict[int, str] = {}
    for part in parts:
        for status, codes in part.items():
            whole[status] = f"{whole[status]}, {codes}" if status in whole else codes
    return whole


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    for found in _PARAMETER.finditer(path):
        number = {"type": "integer", "minimum": 1, "maximum": 999_999_999}
        schema = number if found["kind"] == "round_number" else {"type": "string", "minLength": 1}
        about = _IN_PATHS[found["name"]]
        yield {"name": found["name"], "in": "path", "required": True, "description": about, "schema": schema}


def _query_parameters(query: type[BaseModel] | None) -> Iterator[dict[str, Any]]:
    if query is None:
        return
    whole = query.model_json_schema(by_alias=True, schema_generator=_Schemas)
    for name, told in whole.get("properties", {}).items():
        schema = _without_null(told)
        about = {"description": schema.pop("description")} if "description" in schema else {}
        yield {"name": name, "in": "query", "required": name in whole.get("required", ()), **about, "schema": schema}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is left out, never null."""
    kept = {key: value for key, value in schema.items() if key not in ("anyOf", "title")}
    if kept.get("default", ...) is None:
        del kept["default"]
    for choice in schema.get("anyOf", ()):
        if choice != {"type": "null"}:
            kept |= choice
    return kept


def _header(name: str, about: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if name == answers.HEADER:
        schema |= {"minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
    return {"name": name, "in": "header", "required": False, "description": about, "schema": schema}


_KEY: Final = _header(answers.HEADER, "the same key and body have one effect and one answer for a day")


def _name(model: type[BaseModel]) -> str:
    return model.__qualname__
