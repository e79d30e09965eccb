#!/usr/bin/env python3
"""Check a round's draw yourself: from the closing block's hash to the winning ticket.

    hash_draw.py HASH DIGITS HASHES_PER_DIGIT [--expect TICKET] [--json]

HASH is the closing block's hash as any block explorer prints it. DIGITS is the number of ticket digits of the round and
HASHES_PER_DIGIT its hash work; both were published before the round's sales. The method is called hash-draw-1:

    state = the 32 bytes of HASH
    for each digit:
        state = SHA-256(state), HASHES_PER_DIGIT times
        digit = state, read as one big number, modulo 10
        the digit is written to the LEFT of those already drawn
    the digits, read as a number, are the winning ticket

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
    "that DIGITS and HASHES_PER_DIGIT are what was promised before the sales: the round's roundTerms",
    "who holds the ticket: verify_round.py, with the round's bundle",
)


def draw(block_hash: str, digits: int, hashes_per_digit: int, report: Callable[[int], None]) -> tuple[str, list[str]]:
    """Return (drawn digits, state after each digit as hex). `report` is told how many hashes are done."""
    sha256 = hashlib.sha256
    state = bytes.fromhex(block_hash)
    drawn, done = "", 0
    digests: list[str] = []
    for _ in range(digits):
        left = hashes_per_digit
        while left:
            portion = min(left, 1000000)
            for _ in range(portion):
                state = sha256(state).digest()
            left -= portion
            done += portion
            report(done)
        drawn = str(int.from_bytes(state, "big") % 10) + drawn
        digests.append(state.hex())
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


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with how it was called."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"hash_draw: {message}; --help says how it is called\n")


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = Parser(
        description=(__doc__ or "").split("\n\n")[0],
        epilog="Exit status: 0 done or match, 1 no match, 2 unusable input.",
    )
    parser.add_argument("hash", metavar="HASH", type=hash_argument, help="the closing block's hash")
    parser.add_argument("digits", metavar="DIGITS", type=number_argument(1, 9), help="ticket digits, 1 to 9")
    parser.add_argument(
        "hashes", metavar="HASHES_PER_DIGIT", type=number_argument(1, 10**18 - 1), help="hash work for each digit"
    )
    parser.add_argument(
        "--expect", metavar="TICKET", type=number_argument(0, 10**9 - 1), help="the winning ticket you were told"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    if options.expect is not None and options.expect >= 10**options.digits:
        parser.error(f"argument --expect: {options.expect} is no ticket of {options.digits} digits")
    return options


MUCH_WORK = 10**11  # hashes: a day or so of one core


def main(arguments: list[str] | None = None) -> int:
    options = read_options(arguments)
    if options.digits * options.hashes > MUCH_WORK:
        days = options.digits * options.hashes // MUCH_WORK
        text = f"hash_draw: {options.digits * options.hashes} hashes take about {days} days or more; Ctrl+C ends it"
        print(text, file=sys.stderr, flush=True)
    report = progress_on_terminal(options.digits * options.hashes)
    drawn, digests = draw(options.hash, options.digits, options.hashes, report)
    match = None if options.expect is None else options.expect == int(drawn)

    if options.json:
        result = {
            "algorithm": "hash-draw-1",
            "closingBlockHash": options.hash,
            "ticketDigits": options.digits,
            "hashesPerDigit": options.hashes,
            "drawDigits": drawn,
            "drawDigests": digests,
            "winningTicket": int(drawn),
            "notLookedAt": NOT_LOOKED_AT,
        }
        if match is not None:
            result.update(expected=options.expect, match=match)
        print(json.dumps(result, indent=2))
    else:
        for place, digest in enumerate(digests):
            print(f"digit {place + 1} (x {10**place}): {drawn[-1 - place]}  from {digest}")
        print(f"draw digits:    {drawn}")
        print(f"winning ticket: {int(drawn)}")
        if match is not None:
            print("MATCH" if match else f"NO MATCH: expected {options.expect}")
        print("\n".join(f"Not looked at: {line}." for line in NOT_LOOKED_AT))
    return 1 if match is False else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
