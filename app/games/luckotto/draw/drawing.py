"""By which algorithms rounds are drawn; what is sealed, and what becomes of money that holds no ticket by then; whose
the six drawn numbers are, and what the win is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select, text

from app.core.database.session import db
from app.core.ids import new_id
from app.games.luckotto.models import TABLES, LuckottoOrder, LuckottoRound, LuckottoTicket, LuckottoWin
from app.games.luckotto.rules import GAME, Fate, mask_of, numbers_of
from app.games.luckotto.tickets import statements
from app.outcomes.draws.merkle_sum import Leaf
from app.record.events import service as events
from app.record.ledger.entries import Posting
from app.selling.windows import postings
from app.selling.windows.questions.draw import Algorithms, Drawing
from app.selling.windows.questions.seal import Seal
from app.selling.windows.rounds import sealing

from .algorithms import NumbersOutcome, SixFromOneHash
from .sealed import SealedNumbersDraw
from .views import DrawView

SIX_NUMBERS: Final = SixFromOneHash()
SEALED_DRAW: Final = SealedNumbersDraw()

ALGORITHMS: Final = Algorithms[LuckottoRound, NumbersOutcome, DrawView](
    SIX_NUMBERS, SEALED_DRAW, of_new_rounds=SIX_NUMBERS
)


class LuckottoSeal(Seal[LuckottoRound]):
    """Every ticket of a round in the order in which they were given."""

    def before(self, round_: LuckottoRound) -> None:
        suspend_what_bought_nothing(round_.round_number)

    def leaves(self, number: int) -> Sequence[Leaf]:
        return [leaf_of(row) for row in db.session.execute(text(statements.SEALED), {"round": number})]

    def sold(self, round_: LuckottoRound) -> Mapping[str, int]:
        return {"soldTickets": round_.sold_tickets, "soldCombinations": round_.sold_combinations}

    def voids(self, number: int) -> Iterator[tuple[UUID, list[Posting]]]:
        for row in db.session.execute(text(statements.CREDITED), {"round": number}).all():
            yield row.id, postings.void(row.id, GAME, number, to_pool=row.to_pool, credited=row.credited_sats)

    def voided(self, round_: LuckottoRound) -> None:
        db.session.execute(text(statements.VOID_TICKETS), {"round": round_.round_number})


def leaf_of(row: Row[Any]) -> Leaf:
    """A ticket's numbers, its order's commitment, and every outpoint that was credited to it: canonical JSON."""
    record = {"allocatedNumbers": numbers_of(row.numbers), "commitment": row.commitment.hex(), "payments": row.paid}
    data = json.dumps(record, sort_keys=True, separators=(",", ":")).encode()
    return Leaf(data, row.combinations, sum(sats for _, _, sats in row.paid))


def suspend_what_bought_nothing(number: int) -> None:
    """Sales are buried: money of orders that never reached their totals, or for which no set was free, waits."""
    rows = db.session.execute(text(statements.WITHOUT_TICKET), {"round": number}).all()
    for fate in (Fate.UNDERFUNDED, Fate.UNALLOCATED):
        mine = [row for row in rows if row.is_unallocated == (fate is Fate.UNALLOCATED)]
        recipes = (
            (row.id, postings.void(row.id, GAME, number, to_pool=0, credited=row.credited_sats, reason=str(fate)))
            for row in mine
        )
        sealing.suspend(TABLES, recipes, str(fate))
        events.record_many([_told(number, row, fate) for row in mine])


def _told(number: int, row: Row[Any], fate: Fate) -> events.Fact:
    payload = {
        "orderId": str(row.order_id),
        "roundNumber": number,
        "txid": row.txid,
        "vout": row.vout,
        "amountSats": row.amount_sats,
        "creditedSats": 0,
        "refundableSats": row.amount_sats,
        "status": str(fate),
    }
    return events.Fact(f"payment.{fate}", GAME, f"order:{row.order_id}", payload, row.partner_site_id)


class LuckottoDrawing(Drawing[LuckottoRound, LuckottoOrder, NumbersOutcome]):
    """Six of the pool; at most one ticket covers them."""

    algorithms = ALGORITHMS

    def columns(self, result: NumbersOutcome) -> Mapping[str, int]:
        return {"winning_numbers": mask_of(result.winning)}

    def words(self, round_: LuckottoRound, result: NumbersOutcome) -> str:
        return ", ".join(map(str, sorted(result.winning)))

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
        return _payload(win, ticket)

    def told(self, number: int) -> Mapping[str, object] | None:
        win = db.session.scalars(select(LuckottoWin).where(LuckottoWin.round_number == number)).one_or_none()
        return _payload(win, db.session.get_one(LuckottoTicket, win.ticket_id)) if win is not None else None


def _payload(win: LuckottoWin, ticket: LuckottoTicket) -> dict[str, object]:
    return {
        "winId": str(win.id),
        "orderId": str(ticket.id),
        "roundNumber": win.round_number,
        "winningNumbers": list(numbers_of(win.winning_numbers)),
        "allocatedNumbers": list(numbers_of(ticket.numbers)),
        "jackpotSats": win.jackpot_sats,
        "payoutAddress": win.payout_address,
        "playerUname": win.player_uname,
        "playerIdentifier": win.player_identifier,
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
