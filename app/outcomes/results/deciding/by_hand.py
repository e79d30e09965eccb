"""A result that two people enter, because sources do not make one, or say one that only people may let count; or
correct, because it was a wrong one."""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import UUID

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.text.isolation import isolated
from app.core.web.templating import utc
from app.core.wire.error_messages import message_for
from app.outcomes.results import queries, service
from app.outcomes.results.consensus.judging import agreement
from app.outcomes.results.models import AwaitedResult
from app.outcomes.results.queries import Result
from app.outcomes.results.sources.lotteries import lottery
from app.outcomes.results.wanted import How, name_of
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.people.players.queries import read_now
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload
from app.record.audit.service import note

from . import papers

ENTER: Final = "result.enter"
CORRECT: Final = "result.correct"
MODULE: Final = "results"


def propose(awaited_id: UUID, numbers: str, why: str, *, actor: str) -> Approval | None:
    """Ask a second operator to let these numbers count: for the first time, or instead of what counts. None where the
    settings say that one is enough, and it is done.

    Raises:
        NotFound: `result_not_found`.
        DomainError: 422 `numbers_invalid`, `numbers_the_same`, `paper_missing`; 409 `result_too_early`,
            `result_dismissed`; and as `approvals.propose`.
    """
    row = service.locked(awaited_id)
    found = queries.one(awaited_id)
    _check(found, numbers)
    attached, about = papers.papers_of(awaited_id), name_of(row.id)
    if not attached and said_by_sources(row.id) != numbers:
        raise DomainError("paper_missing", field="file")
    payload: Payload = {
        "resultId": str(awaited_id),
        "about": about,
        "numbers": numbers,
        "instead": _version(found),
        "papers": {str(one.id): one.sha256 for one in attached},
    }
    return approvals.propose_or_do(CORRECT if found.outcome else ENTER, about, payload, why, actor=actor)


def said_by_sources(awaited_id: UUID) -> str:
    """The numbers that need no paper, because sources say them; "" for none."""
    found = agreement(db.session.get_one(AwaitedResult, awaited_id))
    return found.numbers if found is not None else ""


def _check(found: Result, numbers: str) -> None:
    if not re.fullmatch(f"[0-9]{{{found.digits}}}", numbers):
        raise DomainError("numbers_invalid", field="numbers", digits=found.digits)
    if found.state == "dismissed":
        raise DomainError("result_dismissed", status=409)
    if read_now() < found.drawn_at:
        raise DomainError("result_too_early", status=409)
    if found.outcome is not None and found.outcome.numbers == numbers:
        raise DomainError("numbers_the_same", field="numbers")


def _version(found: Result) -> int:
    """What would be overridden: 0 where nothing counts yet."""
    return found.outcome.version if found.outcome is not None else 0


def _still_valid(payload: Payload) -> str | None:
    found = queries.one(UUID(payload["resultId"]))
    if _version(found) != payload["instead"]:
        return str(gettext("Another result counts by now."))
    try:
        _check(found, payload["numbers"])
    except DomainError as error:
        return str(message_for(error))
    if not payload["papers"] and said_by_sources(found.id) != payload["numbers"]:
        return str(gettext("The sources do not say so any more."))
    return None


def _execute(payload: Payload, agreed: Agreed) -> None:
    row = service.locked(UUID(payload["resultId"]))
    if (why := _still_valid(payload)) is not None:  # what came since the look before the lock was shown to nobody
        raise DomainError("approval_outdated", status=409, why=why)
    how: How = "correction" if payload["instead"] else "by_hand"
    evidence: dict[str, Any] = {
        "approval": str(agreed.id),
        "papers": dict(payload["papers"]),
        "sources": _said(row),
    }
    if not payload["papers"] and (found := agreement(row)) is not None:
        evidence["reads"] = list(found.reads)
    made = service.confirm(row, payload["numbers"], how, evidence, agreed.id)
    told = {"numbers": made.numbers, "version": made.version}
    if how == "correction":
        note(agreed.actor, "result.corrected", payload["about"], agreed.why, **told)
    else:
        note(agreed.actor, "result.entered", payload["about"], agreed.why, **told)


def _said(row: AwaitedResult) -> dict[str, str]:
    """What each source was found to say last."""
    return {one.source: one.numbers for one in queries.looks_at(row.id) if one.numbers is not None}


def _describe(payload: Payload) -> Described:
    found = queries.one(UUID(payload["resultId"]))
    of = lottery(found.lottery)
    rows = [
        (gettext("Numbers"), payload["numbers"]),
        (gettext("Draw"), f"{of.title}, {found.day.isoformat()} {found.slot:%H:%M}"),
        (gettext("Drawn at"), utc(found.drawn_at)),
        (gettext("For"), f"{found.game}, {isolated(found.subject)}"),
        (gettext("Papers"), str(len(payload["papers"]))),
        *((one.source, one.numbers or one.reason.replace("_", " ")) for one in _last_looks(found)),
    ]
    known = (*found.overridden, found.outcome)
    instead = next((one for one in known if one is not None and one.version == payload["instead"]), None)
    if instead is not None:
        final = gettext("final since %(when)s", when=utc(instead.final_at))
        waits = gettext("final at %(when)s", when=utc(instead.final_at))
        is_final = instead.final_at <= read_now()
        rows.insert(1, (gettext("Counts until then"), f"{instead.numbers}, {final if is_final else waits}"))
    sentence = _CORRECTED if instead is not None else _ENTERED if payload["papers"] else _SAID
    return Described(str(sentence), tuple(rows), f"/admin/results/{found.id}")


_ENTERED: Final = _l("A result is entered by hand, and bets are settled by it.")
_SAID: Final = _l("What sources say counts as the result, and bets are settled by it.")
_CORRECTED: Final = _l("A result is overridden: what was settled by it is settled anew.")


def _last_looks(found: Result) -> list[queries.Look]:
    newest = {one.source: one for one in queries.looks_at(found.id) if one.answered_at is not None}
    return [newest[name] for name in sorted(newest)]


def _kind(name: str, title: LazyString) -> ApprovalKind:
    return ApprovalKind(
        name=name,
        module=MODULE,
        title=title,
        describe=_describe,
        execute=_execute,
        still_valid=_still_valid,
        unread=papers.unread,
    )


KINDS: Final = (_kind(ENTER, _l("Result entered by hand")), _kind(CORRECT, _l("Correction of a result")))
