"""Whoever paid wishes to have back what he has not played: his own proposal, which an operator confirms or refuses.

It is held from the wish on, so that nobody plays it meanwhile, and free again with whatever ends the wish. Confirmed,
it is a refund like any other, the way the money came. docs/decisions/0070-a-refund-that-its-payer-wishes.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.core.ids import new_id
from app.core.text.amounts import written
from app.core.wire.error_messages import message_for
from app.money.gateways import queries, service
from app.money.gateways.models import GatewayPayment
from app.money.gateways.pages.words import NAMES
from app.money.gateways.payers import telling
from app.money.gateways.purchases import PURCHASES, PurchaseKind
from app.people.approvals import queries as proposals
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.people.players.profile.queries import names_of
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload, PersonsName

from . import service as refunds
from .deciding import MODULE

NAME: Final = "gateway.refund_wished"
_WHY: Final = "its payer wishes to have back what was not played"
_DRAWN_OUT: Final = frozenset({"moncash"})
"""Of these the payer is always the verified number, which money is drawn out to in any case."""


def most(payment_id: UUID) -> int:
    """How much of a payment its payer may wish back now, in minor units; 0 while a wish waits, or where he may not."""
    row = db.session.get(GatewayPayment, payment_id, populate_existing=True)
    if row is None or not row.is_taken or row.provider in _DRAWN_OUT or waiting(payment_id) is not None:
        return 0
    amount = min(_purchase(row).unplayed(service.payment_of(row)), refunds.left(row))
    return amount if amount > 0 and _hindrance(row, amount) is None else 0


def waiting(payment_id: UUID) -> Approval | None:
    """The wish that an operator has not decided yet."""
    return proposals.open_of(NAME, _subject(payment_id))


def amount_of(wish: Approval) -> int:
    """How much is wished back, and held, in minor units."""
    return int(wish.payload["amountMinor"])


def waiting_of(payment_ids: Collection[UUID]) -> Mapping[UUID, Approval]:
    """The same of several, in one statement."""
    subjects = {_subject(one): one for one in payment_ids}
    found = proposals.open_about_each(NAME, subjects) if subjects else {}
    return {subjects[subject]: row for subject, row in found.items()}


def wish(payment_id: UUID, user_id: UUID) -> None:
    """Have all of a payment that was not played set aside, and ask an operator to give it back the way it came.

    The proposal is locked before the player, as by whoever confirms it.

    Raises:
        NotFound: `payment_not_found`: none of his either.
        DomainError: 409 `nothing_to_send_back`, `approval_waits`; and what the purchase refuses with.
    """
    found = queries.payment(payment_id)
    if found.user_id != user_id:
        raise NotFound("payment_not_found")
    if waiting(payment_id) is not None:
        raise DomainError("approval_waits", status=409)
    amount, key = most(payment_id), str(new_id())
    if not amount:
        raise DomainError("nothing_to_send_back", status=409)
    payload: Payload = {
        "paymentId": str(payment_id),
        "userId": str(user_id),
        "currency": found.currency,
        "amountMinor": amount,
        "holdKey": key,
    }
    approvals.propose(NAME, _subject(payment_id), payload, _WHY, actor=f"user:{user_id}")
    row = service.locked(payment_id)
    refunds.check(row, amount)
    _purchase(row).set_aside(service.payment_of(row), amount, key)


def take_back(payment_id: UUID, user_id: UUID) -> None:
    """Its payer wishes it no more: it can be played again. Raises DomainError 409 `approval_decided`; as
    `approvals.withdraw`."""
    found = waiting(payment_id)
    if found is None:
        raise DomainError("approval_decided", status=409)
    approvals.withdraw(found.id, actor=f"user:{user_id}", reason="")


def _subject(payment_id: UUID) -> str:
    return f"payment:{payment_id}"


def _purchase(row: GatewayPayment) -> PurchaseKind:
    return PURCHASES.get()[row.purchase_kind].kind


def _read(payload: Payload) -> GatewayPayment:
    return db.session.get_one(GatewayPayment, UUID(payload["paymentId"]), populate_existing=True)


def _hindrance(row: GatewayPayment, amount: int) -> str | None:
    try:
        refunds.check(row, amount)
    except DomainError as error:
        return str(message_for(error))
    return None


def _describe(payload: Payload) -> Described:
    row = _read(payload)
    amount = written(payload["amountMinor"], row.currency)
    rows = (
        (gettext("Amount"), amount),
        (gettext("Of a payment of"), written(row.received_minor, row.currency)),
        (gettext("Gateway"), str(NAMES.get(row.provider, row.provider))),
        (gettext("Player"), PersonsName(names_of({row.user_id}).get(row.user_id, "") or gettext("erased"))),
    )
    sentence = gettext(
        "%(amount)s that were not played go back to who paid, the way they came. They are held meanwhile.",
        amount=amount,
    )
    return Described(sentence, rows, f"/admin/money/payments/{row.id}")


def _execute(payload: Payload, agreed: Agreed) -> None:
    row = service.locked(UUID(payload["paymentId"]))
    _set_free(row, payload)
    service.refund(row.id, payload["amountMinor"], actor=agreed.actor, reason=agreed.why)


def _ended(payload: Payload, state: str, reason: str) -> None:
    row = service.locked(UUID(payload["paymentId"]))
    _set_free(row, payload)
    if state != "withdrawn":
        telling.stays(row, payload["holdKey"], payload["amountMinor"], reason if state == "refused" else "")


def _set_free(row: GatewayPayment, payload: Payload) -> None:
    _purchase(row).set_free(service.payment_of(row), payload["amountMinor"], payload["holdKey"])


def _still_valid(payload: Payload) -> str | None:
    return _hindrance(_read(payload), payload["amountMinor"])


def _payer(payload: Payload) -> Collection[UUID]:
    return (UUID(payload["userId"]),)


KIND: Final = ApprovalKind(
    name=NAME,
    module=MODULE,
    title=_l("Refund that a player wishes"),
    describe=_describe,
    execute=_execute,
    still_valid=_still_valid,
    concerns=_payer,
    proposers=_payer,
    proposers_are=_l("player"),
    ended=_ended,
)
