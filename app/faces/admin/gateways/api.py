"""JSON of payments for operators: lists, one with its story, refunds, and what gateways' lists do not agree on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from flask import Response

from app.core.database.session import after_commit, transaction
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.wire.described import Described
from app.core.wire.http import json_response, read_json, read_query
from app.core.wire.paging import cut, query_cursor
from app.faces.admin.door import decider, json_blueprint, operator_name
from app.faces.admin.payouts.schemas import Decision
from app.money.gateways import service
from app.money.gateways.operating import differences, payments, story
from app.money.gateways.operating.payments import Filters
from app.money.gateways.refunds import deciding
from app.record.answers.service import Owner, once

from . import records
from .schemas import (
    DifferenceRecord,
    DifferencesParameters,
    OperatorsPayments,
    PaymentsParameters,
    PaymentStory,
    Reconciliation,
    RefundAnswer,
    RefundWanted,
)

_PAGE: Final = 50

bp: Final = json_blueprint("gateways")
ENDPOINTS: Final = tuple(
    f"{bp.name}.{name}" for name in ("list_payments", "payment", "refund", "reconciliation", "explain")
)


@bp.get("/payments")
def list_payments() -> Response:
    """Payments of everybody, as they are narrowed."""
    wanted = read_query(PaymentsParameters)
    filters = Filters(
        wanted.state or "",
        wanted.gateway or "",
        wanted.currency or "",
        wanted.user_id,
        wanted.least_minor,
        _begins(wanted.since),
        _begins(wanted.until, days=1),
    )
    with transaction():
        found = payments.found(filters, query_cursor("before"), _PAGE + 1)
        page, more = cut(found, _PAGE, lambda one: one.id)
        return json_response(OperatorsPayments(payments=[records.payment(one) for one in page], next=more))


@bp.get("/payments/<identifier>")
def payment(identifier: str) -> Response:
    """One payment with all that belongs to it."""
    with transaction():
        return json_response(records.whole(story.story_of(_id(identifier, "payment_not_found"))))


@bp.post("/payments/<identifier>/refund")
def refund(identifier: str) -> Response:
    """Give so much back: proposed to a second operator, or begun at once where one is enough."""
    payment_id, wanted = _id(identifier, "payment_not_found"), read_json(RefundWanted)
    actor = operator_name()

    def act() -> RefundAnswer:
        waiting = deciding.propose(payment_id, wanted.amount_minor, wanted.reason, actor=actor)
        after_commit(service.ring)
        return records.refunded(story.story_of(payment_id), wanted.amount_minor, waiting.id if waiting else None)

    with transaction():
        return once(Owner.operator(decider().operator), wanted, act, 201)


@bp.get("/reconciliation")
def reconciliation() -> Response:
    """What gateways' own lists and our books do not agree on."""
    wanted = read_query(DifferencesParameters)
    with transaction():
        found = differences.found(wanted.show, wanted.gateway or "", query_cursor("before"), _PAGE + 1)
        page, more = cut(found, _PAGE, lambda one: one.id)
        nights = [one for one in differences.last_of_each().values() if wanted.gateway in (None, one.provider)]
        answer = Reconciliation(
            comparisons=[records.night(one) for one in nights],
            differences=[records.difference(one) for one in page],
            next=more,
        )
    return json_response(answer)


@bp.post("/reconciliation/<identifier>/explain")
def explain(identifier: str) -> Response:
    """Say what a difference is."""
    difference_id, wanted = _id(identifier, "difference_not_found"), read_json(Decision)
    actor = operator_name()

    def act() -> DifferenceRecord:
        return records.difference(differences.explain(difference_id, wanted.reason, actor=actor))

    with transaction():
        return once(Owner.operator(decider().operator), wanted, act)


def _id(text: str, code: str) -> UUID:
    found = parse_id(text)
    if found is None:
        raise NotFound(code)
    return found


def _begins(day: date | None, *, days: int = 0) -> datetime | None:
    """The beginning of a day (UTC), or of one some days later."""
    return datetime.combine(day + timedelta(days=days), time(), UTC) if day is not None else None


_UNKNOWN: Final = {401: "operator_unknown", 403: "operator_not_privileged"}
_MAY_NOT: Final = "operator_not_privileged, origin_refused"
_OF: Final = "Operators"

DESCRIBED: Final = (
    Described(
        f"{bp.name}.list_payments",
        "GET",
        "/api/admin/payments",
        _OF,
        "Payments through gateways, the newest first",
        OperatorsPayments,
        query=PaymentsParameters,
        by_operator=True,
        refusals=_UNKNOWN,
    ),
    Described(
        f"{bp.name}.payment",
        "GET",
        "/api/admin/payments/{identifier}",
        _OF,
        "One payment with its refunds, disputes and postings",
        PaymentStory,
        by_operator=True,
        refusals={**_UNKNOWN, 404: "payment_not_found"},
    ),
    Described(
        f"{bp.name}.refund",
        "POST",
        "/api/admin/payments/{identifier}/refund",
        _OF,
        "Give a payment back, whole or in part: a second operator confirms it, unless one is enough",
        RefundAnswer,
        body=RefundWanted,
        status=201,
        by_operator=True,
        takes_key=True,
        refusals={
            401: "operator_unknown",
            403: _MAY_NOT,
            404: "payment_not_found",
            409: "payment_not_paid, payment_disputed, refund_too_much, refund_spent, approval_waits, "
            "insufficient_funds",
        },
    ),
    Described(
        f"{bp.name}.reconciliation",
        "GET",
        "/api/admin/reconciliation",
        _OF,
        "What gateways' own lists and our books do not agree on",
        Reconciliation,
        query=DifferencesParameters,
        by_operator=True,
        refusals=_UNKNOWN,
    ),
    Described(
        f"{bp.name}.explain",
        "POST",
        "/api/admin/reconciliation/{identifier}/explain",
        _OF,
        "Say what a difference is",
        DifferenceRecord,
        body=Decision,
        by_operator=True,
        takes_key=True,
        refusals={
            401: "operator_unknown",
            403: _MAY_NOT,
            404: "difference_not_found",
            409: "difference_explained",
        },
    ),
)
