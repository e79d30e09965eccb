"""Payments through gateways, their refunds and disputes, what was said of them, and what did not agree."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.frozen import freeze
from app.core.database.session import Model
from app.core.money import MOST_MINOR
from app.core.sealing.columns import Sealed, sealed_bytes, sealed_text_or_none

from .states import STATES

POSSIBLE = f"amount_minor BETWEEN 1 AND {MOST_MINOR}"
_STATES = ", ".join(f"'{state}'" for state in STATES)


class GatewayPayment(Model):
    """One payment. `charge_id` is what refunds name at the provider, `received_minor` what came in, whatever was asked
    for; `is_taken`: the purchase took it. Whose it is, is the purchase's to know: here no key holds a person."""

    __tablename__ = "gateway_payments"
    __table_args__ = (
        UniqueConstraint("purchase_kind", "purchase_id"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint(POSSIBLE, name="amount"),
        CheckConstraint("received_minor >= 0 AND fee_minor >= 0", name="not_negative"),
        CheckConstraint("(paid_at IS NULL) = (received_minor = 0)", name="paid"),
        Index(
            "gateway_payments_provider_id_key",
            "provider",
            "provider_id",
            unique=True,
            postgresql_where=text("provider_id <> ''"),
        ),
        Index("gateway_payments_due_idx", "next_ask_at", postgresql_where=text("next_ask_at IS NOT NULL")),
        Index("gateway_payments_user_id_idx", "user_id", "id"),
        Index("gateway_payments_charge_id_idx", "charge_id", postgresql_where=text("charge_id <> ''")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    purchase_kind: Mapped[str]
    purchase_id: Mapped[UUID]
    provider: Mapped[str]
    currency: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(server_default="initiated")
    provider_id: Mapped[str] = mapped_column(server_default="")
    charge_id: Mapped[str] = mapped_column(server_default="")
    url_sealed: Mapped[bytes | None] = mapped_column(Sealed())  # who has it may pay
    url = sealed_text_or_none("url_sealed")
    client_secret_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    client_secret = sealed_text_or_none("client_secret_sealed")
    payer_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    payer = sealed_text_or_none("payer_sealed")
    is_card: Mapped[bool] = mapped_column(server_default=text("false"))
    has_3ds: Mapped[bool] = mapped_column(server_default=text("false"))
    received_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    fee_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    is_taken: Mapped[bool] = mapped_column(server_default=text("false"))
    refused_because: Mapped[str] = mapped_column(server_default="")
    # An answer whose amount, currency or reference is not what was asked for, and how often it was the same
    differs: Mapped[str] = mapped_column(server_default="")
    differs_times: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    expires_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    asks: Mapped[int] = mapped_column(server_default="0")
    next_ask_at: Mapped[datetime | None] = mapped_column(server_default=func.clock_timestamp())
    paid_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


PROMISED = ("id", "user_id", "purchase_kind", "purchase_id", "provider", "currency", "amount_minor", "created_at")
freeze(GatewayPayment.__table__, PROMISED)


class GatewayRefund(Model):
    """Money on its way back, or there. `because` says why, `asked_by` who wanted it. One that `is_unasked` was made at
    the provider, by nobody here, and was found there; `borne_by` says who bears it, "" until two people have decided.
    """

    __tablename__ = "gateway_refunds"
    __table_args__ = (
        CheckConstraint("state IN ('requested', 'asked', 'pending', 'succeeded', 'failed')", name="state"),
        CheckConstraint(POSSIBLE, name="amount"),
        Index("gateway_refunds_provider_id_idx", "provider_id", postgresql_where=text("provider_id <> ''")),
        Index("gateway_refunds_due_idx", "next_ask_at", postgresql_where=text("next_ask_at IS NOT NULL")),
        Index("gateway_refunds_to_decide_idx", "id", postgresql_where=text("is_unasked AND borne_by = ''")),
        CheckConstraint(
            "borne_by IN ('', 'wallet', 'house', 'payer') AND (borne_by = '' OR is_unasked)", name="borne_by"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("gateway_payments.id"), index=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(server_default="requested")
    provider_id: Mapped[str] = mapped_column(server_default="")
    because: Mapped[str]
    asked_by: Mapped[str]
    was_taken_back: Mapped[bool]  # from the purchase, to which it returns if it fails
    said: Mapped[str] = mapped_column(server_default="")  # why it failed, in the provider's words
    is_unasked: Mapped[bool] = mapped_column(server_default=text("false"))
    # `wallet`: the buyer, as far as it went; `house`; `payer`: it was owed to the payer in any case
    borne_by: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    sent_at: Mapped[datetime | None]
    asks: Mapped[int] = mapped_column(server_default="0")
    next_ask_at: Mapped[datetime | None] = mapped_column(server_default=func.clock_timestamp())
    ended_at: Mapped[datetime | None]


class GatewayDispute(Model):
    """A payer's complaint at his bank, which took the money until it ends; and what the provider charges for it.
    `answer_by`: until when the provider takes our answer, where it says so."""

    __tablename__ = "gateway_disputes"
    __table_args__ = (
        UniqueConstraint("payment_id", "provider_id"),
        Index("gateway_disputes_provider_id_idx", "provider_id", postgresql_where=text("provider_id <> ''")),
        CheckConstraint("state IN ('open', 'won', 'lost')", name="state"),
        CheckConstraint(POSSIBLE, name="amount"),
        CheckConstraint("fee_minor >= 0", name="fee"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("gateway_payments.id"))
    provider_id: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    fee_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    state: Mapped[str] = mapped_column(server_default="open")
    because: Mapped[str] = mapped_column(server_default="")
    answer_by: Mapped[datetime | None]
    opened_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    ended_at: Mapped[datetime | None]


class GatewayNotice(Model):
    """What somebody sent to a webhook, as it came, before anybody looked at what it says."""

    __tablename__ = "gateway_notices"
    __table_args__ = (
        UniqueConstraint("provider", "event_id"),
        Index("gateway_notices_due_idx", "id", postgresql_where=text("is_signed AND understood_at IS NULL")),
        Index("gateway_notices_strangers_idx", "provider", "id", postgresql_where=text("NOT is_signed")),
        Index("gateway_notices_payment_id_idx", "payment_id", "id", postgresql_where=text("payment_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str]
    event_id: Mapped[str]
    body_sealed: Mapped[bytes] = mapped_column(Sealed())
    body = sealed_bytes("body_sealed")
    is_signed: Mapped[bool]
    kind: Mapped[str] = mapped_column(server_default="")
    payment_id: Mapped[UUID | None]
    received_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    understood_at: Mapped[datetime | None]


class GatewayReconciliation(Model):
    """One comparison with a provider's own list, of what happened since a moment."""

    __tablename__ = "gateway_reconciliations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(index=True)
    since: Mapped[datetime]
    lines: Mapped[int]
    differences: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class GatewayDifference(Model):
    """What the provider's list and our books do not agree on. One open row for each thing, whether somebody has
    explained it or not; it is resolved once a comparison does not find it any more. `payment_id`: whose it is, where
    that is one of ours."""

    __tablename__ = "gateway_differences"
    __table_args__ = (
        CheckConstraint("(explained_at IS NULL) = (explained_by = '')", name="explained"),
        Index(
            "gateway_differences_open_key",
            "provider",
            "kind",
            "reference",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reconciliation_id: Mapped[UUID] = mapped_column(ForeignKey("gateway_reconciliations.id"), index=True)
    provider: Mapped[str]
    kind: Mapped[str]
    reference: Mapped[str]
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("gateway_payments.id"), index=True)
    currency: Mapped[str]
    ours_minor: Mapped[int] = mapped_column(BigInteger)
    theirs_minor: Mapped[int] = mapped_column(BigInteger)
    found_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    resolved_at: Mapped[datetime | None]
    explained_at: Mapped[datetime | None]
    explained_by: Mapped[str] = mapped_column(server_default="")  # as the audit log names them
    explanation: Mapped[str] = mapped_column(server_default="")
