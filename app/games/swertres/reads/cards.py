"""Cards and bets as they were sold, and what has become of them: a page of them in as many statements as one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias, cast
from uuid import UUID

from sqlalchemy import Select, select

from app.core.database.session import db
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.games.swertres import rules
from app.games.swertres.game import SWERTRES
from app.selling.bets.models import BetDraw, BetEntry, BetLine, BetSettlement, BetTicket, BetWinning
from app.selling.bets.rules import Odds, Weight
from app.selling.bets.sale.ticket import read_code
from app.selling.bets.states import EntryState, TicketState

from . import draws, states
from .draws import Game
from .states import BetStatus, CardStatus, PaymentStatus


@dataclass(frozen=True, slots=True)
class Bet:
    """One bet: its stake, what it can win, and what it has won. Amounts in centavos."""

    card_id: UUID
    place: int
    game: Game
    kind: str
    number: str
    outcomes: tuple[int, ...]
    odds: Odds
    stake: int
    wins: int
    status: BetStatus
    won: int
    because: str
    sale_number: int | None

    @property
    def id(self) -> str:
        """Its card, and its place on it from 0."""
        return f"{self.card_id}.{self.place}"

    @property
    def is_rumble(self) -> bool:
        """Whether it wins in any order."""
        return self.kind == "rumble"


@dataclass(frozen=True, slots=True)
class Card:
    """What was bought at once. `status` None: it is not paid."""

    id: UUID
    code: str
    status: CardStatus | None
    payment_status: PaymentStatus
    payment: str
    total: int
    made_at: datetime
    reserved_until: datetime | None
    bets: tuple[Bet, ...]

    @property
    def can_win(self) -> int:
        """What it can win at most, all its draws together, with what it has won."""
        alive = [bet for bet in self.bets if bet.status not in ("lost", "refunded")]
        return rules.most((bet.game.id, Weight(bet.outcomes, bet.wins)) for bet in alive)

    @property
    def won(self) -> int:
        """What its bets have won."""
        return sum(bet.won for bet in self.bets)

    @property
    def given_back(self) -> int:
        """What of it has gone back, or is on its way."""
        return sum(bet.stake for bet in self.bets if bet.status == "refunded")

    @property
    def is_undecided(self) -> bool:
        """Whether nothing has become of any bet of it."""
        return all(bet.status == "active" for bet in self.bets)

    @property
    def waited_for(self) -> list[Game]:
        """Draws that some of its bets are still in, in the order of its lines."""
        return list({bet.game.id: bet.game for bet in self.bets if bet.status == "active"}.values())

    @property
    def is_over(self) -> bool:
        """Whether nothing more can become of it."""
        if self.status is None:
            return self.payment_status == "failed"
        return all(bet.status in ("lost", "paid", "refunded") for bet in self.bets)


Wanted: TypeAlias = BetStatus | Literal["has_won"]
"""Bets that are wanted: those of a state, or all that have won, paid or not."""
_OWN: Final = select(BetTicket).where(BetTicket.game == SWERTRES.name)


def of_player(user_id: UUID, before: UUID | None = None, limit: int = 20) -> list[Card]:
    """Somebody's cards, the newest first; older than that one."""
    wanted = _OWN.where(BetTicket.user_id == user_id)
    if before is not None:
        wanted = wanted.where(BetTicket.id < before)
    return _cards(wanted.order_by(BetTicket.id.desc()).limit(limit))


def own_among(user_id: UUID, card_ids: Collection[UUID]) -> list[Card]:
    """Those of these cards that are somebody's, the newest first."""
    wanted = _OWN.where(BetTicket.user_id == user_id, BetTicket.id.in_(card_ids))
    return _cards(wanted.order_by(BetTicket.id.desc())) if card_ids else []


def codes_of(card_ids: Collection[UUID]) -> dict[UUID, str]:
    """What people call these cards."""
    if not card_ids:
        return {}
    rows = db.session.execute(select(BetTicket.id, BetTicket.code).where(BetTicket.id.in_(card_ids)))
    return {row.id: row.code for row in rows}


def waiting(user_id: UUID) -> UUID | None:
    """The card of somebody's that waits for its payment."""
    query = select(BetTicket.id).where(BetTicket.user_id == user_id, BetTicket.game == SWERTRES.name)
    return db.session.scalars(query.where(BetTicket.state == "reserved")).first()


def bought_since(user_id: UUID, since: datetime, total: int) -> list[Card]:
    """Somebody's accepted cards of a moment on that cost so much, the newest first."""
    wanted = _OWN.where(BetTicket.user_id == user_id, BetTicket.made_at > since, BetTicket.state == "posted")
    return _cards(wanted.where(BetTicket.total_minor == total).order_by(BetTicket.id.desc()).limit(20))


def own(user_id: UUID, card_id: str) -> Card:
    """A card of one's own. Raises NotFound `card_not_found`."""
    identifier = parse_id(card_id)
    found = _cards(_OWN.where(BetTicket.user_id == user_id, BetTicket.id == identifier)) if identifier else []
    return _one(found)


def by_code(code: str) -> Card:
    """An accepted card, for whoever has its code, with or without its hyphens. Raises NotFound `card_not_found`."""
    return _one(_cards(_OWN.where(BetTicket.code == read_code(code), BetTicket.state == "posted")))


def bets_of(
    user_id: UUID, status: Wanted | None = None, game: str | None = None, before: str | None = None, limit: int = 50
) -> list[Bet]:
    """Somebody's accepted bets, the newest card's first; of one state, of one draw, after that bet in this order.

    Raises NotFound `bet_not_found` for a place that is none.
    """
    wanted = (
        select(BetLine)
        .join(BetEntry, (BetEntry.ticket_id == BetLine.ticket_id) & (BetEntry.draw_id == BetLine.draw_id))
        .join(BetTicket, BetTicket.id == BetLine.ticket_id)
        .join(BetDraw, BetDraw.id == BetLine.draw_id)
        .outerjoin(BetSettlement, (BetSettlement.draw_id == BetDraw.id) & BetSettlement.reversed_at.is_(None))
        .outerjoin(
            BetWinning,
            (BetWinning.settlement_id == BetSettlement.id)
            & (BetWinning.ticket_id == BetLine.ticket_id)
            & (BetWinning.place == BetLine.place),
        )
        .where(
            BetTicket.user_id == user_id, BetTicket.game == SWERTRES.name, BetEntry.state.in_(("posted", "refunded"))
        )
    )
    if status is not None:
        wanted = wanted.where(*_CONDITIONS[status])
    if game is not None:
        wanted = wanted.where(BetDraw.name == game)
    if before is not None:
        card_id, place = _place(before)
        wanted = wanted.where(
            (BetLine.ticket_id < card_id) | ((BetLine.ticket_id == card_id) & (BetLine.place > place))
        )
    return _bets(db.session.scalars(wanted.order_by(BetLine.ticket_id.desc(), BetLine.place).limit(limit)).all())


_CONDITIONS: Final = {
    "active": (BetEntry.state == "posted", BetDraw.state != "resulted"),
    "won": (BetEntry.state == "posted", BetWinning.amount_minor > 0, BetWinning.paid_at.is_(None)),
    "has_won": (BetEntry.state == "posted", BetWinning.amount_minor > 0),
    "paid": (BetEntry.state == "posted", BetWinning.paid_at.is_not(None)),
    "lost": (BetEntry.state == "posted", BetDraw.state == "resulted", BetWinning.amount_minor.is_(None)),
    "refunded": (BetEntry.state == "refunded",),
}


def bets_on(game: Game, after: str | None, limit: int) -> list[tuple[Bet, UUID]]:
    """All accepted bets on a draw and whose they are, in the order of their cards. Raises as `bets_of`."""
    wanted = (
        select(BetLine, BetTicket.user_id)
        .join(BetTicket, BetTicket.id == BetLine.ticket_id)
        .where(BetLine.draw_id == game.key, BetTicket.state == "posted")
    )
    if after is not None:
        card_id, place = _place(after)
        wanted = wanted.where(
            (BetLine.ticket_id > card_id) | ((BetLine.ticket_id == card_id) & (BetLine.place > place))
        )
    rows = db.session.execute(wanted.order_by(BetLine.ticket_id, BetLine.place).limit(limit)).all()
    return list(zip(_bets([row[0] for row in rows]), [row[1] for row in rows], strict=True))


def bet_of(user_id: UUID, bet_id: str) -> Bet:
    """An accepted bet of one's own. Raises NotFound `bet_not_found`."""
    card_id, place = _place(bet_id)
    try:
        card = own(user_id, str(card_id))
    except NotFound:
        raise NotFound("bet_not_found") from None
    found = [bet for bet in card.bets if bet.place == place] if card.status is not None else []
    if not found:
        raise NotFound("bet_not_found")
    return found[0]


def _place(bet_id: str) -> tuple[UUID, int]:
    card, _, place = bet_id.partition(".")
    card_id = parse_id(card)
    if card_id is None or not place.isascii() or not place.isdigit() or len(place) > 3:
        raise NotFound("bet_not_found")
    return card_id, int(place)


def _one(found: Sequence[Card]) -> Card:
    if not found:
        raise NotFound("card_not_found")
    return found[0]


def _cards(wanted: Select[BetTicket]) -> list[Card]:
    tickets = db.session.scalars(wanted.execution_options(populate_existing=True)).all()
    ids = [ticket.id for ticket in tickets]
    lines = db.session.scalars(
        select(BetLine).where(BetLine.ticket_id.in_(ids)).order_by(BetLine.ticket_id, BetLine.place)
    ).all()
    entries = _entries(ids)
    bets = _bets(lines, entries)
    return [
        _card(
            ticket,
            [bet for bet in bets if bet.card_id == ticket.id],
            [cast(EntryState, entry.state) for (card_id, _), entry in entries.items() if card_id == ticket.id],
        )
        for ticket in tickets
    ]


def _card(ticket: BetTicket, bets: Sequence[Bet], entries: Sequence[EntryState]) -> Card:
    state = cast(TicketState, ticket.state)
    status = states.of_card(state, entries)
    return Card(
        id=ticket.id,
        code=ticket.code,
        status=status,
        payment_status=states.of_payment(state, status),
        payment=ticket.payment,
        total=ticket.total_minor,
        made_at=ticket.made_at,
        reserved_until=ticket.reserved_until,
        bets=tuple(bets),
    )


def _bets(lines: Sequence[BetLine], entries: Mapping[tuple[UUID, UUID], BetEntry] | None = None) -> list[Bet]:
    games = draws.by_keys(line.draw_id for line in lines)
    ids = {line.ticket_id for line in lines}
    entries, won = _entries(ids) if entries is None else entries, _winnings(ids)
    return [_bet(line, games[line.draw_id], entries[line.ticket_id, line.draw_id], won) for line in lines]


def _bet(line: BetLine, game: Game, entry: BetEntry, won: dict[tuple[UUID, int], BetWinning]) -> Bet:
    winning = won.get((line.ticket_id, line.place))
    is_paid = winning is not None and winning.paid_at is not None
    return Bet(
        card_id=line.ticket_id,
        place=line.place,
        game=game,
        kind=line.kind,
        number=line.selection,
        outcomes=tuple(line.marks),
        odds=Odds(line.numerator, line.denominator),
        stake=line.stake_minor,
        wins=line.wins_minor,
        status=states.of_bet(cast(EntryState, entry.state), game.status, winning is not None, is_paid),
        won=winning.amount_minor if winning is not None else 0,
        because=entry.refunded_because,
        sale_number=entry.number,
    )


def _entries(ids: Collection[UUID]) -> dict[tuple[UUID, UUID], BetEntry]:
    rows = db.session.scalars(
        select(BetEntry).where(BetEntry.ticket_id.in_(ids)).execution_options(populate_existing=True)
    )
    return {(row.ticket_id, row.draw_id): row for row in rows}


def _winnings(ids: Collection[UUID]) -> dict[tuple[UUID, int], BetWinning]:
    rows = db.session.scalars(
        select(BetWinning)
        .join(BetSettlement, BetSettlement.id == BetWinning.settlement_id)
        .where(BetWinning.ticket_id.in_(ids), BetSettlement.reversed_at.is_(None))
        .execution_options(populate_existing=True)
    )
    return {(row.ticket_id, row.place): row for row in rows}
