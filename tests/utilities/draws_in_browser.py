"""The check of draws of bets in the reader's browser, run in Node: without the page and the worker around it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from typing import Any

from tests.utilities.in_browser import NODE, TOP

MODULE = str(TOP / "static/games/swertres/odds.js")

_SCRIPT = """
import fs from "node:fs";
const [folder, ...modules] = process.argv.slice(1), at = (name) => import(`file://${folder}/${name}`);
for (const module of modules) await import(`file://${module}`);
const { CLAIMS, claimsOf } = await at("bets/check.js"), { BadInput } = await at("bundle/strict_json.js");
function checked(given) {
  try {
    const [, ...claims] = claimsOf(given), { conclusion } = claims.pop();
    return { claims, conclusion };
  } catch (error) {
    if (error instanceof BadInput) return { refused: error.message };
    throw error;
  }
}
const told = JSON.parse(fs.readFileSync(0, "utf8")).map(checked);
console.log(JSON.stringify({ claims: Object.keys(CLAIMS), told }));
"""


def each_draw_in_browser(given: Sequence[dict[str, Any]], modules: Sequence[str] = (MODULE,)) -> list[dict[str, Any]]:
    """What it says of each: {text, logKeys, promise, number, person, receipt}, texts all of them."""
    told: list[dict[str, Any]] = _run(list(given), modules)["told"]
    return told


def claims_of_draws() -> list[str]:
    """In the order in which they are checked."""
    claims: list[str] = _run([], ())["claims"]
    return claims


def _run(given: object, modules: Sequence[str]) -> dict[str, Any]:
    done = subprocess.run(
        [*NODE, "--no-warnings", "--input-type=module", "-e", _SCRIPT, str(TOP / "static/verify"), *modules],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
