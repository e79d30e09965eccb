"""The public log: leaves that wait get their numbers, their place on the second disk and a signature; and a proof among
ten million entries, from tiles alone."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from itertools import count
from typing import Final

import psycopg
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db
from app.record.log import jobs, queries, sequencing, statements
from app.record.log.format import tree

from .measuring import Row, alternate, goal, rates, seconds_of
from .stage import Stage, unit_of_work

RATE: Final = 30_000
PROOF_SECONDS: Final = 0.005
_WAITING = """
INSERT INTO log_leaves (kind, subject, data)
SELECT 'bench', 'bench:' || n, '{"filler":"' || repeat('x', 250) || '","n":' || :turn || ',"of":' || n || '}'
FROM generate_series(1, :leaves) AS n
"""
_BARE = """
INSERT INTO bare_entries SELECT n, sha256(data::bytea), 'bench', 'bench:' || n, data
FROM generate_series(1, %(leaves)s) AS n,
    LATERAL (SELECT '{"filler":"' || repeat('x', 250) || '","n":' || n || '}' AS data) AS told
"""
_TABLE = "CREATE TABLE bare_entries (number bigint PRIMARY KEY, hash bytea, kind text, subject text, data text)"
_turns = count(1)


def run(stage: Stage) -> Iterator[Row]:
    """Numbers against bare rows with their hashes; a proof against one look at a row by its key."""
    yield from _sequenced(stage)
    yield _proven(stage)


def _sequenced(stage: Stage) -> Iterator[Row]:
    app, leaves = stage.few(), stage.scale.waiting_leaves
    with psycopg.connect(stage.url("few"), autocommit=True) as connection:
        connection.execute(_TABLE)

        def bare() -> float:
            connection.execute("TRUNCATE bare_entries")
            return seconds_of(lambda: _drop(connection.execute(_BARE, {"leaves": leaves})))

        def numbered() -> float:
            _wait(app, leaves)
            took = seconds_of(lambda: _number_all(app))
            with app.app_context():
                jobs.sequence()
            return took

        def signed() -> float:
            _wait(app, leaves)
            with app.app_context():
                return seconds_of(lambda: _drop(jobs.sequence()))

        ways = {"numbered": numbered, "signed": signed, "bare": bare}
        found = rates(leaves, alternate(min(3, stage.scale.repeats), ways))
    note, against = goal(found["numbered"], RATE, "leaves/s"), "bare rows with a hash"
    yield Row("leaves get their numbers", "leaves/s", found["numbered"], found["bare"], against, note)
    yield Row("and the second disk, and a signature", "leaves/s", found["signed"], found["bare"], against)


def _wait(app: Flask, leaves: int) -> None:
    with unit_of_work(app):
        db.session.execute(text(_WAITING), {"leaves": leaves, "turn": next(_turns)})


def _number_all(app: Flask) -> None:
    while True:
        with unit_of_work(app):
            if sequencing.number() < sequencing.BATCH:
                return


def _proven(stage: Stage) -> Row:
    """In a transaction that is taken back: what stands in the tables is no log of entries that there are."""
    app, size, repeats = stage.few(), stage.scale.proof_leaves, stage.scale.look_ups
    numbers = [secrets.randbelow(size) for _ in range(repeats)]
    with app.app_context():
        try:
            _grow(size)
            seconds = alternate(
                3,
                {"ours": lambda: _prove_each(numbers, size), "bare": lambda: _look_at_each(numbers)},
            )
        finally:
            db.session.rollback()
    ours, bare = (1000 * seconds[name] / repeats for name in ("ours", "bare"))
    note = f"goal ≤ {1000 * PROOF_SECONDS:.0f} ms: {'met' if ours <= 1000 * PROOF_SECONDS else 'MISSED'}"
    return Row(f"a proof among {size:,} entries", "ms", ours, bare, "one row by its key", note)


def _grow(size: int) -> None:
    db.session.execute(text("DELETE FROM log_tiles"))
    for level, row in tree.appended([], secrets.token_bytes(tree.HASH * size)):
        width = tree.HASH * tree.TILE_WIDTH
        tiles = [row[start : start + width] for start in range(0, len(row), width)]
        columns = {"levels": [level] * len(tiles), "positions": list(range(len(tiles))), "hashes": tiles}
        db.session.execute(text(statements.KEEP_TILES), columns)


def _prove_each(numbers: list[int], size: int) -> None:
    for number in numbers:
        tree.inclusion(number, size, queries.tiles(tree.beside(number, size)))


def _look_at_each(numbers: list[int]) -> None:
    for number in numbers:
        queries.hashes_of(tree.Place(0, number // tree.TILE_WIDTH))


def _drop(_: object) -> None:
    """What is returned would count as seconds."""
