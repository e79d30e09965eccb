"""What a slice needs from those above it, as typed places: declared by who reads them, filled in `filling`.

A `Port` is filled while the application is assembled; a `Once` makes its value when it is first asked for, and keeps it
for the process. Both keep it with the application, under the one key there that is ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar, cast

from flask import Flask, current_app

T = TypeVar("T")

_KEY: Final = "tiraj"


class Unfilled(LookupError):
    """Nobody has filled a port that is read: `filling` lacks a line."""


@dataclass(frozen=True, slots=True)
class Places:
    """What an application's ports hold. Only a port reads its own place, so that its type is what was put there."""

    held: dict[Port[Any] | Once[Any], Any] = field(default_factory=dict)


def places(app: Flask | None = None) -> Places:
    """The places of an application, of the current one if none is named."""
    of = app or current_app
    found: Places | None = of.extensions.get(_KEY)
    return found if found is not None else of.extensions.setdefault(_KEY, Places())


class Port(Generic[T]):
    """A value that its reader must not import. `name` says in errors what is missing; `otherwise` is what stands in an
    empty place, where that means something."""

    def __init__(self, name: str, *otherwise: T) -> None:
        self.name = name
        self._otherwise = otherwise

    def fill(self, app: Flask, value: T) -> None:
        """Put `value` in place, or in another's place."""
        places(app).held[self] = value

    def get(self, app: Flask | None = None) -> T:
        """What is in place. Raises Unfilled."""
        held = places(app).held
        if self in held:
            return cast(T, held[self])
        if not self._otherwise:
            raise Unfilled(self.name)
        return self._otherwise[0]


class Once(Generic[T]):
    """A value that is made when it is first asked for."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make

    def get(self, app: Flask | None = None) -> T:
        """The value; of two threads that ask first, both get the same."""
        held = places(app).held
        if self not in held:
            held.setdefault(self, self._make())
        return cast(T, held[self])
