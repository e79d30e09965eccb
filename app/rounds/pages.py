"""The public records on the website: rounds, one round, slips and receipts."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState

from app.core.error_messages import add_messages

from . import queries, records
from .links import record_url
from .messages import MESSAGES

bp = Blueprint("rounds", __name__)


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)
    state.app.jinja_env.globals.update(record_url=record_url, round_wins=queries.wins_of)


@bp.get("/rounds")
def rounds() -> Response:
    """All rounds."""
    return records.answer_rounds()


@bp.get("/rounds/<round_number:number>")
def round_page(number: int) -> Response:
    """One round's record."""
    return records.answer_round(number)


@bp.get("/slips/<identifier>")
def slip(identifier: str) -> Response:
    """An order: the public part by its id, all of it by its receipt secret."""
    return records.answer_slip(identifier)


@bp.get("/slips/<secret>/receipt.json")
def receipt(secret: str) -> Response:
    """The receipt file."""
    return records.receipt_file(secret)
