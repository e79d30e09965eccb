"""What the public log tells of orders: every payment with its fate, what undoes it, and nothing that did not happen."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.chain.deposits.commitment import commitment
from app.chain.listeners import BlockRef, ChainPayment
from app.core.database.session import db
from app.core.ids import new_id
from app.record.log.format.leaves import canonical
from app.record.log.format.tree import leaf_hash
from app.record.log.receipts.models import ReceiptLeaf
from app.selling.windows.orders import leaves
from app.selling.windows.orders.leaves import Fated, Held
from tests.faults.test_audit_sees import found
from tests.faults.test_kills import KILLED, run, scan

from .adapters import Bought, Turns
from .stage import Stage

in_turn = Turns()


def said(order: Bought) -> list[dict[str, Any]]:
    """What the log tells of an order, numbered or not, as it was told."""
    db.session.rollback()
    rows = db.session.execute(
        text(
            "SELECT data, written_at FROM (SELECT data, subject, kind FROM log_entries UNION ALL "
            "SELECT data, subject, kind FROM log_leaves) AS said "
            "JOIN log_receipts AS kept ON kept.subject = said.subject "
            "AND leaf = sha256('\\x00'::bytea || convert_to(data, 'UTF8')) WHERE said.subject = :subject "
            "ORDER BY written_at"
        ),
        {"subject": f"order:{order.id}"},
    )
    return [json.loads(row.data) for row in rows]


def kept(order: Bought) -> list[ReceiptLeaf]:
    db.session.rollback()
    mine = select(ReceiptLeaf).where(ReceiptLeaf.subject == f"order:{order.id}")
    return list(db.session.scalars(mine.order_by(ReceiptLeaf.written_at)))


def test_a_payment_is_told_with_its_fate_and_what_it_brought(stage: Stage) -> None:
    order = stage.few(stage.world.site(edge_percent=10))
    assert said(order) == []
    stage.paid(order)
    (payment,), (told,), (receipt,) = stage.live_payments(), said(order), kept(order)
    assert receipt.salt is not None
    assert len(receipt.salt) == 32
    person = "private-ada" if stage.game.name == "rounds" else "ada"
    own = {
        "rounds": lambda held: {"tickets": [held[0][0], held[0][1] - 1]},
        "luckotto": lambda held: {"numbers": [*held[0][1]], "requestedNumbers": [*range(1, 8)], "sequence": held[0][0]},
    }[stage.game.name]
    assert told == {
        "amountSats": order.sats,
        "blockHash": payment.block_hash,
        "blockHeight": payment.block_height,
        "commitment": commitment(order.terms).hex(),
        "creditedSats": order.sats,
        "fate": "credited",
        "game": stage.game.name,
        "payment": str(payment.id),
        "person": hashlib.sha256(receipt.salt + person.encode()).hexdigest(),
        "refundableSats": 0,
        "roundNumber": order.round_number,
        "subject": f"order:{order.id}",
        "txid": payment.txid,
        "type": "order.paid",
        "vout": payment.vout,
        **own(stage.holds(order)),
    }
    assert receipt.leaf == leaf_hash(canonical(told).encode())
    assert stage.breaches() == set()


@in_turn
def test_what_bought_nothing_is_told_too(stage: Stage) -> None:
    order = stage.paid(stage.few(stage.world.site()), 1_000)
    (told,) = said(order)
    assert (told["fate"], told["creditedSats"], told["refundableSats"]) == ("below_minimum", 0, 1_000)
    assert told.get("tickets", told.get("numbers")) is None


@in_turn
def test_two_payments_of_one_person_name_nobody_alike(stage: Stage) -> None:
    site = stage.world.site()
    orders = [stage.few(site), stage.few(site)]
    for order in orders:
        stage.pay(order)
    stage.world.mine()
    persons = [said(order)[0]["person"] for order in orders]
    assert len(set(persons)) == 2


@in_turn
def test_a_lost_block_is_told_and_what_comes_again_is_told_again(stage: Stage) -> None:
    order = stage.paid(stage.few(stage.world.site()))
    stage.lose_from(stage.world.tip)
    first, undone, again = said(order)
    rule = leaves.unpaid(stage.game.name, order.id, first["payment"], "orphaned", 0)
    assert canonical(undone) == rule.data
    assert again["fate"] == "credited"
    assert again["payment"] != first["payment"]
    assert {**again, **{name: first[name] for name in ("payment", "person", "blockHash", "blockHeight")}} == first
    assert [row.salt is None for row in kept(order)] == [False, True, False]
    assert stage.breaches() == set()


@in_turn
def test_a_void_round_takes_back_what_was_told(stage: Stage) -> None:
    order = stage.paid(stage.few(stage.world.site()))
    stage.void(order.round_number)
    first, undone = said(order)
    assert canonical(undone) == leaves.unpaid(stage.game.name, order.id, first["payment"], "void", 0).data
    assert stage.breaches() == set()


@in_turn
def test_what_a_settled_round_keeps_of_a_lost_payment_is_told(stage: Stage) -> None:
    order = stage.to_be_drawn()
    stage.finish(order.round_number)
    stage.lose_from(stage.live_payments()[0].block_height)
    undone = next(one for one in said(order) if one["type"] == "order.unpaid")
    assert (undone["cause"], undone["creditedSats"]) == ("orphaned", order.sats)


@in_turn
def test_a_scanner_killed_while_it_writes_has_said_nothing(stage: Stage) -> None:
    order = stage.few(stage.world.site())
    stage.pay(order)
    stage.world.node.call("generatetoaddress", 1, stage.world.miner)
    assert run(stage.world, scan, fail_at="credit.written") == KILLED
    assert (said(order), kept(order)) == ([], [])
    assert run(stage.world, scan) == 0
    assert len(said(order)) == len(kept(order)) == 1
    assert run(stage.world, scan) == 0
    assert len(said(order)) == 1


def test_the_audit_holds_facts_and_leaves_against_each_other(stage: Stage) -> None:
    order = stage.paid(stage.few(stage.world.site()))
    game, payments = stage.game.name, stage.game.payment.__tablename__
    assert stage.breaches() == set()
    mine = "kind = 'order.paid'"
    rehashed = f"UPDATE log_entries SET hash = sha256('\\x00'::bytea || convert_to(data, 'UTF8')) WHERE {mine}"
    told_wrong = {
        "amount": "replace(data, '\"amountSats\":', '\"amountSats\"\\:1')",
        "round": "replace(data, '\"roundNumber\":', '\"roundNumber\"\\:1')",
        "fate": 'replace(data, \'"fate":"credited"\', \'"fate":"late"\')',
        "credit": "replace(data, '\"creditedSats\":', '\"creditedSats\"\\:1')",
    }
    for change in told_wrong.values():
        assert f"{game}.log" in found(stage.world, f"UPDATE log_entries SET data = {change} WHERE {mine}", rehashed)
    gone = f"DELETE FROM log_entries WHERE {mine}"
    assert {f"{game}.log", "windows.log receipts"} <= found(stage.world, gone)
    again = f"INSERT INTO log_leaves (kind, subject, data) SELECT kind, subject, data FROM log_entries WHERE {mine}"
    assert {f"{game}.log", "windows.log receipts"} <= found(stage.world, again)
    undone = leaves.unpaid(game, order.id, stage.live_payments()[0].id, "void", 0)
    never = "INSERT INTO log_leaves (kind, subject, data) VALUES ('order.unpaid', '{}', '{}')"
    assert f"{game}.log" in found(stage.world, never.format(undone.subject, undone.data).replace(":", "\\:"))
    assert f"{game}.log" in found(
        stage.world, f"UPDATE {payments} SET status = 'void', refundable_sats = amount_sats, credited_sats = 0"
    )
    assert "windows.log receipts" in found(stage.world, "DELETE FROM log_receipts")
    other = "UPDATE log_receipts SET salt = sha256(salt)"
    assert f"{game}.L players are whom the log names" in found(stage.world, other)
    brought = {"rounds": ("tickets", "[0,"), "luckotto": ("sequence", "")}[game]
    changed = "UPDATE log_entries SET data = replace(data, '\"{0}\":{1}', '\"{0}\"\\:{1}1')".format(*brought)
    assert f"{game}.L tickets are what was said" in found(stage.world, f"{changed} WHERE {mine}", rehashed)


@in_turn
def test_a_forgotten_salt_leaves_what_was_said(stage: Stage) -> None:
    order = stage.paid(stage.few(stage.world.site()))
    before, runner = said(order), stage.world.app.test_cli_runner()
    who = ("orders", "forget-salts", "--operator", "olga", "--reason", "she asked")
    refused = runner.invoke(args=[*who, str(order.id), str(new_id())])
    assert (refused.exit_code, kept(order)[0].salt is None) == (1, False)
    for forgotten in (1, 0):
        assert runner.invoke(args=[*who, str(order.id)]).output == f"{forgotten} salts forgotten\n"
    assert [row.salt for row in kept(order)] == [None]
    assert said(order) == before
    assert stage.breaches() == set()


@pytest.mark.parametrize("name", ["rounds", "luckotto"])
def test_a_leaf_is_canonical_whatever_a_game_adds(app: Flask, name: str) -> None:
    payment = ChainPayment(new_id(), new_id(), "ab" * 32, 4, 1, 9)
    fated = Fated(payment, new_id(), new_id(), 7, "late", 0, 9)
    given = leaves.paid(name, BlockRef(5, b"", "cd" * 32), fated, Held(b"\x01" * 32, "ann", {"aa": None}), b"\x02" * 32)
    assert canonical(json.loads(given.data)) == given.data
    assert json.loads(given.data)["person"] == hashlib.sha256(b"\x02" * 32 + b"ann").hexdigest()
