"""Verifiers that are given something else than they check say what it is, and never how they fell over it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.utilities.receipts import simple

SCRIPTS = Path(__file__).parents[2] / "utilities" / "bin"
STORY, RECEIPT = simple()
FILES = {
    "receipt": json.dumps(RECEIPT | {"houseEdge": 0.1}),
    "bundle": json.dumps({"bundleVersion": 2, "orders": [], "payments": [], "log": None}),
    "keys": json.dumps({"rotations": []}),
    "grown": json.dumps({"first": 1, "second": 2, "hashes": []}),
    "cut": '{"a": ',
    "deep": "[" * 100_000,
    "anything": '{"a": 1}',
}
KEY = ("--log-key", STORY.signer.vkey)
ASKED = [
    ("verify_round.py receipt", "It is a receipt: verify_receipt.py checks it"),
    ("verify_round.py keys", "It is the keys of a log"),
    ("verify_round.py cut", "it is no JSON, or was cut off: line 1, column 7"),
    ("verify_round.py deep", "it is nested too deeply"),
    ("verify_round.py bundle --keys receipt", "is not LOG/keys. It is a receipt"),
    ("verify_receipt.py bundle", "It is a proof bundle of a round: verify_round.py checks it"),
    ("verify_receipt.py cut", "this is no JSON, or was cut off: line 1, column 7"),
    ("verify_receipt.py deep", "this is nested too deeply"),
    ("verify_receipt.py receipt --keys grown", "this is not LOG/keys. It is an answer of /api/log/consistency"),
    ("verify_receipt.py receipt --consistency keys", "is no answer of /api/log/consistency. It is the keys of a log"),
    ("verify_anchor.py receipt", "is no anchor. It is a receipt"),
    ("verify_anchor.py bundle", "is no anchor. It is a proof bundle of a round"),
    ("verify_anchor.py deep", "is nested too deeply"),
    ("verify_anchor.py anything", "is no anchor: an answer of /api/log/anchors/TXID"),
    ("luckotto_allocate.py deep deep", "it is nested too deeply"),
    ("luckotto_allocate.py cut cut", "it is no JSON, or was cut off: line 1, column 7"),
]


@pytest.mark.parametrize(("line", "said"), ASKED, ids=[line for line, _ in ASKED])
def test_another_file_is_called_by_its_name(tmp_path: Path, line: str, said: str) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    script, *words = line.split()
    key = KEY if script == "verify_receipt.py" else ()
    ran = subprocess.run(
        [sys.executable, SCRIPTS / script, *words, *key], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2, ran.stdout
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
