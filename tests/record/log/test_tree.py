"""The tree against RFC 6962 as it is written, its published vectors, and verifiers that share no code with it."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.record.log.format import tile_paths, tree
from app.record.log.format.tree import EMPTY, HASH, TILE_WIDTH, Place

# The eight leaves of the test vectors that implementations of Certificate Transparency share, and their roots by size.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def of(leaves: list[bytes]) -> tree.Tiles:
    """Tiles of these leaves, grown in uneven steps."""
    held: dict[Place, bytes] = {}
    size, steps = 0, (1, 2, 5, 255, 300, 3)
    for step in range(len(leaves) + 1):
        new = leaves[size : size + steps[step % len(steps)]]
        if not new:
            break
        edge, at = [], size
        while at:
            width = at % TILE_WIDTH
            edge.append(held[Place(len(edge), at // TILE_WIDTH)][: HASH * width] if width else b"")
            at >>= tree.TILE_HEIGHT
        for level, row in tree.appended(edge, b"".join(new)):
            first = (size >> tree.TILE_HEIGHT * level) // TILE_WIDTH
            for at, start in enumerate(range(0, len(row), HASH * TILE_WIDTH)):
                held[Place(level, first + at)] = row[start : start + HASH * TILE_WIDTH]
        size += len(new)
    return held.__getitem__


def naive(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else EMPTY
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive(leaves[:k]) + naive(leaves[k:])).digest()


def naive_path(number: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if number < k:
        return [*naive_path(number, leaves[:k]), naive(leaves[k:])]
    return [*naive_path(number - k, leaves[k:]), naive(leaves[:k])]


def naive_proof(first: int, leaves: list[bytes], is_whole: bool = True) -> list[bytes]:
    if first == len(leaves):
        return [] if is_whole else [naive(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if first <= k:
        return [*naive_proof(first, leaves[:k], is_whole), naive(leaves[k:])]
    return [*naive_proof(first - k, leaves[k:], False), naive(leaves[:k])]


LEAVES = [tree.leaf_hash(b"%d" % number) for number in range(66_000)]
GROWN = of(LEAVES)


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    leaves = [tree.leaf_hash(bytes.fromhex(one)) for one in INPUTS]
    assert tree.root(size, of(leaves)).hex() == ROOTS[size - 1]


def test_no_leaf_has_the_root_of_nothing() -> None:
    assert tree.root(0, GROWN).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", [1, 2, 7, 255, 256, 257, 511, 513, 65_535, 65_536, 65_537, 66_000])
def test_roots_of_every_shape(size: int) -> None:
    assert tree.root(size, GROWN) == naive(LEAVES[:size])


@given(some.integers(1, 700).flatmap(lambda size: some.tuples(some.integers(0, size - 1), some.just(size))))
def test_paths_are_those_of_the_standard(at: tuple[int, int]) -> None:
    number, size = at
    assert tree.inclusion(number, size, GROWN) == naive_path(number, LEAVES[:size])


@given(some.integers(1, 700).flatmap(lambda size: some.tuples(some.integers(1, size), some.just(size))))
def test_consistency_is_that_of_the_standard(at: tuple[int, int]) -> None:
    first, second = at
    assert tree.consistency(first, second, GROWN) == naive_proof(first, LEAVES[:second])


@given(some.integers(1, 66_000).flatmap(lambda size: some.tuples(some.integers(0, size - 1), some.just(size))))
def test_a_path_reads_no_tile_that_was_not_expected(at: tuple[int, int]) -> None:
    expected = set(tree.beside(*at))
    read: set[Place] = set()
    tree.inclusion(*at, lambda place: (read.add(place), GROWN(place))[1])
    assert read <= expected
    assert len(expected) <= 6


@pytest.mark.parametrize(("number", "size"), [(5, 5), (0, 0), (-1, 3)])
def test_no_path_for_what_is_not_there(number: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        tree.inclusion(number, size, GROWN)


def test_too_few_hashes_are_named() -> None:
    with pytest.raises(tree.TileMissing):
        tree.root(300, lambda place: GROWN(place)[:320])


@given(some.integers(0, 10**18))
def test_a_tiles_path_has_one_form(index: int) -> None:
    written = tile_paths.written(index)
    assert tile_paths.parsed(f"0/{written}") == tile_paths.Asked(0, index)
    assert [len(part) for part in written.split("/")] == [4] * written.count("/") + [3]
