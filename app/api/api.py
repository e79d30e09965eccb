"""Routes of the server API, one for each operation of the table, and the document that describes them."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from flask.blueprints import BlueprintSetupState

from app.core.error_messages import add_messages
from app.core.http import json_response, with_etag

from . import earnings, endpoints, feed, luckotto, openapi, orders, reference
from .door import view_of
from .messages import MESSAGES
from .operations import OPERATIONS

PARTS = (reference, orders, earnings, feed, endpoints, luckotto)
"""Importing them fills the table."""

bp = Blueprint("api_v1", __name__)
document = Blueprint("api_document", __name__)

for _operation in OPERATIONS:
    bp.add_url_rule(
        _operation.base + _operation.path, endpoint=_operation.name, view_func=view_of(_operation),
        methods=[_operation.method],
    )  # fmt: skip

ENDPOINTS = (*(f"{bp.name}.{one.name}" for one in OPERATIONS), "api_document.openapi_document")


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)


@document.get("/api/openapi.json")
def openapi_document() -> Response:
    """The whole API as OpenAPI 3.1."""
    return with_etag(json_response(openapi.document(current_app.config["SETTINGS"].base_url)))
