"""The dashboard of a site's webhooks, as `wiring` lists it: its addresses, and the words that its pages share."""

from __future__ import annotations

from typing import Final

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from app.core.wire.error_messages import add_messages

from . import service
from .messages import MESSAGES
from .pages import buttons, endpoints, feed
from .wording import error_words, reason_words

bp = Blueprint("webhooks", __name__)
bp.get("/partners/<name>/webhooks")(endpoints.endpoints)
bp.post("/partners/<name>/webhooks")(endpoints.create)
bp.get("/partners/<name>/webhooks/<endpoint_id>")(endpoints.endpoint)
bp.post("/partners/<name>/webhooks/<endpoint_id>")(endpoints.change)
bp.get("/partners/<name>/webhooks/<endpoint_id>/<action>")(buttons.ask_first)
bp.post("/partners/<name>/webhooks/<endpoint_id>/<action>")(buttons.act)
bp.get("/partners/<name>/webhooks/<endpoint_id>/deliveries/<delivery_id>")(buttons.ask_again)
bp.post("/partners/<name>/webhooks/<endpoint_id>/deliveries/<delivery_id>")(buttons.again)
bp.get("/partners/<name>/events")(feed.events)
_VIEWS = ("endpoints", "create", "endpoint", "change", "ask_first", "act", "ask_again", "again", "events")
ENDPOINTS: Final = tuple(f"webhooks.{view}" for view in _VIEWS)


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)


@bp.context_processor
def _words() -> dict[str, object]:
    words = {name: one.words for name, one in service.catalogue().items()}
    return {"event_words": words, "error_words": error_words, "reason_words": reason_words}
