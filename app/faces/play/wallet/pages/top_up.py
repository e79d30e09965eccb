"""Paying in: what may be paid in, by which way, with what is left of every limit; then the payment's own page."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.text.amounts import written
from app.core.web.requests import render
from app.core.wire.error_messages import message_for
from app.faces.play.wallet import asked, playable, room, words
from app.faces.play.wallet.forms import TopUpForm
from app.faces.play.wallet.once import once
from app.faces.play.wallet.tabs import with_tabs
from app.money.gateways import asking, service
from app.money.gateways.payers import own_number
from app.money.gateways.payers.held import held
from app.money.gateways.payers.offers import offers
from app.money.gateways.purchases import BEGIN_TOPUP
from app.money.gateways.service import Wanted
from app.money.wallets.rules import Currency
from app.money.wallets.topups.service import PURCHASE_KIND
from app.people.accounts.login import errand
from app.people.accounts.login.page_door import go, login_required
from app.people.players.profile.queries import profile_of
from app.people.players.telling.words import amount_of, name_of

bp = with_tabs(Blueprint("play_topup", __name__, url_prefix="/play/wallet/top-up"))
ENDPOINTS: Final = ("play_topup.index", "play_topup.pay")
_LONGEST: Final = 20
"""Characters of an amount that a link asks for."""
_FIELDS: Final = {"amountMinor": "amount", "amount": "amount", "gateway": "gateway"}


@bp.get("")
@login_required
def index() -> Response:
    """The form, for one currency; with what is missing, and the way back, where something is to be bought."""
    errand.leave(request.args.get("next"))
    return _page(TopUpForm(formdata=None, currency=asked.currency(), amount=request.args.get("amount", "")[:_LONGEST]))


@bp.post("")
@login_required
def pay() -> Response:
    """Begin a payment, once however often the form is sent, and go on to its page: from there a link leaves."""
    form = TopUpForm()
    if form.is_sent():
        try:
            with transaction():
                payment_id = UUID(once(form, current_user.id, lambda: str(_begun(form))))
        except DomainError as error:
            form.refuse(room.in_full(error, current_user.id), _FIELDS)
        else:
            asking.begin(payment_id)
            return go(url_for("payments.page", payment_id=payment_id))
    return _page(form, 422)


def _begun(form: TopUpForm) -> UUID:
    """The payment's id. Raises as a top-up and a payment do."""
    currency, amount = form.own_currency(), form.amount_minor()
    own_number.check(form.gateway.data or "", current_user.id)
    topup_id = BEGIN_TOPUP.get()(current_user.id, currency, amount)
    return service.create(Wanted(current_user.id, form.gateway.data, currency, amount), PURCHASE_KIND, topup_id)


def _page(form: TopUpForm, status: int = 200) -> Response:
    currency: Currency = form.own_currency() if not form.currency.errors else asked.usual(current_user.id)
    found = {one.provider: one for one in offers(currency)}
    form.currency.data = currency
    form.gateway.choices = [(provider, words.GATEWAYS[provider]) for provider in found]
    if form.gateway.data not in found:
        form.gateway.data = next(iter(found), None)
    error, rooms = room.in_the_way(current_user.id), room.to_pay_in(current_user.id, currency)
    context = {
        "form": form,
        "currency": currency,
        "currencies": playable.first_played(),
        "played": playable.played(),
        "games": playable.in_words,
        "offers": found,
        "rooms": rooms,
        "tightest": room.tightest(rooms),
        "other_limits": room.other_limits(current_user.id, currency),
        "amount_of": amount_of,
        "name_of": name_of,
        "closed": None if error is None else message_for(error),
        "why": None if error is None else error.code,
        "number": profile_of(current_user.id).phone,
        "held": held(current_user.id, currency),
        "written": written,
        "words": words,
    }
    return render("faces/play/wallet/top_up.html", "faces/play/wallet/_top_up.html", status, **context)
