#!/usr/bin/env python3
"""Sign a payout, offline: show where the money goes, ask, and write the signed PSBT.

    sign_payout.py PSBT --key FILE [--out FILE] [--network NAME] [--max-fee SATS] [--passphrase] [--yes]

PSBT is a file, base64 or binary, or - for standard input. FILE holds one line: the account's private key with its
origin, `[fingerprint/path]xprv...`, or a master key `xprv...` (`tprv...` off the main network), or the words of a
BIP 39 seed; --passphrase asks for theirs. Each coin is signed only if its address follows from this key and from what
the PSBT says it commits to. Outputs that come back to the same key are recognised by deriving them, not by trusting.

The whole PSBT is signed or nothing. What cannot be seen here: whether these are the right recipients. Compare the
amounts and addresses with what you meant to pay.

This file needs Python 3.8 or newer and nothing else: no package, no network. Its arithmetic takes as long as the
numbers make it, so run it on a machine that nobody else measures.
Exit status: 0 signed, 1 not agreed to, 2 unusable input.
"""

from __future__ import annotations

import argparse
import base64
import getpass
import hashlib
import hmac
import os
import re
import struct
import sys
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

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
PREFIXES = {"main": ("bc", 0x00, 0x05), "test": ("tb", 0x6F, 0xC4), "testnet4": ("tb", 0x6F, 0xC4),
            "signet": ("tb", 0x6F, 0xC4), "regtest": ("bcrt", 0x6F, 0xC4)}  # fmt: skip
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
MAGIC = b"psbt\xff"


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


# The PSBT


class Reader:
    """Takes bytes in order and never more than there are."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

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
        return first if first < 0xFD else self.number({0xFD: 2, 0xFE: 4, 0xFF: 8}[first])

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
        if self.at != len(self.raw):
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


class Psbt:
    """A PSBT of version 0: the transaction, and the fields of each input and output."""

    def __init__(self, raw: bytes) -> None:
        if not raw.startswith(MAGIC):
            try:
                raw = base64.b64decode(b"".join(raw.split()), validate=True)
            except ValueError:
                raise Unusable("this is no PSBT") from None
        if not raw.startswith(MAGIC):
            raise Unusable("this is no PSBT")
        reader = Reader(raw[len(MAGIC) :])
        self.globals = reader.map()
        if b"\x00" not in self.globals or self.globals.get(b"\xfb", bytes(4)) != bytes(4):
            raise Unusable("this is no PSBT of version 0")
        self._read_transaction(Reader(self.globals[b"\x00"]))
        self.input_fields = [reader.map() for _ in self.inputs]
        self.output_fields = [reader.map() for _ in self.outputs]
        reader.end()
        self.spent = [self._spent(fields) for fields in self.input_fields]

    def _read_transaction(self, reader: Reader) -> None:
        self.version = reader.take(4)
        self.inputs: list[Put] = []
        for _ in range(reader.size()):
            outpoint = reader.take(36)
            if reader.sized():
                raise Unusable("an input is not a taproot one")
            self.inputs.append(Put(outpoint, reader.take(4)))
        self.outputs = [Out(reader.number(8), reader.sized()) for _ in range(reader.size())]
        self.locktime = reader.take(4)
        reader.end()
        if not self.inputs or not self.outputs:
            raise Unusable("the transaction has no inputs or no outputs")

    @staticmethod
    def _spent(fields: dict[bytes, bytes]) -> Out:
        reader = Reader(fields.get(b"\x01", b""))
        spent = Out(reader.number(8), reader.sized())
        reader.end()
        if len(spent.script) != 34 or spent.script[:2] != b"\x51\x20":
            raise Unusable("a coin is not a taproot output")
        return spent

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


def key_of(fields: dict[bytes, bytes], derivation: int, signer: Signer) -> int | None:
    """The signer's private key that a map of the PSBT names, or None; it is what it says, or an error."""
    for key, value in fields.items():
        if key[0] != derivation or len(key) != 33:
            continue
        reader = Reader(value)
        if reader.size() != 0:
            continue  # keys of scripts
        fingerprint, rest = reader.take(4), reader.raw[reader.at :]
        if len(rest) % 4:
            raise Unusable("a derivation path is cut off")
        path = struct.unpack(f"<{len(rest) // 4}I", rest)
        secret = signer.secret_at(fingerprint, path)
        if secret is not None:
            if bytes_of(public_point(secret)[0]) != key[1:]:
                raise Unusable("the PSBT names a key that is not at its path: another seed, or an altered PSBT")
            return secret
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
        secret = key_of(fields, 0x16, signer)
        if secret is None:
            raise Unusable(f"input {index} is not this key's")
        root = fields.get(b"\x18", b"")
        final = tweaked(secret, root)
        if len(root) not in (0, 32) or script_of(final) != coin.script:
            raise Unusable(f"input {index} does not follow from its key and commitment")
        if fields.get(b"\x03", bytes(4)) != bytes(4):
            raise Unusable(f"input {index} asks for an unusual kind of signature")
        secrets.append(final)
    return secrets


def is_change(psbt: Psbt, index: int, signer: Signer) -> bool:
    """Whether an output comes back to a plain address of the same key."""
    secret = key_of(psbt.output_fields[index], 0x07, signer)
    return secret is not None and script_of(tweaked(secret, b"")) == psbt.outputs[index].script


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


def summary(psbt: Psbt, signer: Signer, network: str) -> str:
    """What would be signed, for a person to agree to."""
    lines = [f"coins  {sum(coin.sats for coin in psbt.spent):14d} sats in {len(psbt.inputs)} inputs"]
    for index, out in enumerate(psbt.outputs):
        kind = "back  " if is_change(psbt, index, signer) else "PAYS  "
        lines.append(f"{kind} {out.sats:14d} sats to {address_of(out.script, network)}")
    lines.append(f"fee    {psbt.fee:14d} sats, {psbt.fee / psbt.vsize:.2f} per virtual byte")
    return "\n".join(lines)


def agreed() -> bool:
    print("Sign this? Type yes: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip() == "yes"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Sign a payout, offline.")
    parser.add_argument("psbt", help="a file, or - for standard input")
    parser.add_argument("--key", required=True, help="file with the private key or the seed's words")
    parser.add_argument("--out", default="-", help="where the signed PSBT goes; - is standard output")
    parser.add_argument("--network", choices=sorted(PREFIXES), help="whose addresses are shown")
    parser.add_argument("--max-fee", type=int, metavar="SATS", help="refuse a higher fee")
    parser.add_argument("--passphrase", action="store_true", help="ask for the passphrase of the words")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args(arguments)
    try:
        return _run(options)
    except (Unusable, OSError) as error:
        print(f"sign_payout: {error}", file=sys.stderr)
        return 2


def _run(options: Any) -> int:
    if options.psbt == "-" and not options.yes:
        raise Unusable("what comes on standard input can only be signed with --yes")
    passphrase = getpass.getpass("Passphrase: ") if options.passphrase else ""
    with open(options.key, encoding="utf-8") as file:
        signer = read_key(file.read(), passphrase)
    psbt = Psbt(_bytes(options.psbt))
    secrets = output_secrets(psbt, signer)
    if psbt.fee < 0:
        raise Unusable("the outputs are more than the coins")
    print(summary(psbt, signer, options.network or signer.network or "main"), file=sys.stderr)
    if options.max_fee is not None and psbt.fee > options.max_fee:
        raise Unusable(f"the fee is above {options.max_fee} sats")
    if not options.yes and not agreed():
        print("Nothing was signed.", file=sys.stderr)
        return 1
    sign(psbt, secrets)
    text = base64.b64encode(psbt.serialize()).decode() + "\n"
    if options.out == "-":
        sys.stdout.write(text)
    else:
        with open(options.out, "w", encoding="ascii") as file:
            file.write(text)
    return 0


def _bytes(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    with open(name, "rb") as file:
        return file.read()


if __name__ == "__main__":
    sys.exit(main())
