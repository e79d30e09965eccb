#!/usr/bin/env python3
"""Check, offline, that roots of the public log stand in blocks of Bitcoin, and that they form one line.

    verify_anchor.py FILE... [--note FILE] [--root HEX]

FILE is an answer of /api/log/anchors/TXID, saved. Of each it is checked: the transaction has exactly one output that
holds 32 bytes of data, and they are the root; the root is the one of the signed checkpoint beside it; a branch of
hashes leads from the transaction to the header of the block; the header carries the work that it names. Of several, the
newest first or in any order: each spends the coin of the one before, so that they are one line, whose sizes grow.

--note FILE is a checkpoint that you kept, of your own or a witness's: the root in Bitcoin must be its root where the
size is the same; where none is of that size nothing is shown of it. --root HEX is a root that you know to be the
log's, and that must be among them.

What cannot be seen here: whether the block is in the chain that everybody follows, and at which height. Compare its
hash, which is printed, with any explorer's or your own node's. And who signed the checkpoint, and when: witness.py and
verify_receipt.py check that. Of several files the heights and the network must agree with each other; what a file says
besides and nothing here shows is named at the end as not looked at.

This file needs Python 3.8 or newer and nothing else: no package, no network.
Exit status: 0 it holds, 1 it does not, 2 unusable input, 3 nothing is wrong, but no anchor here is of the size of a
checkpoint that you kept.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import sys
from typing import Any, NamedTuple, NoReturn

MOST = 20_000_000  # bytes of a file
LONGEST = 4300  # digits of a number
EASIEST_BITS = {
    "main": 0x1D00FFFF,
    "test": 0x1D00FFFF,
    "testnet4": 0x1D00FFFF,
    "signet": 0x1E0377AE,
    "regtest": 0x207FFFFF,
}
HEX = frozenset("0123456789abcdef")


class Unusable(Exception):
    """The input is no anchor. The message says why."""


class Wrong(Exception):
    """Something that is said does not hold."""


class Output(NamedTuple):
    """An output of a transaction."""

    sats: int
    script: bytes


class Anchor(NamedTuple):
    """What a file says, and what its transaction says."""

    name: str
    told: dict[str, Any]
    spends: frozenset[tuple[str, int]]
    block: str


def double_sha256(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def shown(hash_: bytes) -> str:
    """A hash as explorers print it."""
    return hash_[::-1].hex()


class Reader:
    """Takes a transaction apart; whatever is cut off is Wrong."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    def take(self, size: int) -> bytes:
        if size > len(self.raw) - self.at:
            raise Wrong("the transaction is cut off")
        self.at += size
        return self.raw[self.at - size : self.at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def size(self) -> int:
        first = self.number(1)
        return first if first < 0xFD else self.number({0xFD: 2, 0xFE: 4, 0xFF: 8}[first])


def read_transaction(raw: bytes) -> tuple[str, frozenset[tuple[str, int]], list[Output]]:
    """Its id, what it spends, and its outputs. The id is over everything but the witness."""
    reader = Reader(raw)
    version = reader.take(4)
    has_witness = raw[4:6] == b"\x00\x01"
    if has_witness:
        reader.take(2)
    start = reader.at
    spends = []
    for _ in range(reader.size()):
        spends.append((shown(reader.take(32)), reader.number(4)))
        reader.take(reader.size())
        reader.take(4)
    outputs = []
    for _ in range(reader.size()):
        sats = reader.number(8)
        outputs.append(Output(sats, reader.take(reader.size())))
    body = raw[start : reader.at]
    for _ in spends if has_witness else ():
        for _ in range(reader.size()):
            reader.take(reader.size())
    locktime = reader.take(4)
    if reader.at != len(raw):
        raise Wrong("there is something behind the transaction")
    if len(version + body + locktime) == 64:
        raise Wrong("the transaction is as long as a node of the tree, and could be one")
    return shown(double_sha256(version + body + locktime)), frozenset(spends), outputs


def root_in(outputs: list[Output], vout: int) -> str:
    """The one root that a transaction holds, which is at `vout`."""
    data = [place for place, out in enumerate(outputs) if out.script[:1] == b"\x6a"]
    if data != [vout]:
        raise Wrong(f"its outputs with data are {data}, not the one numbered {vout}")
    script = outputs[vout].script
    if len(script) != 34 or script[1] != 32:
        raise Wrong("its data is not a root's 32 bytes")
    return script[2:].hex()


def target_of(bits: int) -> int:
    """The number a block's hash must not exceed."""
    return (bits & 0x7FFFFF) << 8 * (bits >> 24) >> 24 if not bits & 0x800000 else 0


def check_block(proof: dict[str, Any], network: str) -> str:
    """That the branch leads to the header, and the header has its work; the block's hash."""
    header = bytes_of(proof, "header")
    if len(header) != 80:
        raise Wrong("the header has not 80 bytes")
    node, index = bytes.fromhex(text_of(proof, "txid"))[::-1], number_of(proof, "index")
    for sibling in proof.get("branch") or []:
        other = hash_of(sibling, "branch")
        node = double_sha256(other + node if index & 1 else node + other)
        index >>= 1
    if index or node != header[36:68]:
        raise Wrong("the branch does not lead from the transaction to the header")
    bits = int.from_bytes(header[72:76], "little")
    if not 0 < target_of(bits) <= target_of(EASIEST_BITS[network]):
        raise Wrong(f"the header's difficulty is none of the network {network}")
    if int.from_bytes(double_sha256(header), "little") > target_of(bits):
        raise Wrong("the header does not carry the work that it names")
    return shown(double_sha256(header))


def checkpoint_of(note: str) -> tuple[str, int, str]:
    """Origin, size and root of a signed note's text."""
    lines = note.partition("\n\n")[0].split("\n")
    try:
        origin, size, root = lines[0], lines[1], base64.b64decode(lines[2], validate=True)
    except (IndexError, binascii.Error):
        raise Unusable("the checkpoint is no checkpoint") from None
    if not origin or not size.isdigit() or size != str(int(size)) or len(root) != 32:
        raise Unusable("the checkpoint is no checkpoint")
    return origin, int(size), root.hex()


def check(name: str, told: dict[str, Any]) -> Anchor:
    """Everything that one file says by itself."""
    proof = told.get("proof")
    if not isinstance(proof, dict):
        raise Unusable("there is no proof in it; ask for it again")
    if not isinstance(told.get("network"), str) or told["network"] not in EASIEST_BITS:
        raise Unusable(f"it names a network that is unknown to me: {told.get('network')}")
    txid, spends, outputs = read_transaction(bytes_of(proof, "rawTransaction"))
    if {txid} != {told.get("txid"), proof.get("txid")}:
        raise Wrong(f"the transaction is {txid}, not the one that is named")
    root = root_in(outputs, number_of(told, "vout"))
    if root != told.get("root"):
        raise Wrong(f"the transaction holds {root}, not the root that is named")
    block = check_block(proof, told["network"])
    if {block} != {told.get("blockHash"), proof.get("blockHash")}:
        raise Wrong(f"the block is {block}, not the one that is named")
    if number_of(told, "blockHeight") != number_of(proof, "blockHeight"):
        raise Wrong("two heights are named for one block")
    line = number_of(told, "lineVout")
    if line >= len(outputs) or outputs[line].script[:1] == b"\x6a":
        raise Wrong("the output for the next anchor is none of the transaction's")
    if checkpoint_of(text_of(told, "checkpoint"))[1:] != (number_of(told, "size"), root):
        raise Wrong("the signed checkpoint is of another root or size")
    before = told.get("previous")
    if before is not None and (before.get("txid"), before.get("vout")) not in spends:
        raise Wrong("it does not spend the coin of the anchor before it")
    return Anchor(name, told, spends, block)


def check_line(anchors: list[Anchor]) -> None:
    """Each spends the coin of the one before; sizes grow, and all are one log's."""
    names = {checkpoint_of(one.told["checkpoint"])[0] for one in anchors}
    if len(names) != 1:
        raise Wrong("these are anchors of several logs")
    line = sorted(anchors, key=lambda one: int(one.told["size"]))
    for before, after in zip(line, line[1:]):  # noqa: B905, RUF007
        coin = (before.told["txid"], before.told["lineVout"])
        if coin not in after.spends or after.told["previous"] != {"txid": coin[0], "vout": coin[1]}:
            raise Wrong(f"{after.name} does not follow {before.name}: one between them is missing, or it begins anew")
        if before.told["size"] == after.told["size"]:
            raise Wrong(f"{after.name} and {before.name} are of one size")
        if before.told["network"] != after.told["network"]:
            raise Wrong(f"{after.name} and {before.name} are of two networks")
        heights = before.told["blockHeight"], after.told["blockHeight"]
        if heights[0] > heights[1] or (heights[0] == heights[1]) != (before.block == after.block):
            raise Wrong(f"the heights of {after.name} and {before.name} do not follow their blocks")


def not_looked_at(line: list[Anchor]) -> list[str]:
    """What these files say and nothing in them shows; the oldest is the first of the line."""
    nothing_before = [] if line[0].told["previous"] is None else ["previous of the oldest, whose file is not here"]
    newest = "lineVout of the newest, which nothing here spends"
    return ["blockHeight", "network", *nothing_before, newest, "the time and the signatures of each checkpoint"]


def text_of(told: dict[str, Any], member: str) -> str:
    found = told.get(member)
    if not isinstance(found, str):
        raise Unusable(f"{member} is no text")
    return found


def number_of(told: dict[str, Any], member: str) -> int:
    found = told.get(member)
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        raise Unusable(f"{member} is no number")
    return found


def bytes_of(told: dict[str, Any], member: str) -> bytes:
    found = text_of(told, member)
    if len(found) % 2 or not HEX.issuperset(found):
        raise Unusable(f"{member} is not hexadecimal")
    return bytes.fromhex(found)


def hash_of(found: object, member: str) -> bytes:
    if not isinstance(found, str) or len(found) != 64 or not HEX.issuperset(found):
        raise Unusable(f"{member} is not of hashes")
    return bytes.fromhex(found)


def read(name: str) -> bytes:
    with open(name, "rb") as file:
        raw = file.read(MOST + 1)
    if len(raw) > MOST:
        raise Unusable("the file is too large")
    return raw


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A record's members. Of two with one name a reader would see one, and this script another: raises ValueError."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in it")
    return found


def whole_number(text: str) -> int:
    if len(text.lstrip("-")) > LONGEST:
        raise ValueError(f"there is a number of {len(text)} digits in it")
    return int(text)


def read_anchor(name: str) -> dict[str, Any]:
    text = ""
    try:
        text = read(name).decode("utf-8-sig")
        told = json.loads(text, object_pairs_hook=once, parse_int=whole_number)
    except RecursionError:
        raise Unusable(f"{name} is nested too deeply") from None
    except json.JSONDecodeError as error:
        other, where = kind_of(text), f"line {error.lineno}, column {error.colno}"
        why = f". It is {other}" if other else f", or was cut off: {where}"
        raise Unusable(f"{name} is no JSON{why}") from None
    except UnicodeDecodeError:
        raise Unusable(f"{name} is no text in UTF-8") from None
    except ValueError as error:
        raise Unusable(f"{name} cannot be read: {error}") from None
    other = kind_of(told)
    if other and not other.startswith("an anchor"):
        raise Unusable(f"{name} is no anchor. It is {other}")
    if isinstance(told, dict) and isinstance(told.get("previous", {}), (dict, type(None))) and "root" in told:
        found: dict[str, Any] = told
        return found
    raise Unusable(f"{name} is no anchor: an answer of /api/log/anchors/TXID")


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


def verify(options: argparse.Namespace) -> bool:
    """Whether each checkpoint that was kept could be compared. Raises Wrong, Unusable."""
    anchors, is_compared = [], True
    for name in options.files:
        try:
            anchors.append(check(name, read_anchor(name)))
        except Wrong as error:
            raise Wrong(f"{name}: {error}") from None
    check_line(anchors)
    roots = {one.told["root"] for one in anchors}
    if options.root is not None and options.root not in roots:
        raise Wrong("none of them holds the root that you named")
    for kept in options.note:
        origin, size, root = checkpoint_of(read(kept).decode("utf-8", "replace"))
        same = [one for one in anchors if one.told["size"] == size]
        if origin != checkpoint_of(anchors[0].told["checkpoint"])[0]:
            raise Wrong(f"{kept} is of another log, {origin}")
        if any(one.told["root"] != root for one in same):
            raise Wrong(f"the log was FORKED: {kept} has another root for {size} entries than Bitcoin")
        is_compared = is_compared and bool(same)
        print(f"{kept}: {'the same root is in Bitcoin' if same else f'no anchor here is of {size} entries'}")
    line = sorted(anchors, key=lambda one: int(one.told["size"]))
    for one in line:
        print(f"{one.told['size']} entries, root {one.told['root']}")
        print(f"  in transaction {one.told['txid']}")
        print(f"  of block {one.block} ({one.told['network']}); compare it with an explorer or a node of yours")
        print("  begins the line" if one.told["previous"] is None else f"  follows {one.told['previous']['txid']}")
    print("Not looked at, for nothing here shows it: {}.".format(", ".join(not_looked_at(line))))
    print("Not asked: who signed the checkpoint; witness.py and verify_receipt.py ask that.")
    many = "1 anchor" if len(line) == 1 else f"{len(line)} anchors in one line"
    open_ = "nothing is wrong, but a checkpoint that you kept is of another size"
    print(f"\n{many}: {'everything that was looked at holds' if is_compared else open_}.")
    return is_compared


def root_named(text: str) -> str:
    if len(text) != 64 or not HEX.issuperset(text.lower()):
        raise argparse.ArgumentTypeError("expected 64 hexadecimal digits")
    return text.lower()


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with how it was called."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"verify_anchor: {message}; --help says how it is called\n")


def main(arguments: list[str] | None = None) -> int:
    parser = Parser(
        description="Check anchors of the public log, offline.",
        epilog="Exit status: 0 it holds, 1 it does not, 2 unusable input, 3 nothing is wrong, but no anchor here is of "
        "the size of a checkpoint that you kept.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="an answer of /api/log/anchors/TXID")
    parser.add_argument("--note", action="append", default=[], metavar="FILE", help="a checkpoint that you kept")
    parser.add_argument("--root", metavar="HEX", type=root_named, help="a root that must be among them")
    try:
        is_compared = verify(parser.parse_args(arguments))
    except Wrong as error:
        print(f"verify_anchor: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"verify_anchor: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    except Unusable as error:
        print(f"verify_anchor: {error}", file=sys.stderr)
        return 2
    return 0 if is_compared else 3


if __name__ == "__main__":
    sys.exit(main())
