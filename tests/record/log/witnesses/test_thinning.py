"""Old cosignatures go, but for those on which something rests; a week's are all there."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.record.log import checks
from app.record.log import jobs as log_jobs
from app.record.log import queries as log
from app.record.log import service as public_log
from app.record.log.witnesses import jobs, lines, queries
from app.record.log.witnesses.models import Cosignature
from app.record.log.witnesses.queries import Wish

from .conftest import name_in_settings
from .test_contradicting import EVE, line
from .test_named import key

ADAS, BOBS = key("witness.example/ada", 1), key("witness.example/bob", 2)
LONG_AGO = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=9)


def grow(count: int, *told: tuple[str, str, dict[str, object]]) -> list[int]:
    """So many checkpoints, an entry more each; the sizes of those."""
    sizes = []
    for number in range(count):
        with transaction():
            for one in told if number == 0 else ():
                public_log.tell(*one)
            public_log.tell("thing", f"thing {number}", {})
        log_jobs.sequence()
        with transaction():
            sizes.append(log.signed_size())
    return sizes


def cosigned(witness: str, sizes: Iterable[int], begun: datetime) -> None:
    """As if this witness had cosigned these, one every three seconds."""
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("INSERT INTO log_witnesses (key) VALUES (:key) ON CONFLICT DO NOTHING"), {"key": witness})
        for number, size in enumerate(sizes):
            at = begun + timedelta(seconds=3 * number)
            session.add(Cosignature(size=size, witness=witness, cosigned_at=at, line="", seen_at=at))


def kept(witness: str) -> list[int]:
    db.session.rollback()
    wanted = text("SELECT size FROM log_cosignatures WHERE witness = :key ORDER BY size")
    return list(db.session.scalars(wanted, {"key": witness}))


def seen(entry: int, before: datetime) -> dict[str, datetime]:
    with transaction():
        found = queries.seen([Wish(entry, one, before) for one in (ADAS, BOBS)])
        return {witness: first.at for (_, witness), first in found.items()}


def test_of_an_hour_the_one_that_most_share_and_each_ones_first_stay(committed_db: Flask) -> None:
    sizes = grow(12)
    cosigned(ADAS, sizes[:10], LONG_AGO)
    cosigned(BOBS, sizes[4:10], LONG_AGO + timedelta(seconds=12))
    cosigned(ADAS, sizes[10:], LONG_AGO + timedelta(hours=1))
    assert jobs.thin() == 12
    assert kept(ADAS) == [sizes[0], sizes[4], sizes[10], sizes[11]], "its first of each hour, the shared one, the last"
    assert kept(BOBS) == [sizes[4], sizes[9]]
    assert jobs.thin() == 0


def test_what_rounds_rest_on_stays(committed_db: Flask) -> None:
    """The first of each witness over a promise and a seal, the first that both share; and whatever an entry names."""
    before = grow(5)
    sealed = ("round.sealed", "round:1", {"detail": {}})
    after = grow(8, sealed)
    named = {"detail": {"cosigned": [{"verifierKey": ADAS, "size": after[6]}]}}
    later = grow(2, ("round.witnessed", "round:1", named))
    cosigned(ADAS, [*before, *after, *later], LONG_AGO)
    cosigned(BOBS, [*before[2:], after[3], after[5], *later], LONG_AGO + timedelta(seconds=6))
    with transaction():
        entry = log.entry_of("round.sealed", "round:1")
        assert entry is not None
        number = entry.number
    moment = LONG_AGO + timedelta(seconds=36)
    first = seen(number, moment)
    assert first.keys() == {ADAS, BOBS}
    with transaction():
        shared = lines.most_cosigned(number, (ADAS, BOBS), before=moment)
    assert shared == after[3]
    assert jobs.thin() > 0
    assert {before[0], before[2], after[0], after[3], after[6], later[-1]} <= set(kept(ADAS))
    assert {after[1], after[2], after[4], after[7]}.isdisjoint(kept(ADAS))
    assert after[3] in kept(BOBS)
    assert after[5] not in kept(BOBS)
    assert seen(number, moment) == first, "who had seen the seal by then, and when, is what it was"
    with transaction():
        assert lines.most_cosigned(number, (ADAS, BOBS), before=moment) == shared


def test_a_weeks_are_all_there_and_the_newest_with_the_quorum(committed_db: Flask) -> None:
    sizes = grow(6)
    name_in_settings(committed_db, ADAS, "https://a.example/checkpoint", BOBS, "https://b.example/checkpoint", quorum=2)
    cosigned(ADAS, sizes[:3], datetime.now(UTC) - timedelta(days=6))
    cosigned(BOBS, sizes[:3], LONG_AGO)
    with transaction():
        assert lines.newest_size_with_quorum() == sizes[2]
    assert jobs.thin() == 1
    assert (kept(ADAS), kept(BOBS)) == (sizes[:3], [sizes[0], sizes[2]])
    with transaction():
        assert lines.newest_size_with_quorum() == sizes[2]


@pytest.mark.parametrize("statement", ["DELETE FROM log_cosignatures", "UPDATE log_cosignatures SET line = ''"])
def test_the_database_lets_no_young_one_go(committed_db: Flask, statement: str) -> None:
    sizes = grow(1)
    cosigned(ADAS, sizes, datetime.now(UTC) - timedelta(days=6))
    with pytest.raises(Exception, match="only ever added"):
        db.session.execute(text(statement))
    db.session.rollback()


def test_the_audit_finds_nothing_missing(committed_db: Flask) -> None:
    """Real cosignatures, thinned: what is left holds; and what an entry rests on must be there, and be the same."""
    eve, made = str(EVE), {}
    with transaction() as session:
        session.execute(text("INSERT INTO log_witnesses (key) VALUES (:key)"), {"key": eve})
    for size in grow(4):
        with transaction() as session:
            note = log.checkpoint_over(size - 1)
            assert note is not None
            made[size] = line(note.note).decode()
            raw = base64.b64decode(made[size].split(" ")[2])
            at = datetime.fromtimestamp(int.from_bytes(raw[4:12], "big"), UTC)
            session.add(Cosignature(size=size, witness=eve, cosigned_at=at, line=made[size]))
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("UPDATE log_cosignatures SET seen_at = :at"), {"at": LONG_AGO})
    assert jobs.thin() == 2
    assert kept(eve) == [1, 4]
    assert breaches() == []
    for size, told in ((1, made[1]), (3, made[3]), (4, made[3])):
        digest = hashlib.sha256(told.encode()).hexdigest()
        one = {"verifierKey": eve, "size": size, "line": digest}
        with transaction():
            public_log.tell("round.witnessed", f"round:{size}", {"detail": {"cosigned": [one]}})
    log_jobs.sequence()
    assert [("3 entries" in one, "4 entries" in one) for one in breaches()] == [(True, False), (False, True)]


def breaches() -> list[str]:
    with transaction():
        found = [f"{breach}" for check in checks.CHECKS for breach in check()]
    assert all("log.cosignature_missing" in one for one in found), found
    return found
