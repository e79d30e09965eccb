"""A single ticket is given back by two operators, as long as its draws are not sealed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.core.text.amounts import written
from app.core.wire.error_messages import message_for
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.people.players.profile.queries import names_of
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload, PersonsName
from app.record.audit.service import note

from ...calendar.service import locked
from ...models import BetDraw, BetEntry, BetTicket
from ...sealing.wording import GIVEN_BACK
from ..paying import lock_players
from . import service

NAME: Final = "bet.refund"
MODULE: Final = "wallets"
WAYS: Final[Mapping[str, str | LazyString]] = {"wallet": _l("the wallet"), "card": _l("a card"), "gcash": "GCash"}
"""What tickets are paid with, in words."""


def propose(ticket_id: UUID, why: str, *, actor: str) -> Approval | None:
    """Ask a second operator to give back what of a ticket's draws is not sealed; None where one is enough.

    Raises:
        NotFound: `ticket_not_found`.
        DomainError: 409 `ticket_is_sealed`: nothing of it may go back any more; and as `approvals.propose`.
    """
    ticket = _ticket(ticket_id)
    amount = unsealed(ticket_id)
    if not amount:
        raise DomainError("ticket_is_sealed", status=409)
    payload: Payload = {
        "ticketId": str(ticket_id),
        "userId": str(ticket.user_id),
        "currency": ticket.currency,
        "amountMinor": amount,
    }
    return approvals.propose_or_do(NAME, f"ticket:{ticket_id}", payload, why, actor=actor)


def unsealed(ticket_id: UUID) -> int:
    """How much of a ticket is on draws that are not sealed, and could go back (minor units)."""
    return sum(one.stake for one in _parts(ticket_id))


def _ticket(ticket_id: UUID) -> BetTicket:
    found = db.session.get(BetTicket, ticket_id, populate_existing=True)
    if found is None:
        raise NotFound("ticket_not_found")
    return found


def _parts(ticket_id: UUID) -> list[service.Back]:
    unsealed = select(BetDraw.id).where(BetDraw.state == "selling")
    return service.parts(BetEntry.ticket_id == ticket_id, BetEntry.draw_id.in_(unsealed))


def _describe(payload: Payload) -> Described:
    ticket = _ticket(UUID(payload["ticketId"]))
    amount = written(payload["amountMinor"], payload["currency"])
    name = PersonsName(names_of({ticket.user_id}).get(ticket.user_id) or gettext("erased"))
    rows = (
        (gettext("Ticket"), ticket.code),
        (gettext("Player"), name),
        (gettext("Paid by"), str(WAYS.get(ticket.payment, ticket.payment))),
    )
    sentence = gettext("%(amount)s of a ticket go back to who bought it, the way they were paid.", amount=amount)
    return Described(sentence, rows, f"/admin/people/{ticket.user_id}")


def _execute(payload: Payload, agreed: Agreed) -> None:
    ticket_id, user_id = UUID(payload["ticketId"]), UUID(payload["userId"])
    lock_players((user_id,))
    draws = select(BetEntry.draw_id).where(BetEntry.ticket_id == ticket_id).order_by(BetEntry.draw_id)
    for draw_id in db.session.scalars(draws).all():
        draw = locked(draw_id)
        mine = service.parts(BetEntry.ticket_id == ticket_id, BetEntry.draw_id == draw_id)
        if draw.state == "selling":
            service.take_out(draw, mine, GIVEN_BACK)
    told = {"ticket": payload["ticketId"], "currency": payload["currency"]}
    note(agreed.actor, "bet.given_back", f"user:{user_id}", agreed.why, amount_minor=payload["amountMinor"], **told)


def _still_valid(payload: Payload) -> str | None:
    """What it was proposed for is what would go back now."""
    if unsealed(UUID(payload["ticketId"])) == payload["amountMinor"]:
        return None
    return str(message_for(DomainError("ticket_is_sealed", status=409)))


def _concerns(payload: Payload) -> Collection[UUID]:
    return (UUID(payload["userId"]),)


KIND: Final = ApprovalKind(
    name=NAME,
    module=MODULE,
    title=_l("Refund of a ticket"),
    describe=_describe,
    execute=_execute,
    still_valid=_still_valid,
    concerns=_concerns,
)
