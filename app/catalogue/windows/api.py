"""The public records of a game as JSON that needs no key: its rounds, their orders, and the evidence of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response
from pydantic import BaseModel
from sqlalchemy import Select

from app.core.database.session import transaction
from app.core.limits.limiter import limiter
from app.core.wire.described import Described
from app.core.wire.http import json_response, with_etag
from app.core.wire.paging import LARGEST_PAGE, page_limit, query_cursor, query_number
from app.selling.windows import queries
from app.selling.windows.games import game_called
from app.selling.windows.lists.parameters import BundleParameters, RoundOrdersParameters, RoundsParameters
from app.selling.windows.proof import bundle
from app.selling.windows.tables import AnyTables

from .contexts import Ordered

_BUNDLES_LIMIT: Final = "60 per minute"
_ROUND: Final = {404: "round_not_found"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOrders:
    """A round's orders that were ever paid: `name` in the address and in the `answer`, at the `endpoint`, `summary` in
    the document. `read` makes views of a query, `record` the JSON of one. `is_kept`: a reader may keep an answer, if it
    asks about it each time."""

    name: str
    endpoint: str
    summary: str
    read: Callable[[Select[Any]], Sequence[Ordered]]
    record: Callable[[Any], BaseModel]
    answer: type[BaseModel]
    is_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsApi:
    """A game's records below the address `path`, under the heading `tag` of the document, at endpoints of `routes`.

    `records` makes the JSON of rounds, many at once. `round`, `rounds` and `bundle` are the models of answers.
    """

    routes: Blueprint
    path: str
    tag: str
    game: AnyTables
    records: Callable[[Sequence[Any]], Sequence[BaseModel]]
    round: type[BaseModel]
    rounds: type[BaseModel]
    bundle: type[BaseModel]
    orders: RoundOrders

    def serve(self) -> None:
        """Add the routes."""
        round_, add = "/rounds/<round_number:number>", self.routes.add_url_rule
        add("/rounds", "rounds", self.answer_rounds)
        add(round_, "round_", self.answer_round)
        add(f"{round_}/{self.orders.name}", self.orders.endpoint, self.answer_orders)
        add(f"{round_}/bundle", "proof_bundle", self.answer_bundle)

    def answer_rounds(self) -> Response:
        """Rounds, the newest first."""
        limit = page_limit(20)
        page = queries.rounds_page(self.game, query_number("before"), limit + 1)
        following = page[limit - 1].round_number if len(page) > limit else None
        return with_etag(json_response(self.rounds(rounds=self.records(page[:limit]), next=following)))

    def answer_round(self, number: int) -> Response:
        """One round."""
        return with_etag(json_response(self.records([queries.round_of(self.game, number)])[0]))

    def answer_orders(self, number: int) -> Response:
        """A round's orders that were ever paid, those that got nothing included, in the order they were made."""
        queries.round_of(self.game, number)
        limit = page_limit(LARGEST_PAGE)
        page = self.orders.read(queries.paid_orders(self.game, number, query_cursor("after"), limit + 1))
        records = [self.orders.record(view) for view in page[:limit]]
        following = str(page[limit - 1].order.id) if len(page) > limit else None
        answer = json_response(self.orders.answer(**{self.orders.name: records, "next": following}))
        return with_etag(answer) if self.orders.is_kept else answer

    @limiter.limit(_BUNDLES_LIMIT)
    def answer_bundle(self, number: int) -> Response:
        """Everything about a round that a stranger needs to check it without us; long ones in parts."""
        with transaction():
            reading = bundle.read(game_called(self.game.name), number, query_number("from") or 0)
        return bundle.answer(reading)

    @property
    def rounds_described(self) -> Described:
        return self._described("rounds", "/rounds", "Rounds, the newest first", self.rounds, query=RoundsParameters)

    @property
    def round_described(self) -> Described:
        return self._described("round_", "/rounds/{number}", "One round", self.round, refusals=_ROUND)

    @property
    def orders_described(self) -> Described:
        own = self.orders
        path = f"/rounds/{{number}}/{own.name}"
        query = RoundOrdersParameters
        return self._described(own.endpoint, path, own.summary, own.answer, query=query, refusals=_ROUND)

    @property
    def bundle_described(self) -> Described:
        return self._described(
            "proof_bundle",
            "/rounds/{number}/bundle",
            "A round with its evidence",
            self.bundle,
            query=BundleParameters,
            refusals={**_ROUND, 503: "node_away, records_moving"},
        )

    def _described(self, name: str, path: str, summary: str, answer: type[BaseModel], **more: Any) -> Described:
        endpoint = f"{self.routes.name}.{name}"
        return Described(endpoint, "GET", f"{self.path}{path}", self.tag, summary, answer, **more)
