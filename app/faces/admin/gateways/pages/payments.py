"""Payments in the console: a list that is narrowed by its address, and each with its whole story."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.text.amounts import written
from app.core.text.shortened import shortened
from app.core.web.requests import render
from app.faces.admin.door import page_blueprint
from app.faces.admin.forms import choice, chosen_ids
from app.faces.admin.wallets import accounts, asked
from app.faces.admin.wallets.asked import Asked
from app.faces.admin.watch import history
from app.money.gateways import service, states
from app.money.gateways.models import GatewayPayment, GatewayRefund
from app.money.gateways.notices import service as notices
from app.money.gateways.operating import consoles, payments, story, words
from app.money.gateways.operating.payments import CHOICES, Filters
from app.money.gateways.pages.words import NAMES
from app.money.gateways.refunds import bearing, deciding, wishing
from app.money.gateways.settings import PROVIDERS
from app.people.approvals import queries as approvals
from app.people.approvals.queries import Agreement
from app.record.audit import queries as audit
from app.selling.bets.operating import tickets
from app.selling.bets.settlement.refunds import deciding as of_cards
from app.selling.bets.settlement.refunds.service import PURCHASE_KIND as BETS

bp: Final = page_blueprint("gateways")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("list_payments", "ask_again", "payment"))
_PAGE: Final = 50
_PLACE: Final = "/admin/money/payments"
_REFUNDS: Final = (deciding.NAME, wishing.NAME)


@bp.get("/money/payments")
def list_payments() -> Response:
    """By state, gateway, player, amount and day; without a choice the newest of all."""
    return _list()


@bp.post("/money/payments")
def ask_again() -> ResponseReturnValue:
    """Have the gateways asked about those that are ticked, now instead of when it is their turn."""
    try:
        chosen = chosen_ids("payment")
    except DomainError as error:
        return _list(422, error)
    with transaction():
        notices.hint_all(payments.there(chosen))
    service.ring()
    flash(ngettext("%(num)s payment is asked about.", "%(num)s payments are asked about.", len(chosen)), "ok")
    return redirect(_back(), 303)


@bp.get("/money/payments/<identifier>")
def payment(identifier: str) -> Response:
    """One of them: how it stands, what was asked and heard, what went back, what was posted."""
    found = story.story_of(payment_id(identifier))
    subject = f"payment:{found.payment.id}"
    open_about = approvals.open_about(subject)
    return render(
        "faces/admin/gateways/payment.html",
        "faces/admin/gateways/payment.html",
        one=found,
        row=found.payment,
        words=words.of_payment(
            found.payment.state,
            found.last_refusal,
            is_taken=found.payment.is_taken,
            has_failed=bool(found.failed),
        ),
        gateway=NAMES.get(found.payment.provider, found.payment.provider),
        is_open=found.payment.state in states.OPEN,
        waiting=[one for one in open_about if one.kind in _REFUNDS],
        wish=wishing.NAME,
        bearing={one.payload["refundId"]: one for one in open_about if one.kind == bearing.NAME},
        confirmed_by=_second_of(
            found.refunds, [one for kind in _REFUNDS for one in approvals.confirmed_about(kind, subject)]
        ),
        bought_at=_card_of(found.payment),
        unsealed=of_cards.unsealed(found.payment.purchase_id) if found.payment.purchase_kind == BETS else 0,
        console=consoles.page_of(found.payment.provider, found.payment.charge_id),
        shortened=shortened,
        written=written,
        why_in_words=words.why_in_words,
        account=accounts.in_words,
        entries=history.told(audit.entries(subject), subject),
    )


def _card_of(row: GatewayPayment) -> str | None:
    """The page of the card of bets that it buys; None where it buys something else."""
    if row.purchase_kind != BETS:
        return None
    game = tickets.game_of(row.purchase_id)
    return f"/admin/{game}/cards/{row.purchase_id}" if game is not None else None


def _second_of(refunds: Sequence[GatewayRefund], agreed: Sequence[Agreement]) -> dict[UUID, str]:
    """Who confirmed each refund that two people decided, by its id: of each kind both are in the order in which they
    were made."""
    left, found = list(agreed), {}
    for refund in refunds:
        same = (one for one in left if (one.payload["amountMinor"], one.why) == (refund.amount_minor, refund.because))
        if one := next(same, None):
            left.remove(one)
            found[refund.id] = one.decided_by or "–"
    return found


def payment_id(text: str) -> UUID:
    """The id in an address. Raises NotFound `payment_not_found`."""
    found = parse_id(text)
    if found is None:
        raise NotFound("payment_not_found")
    return found


def _list(status: int = 200, error: DomainError | None = None, chosen: Collection[str] = ()) -> Response:
    wanted = asked.read()
    filters = _filters(wanted)
    found = [] if wanted.refused else payments.found(filters, wanted.before, _PAGE + 1)
    return render(
        "faces/admin/gateways/payments.html",
        "faces/admin/gateways/_payments.html",
        422 if wanted.refused else status,
        found=found[:_PAGE],
        sums=[] if wanted.refused else payments.sums(filters),
        asked=wanted,
        typed={**asked.typed(), "gateway": filters.provider},
        following=asked.following(found[_PAGE - 1].id) if len(found) > _PAGE else None,
        is_narrowed=any(request.args.values()),
        choices=CHOICES,
        gateways=NAMES,
        state_words=words.of_state,
        written=written,
        error=error,
        chosen=chosen,
        here=request.full_path.rstrip("?"),
    )


def _filters(wanted: Asked) -> Filters:
    filters = Filters(
        choice("state", "", *CHOICES),
        choice("gateway", "", *PROVIDERS),
        wanted.currency,
        least=wanted.least,
        since=wanted.since,
        until=wanted.until,
    )
    if not wanted.words:
        return filters
    named = payments.named(wanted.words)
    person = None if named else asked.person_of(wanted.words)
    return replace(filters, user_id=person) if person is not None else replace(filters, ids=named)


def _back() -> str:
    """The list as it was narrowed."""
    query = request.query_string.decode()
    return f"{_PLACE}?{query}" if query else _PLACE
