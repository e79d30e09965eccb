"""`hash-draw-1`. Pure: a hash goes in, an outcome comes out, the same everywhere and for ever."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Final, Self

from pydantic import Field

from app.outcomes.draws import algorithms, hash_chain

ALGORITHM: Final = "hash-draw-1"
MAX_DIGITS: Final = 9
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Parameters(algorithms.Parameters):
    """What a draw is begun with beside the closing block's hash."""

    digits: Annotated[int, Field(ge=1, le=MAX_DIGITS)]
    hashes_per_digit: Annotated[int, Field(ge=1)]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a draw has come. `steps_done` hashes of the digit at `digit_index` (0 = units) led to `state`.

    `digests` are the states after each finished digit, in drawing order; `draw_digits` the digits they gave, the first
    one rightmost.
    """

    closing_hash: str
    hashes_per_digit: int
    digit_index: int
    steps_done: int
    state: str
    draw_digits: str = ""
    digests: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """For a JSON column."""
        return {**asdict(self), "digests": list(self.digests)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Checkpoint:
        """The inverse of `to_json`. Raises ValueError if the record is none."""
        try:
            return cls(**{**record, "digests": tuple(record["digests"])})
        except (KeyError, TypeError) as error:
            raise ValueError("not a checkpoint") from error


@dataclass(frozen=True, slots=True)
class DrawResult:
    """A draw's outcome. `draw_digits` has the most significant digit first, `digests` are in drawing order."""

    draw_digits: str
    digests: list[str]
    winning_ticket: int

    def to_json(self) -> dict[str, Any]:
        """What is recorded."""
        return {
            "drawDigits": self.draw_digits,
            "drawDigests": self.digests,
            "winningTicket": self.winning_ticket,
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`. Raises ValueError if the record is none."""
        match record:
            case {"drawDigits": str(digits), "drawDigests": list(digests), "winningTicket": int(ticket)} if len(
                record
            ) == 3 and all(isinstance(digest, str) for digest in digests):
                return cls(digits, digests, ticket)
        raise ValueError("not an outcome of this algorithm")


OnCheckpoint = Callable[[Checkpoint], None]


def hash_draw_1(
    closing_hash_hex: str,
    digits: int,
    hashes_per_digit: int,
    resume: Checkpoint | None = None,
    on_checkpoint: OnCheckpoint | None = None,
) -> DrawResult:
    """`hash-draw-1` of document 001: for each digit hash the state `hashes_per_digit` times; the digit is it mod 10.

    The state begins as the closing block's hash in the order explorers print it, and is read as a big-endian number.
    The first digit drawn is the units digit. `on_checkpoint` is called every 2^20 hashes and after each digit; what it
    raises stops the draw, and `resume` goes on from any checkpoint to the same result.
    Raises ValueError for a hash, a number or a checkpoint that cannot be one.
    """
    check_hash(closing_hash_hex)
    if not 1 <= digits <= MAX_DIGITS or hashes_per_digit < 1:
        raise ValueError("a draw has 1 to 9 digits and at least one hash for each")
    at = resume or Checkpoint(closing_hash_hex, hashes_per_digit, 0, 0, closing_hash_hex)
    _check_resumable(at, closing_hash_hex, digits, hashes_per_digit)
    note = on_checkpoint or (lambda _: None)
    while at.digit_index < digits:
        part = min(hash_chain.SLICE_STEPS, hashes_per_digit - at.steps_done)
        state = hash_chain.advance(bytes.fromhex(at.state), part).hex()
        at = _step(at, state, at.steps_done + part)
        note(at)
    return DrawResult(at.draw_digits, list(at.digests), int(at.draw_digits))


def _step(at: Checkpoint, state: str, steps_done: int) -> Checkpoint:
    fixed = (at.closing_hash, at.hashes_per_digit)
    if steps_done < at.hashes_per_digit:
        return Checkpoint(*fixed, at.digit_index, steps_done, state, at.draw_digits, at.digests)
    drawn = _digit(state) + at.draw_digits
    return Checkpoint(*fixed, at.digit_index + 1, 0, state, drawn, (*at.digests, state))


def _digit(state: str) -> str:
    return str(int(state, 16) % 10)


def is_consistent(result: DrawResult, digits: int) -> bool:
    """Whether an outcome's digits, digests and winner say the same; the hashing between digests is not repeated."""
    drawn = "".join(_digit(digest) for digest in reversed(result.digests))
    return len(result.digests) == digits and drawn == result.draw_digits and int(drawn) == result.winning_ticket


def check_hash(text: str) -> None:
    """Refuse what is no block hash. Raises ValueError.

    All zeros is what a missing hash looks like in many systems, and drawing from it has been exploited elsewhere.
    """
    if not isinstance(text, str) or not _HASH.fullmatch(text) or not text.strip("0"):
        raise ValueError("not a block hash: 64 lower-case hexadecimal digits, not all zero")


def _check_resumable(at: Checkpoint, closing_hash: str, digits: int, hashes_per_digit: int) -> None:
    drawn = "".join(_digit(digest) for digest in reversed(at.digests) if _HASH.fullmatch(digest))
    last = at.digests[-1] if at.digests else closing_hash
    if not (
        (at.closing_hash, at.hashes_per_digit) == (closing_hash, hashes_per_digit)
        and 0 <= at.digit_index == len(at.digests) <= digits
        and 0 <= at.steps_done < hashes_per_digit
        and (at.digit_index < digits or at.steps_done == 0)
        and _HASH.fullmatch(at.state)
        and drawn == at.draw_digits
        and len(drawn) == at.digit_index
        and (at.steps_done > 0 or at.state == last)
    ):
        raise ValueError("the checkpoint belongs to another draw or is damaged")
