"""What came for a player and was passed on to him: noted by his partner, taken back, and asked for.

Refunds and jackpots are paid to the partner, and from then on nobody but the partner knows. Its people and its server
note it here for each other; nothing of ours hangs on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from app.core.clock import now
from app.core.database.session import db
from app.core.money import Sats
from app.people.partners.models import PartnerSite
from app.record.audit.acts import Act, amount, word
from app.record.audit.service import note
from app.selling.windows.models import PassedOn
from app.selling.windows.tables import AnyTables

Kind = Literal["refund", "win"]


@dataclass(frozen=True, slots=True)
class Passable:
    """What a site has for a player of a game: which payment's refund or which win, how much, of which order."""

    id: UUID
    game: str
    kind: Kind
    sats: Sats
    order_id: UUID


@dataclass(frozen=True, slots=True)
class ToPassOn:
    """What a site has in hand for its players and has not noted as passed on: how many, and how much together; how
    many it has noted; and how many wait, for one of us is to decide that they come to it."""

    count: int
    sats: Sats
    noted: int
    waiting: int = 0


def mark(site: PartnerSite, one: Passable, *, actor: str) -> bool:
    """Note that the player has it; False, and nothing is written, where that is noted already."""
    values = {
        "id": one.id,
        "partner_site_id": site.id,
        "game": one.game,
        "kind": one.kind,
        "noted_at": now(),
        "noted_by": actor,
    }
    made = db.session.execute(insert(PassedOn).values(values).on_conflict_do_nothing().returning(PassedOn.id)).first()
    if made is None:
        return False
    note(actor, "note.passed_on", f"order:{one.order_id}", kind=one.kind, sats=one.sats, of=str(one.id))
    return True


def take_back(site: PartnerSite, one: Passable, *, actor: str) -> bool:
    """The note was wrong; False where there is none."""
    own = delete(PassedOn).where(PassedOn.id == one.id, PassedOn.partner_site_id == site.id)
    gone = db.session.execute(own.returning(PassedOn.id).execution_options(synchronize_session=False)).first()
    if gone is None:
        return False
    db.session.expire_all()
    note(actor, "note.taken_back", f"order:{one.order_id}", kind=one.kind, sats=one.sats, of=str(one.id))
    return True


def is_noted(identifier: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """The condition that a payment's refund, or a win, is noted as passed on."""
    return exists(select(PassedOn.id).where(PassedOn.id == identifier).correlate(identifier.class_))


def is_with_partner(game: AnyTables) -> ColumnElement[bool]:
    """The condition that some of a payment bought nothing, and its partner has that for the player."""
    payment = game.payment
    return and_(payment.refundable_sats > 0, payment.refunded_at.is_not(None), payment.orphaned_at.is_(None))


def is_suspended(game: AnyTables) -> ColumnElement[bool]:
    """The condition that some of a payment bought nothing, and nobody has decided yet that its partner has it."""
    payment = game.payment
    return and_(payment.refundable_sats > 0, payment.refunded_at.is_(None), payment.orphaned_at.is_(None))


def noted(site: PartnerSite, game: str, kind: Kind) -> int:
    """How many of a game's are noted."""
    own = (PassedOn.partner_site_id == site.id, PassedOn.game == game, PassedOn.kind == kind)
    return db.session.scalar(select(func.count()).select_from(PassedOn).where(*own)) or 0


def refunds(game: AnyTables, site: PartnerSite) -> ToPassOn:
    """The refunds of one game."""
    order, payment = game.order, game.payment
    of_site = (
        select(func.count(), func.coalesce(func.sum(payment.refundable_sats), 0))
        .join(order, order.id == payment.order_id)
        .where(order.partner_site_id == site.id)
    )
    count, sats = db.session.execute(of_site.where(is_with_partner(game), ~is_noted(payment.id))).one()
    waiting, _ = db.session.execute(of_site.where(is_suspended(game))).one()
    return ToPassOn(count, int(sats), noted(site, game.name, "refund"), waiting)


ACTS: Final = (
    Act("note.passed_on", "noted as passed on to the player", (word("kind", "a {}"), amount("sats"))),
    Act("note.taken_back", "noted as not passed on to the player after all", (word("kind", "a {}"), amount("sats"))),
)
