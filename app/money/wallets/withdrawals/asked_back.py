"""Nothing leaves while somebody owes, in whatever currency, or while a bank asks a payment of his back: what left then
might be paid twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from app.core.errors import DomainError
from app.core.ports import Port
from app.money.wallets.queries import wallets_of


def _none_is(user_id: UUID) -> bool:
    return False


IS_DISPUTED: Final = Port[Callable[[UUID], bool]]("whether a payment of somebody's is in dispute", _none_is)


def check(user_id: UUID) -> None:
    """Raises DomainError 409 `withdrawal_while_owing`, `withdrawal_while_disputed`."""
    if any(one.owed for one in wallets_of(user_id)):
        raise DomainError("withdrawal_while_owing", status=409)
    if IS_DISPUTED.get()(user_id):
        raise DomainError("withdrawal_while_disputed", status=409)
