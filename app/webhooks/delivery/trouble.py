"""An endpoint that fails: how its lane stands, and one try at once for whoever has mended it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased

from app.core.database.session import db
from app.core.errors import DomainError
from app.record.audit.service import note
from app.webhooks import rules, service
from app.webhooks.models import WebhookDelivery, WebhookEndpoint

Wait = Literal["sent", "lane", "behind", "time", "turn"]
"""What a delivery waits for: the answer to it, its endpoint's rest, an earlier one about its subject, its time, or its
turn."""

_AT_ONCE: Final = 1_000
"""Deliveries that are sent before their time at once."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a lane stands now. `rests_until` is None where it does not rest; `next_at` is when the next try is made, in
    the past where it is due, and None where nothing waits."""

    at: datetime
    failures: int
    waiting: int
    rests_until: datetime | None
    next_at: datetime | None


def standing(endpoint: WebhookEndpoint) -> Standing:
    """Of an endpoint, by the clock that its tries go by."""
    at = service.moment()
    row = db.session.execute(
        select(func.count(), func.min(WebhookDelivery.not_before).filter(~_is_behind())).where(_pending(endpoint.id))
    ).one()
    rests = endpoint.rests_until if endpoint.rests_until is not None and endpoint.rests_until > at else None
    next_at = max(row[1], rests) if row[1] is not None and rests is not None else row[1]
    return Standing(at, endpoint.failures, row[0], rests, next_at)


def waits(standing: Standing, deliveries: Sequence[WebhookDelivery]) -> dict[UUID, Wait]:
    """What each of those that are not over waits for."""
    pending = [one for one in deliveries if one.state == "pending"]
    ids = [one.id for one in pending]
    behind = set(db.session.scalars(select(WebhookDelivery.id).where(WebhookDelivery.id.in_(ids), _is_behind())))
    return {one.id: _wait(standing, one, is_behind=one.id in behind) for one in pending}


def _wait(standing: Standing, delivery: WebhookDelivery, *, is_behind: bool) -> Wait:
    if delivery.leased_until is not None and delivery.leased_until > standing.at:
        return "sent"
    if is_behind:
        return "behind"
    rests_until = standing.rests_until if delivery.type != rules.TEST_TYPE else None
    if rests_until is not None and delivery.not_before < rests_until:
        return "lane"
    return "time" if delivery.not_before > standing.at else "turn"


def try_now(endpoint: WebhookEndpoint, *, actor: str) -> None:
    """End the lane's rest for one try: if it fails too, the lane rests again. Where the endpoint has taken another
    one since, all that wait for their time are sent now.

    Raises DomainError 409: `webhook_endpoint_disabled`, `webhook_nothing_waits`.
    """
    service.require_active(endpoint)
    found = db.session.scalars(
        select(WebhookDelivery)
        .where(_pending(endpoint.id), ~_is_behind())
        .order_by(WebhookDelivery.not_before, WebhookDelivery.seq)
        .limit(1 if endpoint.failures else _AT_ONCE)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if not found:
        raise DomainError("webhook_nothing_waits", status=409)
    now = service.moment()
    for one in found:
        one.not_before = min(one.not_before, now)
    endpoint.rests_until = None
    db.session.flush()
    note(actor, "webhook.tried_now", f"webhook:{endpoint.id}", url=endpoint.url, failures=endpoint.failures)
    service.ring()


def _pending(endpoint_id: UUID) -> ColumnElement[bool]:
    return and_(WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.state == "pending")


def _is_behind() -> ColumnElement[bool]:
    """Whether an earlier one about its subject is not over."""
    earlier = aliased(WebhookDelivery)
    return exists().where(
        earlier.endpoint_id == WebhookDelivery.endpoint_id,
        earlier.subject == WebhookDelivery.subject,
        earlier.state == "pending",
        earlier.seq < WebhookDelivery.seq,
    )
