"""Notices: kept as they came before anybody looks at what they say, then taken for hints. In the caller's
transaction.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import db
from app.core.ids import new_id, parse_id
from app.core.sealing.columns import sealed
from app.money.gateways import service, states
from app.money.gateways.clients.interface import Hint, Letter
from app.money.gateways.models import GatewayNotice, GatewayPayment
from app.people.players.queries import read_now

KEPT_BYTES: Final = 16 * 1024
"""Of a body that nobody has signed; signed ones are kept whole."""
STRANGERS: Final = 1_000
"""So many notices that nobody has signed are kept of each provider, the newest; an older one gives way."""
KEPT_FOR: Final = timedelta(days=90)
_ANY: Final = 5
"""A letter that names no payment may be about one of the newest that are open."""


def keep(provider: str, letter: Letter | None, raw: bytes) -> UUID | None:
    """Write down what was sent; its id, or None where it was sent before. `letter` is None where its signature is
    wrong. What bears no number of its own is known by its content."""
    is_signed = letter is not None and letter.is_signed
    number = letter.event_id if letter is not None else ""
    known_by = number if is_signed and number else f"sha256:{hashlib.sha256(raw).hexdigest()}"
    notice_id, body = new_id(), raw if is_signed else raw[:KEPT_BYTES]
    written = insert(GatewayNotice).values(
        id=notice_id,
        provider=provider,
        event_id=known_by[:255],
        is_signed=is_signed,
        kind=letter.kind[:100] if letter is not None else "wrong signature",
        **sealed(GatewayNotice, notice_id, body=body),
    )
    made = db.session.execute(
        written.on_conflict_do_nothing(index_elements=["provider", "event_id"]).returning(GatewayNotice.id)
    ).first()
    if made is not None and not is_signed:
        _make_room(provider)
    return notice_id if made is not None else None


def understood(notice_id: UUID, payment_id: UUID | None) -> None:
    """Somebody has looked at it; and had its payment asked about, if it names one of ours."""
    notice = db.session.get_one(GatewayNotice, notice_id)
    notice.understood_at, notice.payment_id = read_now(), payment_id
    db.session.flush()


def meant(provider: str, hint: Hint) -> UUID | None:
    """The payment of ours that a hint names."""
    payment_id = parse_id(hint.reference)
    ours = GatewayPayment.provider == provider
    names = (
        (GatewayPayment.id, payment_id),
        (GatewayPayment.provider_id, hint.provider_id),
        (GatewayPayment.charge_id, hint.charge_id or hint.transaction),
    )
    for column, value in names:
        found = db.session.scalar(select(GatewayPayment.id).where(ours, column == value)) if value else None
        if found is not None:
            return found
    return None


def perhaps(provider: str) -> list[UUID]:
    """The newest payments that are open: a letter that names none may be about one of them."""
    query = select(GatewayPayment.id).where(GatewayPayment.provider == provider, GatewayPayment.state.in_(states.OPEN))
    return list(db.session.scalars(query.order_by(GatewayPayment.id.desc()).limit(_ANY)))


def waiting(limit: int = 200) -> list[GatewayNotice]:
    """Notices that nobody has looked at yet, the oldest first. Of those that nobody signed, MonCash's alone count."""
    counts = GatewayNotice.is_signed | (GatewayNotice.kind == "alert")
    query = select(GatewayNotice).where(counts, GatewayNotice.understood_at.is_(None))
    return list(db.session.scalars(query.order_by(GatewayNotice.id).limit(limit)))


def hint_all(payments: list[UUID], charge_id: str = "") -> None:
    """Have them asked about soon. `charge_id`: the provider's number of the money, if it names one."""
    for payment_id in payments:
        service.hint(payment_id, charge_id if len(payments) == 1 else "")


def purge() -> int:
    """Forget notices of long ago; how many."""
    old = delete(GatewayNotice).where(GatewayNotice.received_at < func.now() - KEPT_FOR).returning(GatewayNotice.id)
    return len(db.session.scalars(old).all())


def _make_room(provider: str) -> None:
    """The oldest strangers give way, so that none of them fills the table."""
    db.session.execute(text(_STRANGERS_GIVE_WAY), {"provider": provider, "kept": STRANGERS})


_STRANGERS_GIVE_WAY: Final = """
    DELETE FROM gateway_notices WHERE provider = :provider AND NOT is_signed AND id <= (
        SELECT id FROM gateway_notices WHERE provider = :provider AND NOT is_signed
        ORDER BY id DESC OFFSET :kept LIMIT 1)
"""
