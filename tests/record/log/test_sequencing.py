"""What waits gets its number once, a place on the second disk, and a signature; whoever numbers, nobody forks."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.record.log import checks, jobs, queries, service
from app.record.log.format import notes, tree
from tests.settings import LOG_KEY


def tell(count: int, name: str = "a thing") -> None:
    with transaction():
        for number in range(count):
            service.tell("thing", name, {"number": number})


def breaches() -> list[object]:
    with transaction():
        return [breach for check in checks.CHECKS for breach in check()]


def test_what_waits_is_numbered_copied_and_signed(committed_db: Flask) -> None:
    tell(3)
    assert jobs.sequence() == 3
    assert jobs.sequence() == 0
    with transaction():
        newest = queries.newest_checkpoint()
        assert newest is not None
        said = notes.Checkpoint.parse(notes.opened(newest.note, LOG_KEY.verifier))
        leaves = [tree.leaf_hash(entry.data.encode()) for entry in queries.entries(0, 10)]
        assert (said.size, said.root) == (3, tree.node_hash(tree.node_hash(*leaves[:2]), leaves[2]))
        assert db.session.scalar(text("SELECT count(*) FROM log_leaves")) == 0
    assert breaches() == []


def test_a_tree_that_grows_in_steps_is_that_of_one_go(committed_db: Flask) -> None:
    for count in (1, 254, 1, 1, 600):
        tell(count)
        jobs.sequence()
    assert breaches() == []
    with transaction():
        assert queries.size() == 857
