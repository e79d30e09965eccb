"""The public records on the website: rounds, one round, slips and receipts."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext

from app.core.error_messages import add_messages

from . import records
from .links import record_url

bp = Blueprint("rounds", __name__)

_MESSAGES = {
    "round_not_found": lazy_gettext("There is no round with this number."),
    "slip_not_found": lazy_gettext(
        "There is no slip here. An order becomes public with its first confirmed payment; before that only its receipt "
        "link opens it."
    ),
}


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(_MESSAGES)
    state.app.jinja_env.globals["record_url"] = record_url


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
