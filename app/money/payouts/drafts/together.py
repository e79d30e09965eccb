"""One transaction for what many rounds owe: as many of them as its limits of coins and outputs allow, the oldest first.

What did not fit is said, and stays due.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import DomainError
from app.money.payouts import queries, rules, service
from app.money.payouts.models import Obligation, Payout
from app.money.payouts.queries import Source
from app.money.payouts.rules import Selection

from . import generation, staleness
from .generation import Intent

_TOO_MANY = "payout_needs_too_many_coins"


@dataclass(frozen=True, slots=True)
class Together:
    """The payout, whether this call made it, the rounds that did not fit, and how many balances did not."""

    payout: Payout
    is_new: bool
    left_out: tuple[Source, ...] = ()
    balances_left: int = 0


def for_rounds(
    wanted: Sequence[Source], rate: int, actor: str, reason: str = "", *, with_balances: bool = False
) -> Together:
    """The payout of what these rounds owe. Asked again while it lives, the same one comes back; of one round alone it
    is the one that `for_round` makes.

    Raises:
        DomainError: as `for_round`, for any round that would be paid; 409 `payout_round_in_another` (game, round,
            payout), which another living payout pays; 409 `payout_round_owes_nothing` (game, round).
    """
    wanted = list(dict.fromkeys(wanted))
    if len(wanted) == 1:
        made, is_new = generation.for_round(*wanted[0], rate, actor, reason, with_balances=with_balances)
        return Together(made, is_new)
    tip = service.one_at_a_time()
    before = _asked_before(wanted)
    if before is not None:
        return before
    service.refuse_if_frozen()
    rounds = _owing(wanted)
    balances = generation.payable() if with_balances else []
    units = [generation.debts(debts) for debts in rounds] + [[balance] for balance in balances]
    fitting, selection = _most(units, rate, tip)
    paid = [(debts[0].source, debts[0].source_id) for debts in rounds[:fitting]]
    for game, source_id in paid:
        staleness.refuse_if_drawn_by_a_lost_block(game, source_id)
        staleness.refuse_if_not_as_promised(game, source_id)
    made = generation.store("rounds", _flat(units[:fitting]), selection, rate, actor, reason)
    left_out = tuple(source for source in wanted if source not in set(paid))
    return Together(made, True, left_out, len(units) - max(fitting, len(rounds)))


def _asked_before(wanted: Sequence[Source]) -> Together | None:
    """The same request's payout, if it was asked before; raises DomainError if another one pays any of the rounds."""
    living = queries.living(wanted)
    if not living:
        return None
    source, found = next(iter(living.items()))
    if found.kind == "rounds" and {one.id for one in living.values()} == {found.id}:
        pays = {(debt.source, debt.source_id) for debt in queries.debts_of([found.id])[found.id]}
        if pays <= set(wanted):
            return Together(found, False, tuple(one for one in wanted if one not in pays))
    raise DomainError("payout_round_in_another", status=409, game=source[0], round=source[1], payout=str(found.id))


def _owing(wanted: Sequence[Source]) -> list[list[Obligation]]:
    """The debts of each round, the oldest first. Raises DomainError 409, all of them must owe something."""
    if not wanted:
        raise DomainError("payout_nothing_due", status=409)
    owed: dict[Source, list[Obligation]] = {}
    for debt in queries.due_of(wanted):
        owed.setdefault((debt.source, debt.source_id), []).append(debt)
    for game, source_id in wanted:
        if (game, source_id) not in owed:
            raise DomainError("payout_round_owes_nothing", status=409, game=game, round=source_id)
    return list(owed.values())


def _most(units: Sequence[Sequence[Intent]], rate: int, tip: int) -> tuple[int, Selection]:
    """How many of `units`, from the first, one transaction can pay, and from which coins.

    Raises as `generation.choose` does, where not even the first can be paid.
    """
    most = _within_outputs(units)
    try:
        return most, generation.choose(_flat(units[:most]), rate, tip)
    except DomainError as error:
        if error.code != _TOO_MANY or most == 1:
            raise
        refused = error
    fits, found = 0, None
    while fits < most - 1:
        middle = (fits + most) // 2
        try:
            found = generation.choose(_flat(units[:middle]), rate, tip)
            fits = middle
        except DomainError as error:
            if error.code != _TOO_MANY:
                raise
            most = middle
    if found is None:
        raise refused
    return fits, found


def _within_outputs(units: Sequence[Sequence[Intent]]) -> int:
    """How many of `units`, from the first, have no more outputs than nodes pass on; one at least."""
    outputs = 0
    for at, unit in enumerate(units):
        outputs += len(unit)
        if outputs > rules.MAX_BALANCES:
            return max(at, 1)
    return len(units)


def _flat(units: Sequence[Sequence[Intent]]) -> list[Intent]:
    return [intent for unit in units for intent in unit]
