#!/usr/bin/env python3
"""Sign a payout, offline: show where the money goes, ask, and write the signed PSBT.

    sign_payout.py PSBT --key FILE [--out FILE] [--force] [--network NAME] [--max-fee SATS] [--change-range N]
                   [--passphrase] [--yes]

PSBT is a file or - for standard input: binary, base64 in any wrapping, hexadecimal, or a wallet's answer in JSON. FILE
holds one line: the account's private key with its origin, `[fingerprint/path]xprv...`, or a master key `xprv...`
(`tprv...` off the main network), or the words of a BIP 39 seed; --passphrase asks for theirs. Each coin is signed only
if its address follows from this key and from what the PSBT says it commits to.

Addresses are shown as those of the network that the PSBT names, or of --network. Either must be one whose coins the
paths of its keys are for: 86'/0' for the main network, 86'/1' for all others. --out is not overwritten without --force.

An output of no sats with 32 bytes of data pays nobody: it is the root of the house's public log, and the small coin
that comes back beside it is what the next such transaction spends. Whether it is the right root costs you nothing.

An output comes back only if it follows from this key at a place where the house looks for its money: the account of the
coins, branch 0, and a number up to --change-range (100,000 unless told). One that is said to be this key's and lies
elsewhere, or is another script, is no reason to go on: nothing is signed then.

A fee above the cap that the PSBT carries, above 1,000 sats per virtual byte, or above a tenth of what is paid (of all
that is gathered, where nobody is paid) is signed only with --max-fee, which is the most that you agree to.

The whole PSBT is signed or nothing. What cannot be seen here: whether these are the right recipients. Compare the
amounts and addresses with what you meant to pay. Whoever wrote the PSBT may say of a coin that it is worth less than
it is, but then the signature is worth nothing.

This file needs Python 3.8 or newer and nothing else: no package, no network. Its arithmetic takes as long as the
numbers make it, so run it on a machine that nobody else measures.
Exit status: 0 signed, 1 not agreed to, 2 unusable input.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import codecs
import getpass
import hashlib
import hmac
import json
import os
import re
import struct
import sys
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

if TYPE_CHECKING:
    Point = tuple[int, int] | None

# secp256k1: y^2 = x^3 + 7 modulo FIELD; the point G generates a group of ORDER points.
FIELD = 2**256 - 2**32 - 977
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
HARDENED = 0x80000000
PRIVATE_VERSIONS = {bytes.fromhex("0488ade4"): "main", bytes.fromhex("04358394"): "test"}
PREFIXES = {
    "main": ("bc", 0x00, 0x05),
    "test": ("tb", 0x6F, 0xC4),
    "testnet4": ("tb", 0x6F, 0xC4),
    "signet": ("tb", 0x6F, 0xC4),
    "regtest": ("bcrt", 0x6F, 0xC4),
}
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
MAGIC = b"psbt\xff"
MAX_BYTES = 4_000_000
MAX_SATS = 2_100_000_000_000_000
LONGEST_PATH = 16

CHANGE_BRANCH = 0  # below the account: the reserve's addresses, where the house looks for what comes back
CHANGE_RANGE = 100_000
HIGHEST_RATE = 1_000  # sats per virtual byte, without --max-fee
FEE_CAP_KEY, NETWORK_KEY = b"\xfc\x05tiraj\x00", b"\xfc\x05tiraj\x01"


class Unusable(Exception):
    """The input cannot be signed. The message says why and holds no secret."""


# The curve, in Jacobian coordinates


def multiply(number: int, point: tuple[int, int] = G) -> Point:
    """number times point."""
    result, addend = (0, 1, 0), (point[0], point[1], 1)
    while number:
        if number & 1:
            result = _add(result, addend)
        addend = _double(addend)
        number >>= 1
    return _affine(result)


def _affine(point: tuple[int, int, int]) -> Point:
    x, y, z = point
    if z == 0:
        return None
    inverse = pow(z, FIELD - 2, FIELD)
    return x * inverse * inverse % FIELD, y * inverse * inverse * inverse % FIELD


def _double(point: tuple[int, int, int]) -> tuple[int, int, int]:
    x, y, z = point
    if z == 0:
        return point
    square = y * y % FIELD
    s, m = 4 * x * square % FIELD, 3 * x * x % FIELD
    new_x = (m * m - 2 * s) % FIELD
    return new_x, (m * (s - new_x) - 8 * square * square) % FIELD, 2 * y * z % FIELD


def _add(left: tuple[int, int, int], right: tuple[int, int, int]) -> tuple[int, int, int]:
    if left[2] == 0:
        return right
    if right[2] == 0:
        return left
    zz1, zz2 = left[2] * left[2] % FIELD, right[2] * right[2] % FIELD
    u1, u2 = left[0] * zz2 % FIELD, right[0] * zz1 % FIELD
    s1, s2 = left[1] * zz2 * right[2] % FIELD, right[1] * zz1 * left[2] % FIELD
    if u1 == u2:
        return _double(left) if s1 == s2 else (0, 1, 0)
    h, r = (u2 - u1) % FIELD, (s2 - s1) % FIELD
    hh = h * h % FIELD
    hhh, v = h * hh % FIELD, u1 * hh % FIELD
    x = (r * r - hhh - 2 * v) % FIELD
    return x, (r * (v - x) - s1 * hhh) % FIELD, h * left[2] * right[2] % FIELD


def add_points(left: Point, right: Point) -> Point:
    """The sum of two points; None stands for infinity."""
    if left is None or right is None:
        return right if left is None else left
    return _affine(_add((left[0], left[1], 1), (right[0], right[1], 1)))


def lift_x(x: int) -> tuple[int, int]:
    """The point with an even y, as BIP 340 reads a key of 32 bytes."""
    square = (pow(x, 3, FIELD) + 7) % FIELD
    y = pow(square, (FIELD + 1) // 4, FIELD)
    if x >= FIELD or y * y % FIELD != square:
        raise Unusable("a key is no point on the curve")
    return x, y if y % 2 == 0 else FIELD - y


def number_of(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def bytes_of(number: int) -> bytes:
    return number.to_bytes(32, "big")


def tagged_hash(tag: str, message: bytes) -> bytes:
    """BIP 340's hash under a tag."""
    prefix = hashlib.sha256(tag.encode()).digest()
    return hashlib.sha256(prefix + prefix + message).digest()


def public_point(secret: int) -> tuple[int, int]:
    point = multiply(secret)
    if point is None:
        raise Unusable("a private key is zero")
    return point


def schnorr_sign(message: bytes, secret: int, extra: bytes) -> bytes:
    """BIP 340's signature, checked before it is given away."""
    point = public_point(secret)
    key = secret if point[1] % 2 == 0 else ORDER - secret
    mask = bytes(a ^ b for a, b in zip(bytes_of(key), tagged_hash("BIP0340/aux", extra)))  # noqa: B905
    nonce = number_of(tagged_hash("BIP0340/nonce", mask + bytes_of(point[0]) + message)) % ORDER
    if nonce == 0:
        raise Unusable("no nonce; try again")
    commitment = public_point(nonce)
    nonce = nonce if commitment[1] % 2 == 0 else ORDER - nonce
    challenge = _challenge(commitment[0], point[0], message)
    signature = bytes_of(commitment[0]) + bytes_of((nonce + challenge * key) % ORDER)
    if not schnorr_verify(message, bytes_of(point[0]), signature):
        raise Unusable("a signature came out wrong: this machine miscalculates")
    return signature


def schnorr_verify(message: bytes, key: bytes, signature: bytes) -> bool:
    """Whether a signature is valid (BIP 340)."""
    r, s = number_of(signature[:32]), number_of(signature[32:])
    if r >= FIELD or s >= ORDER or len(signature) != 64:
        return False
    try:
        point = lift_x(number_of(key))
    except Unusable:
        return False
    found = add_points(multiply(s), multiply(ORDER - _challenge(r, point[0], message), point))
    return found is not None and found[1] % 2 == 0 and found[0] == r


def _challenge(r: int, key: int, message: bytes) -> int:
    return number_of(tagged_hash("BIP0340/challenge", bytes_of(r) + bytes_of(key) + message)) % ORDER


# Keys


class Node(NamedTuple):
    """A private key that further keys are derived from (BIP 32)."""

    secret: int
    chain_code: bytes

    @property
    def public(self) -> bytes:
        point = public_point(self.secret)
        return bytes([2 + point[1] % 2]) + bytes_of(point[0])

    @property
    def fingerprint(self) -> bytes:
        return hash160(self.public)[:4]

    def child(self, index: int) -> Node:
        data = b"\x00" + bytes_of(self.secret) if index >= HARDENED else self.public
        digest = hmac.new(self.chain_code, data + struct.pack(">I", index), hashlib.sha512).digest()
        secret = (number_of(digest[:32]) + self.secret) % ORDER
        if number_of(digest[:32]) >= ORDER or secret == 0:
            raise Unusable("there is no such key")
        return Node(secret, digest[32:])


def hash160(data: bytes) -> bytes:
    digest = hashlib.sha256(data).digest()
    try:
        return hashlib.new("ripemd160", digest).digest()
    except ValueError:
        raise Unusable("this Python has no RIPEMD-160; enable OpenSSL's legacy provider") from None


class Signer:
    """The key of the file: where it stands, and every key below it, each derived once."""

    def __init__(self, fingerprint: bytes, path: tuple[int, ...], node: Node, network: str) -> None:
        self.fingerprint, self.path, self.network = fingerprint, path, network
        self._nodes: dict[tuple[int, ...], Node] = {path: node}

    def secret_at(self, fingerprint: bytes, path: tuple[int, ...]) -> int | None:
        """The private key at a path from the master key, or None if it is not below this one."""
        if fingerprint != self.fingerprint or path[: len(self.path)] != self.path:
            return None
        return self._node(path).secret

    def _node(self, path: tuple[int, ...]) -> Node:
        if path not in self._nodes:
            self._nodes[path] = self._node(path[:-1]).child(path[-1])
        return self._nodes[path]


def read_key(text: str, passphrase: str = "") -> Signer:
    """The signer of a key file's one line."""
    line = " ".join(text.split())
    match = re.fullmatch(r"(?:\[([0-9a-fA-F]{8})((?:/[0-9]+[h'H]?)*)\])?([xt]prv[1-9A-HJ-NP-Za-km-z]{100,110})", line)
    if match:
        return _extended(match[1], match[2], match[3])
    words = unicodedata.normalize("NFKD", line)
    if len(words.split(" ")) not in (12, 15, 18, 21, 24):
        raise Unusable("the key file holds neither a private key nor 12 to 24 words")
    salt = unicodedata.normalize("NFKD", "mnemonic" + passphrase).encode()
    seed = hashlib.pbkdf2_hmac("sha512", words.encode(), salt, 2048)
    digest = hmac.new(b"Bitcoin seed", seed, hashlib.sha512).digest()
    node = Node(number_of(digest[:32]), digest[32:])
    return Signer(node.fingerprint, (), node, "")


def _extended(fingerprint: str | None, path: str | None, key: str) -> Signer:
    payload = base58_check(key)
    network = PRIVATE_VERSIONS.get(payload[:4], "")
    if len(payload) != 78 or not network or payload[45] != 0:
        raise Unusable("the key is not an extended private key")
    node = Node(number_of(payload[46:]), payload[13:45])
    if not 0 < node.secret < ORDER:
        raise Unusable("the key is not an extended private key")
    if fingerprint is None:
        if payload[4] != 0:
            raise Unusable("a key below the master key needs its origin: [fingerprint/path]xprv...")
        return Signer(node.fingerprint, (), node, network)
    names = (path or "").split("/")[1:]
    steps = tuple(int(name.rstrip("hH'")) + (HARDENED if name[-1] in "hH'" else 0) for name in names)
    if len(steps) != payload[4]:
        raise Unusable("the origin's path does not belong to the key")
    return Signer(bytes.fromhex(fingerprint), steps, node, network)


def base58_check(text: str) -> bytes:
    number = 0
    for character in text:
        number = number * 58 + BASE58.index(character)
    raw = number.to_bytes(82, "big") if number < 256**82 else b""
    if hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] != raw[-4:]:
        raise Unusable("the key's checksum is wrong: a typing error?")
    return raw[:-4]


# What is handed over, down to its bytes; the server's app/money/payouts/signed/pasted.py does the same

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\0"))
QUOTES = "\"'`\u00b4\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb\u2039\u203a,;"
FILES = (
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"SQLite format 3", "a database, perhaps a wallet"),
)
TEXTS = (
    (r"\[?[^\]]*\]?[a-zA-Z]prv[1-9A-HJ-NP-Za-km-z]{20}.*", "a private key, which belongs nowhere but with the signer"),
    (r"\w+\(.*[a-zA-Z]prv[1-9A-HJ-NP-Za-km-z]{20}.*", "a private key, which belongs nowhere but with the signer"),
    (r"[a-z]{3,8}( [a-z]{3,8}){11,23}", "the words of a seed, which belong nowhere but with the signer"),
    (r"\[?[^\]]*\]?[a-zA-Z]pub[1-9A-HJ-NP-Za-km-z]{20}.*", "an account's public key"),
    (r"(tr|pkh|wpkh|sh|wsh|multi|addr|raw|combo|rawtr)\(.*", "a descriptor"),
    (r"(?i)(bc|tb|bcrt)1[0-9a-z]{8,90}", "an address"),
    (r"(?i)bitcoin:.*", "a payment link"),
    (r"(?i)ur:.*", "the text of a moving QR code (UR): export the PSBT as base64 or as a file"),
    (r"B\$.*", "the text of a moving QR code (BBQr): export the PSBT as base64 or as a file"),
    (r"<.*", "a web page"),
    (r"-----BEGIN.*", "a PEM file"),
    (r"[0-9a-fA-F]{64}", "the id of a transaction"),
    (r"[\[{].*", "JSON without a PSBT in it"),
)


def unwrapped(raw: bytes) -> bytes:
    """The PSBT inside a file, or Unusable with what the file looks like."""
    if len(raw) > MAX_BYTES:
        raise Unusable("the file is too large for a PSBT")
    if not raw.startswith(MAGIC) and not may_be_a_transaction(raw):
        kind, text = file_kind(raw), text_of(raw)
        if kind or text is None:
            raise Unusable("this looks like " + (kind or "a file of another kind"))
        raw = decoded(inside(text.translate(INVISIBLE).strip()))
    if not raw.startswith(MAGIC):
        raise Unusable("this looks like a transaction, not a PSBT")
    return raw


def text_of(raw: bytes) -> str | None:
    """The text of a file, whichever system saved it; None if it is none."""
    encoding = next((name for mark, name in MARKS if raw.startswith(mark)), None)
    if encoding is None and b"\0" in raw[:64]:
        encoding = "utf-16-le" if not any(raw[1:64:2]) else "utf-16-be" if not any(raw[0:64:2]) else "ascii"
    try:
        return raw.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        return None


def inside(text: str) -> str:
    """What a wallet's answer in JSON, whole or a part of it, says its PSBT is."""
    if text[:1] in ("{", "[", '"'):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        while isinstance(found, dict):
            found = next((found[name] for name in ("psbt", "hex", "result") if found.get(name)), None)
        if isinstance(found, str):
            return found.strip()
    part = re.search(r'"(?:psbt|hex)"\s*:\s*"([^"]+)"', text)
    return part[1].replace("\\/", "/") if part else text


def decoded(text: str) -> bytes:
    packed = "".join(text.split()).strip(QUOTES)
    if not packed:
        raise Unusable("there is nothing in it")
    raw = bytes_of_text(packed)
    if raw is not None and (raw.startswith(MAGIC) or may_be_a_transaction(raw)):
        return raw
    if packed.startswith("cHNidP8") and raw is None:
        raise Unusable("this looks like the base64 of a PSBT that is cut off or damaged")
    looks = next((name for form, name in TEXTS if re.fullmatch(form, " ".join(text.split()), re.DOTALL)), None)
    looks = looks or (file_kind(raw) if raw else None)
    raise Unusable("this looks like " + looks if looks else "this is neither base64 nor hexadecimal of a PSBT")


def bytes_of_text(packed: str) -> bytes | None:
    """Hexadecimal, or base64 of either alphabet with or without padding."""
    if re.fullmatch(r"([0-9a-fA-F]{2})+", packed):
        return bytes.fromhex(packed)
    bare = packed.rstrip("=").translate({ord("-"): "+", ord("_"): "/"})
    if len(packed) - len(bare) > 2 or not re.fullmatch(r"[A-Za-z0-9+/]+", bare):
        return None
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except binascii.Error:
        return None


def may_be_a_transaction(raw: bytes) -> bool:
    return len(raw) > 60 and raw[1:4] == bytes(3) and 1 <= raw[0] <= 3


def file_kind(raw: bytes) -> str | None:
    return next((name for begin, name in FILES if raw.startswith(begin)), None)


# The PSBT


class Reader:
    """Takes bytes in order and never more than there are."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    @property
    def left(self) -> int:
        return len(self.raw) - self.at

    def take(self, count: int) -> bytes:
        found = self.raw[self.at : self.at + count]
        if len(found) != count:
            raise Unusable("the PSBT is cut off")
        self.at += count
        return found

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "little")

    def size(self) -> int:
        first = self.number(1)
        if first < 0xFD:
            return first
        width = {0xFD: 2, 0xFE: 4, 0xFF: 8}[first]
        found = self.number(width)
        if found < (0xFD if width == 2 else 1 << (width * 4)):
            raise Unusable("a length in the PSBT is written too long")
        return found

    def count(self, least_bytes: int) -> int:
        """A number of things that take at least so many bytes each: no more than can follow."""
        found = self.size()
        if found * least_bytes > self.left:
            raise Unusable("a count in the PSBT is wrong")
        return found

    def sized(self) -> bytes:
        return self.take(self.size())

    def map(self) -> dict[bytes, bytes]:
        entries: dict[bytes, bytes] = {}
        while True:
            key = self.sized()
            if not key:
                return entries
            if key in entries:
                raise Unusable("a field comes twice in the PSBT")
            entries[key] = self.sized()

    def end(self) -> None:
        if self.left:
            raise Unusable("there is more in the PSBT than there should be")


def size_of(number: int) -> bytes:
    if number < 0xFD:
        return bytes([number])
    return b"\xfd" + struct.pack("<H", number) if number <= 0xFFFF else b"\xfe" + struct.pack("<I", number)


def sized(value: bytes) -> bytes:
    return size_of(len(value)) + value


class Put(NamedTuple):
    outpoint: bytes
    sequence: bytes


class Out(NamedTuple):
    sats: int
    script: bytes

    @property
    def raw(self) -> bytes:
        return struct.pack("<q", self.sats) + sized(self.script)


# By field: how many bytes of key it may have beside its type (BIP 174, BIP 371). Those of version 2 have no place here.
POINT = (33, 65)
GLOBAL_KEYS: dict[int, tuple[int, ...]] = {0x00: (0,), 0x01: (78,), 0xFB: (0,), **dict.fromkeys(range(0x02, 0x07), ())}
INPUT_KEYS: dict[int, tuple[int, ...]] = {
    0x00: (0,),
    0x01: (0,),
    0x02: POINT,
    0x03: (0,),
    0x04: (0,),
    0x05: (0,),
    0x06: POINT,
    0x07: (0,),
    0x08: (0,),
    0x09: (0,),
    0x0A: (20,),
    0x0B: (32,),
    0x0C: (20,),
    0x0D: (32,),
    **dict.fromkeys(range(0x0E, 0x13), ()),
    0x13: (0,),
    0x14: (64,),
    0x15: tuple(33 + 32 * depth for depth in range(129)),
    0x16: (32,),
    0x17: (0,),
    0x18: (0,),
}
OUTPUT_KEYS: dict[int, tuple[int, ...]] = {
    0x00: (0,),
    0x01: (0,),
    0x02: POINT,
    0x03: (),
    0x04: (),
    0x05: (0,),
    0x06: (0,),
    0x07: (32,),
}
VALUE_BYTES = {0x03: (4,), 0x13: (64, 65), 0x14: (64, 65), 0x17: (32,), 0x18: (32,)}


def checked(fields: dict[bytes, bytes], keys: dict[int, tuple[int, ...]]) -> dict[bytes, bytes]:
    """Every field that BIP 174 and BIP 371 know must have the form that they ask for, read here or not."""
    for key, value in fields.items():
        reader = Reader(key)
        kind = reader.size()
        if kind in keys and reader.left not in keys[kind]:
            raise Unusable(f"field {kind:#04x} has a key of the wrong length, or no place in version 0")
        if kind == 0xFC:
            reader.sized()
            reader.size()
        elif keys is GLOBAL_KEYS:
            if kind == 0x01 and (not value or len(value) % 4):
                raise Unusable("an account key's derivation is cut off")
        elif keys is INPUT_KEYS:
            check_input_field(kind, key[1:], value)
        else:
            check_output_field(kind, key[1:], value)
    return fields


def check_input_field(kind: int, key: bytes, value: bytes) -> None:
    if kind in VALUE_BYTES and len(value) not in VALUE_BYTES[kind]:
        raise Unusable(f"field {kind:#04x} has the wrong length")
    if kind in (0x02, 0x06):
        check_point(key)
    if kind == 0x06:
        check_path(value)
    if kind == 0x15 and not value:
        raise Unusable("a leaf has no version")
    if kind == 0x16:
        check_leaves(value)


def check_output_field(kind: int, key: bytes, value: bytes) -> None:
    if kind == 0x02:
        check_point(key)
        check_path(value)
    if kind == 0x05 and len(value) != 32:
        raise Unusable("an internal key has 32 bytes")
    if kind == 0x06:
        check_tree(Reader(value))
    if kind == 0x07:
        check_leaves(value)


def check_point(key: bytes) -> None:
    if key[0] not in ((2, 3) if len(key) == 33 else (4,)):
        raise Unusable("a public key is none")


def check_path(value: bytes) -> None:
    if not value or len(value) % 4:
        raise Unusable("a derivation path is cut off")


def check_leaves(value: bytes) -> None:
    reader = Reader(value)
    reader.take(32 * reader.size())
    check_path(reader.take(reader.left))


def check_tree(reader: Reader) -> None:
    """Leaves in the order of a walk, each with its depth: every branch must have both sides."""
    standing: list[int] = []
    while reader.left:
        depth, version = reader.number(1), reader.number(1)
        reader.sized()
        if depth > 128 or version % 2:
            raise Unusable("a leaf of the tree is none")
        standing.append(depth)
        while len(standing) > 1 and standing[-1] == standing[-2]:
            standing[-2:] = [standing[-1] - 1]
    if standing != [0]:
        raise Unusable("the tree of scripts is not whole")


def made_outputs(raw: bytes) -> tuple[bytes, list[Out]]:
    """The id and the outputs of the whole transaction that made a coin."""
    reader = Reader(raw)
    begin, witnessed = reader.take(4), raw[4:6] == b"\x00\x01"
    if witnessed:
        reader.take(2)
    start, puts = reader.at, reader.count(41)
    for _ in range(puts):
        reader.take(36)
        reader.sized()
        reader.take(4)
    outs = [Out(reader.number(8), reader.sized()) for _ in range(reader.count(9))]
    body = raw[start : reader.at]
    for _ in range(puts if witnessed else 0):
        for _ in range(reader.count(1)):
            reader.sized()
    end = reader.take(4)
    reader.end()
    return hashlib.sha256(hashlib.sha256(begin + body + end).digest()).digest(), outs


class Psbt:
    """A PSBT of version 0: the transaction, and the fields of each input and output."""

    def __init__(self, given: bytes) -> None:
        reader = Reader(unwrapped(given)[len(MAGIC) :])
        self.globals = reader.map()
        version = self.globals.get(b"\xfb", bytes(4))
        if version != bytes(4):
            raise Unusable(f"this is a PSBT of version {int.from_bytes(version, 'little')}, and 0 is wanted")
        checked(self.globals, GLOBAL_KEYS)
        if b"\x00" not in self.globals:
            raise Unusable("the PSBT has no transaction in it")
        self._read_transaction(Reader(self.globals[b"\x00"]))
        self.input_fields = [checked(reader.map(), INPUT_KEYS) for _ in self.inputs]
        self.output_fields = [checked(reader.map(), OUTPUT_KEYS) for _ in self.outputs]
        reader.end()
        self._check_coins()
        self._usable()

    def _read_transaction(self, reader: Reader) -> None:
        self.version = reader.take(4)
        self.inputs: list[Put] = []
        for _ in range(reader.count(41)):
            outpoint = reader.take(36)
            if reader.sized():
                raise Unusable("the unsigned transaction has a script signature")
            self.inputs.append(Put(outpoint, reader.take(4)))
        self.outputs = [Out(reader.number(8), reader.sized()) for _ in range(reader.count(9))]
        self.locktime = reader.take(4)
        reader.end()

    def _check_coins(self) -> None:
        """What is said of a coin: an output, and the transaction that made it; both say the same."""
        for put, fields in zip(self.inputs, self.input_fields):  # noqa: B905
            said = self._said(fields)
            if b"\x00" not in fields:
                continue
            txid, outs = made_outputs(fields[b"\x00"])
            at = int.from_bytes(put.outpoint[32:], "little")
            if txid != put.outpoint[:32] or at >= len(outs):
                raise Unusable("the transaction of a coin is another one")
            if said is not None and said != outs[at]:
                raise Unusable("a coin is not what its transaction says")

    def _usable(self) -> None:
        """Beyond the form: what this program signs."""
        if not self.inputs or not self.outputs:
            raise Unusable("the transaction has no inputs or no outputs")
        if len({put.outpoint for put in self.inputs}) != len(self.inputs):
            raise Unusable("a coin is spent twice")
        if any(fields.get(b"\x07") or b"\x08" in fields for fields in self.input_fields):
            raise Unusable("this looks like a PSBT that is signed and final already")
        self.spent = [self._taproot(fields) for fields in self.input_fields]
        if any(out.sats > MAX_SATS for out in (*self.spent, *self.outputs)) or self.fee > MAX_SATS:
            raise Unusable("there is no such amount")
        if self.fee < 0:
            raise Unusable("the outputs are more than the coins")

    @staticmethod
    def _said(fields: dict[bytes, bytes]) -> Out | None:
        if b"\x01" not in fields:
            return None
        reader = Reader(fields[b"\x01"])
        said = Out(reader.number(8), reader.sized())
        reader.end()
        return said

    def _taproot(self, fields: dict[bytes, bytes]) -> Out:
        said = self._said(fields)
        if said is None:
            raise Unusable("the PSBT does not say what a coin is")
        if len(said.script) != 34 or said.script[:2] != b"\x51\x20":
            raise Unusable("a coin is not a taproot output")
        return said

    @property
    def fee_cap(self) -> int | None:
        """The most that this payout may give to miners, as whoever drafted it wrote it down."""
        cap = self.globals.get(FEE_CAP_KEY)
        return None if cap is None else int.from_bytes(cap, "little")

    @property
    def network(self) -> str:
        """The network that whoever drafted it wrote down; nothing where he did not, or it is none that is known."""
        name = self.globals.get(NETWORK_KEY, b"").decode("ascii", "replace")
        return name if name in PREFIXES else ""

    @property
    def fee(self) -> int:
        return sum(coin.sats for coin in self.spent) - sum(out.sats for out in self.outputs)

    @property
    def vsize(self) -> int:
        outputs = sum(len(out.raw) for out in self.outputs)
        counts = len(size_of(len(self.inputs))) + len(size_of(len(self.outputs)))
        weight = (8 + counts + 41 * len(self.inputs) + outputs) * 4 + 2 + 66 * len(self.inputs)
        return -(-weight // 4)

    def digest(self, index: int) -> bytes:
        """What the key of an input signs: the whole transaction, every coin's amount and script (BIP 341)."""
        parts = (
            b"".join(put.outpoint for put in self.inputs),
            b"".join(struct.pack("<q", coin.sats) for coin in self.spent),
            b"".join(sized(coin.script) for coin in self.spent),
            b"".join(put.sequence for put in self.inputs),
            b"".join(out.raw for out in self.outputs),
        )
        hashes = b"".join(hashlib.sha256(part).digest() for part in parts)
        message = b"\x00\x00" + self.version + self.locktime + hashes + b"\x00" + struct.pack("<I", index)
        return tagged_hash("TapSighash", message)

    def serialize(self) -> bytes:
        maps = [self.globals, *self.input_fields, *self.output_fields]
        return MAGIC + b"".join(
            b"".join(sized(key) + sized(value) for key, value in sorted(fields.items())) + b"\x00" for fields in maps
        )


# Signing


class Origin(NamedTuple):
    """A private key of the signer, and its path from the master key."""

    secret: int
    path: tuple[int, ...]


def origin_of(fields: dict[bytes, bytes], derivation: int, signer: Signer) -> Origin | None:
    """The signer's private key that a map of the PSBT names, or None; it is what it says, or an error."""
    for key, value in fields.items():
        if key[0] != derivation or len(key) != 33:
            continue
        reader = Reader(value)
        if reader.size() != 0:
            continue  # keys of scripts
        fingerprint, rest = reader.take(4), reader.take(reader.left)
        path = struct.unpack(f"<{len(rest) // 4}I", rest)
        if len(path) > LONGEST_PATH:
            raise Unusable("a derivation path is longer than any of ours")
        secret = signer.secret_at(fingerprint, path)
        if secret is not None:
            if bytes_of(public_point(secret)[0]) != key[1:]:
                raise Unusable("the PSBT names a key that is not at its path: another seed, or an altered PSBT")
            return Origin(secret, path)
    return None


def tweaked(secret: int, merkle_root: bytes) -> int:
    """The private key of the output that commits to `merkle_root` (BIP 341)."""
    point = public_point(secret)
    even = secret if point[1] % 2 == 0 else ORDER - secret
    return (even + number_of(tagged_hash("TapTweak", bytes_of(point[0]) + merkle_root))) % ORDER


def script_of(secret: int) -> bytes:
    return b"\x51\x20" + bytes_of(public_point(secret)[0])


def output_secrets(psbt: Psbt, signer: Signer) -> list[int]:
    """The private key of each coin. Every coin must be this signer's."""
    secrets = []
    for index, (fields, coin) in enumerate(zip(psbt.input_fields, psbt.spent)):  # noqa: B905
        origin = origin_of(fields, 0x16, signer)
        if origin is None:
            raise Unusable(f"input {index} is not this key's")
        final = tweaked(origin.secret, fields.get(b"\x18", b""))
        if script_of(final) != coin.script:
            raise Unusable(f"input {index} does not follow from its key and commitment")
        if fields.get(b"\x03", bytes(4)) != bytes(4):
            raise Unusable(f"input {index} asks for an unusual kind of signature")
        secrets.append(final)
    return secrets


def account_of(psbt: Psbt, signer: Signer) -> tuple[int, ...]:
    """The path of the account that the coins are of: there is one, two steps above each of them."""
    origins = [origin_of(fields, 0x16, signer) for fields in psbt.input_fields]
    accounts = {origin.path[:-2] for origin in origins if origin is not None and len(origin.path) > 1}
    if len(accounts) != 1 or None in origins:
        raise Unusable("the coins are not of one account")
    return accounts.pop()


def network_of(psbt: Psbt, signer: Signer, told: str | None) -> str:
    """Whose addresses are shown: as told, else as the PSBT says, else by the key. The keys' paths must be for it."""
    coin = (account_of(psbt, signer)[1:2] or (None,))[0]
    by_path = {HARDENED: "main", HARDENED + 1: "test"}.get(coin) if coin is not None else None
    network = told or psbt.network or by_path or signer.network or "main"
    if by_path is not None and (by_path == "main") != (network == "main"):
        whose = "the main network" if by_path == "main" else "test networks"
        who = "--network says" if told else "the PSBT says"
        raise Unusable(f"{who} {network}, and its keys' paths ({path_name(account_of(psbt, signer))}) are for {whose}")
    return network


def change_at(psbt: Psbt, index: int, signer: Signer, change_range: int = CHANGE_RANGE) -> tuple[int, ...] | None:
    """Where an output comes back to, or None if it pays somebody. What only pretends to come back is Unusable."""
    origin = origin_of(psbt.output_fields[index], 0x07, signer)
    if origin is None:
        return None
    said = f"output {index} is said to come back to {path_name(origin.path)}"
    account = account_of(psbt, signer)
    if origin.path[:-1] != (*account, CHANGE_BRANCH):
        raise Unusable(f"{said}, where the house does not look for its money: an altered PSBT?")
    if origin.path[-1] > min(change_range, HARDENED - 1):
        raise Unusable(f"{said}, beyond number {change_range}: an altered PSBT? If not, see --change-range")
    if script_of(tweaked(origin.secret, b"")) != psbt.outputs[index].script:
        raise Unusable(f"{said}, but pays another script: an altered PSBT?")
    return origin.path


def path_name(path: tuple[int, ...]) -> str:
    steps = (f"{step - HARDENED}'" if step >= HARDENED else str(step) for step in path)
    return "/".join(("m", *steps))


def odd_fee(psbt: Psbt, paid: int) -> str:
    """What is odd about the fee, and needs to be agreed to in so many words; empty if nothing is.

    `paid` is what leaves the house, or, where nobody is paid, everything that is gathered.
    """
    if psbt.fee_cap is not None and psbt.fee > psbt.fee_cap:
        return f"above the {psbt.fee_cap} sats that this payout may cost"
    if psbt.fee > HIGHEST_RATE * psbt.vsize:
        return f"above {HIGHEST_RATE} sats per virtual byte"
    return "above a tenth of the sum" if psbt.fee * 10 > paid else ""


def sign(psbt: Psbt, secrets: list[int]) -> None:
    """Add every coin's signature."""
    for index, secret in enumerate(secrets):
        psbt.input_fields[index][b"\x13"] = schnorr_sign(psbt.digest(index), secret, os.urandom(32))


# For the reader


def address_of(script: bytes, network: str) -> str:
    """An output's address, or its script where it has none."""
    prefix, to_key, to_script = PREFIXES[network]
    if len(script) == 25 and script[:3] == b"\x76\xa9\x14" and script[23:] == b"\x88\xac":
        return base58(bytes([to_key]) + script[3:23])
    if len(script) == 23 and script[:2] == b"\xa9\x14" and script[22:] == b"\x87":
        return base58(bytes([to_script]) + script[2:22])
    if script[:2] in (b"\x00\x14", b"\x00\x20", b"\x51\x20") and len(script) == 2 + script[1]:
        return bech32(prefix, 1 if script[0] else 0, script[2:])
    return "script " + script.hex()


def is_root(out: Out) -> bool:
    """Whether an output is 32 bytes of data that pay nobody."""
    return out.sats == 0 and len(out.script) == 34 and out.script[:2] == b"\x6a\x20"


def base58(payload: bytes) -> str:
    raw = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, text = number_of(raw), ""
    while number:
        number, digit = divmod(number, 58)
        text = BASE58[digit] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\x00"))) + text


def bech32(prefix: str, version: int, program: bytes) -> str:
    bits = "".join(format(byte, "08b") for byte in program)
    bits += "0" * (-len(bits) % 5)
    values = [version] + [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + values
    check = _polymod(expanded + [0] * 6) ^ (0x2BC830A3 if version else 1)
    return prefix + "1" + "".join(BECH32[value] for value in values + [check >> 5 * (5 - at) & 31 for at in range(6)])


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for at, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> at & 1 else 0
    return check


def summary(psbt: Psbt, back: list[tuple[int, ...] | None], network: str) -> str:
    """What would be signed, for a person to agree to. `back` says of each output where it comes back to, if it does."""
    lines = [f"coins  {sum(coin.sats for coin in psbt.spent):14d} sats in {len(psbt.inputs)} inputs"]
    for out, path in zip(psbt.outputs, back):  # noqa: B905
        if is_root(out) and path is None:
            lines.append(f"root   {out.sats:14d} sats: the public log's root {out.script[2:].hex()}")
            continue
        kind, place = ("PAYS  ", "") if path is None else ("back  ", f" ({path_name(path)})")
        lines.append(f"{kind} {out.sats:14d} sats to {address_of(out.script, network)}{place}")
    lines.append(f"fee    {psbt.fee:14d} sats, {psbt.fee / psbt.vsize:.2f} per virtual byte")
    if psbt.locktime != bytes(4):
        lines.append(
            f"not to be mined before {int.from_bytes(psbt.locktime, 'little')} (height, or time if that is large)"
        )
    return "\n".join(lines)


def agreed() -> bool:
    print("Sign this? Type yes: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip() == "yes"


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with how it was called."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"sign_payout: {message}; --help says how it is called\n")


def main(arguments: list[str] | None = None) -> int:
    parser = Parser(
        description="Sign a payout, offline.", epilog="Exit status: 0 signed, 1 not agreed to, 2 unusable input."
    )
    parser.add_argument("psbt", help="a file, or - for standard input")
    parser.add_argument("--key", required=True, help="file with the private key or the seed's words")
    parser.add_argument("--out", default="-", help="where the signed PSBT goes; - is standard output")
    parser.add_argument("--force", action="store_true", help="write over what is there")
    parser.add_argument("--network", choices=sorted(PREFIXES), help="whose addresses are shown (the PSBT's)")
    parser.add_argument("--max-fee", type=int, metavar="SATS", help="agree to a fee up to this, and to no higher one")
    parser.add_argument(
        "--change-range",
        type=int,
        metavar="N",
        default=CHANGE_RANGE,
        help="the highest number on the reserve's branch that comes back (100000)",
    )
    parser.add_argument("--passphrase", action="store_true", help="ask for the passphrase of the words")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args(arguments)
    try:
        return _run(options)
    except OSError as error:
        print(f"sign_payout: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    except Unusable as error:
        print(f"sign_payout: {error}", file=sys.stderr)
        return 2


def _run(options: Any) -> int:
    if options.psbt == "-" and not options.yes:
        raise Unusable("what comes on standard input can only be signed with --yes")
    if options.out != "-" and os.path.exists(options.out) and not options.force:
        raise Unusable(f"{options.out} is there already, and is overwritten only with --force")
    passphrase = getpass.getpass("Passphrase: ") if options.passphrase else ""
    with open(options.key, "rb") as file:
        words = text_of(file.read())
    if words is None:
        raise Unusable("the key file is no text")
    signer = read_key(words.translate(INVISIBLE), passphrase)
    psbt = Psbt(_bytes(options.psbt))
    secrets = output_secrets(psbt, signer)
    back = [change_at(psbt, index, signer, options.change_range) for index in range(len(psbt.outputs))]
    print(summary(psbt, back, network_of(psbt, signer, options.network)), file=sys.stderr)
    _check_fee(psbt, back, options.max_fee)
    if not options.yes and not agreed():
        print("Nothing was signed.", file=sys.stderr)
        return 1
    sign(psbt, secrets)
    text = base64.b64encode(psbt.serialize()).decode() + "\n"
    if options.out == "-":
        sys.stdout.write(text)
    else:
        with open(options.out, "w" if options.force else "x", encoding="ascii") as file:
            file.write(text)
    where = "standard output" if options.out == "-" else options.out
    print(f"Signed {len(secrets)} of {len(psbt.inputs)} inputs, written to {where}", file=sys.stderr)
    return 0


def _check_fee(psbt: Psbt, back: list[tuple[int, ...] | None], most: int | None) -> None:
    paid = sum(out.sats for out, path in zip(psbt.outputs, back) if path is None)  # noqa: B905
    odd = odd_fee(psbt, paid or sum(coin.sats for coin in psbt.spent))
    if most is not None and psbt.fee > most:
        raise Unusable(f"the fee is above {most} sats")
    if most is None and odd:
        raise Unusable(f"the fee of {psbt.fee} sats is {odd}; if that is meant, say --max-fee {psbt.fee}")


def _bytes(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    with open(name, "rb") as file:
        return file.read()


if __name__ == "__main__":
    sys.exit(main())
