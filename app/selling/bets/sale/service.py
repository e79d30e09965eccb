"""Sells tickets: all of one or nothing of it, and never what the bankroll could not pay.

Everything is set-wise: a sale is a batch of one. The locks: players' rows in the order of their ids, draws' rows in the
order of theirs, then whatever a slice of the bankroll needs, then the ledger's accounts. The moment is read once the
draws are locked, so that nobody is sold anything after the cut-off, however long he has waited.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy import func, select

from app.core.database.session import db
from app.money.wallets.queries import spendable_of
from app.people.players.queries import read_now
from app.people.players.unhindered import hold_all, of_one_person, unhindered
from app.record.answers import together as keys
from app.selling.bets.bankroll import capacity
from app.selling.bets.games import BetGame, Limits, game_named
from app.selling.bets.models import BetDraw

from . import draws, players, pricing, queries, writing
from .draws import Draw
from .judging.counted import Counted
from .judging.making import judge_of
from .reserving import rules as reserving
from .reserving.queries import reserved_by, unpaid
from .ticket import Accepted, Bet, Quote, Refusal, RefusedSale, Said, Wanted, new_code
from .writing import Sale

Answers: TypeAlias = dict[UUID, Accepted | RefusedSale]
"""By ticket."""
_CREATED: Final = 201


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is wanted, priced: nothing is wrong with it by itself."""

    wanted: Wanted
    game: BetGame
    limits: Limits
    bets: tuple[Bet, ...]


def accept(wanted: Sequence[Wanted]) -> list[Accepted | RefusedSale]:
    """Sell tickets in this order, in the caller's transaction; what came of each. A ticket that was sold already is
    answered as it was then.

    Raises:
        NotFound: `game_not_found`, there is no game of that name.
        ValueError: two are of one player: what he may still stake is known once the first is in the book.
    """
    if len({one.user_id for one in wanted}) < len(wanted):
        raise ValueError("one ticket of each player at a time")
    answers: Answers = {}
    asked = _admitted(_priced(wanted, answers), answers)
    if asked:
        _sell(asked, answers)
    return [answers[one.ticket_id] for one in wanted]


def quote(wanted: Wanted) -> Quote:
    """What would come of it now; nothing is sold, though the player's row stays locked until the transaction ends.

    Raises NotFound `game_not_found`.
    """
    game = game_named(wanted.game)
    found = _of_game(game, draws.known(wanted.stakes))
    limits = game.limits()
    bets, refusals = pricing.priced(game, limits, wanted, found)
    left = {draw_id: _left(draw_id) for draw_id in found}
    good = [(place, bet) for place, bet in enumerate(bets) if bet is not None]
    most, mine = {game.name: limits.most_on_number}, [bet for _, bet in good]
    judge = judge_of(found, [mine], read_now(), lambda draw_id, worst: left[draw_id], _left, most)
    refusals += [one if one.bet is None else one._replace(bet=good[one.bet][0]) for one in judge.judge(mine)]
    if not refusals:
        refusal = _of_player(wanted, game.currency, spendable_of([wanted.user_id], game.currency))
        refusals += [refusal] if refusal is not None else []
    remaining = min((left[draw_id] - one.worst for draw_id, one in found.items()), default=0)
    return Quote(wanted.total, tuple(bets), tuple(refusals), remaining)


def _priced(wanted: Sequence[Wanted], answers: Answers) -> list[_Asked]:
    """Those with which nothing is wrong, whoever wants them and when."""
    known = draws.promised({line.draw_id for one in wanted for line in one.lines})
    games = {name: game_named(name) for name in {one.game for one in wanted}}
    limits = {name: game.limits() for name, game in games.items()}
    asked = []
    for one in wanted:
        game = games[one.game]
        bets, refusals = pricing.priced(game, limits[one.game], one, _of_game(game, known))
        if refusals:
            answers[one.ticket_id] = RefusedSale(one.ticket_id, tuple(refusals))
        else:
            asked.append(_Asked(one, game, limits[one.game], tuple(bet for bet in bets if bet is not None)))
    return asked


def _admitted(asked: Sequence[_Asked], answers: Answers) -> list[_Asked]:
    """Those whose players may stake so much and have it, their rows locked. Who asks again is answered as before."""
    users = [one.wanted.user_id for one in asked]
    now = hold_all(users)
    before = queries.answered_already([one.wanted for one in asked])
    currencies = {one.game.currency for one in asked}
    spendable = {currency: spendable_of(users, currency) for currency in currencies}
    free = _unhindered(asked, now)
    twice = of_one_person(users) if len(asked) > 1 and any(one.wanted.user_id not in free for one in asked) else set()
    waiting = reserved_by([one.wanted.user_id for one in asked if one.wanted.payment != "wallet"])
    admitted = []
    for one in asked:
        ticket_id, currency = one.wanted.ticket_id, one.game.currency
        if ticket_id in before:
            answers[ticket_id] = before[ticket_id]
        elif one.wanted.until is not None and now >= one.wanted.until:
            answers[ticket_id] = RefusedSale(ticket_id, (Refusal("given_up"),))
        elif one.wanted.user_id in twice and one.wanted.user_id not in free:
            # What another account of the same person takes in this batch is in no book yet: he asks again alone.
            answers[ticket_id] = RefusedSale(ticket_id, (Refusal("given_up"),))
        elif one.wanted.payment != "wallet" and one.wanted.user_id in waiting:
            answers[ticket_id] = RefusedSale(ticket_id, (Refusal("reservation_open"),))
        elif (refusal := _of_player(one.wanted, currency, spendable[currency], free)) is not None:
            answers[ticket_id] = RefusedSale(ticket_id, (refusal,))
        else:
            admitted.append(one)
    return admitted


def _unhindered(asked: Sequence[_Asked], now: datetime) -> set[UUID]:
    """Of a batch those whom a few statements let through together."""
    if len(asked) < 2:
        return set()
    stakes: dict[str, dict[UUID, int]] = {}
    for one in asked:
        stakes.setdefault(one.game.currency, {})[one.wanted.user_id] = one.wanted.total
    return {user_id for currency, own in stakes.items() for user_id in unhindered(own, currency, now)}


def _of_player(
    wanted: Wanted, currency: str, spendable: Mapping[UUID, int], free: Collection[UUID] = ()
) -> Refusal | None:
    """`free`: in whose way nothing stands, as was found of all together."""
    refusal = None
    if wanted.user_id not in free:
        refusal = players.refusal(wanted.user_id, currency, wanted.total)
    if refusal is None and wanted.payment == "wallet" and wanted.total > spendable.get(wanted.user_id, 0):
        return Refusal("insufficient_balance", remaining=spendable.get(wanted.user_id, 0))
    return refusal


def _sell(asked: Sequence[_Asked], answers: Answers) -> None:
    found, now = draws.locked({bet.line.draw_id for one in asked for bet in one.bets})
    if any(one.wanted.payment != "wallet" for one in asked):
        _one_at_a_time()
        now = read_now()
    most = {one.game.name: one.limits.most_on_number for one in asked}
    judge = judge_of(found, [one.bets for one in asked], now, _widened, _left, most)
    sales = []
    for one in asked:
        refusals = _too_much_unpaid(one, found) or judge.judge(one.bets)
        if refusals:
            answers[one.wanted.ticket_id] = RefusedSale(one.wanted.ticket_id, tuple(refusals))
        else:
            sales.append(_sale(one, found, now))
    if sales:
        worst = {draw_id: one.worst for draw_id, one in judge.draws.items() if isinstance(one, Counted)}
        writing.record(sales, found.values(), now, worst)
        attempts = [sale.wanted.attempt for sale in sales if sale.wanted.attempt is not None]
        keys.keep_all({attempt: str(attempt.id) for attempt in attempts}, _CREATED)
    for sale in sales:
        answers[sale.wanted.ticket_id] = _accepted(sale, now)


def _one_at_a_time() -> None:
    """Of those who reserve the next one waits: together they may keep only so much."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("bet-reservations", 0)))).one()


def _too_much_unpaid(asked: _Asked, found: Mapping[UUID, Draw]) -> list[Refusal]:
    """Whether tickets that are not paid would keep too much from those that are."""
    if asked.wanted.payment == "wallet":
        return []
    weight, kept = sum(bet.wins for bet in asked.bets), unpaid(asked.game.currency)
    free = min(_left(draw_id) - found[draw_id].worst for draw_id in asked.wanted.stakes)
    return [] if reserving.fits(kept, weight, free) else [Refusal("exposure_full")]


def _sale(asked: _Asked, found: Mapping[UUID, Draw], now: datetime) -> Sale:
    is_paid = asked.wanted.payment == "wallet"
    return Sale(
        asked.wanted,
        new_code(),
        asked.game.currency,
        writing.entries_of(asked.bets),
        lambda draw_id: asked.game.return_percent(found[draw_id].terms),
        None if is_paid else reserving.until(now, (found[draw_id].closes_at for draw_id in asked.wanted.stakes)),
    )


def _accepted(sale: Sale, now: datetime) -> Accepted:
    return Accepted(
        sale.wanted.ticket_id,
        sale.code,
        sale.wanted.total,
        "posted" if sale.is_posted else "reserved",
        {draw_id: number for draw_id, (number, *_) in sale.said.items()},
        now,
        tuple(Said(leaf.data, salt) for _, leaf, salt in sale.said.values()),
    )


def _of_game(game: BetGame, found: Mapping[UUID, Draw]) -> dict[UUID, Draw]:
    return {draw_id: draw for draw_id, draw in found.items() if draw.game == game.name}


def _widened(draw_id: UUID, worst: int) -> int:
    capacity.widen(draw_id, worst)
    return db.session.scalars(select(BetDraw.allotted_minor).where(BetDraw.id == draw_id)).one()


def _left(draw_id: UUID) -> int:
    return capacity.left(db.session.get_one(BetDraw, draw_id, populate_existing=True))
