"""Draws as bare rows, and money that somebody put into a bankroll: what the bankroll alone is asked with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from app.core.database.session import db
from app.core.ids import new_id
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef, Posting
from app.selling.bets import postings
from app.selling.bets.models import BetDraw

GAME, CURRENCY = "pick", "PHP"
BANKROLL = postings.bankroll(GAME, CURRENCY)
BANK, RESULT = AccountRef("bank", "house", CURRENCY), AccountRef("result", "", CURRENCY)


def bare_draw(slot: int) -> UUID:
    """A draw that sells for ever, with a promise of nothing."""
    day, begun = date(2026, 12, 1), datetime(2026, 12, 1, tzinfo=UTC)
    hours = (begun + timedelta(hours=hour) for hour in range(4))
    opens, closes, seals, draws = hours
    named = {"game": GAME, "name": f"{day}-{slot}", "day": day, "slot": slot, "currency": CURRENCY}
    times = {"opens_at": opens, "closes_at": closes, "seals_at": seals, "draws_at": draws}
    promised = {"source": "sealed_draw", "classes": 10, "promise": "{}", "promise_hash": bytes(32), "tip": bytes(32)}
    draw = BetDraw(id=new_id(), **named, **times, **promised)
    db.session.add(draw)
    db.session.flush()
    return draw.id


def put_in(amount: int) -> None:
    """By the game's owner, from a bank."""
    ledger.post(postings.funded(new_id(), GAME, BANK, amount))


def take_out(amount: int) -> None:
    ledger.post(postings.withdrawn(new_id(), GAME, BANK, amount))


def house_loses(amount: int) -> None:
    """Money that is in hand goes, and no bankroll: a fee of a gateway, say."""
    ledger.post([Posting(RESULT, BANK, amount, "test", str(new_id()), "lost")])
