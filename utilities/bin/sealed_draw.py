#!/usr/bin/env python3
"""Check a sealed draw yourself: from promise, seal and closing block to what was drawn.

    sealed_draw.py PROMISE SEAL_ROOT HASH HASHES (--supply N | --pool N) [--expect WHAT] [--expect-root ROOT]
                   [--checkpoints FILE] [--spot N] [--keep FILE] [--processes N] [--json]

PROMISE is the round's commitment and SEAL_ROOT the root that was published before the closing block; HASH is that
block's hash as any block explorer prints it; HASHES stands in the promise. --supply is for one ticket of so many,
numbered from 0; --pool for six different numbers from 1 to so many. The method is called sealed-draw-1:

    state = H("tiraj/sealed-draw/1", PROMISE + SEAL_ROOT + HASH), 32 bytes each
    state = SHA-256(state), HASHES times
    for i = 0, 1, 2 ...: v = SHA-256(state + i in 8 bytes), as a number; among n things, skip a v of
        2^256 - (2^256 modulo n) or more; else v modulo n is chosen
    H(tag, x) = SHA-256(SHA-256(tag) + SHA-256(tag) + x); all numbers big-endian

The hashing is one chain and takes as long as it takes. Its checkpoints (the first state, every one after 2^24 hashes
more, the last one) cut it into stretches: with --checkpoints, a list of them as JSON or a round's proof bundle, all
processors repeat them at once. With --spot N only N stretches, chosen at random, are repeated: a chain that is wrong in
one of its stretches is found with the chance of N in all. Without a list, --keep FILE writes the checkpoints down while
they are reached, and goes on from there when it is run again. A bundle that says otherwise than you of promise, seal,
block, hashes or what was drawn is called NO MATCH. What cannot be seen here is said at the end.

This file needs Python 3.8 or newer and nothing else: no package, no network.
Exit status: 0 done, or equal to --expect and --expect-root; 1 not equal, or a checkpoint is wrong; 2 unusable input;
3 nothing is wrong, but only some stretches were repeated.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import re
import sys
import time
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Job = tuple[int, bytes, int, bytes]

EVERY = 2**24  # hashes from one checkpoint to the next
MOST_HASHES = 2**40
NOT_LOOKED_AT = (
    "that PROMISE is the round's, from before its sales, and HASHES and --supply or --pool stand in it: its roundTerms",
    "that SEAL_ROOT was public before the closing block: what you kept, or verify_round.py with the log's key",
    "that HASH is the block which the world has at the round's closing height: any explorer, or your own node",
    "who holds what was drawn: verify_round.py, with the round's bundle",
)


def tagged_hash(tag: str, message: bytes) -> bytes:
    tag_hash = hashlib.sha256(tag.encode("ascii")).digest()
    return hashlib.sha256(tag_hash + tag_hash + message).digest()


def first_state(promise: str, seal_root: str, block_hash: str) -> bytes:
    return tagged_hash("tiraj/sealed-draw/1", bytes.fromhex(promise + seal_root + block_hash))


def advance(state: bytes, hashes: int) -> bytes:
    sha256 = hashlib.sha256
    for _ in range(hashes):
        state = sha256(state).digest()
    return state


def lengths(hashes: int) -> list[int]:
    """How many hashes lie between each checkpoint and the next."""
    return [EVERY] * (hashes // EVERY) + ([hashes % EVERY] if hashes % EVERY else [])


def root_over(states: list[bytes], hashes: int) -> str:
    """The Merkle root over all checkpoints; a node without a sibling moves up."""
    level = [tagged_hash("tiraj/sealed-draw/leaf/1", state) for state in states]
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [
            tagged_hash("tiraj/sealed-draw/node/1", b"".join(pair)) if len(pair) == 2 else pair[0] for pair in pairs
        ]
    counts = hashes.to_bytes(8, "big") + len(states).to_bytes(8, "big")
    return tagged_hash("tiraj/sealed-draw/root/1", counts + level[0]).hex()


def choices(state: bytes, among: int) -> Iterator[int]:
    """Numbers below `among`, each as likely as any other."""
    i = 0
    while True:
        value = int.from_bytes(hashlib.sha256(state + i.to_bytes(8, "big")).digest(), "big")
        if value < 2**256 - 2**256 % among:
            yield value % among
        i += 1


def six_numbers(state: bytes, pool_size: int) -> list[int]:
    """Six different numbers in the order of drawing."""
    drawn: list[int] = []
    for choice in choices(state, pool_size):
        if choice + 1 not in drawn:
            drawn.append(choice + 1)
        if len(drawn) == 6:
            break
    return drawn


def repeat_stretch(job: Job) -> tuple[int, int, bool]:
    number, begin, hashes, end = job
    return number, hashes, advance(begin, hashes) == end


def wrong_stretches(jobs: list[Job], processes: int, report: Callable[[int], None]) -> list[int]:
    """The numbers of the stretches that do not lead from their checkpoint to the next."""
    wrong, done = [], 0
    if processes == 1 or len(jobs) == 1:
        results: Any = map(repeat_stretch, jobs)
    else:
        pool = multiprocessing.Pool(min(processes, len(jobs)))
        results = pool.imap_unordered(repeat_stretch, jobs)
    for number, hashes, is_right in results:
        done += hashes
        report(done)
        if not is_right:
            wrong.append(number)
    if processes != 1 and len(jobs) != 1:
        pool.close()
        pool.join()
    return sorted(wrong)


def progress_on_terminal(total: int) -> Callable[[int], None]:
    """Return a function that shows progress, when someone is watching and it takes long enough to care."""
    started = time.time()

    def report(done: int) -> None:
        if sys.stderr.isatty() and time.time() - started > 1:
            end = "\n" if done == total else ""
            print(f"\r{100 * done // total:3d} % of {total} hashes", end=end, file=sys.stderr, flush=True)

    return report


def wait(first: bytes, hashes: int, keep: str | None) -> list[bytes]:
    """Go through the whole chain, from the last checkpoint that was kept; all checkpoints."""
    states = kept(keep, first, hashes) if keep else [first]
    report, done = progress_on_terminal(hashes), 0
    for number, length in enumerate(lengths(hashes)):
        if number + 1 >= len(states):
            state, left = states[-1], length
            while left:
                part = min(left, 2**20)
                state, left = advance(state, part), left - part
                report(done + length - left)
            states.append(state)
            if keep:
                write(keep, states)
        done += length
    return states


def kept(name: str, first: bytes, hashes: int) -> list[bytes]:
    """The checkpoints that an earlier run wrote down."""
    if not os.path.exists(name):
        return [first]
    states = read_states(name)
    if not states or states[0] != first or len(states) > len(lengths(hashes)) + 1:
        raise ValueError(f"{name} was kept from another draw")
    return states


def write(name: str, states: list[bytes]) -> None:
    with open(name + ".partial", "w") as file:
        json.dump([state.hex() for state in states], file)
    os.replace(name + ".partial", name)


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a name occurs twice")
    return record


def whole_number(text: str) -> int:
    if len(text) > 40:
        raise ValueError(f"there is a number of {len(text)} digits in it")
    return int(text)


def read_json(name: str) -> Any:
    """Raises ValueError, which says why it cannot be read."""
    try:
        with open(name, encoding="utf-8-sig") as file:
            return json.loads(file.read(), object_pairs_hook=unique_keys, parse_int=whole_number)
    except RecursionError:
        raise ValueError(f"cannot read {name}: it is nested too deeply") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"cannot read {name}: it is no JSON, or was cut off: {where}") from None
    except UnicodeDecodeError:
        raise ValueError(f"cannot read {name}: it is no text in UTF-8") from None
    except (OSError, ValueError) as error:
        why = (isinstance(error, OSError) and error.strerror) or error
        raise ValueError(f"cannot read {name}: {why}") from None


def read_states(name: str) -> list[bytes]:
    """A list of checkpoints, or the one in a proof bundle. Raises ValueError."""
    told = read_json(name)
    states = told.get("checkpoints") if isinstance(told, dict) else told
    if not isinstance(states, list) or not all(isinstance(s, str) and re.match(r"[0-9a-f]{64}\Z", s) for s in states):
        raise ValueError(f"{name} has no checkpoints")
    return [bytes.fromhex(state) for state in states]


def contradictions(options: argparse.Namespace, drawn: list[int], last: str, root: str) -> list[str]:
    """What a bundle says otherwise than whoever gave it, or than what comes out here. A list of states says nothing."""
    bundle = read_json(options.checkpoints) if options.checkpoints else None
    if not isinstance(bundle, dict):
        return []
    round_, seal, draw = ({**(bundle.get(name) or {})} for name in ("round", "seal", "draw"))
    given = [
        ("roundCommitment", round_, options.promise),
        ("hashes", round_, options.hashes),
        ("ticketSupply" if options.supply else "poolSize", round_, options.supply or options.pool),
        ("root", seal, options.seal_root),
        ("closingBlockHash", draw, options.hash),
        ("checkpointsRoot", draw, root),
        ("lastState", draw, last),
        ("winningTicket", draw, drawn[0]) if options.supply else ("winningNumbers", draw, sorted(drawn)),
    ]
    return [
        f"the bundle says {record[name]} as {name}, and here it is {value}"
        for name, record, value in given
        if name in record and record[name] != value
    ]


def plain(text: str) -> str:
    """Without what would move the cursor or turn the line round: a terminal obeys its file."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def hash_argument(text: str) -> str:
    if not re.match(r"[0-9a-fA-F]{64}\Z", text) or not text.strip("0"):
        raise argparse.ArgumentTypeError("expected 64 hexadecimal digits, not all zero")
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
        self.exit(2, f"sealed_draw: {message}; --help says how it is called\n")


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = Parser(
        description=(__doc__ or "").split("\n\n")[0],
        epilog="Exit status: 0 done or match, 1 no match, 2 unusable input, 3 only some stretches were repeated.",
    )
    parser.add_argument("promise", metavar="PROMISE", type=hash_argument, help="the round's commitment")
    parser.add_argument("seal_root", metavar="SEAL_ROOT", type=hash_argument, help="the root over what was sold")
    parser.add_argument("hash", metavar="HASH", type=hash_argument, help="the closing block's hash")
    parser.add_argument("hashes", metavar="HASHES", type=number_argument(1, MOST_HASHES), help="hashes of the draw")
    among = parser.add_mutually_exclusive_group(required=True)
    among.add_argument("--supply", type=number_argument(1, 10**9), help="one ticket of so many")
    among.add_argument("--pool", type=number_argument(6, 256), help="six numbers of so many")
    parser.add_argument("--expect", metavar="WHAT", help="the ticket, or six numbers with commas between them")
    parser.add_argument("--expect-root", metavar="ROOT", type=hash_argument, help="the root over the checkpoints")
    parser.add_argument("--checkpoints", metavar="FILE", help="a list of them as JSON, or a round's proof bundle")
    parser.add_argument(
        "--spot", metavar="N", type=number_argument(1, 10**9), help="repeat only N stretches, at random"
    )
    parser.add_argument("--keep", metavar="FILE", help="write the checkpoints down, and go on from them")
    parser.add_argument(
        "--processes",
        type=number_argument(1, 1024),
        default=os.cpu_count() or 1,
        help="how many of them repeat it at once",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    if options.expect is not None:
        shape = r"[0-9]{1,9}\Z" if options.supply else r"[0-9]{1,3}(, ?[0-9]{1,3}){5}\Z"
        if not re.match(shape, options.expect):
            parser.error("argument --expect: expected a ticket, or six numbers with commas between them")
        options.expect = sorted(int(part) for part in options.expect.split(","))
    if options.spot and not options.checkpoints:
        parser.error("argument --spot: stretches are between --checkpoints")
    if options.keep and options.checkpoints:
        parser.error("argument --keep: the --checkpoints are there already")
    return options


def check(options: argparse.Namespace, first: bytes) -> tuple[list[bytes], list[str], int]:
    """(the checkpoints, what is wrong with them, how many stretches were repeated)."""
    parts = lengths(options.hashes)
    if not options.checkpoints:
        return wait(first, options.hashes, options.keep), [], len(parts)
    states = read_states(options.checkpoints)
    if len(states) != len(parts) + 1:
        return states, [f"there are {len(states)} checkpoints, and should be {len(parts) + 1}"], 0
    problems = [] if states[0] == first else [f"the first one should be {first.hex()}"]
    jobs = [(number, states[number], length, states[number + 1]) for number, length in enumerate(parts)]
    if options.spot and options.spot < len(jobs):
        jobs = random.SystemRandom().sample(jobs, options.spot)
    report = progress_on_terminal(sum(job[2] for job in jobs))
    wrong = wrong_stretches(jobs, options.processes, report)
    return states, problems + [f"checkpoint {n} does not lead to checkpoint {n + 1}" for n in wrong], len(jobs)


def main(arguments: list[str] | None = None) -> int:
    options = read_options(arguments)
    first = first_state(options.promise, options.seal_root, options.hash)
    try:
        states, problems, repeated = check(options, first)
    except ValueError as error:
        print(f"sealed_draw: {plain(str(error))}", file=sys.stderr)
        return 2
    last, root = states[-1] if states else first, root_over(states or [first], options.hashes)
    if options.expect_root not in (None, root):
        problems.append(f"the root over the checkpoints is {root}")
    drawn = [next(choices(last, options.supply))] if options.supply else six_numbers(last, options.pool)
    if options.expect is not None and options.expect != sorted(drawn):
        problems.append("expected " + ", ".join(str(number) for number in options.expect))
    try:
        problems += contradictions(options, drawn, last.hex(), root)
    except (TypeError, ValueError):
        problems.append("the bundle's round, seal or draw is none")
    status = 1 if problems else 3 if repeated < len(lengths(options.hashes)) else 0
    tell(options, last.hex(), root, drawn, problems, repeated, status)
    return status


def tell(
    options: argparse.Namespace, last: str, root: str, drawn: list[int], problems: list[str], repeated: int, status: int
) -> None:
    """Print what came out."""
    stretches = len(lengths(options.hashes))
    if options.json:
        what = (
            {"winningTicket": drawn[0]} if options.supply else {"drawnNumbers": drawn, "winningNumbers": sorted(drawn)}
        )
        result = {"algorithm": "sealed-draw-1", "checkpointsRoot": root, "lastState": last, **what}
        result.update(
            stretches=stretches, repeated=repeated, problems=problems, status=status, notLookedAt=NOT_LOOKED_AT
        )
        print(json.dumps(result, indent=2))
        return
    print(f"last state:      {last}")
    print(f"checkpoints:     {root}")
    if options.supply:
        print(f"winning ticket:  {drawn[0]}")
    else:
        print("drawn:           " + ", ".join(str(number) for number in drawn))
        print("winning numbers: " + ", ".join(str(number) for number in sorted(drawn)))
    print(f"repeated:        {repeated} of {stretches} stretches of hashes")
    for problem in problems:
        print("NO MATCH: " + plain(problem))
    if status == 3:
        print("NOTHING WRONG FOUND, but only some stretches were repeated: run it without --spot for all")
    elif status == 0 and (options.expect is not None or options.expect_root):
        print("MATCH")
    print("\n".join(f"Not looked at: {line}." for line in NOT_LOOKED_AT))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
