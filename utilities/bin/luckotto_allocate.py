#!/usr/bin/env python3
"""Check a Luckotto round yourself: replay its payments and give every funded order its numbers again.

    luckotto_allocate.py ROUND ORDERS [ORDERS ...] [--expect ORDER] [--json]

ROUND is a file with what /api/luckotto/rounds/N answers; ORDERS are files with all pages of
/api/luckotto/rounds/N/orders. ORDER is the id of the order that you were told has won, or none. For every order:

    its commitment is recomputed from its terms, and its numbers and total are those of its terms
    its payments are taken in chain order (block height, place in the block, output): late ones, those under the
        order's minimum and orphaned ones count for nothing
    with the payment that reaches its total the order gets a set of numbers:
        the requested ones, if no ticket before shares six of them; else the nearest free set, see search()

Then no two tickets may share six numbers, and the winning numbers of the round lie in one ticket at most.
If the round is sealed, its seal is computed again too.

This file needs Python 3.8 or newer and nothing else: no package, no network.
Exit status: 0 all agrees, and the round is settled; 1 something does not agree; 2 unusable input; 3 nothing disagrees
so far, but the round is not settled: it is open, not drawn yet, halted or void.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Iterator
from typing import Any

LEVEL_CANDIDATES = 16384
ORDER_CANDIDATES = 32768
BLOCK_CANDIDATES = 1048576
LEAST_CANDIDATES = 1024


def choose(n: int, k: int) -> int:
    return math.comb(n, k)


def shared(first: int, second: int) -> int:
    return bin(first & second).count("1")


def mask_of(numbers: list[int]) -> int:
    return sum(1 << (number - 1) for number in numbers)


def numbers_of(mask: int) -> list[int]:
    return [bit + 1 for bit in range(mask.bit_length()) if mask >> bit & 1]


def tagged(tag: str, message: bytes) -> bytes:
    prefix = hashlib.sha256(tag.encode()).digest()
    return hashlib.sha256(prefix + prefix + message).digest()


def nearest_free(request: int, pool_size: int, tickets: list[int], seed: bytes) -> int | None:
    """The set an order gets that is the first of its block to be searched for, or None."""
    return search(request, pool_size, tickets, seed, 0)[0]


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
        ways_in = choose(len(into), changed)
        size = choose(len(out), changed) * ways_in
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
        while choose(element, size) > rank:
            element -= 1
        rank -= choose(element, size)
        mask |= 1 << (members[element] - 1)
    return mask


class Unusable(Exception):
    """The files do not hold what they should."""


class Replay:
    """A round played again from its public records."""

    def __init__(self, round_record: dict[str, Any], orders: list[dict[str, Any]]) -> None:
        self.round = round_record
        self.pool = round_record["poolSize"]
        self.orders = {order["id"]: order for order in orders}
        self.wrong: list[str] = []
        self.tickets: dict[str, int] = {}
        self.funded: dict[str, int] = {}
        self.without: set[str] = set()
        self.looked_at: dict[int, int] = {}

    def run(self) -> None:
        for order in self.orders.values():
            self.check_terms(order)
        if self.round["status"] != "void":
            for order, payment in self.payments_in_chain_order():
                self.pay(order, payment)
            self.compare()
            self.check_seal()

    def check_terms(self, order: dict[str, Any]) -> None:
        terms = json.loads(order["terms"])
        if tagged("tiraj/order/1", order["terms"].encode()).hex() != order["commitment"]:
            self.wrong.append("order {}: the commitment is not that of its terms".format(order["id"]))
        promised = {
            "orderId": order["id"],
            "requestedNumbers": order["requestedNumbers"],
            "totalSats": order["totalSats"],
            "minPaymentSats": order["minPaymentSats"],
            "roundNumber": self.round["roundNumber"],
            "poolSize": self.pool,
            "salesEndHeight": self.round["salesEndHeight"],
        }
        for name, value in promised.items():
            if terms.get(name) != value:
                self.wrong.append("order {}: {} is not that of its terms".format(order["id"], name))
        covered = choose(len(order["requestedNumbers"]), 6)
        base = covered * self.round["baseCombinationPriceSats"]
        if order["baseSats"] != base or order["totalSats"] != (base * (100 + terms["houseEdgePercent"]) + 99) // 100:
            self.wrong.append("order {}: the price is not that of its numbers".format(order["id"]))

    def payments_in_chain_order(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        live = [
            (order, payment)
            for order in self.orders.values()
            for payment in order["payments"]
            if payment["status"] not in ("seen", "void")
            and (payment["status"] != "orphaned" or payment["creditedSats"])
        ]
        return sorted(live, key=lambda pair: (pair[1]["blockHeight"], pair[1]["txIndex"], pair[1]["vout"]))

    def pay(self, order: dict[str, Any], payment: dict[str, Any]) -> None:
        name, amount = order["id"], payment["amountSats"]
        in_time = payment["blockHeight"] < self.round["salesEndHeight"]
        if not in_time or amount < order["minPaymentSats"] or name in self.without:
            return
        self.funded[name] = self.funded.get(name, 0) + amount
        if name in self.tickets or self.funded[name] < order["totalSats"]:
            return
        request, seed = mask_of(order["requestedNumbers"]), bytes.fromhex(order["commitment"])
        before = self.looked_at.get(payment["blockHeight"], 0)
        found, looked_at = search(request, self.pool, list(self.tickets.values()), seed, before)
        self.looked_at[payment["blockHeight"]] = before + looked_at
        if found is None:
            self.without.add(name)
        else:
            self.tickets[name] = found

    def compare(self) -> None:
        for name, order in self.orders.items():
            told = order["allocatedNumbers"]
            found = numbers_of(self.tickets[name]) if name in self.tickets else None
            if told != found:
                self.wrong.append(f"order {name}: told {told}, found {found}")
        masks = sorted(self.tickets.items())
        for at, (name, mask) in enumerate(masks):
            for other, other_mask in masks[:at]:
                if shared(mask, other_mask) >= 6:
                    self.wrong.append(f"orders {other} and {name} could both win")

    def check_seal(self) -> None:
        if self.round.get("sealRoot") and seal_root(self) != self.round["sealRoot"]:
            self.wrong.append("the seal is not that of these orders")

    def winner(self) -> str | None:
        winning = self.round.get("winningNumbers")
        if not winning:
            return None
        drawn = mask_of(winning)
        return next((name for name, mask in self.tickets.items() if mask & drawn == drawn), None)


def seal_root(replay: Replay) -> str:
    """The root over all tickets in the order in which they were given."""
    level = [leaf(replay, name, mask) for name, mask in replay.tickets.items()]
    count = len(level)
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [pair[0] if len(pair) == 1 else parent(pair[0], pair[1]) for pair in pairs]
    digest, tickets, sats = level[0] if level else (bytes(32), 0, 0)
    subject = replay.round["roundNumber"].to_bytes(4, "big")
    top = count.to_bytes(8, "big") + digest + tickets.to_bytes(8, "big") + sats.to_bytes(8, "big")
    promised = replay.round.get("roundCommitment")  # from version 2 on the root is over it as well
    if promised is None:
        return tagged("tiraj/seal/root/1", subject + top).hex()
    return tagged("tiraj/seal/root/2", bytes.fromhex(promised) + subject + top).hex()


def leaf(replay: Replay, name: str, mask: int) -> tuple[bytes, int, int]:
    order = replay.orders[name]
    paid = sorted(
        (payment for payment in order["payments"] if payment["creditedSats"] > 0),
        key=lambda payment: (payment["blockHeight"], payment["txIndex"], payment["vout"]),
    )
    record = {
        "allocatedNumbers": numbers_of(mask),
        "commitment": order["commitment"],
        "payments": [[payment["txid"], payment["vout"], payment["creditedSats"]] for payment in paid],
    }
    data = json.dumps(record, sort_keys=True, separators=(",", ":")).encode()
    sums = choose(len(numbers_of(mask)), 6), sum(payment["creditedSats"] for payment in paid)
    serialized = sums[0].to_bytes(8, "big") + sums[1].to_bytes(8, "big")
    return tagged("tiraj/seal/leaf/1", serialized + data), sums[0], sums[1]


def parent(left: tuple[bytes, int, int], right: tuple[bytes, int, int]) -> tuple[bytes, int, int]:
    joined = b"".join(
        digest + tickets.to_bytes(8, "big") + sats.to_bytes(8, "big") for digest, tickets, sats in (left, right)
    )
    return tagged("tiraj/seal/node/1", joined), left[1] + right[1], left[2] + right[2]


def read(path: str) -> Any:
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except RecursionError:
        raise Unusable(f"{path} cannot be read: it is nested too deeply") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Unusable(f"{path} cannot be read: it is no JSON, or was cut off: {where}") from None
    except (OSError, ValueError) as error:
        raise Unusable(f"{path} cannot be read: {error}") from None


def replayed(round_path: str, order_paths: list[str]) -> Replay:
    round_record, orders = read(round_path), []
    for at, path in enumerate(order_paths):
        page = read(path)
        try:
            orders += page["orders"]
            is_last = page.get("next") is None
        except (AttributeError, KeyError, TypeError):
            raise Unusable(f"{path} holds no page of orders") from None
        if is_last != (at == len(order_paths) - 1):
            raise Unusable(f"{path} is not where its page belongs: all pages are needed, in their order")
    try:
        replay = Replay(round_record, orders)
        replay.run()
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise Unusable(f"a record is not as the API gives it: {type(error).__name__} {error}") from None
    return replay


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").split("\n\n")[0],
        epilog="Exit status: 0 all agrees, 1 something does not, 2 unusable input, 3 the round is not settled.",
    )
    parser.add_argument("round", metavar="ROUND", help="file with the round's record")
    parser.add_argument("orders", metavar="ORDERS", nargs="+", help="files with the pages of its orders")
    parser.add_argument("--expect", metavar="ORDER", help="the id of the order that has won, or none")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = read_options(arguments)
    try:
        replay = replayed(options.round, options.orders)
    except Unusable as error:
        print(error, file=sys.stderr)
        return 2
    winner, is_settled = replay.winner(), replay.round["status"] == "settled"
    if options.expect is not None and options.expect != (winner or "none"):
        replay.wrong.append("told that {} has won, found {}".format(options.expect, winner or "none"))
    if options.json:
        result = {
            "roundNumber": replay.round["roundNumber"],
            "allocations": {name: numbers_of(mask) for name, mask in replay.tickets.items()},
            "unallocated": sorted(replay.without),
            "winner": winner,
            "wrong": replay.wrong,
            "status": replay.round["status"],
            "match": not replay.wrong and is_settled,
        }
        print(json.dumps(result, indent=2))
    else:
        for name, mask in replay.tickets.items():
            print("{}: {}".format(name, ", ".join(str(number) for number in numbers_of(mask))))
        for name in sorted(replay.without):
            print(f"{name}: no free set")
        print("winner: %s" % (winner or "none"))
        for line in replay.wrong:
            print("WRONG: " + line)
        print("NO MATCH" if replay.wrong else "MATCH" if is_settled else not_finished(replay.round["status"]))
    return 1 if replay.wrong else 0 if is_settled else 3


def not_finished(status: str) -> str:
    """Nothing disagrees so far; what is missing for more than that."""
    if status == "void":
        return "NOT FINISHED: the round is void, so nothing is drawn, and everything paid is refunded"
    return f"NOT FINISHED: the round is {status}, so seal or draw may be missing here"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
