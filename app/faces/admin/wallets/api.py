"""JSON of withdrawals for operators: what waits, approved by two of them or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from flask import Response
from flask.blueprints import BlueprintSetupState

from app.core.database.session import end_reading, transaction
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.wire.described import Described
from app.core.wire.error_messages import add_messages
from app.core.wire.http import json_response, read_json, read_query
from app.core.wire.paging import cut, query_cursor
from app.faces.admin.door import decider, json_blueprint
from app.faces.admin.payouts.schemas import Decision
from app.money.wallets.messages import MESSAGES
from app.money.wallets.operating import listing
from app.money.wallets.operating.listing import Filters
from app.money.wallets.withdrawals import deciding, queries
from app.money.wallets.withdrawals.queries import Drawn
from app.people.approvals.second.people import Decider

from .schemas import OperatorsWithdrawal, OperatorsWithdrawals, WithdrawalsParameters

_PAGE: Final = 50

bp: Final = json_blueprint("wallets")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("withdrawals", "approve", "refuse"))


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)


@bp.get("/withdrawals")
def withdrawals() -> Response:
    """Those of one state, or all that have no end yet."""
    wanted = read_query(WithdrawalsParameters)
    filters = Filters(wanted.state or "open", wanted.method or "", wanted.currency or "", wanted.user_id)
    with transaction():
        found = [one.drawn for one in listing.found(filters, query_cursor("before"), _PAGE + 1)]
        page, more = cut(found, _PAGE, lambda one: one.id)
        return json_response(OperatorsWithdrawals(withdrawals=[_record(one) for one in page], next=more))


@bp.post("/withdrawals/<identifier>/approve")
def approve(identifier: str) -> Response:
    """Say yes: the first proposes it, the second lets it leave."""
    return _decide(identifier, deciding.approve)


@bp.post("/withdrawals/<identifier>/refuse")
def refuse(identifier: str) -> Response:
    """Say no: the money is the player's again, in the wallet."""
    return _decide(identifier, deciding.refuse)


def _decide(identifier: str, deed: Callable[[UUID, Decider, str], None]) -> Response:
    withdrawal_id, wanted = parse_id(identifier), read_json(Decision)
    if withdrawal_id is None:
        raise NotFound("withdrawal_not_found")
    end_reading()
    deed(withdrawal_id, decider(), wanted.reason)
    with transaction():
        return json_response(_record(queries.one(withdrawal_id)))


def _record(one: Drawn) -> OperatorsWithdrawal:
    return OperatorsWithdrawal(
        id=str(one.id),
        user_id=str(one.user_id),
        status=one.state,
        currency=one.currency,
        amount_minor=one.amount,
        method=one.method,
        account=one.masked,
        reference=one.reference,
        provider_id=one.provider_id,
        fee_minor=one.fee,
        reason=one.reason,
        asked_at=one.asked_at,
        ended_at=one.ended_at,
        approval_id=str(one.approval_id) if one.approval_id else None,
    )


_UNKNOWN: Final = {401: "operator_unknown", 403: "operator_not_privileged"}
_WHO: Final = (
    "operator_not_privileged, origin_refused, confirmation_needs_session, "
    "approval_by_same_person, approval_concerns_you"
)
_DECIDED: Final = {
    401: "operator_unknown",
    403: _WHO,
    404: "withdrawal_not_found",
    409: "withdrawal_state, approval_decided, approval_altered, approval_expired, approval_outdated, "
    "approval_proposer_gone, approval_failed",
}
_PLACE: Final = "/api/admin/withdrawals"
_OF: Final = "Operators"

DESCRIBED: Final = (
    Described(
        f"{bp.name}.withdrawals",
        "GET",
        _PLACE,
        _OF,
        "Withdrawals that have no end yet, or those of a state",
        OperatorsWithdrawals,
        query=WithdrawalsParameters,
        by_operator=True,
        refusals=_UNKNOWN,
    ),
    Described(
        f"{bp.name}.approve",
        "POST",
        f"{_PLACE}/{{identifier}}/approve",
        _OF,
        "Let a withdrawal leave: the first operator proposes it, the second confirms",
        OperatorsWithdrawal,
        body=Decision,
        by_operator=True,
        refusals=_DECIDED,
    ),
    Described(
        f"{bp.name}.refuse",
        "POST",
        f"{_PLACE}/{{identifier}}/refuse",
        _OF,
        "Give a withdrawal back to its wallet",
        OperatorsWithdrawal,
        body=Decision,
        by_operator=True,
        refusals=_DECIDED,
    ),
)
