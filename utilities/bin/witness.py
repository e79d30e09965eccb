#!/usr/bin/env python3
"""Be a witness of the public log: check that nothing in it was changed, keep what you saw, and sign that you saw it.

    witness.py keygen NAME --key FILE
    witness.py follow LOG --log-key VKEY --key FILE --state DIR [--once] [--interval SECONDS] [--entries] [--keep]
                          [--listen HOST:PORT] [--origin TEXT]
    witness.py check PROOF --leaf HEX --log-key VKEY [--keys FILE] [--witness VKEY ...] [--origin TEXT]
    witness.py prove NOTES --entry N --from LOG|DIR

keygen makes your key and prints its public half, the verifier key, which you give to the log's operator and to whoever
shall believe you. NAME is yours, like witness.example/you.

follow fetches the newest checkpoint of LOG (https://SITE/log), checks the log's signature, and from hash tiles that
everything you saw before is still there, unchanged and in its place. Then it cosigns the checkpoint, which leaves this
program only once it lies in DIR, and reads the new hash tiles to the last leaf; with --entries the entries themselves
too, which --keep leaves in DIR/entries. It looks again every ten seconds, or once with --once. With --listen it says:
GET /checkpoint is what it cosigned last, POST /add-checkpoint takes checkpoints from the log (c2sp.org/tlog-witness).
A cosignature says that nothing was changed or removed since the checkpoint before, and no more: not that everything was
entered that should have been.
Never delete DIR while you use the key: a witness without a memory signs whatever it is shown.
Where the log changes its key, LOG/keys names the entry that says so: a new key is followed once that entry is in the
tree and the key before signed it, and then remembered in DIR; the old one then signs nothing more that is believed.

check tells whether a proof (c2sp.org/tlog-proof@v1) shows that a leaf is in the log, and who cosigned. --keys FILE is
LOG/keys, saved: then the key that you have may be an older or a newer one than the one that signed.

prove prints such a proof for entry N against the first checkpoint in NOTES that covers it: NOTES is a file of what a
witness cosigned, such as DIR/cosigned/YYYY-MM.txt. The hashes come from LOG, or from the folder of a witness who keeps
the entries, so that nobody needs the operator. Nothing but the hashes is checked: whoever reads the proof checks who
signed. It has the entry itself in the line "extra". verify_round.py takes it (--cosigned).

This file needs Python 3.11 or newer on Linux, macOS or another Unix, and nothing else: no package. Its Ed25519 is plain
arithmetic whose time may tell something of the key to who shares your processor: run it on a machine of your own.
Exit status: 0 cosigned, or nothing new (check: it holds); 1 the log misbehaves, or a proof does not hold: the first
word says how, DIR/evidence-*.txt what was signed; 2 unusable input or state; 3 the log was not reached.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import fcntl
import functools
import hashlib
import http.client
import http.server
import itertools
import json
import os
import re
import secrets
import socket
import socketserver
import ssl
import struct
import sys
import threading
import time
import traceback
import urllib.parse
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z

# Ed25519 (RFC 8032): -x^2 + y^2 = 1 + D x^2 y^2 modulo FIELD; the point BASE generates a group of ORDER points.
FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, FIELD) % FIELD
ROOT_OF_MINUS_ONE = pow(2, (FIELD - 1) // 4, FIELD)
NEUTRAL: Point = (0, 1, 1, 0)
LOG, COSIGNER = 0x01, 0x04  # types of keys and their signatures (c2sp.org/signed-note)

# What is too much. An answer is over when its time is, however little of it comes, and a step as well.
NOTE_BYTES, CHECKPOINT_BYTES = 131072, 65536
MOST_SIGNATURES = 64
MOST_PROOF_LINES = 63
ANSWER_SECONDS = 20.0
CHECK_SECONDS = 60.0  # for a checkpoint and the tiles that show it consistent
READ_SECONDS = 120.0  # for what is read after it, in one step
TILES_A_STEP = 8192  # of leaves: two million
BYTES_A_STEP = 2**30
TILES_AT_ONCE, BUNDLES_AT_ONCE = 64, 16  # before it is written down how far it came
CONNECTIONS = 4
BUNDLE_BYTES = 256 * (2 + 65535)
KEYS_BYTES, MOST_ROTATIONS = 2**22, 1000
VISITORS, VISIT_SECONDS = 32, 30.0  # of --listen
MOST_EVIDENCE = 64  # files of what nothing proves
AHEAD_SECONDS = 120  # that a checkpoint's time may be before this machine's
REFRESH_SECONDS = 60  # after which the same checkpoint is cosigned with a new time
LATE_SECONDS = 60  # that what is fetched may be behind what the log itself brought
EMPTY_ROOT = hashlib.sha256(b"").digest()
# Answers of add-checkpoint to a checkpoint that is refused.
STATUS = {"malformed": 400, "origin": 404, "signature": 403}


class Unusable(Exception):
    """Input or state that this program cannot work with."""


class Malformed(ValueError):
    """A text that is not what its format says."""


class NotReached(Exception):
    """No answer, or none that is whole, small and quick enough."""


class Later(NotReached):
    """The log asks to be left alone for longer than this step has."""


class Misbehaviour(Exception):
    """What no honest log shows. It is `proven` where the log's own signatures show it to anybody."""

    def __init__(
        self, kind: str, message: str, *, proven: bool = False, shown: bytes = b"", proof: str = "", other: bytes = b""
    ) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind, self.message, self.proven = kind, message, proven
        self.shown, self.proof, self.other = shown, proof, other

    @property
    def ends(self) -> bool:
        """Whether nothing of this log means anything after it. A clock that was set back passes."""
        return self.proven and self.kind != "time-back"


# Ed25519


def add(a: Point, b: Point) -> Point:
    """The sum of two points; the formula holds for all of them."""
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % FIELD, (a[1] + a[0]) * (b[1] + b[0]) % FIELD
    c, d = 2 * a[3] * b[3] * D % FIELD, 2 * a[2] * b[2] % FIELD
    e, f, g, h = n - m, d - c, d + c, n + m
    return (e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD)


def double(a: Point) -> Point:
    m, n = a[0] * a[0] % FIELD, a[1] * a[1] % FIELD
    h = m + n
    e, g = h - (a[0] + a[1]) ** 2 % FIELD, m - n
    f = 2 * a[2] * a[2] + g
    return (e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD)


def encoded(a: Point) -> bytes:
    inverse = pow(a[2], -1, FIELD)
    x, y = a[0] * inverse % FIELD, a[1] * inverse % FIELD
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decoded(text: bytes) -> Point | None:
    """The point of 32 bytes; none where they are no point, or not the one way to write it."""
    number = int.from_bytes(text, "little")
    y, odd = number & (1 << 255) - 1, number >> 255
    if len(text) != 32 or y >= FIELD:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, FIELD) % FIELD
    x = pow(square, (FIELD + 3) // 8, FIELD)
    if x * x % FIELD != square:
        x = x * ROOT_OF_MINUS_ONE % FIELD
    if x * x % FIELD != square or (x == 0 and odd):
        return None
    if x & 1 != odd:
        x = FIELD - x
    return (x, y, 1, x * y % FIELD)


def is_small(a: Point) -> bool:
    """Whether a point is one of the eight whose multiples say nothing of who chose them."""
    eightfold = double(double(double(a)))
    return eightfold[0] == 0 and eightfold[1] == eightfold[2]


@functools.cache
def base_table() -> list[list[Point]]:
    """For each of a number's 64 hexadecimal places, 0 to 15 times that place's multiple of BASE."""
    base = decoded((4 * pow(5, -1, FIELD) % FIELD).to_bytes(32, "little"))
    table: list[list[Point]] = []
    for _ in range(64):
        assert base is not None
        row = list(itertools.accumulate([base] * 15, add, initial=NEUTRAL))
        table.append(row)
        base = add(row[-1], base)
    return table


def times_base(number: int) -> Point:
    """Always 64 sums, also for places that are 0."""
    result = NEUTRAL
    for place, row in enumerate(base_table()):
        result = add(result, row[number >> 4 * place & 15])
    return result


def times(number: int, point: Point) -> Point:
    row = list(itertools.accumulate([point] * 15, add, initial=NEUTRAL))
    result = NEUTRAL
    for place in reversed(range(64)):
        result = double(double(double(double(result))))
        result = add(result, row[number >> 4 * place & 15])
    return result


def number_of(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER


def halves(seed: bytes) -> tuple[int, bytes]:
    """A private key's number, and what its signatures' nonces are made of."""
    digest = hashlib.sha512(seed).digest()
    return int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254, digest[32:]


def public_of(seed: bytes) -> bytes:
    return encoded(times_base(halves(seed)[0]))


def sign(seed: bytes, message: bytes) -> bytes:
    secret, prefix = halves(seed)
    nonce = number_of(prefix, message)
    first = encoded(times_base(nonce))
    answer = (nonce + number_of(first, encoded(times_base(secret)), message) * secret) % ORDER
    return first + answer.to_bytes(32, "little")


def verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Strict: every part is written in the one way that is right, and no point is small."""
    if len(signature) != 64 or int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    key, first = decoded(public), decoded(signature[:32])
    if key is None or first is None or is_small(key) or is_small(first):
        return False
    challenge = number_of(signature[:32], public, message)
    minus = (FIELD - key[0], key[1], 1, FIELD - key[3])
    return encoded(add(times_base(int.from_bytes(signature[32:], "little")), times(challenge, minus))) == signature[:32]


# Notes, keys and checkpoints


def unbase64(text: str, length: int | None = None) -> bytes:
    """The bytes of base64 as there is one way to write it."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Malformed("a line is no base64") from None
    if based64(data) != text or (length is not None and len(data) != length):
        raise Malformed("a line of base64 is too long, too short, or written in another way")
    return data


def based64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def whole_number(text: str) -> int:
    if not re.fullmatch(r"0|[1-9][0-9]{0,17}", text, re.ASCII):
        raise Malformed("a number is no decimal as it should be")
    return int(text)


def is_name(name: str) -> bool:
    return bool(name) and not any(c.isspace() or c == "+" or c < " " for c in name)


class Key(NamedTuple):
    """Whose signatures are believed: a name, what its signatures are, and 32 bytes of Ed25519."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{based64(bytes([self.kind]) + self.public)}"


def read_key(text: str, kind: int) -> Key:
    """A verifier key: name+hex+base64."""
    parts = text.strip().split("+", 2)
    try:
        data = unbase64(parts[2], 33) if len(parts) == 3 else b""
    except Malformed:
        data = b""
    if not data or not is_name(parts[0]):
        raise Unusable(f"{text!r} is no verifier key of Ed25519: NAME+HEX+BASE64")
    key = Key(parts[0], data[0], data[1:])
    if key.kind != kind:
        raise Unusable(f"{text!r} is a key of type {key.kind}, where one of type {kind} is needed")
    if key.id.hex() != parts[1]:
        raise Unusable(f"{text!r} is misspelt: its id is not that of its name and key")
    point = decoded(key.public)
    if point is None or is_small(point):
        raise Unusable(f"{text!r} is no point that a private key has")
    return key


class Signature(NamedTuple):
    name: str
    id: bytes
    data: bytes


class Note(NamedTuple):
    """A signed note: the text, with the newline at its end, and who says to have signed it."""

    text: str
    signatures: list[Signature]
    raw: bytes


def read_note(raw: bytes) -> Note:
    if len(raw) > NOTE_BYTES:
        raise Malformed("a note is too long")
    try:
        whole = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("a note is no text") from None
    if any(c < " " and c != "\n" for c in whole) or not whole.endswith("\n"):
        raise Malformed("a note has a control character in it, or no line's end")
    text, parted, below = whole.rpartition("\n\n")
    lines = below.split("\n")[:-1]
    if not parted or not 0 < len(lines) <= MOST_SIGNATURES:
        raise Malformed("a note has no signatures below it, or too many")
    return Note(text + "\n", [_read_signature(line) for line in lines], raw)


def _read_signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not is_name(parts[1]):
        raise Malformed("a line below a note is no signature")
    data = unbase64(parts[2])
    if len(data) < 5:
        raise Malformed("a signature is too short")
    return Signature(parts[1], data[:4], data[4:])


def signature_line(signature: Signature) -> str:
    return f"— {signature.name} {based64(signature.id + signature.data)}\n"


def cosigned_message(text: str, when: int) -> bytes:
    return f"cosignature/v1\ntime {when}\n{text}".encode()


def signed_by(note: Note, key: Key) -> list[int] | None:
    """The times at which a key signed a note, 0 for a log's key; none where it did not.

    Raises:
        Malformed: a signature says to be the key's, and is not. Then nothing of the note is believed.
    """
    times_of = []
    for found in note.signatures:
        if (found.name, found.id) != (key.name, key.id):
            continue
        when, data, message = 0, found.data, note.text.encode()
        if key.kind == COSIGNER and len(data) == 72:
            when, data = int.from_bytes(data[:8], "big"), data[8:]
            message = cosigned_message(note.text, when)
        if len(data) != 64 or when >= 2**63 or not verifies(key.public, message, data):
            raise Malformed(f"a signature of {key.name} is wrong")
        times_of.append(when)
    return times_of or None


class Checkpoint(NamedTuple):
    """What a log says it is: how many entries, and the root over them; `time` where it has the extension."""

    origin: str
    size: int
    root: bytes
    time: int | None
    note: Note


def read_checkpoint(note: Note) -> Checkpoint:
    lines = note.text.split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise Malformed("a checkpoint has fewer than three lines, or an empty one")
    said = [line.removeprefix("time ") for line in lines[3:] if line.startswith("time ")]
    if len(said) > 1:
        raise Malformed("a checkpoint says its time twice")
    when = whole_number(said[0]) if said else None
    return Checkpoint(lines[0], whole_number(lines[1]), unbase64(lines[2], 32), when, note)


KEY_ENTRY = b'"type":"log.key"}'  # how the entry of a key ends, for its members are sorted
KEY_TEXT = re.compile(r"tiraj/log-key/1\n([^\n]+)\n([^\n]+)\n([^\n]+)\n(0|[1-9][0-9]{0,17})\n", re.ASCII)


class Rotation(NamedTuple):
    """An entry that says that one key of the log follows another."""

    number: int
    old: Key
    new: Key
    entry: bytes
    by_old: bool  # whether the old key signed it

    def __str__(self) -> str:
        return f"entry {self.number} says that {self.new} follows {self.old}"


def read_rotation(number: int, entry: bytes, origin: str) -> Rotation:
    """Signed by the new key in any case: nobody is made a log's key unasked. Raises Malformed."""
    try:
        told = json.loads(entry)
        note = read_note(told["note"].encode())
        found = KEY_TEXT.fullmatch(note.text)
        if found is None or told["type"] != "log.key":
            raise Malformed("it is no entry of a key")
        old, new, size = read_key(found[2], LOG), read_key(found[3], LOG), int(found[4])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, Unusable) as error:
        raise Malformed(f"entry {number} is no entry of a key: {error}") from None
    if not old.name == new.name == found[1] or old == new or size > number or told.get("subject") != origin:
        raise Malformed(f"entry {number} is of another log, or a copy of an older one")
    if not signed_by(note, new):
        raise Malformed(f"entry {number} makes {new} the log's key, which did not sign that")
    return Rotation(number, old, new, entry, bool(signed_by(note, old)))


def read_rotations(text: bytes, origin: str) -> list[Rotation]:
    """What LOG/keys says, in the order of the entries. Raises Malformed."""
    try:
        told = [(one["number"], one["entry"].encode()) for one in json.loads(text)["rotations"]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Malformed("LOG/keys is no list of keys") from None
    if len(told) > MOST_ROTATIONS or not all(type(number) is int and number >= 0 for number, _ in told):
        raise Malformed("LOG/keys is no list of keys")
    return [read_rotation(number, entry, origin) for number, entry in sorted(told)]


class Keys:
    """The keys of a log that are believed: those that were given, and those that follow from them by its entries."""

    def __init__(self, given: Sequence[Key], rotations: Iterable[Rotation] = ()) -> None:
        self.given, self.rotations = given, sorted(rotations)
        self.all = list(given)
        for one in self.rotations:
            if one.old in self.all and one.new not in self.all and one.by_old:
                self.all.append(one.new)
        for one in reversed(self.rotations):
            if one.new in self.all and one.old not in self.all and one.by_old:
                self.all.append(one.old)

    def of(self, size: int) -> list[Key]:
        """Those that may sign a checkpoint of so many entries: one that was replaced says nothing any more."""
        gone = {one.old for one in self.rotations if one.number < size}
        later = {one.new for one in self.rotations if one.number >= size}
        return [key for key in self.all if key not in gone | later]

    def beside(self, one: Rotation) -> Keys:
        return Keys(self.given, [*self.rotations, one])

    def judge(self, one: Rotation) -> bool:
        """Whether it is news. Raises Misbehaviour where a key that we know did not name this successor."""
        if any(known.entry == one.entry for known in self.rotations):
            return False
        if one.old in self.all and not one.by_old:
            if one.new in self.given:
                return False  # you were told of both
            raise Misbehaviour("rotation", f"{one}, which did not sign that", other=one.entry)
        for known in self.rotations:
            if (known.old, known.new) == (one.old, one.new):
                return False  # said twice is said
            if known.old == one.old:
                both = known.entry + b"\n" + one.entry
                raise Misbehaviour(
                    "rotation", f"two successors of one key: {known}, and {one}", proven=True, other=both
                )
        return one.old in self.all or (one.new in self.all and one.by_old)


class Signer(NamedTuple):
    """The witness's own key."""

    key: Key
    seed: bytes

    def cosignature(self, text: str, when: int) -> str:
        data = struct.pack(">Q", when) + sign(self.seed, cosigned_message(text, when))
        return signature_line(Signature(self.key.name, self.key.id, data))


def read_signer(name: str) -> Signer:
    """The key file that keygen made."""
    with open(name, "rb") as file:
        if os.fstat(file.fileno()).st_mode & 0o077:
            raise Unusable(f"others may read or change {name}: chmod 600 {name}")
        text = file.read(4096).decode("utf-8", "replace").strip()
    parts = text.split("+", 4)
    try:
        data = unbase64(parts[4], 33) if parts[:2] == ["PRIVATE", "KEY"] and len(parts) == 5 else b""
    except Malformed:
        data = b""
    if not data or data[0] != COSIGNER or not is_name(parts[2]):
        raise Unusable(f"{name} holds no key of a witness")
    signer = Signer(Key(parts[2], COSIGNER, public_of(data[1:])), data[1:])
    if signer.key.id.hex() != parts[3]:
        raise Unusable(f"{name} was altered: the key's id is another one")
    return signer


# Trees (RFC 6962, RFC 9162) and tiles


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def complete_root(row: Sequence[bytes]) -> bytes:
    """The root over 1, 2, 4 … 256 hashes."""
    sha256 = hashlib.sha256
    while len(row) > 1:
        row = [sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row), 2)]
    return row[0]


def joined(peaks: Sequence[bytes]) -> bytes:
    """The root over complete trees beside each other, the largest first."""
    return functools.reduce(lambda right, left: node_hash(left, right), reversed(peaks)) if peaks else EMPTY_ROOT


def is_included(index: int, leaf: bytes, proof: Sequence[bytes], size: int, root: bytes) -> bool:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    first, last, found = index, size - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            found = node_hash(other, found)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            found = node_hash(found, other)
        first, last = first >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """RFC 9162, 2.1.4.2; everything begins with an empty tree."""
    if old == 0 or old == new:
        return not proof and old_root == (EMPTY_ROOT if old == 0 else new_root)
    if old > new or not proof:
        return False
    path = list(proof) if old & old - 1 else [old_root, *proof]
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    before = after = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            before, after = node_hash(other, before), node_hash(other, after)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            after = node_hash(after, other)
        first, last = first >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def tile_path(level: int | str, number: int, width: int = 256) -> str:
    """tile/LEVEL/x001/x234/067, and .p/WIDTH where it is not full."""
    digits = f"{number:d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    steps = "/".join([*("x" + part for part in parts[:-1]), parts[-1]])
    return f"tile/{level}/{steps}" + (f".p/{width}" if width < 256 else "")


def split_bundle(data: bytes, width: int) -> list[bytes]:
    """The entries of a bundle: each after its length in two bytes."""
    entries, at = [], 0
    for _ in range(width):
        length = int.from_bytes(data[at : at + 2], "big")
        if at + 2 + length > len(data):
            raise Malformed("a bundle ends within an entry")
        entries.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    if at != len(data):
        raise Malformed("a bundle has more in it than its entries")
    return entries


class Tree:
    """A tree of a signed size and root, read from tiles. Nothing of a tile is used before it hashes to the root."""

    def __init__(self, size: int, root: bytes, tile: Callable[[int, int, int], bytes]) -> None:
        self.size, self.root = size, root
        self._fetch = tile
        self._rows: dict[tuple[int, int], list[bytes]] = {}
        self._check_edge()

    def width(self, level: int, number: int) -> int:
        return min(256, (self.size >> 8 * level) - 256 * number)

    def _check_edge(self) -> None:
        """The tiles that are not full: one a level at most, and all of them together make the root."""
        peaks: list[bytes] = []
        for level in reversed(range(8)):
            count = self.size >> 8 * level
            width, number = count & 255, count >> 8
            row = rows_of(self._fetch(level, number, width), width) if width else []
            at = 0
            for height in reversed(range(8)):
                if width >> height & 1:
                    peaks.append(complete_root(row[at : at + (1 << height)]))
                    at += 1 << height
            if row:
                self._rows[level, number] = row
        if joined(peaks) != self.root:
            raise Misbehaviour("tile", f"the newest hash tiles do not make the root of {self.size} entries")

    def checked(self, level: int, number: int, data: bytes) -> list[bytes]:
        """The hashes of a tile that was fetched, where they are what the tile above says."""
        row = self._rows.get((level, number))
        width = self.width(level, number)
        found = rows_of(data, width)
        right = found == row if row else complete_root(found) == self.row(level + 1, number >> 8)[number & 255]
        if not right:
            raise Misbehaviour("tile", f"{tile_path(level, number, width)} is not what the root is made of")
        return found

    def row(self, level: int, number: int) -> list[bytes]:
        row = self._rows.get((level, number))
        if row is None:
            row = self.checked(level, number, self._fetch(level, number, 256))
            self._rows[level, number] = row
        return row

    def complete(self, start: int, height: int) -> bytes:
        """The root of the 2^height leaves from `start` on."""
        level, rest = divmod(height, 8)
        at = start >> 8 * level
        row = self.row(level, at >> 8)
        return complete_root(row[at & 255 : (at & 255) + (1 << rest)])

    def root_of(self, start: int, end: int) -> bytes:
        """The root of any of this tree's parts, as its proofs need them."""
        peaks = []
        while start < end:
            height = (end - start).bit_length() - 1
            peaks.append(self.complete(start, height))
            start += 1 << height
        return joined(peaks)

    def inclusion(self, number: int) -> list[bytes]:
        """RFC 6962, 2.1.1: the path from a leaf to the root, the nearest node first."""
        path: list[bytes] = []
        start, end = 0, self.size
        while end - start > 1:
            middle = start + (1 << (end - start - 1).bit_length() - 1)
            if number < middle:
                path.append(self.root_of(middle, end))
                end = middle
            else:
                path.append(self.root_of(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, old: int) -> list[bytes]:
        """RFC 6962, 2.1.2: what shows that the first `old` leaves are still the first."""
        proof: list[bytes] = []
        start, end, whole = 0, self.size, True
        if not 0 < old < end:
            return proof
        while old != end:
            middle = start + (1 << (end - start - 1).bit_length() - 1)
            if old <= middle:
                proof.append(self.root_of(middle, end))
                end = middle
            else:
                proof.append(self.root_of(start, middle))
                start, whole = middle, False
        if not whole:
            proof.append(self.root_of(start, end))
        return proof[::-1]


def rows_of(data: bytes, width: int) -> list[bytes]:
    if len(data) != 32 * width:
        raise Misbehaviour("tile", f"a tile of {width} hashes has {len(data)} bytes")
    return [data[at : at + 32] for at in range(0, len(data), 32)]


# The log, over HTTP


class Wire:
    """One connection to the log, for one thread. Whatever the other side does, an answer ends with its time."""

    def __init__(self, url: urllib.parse.SplitResult) -> None:
        self._url = url
        self.pause = 0  # seconds that the log asked for
        self._http: http.client.HTTPConnection | None = None
        self._spare: socket.socket | None = None

    def get(self, path: str, most: int, seconds: float) -> tuple[int, bytes]:
        """The status and what follows it, of at most `most` bytes."""
        over = threading.Event()
        timer = threading.Timer(seconds, self._end, [over])
        timer.daemon = True
        timer.start()
        try:
            return self._get_twice(path, most, seconds, over)
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            self.close()
            if over.is_set() or isinstance(error, TimeoutError):
                raise NotReached(f"{path}: no whole answer within {seconds:.0f} seconds") from None
            raise NotReached(f"{path}: {error or type(error).__name__}") from None
        finally:
            timer.cancel()

    def _end(self, over: threading.Event) -> None:
        over.set()
        with contextlib.suppress(OSError, AttributeError):
            self._spare.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]

    def _get_twice(self, path: str, most: int, seconds: float, over: threading.Event) -> tuple[int, bytes]:
        """Once more where a connection that was kept open is found closed."""
        if self._http is not None:
            try:
                return self._get(self._http, path, most)
            except (http.client.RemoteDisconnected, ConnectionError):
                self.close()
        return self._get(self._connect(seconds, over), path, most)

    def _connect(self, seconds: float, over: threading.Event) -> http.client.HTTPConnection:
        host = self._url.hostname or ""
        port = self._url.port or (443 if self._url.scheme == "https" else 80)
        raw = socket.create_connection((host, port), timeout=seconds)
        self._spare = raw.dup()  # ends the connection from the timer's thread, also while TLS has the socket
        if over.is_set():
            raise TimeoutError
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._url.scheme == "https":
            raw = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
        self._http = http.client.HTTPConnection(host, port)
        self._http.auto_open = 0
        self._http.sock = raw
        return self._http

    def _get(self, connection: http.client.HTTPConnection, path: str, most: int) -> tuple[int, bytes]:
        headers = {"Accept-Encoding": "gzip, identity", "User-Agent": "tiraj-witness", "Host": self._url.netloc}
        connection.request("GET", f"{self._url.path}/{path}", headers=headers)
        answer = connection.getresponse()
        if answer.status != 200:
            said = answer.getheader("Retry-After", "")
            self.pause = min(60, max(1, int(said))) if re.fullmatch(r"[0-9]{1,9}", said, re.ASCII) else 5
            self.close()
            return answer.status, b""
        if answer.length is None and not answer.chunked:
            raise ValueError("an answer that does not say where it ends")
        if (answer.length or 0) > most:
            raise ValueError(f"an answer of {answer.length} bytes, where {most} are the most")
        data = self._body(answer, most)
        if answer.getheader("Content-Encoding", "identity").lower() == "gzip":
            packed = zlib.decompressobj(31)
            data = packed.decompress(data, most + 1)
            if not packed.eof:
                raise ValueError("an answer whose packing does not end, or not within what it may be")
        if len(data) > most:
            raise ValueError(f"an answer of more than {most} bytes")
        if answer.will_close:
            self.close()
        return 200, data

    def _body(self, answer: http.client.HTTPResponse, most: int) -> bytes:
        parts, got = [], 0
        while got <= most and (part := answer.read(min(65536, most + 1 - got))):
            parts.append(part)
            got += len(part)
        if got <= most and answer.length:
            raise ValueError("the answer was cut short")
        return b"".join(parts)

    def close(self) -> None:
        for one in (self._http, self._spare):
            if one is not None:
                with contextlib.suppress(OSError):
                    one.close()
        self._http = self._spare = None


class Log:
    """Where the log is served. All of it is static: a checkpoint, tiles, and bundles of entries."""

    def __init__(self, prefix: str) -> None:
        url = urllib.parse.urlsplit(prefix.rstrip("/"))
        try:
            whole = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
        except ValueError:
            whole = False
        if not whole or url.username is not None or url.query or url.fragment or not re.fullmatch(r"[!-~]+", prefix):
            raise Unusable(f"{prefix!r} is no address of a log: https://SITE/log")
        self.prefix = prefix.rstrip("/")
        self._url = url
        self._own = threading.local()
        self._wires: list[Wire] = []
        self._pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="tile")
        self._until = 0.0
        self.received = 0

    def begin(self, seconds: float) -> None:
        """A step that ends with its time, whatever it asks for."""
        self._until = time.monotonic() + seconds
        self.received = 0

    @property
    def left(self) -> float:
        return self._until - time.monotonic()

    def checkpoint(self) -> bytes:
        status, data = self._ask("checkpoint", CHECKPOINT_BYTES)
        return data if status == 200 else self._refuse("checkpoint", status)

    def tile(self, level: int, number: int, width: int = 256) -> bytes:
        """A hash tile; where one that is not full is gone, the beginning of the full one."""
        return self._part(level, number, width, 8192)[0][: 32 * width]

    def bundle(self, number: int, width: int = 256) -> tuple[bytes, int]:
        """A bundle of entries, and how many it should hold: where one that is not full is gone, it is the full one."""
        return self._part("entries", number, width, BUNDLE_BYTES)

    def keys(self) -> bytes | None:
        """Which key followed which; none where the log has no such page."""
        status, data = self._ask("keys", KEYS_BYTES)
        if status in (404, 410):
            return None
        return data if status == 200 else self._refuse("keys", status)

    def many(self, ask: Callable[[int], Any], numbers: Sequence[int]) -> Iterator[Any]:
        return self._pool.map(ask, numbers)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        for wire in self._wires:
            wire.close()

    def _part(self, level: int | str, number: int, width: int, most: int) -> tuple[bytes, int]:
        path = tile_path(level, number, width)
        status, data = self._ask(path, most)
        if status == 404 and width < 256:
            path, width = tile_path(level, number), 256
            status, data = self._ask(path, most)
        return (data if status == 200 else self._refuse(path, status)), width

    def _ask(self, path: str, most: int) -> tuple[int, bytes]:
        wire = getattr(self._own, "wire", None)
        if wire is None:
            wire = self._own.wire = Wire(self._url)
            self._wires.append(wire)
        while True:
            if self.left <= 0:
                raise NotReached(f"{path}: the step took too long")
            status, data = wire.get(path, most, min(ANSWER_SECONDS, self.left))
            if status != 429:
                break
            if wire.pause >= self.left:
                raise Later(f"{path}: the log asks to wait for {wire.pause} seconds")
            time.sleep(wire.pause)
        self.received += len(data)
        return status, data

    def _refuse(self, path: str, status: int) -> bytes:
        told = "it leads elsewhere, which is not followed" if 300 <= status < 400 else f"status {status}"
        raise NotReached(f"{self.prefix}/{path}: {told}")


# What a witness remembers


class State:
    """The folder of one witness: the checkpoint it cosigned last, all before it, and how far it has read."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise Unusable(f"{folder} is in use: another witness follows with it") from None

    def close(self) -> None:
        os.close(self._lock)

    def note(self) -> bytes | None:
        try:
            return (self.folder / "checkpoint").read_bytes()
        except FileNotFoundError:
            return None

    def keep(self, note: bytes) -> None:
        """On disk before anybody is told."""
        self.write("checkpoint", note)

    def remember(self, note: bytes) -> None:
        """The history's file of this month ends with this note, once."""
        folder = self.folder / "cosigned"
        folder.mkdir(exist_ok=True)
        with open(folder / time.strftime("%Y-%m.txt", time.gmtime()), "a+b") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - len(note)))
            if file.read() != note:
                file.write((b"\n" if file.tell() else b"") + note)
                file.flush()
                os.fsync(file.fileno())

    @property
    def read(self) -> int:
        """How many leaves were read so far."""
        try:
            return whole_number((self.folder / "read").read_text("ascii").strip())
        except FileNotFoundError:
            return 0
        except (Malformed, UnicodeDecodeError):
            raise Unusable(f"{self.folder / 'read'} is no number") from None

    def rotations(self, origin: str) -> list[Rotation]:
        """The keys of the log that were learnt, each with what shows it."""
        try:
            return read_rotations((self.folder / "keys").read_bytes(), origin)
        except FileNotFoundError:
            return []
        except Malformed as error:
            raise Unusable(f"{self.folder / 'keys'} was altered: {error}") from None

    def keep_rotations(self, rotations: Sequence[Rotation]) -> None:
        told = [{"number": one.number, "entry": one.entry.decode()} for one in rotations]
        self.write("keys", json.dumps({"rotations": told}, ensure_ascii=False, indent=1).encode() + b"\n")

    def write(self, name: str, data: bytes) -> None:
        """The whole file or none of it, and on the disk when this returns."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        with open(beside, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def keep_evidence(self, fault: Misbehaviour, kept: Checkpoint | None) -> Path | None:
        """What shows a misbehaviour, once: the same is the same file."""
        proven = "the signatures below prove it" if fault.proven else "no signature proves it"
        parts = [f"tiraj/evidence/1\n{fault.kind}\n{fault.message}\n{proven}\n".encode()]
        if kept is not None:
            parts.append(b"--- cosigned by this witness before\n" + kept.note.raw)
        for title, data in (
            ("shown by the log", fault.shown),
            ("proof", fault.proof.encode()),
            ("the answer, in base64", based64(fault.other).encode()),
        ):
            if data:
                parts.append(f"--- {title}\n".encode() + data)
        text = b"\n".join(parts)
        name = f"evidence-{fault.kind}-{hashlib.sha256(text).hexdigest()[:16]}.txt"
        before = sorted(path.name for path in self.folder.glob("evidence-*.txt"))
        if name not in before and len(before) >= MOST_EVIDENCE and not fault.proven:
            return None
        if name not in before:
            self.write(name, text)
        return self.folder / name


class Witness:
    """Decides and signs. Everything that changes the memory does it under one lock."""

    def __init__(self, signer: Signer, log_keys: Sequence[Key], origin: str, state: State) -> None:
        self.signer, self.origin, self.state = signer, origin, state
        self.keys = Keys(log_keys, state.rotations(origin))
        self.lock = threading.Lock()
        self.fault: Misbehaviour | None = None  # that somebody brought to add-checkpoint
        self.alarm = threading.Event()
        self.brought = False  # whether what is kept came by add-checkpoint
        self.kept, self.when = self._remembered()

    def _remembered(self) -> tuple[Checkpoint | None, int]:
        raw = self.state.note()
        if raw is None:
            return None, 0
        try:
            kept = read_checkpoint(read_note(raw))
            own = signed_by(kept.note, self.signer.key)
            if not own or not any(signed_by(kept.note, key) for key in self.keys.of(kept.size)):
                raise Malformed("it is not signed by this log and this witness")
        except Malformed as error:
            raise Unusable(f"{self.state.folder / 'checkpoint'} was altered, or is of other keys: {error}") from None
        if kept.origin != self.origin:
            raise Unusable(f"{self.state.folder} is the memory of another log, {kept.origin}")
        self.state.remember(raw)  # where the power failed between the two
        return kept, max(own)

    def verified(self, raw: bytes, keys: Keys | None = None) -> Checkpoint:
        """A checkpoint that the log signed, or what is wrong with it. `keys` are those that were just learnt too."""
        keys = keys or self.keys
        try:
            if len(raw) > CHECKPOINT_BYTES:
                raise Malformed("it is too long")
            shown = read_checkpoint(read_note(raw))
        except Malformed as error:
            raise Misbehaviour("malformed", f"what was shown is no checkpoint: {error}", other=raw) from None
        if shown.origin != self.origin:
            raise Misbehaviour("origin", f"a checkpoint of {shown.origin!r}, not of {self.origin!r}", shown=raw)
        try:
            signed = [key for key in keys.all if signed_by(shown.note, key)]
        except Malformed as error:
            raise Misbehaviour("signature", f"{error}", shown=raw) from None
        if not any(key in signed for key in keys.of(shown.size)):
            why = f"a checkpoint that {keys.given[0].name} did not sign"
            why += " with a key that was in force" if signed else ", or not with a key that you know"
            raise Misbehaviour("signature", why, shown=raw)
        if shown.size == 0 and shown.root != EMPTY_ROOT:
            raise Misbehaviour("root", "no entries, and another root than that of none", proven=True, shown=raw)
        return shown

    def check_time(self, kept: Checkpoint | None, shown: Checkpoint) -> None:
        """Time goes forward, and is not ahead of ours."""
        if (shown.time or 0) - time.time() > AHEAD_SECONDS:
            message = f"a checkpoint of {shown.size} entries whose time, {shown.time}, is ahead of this machine's"
            raise Misbehaviour("future", message, shown=shown.note.raw)
        if kept is None or kept.time is None:
            return
        if shown.time is None:
            raise Misbehaviour("time-back", "a checkpoint without a time, after one that has it", shown=shown.note.raw)
        if shown.time < kept.time and shown.size == kept.size:
            message = f"a checkpoint of {shown.size} entries from before the one already cosigned"
            raise Misbehaviour("replayed", message, shown=shown.note.raw)
        if shown.time < kept.time:
            message = f"{shown.size} entries at time {shown.time}, after {kept.size} at {kept.time}"
            raise Misbehaviour("time-back", message, proven=True, shown=shown.note.raw)

    def check_same_size(self, kept: Checkpoint, shown: Checkpoint) -> None:
        if shown.size == kept.size and shown.root != kept.root:
            message = f"two roots of one size, {shown.size}: {based64(kept.root)} and {based64(shown.root)}"
            raise Misbehaviour("forked", message, proven=True, shown=shown.note.raw)

    def is_fresh(self, shown: Checkpoint) -> bool:
        """Whether the very same was cosigned a moment ago."""
        same = self.kept is not None and shown.note.text == self.kept.note.text
        return same and abs(time.time() - self.when) < REFRESH_SECONDS

    def cosign(self, shown: Checkpoint, *, brought: bool = False) -> str:
        """Keep a checkpoint that was checked, and the cosignature on it. The caller has the lock."""
        when = int(time.time())
        if when < self.when - AHEAD_SECONDS:
            raise Unusable(f"this machine's clock is {self.when - when} seconds behind what it signed before")
        when = max(when, self.when)
        line = self.signer.cosignature(shown.note.text, when)
        known = {(key.name, key.id) for key in self.keys.all}
        by_log = {(one.name, one.id): signature_line(one) for one in shown.note.signatures}  # one a key
        lines = [text for who, text in by_log.items() if who in known]
        note = read_note((shown.note.text + "\n" + "".join(lines) + line).encode())
        is_new = self.kept is None or note.text != self.kept.note.text
        self.state.keep(note.raw)
        self.kept, self.when, self.brought = shown._replace(note=note), when, brought
        if is_new:
            self.state.remember(note.raw)
        return line

    def learn(self, keys: Keys) -> None:
        """On disk before the new key is believed. The caller has the lock."""
        news = [one for one in keys.rotations if one not in self.keys.rotations]
        if news:
            self.state.keep_rotations(keys.rotations)
            self.keys = keys
        for one in news:
            say(f"the log has another key: {one}" + (", and both signed that" if one.by_old else ""))

    def own_line(self) -> str:
        """The cosignature on what was cosigned last."""
        assert self.kept is not None
        return self.kept.note.raw.decode().splitlines(keepends=True)[-1]

    def bring(self, fault: Misbehaviour) -> None:
        """Proof of misbehaviour that came from outside: kept, and the follower ends with it."""
        if self.fault is None:
            self.fault = fault
        with contextlib.suppress(OSError):  # it is tried, and said, once more where the follower ends
            self.state.keep_evidence(fault, self.kept)


# Following


def smaller(kept: Checkpoint, shown: Checkpoint) -> Misbehaviour:
    """A log that shrank, or one of its old checkpoints again."""
    if shown.time is not None and kept.time is not None and shown.time > kept.time:
        message = f"{shown.size} entries, after {kept.size} were signed at an earlier time"
        return Misbehaviour("smaller", message, proven=True, shown=shown.note.raw)
    kind = "smaller" if shown.time is None else "replayed"
    return Misbehaviour(
        kind, f"an old checkpoint of {shown.size} entries, after one of {kept.size}", shown=shown.note.raw
    )


def proof_text(size: int, root: bytes, proof: Sequence[bytes]) -> str:
    """That the longer of two checkpoints has this root over its first `size` entries: evidence, where they differ."""
    return "\n".join([f"size {size}", f"root {based64(root)}", *map(based64, proof)]) + "\n"


def is_late(kept: Checkpoint, shown: Checkpoint) -> bool:
    """Whether this is but the log's page of a moment ago."""
    if shown.time is None or kept.time is None or shown.size > kept.size:
        return False
    return 0 <= kept.time - shown.time <= LATE_SECONDS and shown.note.text != kept.note.text


class Follower:
    """Looks at the log, once or again and again."""

    def __init__(self, witness: Witness, log: Log, *, entries: bool = False, keep: bool = False) -> None:
        self.witness, self.log = witness, log
        self._entries, self._keep = entries or keep, keep

    def look(self) -> str | None:
        """Check the newest checkpoint and cosign it; None where nothing is new."""
        self.log.begin(CHECK_SECONDS)
        for _ in range(3):
            kept = self.witness.kept
            raw = self.log.checkpoint()
            keys = self._keys(raw)
            shown = self.witness.verified(raw, keys)
            if self.witness.is_fresh(shown):
                return None
            try:
                is_news = self._compare(kept, shown)
            except Misbehaviour as fault:
                fault.shown = fault.shown or shown.note.raw
                raise
            if not is_news:
                return None
            with self.witness.lock:
                if self.witness.kept is kept:
                    self.witness.learn(keys)
                    return self.witness.cosign(shown)
            # add-checkpoint was faster; what was fetched may be from before it
        return None

    def _keys(self, raw: bytes) -> Keys:
        """The log's keys, with those that took over, where a checkpoint bears a signature by none that is known."""
        keys = self.witness.keys
        try:
            shown = read_checkpoint(read_note(raw))
            is_ours = any(signed_by(shown.note, key) for key in keys.of(shown.size))
        except Malformed:
            return keys  # what is wrong is said where it is verified
        known, names = {key.id for key in keys.all}, {key.name for key in keys.all}
        if all(one.name not in names or one.id in known for one in shown.note.signatures):
            return keys
        try:
            return self._with_successors(keys, shown)
        except Misbehaviour as fault:
            fault.shown = fault.shown or raw
            raise
        except NotReached:
            if is_ours:
                return keys
            raise

    def _with_successors(self, keys: Keys, shown: Checkpoint) -> Keys:
        told = self.log.keys()
        try:
            rotations = read_rotations(told, self.witness.origin) if told is not None else []
        except Malformed as error:
            raise Misbehaviour("rotation", f"{error}", other=told or b"") from None
        tree: Tree | None = None
        for one in rotations:
            if one.number >= shown.size or not keys.judge(one):
                continue
            tree = tree or Tree(shown.size, shown.root, self.log.tile)
            if tree.row(0, one.number >> 8)[one.number & 255] != leaf_hash(one.entry):
                raise Misbehaviour("rotation", f"{one}, and the tree has another entry there", other=one.entry)
            keys = keys.beside(one)
        return keys

    def _compare(self, kept: Checkpoint | None, shown: Checkpoint) -> bool:
        """Whether it is news, where it is no misbehaviour."""
        if kept is None or shown.size > kept.size:
            tree = Tree(shown.size, shown.root, self.log.tile)
            if kept is not None:
                self._judge_consistency(kept, shown, tree)
        elif shown.size == kept.size:
            self.witness.check_same_size(kept, shown)
        else:
            self._judge_line(kept, shown)
        if kept is not None and self.witness.brought and is_late(kept, shown):
            return False
        if kept is not None and shown.size < kept.size:
            raise smaller(kept, shown)
        self.witness.check_time(kept, shown)
        return True

    def _judge_consistency(self, kept: Checkpoint, shown: Checkpoint, tree: Tree) -> None:
        proof = tree.consistency(kept.size)
        if is_consistent(kept.size, kept.root, shown.size, shown.root, proof):
            return
        found = tree.root_of(0, kept.size)
        message = f"an entry among the first {kept.size} was changed or removed: their root was {based64(kept.root)}, "
        message += f"and under {shown.size} entries it is {based64(found)}"
        text = proof_text(kept.size, found, proof)
        raise Misbehaviour("inconsistent", message, proven=True, shown=shown.note.raw, proof=text)

    def _judge_line(self, kept: Checkpoint, shown: Checkpoint) -> None:
        """Whether a smaller checkpoint is of the line that was cosigned, as far as its tiles are there."""
        found, text = shown.root, ""
        with contextlib.suppress(NotReached, Misbehaviour):
            tree = Tree(kept.size, kept.root, self.log.tile)
            text = proof_text(shown.size, tree.root_of(0, shown.size), tree.consistency(shown.size))
            found = tree.root_of(0, shown.size)
        if found != shown.root:
            message = f"{shown.size} entries with root {based64(shown.root)}; of those cosigned it was {based64(found)}"
            raise Misbehaviour("inconsistent", message, proven=True, shown=shown.note.raw, proof=text)

    def read_on(self) -> tuple[int, int]:
        """Read what is new of the leaves, at most so much; how far it came, and how far there is to go."""
        kept, read = self.witness.kept, self.witness.state.read
        if kept is None or read >= kept.size:
            return read, read
        self.log.begin(READ_SECONDS)
        with contextlib.suppress(Later):
            self._read_from(read, kept)
        return self.witness.state.read, kept.size

    def _read_from(self, read: int, kept: Checkpoint) -> None:
        try:
            tree = Tree(kept.size, kept.root, self.log.tile)
            numbers = range(read // 256, min(-(-kept.size // 256), read // 256 + TILES_A_STEP))
            at_once = BUNDLES_AT_ONCE if self._entries else TILES_AT_ONCE
            for at in range(0, len(numbers), at_once):
                if self.log.left < ANSWER_SECONDS or self.log.received > BYTES_A_STEP:
                    break
                batch = numbers[at : at + at_once]
                self._read_batch(tree, batch)
                read = min(kept.size, 256 * (batch[-1] + 1))
                self.witness.state.write("read", b"%d\n" % read)
        except Misbehaviour as fault:
            fault.shown = fault.shown or kept.note.raw
            raise

    def _read_batch(self, tree: Tree, batch: Sequence[int]) -> None:
        tiles = list(self.log.many(lambda number: self.log.tile(0, number, tree.width(0, number)), batch))
        rows = [tree.checked(0, number, data) for number, data in zip(batch, tiles, strict=True)]
        if not self._entries:
            return
        for at in range(0, len(batch), CONNECTIONS):  # a bundle may have 16 MB
            few = batch[at : at + CONNECTIONS]
            bundles = list(self.log.many(lambda number: self.log.bundle(number, tree.width(0, number)), few))
            for number, row, bundle in zip(few, rows[at:], bundles, strict=False):
                self._check_entries(number, row, *bundle)

    def _check_entries(self, number: int, row: list[bytes], data: bytes, width: int) -> None:
        path = tile_path("entries", number, len(row))
        try:
            entries = split_bundle(data, width)[: len(row)]
        except Malformed as error:
            raise Misbehaviour("entry", f"{path}: {error}") from None
        for at, (entry, leaf) in enumerate(zip(entries, row, strict=True)):
            if leaf_hash(entry) != leaf:
                raise Misbehaviour("entry", f"entry {256 * number + at} is not the one whose hash is in the tree")
            if entry.endswith(KEY_ENTRY):
                self._check_rotation(256 * number + at, entry)
        if self._keep:
            self._keep_entries(number, entries)

    def _check_rotation(self, number: int, entry: bytes) -> None:
        """Also where LOG/keys does not tell of it."""
        try:
            self.witness.keys.judge(read_rotation(number, entry, self.witness.origin))
        except Malformed as error:
            raise Misbehaviour("rotation", f"{error}", other=entry) from None

    def _keep_entries(self, number: int, entries: Sequence[bytes]) -> None:
        state = self.witness.state
        full = tile_path("entries", number).removeprefix("tile/")
        path = tile_path("entries", number, len(entries)).removeprefix("tile/")
        state.write(path, b"".join(struct.pack(">H", len(entry)) + entry for entry in entries))
        for old in (state.folder / f"{full}.p").glob("[0-9]*"):
            if old != state.folder / path:
                old.unlink()


# Listening


class Refused(Exception):
    """An answer of add-checkpoint that is no cosignature."""

    def __init__(self, status: int, text: str, kind: str = "text/plain; charset=utf-8") -> None:
        super().__init__(text)
        self.status, self.text, self.kind = status, text, kind


def read_submission(body: bytes) -> tuple[int, list[bytes], bytes]:
    """The old size, the consistency proof, and the checkpoint below the first empty line."""
    head, parted, note = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
        if not parted or not first.startswith("old ") or len(lines) > MOST_PROOF_LINES:
            raise Malformed("not an old size, at most 63 hashes, an empty line and a checkpoint")
        return whole_number(first.removeprefix("old ")), [unbase64(line, 32) for line in lines], note
    except (UnicodeDecodeError, Malformed) as error:
        raise Refused(400, f"{error}\n") from None


def add_checkpoint(witness: Witness, body: bytes) -> str:
    """c2sp.org/tlog-witness: the cosignature on a checkpoint that follows from the one cosigned before."""
    old, proof, raw = read_submission(body)
    try:
        shown = witness.verified(raw)
        if old > shown.size:
            raise Refused(400, "the old size is above the checkpoint's\n")
        with witness.lock:
            kept = witness.kept
            size, root = (kept.size, kept.root) if kept else (0, EMPTY_ROOT)
            if old != size:
                raise Refused(409, f"{size}\n", "text/x.tlog.size")
            if kept is not None:
                witness.check_same_size(kept, shown)
            if not is_consistent(old, root, shown.size, shown.root, proof):
                raise Refused(422, "the consistency proof does not hold\n")
            witness.check_time(kept, shown)
            return witness.own_line() if witness.is_fresh(shown) else witness.cosign(shown, brought=True)
    except Misbehaviour as fault:
        if fault.ends:
            witness.bring(fault)
        raise Refused(409 if fault.kind == "forked" else STATUS.get(fault.kind, 422), f"{fault}\n") from None


class Handler(http.server.BaseHTTPRequestHandler):
    """GET /checkpoint and POST /add-checkpoint."""

    server: Listener
    protocol_version = "HTTP/1.1"
    timeout = 10
    server_version, sys_version = "tiraj-witness", ""
    error_content_type, error_message_format = "text/plain; charset=utf-8", "%(code)d %(message)s\n"

    def setup(self) -> None:
        self._timer = threading.Timer(VISIT_SECONDS, self._end)
        self._timer.daemon = True
        self._timer.start()
        super().setup()

    def finish(self) -> None:
        self._timer.cancel()
        with contextlib.suppress(OSError):
            super().finish()

    def _end(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *arguments: object) -> None:
        """Nothing: who asks is nobody's business."""

    def do_GET(self) -> None:
        kept = self.server.witness.kept
        if self.path != "/checkpoint":
            self._answer(405 if self.path == "/add-checkpoint" else 404, b"not here\n")
        elif kept is None:
            self._answer(404, b"nothing was cosigned yet\n")
        else:
            self._answer(200, kept.note.raw)

    do_HEAD = do_GET

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,6}", length, re.ASCII) or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self._answer(411, b"say the length\n")
        elif int(length) > NOTE_BYTES:
            self.close_connection = True
            self._answer(413, b"too long\n")
        elif len(body := self.rfile.read(int(length))) < int(length):
            self.close_connection = True
        elif self.path != "/add-checkpoint":
            self._answer(405 if self.path == "/checkpoint" else 404, b"not here\n")
        else:
            self._add(body)

    def _add(self, body: bytes) -> None:
        try:
            self._answer(200, add_checkpoint(self.server.witness, body).encode())
        except Refused as refused:
            self._answer(refused.status, refused.text.encode(), refused.kind)
        except (Unusable, OSError) as error:
            say(f"{error}")
            self._answer(500, b"this witness cannot sign now\n")
        finally:
            if self.server.witness.fault is not None:  # once it is answered, for that may be the last answer
                self.server.witness.alarm.set()

    def _answer(self, status: int, data: bytes, kind: str = "text/plain; charset=utf-8") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        if status == 405:
            self.send_header("Allow", "POST" if self.path == "/add-checkpoint" else "GET, HEAD")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


class Listener(http.server.ThreadingHTTPServer):
    """At most so many visitors at once, each for so long."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: str, witness: Witness) -> None:
        host, _, port = address.rpartition(":")
        if not host or not re.fullmatch(r"[0-9]{1,5}", port, re.ASCII):
            raise Unusable(f"{address!r} is nowhere to listen: HOST:PORT")
        self.witness = witness
        self._places = threading.BoundedSemaphore(VISITORS)
        host = host.removeprefix("[").removesuffix("]")
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            super().__init__((host, int(port)), Handler)
        except (OSError, OverflowError) as error:
            raise Unusable(f"{address}: {error}") from None

    def server_bind(self) -> None:
        """Without asking the network for this machine's name."""
        socketserver.TCPServer.server_bind(self)
        host, port = self.server_address[:2]
        self.server_name, self.server_port = str(host), port

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._places.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A visitor who leaves is no news."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            say(f"an error of this program's own: {error!r}")


# Proofs


class Proof(NamedTuple):
    entry: int
    path: list[bytes]
    checkpoint: Checkpoint


def read_proof(text: bytes) -> Proof:
    """c2sp.org/tlog-proof@v1. What its line `extra` says is nobody's signature, and not used."""
    head, parted, note = text.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Malformed("a proof's head is no plain text") from None
    if not parted or lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Malformed("this is no c2sp.org/tlog-proof@v1")
    if lines and lines[0].startswith("extra "):
        unbase64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index ") or len(lines) > 1 + MOST_PROOF_LINES:
        raise Malformed("a proof names no index, or has too many lines")
    path = [unbase64(line, 32) for line in lines[1:]]
    return Proof(whole_number(lines[0].removeprefix("index ")), path, read_checkpoint(read_note(note)))


def proof_problem(proof: Proof, leaf: bytes, origin: str, log_keys: Sequence[Key], witnesses: Sequence[Key]) -> str:
    """Why a proof does not hold; empty where it does."""
    shown = proof.checkpoint
    try:
        if shown.origin != origin:
            return f"origin: the checkpoint is of {shown.origin!r}, not of {origin!r}"
        signed = [key for key in log_keys if signed_by(shown.note, key)]
        if not signed:
            return "signature: no key of the log that you know signed the checkpoint; LOG/keys tells of others (--keys)"
        missing = [key.name for key in witnesses if not signed_by(shown.note, key)]
    except Malformed as error:
        return f"signature: {error}"
    if missing:
        return f"witness: {', '.join(missing)} did not cosign"
    if not is_included(proof.entry, leaf, proof.path, shown.size, shown.root):
        return f"inclusion: the leaf is not entry {proof.entry} of {shown.size}"
    return ""


class Kept:
    """The entries that a witness kept, in the place of the log that served them."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def bundle(self, number: int, width: int = 256) -> tuple[bytes, int]:
        """A bundle of entries, at least so many, and how many it holds."""
        full = self.folder / tile_path("entries", number).removeprefix("tile/")
        if full.is_file():
            return full.read_bytes(), 256
        widths = [int(path.name) for path in Path(f"{full}.p").glob("[0-9]*") if path.name.isdecimal()]
        if max(widths, default=0) < width:
            raise NotReached(f"{full}: not kept as far as that")
        return Path(f"{full}.p", str(max(widths))).read_bytes(), max(widths)

    def tile(self, level: int, number: int, width: int = 256) -> bytes:
        """A hash tile, made of the entries below it."""
        if level:
            below = (self.tile(level - 1, 256 * number + at) for at in range(width))
            return b"".join(complete_root(rows_of(data, 256)) for data in below)
        return b"".join(leaf_hash(entry) for entry in split_bundle(*self.bundle(number, width))[:width])

    def close(self) -> None:
        """Nothing was opened."""


def notes_in(data: bytes) -> Iterator[Checkpoint]:
    """Checkpoints as they lie in a witness's folder, one below the other: a line of signatures ends each."""
    for part in re.split("\n\n(?!— )".encode(), data.strip(b"\n")):
        yield read_checkpoint(read_note(part + b"\n"))


def proven(number: int, shown: Checkpoint, source: Log | Kept) -> str:
    """c2sp.org/tlog-proof@v1 of an entry, with the entry itself. Raises Misbehaviour, NotReached, Malformed."""
    tree, at = Tree(shown.size, shown.root, source.tile), number // 256
    path = tree.inclusion(number)
    entry = split_bundle(*source.bundle(at, tree.width(0, at)))[number % 256]
    if not is_included(number, leaf_hash(entry), path, shown.size, shown.root):
        raise Misbehaviour("entry", f"entry {number} is not the one whose hash is in the tree")
    lines = ["c2sp.org/tlog-proof@v1", f"extra {based64(entry)}", f"index {number}", *(based64(one) for one in path)]
    return "\n".join([*lines, "", shown.note.raw.decode()])


# The commands


def say(text: str) -> None:
    print(f"witness: {text}", file=sys.stderr, flush=True)


def keygen(options: argparse.Namespace) -> int:
    if not is_name(options.name) or len(options.name.encode()) > 255:
        raise Unusable(f"{options.name!r} is no name of a key: no spaces, no +, like witness.example/you")
    seed = secrets.token_bytes(32)
    key = Key(options.name, COSIGNER, public_of(seed))
    try:
        file = os.open(options.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise Unusable(f"{options.key} is there already, and is not overwritten") from None
    with open(file, "w", encoding="utf-8") as out:
        out.write(f"PRIVATE+KEY+{key.name}+{key.id.hex()}+{based64(bytes([COSIGNER]) + seed)}\n")
        out.flush()
        os.fsync(out.fileno())
    print(key)
    return 0


def read_log_keys(options: argparse.Namespace) -> tuple[list[Key], str]:
    keys = [read_key(text, LOG) for text in options.log_key]
    if len({key.name for key in keys}) > 1:
        raise Unusable("the log's keys have different names")
    return keys, options.origin or keys[0].name


def follow(options: argparse.Namespace) -> int:
    if options.once and options.listen:
        raise Unusable("--once ends before anybody could ask: leave out --listen")
    signer = read_signer(options.key)
    keys, origin = read_log_keys(options)
    if any(key.public == signer.key.public for key in keys):
        raise Unusable("the log's key is the witness's own: nobody is his own witness")
    log = Log(options.log)
    state = State(options.state)
    try:
        witness = Witness(signer, keys, origin, state)
        follower = Follower(witness, log, entries=options.entries, keep=options.keep)
        say(f"{signer.key} follows {origin}")
        if options.listen:
            listener = Listener(options.listen, witness)
            threading.Thread(target=listener.serve_forever, name="listener", daemon=True).start()
            say(f"listening on {listener.server_name}:{listener.server_port}")
        return step(follower) if options.once else go_on(follower, options.interval)
    finally:
        log.close()
        state.close()


def step(follower: Follower) -> int:
    """Look once, and read on."""
    witness = follower.witness
    try:
        line = follower.look()
        kept = witness.kept
        assert kept is not None
        told = f"cosigned {kept.size} entries" if line else f"nothing new after {kept.size} entries"
        print(f"{told}, root {based64(kept.root)}", flush=True)
        print(witness.own_line(), end="", flush=True)
        read, size = follower.read_on()
        if read < size:
            print(f"read {read} of {size}: go on to read the rest", flush=True)
    except Misbehaviour as fault:
        report(witness, fault)
        return 1
    except NotReached as error:
        say(f"not reached: {error}")
        return 3
    return 0


def go_on(follower: Follower, interval: float) -> int:
    """Until the log's signatures prove that it misbehaves. What may be somebody between us is said, and tried again."""
    witness, said = follower.witness, ""
    while True:
        behind, now = False, ""
        try:
            if follower.look():
                kept = witness.kept
                assert kept is not None
                print(f"cosigned {kept.size} entries, root {based64(kept.root)}", flush=True)
            read, size = follower.read_on()
            behind = read < size
        except Misbehaviour as fault:
            now = fault.kind
            if now != said or fault.ends:
                report(witness, fault)
            if fault.ends:
                return 1
        except NotReached as error:
            now = "not reached"
            if now != said:
                say(f"{now}: {error}")
        if said and not now:
            say("well again")
        said = now
        if witness.alarm.wait(0 if behind else interval) and witness.fault is not None:
            report(witness, witness.fault)
            return 1


def report(witness: Witness, fault: Misbehaviour) -> None:
    say(str(fault))
    try:
        path = witness.state.keep_evidence(fault, witness.kept)
    except OSError as error:
        say(f"the evidence could not be kept: {error}")
    else:
        say(f"kept in {path}" if path else f"not kept: {MOST_EVIDENCE} files of evidence are there already")


def rotations_of(path: str | None, given: Sequence[Key], origin: str) -> list[Rotation]:
    """The rotations that LOG/keys told, each proven by a checkpoint of one of its keys."""
    if path is None:
        return []
    with open(path, "rb") as file:
        text = file.read(KEYS_BYTES)
    found: list[Rotation] = []
    try:
        rotations = read_rotations(text, origin)
        proofs = {one["number"]: read_proof(one["proof"].encode()) for one in json.loads(text)["rotations"]}
        for one in rotations:
            if not one.by_old:
                continue
            found.append(one)
            proof = proofs[one.number]
            if proof_problem(proof, leaf_hash(one.entry), origin, [one.new], ()) or proof.entry != one.number:
                raise Malformed(f"{one}, and the proof of that does not hold")
    except (Malformed, KeyError, AttributeError) as error:
        raise Unusable(f"{path}: {error}") from None
    if len({one.old for one in found}) < len(found):
        raise Unusable(f"{path}: one key has two successors")
    return found


def check(options: argparse.Namespace) -> int:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", options.leaf):
        raise Unusable("the leaf is no hash of 64 hexadecimal digits")
    keys, origin = read_log_keys(options)
    witnesses = [read_key(text, COSIGNER) for text in options.witness]
    with contextlib.ExitStack() as stack:
        file = sys.stdin.buffer if options.proof == "-" else stack.enter_context(open(options.proof, "rb"))
        text = file.read(2 * NOTE_BYTES)
    try:
        proof = read_proof(text)
    except Malformed as error:
        raise Unusable(f"{options.proof}: {error}") from None
    known = Keys(keys, rotations_of(options.keys, keys, origin))
    problem = proof_problem(proof, bytes.fromhex(options.leaf), origin, known.of(proof.checkpoint.size), witnesses)
    if problem:
        print(f"does not hold: {problem}")
        return 1
    shown = proof.checkpoint
    print(f"holds: the leaf is entry {proof.entry} of {shown.size} in {shown.origin}")
    for key in witnesses:
        when = min(signed_by(shown.note, key) or [0])
        print(f"cosigned by {key.name} at {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(when))}")
    return 0


def prove(options: argparse.Namespace) -> int:
    try:
        shown = [one for one in notes_in(Path(options.notes).read_bytes()) if one.size > options.entry]
    except Malformed as error:
        raise Unusable(f"{options.notes}: {error}") from None
    if not shown:
        raise Unusable(f"no checkpoint in {options.notes} covers entry {options.entry}")
    source = Kept(options.source) if os.path.isdir(options.source) else Log(options.source)
    try:
        if isinstance(source, Log):
            source.begin(CHECK_SECONDS)
        sys.stdout.write(proven(options.entry, min(shown, key=lambda one: one.size), source))
        return 0
    except Misbehaviour as fault:
        say(f"{fault.kind}: {fault.message}")
        return 1
    except (NotReached, Malformed) as error:
        say(str(error))
        return 3
    finally:
        source.close()


def seconds(text: str) -> float:
    value = float(text)
    if not 0.1 <= value <= 86400:
        raise ValueError
    return value


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with how it was called."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"witness: {message}; --help says how it is called\n")


def parser() -> argparse.ArgumentParser:
    ends, unusable = "Exit status: {}.", "2 unusable input or state"
    whole = Parser(
        description="Be a witness of the public log.",
        allow_abbrev=False,
        epilog="Exit status: 0 cosigned, or nothing new (check: it holds); 1 the log misbehaves, or a proof does not "
        f"hold; {unusable}; 3 the log was not reached.",
    )
    commands = whole.add_subparsers(required=True, metavar="keygen|follow|check|prove")
    make = commands.add_parser(
        "keygen", help="make a key and print the verifier key", epilog=ends.format(f"0 made; {unusable}")
    )
    make.add_argument("name", metavar="NAME", help="yours, like witness.example/you")
    make.add_argument("--key", required=True, metavar="FILE", help="where the private key goes; not overwritten")
    make.set_defaults(run=keygen)
    walk = commands.add_parser(
        "follow",
        help="check the log and cosign its checkpoints",
        epilog=ends.format(f"0 cosigned, or nothing new; 1 the log misbehaves; {unusable}; 3 the log was not reached"),
    )
    walk.add_argument("log", metavar="LOG", help="where the log is served: https://SITE/log")
    walk.add_argument("--key", required=True, metavar="FILE", help="your private key")
    walk.add_argument("--state", required=True, metavar="DIR", help="your memory of the log: never delete it")
    walk.add_argument("--once", action="store_true", help="look once")
    walk.add_argument("--interval", type=seconds, default=10.0, metavar="SECONDS", help="between two looks (10)")
    walk.add_argument("--entries", action="store_true", help="read the entries too, and check them")
    walk.add_argument("--keep", action="store_true", help="keep them in DIR/entries")
    walk.add_argument("--listen", metavar="HOST:PORT", help="answer GET /checkpoint and POST /add-checkpoint")
    walk.set_defaults(run=follow)
    look = proofs(commands, ends, unusable)
    for one in (walk, look):
        one.add_argument("--log-key", required=True, action="append", metavar="VKEY", help="the log's verifier key")
        one.add_argument("--origin", metavar="TEXT", help="a checkpoint's first line, where it is not the key's name")
    return whole


def proofs(commands: Any, ends: str, unusable: str) -> argparse.ArgumentParser:
    """The commands about proofs: what a proof shows, and a proof of what was cosigned. The first is returned."""
    look: argparse.ArgumentParser = commands.add_parser(
        "check", help="does a proof hold?", epilog=ends.format(f"0 it holds; 1 it does not; {unusable}")
    )
    look.add_argument("proof", metavar="PROOF", help="a file, or - for standard input")
    look.add_argument("--leaf", required=True, metavar="HEX", help="the hash of the entry")
    look.add_argument("--keys", metavar="FILE", help="LOG/keys, saved: which key followed which")
    look.add_argument("--witness", action="append", default=[], metavar="VKEY", help="who must have cosigned")
    look.set_defaults(run=check)
    show = commands.add_parser(
        "prove",
        help="print that a cosigned checkpoint covers an entry",
        epilog=ends.format(
            f"0 printed; 1 the hashes lead elsewhere; {unusable}; 3 the log was not reached, or lacks them"
        ),
    )
    show.add_argument("notes", metavar="NOTES", help="a file of cosigned checkpoints, one below the other")
    show.add_argument("--entry", required=True, type=whole_number, metavar="N", help="its number in the log")
    show.add_argument("--from", required=True, dest="source", metavar="LOG|DIR", help="https://SITE/log, or a folder")
    show.set_defaults(run=prove)
    return look


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        result: int = options.run(options)
        return result
    except (Unusable, OSError) as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # so that no error of ours is taken for the log's
        traceback.print_exc()
        say(f"an error of this program's own: {error!r}")
        return 2


if __name__ == "__main__":
    sys.exit(main())
