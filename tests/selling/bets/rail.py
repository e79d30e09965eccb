"""A rail to bet on: the test's game, its bankroll, draws and players, made in the shortest way that is true."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from uuid import UUID

from flask import Flask

from app.core.checks import Breach
from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.people.players.queries import read_now
from app.record.ledger import checks as ledger_checks
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef
from app.selling.bets import checks, postings
from app.selling.bets.calendar import promise
from app.selling.bets.calendar.promise import Rules
from app.selling.bets.models import BetCapacity, BetDraw
from app.selling.bets.settlement import checks as results_checks
from tests.money.wallets.money import player, top_up

from .pick_game import PickGame

BANKROLL = 1_000_000


@dataclass
class Rail:
    """Amounts in centavos. Each verb is a transaction of its own."""

    app: Flask
    game: PickGame
    multiple: int = 9
    terms: dict[str, object] | None = None
    provider: str = "paymongo"
    slots: count[int] = field(default_factory=count)

    def fund(self, amount: int = BANKROLL) -> None:
        """So much in the game's bankroll, and free to be bet against."""
        with transaction():
            bank = AccountRef("bank", "test", self.game.currency)
            ledger.post(postings.funded(new_id(), self.game.name, bank, amount))
            capacity = db.session.get(BetCapacity, self.game.currency) or BetCapacity(
                currency=self.game.currency, free_minor=0
            )
            capacity.free_minor += amount
            db.session.add(capacity)

    def player(self, money: int = 100_000) -> UUID:
        """Somebody who may play, with so much in the wallet."""
        with transaction():
            user_id, _ = player()
        if money:
            self.top_up(user_id, money)
        return user_id

    def top_up(self, user_id: UUID, money: int) -> None:
        """So much more in the wallet."""
        with transaction():
            top_up(user_id, money, None, currency=self.game.currency, provider=self.provider, clearing_of=self.provider)

    def make_draw(
        self, *, opens: float = -60, closes: float = 600, seals: float = 60, draws: float = 300, official: bool = True
    ) -> UUID:
        """A draw by the database's clock: seconds from now until it opens and closes, from then until it is sealed, and
        until it is drawn."""
        with transaction():
            now, slot = read_now(), next(self.slots)
            day = date(2026, 11, 30)
            name, closes_at = f"{day}-{slot}", now + timedelta(seconds=closes)
            rules = Rules(
                final_after_seconds=86_400, void_after_seconds=7_200, witnesses=(), quorum=0, hashes=4, depth=1
            )
            text = promise.text_of(
                {"game": self.game.name, "name": name}, rules, self.terms or {"multiple": self.multiple}
            )
            hashed = promise.hash_of(text)
            draw = BetDraw(
                id=new_id(),
                game=self.game.name,
                name=name,
                day=day,
                slot=slot,
                currency=self.game.currency,
                opens_at=now + timedelta(seconds=opens),
                closes_at=closes_at,
                seals_at=closes_at + timedelta(seconds=seals),
                draws_at=closes_at + timedelta(seconds=max(draws, seals)),
                source="official" if official else "sealed_draw",
                lottery="pick" if official else "",
                classes=self.game.classes,
                promise=text,
                promise_hash=hashed,
                tip=hashed,
            )
            db.session.add(draw)
        return draw.id

    def draw(self, draw_id: UUID) -> BetDraw:
        """As it is kept now."""
        return db.session.get_one(BetDraw, draw_id, populate_existing=True)

    def breaches(self) -> list[Breach]:
        """What `flask audit` has to say of bets and of the book."""
        return [
            breach for check in (*checks.CHECKS, *results_checks.CHECKS, *ledger_checks.CHECKS) for breach in check()
        ]
