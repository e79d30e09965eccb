"""What no way pays an operator pays by hand, and enters it under the reference of whoever paid. In the caller's
transaction."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.core.database.session import db
from app.core.errors import DomainError
from app.money.wallets.models import Withdrawal
from app.money.wallets.rules import METHODS, Method, check_method
from app.money.wallets.ways import PayoutAnswer
from app.record.audit.models import AuditEntry
from app.record.audit.service import note
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef

from . import service

_ENTERED: Final = "withdrawal.paid_by_hand"


def paid(withdrawal_id: UUID, place: str, reference: str, *, actor: str, reason: str) -> None:
    """It has left a `place`, as `place_of` reads it. A reference shows one payment out of an account, and no second.

    Raises:
        DomainError: 422 `bank_invalid` (field `bank`); 409 `withdrawal_state`; 409 `bank_has_less` (field `bank`): so
            much is not there by our books; 409 `reference_used` (field `reference`): another one left it under that.
    """
    withdrawal = service.locked(withdrawal_id)
    paid_from = place_of(check_method(withdrawal.method, withdrawal.currency), place, withdrawal.currency)
    service.begin_sending(withdrawal, paid_from)
    _check_there(paid_from, withdrawal.amount_minor)
    _one_at_a_time(paid_from)
    _check_unused(paid_from, reference)
    service.apply(withdrawal, PayoutAnswer("paid", provider_id=reference), was_seen=False)
    told = {"amount_minor": withdrawal.amount_minor, "currency": withdrawal.currency, "method": withdrawal.method}
    detail = {**told, "from": str(paid_from), "reference": reference}
    note(actor, _ENTERED, f"withdrawal:{withdrawal_id}", reason, **detail)


def entered_by(withdrawal_id: UUID) -> str | None:
    """Which operator says that it was paid; None of one that a provider was asked for, and said so itself."""
    entry = select(AuditEntry.actor).where(
        AuditEntry.subject == f"withdrawal:{withdrawal_id}", AuditEntry.action == _ENTERED
    )
    actor = db.session.scalar(entry.limit(1))
    return actor.removeprefix("operator:") if actor is not None else None


def place_of(way: Method, place: str, currency: str) -> AccountRef:
    """The account that pays by hand: a bank's by its name, or `clearing:NAME`, one of ours with the way's provider.

    Raises DomainError 422 `bank_invalid` (field `bank`): it is neither.
    """
    kind, _, owner = place.rpartition(":")
    provider = METHODS[way].provider
    is_ours = bool(provider) and (owner == provider or owner.startswith(f"{provider}-"))
    if kind not in ("", "bank", "clearing") or not owner or (kind == "clearing" and not is_ours):
        raise DomainError("bank_invalid", field="bank")
    return AccountRef(kind or "bank", owner, currency)


def _check_there(paid_from: AccountRef, amount: int) -> None:
    """A bank pays no more than it has; a gateway may have more than our books, which alarms."""
    there = ledger.available(paid_from)
    if paid_from.kind == "bank" and there < amount:
        told: dict[str, str | int] = {"bank": str(paid_from), "currency": paid_from.currency, "balanceMinor": there}
        raise DomainError("bank_has_less", status=409, field="bank", **told)


def _one_at_a_time(paid_from: AccountRef) -> None:
    """Of two that are entered at once the second waits here, and finds the first."""
    name = f"paid by hand:{paid_from}:{paid_from.currency}"
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def _check_unused(paid_from: AccountRef, reference: str) -> None:
    """What was refused has not left; what came back had."""
    query = select(Withdrawal.id, Withdrawal.amount_minor).where(
        Withdrawal.provider_id == reference,
        Withdrawal.paid_from == str(paid_from),
        Withdrawal.currency == paid_from.currency,
        Withdrawal.state != "refused",
    )
    other = db.session.execute(query.limit(1)).first()
    if other is not None:
        told = {"withdrawal": str(other.id), "account": str(paid_from), "currency": paid_from.currency}
        raise DomainError("reference_used", status=409, field="reference", amountMinor=other.amount_minor, **told)
