"""Where a round's draw and an order's numbers stand, in figures that pages show."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.core.database.session import db
from app.core.money import Sats
from app.games.luckotto.draw import known
from app.games.luckotto.draw.view import DrawView
from app.games.luckotto.models import LuckottoRound, LuckottoTicket
from app.games.luckotto.queries import OrderView
from app.outcomes.draws.models import Draw
from app.selling.windows.rounds import progress
from app.selling.windows.rounds.progress import CheatingView

TICKETS_IN_A_PICTURE = 300


def draw_view(round_: LuckottoRound, draw: Draw | None) -> DrawView | None:
    """The round's draw, running or done; None before it."""
    return known.of_round(round_).view(round_, draw) if draw is not None else None


def received_sats(view: OrderView) -> Sats:
    """All that is confirmed at the order's address, whatever became of it."""
    return sum(payment.amount_sats for payment in view.payments if payment.status not in ("seen", "orphaned"))


@dataclass(frozen=True, slots=True)
class Changes:
    """How the numbers that an order got differ from those it asked for. Empty where they are the same."""

    taken_out: tuple[int, ...]
    put_in: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.taken_out)


def changes_of(view: OrderView) -> Changes:
    """Nothing changed, or no ticket, is no change."""
    asked, got = set(view.requested_numbers), set(view.allocated_numbers or view.requested_numbers)
    return Changes(tuple(sorted(asked - got)), tuple(sorted(got - asked)))


def cheating_view(round_: LuckottoRound, reward_sats: int) -> CheatingView:
    """The cost of bending the round's draw, by what of it is unsold."""
    unsold = (round_.possible_combinations - round_.sold_combinations) * 1000 // round_.possible_combinations
    algorithm = known.of_round(round_)
    steps = algorithm.steps(algorithm.parameters_of(round_))
    return progress.cheating_view(round_.jackpot_sats, steps, unsold, reward_sats)


def ticket_sizes(number: int) -> list[int]:
    """How many combinations each of a round's tickets covers, in chain order, as many as a picture can tell apart."""
    rows = db.session.scalars(
        select(LuckottoTicket.combinations)
        .where(LuckottoTicket.round_number == number)
        .order_by(LuckottoTicket.sequence)
        .limit(TICKETS_IN_A_PICTURE)
    )
    return list(rows)
