"""Merkle roots, and partial trees as `gettxoutproof` hands them out (BIP 37)."""

from __future__ import annotations

from dev.node.transactions import HEADER_SIZE, DecodeError, Reader, compact_size, sha256d


def merkle_root(hashes: list[bytes]) -> bytes:
    level = hashes
    while len(level) > 1:
        level = _next_level(level)
    return level[0]


def _next_level(level: list[bytes]) -> list[bytes]:
    if len(level) % 2:
        level = [*level, level[-1]]
    return [sha256d(level[i] + level[i + 1]) for i in range(0, len(level), 2)]


def _width(count: int, height: int) -> int:
    return (count + (1 << height) - 1) >> height


def partial_tree(header: bytes, txids: list[bytes], wanted: set[bytes]) -> bytes:
    """Header and the branch that proves `wanted` to be under its Merkle root."""
    levels = [txids]
    while len(levels[-1]) > 1:
        levels.append(_next_level(levels[-1]))
    matched = [[txid in wanted for txid in txids]]
    while len(matched[-1]) > 1:
        below = matched[-1]
        matched.append([any(below[i : i + 2]) for i in range(0, len(below), 2)])
    bits: list[bool] = []
    hashes: list[bytes] = []

    def walk(height: int, position: int) -> None:
        bits.append(matched[height][position])
        if height == 0 or not matched[height][position]:
            hashes.append(levels[height][position])
            return
        for child in (position * 2, position * 2 + 1):
            if child < _width(len(txids), height - 1):
                walk(height - 1, child)

    walk(len(levels) - 1, 0)
    packed = bytes(sum(bit << i for i, bit in enumerate(bits[k : k + 8])) for k in range(0, len(bits), 8))
    head = header + len(txids).to_bytes(4, "little") + compact_size(len(hashes)) + b"".join(hashes)
    return head + compact_size(len(packed)) + packed


def read_partial_tree(data: bytes) -> tuple[bytes, bytes, list[bytes]]:
    """(header, Merkle root the branch leads to, matched txids); DecodeError when malformed."""
    reader = Reader(data)
    header = reader.take(HEADER_SIZE)
    count = reader.number(4)
    hashes = [reader.take(32) for _ in range(reader.size())]
    packed = reader.bytes()
    if not 0 < count <= 1_000_000 or len(hashes) > count or len(packed) * 8 < len(hashes):
        raise DecodeError("bad proof")
    bits = iter([bool(byte >> i & 1) for byte in packed for i in range(8)])
    supply = iter(hashes)
    found: list[bytes] = []

    def walk(height: int, position: int) -> bytes:
        matched = next(bits)
        if height == 0 or not matched:
            value = next(supply)
            if matched:
                found.append(value)
            return value
        left = right = walk(height - 1, position * 2)
        if position * 2 + 1 < _width(count, height - 1):
            right = walk(height - 1, position * 2 + 1)
            if right == left:
                raise DecodeError("duplicated branch")
        return sha256d(left + right)

    height = 0
    while _width(count, height) > 1:
        height += 1
    try:
        root = walk(height, 0)
    except (StopIteration, RuntimeError) as error:
        raise DecodeError("bad proof") from error
    if next(supply, None) is not None:
        raise DecodeError("bad proof")
    return header, root, found
