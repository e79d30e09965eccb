"""verify_round.py as a stranger runs it: a settled round holds; whatever is changed is named, and nothing else is."""

from __future__ import annotations

import ast
import copy
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.windows import bundle as app_bundle
from app.windows import jobs
from tests.factories import promised
from tests.factories.played import ask, played_round

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "utilities" / "bin" / "verify_round.py"


@pytest.fixture(scope="module")
def played(app_settings, fresh_database, node, tmp_path_factory):
    with played_round(app_settings, fresh_database, node, tmp_path_factory.mktemp("played")) as played:
        yield played


@pytest.fixture(scope="module")
def genuine(played):
    answer = played.client.get(f"/api/rounds/{played.number}/bundle")
    assert answer.status_code == 200
    return json.loads(answer.text)


@pytest.fixture
def bundle(genuine):
    return copy.deepcopy(genuine)


@pytest.fixture
def run(tmp_path):
    """Run a copy of the script elsewhere, isolated from the project and from every installed package."""
    copied = shutil.copy(SCRIPT, tmp_path)

    def run(*arguments, stdin=b""):
        command = [sys.executable, "-I", "-S", "-W", "error", copied, *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, cwd=tmp_path, timeout=120)

    return run


UNEXPECTED = dict.fromkeys(("expected-promise", "expected-seal", "expected-closing"), "not told")


def not_promised(bundle) -> dict[str, str]:
    """A round of version 1 promised nothing."""
    return {} if bundle["round"].get("roundTerms") else {"promise": "not told"}


def verdicts_but(told, verdict) -> dict[str, str]:
    return {claim["claim"]: claim["verdict"] for claim in told["claims"] if claim["verdict"] != verdict}


def failing(done) -> set[str]:
    return {claim["claim"] for claim in json.loads(done.stdout)["claims"] if claim["verdict"] == "does not hold"}


def test_every_claim_about_a_settled_round_holds(run, bundle, tmp_path):
    assert {payment["status"] for payment in bundle["payments"]} == {"credited", "below_minimum", "sold_out", "late"}
    (tmp_path / "bundle.json").write_text(json.dumps(bundle))
    done = run("bundle.json", "--json")
    assert done.returncode == 3, done.stdout + done.stderr  # the jackpot is owed
    told = json.loads(done.stdout)
    assert told["failing"] == []
    assert [line for line in told["unfinished"] if line.startswith("payout: ")]
    assert verdicts_but(told, "holds") == {**not_promised(bundle), **UNEXPECTED, "payout": "not yet"}
    assert len(told["claims"]) == 26
    text = run("-", stdin=json.dumps(bundle).encode())
    assert text.returncode == 3
    assert text.stderr == b""
    assert (b"\n" + text.stdout).count(b"\nholds ") == 26 - len(verdicts_but(told, "holds"))
    closing = "{}@{}".format(bundle["draw"]["closingBlockHash"], bundle["round"]["closingHeight"])
    assert told["closing"] == closing
    assert closing.encode() in text.stdout


def test_the_draw_may_be_left_out(run, bundle):
    done = run("-", "--skip-draw", "--json", stdin=json.dumps(bundle).encode())
    assert done.returncode == 3
    told = json.loads(done.stdout)
    assert any(line.startswith("draw: the hashing was left out") for line in told["unfinished"])
    others = {**not_promised(bundle), **UNEXPECTED, "payout": "not yet", "draw": "skipped"}
    assert verdicts_but(told, "holds") == others


def other_hex(text: str) -> str:
    return ("0" if text[-1] != "0" else "1").join((text[:-1], ""))


def _payment(bundle, status):
    return next(payment for payment in bundle["payments"] if payment["status"] == status)


def _winners_slip(bundle):
    return next(slip for slip in bundle["slips"] if slip["status"] == "won")


def _change_empty_block(bundle):
    used = {proof["header"] for proof in [*bundle["transactions"], bundle["heightProof"]]}
    closing = bundle["round"]["closingHeight"] - bundle["headers"]["firstHeight"]
    headers = bundle["headers"]["headers"]
    place = next(place for place, header in enumerate(headers) if header not in used and 0 < place != closing)
    headers[place] = other_hex(headers[place])


def _cut_a_payment(bundle):
    bundle["payments"] = bundle["payments"][1:]


def _other_order(bundle):
    payment, order = bundle["payments"][0], bundle["orders"][-1]["identifier"]
    payment["identifier"] = order if order != payment["identifier"] else bundle["orders"][0]["identifier"]


def setter(*path, value):
    def change(bundle):
        target = bundle
        for step in path[:-1]:
            target = target[step]
        before = target[path[-1]]
        target[path[-1]] = value(before) if callable(value) else value
        assert target[path[-1]] != before

    return change


def less(number):
    return number - 1


TAMPERED = {
    "sales end in the round's record": ("terms", setter("round", "salesEndHeight", value=less)),
    "base price in the round's record": ("jackpot terms", setter("round", "baseTicketPriceSats", value=less)),
    "house fee": ("jackpot", setter("round", "houseFeePercent", value=1)),
    "supply": ("jackpot", setter("round", "ticketSupply", value=less)),
    "opening after the end of sales": (
        "schedule", lambda b: b["round"].update(opensAtHeight=b["round"]["salesEndHeight"])
    ),
    "header": ("headers", _change_empty_block),
    "first height": ("heights", setter("headers", "firstHeight", value=less)),
    "Merkle branch": ("transactions", setter("transactions", 0, "branch", 0, value=other_hex)),
    "transaction id": ("transactions", setter("transactions", 0, "txid", value=other_hex)),
    "position in the block": ("transactions", setter("transactions", 0, "index", value=lambda n: n + 64)),
    "height of a transaction": ("transactions", setter("transactions", 0, "blockHeight", value=less)),
    "locktime of a transaction": (
        "outputs seal transactions", setter("transactions", 0, "rawTransaction", value=other_hex)
    ),
    "deposit address": ("addresses", setter("orders", 0, "depositAddress", value=lambda a: a[:-1] + "q")),
    "commitment": ("addresses", setter("orders", 0, "commitment", value=other_hex)),
    "partner of an order": ("terms", setter("orders", 0, "partnerName", value="somebody-else")),
    "player of an order": ("terms", setter("orders", 0, "playerPublicIdentifier", value="somebody else")),
    "key of an order": ("terms", setter("orders", 0, "internalKey", value=other_hex)),
    "key of the round": ("terms", setter("round", "internalKey", value=other_hex)),
    "least payment": ("prices", setter("round", "minPaymentFloorSats", value=less)),
    "a payment's order": ("outputs", _other_order),
    "a payment left out": ("outputs", _cut_a_payment),
    "amount": ("amounts", setter("payments", 0, "amountSats", value=less)),
    "height of a payment": ("windows", setter("payments", 0, "blockHeight", value=less)),
    "late money called credited": ("windows", lambda b: _payment(b, "late").update(status="credited")),
    "timely money called late": ("windows", lambda b: _payment(b, "below_minimum").update(status="late")),
    "small money called sold out": ("tickets", lambda b: _payment(b, "below_minimum").update(status="sold_out")),
    "credited sats": ("tickets", setter("payments", 0, "creditedSats", value=less)),
    "refundable sats": ("tickets", setter("payments", -1, "refundableSats", value=less)),
    "first ticket of a payment": ("tickets", lambda b: _payment(b, "credited").update(firstTicket=7)),
    "range": ("ranges", lambda b: _winners_slip(b)["ranges"][0].__setitem__(0, 1)),
    "paid sats of a slip": ("ranges", setter("slips", 0, "paidSats", value=less)),
    "ticket count of a slip": ("ranges", setter("slips", 0, "ticketCount", value=less)),
    "sold tickets": ("ranges", setter("round", "soldTickets", value=less)),
    "seal's root": ("seal", setter("seal", "root", value=other_hex)),
    "seal's leaf": ("seal", setter("seal", "leaves", 0, value=lambda leaf: leaf.replace('"vout":', '"vout":1'))),
    "no seal": ("seal seal-time", setter("seal", value=None)),
    "seal's height": ("seal-time", lambda b: b["seal"].update(sealedAtHeight=b["round"]["closingHeight"])),
    "closing block": ("closing", setter("draw", "closingBlockHash", value=other_hex)),
    "draw's digits": ("draw", setter("draw", "drawDigits", value=lambda d: str((int(d[0]) + 1) % 10) + d[1:])),
    "draw's digest": ("draw", setter("draw", "drawDigests", 0, value=other_hex)),
    "winning ticket": ("draw", setter("draw", "winningTicket", value=lambda n: (n + 1) % 1000)),
    "winner": ("winner", lambda b: b["win"].update(identifier=next(
        slip["identifier"] for slip in b["slips"] if slip["status"] == "lost"))),
    "no winner": ("winner", setter("win", value=None)),
    "state of a slip": ("winner", lambda b: _winners_slip(b).update(status="lost")),
    "payout address": ("win", setter("win", "payoutAddress", value="bcrt1qother")),
    "jackpot of the win": ("win", setter("win", "jackpotSats", value=less)),
    "earnings of a partner": ("earnings", setter("balances", 0, "earnedSats", value=lambda sats: sats + 1)),
    "a partner who earned nothing": (
        "earnings", lambda b: b["balances"].append({"partnerName": "somebody", "earnedSats": 5})
    ),
    "player of the win": ("win", setter("win", "playerPublicIdentifier", value="somebody else")),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_a_changed_value_is_named_and_nothing_else(run, bundle, what):
    claims, change = TAMPERED[what]
    change(bundle)
    done = run("-", "--json", stdin=json.dumps(bundle).encode())
    assert done.returncode == 1, done.stdout + done.stderr
    assert failing(done) == set(claims.split()) | promised.broken(bundle)


def test_a_bundle_in_parts_is_checked_as_one(run, played, tmp_path, monkeypatch):
    monkeypatch.setattr(app_bundle, "MAX_BLOCKS", 2)
    names, begin = [], 0
    while begin is not None:
        part = played.client.get(f"/api/rounds/{played.number}/bundle", query_string={"from": begin} if begin else {})
        names.append(f"{begin}.json")
        (tmp_path / names[-1]).write_text(part.text)
        begin = part.json["next"]
    assert len(names) == 3
    assert run(*reversed(names)).returncode == 3  # the jackpot is owed
    for missing in names:
        done = run(*(name for name in names if name != missing))
        assert done.returncode == 2, missing
        assert b"Traceback" not in done.stderr


def test_of_an_open_round_everything_that_can_be_told_holds(run, played):
    made = ask(played.client, played.receipts["ada"]["order"]["partnerName"], "ada")
    played.world.send(made["order"]["depositAddress"], 3_300)
    played.world.mine()
    answer = played.client.get(f"/api/rounds/{made['order']['roundNumber']}/bundle")
    done = run("-", "--json", stdin=answer.data)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "its sales are yet to begin" in json.loads(done.stdout)["unfinished"]
    later = {claim["claim"] for claim in json.loads(done.stdout)["claims"] if claim["verdict"] == "not yet"}
    assert later == {"seal", "seal-time", "closing", "draw", "winner", "win", "earnings", "payout"}


def _without(name):
    return lambda text: json.dumps({key: value for key, value in json.loads(text).items() if key != name})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "", lambda text: "[]", lambda text: "null", lambda text: text[:-1], lambda text: "[" * 100_000,
        *(
            lambda text, value=value: text.replace('"ticketDigits": 3', f'"ticketDigits": {value}')
            for value in ("3.0", "true", "-3", "NaN", "1e400", "null", '"3"', '3, "ticketDigits": 3')
        ),
        lambda text: re.sub('"bundleVersion": [12]', '"bundleVersion": 3', text),
        lambda text: text.replace('"regtest"', '"litecoin"', 1), lambda text: text.replace('"next": null', '"next": 9'),
        lambda text: text.replace('"partFrom": 0', '"partFrom": 9'), _without("round"), _without("payments"),
    ],
)  # fmt: skip
def test_unusable_input(run, bundle, spoil):
    text = spoil(json.dumps(bundle))
    assert text != json.dumps(bundle)
    done = run("-", stdin=text.encode())
    assert done.returncode == 2, done.stdout
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


def test_unusable_arguments(run):
    assert run().returncode == run("missing.json").returncode == run("-", "--unknown").returncode == 2


def test_it_needs_python_3_8_and_the_standard_library_alone():
    tree = ast.parse(SCRIPT.read_text(), feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    allowed = {"__future__", "argparse", "collections.abc", "hashlib", "json", "math", "re", "struct", "sys", "typing"}
    assert imported <= allowed


def test_no_bundle_names_a_private_identifier_or_secret(genuine, played):
    text = json.dumps(genuine)
    assert "never-public" not in text
    assert not any(made["receiptSecret"] in text for made in played.receipts.values())
    assert played.receipts["fay"]["order"]["id"] not in text  # unpaid orders stay private


def test_of_a_void_round_everything_that_can_be_told_holds(run, played):
    partner = played.receipts["ada"]["order"]["partnerName"]
    first, early = (ask(played.client, partner, player)["order"] for player in ("ada", "bob"))
    number = first["roundNumber"]
    following = ask(played.client, partner, "cleo", requestedRoundNumber=number + 1)["order"]
    played.world.node.call(
        "sendmany", "", {first["depositAddress"]: 0.000056, early["depositAddress"]: 0.00003,
                         following["depositAddress"]: 0.00009},
    )  # fmt: skip
    played.world.mine()
    played.world.mine_to(played.world.round(number).closing_height)
    jobs.seal()
    assert played.world.round(number).status == "void"
    for asked, later in ((number, 8), (number + 1, 8)):  # the second is open, and was paid before it opened
        done = run("-", "--json", stdin=played.client.get(f"/api/rounds/{asked}/bundle").data)
        assert done.returncode == 3, done.stdout + done.stderr
        assert json.loads(done.stdout)["failing"] == []
        verdicts = [claim["verdict"] for claim in json.loads(done.stdout)["claims"]]
        assert verdicts.count("not yet") == later
