"""What of deposits is gone: lost in play, so that no later money is taken for it. Called with the players' rows locked.

A stake counts as played by the part of it that cannot come back; the rest keeps its origin, for it may come back as
winnings. Once it is lost, nothing of the deposit can be in the wallet any more beyond what is there, or still in play.
That is seen whenever money is about to come in: between two such moments it only becomes less.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import func, select

from app.core.database.session import db
from app.money.wallets.models import DepositOrigin
from app.money.wallets.queries import spendable_of

from . import rules
from .ports import IN_PLAY
from .service import lose, origins_of


def clip(user_ids: Collection[UUID], currency: str) -> None:
    """Before money comes in for these: what they have lost of their deposits counts as played, the oldest first."""
    unplayed = _unplayed(user_ids, currency)
    spendable = spendable_of(unplayed, currency)
    unsure = [user_id for user_id, amount in unplayed.items() if amount > spendable.get(user_id, 0)]
    in_play = IN_PLAY.get()(unsure, currency) if unsure else {}
    for user_id in unsure:
        left = spendable.get(user_id, 0) + in_play.get(user_id, 0)
        own = [one for one in origins_of(user_id) if one.currency == currency]
        for origin_id, part in rules.lost(own, left):
            lose(origin_id, part)


def _unplayed(user_ids: Collection[UUID], currency: str) -> Mapping[UUID, int]:
    rows = db.session.execute(
        select(DepositOrigin.user_id, func.sum(DepositOrigin.unplayed_minor))
        .where(DepositOrigin.user_id.in_(user_ids), DepositOrigin.currency == currency)
        .group_by(DepositOrigin.user_id)
    )
    return {user_id: int(amount) for user_id, amount in rows}
