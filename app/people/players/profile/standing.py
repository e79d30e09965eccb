"""Whether somebody has registered, and may play at all, whatever it costs: of age today, and nobody who may not."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from app.core.errors import DomainError

from . import rules
from .marks import check_unmarked
from .queries import block_of, is_doubted, row_of
from .settings import age_limits


def require_registered(user_id: UUID) -> None:
    """Raises DomainError 409 `not_registered`: of who has not said who he is, or was erased, nothing is kept."""
    profile = row_of(user_id)
    if profile is None or profile.erased_at is not None:
        raise DomainError("not_registered", status=409)


def check_may_play(user_id: UUID, now: datetime) -> None:
    """Asked again with everything that costs money: limits are raised, and exclusions made, after somebody registered.

    Raises DomainError, 403 each: `not_registered`, `too_young`, `player_refused`, `verification_needed`.
    """
    profile = row_of(user_id)
    if profile is None or profile.birth_date is None or profile.mark is None:
        raise DomainError("not_registered", status=403)
    years = age_limits().get(profile.jurisdiction)
    if years is None:
        raise DomainError("player_refused", status=403)  # nobody plays any more where that was
    if not rules.is_of_age(date.fromisoformat(profile.birth_date), years, profile.jurisdiction, now):
        raise DomainError("too_young", status=403, years=years)
    if is_doubted(user_id):
        raise DomainError("verification_needed", status=403)
    if block_of(user_id) is not None:
        raise DomainError("player_refused", status=403)
    check_unmarked(user_id, profile.mark)
