"""A draw's worst case is counted anew from what each of its marks weighs, as a person asks."""

from __future__ import annotations

from uuid import UUID

from app.core.errors import DomainError
from app.record.audit.service import note

from .. import exposure
from ..calendar.making import subject_of
from ..calendar.service import locked


def recount(draw_id: UUID, *, actor: str) -> int:
    """What an undrawn draw could cost at worst (minor units), for it may have become less by refunds.

    Raises:
        NotFound: `draw_not_found`.
        DomainError: 409 `draw_is_over`: what it still holds is kept for a correction, and is not what was bet.
    """
    draw = locked(draw_id)
    if draw.state not in ("selling", "sealed"):
        raise DomainError("draw_is_over", status=409)
    before = draw.worst_minor
    worst = exposure.recount(draw_id)
    subject = subject_of(draw.game, draw.name)
    note(actor, "bet.recounted", subject, amount_minor=worst, before_minor=before, currency=draw.currency)
    return worst
