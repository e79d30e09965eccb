"""Exchanging: what one would get, frozen in a quote for ten minutes, and the yes to it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.text.amounts import plain, written
from app.core.web.requests import render, status_of
from app.core.wire.error_messages import message_for
from app.faces.play.forms import ButtonForm
from app.faces.play.wallet import words
from app.faces.play.wallet.forms import ExchangeForm
from app.faces.play.wallet.once import once
from app.faces.play.wallet.tabs import with_tabs
from app.money.wallets import queries
from app.money.wallets.exchange import queries as quotes
from app.money.wallets.exchange import service
from app.money.wallets.exchange.models import ExchangeQuote
from app.money.wallets.exchange.rules import PAIRS
from app.people.accounts.login.page_door import go, login_required
from app.people.players.queries import read_now

bp = with_tabs(Blueprint("play_exchange", __name__, url_prefix="/play/wallet/exchange"))
ENDPOINTS: Final = tuple(f"play_exchange.{name}" for name in ("index", "quote", "quoted", "accept"))
_FIELDS: Final = {"amountMinor": "amount", "amount": "amount"}
_SOLD, _BOUGHT = next(iter(PAIRS))


@bp.get("")
@login_required
def index() -> Response:
    """The rate of the moment, and how much to give."""
    return _page(ExchangeForm(formdata=None, currency=_SOLD, amount=request.args.get("amount", "")[:40]))


@bp.post("")
@login_required
def quote() -> Response:
    """Freeze the rate for so much. Nothing is exchanged yet."""
    form = ExchangeForm()
    if form.is_sent():
        try:
            with transaction():
                quote_id = once(form, current_user.id, lambda: str(_quoted(form).id))
        except DomainError as error:
            form.refuse(error, _FIELDS)
        else:
            return go(url_for("play_exchange.quoted", quote_id=quote_id))
    return _page(form, 422)


@bp.get("/<quote_id>")
@login_required
def quoted(quote_id: str) -> Response:
    """A quote of one's own: what is given, what is got, and until when that holds."""
    return _quote_page(_own(quote_id))


@bp.post("/<quote_id>")
@login_required
def accept(quote_id: str) -> Response:
    """Exchange by it, once: a second yes finds that it is done."""
    found = _own(quote_id)
    if not ButtonForm().validate_on_submit():
        return _quote_page(found, 422)
    try:
        with transaction():
            service.accept(current_user.id, found.id)
    except DomainError as error:
        after = _own(quote_id)
        if after.used_at is None:
            return _quote_page(after, 422, error)
    return go(url_for("play_exchange.quoted", quote_id=quote_id))


def _quoted(form: ExchangeForm) -> ExchangeQuote:
    return service.quote(current_user.id, form.own_currency(), _BOUGHT, form.amount_minor())


def _own(text: str) -> ExchangeQuote:
    identifier: UUID | None = parse_id(text)
    if identifier is None:
        raise NotFound("quote_not_found")
    return quotes.quote_of(current_user.id, identifier)


def _page(form: ExchangeForm, status: int = 200) -> Response:
    rate = quotes.rate_at(_SOLD, _BOUGHT, read_now())
    form.currency.data = _SOLD
    context = {
        "form": form,
        "rate": f"{rate.rate.normalize():f}" if rate is not None else None,
        "wallet": queries.wallet_of(current_user.id, _SOLD),
        "bought": _BOUGHT,
        "written": written,
    }
    return render("faces/play/wallet/exchange.html", "faces/play/wallet/_exchange.html", status, **context)


def _quote_page(found: ExchangeQuote, status: int = 200, error: DomainError | None = None) -> Response:
    is_open = found.used_at is None and read_now() <= found.expires_at
    context = {
        "quote": found,
        "rate": f"{found.rate.normalize():f}",
        "is_open": is_open,
        "bound": quotes.bound(found) if is_open else (),
        "is_trap": is_open and quotes.is_trap(found),
        "gateways": words.IN_SENTENCES,
        "follows": url_for("play_exchange.quoted", quote_id=found.id) if is_open else None,
        "every": 15,
        "again": plain(found.sold_minor, found.sold),
        "refused": message_for(error) if error is not None and error.code != "quote_over" else None,
        "form": ButtonForm(formdata=None),
        "written": written,
    }
    final = status if status != 200 else status_of(not is_open)
    return render("faces/play/wallet/quote.html", "faces/play/wallet/_quote.html", final, **context)
