"""Orders and payments in the console."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import LazyString

from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.catalogue.windows import contexts
from app.core.errors import DomainError
from app.core.ids import parse_id
from app.core.money import Sats
from app.core.web.requests import render, status_of
from app.core.web.templating import sats
from app.faces.admin.door import page_blueprint
from app.faces.admin.forms import choice, day, kept_words, whole_number
from app.faces.admin.pages import game_records
from app.faces.admin.watch import history, searching
from app.faces.admin.watch.searching import Filters, Found
from app.record.audit import queries as audit
from app.record.events import queries as events
from app.selling.windows import queries

bp = page_blueprint("money")

_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Bought:
    """What an order holds: how the game calls it, how much, and which."""

    title: LazyString
    much: str
    which: str


@bp.get("/orders")
def orders() -> Response:
    """Orders by transaction, address, order id or player; without words the newest."""
    words, refused = kept_words("q", searching.LONGEST)
    game = request.args.get("game", "").replace("\0", "")
    until = day("until")
    filters = Filters(
        game=game or None,
        number=whole_number("round"),
        partner=request.args.get("partner", "").replace("\0", ""),
        state=choice("state", "", *searching.states()) or None,
        since=day("since"),
        until=until + timedelta(days=1) if until else None,
        before=_identifier("before"),
    )
    found = searching.orders(words, filters, _PAGE + 1) if not refused else []
    following = found[_PAGE - 1].id if len(found) > _PAGE else None
    return render(
        "faces/admin/orders.html",
        "faces/admin/_orders.html",
        422 if refused else 200,
        refused=refused,
        found=found[:_PAGE],
        words=words,
        filters=filters,
        following=_following(following) if following else None,
        states=searching.states(),
        games=game_records.games_with_rounds(),
        asked={name: request.args.get(name, "") for name in ("state", "since", "until")},
        is_narrowed=any(request.args.values()),
    )


@bp.get("/orders/<game_name>/<identifier>")
def order(game_name: str, identifier: str) -> Response:
    """One order with its terms, its payments, and everything that happened."""
    parts = catalogue().called(game_name)
    if parts.windows is None:
        return game_records.order_page(parts, identifier)
    game = parts.windows
    found = searching.order_of(game, identifier)
    subject = f"order:{found.order.id}"
    round_ = queries.round_of(game, found.order.round_number)
    waiting = sum(payment.refundable_sats for payment in found.payments if payment.waits_for_refund)
    is_over = contexts.is_final(round_, queries.debt_of(game, round_)) and not waiting
    return render(
        "faces/admin/order.html",
        "faces/admin/_order.html",
        status_of(is_over),
        found=found,
        round=round_,
        bought=_bought(parts, found, identifier),
        is_over=is_over,
        said=_said(found, waiting),
        events=history.told_events(events.about(subject)),
        entries=history.told(audit.entries(subject), subject),
    )


def _following(last: UUID) -> str:
    """The next page of the same list."""
    return f"{url_for('admin_money.orders')}?{urlencode({**request.args.to_dict(), 'before': str(last)})}"


def _bought(parts: GameParts, found: Found, identifier: str) -> Bought | None:
    """What of the game the order holds, as its partner's list says it."""
    listing = parts.records.orders if parts.records is not None else None
    row = listing.one(found.site, identifier) if listing is not None else None
    if listing is None or row is None:
        return None
    return Bought(listing.bought.title, listing.line(row).bought, listing.numbers(row) if listing.numbers else "")


def _said(found: Found, waiting: Sats) -> str:
    """What is told aloud when it changes: how much came, and whether a part of it waits for its refund."""
    return f"{sats(found.paid_sats)} sats paid, " + (f"{sats(waiting)} sats wait" if waiting else "none of it waits")


def _identifier(name: str) -> UUID | None:
    text = request.args.get(name, "")
    found = parse_id(text)
    if text and found is None:
        raise DomainError("number_invalid", field=name)
    return found
