"""Whether what a round owes is what it drew, to whom that belongs, and nothing besides; every difference in words."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from app.core.database.session import db
from app.money.payouts import queries as payouts
from app.money.payouts.models import Obligation
from app.outcomes.draws import service as draws
from app.outcomes.draws.algorithms import Record
from app.outcomes.draws.models import Draw
from app.selling.windows.games import AnyGame, WindowGame
from app.selling.windows.models import WindowRound
from app.selling.windows.orders import service as orders
from app.selling.windows.questions.draw import ResultT
from app.selling.windows.tables import AnyTables, OrderT, PaymentT, RoundT

from . import entries, kept

_LONGEST: Final = 9  # digits of a round's number


def debts_differ(game: AnyGame, source_id: str, *, thorough: bool) -> list[str]:
    """What stands in the way of paying what a round owes; `thorough` recomputes its seal and reads all its terms."""
    round_ = _round(game, source_id)
    if round_ is None:
        return ["there is no such round"]
    if thorough:
        kept_so_far = kept.differences(game, round_)
    else:
        kept_so_far = [*kept.promise_differs(game, round_), *kept.noted_seal_differs(game, round_)]
    return [
        *kept_so_far,
        *kept.seal_not_ours(game, round_),
        *_drawn_differs(game, round_),
        *_owed_differs(game, round_),
    ]


def _round(game: AnyTables, source_id: str) -> WindowRound | None:
    """The round of exactly that name: in another spelling (`01`) a debt would pass for another's."""
    if not source_id.isdecimal() or len(source_id) > _LONGEST or str(int(source_id)) != source_id:
        return None
    return db.session.get(game.round, int(source_id), populate_existing=True)


def due_rounds(game: AnyGame) -> set[str]:
    """The rounds of which something owed is paid by no payout yet: until then their marks matter. Those of rounds that
    are paid may be of a secret that was changed, or older than marks."""
    return {debt.source_id for debt in payouts.due_obligations(game.name)}


def agrees(
    game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT, draw: Draw | None, *, is_marked: bool = True
) -> bool:
    """The draw is the round's, and so is its outcome, as a process of ours hashed it (`is_marked`: and nobody wrote it
    since); verifiers hash again."""
    if draw is None or draw.state != "confirmed" or draw.outcome is None or round_.closing_block_hash is None:
        return False
    if draw.seed != round_.closing_block_hash.hex() or kept.draw_differs(game, round_, draw):
        return False
    if is_marked and not draws.is_hashed_here(draw):
        return False
    return _says_the_same(game, round_, draw.outcome)


def _says_the_same(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT, record: Record) -> bool:
    """A round has drawn what the record of its draw says, and that is consistent in itself."""
    algorithm = game.draw.algorithm(round_)
    if not algorithm.agrees(record, algorithm.parameters_of(round_)):
        return False
    drawn = game.draw.columns(algorithm.read(record))
    return all(getattr(round_, column) == value for column, value in drawn.items())


def _drawn_differs(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT) -> list[str]:
    """How a round's outcome contradicts its draw's record, or what the audit says was settled."""
    draw = draws.of(game.name, str(round_.round_number))
    if round_.status != "settled" or draw is None or not agrees(game, round_, draw):
        return ["its draw's record is another"]
    told = entries.noted(game, round_, entries.SETTLED)[-1:]
    as_noted = told and all(told[0].get(name) == value for name, value in (draw.outcome or {}).items())
    return [] if as_noted else ["the audit's entry of its settlement is another, or missing"]


def _owed_differs(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT) -> list[str]:
    """The jackpot is owed once, to the site and at the address of the order that holds what was drawn."""
    debts = select(Obligation).where(Obligation.source == game.name, Obligation.source_id == str(round_.round_number))
    found = db.session.scalars(debts.execution_options(populate_existing=True)).all()
    order = game.draw.holder(round_)
    if order is None:
        return ["something is owed, and nobody holds what was drawn"] if found else []
    if not found:
        return [f"nothing is owed, and order {order.id} holds what was drawn"]
    right = ("jackpot", order.partner_site_id, order.payout_address, round_.jackpot_sats)
    owed = [(debt.kind, debt.partner_site_id, debt.address, debt.amount_sats) for debt in found]
    return [
        *([f"it is owed {len(owed)} times"] if len(owed) > 1 else []),
        *orders.differ_from_terms(game, order, round_),
        *(f"owed is {' '.join(map(str, debt))}, not {' '.join(map(str, right))}" for debt in owed if debt != right),
    ]
