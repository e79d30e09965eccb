"""Where a round's draw stands, in figures that pages show: the digits known so far, and what bending it would cost."""

from __future__ import annotations

from dataclasses import dataclass

from app.games.ticket_draw.models import Round
from app.outcomes.draws.models import Draw
from app.selling.windows.rounds import progress
from app.selling.windows.rounds.progress import CheatingView


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw as it is watched: `digits` drawn so far (most significant first), the state of the chain of hashes, and
    (place, digit, state) of each digit in drawing order."""

    digits: str
    total_digits: int
    state: str
    hashes_done: int
    hashes_total: int
    drawn: list[tuple[int, str, str]]
    is_done: bool


def draw_view(round_: Round, draw: Draw | None) -> DrawView | None:
    """The round's draw, running or done; None before it."""
    if draw is None:
        return None
    total = round_.ticket_digits * round_.hashes_per_digit
    if draw.outcome is not None:
        digits, digests = draw.outcome["drawDigits"], list(draw.outcome["drawDigests"])
        state, done = digests[-1], total
    elif draw.checkpoint is not None:
        digits, digests = draw.checkpoint["draw_digits"], list(draw.checkpoint["digests"])
        state = draw.checkpoint["state"]
        done = draw.checkpoint["digit_index"] * round_.hashes_per_digit + draw.checkpoint["steps_done"]
    else:
        digits, digests, state, done = "", [], draw.seed, 0
    drawn = [(place, digits[-1 - place], digest) for place, digest in enumerate(digests)]
    return DrawView(digits, round_.ticket_digits, state, done, total, drawn, draw.outcome is not None)


def cheating_view(round_: Round, reward_sats: int) -> CheatingView:
    """The cost of bending the round's draw, by what of it is unsold."""
    steps = round_.ticket_digits * round_.hashes_per_digit
    unsold = (round_.ticket_supply - round_.sold_tickets) * 1000 // round_.ticket_supply
    return progress.cheating_view(round_.jackpot_sats, steps, unsold, reward_sats)
