"""What receipts say of the public log: nothing, then a promise, then a proof; the salt to their holders alone."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from app.core.database.session import db
from app.record.log import jobs as log_jobs
from app.record.log.format import notes
from app.selling.windows import jobs
from tests import scripts
from tests.factories.world import World
from tests.settings import LOG_KEY
from tests.utilities.witness.script import witness

from .conftest import PLAYER, Server


def opened(promise: str) -> list[str]:
    """The lines of a signed promise."""
    return notes.opened(promise, LOG_KEY.verifier).split("\n")


def holds(log: dict[str, Any]) -> bool:
    """By another implementation, that of the witness's script."""
    key = witness.read_key(str(LOG_KEY.verifier), witness.LOG)
    proof = witness.read_proof(log["proof"].encode())
    problem: str = witness.proof_problem(proof, bytes.fromhex(log["leaf"]), key.name, [key], [])
    assert proof.entry == log["number"]
    assert hashlib.sha256(b"\0" + log["entry"].encode()).hexdigest() == log["leaf"]
    return not problem


def verified(receipt: dict[str, Any], folder: Path) -> tuple[int, list[str]]:
    """What the script says of a receipt, as a stranger would run it: its status, and what does not hold."""
    file = folder / "receipt.json"
    file.write_text(json.dumps(receipt), encoding="utf-8")
    done = scripts.run("verify_receipt.py", str(file), "--log-key", str(LOG_KEY.verifier), "--json")
    return done.returncode, json.loads(done.stdout)["failing"]


def test_a_receipt_is_promised_at_once_and_proven_soon(world: World, server: Server, tmp_path: Path) -> None:
    made = server.post("/orders", PLAYER).get_json()
    own, secret = f"/orders/{made['order']['id']}", made["receiptSecret"]
    assert server.get(own).get_json()["log"] is None
    world.send(made["order"]["depositAddress"], 5_600)
    world.mine()

    log = server.get(own).get_json()["log"]
    assert (log["proof"], log["number"], log["others"]) == (None, None, [])
    lines = opened(log["promise"])
    written = db.session.scalar(text("SELECT extract(epoch FROM date_trunc('second', written_at)) FROM log_receipts"))
    assert lines == [
        "tiraj/promise/1",
        LOG_KEY.name,
        base64.b64encode(bytes.fromhex(log["leaf"])).decode(),
        str(int(written or 0)),
        "60",
        "",
    ]
    told = json.loads(log["entry"])
    assert (told["creditedSats"], told["tickets"]) == (5_600, [0, 4])
    assert told["person"] == hashlib.sha256(bytes.fromhex(log["salt"]) + b"customer-1").hexdigest()
    page = server.client.get(f"/slips/{secret}").text
    assert "Promised until" in page

    log_jobs.sequence()
    proven = server.get(own).get_json()["log"]
    assert holds(proven)
    assert {**proven, "proof": None, "number": None} == log, "the promise stays what it was, and its time"
    assert server.client.get(f"/api/slips/{secret}").get_json()["log"] == proven
    kept = server.client.get(f"/slips/{secret}/receipt.json").get_json()
    assert (kept["log"], kept["game"], kept["payments"][0]["amountSats"]) == (proven, "rounds", 5_600)
    page = server.client.get(f"/slips/{secret}").text
    assert f'href="/log/entries/{proven["number"]}"' in page

    world.send(made["order"]["depositAddress"], 2_500)
    world.mine()
    log_jobs.sequence()
    two = server.get(own).get_json()["log"]
    assert json.loads(two["entry"])["amountSats"] == 2_500
    for receipt in (
        server.get(own).get_json(),
        server.client.get(f"/api/slips/{secret}").get_json(),
        server.client.get(f"/slips/{secret}/receipt.json").get_json(),
    ):
        assert verified(receipt, tmp_path) == (0, [])
    same = {name: value for name, value in proven.items() if name not in ("identifier", "others", "anchor")}
    assert two["others"] == [same], "against the first checkpoint that covers it, for ever"
    assert holds(two)


def test_a_receipt_tells_a_lost_block_and_a_void_round(world: World, server: Server, tmp_path: Path) -> None:
    made = server.post("/orders", PLAYER).get_json()
    own = f"/orders/{made['order']['id']}"
    world.send(made["order"]["depositAddress"], 5_600)
    world.mine()
    world.reorganise(1, 2)
    world.scan()
    world.send(made["order"]["depositAddress"], 1_000)  # too small
    world.mine()
    log_jobs.sequence()
    receipt = server.get(own).get_json()
    assert [payment["status"] for payment in receipt["payments"]].count("orphaned") == 1
    assert len(receipt["log"]["others"]) == 3
    assert verified(receipt, tmp_path) == (0, [])
    world.mine_to(world.round(made["order"]["roundNumber"]).closing_height)
    jobs.seal()
    log_jobs.sequence()
    receipt = server.get(own).get_json()
    assert receipt["slip"]["status"] == "void"
    assert verified(receipt, tmp_path) == (0, [])


def test_nobody_else_is_told_a_salt(world: World, server: Server) -> None:
    made = server.post("/orders", PLAYER).get_json()
    world.send(made["order"]["depositAddress"], 5_600)
    world.mine()
    log_jobs.sequence()
    salt = server.get(f"/orders/{made['order']['id']}").get_json()["log"]["salt"]
    assert len(salt) == 64
    number = made["order"]["roundNumber"]
    for path in (
        f"/slips/{made['order']['id']}",
        f"/api/rounds/{number}/slips",
        f"/api/rounds/{number}/bundle",
        f"/rounds/{number}",
        "/log",
        *(f"/log/entries/{entry}" for entry in range(3)),
    ):
        answer = server.client.get(path)
        assert answer.status_code in (200, 286), path
        assert salt not in answer.text, path
        assert "customer-1" not in answer.text, path
    assert salt not in server.get("/orders").text
    with db.engine.begin() as connection:
        rows = connection.execute(text("SELECT data FROM log_entries")).scalars()
        assert not [row for row in rows if salt in row or "customer-1" in row]


def test_a_receipt_reads_few_tables(world: World, server: Server) -> None:
    made = server.post("/orders", PLAYER).get_json()
    path = f"/api/slips/{made['receiptSecret']}"
    counted: list[str] = []

    def note(*given: Any) -> None:
        counted.append(given[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        server.client.get(path)
        unpaid = [one for one in counted if "log_" in one]
        world.send(made["order"]["depositAddress"], 5_600)
        world.mine()
        log_jobs.sequence()
        counted.clear()
        server.client.get(path)
        paid = [one for one in counted if "log_" in one]
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert (len(unpaid), len(paid)) == (1, 5)
