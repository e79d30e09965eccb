#!/usr/bin/env python3
"""Check a Luckotto round yourself: replay its payments and give every funded order its numbers again.

    luckotto_allocate.py ROUND ORDERS [ORDERS ...] [--drawn NUMBERS] [--expect ORDER] [--json]

ROUND is a file with what /api/luckotto/rounds/N answers; ORDERS are files with all pages of
/api/luckotto/rounds/N/orders. ORDER is the id of the order that you were told has won, or none. For every order:

    its commitment and its deposit address are recomputed from its terms, and what it says is what its terms say
    its payments are taken in chain order (block height, place in the block, output): late ones, those under the
        order's minimum and orphaned ones count for nothing
    with the payment that reaches its total the order gets a set of numbers:
        the requested ones, if no ticket before shares six of them; else the nearest free set, see search()

Then no two tickets may share six numbers. The round must say what its promise says; its seal is computed again over the
tickets, and its draw from the closing block's hash. Who holds what was drawn here has won, whoever is named. A draw of
more than 30 million hashes is not repeated here, which is said: luckotto_draw.py and sealed_draw.py do that, and their
NUMBERS, with commas between them, are taken with --drawn.

What these files cannot show is listed at the end, with what does show it: above all whether the payments are in the
blocks that are named, and whether the world has the closing block. verify_round.py sees the payments for itself, in the
round's proof bundle.

This file needs Python 3.8 or newer and nothing else: no package, no network.
Exit status: 0 all agrees, and the round is settled; 1 something does not agree; 2 unusable input; 3 nothing disagrees
so far, but the round is not finished (it is open, not drawn yet, halted or void), or its draw was not repeated.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import sys
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

    Point = tuple[int, int] | None
    Record = dict[str, Any]

# secp256k1: y^2 = x^3 + 7 modulo FIELD; the point G generates a group of ORDER points.
FIELD = 2**256 - 2**32 - 977
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
PREFIXES = {"main": "bc", "test": "tb", "testnet4": "tb", "signet": "tb", "regtest": "bcrt"}
CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
LEVEL_CANDIDATES = 16384
ORDER_CANDIDATES = 32768
BLOCK_CANDIDATES = 1048576
LEAST_CANDIDATES = 1024
LONGEST = 4300  # digits of a number
AT_ONCE = 30_000_000  # hashes of a draw that are repeated here: under a minute
FINISHED = ("sealed", "drawing", "settled")  # after the sales, with everything that was sold


def choose(n: int, k: int) -> int:
    return math.comb(n, k)


def shared(first: int, second: int) -> int:
    return bin(first & second).count("1")


def mask_of(numbers: list[int]) -> int:
    return sum(1 << (number - 1) for number in numbers)


def numbers_of(mask: int) -> list[int]:
    return [bit + 1 for bit in range(mask.bit_length()) if mask >> bit & 1]


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


def segwit_address(prefix: str, version: int, program: bytes) -> str:
    """BIP 350: the version and the program in groups of five bits, with the bech32m checksum (bech32 for version 0)."""
    groups = -(-len(program) * 8 // 5)
    number = int.from_bytes(program, "big") << (groups * 5 - len(program) * 8)
    data = [version] + [number >> 5 * place & 31 for place in range(groups - 1, -1, -1)]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = checksum_of(expanded + data + [0] * 6) ^ (0x2BC830A3 if version else 1)
    data += [check >> 5 * place & 31 for place in range(5, -1, -1)]
    return prefix + "1" + "".join(CHARACTERS[value] for value in data)


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


class Unusable(Exception):
    """The files do not hold what they should."""


# What of the records is compared with something here. Whatever else they say is named at the end.
COMPARED = {
    "the round": "roundNumber status opensAtHeight salesEndHeight closingHeight settlementDepth poolSize "
    "baseCombinationPriceSats possibleCombinations jackpotSats winnerAlgorithm hashWork hashes roundTerms "
    "roundCommitment soldTickets soldCombinations sealRoot closingBlockHash drawnNumbers drawDigests lastState "
    "winningNumbers winningOrderId payout",
    "an order": "id roundNumber partnerName playerUname playerIdentifier requestedNumbers allocatedNumbers "
    "combinations depositAddress bip21 internalKey commitment terms baseSats feeSats totalSats minPaymentSats paidSats "
    "payoutAddress payments status payout",
    "a payment": "txid vout amountSats creditedSats refundableSats blockHeight txIndex status",
}
# What a payment link asks for: another address may stand in no other part.
ASKING = r"\?amount=[0-9]{1,8}\.[0-9]{8}(&label=[A-Za-z0-9%._~-]*)?"


class Replay:
    """A round played again from its public records."""

    def __init__(self, round_record: Record, orders: list[Record], drawn: list[int] | None = None) -> None:
        self.round = round_record
        self.pool = round_record["poolSize"]
        if type(self.pool) is not int or not 9 <= self.pool <= 63:
            raise ValueError("poolSize is none")
        self.orders = {order["id"]: order for order in orders}
        self.drawn = drawn  # as the reader knows it; or as it was found here
        self.unrepeated = ""  # why the draw's hashing was not repeated, if so
        self.wrong: list[str] = []
        self.tickets: dict[str, int] = {}
        self.funded: dict[str, int] = {}
        self.without: set[str] = set()
        self.looked_at: dict[int, int] = {}
        if len(self.orders) < len(orders):
            self.wrong.append("an order stands in these files twice")

    def run(self) -> None:
        promised = self.check_promise()
        self.check_jackpot()
        table = multiples_of_g()
        for order in self.orders.values():
            self.check_terms(order, promised)
            self.check_address(order, table)
        if self.round["status"] != "void":
            for order, payment in self.payments_in_chain_order():
                self.pay(order, payment)
            self.compare()
            self.check_seal()
        self.check_draw()
        self.check_winner()

    def differ(self, of: str, name: str, stated: Any, right: Any, who: str = "computed here it is") -> None:
        """Note what a record says otherwise."""
        if stated != right:
            self.wrong.append(f"{of}: {name}: the file says {told(stated)}; {who} {told(right)}")

    def check_promise(self) -> Record:
        """What was promised of the round before its sales; nothing of a round of version 1."""
        text, stated = self.round.get("roundTerms"), self.round.get("roundCommitment")
        if text is None and stated is None:
            return {}
        promised: Record = parsed(text or "{}")
        made = tagged_hash("tiraj/round/1", (text or "").encode()).hex()
        self.differ("the round", "roundCommitment", stated, made, "its terms hash to")
        self.differ("the round", "game", "luckotto", promised.get("game"), "its promise says")
        for name, value in promised.items():
            if name in self.round:
                self.differ("the round", name, self.round[name], value, "its promise says")
        for name in ("hashWork", "hashes"):
            self.differ("the round", name, self.round.get(name), promised.get(name), "its promise says")
        return promised

    def check_jackpot(self) -> None:
        possible = choose(self.pool, 6)
        self.differ("the round", "possibleCombinations", self.round["possibleCombinations"], possible)
        right = possible * self.round["baseCombinationPriceSats"]
        self.differ("the round", "jackpotSats", self.round["jackpotSats"], right)

    def check_terms(self, order: Record, promised: Record) -> None:
        of, terms = "order {}".format(order["id"]), parsed(order["terms"])
        made = tagged_hash("tiraj/order/1", order["terms"].encode()).hex()
        self.differ(of, "commitment", order["commitment"], made, "its terms hash to")
        records = {**self.round, **order, "orderId": order["id"], "game": "luckotto"}
        self.differ(of, "roundNumber", order["roundNumber"], self.round["roundNumber"], "its round's is")
        records.update(network=promised.get("network", terms["network"]))
        records.update(internalKey=promised.get("internalKey", order["internalKey"]))
        for name in {**dict.fromkeys(IN_TERMS.split()), **terms}:
            if name in records:
                self.differ(of, name, records[name], terms.get(name), "its terms say")
        self.differ(of, "internalKey", order["internalKey"], terms["internalKey"], "its terms say")
        self.differ(
            of, "roundCommitment", self.round.get("roundCommitment"), terms.get("roundCommitment"), "its terms say"
        )
        combinations = choose(len(order["requestedNumbers"]), 6)
        base = combinations * self.round["baseCombinationPriceSats"]
        total = (base * (100 + terms["houseEdgePercent"]) + 99) // 100
        right = {"combinations": combinations, "baseSats": base, "feeSats": total - base, "totalSats": total}
        right["paidSats"] = sum(payment["creditedSats"] for payment in order["payments"])
        if "minPaymentFloorSats" in promised:
            right["minPaymentSats"] = promised["minPaymentFloorSats"]
        for name, value in right.items():
            self.differ(of, name, order[name], value)

    def check_address(self, order: Record, table: list[list[Point]]) -> None:
        of, terms = "order {}".format(order["id"]), parsed(order["terms"])
        commitment = tagged_hash("tiraj/order/1", order["terms"].encode())
        key = output_key(bytes.fromhex(terms["internalKey"]), commitment, table)
        address = segwit_address(PREFIXES[terms["network"]], 1, key)
        self.differ(of, "depositAddress", order["depositAddress"], address, "its terms lead to")
        link = order["bip21"]
        if not re.match(re.escape("bitcoin:" + address) + f"({ASKING})?\\Z", link):
            self.differ(of, "bip21", link, "bitcoin:" + address, "its terms lead to")

    def payments_in_chain_order(self) -> list[tuple[Record, Record]]:
        live = [
            (order, payment)
            for order in self.orders.values()
            for payment in order["payments"]
            if payment["status"] not in ("seen", "void")
            and (payment["status"] != "orphaned" or payment["creditedSats"])
        ]
        return sorted(live, key=lambda pair: (pair[1]["blockHeight"], pair[1]["txIndex"], pair[1]["vout"]))

    def pay(self, order: Record, payment: Record) -> None:
        name, amount = order["id"], payment["amountSats"]
        if self.is_refused(order, payment) or name in self.without:
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

    def is_refused(self, order: Record, payment: Record) -> str:
        """Why a payment counts for nothing, whatever else was paid; nothing if it counts."""
        if payment["blockHeight"] >= self.round["salesEndHeight"]:
            return "late"
        return "below_minimum" if payment["amountSats"] < order["minPaymentSats"] else ""

    def compare(self) -> None:
        for name, order in self.orders.items():
            found = numbers_of(self.tickets[name]) if name in self.tickets else None
            self.differ(f"order {name}", "allocatedNumbers", order["allocatedNumbers"], found)
            if self.round["status"] == "settled":
                self.check_fates(order)
        if self.round["status"] in FINISHED:
            combinations = sum(choose(len(numbers_of(mask)), 6) for mask in self.tickets.values())
            self.differ("the round", "soldTickets", self.round["soldTickets"], len(self.tickets))
            self.differ("the round", "soldCombinations", self.round["soldCombinations"], combinations)
        masks = sorted(self.tickets.items())
        for at, (name, mask) in enumerate(masks):
            for other, other_mask in masks[:at]:
                if shared(mask, other_mask) >= 6:
                    self.wrong.append(f"orders {other} and {name} could both win")

    def check_fates(self, order: Record) -> None:
        """What became of each payment that is in a block, once nothing can change it any more."""
        name = order["id"]
        left = "credited" if name in self.tickets else "unallocated" if name in self.without else "underfunded"
        for payment in order["payments"]:
            if payment["status"] in ("seen", "void", "orphaned"):
                continue
            status = self.is_refused(order, payment) or left
            credited = payment["amountSats"] if status == "credited" else 0
            right = {"status": status, "creditedSats": credited, "refundableSats": payment["amountSats"] - credited}
            for member, value in right.items():
                self.differ("payment {txid}:{vout}".format(**payment), member, payment[member], value)

    def check_seal(self) -> None:
        if self.round.get("sealRoot"):
            self.differ("the round", "sealRoot", self.round["sealRoot"], seal_root(self))
        elif self.round["status"] in FINISHED:
            self.wrong.append("the round: it has no seal")

    def check_draw(self) -> None:
        """What was drawn, from the closing block; or, of a long draw, from the last state that the file names."""
        if self.round["status"] != "settled":
            for name in ("winningNumbers", "winningOrderId", "payout"):
                self.differ("the round", name, self.round.get(name), None, "it is not drawn, so there is")
            return
        algorithm = self.round["winnerAlgorithm"]
        draw = {"luckotto-draw-1": self.draw_at_once, "sealed-draw-1": self.draw_sealed}.get(algorithm)
        if draw is None:
            raise ValueError(f"the draw {algorithm} is unknown to me")
        if not self.round["closingBlockHash"].strip("0"):
            self.wrong.append("the round: closingBlockHash: all zeros is not the hash of a block")
        found, right = draw()
        right.update(drawnNumbers=found, winningNumbers=sorted(found))
        if self.drawn is not None:
            self.unrepeated, known = "", sorted(self.drawn)
            self.differ("the round", "winningNumbers", self.round["winningNumbers"], known, "the draw gave you")
        for name, value in right.items():
            self.differ("the round", name, self.round.get(name), value)
        self.drawn = self.drawn or found

    def draw_at_once(self) -> tuple[list[int], Record]:
        """The numbers in the order of drawing, and what of the round's record follows with them."""
        block, work = self.round["closingBlockHash"], whole(self.round["hashWork"])
        if work > AT_ONCE:
            self.unrepeated = f"luckotto_draw.py {block} {self.pool} {work}"
            state = bytes.fromhex(self.round["drawDigests"][0])
        else:
            state = after_hashes(hashlib.sha256(b"luckotto-draw-1:" + block.encode()).digest(), work)
        numbers, digests = six_numbers(state, self.pool)
        return numbers, {"drawDigests": digests}

    def draw_sealed(self) -> tuple[list[int], Record]:
        """The same of a sealed draw, which begins with promise and seal as well."""
        block, hashes = self.round["closingBlockHash"], whole(self.round["hashes"])
        promised, root = self.round["roundCommitment"], seal_root(self)
        if hashes > AT_ONCE:
            self.unrepeated = f"sealed_draw.py {promised} {root} {block} {hashes} --pool {self.pool}"
            state = bytes.fromhex(self.round["lastState"])
        else:
            state = after_hashes(tagged_hash("tiraj/sealed-draw/1", bytes.fromhex(promised + root + block)), hashes)
        return six_of(choices(state, self.pool)), {"lastState": state.hex()}

    def winner(self) -> str | None:
        if self.round["status"] != "settled" or not self.drawn:
            return None
        drawn = mask_of(self.drawn)
        return next((name for name, mask in self.tickets.items() if mask & drawn == drawn), None)

    def check_winner(self) -> None:
        """Who is named, what the orders say of themselves, and to whom what is paid."""
        winner, is_settled = self.winner(), self.round["status"] == "settled"
        self.differ("the round", "winningOrderId", self.round.get("winningOrderId"), winner)
        for name, order in self.orders.items():
            right = "won" if name == winner else "lost" if is_settled and name in self.tickets else None
            if right or order["status"] in ("won", "lost"):
                self.differ(f"order {name}", "status", order["status"], right)
        owed = {name: order for name, order in self.orders.items() if name == winner}
        for of, record in (("the round", self.round), *((f"order {name}", one) for name, one in self.orders.items())):
            payout = record.get("payout")
            if payout is None:
                continue
            if not owed or (record is not self.round and record["id"] not in owed):
                self.wrong.append(f"{of}: a payout is named, and nothing is owed")
                continue
            address = parsed(owed[winner or ""]["terms"])["payoutAddress"]
            self.differ(of, "payout.address", payout["address"], address, "the winner's terms say")
            self.differ(of, "payout.amountSats", payout["amountSats"], self.round["jackpotSats"], "the jackpot is")


IN_TERMS = (
    "baseCombinationPriceSats closingHeight game houseEdgePercent internalKey minPaymentSats network orderId "
    "partnerName payoutAddress playerIdentifier playerUname poolSize requestedNumbers roundNumber salesEndHeight "
    "totalSats"
)


def after_hashes(state: bytes, times: int) -> bytes:
    sha256 = hashlib.sha256
    for _ in range(times):
        state = sha256(state).digest()
    return state


def whole(value: Any) -> int:
    """How often is hashed. Without hashing a draw costs nothing to bend."""
    if type(value) is not int or not 1 <= value <= 2**47:
        raise ValueError("the work of the draw is none")
    return value


def told(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(told, value)) or "nothing"
    return "nothing" if value is None else str(value)


def left_by(replay: Replay) -> list[str]:
    """What these files say and cannot show, each with what shows it; and what nothing here has read."""
    round_ = replay.round
    left = [
        "that each payment is in its block, to its order's address, and as large: verify_round.py, with the bundle",
        "that no order was left out with all that was paid to it: each player looks for his own",
    ]
    if round_.get("closingBlockHash"):
        where = "{closingBlockHash} is the world's block at height {closingHeight}".format(**round_)
        left.append(f"that {where}: any explorer, or your own node")
    if round_.get("roundCommitment"):
        left.append(
            "that promise ({}) and seal ({}) are those from before: what you kept, or verify_round.py with the "
            "log's key".format(round_["roundCommitment"], round_.get("sealRoot") or "none yet")
        )
    else:
        left.append(
            "that price, jackpot, pool and draw were these from the beginning: of version 1, nothing binds them"
        )
    if round_.get("payout"):
        left.append("that the jackpot was paid: verify_round.py")
    records = (
        ("the round", [round_]),
        ("an order", list(replay.orders.values())),
        ("a payment", [payment for order in replay.orders.values() for payment in order["payments"]]),
    )
    for of, ones in records:
        names = sorted({name for one in ones for name in one} - set(COMPARED[of].split()))
        left += [f"what {of} says besides: {', '.join(names)}"] if names else []
    return left


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
        return tagged_hash("tiraj/seal/root/1", subject + top).hex()
    return tagged_hash("tiraj/seal/root/2", bytes.fromhex(promised) + subject + top).hex()


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
    return tagged_hash("tiraj/seal/leaf/1", serialized + data), sums[0], sums[1]


def parent(left: tuple[bytes, int, int], right: tuple[bytes, int, int]) -> tuple[bytes, int, int]:
    joined = b"".join(
        digest + tickets.to_bytes(8, "big") + sats.to_bytes(8, "big") for digest, tickets, sats in (left, right)
    )
    return tagged_hash("tiraj/seal/node/1", joined), left[1] + right[1], left[2] + right[2]


def unique_keys(pairs: list[tuple[str, Any]]) -> Record:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a name occurs twice")
    return record


def whole_number(text: str) -> int:
    if len(text.lstrip("-")) > LONGEST:
        raise ValueError(f"there is a number of {len(text)} digits in it")
    return int(text)


def parsed(text: str) -> Any:
    return json.loads(text, object_pairs_hook=unique_keys, parse_int=whole_number)


def read(path: str) -> Any:
    text = ""
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
        return parsed(text)
    except RecursionError:
        raise Unusable(f"{path} cannot be read: it is nested too deeply") from None
    except json.JSONDecodeError as error:
        where, other = f"line {error.lineno}, column {error.colno}", kind_of(text)
        cut = f". It is {other}" if other else f", or was cut off: {where}"
        raise Unusable(f"{path} cannot be read: it is no JSON{cut}") from None
    except UnicodeDecodeError:
        raise Unusable(f"{path} cannot be read: it is no text in UTF-8") from None
    except (OSError, ValueError) as error:
        why = (isinstance(error, OSError) and error.strerror) or error
        raise Unusable(f"{path} cannot be read: {why}") from None


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


def replayed(round_path: str, order_paths: list[str], drawn: list[int] | None) -> Replay:
    round_record, orders = read(round_path), []
    check_kind(round_path, round_record, "the record of a round")
    for at, path in enumerate(order_paths):
        page = read(path)
        check_kind(path, page, "a page of a round's orders")
        try:
            orders += page["orders"]
            is_last = page.get("next") is None
        except (AttributeError, KeyError, TypeError):
            raise Unusable(f"{path} holds no page of orders") from None
        if is_last != (at == len(order_paths) - 1):
            raise Unusable(f"{path} is not where its page belongs: all pages are needed, in their order")
    try:
        replay = Replay(round_record, orders, drawn)
        replay.run()
    except KeyError as error:
        raise Unusable(f"a record is not as the API gives it: it has no {error.args[0]}") from None
    except (ArithmeticError, AttributeError, IndexError, TypeError, ValueError, RecursionError) as error:
        raise Unusable(f"a record is not as the API gives it: {error}") from None
    return replay


def check_kind(path: str, told: object, wanted: str) -> None:
    """Raises Unusable where a file is known to be another one."""
    other = kind_of(told)
    if other and not other.startswith(wanted):
        raise Unusable(f"{path} is not {wanted}. It is {other}")


def six_argument(text: str) -> list[int]:
    numbers = [int(part) for part in text.split(",")] if re.match(r"[0-9]{1,3}(, ?[0-9]{1,3}){5}\Z", text) else []
    if len(set(numbers)) != 6 or not all(1 <= number <= 256 for number in numbers):
        raise argparse.ArgumentTypeError("expected six different numbers with commas between them")
    return sorted(numbers)


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with how it was called."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"luckotto_allocate: {message}; --help says how it is called\n")


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = Parser(
        description=(__doc__ or "").split("\n\n")[0],
        epilog="Exit status: 0 all agrees, 1 something does not, 2 unusable input, 3 the round is not finished, or its "
        "draw was not repeated.",
    )
    parser.add_argument("round", metavar="ROUND", help="file with the round's record")
    parser.add_argument("orders", metavar="ORDERS", nargs="+", help="files with the pages of its orders")
    parser.add_argument(
        "--drawn", metavar="NUMBERS", type=six_argument, help="what luckotto_draw.py or sealed_draw.py gave you"
    )
    parser.add_argument("--expect", metavar="ORDER", help="the id of the order that has won, or none")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = read_options(arguments)
    try:
        replay = replayed(options.round, options.orders, options.drawn)
    except Unusable as error:
        print(f"luckotto_allocate: {plain(str(error))}", file=sys.stderr)
        return 2
    winner, unfinished = replay.winner(), not_finished(replay)
    if options.expect is not None and options.expect != (winner or "none"):
        replay.wrong.append("told that {} has won, found {}".format(options.expect, winner or "none"))
    if options.json:
        result = {
            "roundNumber": replay.round["roundNumber"],
            "allocations": {name: numbers_of(mask) for name, mask in replay.tickets.items()},
            "unallocated": sorted(replay.without),
            "drawnNumbers": replay.drawn,
            "winner": winner,
            "wrong": replay.wrong,
            "status": replay.round["status"],
            "unfinished": unfinished or None,
            "notLookedAt": left_by(replay),
            "match": not replay.wrong and not unfinished,
        }
        print(json.dumps(result, indent=2))
    else:
        tell(replay, winner, unfinished)
    return 1 if replay.wrong else 3 if unfinished else 0


def tell(replay: Replay, winner: str | None, unfinished: str) -> None:
    for name, mask in replay.tickets.items():
        print(plain(name) + ": " + told(numbers_of(mask)))
    for name in sorted(replay.without):
        print(plain(name) + ": no free set")
    if replay.drawn:
        print("drawn: " + told(sorted(replay.drawn)))
    print("winner: " + plain(winner or "none"))
    for line in replay.wrong:
        print("WRONG: " + plain(line))
    print("NO MATCH" if replay.wrong else f"NOT FINISHED: {unfinished}" if unfinished else "MATCH")
    print("Not looked at, for these files cannot show it:")
    for line in left_by(replay):
        print("  " + plain(line))


def plain(text: str) -> str:
    """What a bundle says, without what would move the cursor or turn the line round: a terminal obeys its file."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def not_finished(replay: Replay) -> str:
    """Nothing disagrees so far; what is missing for more than that, or nothing."""
    status = replay.round["status"]
    if status == "void":
        return "the round is void, so nothing is drawn, and everything paid is refunded"
    if status != "settled":
        return f"the round is {status}, so seal or draw may be missing here"
    if replay.unrepeated:
        return f"the draw was not repeated. Run {replay.unrepeated}, and give me with --drawn what it draws"
    return ""


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
