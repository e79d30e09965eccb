"""What happens to a payment, as transfers. Pure. What a purchase does with its money is the purchase's own."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from app.record.ledger.entries import AccountRef, Posting

PAYMENT: Final = "gateway_payment"
REFUND: Final = "gateway_refund"
DISPUTE: Final = "gateway_dispute"
UNASKED: Final = "gateway_unasked"
"""Known by the provider's own number of the refund."""


def fee(payment_id: UUID, clearing: AccountRef, amount: int) -> list[Posting]:
    """What the provider kept of a payment."""
    fees = AccountRef("fees", "", clearing.currency)
    return [Posting(fees, clearing, amount, PAYMENT, str(payment_id), "fee")] if amount else []


def not_taken(payment_id: UUID, clearing: AccountRef, refund: AccountRef, amount: int) -> list[Posting]:
    """Money that nothing was bought with is owed to its payer."""
    return [Posting(clearing, refund, amount, PAYMENT, str(payment_id), "not_taken")]


def returned(refund_id: UUID, refund: AccountRef, paid_from: AccountRef, amount: int) -> list[Posting]:
    """A refund has left."""
    return [Posting(refund, paid_from, amount, REFUND, str(refund_id), "returned")]


def came_back(refund_id: UUID, refund: AccountRef, paid_from: AccountRef, amount: int) -> list[Posting]:
    """It had left, and the provider has it again."""
    return [Posting(paid_from, refund, amount, REFUND, str(refund_id), "came_back")]


def unasked(number: str, clearing: AccountRef, amount: int) -> list[Posting]:
    """A refund that nobody here asked for has left: it stands apart until somebody bears it."""
    return [Posting(AccountRef("unexplained", "", clearing.currency), clearing, amount, UNASKED, number, "refund")]


def unasked_taken(number: str, refund: AccountRef, amount: int) -> list[Posting]:
    """So much of it is made good by what was on its way back to the same payer."""
    return [Posting(refund, AccountRef("unexplained", "", refund.currency), amount, UNASKED, number, "taken")]


def unasked_borne(number: str, currency: str, amount: int) -> list[Posting]:
    """The house bears so much of it."""
    result, unexplained = AccountRef("result", "", currency), AccountRef("unexplained", "", currency)
    return [Posting(result, unexplained, amount, UNASKED, number, "borne")] if amount else []


def withdrawn(dispute_id: UUID, clearing: AccountRef, amount: int) -> list[Posting]:
    """A dispute took it."""
    return [Posting(_disputed(clearing), clearing, amount, DISPUTE, str(dispute_id), "opened")]


def reinstated(dispute_id: UUID, clearing: AccountRef, amount: int) -> list[Posting]:
    """The dispute is won."""
    return [Posting(clearing, _disputed(clearing), amount, DISPUTE, str(dispute_id), "won")]


def dispute_fee(dispute_id: UUID, clearing: AccountRef, amount: int, times: int) -> list[Posting]:
    """So much more is charged for a dispute, or below zero so much less, after it has changed so often."""
    fees = AccountRef("fees", "", clearing.currency)
    debit, credit = (fees, clearing) if amount > 0 else (clearing, fees)
    return [Posting(debit, credit, abs(amount), DISPUTE, str(dispute_id), "fee", times)]


def lost_unsold(dispute_id: UUID, refund: AccountRef, in_refund: int, amount: int) -> list[Posting]:
    """A dispute is lost over money that was to go back: what has not left pays for it, and the house for the rest."""
    disputed, from_refund = _disputed(refund), min(amount, max(in_refund, 0))
    parts = ((refund, from_refund), (AccountRef("unexplained", "", refund.currency), amount - from_refund))
    return [
        Posting(account, disputed, part, DISPUTE, str(dispute_id), "lost", line)
        for line, (account, part) in enumerate(parts)
        if part
    ]


def _disputed(beside: AccountRef) -> AccountRef:
    return AccountRef("disputed", "", beside.currency)
