"""Orders and payments in the console, and money that bought nothing."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app.catalogue.games import catalogue
from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.ids import parse_id
from app.core.web.requests import render
from app.faces.admin.door import operator_name, page_blueprint
from app.faces.admin.forms import ReasonForm, reason_of, refuse, search_words, whole_number
from app.faces.admin.pages import game_records
from app.faces.admin.watch import searching
from app.faces.admin.watch.searching import Filters
from app.record.audit import queries as audit
from app.record.events import queries as events
from app.selling.windows import queries
from app.selling.windows.games import game_called
from app.selling.windows.orders import refunds

bp = page_blueprint("money")

_PAGE: Final = 50


@bp.get("/orders")
def orders() -> Response:
    """Orders by transaction, address, order id or player; without words the newest."""
    words = search_words("q", searching.LONGEST)
    game = request.args.get("game", "").replace("\0", "")
    filters = Filters(
        game=game or None,
        number=whole_number("round"),
        partner=request.args.get("partner", "").replace("\0", ""),
        before=_identifier("before"),
    )
    found = searching.orders(words, filters, _PAGE + 1)
    following = found[_PAGE - 1].id if len(found) > _PAGE else None
    return render(
        "faces/admin/orders.html",
        "faces/admin/_orders.html",
        found=found[:_PAGE],
        words=words,
        filters=filters,
        following=following,
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
    return render(
        "faces/admin/order.html",
        "faces/admin/order.html",
        found=found,
        round=queries.round_of(game, found.order.round_number),
        events=events.about(subject),
        entries=audit.entries(subject),
    )


@bp.get("/suspended")
def suspended() -> Response:
    """Late, too small, sold out, void: what waits for a decision, and what waits until one may be made."""
    return _suspended(ReasonForm())


@bp.post("/suspended/<game_name>/<round_number:number>")
def decide(game_name: str, number: int) -> ResponseReturnValue:
    """Give what bought nothing in one round, and is buried, to the partners' balances: each payment once."""
    game = game_called(game_name)
    form = ReasonForm()
    try:
        reason = reason_of(form)
    except DomainError as error:
        refuse(form, error)
        return _suspended(form, 422, number)
    refunded = 0
    while True:
        with transaction():
            queries.round_of(game, number)
            batch = refunds.decide(game, operator_name(), reason, number)
        refunded += batch
        if batch < refunds.BATCH:
            break
    if refunded:
        words = ngettext("%(num)s payment went to a balance.", "%(num)s payments went to balances.", refunded)
        flash(words, "ok")
    else:
        flash(gettext("Nothing was due any more."), "info")
    return redirect("/admin/suspended", 303)


def _suspended(form: ReasonForm, status: int = 200, number: int | None = None) -> Response:
    return render(
        "faces/admin/suspended.html",
        "faces/admin/_suspended.html",
        status,
        rows=searching.suspended(),
        form=form,
        form_number=number,
    )


def _identifier(name: str) -> UUID | None:
    text = request.args.get(name, "")
    found = parse_id(text)
    if text and found is None:
        raise DomainError("number_invalid", field=name)
    return found
