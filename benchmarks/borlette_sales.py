"""Tickets of borlette that come together, sold in one transaction at a draw with many lines: where what it could cost
has to be counted anew, against the same where a sum says that it fits."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import insert, select

from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.games.borlette.engine import odds
from app.games.borlette.engine.book import Book, weights
from app.games.borlette.engine.profiles import PROFILES
from app.games.borlette.game import BORLETTE
from app.games.borlette.operating.configuring import CONFIGURED
from app.money.wallets.postings import paid, wallet
from app.people.accounts import service as accounts
from app.people.players.profile import service as profiles
from app.people.players.profile.rules import Proposed
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef
from app.selling.bets import exposure, postings
from app.selling.bets.bankroll import capacity
from app.selling.bets.calendar import service as calendar
from app.selling.bets.models import BetDraw, BetExposure
from app.selling.bets.rules import added
from app.selling.bets.sale import service
from app.selling.bets.sale.ticket import Accepted, Line, Wanted

from . import borlette
from .measuring import Row, alternate
from .stage import NO_NODE, Stage

_BATCH: Final = 100
_LINES: Final = 5
_MONEY: Final = 10**15
_PROFILE: Final = PROFILES["seed_v1"]


def run(stage: Stage) -> Iterator[Row]:
    """Batches as the acceptor sells them; what comes before and after the sale is not timed."""
    stage.make_database("borlette")
    app = stage.application(stage.settings("borlette", NO_NODE, UNVERIFIED_LIMITS="HTG=100000000000000"))
    with app.app_context():
        count = stage.scale.borlette_lines
        draw_id, people = _begin(count)
        chance = random.Random(2)
        seconds = alternate(
            stage.scale.repeats,
            {name: partial(_sell, chance, draw_id, people, name == "counted") for name in ("counted", "summed")},
        )
        db.session.remove()
        db.engine.dispose()
    rates = {name: len(people) / value for name, value in seconds.items()}
    what = f"borlette, {_BATCH} tickets of {_LINES} lines together, after {count:,} lines"
    yield Row(what, "tickets/s", rates["counted"], rates["summed"], "nothing counted", "each batch is counted")


def _begin(count: int) -> tuple[UUID, list[UUID]]:
    """A bankroll, a draw of tomorrow on which so many lines weigh, and people with money."""
    with transaction():
        changes = {"sessions": "ny", "days_ahead": 3, "most_on_number": None}
        CONFIGURED.configure(changes, actor="bench", reason="to be measured")
        bank = AccountRef("bank", "bench", BORLETTE.currency)
        ledger.post(postings.funded(new_id(), BORLETTE.name, bank, _MONEY))
        capacity.count()
        calendar.make_ahead(BORLETTE)
        last = select(BetDraw.id).where(BetDraw.game == BORLETTE.name).order_by(BetDraw.draws_at.desc()).limit(1)
        draw_id = db.session.scalars(last).one()
    lines = weights(odds.preset("house", _PROFILE), borlette.bets(random.Random(count), count))
    with transaction():
        calendar.locked(draw_id)
        assert capacity.widen(draw_id, Book(_PROFILE, lines).worst())
        rows = [{"draw_id": draw_id, "mark": mark, "amount_minor": cost} for mark, cost in added(lines).items()]
        db.session.execute(insert(BetExposure), rows)
    return draw_id, [_player(number) for number in range(_BATCH)]


def _player(number: int) -> UUID:
    with transaction():
        user_id = accounts.user_with_phone(f"+50934{number:06}")
        born = f"19{50 + number % 50}-{1 + number // 50:02}-10"
        profiles.register(user_id, Proposed("Marie Joseph", born, "HT", "HTG"), "en")
        own, clearing = wallet(user_id, BORLETTE.currency), AccountRef("clearing", "bench", BORLETTE.currency)
        ledger.post(paid(new_id(), clearing, own, _MONEY // 1_000_000))
    return user_id


def _sell(chance: random.Random, draw_id: UUID, people: list[UUID], is_counted: bool) -> float:
    """Seconds of one batch. Before, the draw has of the bankroll what it could cost, or much more."""
    with transaction():
        row = calendar.locked(draw_id)
        worst = row.worst_minor = Book.of(_PROFILE, *exposure.all_of(draw_id)).worst()
        db.session.flush()
        if is_counted:
            capacity.narrow(draw_id, worst)
        else:
            assert capacity.widen(draw_id, worst + _MONEY // 2)
    wanted = [_ticket(chance, draw_id, user_id) for user_id in people]
    begin = time.perf_counter()
    with transaction():
        answers = service.accept(wanted)
    seconds = time.perf_counter() - begin
    if not all(isinstance(one, Accepted) for one in answers):
        raise RuntimeError("not all were sold")
    return seconds


def _ticket(chance: random.Random, draw_id: UUID, user_id: UUID) -> Wanted:
    bets = borlette.bets(chance, _LINES)
    return Wanted(
        new_id(),
        user_id,
        BORLETTE.name,
        tuple(Line(draw_id, one.kind, one.selection, min(one.stake, 5_000_00)) for one in bets),
    )
