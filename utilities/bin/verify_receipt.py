#!/usr/bin/env python3
"""Check your receipt against the public log yourself, offline: that what was paid is told there, and stays told.

    verify_receipt.py RECEIPT --log-key VKEY [--keys FILE] [--witness VKEY ...] [--checkpoint NOTE ...]
                      [--consistency JSON ...] [--person ID] [--bundle FILE] [--json]

RECEIPT is the receipt file, or the JSON of an order or slip (of a partner's API too), or the receipt's PDF, which has
such a file attached, or - for standard input. VKEY is the log's verifier key, which you got elsewhere than with the
receipt: /api/log says it, and others who follow the log. The entry of each payment is held against the receipt's own
facts: order, terms, payment, tickets or numbers, and you, by the salt. Then the promise is checked, that the log's own
tree has the entry, that its checkpoint was signed before the promise ran out, and that each --witness cosigned one that
has it (c2sp.org/tlog-cosignature).

--checkpoint is a checkpoint of the log as you, or anybody, kept it: one of the same size must have the same root, a
larger one must not be older, and one that was signed after the promise had run out must have the entry. Whether the
larger of two begins with the smaller is proven by --consistency: an answer of /api/log/consistency?first=A&second=B,
saved; which one is missing is said. --person is your account at the partner, where the receipt does not have it; a
receipt for everybody has no salt, says not whose it is, and without --person is not asked. A slip of Luckotto needs no
salt: its terms name the account, and address and entries commit to them.

Where the receipt has an anchor (within a day), a root of the log that covers the entry is held against a transaction of
Bitcoin, that against its block's header, and the header against the work that it names. Whether the world has that
block an explorer or your own node says: its hash is printed. That it has none yet is said, and changes nothing.

Where the log changed its key, what was signed before bears the old one. --keys FILE is https://SITE/log/keys, saved:
with it the key that you have may be an older or a newer one, for each entry of it is signed by the key before and by
the one after, and is in the log. What was signed by a key after its successor had taken over then does not count.

Whether the order won no receipt can show: --bundle FILE is the proof bundle of its round, which verify_round.py
checks; with it the order's state is held against the draw, and what
is said of the payment of a win against the bundle's. Whatever the receipt says besides, and nothing here has
read or could judge, is listed at the end: none of it is proven.

A promise that was not kept, or two histories, are proofs against the operator: keep the files. Without a proof a
receipt shows only what was promised: fetch it again.

This file needs Python 3.8 or newer and nothing else: no package, no network.
Exit status: 0 all that was looked at holds; 1 something does not hold; 2 unusable input; 3 nothing is wrong, but not
everything could be checked: nothing was paid yet, or there is no proof yet. Each reason is printed. That no witness was
asked is said, and changes nothing of it.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import math
import re
import sys
import time
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z
    Pair = tuple[int, int]
    Record = dict[str, Any]

HOLDS, FAILS, NOT_YET, NOT_TOLD = "holds", "does not hold", "not yet", "not told"
SAYS = {0: "everything holds", 1: "something does not hold", 3: "nothing is wrong, but not everything could be checked"}
SAYS_IN_PART = "all that was looked at holds"  # where something is left, which is named
PAID, UNPAID = "order.paid", "order.unpaid"
ORDER_TAG = b"tiraj/order/1"
PROMISE = "tiraj/promise/1"
PROMISED = 60  # seconds
MOST_BYTES = 4_000_000  # of a receipt
MOST_LEAVES = 1_000
LONGEST = 4300  # digits of a number
MOST_SIGNATURES = 64
EASIEST_BITS = {  # of the main network a difficulty of 10^13, below which it was last in 2019
    "main": 0x171C25A6,
    "test": 0x1D00FFFF,
    "testnet4": 0x1D00FFFF,
    "signet": 0x1E0377AE,
    "regtest": 0x207FFFFF,
}
CLOCKS = 120  # seconds by which honest clocks may differ

# Ed25519 (RFC 8032): -x^2 + y^2 = 1 + D x^2 y^2 modulo FIELD; the point BASE generates a group of ORDER points.
FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, FIELD - 2, FIELD) % FIELD
ROOT_OF_MINUS_ONE = pow(2, (FIELD - 1) // 4, FIELD)
LOG, COSIGNER = 0x01, 0x04  # types of keys (c2sp.org/signed-note)


class BadInput(Exception):
    """What is no receipt, no key or no checkpoint."""


class Malformed(ValueError):
    """What is not as it should be; of its message the first word is its name."""


# Ed25519, strict: every part written in the one way that is right, no point of small order.


def add(a: Point, b: Point) -> Point:
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % FIELD, (a[1] + a[0]) * (b[1] + b[0]) % FIELD
    c, d = 2 * a[3] * b[3] * D % FIELD, 2 * a[2] * b[2] % FIELD
    e, f, g, h = n - m, d - c, d + c, n + m
    return (e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD)


def times(number: int, point: Point) -> Point:
    result, doubled = (0, 1, 1, 0), point
    while number:
        if number & 1:
            result = add(result, doubled)
        doubled, number = add(doubled, doubled), number >> 1
    return result


def same(a: Point, b: Point) -> bool:
    return (a[0] * b[2] - b[0] * a[2]) % FIELD == 0 and (a[1] * b[2] - b[1] * a[2]) % FIELD == 0


def decoded(text: bytes) -> Point | None:
    number = int.from_bytes(text, "little")
    y, odd = number & (1 << 255) - 1, number >> 255
    if len(text) != 32 or y >= FIELD:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, FIELD - 2, FIELD) % FIELD
    x = pow(square, (FIELD + 3) // 8, FIELD)
    if x * x % FIELD != square:
        x = x * ROOT_OF_MINUS_ONE % FIELD
    if x * x % FIELD != square or (x == 0 and odd):
        return None
    if x & 1 != odd:
        x = FIELD - x
    return (x, y, 1, x * y % FIELD)


def usable(key: Point | None) -> bool:
    return key is not None and not same(times(8, key), (0, 1, 1, 0))


BASE = decoded((4 * pow(5, FIELD - 2, FIELD) % FIELD).to_bytes(32, "little"))


def verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    if len(signature) != 64 or BASE is None:
        return False
    answer = int.from_bytes(signature[32:], "little")
    key, first = decoded(public), decoded(signature[:32])
    if answer >= ORDER or key is None or first is None or not usable(key) or not usable(first):
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return same(times(answer, BASE), add(first, times(challenge, key)))


# secp256k1, for the deposit address: y^2 = x^3 + 7 modulo PRIME; the point G generates a group of COUNT points.
PRIME = 2**256 - 2**32 - 977
COUNT = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
PREFIXES = {"main": "bc", "test": "tb", "testnet4": "tb", "signet": "tb", "regtest": "bcrt"}
CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def tagged_hash(tag: bytes, message: bytes) -> bytes:
    hashed = hashlib.sha256(tag).digest()
    return hashlib.sha256(hashed + hashed + message).digest()


def sum_of(a: Pair | None, b: Pair | None) -> Pair | None:
    """Of two points; None is the point at infinity."""
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % PRIME == 0:
        return None
    if a == b:
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, PRIME) % PRIME
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, PRIME) % PRIME
    x = (slope * slope - a[0] - b[0]) % PRIME
    return (x, (slope * (a[0] - x) - a[1]) % PRIME)


def output_key(internal_key: bytes, commitment: bytes) -> bytes | None:
    """BIP 341: Q = P + H(P + commitment) * G, as its x."""
    number = int.from_bytes(tagged_hash(b"TapTweak", internal_key + commitment), "big")
    x = int.from_bytes(internal_key, "big")
    y = pow(x**3 + 7, (PRIME + 1) // 4, PRIME)
    if x >= PRIME or (y * y - x**3 - 7) % PRIME or number >= COUNT:
        return None
    total: Pair | None = (x, y if y % 2 == 0 else PRIME - y)
    power: Pair | None = G
    while number:
        total = sum_of(total, power) if number & 1 else total
        power, number = sum_of(power, power), number >> 1
    return None if total is None else total[0].to_bytes(32, "big")


def taproot_address(prefix: str, program: bytes) -> str:
    """BIP 350: witness version 1 and 32 bytes in groups of five bits, with the bech32m checksum."""
    number = int.from_bytes(program, "big") << 4
    data = [1] + [number >> 5 * place & 31 for place in range(51, -1, -1)]
    check = 1
    for value in [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix), *data, *[0] * 6]:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, constant in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= constant if top >> bit & 1 else 0
    data += [(check ^ 0x2BC830A3) >> 5 * place & 31 for place in range(5, -1, -1)]
    return prefix + "1" + "".join(CHARACTERS[value] for value in data)


# Keys, notes and checkpoints


def unbase64(text: str, length: int = 0) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("malformed: a line is no base64") from None
    if base64.b64encode(data).decode() != text or (length and len(data) != length):
        raise Malformed("malformed: a line of base64 has another length, or is written in another way")
    return data


class Key(NamedTuple):
    """Whose signatures are believed."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]


def read_key(text: str, kind: int) -> Key:
    """A verifier key, name+hex+base64, of this kind."""
    parts = text.strip().split("+", 2)
    try:
        data = unbase64(parts[2], 33) if len(parts) == 3 and parts[0] else b""
    except Malformed:
        data = b""
    if not data:
        raise BadInput(f"{plain(text)} is no verifier key: NAME+HEX+BASE64")
    key = Key(parts[0], data[0], data[1:])
    if key.kind != kind:
        raise BadInput(f"{plain(text)} is a key of type {key.kind}, where one of type {kind} is needed")
    if key.id.hex() != parts[1] or not usable(decoded(key.public)):
        raise BadInput(f"{plain(text)} is misspelt: its id is not that of its name and key, or it is no key at all")
    return key


class Note(NamedTuple):
    """A signed note: its text, with the new line at its end, and the lines below."""

    text: str
    signatures: list[tuple[str, bytes]]


def read_note(raw: str) -> Note:
    text, parted, below = raw.rpartition("\n\n")
    lines = below.split("\n")
    if not parted or lines.pop() or not 0 < len(lines) <= MOST_SIGNATURES:
        raise Malformed("malformed: it is no signed note")
    if any(one < " " and one != "\n" for one in raw):
        raise Malformed("malformed: a note has a control character in it")
    found = []
    for line in lines:
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—" or not parts[1] or "+" in parts[1]:
            raise Malformed("malformed: a line below a note is no signature")
        found.append((parts[1], unbase64(parts[2])))
    return Note(text + "\n", found)


def signed_at(note: Note, key: Key) -> int | None:
    """When a key signed a note, 0 for a log's; None where it did not. Raises Malformed where it says so and did not."""
    for name, data in note.signatures:
        if (name, data[:4]) != (key.name, key.id):
            continue
        when, signature, message = 0, data[4:], note.text.encode()
        if key.kind == COSIGNER:
            when, signature = int.from_bytes(data[4:12], "big"), data[12:]
            message = f"cosignature/v1\ntime {when}\n{note.text}".encode()
        if not verifies(key.public, message, signature):
            raise Malformed(f"wrong-key: the signature of {plain(key.name)} is not its own")
        return when
    return None


class Checkpoint(NamedTuple):
    """What a log says it is: so many entries, this root, at this time."""

    origin: str
    size: int
    root: bytes
    time: int
    note: Note


def read_checkpoint(raw: str) -> Checkpoint:
    note = read_note(raw)
    found = re.match(r"([^\n]+)\n(0|[1-9][0-9]{0,17})\n([^\n]+)\ntime ([1-9][0-9]{0,11})\n\Z", note.text, re.ASCII)
    if found is None:
        raise Malformed("malformed: it is no checkpoint with a time in it")
    return Checkpoint(found[1], int(found[2]), unbase64(found[3], 32), int(found[4]), note)


class Proof(NamedTuple):
    """Where an entry stands below a checkpoint."""

    entry: int
    path: list[bytes]
    checkpoint: Checkpoint


def read_proof(text: str) -> Proof:
    head, parted, note = text.partition("\n\n")
    lines = head.split("\n")
    if not parted or lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Malformed("malformed: it is no c2sp.org/tlog-proof@v1")
    if lines and lines[0].startswith("extra "):
        lines.pop(0)
    found = re.match(r"index (0|[1-9][0-9]{0,17})\Z", lines[0], re.ASCII) if lines else None
    if found is None or len(lines) > 64:
        raise Malformed("malformed: a proof names no index, or is too long")
    return Proof(int(found[1]), [unbase64(line, 32) for line in lines[1:]], read_checkpoint(note))


def is_included(index: int, leaf: bytes, path: Sequence[bytes], size: int, root: bytes) -> bool:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    first, last, found = index, size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if first & 1 or first == last:
            found = hashlib.sha256(b"\x01" + other + found).digest()
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + other).digest()
        first, last = first >> 1, last >> 1
    return last == 0 and found == root


def begins_with(first: int, old: bytes, second: int, new: bytes, path: Sequence[bytes]) -> bool:
    """RFC 9162, 2.1.4.2: whether the log of the second size begins with that of the first."""
    if first == second:
        return not path and old == new
    if first == 0:
        return not path
    hashes = [*([old] if first & (first - 1) == 0 else []), *path]
    if not 0 < first < second or not hashes:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    left = right = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            left = hashlib.sha256(b"\x01" + other + left).digest()
            right = hashlib.sha256(b"\x01" + other + right).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            right = hashlib.sha256(b"\x01" + right + other).digest()
        at, last = at >> 1, last >> 1
    return last == 0 and left == old and right == new


def whole_nodes(proof: Proof, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The hashes that a proof which holds tells of whole subtrees: level, place, hash. They never change any more."""
    size, at, last, level, found = proof.checkpoint.size, proof.entry, proof.checkpoint.size - 1, 0, leaf
    yield 0, at, leaf
    for other in proof.path:
        while at == last and not at & 1 and at:
            at, last, level = at >> 1, last >> 1, level + 1
        if (at ^ 1) + 1 << level <= size:
            yield level, at ^ 1, other
        found = hashlib.sha256(b"\x01" + (other + found if at & 1 else found + other)).digest()
        at, last, level = at >> 1, last >> 1, level + 1
        if at + 1 << level <= size:
            yield level, at, found


# Keys that followed each other


ROTATION = re.compile(r"tiraj/log-key/1\n([^\n]+)\n([^\n]+)\n([^\n]+)\n(0|[1-9][0-9]{0,17})\n\Z", re.ASCII)


class Rotation(NamedTuple):
    """From the checkpoint on that covers entry `number`, `new` signs in the place of `old`."""

    number: int
    old: Key
    new: Key
    checkpoint: Checkpoint  # that the proof of it is against


def read_rotation(told: Record) -> Rotation | None:
    """An entry of a key with its proof; None where a lost key signed nothing, which nobody has to believe."""
    number, entry, proof = (
        member(told, "number", int),
        member(told, "entry", str),
        read_proof(member(told, "proof", str)),
    )
    said = json.loads(entry)
    note = read_note(member(said, "note", str))
    found = ROTATION.match(note.text)
    if found is None or member(said, "type", str) != "log.key":
        raise Malformed(f"entry {number} is no entry of a key")
    one = Rotation(number, read_key(found[2], LOG), read_key(found[3], LOG), proof.checkpoint)
    if not one.old.name == one.new.name == found[1] == proof.checkpoint.origin or number < int(found[4]):
        raise Malformed(f"entry {number} is of another log, or a copy")
    if signed_at(note, one.new) is None or signed_at(proof.checkpoint.note, one.new) is None:
        raise Malformed(f"entry {number} is not signed by the key that takes over")
    leaf, shown = hashlib.sha256(b"\x00" + entry.encode()).digest(), one.checkpoint
    if proof.entry != number or not is_included(number, leaf, proof.path, shown.size, shown.root):
        raise Malformed(f"entry {number} is not in the log")
    return one if signed_at(note, one.old) is not None else None


def read_rotations(text: str) -> list[Rotation]:
    """LOG/keys, in the order of the entries."""
    data = loaded(text, "--keys: this")
    if not isinstance(data, dict) or not isinstance(data.get("rotations"), list):
        other = kind_of(data)
        raise BadInput("--keys: this is not LOG/keys" + (f". It is {other}" if other else ""))
    try:
        found = [read_rotation(one) for one in data["rotations"]]
    except (ValueError, RecursionError, BadInput) as error:
        raise BadInput(f"--keys: {error}") from None
    rotations = sorted((one for one in found if one is not None), key=lambda one: one.number)
    if len({one.old for one in rotations}) < len(rotations) or len({one.new for one in rotations}) < len(rotations):
        raise BadInput("--keys: a key has two successors, or two that it follows")
    return rotations


def key_at(key: Key, rotations: Sequence[Rotation], size: int) -> Key:
    """The key that signs so many entries, in the line of the one that you know."""
    for one in rotations:
        if one.old == key and one.number < size:
            key = one.new
    for one in reversed(rotations):
        if one.new == key and one.number >= size:
            key = one.old
    return key


# An anchor: a root of the log in a block of Bitcoin


def double_sha256(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


class Reader:
    """Takes a transaction apart; whatever is cut off is Malformed."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    def take(self, size: int) -> bytes:
        if size > len(self.raw) - self.at:
            raise Malformed("not-anchored: the transaction is cut off")
        self.at += size
        return self.raw[self.at - size : self.at]

    def size(self) -> int:
        first = self.take(1)[0]
        return first if first < 0xFD else int.from_bytes(self.take({0xFD: 2, 0xFE: 4, 0xFF: 8}[first]), "little")


def read_transaction(raw: bytes) -> tuple[str, list[bytes]]:
    """Its id, which is over everything but the witness, and its outputs' scripts."""
    reader, scripts = Reader(raw), []
    version = reader.take(4)
    has_witness = raw[4:6] == b"\x00\x01"
    reader.take(2 if has_witness else 0)
    start, inputs = reader.at, reader.size()
    for _ in range(inputs):
        reader.take(36)
        reader.take(reader.size() + 4)
    for _ in range(reader.size()):
        reader.take(8)
        scripts.append(reader.take(reader.size()))
    body = raw[start : reader.at]
    for _ in range(inputs if has_witness else 0):
        for _ in range(reader.size()):
            reader.take(reader.size())
    body = version + body + reader.take(4)
    if reader.at != len(raw) or not inputs:
        raise Malformed("not-anchored: its bytes are no transaction")
    if len(body) == 64:
        raise Malformed("not-anchored: the transaction is as long as a node of the tree, and could be one")
    return double_sha256(body)[::-1].hex(), scripts


def target_of(bits: int) -> int:
    """The number a block's hash must not exceed."""
    return (bits & 0x7FFFFF) << 8 * (bits >> 24) >> 24 if not bits & 0x800000 else 0


def block_of(proof: Record, txid: str, network: object) -> str:
    """The hash of the block to whose header a branch leads, if that carries its work. Raises Malformed."""
    header, node, index = data_of(proof, "header", 80), bytes.fromhex(txid)[::-1], proof.get("index")
    branch = proof.get("branch")
    if type(index) is not int or not isinstance(branch, list) or len(branch) > 32:
        raise Malformed("not-anchored: it has no branch")
    for sibling in branch:
        other = data_of({"branch": sibling}, "branch", 32)
        if index & 1 and other == node:
            raise Malformed("not-anchored: a node of the branch is repeated")
        node = double_sha256(other + node if index & 1 else node + other)
        index >>= 1
    if index or node != header[36:68]:
        raise Malformed("not-anchored: the branch does not lead from the transaction to the header")
    bits = int.from_bytes(header[72:76], "little")
    easiest = EASIEST_BITS.get(network) if isinstance(network, str) else None
    if easiest is None or not 0 < target_of(bits) <= target_of(easiest):
        raise Malformed(f"not-anchored: the header's difficulty is none of the network {plain(network)}")
    if int.from_bytes(double_sha256(header), "little") > target_of(bits):
        raise Malformed("not-anchored: the header does not carry the work that it names")
    return double_sha256(header)[::-1].hex()


def data_of(record: Record, name: str, length: int = 0) -> bytes:
    """A member's bytes, in lower-case hexadecimal. Raises Malformed."""
    value = record.get(name)
    if not isinstance(value, str) or not re.match(r"([0-9a-f]{2})*\Z", value) or (length and len(value) != 2 * length):
        raise Malformed(f"not-anchored: {name} is no hexadecimal of its length")
    return bytes.fromhex(value)


def anchored_root(anchor: Record, entry: int, leaf: bytes) -> Proof:
    """The anchor's root with the path that leads to it from the leaf. Raises Malformed."""
    size, path, root = anchor.get("size"), anchor.get("path"), data_of(anchor, "root", 32)
    if type(size) is not int or not isinstance(path, list) or len(path) > 64:
        raise Malformed("not-anchored: it has no path")
    hashes = [data_of({"path": one}, "path", 32) for one in path]
    if not is_included(entry, leaf, hashes, size, root):
        raise Malformed(f"not-anchored: the leaf is not entry {entry} of the {size} under the anchor's root")
    return Proof(entry, hashes, Checkpoint("", size, root, 0, Note("", [])))


def anchor_block(anchor: Record, network: object) -> str:
    """The block that holds the anchor's root. Raises Malformed."""
    proof, vout = anchor["proof"], anchor.get("vout")
    if not isinstance(proof, dict):
        raise Malformed("not-anchored: its proof is none")
    txid, scripts = read_transaction(data_of(proof, "rawTransaction"))
    if {txid} != {anchor.get("txid"), proof.get("txid")}:
        raise Malformed(f"not-anchored: the transaction is {txid}, not the one that is named")
    held = [place for place, script in enumerate(scripts) if script[:1] == b"\x6a"]
    if held != [vout] or scripts[held[0]] != b"\x6a\x20" + data_of(anchor, "root", 32):
        raise Malformed("not-anchored: the transaction does not hold the root")
    block = block_of(proof, txid, network)
    if proof.get("blockHash") != block:
        raise Malformed(f"not-anchored: the block is {block}, not the one that is named")
    return block


# The receipt


class Leaf(NamedTuple):
    """An entry of the receipt as it is told."""

    hash: str
    salt: str | None
    promise: str
    proof: str | None
    witnessed: str | None
    entry: str
    number: int | None


class Receipt(NamedTuple):
    """Whatever form it came in."""

    game: str
    order: str
    round_number: int
    commitment: str
    terms: str
    payments: list[Record]
    held: Record  # what the order holds, by the entries' members
    person: str | None
    leaves: list[Leaf]
    beside: Record  # what it says besides, by the names of its members
    anchor: Record | None  # of the last of the leaves
    network: object
    data: Record  # all of it, as it came


def member(record: Any, name: str, kind: Any) -> Any:
    """A member of what came, of the right kind."""
    if not isinstance(record, dict) or name not in record:
        raise BadInput(f"this is no receipt: it has no {name}")
    value = record[name]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise BadInput(f"this is no receipt: {name} is of another kind")
    return value


NONE = type(None)


def read_leaf(record: Any) -> Leaf:
    hash_ = member(record, "leaf", str)
    if not re.match(r"[0-9a-f]{64}\Z", hash_):
        raise BadInput("this is no receipt: a leaf is no hash")
    record = {"witnessed": None, "number": None, **record}
    return Leaf(
        hash_,
        member(record, "salt", (str, NONE)),
        member(record, "promise", str),
        member(record, "proof", (str, NONE)),
        member(record, "witnessed", (str, NONE)),
        member(record, "entry", (str, NONE)) or "",
        member(record, "number", (int, NONE)),
    )


def held_by(data: Record, game: str) -> Record:
    """What the receipt says that the order holds."""
    if game == "luckotto":
        held = {
            "requestedNumbers": member(data, "requestedNumbers", list),
            "numbers": member(data, "allocatedNumbers", (list, NONE)),
        }
        if not all(map(is_numbers, held.values())):
            raise BadInput("this is no receipt: numbers are none")
        return held
    slip = member(data, "slip", (dict, NONE))
    ranges = member(slip, "ranges", list) if slip else []
    if not all(isinstance(one, list) and is_numbers(one) for one in ranges):
        raise BadInput("this is no receipt: ranges are none")
    return {"tickets": ranges}


def once(pairs: list[tuple[str, Any]]) -> Record:
    """An object's members. Of two with one name a reader would see one, and this script another: raises ValueError."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in it")
    return found


def whole_number(text: str) -> int:
    if len(text.lstrip("-")) > LONGEST:
        raise ValueError(f"there is a number of {len(text)} digits in it")
    return int(text)


# What files are, told by what they have: the same in every script that takes one.
FILE_KINDS = {
    "bundleVersion": "a proof bundle of a round: verify_round.py checks it",
    "orders transactions": "a proof bundle of a round: verify_round.py checks it",
    "roundNumber roundTerms": "the record of a round, which proves nothing: fetch its address with /bundle behind it, "
    "for verify_round.py",
    "payments log": "a receipt: verify_receipt.py checks it",
    "internalKey terms": "the record of an order: hash_tweak.py checks its address. Its page hands out a receipt",
    "orders": "a page of a round's orders: luckotto_allocate.py takes them all, with the round's record",
    "slips": "a page of a round's orders: fetch the round's address with /bundle behind it, for verify_round.py",
    "rounds": "a list of rounds: fetch the address of one with /bundle behind it, for verify_round.py",
    "rotations": "the keys of a log: verifiers and witness.py take it with --keys",
    "first second hashes": "an answer of /api/log/consistency: verify_receipt.py takes it with --consistency",
    "previous root": "an anchor of a log: verify_anchor.py checks it",
    "betBundleVersion": "a draw of bets with its evidence: verify_swertres.py checks it",
    "ticket leaves": "a receipt of bets: verify_swertres.py DRAW --receipt FILE checks it, DRAW its draw's bundle",
}


def kind_of(told: object) -> str:
    """What a file is, from its JSON or, where it is none, from its text; nothing where that is not known."""
    if isinstance(told, str):
        if told.lstrip().startswith(("psbt\xff", "cHNidP", "70736274ff")):
            return "a PSBT, a payout that is to be signed: sign_payout.py shows whom it pays before it signs"
        is_note = "\n\n\u2014 " in told
        return "a checkpoint of a log: verify_receipt.py takes it with --checkpoint" if is_note else ""
    if isinstance(told, list):
        return "a list, where one record is wanted: give that by itself"
    if not isinstance(told, dict):
        return ""
    if not told or {"type", "title", "status"} <= set(told):
        title = "".join(one if one.isprintable() else " " for one in str(told.get("title"))[:200])
        why = f"an error, \u201c{title}\u201d" if told else "nothing"
        return f"no file, for the server answered {why}: fetch it again, with curl -f, which saves no error"
    order = told.get("order")
    names = {*told, *(order if isinstance(order, dict) else ())}
    return next((words for having, words in FILE_KINDS.items() if names.issuperset(having.split())), "")


def loaded(text: str, what: str) -> Any:
    """The JSON of a file, in which a name may stand once. Raises BadInput."""
    try:
        data = json.loads(text, object_pairs_hook=once, parse_int=whole_number)
        json.dumps(data, ensure_ascii=False).encode()
    except RecursionError:
        raise BadInput(f"{what} is nested too deeply") from None
    except json.JSONDecodeError as error:
        where, other = f"line {error.lineno}, column {error.colno}", kind_of(text)
        why = f". It is {other}" if other else f", or was cut off: {where}"
        raise BadInput(f"{what} is no JSON{why}") from None
    except UnicodeEncodeError:
        raise BadInput(f"{what} cannot be read: a text in it has half a letter") from None
    except ValueError as error:
        raise BadInput(f"{what} cannot be read: {error}") from None
    return data


def read_receipt(text: str, person: str | None) -> Receipt:
    data = loaded(text, "this")
    other = kind_of(data)
    if other and not other.startswith("a receipt:"):
        raise BadInput(f"this is no receipt of an order. It is {other}")
    order = data.get("order", data) if isinstance(data, dict) else None
    game = "luckotto" if isinstance(order, dict) and "requestedNumbers" in order else "rounds"
    log = member(data, "log", (dict, NONE))
    others = member(log, "others", list) if log else []
    identifier = (log or {}).get("identifier")
    if not isinstance(identifier, (str, NONE)):
        raise BadInput("this is no receipt: its identifier is no text")
    if len(others) > MOST_LEAVES:
        raise BadInput("there are too many entries")
    terms = member(order, "terms", str)
    return Receipt(
        game,
        member(order, "id" if isinstance(order, dict) and "id" in order else "orderId", str),
        member(order, "roundNumber", int),
        member(order, "commitment", str),
        terms,
        [one for one in member(data, "payments", list) if member(one, "status", str) != "seen"],
        held_by(data, game),
        next((one for one in (person, identifier, account_in(terms, game)) if one is not None), None),
        [read_leaf(one) for one in ([*others, log] if log else [])],
        beside_in(data, order or {}, game),
        member(log, "anchor", (dict, NONE)) if log and "anchor" in log else None,
        data.get("network", record_in(terms).get("network")),
        data,
    )


def record_in(terms: str) -> Record:
    """The terms as a record; nothing where they are none, or say a thing twice."""
    try:
        told = json.loads(terms, object_pairs_hook=once)
    except (ValueError, RecursionError):
        told = None
    return dict(told) if isinstance(told, dict) else {}


ACCOUNTS = {"luckotto": "playerIdentifier"}  # games whose terms name the account at the partner, and where


def account_in(terms: str, game: str) -> str | None:
    """The account that the terms name."""
    found = record_in(terms).get(ACCOUNTS.get(game, ""))
    return found if isinstance(found, str) else None


HELD = {"rounds": ("slip",), "luckotto": ("allocatedNumbers",)}


def beside_in(data: Record, order: Record, game: str) -> Record:
    """What a receipt says beside what the log tells: its own members, the order's, and the slip's as slip.NAME."""
    identifier = "id" if "id" in order else "orderId"
    of_order = {identifier, "commitment", "terms"}
    of_receipt = {"payments", "log", *HELD[game], *(of_order if order is data else {"order"})}
    found = {name: value for name, value in data.items() if name not in of_receipt}
    if order is not data:  # what stands in both is looked at in the order
        found = {f"receipt.{name}" if name in order else name: value for name, value in found.items()}
        found.update({name: value for name, value in order.items() if name not in of_order})
    slip = data.get("slip") if game == "rounds" else None
    if slip is not None:
        found.update({f"slip.{name}": value for name, value in slip.items() if name != "ranges"})
    return found


# What is claimed


# What the members of records are called for people.
LABELS = {
    name: label.strip()
    for label, names in (
        line.split(":")
        for line in """
        the order: orderId identifier
        the player: playerPublicIdentifier playerUname playerIdentifier
        the partner: partnerName partnerId
        the partner's edge: houseEdge houseEdgePercent feeSats
        the address: depositAddress address
        the price of a ticket, in sats: playerTicketPriceSats
        the base price of a ticket, in sats: baseTicketPriceSats
        the base price of a combination, in sats: baseCombinationPriceSats
        the commitment: commitment
        the internal key: internalKey
        the payment link: bip21
        what the payment link calls the site: bip21.site
        the address for a win: payoutAddress
        the smallest payment that counts, in sats: minPaymentSats
        the whole price, in sats: totalSats
        the price without the partner's edge: baseSats
        the numbers asked for: requestedNumbers
        the account at the partner: playerPrivateIdentifier
        whose it is: person
        the time of the order: createdAt
        the chance: odds
        the note: note
        the state: status
        the amount, in sats: amountSats
        what of it counts, in sats: creditedSats
        what of it is refunded, in sats: refundableSats
        the sum of what was paid: paidSats
        the height of its block: blockHeight
        its block: blockHash
        the address of the win's payment: payout.address
        the payout: payout
        the first payment's block: firstBlockHeight firstBlockHash
        the tickets: tickets
        the numbers: numbers
        the number of tickets: ticketCount
        the share for the jackpot: jackpotContributionSats
        the number of combinations: combinations
        the round: roundNumber
        the height of the closing block: closingHeight
        the promise: roundCommitment
        the game: game
        the network: network
        the version: version
        the block at which sales end: salesEndHeight
        the size of the pool: poolSize
        the hash of the entry: leaf
        whether and when it was refunded: refundedAt
        whether and when its block was lost: orphanedAt
        its place in its block: txIndex
        the round that it counts for: creditedRoundNumber
        the kind of the file: kind
        the lines to check it with: howToCheck
        a payment that no block holds: payments[]
        signatures that nobody asked for: signatures
        a note in a proof: extra
        the number of entries: size
    """.strip().splitlines()
    )
    for name in names.split()
}


def said(value: object) -> str:
    if isinstance(value, list) and value and all(isinstance(one, list) and len(one) == 2 for one in value):
        return ", ".join("{}-{}".format(*pair) for pair in value)
    if isinstance(value, list):
        return ", ".join(map(said, value)) or "nothing"
    if isinstance(value, dict):
        return ", ".join(f"{name} {said(one)}" for name, one in sorted(value.items())) or "nothing"
    return "nothing" if value is None else str(value)


def called(name: str) -> str:
    """What a member is called for people."""
    return LABELS.get(name) or LABELS.get(name.split(".")[-1]) or name


def differ(name: str, stated: object, right: object, who: str, of: str = "") -> str:
    """What differs, in a sentence with both values: what the file says, and what who else says."""
    what = ", ".join(part for part in (of, called(name)) if part)
    return f"{what}: the file says {said(stated)}; {who} {said(right)}"


LOG_SAYS = "the log says"
PAYOUT = "the payout"
STATES = ("status", "slip.status")


class Claims:
    """Each with its verdict; of a problem the first word is its name."""

    def __init__(self) -> None:
        self.all: list[Record] = []

    def say(self, claim: str, statement: str, verdict: str, *details: str) -> None:
        self.all.append({"claim": claim, "statement": statement, "verdict": verdict, "details": list(details)})

    def judge(self, claim: str, statement: str, problems: Sequence[str]) -> None:
        self.say(claim, statement, FAILS if problems else HOLDS, *problems)


MEMBERS = {
    "rounds": {"tickets"},
    "luckotto": {"numbers", "requestedNumbers", "sequence"},
    PAID: {
        *("amountSats", "blockHash", "blockHeight", "commitment", "creditedSats", "fate", "game", "payment", "person"),
        *("refundableSats", "roundNumber", "subject", "txid", "type", "vout"),
    },
    UNPAID: {"cause", "creditedSats", "game", "payment", "subject", "type"},
}


def told_by(leaf: Leaf, receipt: Receipt) -> Record:
    """What an entry says, which must be an entry of this order in the one way to write it. Raises Malformed."""
    if not leaf.entry:
        raise Malformed("untold: the receipt has not the entry's text")
    made = hashlib.sha256(b"\x00" + leaf.entry.encode()).hexdigest()
    if made != leaf.hash:
        raise Malformed("another-leaf: " + differ("leaf", leaf.hash, made, "its text has"))
    try:
        told = json.loads(leaf.entry)
    except (ValueError, RecursionError):
        raise Malformed("another-leaf: the entry is no JSON") from None
    kind = told.get("type") if isinstance(told, dict) else None
    wanted = MEMBERS[PAID] | MEMBERS[receipt.game] if kind == PAID else MEMBERS[UNPAID]
    if (
        kind not in (PAID, UNPAID)
        or set(told) != wanted
        or (told["subject"], told["game"])
        != (
            "order:" + receipt.order,
            receipt.game,
        )
    ):
        raise Malformed("another-leaf: the entry is not one of this order")
    if json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False) != leaf.entry:
        raise Malformed("another-leaf: the entry is not written in the one way to write it")
    if kind == PAID and not all(is_numbers(told[name]) for name in MEMBERS[receipt.game] - {"sequence"}):
        raise Malformed("another-leaf: what the entry says was brought are no numbers")
    if not isinstance(told["payment"], str):
        raise Malformed("another-leaf: the entry names no payment")
    return dict(told)


def is_numbers(value: Any) -> bool:
    """None, or whole numbers."""
    return value is None or (isinstance(value, list) and all(type(one) is int for one in value))


def payment_differs(payment: Record, told: Record, receipt: Receipt, changed: Sequence[Record]) -> Iterator[str]:
    """How the entry of a payment differs from the receipt's own facts."""
    of = f"payment {payment.get('txid')}:{payment.get('vout')}"
    wanted = {
        "amountSats": payment.get("amountSats"),
        "blockHash": payment.get("blockHash"),
        "blockHeight": payment.get("blockHeight"),
        "commitment": receipt.commitment,
        "roundNumber": receipt.round_number,
    }
    status = payment.get("status")
    now = told["fate"]
    if changed:  # a void payment may have been lost with its block afterwards
        causes = [one["cause"] for one in changed]
        now = "orphaned" if "orphaned" in causes else causes[-1]
        credited = next(one["creditedSats"] for one in changed if one["cause"] == now)
        if payment.get("creditedSats") != credited:
            yield "facts: " + differ("creditedSats", payment.get("creditedSats"), credited, LOG_SAYS, of)
    else:
        wanted.update(creditedSats=payment.get("creditedSats"), refundableSats=payment.get("refundableSats"))
        credited_to = receipt.round_number if told["fate"] == "credited" else None
        if "creditedRoundNumber" in payment and payment["creditedRoundNumber"] != credited_to:
            stated = payment["creditedRoundNumber"]
            yield "facts: " + differ("creditedRoundNumber", stated, credited_to, LOG_SAYS, of)
    if status != now:
        yield "facts: " + differ("status", status, now, LOG_SAYS, of)
    if receipt.game == "luckotto":
        wanted["requestedNumbers"] = receipt.held["requestedNumbers"]
    for name, value in wanted.items():
        if told[name] != value:
            yield "facts: " + differ(name, value, told[name], LOG_SAYS, of)


LOST = ("orphaned", 0)


def facts_differ(receipt: Receipt, told: Sequence[Record]) -> Iterator[str]:
    """Entries against payments, one for each and none besides; then what they brought against what the order holds."""
    entries = {}
    for one in told:
        if one["type"] == PAID:
            if one["payment"] in entries:
                yield f"facts: the file has the log's entry of payment {one['payment']} twice"
            entries[one["payment"]] = one
    for one in told:
        if one["type"] == UNPAID and one["payment"] not in entries:
            yield f"facts: payment {one['payment']} counts no more by one entry, and was made by none"
    left = dict(entries)
    for payment in receipt.payments:
        place = (payment.get("txid"), payment.get("vout"), payment.get("blockHash"))
        mine = [key for key, one in left.items() if (one["txid"], one["vout"], one["blockHash"]) == place]
        if not mine:
            yield f"untold: the file says that {place[0]}:{place[1]} was paid, and no entry of the log tells of it"
            continue
        entry = left.pop(mine[0])
        changed = [one for one in told if one["type"] == UNPAID and one["payment"] == entry["payment"]]
        yield from payment_differs(payment, entry, receipt, changed)
    for entry in left.values():
        yield f"facts: the log tells of the payment {entry['txid']}:{entry['vout']}, and the file leaves it out"
    yield from held_differs(receipt, told)


def held_differs(receipt: Receipt, told: Sequence[Record]) -> Iterator[str]:
    """Only a lost block takes back what was brought, unless the round had been settled before."""
    gone = {one["payment"] for one in told if one["type"] == UNPAID and (one["cause"], one["creditedSats"]) == LOST}
    counting = [one for one in told if one["type"] == PAID and one["payment"] not in gone]
    if receipt.game == "luckotto":
        brought = [one["numbers"] for one in counting if one["numbers"] is not None]
        held = [receipt.held["numbers"]] if receipt.held["numbers"] is not None else []
    else:
        brought = sorted(one["tickets"] for one in counting if one["tickets"] is not None)
        held = sorted(receipt.held["tickets"])
    if brought != held:
        yield "facts: " + differ("numbers" if receipt.game == "luckotto" else "tickets", held, brought, LOG_SAYS)


def terms_differ(receipt: Receipt) -> Iterator[str]:
    tag = hashlib.sha256(ORDER_TAG).digest()
    made = hashlib.sha256(tag + tag + receipt.terms.encode()).hexdigest()
    if made != receipt.commitment:
        yield "terms: " + differ("commitment", receipt.commitment, made, "its terms hash to")
    try:
        terms = json.loads(receipt.terms, object_pairs_hook=once)
    except (ValueError, RecursionError):
        terms = None
    if not isinstance(terms, dict):
        yield "terms: they are no JSON, or say a thing twice"
        return
    for name, value in (("orderId", receipt.order), ("roundNumber", receipt.round_number), ("game", receipt.game)):
        if name in terms and terms[name] != value:
            yield "terms: " + differ(name, value, terms[name], "its terms say")


# What a payment link asks for: another address may stand in no other part.
ASKING = r"\?amount=([0-9]{1,8}\.[0-9]{8})(?:&label=([A-Za-z0-9%._~-]*))?"
# How wallets note a payment, in each language that the site has: game, player, site and round.
GAMES_CALLED = {"rounds": ("Ticket draw", "Tombola", "Tiraj tikè yo", "Bunutan ng tiket"), "luckotto": ("Luckotto",)}
NOTED = ("{}: {} at {}, round {}", "{}: {} chez {}, manche {}", "{}: {} sou {}, won {}")
LONGEST_NAME = 60  # of a name in a link, as the link spells it


def paid_to(receipt: Receipt, terms: Record) -> Record:
    """The address that the terms lead to, a link that asks for a payment there, and what the payments count for."""
    made: Record = {}
    key, prefix = terms.get("internalKey"), PREFIXES.get(str(terms.get("network")))
    if isinstance(key, str) and re.match(r"[0-9a-f]{64}\Z", key) and prefix is not None:
        found = output_key(bytes.fromhex(key), tagged_hash(ORDER_TAG, receipt.terms.encode()))
        address = taproot_address(prefix, found) if found is not None else None
        made.update(depositAddress=address, bip21=right_link(receipt, terms, f"bitcoin:{address}"))
    counted = [one.get("creditedSats") for one in receipt.payments]
    statuses = [one.get("status") for one in receipt.payments]
    if all(type(one) is int for one in counted) and not (receipt.game == "rounds" and "void" in statuses):
        made["paidSats" if receipt.game == "luckotto" else "slip.paidSats"] = sum(counted)  # a void slip keeps its own
    return made


def right_link(receipt: Receipt, terms: Record, bare: str) -> str:
    """The receipt's own payment link, where it asks for what the terms say; else what it should be by them."""
    link, price, player = receipt.beside.get("bip21"), asked_by(receipt, terms), player_in(receipt, terms)
    right = bare if price is None else f"{bare}?amount={price // 10**8}.{price % 10**8:08d}"
    found = re.match(re.escape(bare) + f"(?:{ASKING})?\\Z", link) if isinstance(link, str) else None
    head = found[0].partition("&")[0] if found else ""
    if found is None or (found[1] and price is not None and head != right):
        return right
    if found[2] is None or player is None or is_noted(receipt, player, found[2]):
        return found[0]
    label = NOTED[0].format(GAMES_CALLED[receipt.game][0], player, terms.get("partnerName"), receipt.round_number)
    return f"{head}&label={quote(label, safe='')}"


def asked_by(receipt: Receipt, terms: Record) -> int | None:
    """The sats that a payment link asks for: of a ticket, or what is missing of the price; None where no terms tell."""
    price, least = terms.get("totalSats" if receipt.game == "luckotto" else "playerTicketPriceSats"), "minPaymentSats"
    counted = [one["creditedSats"] for one in receipt.payments if type(one.get("creditedSats")) is int]
    if type(price) is not int or type(terms.get(least)) is not int or len(counted) < len(receipt.payments):
        return None
    missing = max(0, price - sum(counted)) if receipt.game == "luckotto" else price
    return max(missing or price, int(terms[least]))


def player_in(receipt: Receipt, terms: Record) -> str | None:
    """The player's name as a link has it: cut short where it is long."""
    name = terms.get("playerUname" if receipt.game == "luckotto" else "playerPublicIdentifier")
    if not isinstance(name, str) or len(quote(name, safe="")) <= LONGEST_NAME:
        return name if isinstance(name, str) else None
    while len(quote(name + "\u2026", safe="")) > LONGEST_NAME:
        name = name[:-1]
    return name.rstrip() + "\u2026"


def is_noted(receipt: Receipt, player: str, label: str) -> bool:
    """Whether a label names game, player and round, in any language. What the site is called no terms say."""
    said_, site = unquote(label, errors="replace"), "\0"
    for game in GAMES_CALLED[receipt.game]:
        for noted in NOTED:
            before, _, after = noted.format(game, player, site, receipt.round_number).partition(site)
            if said_.startswith(before) and said_.endswith(after) and len(said_) > len(before + after):
                return True
    return False


def link_left(receipt: Receipt) -> Iterator[str]:
    """What of a payment link no terms say: what the site is called, and all that these do not tell."""
    link, terms = receipt.beside.get("bip21"), record_in(receipt.terms)
    if not isinstance(link, str):
        return
    if "&label=" in link:
        yield "bip21.site"
    if (asked_by(receipt, terms) is None and "?" in link) or (player_in(receipt, terms) is None and "&label=" in link):
        yield "bip21"


MOST_NUMBERS = 256  # of a pool: beyond it no terms are Luckotto's


def priced(terms: Record) -> Record:
    """What the terms of a Luckotto order say of its price and its chance, which stands beside."""
    asked, pool = terms.get("requestedNumbers"), terms.get("poolSize")
    base, total = terms.get("baseCombinationPriceSats"), terms.get("totalSats")
    if not isinstance(asked, list) or not 6 <= len(asked) <= MOST_NUMBERS:
        return {}
    covered = math.comb(len(asked), 6)
    made: Record = {"combinations": covered}
    if type(base) is int:
        made["baseSats"] = covered * base
    if type(base) is int and type(total) is int:
        made["feeSats"] = total - covered * base
    possible = possible_draws(pool)
    if possible:
        made["odds"] = {"combinations": covered, "oneIn": possible // covered, "possible": possible}
    return made


def possible_draws(pool: object) -> int:
    """0 where this is no size of a pool."""
    return math.comb(pool, 6) if type(pool) is int and 6 <= pool <= MOST_NUMBERS else 0


def win_differs(receipt: Receipt, terms: Record) -> Iterator[str]:
    """How the payment of a win cannot be: by the terms, and by the state that the file itself gives the order."""
    payout = receipt.beside.get("payout")
    if not isinstance(payout, dict):
        return
    agreed = terms.get("payoutAddress")
    if agreed is not None and payout.get("address") != agreed:
        yield "beside: " + differ("payout.address", payout.get("address"), agreed, "its terms say")
    possible, base = possible_draws(terms.get("poolSize")), terms.get("baseCombinationPriceSats")
    if receipt.game == "luckotto" and possible and type(base) is int and payout.get("amountSats") != possible * base:
        yield "beside: " + differ("amountSats", payout.get("amountSats"), possible * base, "its terms give", PAYOUT)
    if "lost" in [receipt.beside.get(name) for name in STATES]:
        yield f"beside: {PAYOUT}: the file says that the order lost, and tells of the payment of a win"


def beside_differs(receipt: Receipt) -> tuple[list[str], list[str]]:
    """What stands beside and is another in the terms, or cannot be; and the names of what nothing here shows."""
    should = record_in(receipt.terms)
    ranges = receipt.held.get("tickets") or []
    should["slip.identifier"] = receipt.order
    if all(len(one) == 2 for one in ranges):
        should["slip.ticketCount"] = sum(last - first + 1 for first, last in ranges)
        if type(should.get("baseTicketPriceSats")) is int:
            should["slip.jackpotContributionSats"] = should["slip.ticketCount"] * should["baseTicketPriceSats"]
    if type(should.get("houseEdgePercent")) is int:
        should["houseEdge"] = should["houseEdgePercent"] / 100
    should.update(paid_to(receipt, should))
    if receipt.game == "luckotto":
        should.update(priced(should))
    shown = [name for name in sorted(receipt.beside) if name in should]
    problems = [
        "beside: " + differ(name, receipt.beside[name], should[name], "its terms and payments give")
        for name in shown
        if receipt.beside[name] != should[name]
    ]
    problems += win_differs(receipt, should)
    unsaid = {*link_left(receipt), *(["person"] if names_nobody(receipt) else [])}
    return problems, sorted((set(receipt.beside) - set(shown)) | unsaid)


# What some claim reads, by the kind of record. Whatever else stands there is not looked at, and is named.
READ = {
    "payment": "txid vout amountSats creditedSats refundableSats blockHeight blockHash status creditedRoundNumber",
    "leaf": "leaf salt promise proof witnessed entry number",
    "log": "leaf salt promise proof witnessed entry number identifier others anchor",
    "anchor": "txid vout root size path proof",
    "block": "txid blockHash header index branch rawTransaction",
}
MOVED_ON = ("refundableSats", "creditedRoundNumber")  # of a payment that counts no more, which no entry tells


def unread(record: Record, kind: str, path: str) -> Iterator[str]:
    return (f"{path}.{name}" for name in record if name not in READ[kind].split())


def not_looked_at(receipt: Receipt, log: Log) -> list[str]:
    """Whatever the receipt says and no claim here has read or could judge, as paths: of an object all below it."""
    found = set(beside_differs(receipt)[1])
    is_changed = any('"order.unpaid"' in leaf.entry for leaf in receipt.leaves)
    for one in receipt.data["payments"]:
        if one["status"] == "seen":
            found.add("payments[]")
            continue
        found.update(unread(one, "payment", "payments[]"))
        found.update(f"payments[].{name}" for name in MOVED_ON if is_changed and name in one)
    told = receipt.data["log"]
    if told is not None:
        found.update(unread(told, "log", "log"))
        found.update(path for one in told["others"] for path in unread(one, "leaf", "log.others[]"))
        found.update({"log.identifier"} if told.get("identifier") not in (None, receipt.person) else ())
        for leaf in receipt.leaves:
            found.update(leaf_left(leaf, "log" if leaf is receipt.leaves[-1] else "log.others[]", receipt, log))
        found.update(anchor_left(receipt, log))
    return sorted(found)


def leaf_left(leaf: Leaf, at: str, receipt: Receipt, log: Log) -> Iterator[str]:
    """What nobody looked at of an entry, its promise and its proofs: cosignatures of whom the reader did not name."""
    is_paid = '"order.unpaid"' not in leaf.entry
    if leaf.salt is not None and (receipt.person is None or not is_paid):
        yield f"{at}.salt"
    if leaf.salt is None and is_paid and account_in(receipt.terms, receipt.game) is not None:
        yield f"{at}.entry.person"
    if leaf.number is not None and leaf.proof is None:
        yield f"{at}.number"
    try:
        if signatures_left(read_note(leaf.promise), keys_ever(log)):
            yield f"{at}.promise.signatures"
        for name, text in (("proof", leaf.proof), ("witnessed", leaf.witnessed)):
            if text is None:
                continue
            checkpoint = read_proof(text).checkpoint
            if signatures_left(checkpoint.note, {*keys_over(checkpoint, log), *log.witnesses}):
                yield f"{at}.{name}.signatures"
            if "\nextra " in text:
                yield f"{at}.{name}.extra"
    except Malformed:
        return  # which some claim says


def signatures_left(note: Note, keys: Iterable[Key]) -> bool:
    """Whether a line below is of none of these keys, or another one of the same."""
    known, left = {(key.name, key.id) for key in keys}, False
    for name, data in note.signatures:
        left = left or (name, data[:4]) not in known
        known.discard((name, data[:4]))
    return left


def anchor_left(receipt: Receipt, log: Log) -> Iterator[str]:
    """What nobody looked at of an anchor. The path alone does not say over how many entries its root is: only a
    checkpoint of that size does."""
    anchor, last = receipt.anchor, receipt.leaves[-1]
    if anchor is None:
        return
    if last.proof is None and last.witnessed is None:
        yield "log.anchor"
        return
    yield from unread(anchor, "anchor", "log.anchor")
    sizes = {one.size for one in log.kept}
    for text in (text for leaf in receipt.leaves for text in (leaf.proof, leaf.witnessed) if text is not None):
        try:
            sizes.add(read_proof(text).checkpoint.size)
        except Malformed:
            return
    if anchor.get("size") not in sizes:
        yield "log.anchor.size"
    proof = anchor.get("proof")
    if not isinstance(proof, dict):
        yield from ("log.anchor.txid", "log.anchor.vout")
        return
    yield from unread(proof, "block", "log.anchor.proof")
    if str(proof.get("rawTransaction"))[8:12] == "0001":
        yield "log.anchor.proof.rawTransaction.witness"


def promised(leaf: Leaf, log: Log) -> int:
    """Until when a leaf was promised. Raises Malformed."""
    note = read_note(leaf.promise)
    lines = note.text.split("\n")
    if len(lines) != 6 or lines[0] != PROMISE or lines[1] != log.origin:
        raise Malformed("promise: it is no promise of this log")
    if lines[2] != base64.b64encode(bytes.fromhex(leaf.hash)).decode():
        raise Malformed("another-leaf: the promise is of another leaf")
    if not re.match(r"[1-9][0-9]{0,11}\Z", lines[3], re.ASCII) or lines[4] != str(PROMISED):
        raise Malformed("promise: it names no time, or another delay than a minute")
    keys = keys_ever(log)
    if not was_signed(note, keys):
        raise Malformed(f"wrong-key: the promise is not signed by this key{OTHER_KEYS}")
    return int(lines[3]) + PROMISED


OTHER_KEYS = "; if the log has changed its key, LOG/keys tells how: --keys FILE"


class Log(NamedTuple):
    """Whom the reader believes, and what he kept."""

    keys: list[Key]
    origin: str
    witnesses: list[Key]
    kept: list[Checkpoint]
    rotations: list[Rotation]
    grown: dict[tuple[int, int], list[bytes]]  # proofs that a log of one size begins with that of another


def keys_ever(log: Log) -> set[Key]:
    """Those that the log had, as far as the reader can follow it."""
    sizes = [0] + [one.number + 1 for one in log.rotations]
    return {key_at(key, log.rotations, size) for key in log.keys for size in sizes} | set(log.keys)


def keys_over(checkpoint: Checkpoint, log: Log) -> set[Key]:
    """Those that sign a checkpoint of this size."""
    return {key_at(key, log.rotations, checkpoint.size) for key in log.keys}


def was_signed(note: Note, keys: Iterable[Key]) -> bool:
    """Whether one of the keys signed it. Raises Malformed where the line of any of them is not its own."""
    when = [signed_at(note, key) for key in keys]  # each line is looked at
    return any(one is not None for one in when)


def belongs(checkpoint: Checkpoint, log: Log) -> None:
    """Raises Malformed unless the log signed it."""
    if checkpoint.origin != log.origin:
        raise Malformed(f"another-log: the checkpoint is of {plain(checkpoint.origin)}")
    if not was_signed(checkpoint.note, keys_over(checkpoint, log)):
        raise Malformed(f"wrong-key: the checkpoint is not signed by this key{OTHER_KEYS}")


def proven(text: str, leaf: Leaf, log: Log) -> Proof:
    """A proof that holds. Raises Malformed."""
    proof = read_proof(text)
    belongs(proof.checkpoint, log)
    shown = proof.checkpoint
    if not is_included(proof.entry, bytes.fromhex(leaf.hash), proof.path, shown.size, shown.root):
        where = f"what the log signed has another hash in the place of entry {proof.entry} of {shown.size}"
        raise Malformed(f"not-included: {where}; the file says {leaf.hash}")
    return proof


def broken(proof: Proof | None, deadline: int, log: Log, now: int) -> tuple[str, str]:
    """The verdict on a promise, and why. One that is dated ahead of its making runs out when nobody asks any more."""
    if deadline - PROMISED > now + CLOCKS:
        return FAILS, f"promise-ahead: it is dated {moment(deadline - PROMISED)}, which is yet to come"
    if proof is not None and proof.checkpoint.time < deadline - PROMISED - CLOCKS:
        early = deadline - PROMISED - proof.checkpoint.time
        return FAILS, f"promise-ahead: the entry was signed in the log {early} s before its promise is dated"
    if proof is not None and proof.checkpoint.time > deadline:
        late = proof.checkpoint.time - deadline
        return FAILS, f"promise-broken: the first checkpoint with it was signed {late} s after the promise ran out"
    for kept in log.kept:
        if kept.time > deadline and (proof is None or kept.size <= proof.entry):
            return FAILS, (
                f"promise-broken: the checkpoint of {kept.size} entries was signed at {moment(kept.time)}, the entry "
                f"was promised by {moment(deadline)}, and " + ("there is no proof" if proof is None else "is not in it")
            )
    if proof is not None:
        return HOLDS, f"in the log at {moment(proof.checkpoint.time)}, promised by {moment(deadline)}"
    if now <= deadline:
        return NOT_YET, f"promised by {moment(deadline)}"
    return NOT_TOLD, (
        f"no-proof: it was promised by {moment(deadline)}. Fetch the receipt again; if it still has no proof, give a "
        "newer checkpoint of the log with --checkpoint: the two together show a broken promise"
    )


def trees_differ(proofs: Sequence[tuple[bytes, Proof]]) -> Iterator[str]:
    """Where two proofs tell of one place in the log, and of other entries in it; each with its leaf."""
    nodes: dict[tuple[int, int], tuple[bytes, Proof]] = {}
    entries: dict[bytes, int] = {}
    for leaf, proof in proofs:
        if entries.setdefault(leaf, proof.entry) != proof.entry:
            yield f"another-history: one entry is number {entries[leaf]} and number {proof.entry}"
        for level, place, found in whole_nodes(proof, leaf):
            known, before = nodes.setdefault((level, place), (found, proof))
            if known != found:
                first, last = place << level, (place + 1 << level) - 1
                sizes = f"{before.checkpoint.size} and of {proof.checkpoint.size}"
                yield f"another-history: entries {first} to {last} differ in the checkpoints of {sizes} entries"
                break


def histories_differ(checkpoints: Sequence[Checkpoint]) -> Iterator[str]:
    """What no log that only grows has signed."""
    ordered = sorted(checkpoints, key=lambda one: (one.size, one.time))
    for at in range(1, len(ordered)):
        one, other = ordered[at - 1], ordered[at]
        if one.size == other.size and one.root != other.root:
            yield f"another-history: two checkpoints of {one.size} entries have different roots"
        elif one.size < other.size and one.time > other.time:
            yield f"another-history: {one.size} entries were signed after {other.size}"


def roots_differ(anchored: Sequence[Proof], checkpoints: Sequence[Checkpoint]) -> Iterator[str]:
    """Where Bitcoin holds another root than was signed of one size."""
    for one in anchored:
        for other in checkpoints:
            if one.checkpoint.size == other.size and one.checkpoint.root != other.root:
                yield f"another-history: the root of {other.size} entries in Bitcoin is another than the one signed"


def by_reader(log: Log) -> list[Checkpoint]:
    """What he kept himself: what a key's entry is proven against the log itself names."""
    return [one for one in log.kept if all(one is not other.checkpoint for other in log.rotations)]


def begun(log: Log, proofs: Sequence[Proof]) -> Iterator[tuple[str, str]]:
    """Of each checkpoint that was kept the verdict whether it and the receipt's are of one log, and why."""
    shown = sorted({proof.checkpoint.size: proof.checkpoint for proof in proofs}.values(), key=lambda one: one.size)
    for kept in by_reader(log):
        same_size = [one for one in shown if one.size == kept.size]
        if any(one.root != kept.root for one in same_size):
            yield FAILS, f"another-history: two checkpoints of {kept.size} entries have different roots"
        if same_size or not shown:
            continue
        pairs = [sorted((kept, one), key=lambda each: each.size) for one in shown]
        told = [pair for pair in pairs if (pair[0].size, pair[1].size) in log.grown or pair[0].size == 0]
        sizes = [one.size for one in (told or pairs)[0]]
        if not told:
            yield (
                NOT_TOLD,
                (f"no-consistency: give /api/log/consistency?first={sizes[0]}&second={sizes[1]} with --consistency"),
            )
        for first, second in told:
            path = log.grown.get((first.size, second.size), [])
            if not begins_with(first.size, first.root, second.size, second.root, path):
                yield FAILS, f"another-history: the log of {second.size} entries does not begin with the {first.size}"


def judge_kept(log: Log, proofs: Sequence[Proof], claims: Claims) -> None:
    """What was kept against what the receipt shows; no claim where nothing was kept."""
    found = list(begun(log, proofs))
    verdicts = {verdict for verdict, _ in found}
    verdict = FAILS if FAILS in verdicts else NOT_TOLD if verdicts else HOLDS
    if by_reader(log) and proofs:
        why = [why for each, why in found if each == verdict]
        claims.say("consistency", "what you kept is the beginning of the same log", verdict, *why)


NO_ANCHOR = "no-anchor"  # which leaves nothing open: the log's own signature is there, and Bitcoin follows


def judge_anchor(receipt: Receipt, name: str, entry: int, claims: Claims) -> list[Proof]:
    """A root in Bitcoin over the last leaf, where the receipt has one. What it says of the tree."""
    statement, anchor, leaf = "a block of Bitcoin holds a root that covers it", receipt.anchor, receipt.leaves[-1]
    if anchor is None:
        claims.say(f"anchor {name}", statement, NOT_TOLD, f"{NO_ANCHOR}: the receipt has none; fetch it again in a day")
        return []
    try:
        shown = anchored_root(anchor, entry, bytes.fromhex(leaf.hash))
        if anchor.get("proof") is None:
            why = "no-anchor-proof: the node did not answer when the receipt was made; fetch it again"
            claims.say(f"anchor {name}", statement, NOT_TOLD, why)
        else:
            block = anchor_block(anchor, receipt.network)
            claims.say(f"anchor {name}", statement, HOLDS, f"in block {block}; compare it with an explorer or a node")
    except Malformed as error:
        claims.say(f"anchor {name}", statement, FAILS, f"{error}")
        return []
    return [shown]


def cosigned(key: Key, proofs: Sequence[Proof], now: int) -> tuple[str, str]:
    """Whether a witness cosigned a checkpoint that has the leaf."""
    found = [(proof.checkpoint, signed_at(proof.checkpoint.note, key)) for proof in proofs]
    dated = [(one, when) for one, when in found if when is not None]
    for one, when in dated:
        if not one.time - CLOCKS <= when <= now + CLOCKS:
            return FAILS, f"not-witnessed: {plain(key.name)} dates its signature {moment(when)}, which cannot be"
    for one, when in dated:
        return HOLDS, f"cosigned {one.size} entries at {moment(when)}"
    if proofs:
        return FAILS, f"not-witnessed: {plain(key.name)} did not cosign the checkpoints of this receipt"
    return NOT_YET, f"there is no proof for {plain(key.name)} to cosign"


def judge_leaf(leaf: Leaf, name: str, log: Log, claims: Claims, now: int) -> list[Proof]:
    """Promise, proof, time and witnesses of one entry. The proofs that hold."""
    deadline: int | None = None
    proofs: list[Proof] = []
    try:
        deadline = promised(leaf, log)
        claims.say(f"promise {name}", "the log promised it, signed", HOLDS)
    except Malformed as error:
        claims.say(f"promise {name}", "the log promised it, signed", FAILS, f"{error}")
    failed: list[str] = []
    for text in (leaf.proof, leaf.witnessed):
        if text is None:
            continue
        try:
            proofs.append(proven(text, leaf, log))
        except Malformed as error:
            failed.append(f"{error}")
    if failed:
        claims.say(f"proof {name}", "it is in the tree that the log signed", FAILS, *failed)
    elif leaf.proof is not None and leaf.number not in (None, proofs[0].entry):
        why = f"not-included: it is entry {proofs[0].entry}, and the receipt says {leaf.number}"
        claims.say(f"proof {name}", "it is in the tree that the log signed", FAILS, why)
    elif leaf.proof is not None:
        claims.say(f"proof {name}", "it is in the tree that the log signed", HOLDS, f"entry {proofs[0].entry}")
    else:
        claims.say(f"proof {name}", "it is in the tree that the log signed", NOT_YET, "there is no proof yet")
    if deadline is not None and not failed:
        verdict, why = broken(proofs[0] if proofs else None, deadline, log, now)
        claims.say(f"in-time {name}", "it was there when it was promised to be", verdict, why)
    for key in log.witnesses:
        try:
            verdict, why = cosigned(key, proofs, now)
        except Malformed as error:
            verdict, why = FAILS, f"{error}"
        claims.say(f"witness {name}", f"{plain(key.name)} saw it and nothing changed before", verdict, why)
    return proofs


def names_nobody(receipt: Receipt) -> bool:
    """Whether it is a receipt for everybody, which does not say whose it is: no question is left open by that."""
    return bool(receipt.leaves) and receipt.person is None and all(leaf.salt is None for leaf in receipt.leaves)


def person_told(receipt: Receipt, told: Sequence[Record]) -> tuple[str, list[str]]:
    """Whom the terms and the entries of payments name."""
    salted = {leaf.hash: leaf.salt for leaf in receipt.leaves}
    if receipt.person is None:
        return NOT_TOLD, ["nobody: the receipt names nobody; say with --person who you are"]
    account, problems, unsaid = account_in(receipt.terms, receipt.game), [], False
    if account not in (None, receipt.person):
        problems.append(f"another-person: its terms name {account}, not {receipt.person}")
    for one in told:
        if one["type"] != PAID:
            continue
        text = json.dumps(one, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        salt = salted.get(hashlib.sha256(b"\x00" + text.encode()).hexdigest())
        if salt is None:
            unsaid = True
        elif not re.match(r"[0-9a-f]{64}\Z", salt) or (
            hashlib.sha256(bytes.fromhex(salt) + receipt.person.encode()).hexdigest() != one["person"]
        ):
            who = "the account and the salt do not give the hash that the log has"
            problems.append(f"another-person: payment {one['payment']} was made by somebody else: {who}")
    if problems:
        return FAILS, problems
    if account is not None:
        return HOLDS, [f"by-terms: its terms name {account}, and its address and each entry commit to them"]
    return (NOT_TOLD, ["no-salt: only the holder's receipt has the salt"]) if unsaid else (HOLDS, [])


FINAL = ("won", "lost", "void")  # what an order came to
DECIDED = ("settled", "void")  # rounds of which it is known


OF_PAYMENT = {"txid": str, "vout": int, "amountSats": int}


class Round(NamedTuple):
    """What a bundle says of the order's round."""

    status: str
    drawn: list[int] | None  # the ticket or the six numbers; None before there are any
    winner: str | None
    jackpot: int | None  # sats
    payment: Record | None  # of the jackpot, once a block holds it


def read_round(path: str, receipt: Receipt) -> Round:
    """The round of a bundle, of which verify_round.py says whether it holds. Raises BadInput."""
    data = loaded(read_file(path), path)
    round_ = data.get("round") if isinstance(data, dict) else None
    if not isinstance(round_, dict) or "bundleVersion" not in data:
        other = kind_of(data)
        raise BadInput(f"{path} is no proof bundle of a round" + (f". It is {other}" if other else ""))
    if (data.get("game", "rounds"), round_.get("roundNumber")) != (receipt.game, receipt.round_number):
        raise BadInput(f"{path} is the bundle of another round than round {receipt.round_number} of this order")
    drawn = None
    if data.get("draw") is not None:
        found = member(data["draw"], "winningNumbers" if receipt.game == "luckotto" else "winningTicket", (int, list))
        drawn = found if isinstance(found, list) else [found]
        if not is_numbers(drawn):
            raise BadInput(f"{path} is no bundle: what was drawn is no number")
    winner = member(data["win"], "identifier", str) if data.get("win") is not None else None
    payment = data.get("payout")
    if payment is not None:
        payment = {name: member(payment, name, kind) for name, kind in OF_PAYMENT.items()}
        proof = data["payout"].get("proof")
        if isinstance(proof, dict) and "blockHeight" in proof:
            payment["blockHeight"] = member(proof, "blockHeight", int)
    jackpot = member({"jackpotSats": None, **round_}, "jackpotSats", (int, NONE))
    return Round(member(round_, "status", str), drawn, winner, jackpot, payment)


def held_in(receipt: Receipt) -> list[Any]:
    """The ranges or the numbers that the file says the order holds."""
    return receipt.held["numbers" if receipt.game == "luckotto" else "tickets"] or []


def came_to(receipt: Receipt, of: Round) -> str | None:
    """Won, lost or void; None before that is known, or where the order holds nothing."""
    held = held_in(receipt)
    if not held:
        return None
    if of.status == "void":
        return "void"
    if of.status != "settled" or not of.drawn:
        return None
    if receipt.game == "luckotto":
        return "won" if set(of.drawn) <= set(held) else "lost"
    return "won" if any(one[0] <= of.drawn[0] <= one[-1] for one in held) else "lost"


def state_told(stated: object, receipt: Receipt, of: Round) -> tuple[str, str]:
    """The verdict on a state that the file gives the order, and why. File and bundle may be of different times: what
    the later of them explains is not told; what no two times explain does not hold."""
    right = came_to(receipt, of)
    if of.status not in DECIDED:
        if stated not in FINAL:
            return HOLDS, ""
        is_void = stated == "void" and any(one.get("status") == "void" for one in receipt.payments)
        if not is_void and not held_in(receipt):
            return FAILS, f"state: the state: the file says {said(stated)}, and that the order holds nothing"
        return NOT_TOLD, f"state: the file says {said(stated)}; the bundle is from before the draw: fetch it again"
    if stated == right or (stated == "void" == of.status) or (stated not in FINAL and right is None):
        return HOLDS, ""
    differs = "state: " + differ("status", stated, right or "nothing", "by the draw it is")
    return (FAILS, differs) if stated in FINAL else (NOT_TOLD, f"{differs}: fetch the file again")


def judge_state(receipt: Receipt, of: Round, claims: Claims) -> None:
    """What the order came to, by its round's bundle."""
    statement = "it came to what the round's draw says of its tickets or numbers"
    states = [receipt.beside[name] for name in STATES if receipt.beside.get(name) is not None]
    told = [state_told(stated, receipt, of) for stated in states]
    is_winner, is_final = of.winner == receipt.order, any(stated in FINAL for stated in states)
    if is_winner and came_to(receipt, of) != "won" and not is_final:
        told.append((NOT_TOLD, "state: the bundle says that this order won; the file is from before: fetch it again"))
    elif is_winner != (came_to(receipt, of) == "won"):
        told.append(
            (FAILS, "state: the bundle's draw and its win disagree about this order; verify_round.py says which")
        )
    verdict = next((one for one in (FAILS, NOT_TOLD) if one in [each_ for each_, _ in told]), HOLDS)
    claims.say("state", statement, verdict, *(why for _, why in told if why))


def judge_payout(receipt: Receipt, of: Round, claims: Claims) -> None:
    """Whether a win is owed, and how it was paid, by the round's bundle. Of a receipt that is older than the bundle, or
    newer, it is only said that they do not tell the same."""
    stated, right = receipt.beside["payout"], came_to(receipt, of)
    statement, problems, is_open = "what it says of the payment of a win is what its round's bundle says", [], False
    is_undecided = of.status not in DECIDED and bool(held_in(receipt))
    if right == "won" and isinstance(stated, dict):
        if of.jackpot is not None and stated.get("amountSats") != of.jackpot:
            problems.append("payout: " + differ("amountSats", stated.get("amountSats"), of.jackpot, BUNDLE, PAYOUT))
        found = list(payment_told(stated, of.payment))
        is_open = not problems and (of.payment is None or stated.get("state") != "confirmed")
        problems += found
    elif right == "won":
        problems, is_open = ["payout: it won, and the file tells of no payment of that: fetch it again"], True
    elif stated is not None and is_undecided:
        problems, is_open = ["payout: the bundle is from before the draw: fetch it again"], True
    elif stated is not None:
        problems.append(f"payout: {PAYOUT}: the file says {said(stated)}; by the bundle nothing is owed to this order")
    claims.say("payout", statement, (NOT_TOLD if is_open else FAILS) if problems else HOLDS, *problems)


BUNDLE = "the bundle says"
ON_CHAIN = ("txid", "vout", "blockHeight")


def payment_told(stated: Record, payment: Record | None) -> Iterator[str]:
    """How a win's payment is told otherwise than by the bundle, whose payment a block holds."""
    if payment is None:
        if stated.get("state") == "confirmed" or stated.get("blockHeight") is not None:
            yield "payout: the bundle has no payment of the win, or is from before it: fetch it again"
        return
    if stated.get("state") == "owed":
        yield "payout: the file says that the win is still owed; the bundle, that it was paid: fetch the file again"
        return
    for name in ON_CHAIN:
        is_later = name == "blockHeight" and stated.get(name) is None and stated.get("state") != "confirmed"
        if name in payment and name in stated and stated[name] != payment[name] and not is_later:
            yield "payout: " + differ(name, stated[name], payment[name], BUNDLE, PAYOUT)


def payout_left(receipt: Receipt, of: Round) -> Iterator[str]:
    """What of a win's payment the bundle cannot show."""
    stated = receipt.beside.get("payout")
    if isinstance(stated, dict) and came_to(receipt, of) == "won":  # else any of it is a lie, and said to be one
        shown = {"address", "amountSats", *(("state", *of.payment) if of.payment else ())}
        yield from (f"payout.{name}" for name in stated if name not in shown)


def judge(receipt: Receipt, log: Log, now: int, of: Round | None = None) -> list[Record]:
    claims, told, proofs = Claims(), [], []
    claims.judge("terms", "the commitment is that of the terms", list(terms_differ(receipt)))
    claims.judge("beside", "what stands beside agrees with the terms and the tickets", beside_differs(receipt)[0])
    if of is not None:
        judge_state(receipt, of, claims)
        if "payout" in receipt.beside:
            judge_payout(receipt, of, claims)
    if not receipt.leaves:
        if receipt.payments or receipt.held.get("tickets") or receipt.held.get("numbers"):
            why = "untold: something was paid, or is held, and no entry tells of it"
            claims.say("facts", "the log tells what was paid", FAILS, why)
        else:
            claims.say("facts", "the log tells what was paid", NOT_YET, "nothing has been paid")
        return claims.all
    problems = []
    for leaf in receipt.leaves:
        try:
            told.append(told_by(leaf, receipt))
        except Malformed as error:
            problems.append(f"{error}")
    claims.judge("entries", "each entry is of this order, and has its leaf's hash", problems)
    if not problems:
        claims.judge("facts", "the log tells what was paid and what it brought", list(facts_differ(receipt, told)))
        if not names_nobody(receipt):
            verdict, details = person_told(receipt, told)
            claims.say("person", "the entries are yours", verdict, *details)
    for number, leaf in enumerate(receipt.leaves, start=1):
        proofs += [(bytes.fromhex(leaf.hash), one) for one in judge_leaf(leaf, str(number), log, claims, now)]
    signed = [one for _, one in proofs]
    last = bytes.fromhex(receipt.leaves[-1].hash)
    anchored: list[Proof] = []
    for entry in [proof.entry for leaf_, proof in proofs if leaf_ == last][:1]:
        anchored = judge_anchor(receipt, str(len(receipt.leaves)), entry, claims)
    judge_kept(log, signed, claims)
    checkpoints = [*(one.checkpoint for one in signed), *log.kept]
    different = [*histories_differ(checkpoints), *roots_differ(anchored, checkpoints)]
    different += trees_differ([*proofs, *((last, one) for one in anchored)])
    claims.judge("history", "no two of the checkpoints contradict each other, as far as can be seen", different)
    return claims.all


# What was not looked at is in words, by its paths.
LEFT = {
    r"(?:receipt\.|slip\.)?status": "What the order came to: that only the draw of its round says.",
    r"payout(?:\..+)?": "What is said of the payment of a win.",
    r"payments\[\]": "Payments that no block holds yet: they count for nothing.",
    r"payments\[\]\.(?:refundedAt|orphanedAt)": (
        "Whether and when a payment was refunded, or its block was lost. That it counts no more the log would tell."
    ),
    r"payments\[\]\.(?:refundableSats|creditedRoundNumber)": (
        "What of a payment that counts no more is refunded, and for which round it had counted."
    ),
    r"(?:payments\[\]\.txIndex|slip\.firstBlock(?:Height|Hash))": (
        "Where a payment stands in its block, and which block was the first: the round's proof bundle shows it."
    ),
    r"person|playerPrivateIdentifier|log\.identifier|log\..*salt": "Whose the order is.",
    r"log\.(?:others\[\]\.)?entry\.person": (
        "The hash by which the log hides the account that the terms name: its partner's server is told the salt."
    ),
    r"bip21": "What the payment link asks for, beside the address: these terms do not tell it.",
    r"bip21\.site": "What the payment link calls the site, for a wallet to note.",
    r"log\..+\.signatures": "Signatures of whom you did not name. Name those whom you believe with --witness.",
    r"log\..+\.extra": "Notes that somebody put into a proof.",
    r"log\.(?:others\[\]\.)?number": "Which entry of the log it is: there is no proof of it yet.",
    r"log\.anchor\.size": "How many entries the log had when its root went into Bitcoin.",
    r"log\.anchor(?:\..+)?": "What the anchor in Bitcoin says besides its root.",
    r"kind|howToCheck|(?:receipt\.)?createdAt": "What the file says of itself: kind, time, and how to check it.",
}
UNSHOWN = "What nothing here shows."


def left_in_words(paths: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Sentences about what nobody looked at, each with what it is about."""
    found: dict[str, list[str]] = {}
    for path in paths:
        words = (LEFT[pattern] for pattern in LEFT if re.match(f"(?:{pattern})\\Z", path))
        found.setdefault(next(words, UNSHOWN), []).append(path)
    return list(found.items())


# The command


def plain(text: object) -> str:
    """Without what would move the cursor or turn the line round."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in str(text))


def moment(seconds: int) -> str:
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    except (OverflowError, ValueError, OSError):
        return f"second {seconds}"


def summary(receipt: Receipt, claims: Sequence[Record], log: Log, of: Round | None = None) -> Record:
    failing = ["{}: {}".format(one["claim"], "; ".join(each(one))) for one in claims if one["verdict"] == FAILS]
    left = [one for one in claims if one["verdict"] in (NOT_YET, NOT_TOLD) and not lacks_anchor(one)]
    open_ = ["{}: {}".format(one["claim"], "; ".join(each(one))) for one in left]
    status = 1 if failing else 3 if left else 0
    judged = (*STATES, "payout") if of is not None else ()
    rest = [name for name in not_looked_at(receipt, log) if name not in judged]
    rest = sorted([*rest, *(payout_left(receipt, of) if of is not None else ())])
    return {
        "game": receipt.game,
        "order": receipt.order,
        "roundNumber": receipt.round_number,
        "status": status,
        "says": SAYS_IN_PART if status == 0 and rest else SAYS[status],
        "failing": failing,
        "unfinished": open_,
        "notTold": [] if log.witnesses or not receipt.leaves else ["whose cosignatures you believe: give --witness"],
        "notLookedAt": rest,
        "bundle": of is not None,
    }


def lacks_anchor(claim: Record) -> bool:
    return any(why.startswith(NO_ANCHOR + ":") for why in claim["details"])


def each(claim: Record) -> list[str]:
    """Its details, none twice."""
    return list(dict.fromkeys(claim["details"]))


ONE_NAME = r"\A([a-z-]+): (?=\1: )"  # of a claim and its problem, which a reader needs once


def print_result(claims: Sequence[Record], told: Record) -> None:
    for one in sorted(claims, key=lambda one: one["verdict"] != FAILS):  # what does not hold stands first
        print("{verdict:13}  {claim:12}  {statement}".format(**one))
        for detail in each(one)[:10]:
            print(" " * 29 + plain(detail))
    print("\nOrder {}, {} claims: {}.".format(plain(told["order"]), len(claims), told["says"]))
    titles = ("Does not hold", "failing"), ("Not checked", "unfinished"), ("Not asked", "notTold")
    for title, lines in ((title, told[name]) for title, name in titles):
        for line in lines:
            print(f"{title}: {plain(re.sub(ONE_NAME, '', line))}")
    for sentence, paths in left_in_words(told["notLookedAt"]):
        print("Not looked at: {} ({})".format(sentence, plain(", ".join(paths))))
    if told["bundle"]:
        print("What it came to is held against the bundle: whether that itself holds, check with verify_round.py.")
    elif set(told["notLookedAt"]) & {*STATES, "payout"}:
        print(
            "So nothing here says whether it won, or that a win was paid: give the round's proof bundle with --bundle, "
            "and check that with verify_round.py."
        )


def read_file(path: str) -> str:
    try:
        if path == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with open(path, "rb") as file:
                data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise BadInput(f"{path} is too long")
    if data.startswith(b"%PDF-"):
        data = attached(path, data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        other = kind_of(data.decode("latin-1"))
        raise BadInput(f"{path} is no text" + (f". It is {other}" if other else "")) from None


def attached(path: str, document: bytes) -> bytes:
    """The one file in a PDF, as the platform writes it."""
    streams = re.finditer(rb"obj\n(<<(?:[^<>]|<<[^<>]{0,200}>>){1,400}>>)\nstream\n", document)
    found = [one for one in streams if re.search(rb"/Type /EmbeddedFile\s", one.group(1))]
    length = (
        re.search(rb"/Filter /FlateDecode\s+/Length ([0-9]{1,9})\s", found[0].group(1)) if len(found) == 1 else None
    )
    if length is None:
        raise BadInput(f"{path} is a document without a receipt in it; save the file from its attachments")
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(document[found[0].end() : found[0].end() + int(length.group(1))], MOST_BYTES)
    except zlib.error:
        raise BadInput(f"{path} is broken") from None
    if not unpacking.eof:
        raise BadInput(f"{path} is broken, or the file in it too long")
    return data


def grown_by(options: argparse.Namespace) -> Iterator[tuple[tuple[int, int], list[bytes]]]:
    for path in options.consistency:
        told = loaded(read_file(path), path)
        if not isinstance(told, dict) or not {"first", "second", "hashes"} <= set(told):
            other = kind_of(told)
            raise BadInput(f"{path} is no answer of /api/log/consistency" + (f". It is {other}" if other else ""))
        try:
            hashes = [unbase64(one, 32) for one in member(told, "hashes", list)]
        except (ValueError, TypeError, RecursionError):
            raise BadInput(f"{path} is no answer of /api/log/consistency") from None
        yield (member(told, "first", int), member(told, "second", int)), hashes


def kept_by(options: argparse.Namespace, log: Log) -> Iterator[Checkpoint]:
    for path in options.checkpoint:
        try:
            kept = read_checkpoint(read_file(path))
            belongs(kept, log)
        except Malformed as error:
            raise BadInput(f"{path}: {error}") from None
        yield kept


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with how it was called."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"verify_receipt: {message}; --help says how it is called\n")


def options_from(arguments: list[str] | None) -> argparse.Namespace:
    parser = Parser(
        description=(__doc__ or "").split("\n\n")[0],
        epilog="Exit status: 0 all that was looked at holds; 1 something does not hold; 2 unusable input; 3 nothing is "
        "wrong, but not everything could be checked.",
    )
    parser.add_argument("receipt", metavar="RECEIPT", help="the receipt as JSON, or - for standard input")
    parser.add_argument("--log-key", metavar="VKEY", action="append", required=True, help="the log's verifier key")
    parser.add_argument("--keys", metavar="FILE", help="LOG/keys, saved: which key of the log followed which")
    parser.add_argument("--witness", metavar="VKEY", action="append", default=[], help="who must have cosigned")
    parser.add_argument("--checkpoint", metavar="NOTE", action="append", default=[], help="a checkpoint that was kept")
    parser.add_argument("--consistency", metavar="JSON", action="append", default=[], help="that one begins another")
    parser.add_argument("--person", metavar="ID", help="your account at the partner")
    parser.add_argument("--bundle", metavar="FILE", help="the round's proof bundle: whether the order won")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = options_from(arguments)
    try:
        keys = [read_key(text, LOG) for text in options.log_key]
        if len({key.name for key in keys}) > 1:
            raise BadInput("the log's keys have different names")
        rotations = read_rotations(read_file(options.keys)) if options.keys else []
        log = Log(keys, keys[0].name, [read_key(text, COSIGNER) for text in options.witness], [], rotations, {})
        log.grown.update(grown_by(options))
        log.kept.extend(kept_by(options, log))
        log.kept.extend(one.checkpoint for one in rotations)
        receipt = read_receipt(read_file(options.receipt), options.person)
        of = read_round(options.bundle, receipt) if options.bundle else None
        claims = judge(receipt, log, int(time.time()), of)
    except BadInput as error:
        print(f"verify_receipt: {plain(error)}", file=sys.stderr)
        return 2
    told = summary(receipt, claims, log, of)
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    if options.json:
        print(json.dumps(dict(told, claims=claims), indent=2))
    else:
        print_result(claims, told)
    return int(told["status"])


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
