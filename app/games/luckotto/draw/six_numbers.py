"""`luckotto-draw-1`: six different numbers from a block's hash. Pure: the same everywhere and for ever.

    state = SHA-256("luckotto-draw-1:" and the closing block's hash, 64 lower-case hexadecimal digits, as ASCII)
    state = SHA-256(state), `hash_work` times
    go through the state's 32 bytes from the left; when they are used up, state = SHA-256(state) and go on:
        skip a byte of 256 - (256 mod pool) or more       (what is left is as often one number as any other)
        number = byte mod pool + 1
        skip a number that was drawn already
    until there are six

All the work comes before the first number, so that nothing of the outcome is known earlier than the whole. The words in
front of the hash keep this draw apart from every other one that begins with the same block.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Final, Self

from pydantic import Field

from app.outcomes.draws import algorithms, hash_chain

ALGORITHM: Final = "luckotto-draw-1"
DRAWN: Final = 6
_SMALLEST_POOL, _LARGEST_POOL = DRAWN, 256
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Parameters(algorithms.Parameters):
    """What a draw is begun with beside the closing block's hash."""

    pool_size: Annotated[int, Field(ge=_SMALLEST_POOL, le=_LARGEST_POOL)]
    hash_work: Annotated[int, Field(ge=1)]


@dataclass(frozen=True, slots=True)
class WorkDone:
    """How far the hash work of a draw has come: `steps_done` hashes led to `state`."""

    closing_hash: str
    hash_work: int
    steps_done: int
    state: str

    def to_json(self) -> dict[str, Any]:
        """For a JSON column."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> WorkDone:
        """The inverse of `to_json`. Raises ValueError if the record is none."""
        try:
            return cls(**record)
        except TypeError as error:
            raise ValueError("not a checkpoint") from error


@dataclass(frozen=True, slots=True)
class SixNumbers:
    """A draw's outcome: the numbers as they were drawn, and the states whose bytes gave them."""

    drawn: list[int]
    digests: list[str]

    @property
    def winning(self) -> list[int]:
        """The same in ascending order: which is all that counts."""
        return sorted(self.drawn)

    def to_json(self) -> dict[str, Any]:
        """What is recorded."""
        return {"drawnNumbers": self.drawn, "drawDigests": self.digests, "winningNumbers": self.winning}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`. Raises ValueError if the record is none."""
        match record:
            case {"drawnNumbers": list(drawn), "drawDigests": list(digests)} if all(
                type(number) is int for number in drawn
            ) and all(isinstance(digest, str) for digest in digests):
                found = cls(drawn, digests)
                if found.to_json() == dict(record):
                    return found
        raise ValueError("not an outcome of this algorithm")


OnWork = Callable[[WorkDone], None]


def draw(
    closing_hash_hex: str, pool_size: int, hash_work: int, resume: WorkDone | None = None, on_work: OnWork | None = None
) -> SixNumbers:
    """Draw. `on_work` is called every 2^20 hashes; what it raises stops the draw, and `resume` goes on from there.

    Raises ValueError for a hash, a number or a checkpoint that cannot be one.
    """
    if (
        not isinstance(closing_hash_hex, str)
        or not _HASH.fullmatch(closing_hash_hex)
        or not closing_hash_hex.strip("0")
    ):
        raise ValueError("not a block hash: 64 lower-case hexadecimal digits, not all zero")
    if not _SMALLEST_POOL <= pool_size <= _LARGEST_POOL or hash_work < 1:
        raise ValueError("a pool has 6 to 256 numbers, and a draw at least one hash")
    at = resume or WorkDone(closing_hash_hex, hash_work, 0, first_state(closing_hash_hex))
    _check_resumable(at, closing_hash_hex, hash_work)
    while at.steps_done < hash_work:
        part = min(hash_chain.SLICE_STEPS, hash_work - at.steps_done)
        state = hash_chain.advance(bytes.fromhex(at.state), part).hex()
        at = WorkDone(closing_hash_hex, hash_work, at.steps_done + part, state)
        if on_work is not None:
            on_work(at)
    return numbers_from(at.state, pool_size)


def first_state(closing_hash_hex: str) -> str:
    """Where the hash work begins."""
    return hashlib.sha256(f"{ALGORITHM}:{closing_hash_hex}".encode()).hexdigest()


def numbers_from(state_hex: str, pool_size: int) -> SixNumbers:
    """The numbers that the state after all hash work gives."""
    even = 256 - 256 % pool_size
    state = bytes.fromhex(state_hex)
    drawn: list[int] = []
    digests = [state_hex]
    while True:
        for byte in state:
            number = byte % pool_size + 1
            if byte < even and number not in drawn:
                drawn.append(number)
                if len(drawn) == DRAWN:
                    return SixNumbers(drawn, digests)
        state = hashlib.sha256(state).digest()
        digests.append(state.hex())


def is_consistent(outcome: Mapping[str, Any], pool_size: int) -> bool:
    """Whether a recorded outcome's digests and numbers say the same; the hash work before them is not repeated."""
    try:
        return numbers_from(outcome["drawDigests"][0], pool_size).to_json() == dict(outcome)
    except (KeyError, IndexError, TypeError, ValueError):
        return False


def _check_resumable(at: WorkDone, closing_hash: str, hash_work: int) -> None:
    if not (
        (at.closing_hash, at.hash_work) == (closing_hash, hash_work)
        and 0 <= at.steps_done <= hash_work
        and _HASH.fullmatch(at.state)
        and (at.steps_done > 0 or at.state == first_state(closing_hash))
    ):
        raise ValueError("the checkpoint belongs to another draw or is damaged")
