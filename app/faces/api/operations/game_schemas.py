"""The server API's JSON of lists: each list is of one game, which its query names, and has that game's records.

The models are made from the games' descriptions; the document tells of all that any of them can say.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, create_model

from app.catalogue.records import GameRecords, Listing
from app.core.wire.parameters import Next, UuidText
from app.core.wire.schemas import Answer, Question
from app.selling.windows.lists.parameters import Identifier, Narrowed


class OfGames:
    """Queries of one kind of list, of the games that have it.

    Where none is named `leading` is meant, or whichever is alone in having such a list; else one has to be named.
    """

    def __init__(self, games: Sequence[GameRecords], leading: str) -> None:
        names = [one.name for one in games]
        usual = leading if leading in names else names[0] if len(names) == 1 else ...
        self._leading = leading
        self.players = tuple(dict.fromkeys(name for game in games for name in game.players))
        self._games = games
        self._game: Any = (Annotated[_one_of(names), Field(description="whose records")], usual)

    def query(self, name: str, base: type[BaseModel], **fields: Any) -> type[BaseModel]:
        """A query that names the game."""
        made: type[BaseModel] = create_model(name, __base__=base, **fields, game=self._game)
        return made

    def narrowed(self, name: str, **narrowed_by: Any) -> type[BaseModel]:
        """A query that names the game, and may name players by each of the games' names for them, and the rest."""
        names: dict[str, Any] = {player: (self._player(player) | None, None) for player in self.players}
        fields: dict[str, Any] = {field: (kind | None, None) for field, kind in narrowed_by.items()}
        return create_model(name, __base__=self.query("NarrowedOfGame", Narrowed, **names), **fields)

    def _player(self, name: str) -> Any:
        """A player's name as a parameter, which says whose it is where the leading game does not know it."""
        whose = [one.name for one in self._games if name in one.players]
        if self._leading in whose:
            return Identifier
        told = ", ".join(one.capitalize() for one in whose)
        return Annotated[Identifier, Field(description=f"of {told}")]


def states_of(lists: Iterable[Listing], about: str) -> Any:
    """A state as a parameter: any that records of these lists can be in."""
    return Annotated[_one_of(state for one in lists for state in one.states), Field(description=about)]


ORDER_ID: Final[Any] = Annotated[UuidText, Field(description="payments to this order alone")]
PASSED_ON: Final[Any] = Annotated[
    Literal["true", "false"],
    Field(description="those that you have noted as passed on to the player, or those that are still to be"),
]


class PassedOnNote(Question):
    """Whether the player has what came to you for him."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"passedOn": True}]})

    passed_on: bool


def choice(name: str, about: str, of: Any) -> type[RootModel[Any]]:
    """An answer that is one of several records."""
    base: Any = RootModel
    made: type[RootModel[Any]] = create_model(name, __base__=base[of], __doc__=about)
    return made


def page(name: str, about: str, **records: Any) -> type[BaseModel]:
    """A page of records, and what the next one is asked for with."""
    many: Any = list
    fields: Any = {field: (many[record], ...) for field, record in records.items()}
    made: type[BaseModel] = create_model(name, __base__=Answer, __doc__=about, **fields, next=(Next, ...))
    return made


def _one_of(words: Iterable[str]) -> Any:
    return Literal[tuple(dict.fromkeys(words))]


def any_of(models: Iterable[type[BaseModel]]) -> Any:
    """The type of a record of any of these games."""
    return reduce(operator.or_, models)
