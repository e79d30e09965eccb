"""JSON of decisions that two people make: what waits, confirmed or refused by a second operator."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response

from app.core.database.session import end_reading, transaction
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.wire.described import Described
from app.core.wire.http import json_response, read_json, read_query
from app.core.wire.paging import query_cursor
from app.faces.admin.door import decider, json_blueprint, modules_open
from app.faces.admin.payouts.schemas import Decision
from app.people.approvals import queries, service
from app.people.approvals.queries import Told
from app.people.approvals.second import confirming
from app.record.answers.service import Owner, once

from .schemas import ApprovalRecord, ApprovalsPage, ApprovalsParameters

_PAGE: Final = 50

bp: Final = json_blueprint("approvals")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("approvals", "approval", "confirm", "refuse"))


@bp.get("/approvals")
def approvals() -> Response:
    """Proposals of the kinds that one may decide."""
    wanted = read_query(ApprovalsParameters)
    with transaction():
        found = queries.told(modules_open(), wanted.show, before=query_cursor("before"), limit=_PAGE + 1)
        page = [_record(one) for one in found[:_PAGE]]
    more = len(found) > _PAGE and wanted.show != "open"
    return json_response(ApprovalsPage(approvals=page, next=page[-1].id if more else None))


@bp.get("/approvals/<identifier>")
def approval(identifier: str) -> Response:
    """One proposal."""
    return _answer(_id(identifier))


@bp.post("/approvals/<identifier>/confirm")
def confirm(identifier: str) -> Response:
    """Say yes as the second person: it is done in this moment, or not at all."""
    approval_id, wanted = _allowed(identifier), read_json(Decision)
    by = decider()

    def act() -> ApprovalRecord:
        service.confirm(approval_id, by, wanted.reason)
        return _now(approval_id)

    with confirming.undone_is_told(approval_id, by, wanted.reason), transaction():
        return once(Owner.operator(by.operator), wanted, act)


@bp.post("/approvals/<identifier>/refuse")
def refuse(identifier: str) -> Response:
    """Say no as the second person."""
    approval_id, wanted = _allowed(identifier), read_json(Decision)
    by = decider()

    def act() -> ApprovalRecord:
        service.refuse(approval_id, by, wanted.reason)
        return _now(approval_id)

    with transaction():
        return once(Owner.operator(by.operator), wanted, act)


def _allowed(identifier: str) -> UUID:
    approval_id = _id(identifier)
    queries.one(approval_id, modules_open())
    end_reading()
    return approval_id


def _answer(approval_id: UUID) -> Response:
    with transaction():
        return json_response(_now(approval_id))


def _now(approval_id: UUID) -> ApprovalRecord:
    return _record(queries.one(approval_id, modules_open()))


def _id(identifier: str) -> UUID:
    found = parse_id(identifier)
    if found is None:
        raise NotFound("approval_not_found")
    return found


def _record(one: Told) -> ApprovalRecord:
    row = one.row
    return ApprovalRecord(
        id=str(row.id),
        kind=row.kind,
        title=one.title,
        subject=row.subject,
        sentence=one.described.sentence if one.described is not None else None,
        rows=list(one.described.rows) if one.described is not None else [],
        payload=row.payload,
        payload_sha256=bytes(row.payload_sha256).hex(),
        holds=one.is_whole,
        outdated=one.outdated,
        why=row.why,
        state=row.state,
        proposed_by=one.proposed_by,
        by_partner=one.by_partner,
        proposed_at=one.proposed_at,
        not_before=row.not_before,
        expires_at=row.expires_at,
        decided_by=one.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        error=row.error,
    )


_UNKNOWN: Final = {401: "operator_unknown"}
_ONE: Final = {**_UNKNOWN, 403: "operator_not_privileged", 404: "approval_not_found"}
_WHO: Final = (
    "operator_not_privileged, origin_refused, confirmation_needs_session, "
    "approval_by_same_person, approval_concerns_you"
)
_DECIDED: Final = "approval_decided, approval_kind_unknown"
_UNDONE: Final = (
    "approval_altered, approval_too_early, approval_expired, approval_outdated, approval_proposer_gone, approval_failed"
)
_PLACE: Final = "/api/admin/approvals"
_OF: Final = "Operators"

DESCRIBED: Final = (
    Described(
        f"{bp.name}.approvals",
        "GET",
        _PLACE,
        _OF,
        "What one operator has proposed and a second decides",
        ApprovalsPage,
        query=ApprovalsParameters,
        by_operator=True,
        refusals=_UNKNOWN,
    ),
    Described(
        f"{bp.name}.approval",
        "GET",
        f"{_PLACE}/{{identifier}}",
        _OF,
        "One proposal",
        ApprovalRecord,
        by_operator=True,
        refusals=_ONE,
    ),
    Described(
        f"{bp.name}.confirm",
        "POST",
        f"{_PLACE}/{{identifier}}/confirm",
        _OF,
        "Confirm another's proposal, so that it is done",
        ApprovalRecord,
        body=Decision,
        by_operator=True,
        takes_key=True,
        refusals={**_ONE, 403: _WHO, 409: f"{_DECIDED}, {_UNDONE}", 422: "approval_unread"},
    ),
    Described(
        f"{bp.name}.refuse",
        "POST",
        f"{_PLACE}/{{identifier}}/refuse",
        _OF,
        "Refuse another's proposal",
        ApprovalRecord,
        body=Decision,
        by_operator=True,
        takes_key=True,
        refusals={**_ONE, 403: _WHO, 409: _DECIDED},
    ),
)
