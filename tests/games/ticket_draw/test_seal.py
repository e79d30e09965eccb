"""The seal: fixed before the closing block can be known, over everything that holds a ticket; too late is void."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.chain.deposits.commitment import commitment
from app.core.database.session import db
from app.games.ticket_draw.game import ROUNDS
from app.record.events.models import Event
from app.selling.windows import jobs
from app.selling.windows.proof import kept
from dev.node.process import NodeProcess
from tests.factories.world import Placed, World
from tests.worlds import Worlds


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


def sold(world: World) -> tuple[int, list[Placed]]:
    site = world.site(edge_percent=10)
    orders = [world.order(site, f"player {number}") for number in range(3)]
    for at, order in enumerate(orders):
        world.send(order.address, 3_000 + at * 1_100)
    world.mine()
    world.send(orders[0].address, 2_400)
    world.mine()
    return orders[0].round_number, orders


def tagged(tag: str, *parts: bytes) -> bytes:
    head = hashlib.sha256(tag.encode()).digest()
    return hashlib.sha256(head + head + b"".join(parts)).digest()


def root_by_hand(number: int, promised: str, leaves: list[tuple[dict[str, Any], int, int]]) -> bytes:
    """The seal as its description has it, from what the public record says."""
    level = [
        (
            tagged(
                "tiraj/seal/leaf/1",
                t.to_bytes(8, "big"),
                s.to_bytes(8, "big"),
                json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode(),
            ),
            t,
            s,
        )
        for leaf, t, s in leaves
    ]
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [
            pair[0]
            if len(pair) == 1
            else (
                tagged(
                    "tiraj/seal/node/1",
                    *(part for h, t, s in pair for part in (h, t.to_bytes(8, "big"), s.to_bytes(8, "big"))),
                ),
                pair[0][1] + pair[1][1],
                pair[0][2] + pair[1][2],
            )
            for pair in pairs
        ]
    h, t, s = level[0]
    return tagged(
        "tiraj/seal/root/2",
        tagged("tiraj/round/1", promised.encode()),
        number.to_bytes(4, "big"),
        len(leaves).to_bytes(8, "big"),
        h,
        t.to_bytes(8, "big"),
        s.to_bytes(8, "big"),
    )


def test_the_root_is_what_its_description_says(world: World) -> None:
    number, orders = sold(world)
    by_id = {order.id: order for order in orders}
    round_ = world.round(number)
    world.mine_to(round_.sales_end_height - 2 + round_.settlement_depth)
    assert jobs.seal() == 0  # the last sale is not buried yet
    world.mine()
    assert jobs.seal() == 1
    assert jobs.seal() == 0
    rows = db.session.execute(
        text(
            "SELECT p.*, g.first, g.after FROM slip_ranges g JOIN order_payments p ON p.id = g.payment_id "
            "ORDER BY g.first"
        )
    )
    leaves = [
        (
            {
                "amountSats": row.amount_sats,
                "commitment": commitment(by_id[row.order_id].terms).hex(),
                "creditedSats": row.credited_sats,
                "firstTicket": row.first,
                "lastTicket": row.after - 1,
                "txid": row.txid,
                "vout": row.vout,
            },
            row.after - row.first,
            row.credited_sats,
        )
        for row in rows
    ]
    sealed = world.round(number)
    assert len(leaves) == 4
    assert sealed.round_terms is not None
    assert sealed.seal_root == root_by_hand(number, sealed.round_terms, leaves) == kept.recomputed_root(ROUNDS, number)
    assert sealed.sealed_at_height is not None
    assert sealed.sealed_at_height < sealed.closing_height
    event = db.session.scalars(select(Event).where(Event.type == "round.sealed")).one()
    assert event.payload["sealRoot"] == sealed.seal_root.hex()
    assert event.payload["payments"] == 4
    assert world.breaches() == []


CHANGES = {
    "an amount": "UPDATE order_payments SET amount_sats = amount_sats + 1, credited_sats = credited_sats + 1 "
    "WHERE id = :payment",
    "a range": "UPDATE slip_ranges SET after = after - 1 WHERE payment_id = :payment",
    "a payment": "DELETE FROM slip_ranges WHERE payment_id = :payment",
}


def test_whatever_is_changed_of_what_tickets_were_given_for_the_root_changes(world: World) -> None:
    number, _ = sold(world)
    before = kept.recomputed_root(ROUNDS, number)
    payment = db.session.execute(
        text("SELECT payment_id FROM slip_ranges WHERE round_number = :n ORDER BY after DESC LIMIT 1"), {"n": number}
    ).scalar_one()
    for name, change in CHANGES.items():
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
        db.session.execute(text(change), {"payment": payment})
        assert kept.recomputed_root(ROUNDS, number) != before, name
        db.session.rollback()
    assert kept.recomputed_root(ROUNDS, number) == before
