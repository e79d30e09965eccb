"""What `flask audit` asks of results: what counts follows from what was read or attached, and all of that is there."""

from __future__ import annotations

import hashlib
import zlib
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from app.core.checks import Breach, disagreements
from app.core.database.session import db
from app.core.files import store

from .consensus.marks import is_confirmed_here, is_read_here
from .deciding.papers import ROOM
from .models import (
    AwaitedResult,
    ResultConfirming,
    ResultObservation,
    ResultOutcome,
    ResultPaper,
    ResultSourceChange,
)
from .sources import confirming
from .sources.in_force import is_whole

_NEW: Final = timedelta(days=8)
"""So long is a page hashed anew each night: older ones were seen whole, and are gigabytes after some years."""
_NEWEST: Final = "(SELECT max(o.version) FROM result_outcomes o WHERE o.awaited_id = a.id)"
_QUERIES: Final = {
    "state": f"""
        SELECT a.game || ' ' || a.subject AS what, a.state IN ('confirmed', 'settled') AS found,
               {_NEWEST} IS NOT NULL AS expected
        FROM awaited_results a
    """,
    "versions": f"""
        SELECT a.game || ' ' || a.subject AS what, coalesce({_NEWEST}, 0) AS found,
               (SELECT count(*) FROM result_outcomes o WHERE o.awaited_id = a.id) AS expected
        FROM awaited_results a
    """,
    "digits": """
        SELECT a.game || ' ' || a.subject AS what, length(o.numbers) AS found, a.digits AS expected
        FROM result_outcomes o JOIN awaited_results a ON a.id = o.awaited_id
    """,
    "final": """
        SELECT a.game || ' ' || a.subject AS what, o.final_at AS found, o.confirmed_at + a.final_after AS expected
        FROM result_outcomes o JOIN awaited_results a ON a.id = o.awaited_id
    """,
    "reads": """
        SELECT a.game || ' ' || a.subject AS what, (
                SELECT count(*) FROM jsonb_array_elements(o.evidence -> 'reads') AS r
                JOIN result_observations s ON s.id::text = r ->> 'id' AND s.awaited_id = o.awaited_id
                WHERE s.numbers = o.numbers AND encode(s.body_sha256, 'hex') = r ->> 'sha256'
            ) AS found, greatest(jsonb_array_length(o.evidence -> 'reads'), 2) AS expected
        FROM result_outcomes o JOIN awaited_results a ON a.id = o.awaited_id
        WHERE o.how = 'consensus' OR jsonb_exists(o.evidence, 'reads')
    """,
    "papers": """
        SELECT a.game || ' ' || a.subject AS what, (
                SELECT count(*) FROM jsonb_each_text(o.evidence -> 'papers') AS p
                JOIN result_papers r ON r.id::text = p.key AND r.awaited_id = o.awaited_id
                WHERE encode(r.sha256, 'hex') = p.value
            ) AS found, greatest((SELECT count(*) FROM jsonb_each_text(o.evidence -> 'papers')), 1) AS expected
        FROM result_outcomes o JOIN awaited_results a ON a.id = o.awaited_id
        WHERE o.how <> 'consensus' AND NOT jsonb_exists(o.evidence, 'reads')
    """,
}


def results_follow() -> list[Breach]:
    """States, versions and numbers follow from the outcomes, and these from reads or papers that are there."""
    return disagreements("results", _QUERIES)


def evidence_is_as_it_came() -> list[Breach]:
    """Each page of the last days has the hash under which it was read, every paper its file; and of what is not settled
    yet all was read, confirmed or changed by processes of ours."""
    return [*_pages(), *_papers(), *_marks()]


def _pages() -> list[Breach]:
    query = select(ResultObservation.id, ResultObservation.body, ResultObservation.body_sha256)
    newest = query.where(ResultObservation.body.is_not(None), ResultObservation.answered_at > func.now() - _NEW)
    found = db.session.execute(newest.execution_options(yield_per=50))
    return [
        Breach("results.pages", f"{row.id}: is not what was read")
        for row in found
        if not _is_as_it_came(row.body, row.body_sha256)
    ]


def _is_as_it_came(body: bytes | None, sha256: bytes | None) -> bool:
    if body is None or sha256 is None:
        return False
    try:
        return hashlib.sha256(zlib.decompress(body)).digest() == bytes(sha256)
    except zlib.error:
        return False


def _papers() -> list[Breach]:
    ids = db.session.scalars(select(ResultPaper.id))
    return [Breach("results.papers", f"{one}: its file is gone") for one in ids if not store.is_there(ROOM, one)]


def _marks() -> list[Breach]:
    unsettled = select(AwaitedResult.id).where(AwaitedResult.state.in_(("expected", "provisional", "confirmed")))
    reads = select(ResultObservation).where(
        ResultObservation.awaited_id.in_(unsettled), ResultObservation.answered_at.is_not(None)
    )
    outcomes = select(ResultOutcome).where(ResultOutcome.awaited_id.in_(unsettled))
    changes = select(ResultSourceChange)
    return [
        *(Breach("results.reads", f"{one.id}: not ours") for one in db.session.scalars(reads) if not is_read_here(one)),
        *(
            Breach("results.outcomes", f"{one.awaited_id}, {one.version}: not ours")
            for one in db.session.scalars(outcomes)
            if not is_confirmed_here(one)
        ),
        *(
            Breach("results.sources", f"{one.source}: its change is not ours")
            for one in db.session.scalars(changes)
            if not is_whole(one)
        ),
        *(
            Breach("results.confirming", f"{one.lottery}: is not ours")
            for one in db.session.scalars(select(ResultConfirming))
            if not confirming.is_whole(one)
        ),
    ]


CHECKS: Final = (results_follow, evidence_is_as_it_came)
