"""Who bears a refund that nobody here has asked for: two operators say."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError
from app.core.text.amounts import written
from app.core.wire.error_messages import message_for
from app.money.gateways import queries
from app.money.gateways.operating import differences
from app.money.gateways.pages.words import NAMES
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.people.players.profile.queries import names_of
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload, PersonsName

from . import unasked
from .unasked import Bearer

NAME: Final = "gateway.bear"
MODULE: Final = "wallets"


def propose(refund_id: UUID, bearer: Bearer, why: str, *, actor: str) -> Approval | None:
    """Ask a second operator to have it borne: by the buyer as far as there is something to take now and else by the
    house, or all by the house. None where one operator is enough, and it is done.

    Raises:
        NotFound: `refund_not_found`.
        DomainError: 409 `refund_borne`; `refund_is_spent`: there is nothing to take; and as `approvals.propose`.
    """
    found = unasked.undecided(refund_id)
    taken = unasked.within_reach(found) if bearer == "wallet" else 0
    if bearer == "wallet" and not taken:
        raise DomainError("refund_is_spent", status=409, field="bearer")
    payment = queries.payment(found.payment_id)
    payload: Payload = {
        "refundId": str(found.id),
        "paymentId": str(payment.id),
        "userId": str(payment.user_id),
        "currency": payment.currency,
        "amountMinor": found.amount_minor,
        "takenMinor": taken,
    }
    return approvals.propose_or_do(NAME, f"payment:{payment.id}", payload, why, actor=actor)


def _describe(payload: Payload) -> Described:
    payment, currency = queries.payment(UUID(payload["paymentId"])), payload["currency"]
    amount, taken = payload["amountMinor"], payload["takenMinor"]
    gateway = str(NAMES.get(payment.provider, payment.provider))
    sentence = gettext(
        "%(gateway)s gave %(amount)s back that nobody here has asked for. The house bears it.",
        gateway=gateway,
        amount=written(amount, currency),
    )
    if taken:
        sentence = gettext(
            "%(gateway)s gave %(amount)s back that nobody here has asked for. %(taken)s are taken from the player’s "
            "wallet.",
            gateway=gateway,
            amount=written(amount, currency),
            taken=written(taken, currency),
        )
    rows = (
        (gettext("Given back"), written(amount, currency)),
        (gettext("Taken from the wallet"), written(taken, currency)),
        (gettext("Borne by the house"), written(amount - taken, currency)),
        (gettext("Player"), PersonsName(names_of({payment.user_id}).get(payment.user_id) or gettext("erased"))),
    )
    return Described(sentence, rows, f"/admin/money/payments/{payment.id}")


def _execute(payload: Payload, agreed: Agreed) -> None:
    found = unasked.bear(UUID(payload["refundId"]), payload["takenMinor"], actor=agreed.actor, reason=agreed.why)
    provider = queries.payment(found.payment_id).provider
    differences.decided(provider, found.provider_id, agreed.why, actor=agreed.actor)


def _still_valid(payload: Payload) -> str | None:
    try:
        found = unasked.undecided(UUID(payload["refundId"]))
    except DomainError as error:
        return str(message_for(error))
    if unasked.within_reach(found) < payload["takenMinor"]:
        return str(gettext("There is not so much in the wallet any more."))
    return None


def _concerns(payload: Payload) -> Collection[UUID]:
    return (UUID(payload["userId"]),)


KIND: Final = ApprovalKind(
    name=NAME,
    module=MODULE,
    title=_l("A refund that nobody asked for"),
    describe=_describe,
    execute=_execute,
    still_valid=_still_valid,
    concerns=_concerns,
)
