"""A block that funds Luckotto's tickets, applied whole: matched, given numbers, their combinations entered, told."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from typing import Any

import psycopg
from flask import Flask

from app.core.database.session import db, transaction
from app.games.luckotto import service
from app.people.partners.models import PartnerSite

from .applying import Follower
from .bare import LUCKOTTO_ROWS, copy_rows, rows_of_block
from .blocks import Payout, make_block, strangers
from .measuring import Row
from .stage import SITE, START_HEIGHT, Stage

_POOL = 49
_HEIGHT = START_HEIGHT + 2
_SIZES = (8, 12)  # numbers of a ticket: 28 and 924 combinations


def run(stage: Stage) -> Iterator[Row]:
    """The same block is applied and taken back in turns; afterwards the chain is where it was."""
    app, scale = stage.few(), stage.scale
    for size in _SIZES:
        follower = Follower(app, "few", stage.tip_of(app))
        outputs = list(strangers(scale.block_outputs, size))
        tickets = scale.block_payments // 4
        every = len(outputs) // tickets
        for at, payout in enumerate(_orders(app, tickets, size)):
            outputs[at * every] = payout
        block = make_block(follower.tip, outputs, size)
        ours, bare = [], []
        with psycopg.connect(stage.url("few"), autocommit=True) as connection:
            for _ in range(scale.repeats):
                ours.append(follower.connect(block))
                bare.append(_store_bare(connection))
                follower.disconnect()
        yield Row(
            f"block of {len(outputs):,} outputs, {tickets:,} for Luckotto tickets of {size} numbers",
            "ms",
            statistics.median(ours) * 1e3,
            statistics.median(bare) * 1e3,
            "COPY of the same rows",
            follower.cpu(),
        )


def _orders(app: Flask, count: int, size: int) -> list[Payout]:
    """Orders for random numbers; what funds each."""
    chance = random.Random(size)
    found = []
    with app.app_context(), transaction() as session:
        site = session.query(PartnerSite).filter_by(name=SITE).one()
        for at in range(count):
            numbers = chance.sample(range(1, _POOL + 1), size)
            made = service.create_order(site, numbers, f"player {at}", f"player {at}", _HEIGHT - 1)
            found.append(Payout(made.order.total_sats, made.address.script_pubkey))
    with app.app_context():
        db.session.remove()
    return found


def _store_bare(connection: psycopg.Connection[Any]) -> float:
    rows = rows_of_block(connection, _HEIGHT, LUCKOTTO_ROWS)
    begin = time.perf_counter()
    copy_rows(connection, rows)
    return time.perf_counter() - begin
