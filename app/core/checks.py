"""What a consistency check reports. Every slice has checks over its own tables; `flask audit` runs them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Breach:
    """One thing that must never be: the check that found it, and the rows concerned."""

    check: str
    detail: str


Check = Callable[[], list[Breach]]
