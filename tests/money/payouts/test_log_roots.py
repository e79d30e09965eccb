"""Roots of the public log in payouts: one line through blocks, whatever becomes of a transaction; and no forgery."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.errors import DomainError, Unavailable
from app.faces.admin.commands.auditing import CHECKS
from app.faces.admin.watch import watch
from app.games.ticket_draw import queries as tickets
from app.games.ticket_draw.records.answers import receipt_record
from app.money.payouts import queries, rules
from app.money.payouts.drafts import generation
from app.money.payouts.models import PayoutOutput
from app.money.payouts.signed import psbt
from app.record.audit import queries as audit
from app.record.log import jobs as log_jobs
from app.record.log import queries as log
from app.record.log import service as public_log
from app.record.log.anchors import queries as anchors
from app.record.log.anchors.models import Anchor
from app.record.log.format.notes import SigningKey
from app.selling.windows.proof import asked
from dev.world.signer import Operator
from tests import scripts
from tests.factories.world import RESERVE_SATS
from tests.record.log.keys.test_rotating import hold
from tests.settings import LOG_KEY

from .conftest import OPERATOR, Desk
from .signers import Signer, by_btclib, by_embit, by_libsecp, by_script, key_file


@pytest.fixture(autouse=True)
def buried(desk: Desk) -> None:
    """The reserve may be spent."""
    desk.world.mine(4)


OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"


def say(what: str = "more") -> bytes:
    """Something new is in the log and signed; the root over it."""
    with transaction():
        public_log.tell("thing", what, {})
    log_jobs.sequence()
    db.session.rollback()
    signed = log.newest_checkpoint()
    assert signed is not None
    return signed.root


def draft_anchor(rate: int = 1_000) -> UUID:
    with transaction():
        return generation.anchor(rate, OPERATOR)[0].id


def of(payout_id: UUID, kind: str) -> list[PayoutOutput]:
    db.session.rollback()
    return [row for row in queries.outputs_of(payout_id) if row.kind == kind]


def all_anchors() -> list[Anchor]:
    db.session.rollback()
    return list(anchors.page())


def send(desk: Desk, payout_id: UUID, signer: Signer = by_libsecp) -> UUID:
    desk.upload(payout_id, signer)
    assert desk.broadcast(payout_id) == "broadcast"
    return payout_id


def spends_line_of(desk: Desk, later: UUID, earlier: UUID) -> bool:
    (line,) = of(earlier, "line")
    return (desk.payout(earlier).txid, line.vout) in {(row.txid, row.vout) for row in queries.inputs_of(later)}


def test_a_payout_carries_the_root_and_the_next_anchor_spends_its_line(desk: Desk, tmp_path: Path) -> None:
    number = desk.won(payout_address=OTHERS)[1]
    root = say()
    first = desk.generate(number)
    (carried,), (line,) = of(first, "root"), of(first, "line")
    assert (rules.root_of(carried.script), carried.sats, line.sats) == (root, 0, rules.LINE_SATS)
    signed = by_script(desk.payout(first).psbt, tmp_path, "--yes")
    assert signed.returncode == 0, signed.stderr
    assert f"root                0 sats: the public log's root {root.hex()}" in signed.stderr
    assert desk.offer(first, signed.stdout) == []
    assert desk.broadcast(first) == "broadcast"
    assert all_anchors() == []
    bumped = desk.bump(first, 20_000)  # the same root and line, at a higher fee
    assert [row.script for row in of(bumped, "root")] == [carried.script]
    send(desk, bumped, by_embit)
    say("while it waits")
    with pytest.raises(DomainError, match="log_anchor_waiting"):
        draft_anchor()
    desk.world.mine()
    (anchor,) = all_anchors()
    assert (anchor.txid, anchor.root, anchor.size) == (desk.payout(bumped).txid, root, desk.payout(bumped).log_size)
    assert anchor.previous_txid is None
    raw = desk.world.node.call("getrawtransaction", desk.txid(bumped), True)
    told = [out for out in raw["vout"] if out["scriptPubKey"]["type"] == "nulldata"]
    assert [(out["n"], out["value"], out["scriptPubKey"]["hex"]) for out in told] == [
        (anchor.vout, 0, "6a20" + root.hex())
    ]

    newest = say("later")
    second = send(desk, draft_anchor(), by_btclib)
    assert spends_line_of(desk, second, bumped)
    assert {row.kind for row in queries.outputs_of(second)} == {"root", "line", "change"}
    desk.bury()
    latest, before = all_anchors()
    assert (latest.previous_txid, latest.root) == (before.txid, newest)
    assert before.id == anchor.id
    with pytest.raises(DomainError, match="log_anchored"), transaction():
        generation.anchor(1_000, OPERATOR)
    fees = sum(desk.payout(one).fee_sats for one in (bumped, second))
    assert (desk.balance("fees"), desk.balance("coins")) == (fees, RESERVE_SATS + 1_100_000 - 1_000_000 - fees)
    assert desk.balance("capital") == RESERVE_SATS
    assert desk.world.breaches() == []
    look_from_outside(desk, tmp_path)
    look_at_the_bundle(desk, number, tmp_path)


def look_from_outside(desk: Desk, folder: Path) -> None:
    """What everybody is told of two anchors, and a doubter's script over it, as it is and forged."""
    client = desk.world.app.test_client()
    listed = client.get("/api/log/anchors").json
    newest, oldest = listed["anchors"]
    assert newest["previous"] == {"txid": oldest["txid"], "vout": oldest["lineVout"]}
    assert (oldest["previous"], listed["next"]) == (None, None)
    first = client.get("/api/log/anchors?limit=1").json
    assert [one["txid"] for one in first["anchors"]] == [newest["txid"]]
    rest = client.get(f"/api/log/anchors?limit=1&cursor={first['next']}").json
    assert ([one["txid"] for one in rest["anchors"]], rest["next"]) == ([oldest["txid"]], None)
    assert client.get("/api/log/anchors?cursor=nonsense").status_code == 422
    assert client.get(f"/api/log/anchors/{'0' * 64}").json["code"] == "log_anchor_not_found"
    page = client.get("/log").text
    assert f"/api/log/anchors/{newest['txid']}" in page
    assert "begins the line" in page

    told = [client.get(f"/api/log/anchors/{one['txid']}").json for one in (newest, oldest)]
    assert [{**one, "network": "regtest"} for one in (newest, oldest)] == [
        {name: value for name, value in one.items() if name not in ("proof", "checkpoint")} for one in told
    ]
    held = verify(folder, told)
    assert (held.returncode, held.stderr) == (0, "")
    assert newest["blockHash"] in held.stdout
    assert "Not looked at, for nothing here shows it: blockHeight, network, lineVout of the newest" in held.stdout
    assert "Not asked: who signed the checkpoint" in held.stdout
    assert "previous of the oldest" in verify(folder, told[:1]).stdout
    assert [verify(folder, told, "--root", root).returncode for root in ("00", "0" * 64, newest["root"])] == [2, 1, 0]
    kept = folder / "kept"
    kept.write_text(told[1]["checkpoint"])
    done = verify(folder, told, "--note", str(kept))
    assert (done.returncode, "the same root is in Bitcoin" in done.stdout) == (0, True)
    checkpoint, size = kept.read_text(), kept.read_text().splitlines()[1]
    kept.write_text(checkpoint.replace(f"\n{size}\n", f"\n{int(size) - 1}\n", 1))
    done = verify(folder, told, "--note", str(kept))
    assert (done.returncode, f"no anchor here is of {int(size) - 1} entries" in done.stdout) == (3, True)
    kept.write_text(checkpoint)
    kept.write_text(told[1]["checkpoint"].replace(told[1]["checkpoint"].split("\n")[2], "A" * 43 + "="))
    assert "FORKED" in verify(folder, told, "--note", str(kept)).stderr
    for forged, words in forgeries(told):
        refused = verify(folder, forged)
        assert (refused.returncode, words in refused.stderr) == (1, True), (words, refused.stderr)


def look_at_the_bundle(desk: Desk, number: int, folder: Path) -> None:
    """The round's own evidence has the log's part; a doubter's script checks it under the log's key."""
    told = desk.world.app.test_client().get(f"/api/rounds/{number}/bundle").json
    anchors_ = all_anchors()
    assert told["log"]["anchor"]["txid"] in {one.txid[::-1].hex() for one in anchors_}
    assert json.loads(told["log"]["seal"]["text"])["detail"]["sealRoot"] == told["seal"]["root"]
    file = folder / "bundle.json"
    file.write_text(json.dumps(told))

    def verdicts(*options: str) -> dict[str, str]:
        done = scripts.run("verify_round.py", str(file), "--json", "--skip-draw", *options)
        return {one["claim"]: one["verdict"] for one in json.loads(done.stdout)["claims"]}

    found = verdicts("--log-key", str(LOG_KEY.verifier))
    assert [found[name] for name in ("log", "anchor", "expected-log")] == ["holds"] * 3
    assert found["expected-witness"] == "not told"
    other = SigningKey(LOG_KEY.name, bytes(32)).verifier
    assert verdicts("--log-key", str(other))["expected-log"] == "does not hold"
    look_with_another_key(desk, folder, verdicts)
    told["log"]["anchor"]["root"] = "0" * 64
    file.write_text(json.dumps(told))
    assert verdicts()["anchor"] == "does not hold"


def look_with_another_key(desk: Desk, folder: Path, verdicts: Callable[..., dict[str, str]]) -> None:
    """The log's key is changed afterwards: who has the new one alone needs LOG/keys, who has the old one nothing."""
    new, app = SigningKey(LOG_KEY.name, b"m" * 32), desk.world.app
    hold(app, new, LOG_KEY)
    assert app.test_cli_runner().invoke(args=["log", "rotate"]).exit_code == 0
    log_jobs.sequence()
    keys = folder / "keys"
    keys.write_text(app.test_client().get("/log/keys").text)
    hold(app, LOG_KEY)
    words = ("--log-key", str(new.verifier))
    assert verdicts(*words)["expected-log"] == "does not hold"
    assert verdicts(*words, "--keys", str(keys))["expected-log"] == "holds"
    assert verdicts("--log-key", str(LOG_KEY.verifier), "--keys", str(keys))["expected-log"] == "holds"


def forgeries(told: list[dict[str, Any]]) -> Iterator[tuple[list[dict[str, Any]], str]]:
    """What a liar would say of these two, and what is answered."""
    newest, oldest = told
    other = "0" * 64
    yield [newest | {"root": other}, oldest], "not the root that is named"
    yield [newest | {"size": newest["size"] + 1}, oldest], "another root or size"
    yield [newest | {"checkpoint": oldest["checkpoint"]}, oldest], "another root or size"
    yield [newest | {"blockHash": other}, oldest], "not the one that is named"
    yield [newest | {"txid": other}, oldest], "not the one that is named"
    yield [newest | {"vout": newest["lineVout"]}, oldest], "not the one numbered"
    yield [newest | {"previous": {"txid": other, "vout": 0}}, oldest], "does not spend the coin"
    yield [newest | {"previous": None}, oldest], "begins anew"
    yield [newest | {"blockHeight": newest["blockHeight"] + 1}, oldest], "two heights"
    yield [newest, oldest | {"lineVout": oldest["vout"]}], "none of the transaction's"
    yield [at_height(newest, oldest["blockHeight"]), oldest], "do not follow their blocks"
    yield [newest, at_height(oldest, newest["blockHeight"] + 1)], "do not follow their blocks"
    yield [newest | {"network": "main"}, oldest], "none of the network"
    raw, header = newest["proof"]["rawTransaction"], newest["proof"]["header"]
    changed = raw.replace("6a20" + newest["root"], "6a20" + other)
    otherwise = newest["proof"] | {"rawTransaction": changed}
    yield [newest | {"root": other, "proof": otherwise}, oldest], "the transaction is"
    worthless = header[:144] + "ffff001d" + header[152:]  # says that it was hard to find
    yield [newest | {"proof": newest["proof"] | {"header": worthless}}, oldest], "the header does not carry"
    yield [newest | {"proof": newest["proof"] | {"branch": [other]}}, oldest], "does not lead"
    yield [newest, oldest | {"proof": newest["proof"]}], "not the one that is named"


def at_height(told: dict[str, Any], height: int) -> dict[str, Any]:
    """It says this height of its block, wherever it says one."""
    return told | {"blockHeight": height, "proof": told["proof"] | {"blockHeight": height}}


def verify(folder: Path, told: list[dict[str, Any]], *options: str) -> scripts.Done:
    """`verify_anchor.py`, as it is published."""
    files = [folder / f"anchor-{place}.json" for place in range(len(told))]
    for file, one in zip(files, told, strict=True):
        file.write_text(json.dumps(one))
    return scripts.run("verify_anchor.py", *map(str, files), *options)


def test_a_receipt_has_the_block_that_holds_a_root_over_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = desk.won(payout_address=OTHERS)[1]
    say()
    (bought,) = tickets.slips_page(number)
    assert receipt_record(bought).log.anchor is None
    send(desk, desk.generate(number))
    desk.world.mine()
    db.session.rollback()
    monkeypatch.setattr(asked, "_known", {})
    monkeypatch.setattr(asked.node, "client", _away)
    waiting = receipt_record(tickets.order_of(str(bought.order.id))).log
    assert (waiting.anchor.proof, waiting.anchor.root) == (None, all_anchors()[0].root.hex())
    monkeypatch.undo()
    monkeypatch.setattr(asked, "_known", {})
    receipt = receipt_record(tickets.order_of(str(bought.order.id))).model_dump(mode="json", by_alias=True)
    assert receipt["log"]["anchor"]["proof"]["blockHeight"] == all_anchors()[0].block_height
    monkeypatch.setattr(asked.node, "client", _away)  # it was asked once, and need not be asked again
    assert receipt_record(tickets.order_of(str(bought.order.id))).model_dump(mode="json", by_alias=True) == receipt
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt))
    done = scripts.run("verify_receipt.py", str(file), "--log-key", str(LOG_KEY.verifier), "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["failing"]) == (0, []), told
    block = receipt["log"]["anchor"]["proof"]["blockHash"]
    assert any(block in "".join(one["details"]) for one in told["claims"] if one["claim"] == "anchor 1")


def _away() -> None:
    raise Unavailable("node_away")


def test_the_line_outlives_what_is_given_up_and_what_is_reorganised(desk: Desk) -> None:
    say("one")
    first = send(desk, draft_anchor())
    desk.world.mine()
    say("two")
    given_up = draft_anchor()
    desk.upload(given_up)
    copy = desk.payout(given_up).signed_tx
    assert copy is not None
    desk.cancel(given_up)
    say("three")
    second = draft_anchor()
    assert spends_line_of(desk, second, first)
    desk.world.node.call("sendrawtransaction", copy.hex())  # somebody kept it and sends it
    desk.world.mine()
    assert desk.state(second) == "cancelled"  # its line is gone another way
    assert [one.txid for one in all_anchors()] == [desk.payout(given_up).txid, desk.payout(first).txid]
    third = send(desk, draft_anchor())
    assert spends_line_of(desk, third, given_up)
    desk.world.mine()
    line = [(one.txid, one.previous_txid) for one in all_anchors()]
    assert len(line) == 3

    node, tip = desk.world.node, desk.world.tip
    node.call("invalidateblock", node.call("getblockhash", tip))
    for _ in range(2):
        node.call("generateblock", desk.world.miner, [])
    desk.world.scan()
    assert [(one.txid, one.previous_txid) for one in all_anchors()] == line[1:]
    say("four")
    with pytest.raises(DomainError, match="log_anchor_waiting"):
        draft_anchor()
    desk.bury()
    assert [(one.txid, one.previous_txid) for one in all_anchors()] == line
    assert desk.world.breaches() == []


def test_a_line_that_began_twice_becomes_one(desk: Desk) -> None:
    """Two that begin it: one was given up, and a copy of it mined all the same."""
    say("one")
    given_up = draft_anchor()
    desk.upload(given_up)
    copy = desk.payout(given_up).signed_tx
    assert copy is not None
    desk.cancel(given_up)
    site = desk.world.site()
    for player in ("ada", "bob", "cleo"):
        desk.world.send(desk.world.order(site, player).address, 20_000)
    desk.world.mine(4)
    say("two")
    with transaction():
        other = generation.sweep(1_000, OPERATOR)[0].id
    assert desk.payout(other).log_size is not None
    send(desk, other)
    desk.world.node.call("sendrawtransaction", copy.hex())
    desk.world.mine()
    assert [one.previous_txid for one in all_anchors()] == [None, None]
    say("three")
    joining = send(desk, draft_anchor())
    assert spends_line_of(desk, joining, given_up)
    assert spends_line_of(desk, joining, other)
    desk.bury()
    assert len(all_anchors()) == 3
    assert desk.world.breaches() == []


def test_a_payout_is_never_hindered_by_its_root(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another anchor is on its way, where the fee would become dear, or without the setting: no root."""
    number = desk.win()
    say("one")
    waiting = draft_anchor()
    payout_id = desk.generate(number)
    assert desk.payout(payout_id).log_size is None
    assert of(payout_id, "root") == of(payout_id, "line") == []
    desk.cancel(waiting)
    desk.cancel(payout_id)
    payout_id = desk.generate(number)
    assert desk.payout(payout_id).log_size is not None
    desk.cancel(payout_id)
    monkeypatch.setattr(rules, "LINE_SATS", 1_000_000_000)  # no change reaches so far
    payout_id = desk.generate(number)
    assert desk.payout(payout_id).log_size is None
    assert desk.world.breaches() == []


def test_signed_forgeries_are_refused_by_name(desk: Desk) -> None:
    say()
    payout_id = draft_anchor()
    meant = psbt.decode(desk.payout(payout_id).psbt)
    root, line, change = meant.outputs
    other = psbt.TxOut(0, rules.root_script(bytes(32)))
    elsewhere = psbt.TxOut(rules.LINE_SATS, b"\x51\x20" + bytes(32))
    forgeries = {
        "another root": ((other, line, change), {"psbt_output_missing", "psbt_output_added"}),
        "a second root": ((root, line, change, other), {"psbt_output_added"}),
        "without it": ((line, change), {"psbt_output_missing"}),
        "sats burnt in it": ((replace(root, sats=1_000), line, change), {"psbt_amount_differs"}),
        "its line elsewhere": ((root, elsewhere, change), {"psbt_output_missing", "psbt_output_added"}),
        "in another order": ((line, root, change), {"psbt_order_differs"}),
    }
    for outputs, expected in forgeries.values():
        forged = _with_keys_of(desk.payout(payout_id).psbt, replace(meant, outputs=outputs))
        assert set(desk.offer(payout_id, by_libsecp(forged))) == expected
    assert desk.state(payout_id) == "draft"
    assert desk.offer(payout_id, by_libsecp(desk.payout(payout_id).psbt)) == []


def _with_keys_of(unsigned: str, forged: psbt.Transaction) -> str:
    """A forger's PSBT: our coins with all that a signer needs, and outputs of his own."""
    from btclib_wallet.psbt import Psbt

    fields = Psbt.b64decode(unsigned).inputs
    inputs = []
    for put, known in zip(forged.inputs, fields, strict=True):
        ((key, origin),) = known.taproot_hd_key_paths.items()
        source = psbt.KeySource(bytes(key), bytes(origin[1].master_fingerprint), tuple(origin[1].der_path))
        inputs.append(replace(put, key=source, merkle_root=bytes(known.taproot_merkle_root)))
    return psbt.encode(replace(forged, inputs=tuple(inputs)))


def test_days_without_an_anchor_are_an_alarm(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_alarmed() -> bool:
        watch.look()
        db.session.rollback()
        return "log_anchor_late" in {alarm.code for alarm in audit.open_alarms()}

    say()
    assert not is_alarmed()
    monkeypatch.setattr(anchors, "EACH", timedelta(0))  # a day is over
    assert is_alarmed()
    send(desk, draft_anchor())
    desk.world.mine()
    monkeypatch.setattr(anchors, "EACH", timedelta(days=1))
    assert not is_alarmed()


def test_the_audit_sees_what_was_written_over_anchors(desk: Desk) -> None:
    say("one")
    send(desk, draft_anchor())
    desk.world.mine()
    say("two")
    send(desk, draft_anchor())
    desk.world.mine()
    assert desk.world.breaches() == []
    for change, expected in {
        "root = sha256(root)": {"log.anchored what was signed", "payouts.a root in a block is an anchor"},
        "previous_txid = sha256(txid)": {"log.anchors are one line"},
        "orphaned_at = now()": {"payouts.a root in a block is an anchor"},
    }.items():
        db.session.rollback()
        db.session.execute(text(f"UPDATE log_anchors SET {change}"))
        found = {breach.check for check in CHECKS.get() for breach in check()}
        db.session.rollback()
        assert found == expected


def test_the_demos_operator_anchors_now_and_then(desk: Desk, tmp_path: Path) -> None:
    say()
    operator = Operator(desk.world.app, key_file(tmp_path))
    operator.anchor()
    (payout,) = queries.payouts_page()
    assert (payout.kind, payout.state) == ("log", "broadcast")
    operator.anchor()  # it waits for its block
    desk.world.mine()
    say("more")
    operator.anchor()  # the last one is young
    assert len(queries.payouts_page()) == len(all_anchors()) == 1
    Operator(desk.world.app, tmp_path / "no key").anchor()


def test_flask_log_anchor_drafts_once_a_day(desk: Desk, tmp_path: Path) -> None:
    root = say()
    runner: FlaskCliRunner = desk.world.app.test_cli_runner()
    out = tmp_path / "anchor.psbt"
    made = runner.invoke(args=["log", "anchor", "--operator", "olga", "--out", str(out)])
    assert made.exit_code == 0, made.output
    assert rules.root_script(root) in [put.script for put in psbt.decode(out.read_text()).outputs]
    (payout,) = [row for row in queries.payouts_page() if row.kind == "log"]
    send(desk, payout.id)
    say("more")
    again = runner.invoke(args=["log", "anchor", "--operator", "olga"])
    assert (again.exit_code, again.output.split()[0]) == (1, "log_anchor_waiting")
    desk.world.mine()
    again = runner.invoke(args=["log", "anchor", "--operator", "olga"])
    assert (again.exit_code, desk.txid(payout.id) in again.output) == (0, True)
    assert len([row for row in queries.payouts_page() if row.kind == "log"]) == 1
    say("and more")
    again = runner.invoke(args=["log", "anchor", "--operator", "olga", "--now", "--json"])
    assert again.exit_code == 0
    assert len([row for row in queries.payouts_page() if row.kind == "log"]) == 2
