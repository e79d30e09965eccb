"""Tables of what is bet: draws and what each could cost, tickets, and what they won.

A draw locks before its tickets; whoever takes a player's money has locked the player's row before the draw's. Amounts
are in the minor unit of the draw's currency.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    DDL,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    event,
    false,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.frozen import freeze
from app.core.database.session import Model
from app.core.money import MOST_MINOR
from app.people.players.models import Player

from .states import ENTRY_STATES, STATES, TICKET_STATES

_NOW = func.clock_timestamp()
PAYMENTS: Final = ("wallet", "card", "gcash")
SOURCES: Final = ("official", "sealed_draw")

LINE_WINS: Final = """
    CREATE OR REPLACE FUNCTION bet_line_wins(stake bigint, odds integer[]) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT array_agg(stake * odds[2 * at - 1] / odds[2 * at] ORDER BY at)
        FROM generate_series(1, cardinality(odds) / 2) AS at
    $$
"""
WINS_BY_MARK: Final = (
    "(odds_by_mark IS NULL) = (wins_by_mark IS NULL) AND (wins_by_mark IS NULL OR ("
    "cardinality(wins_by_mark) = cardinality(marks) AND wins_by_mark = bet_line_wins(stake_minor, odds_by_mark)"
    " AND odds_by_mark[1:2] = ARRAY[numerator, denominator] AND wins_minor >= ALL (wins_by_mark)))"
)


def _one_of(column: str, words: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


class BetCapacity(Model):
    """What of a currency's free money draws have taken as the most that they may cost. Losses lower `free_minor` at
    once, a reconciler raises it; what is allotted beyond it is sold no further."""

    __tablename__ = "bet_capacities"
    __table_args__ = (CheckConstraint("free_minor >= 0 AND allotted_minor >= 0", name="not_negative"),)

    currency: Mapped[str] = mapped_column(primary_key=True)
    free_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    allotted_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    counted_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class BetDraw(Model):
    """One draw of a game: a day's slot. What it promises is one text, whose hash its tickets commit to.

    `name` is what people and addresses call it; `classes` how many outcomes there are, counted from 0. `allotted_minor`
    is what it has of the bankroll (a hold in the ledger), `worst_minor` what its dearest outcome would cost, or more,
    with reservations: the database refuses more than it has. `sales` numbers what was accepted, without gaps; `tip` is
    the hash of the last sale's leaf, of the promise before there is one.
    """

    __tablename__ = "bet_draws"
    __table_args__ = (
        UniqueConstraint("game", "name"),
        UniqueConstraint("game", "day", "slot"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint(_one_of("source", SOURCES), name="source"),
        CheckConstraint("(source = 'official') = (lottery <> '')", name="lottery"),
        CheckConstraint("opens_at < closes_at AND closes_at < seals_at AND seals_at <= draws_at", name="times"),
        CheckConstraint("octet_length(promise_hash) = 32 AND octet_length(tip) = 32", name="hashes"),
        CheckConstraint("worst_minor BETWEEN 0 AND allotted_minor", name="covered"),
        CheckConstraint("sold_minor >= 0 AND sales >= 0 AND won_minor >= 0", name="not_negative"),
        CheckConstraint("(state = 'resulted') = (outcome IS NOT NULL)", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (resulted_at IS NULL)", name="resulted"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled"),
        CheckConstraint("(state = 'cancelled') = (cancelled_because <> '')", name="cancelled_because"),
        Index("bet_draws_state_idx", "game", "state", "draws_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    game: Mapped[str]
    name: Mapped[str]
    day: Mapped[date]
    slot: Mapped[int] = mapped_column(SmallInteger)
    currency: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    seals_at: Mapped[datetime]
    draws_at: Mapped[datetime]
    source: Mapped[str]
    lottery: Mapped[str] = mapped_column(server_default="")
    classes: Mapped[int]
    promise: Mapped[str]
    promise_hash: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(server_default="selling")
    allotted_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    worst_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    sold_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    sales: Mapped[int] = mapped_column(BigInteger, server_default="0")
    tip: Mapped[bytes] = mapped_column(LargeBinary)
    seal_root: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime | None]
    outcome: Mapped[int | None]
    won_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    resulted_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    cancelled_because: Mapped[str] = mapped_column(server_default="")
    cancelled_at: Mapped[datetime | None]
    made_at: Mapped[datetime] = mapped_column(server_default=_NOW)


DRAW_FROZEN: Final = (
    *("id", "game", "name", "day", "slot", "currency", "opens_at", "closes_at", "seals_at", "draws_at"),
    *("source", "lottery", "classes", "promise", "promise_hash", "made_at"),
)
freeze(BetDraw.__table__, DRAW_FROZEN)


class BetExposure(Model):
    """What one mark of a draw would cost, with reservations; a row where anything was ever bet on it."""

    __tablename__ = "bet_exposures"
    __table_args__ = (
        CheckConstraint("amount_minor >= 0", name="amount"),
        CheckConstraint("mark >= 0", name="mark"),
        {"postgresql_with": {"fillfactor": "50"}},  # amounts change in place
    )

    draw_id: Mapped[UUID] = mapped_column(ForeignKey(BetDraw.id), primary_key=True)
    mark: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount_minor: Mapped[int] = mapped_column(BigInteger)


class BetTicket(Model):
    """What somebody buys at once, all of it or nothing: lines on one draw or several. `code` is on the receipt, and
    shows the ticket to whoever has it. `back_minor` is what of it went back, the stakes of its refunded parts."""

    __tablename__ = "bet_tickets"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint(_one_of("payment", PAYMENTS), name="payment"),
        CheckConstraint(_one_of("state", TICKET_STATES), name="state"),
        CheckConstraint(f"total_minor BETWEEN 1 AND {MOST_MINOR}", name="total"),
        CheckConstraint("back_minor BETWEEN 0 AND total_minor", name="back"),
        CheckConstraint("payment <> 'wallet' OR state = 'posted'", name="wallet_pays_at_once"),
        CheckConstraint("(payment = 'wallet') = (reserved_until IS NULL)", name="reserved_until"),
        CheckConstraint("(state = 'posted') = (posted_at IS NOT NULL)", name="posted"),
        CheckConstraint("(state = 'released') = (released_because <> '')", name="released"),
        # What somebody staked is summed from the index alone.
        Index(
            "bet_tickets_user_idx",
            "user_id",
            "id",
            postgresql_include=["currency", "made_at", "state", "total_minor", "back_minor"],
        ),
        Index("bet_tickets_reserved_key", "user_id", unique=True, postgresql_where=text("state = 'reserved'")),
        Index("bet_tickets_due_idx", "reserved_until", postgresql_where=text("state = 'reserved'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    game: Mapped[str]
    code: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey(Player.user_id))
    currency: Mapped[str]
    total_minor: Mapped[int] = mapped_column(BigInteger)
    back_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    payment: Mapped[str]
    state: Mapped[str]
    reserved_until: Mapped[datetime | None]
    released_because: Mapped[str] = mapped_column(server_default="")
    made_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    posted_at: Mapped[datetime | None]


freeze(
    BetTicket.__table__,
    ("id", "game", "code", "user_id", "currency", "total_minor", "payment", "reserved_until", "made_at"),
)


class BetEntry(Model):
    """A ticket's part in one draw: where it stands in the order of acceptance, and the leaf of the public log that says
    so. `number` is its place among the draw's sales; no number was given before the ticket was accepted."""

    __tablename__ = "bet_entries"
    __table_args__ = (
        UniqueConstraint("ticket_id", "draw_id"),
        UniqueConstraint("draw_id", "number"),
        CheckConstraint(_one_of("state", ENTRY_STATES), name="state"),
        CheckConstraint(f"stake_minor BETWEEN 1 AND {MOST_MINOR}", name="stake"),
        CheckConstraint("(state IN ('posted', 'refunded')) = (number IS NOT NULL)", name="number"),
        CheckConstraint("(number IS NULL) = (leaf IS NULL)", name="leaf"),
        CheckConstraint("(state = 'refunded') = (refunded_at IS NOT NULL)", name="refunded"),
        CheckConstraint("(state = 'refunded') = (refunded_because <> '')", name="refunded_because"),
        Index("bet_entries_refunded_idx", "refunded_at", postgresql_where=text("refunded_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey(BetTicket.id))
    draw_id: Mapped[UUID] = mapped_column(ForeignKey(BetDraw.id))
    stake_minor: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]
    number: Mapped[int | None] = mapped_column(BigInteger)
    leaf: Mapped[bytes | None] = mapped_column(LargeBinary)
    refunded_because: Mapped[str] = mapped_column(server_default="")
    refunded_at: Mapped[datetime | None]


freeze(BetEntry.__table__, ("id", "ticket_id", "draw_id", "stake_minor"))


class BetLine(Model):
    """One bet: a kind and a selection of its game, a stake, the odds as they were then, and the marks that it wins by,
    the best first. What it wins by that one are `wins_minor`. Where it wins less by others, `wins_by_mark` say how much
    by each, at the odds of `odds_by_mark`: numerator and denominator, mark after mark."""

    __tablename__ = "bet_lines"
    __table_args__ = (
        ForeignKeyConstraint(["ticket_id", "draw_id"], ["bet_entries.ticket_id", "bet_entries.draw_id"]),
        CheckConstraint("place >= 0", name="place"),
        CheckConstraint("numerator > 0 AND denominator > 0", name="odds"),
        CheckConstraint("cardinality(marks) > 0", name="marks"),
        CheckConstraint(f"stake_minor BETWEEN 1 AND {MOST_MINOR}", name="stake"),
        CheckConstraint("wins_minor = stake_minor * numerator / denominator", name="wins"),
        CheckConstraint(WINS_BY_MARK, name="by_mark"),
        Index("bet_lines_draw_idx", "draw_id", "ticket_id", "place"),
    )

    ticket_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    draw_id: Mapped[UUID]
    kind: Mapped[str]
    selection: Mapped[str]
    stake_minor: Mapped[int] = mapped_column(BigInteger)
    numerator: Mapped[int]
    denominator: Mapped[int]
    marks: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    wins_minor: Mapped[int] = mapped_column(BigInteger)
    odds_by_mark: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))
    wins_by_mark: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))


LINE_FROZEN: Final = (
    *("ticket_id", "place", "draw_id", "kind", "selection", "stake_minor", "numerator", "denominator"),
    *("marks", "wins_minor", "odds_by_mark", "wins_by_mark"),
)
freeze(BetLine.__table__, LINE_FROZEN)
event.listen(BetLine.__table__, "before_create", DDL(LINE_WINS))  # type: ignore[no-untyped-call]


class BetSettlement(Model):
    """What one result of a draw came to; `shown` are the marks that the draw showed by it. A corrected result reverses
    it, and another is made; at most one lives. What was won by a result that was final stays won: the house bears it,
    beside the other's."""

    __tablename__ = "bet_settlements"
    __table_args__ = (
        CheckConstraint("winners >= 0 AND won_minor >= 0", name="not_negative"),
        CheckConstraint("reversed_at IS NOT NULL OR NOT is_borne", name="borne"),
        Index("bet_settlements_live_key", "draw_id", unique=True, postgresql_where=text("reversed_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draw_id: Mapped[UUID] = mapped_column(ForeignKey(BetDraw.id))
    outcome: Mapped[int]
    shown: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    winners: Mapped[int] = mapped_column(BigInteger)
    won_minor: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    reversed_at: Mapped[datetime | None]
    is_borne: Mapped[bool] = mapped_column(server_default=false())


freeze(BetSettlement.__table__, ("id", "draw_id", "outcome", "shown", "winners", "won_minor", "made_at"))


class BetWinning(Model):
    """What a line won by a settlement. It is in the wallet from `paid_at` on. Lines that lost have no row."""

    __tablename__ = "bet_winnings"
    __table_args__ = (
        ForeignKeyConstraint(["ticket_id", "place"], ["bet_lines.ticket_id", "bet_lines.place"]),
        CheckConstraint(f"amount_minor BETWEEN 1 AND {MOST_MINOR}", name="amount"),
        Index("bet_winnings_unpaid_idx", "settlement_id", "user_id", postgresql_where=text("paid_at IS NULL")),
        Index("bet_winnings_user_idx", "user_id"),
        Index("bet_winnings_line_idx", "ticket_id", "place"),
    )

    settlement_id: Mapped[UUID] = mapped_column(ForeignKey(BetSettlement.id), primary_key=True)
    ticket_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(Player.user_id))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    paid_at: Mapped[datetime | None]


freeze(BetWinning.__table__, ("settlement_id", "ticket_id", "place", "user_id", "amount_minor"))


class BetResult(Model):
    """What an official source says was drawn: the first `version`, or a correction. Confirmed at `known_at`, final at
    `final_at` unless another one comes before. `done_at`: the draw was settled by it, corrected, or is not held."""

    __tablename__ = "bet_results"
    __table_args__ = (
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("outcome >= 0", name="outcome"),
        Index("bet_results_due_idx", "draw_id", "version", postgresql_where=text("done_at IS NULL")),
    )

    draw_id: Mapped[UUID] = mapped_column(ForeignKey(BetDraw.id), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[int]
    known_at: Mapped[datetime]
    final_at: Mapped[datetime]
    told_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    done_at: Mapped[datetime | None]


freeze(BetResult.__table__, ("draw_id", "version", "outcome", "known_at", "final_at", "told_at"))
