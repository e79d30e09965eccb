"""What an audit check reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Breach:
    """An invariant that does not hold: which check found it, and where."""

    check: str
    detail: str
