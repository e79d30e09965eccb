"""What nothing in a bundle proves is compared with the platform's own bundle, and named where that says otherwise."""

from __future__ import annotations

import copy
import json
import subprocess
from typing import Any

from tests.utilities.in_browser import MODULES, NODE, TOP

from .chain import Record
from .conftest import Case, Key

_SCRIPT = """
import fs from "node:fs";
const at = (name) => import("file://" + process.argv[1] + "/" + name);
for (const module of process.argv.slice(2)) await import("file://" + module);
const { checkTexts } = await at("bundle/check.js"), { sameToday } = await at("platform.js");
const { genuine, record, files } = JSON.parse(fs.readFileSync(0, "utf8")), told = [];
globalThis.fetch = async (path) => ({ ok: true, text: async () => (path.includes("/bundle") ? genuine : record) });
for (const text of files) {
  const checked = checkTexts([text], {}), { values, holds, hasMoved } = await sameToday(checked, String);
  const differing = values.filter(([, is, should]) => is !== should);
  told.push({ status: checked.conclusion.status, unlooked: checked.unlooked, holds, hasMoved, differing });
}
console.log(JSON.stringify(told));
"""


def test_what_the_platform_says_otherwise_is_named(all_cases: dict[Key, Case]) -> None:
    genuine: Record = all_cases["rounds", "honest", True]["bundle"]
    height, size = genuine["log"]["anchor"]["proof"]["blockHeight"], genuine["log"]["anchor"]["size"]
    older = copy.deepcopy(genuine)
    older["log"]["anchor"].update(size=size + 1)
    lies: dict[str, Any] = {
        "payout.blockHeight": 7,
        "win.note": "double",
        "orders[].note": "double",
        "log.anchor.note": size + 1,
        "log.anchor.proof.note": height + 1,
    }
    told = today(genuine, [genuine, *(lied(genuine, path, value) for path, value in lies.items())])
    assert (told[0]["holds"], told[0]["hasMoved"], told[0]["differing"]) == (True, False, [])
    for found, (path, value) in zip(told[1:], lies.items(), strict=True):
        assert found["status"] == 0
        assert path in found["unlooked"]
        assert (found["holds"], found["hasMoved"]) == (False, False)
        assert found["differing"] == [[path, str(value), "–"]]


def test_of_another_transaction_it_has_only_moved_on(all_cases: dict[Key, Case]) -> None:
    genuine: Record = all_cases["rounds", "honest", True]["bundle"]
    now = copy.deepcopy(genuine)
    now["log"]["anchor"]["txid"] = "ab" * 32
    (found,) = today(now, [lied(genuine, "log.anchor.note", 1)])
    assert (found["holds"], found["hasMoved"]) == (False, True)


def today(genuine: Record, files: list[Record]) -> list[Record]:
    """What the page says of each file where the platform has the `genuine` bundle."""
    paid = genuine["payout"] and {name: genuine["payout"][name] for name in ("txid", "vout", "amountSats")}
    record = {"payout": paid and {**paid, "address": genuine["win"]["payoutAddress"], "blockHeight": 1}}
    given = {"genuine": json.dumps(genuine), "record": json.dumps(record), "files": [json.dumps(one) for one in files]}
    done = subprocess.run(
        [*NODE, "--no-warnings", "--input-type=module", "-e", _SCRIPT, str(TOP / "static/verify"), *MODULES],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found: list[Record] = json.loads(done.stdout)
    return found


def lied(genuine: Record, path: str, value: object) -> Record:
    """The same, with another value; of a list in its first record."""
    forged = copy.deepcopy(genuine)
    *names, last = path.split(".")
    place: Any = forged
    for name in names:
        place = place[name.removesuffix("[]")]
        place = place[0] if name.endswith("[]") else place
    place[last] = value
    return forged
