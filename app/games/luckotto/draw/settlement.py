"""What six drawn numbers mean: whose ticket covers them, and what its win is."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from app.core.database.session import db
from app.core.ids import new_id
from app.games.luckotto.models import LuckottoOrder, LuckottoRound, LuckottoTicket, LuckottoWin
from app.games.luckotto.rules import mask_of, numbers_of
from app.selling.windows.questions.draw import Drawing

from .algorithms import NumbersOutcome
from .known import ALGORITHMS


class LuckottoDrawing(Drawing[LuckottoRound, LuckottoOrder, NumbersOutcome]):
    """Six of the pool; at most one ticket covers them."""

    algorithms = ALGORITHMS

    def columns(self, result: NumbersOutcome) -> Mapping[str, int]:
        return {"winning_numbers": mask_of(result.winning)}

    def winner(self, round_: LuckottoRound, result: NumbersOutcome) -> LuckottoOrder | None:
        """The one ticket that covers the six."""
        return _holder(round_.round_number, mask_of(result.winning))

    def holder(self, round_: LuckottoRound) -> LuckottoOrder | None:
        drawn = round_.winning_numbers
        return _holder(round_.round_number, drawn) if drawn is not None else None

    def record_win(self, round_: LuckottoRound, order: LuckottoOrder, result: NumbersOutcome) -> Mapping[str, object]:
        ticket = db.session.get_one(LuckottoTicket, order.id)
        win = LuckottoWin(
            id=new_id(),
            partner_site_id=order.partner_site_id,
            round_number=round_.round_number,
            ticket_id=ticket.id,
            winning_numbers=mask_of(result.winning),
            jackpot_sats=round_.jackpot_sats,
            payout_address=order.payout_address,
            player_uname=order.player_uname,
            player_identifier=order.player_identifier,
        )
        db.session.add(win)
        ticket.status = "won"
        return {
            "winId": str(win.id),
            "orderId": str(order.id),
            "roundNumber": round_.round_number,
            "winningNumbers": result.winning,
            "allocatedNumbers": list(numbers_of(ticket.numbers)),
            "jackpotSats": round_.jackpot_sats,
            "payoutAddress": order.payout_address,
            "playerUname": order.player_uname,
            "playerIdentifier": order.player_identifier,
        }


def _holder(number: int, drawn: int) -> LuckottoOrder | None:
    """By the tickets themselves, which are what is sealed: the index of combinations is not, and is forgotten later."""
    return db.session.scalars(
        select(LuckottoOrder)
        .join(LuckottoTicket, LuckottoTicket.id == LuckottoOrder.id)
        .where(LuckottoTicket.round_number == number, LuckottoTicket.numbers.bitwise_and(drawn) == drawn)
        .order_by(LuckottoTicket.sequence)
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()
