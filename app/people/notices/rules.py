"""Pure decisions of notices: where somebody is told of a kind, and what may not be switched off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from app.record.notifications.telling.places import Place

Platform: TypeAlias = Literal["android", "ios", "web"]
PLATFORMS: Final[tuple[Platform, ...]] = get_args(Platform)
MOST_DEVICES: Final = 10
"""A person's; who registers one more loses the one that has been silent longest."""
LEAST_MINUTES, MOST_MINUTES = 5, 240


@dataclass(frozen=True, slots=True)
class Reach:
    """By what a person can be reached beside our own pages."""

    has_mail: bool
    has_phone: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind at one place, for one person: whether it is on, and whether he may change that."""

    is_on: bool
    is_fixed: bool


def locked(reach: Reach, *, is_everywhere: bool = False) -> frozenset[Place]:
    """Where what concerns an account's safety is always told: here, and by mail, or by SMS to who has no mail; what
    somebody with one of its ways could do to whoever has the other, by both.

    A thief who holds the session could switch off the rest, and its owner would hear of nothing.
    """
    if is_everywhere and reach.has_mail and reach.has_phone:
        return frozenset({"app", "mail", "sms"})
    return frozenset({"app", "mail" if reach.has_mail else "sms"})


def choice(place: Place, usual: frozenset[Place], fixed: frozenset[Place], chosen: Mapping[Place, bool]) -> Choice:
    """What holds for a kind at a place; nobody changes it where it is `fixed`."""
    if place in fixed:
        return Choice(is_on=True, is_fixed=True)
    return Choice(is_on=chosen.get(place, place in usual), is_fixed=False)
