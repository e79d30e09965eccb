"""Tells partners how the payment of their players' wins goes: their systems by an event, their people by a mail.

A win's order is named, which no payout knows of.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask_babel import force_locale

from app.core.database.session import db
from app.core.money import Sats
from app.core.web.languages import SOURCE
from app.money.payouts.sent.debts import Debt
from app.people.partners.team import telling
from app.record.events import service as events
from app.selling.windows.games import AnyGame, window_games
from app.selling.windows.models import WindowOrder


def tell(what: str, debts: Iterable[Debt]) -> None:
    """What became of these debts: `sent`, `paid` for good, or `unpaid`, their block having left the chain.

    The chain is followed whatever our records say: a debt of which they know no win is told nobody.
    """
    games = {game.name: game for game in window_games()}
    facts = (_fact(what, games[debt.source], debt) for debt in debts if debt.source in games)
    events.record_many([fact for fact in facts if fact is not None])


def win(game: AnyGame, order: WindowOrder, sats: Sats) -> telling.Win:
    """What an order has won, as its partner's people are told of it."""
    player, account = (str(getattr(order, column.key)) for column in game.sale.names())
    with force_locale(SOURCE):
        title = str(game.title)
    site, number = order.partner_site_id, order.round_number
    return telling.Win(site, title, number, order.id, player, account, sats, order.payout_address)


def _fact(what: str, game: AnyGame, debt: Debt) -> events.Fact | None:
    told = game.draw.told(int(debt.source_id))
    if told is None:
        return None
    _mail(what, game, debt, UUID(str(told["orderId"])))
    payload = {
        **told,
        "payoutId": str(debt.sent.payout_id) if debt.sent else None,
        "txid": debt.sent.txid if debt.sent else None,
        "vout": debt.sent.vout if debt.sent else None,
        "blockHeight": debt.block.height if debt.block else None,
    }
    return events.Fact(f"win.{what}", game.name, f"order:{told['orderId']}", payload, debt.site_id)


def _mail(what: str, game: AnyGame, debt: Debt, order_id: UUID) -> None:
    """That it is sent and that it is paid, each once; what is unpaid again is a matter of operators and machines."""
    order = db.session.get(game.order, order_id)
    if order is None or debt.sent is None:
        return
    won = win(game, order, debt.sats)
    if what == "sent":
        telling.win_sent(won, debt.sent.txid)
    elif what == "paid" and debt.block is not None:
        telling.win_paid(won, debt.sent.txid, debt.block.height)
