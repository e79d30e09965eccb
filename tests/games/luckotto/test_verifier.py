"""The verifier in the reader's browser: the golden draws and the search for a free set, in the scripts as they are."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.games.luckotto.rules import mask_of, numbers_of
from app.games.luckotto.tickets import allocation
from tests.utilities.in_browser import NODE

TOP = Path(__file__).parents[3]
VECTORS = json.loads((TOP / "tests/vectors/luckotto_draw_1.json").read_text())["vectors"]
_SCRIPT = """
import fs from "node:fs";
const at = (name) => import("file://" + process.argv[1] + "/" + name);
const { draw } = await at("draw.js");
const { refusal } = await at("inputs.js");
const { nearestFree } = await at("allocate.js");
const { maskOf, numbersOf } = await at("masks.js");
const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const given = JSON.parse(fs.readFileSync(0, "utf8"));
const set = (one) => nearestFree(maskOf(one.request), one.pool, one.taken.map(maskOf), bytes(one.seed), one.before);
console.log(JSON.stringify({
  draws: given.draws.map((one) => draw(one.closingBlockHash, one.poolSize, one.hashWork)),
  sets: given.sets.map(set).map((found) => [found.set && numbersOf(found.set), found.lookedAt]),
  refusals: given.refusals.map((one) => refusal(...one)),
}));
"""


def in_node(**given: object) -> dict[str, list[Any]]:
    """What the scripts make of it."""
    whole = {"draws": [], "sets": [], "refusals": []} | given
    done = subprocess.run(
        [*NODE, "--no-warnings", "--input-type=module", "-e", _SCRIPT, str(TOP / "static/games/luckotto")],
        input=json.dumps(whole),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, list[Any]] = json.loads(done.stdout)
    return answer


def test_the_browser_draws_the_golden_vectors_and_refuses_what_is_none() -> None:
    hash_ = VECTORS[0]["closingBlockHash"]
    refused = [("00", 49, 1), ("0" * 64, 49, 1), (hash_, 5, 1), (hash_, 257, 1), (hash_, 49.5, 1), (hash_, 49, 0)]
    found = in_node(draws=VECTORS, refusals=[*refused, (hash_, 49, 1)])
    wanted = [{name: one[name] for name in ("drawnNumbers", "drawDigests", "winningNumbers")} for one in VECTORS]
    assert found["draws"] == wanted
    assert found["refusals"] == ["hash", "hash", "pool", "pool", "pool", "work", None]


@pytest.mark.parametrize(("pool", "sizes", "tickets"), [(10, (6, 8), 12), (30, (6, 12), 60), (63, (6, 25), 60)])
def test_the_browser_gives_the_numbers_that_the_platform_gives(pool: int, sizes: tuple[int, int], tickets: int) -> None:
    chance = random.Random(pool)
    taken: list[int] = []
    cases: list[dict[str, Any]] = []
    wanted: list[list[Any]] = []
    popular = chance.sample(range(1, pool + 1), min(pool, 26))
    for at in range(tickets):
        size = chance.randint(*sizes)
        asked = mask_of(chance.sample(popular if at % 3 else range(1, pool + 1), size))
        seed = hashlib.sha256(bytes([pool, at])).digest()
        before = (0, 1_048_000, 2_000_000)[at % 3]
        cases.append(
            {
                "request": list(numbers_of(asked)),
                "pool": pool,
                "taken": [list(numbers_of(one)) for one in taken],
                "seed": seed.hex(),
                "before": before,
            }
        )
        found, looked_at = allocation.search(asked, pool, allocation.masks(taken), seed, before)
        wanted.append([list(numbers_of(found)) if found is not None else None, looked_at])
        if found is not None:
            taken.append(found)
    assert in_node(sets=cases)["sets"] == wanted
    assert any(got[0] != case["request"] for got, case in zip(wanted, cases, strict=True))
