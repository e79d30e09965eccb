"""A calendar of draws over a funded bankroll, and somebody with pesos and a browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.games.swertres.game import SWERTRES
from app.games.swertres.reads import draws
from app.games.swertres.reads.draws import Game
from app.people.accounts import service as accounts
from app.people.accounts.login.page_door import session_cookie
from app.people.players.queries import read_now
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef
from app.selling.bets import postings
from app.selling.bets.calendar import service as calendar
from app.selling.bets.models import BetCapacity, BetLine, BetSettlement, BetTicket, BetWinning
from tests.money.wallets.money import player, top_up
from tests.personas import Persona

BANKROLL = 44_000_000_00
OWN = 1_000_00


@dataclass
class Shop:
    """Draws that are sold, and whoever buys; amounts in centavos."""

    app: Flask

    def open(self) -> list[Game]:
        return draws.open_now()

    def bettor(self, money: int = OWN) -> Persona:
        """Somebody with a wallet, whose browser is signed in."""
        with transaction():
            user_id, phone = player()
            if money:
                top_up(user_id, money, None, currency="PHP", provider="paymongo", clearing_of="paymongo")
            token = accounts.open_session(user_id, agent="a test")
        browser = self.app.test_client()
        with self.app.test_request_context("/"):
            browser.set_cookie(session_cookie(), token)
        return Persona(browser, user_id, phone)

    def bet(self, person: Persona, body: dict[str, Any], key: str = "one") -> TestResponse:
        return person.browser.post("/api/swertres/bets/place", json=body, headers={"Idempotency-Key": key})

    def draw(self, name: str, outcome: int, *, paid: bool = False) -> None:
        """A draw has its result, as whoever settles it writes that."""
        with transaction():
            row = draws.row_named(name)
            row.state = "sealed"
            db.session.flush()
            lines = db.session.query(BetLine).filter(BetLine.draw_id == row.id, BetLine.marks.any(outcome))
            won = [(line.ticket_id, line.place, line.wins_minor) for line in lines]
            row.state, row.outcome, row.resulted_at = "resulted", outcome, read_now()
            row.won_minor = sum(amount for _, _, amount in won)
            settlement = BetSettlement(
                id=new_id(), draw_id=row.id, outcome=outcome, shown=[outcome], winners=len(won), won_minor=row.won_minor
            )
            db.session.add(settlement)
            db.session.flush()
            for ticket_id, place, amount in won:
                user_id = db.session.get_one(BetTicket, ticket_id).user_id
                paid_at = read_now() if paid else None
                db.session.add(
                    BetWinning(
                        settlement_id=settlement.id,
                        ticket_id=ticket_id,
                        place=place,
                        user_id=user_id,
                        amount_minor=amount,
                        paid_at=paid_at,
                    )
                )


def opened(app: Flask) -> Shop:
    """A shop over a funded bankroll."""
    with transaction():
        bank = AccountRef("bank", "test", SWERTRES.currency)
        ledger.post(postings.funded(new_id(), SWERTRES.name, bank, BANKROLL))
        db.session.add(BetCapacity(currency=SWERTRES.currency, free_minor=BANKROLL))
        calendar.make_ahead(SWERTRES)
    return Shop(app)


@pytest.fixture
def shop(app: Flask, session: Any) -> Shop:
    return opened(app)
