"""The browser asks for the same difficulty as the script: the same blocks to both, by every network's own rule."""

from __future__ import annotations

import itertools
import json
import subprocess
from types import SimpleNamespace
from typing import Any

from tests.forgeries.script import SCRIPT

from .in_browser import NODE, TOP
from .test_difficulty import EASIEST, FIFTH, FOURTH, HARD, HARDER, header

NETWORKS = ("main", "test", "testnet4", "signet", "regtest")
PERIOD: int = SCRIPT["PERIOD"]
# Nobody can mine a vector for these networks; this block's hash is good enough for all but the main one.
GENESIS = (
    "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f61"
    "7fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c"
)
QUARTER, LESS = 0x1C3FFFC0, 0x1C3FFFBF  # of the work that GENESIS had: four times it, and a little more
WORDS = {
    "": None,
    "its difficulty is none of this network": "foreignDifficulty",
    "its hash is above its target": "aboveTarget",
    "it is late and not as easy as can be": "lateNotEasy",
    "its difficulty is not the one of the block before it": "otherDifficulty",
    "its difficulty differs by more than four times": "adjustedTooFar",
    "it belongs among the headers": "amongHeaders",
    "its difficulty is not that of the closing block": "notAsClosing",
    "its difficulty is below a quarter of the closing block's": "belowAQuarter",
    "blocks of this network may be easy": "maybeEasy",
}
_SCRIPT = """
import fs from "node:fs";
const at = (name) => import("file://" + process.argv[1] + "/" + name);
const { difficultyProblem, problemBeyond } = await at("bundle/difficulty.js");
const { headerProblem } = await at("bundle/blocks.js");
const { Untold } = await at("bundle/problems.js");
const { fromHex } = await at("sha256.js");
const key = (problem) => (problem instanceof Untold ? problem.problem.why : problem);
const { chains, asked } = JSON.parse(fs.readFileSync(0, "utf8"));
const read = chains.map((chain) => chain.map(fromHex));
function within({ network, first, chain }) {
  const headers = read[chain], last = headers.length - 1;
  return [headerProblem(headers[last], network), difficultyProblem(headers, last, BigInt(first), network)];
}
function beyond({ network, first, chain, closing, header, height }) {
  const headers = read[chain], lastHeight = BigInt(first + headers.length - 1);
  const round = { closingHeight: BigInt(closing) };
  const evidence = { headers, first: BigInt(first), lastHeight, round, bundle: { network } };
  return [key(problemBeyond(evidence, fromHex(header), BigInt(height)))];
}
console.log(JSON.stringify(asked.map((one) => ("closing" in one ? beyond : within)(one))));
"""


class Chains:
    """Headers of blocks given as (bits, minutes since the one before); the same blocks are the same chain."""

    def __init__(self) -> None:
        self.headers: list[list[bytes]] = []
        self._places: dict[tuple[tuple[int, int], ...], int] = {}

    def place(self, blocks: list[tuple[int, int]]) -> int:
        key = tuple(blocks)
        if key not in self._places:
            self._places[key] = len(self.headers)
            times = itertools.accumulate((60 * minutes for _, minutes in blocks), initial=1_700_000_000)
            self.headers.append([header(bits, time) for (bits, _), time in zip(blocks, list(times)[1:], strict=True)])
        return self._places[key]


def in_browser(chains: Chains, asked: list[dict[str, Any]]) -> list[list[str | None]]:
    told_of = {"chains": [[one.hex() for one in chain] for chain in chains.headers], "asked": asked}
    done = subprocess.run(
        [*NODE, "--no-warnings", "--input-type=module", "-e", _SCRIPT, str(TOP / "static/verify")],
        input=json.dumps(told_of),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told: list[list[str | None]] = json.loads(done.stdout)
    return told


def asked_within(chains: Chains) -> list[dict[str, Any]]:
    bits = (
        EASIEST,
        HARD,
        FOURTH,
        FIFTH,
        HARDER,
        0x207FFFFF,
        0x1E0377AE,
        0x1D80FFFF,
        0x03000001,
        0x00FFFFFF,
        0xFF7FFFFF,
    )
    short = [
        [(first, 10), (second, minutes), (third, 5)]
        for first, second, third in itertools.product(bits[:5], bits, bits)
        for minutes in (20, 21)
    ]
    long = [
        [(first, 10), *[(middle, 21)] * (PERIOD - 1), (last, minutes)]
        for first, middle, last in itertools.product((HARD, EASIEST), (HARD, EASIEST), (HARD, FIFTH, EASIEST))
        for minutes in (5, 21)
    ]
    return [
        {"network": network, "first": first, "chain": chains.place(blocks)}
        for network in NETWORKS
        for first, several in (
            (-2, short[::7]),
            (2013, short[::2]),
            (2014, short[1::2]),
            (PERIOD, long),
            (PERIOD + 1, long),
        )
        for blocks in several
    ]


def test_within_the_headers() -> None:
    chains = Chains()
    asked, seen = asked_within(chains), set()
    for one, told in zip(asked, in_browser(chains, asked), strict=True):
        headers = chains.headers[one["chain"]]
        problem = SCRIPT["difficulty_problem"](headers, len(headers) - 1, one["first"], one["network"])
        right = [WORDS[SCRIPT["header_problem"](headers[-1], one["network"])], WORDS[problem]]
        assert told == right, one
        seen.update(right)
    assert seen >= {None, "foreignDifficulty", "aboveTarget", "lateNotEasy", "otherDifficulty", "adjustedTooFar"}


def test_beyond_them() -> None:
    chains = Chains()
    asked = [
        {
            "network": network,
            "first": first,
            "chain": chains.place([(known, 10)] * 4),
            "closing": closing,
            "header": block,
            "height": height,
        }
        for network in NETWORKS
        for known in (EASIEST, QUARTER, LESS, HARD)
        for first, closing in ((100, 102), (100, 200), (100, 50), (2014, 2015), (2013, 2016))
        for height in (103, 104, 2015, 2016, 2017, 4032)
        for block in (GENESIS, header(EASIEST, 0).hex())
    ]
    seen = set()
    for one, told in zip(asked, in_browser(chains, asked), strict=True):
        headers = chains.headers[one["chain"]]
        evidence = SimpleNamespace(
            headers=headers,
            first=one["first"],
            round={"closingHeight": one["closing"]},
            bundle={"network": one["network"]},
        )
        problem = SCRIPT["Evidence"].problem_beyond(evidence, bytes.fromhex(one["header"]), one["height"])
        assert told == [WORDS[str(problem)]], one
        seen.update(told)
    assert seen == {
        None,
        "foreignDifficulty",
        "aboveTarget",
        "amongHeaders",
        "notAsClosing",
        "belowAQuarter",
        "maybeEasy",
    }
