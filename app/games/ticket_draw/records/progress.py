"""Where a round's draw stands, in figures that pages show, and what bending it would cost."""

from __future__ import annotations

from app.games.ticket_draw.draw import known
from app.games.ticket_draw.draw.view import DrawView
from app.games.ticket_draw.models import Round
from app.outcomes.draws.models import Draw
from app.selling.windows.rounds import progress
from app.selling.windows.rounds.progress import CheatingView


def draw_view(round_: Round, draw: Draw | None) -> DrawView | None:
    """The round's draw, running or done; None before it."""
    return known.of_round(round_).view(round_, draw) if draw is not None else None


def cheating_view(round_: Round, reward_sats: int) -> CheatingView:
    """The cost of bending the round's draw, by what of it is unsold."""
    algorithm = known.of_round(round_)
    steps = algorithm.steps(algorithm.parameters_of(round_))
    unsold = (round_.ticket_supply - round_.sold_tickets) * 1000 // round_.ticket_supply
    return progress.cheating_view(round_.jackpot_sats, steps, unsold, reward_sats)
