"""The verbs of results: what is waited for, what counts, what became of it. Each in its caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import after_commit, db
from app.core.errors import DomainError, NotFound
from app.core.ids import new_id
from app.core.jobs import queue
from app.people.players.queries import read_now
from app.record.audit.service import close_alarm, note
from app.record.log import service as public_log

from .consensus.marks import mark_of_outcome
from .models import AwaitedResult, ResultOutcome
from .settings import result_settings
from .sources.in_force import schedule_of
from .sources.lotteries import drawn_at, lottery
from .states import KNOWN, Move, moved
from .wanted import How, Wanted, name_of, public_name

TELL_JOB: Final = "results.tell"


def expect(wanted: Wanted) -> UUID:
    """Wait for a result from now on; the same again is the same, and waits anew where it was dismissed.

    Raises DomainError: 422 `lottery_unknown`, `slot_unknown`; 409 `result_expected_otherwise`: this name waits for
    another draw, or under another promise.
    """
    of = lottery(wanted.lottery)
    if not is_drawn(of.id, wanted.slot):
        raise DomainError("slot_unknown", field="slot")
    moment = drawn_at(of, wanted.day, wanted.slot)
    values = {
        **{name: getattr(wanted, name) for name in ("game", "subject", "lottery", "day", "slot")},
        "promise": wanted.promise,
        "final_after": wanted.final_after,
        "drawn_at": moment,
        "digits": of.digits,
    }
    made = db.session.scalar(
        insert(AwaitedResult)
        .values(id=new_id(), state="expected", next_look_at=moment + schedule_of(of).first, **values)
        .on_conflict_do_nothing(index_elements=["game", "subject"])
        .returning(AwaitedResult.id)
    )
    if made is None:
        row = locked(_named(wanted.game, wanted.subject).id)
        if any(getattr(row, name) != value for name, value in values.items()):
            raise DomainError("result_expected_otherwise", status=409)
        if row.state != "dismissed":
            return row.id
        move(row, "renew")
        made, row.next_look_at = row.id, max(moment + schedule_of(of).first, read_now())
    public_log.tell("result.expected", public_name(wanted.game, wanted.subject), _told(wanted))
    return made


def is_drawn(lottery_id: str, slot: time) -> bool:
    """Whether a lottery draws at that time of its day: a simulated one does at any. Raises DomainError 422
    `lottery_unknown`."""
    return slot in lottery(lottery_id).slots or result_settings().results_simulated_url is not None


def dismiss(game: str, subject: str, reason: str, *, actor: str) -> None:
    """Nobody waits for it any more: its draw was skipped, or is void. Again, it is nothing.

    Raises NotFound `result_not_found`; DomainError 409 `result_known`.
    """
    row = locked(_named(game, subject).id)
    if row.state == "dismissed":
        return
    move(row, "dismiss")
    row.provisional = row.next_look_at = None
    close_alarm("result_open", name_of(row.id), reason="dismissed")
    note(actor, "result.dismissed", name_of(row.id), reason)
    public_log.tell("result.dismissed", public_name(game, subject), {"reason": reason})


def settled(game: str, subject: str, version: int) -> None:
    """The game has paid out what this version of its result says; an overridden one changes nothing any more.

    Raises NotFound `result_not_found`; DomainError 409 `result_not_known`.
    """
    row = locked(_named(game, subject).id)
    newest = newest_of(row.id)
    if newest is None:
        raise DomainError("result_not_known", status=409)
    if newest.version == version and row.state != "settled":
        move(row, "settle")


def confirm(
    row: AwaitedResult, numbers: str, how: How, evidence: Mapping[str, Any], approval_id: UUID | None
) -> ResultOutcome:
    """Let it count, instead of what counted before, and say so in public. The row is locked by whoever calls.

    Raises DomainError 409 as `states.moved`.
    """
    last = newest_of(row.id)
    move(row, "confirm" if last is None else "correct")
    row.provisional = row.next_look_at = None
    now = read_now()
    made = ResultOutcome(
        awaited_id=row.id,
        version=1 if last is None else last.version + 1,
        numbers=numbers,
        how=how,
        evidence=dict(evidence),
        approval_id=approval_id,
        confirmed_at=now,
        final_at=now + row.final_after,
    )
    made.mark = mark_of_outcome(made)
    db.session.add(made)
    db.session.flush()
    close_alarm("result_open", name_of(row.id), reason=how)
    kind = "result.confirmed" if last is None else "result.corrected"
    told = {"numbers": numbers, "how": how, "version": made.version, "evidence": dict(evidence)}
    before = {} if last is None else {"before": last.numbers}
    final = {"finalAt": made.final_at.isoformat(), "confirmedAt": now.isoformat()}
    public_log.tell(kind, public_name(row.game, row.subject), {**told, **before, **final})
    after_commit(lambda: queue.ring_by_name(TELL_JOB))
    return made


def locked(awaited_id: UUID) -> AwaitedResult:
    """One that is waited for, for whoever changes it. Raises NotFound `result_not_found`."""
    row = db.session.scalars(
        select(AwaitedResult)
        .where(AwaitedResult.id == awaited_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound("result_not_found")
    return row


def move(row: AwaitedResult, what: Move) -> None:
    """Raises DomainError 409 as `states.moved`."""
    row.state = moved(row.state, what)  # type: ignore[arg-type]  # the table allows no other words


def newest_of(awaited_id: UUID) -> ResultOutcome | None:
    """What counts now."""
    query = select(ResultOutcome).where(ResultOutcome.awaited_id == awaited_id)
    return db.session.scalars(query.order_by(ResultOutcome.version.desc()).limit(1)).first()


def is_known(row: AwaitedResult) -> bool:
    """Whether a result counts already."""
    return row.state in KNOWN


def _named(game: str, subject: str) -> AwaitedResult:
    query = select(AwaitedResult).where(AwaitedResult.game == game, AwaitedResult.subject == subject)
    row = db.session.scalars(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound("result_not_found")
    return row


def _told(wanted: Wanted) -> dict[str, object]:
    return {
        "lottery": wanted.lottery,
        "day": wanted.day.isoformat(),
        "slot": f"{wanted.slot:%H:%M}",
        "promise": wanted.promise.hex(),
        "finalAfterSeconds": int(wanted.final_after / timedelta(seconds=1)),
    }
