"""The game as the rail of bets knows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.selling.bets.games import BetGame, Limits, NoSuchSelection, Schedule, Slot, Terms
from app.selling.bets.rules import Priced

from .engine import book, marks, odds, profiles
from .engine.book import Book
from .engine.kinds import Refused
from .operating.configuring import CONFIGURED
from .rules import SESSIONS

ZONE: Final = ZoneInfo("America/New_York")


class BorletteGame(BetGame):
    """The Haitian games on the seven digits of an American Pick 3 and Pick 4, at odds that no sale changes."""

    name = "borlette"
    title = _l("Borlette")
    currency = "HTG"
    classes = profiles.DRAWS
    shows_one = False
    kinds: Mapping[str, LazyString] = {
        "borlette": _l("borlette"),
        "marriage": _l("marriage"),
        "loto3": _l("loto 3"),
        "loto4": _l("loto 4"),
        "loto5": _l("loto 5"),
        "grap": _l("grap"),
        "grap_pe_l3": _l("grap of three"),
        "maryaj_combo": _l("combined marriage"),
    }

    def schedule(self) -> Schedule:
        """By the configuration in force: no draws while none are chosen."""
        now = CONFIGURED.now()
        slots = tuple(Slot(*one) for one in SESSIONS[now.sessions])
        return Schedule(ZONE, slots, timedelta(minutes=now.cutoff_minutes), now.days_ahead)

    def limits(self) -> Limits:
        """By the configuration in force."""
        now = CONFIGURED.now()
        return Limits(now.least_stake, now.most_stake, now.most_lines, now.most_total, now.most_on_number)

    def terms(self, day: date, slot: Slot) -> Terms:
        """What a draw promises of its odds: profile, multiples and the greatest return."""
        return odds.terms(CONFIGURED.now().table)

    def price(self, terms: Terms, kind: str, selection: str) -> Priced:
        """By the table that the draw has promised. Raises NoSuchSelection."""
        try:
            return book.priced(odds.read(terms), kind, selection)
        except Refused as refused:
            raise NoSuchSelection(refused.reason) from None

    def return_percent(self, terms: Terms) -> int:
        """No selection returns more."""
        return odds.read(terms).greatest_return

    def outcome_of(self, digits: Sequence[str]) -> int:
        """The draw that the seven digits of an official result are. Raises ValueError."""
        return profiles.outcome_of("".join(digits))

    def told(self, outcome: int) -> str:
        """Pick 3 and Pick 4, leading zeros and all."""
        digits = profiles.digits_in(outcome)
        return f"{digits[:3]} {digits[3:]}"

    def shown(self, terms: Terms, outcome: int) -> Sequence[int]:
        """What stands at the places of the draw's profile."""
        return marks.shown(odds.read(terms).profile, profiles.digits_in(outcome))

    def costs(self, terms: Terms, found: Sequence[int], amounts: Sequence[int]) -> Book:
        """Over all ten million draws."""
        return Book.of(odds.read(terms).profile, found, amounts)

    def mark_told(self, mark: int) -> str:
        """A selection; a pair with the position that it is at, a marriage's and a loto 5's numbers apart."""
        form, tier, digits = marks.told(mark)
        if form == "pair":
            return f"{digits} ({tier + 1})"
        apart = {"marriage": 2, "loto5": 3}.get(form)
        return digits if apart is None else f"{digits[:apart]}-{digits[apart:]}"

    def mark_of(self, words: str) -> int:
        """Of a pair the first position. Raises ValueError."""
        return marks.mark_in(words.removesuffix(" (1)"))


BORLETTE: Final = BorletteGame()
