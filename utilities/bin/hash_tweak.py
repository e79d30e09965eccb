#!/usr/bin/env python3
"""Check a deposit address yourself: that it commits to the terms of your order.

    hash_tweak.py INTERNAL_KEY TERMS --network NETWORK [--expect ADDRESS] [--json]

INTERNAL_KEY is the round's public key (64 hexadecimal digits). TERMS is the exact text of the order's terms; write
@FILE to read it from a file, or - to read it from standard input (a line break at the very end is ignored then).
NETWORK is main, test, testnet4, signet or regtest.

With H(tag, x) = SHA-256(SHA-256(tag) + SHA-256(tag) + x), and P the point of INTERNAL_KEY with an even y:

    m = H("tiraj/order/1", TERMS)           the commitment
    t = H("TapTweak", INTERNAL_KEY + m)     the tweak, as a number (BIP 341)
    Q = P + t*G                             the output key is the x of this point on secp256k1
    address = version 1 and Q in bech32m    (BIP 350)

One changed letter in the terms gives another address. So if the address is yours, these terms were fixed before you
paid, and nobody can exchange them afterwards. Terms that name another key or another network than you do are called
NO MATCH, whatever the address; what cannot be seen here is said at the end.

This file needs Python 3.8 or newer and nothing else: no package, no network.
Exit status: 0 done, or equal to --expect; 1 not equal to --expect, or the terms name another key or network, or are
none of an order; 2 unusable input.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from typing import Any, NoReturn

NOT_LOOKED_AT = (
    "that INTERNAL_KEY is the platform's: the promise of the order's round (roundTerms) and others' receipts name it",
    "that the terms are those you agreed to: read them",
    "that anything was paid to the address: verify_receipt.py, or verify_round.py with the round's bundle",
)

# Every order's terms name these, of whatever game and version.
OF_TERMS = ("internalKey", "network", "orderId", "payoutAddress", "roundNumber")
MOST_BYTES = 1_000_000  # of terms

PREFIXES = {"main": "bc", "test": "tb", "testnet4": "tb", "signet": "tb", "regtest": "bcrt"}

# secp256k1: y^2 = x^3 + 7 modulo FIELD; the point G generates a group of ORDER points.
FIELD = 2**256 - 2**32 - 977
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


class BadInput(Exception):
    pass


def tagged_hash(tag: str, message: bytes) -> bytes:
    tag_hash = hashlib.sha256(tag.encode("ascii")).digest()
    return hashlib.sha256(tag_hash + tag_hash + message).digest()


def lift_x(x: int) -> tuple[int, int]:
    """The point with this x and an even y."""
    if x >= FIELD:
        raise BadInput("the internal key is too large")
    y_squared = (pow(x, 3, FIELD) + 7) % FIELD
    y = pow(y_squared, (FIELD + 1) // 4, FIELD)
    if y * y % FIELD != y_squared:
        raise BadInput("the internal key is no point on the curve")
    return (x, y if y % 2 == 0 else FIELD - y)


def add(a: tuple[int, int] | None, b: tuple[int, int] | None) -> tuple[int, int] | None:
    """The sum of two points; None is the point at infinity."""
    if a is None:
        return b
    if b is None:
        return a
    if a[0] == b[0] and (a[1] + b[1]) % FIELD == 0:
        return None
    if a == b:
        slope = 3 * a[0] * a[0] * pow(2 * a[1], FIELD - 2, FIELD) % FIELD
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], FIELD - 2, FIELD) % FIELD
    x = (slope * slope - a[0] - b[0]) % FIELD
    return (x, (slope * (a[0] - x) - a[1]) % FIELD)


def multiply(point: tuple[int, int] | None, number: int) -> tuple[int, int] | None:
    total = None
    while number:
        if number % 2:
            total = add(total, point)
        point = add(point, point)
        number //= 2
    return total


def checksum_of(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, constant in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            if top >> bit & 1:
                check ^= constant
    return check


def taproot_address(prefix: str, program: bytes) -> str:
    """BIP 350: witness version 1 and 32 bytes in groups of five bits, with the bech32m checksum."""
    # 32 bytes are 256 bits; four zero bits fill the 52nd group.
    number = int.from_bytes(program, "big") << 4
    data = [1] + [number >> 5 * place & 31 for place in range(51, -1, -1)]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = checksum_of(expanded + data + [0] * 6) ^ 0x2BC830A3
    data += [check >> 5 * place & 31 for place in range(5, -1, -1)]
    return prefix + "1" + "".join(CHARACTERS[value] for value in data)


def commit(internal_key: bytes, terms: bytes, network: str) -> dict[str, object]:
    """Return everything between the terms and the address."""
    commitment = tagged_hash("tiraj/order/1", terms)
    tweak = tagged_hash("TapTweak", internal_key + commitment)
    number = int.from_bytes(tweak, "big")
    if number >= ORDER:
        raise BadInput("these terms give no key")
    point = add(lift_x(int.from_bytes(internal_key, "big")), multiply(G, number))
    if point is None:
        raise BadInput("these terms give no key")
    output_key = point[0].to_bytes(32, "big")
    return {
        "network": network,
        "internalKey": internal_key.hex(),
        "commitment": commitment.hex(),
        "tweak": tweak.hex(),
        "outputKey": output_key.hex(),
        "scriptPubkey": "5120" + output_key.hex(),
        "address": taproot_address(PREFIXES[network], output_key),
    }


def read_terms(argument: str) -> bytes:
    """The bytes of the terms, from the command line, a file or standard input."""
    if argument == "-" or argument.startswith("@"):
        try:
            if argument == "-":
                data = sys.stdin.buffer.read(MOST_BYTES + 1)
            else:
                with open(argument[1:], "rb") as file:
                    data = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise BadInput(f"cannot read the terms, {argument[1:] or '-'}: {error.strerror}") from None
        if data.endswith(b"\n"):
            data = data[:-2] if data.endswith(b"\r\n") else data[:-1]
    else:
        data = argument.encode("utf-8", "surrogateescape")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput("the terms are not UTF-8 text") from None
    if not data:
        raise BadInput("the terms are empty")
    if len(data) > MOST_BYTES:
        raise BadInput("these are no terms of an order: they are too long")
    return data


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a name occurs twice")
    return record


def whole_number(text: str) -> int:
    if len(text) > 40:
        raise ValueError(f"there is a number of {len(text)} digits in it")
    return int(text)


def contradictions(terms: bytes, key: bytes, network: str) -> list[str]:
    """What the terms say otherwise than whoever gave them, or that they are no terms. Raises BadInput."""
    try:
        told = json.loads(terms.decode("utf-8"), object_pairs_hook=unique_keys, parse_int=whole_number)
    except RecursionError:
        raise BadInput("the terms are nested too deeply") from None
    except json.JSONDecodeError:
        return ["these are no terms of an order: they are no JSON, or were cut off"]
    except ValueError as error:
        return [f"the terms cannot be read in one way: {error}"]
    missing = [name for name in OF_TERMS if not isinstance(told, dict) or name not in told]
    if missing:
        return ["these are no terms of an order: they do not say " + ", ".join(missing)]
    given = {"internalKey": ("INTERNAL_KEY", key.hex()), "network": ("--network", network)}
    return [
        f"the terms name {told[name]} as {name}, and {of} is {value}"
        for name, (of, value) in given.items()
        if told[name] != value
    ]


def plain(text: str) -> str:
    """Without what would move the cursor or turn the line round: a terminal obeys its file."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def key_argument(text: str) -> bytes:
    if not re.match(r"[0-9a-fA-F]{64}\Z", text):
        raise argparse.ArgumentTypeError("an internal key has 64 hexadecimal digits")
    return bytes.fromhex(text)


def address_argument(text: str) -> str:
    # Bech32 may be written in capitals, but not in both.
    if not re.match(r"[0-9a-z]{14,90}\Z", text) and not re.match(r"[0-9A-Z]{14,90}\Z", text):
        raise argparse.ArgumentTypeError("that is not a taproot address")
    return text.lower()


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with how it was called."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"hash_tweak: {message}; --help says how it is called\n")


def main(arguments: list[str] | None = None) -> int:
    parser = Parser(
        description=(__doc__ or "").split("\n\n")[0],
        epilog="Exit status: 0 done or match, 1 no match, the terms name another key or network, or are none; "
        "2 unusable input.",
    )
    parser.add_argument("key", metavar="INTERNAL_KEY", type=key_argument, help="the round's x-only public key, in hex")
    parser.add_argument("terms", metavar="TERMS", help="the order's terms, @FILE, or - for standard input")
    parser.add_argument("--network", metavar="NETWORK", required=True, choices=sorted(PREFIXES), help="which chain")
    parser.add_argument("--expect", metavar="ADDRESS", type=address_argument, help="the address you were given")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    try:
        terms = read_terms(options.terms)
        result = commit(options.key, terms, options.network)
        wrong = contradictions(terms, options.key, options.network)
    except BadInput as error:
        print(f"hash_tweak: {error}", file=sys.stderr)
        return 2

    match = None if options.expect is None else options.expect == result["address"] and not wrong
    if options.json:
        if match is not None:
            result.update(expected=options.expect, match=match)
        print(json.dumps({**result, "wrong": wrong, "notLookedAt": NOT_LOOKED_AT}, indent=2))
    else:
        print(f"commitment: {result['commitment']}")
        print(f"output key: {result['outputKey']}")
        print(f"address:    {result['address']}")
        for line in wrong:
            print("NO MATCH: " + plain(line))
        if match is not None and not wrong:
            print("MATCH" if match else f"NO MATCH: expected {options.expect}")
        print("\n".join(f"Not looked at: {line}." for line in NOT_LOOKED_AT))
    return 1 if wrong or match is False else 0


if __name__ == "__main__":
    sys.exit(main())
