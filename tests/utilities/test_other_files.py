"""Verifiers that are given something else than they check say what it is, and never how they fell over it."""

from __future__ import annotations

import ast
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
    "draw": json.dumps({"betBundleVersion": "1"}),
    "card": json.dumps({"ticket": "1", "code": "AAAA-BBBB-CCCC", "leaves": []}),
    "keys": json.dumps({"rotations": []}),
    "grown": json.dumps({"first": 1, "second": 2, "hashes": []}),
    "cut": '{"a": ',
    "deep": "[" * 100_000,
    "anything": '{"a": 1}',
    "long": '{"a": ' + "1" * 100_000 + "}",
    "twice": '{"a": 1, "a": 1}',
    "marked": '\ufeff{"a": 1}',
    "round": json.dumps({"roundNumber": 1, "roundTerms": "{}", "hashes": None, "payout": None}),
    "orders": json.dumps({"orders": [], "next": None}),
    "checkpoint": STORY.checkpoint(),
    "problem": json.dumps({"type": "urn:tiraj:error:round_not_found", "title": "No such\nround.", "status": 404}),
    "empty": "{}",
    "psbt": "cHNidP8BAHEC\n",
    "list": json.dumps([{"bundleVersion": 2}]),
    "litecoin": json.dumps({"previous": None, "root": "", "proof": {}, "network": "litecoin"}),
}
TAKERS = ("verify_round.py", "verify_receipt.py", "verify_anchor.py", "verify_swertres.py")
KEY = ("--log-key", STORY.signer.vkey)
ASKED = [
    ("verify_round.py receipt", "It is a receipt: verify_receipt.py checks it"),
    ("verify_round.py keys", "It is the keys of a log"),
    ("verify_round.py round", "It is the record of a round, which proves nothing: fetch its address with /bundle"),
    ("verify_receipt.py round", "It is the record of a round"),
    ("verify_anchor.py round", "It is the record of a round"),
    ("luckotto_allocate.py bundle orders", "is not the record of a round. It is a proof bundle of a round"),
    ("luckotto_allocate.py round bundle", "is not a page of a round's orders. It is a proof bundle of a round"),
    ("luckotto_allocate.py round round", "is not a page of a round's orders. It is the record of a round"),
    ("verify_round.py orders", "It is a page of a round's orders"),
    ("verify_round.py checkpoint", "It is a checkpoint of a log"),
    ("verify_receipt.py checkpoint", "It is a checkpoint of a log"),
    ("verify_anchor.py checkpoint", "It is a checkpoint of a log"),
    ("verify_receipt.py list", "It is a list, where one record is wanted"),
    *(
        (f"{name} problem", "the server answered an error, \u201cNo such round.\u201d: fetch it again")
        for name in TAKERS
    ),
    *((f"{name} empty", "for the server answered nothing: fetch it again, with curl -f") for name in TAKERS),
    *((f"{name} psbt", "It is a PSBT, a payout that is to be signed: sign_payout.py") for name in TAKERS),
    *((f"{name} packed", "It is a PSBT") for name in TAKERS if name != "verify_anchor.py"),
    ("verify_round.py cut", "it is no JSON, or was cut off: line 1, column 7"),
    ("verify_round.py deep", "it is nested too deeply"),
    ("verify_round.py bundle --keys receipt", "is not LOG/keys. It is a receipt"),
    ("verify_receipt.py bundle", "It is a proof bundle of a round: verify_round.py checks it"),
    ("verify_receipt.py card", "this is no receipt of an order. It is a receipt of bets: verify_swertres.py DRAW"),
    ("verify_receipt.py cut", "this is no JSON, or was cut off: line 1, column 7"),
    ("verify_receipt.py deep", "this is nested too deeply"),
    ("verify_receipt.py receipt --keys grown", "this is not LOG/keys. It is an answer of /api/log/consistency"),
    ("verify_receipt.py receipt --consistency keys", "is no answer of /api/log/consistency. It is the keys of a log"),
    ("verify_anchor.py receipt", "is no anchor. It is a receipt"),
    ("verify_anchor.py bundle", "is no anchor. It is a proof bundle of a round"),
    ("verify_anchor.py deep", "is nested too deeply"),
    ("verify_anchor.py anything", "is no anchor: an answer of /api/log/anchors/TXID"),
    ("verify_anchor.py litecoin", "it names a network that is unknown to me: litecoin"),
    ("verify_swertres.py bundle", "It is a proof bundle of a round: verify_round.py checks it"),
    ("verify_swertres.py draw", "betBundleVersion of the bundle is no int"),
    ("verify_swertres.py deep", "this is nested too deeply"),
    ("verify_round.py draw", "It is a draw of bets with its evidence: verify_swertres.py checks it"),
    ("verify_round.py long", "there is a number of 100000 digits in it"),
    ("verify_receipt.py long", "this cannot be read: there is a number of 100000 digits in it"),
    ("verify_anchor.py long", "there is a number of 100000 digits in it"),
    ("luckotto_allocate.py long long", "there is a number of 100000 digits in it"),
    ("verify_receipt.py twice", "this cannot be read: a name stands twice in it"),
    ("verify_anchor.py twice", "a name stands twice in it"),
    ("verify_round.py marked", "bundleVersion of a bundle is missing"),
    ("verify_receipt.py marked", "this is no receipt: it has no log"),
    ("verify_anchor.py marked", "is no anchor: an answer of /api/log/anchors/TXID"),
    ("luckotto_allocate.py marked marked", "holds no page of orders"),
    ("luckotto_allocate.py deep deep", "it is nested too deeply"),
    ("luckotto_allocate.py cut cut", "it is no JSON, or was cut off: line 1, column 7"),
]


@pytest.mark.parametrize(("line", "said"), ASKED, ids=[line for line, _ in ASKED])
def test_another_file_is_called_by_its_name(tmp_path: Path, line: str, said: str) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "packed").write_bytes(b"psbt\xff\x01\x00\x80")
    script, *words = line.split()
    key = KEY if script == "verify_receipt.py" else ()
    ran = subprocess.run(
        [sys.executable, SCRIPTS / script, *words, *key], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2, ran.stdout
    assert said in ran.stderr
    assert len(ran.stderr.splitlines()) == 1, "one line, and no usage before it"


def test_the_scripts_know_files_by_one_rule() -> None:
    found = {}
    for name in (
        "verify_round.py",
        "verify_receipt.py",
        "verify_anchor.py",
        "verify_swertres.py",
        "luckotto_allocate.py",
    ):
        tree = ast.parse((SCRIPTS / name).read_text(encoding="utf-8"))
        rule = [one for one in tree.body if "FILE_KINDS" in ast.unparse(one) or getattr(one, "name", "") == "kind_of"]
        found[name] = "\n".join(map(ast.unparse, rule))
    assert found["verify_round.py"].count("def kind_of") == 1
    assert len(set(found.values())) == 1
