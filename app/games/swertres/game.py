"""The game as the rail of bets knows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.selling.bets.games import BetGame, Limits, NoSuchSelection, Schedule, Slot, Terms
from app.selling.bets.rules import Priced

from . import rules
from .operating.configuring import CONFIGURED
from .rules import KINDS, NUMBERS, SLOTS

ZONE: Final = ZoneInfo("Asia/Manila")


class SwertresGame(BetGame):
    """Three digits, straight or in any order, at odds that no sale changes."""

    name = "swertres"
    title = _l("Swertres")
    currency = "PHP"
    classes = NUMBERS
    script = "verify_swertres.py"
    verifier = "games/swertres/odds.js"
    claims: Mapping[str, LazyString] = {
        "times": _l("It opens, closes, is sealed, cosigned and drawn in that order, on its day in Manila."),
        "odds": _l(
            "Each bet's odds are the promised multiple, divided by the orders of its digits where any order wins."
        ),
        "worst-case": _l("The dearest of the 1,000 numbers costs what the seal says."),
    }
    kinds: Mapping[str, LazyString] = {"straight": _l("straight"), "rumble": _l("rumble")}

    def schedule(self) -> Schedule:
        """By the configuration in force."""
        now = CONFIGURED.now()
        slots = tuple(Slot(*one) for one in SLOTS[now.slots])
        return Schedule(ZONE, slots, timedelta(minutes=now.cutoff_minutes), now.days_ahead)

    def limits(self) -> Limits:
        """By the configuration in force."""
        now = CONFIGURED.now()
        return Limits(now.least_stake, now.most_stake, now.most_lines, now.most_total)

    def terms(self, day: date, slot: Slot) -> Terms:
        """What a draw promises of its odds: what a straight number pays for one unit."""
        return {"multiple": CONFIGURED.now().multiple}

    def price(self, terms: Terms, kind: str, selection: str) -> Priced:
        """By the multiple that the draw has promised. Raises NoSuchSelection."""
        if kind not in KINDS or not rules.is_number(selection):
            raise NoSuchSelection("number_not_a_number")
        return Priced(rules.winning(kind, selection), rules.odds(kind, selection, multiple_of(terms)))

    def return_percent(self, terms: Terms) -> int:
        """The same for each way to bet."""
        return rules.return_percent(multiple_of(terms))

    def outcome_of(self, digits: Sequence[str]) -> int:
        """The number that an official result is. Raises ValueError."""
        number = "".join(digits)
        if not rules.is_number(number):
            raise ValueError(f"{number!r} is no number of this game")
        return int(number)

    def told(self, outcome: int) -> str:
        """With its leading zeros."""
        return rules.written(outcome)

    def page_of(self, ticket_id: UUID) -> str | None:
        """The card that was bought."""
        return url_for("swertres_pay.success", card=ticket_id)

    def own_page(self, ticket_id: UUID) -> str | None:
        """Among one's own cards."""
        return url_for("swertres_mine.card", card_id=ticket_id)

    def draw_page(self, name: str) -> str | None:
        """With what it promised and came to."""
        return url_for("swertres.game", game_id=name)

    def ticket_page(self, code: str) -> str | None:
        """With its bets, and nobody's name."""
        return url_for("swertres_results.verify", code=code)


def multiple_of(terms: Terms) -> int:
    """What a straight number pays for one unit. Raises ValueError for a promise that does not say it."""
    multiple = terms.get("multiple")
    if type(multiple) is not int:
        raise ValueError("the promise has no multiple")
    return multiple


SWERTRES: Final = SwertresGame()
