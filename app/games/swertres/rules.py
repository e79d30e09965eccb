"""A number of three digits, and what it wins. Pure; amounts are centavos, times are Manila's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import permutations
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from app.core.errors import DomainError
from app.core.money import MOST_MINOR
from app.selling.bets.rules import MOST_LINES, Odds, Weight, added, worst

Kind: TypeAlias = Literal["straight", "rumble"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

NUMBERS: Final = 1000
"""Of which one is drawn: 000 to 999."""
DIGITS: Final = 3
OFFICIAL: Final = "pcso.3d"
"""The official lottery whose result decides a draw, as the house's sources of results call it."""
_NUMBER: Final = re.compile(r"[0-9]{3}", re.ASCII)
_MOST_MULTIPLE: Final = NUMBERS - 1
_MOST_CUTOFF: Final = 240
_MOST_DAYS: Final = 60
_APART: Final = 5
_SHOWN: Final = timedelta(minutes=30)
_FIRST_BETWEEN: Final = 100


class At(NamedTuple):
    """A draw of each day: `number` names it for ever. `lottery` is the official draw that decides it; "" where there
    is none, and the sealed draw does. `ahead`: it is made no sooner than so long before."""

    number: int
    at: time
    lottery: str = ""
    ahead: timedelta | None = None


_PCSO: Final = (At(0, time(14), OFFICIAL), At(1, time(17), OFFICIAL), At(2, time(21), OFFICIAL))


def _between() -> Iterator[At]:
    """A draw every few minutes of the day, but where an official one is; half an hour of them is made at a time."""
    taken = {one.at for one in _PCSO}
    for place, minute in enumerate(range(0, 24 * 60, _APART)):
        if (at := time(minute // 60, minute % 60)) not in taken:
            yield At(_FIRST_BETWEEN + place, at, OFFICIAL, _SHOWN)


SLOTS: Final[Mapping[str, tuple[At, ...]]] = {
    "pcso": _PCSO,
    "document": (At(0, time(11)), At(1, time(16)), At(2, time(21), OFFICIAL)),
    "minutes": (*_PCSO, *_between()),
}
"""Times of draws by the name of their preset: as official draws are held now; as the game was first described; and as
now with others between them, which only a simulated lottery has."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What new draws and new cards go by. A draw that was made keeps its times and its multiple."""

    slots: str = "pcso"
    multiple: int = 450
    least_stake: int = 10_00
    most_stake: int = 10_000_00
    most_lines: int = 10
    most_total: int | None = None
    cutoff_minutes: int = 15
    days_ahead: int = 7


def wrong(wanted: Configuration) -> list[DomainError]:
    """Each field whose value is none: 422 `config_invalid`, with what it may be."""
    ranges = (
        ("multiple", wanted.multiple, 1, _MOST_MULTIPLE),
        ("least_stake", wanted.least_stake, 1, MOST_MINOR),
        ("most_stake", wanted.most_stake, wanted.least_stake, MOST_MINOR // NUMBERS),
        ("most_lines", wanted.most_lines, 1, MOST_LINES),
        ("most_total", wanted.most_total or wanted.least_stake, wanted.least_stake, MOST_MINOR),
        ("cutoff_minutes", wanted.cutoff_minutes, 1, _MOST_CUTOFF),
        ("days_ahead", wanted.days_ahead, 1, _MOST_DAYS),
    )
    found = [] if wanted.slots in SLOTS else [DomainError("config_invalid", field="slots")]
    return found + [
        DomainError("config_invalid", field=name, least=least, most=most)
        for name, value, least, most in ranges
        if not least <= value <= most
    ]


def is_number(text: str) -> bool:
    """Three digits, leading zeros and all."""
    return _NUMBER.fullmatch(text) is not None


def winning(kind: Kind, number: str) -> tuple[int, ...]:
    """The outcomes that a bet wins on: its number, or every order of its digits, the smallest first."""
    if kind == "straight":
        return (int(number),)
    return tuple(sorted({int("".join(digits)) for digits in permutations(number)}))


def odds(kind: Kind, number: str, multiple: int) -> Odds:
    """What it pays for one unit. With six orders a rumble wins six times as often, and a sixth each time."""
    return Odds(multiple, len(winning(kind, number)))


def return_percent(multiple: int) -> int:
    """What comes back on average of what is staked, rounded up: the same for every number and both kinds."""
    return -(-multiple * 100 // NUMBERS)


def written(outcome: int) -> str:
    """As people read it. Raises ValueError for what is never drawn."""
    if not 0 <= outcome < NUMBERS:
        raise ValueError(f"{outcome} is no number of this game")
    return f"{outcome:03}"


def most(bets: Iterable[tuple[str, Weight]]) -> int:
    """What bets win at most, each with the name of its draw: of every draw its dearest number is drawn."""
    by_draw: dict[str, list[Weight]] = {}
    for name, weight in bets:
        by_draw.setdefault(name, []).append(weight)
    return sum(worst(added(weights)) for weights in by_draw.values())
