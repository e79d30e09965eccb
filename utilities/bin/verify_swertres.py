#!/usr/bin/env python3
"""Check a draw of Swertres yourself, offline: from its promise over every bet to what was paid.

    verify_swertres.py BUNDLE [--log-key VKEY] [--keys FILE] [--expect-promise HASH] [--expect-number NUMBER]
                       [--receipt FILE] [--person ID] [--json]

BUNDLE is the proof bundle of a draw, a file or - for standard input. For each claim this prints whether it "holds" or
"does not hold", or why it cannot be told; then in plain words what was drawn, how many bets won, what was paid, and
what the draw could have cost at worst.

All of it is computed anew from what the public log says: the promise's hash; that sales are numbered without gaps, each
naming the one before, from the promise on; that none was made outside the promised times; what each bet wins, from the
promised multiple and the orders of its digits; what each of the 1,000 numbers would have cost after every sale; the
seal's root; by which reads of which sources the number counts; who won, and how much.

What no file can show: that the log is the one that everybody sees, that the promise is the one you were shown, and that
the number is the one that was drawn. So tell what you know from elsewhere: --log-key is the log's verifier key, which
/api/log says, and others who follow the log; --expect-promise the promise's hash, --expect-number the number that the
lottery tells. Without the log's key, whoever made the file may have made all of it: the same chain of sales with
another seal. Where the log changed its key, --keys FILE, which is https://SITE/log/keys saved, leads from the key that
you know to the one that signed.

--receipt FILE is a ticket's receipt, or the PDF that has it attached: that each of its entries about this draw is in
the bundle, and that the sum is that of its bets; and of all its entries, those of other draws too, that the log
promised them by its signature (--log-key), and has them as soon as it promised. A promise that was not kept is a proof
against the operator: keep the file. With --person, your account here, the receipt that only you get shows by its salt
that the sale is yours.

What is in the bundle and no claim has read, or nothing in it shows, is listed at the end: none of it is proven.

This file needs Python 3.8 or newer and nothing else: no package, no network.
Exit status: 0 the draw is over and all that was looked at holds; 1 something does not hold; 2 unusable input; 3
nothing is wrong, but not everything could be checked: the draw is not over, or the bundle does not tell. Each reason is
printed.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import calendar
import hashlib
import json
import re
import sys
import time
import zlib
from itertools import permutations
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z
    Record = dict[str, Any]

HOLDS, FAILS, NOT_YET, NOT_TOLD = "holds", "does not hold", "not yet", "not told"
SAYS = {0: "everything holds", 1: "something does not hold", 3: "nothing is wrong, but not everything could be checked"}
SAYS_IN_PART = "all that was looked at holds"  # where something is left, which is named
GAME, NUMBERS, ZONE_HOURS = "swertres", 1000, 8  # Manila's clocks are never put forward
MOST_BYTES = 512_000_000  # of a file
MOST_HASHES = 30_000_000  # of a sealed draw that are repeated here
LONGEST = 4300  # digits of a number
MOST_SIGNATURES = 64
MOST = 2**63 - 1
SECOND = 1_000_000  # moments are whole microseconds
PROMISE, PROMISED = "tiraj/promise/1", 60  # seconds in which an entry is promised to be in the log
CLOCKS = 120  # seconds by which honest clocks may differ

# Ed25519 (RFC 8032): -x^2 + y^2 = 1 + D x^2 y^2 modulo FIELD; the point BASE generates a group of ORDER points.
FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, FIELD - 2, FIELD) % FIELD
ROOT_OF_MINUS_ONE = pow(2, (FIELD - 1) // 4, FIELD)
LOG, COSIGNER = 0x01, 0x04  # types of keys (c2sp.org/signed-note)


class BadInput(Exception):
    """What is no bundle, no receipt or no key."""


class Malformed(ValueError):
    """What is not as it should be."""


class Open(Exception):
    """A claim that cannot be told, or not yet."""

    def __init__(self, verdict: str, why: str) -> None:
        super().__init__(why)
        self.verdict = verdict


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


def keys_ever(key: Key, rotations: Sequence[Rotation]) -> set[Key]:
    """Those that the log had, as far as the reader can follow it."""
    return {key, *(key_at(key, rotations, size) for size in (0, *(one.number + 1 for one in rotations)))}


def member(record: Any, name: str, kind: Any) -> Any:
    """A member of what came, of the right kind."""
    if not isinstance(record, dict) or name not in record:
        raise BadInput(f"this is not LOG/keys: it has no {name}")
    value = record[name]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise BadInput(f"this is not LOG/keys: {name} is of another kind")
    return value


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


# The bundle

SHAPES = {
    "bundle": "betBundleVersion:int game:text name:text state:text promise:text promiseHash:hash sales:int tip:hash "
    "settlement:record? results:list entries:list",
    "entry": "number:int text:text proof:text? witnessed:text?",
    "settlement": "id:text outcome:int winners:int won:int",
    "promise": "game:text name:text day:text slot:int zone:text currency:text opensAt:time closesAt:time sealsAt:time "
    "cosignedBy:time drawsAt:time source:text lottery:text classes:int finalAfterSeconds:int voidAfterSeconds:int "
    "witnesses:list quorum:int hashes:int depth:int sources:record multiple:int",
    "bet.promised": "promise:text promiseHash:hash",
    "bet.sold": "currency:text draw:text game:text lines:list number:int person:hash previous:hash promise:hash "
    "soldAt:time ticket:text",
    "bet.refunded": "because:text currency:text number:int promise:hash stake:int ticket:text",
    "bet.sealed": "promise:hash sealRoot:hash sales:int staked:int currency:text lastNumber:int lastLeaf:hash "
    "worst:int reservations:record",
    "bet.witnessed": "sealEntry:int quorum:int cosigned:list",
    "bet.drawn": "closingBlock:hash outcome:int promise:hash checkpointsRoot:hash lastState:hash",
    "bet.resulted": "promise:hash outcome:int result:text currency:text winners:int won:int settlement:text "
    "finalAt:time staked:int",
    "bet.corrected": "promise:hash outcome:int result:text currency:text winners:int won:int settlement:text "
    "finalAt:time was:int wasWon:int takenBack:int isBorne:flag",
    "bet.cancelled": "because:text",
    "bet.reopened": "because:text",
    "result.expected": "lottery:text day:text slot:text promise:hash finalAfterSeconds:int",
    "result.confirmed": "numbers:text how:text version:int evidence:record finalAt:time confirmedAt:time",
    "result.corrected": "numbers:text how:text version:int evidence:record finalAt:time confirmedAt:time before:text",
    "result.dismissed": "reason:text",
    "read": "id:text source:text origin:text host:text parser:text askedAt:time answeredAt:time sha256:hash "
    "numbers:text",
    "rule": "lottery:text zone:text digits:int needs:list readsApartSeconds:int confirmedBy:text sources:list",
    "receipt": "ticket:text code:text game:text total:int currency:text leaves:list",
    "leaf": "kind:text leaf:hash text:text? salt:hash? promise:text number:int? proof:text?",
}
TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,6}))?(Z|[+-][0-9]{2}:[0-9]{2})\Z",
    re.ASCII,
)
KINDS = {
    "text": lambda value: isinstance(value, str),
    "int": lambda value: type(value) is int and 0 <= value <= MOST,
    "hash": lambda value: isinstance(value, str) and re.match(r"[0-9a-f]{64}\Z", value) is not None,
    "time": lambda value: isinstance(value, str) and TIME.match(value) is not None,
    "list": lambda value: isinstance(value, list),
    "record": lambda value: isinstance(value, dict),
    "flag": lambda value: isinstance(value, bool),
}
KIND_OF = {"entries": "bet.", "results": "result."}
# What is there, and no claim reads: it decides neither who wins nor how much.
UNREAD = {
    "promise": ("voidAfterSeconds", "depth"),
    "bet.sold": ("person",),
    "bet.refunded": ("because",),
    "bet.cancelled": ("because",),
    "bet.reopened": ("because",),
    "bet.corrected": ("takenBack",),
    "bet.sealed": ("reservations",),
    "bet.witnessed": ("cosigned",),
    "bet.drawn": ("closingBlock", "checkpointsRoot"),
    "result.expected": ("slot",),
    "result.dismissed": ("reason",),
    "read": ("id", "sha256"),
}


def moment(text: str) -> int:
    """Microseconds since 1970. The text is a time."""
    found = TIME.match(text)
    assert found is not None
    year, month, day, hour, minute, second = (int(found[place]) for place in range(1, 7))
    zone = 0
    if found[8] != "Z":
        zone = int(found[8][:3]) * 60 + int(found[8][0] + found[8][4:])
    seconds = calendar.timegm((year, month, day, hour, minute, second, 0, 0, 0)) - zone * 60
    return seconds * SECOND + int((found[7] or "").ljust(6, "0"))


def canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def tagged(tag: str, message: bytes) -> bytes:
    prefix = hashlib.sha256(tag.encode()).digest()
    return hashlib.sha256(prefix + prefix + message).digest()


def leaf_hash(text: str) -> bytes:
    return hashlib.sha256(b"\x00" + text.encode()).digest()


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


def shaped(record: Any, shape: str, what: str) -> Record:
    """A record that has what its shape names. Raises BadInput."""
    if not isinstance(record, dict):
        raise BadInput(f"{what} is no record")
    for part in SHAPES[shape].split():
        name, _, kind = part.partition(":")
        value = record.get(name, ...)
        if kind.endswith("?") and (value is None or value is ...):
            continue
        if value is ...:
            raise BadInput(f"{name} of {what} is missing")
        if not KINDS[kind.rstrip("?")](value):
            raise BadInput(f"{name} of {what} is no {kind.rstrip('?')}")
    return record


def strangers(record: Record, shape: str, *besides: str) -> list[str]:
    names = {part.partition(":")[0] for part in SHAPES[shape].split()}
    return [name for name in record if name not in names and name not in besides]


class Line(NamedTuple):
    """A bet: so much on a number, and by which odds it says that it pays."""

    kind: str
    number: str
    stake: int
    odds: tuple[int, int]


class Sale(NamedTuple):
    """An entry of a ticket's part in the draw."""

    number: int
    ticket: str
    at: int
    lines: tuple[Line, ...]
    previous: str
    leaf: bytes
    said: tuple[str, str, str, str]  # currency, draw, game, promise

    @property
    def stake(self) -> int:
        return sum(line.stake for line in self.lines)


class Entry(NamedTuple):
    """What the log says under a number. Of a sale that is all; of others `told` is the text, read."""

    number: int
    kind: str
    told: Record
    text: str
    proof: str | None
    witnessed: str | None
    sale: Sale | None


class Asked:
    """What the reader knows from elsewhere."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.key = read_key(options.log_key, LOG) if options.log_key else None
        self.rotations = read_rotations(read_file(options.keys)) if options.keys else []
        self.promise, self.number, self.person = options.expect_promise, options.expect_number, options.person
        self.receipt = read_receipt(read_file(options.receipt)) if options.receipt else None
        if self.person and self.receipt is None:
            raise BadInput("--person is whose the --receipt is: give that too")


class Draw:
    """A bundle, read; and what was computed from it on the way."""

    def __init__(self, bundle: Record) -> None:
        self.bundle, self.left = bundle, set(strangers(bundle, "bundle"))
        self.parts: list[Entry] = []  # of entries that were too long for one
        self.roots: dict[int, bytes] = {}  # of the log, by its size, as proofs show them
        if bundle["betBundleVersion"] != 1:
            raise BadInput("this is a bundle of version {}, and I know 1".format(bundle["betBundleVersion"]))
        if bundle["game"] != GAME:
            raise BadInput("this is a draw of {}, and I know {}".format(plain(bundle["game"]), GAME))
        if bundle["state"] not in ("selling", "sealed", "resulted", "cancelled"):
            raise BadInput("state of the bundle is none")
        self.subject = "bet-draw:{game}:{name}".format(**bundle)
        self.terms = shaped(parsed(bundle["promise"], "the promise"), "promise", "the promise")
        self.leave("promise.", self.terms, "promise")
        self.entries = self.read(bundle["entries"], "entries", self.subject)
        self.results = self.read(bundle["results"], "results", "result:{game}:{name}".format(**bundle))
        if bundle["settlement"] is not None:
            shaped(bundle["settlement"], "settlement", "settlement")
            self.left.update(f"settlement.{name}" for name in strangers(bundle["settlement"], "settlement"))
        self.weighed = Weighed(self)

    def leave(self, path: str, record: Record, shape: str, *besides: str) -> None:
        names = [*strangers(record, shape, *besides), *(one for one in UNREAD.get(shape, ()) if one in record)]
        self.left.update(path + name for name in names)

    def read(self, told: list[Any], where: str, subject: str) -> list[Entry]:
        """Entries in the log's order, each with its text read; those that were told in parts are put together."""
        found, parts = [], []
        for place, one in enumerate(told):
            what = f"{where}[{place}]"
            shaped(one, "entry", what)
            self.left.update(f"{where}[].{name}" for name in strangers(one, "entry"))
            if not one.get("proof"):
                self.left.add(f"{where}[].number")
            text, proof = one["text"], one.get("proof")
            record = parsed(text, what)
            if canonical(record) != text:
                raise BadInput(f"the text of {what} is not written as the log writes")
            if record.get("subject") != subject:
                raise BadInput(f"{what} is about something else")
            kind = record.get("type")
            if isinstance(kind, str) and kind.endswith(".part"):
                parts.append(Entry(one["number"], kind, record, text, proof, None, None))
                if record.get("part") != record.get("of", 0) - 1:
                    continue
                kind, record = kind[: -len(".part")], joined([part.told for part in parts], subject, kind)
                self.parts += parts
                parts = []
            found.append(self.entry(one, kind, record, text, what))
        if parts:
            raise BadInput(f"{where} has only parts of an entry")
        return found

    def entry(self, one: Record, kind: Any, record: Record, text: str, what: str) -> Entry:
        where = what.partition("[")[0]
        if not isinstance(kind, str) or kind not in SHAPES or not kind.startswith(KIND_OF[where]):
            self.left.add(f"{where}[{plain(kind)}]")
            return Entry(one["number"], str(kind), record, text, one.get("proof"), None, None)
        shaped(record, kind, what)
        self.leave(f"{kind}.", record, kind, "subject", "type")
        sale = sale_of(record, text, what) if kind == "bet.sold" else None
        if sale and one.get("proof"):
            self.left.add(f"{where}[].proof")
        if kind != "bet.sealed" and one.get("witnessed"):
            self.left.add(f"{where}[].witnessed")
        told = {} if sale else record
        return Entry(one["number"], kind, told, "" if sale else text, one.get("proof"), one.get("witnessed"), sale)

    def of(self, *kinds: str) -> list[Entry]:
        return [one for one in (*self.entries, *self.results) if one.kind in kinds]

    @property
    def seal(self) -> Entry | None:
        found = self.of("bet.sealed")
        return found[-1] if found else None

    @property
    def is_cancelled(self) -> bool:
        return str(self.bundle["state"]) == "cancelled"


def parsed(text: str, what: str) -> Record:
    try:
        found = json.loads(text, object_pairs_hook=once, parse_int=whole_number)
    except (ValueError, RecursionError):
        raise BadInput(f"{what} is no JSON") from None
    if not isinstance(found, dict):
        raise BadInput(f"{what} is no record")
    return found


def joined(parts: list[Record], subject: str, kind: str) -> Record:
    """A long entry, whose parts name the whole text's hash. Raises BadInput."""
    pieces = [one.get("text") for one in parts]
    text = "".join(one for one in pieces if isinstance(one, str))
    names = [(one.get("part"), one.get("of"), one.get("sha256"), one.get("type")) for one in parts]
    whole = hashlib.sha256(text.encode()).hexdigest()
    if names != [(place, len(parts), whole, kind) for place in range(len(parts))]:
        raise BadInput(f"the parts of {plain(kind)} are not one text")
    record = parsed(text, kind)
    if canonical(record) != text or record.get("subject") != subject or record.get("type") != kind[: -len(".part")]:
        raise BadInput(f"the parts of {plain(kind)} are about something else")
    return record


def sale_of(record: Record, text: str, what: str) -> Sale:
    lines = []
    for one in record["lines"]:
        is_line = isinstance(one, list) and len(one) == 5 and all(map(KINDS["text"], one[:2]))
        if not is_line or not all(map(KINDS["int"], one[2:])):
            raise BadInput(f"a line of {what} is none")
        lines.append(Line(one[0], one[1], one[2], (one[3], one[4])))
    said = (record["currency"], record["draw"], record["game"], record["promise"])
    at = moment(record["soldAt"])
    return Sale(record["number"], record["ticket"], at, tuple(lines), record["previous"], leaf_hash(text), said)


# What bets win, and what the draw could cost


def orders(number: str) -> tuple[int, ...]:
    """Every number that its digits make, the smallest first."""
    return tuple(sorted({int("".join(one)) for one in permutations(number)}))


ORDERS = {f"{number:03}": orders(f"{number:03}") for number in range(NUMBERS)}


def wins_on(line: Line) -> tuple[int, ...]:
    """The numbers on which a bet wins; none for what is no bet of this game."""
    if line.number not in ORDERS or line.kind not in ("straight", "rumble"):
        return ()
    return (int(line.number),) if line.kind == "straight" else ORDERS[line.number]


def pays(line: Line, multiple: int) -> int:
    """Multiplied before it is divided, and rounded down."""
    numbers = len(wins_on(line))
    return line.stake * multiple // numbers if numbers else 0


class Weighed:
    """What each number would cost, entry by entry; of whom nothing went back by the end."""

    def __init__(self, draw: Draw) -> None:
        multiple = draw.terms["multiple"]
        costs, worst = [0] * NUMBERS, 0
        self.peak, self.at_peak, self.at_seal, self.worst_at_seal = 0, 0, frozenset(), 0  # type: ignore[var-annotated]
        self.sales: dict[int, Sale] = {}
        self.back: dict[int, int] = {}  # number → where it went back, among the entries
        self.wrong_back: list[str] = []
        for place, one in enumerate(draw.entries):
            if one.sale is not None:
                self.sales.setdefault(one.sale.number, one.sale)
                worst = max(worst, weigh(costs, one.sale, multiple, 1))
                if worst > self.peak:
                    self.peak, self.at_peak = worst, costs.index(max(costs))
            elif one.kind == "bet.refunded":
                gone = self.sales.get(one.told["number"])
                wrong = self.returned(one.told, gone, draw)
                if wrong or gone is None:
                    self.wrong_back.append(f"entry {one.number}: {wrong}")
                    continue
                self.back[gone.number] = place
                weigh(costs, gone, multiple, -1)
                worst = max(costs)
            elif one.kind == "bet.sealed":
                self.at_seal, self.worst_at_seal = frozenset(self.sales) - frozenset(self.back), worst
        self.costs = costs

    def returned(self, told: Record, sale: Sale | None, draw: Draw) -> str:
        if sale is None:
            return "it gives back sale {}, which there was not yet".format(told["number"])
        if sale.number in self.back:
            return f"sale {sale.number} has gone back already"
        if (told["ticket"], told["stake"]) != (sale.ticket, sale.stake):
            return f"sale {sale.number} is {plain(sale.ticket)}'s, with a stake of {sale.stake}"
        right = draw.terms["currency"], draw.bundle["promiseHash"]
        return "" if (told["currency"], told["promise"]) == right else "it names another draw or currency"

    def counting(self) -> list[Sale]:
        """The sales that took part in the draw, or do so far."""
        return [sale for number, sale in self.sales.items() if number not in self.back]


def weigh(costs: list[int], sale: Sale, multiple: int, sign: int) -> int:
    """Put a sale on the numbers that it wins on, or take it off; the most that one of them costs then."""
    most = 0
    for line in sale.lines:
        amount = sign * pays(line, multiple)
        for number in wins_on(line):
            costs[number] += amount
            most = max(most, costs[number])
    return most


# Claims: each says what is wrong, as a list; nothing where it holds. Open where it cannot be told.


def promise_stands(draw: Draw, asked: Asked) -> list[str]:
    """The promise is the one that the log told before all sales."""
    bundle, terms, wrong = draw.bundle, draw.terms, []
    if tagged("tiraj/bet-draw/1", bundle["promise"].encode()).hex() != bundle["promiseHash"]:
        wrong.append("its hash is another than the bundle says")
    if canonical(terms) != bundle["promise"]:
        wrong.append("it is not written as promises are")
    first = draw.entries[0] if draw.entries else None
    said = {"promise": bundle["promise"], "promiseHash": bundle["promiseHash"]}
    if len(draw.of("bet.promised")) != 1 or first is None or first.kind != "bet.promised":
        wrong.append("the log does not tell one promise, before all else")
    elif any(first.told[name] != value for name, value in said.items()):
        wrong.append("the log tells another promise")
    if (terms["game"], terms["name"]) != (GAME, bundle["name"]) or terms["classes"] != NUMBERS:
        wrong.append("it is the promise of another draw")
    if bundle["name"] != "{day}-{slot}".format(**terms):
        wrong.append("the draw's name is not its day and slot")
    if asked.promise not in (None, bundle["promiseHash"]):
        wrong.append("it is not the promise that you expect")
    return wrong


def times_are_right(draw: Draw, asked: Asked) -> list[str]:
    """It opens, closes, is sealed, cosigned and drawn in that order, on its day in Manila."""
    names = ("opensAt", "closesAt", "sealsAt", "cosignedBy", "drawsAt")
    times = [moment(draw.terms[name]) for name in names]
    wrong = [f"{names[at]} is before {names[at - 1]}" for at in range(1, 5) if times[at] < times[at - 1]]
    wrong += [f"{names[at]} is not after {names[at - 1]}" for at in (1, 2) if times[at] == times[at - 1]]
    local = (times[-1] // SECOND + ZONE_HOURS * 3600) // 86400
    day = re.match(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z", draw.terms["day"], re.ASCII)
    if draw.terms["zone"] != "Asia/Manila":
        raise Open(NOT_TOLD, "its zone is {}, and I know Manila's clocks".format(plain(draw.terms["zone"])))
    if day is None or calendar.timegm((int(day[1]), int(day[2]), int(day[3]), 0, 0, 0, 0, 0, 0)) != local * 86400:
        wrong.append("it is drawn on another day than its own")
    return wrong


def sales_are_chained(draw: Draw, asked: Asked) -> list[str]:
    """Sales are numbered from 1 without gaps, and each names the one before, the first the promise."""
    wrong, tip, count, sealed_ = [], draw.bundle["promiseHash"], 0, False
    right = (draw.terms["currency"], draw.bundle["name"], GAME, draw.bundle["promiseHash"])
    tickets: set[str] = set()
    for one in draw.entries:
        sealed_ = sealed_ or one.kind == "bet.sealed"
        if one.sale is None:
            continue
        count += 1
        if one.sale.number != count:
            wrong.append(f"entry {one.number} is sale {one.sale.number}, where {count} is due")
            break
        if one.sale.previous != tip:
            wrong.append(f"sale {count} names another one before it")
        if one.sale.said != right:
            wrong.append(f"sale {count} is of another draw, promise or currency")
        if one.sale.ticket in tickets:
            wrong.append(f"sale {count} is of a ticket that was sold already")
        if sealed_:
            wrong.append(f"sale {count} was said after the seal")
        tickets.add(one.sale.ticket)
        tip = one.sale.leaf.hex()
    is_behind = draw.bundle["state"] == "selling" and count < draw.bundle["sales"]
    if not wrong and is_behind:
        raise Open(NOT_YET, "the log has {} of {} sales so far".format(count, draw.bundle["sales"]))
    if (count, tip) != (draw.bundle["sales"], draw.bundle["tip"]):
        wrong.append("the bundle says {} sales, or another last one".format(draw.bundle["sales"]))
    return wrong


def sold_in_time(draw: Draw, asked: Asked) -> list[str]:
    """No bet was accepted before the draw opened, and none at or after its cut-off."""
    opens, closes = moment(draw.terms["opensAt"]), moment(draw.terms["closesAt"])
    late = [sale.number for sale in draw.weighed.sales.values() if not opens <= sale.at < closes]
    return [f"sale {number} was not sold between opening and cut-off" for number in late]


def odds_follow(draw: Draw, asked: Asked) -> list[str]:
    """Each bet's odds are the promised multiple, divided by the orders of its digits where any order wins."""
    wrong, multiple = [], draw.terms["multiple"]
    for sale in draw.weighed.sales.values():
        for line in sale.lines:
            numbers = len(wins_on(line))
            if not numbers or not line.stake:
                wrong.append(f"sale {sale.number} has a line that is no bet")
            elif line.odds != (multiple, numbers):
                right = f"{multiple} / {numbers}"
                wrong.append(
                    "sale {}: {} / {} for {} {}, where {} is due".format(
                        sale.number, *line.odds, line.kind, line.number, right
                    )
                )
        if not sale.lines:
            wrong.append(f"sale {sale.number} has no bets")
    return wrong


def seal_covers(draw: Draw, asked: Asked) -> list[str]:
    """The seal covers every sale, in order: root, sums, count and last one come out again."""
    if draw.seal is None:
        if draw.is_cancelled:
            return []
        if draw.bundle["state"] != "selling":
            return ["the log tells no seal"]
        raise Open(NOT_YET, "it is not sealed yet")
    if len(draw.of("bet.sealed")) != 1 or draw.bundle["state"] == "selling":
        return ["the log tells more than one seal, or of a draw that still sells"]
    told, weighed = draw.seal.told, draw.weighed
    sales = [weighed.sales[number] for number in sorted(weighed.sales)]
    leaves = [(sale.leaf, sale.stake if sale.number in weighed.at_seal else None) for sale in sales]
    right = {
        "promise": draw.bundle["promiseHash"],
        "sealRoot": seal_root(draw.subject, leaves, bytes.fromhex(draw.bundle["promiseHash"])),
        "sales": len(weighed.at_seal),
        "staked": sum(weighed.sales[number].stake for number in weighed.at_seal),
        "currency": draw.terms["currency"],
        "lastNumber": len(sales),
        "lastLeaf": sales[-1].leaf.hex() if sales else draw.bundle["promiseHash"],
    }
    return [
        f"{name}: the seal says {told[name]}, and here it is {value}"
        for name, value in right.items()
        if told[name] != value
    ]


def seal_root(subject: str, leaves: Sequence[tuple[bytes, int | None]], promise: bytes) -> str:
    """A Merkle tree that also sums sales and stakes; a sale that had gone back keeps its place and adds nothing."""
    level = []
    for data, stake in leaves:
        sums = (0 if stake is None else 1).to_bytes(8, "big") + (stake or 0).to_bytes(8, "big")
        level.append((tagged("tiraj/seal/leaf/1", sums + data), 0 if stake is None else 1, stake or 0))
    while len(level) > 1:
        above = []
        for at in range(0, len(level) - 1, 2):
            one, two = level[at], level[at + 1]
            both = b"".join(
                node + count.to_bytes(8, "big") + sum_.to_bytes(8, "big") for node, count, sum_ in (one, two)
            )
            above.append((tagged("tiraj/seal/node/1", both), one[1] + two[1], one[2] + two[2]))
        level = above + level[len(level) - len(level) % 2 :]
    node, count, sum_ = level[0] if level else (bytes(32), 0, 0)
    top = node + count.to_bytes(8, "big") + sum_.to_bytes(8, "big")
    counted = subject.encode() + len(leaves).to_bytes(8, "big") + top
    return tagged("tiraj/seal/root/2", promise + counted).hex()


def worst_is_told(draw: Draw, asked: Asked) -> list[str]:
    """The dearest of the 1,000 numbers costs what the seal says."""
    if draw.seal is None:
        if draw.is_cancelled:
            return []
        raise Open(NOT_YET, "it is not sealed yet")
    told, here = draw.seal.told["worst"], draw.weighed.worst_at_seal
    waiting = draw.seal.told["reservations"].get("waiting")
    if here > told or (not waiting and here != told):
        return [f"the seal says {told}, and here it is {here}"]
    if here != told:
        raise Open(NOT_TOLD, f"the seal says {told}, with {waiting} tickets that were not paid yet; here it is {here}")
    return []


def seal_was_witnessed(draw: Draw, asked: Asked) -> list[str]:
    """As many of the promised witnesses as were promised had cosigned the seal in time."""
    quorum, keys = draw.terms["quorum"], draw.terms["witnesses"]
    said = draw.of("bet.witnessed")
    for one in said:
        if draw.seal is None or one.told["sealEntry"] != draw.seal.number or one.told["quorum"] != quorum:
            return ["the log says of another seal, or another quorum, that it was cosigned"]
    if draw.is_cancelled or (not quorum and not said):
        return []
    if draw.seal is None:
        raise Open(NOT_YET, "it is not sealed yet")
    if draw.seal.witnessed is None:
        raise Open(NOT_TOLD, "the bundle does not show their cosignatures")
    proof = read_proof(draw.seal.witnessed)
    shown = proof.checkpoint
    if proof.entry != draw.seal.number or not is_included(
        proof.entry, leaf_hash(draw.seal.text), proof.path, shown.size, shown.root
    ):
        return ["the checkpoint does not cover the seal"]
    found, believed = set(), [read_key(text, COSIGNER) for text in keys if isinstance(text, str)]
    own = [key_at(asked.key, asked.rotations, shown.size)] if asked.key else []
    if own and signed_at(shown.note, own[0]) is None:
        return ["the checkpoint that they cosigned is not signed by the log that you know"]
    draw.left.update(signatures_left(draw.seal.witnessed, [*believed, *own], []))
    for key in believed:
        when = signed_at(shown.note, key)
        if when is not None and when * SECOND <= moment(draw.terms["cosignedBy"]):
            found.add(key.public)
    if len(found) >= quorum:
        return []
    if draw.of("bet.resulted") and not said:
        return [f"{len(found)} of {quorum} cosigned in time, and a result counts"]
    raise Open(NOT_TOLD, f"the bundle shows {len(found)} of {quorum} cosignatures")


def versions(draw: Draw) -> list[Record]:
    """What the number was said to be, the last one last."""
    return [one.told for one in draw.of("result.confirmed", "result.corrected")]


def number_counts(draw: Draw, asked: Asked) -> list[str]:
    """The number by which it was settled is the one that the log tells as its result, after the draw."""
    settled = draw.of("bet.resulted", "bet.corrected")
    wrong = [
        f"{one.told['result']} is not how {one.told['outcome']} is written"
        for one in settled
        if one.told["result"] != "{:03}".format(one.told["outcome"])
    ]
    if draw.is_cancelled:
        return wrong + ["it was cancelled, and has a result"] * bool(settled)
    if asked.number is not None and settled and settled[-1].told["result"] != asked.number:
        wrong.append(
            "you say that {} was drawn, and it was settled by {}".format(asked.number, settled[-1].told["result"])
        )
    if draw.terms["source"] == "sealed_draw":
        return wrong + sealed_number(draw, settled)
    wrong += list(versions_differ(draw))
    known = [one["numbers"] for one in versions(draw)]
    at = 0
    for one in settled:
        while at < len(known) and known[at] != one.told["result"]:
            at += 1
        if at == len(known):
            wrong.append("it was settled by {}, which is not its result then".format(plain(one.told["result"])))
            break
        if one.kind == "bet.resulted" or not one.told["isBorne"]:
            off = moment(one.told["finalAt"]) - moment(versions(draw)[at]["finalAt"])
            if not 0 <= off < SECOND:
                wrong.append("it is said to be final at another time than its result")
    if not wrong and not settled:
        if draw.bundle["state"] == "resulted":
            return ["the log does not tell by which number it was settled"]
        raise Open(NOT_YET, "it has no result yet")
    if not wrong and known[-1] != settled[-1].told["result"]:
        raise Open(NOT_YET, f"the result was corrected to {plain(known[-1])}, and it is not settled by that yet")
    return wrong


def versions_differ(draw: Draw) -> Iterator[str]:
    expected, before = draw.of("result.expected"), None
    for one in expected:
        right = draw.terms["lottery"], draw.terms["day"], draw.bundle["promiseHash"], draw.terms["finalAfterSeconds"]
        if tuple(one.told[name] for name in ("lottery", "day", "promise", "finalAfterSeconds")) != right:
            yield "another draw's result was waited for"
    if not expected and draw.of("bet.resulted"):
        yield "the log does not say that its result was waited for"
    for number, told in enumerate(versions(draw), 1):
        if told["version"] != number or told.get("before") != before:
            yield f"version {number} of the result is missing, or is another one's"
        if not re.match(r"[0-9]{3}\Z", told["numbers"], re.ASCII):
            yield "{} is no number of this game".format(plain(told["numbers"]))
        if moment(told["confirmedAt"]) < moment(draw.terms["drawsAt"]):
            yield "it was known before it was drawn"
        late = moment(told["finalAt"]) - moment(told["confirmedAt"]) - draw.terms["finalAfterSeconds"] * SECOND
        if late:
            yield "it is final after another time than was promised"
        before = told["numbers"]


def sealed_number(draw: Draw, settled: list[Entry]) -> list[str]:
    """Of a slot without an official draw: sealed-draw-1 over promise, seal and closing block."""
    found = draw.of("bet.drawn")
    if not settled and not found:
        raise Open(NOT_YET, "it is not drawn yet")
    if draw.seal is None or len(found) != 1 or len(settled) != 1:
        return ["the log does not tell one seal, one draw and one result of it"]
    told, wrong = found[0].told, []
    if told["promise"] != draw.bundle["promiseHash"] or told["outcome"] != settled[0].told["outcome"]:
        wrong.append("what was drawn is of another promise, or not what it was settled by")
    state = tagged(
        "tiraj/sealed-draw/1", bytes.fromhex(told["promise"] + draw.seal.told["sealRoot"] + told["closingBlock"])
    )
    if draw.terms["hashes"] > MOST_HASHES:
        script = "sealed_draw.py {} {} {closingBlock} {} --supply {} --expect {outcome}".format(
            draw.bundle["promiseHash"], draw.seal.told["sealRoot"], draw.terms["hashes"], NUMBERS, **told
        )
        raise Open(NOT_TOLD, f"its hashes are too many for this script: {script}")
    for _ in range(draw.terms["hashes"]):
        state = hashlib.sha256(state).digest()
    if (state.hex(), chosen(state, NUMBERS)) != (told["lastState"], told["outcome"]):
        wrong.append(f"the draw gives {chosen(state, NUMBERS):03}")
    return wrong


def chosen(state: bytes, among: int) -> int:
    """The first number below `among` that favours none."""
    i = 0
    while True:
        value = int.from_bytes(hashlib.sha256(state + i.to_bytes(8, "big")).digest(), "big")
        if value < 2**256 - 2**256 % among:
            return value % among
        i += 1


def evidence_suffices(draw: Draw, asked: Asked) -> list[str]:
    """Each number that counted was read where, and as often as, the rule asks; or two people entered it."""
    if draw.terms["source"] != "official" or draw.is_cancelled:
        return []
    if not versions(draw):
        raise Open(NOT_YET, "it has no result yet")
    wrong: list[str] = []
    simulated: list[str] = []
    for told in versions(draw):
        evidence = told["evidence"]
        if told["how"] == "consensus":
            reads = [shaped(one, "read", "a read") for one in listed(evidence, "reads")]
            for one in reads:
                draw.leave("result.evidence.reads[].", one, "read")
            draw.left.update(f"result.evidence.{name}" for name in evidence if name != "reads")
            wrong += list(reads_differ(draw, told, reads))
            simulated += [one["host"] for one in reads if not one["host"].startswith("https://")]
        elif told["how"] in ("by_hand", "correction"):
            draw.left.update(f"result.evidence.{name}" for name in evidence)
            papers = evidence.get("papers")
            if not isinstance(papers, dict) or not papers or not all(map(KINDS["hash"], papers.values())):
                wrong.append("it was entered by hand without a paper that shows it")
        else:
            wrong.append("it counts by {}, which no rule knows".format(plain(told["how"])))
    if simulated and not wrong:
        raise Open(NOT_TOLD, f"it was read from {plain(simulated[0])}, which is no source: a demonstration")
    return wrong


def listed(record: Record, name: str) -> list[Any]:
    value = record.get(name)
    return value if isinstance(value, list) else []


def rule_of(draw: Draw) -> tuple[list[list[str]], int, dict[str, tuple[str, str, str]]]:
    """Of each group one source has to say it, in reads so far apart; and what each promised source is."""
    promised = draw.terms["sources"]
    shaped(promised, "rule", "the promised rule")
    sources = {}
    for one in promised["sources"]:
        if not isinstance(one, dict) or not all(
            KINDS["text"](one.get(n)) for n in ("name", "host", "parser", "origin")
        ):
            raise BadInput("a promised source is none")
        sources[one["name"]] = (one["host"], one["parser"], one["origin"])
    if (promised["lottery"], promised["confirmedBy"]) != (draw.terms["lottery"], "consensus"):
        raise Open(NOT_TOLD, "the promised rule lets no machine decide this lottery")
    needs = [[str(name) for name in group] for group in promised["needs"] if isinstance(group, list)]
    return needs, promised["readsApartSeconds"], sources


def reads_differ(draw: Draw, told: Record, reads: list[Record]) -> Iterator[str]:
    needs, apart, sources = rule_of(draw)
    if not needs:
        raise Open(NOT_TOLD, "the promise does not say by which rule sources are believed")
    is_real = all(one["host"].startswith("https://") for one in reads)
    by_source: dict[str, list[Record]] = {}
    for one in reads:
        by_source.setdefault(one["source"], []).append(one)
        if one["numbers"] != told["numbers"]:
            yield "{} was read to say {}".format(plain(one["source"]), plain(one["numbers"]))
        if not moment(draw.terms["drawsAt"]) <= moment(one["askedAt"]) <= moment(one["answeredAt"]):
            yield "{} was asked before the draw".format(plain(one["source"]))
        if moment(one["answeredAt"]) > moment(told["confirmedAt"]):
            yield "{} was read after it counted".format(plain(one["source"]))
        if is_real and sources and (one["host"], one["parser"], one["origin"]) != sources.get(one["source"]):
            yield "{} is not the source that was promised".format(plain(one["source"]))
    saying = {name for name, own in by_source.items() if spread(own) >= (apart * SECOND if is_real else 1)}
    for group in needs:
        if not set(group) & saying:
            yield "none of {} was read twice, {} seconds apart".format(", ".join(map(plain, group)), apart)
    wanted = {source[2] for source in sources.values()}
    for origin in sorted(wanted - {one["origin"] for one in reads}):
        yield f"nothing that {plain(origin)} says was read"


def spread(reads: list[Record]) -> int:
    """From the first read's end to the last one's begin."""
    return max(moment(one["askedAt"]) for one in reads) - min(moment(one["answeredAt"]) for one in reads)


def all_were_paid(draw: Draw, asked: Asked) -> list[str]:
    """Who won, and how much, comes out of the bets as it was settled."""
    told, wrong = draw.of("bet.resulted", "bet.corrected"), []
    if not told:
        return unsettled(draw)
    borne: set[tuple[int, int]] = set()
    live: set[tuple[int, int]] = set()
    for place, one in enumerate(told):
        said, before = one.told, told[place - 1].told if place else None
        if (one.kind == "bet.resulted") != (place == 0):
            wrong.append("it has a first result twice, or a correction of none")
        elif before is not None:
            wrong += list(correction_differs(draw, said, before))
            borne |= live if said["isBorne"] else set()
        live = won_by(draw, said["outcome"]) - borne
        lines = [draw.weighed.sales[number].lines[at] for number, at in live]
        right = {
            "promise": draw.bundle["promiseHash"],
            "currency": draw.terms["currency"],
            "winners": len(lines),
            "won": sum(pays(line, draw.terms["multiple"]) for line in lines),
            "staked": sum(sale.stake for sale in draw.weighed.counting()) if place == 0 else said.get("staked"),
        }
        wrong += [
            f"{name}: {plain(said.get(name))} was said, and here it is {value}"
            for name, value in right.items()
            if said.get(name) != value
        ]
    names = {"id": "settlement", "outcome": "outcome", "winners": "winners", "won": "won"}
    here = draw.bundle["settlement"]
    if here is None or any(here[own] != told[-1].told[name] for own, name in names.items()):
        wrong.append("the settlement in force is not the one that the log tells")
    if draw.bundle["state"] != "resulted":
        wrong.append("it is settled, and said to be {}".format(plain(draw.bundle["state"])))
    return wrong


def unsettled(draw: Draw) -> list[str]:
    """What is wrong with a draw of which the log tells no result."""
    if draw.bundle["settlement"] is not None or draw.bundle["state"] == "resulted":
        return ["the log does not tell what it came to"]
    if draw.is_cancelled:
        return []
    raise Open(NOT_YET, "it is not settled yet")


def won_by(draw: Draw, outcome: int) -> set[tuple[int, int]]:
    """The lines that win on a number, by their sale and place."""
    return {
        (sale.number, at)
        for sale in draw.weighed.counting()
        for at, line in enumerate(sale.lines)
        if outcome in wins_on(line) and pays(line, draw.terms["multiple"])
    }


def paid_lines(draw: Draw) -> set[tuple[int, int]]:
    """Those that won by the result in force, or by one before it that was final when it was corrected."""
    borne: set[tuple[int, int]] = set()
    live: set[tuple[int, int]] = set()
    for one in draw.of("bet.resulted", "bet.corrected"):
        borne |= live if one.told.get("isBorne") else set()
        live = won_by(draw, one.told["outcome"])
    return borne | live


def correction_differs(draw: Draw, said: Record, before: Record) -> Iterator[str]:
    """What the log says of the result before must be that; what was final by then is paid all the same."""
    if (said["was"], said["wasWon"]) != (before["outcome"], before["won"]):
        yield "a correction names another result before it"
    found = [one for one in versions(draw) if one["numbers"] == said["result"]]
    if found and said["isBorne"] != (moment(found[-1]["confirmedAt"]) >= moment(before["finalAt"])):
        yield "a correction was {}in time, and is not treated so".format("not " if not said["isBorne"] else "")


def stakes_went_back(draw: Draw, asked: Asked) -> list[str]:
    """What was given back was sold, and once; before the seal, or because the draw was not held, and then all of it."""
    weighed, wrong = draw.weighed, list(draw.weighed.wrong_back)
    places = [place for place, one in enumerate(draw.entries) if one.kind == "bet.cancelled"]
    cancelled = places[-1] if places else None
    seal = next((place for place, one in enumerate(draw.entries) if one.kind == "bet.sealed"), None)
    for number, place in weighed.back.items():
        if seal is not None and place > seal and (cancelled is None or place < cancelled):
            wrong.append(f"sale {number} went back after the seal")
    last = [one.kind for one in draw.entries if one.kind in ("bet.cancelled", "bet.reopened")][-1:]
    if draw.is_cancelled != (last == ["bet.cancelled"]):
        wrong.append("the log says otherwise whether it was cancelled")
    left = len(weighed.counting())
    if not wrong and draw.is_cancelled and left:
        raise Open(NOT_YET, f"{left} sales are still to go back")
    return wrong


def log_has_it(draw: Draw, asked: Asked) -> list[str]:
    """Promise, seal and result are in the log, under checkpoints that its key signed."""
    wrong, open_ = [], []  # type: list[str], list[str]
    for one in [*draw.entries, *draw.results, *draw.parts]:
        if one.proof is None:
            if one.sale is None and one.kind != "bet.refunded":
                open_.append(f"entry {one.number} ({one.kind}) has no proof yet")
            continue
        if one.text == "":
            continue  # a sale, which the seal's entry proves
        wrong += list(proof_differs(Shown(one.number, one.kind, leaf_hash(one.text), one.proof), draw, asked))
        draw.left.update(signatures_left(one.proof, [asked.key] if asked.key else [], asked.rotations))
    numbers = [one.number for one in draw.entries]
    if numbers != sorted(set(numbers)):
        wrong.append("the entries are not in the log's order")
    if not wrong and open_:
        raise Open(NOT_YET, open_[0])
    return wrong


def signatures_left(text: str, keys: Iterable[Key], rotations: Sequence[Rotation]) -> Iterator[str]:
    """Where a proof has lines that nobody looked at. What is malformed a claim says."""
    try:
        shown = read_proof(text).checkpoint
    except Malformed:
        return
    if has_others(shown.note, (key_at(one, rotations, shown.size) for one in keys)):
        yield "proof.signatures"
    if "\nextra " in text:
        yield "proof.extra"


def has_others(note: Note, keys: Iterable[Key]) -> bool:
    """Whether somebody signed it whose line nobody looks at."""
    lines = [(name, data[:4]) for name, data in note.signatures]
    return len(lines) > len({(key.name, key.id) for key in keys} & set(lines))


class Shown(NamedTuple):
    """An entry's hash, and what is to show that the log has it under its number."""

    number: int
    kind: str
    leaf: bytes
    proof: str


def proof_differs(one: Shown, draw: Draw, asked: Asked) -> Iterator[str]:
    try:
        proof = read_proof(one.proof)
        shown = proof.checkpoint
        if proof.entry != one.number:
            yield f"the proof of entry {one.number} is of another"
        if not is_included(proof.entry, one.leaf, proof.path, shown.size, shown.root):
            yield f"entry {one.number} ({plain(one.kind)}) is not in the log as it stands here"
        if draw.roots.setdefault(shown.size, shown.root) != shown.root:
            yield f"two checkpoints of {shown.size} entries differ: keep the file, the operator signed both"
        if asked.key is not None:
            key = key_at(asked.key, asked.rotations, shown.size)
            if shown.origin != key.name or signed_at(shown.note, key) is None:
                yield f"the checkpoint over entry {one.number} is not signed by the log that you know"
    except Malformed as error:
        yield f"entry {one.number}: {error}"


def receipt_is_in(draw: Draw, asked: Asked) -> list[str]:
    """Your ticket's entries about this draw are in the bundle as your receipt has them."""
    receipt, wrong, found, total = asked.receipt, [], 0, 0
    assert receipt is not None
    here = {sale.leaf.hex(): sale for sale in draw.weighed.sales.values()}
    back = {leaf_hash(one.text).hex() for one in draw.of("bet.refunded")}
    others = False
    for one in receipt["leaves"]:
        text = one.get("text")
        if text is None:
            raise Open(NOT_YET, "the receipt has no text of an entry: fetch it again")
        if leaf_hash(text).hex() != one["leaf"]:
            wrong.append("an entry of the receipt has another hash")
        told = parsed(text, "an entry of the receipt")
        if told.get("ticket") != receipt["ticket"] or told.get("type") != one["kind"]:
            wrong.append("an entry of the receipt is of another ticket")
        if told.get("type") == "bet.sold":
            sale = sale_of(shaped(told, "bet.sold", "the receipt's sale"), text, "the receipt's sale")
            total += sale.stake
            if told["currency"] != receipt["currency"] or told["game"] != receipt["game"]:
                wrong.append("an entry of the receipt is in another currency, or of another game")
            wrong += person_differs(told, one, asked)
        if told.get("subject") != draw.subject:
            others = True
        elif one["leaf"] in here or one["leaf"] in back:
            found += 1
        else:
            wrong.append("{} is in the receipt, and not in the bundle".format(plain(one["kind"])))
    if total != receipt["total"]:
        wrong.append(f"the receipt says {receipt['total']}, and its bets are {total} together")
    if others:
        draw.left.add("receipt.leaves[] of other draws")
    draw.left.update(receipt_left(receipt, asked))
    if not found and not wrong:
        wrong.append("the receipt is of no sale of this draw")
    return wrong


def receipt_left(receipt: Record, asked: Asked) -> Iterator[str]:
    """What of a receipt no claim reads."""
    yield "receipt.code"
    yield from (f"receipt.{name}" for name in strangers(receipt, "receipt"))
    for one in receipt["leaves"]:
        yield from (f"receipt.leaves[].{name}" for name in strangers(one, "leaf"))
        if one.get("salt") and not (asked.person and one["kind"] == "bet.sold"):
            yield "receipt.leaves[].salt"
        if one.get("number") is not None and one.get("proof") is None:
            yield "receipt.leaves[].number"


def person_differs(told: Record, leaf: Record, asked: Asked) -> list[str]:
    if not asked.person:
        return []
    if not leaf.get("salt"):
        raise Open(NOT_TOLD, "the receipt has no salt: fetch it where you are signed in")
    found = hashlib.sha256(bytes.fromhex(leaf["salt"]) + asked.person.encode()).hexdigest()
    return [] if found == told["person"] else ["an entry of the receipt names somebody else"]


NO_KEY = "without the log's key nothing that it signed is believed: --log-key"


def log_promised(draw: Draw, asked: Asked) -> list[str]:
    """The log promised each entry of your receipt, by its own signature."""
    assert asked.receipt is not None
    wrong = []
    for place, one in enumerate(asked.receipt["leaves"], 1):
        try:
            promised(one, draw, asked)
        except Malformed as error:
            wrong.append(f"the promise of entry {place} of the receipt: {error}")
    if not wrong and asked.key is None:
        raise Open(NOT_TOLD, NO_KEY)
    return wrong


def promised(leaf: Record, draw: Draw, asked: Asked) -> int:
    """Until when the log promised to have an entry. Raises Malformed."""
    note, keys = read_note(leaf["promise"]), keys_ever(asked.key, asked.rotations) if asked.key else set()
    lines = note.text.split("\n")
    if len(lines) != 6 or lines[0] != PROMISE or (asked.key is not None and lines[1] != asked.key.name):
        raise Malformed("it is no promise of this log")
    if lines[2] != base64.b64encode(bytes.fromhex(leaf["leaf"])).decode():
        raise Malformed("it is of another entry")
    if not re.match(r"[1-9][0-9]{0,11}\Z", lines[3], re.ASCII) or lines[4] != str(PROMISED):
        raise Malformed("it names no time, or another delay than a minute")
    if keys and [signed_at(note, key) for key in keys] == [None] * len(keys):  # each line is looked at
        raise Malformed("it is not signed by the log that you know")
    if has_others(note, keys):
        draw.left.add("receipt.leaves[].promise.signatures")
    return int(lines[3]) + PROMISED


def log_kept_it(draw: Draw, asked: Asked) -> list[str]:
    """Each entry of your receipt is in the log, as soon as it was promised, under a checkpoint that its key signed."""
    assert asked.receipt is not None
    wrong, open_, now = [], [], int(time.time())  # type: list[str], list[Open], int
    for place, one in enumerate(asked.receipt["leaves"], 1):
        try:
            deadline: int | None = promised(one, draw, asked)
        except Malformed:
            deadline = None  # as the claim before says
        if deadline is not None and deadline - PROMISED > now + CLOCKS:
            wrong.append(f"the promise of entry {place} of the receipt is dated {clock(deadline - PROMISED)}, to come")
        if one.get("proof") is None:
            open_.append(unproven(place, deadline, now))
            continue
        wrong += list(kept_differs(one, deadline, draw, asked))
        draw.left.update(signatures_left(one["proof"], [asked.key] if asked.key else [], asked.rotations))
    if not wrong and open_:
        raise open_[0]
    if not wrong and asked.key is None:
        raise Open(NOT_TOLD, NO_KEY)
    return wrong


def unproven(place: int, deadline: int | None, now: int) -> Open:
    if deadline is not None and now <= deadline:
        return Open(NOT_YET, f"entry {place} of the receipt is promised by {clock(deadline)}")
    return Open(NOT_TOLD, f"entry {place} of the receipt has no proof: fetch the receipt again")


def kept_differs(leaf: Record, deadline: int | None, draw: Draw, asked: Asked) -> Iterator[str]:
    """What is wrong with the proof of a receipt's entry, or with its time."""
    try:
        proof = read_proof(leaf["proof"])
    except Malformed as error:
        yield f"the proof of an entry of the receipt: {error}"
        return
    number, signed = proof.entry if leaf.get("number") is None else leaf["number"], proof.checkpoint.time
    yield from proof_differs(Shown(number, leaf["kind"], bytes.fromhex(leaf["leaf"]), leaf["proof"]), draw, asked)
    if deadline is None:
        return
    if signed > deadline:
        yield f"entry {number} was promised by {clock(deadline)}, and the log signed it first at {clock(signed)}"
    if signed < deadline - PROMISED - CLOCKS:
        yield f"entry {number} was in the log at {clock(signed)}, before its promise of {clock(deadline - PROMISED)}"


def clock(seconds: int) -> str:
    """As a clock in Greenwich says it."""
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    except (ValueError, OverflowError, OSError):
        return str(seconds)


CLAIMS = {
    "promise": promise_stands,
    "times": times_are_right,
    "sales": sales_are_chained,
    "cut-off": sold_in_time,
    "odds": odds_follow,
    "refunds": stakes_went_back,
    "worst-case": worst_is_told,
    "seal": seal_covers,
    "witnesses": seal_was_witnessed,
    "result": number_counts,
    "evidence": evidence_suffices,
    "settlement": all_were_paid,
    "log": log_has_it,
}
RECEIPT_CLAIMS = {"receipt": receipt_is_in, "promised": log_promised, "logged": log_kept_it}


def judge(draw: Draw, asked: Asked) -> list[Record]:
    claims: dict[str, Callable[[Draw, Asked], list[str]]] = dict(CLAIMS)
    if asked.receipt is not None:
        claims.update(RECEIPT_CLAIMS)
    results = []
    for name, claim in claims.items():
        try:
            wrong = claim(draw, asked)
            verdict = FAILS if wrong else HOLDS
        except Open as error:
            verdict, wrong = error.verdict, [str(error)]
        except Malformed as error:
            verdict, wrong = FAILS, [str(error)]
        statement = (claim.__doc__ or "").strip()
        results.append({"claim": name, "verdict": verdict, "statement": statement, "details": wrong})
    return results


# What it came to, in words

UNTOLD = {
    "--log-key": "whose log it is: without its key (--log-key), whoever made this file may have made all of it",
    "--expect-promise": "that the promise is the one that you were shown: --expect-promise",
    "--expect-number": "that the number is the one that the lottery tells: --expect-number",
}
LEFT = {
    r"entries\[\]\.number|results\[\]\.number": (
        "Where sales and refunds stand in the log. The chain fixes the order of sales, and the seal's entry the chain."
    ),
    r"proof\.(?:signatures|extra)|receipt\.leaves\[\]\.promise\.signatures": (
        "Signatures below checkpoints and promises of the log by whom you name nobody, and notes there. Name the log "
        "by --log-key."
    ),
    r"bet\.sold\.person": "Who bought a ticket: a hash that only its holder can tell (--receipt, --person).",
    r"bet\.sealed\.reservations": "What became of tickets that were not paid when the draw was sealed.",
    r"bet\.drawn\.closingBlock": (
        "That the closing block is the first one whose median time is not before the draw: any explorer tells."
    ),
    r"bet\.drawn\.checkpointsRoot": "The root over the draw's checkpoints: sealed_draw.py makes it again.",
    r"bet\.witnessed\.cosigned": "Which cosignatures the operator's log notes. They are looked at themselves.",
    r".*\.(?:because|reason)": "Why something was cancelled or given back.",
    r"promise\..*": "What of the promise no claim reads.",
    r"result\.evidence\..*": "What evidence names and nothing here shows: the pages and papers themselves.",
    r"bet\.corrected\.takenBack": "How much of what was paid by another number came back.",
    r"result\..*": "What else is said of the result.",
    r"receipt\.leaves\[\] of other draws": (
        "Whether the receipt's entries of other draws are in those: give this script their bundles with the same "
        "receipt. Their promises and proofs were looked at."
    ),
    r"receipt\.code": (
        "The ticket's code: nothing that the log has, or its key signed, names it, so a file with another code passes "
        "here. Compare it with your ticket: SITE/api/bet-draws/tickets/CODE has the same entries."
    ),
    r"receipt\.leaves\[\]\.salt": (
        "The salts of the receipt's entries, which show with your account whose they are: --person."
    ),
    r"receipt\.leaves\[\]\.number": "Where the receipt says that an entry without proof stands in the log.",
}
UNKNOWN = "What the format of bundles does not know, and nobody reads."
NEVER = (
    "that the bankroll had what the worst case would have cost: the ledger's entries are in the log, and flask audit's",
    "that winners' wallets have what they won: each sees their own",
)


def left_in_words(paths: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Sentences about what nobody looked at, each with its paths."""
    found: dict[str, list[str]] = {}
    for path in paths:
        words = (LEFT[pattern] for pattern in LEFT if re.match(f"(?:{pattern})\\Z", path))
        found.setdefault(next(words, UNKNOWN), []).append(path)
    return list(found.items())


def summary(draw: Draw, results: list[Record], asked: Asked) -> Record:
    failing = [one["claim"] for one in results if one["verdict"] == FAILS]
    unfinished = [
        "{claim}: {0}".format(one["details"][0], **one) for one in results if one["verdict"] in (NOT_YET, NOT_TOLD)
    ]
    status = 1 if failing else 3 if unfinished else 0
    given = {"--log-key": asked.key, "--expect-promise": asked.promise, "--expect-number": asked.number}
    is_drawn = bool(draw.of("bet.resulted"))
    left = [words for name, words in UNTOLD.items() if given[name] is None and (is_drawn or name != "--expect-number")]
    return {
        "game": GAME,
        "draw": draw.bundle["name"],
        "status": status,
        "says": SAYS_IN_PART if status == 0 and (draw.left or left) else SAYS[status],
        "failing": failing,
        "unfinished": unfinished,
        "notTold": left,
        "notLookedAt": sorted(draw.left),
        "neverShown": list(NEVER),
        "promiseHash": draw.bundle["promiseHash"],
        "sealRoot": draw.seal.told["sealRoot"] if draw.seal else None,
        "card": on_card(draw, asked.receipt) if asked.receipt is not None else None,
        **came_to(draw),
    }


def on_card(draw: Draw, receipt: Record) -> Record:
    """What a receipt's ticket has bet on the draw, line by line, and what became of each by the draw's result."""
    here, paid, lines = {sale.leaf for sale in draw.weighed.sales.values()}, paid_lines(draw), []
    for one in receipt["leaves"]:
        told = parsed(one["text"], "an entry of the receipt") if one.get("text") else {}
        if told.get("subject") != draw.subject or told.get("type") != "bet.sold":
            continue
        sale = sale_of(shaped(told, "bet.sold", "the receipt's sale"), one["text"], "the receipt's sale")
        for at, line in enumerate(sale.lines):
            has_won = sale.leaf in here and (sale.number, at) in paid
            lines.append(
                {
                    "number": line.number,
                    "kind": line.kind,
                    "stake": line.stake,
                    "odds": list(line.odds),
                    "became": "won" if has_won else became(draw, sale, is_here=sale.leaf in here),
                    "won": pays(line, draw.terms["multiple"]) if has_won else None,
                }
            )
    return {"code": receipt["code"], "lines": lines}


def became(draw: Draw, sale: Sale, *, is_here: bool) -> str:
    """What became of bets that did not win."""
    if not is_here:
        return "missing"
    if sale.number in draw.weighed.back:
        return "returned"
    if draw.is_cancelled:
        return "cancelled"
    return "lost" if draw.of("bet.resulted") else "waiting"


def came_to(draw: Draw) -> Record:
    """What was sold, drawn and won, and what it could have cost; amounts in the currency's minor unit."""
    weighed, told = draw.weighed, draw.of("bet.resulted", "bet.corrected")
    counting, last = weighed.counting(), told[-1].told if told else None
    won = won_by(draw, last["outcome"]) if last else set()
    return {
        "currency": draw.terms["currency"],
        "sales": len(weighed.sales),
        "wentBack": len(weighed.back),
        "bets": sum(len(sale.lines) for sale in counting),
        "staked": sum(sale.stake for sale in counting),
        "worst": max(weighed.costs),
        "worstNumber": f"{weighed.costs.index(max(weighed.costs)):03}",
        "worstEver": weighed.peak,
        "worstEverNumber": f"{weighed.at_peak:03}",
        "number": last["result"] if last else None,
        "how": versions(draw)[-1]["how"] if versions(draw) else None,
        "wonBets": len(won) if last else None,
        "won": sum(pays(weighed.sales[number].lines[at], draw.terms["multiple"]) for number, at in won)
        if last
        else None,
    }


def plain(text: object) -> str:
    """Without what would move the cursor or turn the line round: a terminal obeys its file."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in str(text))


def money(amount: int, currency: str) -> str:
    return f"{amount // 100:,}.{amount % 100:02} {plain(currency)}"


BECAME = {
    "lost": "lost",
    "waiting": "waits for the draw",
    "returned": "went back",
    "cancelled": "the draw is not held, the stake goes back",
    "missing": "is not in this draw",
}


def card_in_words(told: Record) -> Iterator[str]:
    currency, lines = told["currency"], told["card"]["lines"]
    staked = money(sum(one["stake"] for one in lines), currency)
    yield "On the card {} for this draw: {} bets, {} together.".format(plain(told["card"]["code"]), len(lines), staked)
    for one in lines:
        end = "won {}".format(money(one["won"], currency)) if one["became"] == "won" else BECAME[one["became"]]
        bet, stake = "{} {}".format(plain(one["number"]), plain(one["kind"])), money(one["stake"], currency)
        yield "  {}, {} at {} / {}: {}.".format(bet, stake, *one["odds"], end)


def in_words(told: Record) -> Iterator[str]:
    currency = told["currency"]
    if told["card"] is not None:
        yield from card_in_words(told)
    if told["number"] is None:
        yield "Nothing was drawn{}.".format(" yet" if told["unfinished"] else "")
    else:
        yield "Drawn: {}{}.".format(
            plain(told["number"]),
            {
                "consensus": ", as sources said it",
                "by_hand": ", as two people entered it",
                "correction": ", as two people corrected it",
            }.get(told["how"] or "", ""),
        )
    yield "Sold: {} bets on {} tickets, {} together; {} tickets went back.".format(
        told["bets"], told["sales"] - told["wentBack"], money(told["staked"], currency), told["wentBack"]
    )
    if told["number"] is not None:
        yield "Won: {} bets, {} together.".format(told["wonBets"], money(told["won"], currency))
    yield "At worst it would have cost {} (number {}); at any time before, {} (number {}).".format(
        money(told["worst"], currency), told["worstNumber"], money(told["worstEver"], currency), told["worstEverNumber"]
    )


def print_result(results: list[Record], told: Record) -> None:
    for one in sorted(results, key=lambda one: one["verdict"] != FAILS):  # what does not hold stands first
        print("{verdict:13}  {claim:12}  {statement}".format(**one))
        for detail in one["details"][:10]:
            print(" " * 29 + plain(detail))
        if len(one["details"]) > 10:
            print(" " * 29 + "and {} more".format(len(one["details"]) - 10))
    print()
    for line in in_words(told):
        print(line + (" (So says the file, in which something does not hold.)" if told["failing"] else ""))
    print("Draw {}, {} claims: {}.".format(plain(told["draw"]), len(results), told["says"]))
    for title, lines in (("Does not hold", told["failing"]), ("Not finished", told["unfinished"])):
        for line in lines:
            print(f"{title}: {plain(line)}")
    for line in told["notTold"]:
        print(f"Not asked: {line}")
    for sentence, paths in left_in_words(told["notLookedAt"]):
        print("Not looked at: {} ({})".format(sentence, plain(", ".join(paths))))
    for line in told["neverShown"]:
        print(f"No bundle shows {line}.")
    print("Compare with what you know from elsewhere:")
    print("  {:14} {}".format("promise", told["promiseHash"]))
    print("  {:14} {}".format("seal", told["sealRoot"] or "none"))


# The command


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


def read_bundle(text: str) -> Record:
    data = loaded(text, "this")
    other = kind_of(data)
    if isinstance(data, dict) and "betBundleVersion" in data:
        return shaped(data, "bundle", "the bundle")
    raise BadInput("this is no bundle of a draw" + (f". It is {other}" if other else ""))


def read_receipt(text: str) -> Record:
    data = loaded(text, "--receipt: this")
    if not isinstance(data, dict) or not {"ticket", "leaves"} <= set(data):
        other = kind_of(data)
        raise BadInput("--receipt: this is no ticket's receipt" + (f". It is {other}" if other else ""))
    shaped(data, "receipt", "the receipt")
    for one in data["leaves"]:
        shaped(one, "leaf", "an entry of the receipt")
    return data


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with how it was called."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"verify_swertres: {message}; --help says how it is called\n")


def matching(pattern: str, what: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not re.match(pattern + r"\Z", text.lower(), re.ASCII):
            raise argparse.ArgumentTypeError(f"expected {what}")
        return text.lower()

    return parse


def options_from(arguments: list[str] | None) -> argparse.Namespace:
    parser = Parser(
        description=(__doc__ or "").split("\n\n")[0],
        epilog="Exit status: 0 all that was looked at holds; 1 something does not hold; 2 unusable input; 3 nothing is "
        "wrong, but not everything could be checked.",
    )
    hash_ = matching("[0-9a-f]{64}", "64 hexadecimal digits")
    parser.add_argument("bundle", metavar="BUNDLE", help="the proof bundle of a draw, or - for standard input")
    parser.add_argument("--log-key", metavar="VKEY", help="the log's verifier key")
    parser.add_argument("--keys", metavar="FILE", help="LOG/keys, saved: which key of the log followed which")
    parser.add_argument("--expect-promise", metavar="HASH", type=hash_, help="the promise's hash, from before")
    parser.add_argument(
        "--expect-number", metavar="NUMBER", type=matching("[0-9]{3}", "three digits"), help="what was drawn"
    )
    parser.add_argument("--receipt", metavar="FILE", help="a ticket's receipt, or its PDF: is it in?")
    parser.add_argument("--person", metavar="ID", help="your account, to see that the receipt is yours")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = options_from(arguments)
    try:
        asked = Asked(options)
        draw = Draw(read_bundle(read_file(options.bundle)))
        results = judge(draw, asked)
    except BadInput as error:
        print(f"verify_swertres: {plain(error)}", file=sys.stderr)
        return 2
    told = summary(draw, results, asked)
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    if options.json:
        print(json.dumps(dict(told, claims=results), indent=2))
    else:
        print_result(results, told)
    return int(told["status"])


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
