"""What every game lists for partners' servers: rounds, orders, payments and wins, from the games' descriptions."""

from __future__ import annotations

from functools import partial
from typing import Any

from pydantic import BaseModel

from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.wire.paging import cut, number_place, place_of
from app.people.partners.keys.operations import Call, Operations, Reply
from app.selling.windows.lists.listing import Answered, GameRecords
from app.selling.windows.lists.reconciling import Narrowing

from .game_schemas import GameSchemas


class GameLists:
    """The operations that list the records of these games."""

    def __init__(self, games: tuple[GameRecords, ...]) -> None:
        self._games = {game.name: game for game in games}
        self._players = tuple(dict.fromkeys(name for game in games for name in game.players))
        self._schemas = GameSchemas(games)

    def operations(self) -> Operations:
        """The table of them."""
        table, models = Operations(), self._schemas
        public = partial(table.add, "GET", is_public_record=True)
        public("/rounds", "Rounds", query=models.page, answer=models.rounds_page)(self.rounds)
        public(
            "/rounds/<round_number:number>",
            "Rounds",
            query=models.one,
            answer=models.round_answer,
            refusals={404: "round_not_found"},
        )(self.round_)
        own = partial(table.add, "GET")
        own("/orders", "Orders", query=models.orders, answer=models.orders_page)(self.orders)
        own("/orders/<identifier>", "Orders", answer=models.order_answer, refusals={404: "order_not_found"})(self.order)
        own("/payments", "Orders", query=models.payments, answer=models.payments_page)(self.payments)
        own("/wins", "Orders", query=models.page, answer=models.wins_page)(self.wins)
        return table

    def rounds(self, call: Call) -> Reply:
        """Rounds of one game, the newest first. The same for everybody."""
        query = call.query
        records = self._games[query.game].rounds.page(place_of(query.cursor, number_place), query.limit + 1)
        shown, following = cut(records, query.limit, lambda record: record.round_number)
        return Reply(self._schemas.rounds_page(rounds=list(shown), next=following))

    def round_(self, call: Call) -> Reply:
        """One round."""
        return Reply(self._schemas.round_answer(self._games[call.query.game].rounds.one(call.path["number"])))

    def orders(self, call: Call) -> Reply:
        """Your orders of one game, the newest first.

        `state` is what the order waits for or how it ended. An order made while you read appears on no later page.
        """
        listing = self._games[call.query.game].orders
        return self._page(call, listing, self._narrowing(call.query, call.query.state), self._schemas.orders_page)

    def order(self, call: Call) -> Reply:
        """One order of any game, with its payments and what it holds."""
        for game in self._games.values():
            found = game.reading.order(call.site, call.path["identifier"])
            if found is not None:
                return Reply(self._schemas.order_answer(game.orders.record(found)))
        raise NotFound("order_not_found")

    def payments(self, call: Call) -> Reply:
        """Confirmed payments to your orders of one game, the last recorded first.

        A payment whose block left the chain stays as `orphaned`; if it confirms again, that is another record. Payments
        that are only seen are with their order.
        """
        listing = self._games[call.query.game].payments
        return self._page(call, listing, self._narrowing(call.query, call.query.status), self._schemas.payments_page)

    def wins(self, call: Call) -> Reply:
        """Jackpots your players won in one game, the newest round first.

        You are paid the jackpot at the address that the order was made with, and credit the player yourself.
        """
        return self._page(call, self._games[call.query.game].wins, Narrowing(), self._schemas.wins_page)

    def _narrowing(self, query: Any, state: str | None) -> Narrowing:
        return Narrowing(
            {name: text for name in self._players if (text := getattr(query, name)) is not None},
            round_number=query.round_number,
            order_id=parse_id(getattr(query, "order_id", None) or ""),
            state=state,
            since=query.created_after,
            until=query.created_before,
        )

    def _page(self, call: Call, listing: Answered, wanted: Narrowing, answer: type[BaseModel]) -> Reply:
        """A state that only orders of another game can be in is the state of none of these."""
        query = call.query
        place = place_of(query.cursor, listing.read_place)
        is_possible = wanted.state is None or wanted.state in listing.states
        rows = listing.page(call.site, wanted, place, query.limit + 1) if is_possible else ()
        shown, following = cut(rows, query.limit, listing.place_of)
        records, *_ = answer.model_fields
        return Reply(answer(**{records: [listing.record(row) for row in shown], "next": following}))
