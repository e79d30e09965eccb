"""One transaction for what many rounds owe: as many of them as its limits and the money allow, the oldest first.

What was left out is said, and stays due.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import DomainError
from app.core.money import Sats
from app.money.payouts import queries, service
from app.money.payouts.models import Obligation, Payout
from app.money.payouts.queries import Source

from . import fitting, generation, staleness
from .generation import Intent


@dataclass(frozen=True, slots=True)
class Together:
    """The payout, whether this call made it, the rounds that were left out, and how many balances; `missing`: so much
    money would have been needed besides to pay them all (0: one transaction has no room for them)."""

    payout: Payout
    is_new: bool
    left_out: tuple[Source, ...] = ()
    balances_left: int = 0
    missing: Sats = 0


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
    sound = _looked_over(wanted)
    tip = service.one_at_a_time()
    before = _asked_before(wanted)
    if before is not None:
        return before
    service.refuse_if_frozen()
    rounds = _owing(wanted)
    balances = generation.payable() if with_balances else []
    units = [generation.debts(debts) for debts in rounds] + [[balance] for balance in balances]
    fits = fitting.most(units, lambda intents: generation.choose(intents, rate, tip))
    paid = [(rounds[at][0].source, rounds[at][0].source_id) for at in fits.taken if at < len(rounds)]
    if not paid and fits.refused is not None:
        raise fits.refused  # balances alone are no payout of rounds
    for game, source_id in paid:
        staleness.refuse_if_drawn_by_a_lost_block(game, source_id)
        staleness.refuse_if_not_as_promised(game, source_id, thorough=(game, source_id) not in sound)
    made = generation.store("rounds", _flat([units[at] for at in fits.taken]), fits.selection, rate, actor, reason)
    left_out = tuple(source for source in wanted if source not in set(paid))
    return Together(made, True, left_out, len(balances) - (len(fits.taken) - len(paid)), fits.missing)


def _looked_over(wanted: Sequence[Source]) -> set[Source]:
    """Those of these rounds that are what they promised and sealed, and whose seals were computed again for it.

    That takes long where much was sold, so it is done before the scanner is kept out; what could change meanwhile (the
    round's own columns, the marks, the draw, the debts) is asked once more when it is. Whoever writes tickets or terms
    in between is found before the payout is sent, where all of it is computed again.
    """
    if queries.living(wanted):
        return set()
    return {source for source in wanted if staleness.is_as_promised(*source)}


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


def _flat(units: Sequence[Sequence[Intent]]) -> list[Intent]:
    return [intent for unit in units for intent in unit]
