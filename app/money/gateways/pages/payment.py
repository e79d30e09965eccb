"""A payment's page, and where gateways send their payers back to: neither needs a cookie, and the provider is asked."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.core import clock
from app.core.database.session import end_reading
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.limits.limiter import limiter
from app.core.text.amounts import written
from app.core.web.asking import Question, ask
from app.core.web.headers import no_store
from app.core.web.requests import render, status_of
from app.core.wire.error_messages import message_for
from app.money.gateways import asking, purchases, queries, states
from app.money.gateways.clients.all_of_them import client_of
from app.money.gateways.clients.interface import Hint
from app.money.gateways.notices import service as notices
from app.money.gateways.payers import own_number
from app.money.gateways.payers import queries as payers
from app.money.gateways.payers.queries import Details
from app.money.gateways.queries import Seen
from app.money.gateways.refunds import wishing
from app.people.accounts.login import errand
from app.people.accounts.login.page_door import go, login_required

from .words import NAMES, PAID_WITH, REFUNDS, Words, pay_at, why_sent_back, words_of

bp = Blueprint("payments", __name__)
ENDPOINTS: Final = tuple(f"payments.{name}" for name in ("page", "ask_canceling", "cancel", "returned", "back_from"))
LIMIT: Final = "60 per minute"
_LONGEST: Final = 200


@bp.get("/payments/<payment_id>")
def page(payment_id: str) -> Response:
    """How it stands, until it has come to an end: to whoever knows its address, which is random, state and amount; to
    who pays all of it, and the link that leaves to where it is paid."""
    no_store()
    told = payers.details(_known(payment_id))
    seen = told.seen
    is_open = seen.state in states.OPEN
    is_mine = current_user.is_authenticated and current_user.id == seen.user_id
    is_late = is_open and clock.now() >= seen.expires_at
    is_back = "back" in request.args and seen.state == "pending" and not is_late and not seen.is_processing
    wish = wishing.waiting(seen.id) if is_mine else None
    is_live = seen.state in payers.MOVING or wish is not None
    bought = payers.bought_at(seen.id) if is_mine else None
    context = {
        "payment": seen,
        "told": told,
        "words": _words(
            told, is_late=is_late, is_back=is_back, is_bought=bought is not None, is_wished=wish is not None
        ),
        "is_back": is_back,
        "bought": bought,
        "errand": errand.left() if is_mine and bought is None and not is_open else None,
        "amount": written(told.received or seen.amount_minor, seen.currency),
        "gateway": PAID_WITH[seen.provider],
        "pay_at": pay_at(seen.provider),
        "means": purchases.MEANS.get()(seen.provider) if is_mine and seen.url else "",
        "why": why_sent_back(told.why) if told.why else None,
        "is_open": is_open,
        "is_late": is_late,
        "can_be_canceled": seen.state == "pending" and not is_late and not seen.is_processing,
        "is_live": is_live,
        "is_mine": is_mine,
        "number": own_number.number_for(seen.provider, seen.user_id) if is_mine and is_open else None,
        "refunds": REFUNDS,
        "wished": wishing.amount_of(wish) if wish is not None else 0,
        "wishable": wishing.most(seen.id) if is_mine else 0,
        "written": written,
    }
    pages = "money/gateways/payment.html", "money/gateways/_payment.html"
    return render(*pages, status_of(not is_live), **context)


def _words(told: Details, *, is_late: bool, is_back: bool, is_bought: bool, is_wished: bool) -> Words:
    provider = told.seen.provider
    return words_of(
        told.state,
        is_late=is_late,
        processes=provider if told.seen.is_processing else None,
        asks=provider if is_back else None,
        is_bought=is_bought,
        is_wished=is_wished,
    )


@bp.get("/payments/<payment_id>/cancel")
@login_required
def ask_canceling(payment_id: str) -> AnyResponse:
    """Before it is given up."""
    seen = own_payment(payment_id)
    if seen.state != "pending" or seen.is_processing:
        return go(url_for("payments.page", payment_id=seen.id))
    return ask(_canceling(seen))


@bp.post("/payments/<payment_id>/cancel")
@login_required
@limiter.limit(LIMIT)
def cancel(payment_id: str) -> AnyResponse:
    """Give it up: the provider lets nobody pay it, where it can, and it counts against no limit any more."""
    seen = own_payment(payment_id)
    end_reading()
    try:
        asking.cancel(seen.id)
    except DomainError as error:
        flash(message_for(error), "warn")
    return go(url_for("payments.page", payment_id=seen.id))


@bp.get("/payments/<payment_id>/return")
@limiter.limit(LIMIT)
def returned(payment_id: str) -> AnyResponse:
    """The payer comes back, or wants to know: ask the provider, whatever the address says, then show the page, or what
    was bought."""
    no_store()
    identifier = _known(payment_id)
    queries.payment(identifier)
    end_reading()
    asking.ask(identifier)
    return _told_after(identifier)


@bp.get("/payments/return/<any(stripe, paypal, paymongo, moncash):provider>")
@limiter.limit(LIMIT)
def back_from(provider: str) -> AnyResponse:
    """A gateway that sends all payers to one address names a transaction of its own: ask it which payment that is."""
    no_store()
    client, number = client_of(provider), request.args.get("transactionId", "")[:_LONGEST]
    reference = client.reference_of(number) if client is not None and number else None
    payment_id = notices.meant(provider, Hint(reference)) if reference else None
    if payment_id is None:
        return make_response(render_template("money/gateways/returned.html", gateway=NAMES[provider]), 200)
    end_reading()
    asking.ask(payment_id)
    return _told_after(payment_id)


def _told_after(payment_id: UUID) -> AnyResponse:
    """To what was bought, once it is paid; else to the payment's page, which says that we are asking, where the gateway
    has said nothing yet to who comes back from it."""
    seen = queries.payment(payment_id)
    is_mine = current_user.is_authenticated and current_user.id == seen.user_id
    bought = payers.bought_at(payment_id) if is_mine and seen.state == "succeeded" else None
    return redirect(bought or f"/payments/{payment_id}{'?back=1' if seen.state == 'pending' else ''}", 303)


def own_payment(text: str) -> Seen:
    """One of theirs. Raises NotFound `payment_not_found`."""
    no_store()
    seen = queries.payment(_known(text))
    if seen.user_id != current_user.id:
        raise NotFound("payment_not_found")
    return seen


def _canceling(seen: Seen) -> Question:
    return Question(
        asks=gettext("Cancel this payment of %(amount)s?", amount=written(seen.amount_minor, seen.currency)),
        then=(
            gettext("It counts against your limits no more, and nothing is taken from you."),
            gettext("Do not pay it afterwards: what is paid all the same goes back, which can take some days."),
        ),
        yes=gettext("Cancel it"),
        no=gettext("Keep it"),
        action=url_for("payments.cancel", payment_id=seen.id),
        back=url_for("payments.page", payment_id=seen.id),
        is_grave=False,
    )


def _known(text: str) -> UUID:
    identifier = parse_id(text)
    if identifier is None:
        raise NotFound("payment_not_found")
    return identifier
