"""Tells partners how the payment of their players' wins goes. A win's order is named, which no payout knows of."""

from __future__ import annotations

from collections.abc import Iterable

from app.money.payouts.sent.debts import Debt
from app.record.events import service as events
from app.selling.windows.games import AnyGame, window_games


def tell(what: str, debts: Iterable[Debt]) -> None:
    """What became of these debts: `sent`, `paid` for good, or `unpaid`, their block having left the chain.

    The chain is followed whatever our records say: a debt of which they know no win is told nobody.
    """
    games = {game.name: game for game in window_games()}
    facts = (_fact(what, games[debt.source], debt) for debt in debts if debt.source in games)
    events.record_many([fact for fact in facts if fact is not None])


def _fact(what: str, game: AnyGame, debt: Debt) -> events.Fact | None:
    win = game.draw.told(int(debt.source_id))
    if win is None:
        return None
    payload = {
        **win,
        "payoutId": str(debt.sent.payout_id) if debt.sent else None,
        "txid": debt.sent.txid if debt.sent else None,
        "vout": debt.sent.vout if debt.sent else None,
        "blockHeight": debt.block.height if debt.block else None,
    }
    return events.Fact(f"win.{what}", game.name, f"order:{win['orderId']}", payload, debt.site_id)
