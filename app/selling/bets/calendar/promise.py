"""What a draw promises, as one text that is published when it is made; every sale and the seal commit to its hash.

Pure. The text is canonical JSON of the rail's members and the game's own. Times are UTC, `2026-11-30T06:00:00Z`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from app.outcomes.draws.merkle_sum import tagged
from app.record.log.format.leaves import canonical

from ..games import Terms

TAG: Final = "tiraj/bet-draw/1"


class Rules(NamedTuple):
    """What a draw is made with beside its schedule: for how many seconds after its result that may be corrected; how
    long a result is waited for before the draw is void; which witnesses, and how many of them, have to have cosigned
    its seal; how many hashes a sealed draw takes, and how deep its closing block is buried (0: an official one)."""

    final_after_seconds: int
    void_after_seconds: int
    witnesses: tuple[str, ...]
    quorum: int
    hashes: int
    depth: int


def text_of(common: Mapping[str, object], rules: Rules, own: Terms) -> str:
    """The one text that stands for a promise.

    Raises ValueError: the game names a member as the rail does, or what JSON does not know.
    """
    told = {name: _written(value) for name, value in common.items()} | {
        "finalAfterSeconds": rules.final_after_seconds,
        "voidAfterSeconds": rules.void_after_seconds,
        "witnesses": list(rules.witnesses),
        "quorum": rules.quorum,
        "hashes": rules.hashes,
        "depth": rules.depth,
    }
    if twice := sorted(told.keys() & own.keys()):
        raise ValueError(f"the rail's own members: {', '.join(twice)}")
    return canonical({**told, **own})


def hash_of(text: str) -> bytes:
    """The 32 bytes by which sales and the seal refer to a promise."""
    return tagged(TAG, text.encode())


def read(text: str) -> Terms:
    """A promise's members, the rail's and the game's. Raises ValueError for a text that is none."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("not a promise")
    return found


def rules_in(terms: Terms) -> Rules:
    """By what a draw was made. Raises ValueError for terms that lack it."""
    try:
        final, void, quorum, hashes, depth = (
            _number(terms, name) for name in ("finalAfterSeconds", "voidAfterSeconds", "quorum", "hashes", "depth")
        )
        witnesses = terms["witnesses"]
    except KeyError as error:
        raise ValueError(f"not a promise: no {error}") from None
    if not isinstance(witnesses, list) or not 0 <= quorum <= len(witnesses):
        raise ValueError("not a promise: its witnesses")
    return Rules(final, void, tuple(str(one) for one in witnesses), quorum, hashes, depth)


def moment(terms: Terms, name: str) -> datetime:
    """One of a promise's times. Raises ValueError for what is none."""
    return datetime.strptime(str(terms.get(name)), "%Y-%m-%dT%H:%M:%S%z")


def _number(terms: Terms, name: str) -> int:
    value = terms[name]
    if type(value) is not int or value < 0:
        raise ValueError(f"not a promise: {name} is {value!r}")
    return value


def _written(value: object) -> object:
    if not isinstance(value, datetime):
        return value
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
