"""What of somebody's limits is held by payments that nobody has paid yet."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.core.errors import DomainError
from app.money.gateways.queries import Seen
from app.money.gateways.states import OPEN

from .queries import page_of


def held(user_id: UUID, currency: str) -> Sequence[Seen]:
    """Payments that were begun and not paid, the newest first: each counts against the limits until it is over."""
    return page_of(user_id, states=OPEN, currency=currency)


def with_held(error: DomainError, user_id: UUID) -> DomainError:
    """A refusal by a limit of deposits with how much of it such payments hold (`heldMinor`) and the newest of them
    (`heldBy`), where there are any; every other error as it is."""
    if error.code != "deposit_limit_reached":
        return error
    waiting = held(user_id, str(error.params["currency"]))
    if not waiting:
        return error
    told = {**error.params, "heldMinor": sum(one.amount_minor for one in waiting), "heldBy": str(waiting[0].id)}
    return DomainError(error.code, status=error.status, field=error.field, **told)
