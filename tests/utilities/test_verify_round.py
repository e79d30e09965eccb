"""verify_round.py as a stranger runs it: a settled round holds; whatever is changed is named, and nothing else is."""

from __future__ import annotations

import ast
import copy
import json
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.selling.windows import jobs
from app.selling.windows.proof import bundle as app_bundle
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
    won, said = bundle["win"], text.stdout.decode()
    drawn = str(won["winningTicket"]).zfill(bundle["round"]["ticketDigits"])
    assert (told["drawn"], told["owed"]["orderId"]) == (drawn, won["identifier"])
    owed = f"owed: {won['jackpotSats']:,} sats to {won['payoutAddress']} (order {won['identifier']}, player "
    assert f"\ndrawn: {drawn}\n{owed}" in said
    lie = copy.deepcopy(bundle)
    lie["win"]["payoutAddress"] = "bcrt1qevil"
    assert b"to bcrt1qevil " in (found := run("-", stdin=json.dumps(lie).encode()).stdout)
    assert b" (so says the file, in which something does not hold)\nRound " in found
    lie["win"] = None
    lie["orders"] = [one for one in lie["orders"] if one["identifier"] != won["identifier"]]
    found = run("-", stdin=json.dumps(lie).encode()).stdout
    assert b"owed: nothing, for nobody held it (so says the file, in which something does not hold)" in found, (
        "left out"
    )


def test_the_draw_may_be_left_out(run, bundle):
    done = run("-", "--skip-draw", "--json", stdin=json.dumps(bundle).encode())
    assert done.returncode == 3
    told = json.loads(done.stdout)
    assert any(line.startswith("draw: the hashing was left out") for line in told["unfinished"])
    others = {**not_promised(bundle), **UNEXPECTED, "payout": "not yet", "draw": "skipped"}
    assert verdicts_but(told, "holds") == others


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
    assert any("its own sales are yet to begin" in line for line in json.loads(done.stdout)["unfinished"])
    later = {claim["claim"] for claim in json.loads(done.stdout)["claims"] if claim["verdict"] == "not yet"}
    assert later == {"seal", "seal-time", "closing", "draw", "winner", "win", "earnings", "payout"}


def _without(name):
    return lambda text: json.dumps({key: value for key, value in json.loads(text).items() if key != name})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: "[]",
        lambda text: "null",
        lambda text: text[:-1],
        lambda text: "[" * 100_000,
        *(
            lambda text, value=value: text.replace('"ticketDigits": 3', f'"ticketDigits": {value}')
            for value in ("3.0", "true", "-3", "NaN", "1e400", "null", '"3"', '3, "ticketDigits": 3')
        ),
        lambda text: re.sub('"bundleVersion": [12]', '"bundleVersion": 3', text),
        lambda text: text.replace('"regtest"', '"litecoin"', 1),
        lambda text: text.replace('"next": null', '"next": 9'),
        lambda text: text.replace('"partFrom": 0', '"partFrom": 9'),
        _without("round"),
        _without("payments"),
    ],
)
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
    allowed = {
        "__future__",
        "argparse",
        "base64",
        "collections.abc",
        "hashlib",
        "json",
        "math",
        "multiprocessing",
        "os",
        "random",
        "re",
        "struct",
        "sys",
        "typing",
    }
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
        "sendmany",
        "",
        {first["depositAddress"]: 0.000056, early["depositAddress"]: 0.00003, following["depositAddress"]: 0.00009},
    )
    played.world.mine()
    played.world.mine_to(played.world.round(number).closing_height)
    jobs.seal()
    assert played.world.round(number).status == "void"
    for asked, later in ((number, 8), (number + 1, 8)):  # the second is open, and was paid before it opened
        done = run("-", "--json", stdin=played.client.get(f"/api/rounds/{asked}/bundle").data)
        assert done.returncode == 3, done.stdout + done.stderr
        told = json.loads(done.stdout)
        assert (told["failing"], told["drawn"], told["owed"]) == ([], None, None)
        verdicts = {claim["claim"]: claim["verdict"] for claim in json.loads(done.stdout)["claims"]}
        assert list(verdicts.values()).count("not yet") == later
        assert verdicts["void"] == "holds"  # by its own evidence it had no seal in time


@pytest.mark.parametrize(("is_anchored", "lines"), [(False, 2), (True, 0), (None, 0)])
def test_that_no_block_holds_a_root_yet_is_said(is_anchored, lines, capsys):
    runpy.run_path(str(SCRIPT))["print_claims"]([], {"isAnchored": is_anchored, "notTold": []})
    said = capsys.readouterr().out
    assert len(said.splitlines()) == lines
    assert said.startswith("not told       anchor ") or not lines
