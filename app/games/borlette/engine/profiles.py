"""How the seven digits of an official Pick 3 and Pick 4 become the positions that are bet on: profiles, as data.

Pure. Digits are text everywhere; the seven are counted from 0, and a position is the places that it is read from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

DIGITS: Final = 7
DRAWS: Final = 10**DIGITS
"""So many different draws there are, each as likely as any other."""
_PICK_3: Final = re.compile(r"[0-9]{3}", re.ASCII)
_PICK_4: Final = re.compile(r"[0-9]{4}", re.ASCII)
_LETTERS: Final = "ab"

Position: TypeAlias = tuple[int, ...]
"""The places of the seven digits, in the order in which they are read."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One reading of the seven digits. `name` is what sessions, draws and lines remember, for ever; the pairs stand in
    the order of what they pay. A loto 5 is any of the triples before any of the pairs."""

    name: str
    pairs: tuple[Position, Position, Position]
    loto3: tuple[Position, ...]
    loto4: tuple[Position, ...]


PROFILES: Final[Mapping[str, Profile]] = {
    one.name: one
    for one in (
        Profile("seed_v1", ((0, 1), (2, 3), (4, 5)), ((0, 1, 2), (4, 5, 6)), ((0, 1, 2, 3), (3, 4, 5, 6))),
        Profile("haiti_classic", ((1, 2), (3, 4), (5, 6)), ((0, 1, 2),), ((3, 4, 5, 6),)),
    )
}
"""`seed_v1` is the specification's: 4728316 → 47 28 31; `haiti_classic` what the world outside plays: 72 83 16."""


def digits_of(pick3: str, pick4: str) -> str:
    """The seven digits of a draw. Raises ValueError unless both results are complete."""
    if _PICK_3.fullmatch(pick3) is None or _PICK_4.fullmatch(pick4) is None:
        raise ValueError(f"{pick3!r} and {pick4!r} are no complete Pick 3 and Pick 4")
    return pick3 + pick4


def outcome_of(digits: str) -> int:
    """The draw as a number from 0 to 9,999,999. Raises ValueError for what are no seven digits."""
    return int(digits_of(digits[:3], digits[3:]))


def digits_in(outcome: int) -> str:
    """The seven digits of a draw that is told as a number. Raises ValueError for what is never drawn."""
    if not 0 <= outcome < DRAWS:
        raise ValueError(f"{outcome} is no draw of this game")
    return f"{outcome:07}"


def read(digits: str, position: Position) -> str:
    """What a position shows of the seven digits."""
    return "".join(digits[place] for place in position)


def positions(profile: Profile, digits: str) -> dict[str, str | list[str]]:
    """What a draw came to, position by position, under the names that they have everywhere:
    `pair_1`, `loto3_a`, `loto4_a`, and `loto5` as a list of `472-47`."""
    return dict(_positions(profile, digits))


def _positions(profile: Profile, digits: str) -> Iterator[tuple[str, str | list[str]]]:
    for number, pair in enumerate(profile.pairs, 1):
        yield f"pair_{number}", read(digits, pair)
    for name, group in (("loto3", profile.loto3), ("loto4", profile.loto4)):
        for letter, position in zip(_LETTERS, group, strict=False):
            yield f"{name}_{letter}", read(digits, position)
    yield (
        "loto5",
        [f"{read(digits, triple)}-{read(digits, pair)}" for triple in profile.loto3 for pair in profile.pairs],
    )
