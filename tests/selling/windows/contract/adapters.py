"""How each game of windows is bought, for tests of the rail that know no game. A game more is an adapter more."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import select

from app.core.database.session import Model, db
from app.games.luckotto import queries as luckotto_queries
from app.games.luckotto import service as luckotto
from app.games.luckotto.game import LUCKOTTO
from app.games.luckotto.models import LuckottoTicket, LuckottoWin
from app.games.luckotto.rules import numbers_of
from app.games.ticket_draw import queries as ticket_queries
from app.games.ticket_draw import service as ticket_draw
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import PartnerWin, SlipRange
from app.people.partners.models import PartnerSite
from app.selling.windows.games import AnyGame
from app.selling.windows.models import WindowWin
from tests.settings import EXPLORE

Test = TypeVar("Test", bound=Callable[..., None])


@dataclass(frozen=True)
class Bought:
    """An order that was placed, and what it costs: so much makes it take part in the draw."""

    id: UUID
    address: str
    terms: str
    round_number: int
    minimum: int
    sats: int


class Adapter(ABC):
    """One game. `won_order` names the column of its wins that has the order.

    `sold_out` is the fate of what is paid when nothing is left. `other_settings` are what a day's settings may say of
    rounds to come. `lost_after_draw` are what the audit, for a person's sake, goes on to say of a settled round whose
    payments are gone from the chain. `never_written_down` are columns of an order that no journal gives back.
    """

    game: AnyGame
    win: type[WindowWin]
    won_order: str
    sold_out: str
    other_settings: ClassVar[Mapping[str, int]]
    lost_after_draw: frozenset[str] = frozenset()
    never_written_down: frozenset[str] = frozenset()

    @abstractmethod
    def few(self, site: PartnerSite, player: str, tip: int) -> Bought:
        """A small order, of which many fit into a round."""

    @abstractmethod
    def whole(self, site: PartnerSite, player: str, tip: int) -> Bought:
        """All that a round has to sell: who pays it, wins."""

    @abstractmethod
    def holds(self, order_id: UUID) -> Sequence[object]:
        """What an order holds, in a form that is the same whenever it holds the same."""

    @abstractmethod
    def state(self, order_id: UUID) -> str:
        """The one word that its buyer sees, once it was paid."""

    @abstractmethod
    def forged(self, seed: str, round_: Any) -> tuple[dict[str, Any], str]:
        """A checkpoint, and a state in it, from which a draw would end as its writer likes."""


class Tickets(Adapter):
    """The main game: as many tickets as are paid for."""

    game = ROUNDS
    win = PartnerWin
    won_order = "slip_id"
    sold_out = "sold_out"
    other_settings: ClassVar[Mapping[str, int]] = {
        "hashes_per_digit": 7,
        "ticket_digits": 5,
        "base_ticket_price_sats": 9,
    }
    lost_after_draw = frozenset({"rounds.M slips are their payments"})
    never_written_down = frozenset({"player_private_identifier", "receipt_secret_hash"})

    def few(self, site: PartnerSite, player: str, tip: int) -> Bought:
        return self._order(site, player, tip, 3)

    def whole(self, site: PartnerSite, player: str, tip: int) -> Bought:
        return self._order(site, player, tip, None)

    def _order(self, site: PartnerSite, player: str, tip: int, tickets: int | None) -> Bought:
        made = ticket_draw.create_order(site, player, f"private-{player}", tip)
        order, supply = made.order, db.session.get_one(ROUNDS.round, made.order.round_number).ticket_supply
        sats = order.player_ticket_price_sats * (supply if tickets is None else tickets)
        return Bought(
            order.id, made.address.address, made.address.terms, order.round_number, order.min_payment_sats, sats
        )

    def holds(self, order_id: UUID) -> Sequence[object]:
        rows = select(SlipRange).where(SlipRange.slip_id == order_id).order_by(SlipRange.after)
        return [(row.first, row.after) for row in db.session.scalars(rows)]

    def state(self, order_id: UUID) -> str:
        return ticket_queries.order_of(str(order_id)).state

    def forged(self, seed: str, round_: Any) -> tuple[dict[str, Any], str]:
        state = "11" * 32
        digits = round_.ticket_digits
        return {
            "closing_hash": seed,
            "digit_index": digits,
            "hashes_per_digit": round_.hashes_per_digit,
            "steps_done": 0,
            "state": state,
            "draw_digits": "0" * digits,
            "digests": [state] * digits,
        }, state


class Numbers(Adapter):
    """Luckotto: a set of numbers, once its price has arrived."""

    game = LUCKOTTO
    win = LuckottoWin
    won_order = "ticket_id"
    sold_out = "unallocated"
    other_settings: ClassVar[Mapping[str, int]] = {
        "luckotto_hash_work": 7,
        "luckotto_pool_size": 20,
        "luckotto_base_combination_price_sats": 9,
    }

    def few(self, site: PartnerSite, player: str, tip: int) -> Bought:
        return self._order(site, player, tip, range(1, 8))

    def whole(self, site: PartnerSite, player: str, tip: int) -> Bought:
        return self._order(site, player, tip, range(1, 13))

    def _order(self, site: PartnerSite, player: str, tip: int, numbers: Sequence[int]) -> Bought:
        made = luckotto.create_order(site, list(numbers), player.title(), player, tip)
        order = made.order
        return Bought(
            order.id,
            made.address.address,
            made.address.terms,
            order.round_number,
            order.min_payment_sats,
            order.total_sats,
        )

    def holds(self, order_id: UUID) -> Sequence[object]:
        ticket = db.session.get(LuckottoTicket, order_id, populate_existing=True)
        return [] if ticket is None else [(ticket.sequence, numbers_of(ticket.numbers))]

    def state(self, order_id: UUID) -> str:
        return luckotto_queries.order_of(str(order_id)).state

    def forged(self, seed: str, round_: Any) -> tuple[dict[str, Any], str]:
        state = "11" * 32
        return {
            "closing_hash": seed,
            "hash_work": round_.hash_work,
            "steps_done": round_.hash_work,
            "state": state,
        }, state


ADAPTERS: Final[tuple[Adapter, ...]] = (Tickets(), Numbers())


def name_of(value: object) -> str | None:
    """What a parameter is called in the name of a test, where it is a game's."""
    return value.game.name if isinstance(value, Adapter) else None


class Turns:
    """For tests that ask the rail where nothing of a game's own has a part: the games of a file take turns from such a
    test to the next, so that each is asked of its halts, refunds, and so on. When exploring each test asks them all."""

    def __init__(self) -> None:
        self._asked = 0

    def __call__(self, test: Test) -> Test:
        games = ADAPTERS if EXPLORE else (ADAPTERS[self._asked % len(ADAPTERS)],)
        self._asked += 1
        marked: Test = pytest.mark.parametrize("adapter", games, indirect=True, ids=name_of)(test)
        return marked


def holds_state(outcome: Mapping[str, Any] | None, state: str) -> bool:
    """Whether a draw came out of that state."""
    return outcome is not None and state in json.dumps(outcome)


def columns_of(row: Model) -> dict[str, Any]:
    """Every column of a row as it is now."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}
