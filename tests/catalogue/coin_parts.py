"""The sixth game's description: all that the product is told of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from flask import Blueprint, Response
from flask_babel import LazyString
from markupsafe import Markup
from pydantic import Field
from sqlalchemy import ColumnElement, select

from app.catalogue.badges import StateWord
from app.catalogue.console import Search
from app.catalogue.fronts import GameFront, Link, Live
from app.catalogue.parts import GameParts
from app.catalogue.records import GameRecords, Narrowing, OrderLine, Orders, OwnCell, PublicRounds, WinLine, Wins
from app.core.database.session import db
from app.core.ids import created_at, earliest_id, parse_id
from app.core.jobs.queue import PeriodicJob
from app.core.web.surfaces import Surface
from app.core.web.templating import iso
from app.core.wire.parameters import UuidText
from app.core.wire.schemas import Answer, Question, Sats
from app.people.partners.keys.operations import Call, Operations, Reply
from app.people.partners.models import PartnerSite
from app.people.partners.site.first_steps import Milestone
from app.record.events.types import EventType

from . import coin
from .coin import NAME, PAID_SATS, STAKE_SATS, Bet, Toss, place


def _text(words: str) -> LazyString:
    return LazyString(lambda: words)


TITLE: Final = _text("Coin toss")
Side = Literal["heads", "tails"]


class NewBet(Question):
    """A bet on the toss at hand."""

    player_name: Annotated[str, Field(min_length=1, max_length=64)]
    side: Side


class BetRecord(Answer):
    """A bet of yours."""

    game: Literal["coin"] = "coin"
    id: UuidText
    toss: int
    player_name: str
    side: Side
    stake_sats: Sats
    state: Literal["placed", "won", "lost"]


class WonBet(Answer):
    """A bet that won: it is on your balance already."""

    game: Literal["coin"] = "coin"
    bet_id: UuidText
    paid_sats: Sats


class TossRecord(Answer):
    """A toss, the same for everybody."""

    game: Literal["coin"] = "coin"
    round_number: int
    side: Side | None


OPERATIONS = Operations()


@OPERATIONS.add(
    "POST",
    "/bets",
    "Orders",
    base="/api/coin",
    body=NewBet,
    answer=BetRecord,
    status=201,
    sells=True,
    refusals={409: "insufficient_funds"},
)
def create_bet(call: Call) -> Reply:
    """Bet on the toss at hand, from your balance."""
    return Reply(_bet_record(place(call.site, call.body.player_name, call.body.side)))


def _bet_record(bet: Bet) -> BetRecord:
    side: Any = bet.side
    state: Any = bet.state
    return BetRecord(
        id=str(bet.id), toss=bet.number, player_name=bet.player, side=side, stake_sats=STAKE_SATS, state=state
    )


def _bets(site: PartnerSite, wanted: Narrowing, before: UUID | None, limit: int, *more: Any) -> Sequence[Bet]:
    where: list[ColumnElement[bool]] = [Bet.partner_site_id == site.id, *more]
    where += [Bet.player == text for text in wanted.players.values()]
    where += [Bet.player.icontains(wanted.search, autoescape=True)] if wanted.search else []
    for column, value in ((Bet.number, wanted.round_number), (Bet.id, wanted.order_id), (Bet.state, wanted.state)):
        where += [column == value] if value is not None else []
    where += [Bet.id >= earliest_id(wanted.since)] if wanted.since else []
    where += [Bet.id < earliest_id(wanted.until)] if wanted.until else []
    where += [Bet.id < before] if before else []
    return db.session.scalars(select(Bet).where(*where).order_by(Bet.id.desc()).limit(limit)).all()


def _won(site: PartnerSite, wanted: Narrowing, before: UUID | None, limit: int) -> Sequence[Bet]:
    return _bets(site, wanted, before, limit, Bet.state == "won")


def _one(site: PartnerSite, identifier: str) -> Bet | None:
    bet_id = parse_id(identifier)
    found = _bets(site, Narrowing(order_id=bet_id), None, 1) if bet_id else []
    return found[0] if found else None


def _find(asked: Search, limit: int) -> Sequence[tuple[PartnerSite, Bet]]:
    query = select(PartnerSite, Bet).join(Bet, Bet.partner_site_id == PartnerSite.id)
    if asked.words:
        bet_id = parse_id(asked.words)
        query = query.where(Bet.id == bet_id if bet_id else Bet.player == asked.words)
    if asked.round_number is not None:
        query = query.where(Bet.number == asked.round_number)
    if asked.partner:
        query = query.where(PartnerSite.name == asked.partner)
    if asked.before:
        query = query.where(Bet.id < asked.before)
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Bet.id.desc()).limit(limit))]


def _order_line(bet: Bet) -> OrderLine:
    return OrderLine(
        id=bet.id,
        player=bet.player,
        account=bet.player,
        round_number=bet.number,
        received_sats=STAKE_SATS,
        bought=bet.side,
        state=bet.state,
    )


def _win_line(bet: Bet) -> WinLine:
    return WinLine(
        id=bet.id, player=bet.player, account=bet.player, round_number=bet.number, won=bet.side, amount_sats=PAID_SATS
    )


def _tosses(before: int | None, limit: int) -> Sequence[TossRecord]:
    query = select(Toss).order_by(Toss.number.desc()).limit(limit)
    found = db.session.scalars(query if before is None else query.where(Toss.number < before))
    return [_toss_record(toss) for toss in found]


def _toss_record(toss: Toss) -> TossRecord:
    side: Any = toss.side
    return TossRecord(round_number=toss.number, side=side)


_id: Callable[[Bet], UUID] = lambda bet: bet.id  # noqa: E731

RECORDS: Final = GameRecords(
    name=NAME,
    title=TITLE,
    players=("player_name",),
    orders=Orders(
        _bets,
        _id,
        parse_id,
        {
            "placedAt": lambda bet: iso(created_at(bet.id)),
            "betId": lambda bet: str(bet.id),
            "playerName": lambda bet: bet.player,
            "toss": lambda bet: bet.number,
            "side": lambda bet: bet.side,
            "state": lambda bet: bet.state,
        },
        ("placed", "won", "lost"),
        record=_bet_record,
        answer=BetRecord,
        line=_order_line,
        one=_one,
        bought=OwnCell(_text("Side")),
    ),
    wins=Wins(
        _won,
        _id,
        parse_id,
        {"betId": lambda bet: str(bet.id), "playerName": lambda bet: bet.player, "paidSats": lambda bet: PAID_SATS},
        record=lambda bet: WonBet(bet_id=str(bet.id), paid_sats=PAID_SATS),
        answer=WonBet,
        line=_win_line,
        won=OwnCell(_text("Side")),
    ),
    rounds=PublicRounds(_tosses, lambda number: _toss_record(coin.toss_of(number)), TossRecord),
    round_kind="coin-toss",
)

pages = Blueprint("coin", __name__)


@pages.get("/coin")
def tosses() -> Response:
    """The newest tosses, for everybody."""
    lines = [f"{one.round_number} {one.side or '-'}" for one in _tosses(None, 20)]
    return Response("\n".join(lines), mimetype="text/plain")


def _live() -> Live:
    newest = next(iter(_tosses(None, 1)), None)
    words = f"The last toss: {newest.side or 'in the air'}" if newest else "No toss yet"
    on_sale = Link("/coin", newest.round_number) if newest else None
    return Live(Markup("<p id='coin'>{}</p>").format(words), on_sale, None)


def _milestone(site: PartnerSite) -> Milestone:
    return "paid" if _bets(site, Narrowing(), None, 1) else "nothing"


PARTS: Final = GameParts(
    name=NAME,
    title=TITLE,
    records=RECORDS,
    operations=tuple(OPERATIONS),
    front=GameFront(TITLE, _text("Tosses"), "/coin", _live, dict, _text("Heads or tails of a block.")),
    finding=_find,
    pages=(pages,),
    endpoints={Surface.WEBSITE: ("coin.tosses",)},
    event_types=(
        EventType("bet.placed", "a bet was placed from your balance"),
        EventType("bet.won", "a bet won, and is on your balance", is_suggested=True),
    ),
    states={"placed": StateWord("live", _text("In the air"))},
    milestone=_milestone,
    periodic_jobs=(PeriodicJob("coin.toss", coin.settle_due, coin.SECONDS),),
    audit_checks=(coin.numbers_agree,),
    tables=("coin_bets", "coin_tosses"),
)
