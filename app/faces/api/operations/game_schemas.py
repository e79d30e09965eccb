"""The server API's JSON of lists: each list is of one game, which its query names, and has that game's records.

The models are made from the games' descriptions; the document tells of all that any of them can say.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from functools import reduce
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, RootModel, create_model

from app.core.wire.parameters import Next, Paged, Parameters, UuidText
from app.core.wire.schemas import Answer
from app.selling.windows.lists.listing import GameRecords
from app.selling.windows.lists.parameters import Identifier, Narrowed


class GameSchemas:
    """Queries and answers of the lists of these games, the first of which is meant where none is named."""

    def __init__(self, games: tuple[GameRecords, ...]) -> None:
        main, *_ = games
        game: Any = (Annotated[_one_of(one.name for one in games), Field(description="whose records")], main.name)
        names: dict[str, Any] = {name: (_player(name, games) | None, None) for one in games for name in one.players}
        states = _state((state for one in games for state in one.orders.states), "orders in this state alone")
        fates = _state((state for one in games for state in one.payments.states), "payments of this fate alone")
        order_id: Any = (Annotated[UuidText, Field(description="payments to this order alone")] | None, None)
        self.one: type[BaseModel] = create_model("OfGame", __base__=Parameters, game=game)
        self.page: type[BaseModel] = create_model("PagedOfGame", __base__=Paged, game=game)
        narrowed: type[BaseModel] = create_model("NarrowedOfGame", __base__=Narrowed, **names, game=game)
        self.orders: type[BaseModel] = create_model("OrdersQuery", __base__=narrowed, state=(states | None, None))
        self.payments: type[BaseModel] = create_model(
            "PaymentsQuery", __base__=narrowed, status=(fates | None, None), order_id=order_id
        )
        order, round_ = _any_of(one.orders.answer for one in games), _any_of(one.rounds.answer for one in games)
        self.order_answer = _choice("AnyReceipt", "One order of any game.", order)
        self.round_answer = _choice("AnyRound", "One round of any game.", round_)
        self.orders_page = _page("OrdersPage", "Orders of one game, the newest first.", orders=order)
        self.payments_page = _page(
            "PaymentsPage",
            "Confirmed payments of one game, the last recorded first.",
            payments=_any_of(one.payments.answer for one in games),
        )
        self.wins_page = _page(
            "WinsPage", "Wins of one game, the newest round first.", wins=_any_of(one.wins.answer for one in games)
        )
        self.rounds_page = _page("RoundsList", "Rounds of one game, the newest first.", rounds=round_)


def _player(name: str, games: tuple[GameRecords, ...]) -> Any:
    """A player's name as a parameter, which says whose it is where the main game does not know it."""
    whose = [one.name.capitalize() for one in games if name in one.players]
    is_of_main = name in games[0].players
    return Identifier if is_of_main else Annotated[Identifier, Field(description=f"of {', '.join(whose)}")]


def _choice(name: str, about: str, choice: Any) -> type[RootModel[Any]]:
    base: Any = RootModel
    made: type[RootModel[Any]] = create_model(name, __base__=base[choice], __doc__=about)
    return made


def _page(name: str, about: str, **records: Any) -> type[BaseModel]:
    many: Any = list
    fields: Any = {field: (many[record], ...) for field, record in records.items()}
    made: type[BaseModel] = create_model(name, __base__=Answer, __doc__=about, **fields, next=(Next, ...))
    return made


def _one_of(words: Iterable[str]) -> Any:
    return Literal[tuple(dict.fromkeys(words))]


def _state(words: Iterable[str], about: str) -> Any:
    return Annotated[_one_of(words), Field(description=about)]


def _any_of(models: Iterable[type[BaseModel]]) -> Any:
    return reduce(operator.or_, models)
