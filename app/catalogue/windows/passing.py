"""What a site notes of its refunds and wins in a game of windows: that their players have them."""

from __future__ import annotations

from uuid import UUID

from app.catalogue.records import Narrowing
from app.core.errors import DomainError, NotFound
from app.people.partners.models import PartnerSite
from app.selling.windows.orders import passing
from app.selling.windows.orders.passing import Passable

from .reconciling import PaymentOfOrder, Reconciling, WinOfRound


def note_refund(
    reading: Reconciling, site: PartnerSite, payment_id: UUID, is_passed_on: bool, actor: str
) -> PaymentOfOrder:
    """The payment with the note that its player has what bought nothing, or without it again.

    Raises NotFound; DomainError 409 `refund_not_here`: none of it came to the partner's balance.
    """
    payment, order, noted = _payment(reading, site, payment_id)
    is_here = payment.refundable_sats > 0 and payment.refunded_at is not None and payment.orphaned_at is None
    if is_passed_on and not (noted or is_here):
        raise DomainError("refund_not_here", status=409)
    one = Passable(payment.id, reading.game.name, "refund", payment.refundable_sats, order.id)
    _set(site, one, is_passed_on, actor)
    return _payment(reading, site, payment_id)


def note_win(reading: Reconciling, site: PartnerSite, win_id: UUID, is_passed_on: bool, actor: str) -> WinOfRound:
    """The win with the note that its player has it, or without it again. `win_id` is its own, or its order's.

    Raises NotFound; DomainError 409 `win_not_paid`: its payment is not final yet.
    """
    row = _win(reading, site, win_id)
    if is_passed_on and not (row.passed_on or row.debt.is_paid):
        raise DomainError("win_not_paid", status=409)
    order_id = getattr(row.win, reading.won_order.key)
    one = Passable(row.win.id, reading.game.name, "win", row.win.jackpot_sats, order_id)
    _set(site, one, is_passed_on, actor)
    return _win(reading, site, win_id)


def _set(site: PartnerSite, one: Passable, is_passed_on: bool, actor: str) -> None:
    (passing.mark if is_passed_on else passing.take_back)(site, one, actor=actor)


def _payment(reading: Reconciling, site: PartnerSite, payment_id: UUID) -> PaymentOfOrder:
    found = reading.payments(site, Narrowing(record_id=payment_id), None, 1)
    if not found:
        raise NotFound("payment_not_found")
    return found[0]


def _win(reading: Reconciling, site: PartnerSite, win_id: UUID) -> WinOfRound:
    found = reading.wins(site, Narrowing(record_id=win_id), None, 1)
    if not found:
        raise NotFound("win_not_found")
    return found[0]
