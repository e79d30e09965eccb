"""Each endpoint's lane: what it is to be told, whose turn it is, and how a try went.

Claim in one transaction, send outside any, mark in another. A claim is a lease: who comes back after it was given to
somebody else marks nothing. The next try is set with the claim, so that whoever dies in between has lost nothing.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, insert, select, text

from app.core.database.session import db
from app.core.faults import step
from app.core.ids import new_id
from app.record.events.order import readable_until
from app.webhooks import rules, service, statements
from app.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint

from . import envelope
from .sending import TOTAL_SECONDS, Outcome

LEASE: Final = timedelta(seconds=TOTAL_SECONDS + 20)
_ENDPOINTS_AT_ONCE: Final = 200
_EVENTS_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours to send until the lease ends."""

    endpoint_id: UUID
    delivery_id: UUID
    lease: UUID
    attempt: int
    url: str
    body: bytes
    event_id: UUID
    secrets: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Lane:
    """An endpoint that has something to send now. `has_test`: somebody watches what comes of it."""

    endpoint_id: UUID
    is_slow: bool
    has_test: bool


def fan_out() -> int:
    """Make deliveries of new events for the endpoints that chose them, and move their cursors; how many events."""
    at, until = service.moment(), readable_until()
    rows = db.session.execute(
        text(statements.NEW_EVENTS), {"until": until, "endpoints": _ENDPOINTS_AT_ONCE, "events": _EVENTS_AT_ONCE}
    ).all()
    if not rows:
        return 0
    partner_events = service.catalogue()
    told = [_delivery(row, at) for row in rows if row.type in row.event_types and row.type in partner_events]
    if told:
        db.session.execute(insert(WebhookDelivery), told)
    cursors = {row.endpoint_id: row.seq for row in rows}  # in order of seq: the last one stays
    db.session.execute(text(statements.MOVE_CURSORS), {"ids": list(cursors), "seqs": list(cursors.values())})
    step("hooks.fanned_out")
    return len(rows)


def _delivery(row: Row[Any], at: datetime) -> dict[str, Any]:
    told = envelope.build(row.id, row.type, row.occurred_at, row.game, row.subject, row.payload)
    return {
        "id": new_id(),
        "endpoint_id": row.endpoint_id,
        "event_id": row.id,
        "seq": row.seq,
        "type": row.type,
        "subject": row.subject,
        "body": envelope.body(told),
        "not_before": at,
    }


def due(limit: int = 200) -> list[Lane]:
    """Endpoints with something to send now, those with a test and then the one served longest ago first."""
    values = {"at": service.moment(), "slow": rules.SLOW_MS, "test": rules.TEST_TYPE, "limit": limit}
    rows = db.session.execute(text(statements.DUE_LANES), values)
    return [Lane(row.id, row.is_slow, row.has_test) for row in rows]


def claim(endpoint_id: UUID) -> Claim | None:
    """The next delivery of an endpoint: a test, or the oldest due one that waits for no earlier one about its subject.

    None if there is none, if the endpoint rests, or if as many requests are on their way as it may get at once: a test
    waits for neither.
    """
    lane = db.session.execute(text(statements.LOCK_LANE), {"endpoint": endpoint_id}).first()
    return _claim_in(lane) if lane is not None else None


def _claim_in(lane: Row[Any]) -> Claim | None:
    """The same of a lane that this transaction has locked by a statement before."""
    at: datetime = lane.at
    if lane.status != "active":
        return None
    lease = new_id()
    lent = db.session.execute(text(statements.CLAIM), _terms(lane, at, lease)).first()
    if lent is None:
        return None
    secrets = tuple(service.secrets_of(lane, at))
    return Claim(lane.id, lent.id, lease, lent.attempts, lane.url, lent.body.encode(), lent.event_id, secrets, at)


def _terms(lane: Row[Any], at: datetime, lease: UUID) -> dict[str, object]:
    """For how long a delivery is lent, how many at once, and when it comes again by the number of its tries."""
    troubled = lane.failures > 0 or lane.last_duration_ms > rules.SLOW_MS
    chance = random.random()
    return {
        "endpoint": lane.id,
        "at": at,
        "test": rules.TEST_TYPE,
        "rests": lane.rests_until is not None and lane.rests_until > at,
        "breadth": 1 if troubled else rules.BREADTH,
        "lease": lease,
        "until": at + LEASE,
        "again": [at + rules.retry_delay(attempt, chance) for attempt in range(1, rules.MOST_ATTEMPTS + 1)],
    }


def mark(claimed: Claim, outcome: Outcome) -> bool:
    """Write how the try went. False, and nothing is written, if the lease has become somebody else's."""
    return mark_and_claim(claimed, outcome, goes_on=False)[0]


def mark_and_claim(claimed: Claim, outcome: Outcome, *, goes_on: bool) -> tuple[bool, Claim | None]:
    """The same, and the lane's next delivery if it goes on: after a success the lane is known, and still locked."""
    lane = _mark_success(claimed, outcome) if outcome.succeeded else None
    marked = lane is not None or (not outcome.succeeded and _mark_trouble(claimed, outcome))
    step("hooks.marked")
    if not goes_on:
        return marked, None
    return marked, _claim_in(lane) if lane is not None else claim(claimed.endpoint_id)


def _mark_success(claimed: Claim, outcome: Outcome) -> Row[Any] | None:
    """In one statement, for it is what nearly always happens: the lane afterwards, or None if it was lent again."""
    values = {
        "attempt": new_id(),
        "delivery": claimed.delivery_id,
        "endpoint": claimed.endpoint_id,
        "lease": claimed.lease,
        "started_at": claimed.at,
        "ms": round(outcome.seconds * 1000),
        "status": outcome.status,
        "answer": outcome.answer,
    }
    lane = db.session.execute(text(statements.DELIVERED), values).first()
    db.session.expire_all()  # what it has read of them is no longer so
    return lane


def _mark_trouble(claimed: Claim, outcome: Outcome) -> bool:
    endpoint, delivery, at = db.session.execute(
        select(WebhookEndpoint, WebhookDelivery, service.clock())
        .join(WebhookDelivery, WebhookDelivery.endpoint_id == WebhookEndpoint.id)
        .where(WebhookEndpoint.id == claimed.endpoint_id, WebhookDelivery.id == claimed.delivery_id)
        .with_for_update(of=(WebhookEndpoint, WebhookDelivery), key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    if delivery.lease != claimed.lease or delivery.state != "pending":
        return False
    _log(claimed, outcome)
    delivery.lease = delivery.leased_until = None
    endpoint.last_duration_ms = round(outcome.seconds * 1000)
    _mark_failure(endpoint, delivery, outcome, at)
    db.session.flush()
    return True


def _mark_failure(endpoint: WebhookEndpoint, delivery: WebhookDelivery, outcome: Outcome, at: datetime) -> None:
    asked = timedelta(0)
    if outcome.status in (429, 503) and outcome.retry_after:
        asked = rules.asked_rest(outcome.retry_after, at)
    is_test = delivery.type == rules.TEST_TYPE  # tried once, while somebody watches; it says nothing of the lane
    if not is_test:
        endpoint.failures += 1
        endpoint.failing_since = endpoint.failing_since or at
        endpoint.rests_until = at + max(rules.rest(endpoint.failures), asked)
    delivery.not_before = max(at + rules.retry_delay(delivery.attempts, random.random()), at + asked)
    if delivery.attempts >= rules.MOST_ATTEMPTS or is_test:
        delivery.state, delivery.finished_at = "failed", at
    db.session.flush()
    if outcome.status == 410:
        service.disable(endpoint, "gone", actor="system")
    elif rules.is_given_up(endpoint.failures, endpoint.failing_since, at):
        service.disable(endpoint, "failing", actor="system")
    elif rules.is_trouble(endpoint.failures, endpoint.failing_since, at):
        service.tell_trouble(endpoint, at)


def _log(claimed: Claim, outcome: Outcome) -> None:
    db.session.execute(
        insert(WebhookAttempt).values(
            id=new_id(),
            delivery_id=claimed.delivery_id,
            started_at=claimed.at,
            duration_ms=round(outcome.seconds * 1000),
            status=outcome.status,
            error=outcome.error,
            answer=outcome.answer,
        )
    )


def forget_old() -> int:
    """Take finished deliveries and their tries off the log after a month, some at a time; how many deliveries."""
    values = {"before": service.moment() - rules.KEPT_FOR, "limit": 1000}
    gone: int = db.session.execute(text(statements.FORGET), values).scalar_one()
    return gone
