"""Whose ticket was drawn: one look into the index of ranges, against reading them all."""

from __future__ import annotations

import random
from collections.abc import Iterator

from flask import Flask
from sqlalchemy import text

from app.core.database.session import db
from app.games.ticket_draw.draw import drawing

from . import crowd
from .measuring import Row, alternate
from .stage import Stage, unit_of_work

_SCAN = "SELECT slip_id FROM slip_ranges WHERE round_number = 1 AND first <= :ticket AND after > :ticket"
_NO_INDEX = "SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexonlyscan = off"


def run(stage: Stage) -> Iterator[Row]:
    """The look-up of settlement in a round with many ranges, against a sequential scan and against a small round."""
    scale, many, few = stage.scale, stage.many(), stage.few()
    rng = random.Random(1)
    tickets = {
        app: [rng.randrange(slips * crowd.TICKETS) for _ in range(scale.look_ups)]
        for app, slips in ((many, scale.many_slips), (few, scale.few_slips))
    }
    scans = max(1, scale.look_ups // 100)
    seconds = alternate(
        scale.repeats,
        {
            "many": lambda: _look_up(many, tickets[many]),
            "few": lambda: _look_up(few, tickets[few]),
            "scan": lambda: _scan(many, tickets[many][:scans]),
        },
    )
    ours = seconds["many"] / scale.look_ups * 1e3
    what = f"winner among {scale.many_slips:,} ranges"
    yield Row(what, "ms", ours, seconds["scan"] / scans * 1e3, "sequential scan")
    yield Row(what, "ms", ours, seconds["few"] / scale.look_ups * 1e3, f"among {scale.few_slips:,}")


def _look_up(app: Flask, tickets: list[int]) -> None:
    with unit_of_work(app):
        for ticket in tickets:
            winner = drawing.winning_order(1, ticket)
            assert winner is not None
            assert winner.id == crowd.order_id_of(ticket // crowd.TICKETS + 1)


def _scan(app: Flask, tickets: list[int]) -> None:
    with unit_of_work(app):
        for setting in _NO_INDEX.split("; "):
            db.session.execute(text(setting))
        for ticket in tickets:
            assert db.session.scalar(text(_SCAN), {"ticket": ticket}) == crowd.order_id_of(ticket // crowd.TICKETS + 1)
