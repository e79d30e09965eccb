"""A partner's site with endpoints, events, and jobs that really send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import DateTime, literal, select, text

from app.core.database.session import db, transaction
from app.people.partners.models import PartnerSite
from app.record.events.service import Fact, record_many
from app.webhooks import jobs, service, statements
from app.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from tests.factories.partners import make_site


class Hooks:
    """What the tests do with webhooks, each step committed."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"webhook_allow_private": True})

    def site(self) -> UUID:
        with transaction():
            return make_site(status="live").id

    def endpoint(self, site: UUID, url: str, events: Sequence[str] = ("order.paid", "order.seen")) -> UUID:
        with transaction() as session:
            return service.create_endpoint(session.get_one(PartnerSite, site), url, events, actor="test").id

    def happen(self, site: UUID | None, *facts: str, type_: str = "order.paid") -> list[str]:
        """Events about these subjects, in order; their ids."""
        with transaction():
            record_many([Fact(type_, "rounds", subject, {"n": n}, site) for n, subject in enumerate(facts)])
        rows = db.session.execute(text("SELECT id FROM events ORDER BY seq DESC LIMIT :n"), {"n": len(facts)})
        found = [str(row.id) for row in rows][::-1]
        db.session.rollback()
        return found

    def deliver(self) -> int:
        """Send what is due until nothing is."""
        sent = jobs.deliver(seconds=0)
        db.session.rollback()
        return sent

    def later(self, **delta: float) -> None:
        """Let time pass for everything that waits."""
        with transaction() as session:
            span = {"span": timedelta(**delta)}
            session.execute(
                text(
                    "UPDATE webhook_deliveries SET not_before = not_before - :span, "
                    "leased_until = leased_until - :span, finished_at = finished_at - :span"
                ),
                span,
            )
            session.execute(
                text(
                    "UPDATE webhook_endpoints SET rests_until = rests_until - :span, "
                    "failing_since = failing_since - :span"
                ),
                span,
            )

    def states(self) -> list[str]:
        found = list(db.session.scalars(select(WebhookDelivery.state).order_by(WebhookDelivery.seq)))
        db.session.rollback()
        return found

    def attempts(self) -> list[WebhookAttempt]:
        found = list(db.session.scalars(select(WebhookAttempt).order_by(WebhookAttempt.id)))
        db.session.expunge_all()
        db.session.rollback()
        return found

    def kept(self, endpoint: UUID) -> WebhookEndpoint:
        found = db.session.get_one(WebhookEndpoint, endpoint, populate_existing=True)
        db.session.expunge(found)
        db.session.rollback()
        return found


@pytest.fixture
def hooks(committed_db: Flask) -> Hooks:
    return Hooks(committed_db)


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Callable[..., datetime]:
    """Time stands still; call it to let some pass."""
    now = [datetime.fromisoformat("2031-05-06T00:00:00+00:00")]
    monkeypatch.setattr(service, "clock", lambda: literal(now[0], DateTime(timezone=True)))
    running = {name: getattr(statements, name) for name in ("LOCK_LANE", "DELIVERED")}

    def move(**delta: float) -> datetime:
        now[0] += timedelta(**delta)
        for name, statement in running.items():
            assert "clock_timestamp()" in statement
            stopped = statement.replace("clock_timestamp()", f"CAST('{now[0].isoformat()}' AS timestamptz)")
            monkeypatch.setattr(statements, name, stopped)
        return now[0]

    move()
    return move
