"""Entries of the public log as people read them: in sentences, by their kind, with the pages to read on."""

from __future__ import annotations

import json
import re
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from app.chain import postings as coins
from app.core.database.session import db
from app.faces.site.log.booked import booked
from app.faces.site.log.wording import KINDS
from app.money.payouts import postings as paid
from app.record.audit import leaves as audited
from app.record.ledger.entries import AccountRef, Posting, mirrored
from app.record.ledger.leaves import KIND as LEDGER
from app.record.log import jobs as log_jobs
from app.record.log import queries
from app.selling.windows import postings as sold
from app.selling.windows.orders import leaves as ordered
from dev.node.process import NodeProcess
from tests.factories.world import World
from tests.worlds import Worlds

ID, PARTNER = uuid4(), AccountRef("partner", str(uuid4()))
CREDIT = sold.credit(ID, "rounds", 1, to_pool=4_000, credited=5_000, refundable=600, reason="late")
WAITS = sold.credit(ID, "rounds", 1, to_pool=0, credited=0, refundable=600, reason="late")
REFUND = sold.refund(WAITS[0], ID)
DEBTS = [(PARTNER, 5_000)]
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


def sentences(page: str) -> dict[int, str]:
    """What the list says of each entry, by its number."""
    rows = re.findall(r'/log/entries/(\d+)">\d+</a></th>\s*<td class="at-7">(.*?)</td>', page, re.DOTALL)
    return {int(number): words for number, words in rows}


def test_every_kind_that_is_written_has_words() -> None:
    written = {kind.removesuffix(".part") for kind in audited.KINDS} | set(ordered.KINDS) | {LEDGER, "log.key"}
    assert written == set(KINDS)


@pytest.mark.parametrize("posted", POSTED, ids=lambda legs: f"{legs[0].source} {legs[0].kind}")
def test_every_posting_has_a_sentence_with_its_amount(app: Flask, posted: list[Posting]) -> None:
    lines = [[leg.line, *leg.debit[:2], *leg.credit[:2], leg.debit.currency, leg.amount] for leg in posted]
    with app.test_request_context("/log"):
        words = booked({"key": [posted[0].source, posted[0].source_id, posted[0].kind], "transfers": lines})
    assert f"{sum(leg.amount for leg in posted):,}" in words
    assert "(" not in words


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
