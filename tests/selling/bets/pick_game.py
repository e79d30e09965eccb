"""A game of ten outcomes, as small as the rail's tests want it: a digit is drawn.

`one` of a digit pays 9 for 1 on that digit; `pair` of two digits 9 for 2 on each; `odd` 7 for 3, which never comes out
even.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.money.wallets.rules import Currency
from app.selling.bets.games import BetGame, Limits, NoSuchSelection, Schedule, Slot, Terms
from app.selling.bets.rules import Odds, Priced

KINDS: Final = {"one": Odds(9), "pair": Odds(9, 2), "odd": Odds(7, 3)}


@dataclass
class PickGame(BetGame):
    """The configuration in force is these fields: a test sets what it wants."""

    name: str = "pick"
    title: LazyString = field(default_factory=lambda: _("Draw"))
    currency: Currency = "PHP"
    classes: int = 10
    limit: Limits = field(default_factory=lambda: Limits(least_stake=100, most_stake=100_000, most_lines=10))
    plan: Schedule = field(
        default_factory=lambda: Schedule(
            ZoneInfo("Asia/Manila"),
            (Slot(0, time(14), "pcso.3d"), Slot(1, time(17), "pcso.3d"), Slot(2, time(21))),
            cutoff=timedelta(minutes=15),
            days_ahead=2,
        )
    )

    def schedule(self) -> Schedule:
        return self.plan

    def limits(self) -> Limits:
        return self.limit

    def terms(self, day: date, slot: Slot) -> Terms:
        return {"multiple": 9}

    def price(self, terms: Terms, kind: str, selection: str) -> Priced:
        marks = {"one": range(10), "pair": range(10), "odd": (1, 3, 5, 7, 9)}.get(kind)
        digits = selection.split("-")
        if marks is None or not all(digit.isdecimal() and int(digit) in marks for digit in digits):
            raise NoSuchSelection("number_not_a_number")
        if len(set(digits)) != (2 if kind == "pair" else 1) or len(digits) != len(set(digits)):
            raise NoSuchSelection("number_not_a_number")
        return Priced(tuple(sorted(map(int, digits))), KINDS[kind])

    def return_percent(self, terms: Terms) -> int:
        return 90

    def outcome_of(self, digits: Sequence[str]) -> int:
        (digit,) = digits
        return int(digit)

    def told(self, outcome: int) -> str:
        return str(outcome)
