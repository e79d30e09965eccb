"""What the owner of a card keeps: the receipt's file, and the receipt on paper with that file inside."""

from __future__ import annotations

from typing import Final, cast
from uuid import UUID

from flask import Blueprint
from flask import Response as Answer
from flask_login import current_user
from werkzeug.wrappers import Response

from app.games.swertres.counting import count_receipt
from app.games.swertres.reads import cards, receipts
from app.selling.bets.proof.schemas import TicketReceipt

from .showing import signed_in

bp: Final = Blueprint("swertres_receipts", __name__, url_prefix="/swertres/my-bets")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("file", "paper"))


@bp.get("/<card_id>/receipt.json")
@signed_in
def file(card_id: str) -> Response:
    """The file, as verify_swertres.py takes it."""
    receipt = receipts.of_own(_counted(), card_id)
    return _private(Answer(_text(receipt), mimetype="application/json"), "attachment", receipts.name_of(receipt.ticket))


@bp.get("/<card_id>/receipt.pdf")
@signed_in
def paper(card_id: str) -> Response:
    """The same to read and to print."""
    # Its library is read when the first one is asked for: it would make every process start a third of a second later.
    from .paper import Paper, pdf

    user_id = _counted()
    receipt = receipts.of_own(user_id, card_id)
    data = pdf(Paper(cards.own(user_id, card_id), receipt, user_id, _text(receipt).encode()))
    name = receipts.name_of(receipt.ticket).removesuffix(".json")
    return _private(Answer(data, mimetype="application/pdf"), "inline", f"{name}.pdf")


def _counted() -> UUID:
    user_id = cast(UUID, current_user.id)
    count_receipt(user_id)
    return user_id


def _text(receipt: TicketReceipt) -> str:
    return receipt.model_dump_json(by_alias=True, indent=2) + "\n"


def _private(response: Answer, shown: str, name: str) -> Answer:
    """Its salts show whose the card is: no other site learns the address."""
    response.headers["Content-Disposition"] = f'{shown}; filename="{name}"'
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
