#!/usr/bin/env python3
"""Check a whole round yourself, offline: from the blocks that hold its payments to the winner.

    verify_round.py BUNDLE [BUNDLE ...] [--expect-promise COMMITMENT] [--expect-seal ROOT]
                    [--expect-closing HASH@HEIGHT] [--log-key VKEY] [--keys FILE] [--witness VKEY ...]
                    [--cosigned FILE ...] [--skip-draw] [--spot N] [--keep FILE] [--processes N] [--json]

BUNDLE is the proof bundle of a round of either game, a file or - for standard input. A long round comes in parts: give
all of them. For each claim this prints whether it "holds" or "does not hold", or why it cannot be told; then what was
drawn, and to whom the jackpot is owed, or was paid.
Transactions, heights, addresses, tickets and their numbers, the seal and the draw are all computed anew from block
headers, raw transactions and the orders' terms; what the bundle says of them is only compared. --skip-draw leaves out
the draw's hashing, which may take hours. A sealed draw (sealed-draw-1) has checkpoints: all processors repeat the
stretches between them at once; --spot N repeats N of them, chosen at random, and says so; --keep FILE notes those that
were repeated, so that another run goes on from there.

What no file can show: that these blocks are the ones the world knows, what was promised and sealed before the draw, and
that nobody's payment is left out together with the order it paid. So tell what you know from elsewhere: the hash and
height of the closing block from any block explorer, the seal's root and the round's commitment as you kept them from
before. Whatever is not asked is said at the end.

A bundle that has the public log's entries of the round shows more: what was promised and sealed was said in a log whose
entries nobody can change unseen. --log-key is the log's verifier key, --witness that of a witness whom you believe: he
cosigned the log over the seal before the closing block, by both their clocks. Together that says: nothing changed
since, and each holder of a receipt can see his is in. It does not say that nobody was left out. Where the log changed
its key, --keys FILE, which is https://SITE/log/keys saved, leads from the key that you know to the one that signed.
Who gives --witness must say whose log: a witness cosigns any log that he follows.
A sealed draw waits for its promised witnesses: without enough of them in time the round is void. Whether that is so you
ask them, not the operator. --cosigned is a checkpoint that a witness served himself, with its proof that it covers the
seal, as "witness.py prove" makes it: it counts like those in the bundle, and shows whom the operator left out.

This file needs Python 3.8 or newer and nothing else: no package, no network.
Exit status: 0 the round is settled and everything holds; 1 something does not hold; 2 unusable input; 3 nothing is
wrong, but not everything could be checked: the round is open, void or halted, its jackpot is still to be paid, the draw
was left out, the rules were never promised (version 1), or the bundle does not tell. Each reason is printed.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import math
import multiprocessing
import os
import random
import re
import struct
import sys
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Point = tuple[int, int] | None
    Record = dict[str, Any]
    Found = list[str] | str
    Stretch = tuple[int, bytes, int, bytes]

# secp256k1: y^2 = x^3 + 7 modulo FIELD; the point G generates a group of ORDER points.
FIELD = 2**256 - 2**32 - 977
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
PREFIXES = {"main": "bc", "test": "tb", "testnet4": "tb", "signet": "tb", "regtest": "bcrt"}
# The easiest a block may be. On the main network that is a difficulty of 10^13, below which it was last in 2019: to
# forge a single header above that costs as much as a block did then. Elsewhere it is the network's own limit.
EASIEST_BITS = {
    "main": 0x171C25A6,
    "test": 0x1D00FFFF,
    "testnet4": 0x1D00FFFF,
    "signet": 0x1E0377AE,
    "regtest": 0x207FFFFF,
}
MOST_SATS = 2_100_000_000_000_000  # that there will ever be
MOST_BYTES = 128_000_000  # of a file
DEEPEST = 500  # records within records
LONGEST = 4300  # digits of a number
MOST_CHECKPOINTS = 128  # that are shown beside the first
PERIOD = 2016  # blocks from one adjustment of the difficulty to the next
# Where a block that comes more than twenty minutes after the one before it may be as easy as can be.
EASY_WHEN_LATE = ("test", "testnet4")
DIGITS_58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
# How far the search for a free set of numbers goes: in one distance, for one order, in one block, and at least.
LEVEL_CANDIDATES, ORDER_CANDIDATES, BLOCK_CANDIDATES, LEAST_CANDIDATES = 16384, 32768, 1048576, 1024
HOLDS, FAILS, NOT_YET, NOT_TOLD, SKIPPED = "holds", "does not hold", "not yet", "not told", "skipped"
# What was promised of a round before its sales: all that decides who wins and how much.
PROMISED = {
    "rounds": "baseTicketPriceSats closingHeight game hashesPerDigit houseFeePercent internalKey jackpotSats "
    "minPaymentFloorSats network opensAtHeight roundNumber salesEndHeight settlementDepth ticketDigits ticketSupply "
    "version winnerAlgorithm",
    "luckotto": "baseCombinationPriceSats closingHeight game hashWork internalKey jackpotSats minPaymentFloorSats "
    "network opensAtHeight poolSize possibleCombinations roundNumber salesEndHeight settlementDepth version "
    "winnerAlgorithm",
}
# What a round may ask of whoever hashes: the member that says it, and the most that is ever promised.
HASH_WORK = {"rounds": ("hashesPerDigit", 2**44), "luckotto": ("hashWork", 2**47)}
# The draw that every game knows beside its own: what a promise of it says in place of that member, and its most; hashes
# from one checkpoint to the next.
SEALED_DRAW, SEALED_WORK, EVERY = "sealed-draw-1", ("hashes", 2**40), 2**24
# What the public log calls a round.
SUBJECTS = {"rounds": "round", "luckotto": "luckotto-round"}
NO_LOG = "this bundle does not tell what the log says"
# What the members of records are called for people.
LABELS = {
    name: label.strip()
    for label, names in (
        line.split(":")
        for line in """
        the order: orderId identifier
        the player: playerPublicIdentifier playerUname playerIdentifier
        the partner: partnerName
        the partner's edge: houseEdgePercent feeSats
        the address: depositAddress
        the price of a ticket, in sats: playerTicketPriceSats
        the base price of a ticket, in sats: baseTicketPriceSats
        the base price of a combination, in sats: baseCombinationPriceSats
        the internal key: internalKey
        the address for a win: payoutAddress
        the smallest payment that counts, in sats: minPaymentSats
        the whole price, in sats: totalSats
        the price without the partner's edge: baseSats
        the numbers asked for: requestedNumbers
        the state: status
        the amount, in sats: amountSats
        what of it counts, in sats: creditedSats
        what of it is refunded, in sats: refundableSats
        the sum of what was paid: paidSats
        the height of its block: blockHeight
        the first ticket: firstTicket
        the last ticket: lastTicket
        what it earned, in sats: earnedSats
        the first payment's block: firstBlockHeight firstBlockHash
        the tickets: ranges
        the numbers: allocatedNumbers
        the number of tickets: ticketCount
        the share for the jackpot: jackpotContributionSats
        its place among all: sequence
        the number of combinations: combinations
        the work of the draw, in hashes: hashes hashWork hashesPerDigit
        how many there are: ticketSupply possibleCombinations
        how many were sold: soldTickets soldCombinations
        the round: roundNumber
        the first block of sales: opensAtHeight opens
        the height of the closing block: closingHeight closing
        the promise: roundCommitment
        the seal: sealRoot root
        the game: game
        the network: network
        the version: version
        the version of the bundle: bundleVersion
        the text of the promise: roundTerms
        the block at which sales end: salesEndHeight
        the blocks to wait: settlementDepth
        the digits of a ticket: ticketDigits
        the size of the pool: poolSize
        the jackpot, in sats: jackpotSats
        the floor of payments, in sats: minPaymentFloorSats
        the house's fee, in percent: houseFeePercent
        the algorithm of the draw: winnerAlgorithm
        why it is void: voidReason
        the winning number: drawDigits winningTicket
        the winning numbers: winningNumbers drawnNumbers
        the winning order: winningOrderId
        the hashes on the way: drawDigests checkpoints
        the root over the hashes on the way: checkpointsRoot
        the first hash: firstState
        the last hash: lastState
        the closing block: closingBlockHash
        the height of the first header: firstHeight
        the newest block when it was sealed: tipHeight
        the number of payments: payments
    """.strip().splitlines()
    )
    for name in names.split()
}
# Who says otherwise than the file.
HERE, PROMISE, TERMS = "computed here it is", "the promise says", "its terms say"
BLOCKS, BLOCK, LOG = "the blocks say", "the block gives", "the log says"
# A round on its way, in words.
UNFINISHED = {
    "scheduled": "its own sales are yet to begin; what is bought ahead counts like all else",
    "open": "its sales are open",
    "unbacked": "no orders are taken, for the reserve does not cover its jackpot",
    "closed": "sales have ended, and it is not sealed yet",
    "sealed": "it is sealed, and not drawn yet",
    "drawing": "it is being drawn",
    "halted": "it was halted, and waits for a person's decision",
    "void": "it is void: nothing is drawn, and what was paid is to be refunded",
}

# What every record must have, and what those of one game have. A question mark allows null.
SHAPES = {
    "bundle": "bundleVersion:int network:text partFrom:int next:int? orders:list payments:list transactions:list "
    "round:record headers:record? heightProof:record? seal:record? draw:record? win:record? payout:record? "
    "balances:list checkpoints:list? log:record?",
    "log": "promise:record seal:record? anchor:record? witnessed:record? cosigned:list",
    "entry": "number:int text:text proof:text",
    "quorum": "roundNumber:number sealEntry:int? quorum:int hasQuorum:flag closingBlock:record? cosigned:list "
    "missing:list",
    "closing block": "height:int hash:hash time:int",
    "cosigner": "verifierKey:text size:int time:int line:hash",
    "anchor": "txid:hash vout:int root:hash size:int path:list proof:record",
    "headers": "firstHeight:int headers:list",
    "transaction": "txid:hash blockHeight:int blockHash:hash header:hex index:int branch:list rawTransaction:hex",
    "seal": "root:hash sealedAtHeight:int leaves:list",
    "payout": "txid:hash vout:int amountSats:int proof:record heightProof:record?",
    "balance": "partnerName:text earnedSats:int",
    "rounds round": "roundNumber:number status:text opensAtHeight:int salesEndHeight:int closingHeight:int "
    "settlementDepth:int ticketDigits:int ticketSupply:int baseTicketPriceSats:int houseFeePercent:int jackpotSats:int "
    "minPaymentFloorSats:int winnerAlgorithm:text hashesPerDigit:int? hashes:int? internalKey:hash soldTickets:int "
    "roundTerms:text? roundCommitment:hash? voidReason:text?",
    "rounds order": "identifier:text partnerName:text playerPublicIdentifier:text depositAddress:text internalKey:hash "
    "terms:text commitment:hash",
    "rounds payment": "identifier:text txid:hash vout:int amountSats:int creditedSats:int refundableSats:int "
    "blockHeight:int status:text firstTicket:int? lastTicket:int?",
    "rounds slip": "identifier:text paidSats:int ticketCount:int jackpotContributionSats:int ranges:list "
    "firstBlockHeight:int firstBlockHash:hash status:text",
    "rounds draw": "algorithm:text closingBlockHash:hash drawDigits:text drawDigests:list winningTicket:int",
    "rounds sealed draw": "algorithm:text closingBlockHash:hash checkpointsRoot:hash lastState:hash winningTicket:int",
    "rounds win": "identifier:text partnerName:text playerPublicIdentifier:text? winningTicket:int jackpotSats:int "
    "payoutAddress:text",
    "rounds terms": "baseTicketPriceSats:int closingHeight:int game:text houseEdgePercent:int internalKey:hash "
    "minPaymentSats:int network:text orderId:text partnerName:text payoutAddress:text playerPublicIdentifier:text "
    "playerTicketPriceSats:int roundNumber:int salesEndHeight:int version:int",
    "luckotto round": "roundNumber:number status:text opensAtHeight:int salesEndHeight:int closingHeight:int "
    "settlementDepth:int poolSize:pool possibleCombinations:int baseCombinationPriceSats:int jackpotSats:int "
    "minPaymentFloorSats:int winnerAlgorithm:text hashWork:int? hashes:int? internalKey:hash soldTickets:int "
    "soldCombinations:int roundTerms:text? roundCommitment:hash? voidReason:text?",
    "luckotto order": "identifier:text partnerName:text playerUname:text playerIdentifier:text requestedNumbers:set "
    "baseSats:int feeSats:int depositAddress:text internalKey:hash terms:text commitment:hash",
    "luckotto payment": "identifier:text txid:hash vout:int amountSats:int creditedSats:int refundableSats:int "
    "blockHeight:int status:text",
    "luckotto ticket": "identifier:text sequence:int allocatedNumbers:set combinations:int status:text",
    "luckotto draw": "algorithm:text closingBlockHash:hash drawnNumbers:list drawDigests:list winningNumbers:set",
    "luckotto sealed draw": "algorithm:text closingBlockHash:hash checkpointsRoot:hash lastState:hash "
    "drawnNumbers:list winningNumbers:set",
    "luckotto win": "identifier:text partnerName:text playerUname:text playerIdentifier:text winningNumbers:set "
    "jackpotSats:int payoutAddress:text",
    "luckotto terms": "baseCombinationPriceSats:int closingHeight:int game:text houseEdgePercent:int internalKey:hash "
    "minPaymentSats:int network:text orderId:text partnerName:text payoutAddress:text playerIdentifier:text "
    "playerUname:text poolSize:pool requestedNumbers:set roundNumber:int salesEndHeight:int totalSats:int version:int",
}
NOT_SEALED = "not sealed before its closing block"  # why the rules make a round void
NOT_COSIGNED = "its seal was not cosigned by its witnesses before its closing block"
LATEST = 7200  # seconds from a block's own time, which may be as far ahead, to when its quorum is said at the latest
NOT_SAID = "this bundle does not show what the log says of the quorum"
HOLDINGS = {"rounds": ("slip", "slips"), "luckotto": ("ticket", "tickets")}
TITLES = {"rounds": "the ticket draw", "luckotto": "Luckotto"}
KINDS = {
    "int": lambda value: type(value) is int and 0 <= value < 2**63,
    "number": lambda value: type(value) is int and 0 <= value < 2**32,
    "text": lambda value: isinstance(value, str),
    "hash": lambda value: isinstance(value, str) and re.match(r"[0-9a-f]{64}\Z", value) is not None,
    "hex": lambda value: isinstance(value, str) and re.match(r"(?:[0-9a-f]{2})+\Z", value) is not None,
    "list": lambda value: isinstance(value, list),
    "flag": lambda value: isinstance(value, bool),
    "pool": lambda value: type(value) is int and 9 <= value <= 63,
    "set": lambda value: (
        isinstance(value, list)
        and 6 <= len(value) <= 25
        and all(type(number) is int and 1 <= number <= 63 for number in value)
        and value == sorted(set(value))
    ),
    "record": lambda value: isinstance(value, dict),
}


class BadInput(Exception):
    pass


class Untold(str):
    """Why a claim cannot be told from this bundle, neither today nor later."""


class Output(NamedTuple):
    """An output to one of the orders' scripts, as the chain says."""

    txid: str
    vout: int
    amount: int
    script: bytes
    height: int
    place: int
    block_hash: str


class Bought(NamedTuple):
    """What the rules make of an output. Tickets, and the first of them, are those of the main game."""

    output: Output
    order: str
    status: str
    credited: int
    refundable: int
    tickets: int = 0
    first: int | None = None


# Hashes, keys and addresses


def double_sha256(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def tagged_hash(tag: str, message: bytes) -> bytes:
    tag_hash = hashlib.sha256(tag.encode("ascii")).digest()
    return hashlib.sha256(tag_hash + tag_hash + message).digest()


def add(a: Point, b: Point) -> Point:
    """The sum of two points; None is the point at infinity."""
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % FIELD == 0:
        return None
    if a == b:
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, FIELD) % FIELD
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, FIELD) % FIELD
    x = (slope * slope - a[0] - b[0]) % FIELD
    return (x, (slope * (a[0] - x) - a[1]) % FIELD)


def multiples_of_g() -> list[list[Point]]:
    """For each of a number's 64 hexadecimal places, 0 to 15 times that place's multiple of G."""
    table: list[list[Point]] = []
    base: Point = G
    for _ in range(64):
        row: list[Point] = [None]
        for _ in range(15):
            row.append(add(row[-1], base))
        table.append(row)
        base = add(row[-1], base)
    return table


def output_key(internal_key: bytes, commitment: bytes, table: list[list[Point]]) -> bytes:
    """BIP 341: Q = P + H(P + commitment) * G, as its x."""
    tweak = int.from_bytes(tagged_hash("TapTweak", internal_key + commitment), "big")
    x = int.from_bytes(internal_key, "big")
    y_squared = (pow(x, 3, FIELD) + 7) % FIELD
    y = pow(y_squared, (FIELD + 1) // 4, FIELD)
    if x >= FIELD or y * y % FIELD != y_squared or tweak >= ORDER:
        raise ValueError("the internal key is no point on the curve")
    point: Point = (x, y if y % 2 == 0 else FIELD - y)
    for place in range(64):
        point = add(point, table[place][tweak >> 4 * place & 15])
    if point is None:
        raise ValueError("these terms give no key")
    return point[0].to_bytes(32, "big")


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
    return segwit_address(prefix, 1, program)


def segwit_address(prefix: str, version: int, program: bytes) -> str:
    """BIP 350: the version and the program in groups of five bits, with the bech32m checksum (bech32 for version 0)."""
    groups = -(-len(program) * 8 // 5)
    number = int.from_bytes(program, "big") << (groups * 5 - len(program) * 8)
    data = [version] + [number >> 5 * place & 31 for place in range(groups - 1, -1, -1)]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = checksum_of(expanded + data + [0] * 6) ^ (0x2BC830A3 if version else 1)
    data += [check >> 5 * place & 31 for place in range(5, -1, -1)]
    return prefix + "1" + "".join(CHARACTERS[value] for value in data)


def address_of(script: bytes, network: str) -> str:
    """The address of an output, or nothing where it has none."""
    if script[:2] in (b"\0\x14", b"\0\x20", b"\x51\x20") and len(script) == 2 + script[1]:
        return segwit_address(PREFIXES[network], 1 if script[0] else 0, script[2:])
    versions = (0x00, 0x05) if network == "main" else (0x6F, 0xC4)
    if len(script) == 25 and script[:3] == b"\x76\xa9\x14" and script[23:] == b"\x88\xac":
        payload = bytes([versions[0]]) + script[3:23]
    elif len(script) == 23 and script[:2] == b"\xa9\x14" and script[22:] == b"\x87":
        payload = bytes([versions[1]]) + script[2:22]
    else:
        return ""
    number, text = int.from_bytes(payload + double_sha256(payload)[:4], "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = DIGITS_58[digit] + text
    return "1" * (len(payload) - len(payload.lstrip(b"\0"))) + text


# Blocks and transactions


def target_of(bits: int) -> int:
    """The number a block's hash must not exceed."""
    return (bits & 0x7FFFFF) << 8 * (bits >> 24) >> 24 if not bits & 0x800000 else 0


def bits_of(header: bytes) -> int:
    return int.from_bytes(header[72:76], "little")


def time_of(header: bytes) -> int:
    return int.from_bytes(header[68:72], "little")


def header_problem(header: bytes, network: str) -> str:
    bits = bits_of(header)
    if not 0 < target_of(bits) <= target_of(EASIEST_BITS[network]):
        return "its difficulty is none of this network"
    if int.from_bytes(double_sha256(header), "little") > target_of(bits):
        return "its hash is above its target"
    return ""


def difficulty_problem(chain: Sequence[bytes], place: int, first: int, network: str) -> str:
    """What is wrong with the difficulty of a header, given the ones before it; `first` is the height of chain[0]."""
    bits, before = bits_of(chain[place]), bits_of(chain[place - 1])
    adjusts = network != "regtest" and (first + place) % PERIOD == 0
    if network in EASY_WHEN_LATE and not adjusts:
        if time_of(chain[place]) > time_of(chain[place - 1]) + 1200:
            return "" if bits == EASIEST_BITS[network] else "it is late and not as easy as can be"
        at = place - 1
        while at and bits_of(chain[at]) == EASIEST_BITS[network] and (first + at) % PERIOD:
            at -= 1
        before = bits_of(chain[at])
        if before == EASIEST_BITS[network] and (first + at) % PERIOD:
            return ""  # the last one that was not easy lies before these headers
    if not adjusts:
        return "" if bits == before else "its difficulty is not the one of the block before it"
    if network == "testnet4":  # the period's first block, which is never easy, counts there
        if place < PERIOD:
            return ""
        before = bits_of(chain[place - PERIOD])
    return "" if is_adjusted(bits, before) else "its difficulty differs by more than four times"


def is_adjusted(bits: int, before: int) -> bool:
    """Targets change by four times at most; those that fell were rounded down to three bytes."""
    return target_of(before) * 1000 <= target_of(bits) * 4004 and target_of(bits) <= 4 * target_of(before)


def compact(raw: bytes, at: int) -> tuple[int, int]:
    """A length and the position after it."""
    first = raw[at]
    size = {0xFD: 2, 0xFE: 4, 0xFF: 8}.get(first)
    if size is None:
        return first, at + 1
    return int.from_bytes(raw[at + 1 : at + 1 + size], "little"), at + 1 + size


def read_transaction(raw: bytes) -> tuple[bytes, bytes, list[tuple[int, bytes]]]:
    """(id, first input's script, outputs as (sats, script)). Raises ValueError."""
    segwit = raw[4:6] == b"\0\1"
    at = start = 6 if segwit else 4
    try:
        count, at = compact(raw, at)
        script = b""
        outputs: list[tuple[int, bytes]] = []
        for number in range(count):
            length, at = compact(raw, at + 36)
            script = raw[at : at + length] if number == 0 else script
            at += length + 4
        made, at = compact(raw, at)
        for _ in range(made):
            length, after = compact(raw, at + 8)
            outputs.append((struct.unpack_from("<Q", raw, at)[0], raw[after : after + length]))
            at = after + length
        end = at
        for _ in range(count if segwit else 0):
            items, at = compact(raw, at)
            for _ in range(items):
                length, at = compact(raw, at)
                at += length
    except (IndexError, struct.error):
        raise ValueError("it ends too early") from None
    if at + 4 != len(raw) or count == 0:
        raise ValueError("it is malformed")
    stripped = raw[:4] + raw[start:end] + raw[-4:]
    if len(stripped) == 64:  # as long as two hashes: it could be an inner node of the tree
        raise ValueError("it could be an inner node")
    return double_sha256(stripped), script, outputs


def root_of(txid: bytes, index: int, branch: list[bytes]) -> bytes:
    """The Merkle root to which a branch leads. Raises ValueError."""
    if index >> len(branch):
        raise ValueError("its place does not fit its branch")
    node = txid
    for sibling in branch:
        if index & 1 and sibling == node:
            raise ValueError("a repeated node stands on the left")
        node = double_sha256(sibling + node if index & 1 else node + sibling)
        index >>= 1
    return node


def coinbase_height(script: bytes) -> int:
    """The height that a block's first transaction names (BIP 34). Raises ValueError."""
    if script[:1] and 0x51 <= script[0] <= 0x60:
        return script[0] - 0x50
    length = script[0] if script else 0
    if not 1 <= length <= 5 or len(script) < 1 + length:
        raise ValueError("it names no height")
    return int.from_bytes(script[1 : 1 + length], "little")


# The bundle


def unique_keys(pairs: list[tuple[str, Any]]) -> Record:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a name occurs twice")
    return record


def no_fraction(text: str) -> None:
    raise ValueError("there are only whole numbers here: " + text[:20])


def whole_number(text: str) -> int:
    if len(text.lstrip("-")) > LONGEST:
        raise ValueError(f"there is a number of {len(text)} digits in it")
    return int(text)


def strict_json(text: str) -> Any:
    value = json.loads(
        text,
        object_pairs_hook=unique_keys,
        parse_int=whole_number,
        parse_float=no_fraction,
        parse_constant=no_fraction,
    )
    level, depth = [value], 0
    while level:
        if depth > DEEPEST:
            raise ValueError("it is nested too deeply")
        inside = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, (dict, list))]
        level, depth = [child for children in inside for child in children], depth + 1
    return value


def unreadable(error: Exception) -> str:
    """Why a file cannot be read, in words."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, json.JSONDecodeError):
        return f"it is no JSON, or was cut off: line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return "it is no text in UTF-8"
    return (isinstance(error, OSError) and error.strerror) or str(error)


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


def known_otherwise(text: str) -> str:
    """The same from a text that is read less strictly."""
    try:
        return kind_of(json.loads(text))
    except (ValueError, RecursionError):
        return kind_of(text)


def is_bundle(kind: str) -> bool:
    return kind.startswith("a proof bundle")


def check_shape(record: Any, shape: str, game: str = "") -> None:
    article = "an" if shape[0] in "aeiou" else "a"
    if not isinstance(record, dict):
        raise BadInput(f"{article} {shape} is missing")
    parts = SHAPES[shape] if shape in SHAPES else SHAPES[f"{game} {shape}"]
    for part in parts.split():
        name, kind = part.split(":")
        value = record.get(name, ...)
        if not (value is None and kind.endswith("?")) and (value is ... or not KINDS[kind.rstrip("?")](value)):
            raise BadInput(f"{name} of {article} {shape} is missing or malformed")


def check_bundle(bundle: Any) -> None:
    if isinstance(bundle, dict):  # kept from before payouts, or the game, were told
        bundle.setdefault("payout", None)
        bundle.setdefault("balances", [])
        bundle.setdefault("log", None)
        bundle.setdefault("game", "rounds")
        bundle.setdefault("checkpoints", None)
        for name in ("roundTerms", "roundCommitment", "voidReason", "hashes"):
            bundle["round"].setdefault(name, None) if isinstance(bundle.get("round"), dict) else None
        bundle["payout"].setdefault("heightProof", None) if isinstance(bundle["payout"], dict) else None
        for name, nothing in (("witnessed", None), ("cosigned", [])):
            bundle["log"].setdefault(name, nothing) if isinstance(bundle["log"], dict) else None
    check_shape(bundle, "bundle")
    if bundle["bundleVersion"] not in (1, 2) or bundle["network"] not in PREFIXES:
        raise BadInput("this version or network is unknown to me")
    game = bundle["game"]
    if not isinstance(game, str) or game not in HOLDINGS:
        raise BadInput("this game is unknown to me")
    others = [one for one, (_, held) in HOLDINGS.items() if one != game and isinstance(bundle.get(held), list)]
    if others and not isinstance(bundle.get(HOLDINGS[game][1]), list):
        raise BadInput(f"it calls itself a bundle of {TITLES[game]}, and the orders in it are of {TITLES[others[0]]}")
    lists = {"order": "orders", "payment": "payments", "transaction": "transactions", "balance": "balances"}
    for shape, name in (*lists.items(), HOLDINGS[game]):
        if not isinstance(bundle.get(name), list):
            raise BadInput(f"{name} of a bundle is missing or malformed")
        for record in bundle[name]:
            check_shape(record, shape, game)
    for name in ("round", "headers", "seal", "draw", "win", "payout", "log"):
        if bundle[name] is not None:
            is_sealed = (
                name == "draw" and isinstance(bundle[name], dict) and bundle[name].get("algorithm") == SEALED_DRAW
            )
            check_shape(bundle[name], "sealed draw" if is_sealed else name, game)
    check_lists(bundle)


def check_lists(bundle: Record) -> None:
    """What the lists inside the records hold."""
    paid = bundle["payout"] or {}
    anchored = check_log(bundle["log"] or {})
    told = [bundle["heightProof"], paid.get("proof"), paid.get("heightProof"), anchored.get("proof")]
    proofs = bundle["transactions"] + [proof for proof in told if proof is not None]
    for proof in proofs:
        check_shape(proof, "transaction")
    draw_ = bundle["draw"] or {}
    headers_ = (bundle["headers"] or {"headers": []})["headers"]
    values = [(node, "hash") for proof in proofs for node in proof["branch"]]
    values += [(node, "hash") for node in anchored.get("path", [])]
    cosigned_ = (bundle["log"] or {"cosigned": []})["cosigned"]
    if len(cosigned_) > MOST_CHECKPOINTS:
        raise BadInput("more checkpoints than a round has witnesses")
    values += [(proof, "text") for proof in cosigned_]
    values += [(header, "hex") for header in headers_]
    values += [(leaf, "text") for leaf in (bundle["seal"] or {"leaves": []})["leaves"]]
    values += [(digest, "hash") for digest in draw_.get("drawDigests", [])]
    values += [(state, "hash") for state in bundle["checkpoints"] or []]
    if bundle["game"] == "luckotto":
        values += [(number, "int") for number in draw_.get("drawnNumbers", [])]
    else:
        values += [(end, "int") for slip in bundle["slips"] for pair in slip["ranges"] for end in pair_of(pair)]
    if not all(KINDS[kind](value) for value, kind in values):
        raise BadInput("a list holds something malformed")
    if any(len(header) != 160 for header in [proof["header"] for proof in proofs] + headers_):
        raise BadInput("a block header has 80 bytes")


def check_log(told: Record) -> Record:
    """The entries' shapes; the anchor, or an empty record."""
    for name in ("promise", "seal", "witnessed"):
        if told.get(name) is not None:
            check_shape(told[name], "entry")
    if told.get("anchor") is None:
        return {}
    check_shape(told["anchor"], "anchor")
    found: Record = told["anchor"]
    return found


def pair_of(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise BadInput("a range has a first and a last ticket")
    return value


def bytes_of(name: str) -> bytes:
    """A file's bytes, or those of standard input. Raises OSError or BadInput."""
    if name == "-":
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        with open(name, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BadInput(f"{name} is too long: no part of a bundle has more than {MOST_BYTES} bytes")
    return data


def read_part(name: str) -> Any:
    """One file of a bundle. Raises BadInput."""
    text = ""
    try:
        data = bytes_of(name)
        text = data.decode("latin-1")  # what is no text may be a PSBT
        text = data.decode("utf-8-sig")
        part = strict_json(text)
    except (OSError, ValueError, RecursionError) as error:
        other = known_otherwise(text)
        if other and not is_bundle(other):
            raise BadInput(f"{name} is no bundle. It is {other}") from None
        raise BadInput(f"cannot read {name}: {unreadable(error)}") from None
    other = kind_of(part)
    if other and not is_bundle(other):
        raise BadInput(f"{name} is no bundle. It is {other}")
    return part


def read_bundle(names: list[str]) -> Record:
    """All parts as one bundle."""
    parts = []
    for name in names:
        parts.append(read_part(name))
        check_bundle(parts[-1])
    parts.sort(key=lambda part: part["partFrom"])
    whole: Record = parts[0]
    if whole["partFrom"] != 0:
        raise BadInput("the first part is missing")
    for part in parts[1:]:
        if part["partFrom"] != whole["next"] or not belongs(part, whole):
            raise BadInput("these parts do not belong together")
        for name in ("orders", "payments", "transactions", HOLDINGS[whole["game"]][1]):
            whole[name] += part[name]
        if whole["seal"] and part["seal"]:
            whole["seal"]["leaves"] += part["seal"]["leaves"]
        whole["next"] = part["next"]
    if whole["next"] is not None:
        raise BadInput("the bundle goes on: fetch its next part with ?from={}".format(whole["next"]))
    return whole


def belongs(part: Record, whole: Record) -> bool:
    """Whether a later part tells of the same round the same as the first does, or leaves it to that."""
    names = ["bundleVersion", "game", "network", "round", "draw", "win"]
    names += [name for name in ("headers", "heightProof", "payout", "balances", "checkpoints", "log") if part[name]]
    seals = [one["seal"] and [one["seal"]["root"], one["seal"]["sealedAtHeight"]] for one in (part, whole)]
    return seals[0] == seals[1] and all(canonical(part[name]) == canonical(whole[name]) for name in names)


# The evidence


def shown(digest: bytes) -> str:
    """A hash as explorers print it."""
    return digest[::-1].hex()


def canonical(record: Any) -> str:
    """As terms and the seal's leaves are written."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def with_edge(base: int, percent: int) -> int:
    return int((base * (100 + percent) + 99) // 100)


class Evidence:
    """What the raw material proves; `problems` collects, claim by claim, what does not fit, `untold` what lacks."""

    round_terms: tuple[str, ...]  # what of an order's terms is its round's
    player: tuple[str, ...]  # what its terms call the player
    sold: tuple[str, ...]  # what of its record says how much was sold
    claims: tuple[Any, ...]

    def __init__(self, bundle: Record) -> None:
        self.bundle, self.round = bundle, bundle["round"]
        self.problems: dict[str, list[str]] = {}
        self.untold: dict[str, str] = {}
        self.brought: list[Note] = []  # what witnesses served themselves
        self.said_besides: list[tuple[str | None, int]] = []  # by other entries of the log: of which block, how many
        promise_, known = self.round["roundTerms"], self.round["roundCommitment"]
        self.version = 1 if promise_ is None and known is None else 2
        try:
            self.commitment = tagged_hash("tiraj/round/1", (promise_ or "").encode("utf-8")).hex()
        except UnicodeEncodeError:
            raise BadInput("roundTerms is no text") from None
        self.bought: list[Bought] = []
        self.place_headers()
        self.place_later()
        self.read_orders()
        self.read_transactions()
        self.replay()

    def say(self, claim: str, problem: str) -> None:
        self.problems.setdefault(claim, []).append(problem)

    def place_headers(self) -> None:
        stated = self.bundle["headers"] or {"firstHeight": 0, "headers": []}
        self.headers = [bytes.fromhex(header) for header in stated["headers"]]
        hashes = [shown(double_sha256(header)) for header in self.headers]
        self.first = stated["firstHeight"]
        proof = self.bundle["heightProof"]
        if proof:
            block = shown(double_sha256(bytes.fromhex(proof["header"])))
            try:
                height = self.height_of_block(proof)
                if block not in hashes:
                    raise ValueError("its block is none of these")
                self.first = height - hashes.index(block)
            except ValueError as error:
                self.say("heights", f"the transaction that proves them: {error}")
            if self.first != stated["firstHeight"]:
                self.say("heights", "the first header is block {}, not {}".format(self.first, stated["firstHeight"]))
        elif self.headers:
            self.say("heights", "nothing proves them")
        self.hashes = hashes
        self.heights = {block: self.first + place for place, block in enumerate(hashes)}
        if proof and self.closing_hash() not in (None, block):
            if self.version == 2:
                self.say("heights", "another block says them, not the closing block")
            self.untold["heights"] = "a later block says them, not the closing block: fetch the bundle anew"

    def place_later(self) -> None:
        """The heights of blocks beyond the headers, as far as these show them: of those that a known block names as the
        one before it, or that name one so; and from the one in the payout's proof that names its own height."""
        self.placed = dict(self.heights)
        paid = self.bundle.get("payout") or {}
        anchored = (self.bundle.get("log") or {}).get("anchor") or {}
        told = [*self.bundle["transactions"], paid.get("proof"), paid.get("heightProof"), anchored.get("proof")]
        headers_ = [bytes.fromhex(proof["header"]) for proof in told if proof is not None]
        before = {shown(double_sha256(header)): shown(header[4:36]) for header in headers_}
        self.follow(list(self.placed), before)
        proof = paid.get("heightProof")
        if proof is None or proof["blockHash"] in self.placed:
            return
        try:
            self.placed[proof["blockHash"]] = self.height_of_block(proof)
        except ValueError:
            return  # which a claim says
        self.follow([proof["blockHash"]], before)

    def follow(self, known: list[str], before: dict[str, str]) -> None:
        """From blocks that are placed to those next to them."""
        after: dict[str, list[str]] = {}
        for block, one in before.items():
            after.setdefault(one, []).append(block)
        while known:
            block = known.pop()
            near = [(one, 1) for one in after.get(block, ())]
            near += [(before[block], -1)] if block in before else []
            for one, step in near:
                if one not in self.placed:
                    self.placed[one] = self.placed[block] + step
                    known.append(one)

    def height_of_block(self, proof: Record) -> int:
        """The height that a block's first transaction names. Raises ValueError."""
        txid, script, _ = read_transaction(bytes.fromhex(proof["rawTransaction"]))
        self.check_branch(txid, proof)
        if proof["index"] != 0:
            raise ValueError("it is not the first of its block")
        height = coinbase_height(script)
        if proof["blockHeight"] != height:
            raise ValueError(f"its block has the height {height}")
        return height

    def check_branch(self, txid: bytes, proof: Record) -> None:
        if shown(txid) != proof["txid"]:
            raise ValueError(f"its bytes are those of {shown(txid)}")
        header = bytes.fromhex(proof["header"])
        if shown(double_sha256(header)) != proof["blockHash"]:
            raise ValueError("its header is not the one of its block")
        if root_of(txid, proof["index"], [bytes.fromhex(node) for node in proof["branch"]]) != header[36:68]:
            raise ValueError("its branch does not lead to its block's header")

    def read_orders(self) -> None:
        self.orders: dict[str, Record | None] = {}
        self.commitments: dict[str, str] = {}
        self.scripts: dict[bytes, str] = {}
        table = multiples_of_g()
        for order in self.bundle["orders"]:
            name = "order {}".format(order["identifier"])
            if order["identifier"] in self.orders:
                raise BadInput("an order occurs twice")
            self.orders[order["identifier"]] = None
            try:
                terms = strict_json(order["terms"])
                check_shape(terms, "terms", self.bundle["game"])
                commitment = tagged_hash("tiraj/order/1", order["terms"].encode("utf-8"))
                key = output_key(bytes.fromhex(terms["internalKey"]), commitment, table)
            except (ValueError, BadInput, RecursionError) as error:
                self.say("addresses", f"{name}: {error}")
                continue
            self.commitments[order["identifier"]] = commitment.hex()
            if commitment.hex() != order["commitment"]:
                self.say("addresses", f"{name}: its terms hash to {commitment.hex()}")
            address = taproot_address(PREFIXES[self.bundle["network"]], key)
            if address != order["depositAddress"]:
                self.say("addresses", f"{name}: its terms lead to {address}")
            self.orders[order["identifier"]] = terms
            self.scripts[b"\x51\x20" + key] = order["identifier"]

    def read_transactions(self) -> None:
        self.outputs: list[Output] = []
        seen: set[bytes] = set()
        told: dict[str, int] = {}  # of blocks whose height nothing shows: the first that is told of each
        for proof in self.bundle["transactions"]:
            name, block = "transaction {}".format(proof["txid"]), proof["blockHash"]
            height = self.placed.get(block, told.setdefault(block, proof["blockHeight"]))
            try:
                txid, _, outputs = read_transaction(bytes.fromhex(proof["rawTransaction"]))
                if txid in seen:
                    raise ValueError("it occurs twice")
                seen.add(txid)
                self.outputs += [
                    Output(shown(txid), vout, amount, script, height, proof["index"], block)
                    for vout, (amount, script) in enumerate(outputs)
                    if script in self.scripts
                ]
                self.check_branch(txid, proof)
                self.check_block(proof, height)
            except ValueError as error:
                self.say("transactions", f"{name}: {error}")
        if sum(output.amount for output in self.outputs) > MOST_SATS:
            raise BadInput("more is paid than there is")

    def check_block(self, proof: Record, height: int) -> None:
        """A payment long after the round lies beyond the headers: its block must at least carry their work."""
        if proof["blockHeight"] != height:
            raise ValueError(f"its block has the height {height}")
        if proof["blockHash"] in self.heights:
            return
        problem = self.problem_beyond(bytes.fromhex(proof["header"]), height)
        if isinstance(problem, Untold):
            self.untold["transactions"] = "transaction {}: its block: {}".format(proof["txid"], problem)
        elif problem:
            raise ValueError("its block: " + problem)

    def problem_beyond(self, header: bytes, height: int) -> str:
        """What is wrong with a block that comes after the last header: it must be as hard to forge as the closing one.

        In the same period its difficulty is the same; after an adjustment at least a quarter of it, for in all its
        years Bitcoin's never fell further.
        """
        last = self.first + len(self.headers) - 1
        if not self.headers or height <= last:
            return "it belongs among the headers"
        network = self.bundle["network"]
        problem = header_problem(header, network)
        if problem:
            return problem
        target, reference = target_of(bits_of(header)), min(self.round["closingHeight"], last)
        if network in EASY_WHEN_LATE:
            hardest = min(target_of(bits_of(one)) for one in self.headers[-PERIOD:])
            return Untold("blocks of this network may be easy") if target > hardest else ""
        known = target_of(bits_of(self.headers[max(reference - self.first, 0)]))
        if network == "regtest" or height // PERIOD == reference // PERIOD:
            return "" if target == known else "its difficulty is not that of the closing block"
        return "" if target <= 4 * known else "its difficulty is below a quarter of the closing block's"

    def replay(self) -> None:
        """Every payment's fate, from the first to the last: what the rules make of what the chain says."""
        raise NotImplementedError

    def sealed(self) -> list[tuple[str, int, int]]:
        """What the seal is over, each as text with its tickets and sats."""
        raise NotImplementedError

    def owner_of_winner(self) -> str | None:
        """The order that holds what was drawn."""
        raise NotImplementedError

    def drawn(self) -> Record:
        """What was drawn, as a win names it."""
        raise NotImplementedError

    def earned(self) -> dict[str, int]:
        """What each partner's players paid beyond base prices."""
        raise NotImplementedError

    def in_chain_order(self) -> list[Output]:
        return sorted(self.outputs, key=lambda o: (o.height, o.place, o.vout))

    def terms_of(self, order: str) -> Record:
        """The terms of an order whose script is known, and which therefore has some."""
        return self.orders[order] or {}

    def winning_terms(self) -> Record | None:
        """The terms of the order that holds what was drawn."""
        owner = self.owner_of_winner()
        return None if owner is None else self.orders.get(owner)

    def closing_hash(self) -> str | None:
        """The hash of the block at the closing height, or None if its header is not there."""
        place = self.round["closingHeight"] - self.first
        return self.hashes[place] if 0 <= place < len(self.hashes) else None


# The public log: notes and their signatures, trees


BASE_FIELD = 2**255 - 19
BASE_ORDER = 2**252 + 27742317777372353535851937790883648493
TWIST = -121665 * pow(121666, BASE_FIELD - 2, BASE_FIELD) % BASE_FIELD


class Note(NamedTuple):
    """A signed checkpoint: its text, what that says, and the lines below it, each as its name with its bytes."""

    text: str
    origin: str
    size: int
    root: bytes
    lines: list[tuple[str, bytes]]


def read_note(text: str) -> Note:
    """Raises ValueError."""
    body, blank, below = text.partition("\n\n")
    found = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*", body + "\n")
    if found is None or not blank or not below.endswith("\n"):
        raise ValueError("it is no signed checkpoint")
    lines = []
    for line in below[:-1].split("\n"):
        parts = re.fullmatch("\u2014 ([^ +\n]{1,200}) ([A-Za-z0-9+/]+={0,2})", line)
        try:
            lines.append((parts[1], base64.b64decode(parts[2], validate=True)) if parts else ("", b""))
        except ValueError:
            parts = None
        if parts is None:
            raise ValueError(f"below a checkpoint this line is no signature: {line[:120]}")
    return Note(body + "\n", found[1], int(found[2]), base64.b64decode(found[3], validate=True), lines)


def time_said(note: Note) -> int:
    """When the log says that it signed a checkpoint. Raises ValueError."""
    found = re.search(r"\ntime (0|[1-9][0-9]{0,18})\n", note.text)
    if found is None:
        raise ValueError("its checkpoint says no time")
    return int(found[1])


def read_proof(text: str) -> tuple[int, list[bytes], str]:
    """Number, path and note of a proof (c2sp.org/tlog-proof@v1). Raises ValueError."""
    head, blank, note = text.partition("\n\n")
    lines = [line for place, line in enumerate(head.split("\n")) if place != 1 or not line.startswith("extra ")]
    place = re.fullmatch(r"index (0|[1-9][0-9]{0,18})", lines[1]) if len(lines) > 1 else None
    if lines[0] != "c2sp.org/tlog-proof@v1" or place is None or not blank:
        raise ValueError("it is no proof")
    if not all(re.fullmatch(r"[A-Za-z0-9+/]{43}=", line) for line in lines[2:]):
        raise ValueError("it is no proof")
    return int(place[1]), [base64.b64decode(line, validate=True) for line in lines[2:]], note


def tree_root(text: str, number: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root to which a path leads from an entry (RFC 9162, 2.1.3.2). Raises ValueError."""
    if number >= size:
        raise ValueError("its number is not below the size")
    node, at, last = hashlib.sha256(b"\0" + text.encode("utf-8")).digest(), number, size - 1
    for sibling in path:
        if not last:
            raise ValueError("its path is too long")
        if at & 1 or at == last:
            node = hashlib.sha256(b"\1" + sibling + node).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\1" + node + sibling).digest()
        at, last = at >> 1, last >> 1
    if last:
        raise ValueError("its path is too short")
    return node


def key_bytes(key: str) -> tuple[str, bytes, bytes]:
    """Name, id and public key of a verifier key that is one."""
    name, identifier, public = key.split("+", 2)
    return name, bytes.fromhex(identifier), base64.b64decode(public.encode("ascii"))[1:]


def is_signed_by(note: Note, key: str) -> bool:
    """Whether a line below it is this log's own signature."""
    name, identifier, public = key_bytes(key)
    own = [data[4:] for signer, data in note.lines if signer == name and data[:4] == identifier]
    return note.origin == name and any(ed25519_holds(public, note.text.encode("utf-8"), one) for one in own)


def cosigned_at(note: Note, key: str) -> int | None:
    """When a witness says that he cosigned it (cosignature/v1); None if there is no line of his. Raises ValueError."""
    name, identifier, public = key_bytes(key)
    for signer, data in note.lines:
        if signer == name and data[:4] == identifier:
            time = int.from_bytes(data[4:12], "big")
            signed = f"cosignature/v1\ntime {time}\n{note.text}".encode()
            if len(data) != 76 or not ed25519_holds(public, signed, data[12:]):
                raise ValueError(f"the cosignature of {name} is not valid")
            return time
    return None


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032, 5.1.7, without a cofactor."""
    point, scalar = curve_point(public), int.from_bytes(signature[32:], "little")
    if point is None or len(signature) != 64 or scalar >= BASE_ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % BASE_ORDER
    if curve_times(8, point)[0] == 0:
        return False  # a point of small order, for which a signature says nothing of who made it
    y = 4 * pow(5, BASE_FIELD - 2, BASE_FIELD) % BASE_FIELD
    base = curve_point(y.to_bytes(32, "little"))
    away = (BASE_FIELD - point[0], point[1], 1, (BASE_FIELD - point[0]) * point[1] % BASE_FIELD)
    x, y, z, _ = curve_add(curve_times(scalar, base or away), curve_times(challenge, away))
    inverse = pow(z, BASE_FIELD - 2, BASE_FIELD)
    x, y = x * inverse % BASE_FIELD, y * inverse % BASE_FIELD
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


def curve_point(data: bytes) -> tuple[int, int, int, int] | None:
    """A point of edwards25519 from its 32 bytes."""
    number = int.from_bytes(data, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    if len(data) != 32 or y >= BASE_FIELD:
        return None
    square = (y * y - 1) * pow(TWIST * y * y + 1, BASE_FIELD - 2, BASE_FIELD) % BASE_FIELD
    x = pow(square, (BASE_FIELD + 3) // 8, BASE_FIELD)
    if (x * x - square) % BASE_FIELD:
        x = x * pow(2, (BASE_FIELD - 1) // 4, BASE_FIELD) % BASE_FIELD
    if (x * x - square) % BASE_FIELD or (x == 0 and sign):
        return None
    x = BASE_FIELD - x if x & 1 != sign else x
    return x, y, 1, x * y % BASE_FIELD


def curve_add(one: tuple[int, int, int, int], two: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    a = (one[1] - one[0]) * (two[1] - two[0]) % BASE_FIELD
    b = (one[1] + one[0]) * (two[1] + two[0]) % BASE_FIELD
    c, d = 2 * one[3] * two[3] * TWIST % BASE_FIELD, 2 * one[2] * two[2] % BASE_FIELD
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % BASE_FIELD, g * h % BASE_FIELD, f * g % BASE_FIELD, e * h % BASE_FIELD


def curve_times(number: int, point: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = curve_add(result, point)
        point, number = curve_add(point, point), number >> 1
    return result


def key_at(key: str, rotations: Sequence[tuple[int, str, str]], size: int) -> str:
    """The key of the log that signs so many entries, in the line of the one that is known."""
    for number, old, new in rotations:
        if old == key and number < size:
            key = new
    for number, old, new in reversed(rotations):
        if new == key and number >= size:
            key = old
    return key


def read_rotations(path: str) -> list[tuple[int, str, str]]:
    """LOG/keys: in which entry which key followed which, each signed by both and proven to be in the log.

    Raises BadInput.
    """
    try:
        data = json.loads(bytes_of(path).decode("utf-8-sig"), parse_int=whole_number)
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(f"--keys: {path}: {unreadable(error)}") from None
    rotations = data.get("rotations") if isinstance(data, dict) else None
    if not isinstance(rotations, list):
        other = kind_of(data)
        raise BadInput(f"--keys: {path} is not LOG/keys" + (f". It is {other}" if other else ""))
    try:
        told = sorted((int(one["number"]), one["entry"], one["proof"]) for one in rotations)
        found = [rotation for one in told if (rotation := read_rotation(*one)) is not None]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadInput(f"--keys: {path} is not LOG/keys: an entry in it does not hold, or lacks something") from None
    if len({old for _, old, _ in found}) < len(found) or len({new for _, _, new in found}) < len(found):
        raise BadInput("--keys: a key has two successors, or two that it follows")
    return found


def read_rotation(number: int, entry: str, proof: str) -> tuple[int, str, str] | None:
    """None where a lost key signed nothing: nobody has to believe that. Raises ValueError and others of its kind."""
    body, _, below = json.loads(entry)["note"].partition("\n\n")
    title, origin, old, new, size = body.split("\n")
    keys = [old, new]
    lines = [line.split(" ") for line in below.splitlines()]
    if title != "tiraj/log-key/1" or not all(is_verifier_key(key, 1) and key_bytes(key)[0] == origin for key in keys):
        raise ValueError(f"entry {number} is no entry of a key")
    note = Note(body + "\n", origin, 0, b"", [(name, base64.b64decode(data)) for _, name, data in lines])
    at, path, shown = read_proof(proof)
    checkpoint = read_note(shown)
    if tree_root(entry, at, checkpoint.size, path) != checkpoint.root or not int(size) <= at == number:
        raise ValueError(f"entry {number} is not in the log")
    if not is_signed_by(note, new) or not is_signed_by(checkpoint, new):
        raise ValueError(f"entry {number} is not signed by the key that takes over")
    return (number, old, new) if is_signed_by(note, old) else None


# The claims. Each returns its problems; or, as text, why it cannot be told.


def promise(evidence: Evidence, options: argparse.Namespace) -> Found:
    """What decides the round is what was promised before its sales, and every order's terms and the seal say so"""
    round_, version = evidence.round, evidence.version
    problems = hash_work_problems(evidence)
    if evidence.bundle["bundleVersion"] != version:
        problems.append(differ("bundleVersion", evidence.bundle["bundleVersion"], version, PROMISE))
    promised = evidence.commitment if version == 2 else None
    for order in evidence.bundle["orders"]:
        told, of = evidence.orders[order["identifier"]], "order {}".format(order["identifier"])
        if told is not None and told["version"] != version:
            problems.append(differ("version", told["version"], version, PROMISE, of))
        elif told is not None and told.get("roundCommitment") != promised:
            problems.append(differ("roundCommitment", told.get("roundCommitment"), promised, HERE, of))
    if version == 1:
        return problems or Untold("the round is of version 1: nothing was promised that binds its rules")
    if round_["roundTerms"] is None or round_["roundCommitment"] != evidence.commitment:
        problems.append(differ("roundCommitment", round_["roundCommitment"], evidence.commitment))
    return problems + promise_problems(evidence)


def promise_problems(evidence: Evidence) -> list[str]:
    """What the promise says otherwise than the record."""
    text = evidence.round["roundTerms"] or "{}"
    try:
        told = strict_json(text)
    except (ValueError, RecursionError) as error:
        return [f"it is no JSON: {error}"]
    own, _ = HASH_WORK[evidence.bundle["game"]]
    names = sorted(work_of(evidence)[0] if name == own else name for name in PROMISED[evidence.bundle["game"]].split())
    is_third = isinstance(told, dict) and is_same(told.get("version"), 3)
    if not isinstance(told, dict) or sorted(told) != sorted(names + ["quorum", "witnesses"] * is_third):
        return ["it does not say what a promise says"]
    version = 3 if is_third else 2
    record = dict(evidence.round, game=evidence.bundle["game"], network=evidence.bundle["network"], version=version)
    differing_ = [name for name in names if not is_same(told[name], record[name])]
    wrong = [differ(name, record[name], told[name], PROMISE) for name in differing_]
    wrong += witness_problems(told["witnesses"], told["quorum"]) if is_third else []
    unused = [name for name in (own, SEALED_WORK[0]) if name not in names and record[name] is not None]
    wrong += [differ(name, record[name], None, PROMISE) for name in unused]
    return wrong + ([] if canonical(told) == text else ["it is not canonical JSON"])


def witness_problems(witnesses: Any, quorum: Any) -> list[str]:
    """Whom a promise of version 3 names, each once, in order, by a key of a witness; and how many of them."""
    if not isinstance(witnesses, list) or not all(isinstance(key, str) for key in witnesses):
        return ["its witnesses are no list of keys"]
    keys = [key.split("+", 2) for key in witnesses]
    problems = [f"{key} is no key of a witness" for key in witnesses if not is_witness(key)]
    twice = len({name for name, *_ in keys}) < len(keys) or len({public for *_, public in keys}) < len(keys)
    if twice or witnesses != sorted(witnesses):
        problems.append("a witness is named twice, or they are out of order")
    if type(quorum) is not int or not 0 <= quorum <= len(witnesses):
        problems.append(f"{quorum} of {len(witnesses)} witnesses cannot be had")
    return problems


def is_witness(key: str) -> bool:
    """Whether a text is a verifier key of type 4 (c2sp.org/tlog-cosignature)."""
    return is_verifier_key(key, 4)


def is_verifier_key(key: str, kind: int) -> bool:
    """Whether a text is a verifier key of that type (c2sp.org/signed-note): name, id and key that fit."""
    name, _, rest = key.partition("+")
    identifier, _, public = rest.partition("+")
    try:
        data = base64.b64decode(public.encode("ascii"), validate=True)
        right = hashlib.sha256(name.encode("utf-8") + b"\n" + data).hexdigest()[:8]
    except ValueError:
        return False
    is_name = re.fullmatch(r"[^\s+\x00-\x1f]{1,200}", name) is not None
    return is_name and data[:1] == bytes([kind]) and len(data) == 33 and identifier == right


def hash_work_problems(evidence: Evidence) -> list[str]:
    """Without hashing a draw costs nothing to bend; beyond the bound nobody can repeat it."""
    name, most = work_of(evidence)
    work = evidence.round[name]
    is_right = work and 1 <= work <= most
    return [] if is_right else [f"{LABELS[name]}, is {said(work)}, and no round has less than 1 or more than {most}"]


def work_of(evidence: Evidence) -> tuple[str, int]:
    """The member that says how much is hashed for the round's draw, and the most of it."""
    return SEALED_WORK if evidence.round["winnerAlgorithm"] == SEALED_DRAW else HASH_WORK[evidence.bundle["game"]]


def said(value: Any) -> str:
    if isinstance(value, list) and value and all(isinstance(one, list) and len(one) == 2 for one in value):
        return ", ".join("{}-{}".format(*pair) for pair in value)
    if isinstance(value, list):
        return ", ".join(map(said, value)) or "nothing"
    return "nothing" if value is None or value is ... else str(value)


def differ(name: str, stated: Any, right: Any, who: str = HERE, of: str = "") -> str:
    """What differs, in a sentence with both values: what the file says, and what who else says."""
    what = ", ".join(part for part in (of, LABELS.get(name, name)) if part)
    return f"{what}: the file says {said(stated)}; {who} {said(right)}"


def wrong_members(stated: Record, right: Record, who: str = HERE, of: str = "") -> list[str]:
    """The members of a record that are not as they should be."""
    return [differ(name, stated[name], value, who, of) for name, value in right.items() if stated[name] != value]


def is_same(value: Any, other: Any) -> bool:
    return type(value) is type(other) and bool(value == other)


def headers(evidence: Evidence, options: argparse.Namespace) -> Found:
    """The block headers are linked, and each carries the work that its network asks for"""
    problems = []
    for place, header in enumerate(evidence.headers):
        problem = header_problem(header, evidence.bundle["network"])
        if place and header[4:36] != double_sha256(evidence.headers[place - 1]):
            problem = "it does not name the block before it"
        elif place and not problem:
            problem = difficulty_problem(evidence.headers, place, evidence.first, evidence.bundle["network"])
        if problem:
            problems.append(f"block {evidence.first + place}: {problem}")
    return problems if evidence.headers else "no block of this round exists yet"


def heights(evidence: Evidence, options: argparse.Namespace) -> Found:
    """The blocks have the heights that are claimed, for the closing block says its own"""
    if "heights" in evidence.untold:
        return Untold(evidence.untold["heights"])
    return [] if evidence.headers else "no block of this round exists yet"


def transactions(evidence: Evidence, options: argparse.Namespace) -> Found:
    """Every transaction is in its block, and that block carries the work of its network"""
    return Untold(evidence.untold["transactions"]) if "transactions" in evidence.untold else []


def addresses(evidence: Evidence, options: argparse.Namespace) -> Found:
    """Every deposit address commits to its order's terms"""
    return []


def terms(evidence: Evidence, options: argparse.Namespace) -> Found:
    """Every order's terms are those of its round and of its record"""
    problems: list[str] = []
    round_ = evidence.round
    for order in evidence.bundle["orders"]:
        told = evidence.orders[order["identifier"]]
        if told is None:
            continue
        names = ("roundNumber", "closingHeight", "salesEndHeight", "internalKey", *evidence.round_terms)
        expected = {name: round_[name] for name in names}
        expected.update({name: order[name] for name in ("partnerName", *evidence.player)})
        expected.update({name: order[name] for name in ("requestedNumbers",) if name in order})
        expected.update(orderId=order["identifier"], network=evidence.bundle["network"])
        expected.update(game=evidence.bundle["game"])
        of = "order {}".format(order["identifier"])
        wrong = [name for name, value in expected.items() if told.get(name) != value]
        problems += [differ(name, expected[name], told.get(name), TERMS, of) for name in wrong]
        if order["internalKey"] != told["internalKey"]:
            problems.append(differ("internalKey", order["internalKey"], told["internalKey"], TERMS, of))
        if canonical(told) != order["terms"]:
            problems.append(f"{of}: its terms are not canonical JSON")
    return problems


def outputs(evidence: Evidence, options: argparse.Namespace) -> Found:
    """Every payment is an output to its order's address, and none of these transactions' is passed over"""
    found = {(output.txid, output.vout): evidence.scripts[output.script] for output in evidence.outputs}
    problems: list[str] = []
    stated: set[tuple[str, int]] = set()
    for payment in evidence.bundle["payments"]:
        outpoint = (payment["txid"], payment["vout"])
        if found.get(outpoint) != payment["identifier"] or outpoint in stated:
            problems.append("payment {}:{} does not pay order {}".format(*outpoint, payment["identifier"]))
        stated.add(outpoint)
    return problems + ["payment {}:{} is passed over".format(*outpoint) for outpoint in sorted(set(found) - stated)]


def each_payment(evidence: Evidence, check: Callable[[Record, Bought, str], list[str]]) -> list[str]:
    """The problems `check` finds, given each stated payment with what the evidence makes of it, and its name."""
    found = {(bought.output.txid, bought.output.vout): bought for bought in evidence.bought}
    problems = []
    for payment in evidence.bundle["payments"]:
        bought = found.get((payment["txid"], payment["vout"]))
        problems += check(payment, bought, "payment {txid}:{vout}".format(**payment)) if bought else []
    return problems


def differing(payment: Record, expected: Record, of: str) -> list[str]:
    """What of a payment's fate is another. Whether it is late is another claim."""
    names = [name for name in expected if name != "status" or "late" not in (expected[name], payment[name])]
    return wrong_members(payment, {name: expected[name] for name in names}, of=of)


def amounts(evidence: Evidence, options: argparse.Namespace) -> Found:
    """Every payment is as large as its output"""

    def check(payment: Record, bought: Bought, of: str) -> list[str]:
        return wrong_members(payment, {"amountSats": bought.output.amount}, BLOCKS, of)

    return each_payment(evidence, check)


def windows(evidence: Evidence, options: argparse.Namespace) -> Found:
    """A payment counts if its block lies before the end of sales, and only then"""

    def check(payment: Record, bought: Bought, of: str) -> list[str]:
        end = evidence.terms_of(bought.order)["salesEndHeight"]
        if payment["blockHeight"] != bought.output.height:
            return [differ("blockHeight", payment["blockHeight"], bought.output.height, BLOCKS, of)]
        late = bought.output.height >= end
        if (payment["status"] == "late") == late:
            return []
        where = "not before" if late else "before"
        return [f"{of}: the file says {said(payment['status'])}; its block, {bought.output.height}, is {where} {end}"]

    return each_payment(evidence, check)


def seal(evidence: Evidence, options: argparse.Namespace) -> Found:
    """The seal's root is over exactly these orders, payments and tickets"""
    stated = evidence.bundle["seal"]
    if stated is None:
        return missing(evidence, "sealed drawing settled", "the round is not sealed")
    leaves = evidence.sealed()
    promised = evidence.commitment if evidence.version == 2 else None
    root = merkle_sum_root(evidence.round["roundNumber"], leaves, promised)
    problems = [] if root == stated["root"] else [differ("root", stated["root"], root)]
    if evidence.round["status"] in ("void", "halted"):  # a block that was lost may have been why
        return Untold(problems[0]) if problems else []
    if [leaf for leaf, _, _ in leaves] != stated["leaves"]:
        problems.append("the leaves are not what was bought")
    return problems


def merkle_sum_root(number: int, leaves: Sequence[tuple[str, int, int]], promised: str | None = None) -> str:
    """A Merkle tree in which every node also hashes how many tickets and sats are below it.

    From version 2 on the root is over what was promised of the round as well.
    """

    def sums(tickets: int, sats: int) -> bytes:
        return tickets.to_bytes(8, "big") + sats.to_bytes(8, "big")

    level = [(tagged_hash("tiraj/seal/leaf/1", sums(t, s) + data.encode("utf-8")), t, s) for data, t, s in leaves]
    while len(level) > 1:
        above = []
        for place in range(0, len(level) - 1, 2):
            (left, t1, s1), (right, t2, s2) = level[place : place + 2]
            node = tagged_hash("tiraj/seal/node/1", left + sums(t1, s1) + right + sums(t2, s2))
            above.append((node, t1 + t2, s1 + s2))
        level = above + (level[-1:] if len(level) % 2 else [])
    top, tickets_, sats = level[0] if level else (bytes(32), 0, 0)
    message = number.to_bytes(4, "big") + len(leaves).to_bytes(8, "big") + top + sums(tickets_, sats)
    if promised is None:
        return tagged_hash("tiraj/seal/root/1", message).hex()
    return tagged_hash("tiraj/seal/root/2", bytes.fromhex(promised) + message).hex()


def seal_time(evidence: Evidence, options: argparse.Namespace) -> Found:
    """By its record the seal was fixed after the last sale was buried and before the closing block"""
    round_ = evidence.round
    if evidence.bundle["seal"] is None:
        return missing(evidence, "sealed drawing settled", "the round is not sealed")
    earliest, at_ = round_["salesEndHeight"] - 1 + round_["settlementDepth"], sealed_at(evidence)
    in_time = earliest <= at_ < round_["closingHeight"]
    if round_["status"] == "void" and not in_time:
        return "it was too late or too early, and the round is void"
    return [] if in_time else [f"it was fixed at block {at_}"]


def sealed_at(evidence: Evidence) -> int:
    """The tip's height when the seal was fixed. What the log's entry says of it decides, where that is shown: it was
    signed, and the bundle beside it was not. That the two agree is said by the claim `log`."""
    told = evidence.bundle["log"]
    entry = told and told["seal"]
    try:
        detail = (entry and detail_of(evidence, entry["text"], "round.sealed")) or {}
    except (ValueError, RecursionError):
        detail = {}
    said, stated = detail.get("tipHeight"), evidence.bundle["seal"]["sealedAtHeight"]
    return int(said if type(said) is int else stated)


def missing(evidence: Evidence, due: str, why: str) -> Found:
    return ["it is missing"] if evidence.round["status"] in due.split() else why


def void(evidence: Evidence, options: argparse.Namespace) -> Found:
    """A void round had no seal before its closing block, or says why it is void all the same"""
    round_, stated = evidence.round, evidence.bundle["seal"]
    reason = round_["voidReason"]
    if round_["status"] != "void":
        return ["it is not void, and says why it is"] if reason else []
    sealed_ = stated is not None and sealed_at(evidence) < round_["closingHeight"]
    if not sealed_ and evidence.closing_hash() is not None:
        return []
    why = "it was sealed in time" if sealed_ else "its closing block is not here"
    if reason is None:
        return [f"{why}, and nothing says why it is void"] if evidence.version == 2 else Untold(why)
    if reason == NOT_SEALED:
        return [f"{why}, and it is called void because it was not sealed"]
    if reason == NOT_COSIGNED and sealed_:
        return void_unseen(evidence)
    return Untold(f"{why}; that it is void was decided otherwise: {reason}")


def void_unseen(evidence: Evidence) -> Found:
    """Of a round that is called void for want of cosignatures: that it waited for some, and they were not there.

    Whoever was in time is told, from the bundle or as he serves it himself; and whether the log had said so. What
    covers the log's entry of the closing block was cosigned when that was known, whatever time the block itself says.
    """
    named, quorum = promised_witnesses(evidence)
    if not quorum or evidence.round["winnerAlgorithm"] != SEALED_DRAW:
        return ["it was sealed in time, and its draw waits for no witness"]
    found = cosigned(evidence, named)
    if isinstance(found, str):
        return Untold(f"{found}; that it is void was decided otherwise: {NOT_COSIGNED}")
    said, _ = quorum_said(evidence)
    last = said.number if said is not None and said.block is not None else None
    seen = {key: [one for one in found[1][key] if last is None or one[0] <= last] for key in found[1]}
    seen = {key: ones for key, ones in seen.items() if ones}
    besides = [block for block, count_ in evidence.said_besides if count_ >= quorum]
    if None in besides or evidence.closing_hash() in besides:
        return ["another entry of the log says that its quorum was there"]
    had = [f"{key.partition('+')[0]} had cosigned {at(min(seen[key]))}" for key in sorted(seen)]
    if len(seen) >= quorum:
        return [f"{len(seen)} of {quorum} had cosigned the log over its seal in time", *had]
    if said is None:
        return Untold(f"{len(seen)} of {quorum} had cosigned, as far as is shown; {NOT_SAID}")
    until = time_of(evidence.headers[evidence.round["closingHeight"] - evidence.first])
    counted = [key for key, (_, time) in said.cosigned.items() if time <= until]
    if len(counted) >= quorum:
        return ["the log itself says that its quorum was there"]
    if said.block != evidence.closing_hash():
        return ["what the log says of its quorum is of another closing block"]
    left_out = [had[place] for place, key in enumerate(sorted(seen)) if key not in said.cosigned]
    if left_out:
        return [f"{one}, and the log's entry leaves that out" for one in left_out]
    missing_ = ", ".join(key.partition("+")[0] for key in named if key not in counted)
    return Untold(
        f"the log says that {len(counted)} of {quorum} had cosigned; ask the others, and give what they serve with "
        f"--cosigned: {missing_}"
    )


def at(cosigned_: tuple[int, int]) -> str:
    return "{} entries at {}".format(*cosigned_)


def schedule(evidence: Evidence, options: argparse.Namespace) -> Found:
    """Sales end before the closing block, with room for the seal between them"""
    round_ = evidence.round
    gap = round_["closingHeight"] - round_["salesEndHeight"]
    right = round_["opensAtHeight"] < round_["salesEndHeight"] and gap > round_["settlementDepth"] > 0
    return [] if right else ["the heights are not in this order"]


def closing(evidence: Evidence, options: argparse.Namespace) -> Found:
    """The draw began with the hash of the closing block, and that block is buried"""
    draw_, round_ = evidence.bundle["draw"], evidence.round
    if draw_ is None:
        return missing(evidence, "settled", "the round is not settled")
    if draw_["closingBlockHash"] != evidence.closing_hash():
        return [differ("closingBlockHash", draw_["closingBlockHash"], evidence.closing_hash(), BLOCKS)]
    last = evidence.first + len(evidence.headers) - 1
    buried = last >= round_["closingHeight"] + round_["settlementDepth"]
    return [] if buried else ["only %s blocks follow it" % (last - round_["closingHeight"])]


def winner(evidence: Evidence, options: argparse.Namespace) -> Found:
    """The jackpot is owed to the one order that holds what was drawn, or to nobody"""
    win_ = evidence.bundle["win"]
    if evidence.bundle["draw"] is None:
        return ["there is a winner without a draw"] if win_ else "the round is not settled"
    owner = evidence.owner_of_winner()
    named_ = win_ and win_["identifier"]
    problems = [] if named_ == owner else [differ("winningOrderId", named_ or "nobody", owner or "nobody")]
    what, name = HOLDINGS[evidence.bundle["game"]]
    for held in evidence.bundle[name]:
        right = {"status": "won" if held["identifier"] == owner else "lost"}
        problems += wrong_members(held, right, of="{} {}".format(what, held["identifier"]))
    return problems


def win(evidence: Evidence, options: argparse.Namespace) -> Found:
    """A win's record is the winning order's: whole jackpot, payout address, partner, player"""
    stated = evidence.bundle["win"]
    if evidence.bundle["draw"] is None:
        return "the round is not settled"
    terms_ = evidence.winning_terms()
    if stated is None or terms_ is None:
        return []
    right = {name: terms_[name] for name in ("payoutAddress", "partnerName", *evidence.player)}
    right.update(evidence.drawn(), jackpotSats=evidence.round["jackpotSats"])
    return wrong_members(stated, right, of="the win")


def earnings(evidence: Evidence, options: argparse.Namespace) -> Found:
    """Each partner earned what its players paid beyond base prices"""
    told = evidence.bundle["balances"]
    if evidence.round["status"] != "settled":
        return ["there are earnings before the round is settled"] if told else "the round is not settled"
    right = evidence.earned()
    if not told and right:
        return Untold("this bundle does not tell them")
    stated = {balance["partnerName"]: balance["earnedSats"] for balance in told}
    names = sorted({name for name in (*stated, *right) if stated.get(name) != right.get(name)})
    earned = [("earnedSats", stated.get(name), right.get(name, 0), HERE, f"partner {name}") for name in names]
    problems = [differ(*one) for one in earned]
    return problems + (["a partner occurs twice"] if len(stated) < len(told) else [])


def payout(evidence: Evidence, options: argparse.Namespace) -> Found:
    """What was paid is the whole jackpot, to the winner's address, in the block named; without a win, nothing"""
    paid, win_ = evidence.bundle["payout"], evidence.bundle["win"]
    if evidence.round["status"] != "settled":
        return ["it was paid before the round was settled"] if paid else "the round is not settled"
    if paid is None:
        return "no block holds it yet" if win_ else []
    if win_ is None:
        return ["it was paid to nobody who won"]
    proof, network = paid["proof"], evidence.bundle["network"]
    try:
        txid, _, outputs = read_transaction(bytes.fromhex(proof["rawTransaction"]))
        evidence.check_branch(txid, proof)
    except ValueError as error:
        return [f"the transaction: {error}"]
    problem = payout_block_problem(evidence, paid)
    problems = [problem] if problem and not isinstance(problem, Untold) else []
    if paid["txid"] != proof["txid"] or paid["vout"] >= len(outputs):
        return [*problems, "the proof is of another transaction"]
    sats, script = outputs[paid["vout"]]
    terms_ = evidence.winning_terms()
    address = terms_["payoutAddress"] if terms_ else win_["payoutAddress"]
    if address_of(script, network) != address:
        to = address_of(script, network) or "no address"
        problems.append(f"the payout, the address: the winner is owed at {address}; the blocks say {to}")
    if not sats == paid["amountSats"] == evidence.round["jackpotSats"]:
        owed = evidence.round["jackpotSats"]
        problems.append(differ("amountSats", paid["amountSats"], sats, f"{owed} are owed; {BLOCKS}", "the payout"))
    return problems or (problem if isinstance(problem, Untold) else [])


def payout_block_problem(evidence: Evidence, paid: Record) -> str:
    """A payout lies above the closing block: among the headers, or in a later block that says its own height."""
    proof, at = paid["proof"], paid["heightProof"]
    height = evidence.heights.get(proof["blockHash"])
    if height is not None:
        if height != proof["blockHeight"]:
            return f"its block has the height {height}"
        return "" if height > evidence.round["closingHeight"] else "its block does not come after the closing block"
    problem = evidence.problem_beyond(bytes.fromhex(proof["header"]), proof["blockHeight"])
    if at is None:
        problem = problem or Untold("nothing shows the height of its block: fetch the bundle anew")
    elif not problem or isinstance(problem, Untold):
        try:
            if at["blockHash"] != proof["blockHash"] or evidence.height_of_block(at) != proof["blockHeight"]:
                return "what shows the height of its block is of another one"
        except ValueError as error:
            return f"what shows the height of its block: {error}"
    return problem if isinstance(problem, Untold) or not problem else f"its block: {problem}"


def log(evidence: Evidence, options: argparse.Namespace) -> Found:
    """The public log has the round's promise and its seal among its entries, word for word, under one checkpoint"""
    told, seal_ = evidence.bundle["log"], evidence.bundle["seal"]
    round_ = evidence.round
    promised = {name: round_[name] for name in ("roundTerms", "roundCommitment")}
    planned = {"opens": round_["opensAtHeight"], "closing": round_["closingHeight"]}
    problems = entry_problems(evidence, "promise", "round.created", promised, planned)
    if seal_ is not None and told["seal"] is not None:
        fixed = {
            "roundNumber": round_["roundNumber"],
            "sealRoot": seal_["root"],
            "tipHeight": seal_["sealedAtHeight"],
        }
        problems += entry_problems(evidence, "seal", "round.sealed", fixed, sold_by(evidence))
    elif seal_ is not None or told["seal"] is not None:
        problems.append("the seal: either it or its entry is missing")
    problems += under_another(evidence)
    return problems + other_checkpoints(evidence)[1] + quorum_said(evidence)[1] + forks(evidence)


def under_another(evidence: Evidence) -> list[str]:
    """Promise and seal are shown under one checkpoint, with the same signatures below it."""
    told = evidence.bundle["log"]["seal"]
    found = "" if told is None else told["proof"].partition("\n\n")[2]
    if told is None or found == note_text(evidence):
        return []
    if found.partition("\n\n")[0] == note_text(evidence).partition("\n\n")[0]:
        return ["the seal: below its checkpoint stand other signatures than below the promise's, which is the same one"]
    return ["the seal: its entry is under another checkpoint than the promise"]


def sold_by(evidence: Evidence) -> Record:
    """What a seal's entry says was sold. Of a round that is void or halted the bundle shows what is left of that."""
    if evidence.round["status"] in ("void", "halted"):
        return {}
    leaves = evidence.bundle["seal"]["leaves"]
    return {"payments": len(leaves), **{name: evidence.round[name] for name in evidence.sold}}


def forks(evidence: Evidence) -> list[str]:
    """Two checkpoints of one size under different roots: the log said different things to different people."""
    said, _ = quorum_said(evidence)
    try:
        notes = [read_note(note_text(evidence)), *other_checkpoints(evidence)[0], *evidence.brought]
    except ValueError:
        return []
    roots: dict[int, set[bytes]] = {}
    for note in notes + ([said.note] if said else []):
        roots.setdefault(note.size, set()).add(note.root)
    return [f"the log has two roots of {size} entries" for size, found in sorted(roots.items()) if len(found) > 1]


def note_text(evidence: Evidence) -> str:
    found: str = evidence.bundle["log"]["promise"]["proof"].partition("\n\n")[2]
    return found


def entry_problems(
    evidence: Evidence, name: str, kind: str, expected_: Record, besides: Record | None = None
) -> list[str]:
    """What is wrong with an entry: its text, what that says, or its place in the tree. `besides` is compared with what
    the entry says of it, if it does."""
    entry = evidence.bundle["log"][name]
    try:
        told = strict_json(entry["text"])
        number, path, note = read_proof(entry["proof"])
        read = read_note(note)
        if number != entry["number"] or tree_root(entry["text"], number, read.size, path) != read.root:
            return [f"the {name}: its path does not lead to the checkpoint's root"]
    except (ValueError, RecursionError) as error:
        return [f"the {name}: {error}"]
    subject = "{}:{}".format(SUBJECTS[evidence.bundle["game"]], evidence.round["roundNumber"])
    if not isinstance(told, dict) or (told.get("type"), told.get("subject")) != (kind, subject):
        return [f"the {name}: its entry tells of something else"]
    detail = told["detail"] if isinstance(told.get("detail"), dict) else {}
    right = {**expected_, **{one: value for one, value in (besides or {}).items() if one in detail}}
    wrong = [one for one in right if not is_same(detail.get(one, ...), right[one])]
    return [differ(one, right[one], detail.get(one), LOG, f"the {name}") for one in wrong]


def anchor(evidence: Evidence, options: argparse.Namespace) -> Found:
    """A block of Bitcoin holds a root of the log that covers the seal, or the promise of what is not sealed"""
    told, stated = evidence.bundle["log"], evidence.bundle["log"]["anchor"]
    entry, proof = told["seal"] or told["promise"], stated["proof"]
    try:
        path = [bytes.fromhex(node) for node in stated["path"]]
        if tree_root(entry["text"], entry["number"], stated["size"], path).hex() != stated["root"]:
            return ["its path does not lead to the root"]
        txid, _, outputs = read_transaction(bytes.fromhex(proof["rawTransaction"]))
        evidence.check_branch(txid, proof)
    except ValueError as error:
        return [f"the transaction: {error}"]
    problem = anchor_block_problem(evidence, proof)
    data = [place for place, (_, script) in enumerate(outputs) if script[:1] == b"\x6a"]
    if stated["txid"] != proof["txid"] or data != [stated["vout"]]:
        return ["the proof is of another transaction"]
    if outputs[stated["vout"]][1] != b"\x6a\x20" + bytes.fromhex(stated["root"]):
        return ["the transaction holds another root"]
    if isinstance(problem, Untold):
        return problem
    return [f"its block: {problem}"] if problem else []


def anchor_block_problem(evidence: Evidence, proof: Record) -> str:
    """An anchor lies among the headers, or in a later block that was as hard to make: an easy one anybody can make."""
    height, header = evidence.heights.get(proof["blockHash"]), bytes.fromhex(proof["header"])
    placed = evidence.placed.get(proof["blockHash"], proof["blockHeight"])
    if placed != proof["blockHeight"]:
        return f"its block has the height {placed}"
    if height is not None:
        return ""
    if not evidence.headers or proof["blockHeight"] < evidence.first:
        problem = header_problem(header, evidence.bundle["network"])
        return problem or Untold("nothing shows the height of its block")
    return evidence.problem_beyond(header, proof["blockHeight"])


def promised_witnesses(evidence: Evidence) -> tuple[list[str], int]:
    """Whom the promise names as witnesses of the log, and how many of them; nobody, if it names none as it should."""
    try:
        told = strict_json(evidence.round["roundTerms"] or "{}")
    except (ValueError, RecursionError):
        return [], 0
    if not isinstance(told, dict) or not is_same(told.get("version"), 3):
        return [], 0
    named, quorum = told.get("witnesses"), told.get("quorum")
    return ([], 0) if witness_problems(named, quorum) else (list(named or []), int(quorum or 0))


class Said(NamedTuple):
    """What the log says of a round's quorum: under which number, of which closing block, whose cosignatures, each with
    its checkpoint's size and its time; and the checkpoint that is shown to cover it."""

    number: int
    block: str | None
    cosigned: dict[str, tuple[int, int]]
    note: Note
    time: int


def quorum_said(evidence: Evidence) -> tuple[Said | None, list[str]]:
    """What the log says of the quorum, and what is wrong with that; nothing where it is not shown."""
    told = evidence.bundle["log"]
    if told is None or told["witnessed"] is None:
        return None, []
    named, quorum = promised_witnesses(evidence)
    right = {"roundNumber": evidence.round["roundNumber"], "quorum": quorum}
    problems = entry_problems(evidence, "witnessed", "round.witnessed", right)
    if problems:
        return None, problems
    try:
        detail = strict_json(told["witnessed"]["text"])["detail"]
        check_quorum(evidence, detail, named)
        note = read_note(told["witnessed"]["proof"].partition("\n\n")[2])
        if note.origin != read_note(note_text(evidence)).origin:
            raise ValueError("it is of another log")
        block = detail["closingBlock"] and detail["closingBlock"]["hash"]
        seen = {one["verifierKey"]: (one["size"], one["time"]) for one in detail["cosigned"]}
        return Said(told["witnessed"]["number"], block, seen, note, time_said(note)), []
    except (ValueError, BadInput) as error:
        return None, [f"the witnessed: {error}"]


def check_quorum(evidence: Evidence, detail: Record, named: Sequence[str]) -> None:
    """Raises ValueError, BadInput: it contradicts itself, the promise or the seal's entry."""
    check_shape(detail, "quorum")
    for one in detail["cosigned"]:
        check_shape(one, "cosigner")
    told, block = evidence.bundle["log"], detail["closingBlock"]
    seal_, number = told["seal"], told["witnessed"]["number"]
    keys = [one["verifierKey"] for one in detail["cosigned"]]
    right = [
        keys == [key for key in named if key in keys],
        detail["missing"] == [key for key in named if key not in keys],
        detail["hasQuorum"] == (len(keys) >= detail["quorum"]),
        seal_ is not None and detail["sealEntry"] in (seal_["number"], None),
        not keys or detail["sealEntry"] is not None,
        seal_ is not None and all(seal_["number"] < one["size"] <= number for one in detail["cosigned"]),
    ]
    if block is not None:
        check_shape(block, "closing block")
        is_here = block["hash"] == evidence.closing_hash()
        place = evidence.round["closingHeight"] - evidence.first
        right.append(block["height"] == evidence.round["closingHeight"])
        right.append(not is_here or block["time"] == time_of(evidence.headers[place]))
        right.append(all(one["time"] <= block["time"] for one in detail["cosigned"]))
    if not all(right):
        raise ValueError("it contradicts itself")


def other_checkpoints(evidence: Evidence) -> tuple[list[Note], list[str]]:
    """The other checkpoints that are shown to cover the seal's entry, and what is wrong with some."""
    told, notes, problems = evidence.bundle["log"], [], []
    for text in (told or {"cosigned": []})["cosigned"]:
        try:
            notes.append(covering(evidence, text, told["seal"] or {}))
        except ValueError as error:
            problems.append(f"another checkpoint: {error}")
    return notes, problems


def covering(evidence: Evidence, proof: str, entry: Record) -> Note:
    """The checkpoint to which a proof leads from the seal's entry. Raises ValueError."""
    number, path, text = read_proof(proof)
    note = read_note(text)
    if number != entry.get("number") or tree_root(entry["text"], number, note.size, path) != note.root:
        raise ValueError("its path does not lead from the seal to its root")
    if evidence.bundle["log"] is not None and note.origin != read_note(note_text(evidence)).origin:
        raise ValueError("it is of another log")
    return note


def witnesses(evidence: Evidence, options: argparse.Namespace) -> Found:
    """As many witnesses as were promised had cosigned the log over the seal before the closing block"""
    named, quorum = promised_witnesses(evidence)
    found = cosigned(evidence, named)
    if isinstance(found, str):
        return found
    problems, in_time = found
    if problems:
        return problems
    if len(in_time) < quorum:
        return Untold(f"{len(in_time)} of {quorum} had cosigned the checkpoints that are shown")
    is_judged = evidence.bundle["draw"] and evidence.round["winnerAlgorithm"] == SEALED_DRAW
    return said_otherwise(evidence, named, in_time, quorum) if is_judged else []


def said_otherwise(
    evidence: Evidence, named: Sequence[str], in_time: dict[str, list[tuple[int, int]]], quorum: int
) -> Found:
    """A sealed draw began by what the log had said of the quorum before anybody could know how it would end."""
    said, _ = quorum_said(evidence)
    if said is None:
        return Untold(NOT_SAID)
    until = time_of(evidence.headers[evidence.round["closingHeight"] - evidence.first])
    counted = {key: one for key, one in said.cosigned.items() if one[1] <= until}
    if said.block not in (None, evidence.closing_hash()):
        return ["what the log says of the quorum is of another closing block"]
    besides = [count_ for block, count_ in evidence.said_besides if block == evidence.closing_hash()]
    if min([len(counted), *besides]) < quorum:
        fewest = min([len(counted), *besides])
        return [f"the log says that {fewest} of {quorum} had cosigned, and it was drawn all the same"]
    paid = [key for key, one in counted.items() if one in in_time.get(key, [])]
    if len(paid) < quorum:
        return Untold(f"{len(paid)} of {quorum} whom the log counts are shown")
    try:
        when = [cosigned_at(said.note, key) for key in named]  # each line is looked at
        if all(one is None for one in when):
            return Untold("no witness is shown to have cosigned what the log says of the quorum")
    except ValueError as error:
        return [str(error)]
    late = said.time - until
    return Untold(f"the log said so only {late} seconds after the closing block") if late > LATEST else []


def cosigned(evidence: Evidence, keys: Sequence[str]) -> tuple[list[str], dict[str, list[tuple[int, int]]]] | str:
    """What is wrong with cosignatures of these; and of each who was in time, the checkpoints over the seal that he had
    cosigned by then, as size and time, wherever they are from. Or why that cannot be told."""
    told, place = evidence.bundle["log"], evidence.round["closingHeight"] - evidence.first
    if evidence.bundle["seal"] is None or not 0 <= place < len(evidence.headers):
        return "there is no seal, or no closing block yet"
    is_told = told is not None and told["seal"] is not None
    if not is_told and not evidence.brought:
        return Untold(NO_LOG)
    problems: list[str] = []
    in_time: dict[str, list[tuple[int, int]]] = {}
    try:
        notes = [read_note(note_text(evidence)), *other_checkpoints(evidence)[0]] if is_told else []
    except ValueError as error:
        return [str(error)], {}
    for note in notes + evidence.brought:
        for key in keys:
            try:
                time = cosigned_at(note, key)
            except ValueError as error:
                problems.append(str(error))
                continue
            if time is not None and time <= time_of(evidence.headers[place]):
                in_time.setdefault(key, []).append((note.size, time))
    return problems, in_time


def bring(evidence: Evidence, options: argparse.Namespace) -> None:
    """Read what witnesses served themselves. Raises BadInput: it says nothing of this round's seal."""
    for name in getattr(options, "cosigned", None) or []:
        try:
            with open(name, encoding="utf-8-sig") as file:
                text = file.read()
            for part in re.split(r"(?m)^(?=c2sp\.org/tlog-proof@v1$)", text):
                if part.strip():
                    bring_one(evidence, part, options)
        except (OSError, ValueError, RecursionError) as error:
            raise BadInput(f"{name}: {error}") from None


def bring_one(evidence: Evidence, text: str, options: argparse.Namespace) -> None:
    """A checkpoint that a witness served: alone, where the bundle shows the same one; else with its path from the
    seal's entry, or from another one about the quorum, whose text is in the line `extra`. Raises ValueError."""
    seal_ = (evidence.bundle["log"] or {}).get("seal")
    if not text.startswith("c2sp.org/"):
        note = read_note(text)
        known = [read_note(note_text(evidence)), *other_checkpoints(evidence)[0]] if seal_ else []
        if (note.origin, note.size, note.root) not in [(one.origin, one.size, one.root) for one in known]:
            raise ValueError("nothing shows that it covers the seal: witness.py prove makes what does")
        evidence.brought.append(signed(evidence, note, options))
        return
    extra = re.match(r"[^\n]+\nextra ([A-Za-z0-9+/]+={0,2})\n", text)
    own = base64.b64decode(extra[1], validate=True).decode("utf-8") if extra else (seal_ or {}).get("text")
    detail = detail_of(evidence, own, "round.witnessed") or detail_of(evidence, own, "round.sealed")
    if own is None or detail is None:
        raise ValueError("it does not say of which entry it is, or of one that is not about this round's seal")
    note = signed(evidence, covering(evidence, text, {"text": own, "number": read_proof(text)[0]}), options)
    if detail_of(evidence, own, "round.witnessed") is not None:
        evidence.said_besides.append(counted_by(evidence, detail))
    elif detail.get("sealRoot") == (evidence.bundle["seal"] or {}).get("root"):
        evidence.brought.append(note)
    else:
        raise ValueError("it is about another seal")


def signed(evidence: Evidence, note: Note, options: argparse.Namespace) -> Note:
    """The same. Raises ValueError: the log did not sign it, or no witness whom the round or the reader names did."""
    log_key, rotations = getattr(options, "expect_log", None), getattr(options, "rotations", [])
    if log_key is not None and not is_signed_by(note, key_at(log_key, rotations, note.size)):
        raise ValueError("the log did not sign it")
    keys = {*promised_witnesses(evidence)[0], *(getattr(options, "expect_witness", None) or [])}
    if all(cosigned_at(note, key) is None for key in sorted(keys)):
        raise ValueError("no witness of this round cosigned it")
    return note


def counted_by(evidence: Evidence, detail: Record) -> tuple[str | None, int]:
    """Of which block another entry about the quorum is, and how many it counts by the closing block's time."""
    try:
        check_shape(detail, "quorum")
        for one in detail["cosigned"]:
            check_shape(one, "cosigner")
        if detail["closingBlock"] is not None:
            check_shape(detail["closingBlock"], "closing block")
    except BadInput as error:
        raise ValueError(str(error)) from None
    place = evidence.round["closingHeight"] - evidence.first
    until = time_of(evidence.headers[place]) if 0 <= place < len(evidence.headers) else 0
    named = promised_witnesses(evidence)[0]
    keys = {one["verifierKey"] for one in detail["cosigned"] if one["time"] <= until and one["verifierKey"] in named}
    return detail["closingBlock"] and detail["closingBlock"]["hash"], len(keys)


def detail_of(evidence: Evidence, text: str | None, kind: str) -> Record | None:
    """What an entry of this kind says, if it is about this round."""
    told = strict_json(text or "null")
    subject = "{}:{}".format(SUBJECTS[evidence.bundle["game"]], evidence.round["roundNumber"])
    if not isinstance(told, dict) or (told.get("type"), told.get("subject")) != (kind, subject):
        return None
    found = told.get("detail")
    return found if isinstance(found, dict) else None


def expected_log(evidence: Evidence, options: argparse.Namespace) -> Found:
    """The log that says so is the one you know, by its own signature"""
    key = getattr(options, "expect_log", None)
    if key is None:
        return Untold("whose log says so: give --log-key")
    if evidence.bundle["log"] is None:
        return [NO_LOG]
    try:
        notes = [read_note(note_text(evidence)), *other_checkpoints(evidence)[0]]
        if evidence.bundle["log"]["witnessed"] is not None:
            notes.append(read_note(evidence.bundle["log"]["witnessed"]["proof"].partition("\n\n")[2]))
    except ValueError as error:
        return [str(error)]
    rotations = getattr(options, "rotations", [])
    if all(is_signed_by(note, key_at(key, rotations, note.size)) for note in notes):
        return []
    why = "the checkpoint bears no signature of it"
    return [why if rotations else why + "; if the log has changed its key, LOG/keys tells how: --keys FILE"]


def expected_witness(evidence: Evidence, options: argparse.Namespace) -> Found:
    """Nothing changed since witnesses whom you believe cosigned the log with the seal, before the closing block"""
    keys = getattr(options, "expect_witness", None)
    if not keys:
        return Untold("whose cosignatures you believe: give --witness")
    found = cosigned(evidence, keys)
    if isinstance(found, str):
        return [found] if isinstance(found, Untold) else found  # who asks for it is not content with nothing
    missing = [key.partition("+")[0] for key in keys if key not in found[1] and not found[0]]
    return found[0] + [f"{name} had cosigned nothing with the seal before the closing block" for name in missing]


def expected_promise(evidence: Evidence, options: argparse.Namespace) -> Found:
    """The promise is the one you were told before"""
    return expected(evidence.round["roundCommitment"], options, "promise", "what was promised before sales began")


def expected_seal(evidence: Evidence, options: argparse.Namespace) -> Found:
    """The seal is the one you were told before"""
    root = (evidence.bundle["seal"] or {}).get("root")
    return expected(root, options, "seal", "which root was public before the closing block")


def expected_closing(evidence: Evidence, options: argparse.Namespace) -> Found:
    """The closing block is the one that the world knows"""
    height, block = evidence.round["closingHeight"], evidence.closing_hash()
    told = getattr(options, "expect_closing", None)
    if told is not None and block is None and told.endswith(f"@{height}"):
        return f"the block at height {height} is not here"
    return expected(block and f"{block}@{height}", options, "closing", "which block the world has at that height")


def expected(stated: str | None, options: argparse.Namespace, name: str, what: str) -> Found:
    told = getattr(options, "expect_" + name, None)
    if told is None:
        return Untold(f"{what}: give --expect-{name}")
    return [] if told == stated else [f"it is {stated or 'not here'}"]


def hashed(state: bytes, times: int, before: int, total: int) -> bytes:
    """The state after so many hashes of a draw of `total`, of which `before` were done."""
    sha256, left = hashlib.sha256, times
    while left:
        portion = min(left, 5000000)
        for _ in range(portion):
            state = sha256(state).digest()
        left -= portion
        if sys.stderr.isatty() and total > 5000000:
            done = before + times - left
            print(f"\r{100 * done // total:3d} % of {total} hashes", end="", file=sys.stderr, flush=True)
    return state


# The sealed draw: one delay over promise, seal and closing block, and then choices


def is_sealed_draw(evidence: Evidence) -> bool:
    return bool(evidence.round["winnerAlgorithm"] == SEALED_DRAW == evidence.bundle["draw"]["algorithm"])


def sealed_draw(evidence: Evidence, options: argparse.Namespace, chosen: Record) -> Found:
    """What a sealed draw's record says otherwise than promise, seal and block; `chosen` follows from its last state."""
    stated, told = evidence.bundle["draw"], evidence.bundle["checkpoints"]
    if hash_work_problems(evidence):
        return hash_work_problems(evidence)
    hashes, states = evidence.round["hashes"], [bytes.fromhex(state) for state in told or []]
    parts = [EVERY] * (hashes // EVERY) + [hashes % EVERY] * (hashes % EVERY > 0)
    if len(states) != len(parts) + 1:
        return [f"the checkpoints of the draw: the file has {len(states)}; by its promise there are {len(parts) + 1}"]
    right = {"checkpointsRoot": root_over(states, hashes), "lastState": states[-1].hex(), **chosen}
    problems = wrong_members(stated, right, BLOCK)
    if states[0] != first_state(evidence):
        problems.append(
            differ("firstState", states[0].hex(), first_state(evidence).hex(), "promise, seal and block give")
        )
    if problems or options.skip_draw:
        return problems or "the hashing was left out; choice, checkpoints and root agree"
    stretches = [(number, states[number], length, states[number + 1]) for number, length in enumerate(parts)]
    return repeat(stretches, right["checkpointsRoot"], options)


def first_state(evidence: Evidence) -> bytes:
    """By what was bought and promised, and the block at the closing height: not by what is told of them."""
    promised = evidence.commitment if evidence.version == 2 else None
    root = merkle_sum_root(evidence.round["roundNumber"], evidence.sealed(), promised)
    block_hash = evidence.closing_hash() or evidence.bundle["draw"]["closingBlockHash"]
    return tagged_hash("tiraj/sealed-draw/1", bytes.fromhex(evidence.commitment + root + block_hash))


def root_over(states: list[bytes], hashes: int) -> str:
    """The Merkle root over a delay's checkpoints; a node without a sibling moves up."""
    level = [tagged_hash("tiraj/sealed-draw/leaf/1", state) for state in states]
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [tagged_hash("tiraj/sealed-draw/node/1", b"".join(pair)) if pair[1:] else pair[0] for pair in pairs]
    counts = hashes.to_bytes(8, "big") + len(states).to_bytes(8, "big")
    return tagged_hash("tiraj/sealed-draw/root/1", counts + level[0]).hex()


def choices(state: bytes, among: int) -> Iterator[int]:
    """Numbers below `among`, each as likely as any other."""
    i, usable = 0, 2**256 - 2**256 % among
    while True:
        value = int.from_bytes(hashlib.sha256(state + i.to_bytes(8, "big")).digest(), "big")
        if value < usable:
            yield value % among
        i += 1


def six_of(chosen: Iterator[int]) -> list[int]:
    """Six different numbers, each one more than a choice."""
    drawn: list[int] = []
    while len(drawn) < 6:
        number = next(chosen) + 1
        drawn += [] if number in drawn else [number]
    return drawn


def repeat(stretches: list[Stretch], root: str, options: argparse.Namespace) -> Found:
    """Hash from checkpoint to checkpoint: all stretches, or some at random, but for those that an earlier run noted."""
    spot, keep = getattr(options, "spot", None), getattr(options, "keep", None)
    before = noted(keep, root) if keep else set()
    left = [stretch for stretch in stretches if stretch[0] not in before]
    if spot is not None and spot < len(left):
        left = random.SystemRandom().sample(left, spot)
    wrong, done, total = [], 0, sum(stretch[2] for stretch in left)
    for number, length, is_right in each_repeated(left, getattr(options, "processes", None) or os.cpu_count() or 1):
        wrong += [] if is_right else [number]
        done += length
        if keep and is_right:
            with open(keep, "a") as file:
                file.write(f"{root} {number}\n")
        if sys.stderr.isatty() and total > 5000000:
            print(f"\r{100 * done // total:3d} % of {total} hashes", end="", file=sys.stderr, flush=True)
    if wrong:
        return [f"checkpoint {number} does not lead to checkpoint {number + 1}" for number in sorted(wrong)]
    count = len(left) + len(before)
    return [] if count == len(stretches) else f"only {count} of {len(stretches)} stretches of its hashing were repeated"


def each_repeated(stretches: list[Stretch], processes: int) -> Iterator[tuple[int, int, bool]]:
    if min(processes, len(stretches)) < 2:
        yield from map(repeated, stretches)
        return
    pool = multiprocessing.Pool(min(processes, len(stretches)))
    yield from pool.imap_unordered(repeated, stretches)
    pool.close()
    pool.join()


def repeated(stretch: Stretch) -> tuple[int, int, bool]:
    number, state, times, end = stretch
    sha256 = hashlib.sha256
    for _ in range(times):
        state = sha256(state).digest()
    return number, times, state == end


def noted(name: str, root: str) -> set[int]:
    """The stretches under this root that an earlier run noted as repeated."""
    if not os.path.exists(name):
        return set()
    with open(name) as file:
        lines = [line.split() for line in file]
    return {int(number) for of, number in (line for line in lines if len(line) == 2) if of == root and number.isdigit()}


# The main game: tickets in one sequence


class Rounds(Evidence):
    round_terms = ("baseTicketPriceSats",)
    player = ("playerPublicIdentifier",)
    sold = ("soldTickets",)
    winning_ticket = -1

    def replay(self) -> None:
        held: dict[str, tuple[int, int]] = {}
        sold = 0
        supply = 10 ** self.round["ticketDigits"] if self.round["ticketDigits"] < 10 else self.round["ticketSupply"]
        for output in self.in_chain_order():
            order = self.scripts[output.script]
            terms = self.terms_of(order)
            price = max(terms["playerTicketPriceSats"], 1)
            paid, tickets = held.get(order, (0, 0))
            status, new, refundable = "credited", 0, output.amount
            if output.height >= terms["salesEndHeight"]:
                status = "late"
            elif output.amount < terms["minPaymentSats"]:
                status = "below_minimum"
            elif sold >= supply:
                status = "sold_out"
            else:
                wanted = (paid + output.amount) // price - tickets
                new = min(wanted, supply - sold)
                refundable = paid + output.amount - (tickets + new) * price if new < wanted else 0
                held[order] = (paid + output.amount - refundable, tickets + new)
            credited = output.amount - refundable
            self.bought.append(Bought(output, order, status, credited, refundable, new, sold if new else None))
            sold += new

    def jackpot(self, options: argparse.Namespace) -> Found:
        """The jackpot is the price of all tickets less the house's fee"""
        round_ = self.round
        problems: list[str] = []
        if not 1 <= round_["ticketDigits"] <= 9 or round_["ticketSupply"] != 10 ** min(round_["ticketDigits"], 9):
            problems.append(
                differ("ticketSupply", round_["ticketSupply"], 10 ** min(max(round_["ticketDigits"], 0), 9))
            )
        whole = 10 ** min(round_["ticketDigits"], 9) * round_["baseTicketPriceSats"]
        right = whole * (100 - round_["houseFeePercent"]) // 100
        if round_["houseFeePercent"] > 10:
            problems.append("{}, is {}, and may be 10".format(LABELS["houseFeePercent"], round_["houseFeePercent"]))
        problems += wrong_members(round_, {"jackpotSats": right})
        return problems

    def prices(self, options: argparse.Namespace) -> Found:
        """Every price is the base price and the partner's edge, rounded up once; every minimum is the round's"""
        problems: list[str] = []
        floor = self.round["minPaymentFloorSats"]
        for name, told in self.orders.items():
            if told is None:
                continue
            price = with_edge(told["baseTicketPriceSats"], told["houseEdgePercent"])
            if told["houseEdgePercent"] > 15:
                problems.append(
                    "order {}: its edge is {} percent, and may be 15".format(name, told["houseEdgePercent"])
                )
            right = {"playerTicketPriceSats": price, "minPaymentSats": max(price, floor)}
            problems += wrong_members(told, right, of=f"order {name}")
        return problems

    def tickets(self, options: argparse.Namespace) -> Found:
        """Tickets were given in chain order, as many as were paid for"""
        is_void = self.round["status"] == "void"

        def check(payment: Record, bought: Bought, of: str) -> list[str]:
            voided = is_void and bought.status == "credited"
            expected = {
                "status": "void" if voided else bought.status,
                "creditedSats": 0 if voided else bought.credited,
                "refundableSats": bought.output.amount if voided else bought.refundable,
                "firstTicket": bought.first,
                "lastTicket": None if bought.first is None else bought.first + bought.tickets - 1,
            }
            return differing(payment, expected, of)

        return each_payment(self, check)

    def ranges(self, options: argparse.Namespace) -> Found:
        """The slips' ranges are disjoint and without a hole, and every slip holds what its payments bought"""
        problems: list[str] = []
        edge = 0
        stated = sorted(pair for slip in self.bundle["slips"] for pair in slip["ranges"])
        for first, last in stated:
            if first != edge or last < first:
                problems.append(f"tickets {first} to {last} do not follow on {edge - 1}")
            edge = last + 1
        if edge != self.round["soldTickets"]:
            problems.append(differ("soldTickets", self.round["soldTickets"], edge))
        expected = self.expected_slips()
        for slip in self.bundle["slips"]:
            right = expected.pop(slip["identifier"], {})
            of = "slip {}".format(slip["identifier"])
            problems += wrong_members(slip, right, of=of) if right else [f"{of}: nothing was bought for it"]
        return problems + [f"slip {name} is missing" for name in expected]

    def expected_slips(self) -> dict[str, Record]:
        slips: dict[str, Record] = {}
        for bought in self.bought:
            if bought.first is not None:
                start = {
                    "paidSats": 0,
                    "ticketCount": 0,
                    "jackpotContributionSats": 0,
                    "ranges": [],
                    "firstBlockHeight": bought.output.height,
                    "firstBlockHash": bought.output.block_hash,
                }
                slip = slips.setdefault(bought.order, start)
                slip["paidSats"] += bought.credited
                slip["ticketCount"] += bought.tickets
                slip["jackpotContributionSats"] += bought.tickets * self.terms_of(bought.order)["baseTicketPriceSats"]
                slip["ranges"].append([bought.first, bought.first + bought.tickets - 1])
        return slips

    def sealed(self) -> list[tuple[str, int, int]]:
        leaves: list[tuple[str, int, int]] = []
        for bought in self.bought:
            if bought.first is not None:
                record = {
                    "amountSats": bought.output.amount,
                    "commitment": self.commitments[bought.order],
                    "creditedSats": bought.credited,
                    "firstTicket": bought.first,
                    "lastTicket": bought.first + bought.tickets - 1,
                    "txid": bought.output.txid,
                    "vout": bought.output.vout,
                }
                leaves.append((canonical(record), bought.tickets, bought.credited))
        return leaves

    def draw(self, options: argparse.Namespace) -> Found:
        """The winning ticket follows from the closing block's hash"""
        stated, round_ = self.bundle["draw"], self.round
        if stated is None:
            return missing(self, "settled", "the round is not settled")
        if is_sealed_draw(self):
            return self.run_sealed(stated, options)
        if (stated["algorithm"], round_["winnerAlgorithm"]) != ("hash-draw-1", "hash-draw-1"):
            return ["the algorithm is unknown to me"]
        if hash_work_problems(self):
            return hash_work_problems(self)
        digests = stated["drawDigests"][:9]
        if not options.skip_draw:
            digests = self.run_draw(self.closing_hash() or stated["closingBlockHash"])
        drawn = "".join(str(int(digest, 16) % 10) for digest in reversed(digests))
        self.winning_ticket = int(drawn or "0")
        problems = wrong_members(stated, {"drawDigits": drawn, "winningTicket": self.winning_ticket}, BLOCK)
        problems += wrong_members(stated, {"drawDigests": digests}, BLOCK)
        if len(digests) != round_["ticketDigits"]:
            problems.append(differ("ticketDigits", len(digests), round_["ticketDigits"], PROMISE))
        return problems or ("the hashing was left out; digits and states agree" if options.skip_draw else [])

    def run_sealed(self, stated: Record, options: argparse.Namespace) -> Found:
        self.winning_ticket = next(
            choices(bytes.fromhex(stated["lastState"]), 10 ** min(self.round["ticketDigits"], 9))
        )
        return sealed_draw(self, options, {"winningTicket": self.winning_ticket})

    def run_draw(self, block_hash: str) -> list[str]:
        digits, each = min(self.round["ticketDigits"], 9), self.round["hashesPerDigit"]
        state = bytes.fromhex(block_hash)
        digests: list[str] = []
        for digit in range(digits):
            state = hashed(state, each, digit * each, digits * each)
            digests.append(state.hex())
        return digests

    def owner_of_winner(self) -> str | None:
        for bought in self.bought:
            if bought.first is not None and bought.first <= self.winning_ticket < bought.first + bought.tickets:
                return bought.order
        return None

    def drawn(self) -> Record:
        return {"winningTicket": self.winning_ticket}

    def earned(self) -> dict[str, int]:
        right: dict[str, int] = {}
        for order, slip in self.expected_slips().items():
            name = self.terms_of(order)["partnerName"]
            right[name] = right.get(name, 0) + slip["paidSats"] - slip["jackpotContributionSats"]
        return right

    claims = (
        promise,
        schedule,
        jackpot,
        headers,
        heights,
        transactions,
        addresses,
        terms,
        prices,
        outputs,
        amounts,
        windows,
        tickets,
        ranges,
        seal,
        seal_time,
        void,
        closing,
        draw,
        winner,
        win,
        earnings,
        payout,
        log,
        anchor,
        witnesses,
        expected_promise,
        expected_seal,
        expected_closing,
        expected_log,
        expected_witness,
    )


# Luckotto: sets of numbers, no two of which share six


class Luckotto(Evidence):
    round_terms = ("baseCombinationPriceSats", "poolSize")
    player = ("playerUname", "playerIdentifier")
    sold = ("soldTickets", "soldCombinations")

    def replay(self) -> None:
        self.given: dict[str, int] = {}  # numbers as bits, by order, in the order in which they were given
        self.without: set[str] = set()  # funded orders for which no set was free
        self.looked_at: dict[int, int] = {}
        self.winning: list[int] = []
        funded: dict[str, int] = {}
        for output in self.in_chain_order():
            order = self.scripts[output.script]
            terms = self.terms_of(order)
            before, status = funded.get(order, 0), "credited"
            if output.height >= terms["salesEndHeight"]:
                status = "late"
            elif output.amount < terms["minPaymentSats"]:
                status = "below_minimum"
            elif order in self.without:
                status = "unallocated"
            elif order not in self.given and before + output.amount >= terms["totalSats"]:
                status = "credited" if self.allocate(order, output.height) else "unallocated"
            credited = output.amount if status == "credited" else 0
            funded[order] = before + credited
            self.bought.append(Bought(output, order, status, credited, output.amount - credited))

    def allocate(self, order: str, height: int) -> bool:
        """Give a funded order its numbers, if a set is free."""
        terms, before = self.terms_of(order), self.looked_at.get(height, 0)
        request, seed = mask_of(terms["requestedNumbers"]), bytes.fromhex(self.commitments[order])
        found, looked_at = search(request, self.round["poolSize"], list(self.given.values()), seed, before)
        self.looked_at[height] = before + looked_at
        if found is None:
            self.without.add(order)
        else:
            self.given[order] = found
        return found is not None

    def jackpot(self, options: argparse.Namespace) -> Found:
        """The jackpot is the base price of all combinations"""
        possible = math.comb(self.round["poolSize"], 6)
        right = {"possibleCombinations": possible, "jackpotSats": possible * self.round["baseCombinationPriceSats"]}
        return wrong_members(self.round, right)

    def prices(self, options: argparse.Namespace) -> Found:
        """Every total is the base price of the combinations and the partner's edge, rounded up once"""
        problems: list[str] = []
        for order in self.bundle["orders"]:
            told = self.orders[order["identifier"]]
            if told is None:
                continue
            base = math.comb(len(told["requestedNumbers"]), 6) * told["baseCombinationPriceSats"]
            total = with_edge(base, told["houseEdgePercent"])
            of = "order {}".format(order["identifier"])
            right = {"totalSats": total, "minPaymentSats": self.round["minPaymentFloorSats"]}
            problems += wrong_members(told, right, of=of)
            problems += wrong_members(order, {"baseSats": base, "feeSats": total - base}, of=of)
            if told["houseEdgePercent"] > 15:
                problems.append("{}: its edge is {} percent, and may be 15".format(of, told["houseEdgePercent"]))
            if not self.is_of_pool(told["requestedNumbers"]):
                problems.append(f"{of}: it asks for a number outside the pool")
        return problems

    def is_of_pool(self, numbers: list[int]) -> bool:
        return bool(numbers[-1] <= self.round["poolSize"])

    def fates(self, options: argparse.Namespace) -> Found:
        """Every payment counts for its order, or waits for its refund, as the rules say"""

        def check(payment: Record, bought: Bought, of: str) -> list[str]:
            possible = self.possible_fates(bought)
            status = payment["status"] if payment["status"] in possible else possible[0]
            credited = bought.credited if status == "credited" else 0
            expected = {"status": status, "creditedSats": credited, "refundableSats": bought.output.amount - credited}
            return differing(payment, expected, of)

        return each_payment(self, check)

    def possible_fates(self, bought: Bought) -> list[str]:
        """One; where a round was halted and somebody decided, either of two."""
        status = self.round["status"]
        if bought.status != "credited":
            return [bought.status]
        refused = "unallocated" if bought.order in self.without else "underfunded"
        decided = [] if bought.order in self.given else [refused]
        if status == "void":
            return ["void", *decided]
        if status == "halted":
            return ["credited", *decided]
        return decided if decided and status in ("sealed", "drawing", "settled") else ["credited"]

    def allocation(self, options: argparse.Namespace) -> Found:
        """Funded orders got their numbers in chain order: those they asked for, or the nearest free ones"""
        expected = {
            order: {"sequence": sequence, "allocatedNumbers": numbers_of(mask), "combinations": covered(mask)}
            for sequence, (order, mask) in enumerate(self.given.items())
        }
        problems: list[str] = []
        sums = {"soldTickets": len(expected), "soldCombinations": sum(covered(mask) for mask in self.given.values())}
        problems += wrong_members(self.round, sums)
        for ticket in self.bundle["tickets"]:
            right = expected.pop(ticket["identifier"], None)
            if right is None:
                problems.append("ticket {}: its order got none, or it occurs twice".format(ticket["identifier"]))
                continue
            problems += wrong_members(ticket, right, of="ticket {}".format(ticket["identifier"]))
        return problems + [f"ticket {order} is missing" for order in expected]

    def apart(self, options: argparse.Namespace) -> Found:
        """No two tickets share six numbers, so that at most one can win"""
        masks = [(ticket["identifier"], mask_of(ticket["allocatedNumbers"])) for ticket in self.bundle["tickets"]]
        return [
            f"tickets {other} and {name} could both win"
            for at, (name, mask) in enumerate(masks)
            for other, other_mask in masks[:at]
            if shared(mask, other_mask) >= 6
        ]

    def sealed(self) -> list[tuple[str, int, int]]:
        paid: dict[str, list[list[Any]]] = {}
        for bought in self.bought:
            if bought.credited:
                payment = [bought.output.txid, bought.output.vout, bought.credited]
                paid.setdefault(bought.order, []).append(payment)
        leaves: list[tuple[str, int, int]] = []
        for order, mask in self.given.items():
            record = {
                "allocatedNumbers": numbers_of(mask),
                "commitment": self.commitments[order],
                "payments": paid.get(order, []),
            }
            leaves.append((canonical(record), covered(mask), sum(sats for _, _, sats in paid.get(order, []))))
        return leaves

    def draw(self, options: argparse.Namespace) -> Found:
        """The six numbers follow from the closing block's hash"""
        stated, round_ = self.bundle["draw"], self.round
        if stated is None:
            return missing(self, "settled", "the round is not settled")
        if is_sealed_draw(self):
            numbers = six_of(choices(bytes.fromhex(stated["lastState"]), round_["poolSize"]))
            self.winning = sorted(numbers)
            return sealed_draw(self, options, {"drawnNumbers": numbers, "winningNumbers": self.winning})
        if (stated["algorithm"], round_["winnerAlgorithm"]) != ("luckotto-draw-1", "luckotto-draw-1"):
            return ["the algorithm is unknown to me"]
        if hash_work_problems(self):
            return hash_work_problems(self)
        state = bytes.fromhex((stated["drawDigests"] or ["00" * 32])[0])
        if not options.skip_draw:
            block_hash = self.closing_hash() or stated["closingBlockHash"]
            start = hashlib.sha256(b"luckotto-draw-1:" + block_hash.encode("ascii")).digest()
            state = hashed(start, round_["hashWork"], 0, round_["hashWork"])
        numbers, digests = six_numbers(state, round_["poolSize"])
        self.winning = sorted(numbers)
        right = {"drawDigests": digests, "drawnNumbers": numbers, "winningNumbers": self.winning}
        problems = wrong_members(stated, right, BLOCK)
        return problems or ("the hashing was left out; numbers and states agree" if options.skip_draw else [])

    def owner_of_winner(self) -> str | None:
        drawn = mask_of(self.winning)
        return next((order for order, mask in self.given.items() if drawn and mask & drawn == drawn), None)

    def drawn(self) -> Record:
        return {"winningNumbers": self.winning}

    def earned(self) -> dict[str, int]:
        right: dict[str, int] = {}
        for bought in self.bought:
            if bought.order in self.given:
                name = self.terms_of(bought.order)["partnerName"]
                right[name] = right.get(name, 0) + bought.credited
        for order, mask in self.given.items():
            right[self.terms_of(order)["partnerName"]] -= covered(mask) * self.round["baseCombinationPriceSats"]
        return right

    claims = (
        promise,
        schedule,
        jackpot,
        headers,
        heights,
        transactions,
        addresses,
        terms,
        prices,
        outputs,
        amounts,
        windows,
        fates,
        allocation,
        apart,
        seal,
        seal_time,
        void,
        closing,
        draw,
        winner,
        win,
        earnings,
        payout,
        log,
        anchor,
        witnesses,
        expected_promise,
        expected_seal,
        expected_closing,
        expected_log,
        expected_witness,
    )


def shared(first: int, second: int) -> int:
    return bin(first & second).count("1")


def mask_of(numbers: list[int]) -> int:
    return sum(1 << (number - 1) for number in numbers)


def numbers_of(mask: int) -> list[int]:
    return [bit + 1 for bit in range(mask.bit_length()) if mask >> bit & 1]


def covered(mask: int) -> int:
    """How many different draws a set of numbers wins."""
    return math.comb(bin(mask).count("1"), 6)


def search(
    request: int, pool_size: int, tickets: list[int], seed: bytes, looked_at_before: int
) -> tuple[int | None, int]:
    """The set an order gets, or None, and how many candidates were looked at for it.

    `seed` is the order's commitment, `tickets` are all given before it, `looked_at_before` candidates were looked at
    for orders of its round that the same block funded before it.

    For c = 1, 2, 3 ... changed numbers: a ticket that shares c + 6 or more with the request rules the level out; one
    that shares exactly c + 5 leaves no choice, for all that is taken out must be shared with it and nothing put in may
    be one of its. With r numbers left to take out and a to put in there are n = C(r, c) * C(a, c) candidates. They are
    looked at in the order start, start + step, start + 2 * step ... modulo n until one is free, or until the bound.
    """
    taken = [(shared(request, ticket), ticket) for ticket in tickets]
    if all(common < 6 for common, _ in taken):
        return request, 0
    bound = min(ORDER_CANDIDATES, max(LEAST_CANDIDATES, BLOCK_CANDIDATES - looked_at_before))
    rest = mask_of(list(range(1, pool_size + 1))) & ~request
    looked_at = 0
    fewest = max(common for common, _ in taken) - 5
    for changed in range(fewest, min(len(numbers_of(request)), len(numbers_of(rest))) + 1):
        out_mask, in_mask = request, rest
        for common, ticket in taken:
            if common == changed + 5:
                out_mask &= ticket
                in_mask &= ~ticket
        out, into = numbers_of(out_mask), numbers_of(in_mask)
        ways_in = math.comb(len(into), changed)
        size = math.comb(len(out), changed) * ways_in
        most = min(size, LEVEL_CANDIDATES, bound - looked_at)
        relevant = [ticket for common, ticket in sorted(taken, reverse=True) if common + changed >= 6]
        for at, rank in enumerate(ranks(seed, changed, size, most)):
            removed = named(rank // ways_in, out, changed)
            candidate = request & ~removed | named(rank % ways_in, into, changed)
            if all(shared(candidate, ticket) < 6 for ticket in relevant):
                return candidate, looked_at + at + 1
        looked_at += most
    return None, looked_at


def ranks(seed: bytes, changed: int, size: int, most: int) -> Iterator[int]:
    """The candidates of a level in the order in which they are looked at: `most` of them, which may be none."""
    if most == 0:
        return iter(())
    start, step = walk(seed, changed, size)
    return ((start + at * step) % size for at in range(most))


def walk(seed: bytes, changed: int, size: int) -> tuple[int, int]:
    """Where a level begins and how it goes on: both halves of a hash, the step raised until it reaches everything."""
    digest = hashlib.sha256(seed + bytes([changed])).digest()
    start, step = int.from_bytes(digest[:16], "big") % size, int.from_bytes(digest[16:], "big") % size
    while math.gcd(step, size) != 1:
        step += 1
    return start, step


def named(rank: int, members: list[int], count: int) -> int:
    """The `count` members that a rank names in the combinatorial number system, as a mask."""
    mask = 0
    element = len(members) - 1
    for size in range(count, 0, -1):
        while math.comb(element, size) > rank:
            element -= 1
        rank -= math.comb(element, size)
        mask |= 1 << (members[element] - 1)
    return mask


def six_numbers(state: bytes, pool_size: int) -> tuple[list[int], list[str]]:
    """Return (the numbers as they were drawn, the states they came from as hex)."""
    usable = 256 // pool_size * pool_size
    drawn: list[int] = []
    digests: list[str] = []
    while len(drawn) < 6:
        digests.append(state.hex())
        for value in state:
            number = value % pool_size + 1
            if value < usable and number not in drawn and len(drawn) < 6:
                drawn.append(number)
        state = hashlib.sha256(state).digest()
    return drawn, digests


GAMES = {"rounds": Rounds, "luckotto": Luckotto}


def verify(bundle: Record, options: argparse.Namespace) -> list[Record]:
    return judge(GAMES[bundle["game"]](bundle), options)


def claims_of(evidence: Evidence, options: argparse.Namespace) -> list[Any]:
    """The claims that are made of it: of the public log only as far as that tells of the round, or should: because it
    was promised, or somebody asks for it."""
    told = evidence.bundle["log"]
    made = {"log": told is not None}
    for name in ("expect_log", "expect_witness"):
        made[name.replace("expect", "expected")] = told is not None or bool(getattr(options, name, None))
    made.update(anchor=told is not None and told["anchor"] is not None, witnesses=promised_witnesses(evidence)[1] > 0)
    return [claim for claim in evidence.claims if made.get(claim.__name__, True)]


def judge(evidence: Evidence, options: argparse.Namespace) -> list[Record]:
    bundle = evidence.bundle
    results: list[Record] = []
    for claim in claims_of(evidence, options):
        found = claim(evidence, options)
        noted = evidence.problems.get(claim.__name__, [])
        problems = noted + (found if isinstance(found, list) else [])
        verdict = FAILS if problems else HOLDS if isinstance(found, list) else NOT_YET
        is_left_out = options.skip_draw or getattr(options, "spot", None) is not None
        if verdict == NOT_YET and claim.__name__ == "draw" and is_left_out and bundle["draw"]:
            verdict = SKIPPED
        elif verdict == NOT_YET and isinstance(found, Untold):
            verdict = NOT_TOLD
        details = problems or ([str(found)] if isinstance(found, str) else [])
        name = claim.__name__.replace("_", "-")
        results.append(
            {"claim": name, "statement": (claim.__doc__ or "") + ".", "verdict": verdict, "details": details}
        )
    return results


def summary(bundle: Record, results: list[Record], evidence: Evidence, options: Any = None) -> Record:
    """The exit status, what it means, why it is not 0, and what nobody told this script."""
    failing = [result["claim"] for result in results if result["verdict"] == FAILS]
    round_status = bundle["round"]["status"]
    reasons = [] if round_status == "settled" else [UNFINISHED.get(round_status, f"it is {round_status}")]
    not_told = []
    for result in results:
        is_elsewhere = result["claim"].startswith("expected-") and result["verdict"] == NOT_TOLD
        if is_elsewhere and not (result["claim"] == "expected-log" and getattr(options, "expect_witness", None)):
            not_told += result["details"]
        elif result["verdict"] not in (HOLDS, FAILS) and (result["verdict"] != NOT_YET or round_status == "settled"):
            reasons.append("{}: {}".format(result["claim"], "; ".join(result["details"])))
    status = 1 if failing else 3 if reasons else 0
    is_log_unknown = bundle["log"] is not None and getattr(options, "expect_log", None) is None
    holds = "settled, and everything that was looked at holds" if is_log_unknown else "settled, and everything holds"
    skipped = ", for the draw was not repeated" * any(result["verdict"] == SKIPPED for result in results)
    says = {0: holds, 1: "something does not hold", 3: "nothing is wrong, but not finished" + skipped}
    paid, block = bundle["payout"], evidence.closing_hash()
    return {
        "game": bundle["game"],
        "roundNumber": bundle["round"]["roundNumber"],
        "roundStatus": round_status,
        "network": bundle["network"],
        "status": status,
        "says": says[status],
        "failing": failing,
        "unfinished": reasons,
        "notTold": not_told,
        "notLookedAt": not_looked_at(evidence, options),
        "roundVersion": evidence.version,
        "roundCommitment": bundle["round"]["roundCommitment"],
        "sealRoot": (bundle["seal"] or {}).get("root"),
        "closing": block and "{}@{}".format(block, bundle["round"]["closingHeight"]),
        "payout": paid and "{txid}:{vout}".format(**paid),
        "cosignedBy": cosigners(evidence, options),
        "isLogUnknown": is_log_unknown,
        **outcome(bundle),
        "paid": paid_by(bundle, results),
        "isAnchored": bundle["log"] and bundle["log"]["anchor"] is not None,
    }


def outcome(bundle: Record) -> Record:
    """What was drawn, and to whom the jackpot is owed, as the bundle has it: the claims say whether that holds."""
    draw_, win_, round_ = bundle["draw"], bundle["win"], bundle["round"]
    if draw_ is None:
        return {"drawn": None, "owed": None}
    found = draw_["winningNumbers"] if bundle["game"] == "luckotto" else draw_["winningTicket"]
    return {
        "drawn": found if isinstance(found, list) else "{:0{}d}".format(found, min(round_["ticketDigits"], 9)),
        "owed": win_
        and {
            "amountSats": win_["jackpotSats"],
            "payoutAddress": win_["payoutAddress"],
            "orderId": win_["identifier"],
            "player": win_.get("playerUname") or win_.get("playerPublicIdentifier"),
            "partnerName": win_["partnerName"],
        },
    }


def paid_by(bundle: Record, results: Sequence[Record]) -> Record | None:
    """The output that paid what was owed, where its claim holds; None before a block holds it."""
    paid = bundle["payout"]
    if paid is None or not any(one["claim"] == "payout" and one["verdict"] == HOLDS for one in results):
        return None
    return {"txid": paid["txid"], "vout": paid["vout"], "blockHeight": paid["proof"]["blockHeight"]}


OWED = "{amountSats:,} sats to {payoutAddress} (order {orderId}, player {player} at {partnerName})"


def outcome_in_words(told: Record, results: Sequence[Record]) -> Iterator[str]:
    """The same for people, with what was found of it."""
    status, drawn = told["roundStatus"], told["drawn"]
    if drawn is None:
        why = "the round is void" if status == "void" else "the round is not drawn"
        yield from (f"drawn: nothing, for {why}", "owed: nothing")
        return
    is_repeated = all(one["verdict"] != SKIPPED for one in results if one["claim"] == "draw")
    doubt = "" if is_repeated else " (the file says so: the draw was not repeated)"
    if told["failing"]:  # whatever it is: who leaves a winner out makes another claim fail than who invents one
        doubt = " (so says the file, in which something does not hold)"
    yield "drawn: {}{}".format(", ".join(map(str, drawn)) if isinstance(drawn, list) else drawn, doubt)
    owed = OWED.format(**told["owed"]) if told["owed"] else "nothing, for nobody held it"
    if told["owed"] and told["paid"]:
        yield "paid: {}, in block {blockHeight}, by {txid}:{vout}{}".format(owed, doubt, **told["paid"])
        return
    is_open = told["owed"] and told["payout"] is None and not doubt
    yield f"owed: {owed}{doubt or ('; no block of this file holds its payment yet' if is_open else '')}"


# Where records of a shape stand in a bundle; what no shape names is read by nobody, and is named.
PLACES = {
    "round": "round",
    "order": "orders[]",
    "payment": "payments[]",
    "transaction": "transactions[]",
    "balance": "balances[]",
    "headers": "headers",
    "seal": "seal",
    "draw": "draw",
    "win": "win",
    "payout": "payout",
    "log": "log",
}
ENTRIES = ("promise", "seal", "witnessed")


def not_looked_at(evidence: Evidence, options: Any = None) -> list[str]:
    """Whatever the bundle says and no claim has read, or nothing in it shows, as paths: of a record all below it. None
    of it decides who wins, or how much."""
    bundle, known, found = evidence.bundle, evidence.heights, set(strange(evidence))
    if bundle["seal"] is not None and not (bundle["log"] or {}).get("seal"):
        found.add("seal.sealedAtHeight")
    proofs = [("transactions[]", proof) for proof in bundle["transactions"]] + [("heightProof", bundle["heightProof"])]
    for name in ("proof", "heightProof"):
        proofs.append((f"payout.{name}", (bundle["payout"] or {}).get(name)))
    proofs.append(("log.anchor.proof", ((bundle["log"] or {}).get("anchor") or {}).get("proof")))
    for path, proof in proofs:
        if proof is not None and proof["rawTransaction"][8:12] == "0001":
            found.add(f"{path}.rawTransaction.witness")
    if any(proof["blockHash"] not in evidence.placed for proof in bundle["transactions"]):
        found.add("transactions[].blockHeight")
    if bundle["payout"] and bundle["payout"]["proof"]["blockHash"] in known and bundle["payout"]["heightProof"]:
        found.add("payout.heightProof")
    if bundle["log"] is not None:
        found.update(log_left(evidence, options))
    return sorted(found)


# What that is in words, by its paths.
LEFT = {
    r".+\.rawTransaction\.witness": (
        "The signatures inside transactions. Bitcoin's nodes checked them before a block took these, and no amount or "
        "address depends on them."
    ),
    r"seal\.sealedAtHeight": (
        "At which height the seal was fixed. Where the log says nothing of it, that is the platform's word alone."
    ),
    r"(?:transactions\[\]|log\.anchor\.proof)\.blockHeight": (
        "The heights of blocks after the last one that is shown. Look their hashes up in any explorer."
    ),
    r"payout\.heightProof": "A second proof of the height of the payout's block, which the blocks show already.",
    r"log\..+\.signatures": (
        "Signatures below checkpoints of the log by whom neither the promise nor you name. Name those whom you believe."
    ),
    r"log\..+\.checkpoint": (
        "Checkpoints of the log below which nobody's signature was looked at: their size and time say nothing."
    ),
    r"log\..+\.extra": "Notes that somebody put into a proof.",
    r"log\.anchor\.size": "How many entries the log had when its root went into Bitcoin.",
    r"log\.witnessed\.text\.line": (
        "What each witness's own line was, of which the log notes the hash. The witness has it."
    ),
}
UNKNOWN = "What the format of bundles does not know, and nobody reads."


def left_in_words(paths: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Sentences about what nobody looked at, each with its paths."""
    found: dict[str, list[str]] = {}
    for path in paths:
        words = (LEFT[pattern] for pattern in LEFT if re.fullmatch(pattern, path))
        found.setdefault(next(words, UNKNOWN), []).append(path)
    return list(found.items())


def strange(evidence: Evidence) -> Iterator[str]:
    """Members that no shape names."""
    bundle, game = evidence.bundle, evidence.bundle["game"]
    one, held = HOLDINGS[game]
    yield from unread(bundle, "bundle", "", "game", held)
    for shape, path in [*PLACES.items(), (one, f"{held}[]")]:
        value = bundle[path.rstrip("[]")]
        sealed = shape == "draw" and value is not None and value["algorithm"] == SEALED_DRAW
        name = f"{game} sealed draw" if sealed else shape if shape in SHAPES else f"{game} {shape}"
        for record in value if isinstance(value, list) else [value]:
            yield from unread(record, name, f"{path}.") if record is not None else ()
    told, paid = bundle["log"] or {}, bundle["payout"] or {}
    for place in ENTRIES:
        yield from unread(told.get(place), "entry", f"log.{place}.")
    anchor_ = told.get("anchor") or {}
    yield from unread(anchor_, "anchor", "log.anchor.")
    proofs = {"heightProof": bundle["heightProof"], "log.anchor.proof": anchor_.get("proof")}
    proofs.update({f"payout.{place}": paid.get(place) for place in ("proof", "heightProof")})
    for path, proof in proofs.items():
        yield from unread(proof, "transaction", f"{path}.")


def unread(record: Record | None, shape: str, path: str, *besides: str) -> Iterator[str]:
    names = {part.partition(":")[0] for part in SHAPES[shape].split()} | set(besides)
    return (path + name for name in record or () if name not in names)


def log_left(evidence: Evidence, options: Any) -> Iterator[str]:
    """What nobody looked at of what the log says: signatures of whom neither the promise nor the reader names. Of a
    checkpoint whose signatures nobody looked at, its size and time say nothing either."""
    told, found, sizes = evidence.bundle["log"], promised_witnesses(evidence), set()
    believed = list(getattr(options, "expect_witness", None) or [])
    seen = believed + (found[0] if found[1] else [])
    is_judged = evidence.bundle["draw"] and evidence.round["winnerAlgorithm"] == SEALED_DRAW and found[1]
    if isinstance(cosigned(evidence, seen), str):
        seen, is_judged = [], False
    for path, text, keys in [
        *((f"log.{name}.proof", told[name] and told[name]["proof"], seen) for name in ("promise", "seal")),
        ("log.witnessed.proof", told["witnessed"] and told["witnessed"]["proof"], found[0] if is_judged else []),
        *(("log.cosigned[]", text, seen) for text in told["cosigned"]),
    ]:
        if text is None:
            continue
        try:
            note = read_note(read_proof(text)[2])
        except ValueError:
            continue  # which a claim says
        if "\nextra " in text:
            yield f"{path}.extra"
        own = getattr(options, "expect_log", None)
        keys = keys + ([key_at(own, getattr(options, "rotations", []), note.size)] if own else [])
        read, left = lines_of(note, keys)
        yield from [f"{path}.signatures"] * bool(left) + [f"{path}.checkpoint"] * (not read)
        sizes.add(note.size)
    if told["anchor"]:
        if told["anchor"]["size"] not in sizes:
            yield "log.anchor.size"
        if told["anchor"]["proof"]["blockHash"] not in evidence.placed:
            yield "log.anchor.proof.blockHeight"
    if told["witnessed"]:
        yield "log.witnessed.text.line"


def lines_of(note: Note, keys: Sequence[str]) -> tuple[int, int]:
    """How many lines below a checkpoint are of these keys, each counted once, and how many are left."""
    known = {(name, identifier) for name, identifier, _ in map(key_bytes, keys)}
    read = {(name, data[:4]) for name, data in note.lines} & known
    return len(read), len(note.lines) - len(read)


def cosigners(evidence: Evidence, options: Any) -> list[str]:
    """The witnesses, promised or believed, whose cosignatures over the seal came before the closing block."""
    keys = [*promised_witnesses(evidence)[0], *(getattr(options, "expect_witness", None) or [])]
    found = cosigned(evidence, sorted(set(keys)))
    return [] if isinstance(found, str) else sorted(key.partition("+")[0] for key in found[1])


def plain(text: str) -> str:
    """What a bundle says, without what would move the cursor or turn the line round: a terminal obeys its file."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def print_claims(results: list[Record], told: Record) -> None:
    for result in sorted(results, key=lambda one: one["verdict"] != FAILS):  # what does not hold stands first
        is_asked = not result["details"] or not set(result["details"]) <= set(told["notTold"])
        verdict = result["verdict"] if is_asked else "not asked"
        print("{:13}  {claim:16}  {statement}".format(verdict, **result))
        for detail in result["details"][:10] if is_asked else ():  # what was not asked is said at the end
            print(" " * 33 + plain(detail))
        if is_asked and len(result["details"]) > 10:
            print(" " * 33 + "and %s more" % (len(result["details"]) - 10))
    if told["isAnchored"] is False:  # no claim, for nothing is left open: the log signed it, and Bitcoin follows
        print("{:13}  {:16}  {}.".format(NOT_TOLD, "anchor", anchor.__doc__))
        print(" " * 33 + "no block holds one yet, as far as this file says: fetch it again in a day")


def print_result(results: list[Record], told: Record) -> None:
    print_claims(results, told)
    print()
    for line in outcome_in_words(told, results):
        print(plain(line))
    print("Round {}, {} claims: {}.".format(told["roundNumber"], len(results), told["says"]))
    if told["network"] != "main":
        print("Of the network {}, whose coins are worth nothing, and whose blocks cost little.".format(told["network"]))
    failing = ["{}: {}".format(one["claim"], one["details"][0]) for one in results if one["verdict"] == FAILS]
    for title, lines in (("Does not hold", failing), ("Not finished", told["unfinished"])):
        for line in lines:
            print(f"{title}: {plain(line)}")
    if told["roundVersion"] == 1:
        print("Of version 1: hash work, digits, fee, depth and jackpot could have been changed after the sales began.")
    for line in told["notTold"]:
        print("Not asked: " + line)
    for sentence, paths in left_in_words(told["notLookedAt"]):
        print("Not looked at: {} ({})".format(sentence, plain(", ".join(paths))))
    if told["cosignedBy"] and not told["failing"]:
        print("Nothing changed since these cosigned it, before the closing block; each receipt shows that it is in it:")
        print("  " + plain(", ".join(told["cosignedBy"])))
    print("Compare with what you know from elsewhere:")
    for title, name in (("promise", "roundCommitment"), ("seal", "sealRoot"), ("closing block", "closing")):
        print("  {:14} {}".format(title, told[name] or "none"))
    if told["payout"]:
        paid = "  {:14} {} (no other round may be paid by the same: compare this line of each)"
        print(paid.format("payout", told["payout"]))
    if told["isLogUnknown"]:
        print(
            "Nobody judged whose log it is: anybody could have signed it. Give --log-key VKEY, which SITE/api/log "
            "says, and others who follow the log."
        )


def expectation(pattern: str, what: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not re.match(pattern + r"\Z", text.lower()):
            raise argparse.ArgumentTypeError(f"expected {what}")
        return text.lower()

    return parse


def count(text: str) -> int:
    if not re.match(r"[1-9][0-9]{0,8}\Z", text):
        raise argparse.ArgumentTypeError("expected a whole number from 1")
    return int(text)


def verifier_key(kind: int) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not is_verifier_key(text, kind):
            raise argparse.ArgumentTypeError("expected a verifier key, NAME+ID+KEY")
        return text

    return parse


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with how it was called."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"verify_round: {message}; --help says how it is called\n")


def options_from(arguments: list[str] | None) -> argparse.Namespace:
    parser = Parser(
        description=(__doc__ or "").split("\n\n")[0],
        epilog="Exit status: 0 settled, and everything holds; 1 something does not hold; 2 unusable input; "
        "3 nothing is wrong, but not finished, or not everything could be checked.",
    )
    hash_ = expectation("[0-9a-f]{64}", "64 hexadecimal digits")
    block = expectation("[0-9a-f]{64}@(?:0|[1-9][0-9]{0,8})", "HASH@HEIGHT")
    parser.add_argument("bundles", metavar="BUNDLE", nargs="+", help="the proof bundle, or - for standard input")
    parser.add_argument("--expect-promise", metavar="COMMITMENT", type=hash_, help="roundCommitment, from before")
    parser.add_argument("--expect-seal", metavar="ROOT", type=hash_, help="the seal's root, from before the draw")
    parser.add_argument("--expect-closing", metavar="HASH@HEIGHT", type=block, help="the closing block, from elsewhere")
    parser.add_argument(
        "--log-key", metavar="VKEY", type=verifier_key(1), dest="expect_log", help="the public log's key"
    )
    parser.add_argument("--keys", metavar="FILE", help="LOG/keys, saved: which key of the log followed which")
    parser.add_argument(
        "--witness",
        metavar="VKEY",
        type=verifier_key(4),
        action="append",
        dest="expect_witness",
        help="a witness of the log whom you believe; each must have cosigned before the closing block",
    )
    parser.add_argument(
        "--cosigned",
        metavar="FILE",
        action="append",
        help="a checkpoint that a witness served himself, with its proof that it covers the seal (witness.py prove)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--skip-draw", action="store_true", help="leave out the draw's hashing")
    parser.add_argument("--spot", metavar="N", type=count, help="of a sealed draw repeat only N stretches, at random")
    parser.add_argument("--keep", metavar="FILE", help="of a sealed draw note what was repeated, and go on from there")
    parser.add_argument("--processes", metavar="N", type=count, help="how many repeat a sealed draw at once")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = options_from(arguments)
    try:
        options.rotations = read_rotations(options.keys) if options.keys else []
        bundle = read_bundle(options.bundles)
        evidence = GAMES[bundle["game"]](bundle)
        bring(evidence, options)
        results = judge(evidence, options)
    except BadInput as error:
        print(f"verify_round: {plain(str(error))}", file=sys.stderr)
        return 2
    told = summary(bundle, results, evidence, options)
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")  # names of every script, on whatever terminal
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
