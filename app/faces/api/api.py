"""The server API as it is assembled: a route for each operation, and the document that describes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState

from app.catalogue.records import GameRecords
from app.core.config import current_settings
from app.core.wire.described import Described
from app.core.wire.error_messages import add_messages
from app.core.wire.http import json_response, with_etag
from app.faces.api.operations.lists import list_operations
from app.people.partners.keys.operations import Operation

from . import reference
from .described import PEOPLE, PUBLIC
from .door import view_of
from .messages import MESSAGES
from .openapi import Document
from .operations import earnings, endpoints, feed

_ROUTES: Final = "api_v1"
_DOCUMENT: Final = "api_document"


@dataclass(frozen=True, slots=True)
class ServerApi:
    """`routes` are for keys alone, `document_route` is for everybody. `selling`: endpoints that make orders."""

    operations: tuple[Operation, ...]
    document: Document
    routes: Blueprint
    document_route: Blueprint

    @property
    def endpoints(self) -> tuple[str, ...]:
        return (*(f"{_ROUTES}.{one.name}" for one in self.operations), f"{_DOCUMENT}.openapi_document")

    @property
    def selling(self) -> tuple[str, ...]:
        return tuple(f"{_ROUTES}.{one.name}" for one in self.operations if one.sells)


def server_api(
    games: Sequence[GameRecords], leading: str, of_games: Sequence[Operation], described: Sequence[Described]
) -> ServerApi:
    """The API of these games' records, with what games serve beside them: `of_games` to keys, `described` to all.
    `leading` is the game that is meant where none is named."""
    operations = (
        *reference.OPERATIONS,
        *list_operations(games, leading),
        *of_games,
        *earnings.OPERATIONS,
        *feed.OPERATIONS,
        *endpoints.OPERATIONS,
    )
    document = Document(operations, (*PEOPLE, *described, *PUBLIC))
    return ServerApi(operations, document, _routes(operations), _document_route(document))


def _routes(operations: tuple[Operation, ...]) -> Blueprint:
    blueprint = Blueprint(_ROUTES, __name__)
    for one in operations:
        blueprint.add_url_rule(one.base + one.path, endpoint=one.name, view_func=view_of(one), methods=[one.method])

    @blueprint.record_once
    def _assemble(state: BlueprintSetupState) -> None:
        add_messages(MESSAGES)

    return blueprint


def _document_route(document: Document) -> Blueprint:
    blueprint = Blueprint(_DOCUMENT, __name__)

    @blueprint.get("/api/openapi.json")
    def openapi_document() -> Response:
        """The whole API as OpenAPI 3.1."""
        return with_etag(json_response(document.told(current_settings().base_url)))

    return blueprint
