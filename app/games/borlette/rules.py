"""By what the game is sold: official draws, a table of multiples, limits. Pure; amounts are centimes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Final, NamedTuple

from app.core.errors import DomainError
from app.core.money import MOST_MINOR
from app.selling.bets.rules import MOST_LINES

from .engine import odds
from .engine.kinds import Kind
from .engine.odds import Table, TableRefused
from .engine.profiles import PROFILES

_MOST_CUTOFF: Final = 240
_MOST_DAYS: Final = 14
_MOST_STAKE: Final = MOST_MINOR // odds.MOST_MULTIPLE
_FIELD_OF: Final[Mapping[str, str]] = {"borlette": "pair_1", "grap": "grap_1"}


class At(NamedTuple):
    """A draw of each day, in New York's time: `number` names it for ever, `lottery` decides it."""

    number: int
    at: time
    lottery: str


_NEW_YORK: Final = (At(0, time(14, 30), "us-ny"), At(1, time(22, 30), "us-ny"))
_FLORIDA: Final = (At(2, time(13, 30), "us-fl"), At(3, time(21, 45), "us-fl"))
_GEORGIA: Final = (At(4, time(12, 29), "us-ga"), At(5, time(18, 59), "us-ga"), At(6, time(23, 34), "us-ga"))
SESSIONS: Final[Mapping[str, tuple[At, ...]]] = {
    "none": (),
    "ny": _NEW_YORK,
    "fl": _FLORIDA,
    "ga": _GEORGIA,
    "ny-fl": (*_NEW_YORK, *_FLORIDA),
    "ny-ga": (*_NEW_YORK, *_GEORGIA),
    "fl-ga": (*_FLORIDA, *_GEORGIA),
    "all": (*_NEW_YORK, *_FLORIDA, *_GEORGIA),
}
"""Official draws that bets are taken on, by the name of their choice; of none until somebody activates some."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What new draws and new tickets go by. A draw that was made keeps its profile and its multiples. `pair_1` to
    `pair_3` are what a borlette pays by the position; what has None pays as the kind that it follows."""

    sessions: str = "none"
    profile: str = "seed_v1"
    greatest_return: int = odds.PRESETS["house"]
    pair_1: int = 50
    pair_2: int = 20
    pair_3: int = 10
    marriage: int = 1_000
    loto3: int = 500
    loto4: int = 5_000
    loto5: int = 25_000
    grap_1: int | None = None
    grap_2: int | None = None
    grap_3: int | None = None
    grap_pe_l3: int | None = None
    least_stake: int = 5_00
    most_stake: int = 5_000_00
    most_lines: int = MOST_LINES
    most_total: int | None = None
    most_on_number: int | None = 50_000_00
    cutoff_minutes: int = 15
    days_ahead: int = 2

    @property
    def table(self) -> Table:
        """What draws are made with. It may be one that must not be played by."""
        multiples: dict[Kind, tuple[int, ...]] = {
            "borlette": (self.pair_1, self.pair_2, self.pair_3),
            "marriage": (self.marriage,),
            "loto3": (self.loto3,),
            "loto4": (self.loto4,),
            "loto5": (self.loto5,),
        }
        grap = tuple(one for one in (self.grap_1, self.grap_2, self.grap_3) if one is not None)
        if grap:
            multiples["grap"] = grap
        if self.grap_pe_l3 is not None:
            multiples["grap_pe_l3"] = (self.grap_pe_l3,)
        return Table(PROFILES[self.profile], multiples, self.greatest_return)


def wrong(wanted: Configuration) -> list[DomainError]:
    """Each field whose value is none: 422 `config_invalid`, with what it may be where that is a range; of odds that
    must not be played by the first that shows it: `return_too_high`, with the selection that breaks them."""
    found = [*_unknown(wanted), *_out_of_range(wanted)]
    return found or list(_of_table(wanted))


def _unknown(wanted: Configuration) -> Iterator[DomainError]:
    choices: Sequence[tuple[str, str, Mapping[str, object]]] = (
        ("sessions", wanted.sessions, SESSIONS),
        ("profile", wanted.profile, PROFILES),
    )
    for name, value, known in choices:
        if value not in known:
            yield DomainError("config_invalid", field=name)


def _out_of_range(wanted: Configuration) -> Iterator[DomainError]:
    for name, value, least, most in (
        ("greatest_return", wanted.greatest_return, 1, 100),
        ("least_stake", wanted.least_stake, 1, _MOST_STAKE),
        ("most_stake", wanted.most_stake, wanted.least_stake, _MOST_STAKE),
        ("most_lines", wanted.most_lines, 1, MOST_LINES),
        ("most_total", wanted.most_total or wanted.least_stake, wanted.least_stake, MOST_MINOR),
        ("most_on_number", wanted.most_on_number or wanted.most_stake, wanted.least_stake, _MOST_STAKE),
        ("cutoff_minutes", wanted.cutoff_minutes, 1, _MOST_CUTOFF),
        ("days_ahead", wanted.days_ahead, 1, _MOST_DAYS),
    ):
        if not least <= value <= most:
            yield DomainError("config_invalid", field=name, least=least, most=most)


def _of_table(wanted: Configuration) -> Iterator[DomainError]:
    try:
        odds.checked(wanted.table)
    except TableRefused as refused:
        field = _FIELD_OF.get(refused.kind, refused.kind)
        if refused.reason == "return_too_high" and refused.returns is not None:
            returns = -(-refused.returns.numerator * 100 // refused.returns.denominator)
            most, selection = wanted.greatest_return, refused.selection
            yield DomainError("return_too_high", field=field, selection=selection, returns=returns, most=most)
        elif refused.reason == "multiple_out_of_range":
            yield DomainError("config_invalid", field=field, least=1, most=odds.MOST_MULTIPLE)
        else:
            yield DomainError(refused.reason, field=field)
