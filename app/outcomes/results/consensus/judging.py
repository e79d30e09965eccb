"""Whether what sources said so far makes a result, or is one that people may let count; called whenever one of them has
said something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.core.database.session import db
from app.outcomes.results import service
from app.outcomes.results.models import AwaitedResult, ResultObservation
from app.outcomes.results.sources.in_force import base_of, is_confirmed_by_sources, schedule_of, sources_of
from app.outcomes.results.sources.known import Source
from app.outcomes.results.sources.lotteries import Lottery, lottery
from app.outcomes.results.states import OPEN
from app.outcomes.results.wanted import name_of
from app.record.audit.service import note

from .marks import is_read_here
from .rules import Read, Rule, Verdict, verdict


@dataclass(frozen=True, slots=True)
class Agreement:
    """What people may let count because sources say it, with the reads that say so, as evidence."""

    numbers: str
    reads: Sequence[dict[str, Any]]


def judge(row: AwaitedResult) -> None:
    """Let a result that is open go on to what its sources say. The row is locked by whoever calls."""
    if row.state not in OPEN:
        return
    of = lottery(row.lottery)
    rows = _counting(row, of)
    found = verdict(rule_of(of), [_read(one) for one in rows])
    if found.stands == "agreed" and found.numbers is not None and is_confirmed_by_sources(of, row.created_at):
        _confirm(row, found.numbers, found, rows)
        return
    if not of.by_machine:
        found = verdict(proposing_rule_of(of), [_read(one) for one in rows])
    if found.stands != "nothing" and found.numbers is not None:
        row.provisional = found.numbers
        service.move(row, "agree")
    elif row.state == "provisional":
        row.provisional = None
        service.move(row, "doubt")


def rule_of(of: Lottery) -> Rule:
    """What a lottery's result takes, with its sources as they are now."""
    asked = sources_of(of)
    return Rule(of.needs, frozenset(one.origin for one in asked), schedule_of(of).apart)


def proposing_rule_of(of: Lottery) -> Rule:
    """What it takes before people may let it count: one source. New York's second one speaks at night."""
    return Rule((of.sources,), frozenset(), schedule_of(of).apart)


def agreement(row: AwaitedResult) -> Agreement | None:
    """What people may let count now; None where sources do not say it twice yet, where one of them says otherwise, and
    where people enter only what sources do not make."""
    of = lottery(row.lottery)
    if of.by_machine or row.state not in OPEN:
        return None
    rows = _counting(row, of)
    found = verdict(proposing_rule_of(of), [_read(one) for one in rows])
    if found.stands != "agreed" or found.numbers is None or found.against:
        return None
    return Agreement(found.numbers, [told(one) for one in rows if one.id in found.reads])


def _counting(row: AwaitedResult, of: Lottery) -> list[ResultObservation]:
    asked = sources_of(of)
    return [one for one in answered(row) if _counts(one, asked)]


def answered(row: AwaitedResult) -> list[ResultObservation]:
    """All that sources were found to say of it, by processes of ours, the oldest first."""
    query = select(ResultObservation).where(
        ResultObservation.awaited_id == row.id, ResultObservation.answered_at.is_not(None)
    )
    found = db.session.scalars(query.order_by(ResultObservation.id).execution_options(populate_existing=True))
    return [one for one in found if is_read_here(one)]


def _counts(row: ResultObservation, asked: list[Source]) -> bool:
    """Whether its source is asked still, and as it was asked then: two people may have found out what it says."""
    return any(
        (row.source, row.host, row.parser, row.origin) == (one.name, base_of(one), one.parser, one.origin)
        for one in asked
    )


def told(row: ResultObservation) -> dict[str, Any]:
    """A read as evidence names it: public, and found again by its id."""
    assert row.asked_at is not None
    assert row.answered_at is not None
    return {
        "id": str(row.id),
        "source": row.source,
        "origin": row.origin,
        "host": row.host,
        "parser": row.parser,
        "askedAt": row.asked_at.isoformat(),
        "answeredAt": row.answered_at.isoformat(),
        "sha256": row.body_sha256.hex() if row.body_sha256 is not None else None,
        "numbers": row.numbers,
    }


def _read(row: ResultObservation) -> Read:
    assert row.asked_at is not None
    assert row.answered_at is not None
    return Read(row.id, row.source, row.origin, row.asked_at, row.answered_at, row.numbers, row.reason)


def _confirm(row: AwaitedResult, numbers: str, found: Verdict, rows: list[ResultObservation]) -> None:
    reads = [told(one) for one in rows if one.id in found.reads]
    made = service.confirm(row, numbers, "consensus", {"reads": reads, "against": list(found.against)}, None)
    note(
        "system",
        "result.confirmed",
        name_of(row.id),
        numbers=numbers,
        version=made.version,
        against=list(found.against),
    )
