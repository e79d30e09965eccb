"""The games of this product, as everybody asks for them who knows none by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from flask import Flask

from app.chain.deposits.keys import RESERVE_BRANCH
from app.core.errors import NotFound
from app.core.ports import Port
from app.core.wire.error_messages import add_messages
from app.people.partners.models import PartnerSite
from app.selling.bets.games import BetGame
from app.selling.windows.games import AnyGame

from .badges import StateWord
from .frame.place import EmbedGame
from .fronts import GameFront, Verifier
from .parts import GameParts
from .records import GameRecords

PartT = TypeVar("PartT")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All games. A part that a game has not got is not among the parts.

    Raises:
        ValueError: not exactly one of them leads, two have one name, one branch of keys or a state of one name, or a
            branch is the reserve's.
    """

    games: tuple[GameParts, ...]

    def __post_init__(self) -> None:
        if sum(one.leads for one in self.games) != 1:
            raise ValueError("exactly one game leads")
        if len({one.name for one in self.games}) != len(self.games):
            raise ValueError("two games have one name")
        branches = [RESERVE_BRANCH, *self.key_branches.values()]
        if len(set(branches)) != len(branches):
            raise ValueError("a branch of keys is taken")
        states = self.all_of(lambda one: tuple(one.states))
        if len(set(states)) != len(states):
            raise ValueError("two games call states alike, and mean each its own")

    @property
    def leading(self) -> str:
        """The game that is meant where none is named."""
        return next(one.name for one in self.games if one.leads)

    @property
    def records(self) -> tuple[GameRecords, ...]:
        """The lists of every game that has any."""
        return tuple(one.records for one in self.games if one.records is not None)

    def offered_by(self, site: PartnerSite) -> tuple[GameRecords, ...]:
        """The lists of the games that a site sells: those of its choice; all, where it made none. A game without a
        place in the frame is no matter of choice."""
        chosen = {one.name for one in self.games if one.in_frame is None} | set(site.games or ())
        return tuple(one for one in self.records if site.games is None or one.name in chosen)

    @property
    def in_frame(self) -> tuple[EmbedGame, ...]:
        """Every place in the frame."""
        return tuple(one.in_frame for one in self.games if one.in_frame is not None)

    @property
    def windows(self) -> tuple[AnyGame, ...]:
        """The games that sell in windows of blocks."""
        return tuple(one.windows for one in self.games if one.windows is not None)

    @property
    def bets(self) -> tuple[BetGame, ...]:
        """The games that sell bets by the clock."""
        return tuple(one.bets for one in self.games if one.bets is not None)

    @property
    def key_branches(self) -> Mapping[str, int]:
        """Where each game's keys lie below the signer's account."""
        return {one.name: one.key_branch for one in self.games if one.key_branch is not None}

    @property
    def state_words(self) -> Mapping[str, StateWord]:
        """What states of a game's own are called."""
        return {state: word for one in self.games for state, word in one.states.items()}

    def called(self, name: str) -> GameParts:
        """The game of that name. Raises NotFound."""
        found = next((one for one in self.games if one.name == name), None)
        if found is None:
            raise NotFound("game_not_found")
        return found

    def all_of(self, part: Callable[[GameParts], Sequence[PartT]]) -> tuple[PartT, ...]:
        """A part of every game in a row."""
        return tuple(one for game in self.games for one in part(game))

    @property
    def paths(self) -> frozenset[str]:
        """Where games are on the website, and their names: no partner may take them for its own."""
        return frozenset({*(one.name for one in self.games), *(front.path.split("/")[1] for front in self.fronts)})

    @property
    def fronts(self) -> tuple[GameFront, ...]:
        """Every place on the website."""
        return tuple(one.front for one in self.games if one.front is not None)

    @property
    def leading_front(self) -> GameFront | None:
        """The place of the leading game, or of the first that has one."""
        leading = next((one.front for one in self.games if one.leads), None)
        return leading or next(iter(self.fronts), None)

    @property
    def leading_verifier(self) -> Verifier | None:
        """The page that checks rounds, for whom no game is named."""
        return self.leading_front.verifier if self.leading_front else None


CATALOGUE: Final = Port[Catalogue]("the games")


def assemble(app: Flask, games: Catalogue) -> None:
    """Give the application its games and their sentences, and the templates of all pages what they say of them."""
    CATALOGUE.fill(app, games)
    for game in games.games:
        add_messages(game.messages)
    app.jinja_env.globals.update(
        game_fronts=lambda: games.fronts,
        leading_front=lambda: games.leading_front,
        leading_verifier=lambda: games.leading_verifier,
        state_words=games.state_words.get,
    )


def catalogue() -> Catalogue:
    """The games that the application at hand was given."""
    return CATALOGUE.get()
