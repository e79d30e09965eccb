"""Trees, proofs and tiles: the published tree, and a plain recursion beside what the script computes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.utilities.witness.log import audit_path, consistency_proof, tile_name, tree_hash
from tests.utilities.witness.log import leaf as hashed
from tests.utilities.witness.script import vectors, witness

VECTORS = vectors("merkle_rfc6962")
LEAVES = [hashed(bytes.fromhex(leaf)) for leaf in VECTORS["leaves"]]
ROOTS = [bytes.fromhex(root) for root in VECTORS["roots"]]
MANY = [hashed(b"%d" % number) for number in range(1400)]
sizes = st.integers(0, 70)


def tiles_of(leaves: Sequence[bytes], asked: list[tuple[int, int]] | None = None) -> object:
    """Serves tiles by the words of the document: the hash of every 256^level leaves."""

    def tile(level: int, number: int, width: int = 256) -> bytes:
        if asked is not None:
            asked.append((level, number))
        span = 256**level
        first = 256 * number
        return b"".join(tree_hash(leaves[(first + at) * span : (first + at + 1) * span]) for at in range(width))

    return tile


def tree_of(leaves: Sequence[bytes]) -> object:
    return witness.Tree(len(leaves), tree_hash(leaves), tiles_of(leaves))


def test_the_published_tree() -> None:
    assert [tree_hash(LEAVES[:size]) for size in range(9)] == ROOTS
    assert [witness.leaf_hash(bytes.fromhex(leaf)) for leaf in VECTORS["leaves"]] == LEAVES
    for size, root in enumerate(ROOTS):
        assert witness.Tree(size, root, tiles_of(LEAVES[:size])).root_of(0, size) == root


@pytest.mark.parametrize("vector", VECTORS["inclusion"])
def test_published_proofs_of_inclusion(vector: dict[str, object]) -> None:
    index, size = int(str(vector["index"])), int(str(vector["size"]))
    proof = [bytes.fromhex(line) for line in vector["proof"]]  # type: ignore[attr-defined]
    assert audit_path(index, LEAVES[:size]) == proof
    assert witness.is_included(index, LEAVES[index], proof, size, ROOTS[size])


@pytest.mark.parametrize("vector", VECTORS["consistency"])
def test_published_proofs_of_consistency(vector: dict[str, object]) -> None:
    first, second = int(str(vector["first"])), int(str(vector["second"]))
    proof = [bytes.fromhex(line) for line in vector["proof"]]  # type: ignore[attr-defined]
    assert consistency_proof(first, LEAVES[:second]) == proof
    assert tree_of(LEAVES[:second]).consistency(first) == proof  # type: ignore[attr-defined]
    assert witness.is_consistent(first, ROOTS[first], second, ROOTS[second], proof)


@given(st.integers(1, 70), st.data())
def test_inclusion_holds_for_what_is_included_and_nothing_else(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves, root = MANY[:size], tree_hash(MANY[:size])
    proof = audit_path(index, leaves)
    assert witness.is_included(index, leaves[index], proof, size, root)
    assert not witness.is_included(index, MANY[size], proof, size, root)
    assert not witness.is_included(index, leaves[index], [*proof, MANY[0]], size, root)
    assert not witness.is_included(size, leaves[index], proof, size, root)
    assert not witness.is_included(-1, leaves[index], proof, size, root)
    other = data.draw(st.integers(0, size - 1))
    assert witness.is_included(other, leaves[index], proof, size, root) is (other == index)
    if proof:
        assert not witness.is_included(index, leaves[index], proof[:-1], size, root)
        changed = data.draw(st.integers(0, len(proof) - 1))
        proof[changed] = hashlib.sha256(proof[changed]).digest()
        assert not witness.is_included(index, leaves[index], proof, size, root)


@given(sizes, sizes, st.data())
@example(0, 0, None)
@example(64, 64, None)
def test_consistency_holds_for_what_grew_and_nothing_else(old: int, new: int, data: st.DataObject | None) -> None:
    old, new = min(old, new), max(old, new)
    before, after = tree_hash(MANY[:old]), tree_hash(MANY[:new])
    proof = consistency_proof(old, MANY[:new])
    assert witness.is_consistent(old, before, new, after, proof)
    wrong = hashlib.sha256(before).digest()
    assert not witness.is_consistent(old, wrong, new, after, proof)
    assert not witness.is_consistent(old, before, new, after, [*proof, wrong])
    if old:
        assert not witness.is_consistent(old, before, new, hashlib.sha256(after).digest(), proof)
    if new > old:
        assert not witness.is_consistent(new, after, old, before, proof)
    if proof and data is not None:
        assert not witness.is_consistent(old, before, new, after, proof[:-1])
        assert not witness.is_consistent(old, before, new, after, [])
        changed = data.draw(st.integers(0, len(proof) - 1))
        proof[changed] = hashlib.sha256(proof[changed]).digest()
        assert not witness.is_consistent(old, before, new, after, proof)


@settings(deadline=None)  # a busy machine's longest is not the code's
@given(st.integers(1, 1400), st.integers(0, 1400))
@example(1024, 256)
@example(1024, 255)
@example(1400, 1280)
@example(256, 256)
def test_proofs_from_tiles_are_those_of_the_recursion(size: int, old: int) -> None:
    old = min(old, size)
    tree = tree_of(MANY[:size])
    assert tree.consistency(old) == consistency_proof(old, MANY[:size])  # type: ignore[attr-defined]
    assert tree.root_of(0, old) == tree_hash(MANY[:old])  # type: ignore[attr-defined]


@given(st.integers(1, 1400), st.integers(0, 5), st.integers(0, 31), st.integers(0, 7))
def test_a_tile_with_one_wrong_bit_is_refused(size: int, number: int, byte: int, bit: int) -> None:
    leaves = MANY[:size]
    number %= -(-size // 256)
    honest = tiles_of(leaves)

    def tile(level: int, at: int, width: int = 256) -> bytes:
        data = bytearray(honest(level, at, width))  # type: ignore[operator]
        if (level, at) == (0, number):
            data[32 * (len(data) // 64) + byte] ^= 1 << bit
        return bytes(data)

    with pytest.raises(witness.Misbehaviour, match="tile"):
        witness.Tree(size, tree_hash(leaves), tile).row(0, number)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_tile_has_its_length(length: int) -> None:
    with pytest.raises(witness.Misbehaviour, match=f"has {length} bytes"):
        witness.Tree(1, MANY[0], lambda level, number, width: (MANY[0] * 3)[:length])


def test_a_proof_needs_few_tiles() -> None:
    asked: list[tuple[int, int]] = []
    tree = witness.Tree(1400, tree_hash(MANY), tiles_of(MANY, asked))
    tree.consistency(700)
    assert len(asked) <= 3


@pytest.mark.parametrize(
    ("level", "number", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (3, 7, 1, "tile/3/007.p/1"),
        (0, 999, 255, "tile/0/999.p/255"),
        (1, 1000, 256, "tile/1/x001/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        ("entries", 273, 112, "tile/entries/273.p/112"),
        (0, 10**9, 256, "tile/0/x001/x000/x000/000"),
    ],
)
def test_paths_of_tiles(level: int | str, number: int, width: int, path: str) -> None:
    assert witness.tile_path(level, number, width) == path
    if number < 10**9:
        assert tile_name(level, number, width) == path


@pytest.mark.parametrize(
    ("size", "edge"),
    [
        (70000, {(0, 273): 112, (1, 1): 17, (2, 0): 1}),  # the document's own example
        (256, {(1, 0): 1}),
        (0, {}),
        (65536, {(2, 0): 1}),
    ],
)
def test_tiles_that_are_not_full(size: int, edge: dict[tuple[int, int], int]) -> None:
    asked: dict[tuple[int, int], int] = {}

    def tile(level: int, number: int, width: int) -> bytes:
        asked[level, number] = width
        return bytes(32 * width)

    with pytest.raises(witness.Misbehaviour):
        witness.Tree(size, b"r" * 32, tile)
    assert asked == edge


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles(entries: list[bytes]) -> None:
    data = b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
    assert witness.split_bundle(data, len(entries)) == entries
    for wrong in (data + b"\0", data[:-1]):
        if wrong != data:
            with pytest.raises(witness.Malformed):
                witness.split_bundle(wrong, len(entries))
    with pytest.raises(witness.Malformed):
        witness.split_bundle(data, len(entries) + 1)
