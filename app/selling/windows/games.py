"""A game of windows as the rail knows it: its tables, and one part for each question that only the game can answer.

The rail asks inside its own transactions: no part commits, and none calls the network.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, Generic, Self, TypeAlias, cast

from app.core.errors import NotFound
from app.core.ports import Port
from app.outcomes.draws.algorithms import Recorded
from app.people.partners.games import leading_game

from .models import WindowOrder, WindowPayment, WindowRound
from .questions.crediting import Crediting
from .questions.draw import Drawing, ResultT
from .questions.proof import Proof
from .questions.sale import Sale
from .questions.seal import Seal
from .questions.terms import Terms
from .tables import GameTables, OrderT, PaymentT, RoundT


@dataclass(frozen=True, kw_only=True, eq=False)
class WindowGame(GameTables[RoundT, OrderT, PaymentT], Generic[RoundT, OrderT, PaymentT, ResultT]):
    """One game. What it draws is a `ResultT`, by whichever algorithm."""

    sale: Sale[RoundT]
    terms: Terms[RoundT, OrderT]
    crediting: Crediting[RoundT]
    seal: Seal[RoundT]
    draw: Drawing[RoundT, OrderT, ResultT]
    proof: Proof[RoundT]

    @classmethod
    def of(
        cls,
        tables: GameTables[RoundT, OrderT, PaymentT],
        *,
        sale: Sale[RoundT],
        terms: Terms[RoundT, OrderT],
        crediting: Crediting[RoundT],
        seal: Seal[RoundT],
        draw: Drawing[RoundT, OrderT, ResultT],
        proof: Proof[RoundT],
    ) -> Self:
        """The game of these tables, with its answers."""
        named = {field.name: getattr(tables, field.name) for field in fields(tables)}
        return cls(**named, sale=sale, terms=terms, crediting=crediting, seal=seal, draw=draw, proof=proof)


AnyGame: TypeAlias = WindowGame[WindowRound, WindowOrder, WindowPayment, Recorded]


def listed(game: WindowGame[RoundT, OrderT, PaymentT, ResultT]) -> AnyGame:
    """The game among others, where nobody knows more of its rounds than that they are rounds.

    Each part is asked about rounds, orders and outcomes of its own game alone, for the rail reads them from that game's
    tables. Types cannot say this of a list: here, and nowhere else, it is taken on trust.
    """
    return cast(AnyGame, game)


GAMES: Final = Port[tuple[AnyGame, ...]]("games of windows")


def game_called(name: str) -> AnyGame:
    """The game of that name.

    Raises:
        NotFound: there is none.
    """
    game = next((game for game in window_games() if game.name == name), None)
    if game is None:
        raise NotFound("game_not_found")
    return game


def window_games() -> tuple[AnyGame, ...]:
    """Every game of windows."""
    return GAMES.get()


def usual_game() -> AnyGame:
    """The game of windows that is meant where none is named.

    Raises:
        NotFound: several sell in windows, and none of them leads.
    """
    games = window_games()
    return games[0] if len(games) == 1 else game_called(leading_game())
