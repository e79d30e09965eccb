"""A sixth game: a coin is tossed every two seconds, by the database's clock, for money on a partner's account.

It has no blocks, no rounds of windows, no payments, no frame; its outcome is a rule that anybody repeats from the
number of the toss. Everything that the product shows of it is what its description says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, MetaData, Text, extract, func, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.core.checks import Breach
from app.core.database.session import db, transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import new_id
from app.people.partners.models import PartnerSite
from app.record.audit.service import note
from app.record.events.service import Fact, record_many
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef, Posting

NAME: Final = "coin"
SECONDS: Final = 2
STAKE_SATS: Final = 100
PAID_SATS: Final = 190
SIDES: Final = ("heads", "tails")


class Model(DeclarativeBase):
    """Tables of the tests: no migration makes them, and no model of the product knows them."""

    metadata = MetaData()
    type_annotation_map = {str: Text}  # noqa: RUF012  (as SQLAlchemy wants it)


class Toss(Model):
    """A toss that somebody bet on; it has no side until it is settled."""

    __tablename__ = "coin_tosses"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    side: Mapped[str | None]


class Bet(Model):
    """A player's bet, paid from the account of its site."""

    __tablename__ = "coin_bets"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_site_id: Mapped[UUID] = mapped_column(ForeignKey(PartnerSite.id))
    number: Mapped[int] = mapped_column(ForeignKey(Toss.number))
    player: Mapped[str]
    side: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="placed")


# Rules and postings: all that the game decides.


def side_of(number: int) -> str:
    """What a toss shows: a rule over its number."""
    return SIDES[hashlib.sha256(f"coin {number}".encode()).digest()[0] % 2]


def state_of(bet_side: str, tossed: str) -> str:
    return "won" if bet_side == tossed else "lost"


def bet_posting(bet: Bet) -> Posting:
    return Posting(_partner(bet), _pool(bet.number), STAKE_SATS, NAME, str(bet.id), "bet")


def settled(number: int, bets: Sequence[Bet]) -> list[Posting]:
    """The pool is the house's, and the house pays who won."""
    won = [bet for bet in bets if bet.side == side_of(number)]
    return [
        Posting(_pool(number), AccountRef("result"), STAKE_SATS * len(bets), "coin-toss", str(number), "settle"),
        *(Posting(AccountRef("result"), _partner(bet), PAID_SATS, NAME, str(bet.id), "win") for bet in won),
    ]


def _partner(bet: Bet) -> AccountRef:
    return AccountRef("partner", str(bet.partner_site_id))


def _pool(number: int) -> AccountRef:
    return AccountRef("pool", f"coin:{number}")


# The verbs.


def place(site: PartnerSite, player: str, side: str) -> Bet:
    """Bet on the toss that the database's clock is at. Raises DomainError: the site has not got that much."""
    if side not in SIDES:
        raise DomainError("choice_unknown", field="side")
    number = _now()
    if db.session.get(Toss, number) is None:
        db.session.add(Toss(number=number))
        db.session.flush()
    bet = Bet(id=new_id(), partner_site_id=site.id, number=number, player=player, side=side, state="placed")
    db.session.add(bet)
    db.session.flush()
    ledger.post([bet_posting(bet)])
    record_many([Fact("bet.placed", NAME, f"order:{bet.id}", {"side": side, "toss": number}, site.id)])
    return bet


def settle_due() -> int:
    """Settle every toss that is over, each in a transaction of its own. How many were settled."""
    done = 0
    while True:
        with transaction():
            toss = db.session.scalar(
                select(Toss).where(Toss.side.is_(None), Toss.number < _now()).limit(1).with_for_update(skip_locked=True)
            )
            if toss is None:
                return done
            _settle(toss)
        done += 1


def _settle(toss: Toss) -> None:
    toss.side = side_of(toss.number)
    bets = db.session.scalars(select(Bet).where(Bet.number == toss.number)).all()
    ledger.post(settled(toss.number, bets))
    for bet in bets:
        bet.state = state_of(bet.side, toss.side)
    facts = [
        Fact("bet.won", NAME, f"order:{bet.id}", {"paidSats": PAID_SATS}, bet.partner_site_id)
        for bet in bets
        if bet.state == "won"
    ]
    record_many(facts)
    note("system", "coin.tossed", f"coin-toss:{toss.number}", side=toss.side)


def _now() -> int:
    """The number of the toss at hand: two seconds each since 1970."""
    seconds: Any = db.session.scalar(select(func.floor(extract("epoch", func.clock_timestamp()))))
    return int(seconds) // SECONDS


def toss_of(number: int) -> Toss:
    """Raises NotFound."""
    found = db.session.get(Toss, number)
    if found is None:
        raise NotFound("round_not_found")
    return found


def numbers_agree() -> list[Breach]:
    """Every settled bet ended as its toss says."""
    rows = db.session.execute(select(Bet, Toss).join(Toss).where(Toss.side.is_not(None))).all()
    return [
        Breach("coin.bets", f"bet {row[0].id} says {row[0].state}")
        for row in rows
        if row[0].state != state_of(row[0].side, side_of(row[1].number))
    ]


def forge(bet: UUID, state: str) -> None:
    """Say something else of a bet than its toss."""
    with transaction():
        db.session.execute(update(Bet).where(Bet.id == bet).values(state=state))
