#!/usr/bin/env python3
"""Check a Luckotto draw yourself: from the closing block's hash to the six numbers.

    luckotto_draw.py HASH POOL_SIZE HASH_WORK [--expect NUMBERS] [--json]

HASH is the closing block's hash as any block explorer prints it. POOL_SIZE and HASH_WORK are the round's; both were
published before its sales. NUMBERS are six numbers with commas between them. The method is called luckotto-draw-1:

    state = SHA-256("luckotto-draw-1:" and HASH, as text in lower case)
    state = SHA-256(state), HASH_WORK times
    go through the 32 bytes of state from the left; when they are used up, state = SHA-256(state) and go on:
        skip a byte of 256 - (256 modulo POOL_SIZE) or more
        number = byte modulo POOL_SIZE, plus 1
        skip a number that was drawn already
    until there are six

It computes from what you give it, and knows nothing else: what it cannot see is said at the end.

This file needs Python 3.8 or newer and nothing else: no package, no network.
Exit status: 0 done, or equal to --expect; 1 not equal to --expect; 2 unusable input.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import time
from collections.abc import Callable
from typing import NoReturn

NOT_LOOKED_AT = (
    "that HASH is the block which the world has at the round's closing height: any explorer, or your own node",
    "that POOL_SIZE and HASH_WORK are what was promised before the sales: the round's roundTerms",
    "who holds these numbers: luckotto_allocate.py, or verify_round.py with the round's bundle",
)


def work(block_hash: str, hash_work: int, report: Callable[[int], None]) -> bytes:
    """Return the state after all hashes. `report` is told how many are done."""
    sha256 = hashlib.sha256
    state = sha256(b"luckotto-draw-1:" + block_hash.encode()).digest()
    done = 0
    while done < hash_work:
        portion = min(hash_work - done, 1000000)
        for _ in range(portion):
            state = sha256(state).digest()
        done += portion
        report(done)
    return state


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


def progress_on_terminal(total: int) -> Callable[[int], None]:
    """Return a function that shows progress, when someone is watching and it takes long enough to care."""
    started = time.time()

    def report(done: int) -> None:
        if sys.stderr.isatty() and time.time() - started > 1:
            end = "\n" if done == total else ""
            print(f"\r{100 * done // total:3d} % of {total} hashes", end=end, file=sys.stderr, flush=True)

    return report


def hash_argument(text: str) -> str:
    if not re.match(r"[0-9a-fA-F]{64}\Z", text):
        raise argparse.ArgumentTypeError("a block hash has 64 hexadecimal digits")
    if not text.strip("0"):
        raise argparse.ArgumentTypeError("all zeros is not the hash of a block")
    return text.lower()


def number_argument(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.match(r"[0-9]{1,18}\Z", text) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"expected a whole number from {least} to {most}")
        return int(text)

    return parse


def six_argument(text: str) -> list[int]:
    numbers = [int(part) for part in text.split(",")] if re.match(r"[0-9]{1,3}(, ?[0-9]{1,3}){5}\Z", text) else []
    if len(set(numbers)) != 6 or not all(1 <= number <= 256 for number in numbers):
        raise argparse.ArgumentTypeError("expected six different numbers with commas between them")
    return sorted(numbers)


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with how it was called."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"luckotto_draw: {message}; --help says how it is called\n")


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = Parser(
        description=(__doc__ or "").split("\n\n")[0],
        epilog="Exit status: 0 done or match, 1 no match, 2 unusable input.",
    )
    parser.add_argument("hash", metavar="HASH", type=hash_argument, help="the closing block's hash")
    parser.add_argument("pool", metavar="POOL_SIZE", type=number_argument(6, 256), help="how many numbers there are")
    parser.add_argument("work", metavar="HASH_WORK", type=number_argument(1, 10**18 - 1), help="hashes of the draw")
    parser.add_argument("--expect", metavar="NUMBERS", type=six_argument, help="the winning numbers you were told")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = read_options(arguments)
    state = work(options.hash, options.work, progress_on_terminal(options.work))
    drawn, digests = six_numbers(state, options.pool)
    winning = sorted(drawn)
    match = None if options.expect is None else options.expect == winning

    if options.json:
        result = {
            "algorithm": "luckotto-draw-1",
            "closingBlockHash": options.hash,
            "poolSize": options.pool,
            "hashWork": options.work,
            "drawnNumbers": drawn,
            "drawDigests": digests,
            "winningNumbers": winning,
            "notLookedAt": NOT_LOOKED_AT,
        }
        if match is not None:
            result.update(expected=options.expect, match=match)
        print(json.dumps(result, indent=2))
    else:
        for digest in digests:
            print(f"from:            {digest}")
        print("drawn:           " + ", ".join(str(number) for number in drawn))
        print("winning numbers: " + ", ".join(str(number) for number in winning))
        if match is not None:
            print("MATCH" if match else "NO MATCH: expected " + ", ".join(str(number) for number in options.expect))
        print("\n".join(f"Not looked at: {line}." for line in NOT_LOOKED_AT))
    return 1 if match is False else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
