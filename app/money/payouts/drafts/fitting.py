"""Which of what is owed one transaction can pay: as much as its limits and the money allow, the oldest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.core.errors import DomainError
from app.core.money import Sats
from app.money.payouts import rules
from app.money.payouts.rules import Selection

from .generation import Intent

Units = Sequence[Sequence[Intent]]
"""What is paid together or not at all, each: the debts of a round, a balance."""
Choose = Callable[[Sequence[Intent]], Selection]

_TOO_MANY: Final = "payout_needs_too_many_coins"
_TOO_LITTLE: Final = "payout_funds_missing"
_PASSED_OVER: Final = 20
"""So often what the money does not reach for is passed over, for the sake of less that comes after it."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """The places of the units that are paid, and the coins. `refused` is why not all of them; None: all are."""

    taken: tuple[int, ...]
    selection: Selection
    refused: DomainError | None

    @property
    def missing(self) -> Sats:
        """What is missing for all; 0: it is not the money that does not suffice."""
        return int(str(self.refused.params["missing"])) if self.refused and self.refused.code == _TOO_LITTLE else 0


def most(units: Units, choose: Choose) -> Fitting:
    """As many units as one transaction can pay.

    Raises as `choose` does: where nothing can be paid, and where it is no limit and no lack of money that refuses.
    """
    taken: list[int] = []
    selection, refused = None, None
    rest = list(range(_within_outputs(units)))
    for _ in range(_PASSED_OVER):
        fits, found, error = _as_far_as(units, taken, rest, choose)
        selection, refused = found or selection, refused or error
        taken += rest[:fits]
        if error is None or error.code != _TOO_LITTLE:
            break
        room = int(str(error.params["found"])) - _sats(units, taken)
        rest = [at for at in rest[fits + 1 :] if _sats(units, [at]) < room]
        if not rest:
            break
    if selection is None:
        assert refused is not None
        raise refused
    return Fitting(tuple(taken), selection, refused)


def _as_far_as(
    units: Units, taken: Sequence[int], rest: Sequence[int], choose: Choose
) -> tuple[int, Selection | None, DomainError | None]:
    """How many of `rest`, from the first, can be paid beside what is `taken`, from which coins, and why no more."""
    fits, fails = 0, len(rest)
    found, error = _tried(units, [*taken, *rest], choose)
    if error is None:
        return len(rest), found, None
    whole = error
    found = None
    while fits < fails - 1:
        middle = (fits + fails) // 2
        selection, refused = _tried(units, [*taken, *rest[:middle]], choose)
        if refused is None:
            fits, found = middle, selection
        else:
            fails = middle
    return fits, found, whole


def _tried(units: Units, places: Sequence[int], choose: Choose) -> tuple[Selection | None, DomainError | None]:
    try:
        return choose([intent for at in places for intent in units[at]]), None
    except DomainError as error:
        if error.code not in (_TOO_MANY, _TOO_LITTLE):
            raise
        return None, error


def _within_outputs(units: Units) -> int:
    """How many of `units`, from the first, have no more outputs than nodes pass on; one at least."""
    outputs = 0
    for at, unit in enumerate(units):
        outputs += len(unit)
        if outputs > rules.MAX_BALANCES:
            return max(at, 1)
    return len(units)


def _sats(units: Units, places: Sequence[int]) -> Sats:
    return sum(intent.sats for at in places for intent in units[at])
