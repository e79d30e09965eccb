"""JSON of interfaces, read strictly: a name that stands twice in one object says two things. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from app.outcomes.results.parsers.interface import Nothing


def parsed(body: bytes) -> Any:
    """What it says; Nothing where it is no JSON."""
    try:
        return json.loads(body.decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return Nothing("no_json")


def objects(said: object) -> list[dict[str, Any]] | None:
    """A list of objects; None for anything else."""
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        return None
    return said


def day_of(said: object) -> date | None:
    """The day of `2026-11-27` or `2026-11-27T00:00:00.000`."""
    if not isinstance(said, str) or (len(said) > 10 and said[10] not in "T "):
        return None
    try:
        return date.fromisoformat(said[:10])
    except ValueError:
        return None


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
