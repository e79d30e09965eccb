"""JSON of interfaces, read strictly: a name that stands twice in one object says two things. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from app.outcomes.results.parsers.interface import Nothing

_AMERICAN: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})( [0-9:]+( [AP]M)?)?")


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


def american_day_of(said: object) -> date | None:
    """The day of `11/27/2026` or `11/27/2026 12:00:00 AM`, the month first; or as `day_of`. Of a source in America."""
    found = _AMERICAN.fullmatch(said) if isinstance(said, str) else None
    if found is None:
        return day_of(said)
    try:
        return date(int(found[3]), int(found[1]), int(found[2]))
    except ValueError:  # a day first, say
        return None


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
