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
from unittest.mock import patch

import pytest
from sqlalchemy import text

from app.core.db import transaction
from app.luckotto import taken
from app.windows import bundle as app_bundle
from app.windows import jobs
from dev.node.process import NodeProcess
from tests.factories import promised
from tests.factories.played import following_app
from tests.luckotto.conftest import Lottery

BIN = Path(__file__).parents[2] / "utilities" / "bin"
SCRIPT = runpy.run_path(str(BIN / "verify_round.py"), run_name="verifier")
SCRIPT["verify"].__globals__["multiples_of_g"] = cache(SCRIPT["multiples_of_g"])  # the same for every bundle
SEVEN = [1, 2, 3, 4, 5, 6, 7]


class Doubter:
    """Two rounds as the public API tells them, one that somebody had to win and one that was crowded."""

    def __init__(self, lottery: Lottery) -> None:
        self.lottery = lottery
        self.site = lottery.site_id(edge_percent=10)
        self.won = self._won()
        self.crowded = self._crowded()

    def _won(self) -> int:
        """One ticket covers every six; a funded order finds nothing, others pay too little or too late."""
        lottery, cheap = self.lottery, self.lottery.site_id(edge_percent=0)
        whole = lottery.buy(self.site, range(1, 13), "whale")
        none_left = lottery.buy(cheap, SEVEN, "bob")
        too_little, small, late = (lottery.buy(self.site, SEVEN, player) for player in ("cleo", "dan", "eve"))
        lottery.pay(whole, whole["totalSats"] - 9000)
        lottery.pay(none_left, 5000)
        lottery.mine()
        lottery.pay(whole, 12000)
        lottery.mine()
        lottery.pay(none_left)
        lottery.pay(too_little, 5000)
        lottery.pay(small, 1000)
        lottery.mine()
        number: int = whole["roundNumber"]
        lottery.mine_to(lottery.lottery_round(number).sales_end_height - 1)
        lottery.pay(late)
        lottery.mine()
        lottery.draw(number)
        return number

    def _crowded(self) -> int:
        """What collides is found by comparing in the first block, and in the index of combinations in the second."""
        lottery = self.lottery
        orders = [lottery.buy(self.site, SEVEN, player) for player in ("ada", "bob", "cleo")]
        lottery.pay_at_once(orders[:2])
        with patch.object(taken, "_LOOKED_UP", 0):  # as in a round of many thousand tickets
            lottery.pay_at_once(orders[2:])
        lottery.draw(orders[0]["roundNumber"])
        number: int = orders[0]["roundNumber"]
        return number


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
        verdicts = {claim["claim"]: claim["verdict"] for claim in told["claims"]}
        assert verdicts.pop("payout") in ("holds", "not yet")
        assert {verdicts.pop(name) for name in EXPECTATIONS} == {"not told"}
        assert verdicts.pop("promise") == ("holds" if bundle["round"].get("roundTerms") else "not told")
        assert set(verdicts.values()) == {"holds"}
        assert claims(bundle, skip_draw=True)["draw"] == "skipped"


def other_hex(text):
    return ("0" if text[-1] != "0" else "1").join((text[:-1], ""))


def other_letter(address):
    return address[:-1] + ("p" if address[-1] == "q" else "q")


def less(number):
    return number - 1


def setter(*path, value):
    def change(bundle):
        target = bundle
        for step in path[:-1]:
            target = target[step]
        before = target[path[-1]]
        target[path[-1]] = value(before) if callable(value) else value
        assert target[path[-1]] != before

    return change


def _payment(bundle, status):
    return next(payment for payment in bundle["payments"] if payment["status"] == status)


def _order_of(bundle, status):
    name = _payment(bundle, status)["identifier"]
    return next(order for order in bundle["orders"] if order["identifier"] == name)


def _swap_numbers(bundle):
    first, second = bundle["tickets"][:2]
    first["allocatedNumbers"], second["allocatedNumbers"] = second["allocatedNumbers"], first["allocatedNumbers"]


def _leave_out_a_block_of_payments(bundle):
    """The payment that funded the first ticket, its transaction with it: the next ones would have been free."""
    payment = bundle["payments"].pop(0)
    bundle["transactions"] = [one for one in bundle["transactions"] if one["txid"] != payment["txid"]]


WON = {
    "sales end": ("terms", setter("round", "salesEndHeight", value=less)),
    "base price": ("jackpot terms earnings", setter("round", "baseCombinationPriceSats", value=less)),
    "possible combinations": ("jackpot", setter("round", "possibleCombinations", value=less)),
    "jackpot": ("jackpot win", setter("round", "jackpotSats", value=less)),
    "key of the round": ("terms", setter("round", "internalKey", value=other_hex)),
    "least payment": ("prices", setter("round", "minPaymentFloorSats", value=less)),
    "hash work": ("draw win", setter("round", "hashWork", value=less)),
    "opening": ("schedule", lambda b: b["round"].update(opensAtHeight=b["round"]["salesEndHeight"])),
    "closing height": ("schedule terms closing draw win", setter("round", "closingHeight", value=less)),
    "settlement depth": ("schedule seal-time closing", setter("round", "settlementDepth", value=20)),
    "algorithm": ("draw winner", setter("round", "winnerAlgorithm", value="hash-draw-1")),
    "sold tickets": ("allocation", setter("round", "soldTickets", value=2)),
    "sold combinations": ("allocation", setter("round", "soldCombinations", value=less)),
    "first height": ("heights", setter("headers", "firstHeight", value=less)),
    "Merkle branch": ("transactions", setter("transactions", 0, "branch", 0, value=other_hex)),
    "transaction id": ("transactions", setter("transactions", 0, "txid", value=other_hex)),
    "height of a transaction": ("transactions", setter("transactions", 0, "blockHeight", value=less)),
    "deposit address": ("addresses", setter("orders", 0, "depositAddress", value=other_letter)),
    "commitment": ("addresses", setter("orders", 0, "commitment", value=other_hex)),
    "partner of an order": ("terms", setter("orders", 0, "partnerName", value="somebody-else")),
    "name of a player": ("terms", setter("orders", 0, "playerUname", value="Somebody")),
    "identifier of a player": ("terms", setter("orders", 0, "playerIdentifier", value="somebody")),
    "requested numbers": ("terms", setter("orders", 0, "requestedNumbers", value=[1, 2, 3, 4, 5, 12])),
    "key of an order": ("terms", setter("orders", 0, "internalKey", value=other_hex)),
    "base of an order": ("prices", setter("orders", 0, "baseSats", value=less)),
    "fee of an order": ("prices", setter("orders", 0, "feeSats", value=lambda sats: sats + 1)),
    "a payment's order": ("outputs", lambda b: _payment(b, "late").update(identifier=b["orders"][0]["identifier"])),
    "a payment left out": ("outputs", lambda b: b["payments"].pop()),
    "amount": ("amounts", setter("payments", 0, "amountSats", value=less)),
    "output": ("outputs", setter("payments", 0, "vout", value=7)),
    "height of a payment": ("windows", setter("payments", 0, "blockHeight", value=less)),
    "late money called credited": ("windows", lambda b: _payment(b, "late").update(status="credited")),
    "small money called underfunded": ("fates", lambda b: _payment(b, "below_minimum").update(status="underfunded")),
    "unallocated called underfunded": ("fates", lambda b: _payment(b, "unallocated").update(status="underfunded")),
    "underfunded called credited": ("fates", lambda b: _payment(b, "underfunded").update(status="credited")),
    "credited sats": ("fates", setter("payments", 0, "creditedSats", value=less)),
    "refundable sats": ("fates", lambda b: _payment(b, "unallocated").update(refundableSats=1)),
    "numbers of a ticket": ("allocation", setter("tickets", 0, "allocatedNumbers", value=SEVEN)),
    "sequence of a ticket": ("allocation", setter("tickets", 0, "sequence", value=1)),
    "combinations of a ticket": ("allocation", setter("tickets", 0, "combinations", value=less)),
    "a ticket left out": ("allocation", lambda b: b["tickets"].clear()),
    "a ticket for whom none was left": ("allocation apart winner", lambda b: b["tickets"].append(
        {**b["tickets"][0], "identifier": _payment(b, "unallocated")["identifier"], "sequence": 1})),
    "seal's root": ("seal", setter("seal", "root", value=other_hex)),
    "seal's leaf": ("seal", setter("seal", "leaves", 0, value=lambda leaf: leaf.replace("[1,", "[2,"))),
    "seal's height": ("seal-time", lambda b: b["seal"].update(sealedAtHeight=b["round"]["closingHeight"])),
    "no seal": ("seal seal-time", setter("seal", value=None)),
    "closing block": ("closing", setter("draw", "closingBlockHash", value=other_hex)),
    "drawn numbers": ("draw", setter("draw", "drawnNumbers", value=lambda numbers: numbers[1:] + numbers[:1])),
    "winning numbers": ("draw", setter("draw", "winningNumbers", value=lambda numbers: sorted(
        {*numbers[1:], next(n for n in range(1, 13) if n not in numbers)}))),
    "draw's digest": ("draw", setter("draw", "drawDigests", 0, value=other_hex)),
    "no winner": ("winner", setter("win", value=None)),
    "winner": ("winner", lambda b: b["win"].update(identifier=_payment(b, "unallocated")["identifier"])),
    "state of a ticket": ("winner", setter("tickets", 0, "status", value="lost")),
    "payout address": ("win", setter("win", "payoutAddress", value="bcrt1qother")),
    "jackpot of the win": ("win", setter("win", "jackpotSats", value=less)),
    "player of the win": ("win", setter("win", "playerUname", value="Somebody")),
    "numbers of the win": ("win", setter("win", "winningNumbers", value=[1, 2, 3, 4, 5, 6])),
    "earnings": ("earnings", setter("balances", 0, "earnedSats", value=less)),
    "a partner who earned nothing": (
        "earnings", lambda b: b["balances"].append({"partnerName": "somebody", "earnedSats": 5})
    ),
}  # fmt: skip
# With another pool, or other tickets given, somebody may have won ("winner?"), as chance has it.
CROWDED = {
    "exchanged numbers": ("allocation", _swap_numbers),
    "the same numbers twice": ("allocation apart", lambda b: b["tickets"][1].update(
        allocatedNumbers=b["tickets"][0]["allocatedNumbers"])),
    "numbers that nobody asked to move": ("allocation", lambda b: b["tickets"][0].update(
        allocatedNumbers=[2, 4, 6, 8, 10, 11, 12])),
    "a funding hidden": ("allocation seal earnings winner? win?", _leave_out_a_block_of_payments),
    "pool": ("jackpot terms allocation seal draw winner? win?", setter("round", "poolSize", value=13)),
}  # fmt: skip


@pytest.mark.parametrize(("name", "what"), [("won", key) for key in WON] + [("crowded", key) for key in CROWDED])
def test_a_changed_value_is_named_and_nothing_else(bundles, name, what):
    expected, change = {"won": WON, "crowded": CROWDED}[name][what]
    bundle = copy.deepcopy(bundles[name])
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
        (("game",), "swertres"), (("game",), None), (("tickets",), None), (("round", "poolSize"), 8),
        (("round", "poolSize"), True), (("orders", 0, "requestedNumbers"), [1, 2, 3, 4, 5, 5]),
        (("tickets", 0, "allocatedNumbers"), [6, 5, 4, 3, 2, 1]), (("draw", "winningNumbers"), "123456"),
        (("draw", "drawnNumbers"), [1.5]), (("round", "hashWork"), -1),
    ],
)  # fmt: skip
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


def _change(statement):
    with transaction() as session:
        for part in ("SET LOCAL session_replication_role = replica", statement):  # past the triggers that guard tickets
            session.execute(text(part))


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("luckotto_payments", "UPDATE luckotto_payments SET status = 'unallocated' WHERE status = 'underfunded'",
         "expected underfunded with 0 sats credited"),
        ("luckotto_tickets", "UPDATE luckotto_tickets SET numbers = 254 WHERE numbers = 127",
         "expected ticket 0 with 1, 2, 3, 4, 5, 6, 7, stored"),
    ],
)  # fmt: skip
def test_a_round_done_again_by_the_operator_gives_the_same_numbers(doubter, tmp_path, table, change, said):
    flask = doubter.lottery.app.test_cli_runner()

    def replay():
        results = [flask.invoke(args=["rounds", "replay", str(number), "--game", "luckotto"])
                   for number in (doubter.won, doubter.crowded)]  # fmt: skip
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
