"""Who gives a payment back: two operators, or one as far as the settings say that one is enough."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.core.text.amounts import written
from app.core.wire.error_messages import message_for
from app.money.gateways import queries, service
from app.money.gateways.models import GatewayPayment
from app.money.gateways.pages.words import NAMES
from app.money.gateways.settings import gateway_settings
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.people.players.profile.queries import names_of
from app.people.players.verification.rules import parse_limits
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload, PersonsName

from . import service as refunds

NAME: Final = "gateway.refund"
MODULE: Final = "wallets"


def propose(payment_id: UUID, amount: int, why: str, *, actor: str) -> Approval | None:
    """Ask a second operator to give so much of a payment (minor units) back the way it came; None where one is enough,
    and it is on its way. The row is locked until the transaction ends.

    Raises:
        NotFound: `payment_not_found`.
        DomainError: as `refunds.check`; 409 `refund_spent`, what the purchase refuses with; and as `approvals.propose`.
    """
    row = service.locked(payment_id)
    _check(row, amount)
    if _is_small(row, amount):
        service.refund(payment_id, amount, actor=actor, reason=why)
        return None
    payload: Payload = {
        "paymentId": str(payment_id),
        "userId": str(row.user_id),
        "currency": row.currency,
        "amountMinor": amount,
    }
    return approvals.propose_or_do(NAME, f"payment:{payment_id}", payload, why, actor=actor)


def needs_second(row: GatewayPayment) -> bool:
    """Whether giving all that is left of it back takes a second operator."""
    return not _is_small(row, refunds.left(row))


def _is_small(row: GatewayPayment, amount: int) -> bool:
    """Whether one operator is enough, with all that went back of it before: many small parts are not small."""
    limit = parse_limits(gateway_settings().refund_one_operator or "").get(row.currency, 0)
    return row.received_minor - refunds.left(row) + amount <= limit


def _check(row: GatewayPayment, amount: int) -> None:
    refunds.check(row, amount)
    there = refunds.returnable(row, service.payment_of(row))
    if amount > there:
        told: dict[str, str | int] = {"currency": row.currency, "leftMinor": there}
        raise DomainError("refund_spent", status=409, field="amountMinor", **told)


def _read(payment_id: UUID) -> GatewayPayment:
    """As it stands, without a lock: pages that list proposals ask too."""
    row = db.session.get(GatewayPayment, payment_id, populate_existing=True)
    if row is None:
        raise NotFound("payment_not_found")
    return row


def _describe(payload: Payload) -> Described:
    payment = queries.payment(UUID(payload["paymentId"]))
    amount = written(payload["amountMinor"], payload["currency"])
    name = PersonsName(names_of({payment.user_id}).get(payment.user_id) or gettext("erased"))
    rows = (
        (gettext("Amount"), amount),
        (gettext("Of a payment of"), written(payment.amount_minor, payment.currency)),
        (gettext("Gateway"), str(NAMES.get(payment.provider, payment.provider))),
        (gettext("Player"), name),
    )
    sentence = gettext("%(amount)s of a payment go back to who paid, the way they came.", amount=amount)
    return Described(sentence, rows, f"/admin/money/payments/{payment.id}")


def _execute(payload: Payload, agreed: Agreed) -> None:
    service.refund(UUID(payload["paymentId"]), payload["amountMinor"], actor=agreed.actor, reason=agreed.why)


def _still_valid(payload: Payload) -> str | None:
    try:
        _check(_read(UUID(payload["paymentId"])), payload["amountMinor"])
    except DomainError as error:
        return str(message_for(error))
    return None


def _concerns(payload: Payload) -> Collection[UUID]:
    return (UUID(payload["userId"]),)


KIND: Final = ApprovalKind(
    name=NAME,
    module=MODULE,
    title=_l("Refund of a payment"),
    describe=_describe,
    execute=_execute,
    still_valid=_still_valid,
    concerns=_concerns,
)
