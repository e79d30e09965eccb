"""The check of receipts in the reader's browser, run in Node as it is: one process that is asked again and again."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from tests.utilities.in_browser import MODULES, NODE, TOP
from tests.utilities.receipts import script

_SCRIPT = """
import readline from "node:readline";
const [folder, ...modules] = process.argv.slice(1), at = (name) => import(`file://${folder}/${name}`);
for (const module of modules) await import(`file://${module}`);
const { claimsOf, statusOf } = await at("receipt/judge.js"), { decoded, BadInput } = await at("bundle/strict_json.js");
function checked({ receipt, ...believed }) {
  try {
    const claims = [...claimsOf({ ...believed, text: decoded(Buffer.from(receipt, "hex")) })];
    return { claims, status: statusOf(claims), unlooked: claims.find(({ claim }) => claim === "beside").unlooked };
  } catch (error) {
    if (error instanceof BadInput) return { refused: error.message, status: 2 };
    throw error;
  }
}
const lines = readline.createInterface({ input: process.stdin });
for await (const line of lines) console.log(JSON.stringify(checked(JSON.parse(line))));
"""


class ReceiptsInBrowser:
    """Asked what the script is asked, in the script's words."""

    def __enter__(self) -> Self:
        words = [*NODE, "--no-warnings", "--input-type=module", "-e", _SCRIPT, str(TOP / "static" / "verify"), *MODULES]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate(timeout=60)

    def asked(self, file: Path, key: Sequence[str], words: Sequence[str], kept: Sequence[str]) -> dict[str, Any]:
        """What it says of a receipt; `kept`: checkpoints."""
        said = [*key, *words]
        options: dict[str, list[str]] = {
            "--log-key": [],
            "--witness": [],
            "--person": [],
            "--consistency": [],
            "--keys": [],
        }
        for name, value in zip(said[::2], said[1::2], strict=True):
            options[name].append(value)
        return self._told(
            {
                "receipt": file.read_bytes().hex(),
                "logKeys": options["--log-key"],
                "witnesses": options["--witness"],
                "person": next(iter(options["--person"]), None),
                "checkpoints": list(kept),
                "rotations": Path(options["--keys"][0]).read_text() if options["--keys"] else None,
                "consistency": [json.loads(Path(one).read_text()) for one in options["--consistency"]],
                "now": int(script.time.time()),
            }
        )

    def _told(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told
