"""Payments and differences as JSON has them."""

from __future__ import annotations

from uuid import UUID

from app.money.gateways.models import GatewayDifference, GatewayDispute, GatewayRefund
from app.money.gateways.operating.differences import Night
from app.money.gateways.operating.payments import Line
from app.money.gateways.operating.story import Story
from app.record.ledger.posted import Posted

from .schemas import (
    ComparisonRecord,
    DifferenceRecord,
    DisputeRecord,
    OperatorsPayment,
    PaymentStory,
    PostingRecord,
    RefundAnswer,
    RefundRecord,
)


def payment(one: Line) -> OperatorsPayment:
    """One of a list."""
    return OperatorsPayment(
        id=str(one.id),
        user_id=str(one.user_id),
        status=one.state,
        gateway=one.provider,
        currency=one.currency,
        amount_minor=one.amount,
        fee_minor=one.fee,
        created_at=one.created_at,
        paid_at=one.paid_at,
        ended_at=one.ended_at,
    )


def whole(one: Story) -> PaymentStory:
    """With its story."""
    row = one.payment
    return PaymentStory(
        id=str(row.id),
        user_id=str(row.user_id),
        status=row.state,
        gateway=row.provider,
        currency=row.currency,
        amount_minor=one.amount,
        fee_minor=row.fee_minor,
        created_at=row.created_at,
        paid_at=row.paid_at,
        ended_at=row.ended_at,
        provider_id=row.provider_id,
        left_minor=max(one.left, 0),
        asks=row.asks,
        asked_at=row.asked_at,
        next_ask_at=row.next_ask_at,
        expires_at=row.expires_at,
        refunds=[_refund(it) for it in one.refunds],
        disputes=[_dispute(it) for it in one.disputes],
        postings=[_posting(it) for it in one.posted],
        notices=one.notices_kept,
    )


def refunded(one: Story, amount: int, approval_id: UUID | None) -> RefundAnswer:
    """What became of somebody's wish to give it back: it waits, or the newest refund is its own."""
    return RefundAnswer(
        payment_id=str(one.payment.id),
        status=one.payment.state,
        amount_minor=amount,
        left_minor=max(one.left, 0),
        approval_id=str(approval_id) if approval_id is not None else None,
        refund=_refund(one.refunds[-1]) if approval_id is None and one.refunds else None,
    )


def night(one: Night) -> ComparisonRecord:
    """One comparison."""
    return ComparisonRecord(
        id=str(one.id),
        gateway=one.provider,
        since=one.since,
        lines=one.lines,
        differences=one.differences,
        made_at=one.made_at,
    )


def difference(row: GatewayDifference) -> DifferenceRecord:
    """One difference."""
    return DifferenceRecord(
        id=str(row.id),
        gateway=row.provider,
        kind=row.kind,
        reference=row.reference,
        payment_id=str(row.payment_id) if row.payment_id is not None else None,
        currency=row.currency,
        ours_minor=row.ours_minor,
        theirs_minor=row.theirs_minor,
        found_at=row.found_at,
        resolved_at=row.resolved_at,
        explained_at=row.explained_at,
        explained_by=row.explained_by,
        explanation=row.explanation,
    )


def _refund(row: GatewayRefund) -> RefundRecord:
    return RefundRecord(
        id=str(row.id),
        status=row.state,
        amount_minor=row.amount_minor,
        reason=row.because,
        asked_by=row.asked_by,
        borne_by=row.borne_by,
        provider_id=row.provider_id,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )


def _dispute(row: GatewayDispute) -> DisputeRecord:
    return DisputeRecord(
        id=str(row.id),
        status=row.state,
        amount_minor=row.amount_minor,
        reason=row.because,
        provider_id=row.provider_id,
        answer_by=row.answer_by,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
    )


def _posting(one: Posted) -> PostingRecord:
    return PostingRecord(
        at=one.posted_at, kind=one.kind, debit=str(one.debit), credit=str(one.credit), amount_minor=one.amount
    )
