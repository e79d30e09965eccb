"""verify_round.py on rounds of Luckotto: two settled ones hold; whatever is changed is named, and nothing else is."""

from __future__ import annotations

import ast
import copy
import json
import runpy
import subprocess
import sys
from argparse import Namespace
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import text

from app.core.database.session import transaction
from app.selling.windows import jobs
from app.selling.windows.proof import bundle as app_bundle
from dev.node.process import NodeProcess
from tests.factories import promised
from tests.factories.lotteries import SEVEN, Doubter
from tests.factories.played import following_app
from tests.forgeries.values import setter
from tests.games.luckotto.conftest import Lottery

BIN = Path(__file__).parents[2] / "utilities" / "bin"
SCRIPT = runpy.run_path(str(BIN / "verify_round.py"), run_name="verifier")
SCRIPT["verify"].__globals__["multiples_of_g"] = cache(SCRIPT["multiples_of_g"])  # the same for every bundle


@pytest.fixture(scope="module")
def doubter(app_settings, fresh_database, node: NodeProcess, tmp_path_factory):
    with following_app(app_settings, fresh_database(), node.rpc_url, tmp_path_factory.mktemp("luckotto")) as app:
        yield Doubter(Lottery(app, node).begin())


@pytest.fixture(scope="module")
def bundles(doubter):
    return {name: doubter.lottery.get(f"/rounds/{getattr(doubter, name)}/bundle") for name in ("won", "crowded")}


EXPECTATIONS = ("expected-promise", "expected-seal", "expected-closing")


def claims(bundle, *, skip_draw=False):
    bundle = json.loads(json.dumps(bundle))
    SCRIPT["check_bundle"](bundle)
    return {claim["claim"]: claim["verdict"] for claim in SCRIPT["verify"](bundle, Namespace(skip_draw=skip_draw))}


def run(*arguments, stdin=""):
    command = [sys.executable, "-I", "-S", "-W", "error", str(BIN / "verify_round.py"), *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120, check=False)


def test_every_claim_about_settled_rounds_holds(bundles):
    statuses = {payment["status"] for payment in bundles["won"]["payments"]}
    assert statuses == {"credited", "unallocated", "underfunded", "below_minimum", "late"}
    assert len(bundles["crowded"]["tickets"]) == 3
    for bundle in bundles.values():
        done = run("-", "--json", stdin=json.dumps(bundle))
        assert done.returncode in (0, 3), done.stdout + done.stderr  # a payout may be due
        told = json.loads(done.stdout)
        assert (told["game"], len(told["claims"]), told["failing"]) == ("luckotto", 27, [])
        won = bundle["win"]
        owed = won and [won["jackpotSats"], won["payoutAddress"], won["identifier"], won["playerUname"]]
        assert told["drawn"] == bundle["draw"]["winningNumbers"]
        assert (told["owed"] and list(told["owed"].values())[:4]) == owed
        verdicts = {claim["claim"]: claim["verdict"] for claim in told["claims"]}
        assert verdicts.pop("payout") in ("holds", "not yet")
        assert {verdicts.pop(name) for name in EXPECTATIONS} == {"not told"}
        assert verdicts.pop("promise") == ("holds" if bundle["round"].get("roundTerms") else "not told")
        assert set(verdicts.values()) == {"holds"}
        assert claims(bundle, skip_draw=True)["draw"] == "skipped"


def _swap_numbers(bundle):
    first, second = bundle["tickets"][:2]
    first["allocatedNumbers"], second["allocatedNumbers"] = second["allocatedNumbers"], first["allocatedNumbers"]


def _leave_out_a_block_of_payments(bundle):
    """The payment that funded the first ticket, its transaction with it: the next ones would have been free."""
    payment = bundle["payments"].pop(0)
    bundle["transactions"] = [one for one in bundle["transactions"] if one["txid"] != payment["txid"]]


# With another pool, or other tickets given, somebody may have won ("winner?"), as chance has it.
CROWDED = {
    "exchanged numbers": ("allocation", _swap_numbers),
    "the same numbers twice": (
        "allocation apart",
        lambda b: b["tickets"][1].update(allocatedNumbers=b["tickets"][0]["allocatedNumbers"]),
    ),
    "numbers that nobody asked to move": (
        "allocation",
        lambda b: b["tickets"][0].update(allocatedNumbers=[2, 4, 6, 8, 10, 11, 12]),
    ),
    "a funding hidden": ("allocation seal earnings winner? win?", _leave_out_a_block_of_payments),
    "pool": ("jackpot terms allocation seal draw promise? winner? win?", setter("round", "poolSize", value=13)),
}


@pytest.mark.parametrize("what", CROWDED)
def test_in_a_crowded_round_a_changed_value_is_named_and_nothing_else(bundles, what):
    expected, change = CROWDED[what]
    bundle = copy.deepcopy(bundles["crowded"])
    change(bundle)
    failing = {claim for claim, verdict in claims(bundle).items() if verdict == "does not hold"}
    must = {claim for claim in expected.split() if not claim.endswith("?")} | promised.broken(bundle)
    assert must <= failing <= must | {claim.rstrip("?") for claim in expected.split()}


def test_a_bundle_in_parts_is_checked_as_one(doubter, tmp_path, monkeypatch):
    monkeypatch.setattr(app_bundle, "MAX_BLOCKS", 1)
    names, begin = [], 0
    while begin is not None:
        part = doubter.lottery.get(f"/rounds/{doubter.won}/bundle", **({"from": begin} if begin else {}))
        names.append(str(tmp_path / f"{begin}.json"))
        Path(names[-1]).write_text(json.dumps(part))
        begin = part["next"]
    assert len(names) == 4
    done = run(*reversed(names))
    assert done.returncode == 3, done.stdout + done.stderr  # the jackpot is owed
    assert run(*names[1:]).returncode == run(*names[:-1]).returncode == 2


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("game",), "swertres"),
        (("game",), None),
        (("tickets",), None),
        (("round", "poolSize"), 8),
        (("round", "poolSize"), True),
        (("orders", 0, "requestedNumbers"), [1, 2, 3, 4, 5, 5]),
        (("tickets", 0, "allocatedNumbers"), [6, 5, 4, 3, 2, 1]),
        (("draw", "winningNumbers"), "123456"),
        (("draw", "drawnNumbers"), [1.5]),
        (("round", "hashWork"), -1),
    ],
)
def test_unusable_input(bundles, path, value):
    bundle = copy.deepcopy(bundles["won"])
    setter(*path, value=value)(bundle)
    with pytest.raises(SCRIPT["BadInput"]):
        claims(bundle)


def test_of_open_and_void_rounds_everything_that_can_be_told_holds(doubter):
    lottery = doubter.lottery
    paid, part = (lottery.buy(doubter.site, SEVEN, player) for player in ("ada", "bob"))
    lottery.pay(paid)
    lottery.pay(part, 5000)
    lottery.mine()
    number = paid["roundNumber"]

    def told():
        verdicts = claims(lottery.get(f"/rounds/{number}/bundle"))
        return {claim for claim, verdict in verdicts.items() if verdict == "not yet"}, set(verdicts.values())

    later = {"seal", "seal-time", "closing", "draw", "winner", "win", "earnings", "payout"}
    assert told() == (later, {"holds", "not yet", "not told"})
    lottery.mine_to(lottery.lottery_round(number).closing_height)
    jobs.seal()
    assert lottery.lottery_round(number).status == "void"
    assert told() == (later, {"holds", "not yet", "not told"})
    why = lottery.get(f"/rounds/{number}/bundle")["round"]["voidReason"]
    assert why == "not sealed before its closing block"


def _change(statement):
    with transaction() as session:
        for part in ("SET LOCAL session_replication_role = replica", statement):  # past the triggers that guard tickets
            session.execute(text(part))


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        (
            "luckotto_payments",
            "UPDATE luckotto_payments SET status = 'unallocated' WHERE status = 'underfunded'",
            "expected underfunded with 0 sats credited",
        ),
        (
            "luckotto_tickets",
            "UPDATE luckotto_tickets SET numbers = 254 WHERE numbers = 127",
            "expected ticket 0 with 1, 2, 3, 4, 5, 6, 7, stored",
        ),
    ],
)
def test_a_round_done_again_by_the_operator_gives_the_same_numbers(doubter, tmp_path, table, change, said):
    flask = doubter.lottery.app.test_cli_runner()

    def replay():
        results = [
            flask.invoke(args=["rounds", "replay", str(number), "--game", "luckotto"])
            for number in (doubter.won, doubter.crowded)
        ]
        return max(done.exit_code for done in results), "".join(done.output for done in results)

    assert replay()[0] == 0
    _change(f"CREATE TABLE kept AS SELECT * FROM {table}")
    try:
        _change(change)
        status, output = replay()
        assert (status, said in output) == (1, True), output
    finally:
        _change(f"DELETE FROM {table}")
        _change(f"INSERT INTO {table} SELECT * FROM kept")
        _change("DROP TABLE kept")
    assert replay()[0] == 0


def test_the_operators_export_is_what_the_route_gives(doubter, tmp_path):
    flask = doubter.lottery.app.test_cli_runner()
    file = tmp_path / "round.json"
    args = ["rounds", "export", str(doubter.won), "--game", "luckotto", "--output", str(file)]
    assert flask.invoke(args=args).exit_code == 0
    assert json.loads(file.read_text()) == doubter.lottery.get(f"/rounds/{doubter.won}/bundle")


def _functions(name):
    tree = ast.parse((BIN / name).read_text())
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("script", ["luckotto_allocate.py", "luckotto_draw.py"])
def test_what_two_scripts_do_is_the_same_in_both(script):
    """A doubter carries one file: the search and the draw stand in two, word for word."""
    ours, theirs = _functions("verify_round.py"), _functions(script)
    common = (ours.keys() & theirs.keys()) - {"main"}
    assert common >= ({"search", "ranks", "walk", "named"} if "allocate" in script else {"six_numbers"})
    for name in common:
        assert ast.unparse(ours[name]).replace("math.comb", "choose") == ast.unparse(theirs[name]), name
