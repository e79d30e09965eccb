"""The whole game through the public API alone, and what a stranger's scripts make of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.chain.deposits import keys
from app.core.database.session import db, transaction
from app.games.luckotto.draw import six_numbers
from app.games.luckotto.game import LUCKOTTO
from app.games.luckotto.jobs import forget_combinations
from app.games.luckotto.models import LuckottoTicket, LuckottoWin
from app.games.luckotto.parts import PARTS
from app.money.payouts.models import Obligation
from app.record.events.models import Event
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.selling.windows.orders import refunds

from .conftest import Lottery

BIN = Path(__file__).parents[3] / "utilities" / "bin"
SEVEN = [1, 2, 3, 4, 5, 6, 7]
_INSERT = """
INSERT INTO luckotto_tickets (id, round_number, pool_size, sequence, numbers, combinations, payment_id)
VALUES (:id, :round, 12, 1, :n, 7, :payment)
"""


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", str(BIN / script), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_two_players_ask_for_the_same_numbers_and_both_play(lottery: Lottery, tmp_path: Path) -> None:
    site = lottery.site_id(edge_percent=10)
    offered = lottery.client.post("/api/luckotto/quote", json={"partnerId": site, "requestedNumbers": SEVEN[::-1]})
    assert offered.status_code == 200
    quote = offered.json
    assert quote["requestedNumbers"] == SEVEN
    assert (quote["combinations"], quote["baseSats"], quote["feeSats"], quote["totalSats"]) == (7, 17500, 1750, 19250)
    assert quote["odds"] == {"combinations": 7, "possible": 924, "oneIn": 132}
    assert quote["free"] is True

    ada, bob = lottery.buy(site, SEVEN, "ada"), lottery.buy(site, SEVEN, "bob")
    number = ada["roundNumber"]
    assert ada["status"] == "waiting"
    assert ada["allocatedNumbers"] is None
    assert "label=Luckotto%3A%20Ada%20at%20" in ada["bip21"]
    assert f"amount=0.{19250:08d}" in ada["bip21"]
    terms = json.loads(ada["terms"])
    assert terms["requestedNumbers"] == SEVEN
    assert (terms["playerUname"], terms["playerIdentifier"], terms["game"]) == ("Ada", "ada", "luckotto")
    assert terms["totalSats"] == 19250
    tweak = run(
        "hash_tweak.py", ada["internalKey"], ada["terms"], "--network", "regtest", "--expect", ada["depositAddress"]
    )
    assert tweak.returncode == 0, tweak.stdout

    lottery.pay_at_once([ada, bob])
    ada, bob = lottery.again(ada), lottery.again(bob)
    assert {ada["status"], bob["status"]} == {"allocated"}
    given = [set(ada["allocatedNumbers"]), set(bob["allocatedNumbers"])]
    assert {len(numbers) for numbers in given} == {7}
    assert len(given[0] & given[1]) == 5  # two changed numbers are the fewest that do
    assert set(SEVEN) in given
    taken = lottery.client.post("/api/luckotto/quote", json={"partnerId": site, "requestedNumbers": SEVEN}).json
    assert taken["free"] is False
    assert lottery.breaches() == []

    lottery.draw(number)
    round_ = lottery.get(f"/rounds/{number}")
    assert round_["status"] == "settled"
    ada, bob = lottery.again(ada), lottery.again(bob)
    assert {order["status"] for order in (ada, bob)} <= {"won", "lost"}
    assert [order["status"] for order in (ada, bob)].count("won") <= 1
    assert lottery.breaches() == []

    drawn = ",".join(str(number) for number in round_["winningNumbers"])
    checked = run(
        "luckotto_draw.py",
        round_["closingBlockHash"],
        str(round_["poolSize"]),
        str(round_["hashWork"]),
        "--expect",
        drawn,
        "--json",
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert json.loads(checked.stdout)["drawDigests"] == round_["drawDigests"]
    replayed = run(
        "luckotto_allocate.py", *lottery.save_records(number, tmp_path), "--expect", round_["winningOrderId"] or "none"
    )
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    assert "MATCH" in replayed.stdout


def test_every_combination_sold_is_won_by_one_ticket(lottery: Lottery, tmp_path: Path) -> None:
    """Every six of the pool's first nine, and the rest by whoever asks: somebody wins or the house keeps it."""
    site = lottery.made(edge_percent=5)
    site_id, payout_address = str(site.id), site.payout_address
    whole = lottery.buy(site_id, range(1, 13), "whale")
    lottery.pay(whole, whole["totalSats"] + 4000)
    lottery.mine()
    number = whole["roundNumber"]
    whole = lottery.again(whole)
    assert whole["allocatedNumbers"] == list(range(1, 13))
    round_ = lottery.get(f"/rounds/{number}")
    assert round_["soldCombinations"] == round_["possibleCombinations"] == 924
    assert lottery.buy(site_id, SEVEN)["roundNumber"] == number + 1, "nothing is left to sell"

    lottery.draw(number)
    lottery.draw(number)  # again: nothing happens twice
    round_ = lottery.get(f"/rounds/{number}")
    assert round_["winningOrderId"] == whole["id"]
    assert lottery.again(whole)["status"] == "won"
    win = db.session.scalars(select(LuckottoWin)).one()
    debt = db.session.scalars(select(Obligation)).one()
    assert (debt.amount_sats, debt.address) == (round_["jackpotSats"], payout_address)
    assert win.jackpot_sats == 924 * 2500
    assert ledger.balance(AccountRef("partner", site_id)) == whole["feeSats"] + 4000  # the edge and the remainder
    for kind in ("pool", "held"):
        assert ledger.balance(AccountRef(kind, f"luckotto-{number}")) == 0
    told = db.session.scalars(select(Event).where(Event.type == "win.created")).one()
    assert told.game == "luckotto"
    assert told.payload["winningNumbers"] == round_["winningNumbers"]
    assert run("luckotto_allocate.py", *lottery.save_records(number, tmp_path), "--expect", whole["id"]).returncode == 0
    assert lottery.breaches() == []


def test_a_round_of_many_is_replayed_by_the_script(lottery: Lottery, tmp_path: Path) -> None:
    """Crowded requests, several fundings a block, top-ups, too little, too late: the script agrees, seal and all."""
    site = lottery.site_id(edge_percent=3)
    requests = [range(at % 4 + 1, at % 4 + 8 + at % 3) for at in range(14)]
    orders = [lottery.buy(site, numbers, f"player-{at}") for at, numbers in enumerate(requests)]
    number = orders[0]["roundNumber"]
    lottery.pay_at_once(orders[:5])
    for order in orders[5:9]:
        lottery.pay(order, order["totalSats"] - 2400)
    lottery.mine()
    for order in orders[5:8]:
        lottery.pay(order, 2400)
    lottery.pay_at_once(orders[9:13])
    lottery.seal(number)
    lottery.pay(orders[13])
    lottery.mine()
    now = [lottery.again(order) for order in orders]
    assert now[8]["status"] == "underfunded"
    assert now[13]["status"] == "late"
    assert {order["status"] for order in now[:8] + now[9:13]} <= {"allocated", "unallocated"}
    assert [order["status"] for order in now].count("allocated") >= 4
    files = lottery.save_records(number, tmp_path)
    replayed = run("luckotto_allocate.py", *files, "--json")
    assert replayed.returncode == 3, replayed.stdout + replayed.stderr
    told = json.loads(replayed.stdout)
    assert (told["wrong"], told["status"], told["match"]) == ([], "sealed", False), "nothing is drawn yet"
    assert told["allocations"] == {
        order["id"]: order["allocatedNumbers"] for order in now if order["allocatedNumbers"] is not None
    }
    sets = [set(numbers) for numbers in told["allocations"].values()]
    assert all(len(first & second) < 6 for first, second in combinations(sets, 2))
    lottery.draw(number)
    files = lottery.save_records(number, tmp_path)
    assert run("luckotto_allocate.py", *files).returncode == 0
    assert lottery.breaches() == []

    page = json.loads(Path(files[1]).read_text())
    page["orders"][0]["allocatedNumbers"] = [7, 8, 9, 10, 11, 12]
    Path(files[1]).write_text(json.dumps(page))
    assert run("luckotto_allocate.py", *files).returncode == 1
    assert run("luckotto_allocate.py", *files[:2]).returncode == 2  # pages are missing
    assert run("luckotto_allocate.py", files[1], files[0]).returncode == 2


def test_money_without_numbers_waits_and_comes_back(lottery: Lottery) -> None:
    site = lottery.site_id(edge_percent=0)
    whole = lottery.buy(site, range(1, 13), "whale")
    late_comer = lottery.buy(site, SEVEN, "bob")
    partly = lottery.buy(site, SEVEN, "cleo")
    tiny = lottery.buy(site, SEVEN, "dan")
    number = whole["roundNumber"]
    lottery.pay(late_comer, 10_000)
    lottery.pay(partly, 5_000)
    lottery.pay(tiny, 1_000)
    lottery.mine()
    assert [lottery.again(order)["status"] for order in (late_comer, partly, tiny)] == ["partly_paid"] * 3
    lottery.pay_at_once([whole])
    lottery.pay(late_comer, 7_500)
    lottery.mine()
    found = lottery.again(late_comer)
    assert found["status"] == "unallocated"
    assert found["allocatedNumbers"] is None
    assert ledger.balance(AccountRef("suspense", "unallocated")) == 7_500
    assert lottery.breaches() == []
    lottery.seal(number)
    assert ledger.balance(AccountRef("suspense", "unallocated")) == 17_500
    assert ledger.balance(AccountRef("suspense", "underfunded")) == 5_000
    assert ledger.balance(AccountRef("suspense", "below_minimum")) == 1_000
    assert [lottery.again(order)["status"] for order in (late_comer, partly, tiny)] == [
        "unallocated",
        "underfunded",
        "underfunded",
    ]
    assert lottery.breaches() == []
    lottery.draw(number)
    _tells_of_a_refund(lottery, late_comer, is_done=False)

    with transaction():
        assert refunds.decide(LUCKOTTO, "operator:olga", "it bought nothing", number) == 4
    _tells_of_a_refund(lottery, late_comer, is_done=True)
    steps = _steps(lottery.client.get(f"/luckotto/orders/{partly['id']}").text)
    assert [state for state, _ in steps] == ["done", "bad", "bad", "done"], steps
    assert ledger.balance(AccountRef("partner", site)) == 17_500 + 5_000 + 1_000
    assert lottery.breaches() == []


def _steps(page: str) -> list[tuple[str, str]]:
    """Each step of an order's story: its state and what is read of it."""
    story = page.split('id="order-story"')[1].split("</ol>")[0]
    found = re.findall(r'<li class="step step-(\w+)"(.*?)</li>', story, re.S)
    return [(state, " ".join(re.sub(r"<[^>]+>", " ", text.partition(">")[2]).split())) for state, text in found]


def _tells_of_a_refund(lottery: Lottery, order: dict[str, Any], *, is_done: bool) -> None:
    """The page of an order that was paid in full and got nothing: what happened, and nothing that will not."""
    page = lottery.client.get(f"/luckotto/orders/{order['id']}").text
    (made, _), (paid, amounts), (given, why), (refunded, where) = _steps(page)
    assert (made, paid, given, refunded) == ("done", "done", "bad", "done" if is_done else "now")
    assert ("10,000 sats in block" in amounts, "7,500 sats in block" in amounts) == (True, True)
    assert "No free set was left" in why
    assert ("17,500 sats" in where, where.startswith("Refunded to")) == (True, is_done)
    assert "Chance" not in page
    head = page.split('id="order-title"')[1].split("</section>")[0]
    assert ("are refunded" in head, "is refunded" in head, "has had the money since" in head) == (
        *(not is_done, not is_done),
        is_done,
    )


def test_the_database_refuses_a_ticket_that_collides(lottery: Lottery) -> None:
    site = lottery.site_id()
    orders = [lottery.buy(site, [1, 2, 3, 4, 5, 6, 7], player) for player in ("ada", "bob")]
    lottery.pay_at_once(orders)
    first, second = db.session.scalars(select(LuckottoTicket).order_by(LuckottoTicket.sequence))
    attempt = "UPDATE luckotto_tickets SET numbers = :n WHERE id = :id"
    with pytest.raises(IntegrityError, match="never change"):
        db.session.execute(text(attempt), {"n": first.numbers, "id": second.id})
    db.session.rollback()
    first, second = db.session.scalars(select(LuckottoTicket).order_by(LuckottoTicket.sequence))
    values = {"id": second.id, "payment": second.payment_id, "round": second.round_number, "n": first.numbers << 1}
    db.session.execute(text("DELETE FROM luckotto_tickets WHERE id = :id"), values)
    with pytest.raises(IntegrityError, match="luckotto_combinations_pkey"):
        db.session.execute(text(_INSERT), values)
    db.session.rollback()
    with pytest.raises(IntegrityError, match="entered with their ticket"):
        db.session.execute(text("INSERT INTO luckotto_combinations VALUES (1, 63, 0)"))
    db.session.rollback()
    counted = db.session.scalar(text("SELECT count(*) FROM luckotto_combinations"))
    assert counted == db.session.scalar(select(func.sum(LuckottoTicket.combinations)))


def test_the_draw_is_that_of_the_closing_block(lottery: Lottery) -> None:
    order = lottery.buy(lottery.site_id(), SEVEN)
    lottery.pay_at_once([order])
    number = order["roundNumber"]
    lottery.draw(number)
    round_ = lottery.get(f"/rounds/{number}")
    assert round_["closingBlockHash"] == lottery.node.call("getblockhash", round_["closingHeight"])
    drawn = six_numbers.draw(round_["closingBlockHash"], 12, 1000)
    assert round_["drawnNumbers"] == drawn.drawn
    assert round_["winningNumbers"] == drawn.winning
    assert (round_["winningOrderId"] is None) == (lottery.again(order)["status"] == "lost")


def test_luckotto_keys_have_a_branch_of_their_own(lottery: Lottery) -> None:
    order = lottery.buy(lottery.site_id(), SEVEN)
    account = keys.AccountKey.parse(lottery.app.config["SETTINGS"].deposit_account_key.get_secret_value(), "regtest")
    assert bytes(account.internal_key(PARTS.key_branch, order["roundNumber"])).hex() == order["internalKey"]


def test_what_a_drawn_round_covers_is_forgotten_and_nothing_else(lottery: Lottery) -> None:
    order = lottery.buy(lottery.site_id(), SEVEN)
    lottery.pay_at_once([order])
    assert forget_combinations() == 0
    lottery.draw(order["roundNumber"])
    later = lottery.buy(order["partnerId"], SEVEN)
    lottery.pay_at_once([later])
    before = lottery.get(f"/rounds/{order['roundNumber']}")
    assert (forget_combinations(), forget_combinations()) == (7, 0)
    assert lottery.get(f"/rounds/{order['roundNumber']}") == before
    assert lottery.breaches() == []
