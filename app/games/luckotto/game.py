"""Luckotto as the rail knows it: its tables, and what is its own in the life of a round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Row, select, text
from sqlalchemy.orm import InstrumentedAttribute

from app.chain.listeners import BlockRef, ChainPayment
from app.core.config import Settings
from app.core.database.session import db
from app.core.ids import new_id
from app.core.money import Sats
from app.games.luckotto.draw.six_numbers import SixNumbers
from app.outcomes.draws.merkle_sum import Leaf
from app.outcomes.draws.models import Draw
from app.record.ledger.entries import Posting
from app.selling.windows.games import Comparison, Evidence, Outcome, Promise, WindowGame

from .draw import replay, sealing, six_numbers, words
from .models import LuckottoOrder, LuckottoPayment, LuckottoRound, LuckottoTicket, LuckottoWin
from .records import bundle
from .rules import GAME, PROMISED, jackpot, mask_of, numbers_of, possible_draws, price
from .tickets import crediting, statements


class Luckotto(WindowGame[LuckottoRound, LuckottoOrder, LuckottoPayment]):
    """Sets of 6 to 25 numbers, no two of which share six; the closing block's hash draws six numbers."""

    name = GAME
    title = _l("Luckotto")
    round_kind = "luckotto-round"
    round = LuckottoRound
    order = LuckottoOrder
    payment = LuckottoPayment
    promised = PROMISED

    def promise(self, settings: Settings) -> Promise:
        pool_size, base = settings.luckotto_pool_size, settings.luckotto_base_combination_price_sats
        return Promise(
            jackpot(pool_size, base),
            six_numbers.ALGORITHM,
            settings.luckotto_hash_work,
            {
                "pool_size": pool_size,
                "possible_combinations": possible_draws(pool_size),
                "base_combination_price_sats": base,
                "hash_work": settings.luckotto_hash_work,
            },
        )

    def has_sold(self) -> ColumnElement[bool]:
        return LuckottoRound.sold_tickets > 0

    def has_room(self) -> ColumnElement[bool]:
        return LuckottoRound.sold_combinations < LuckottoRound.possible_combinations

    def is_sold_out(self, round_: LuckottoRound) -> bool:
        return round_.sold_combinations >= round_.possible_combinations

    def player(self) -> InstrumentedAttribute[str]:
        return LuckottoOrder.player_identifier

    def round_terms(self, round_: LuckottoRound) -> Mapping[str, str | int]:
        return {"baseCombinationPriceSats": round_.base_combination_price_sats, "poolSize": round_.pool_size}

    def order_terms(self, order: LuckottoOrder) -> Mapping[str, Any]:
        return {
            "playerIdentifier": order.player_identifier,
            "playerUname": order.player_uname,
            "requestedNumbers": list(numbers_of(order.requested)),
            "totalSats": order.total_sats,
        }

    def order_columns(self, terms: Mapping[str, Any]) -> Mapping[str, Any]:
        count = len(terms["requestedNumbers"])
        base = price(count, terms["baseCombinationPriceSats"], 0).base
        return {
            "player_uname": terms["playerUname"],
            "player_identifier": terms["playerIdentifier"],
            "requested": mask_of(terms["requestedNumbers"]),
            "base_sats": base,
            "fee_sats": terms["totalSats"] - base,
        }

    def credit(self, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
        crediting.credit(self, block, payments)

    def take_back(self, payments: Sequence[Row[Any]]) -> None:
        crediting.take_back(payments)

    def before_seal(self, round_: LuckottoRound) -> None:
        sealing.suspend_what_bought_nothing(self, round_.round_number)

    def leaves(self, number: int) -> Sequence[Leaf]:
        return sealing.leaves(number)

    def sold(self, round_: LuckottoRound) -> Mapping[str, Any]:
        return {"soldTickets": round_.sold_tickets, "soldCombinations": round_.sold_combinations}

    def voids(self, number: int) -> Iterator[tuple[UUID, list[Posting]]]:
        return sealing.voids(number)

    def round_voided(self, round_: LuckottoRound) -> None:
        db.session.execute(text(statements.VOID_TICKETS), {"round": round_.round_number})

    def draw_parameters(self, round_: LuckottoRound) -> Mapping[str, Any]:
        return {"poolSize": round_.pool_size, "hashWork": round_.hash_work}

    def outcome(self, round_: LuckottoRound, result: SixNumbers) -> Outcome:
        return Outcome(
            {"winning_numbers": mask_of(result.drawn)},
            {"drawnNumbers": result.drawn, "winningNumbers": result.winning},
            {"drawDigests": result.digests},
        )

    def winner(self, round_: LuckottoRound, result: SixNumbers) -> LuckottoOrder | None:
        """The one ticket that covers the six: one look into the index of combinations."""
        found = db.session.execute(
            text(statements.WINNING_ORDER), {"round": round_.round_number, "numbers": mask_of(result.drawn)}
        ).scalar_one_or_none()
        return db.session.get_one(LuckottoOrder, found) if found is not None else None

    def holder(self, round_: LuckottoRound) -> LuckottoOrder | None:
        """By the tickets themselves: combinations are forgotten after the draw."""
        drawn = round_.winning_numbers
        if drawn is None:
            return None
        ticket = db.session.scalars(
            select(LuckottoTicket).where(
                LuckottoTicket.round_number == round_.round_number,
                LuckottoTicket.numbers.bitwise_and(drawn) == drawn,
            )
        ).first()
        return db.session.get_one(LuckottoOrder, ticket.id) if ticket is not None else None

    def record_win(self, round_: LuckottoRound, order: LuckottoOrder, result: SixNumbers) -> Mapping[str, Any]:
        ticket = db.session.get_one(LuckottoTicket, order.id)
        win = LuckottoWin(
            id=new_id(),
            partner_site_id=order.partner_site_id,
            round_number=round_.round_number,
            ticket_id=ticket.id,
            winning_numbers=mask_of(result.drawn),
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

    def pool_sats(self, round_: LuckottoRound) -> Sats:
        return round_.sold_combinations * round_.base_combination_price_sats

    def held_by_site(self, number: int) -> Mapping[UUID, Sats]:
        rows = db.session.execute(text(statements.HELD_BY_SITE), {"round": number})
        return {site: int(held) for site, held in rows}

    def unsettled_sats(self, site_id: UUID) -> Sats:
        return int(db.session.execute(text(statements.UNSETTLED), {"site": site_id}).scalar_one())

    def claims(self) -> Mapping[str, str]:
        return words.claims()

    def evidence(self, round_: LuckottoRound, draw: Draw | None, begin: int, last: int) -> Evidence:
        return bundle.evidence(round_, draw, begin, last)

    def replay(self, round_: LuckottoRound) -> Comparison:
        return replay.of_round(round_)

    def agrees(self, round_: LuckottoRound, outcome: Mapping[str, Any]) -> bool:
        """Numbers and digests belong together, and are the round's."""
        if not six_numbers.is_consistent(outcome, round_.pool_size):
            return False
        return mask_of(outcome["winningNumbers"]) == round_.winning_numbers


LUCKOTTO = Luckotto()
