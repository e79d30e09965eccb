"""Whom the public log names is forgotten on request: the salts are, without which its hashes name nobody."""

from __future__ import annotations

from uuid import UUID

from app.core.database.session import db
from app.core.errors import NotFound
from app.record.audit import service as audit
from app.record.log.receipts import service as receipts
from app.selling.windows.games import window_games

from .leaves import subject_of


def forget(order_id: UUID, actor: str, reason: str) -> int:
    """Forget the salts of an order's leaves; how many there were.

    Raises:
        NotFound: no game has such an order.
    """
    if not any(db.session.get(game.order, order_id) for game in window_games()):
        raise NotFound("order_not_found")
    forgotten = receipts.forget_salts([subject_of(order_id)])
    if forgotten:
        audit.note(actor, "order.salts_forgotten", subject_of(order_id), reason, salts=forgotten)
    return forgotten
