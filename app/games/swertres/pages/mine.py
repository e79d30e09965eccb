"""One's own bets, narrowed, and one's own cards, followed until nothing more can become of them."""

from __future__ import annotations

from typing import Any, Final, cast
from uuid import UUID

from flask import Blueprint, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.web.requests import status_of
from app.core.wire.paging import cut
from app.games.swertres import buying
from app.games.swertres.reads import cards
from app.games.swertres.reads.receipts import name_of
from app.games.swertres.reads.states import BET_STATUSES
from app.games.swertres.wording import standing, stands
from app.money.gateways.pages.words import why_sent_back
from app.money.gateways.payers import queries as payers

from .checking import commands
from .lines import lines_of
from .showing import show, signed_in

bp: Final = Blueprint("swertres_mine", __name__, url_prefix="/swertres/my-bets")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("index", "card"))
_PAGE: Final = 50
_GREETED: Final = "swertres_greeted"
_REMEMBERED: Final = 5


@bp.get("")
@signed_in
def index() -> Response:
    """All of them, or those of a state or a draw; the newest first. What has won and is paid has won all the same."""
    status, game = request.args.get("status", ""), request.args.get("game", "")
    chosen = next((one for one in BET_STATUSES if one == status), None)
    user_id = cast(UUID, current_user.id)
    state: cards.Wanted | None = "has_won" if chosen == "won" else chosen
    found = cards.bets_of(user_id, state, game or None, request.args.get("after") or None, _PAGE + 1)
    shown, more = cut(found, _PAGE, lambda one: one.id)
    wanted: dict[str, Any] = {name: value for name, value in (("status", chosen), ("game", game)) if value}
    older = url_for(".index", after=more, **wanted) if more else None
    is_first = not game and not request.args.get("after")
    in_vain = buying.paid_in_vain(user_id) if is_first and chosen in (None, "refunded") else {}
    unpaid = cards.waiting(user_id) if is_first and chosen is None else None
    return show(
        "my_bets",
        "_my_bets",
        bets=shown,
        late=cards.own_among(user_id, in_vain),
        in_vain=in_vain,
        unpaid=cards.own_among(user_id, [unpaid] if unpaid else []),
        codes=cards.codes_of({bet.card_id for bet in shown}),
        chosen=chosen,
        older=older,
        wanted=wanted,
        here=url_for(".index", after=request.args.get("after"), **wanted),
        is_live=unpaid is not None or any(bet.status in ("active", "won") for bet in shown),
        said=", ".join(f"{bet.number} {standing(bet.status)}" for bet in shown if bet.status != "active"),
    )


@bp.get("/<card_id>")
@signed_in
def card(card_id: str) -> Response:
    """A card with its code, its bets and what has become of them."""
    return card_page(card_id)


def card_page(card_id: str, *, is_new: bool = False) -> Response:
    """A card of one's own, as its page or what of it may still change. Raises NotFound `card_not_found`."""
    user_id = cast(UUID, current_user.id)
    found = cards.own(user_id, card_id)
    payment = buying.payment_seen(found.id) if found.status is None else None
    told = payers.details(payment.id) if payment is not None and buying.has_come(payment) else None
    lines = [one.text for one in lines_of(found)]
    return show(
        "card",
        "_card",
        status_of(found.is_over),
        card=found,
        is_new=is_new and found.status is not None and found.is_undecided and _is_first_look(found.id),
        stands=stands(found, is_taken=told is None),
        payment=payment,
        late=told,
        late_because=why_sent_back(told.why) if told is not None else "",
        again=url_for("swertres_pay.confirm", line=lines) if lines and found.status is None else None,
        said=", ".join(standing(bet.status) for bet in found.bets) if found.status else found.payment_status,
        waited_for=found.waited_for,
        commands=commands(found, user_id, name_of(found.id)) if found.status is not None else [],
    )


def _is_first_look(card_id: UUID) -> bool:
    """Whether it was not looked at as a new one before: it is greeted once."""
    greeted: list[str] = session.get(_GREETED, [])
    if str(card_id) in greeted:
        return False
    session[_GREETED] = [*greeted, str(card_id)][-_REMEMBERED:]
    return True
