"""What the browser says of a receipt's part of the log: what its hashes show, and no more."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.utilities.in_browser import NODE
from tests.utilities.receipts import ORDER, Story, changed, simple

MODULE = Path(__file__).parents[2] / "static" / "verify" / "receipt_log.js"
_SCRIPT = """
import fs from "node:fs";
const { logged } = await import("file://" + process.argv[1]);
const told = ({ log, order }) => logged(log, order).holds;
console.log(JSON.stringify(JSON.parse(fs.readFileSync(0, "utf8")).map(told)));
"""


def holds(receipts: Sequence[dict[str, Any]]) -> list[bool]:
    given = [{"log": one["log"], "order": {"identifier": ORDER, "payments": one["payments"]}} for one in receipts]
    words = [*NODE, "--no-warnings", "--input-type=module", "-e", _SCRIPT, str(MODULE)]
    done = subprocess.run(words, input=json.dumps(given), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    found: list[bool] = json.loads(done.stdout)
    return found


def _in_a_tree_of(before: int) -> dict[str, Any]:
    story = Story(before=before)
    story.leaves = [story.paid()]
    return story.receipt(story.payment(), held=[[0, 4]])


def test_what_is_in_the_log_holds_wherever_it_is() -> None:
    receipts = [_in_a_tree_of(before) for before in (0, 1, 2, 3, 6, 7, 8, 31, 100, 255)]
    receipts.append(changed(receipts[0], "log", "proof", to=None))
    receipts.append(changed(changed(receipts[0], "log", "salt", to=None), "log", "identifier", to=None))
    assert holds(receipts) == [True] * len(receipts)


def test_an_earlier_entry_is_looked_at_too() -> None:
    story = Story()
    story.leaves = [story.paid(), story.unpaid(), story.paid(1)]
    receipt = story.receipt(story.payment(), story.payment(1))
    assert holds([receipt, changed(receipt, "log", "others", 1, "entry", to="{}")]) == [True, False]


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("log", "entry"), "{}"),
        (("log", "leaf"), "00" * 32),
        (("log", "salt"), "00" * 32),
        (("log", "identifier"), "customer-2"),
        (("log", "promise"), "nonsense"),
        (("log", "proof"), "nonsense"),
        (("log", "proof"), simple()[0].proof(5).replace("index 5", "index 4")),
        (("log", "proof"), simple()[0].proof(5).replace("index 5", "index 99")),
        (("payments", 0, "amountSats"), 1),
        (("payments",), []),
    ],
)
def test_what_does_not_agree_does_not_hold(path: tuple[str | int, ...], to: object) -> None:
    assert holds([changed(simple()[1], *path, to=to)]) == [False]
