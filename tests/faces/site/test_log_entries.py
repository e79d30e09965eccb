"""Entries of the public log as people read them: in sentences, by their kind, with the pages to read on."""

from __future__ import annotations

import ast
import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from app.chain import postings as coins
from app.core.database.session import db
from app.faces.site.log.wording import said
from app.money.gateways import postings as gateways
from app.money.payouts import postings as paid
from app.money.wallets import postings as wallets
from app.record.audit import leaves as audited
from app.record.ledger.booked import booked
from app.record.ledger.entries import AccountRef, Posting, mirrored
from app.record.log import jobs as log_jobs
from app.record.log import queries
from app.record.log.models import Entry
from app.selling.bets import postings as bets
from app.selling.bets.settlement import postings as won
from app.selling.windows import postings as sold
from app.wiring import PRODUCT
from dev.node.process import NodeProcess
from tests.architecture.sources import name_of, python_files, tree
from tests.factories.world import World
from tests.worlds import Worlds

ID, PARTNER = uuid4(), AccountRef("partner", str(uuid4()))
CREDIT = sold.credit(ID, "rounds", 1, to_pool=4_000, credited=5_000, refundable=600, reason="late")
WAITS = sold.credit(ID, "rounds", 1, to_pool=0, credited=0, refundable=600, reason="late")
REFUND = sold.refund(WAITS[0], ID)
DEBTS = [(PARTNER, 5_000)]
WALLET, BANK = wallets.wallet(ID, "PHP"), AccountRef("bank", "test", "PHP")
POSTED: tuple[list[Posting], ...] = (
    CREDIT,
    WAITS,
    sold.void(ID, "rounds", 1, to_pool=4_000, credited=5_000),
    sold.settle("round", "rounds", 1, 4_000, {ID: 1_000}),
    sold.settle("luckotto-round", "luckotto", 1, 4_000, {}),
    [REFUND],
    sold.refund_undone(REFUND, 100)[:1],
    sold.refund_undone(REFUND, 100)[1:],
    sold.refund_again(REFUND, 100)[:1],
    mirrored(sold.refund_again(REFUND, 100)[:1], "undo_regain"),
    sold.lost_after_settlement(CREDIT),
    [sold.found_late(ID, 700)],
    [paid.owed("jackpot", "rounds", "1", 9_000)],
    paid.reserve(ID, DEBTS),
    paid.cancel(ID, DEBTS),
    paid.revive(ID, ID, DEBTS),
    paid.confirm(ID, ID, 5_000, 20),
    mirrored(paid.confirm(ID, ID, 5_000, 20), "undo"),
    [coins.reserve_deposit(str(ID), 800)],
    mirrored([coins.reserve_deposit(str(ID), 800)], "undo"),
    [coins.unplanned_spend(str(ID), 800)],
    mirrored([coins.unplanned_spend(str(ID), 800)], "undo"),
)


KEPT: tuple[list[Posting], ...] = (
    bets.sold(ID, WALLET, [(ID, 1_000), (PARTNER, 500)]),
    bets.given_back(ID, ID, WALLET, 1_000),
    bets.taken_back("key", WALLET, BANK, 1_000),
    bets.came_back("key", WALLET, BANK, 1_000),
    bets.funded(ID, "swertres", BANK, 1_000),
    bets.withdrawn(ID, "swertres", BANK, 1_000),
    won.paid("win", ID, "PHP", ID, 1_000, 400),
    won.taken_back("win", ID, "PHP", ID, 1_000, 400),
    won.undone(ID, ID, "swertres", "PHP", 1_000),
    won.drawn_anew(ID, ID, "swertres", "PHP", 1_000),
    wallets.charged_back("key", ID, "PHP", 1_000, 400, bets.SALE),
    wallets.paid(ID, BANK, WALLET, 1_000),
    wallets.taken_back("key", WALLET, BANK, 1_000),
    wallets.given_back("key", WALLET, BANK, 1_000),
    wallets.charged_back("key", ID, "PHP", 1_000, 400),
    wallets.sent(ID, WALLET, BANK, 1_000),
    wallets.fee(ID, BANK, 1_000),
    wallets.returned(ID, WALLET, BANK, 1_000),
    wallets.adjusted(ID, WALLET, -1_000),
    wallets.owed_no_more(ID, ID, "PHP", 1_000, "set_off"),
    wallets.owed_no_more(ID, ID, "PHP", 1_000, "written_off"),
    wallets.exchanged(ID, WALLET, 1_000, AccountRef("wallet", "", "HTG"), 900)[:1],
    wallets.exchanged(ID, AccountRef("wallet", "", "HTG"), 900, WALLET, 1_000)[1:],
    wallets.moved(ID, BANK, WALLET, 1_000),
    gateways.fee(ID, BANK, 1_000),
    gateways.not_taken(ID, BANK, WALLET, 1_000),
    gateways.returned(ID, WALLET, BANK, 1_000),
    gateways.came_back(ID, WALLET, BANK, 1_000),
    gateways.unasked("re_1", BANK, 1_000),
    gateways.unasked_taken("re_1", WALLET, 1_000),
    gateways.unasked_borne("re_1", "PHP", 1_000),
    gateways.withdrawn(ID, BANK, 1_000),
    gateways.reinstated(ID, BANK, 1_000),
    gateways.dispute_fee(ID, BANK, 1_000, 1),
    gateways.lost_unsold(ID, WALLET, 400, 1_000),
)
"""What bets, wallets and gateways move, in pesos."""
_TELLS = {"public_log.tell": 0, "Leaf": 0, "leaves_of": 0}
"""What writes a leaf, and which argument is its kind."""


def sentences(page: str) -> dict[int, str]:
    """What the list says of each entry, by its number."""
    rows = re.findall(r'/log/entries/(\d+)">\d+</a></th>\s*<td class="at-7">(.*?)</td>', page, re.DOTALL)
    return {int(number): words for number, words in rows}


def kinds_in(file: Path) -> Iterator[str]:
    """The kinds of the leaves that a module writes: constants of its own, or what a name of it may hold."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _TELLS and node.args:
            yield from kinds_named(file, node.args[_TELLS[ast.unparse(node.func)]])


def kinds_named(file: Path, named: ast.expr) -> Iterator[str]:
    if isinstance(named, ast.Constant):
        yield str(named.value)
    elif isinstance(named, ast.Name) and named.id.isupper():
        yield getattr(importlib.import_module(name_of(file).removesuffix(".py").replace("/", ".")), named.id)
    elif isinstance(named, ast.Name):
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == named.id:
                held = (one.value for one in ast.walk(node.value) if isinstance(one, ast.Constant))
                yield from (one for one in held if isinstance(one, str))


def test_every_kind_that_is_written_has_words_of_its_writer_and_no_other_has() -> None:
    in_code = {kind for file in python_files("app") for kind in kinds_in(file) if re.fullmatch(r"[a-z_.]+", kind)}
    audit = {kind.removesuffix(".part") for kind in audited.KINDS}
    assert {"bet.sold", "bet.configured", "result.corrected", "order.paid", "log.key", "ledger"} <= in_code, (
        "the control"
    )
    kinds = [one.name for one in PRODUCT.log_kinds]
    assert sorted(in_code | audit) == sorted(kinds)
    bookings = [key for part in PRODUCT.parts for key in part.bookings]
    assert len(bookings) == len(PRODUCT.bookings), "two slices tell one posting"
    own = {
        (legs[0].source.rpartition("-")[2] if legs[0].source == "luckotto-round" else legs[0].source, legs[0].kind)
        for legs in (*POSTED, *KEPT)
    }
    assert set(bookings) - own == {("payment", "suspended"), ("payment", "undo_void"), ("bet-draw", "drawn")}


@pytest.mark.parametrize("posted", POSTED, ids=lambda legs: f"{legs[0].source} {legs[0].kind}")
def test_every_posting_has_a_sentence_with_its_amount(app: Flask, posted: list[Posting]) -> None:
    lines = [[leg.line, *leg.debit[:2], *leg.credit[:2], leg.debit.currency, leg.amount] for leg in posted]
    with app.test_request_context("/log"):
        words = booked({"key": [posted[0].source, posted[0].source_id, posted[0].kind], "transfers": lines})
    assert f"{sum(leg.amount for leg in posted):,}" in words
    assert "(" not in words


@pytest.mark.parametrize("posted", KEPT, ids=lambda legs: f"{legs[0].source} {legs[0].kind}")
def test_what_moves_in_another_currency_says_so(app: Flask, posted: list[Posting]) -> None:
    lines = [[leg.line, *leg.debit[:2], *leg.credit[:2], leg.debit.currency, leg.amount] for leg in posted]
    with app.test_request_context("/log"):
        words = booked({"key": [posted[0].source, posted[0].source_id, posted[0].kind], "transfers": lines})
    assert f"{sum(leg.amount for leg in posted) / 100:,.2f}\u00a0PHP" in words


BY_A_BET = {"subject": "bet-draw:swertres:2026-12-01-1", "currency": "PHP", "because": "skipped: no broadcast"}
TOLD = (
    ("bet.cancelled", {}, "The draw is not held: no broadcast"),
    ("bet.refunded", {"stake": 1_000}, "A stake of 10.00\u00a0PHP goes back. The draw is not held: no broadcast"),
    ("bet.refunded", {"stake": 1_000, "because": ""}, "A stake of 10.00\u00a0PHP goes back"),
    ("bet.drawn", {"outcome": 7}, "Decided by a block of Bitcoin: 007"),
    (
        "bet.resulted",
        {"result": "470", "winners": 2, "won": 75_000},
        "The result is 470. 2 bets win 750.00\u00a0PHP together",
    ),
    ("bet.corrected", {"result": "186", "winners": 0}, "The result was corrected, to 186. No bet wins"),
    ("result.confirmed", {"numbers": "186", "how": "by_hand"}, "The official result is 186: two of ours confirmed it"),
    ("result.corrected", {"numbers": "186", "before": "185"}, "The official result is 186, and not 185"),
    (
        "result.confirming",
        {"subject": "lottery:us-ny", "bySources": True},
        "Results of New York Numbers and Win 4 are confirmed by sources that agree",
    ),
    (
        "result.confirming",
        {"subject": "lottery:us-ny", "bySources": False},
        "Results of New York Numbers and Win 4 are confirmed by two people",
    ),
    ("result.source", {"subject": "source:pcso"}, "The source pcso of official results was changed"),
    ("bet.sold", {"lines": None}, "Bets on a draw were sold"),
    ("bet.later", {}, "bet.later"),
)


@pytest.mark.parametrize(("kind", "more", "words"), TOLD, ids=[kind for kind, _, _ in TOLD])
def test_what_becomes_of_draws_is_told_in_sentences(app: Flask, kind: str, more: dict[str, object], words: str) -> None:
    with app.test_request_context("/log"):
        assert said(Entry(kind=kind, data=json.dumps(BY_A_BET | more))).words == words


def test_a_sale_is_told_in_sentences_that_lead_on(world: World) -> None:
    client, site = world.app.test_client(), world.site()
    order = world.order(site, "ada")
    world.send(order.address, 5_600)
    world.mine()
    log_jobs.sequence()
    page = client.get("/log").text
    told = sentences(page)
    number = next(one for one, words in told.items() if words.startswith("A payment of 5,600 sats to an order counts"))
    assert "5,600 sats of a payment were entered for what they bought" in told.values()
    assert any(words.startswith("Promised: its own sales from block") for words in told.values())
    assert f'<a href="/rounds/{order.round_number}">Ticket draw, round {order.round_number}</a>' in page
    one = client.get(f"/log/entries/{number}").text
    assert f'<a href="/rounds/{order.round_number}">' in one
    assert f'<a href="/slips/{order.id}">The order</a>' in one
    assert f'href="/log/entries/{number - 1}"' in one
    assert "&#34;amountSats&#34;: 5600" in one
    decided = client.get("/log?kind=decision").text
    assert '<span lang="en">made the site</span>' in decided
    assert set(sentences(decided)) < set(told)
    assert "5,600" not in "".join(sentences(decided).values())


def test_an_entry_is_found_by_its_number_and_its_hash(world: World) -> None:
    client = world.app.test_client()
    world.order(world.site(), "ada")
    log_jobs.sequence()
    (entry,) = queries.entries(2, 1)
    for asked in ("2", entry.hash.hex(), entry.hash.hex().upper(), " 2 "):
        answer = client.get("/log", query_string={"q": asked})
        assert (answer.status_code, answer.location) == (303, "/log/entries/2")
    for asked in ("999999", "00" * 32, "two", "-1", "2" * 40):
        answer = client.get("/log", query_string={"q": asked, "kind": "decision"})
        assert answer.status_code == 422
        assert f'value="{asked}"' in answer.text
        assert "No entry under a signature has this number or this hash, or is about this." in answer.text
        assert '<option value="decision" selected>' in answer.text


def test_pages_of_a_kind_lead_to_each_other(log_of_many: Flask) -> None:
    client = log_of_many.test_client()
    first = client.get("/log?kind=order.paid").text
    assert list(sentences(first)) == list(range(2_990, 2_490, -10))
    older = client.get("/log?kind=order.paid&before=2500").text
    assert "/log?kind=order.paid&amp;before=2500" in first
    assert next(iter(sentences(older))) == 2_490
    assert 'rel="prev" href="/log?kind=order.paid"' in older
    last = re.search(r'href="([^"]+)#log-entries">To the oldest of them', first)
    assert last is not None
    assert min(sentences(client.get(last[1].replace("&amp;", "&")).text)) == min(
        sentences(client.get("/log?kind=order.paid&before=500").text)
    )
    oldest = client.get("/log?kind=order.paid&before=500").text
    assert 'rel="next"' not in oldest
    assert 'rel="prev" href="/log?kind=order.paid&amp;before=1000"' in oldest
    assert next(iter(sentences(client.get("/log?kind=order.paid&before=1000").text))) == 990
    assert "No entry tells this." in client.get("/log?kind=round.halted").text
    unknown = client.get("/log?kind=nothing")
    assert (unknown.status_code, list(sentences(unknown.text))) == (422, [])


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


@pytest.fixture
def log_of_many(committed_db: Flask) -> Flask:
    """Three thousand entries, a tenth of them payments, as if they had been signed."""
    paid_ = {"amountSats": 5_600, "fate": "credited", "game": "rounds", "roundNumber": 1, "type": "order.paid"}
    db.session.execute(
        text(
            "INSERT INTO log_entries (number, hash, kind, subject, data) SELECT n, sha256(n::text::bytea), "
            "CASE WHEN n % 10 = 0 THEN 'order.paid' ELSE 'ledger' END, '', CASE WHEN n % 10 = 0 THEN :paid ELSE :moved "
            "END FROM generate_series(0, 2999) n"
        ),
        {"paid": json.dumps(paid_), "moved": json.dumps({"key": ["coin", "", "credit"], "transfers": []})},
    )
    db.session.execute(
        text("INSERT INTO log_checkpoints (size, root, signed_at, note) VALUES (3000, '', now(), '')"),
    )
    db.session.commit()
    return committed_db


def test_all_entries_about_one_thing_are_found_by_its_name(world: World) -> None:
    client, site = world.app.test_client(), world.site()
    order, other = world.order(site, "ada"), world.order(site, "bob")
    txid = world.send(order.address, 5_600)
    world.send(other.address, 5_600)
    world.mine()
    log_jobs.sequence()
    about_order = sentences(client.get("/log", query_string={"q": str(order.id)}).text)
    assert len(about_order) == 1
    assert sentences(client.get("/log", query_string={"q": txid}).text) == about_order
    for asked in (
        f"round {order.round_number}",
        f"Ticket draw, round {order.round_number}",
        f"round:{order.round_number}",
    ):
        page = client.get("/log", query_string={"q": asked})
        assert page.status_code == 200
        assert any(words.startswith("Promised") for words in sentences(page.text).values())
        assert not set(sentences(page.text)) & set(about_order)
        assert "Payments stand under their orders, not under the round." in " ".join(page.text.split())
    for nothing in ("round 99999", "01a229f6-eaaf-770b-910b-f4cc42c45464", "elsewhere 1"):
        assert client.get("/log", query_string={"q": nothing}).status_code == 422
