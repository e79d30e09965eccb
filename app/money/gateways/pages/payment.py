"""A payment's page, and where gateways send their payers back to: neither needs a cookie, and the provider is asked."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.core.database.session import end_reading
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.limits.limiter import limiter
from app.core.text.amounts import written
from app.core.web.headers import no_store
from app.core.web.requests import render, status_of
from app.money.gateways import asking, queries, states
from app.money.gateways.clients.all_of_them import client_of
from app.money.gateways.clients.interface import Hint
from app.money.gateways.notices import service as notices
from app.money.gateways.payers import queries as payers

from .words import NAMES, PAID_WITH, REFUNDS, pay_at, why_sent_back, words_of

bp = Blueprint("payments", __name__)
ENDPOINTS: Final = ("payments.page", "payments.returned", "payments.back_from")
_LIMIT: Final = "60 per minute"
_LONGEST: Final = 200


@bp.get("/payments/<payment_id>")
def page(payment_id: str) -> Response:
    """How it stands, until it has come to an end: to whoever knows its address, which is random, state and amount; to
    who pays all of it, and the link that leaves to where it is paid."""
    no_store()
    told = payers.details(_known(payment_id))
    seen = told.seen
    is_live = seen.state in payers.MOVING
    context = {
        "payment": seen,
        "told": told,
        "words": words_of(seen.state),
        "amount": written(told.received or seen.amount_minor, seen.currency),
        "gateway": PAID_WITH[seen.provider],
        "pay_at": pay_at(seen.provider),
        "why": why_sent_back(told.why) if told.why else None,
        "is_open": seen.state in states.OPEN,
        "is_live": is_live,
        "is_mine": current_user.is_authenticated and current_user.id == seen.user_id,
        "refunds": REFUNDS,
        "written": written,
    }
    pages = "money/gateways/payment.html", "money/gateways/_payment.html"
    return render(*pages, status_of(not is_live), **context)


@bp.get("/payments/<payment_id>/return")
@limiter.limit(_LIMIT)
def returned(payment_id: str) -> AnyResponse:
    """The payer comes back, or wants to know: ask the provider, whatever the address says, then show the page."""
    no_store()
    identifier = _known(payment_id)
    queries.payment(identifier)
    end_reading()
    asking.ask(identifier)
    return redirect(f"/payments/{identifier}", 303)


@bp.get("/payments/return/<any(stripe, paypal, paymongo, moncash):provider>")
@limiter.limit(_LIMIT)
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
    return redirect(f"/payments/{payment_id}", 303)


def _known(text: str) -> UUID:
    identifier = parse_id(text)
    if identifier is None:
        raise NotFound("payment_not_found")
    return identifier
