"""Which numbers a funded order gets: those it asked for, or the nearest set that no other ticket stands in the way of.

Two tickets could both win if they shared six numbers; so none may. Sets are 64-bit masks (number n is bit n - 1).

The search, which a stranger repeats from the public orders in chain order:

1. The requested set R of k numbers, if no ticket of the round shares six or more with it.
2. Otherwise for c = 1, 2, 3 … changed numbers, as far as both R and the rest of the pool have c to give: c of R are
   taken out, c others put in. A ticket that shares c + 6 or more with R rules the whole level out. A ticket that shares
   exactly c + 5 leaves no choice: all that is taken out must be shared with it, and nothing put in may be one of its.
   With the numbers that are left to take out (r of them) and to put in (a of them) a level has n = C(r, c)·C(a, c)
   candidates. Candidate i is taken apart as (i div C(a, c), i mod C(a, c)), and each part names c of its numbers in the
   combinatorial number system: the largest e with C(e, c) ≤ part, then the largest with C(e, c - 1) ≤ the rest, …
   They are looked at in the order start, start + step, start + 2·step … modulo n. Both come from
   SHA-256(seed ‖ c as one byte): its first 16 bytes modulo n are `start`, its last 16 modulo n are `step`, which is
   raised by one until it has no common divisor with n. The first free candidate is the answer.
3. A level looks at no more than LEVEL_CANDIDATES, an order at no more than ORDER_CANDIDATES of all its levels. If none
   of them is free, the order gets no ticket.
4. The orders of a round that one block funds look at no more than BLOCK_CANDIDATES together. Those that come after
   these are used up look at no more than LEAST_CANDIDATES each, so that no block of hopeless requests takes long.

So while a level has no more candidates than its bound, the result is nearest beyond doubt. The order is scattered and
not lexicographic, for otherwise everybody who asks for the same popular numbers would be sent to the same corner, where
each next one has to search longer; it is fair either way, since every set of k numbers wins equally often.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import comb, gcd
from typing import Final

import numpy as np
import numpy.typing as npt

from app.games.luckotto.rules import DRAWN, LARGEST_POOL, mask_of, numbers_of

LEVEL_CANDIDATES: Final = 1 << 14
ORDER_CANDIDATES: Final = 1 << 15
BLOCK_CANDIDATES: Final = 1 << 20
LEAST_CANDIDATES: Final = 1 << 10
_FIRST_CHUNK: Final = 64
_LARGEST_CHUNK: Final = 4096
_SIEVES: Final = (64, 512, 4_096, 32_768)  # tickets that candidates meet first: those that share most with the request
_PIECE: Final = 1 << 14  # tickets compared at once with one set
_CELLS: Final = 1 << 16  # pairs compared at once, so that memory stays small

Masks = npt.NDArray[np.uint64]


def masks(values: object) -> Masks:
    """An array of masks, from numbers or from bytes of eight each, big-endian."""
    if isinstance(values, bytes | memoryview):
        return np.frombuffer(values, dtype=">u8").astype(np.uint64)
    return np.array(values, dtype=np.uint64)


def overlaps(mask: int, taken: Masks) -> npt.NDArray[np.uint8]:
    """How many numbers each ticket shares with the set."""
    shared = np.empty(len(taken), dtype=np.uint8)
    for at, counts in _overlaps(mask, taken):
        shared[at : at + len(counts)] = counts
    return shared


def is_free(mask: int, taken: Masks) -> bool:
    """Whether no ticket shares six or more numbers with the set."""
    return not any(counts.max() >= DRAWN for _, counts in _overlaps(mask, taken))


def _overlaps(mask: int, taken: Masks) -> Iterator[tuple[int, npt.NDArray[np.uint8]]]:
    """Piece by piece, so that what is in between stays in the processor's cache; a piece is overwritten by the next."""
    numbers = np.uint64(mask)
    common, counts = np.empty(_PIECE, dtype=np.uint64), np.empty(_PIECE, dtype=np.uint8)
    for at in range(0, len(taken), _PIECE):
        piece = taken[at : at + _PIECE]
        np.bitwise_and(piece, numbers, out=common[: len(piece)])
        yield at, np.bitwise_count(common[: len(piece)], out=counts[: len(piece)])


@lru_cache(maxsize=64)
def six_subsets(count: int) -> Masks:
    """All sixes of `count` places, as masks over the places."""
    level = [(0, 0)]
    for _ in range(DRAWN):
        level = [(mask | 1 << place, place + 1) for mask, after in level for place in range(after, count)]
    return masks([mask for mask, _ in level])


def combinations_of(mask: int) -> Masks:
    """Every six numbers that the set covers, as masks."""
    chosen = numbers_of(mask)
    places = six_subsets(len(chosen))
    covered = np.zeros_like(places)
    for place, number in enumerate(chosen):
        covered |= (places >> np.uint64(place) & np.uint64(1)) << np.uint64(number - 1)
    return covered


def nearest_free(request: int, pool_size: int, taken: Masks, seed: bytes) -> int | None:
    """The set an order gets, or None; `seed` is its terms' commitment. See above."""
    return search(request, pool_size, taken, seed, 0)[0]


def search(request: int, pool_size: int, taken: Masks, seed: bytes, looked_at_before: int) -> tuple[int | None, int]:
    """The set an order gets, or None, and how many candidates were looked at for it.

    `looked_at_before`: for the orders of its round that the same block funded before it.
    """
    shared = overlaps(request, taken)
    if not bool((shared >= DRAWN).any()):
        return request, 0
    bound = min(ORDER_CANDIDATES, max(LEAST_CANDIDATES, BLOCK_CANDIDATES - looked_at_before))
    looked_at = 0
    for level in _levels(request, pool_size, taken, shared):
        most = min(level.size, LEVEL_CANDIDATES, bound - looked_at)
        if most <= 0:
            break
        relevant = taken[shared >= max(0, DRAWN - level.changed)]
        sharing = shared[shared >= max(0, DRAWN - level.changed)]
        found, tried = _first_free(level, seed, most, relevant, sharing)
        looked_at += tried
        if found is not None:
            return found, looked_at
    return None, looked_at


@dataclass(frozen=True, slots=True)
class _Level:
    """All sets that differ from the request in `changed` numbers, as far as they are possible."""

    request: int
    changed: int
    out: tuple[int, ...]  # numbers that may be taken out
    into: tuple[int, ...]  # numbers that may be put in

    @property
    def size(self) -> int:
        return comb(len(self.out), self.changed) * comb(len(self.into), self.changed)


def _levels(request: int, pool_size: int, taken: Masks, shared: npt.NDArray[np.uint8]) -> Iterator[_Level]:
    rest = mask_of(range(1, pool_size + 1)) & ~request
    most_shared = int(shared.max())
    for changed in range(max(1, most_shared - DRAWN + 1), min(request.bit_count(), rest.bit_count()) + 1):
        tight = taken[shared == changed + DRAWN - 1]
        out, into = request, rest
        if tight.size:
            out &= int(np.bitwise_and.reduce(tight))
            into &= ~int(np.bitwise_or.reduce(tight))
        level = _Level(request, changed, numbers_of(out), numbers_of(into))
        if level.size:
            yield level


def _first_free(
    level: _Level, seed: bytes, most: int, relevant: Masks, sharing: npt.NDArray[np.uint8]
) -> tuple[int | None, int]:
    """The first free candidate of a level, or None, and how many were looked at, it among them."""
    start, step = _walk(seed, level.changed, level.size)
    sieves = [_most_sharing(relevant, sharing, size) for size in _SIEVES]
    done, chunk = 0, _FIRST_CHUNK
    while done < most:
        count = min(chunk, most - done)
        ranks = _ranks((start + done * step) % level.size, step, level.size, count)
        sets, places = _candidates(level, ranks), np.arange(done + 1, done + count + 1)
        for sieve in sieves:  # in steps, for speed alone: most candidates fall at the first few tickets
            left = _free(sets, sieve)
            sets, places = sets[left], places[left]
        for candidate, place in zip(sets, places, strict=True):
            if is_free(int(candidate), relevant):
                return int(candidate), int(place)
        done += count
        chunk = min(4 * chunk, _LARGEST_CHUNK)
    return None, done


def _walk(seed: bytes, changed: int, size: int) -> tuple[int, int]:
    digest = hashlib.sha256(seed + bytes([changed])).digest()
    start, step = int.from_bytes(digest[:16], "big") % size, int.from_bytes(digest[16:], "big") % size
    while gcd(step, size) != 1:
        step += 1
    return start, step


def _ranks(first: int, step: int, size: int, count: int) -> npt.NDArray[np.int64]:
    """first, first + step, … modulo size, doubled up so that nothing ever exceeds 63 bits."""
    ranks = np.array([first], dtype=np.int64)
    while len(ranks) < count:
        ranks = np.concatenate([ranks, (ranks + len(ranks) * step % size) % size])
    return ranks[:count]


def _candidates(level: _Level, ranks: npt.NDArray[np.int64]) -> Masks:
    out_rank, in_rank = np.divmod(ranks, comb(len(level.into), level.changed))
    removed = _chosen(out_rank, level.out, level.changed)
    return np.uint64(level.request) & ~removed | _chosen(in_rank, level.into, level.changed)


def _chosen(ranks: npt.NDArray[np.int64], members: tuple[int, ...], count: int) -> Masks:
    bits = masks([1 << (number - 1) for number in members])
    chosen = np.zeros(len(ranks), dtype=np.uint64)
    rest = ranks
    for size in range(count, 0, -1):
        column = _column(size)[: len(members)]
        element = np.searchsorted(column, rest, side="right") - 1
        chosen |= bits[element]
        rest = rest - column[element]
    return chosen


@lru_cache(maxsize=64)
def _column(size: int) -> npt.NDArray[np.int64]:
    """C(e, size) for e = 0, 1, 2 …; a pool's halves are never larger than the pool."""
    return np.array([comb(element, size) for element in range(LARGEST_POOL)], dtype=np.int64)


def _most_sharing(relevant: Masks, sharing: npt.NDArray[np.uint8], size: int) -> Masks:
    if len(relevant) <= size:
        return relevant
    return relevant[np.argpartition(sharing, len(sharing) - size)[-size:]]


def _free(sets: Masks, taken: Masks) -> npt.NDArray[np.bool_]:
    """Which of the sets share six with none of the tickets."""
    if not len(sets) or not len(taken):
        return np.ones(len(sets), dtype=np.bool_)
    rows = max(1, _CELLS // len(taken))
    parts = [
        (np.bitwise_count(sets[at : at + rows, None] & taken[None, :]) < DRAWN).all(axis=1)
        for at in range(0, len(sets), rows)
    ]
    return np.concatenate(parts)
