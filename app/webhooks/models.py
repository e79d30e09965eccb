"""Endpoints of partners, what each is to be told, and every try at telling it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.session import Model


class WebhookEndpoint(Model):
    """An address of a partner's server. Its secrets are derived from id and generation, and stored nowhere."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        CheckConstraint("status IN ('active', 'disabled', 'removed')", name="status"),
        CheckConstraint("disabled_because IN ('', 'by_hand', 'gone', 'failing')", name="disabled_because"),
        CheckConstraint("cardinality(event_types) > 0", name="event_types"),
        CheckConstraint("secret_generation >= 1", name="secret_generation"),
        Index("webhook_endpoints_active_idx", "partner_site_id", postgresql_where=text("status = 'active'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_site_id: Mapped[UUID] = mapped_column(ForeignKey("partner_sites.id"), index=True)
    url: Mapped[str]
    event_types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    status: Mapped[str] = mapped_column(server_default="active")
    disabled_because: Mapped[str] = mapped_column(server_default="")
    disabled_at: Mapped[datetime | None]
    secret_generation: Mapped[int] = mapped_column(server_default="1")
    previous_valid_until: Mapped[datetime | None]  # the former secret signs too until then
    cursor_seq: Mapped[int] = mapped_column(BigInteger)  # deliveries exist for every chosen event up to here
    # How its lane is doing
    failures: Mapped[int] = mapped_column(server_default="0")  # one after the other, over all its deliveries
    failing_since: Mapped[datetime | None]
    rests_until: Mapped[datetime | None]
    last_attempt_at: Mapped[datetime | None]
    last_duration_ms: Mapped[int] = mapped_column(server_default="0")


class WebhookDelivery(Model):
    """One event for one endpoint. The body is written once, so that every try sends the same bytes."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'delivered', 'failed')", name="state"),
        CheckConstraint("attempts >= 0", name="attempts"),
        UniqueConstraint("endpoint_id", "event_id"),
        Index("webhook_deliveries_due_idx", "endpoint_id", "not_before", postgresql_where=text("state = 'pending'")),
        Index(
            "webhook_deliveries_order_idx", "endpoint_id", "subject", "seq", postgresql_where=text("state = 'pending'")
        ),
        Index("webhook_deliveries_finished_idx", "finished_at", postgresql_where=text("state <> 'pending'")),
        Index("webhook_deliveries_newest_idx", "endpoint_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoints.id"))
    event_id: Mapped[UUID]  # a test event has no row among the events
    seq: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="pending")
    attempts: Mapped[int] = mapped_column(server_default="0")  # in this series; sending again begins a new one
    not_before: Mapped[datetime]
    lease: Mapped[UUID | None]
    leased_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class WebhookAttempt(Model):
    """One try: when, how long, and what came back."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (Index("webhook_attempts_delivery_idx", "delivery_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_deliveries.id"))
    started_at: Mapped[datetime]
    duration_ms: Mapped[int]
    status: Mapped[int | None]  # None: no answer
    error: Mapped[str] = mapped_column(server_default="")
    answer: Mapped[str] = mapped_column(server_default="")
