"""Blocks applied whole: read from their bytes, matched, credited, posted, told, committed durably.

Two databases follow the same blocks, one that watches few scripts and one that watches many: what a block costs is to
follow what it holds, not what we watch.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import text

from app.chain import service
from app.chain.node.blocks import parse_block
from app.chain.scan import scanner
from app.chain.scan.scanner import LISTENERS
from app.core.database.session import db, transaction

from . import crowd
from .bare import copy_rows, rows_of_block
from .blocks import Payout, RawBlock, make_block, strangers
from .chain import chain_of
from .measuring import Row, alternate, goal
from .scale import Scale
from .stage import START_HEIGHT, Stage

GOAL_APPLY, GOAL_REPLAY, GOAL_REORG = 250, 100, 4_000  # milliseconds
_FIRST = START_HEIGHT + 2


@dataclass(slots=True)
class Follower:
    """A database that follows the benchmark's chain, and how long its steps took."""

    app: Flask
    name: str
    base: bytes  # hash of the block below the first one applied here
    applied: list[RawBlock] = field(default_factory=list)
    # CPU seconds of each connect and of each disconnect: ours, the database's
    used: list[tuple[float, float]] = field(default_factory=list)
    undone: list[tuple[float, float]] = field(default_factory=list)

    @property
    def tip(self) -> bytes:
        return self.applied[-1].hash if self.applied else self.base

    def connect(self, block: RawBlock) -> float:
        """Apply the next block; its seconds, from bytes to commit."""
        before, begin = self._cpu_so_far(), time.perf_counter()
        with self.app.app_context(), transaction():
            height = _FIRST + len(self.applied)
            service.connect_block(parse_block(block.raw), height, LISTENERS.get(self.app))
        seconds = time.perf_counter() - begin
        self.used.append(self._cpu_since(before))
        self.applied.append(block)
        return seconds

    def _cpu_so_far(self) -> tuple[float, float]:
        return time.process_time(), self._database_cpu()

    def _cpu_since(self, before: tuple[float, float]) -> tuple[float, float]:
        python, database = self._cpu_so_far()
        return python - before[0], database - before[1]

    def _database_cpu(self) -> float:
        """CPU seconds so far of the server process behind the application's one connection."""
        with self.app.app_context(), db.engine.connect() as connection:
            pid = connection.scalar(text("SELECT pg_backend_pid()"))
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def cpu(self, *, undone: bool = False) -> str:
        """The median of `used`, or of `undone`, for people."""
        spent = self.undone if undone else self.used
        python, database = (statistics.median(part) * 1e3 for part in zip(*spent, strict=True))
        return f"CPU: Python {python:.0f} ms, Postgres {database:.0f} ms"

    def disconnect(self) -> float:
        """Take the last block back; its seconds."""
        block = self.applied.pop()
        before, begin = self._cpu_so_far(), time.perf_counter()
        with self.app.app_context(), transaction():
            height = _FIRST + len(self.applied)
            service.disconnect_tip(height, block.hash, self.tip, LISTENERS.get(self.app))
        seconds = time.perf_counter() - begin
        self.undone.append(self._cpu_since(before))
        return seconds

    def follow(self, fresh: Sequence[RawBlock]) -> float:
        """Follow a node to `fresh`, which replace all that was applied; the seconds until the last one is.

        By the scanner's own loop, which reads a block while the one before it is applied.
        """
        node = chain_of(self.base, fresh)
        begin = time.perf_counter()
        with self.app.app_context():
            scanner.catch_up(node, LISTENERS.get(self.app))
        seconds = time.perf_counter() - begin
        self.applied = list(fresh)
        return seconds

    def offer_again(self) -> None:
        """The last block once more, as a second scanner or a repeated hint would."""
        height = _FIRST + len(self.applied) - 1
        try:
            with self.app.app_context(), transaction():
                block = parse_block(self.applied[-1].raw)
                service.connect_block(block, height, LISTENERS.get(self.app))
        except service.CursorMoved:
            return
        raise AssertionError("a block was applied twice")


def run(stage: Stage) -> Iterator[Row]:
    """First application, replay, a block of strangers, a deep reorganisation."""
    scale = stage.scale
    few = Follower(stage.few(), "few", stage.tip_of(stage.few()))
    many = Follower(stage.many(), "many", stage.tip_of(stage.many()))
    against = f"watching {scale.few_watched:,}"
    yield from _first_application(stage, few, many, against)
    yield from _replays(scale, few, many, against)
    yield from _reorganisations(scale, few, many, against)


def _first_application(stage: Stage, few: Follower, many: Follower, against: str) -> Iterator[Row]:
    scale = stage.scale
    seconds: dict[str, list[float]] = {"few": [], "many": [], "bare": []}
    with psycopg.connect(stage.url("few"), autocommit=True) as connection:
        for number in range(scale.reorg_depth):
            for follower in (few, many) if number % 2 == 0 else (many, few):
                block = make_block(follower.tip, _outputs_of(follower, scale, number), number)
                seconds[follower.name].append(follower.connect(block))
            seconds["bare"].append(_store_bare(connection, _FIRST + number))
    ms = {name: statistics.median(values) * 1e3 for name, values in seconds.items()}
    what = f"block of {scale.block_outputs:,} outputs, {scale.block_payments:,} ours"
    watched = f"{scale.many_slips + scale.payees:,}"
    yield Row(
        f"{what}; watching {scale.few_watched:,}",
        "ms",
        ms["few"],
        ms["bare"],
        "COPY of the same rows",
        f"{goal(ms['few'], GOAL_APPLY, 'ms')}; {few.cpu()}",
    )
    yield Row(
        f"{what}; watching {watched}",
        "ms",
        ms["many"],
        ms["few"],
        against,
        f"{goal(ms['many'], GOAL_APPLY, 'ms')}; {many.cpu()}",
    )


def _store_bare(connection: psycopg.Connection[Any], height: int) -> float:
    rows = rows_of_block(connection, height)
    begin = time.perf_counter()
    copy_rows(connection, rows)
    return time.perf_counter() - begin


def _replays(scale: Scale, few: Follower, many: Follower, against: str) -> Iterator[Row]:
    pairs = {"few": few, "many": many}
    known = alternate(scale.repeats, {name: one.offer_again for name, one in pairs.items()})
    yield Row(
        "known block offered again",
        "ms",
        known["many"] * 1e3,
        known["few"] * 1e3,
        against,
        goal(known["many"] * 1e3, GOAL_REPLAY, "ms"),
    )
    off: dict[str, list[float]] = {name: [] for name in pairs}
    on: dict[str, list[float]] = {name: [] for name in pairs}
    for _ in range(scale.repeats):
        for name, follower in pairs.items():
            block = follower.applied[-1]
            off[name].append(follower.disconnect())
            on[name].append(follower.connect(block))
    for what, seconds, note in (
        ("block taken back", off, many.cpu(undone=True)),
        ("block connected again", on, ""),
    ):
        ms = {name: statistics.median(values) * 1e3 for name, values in seconds.items()}
        yield Row(f"{what}, {scale.block_payments:,} ours", "ms", ms["many"], ms["few"], against, note)
    foreign = alternate(scale.repeats, {name: _stranger_step(one, scale) for name, one in pairs.items()})
    yield Row(
        f"block of {scale.block_outputs:,} outputs, none ours",
        "ms",
        foreign["many"] * 1e3,
        foreign["few"] * 1e3,
        against,
        goal(foreign["many"] * 1e3, GOAL_REPLAY, "ms"),
    )


def _stranger_step(follower: Follower, scale: Scale) -> Any:
    def step() -> float:
        block = make_block(follower.tip, list(strangers(scale.block_outputs, 77)), 77)
        seconds = follower.connect(block)
        follower.disconnect()
        return seconds

    return step


def _reorganisations(scale: Scale, few: Follower, many: Follower, against: str) -> Iterator[Row]:
    depth = scale.reorg_depth
    seconds: dict[str, list[float]] = {"few": [], "many": []}
    for turn in range(1, scale.reorg_turns + 1):
        for follower in (few, many):
            seconds[follower.name].append(_reorganise(follower, scale, depth, turn))
    ms = {name: statistics.median(values) * 1e3 for name, values in seconds.items()}
    what = f"reorganisation: {depth} such blocks off, {depth + 1} on"
    yield Row(what, "ms", ms["many"], ms["few"], against, goal(ms["many"], GOAL_REORG, "ms"))


def _reorganise(follower: Follower, scale: Scale, depth: int, turn: int) -> float:
    """Replace the last blocks by others with the same payments, and one more without any of ours."""
    if len(follower.applied) > depth:
        follower.disconnect()
    lost = list(follower.applied)
    tip, fresh = follower.base, []
    for number in range(len(lost)):
        fresh.append(make_block(tip, _outputs_of(follower, scale, number), 1_000 * turn + number))
        tip = fresh[-1].hash
    fresh.append(make_block(tip, list(strangers(scale.block_outputs, turn)), 1_000 * turn + 999))
    return follower.follow(fresh)


def _outputs_of(follower: Follower, scale: Scale, number: int) -> Sequence[Payout]:
    """The outputs of block `number`: ours evenly among strangers'. From the fifth on orders are paid again."""
    slips = scale.few_slips if follower.name == "few" else scale.many_slips
    first = slips + 1 + (number % 4) * scale.block_payments
    every = scale.block_outputs // scale.block_payments
    outputs = list(strangers(scale.block_outputs, number))
    for at in range(scale.block_payments):
        outputs[at * every] = Payout(crowd.PAID_SATS, crowd.script_of(first + at))
    return outputs
