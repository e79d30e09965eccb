"""Every entry gets one place in one chain, and nobody changes a sealed one unseen."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.record.audit import chain, checks, jobs, queries
from app.record.audit.models import AuditSeal
from app.record.audit.service import note, seal_entries


def write(count, subject="test"):
    with transaction():
        return [note("system", "tested", subject, number=number) for number in range(count)]


def tamper(statement):
    """As somebody with all rights over the database could: past the triggers."""
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text(statement))


def test_entries_are_chained_in_batches(committed_db):
    ids = write(25)
    with transaction():
        assert [seal_entries(10) for _ in range(4)] == [10, 10, 5, 0]
    seals = db.session.query(AuditSeal).order_by(AuditSeal.seq).all()
    assert [(seal.seq, seal.entry_id) for seal in seals] == list(enumerate(ids, start=1))
    assert queries.verify_chain() == []
    assert queries.head() == (25, seals[-1].hash)


def test_the_job_runs_twice_and_seals_once(committed_db):
    write(3)
    assert [jobs.seal(), jobs.seal(), jobs.seal_stragglers()] == [3, 0, 0]


def test_a_late_commit_is_sealed_although_newer_entries_were(committed_db):
    written, finish = threading.Event(), threading.Event()

    def slow():
        with committed_db.app_context(), transaction():
            note("system", "slow", "late")
            written.set()
            finish.wait(60)

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(60)
    write(2)
    assert jobs.seal() == 2
    finish.set()
    thread.join()
    assert jobs.seal() == 1
    assert queries.verify_chain() == []


def test_what_committed_days_late_is_found_by_the_stragglers_job(committed_db):
    old = UUID(int=int((datetime.now(UTC) - timedelta(days=3)).timestamp() * 1000) << 80)
    with transaction() as session:
        session.execute(
            text("INSERT INTO audit_entries (id, actor, action, subject) VALUES (:id, 'a', 'b', 'c')"), {"id": old}
        )
    assert [jobs.seal(), jobs.seal_stragglers()] == [0, 1]


def test_many_sealers_make_one_chain(committed_db):
    write(60)

    def seal_some(_):
        with committed_db.app_context(), transaction():
            return seal_entries(7)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(seal_some, range(12))) == 60
    assert queries.verify_chain() == []


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE audit_entries SET reason = 'other' WHERE detail = '{\"number\": 1}'", "changed after it was sealed"),
        ("DELETE FROM audit_seals WHERE seq = 2", "place 2 is missing"),
        ("UPDATE audit_seals SET hash = '\\x00' WHERE seq = 2", "wrong hash"),
        ("UPDATE audit_seals SET previous_hash = '\\x00' WHERE seq = 3", "does not continue"),
    ],
)
def test_tampering_is_found_even_past_the_triggers(committed_db, statement, finding):
    write(4)
    jobs.seal()
    tamper(statement)
    (breach,) = checks.chain_holds()
    assert finding in breach.detail


def test_an_entry_without_its_seal_is_a_breach_after_five_minutes(committed_db):
    write(1)
    assert checks.everything_is_sealed() == []
    tamper("UPDATE audit_entries SET recorded_at = now() - interval '6 minutes'")
    assert [breach.check for breach in checks.everything_is_sealed()] == ["audit.unsealed"]


def test_a_rows_hash_is_what_an_outsider_computes():
    """Golden: canonical JSON under SHA-256, then the link over both hashes."""
    row = chain.row_hash(
        id=UUID(int=1),
        recorded_at=datetime(2026, 1, 2, 3, 4, 5, 6, UTC),
        actor="system",
        action="a",
        subject="é",
        reason="",
        detail={"b": 1, "a": [True, None]},
    )
    assert row.hex() == "9b2494177e4c64b970ea2afbb56188c50442a270edd1e4926a4361fe7750448e"
    assert chain.link(chain.START, row).hex() == "61f44fd5abd4e048095a7ed9857ed9ece66558c1b39af50ac2b96de2e7e1e8e7"
