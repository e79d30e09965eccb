"""Whether the sources of a lottery confirm its results by themselves: two people, and a day in which everybody can see
it coming."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ids import new_id
from app.core.marks import mark
from app.outcomes.results.models import ResultConfirming
from app.outcomes.results.sources import confirming
from app.outcomes.results.sources.in_force import has_two_origins
from app.outcomes.results.sources.lotteries import Lottery, lottery
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload
from app.record.audit.service import note
from app.record.log import service as public_log

NAME: Final = "result.confirming"
MODULE: Final = "results"
WAIT: Final = timedelta(hours=24)


def may_be_said(of: Lottery) -> bool:
    """Whether there is anything to say: of lotteries with two independent sources that two people confirm."""
    return not of.by_machine and (has_two_origins(of) or confirming.said_last(of))


def propose(identifier: str, *, by_sources: bool, why: str, actor: str) -> Approval | None:
    """Ask a second operator to let sources confirm, or people again; a day from now at the earliest.

    Raises DomainError: 422 `lottery_unknown`, `lottery_has_one_source`, `confirming_as_it_is`; and as
    `approvals.propose`.
    """
    of = lottery(identifier)
    _check(of, by_sources=by_sources)
    payload: Payload = {"lottery": of.id, "bySources": by_sources}
    return approvals.propose_or_do(NAME, subject_of(of), payload, why, actor=actor)


def subject_of(of: Lottery) -> str:
    """How audit, log and proposals name it."""
    return f"lottery:{of.id}"


def _check(of: Lottery, *, by_sources: bool) -> None:
    if by_sources and not has_two_origins(of):
        raise DomainError("lottery_has_one_source", field="by_sources")
    if of.by_machine or confirming.said_last(of) == by_sources:
        raise DomainError("confirming_as_it_is", field="by_sources")


def _still_valid(payload: Payload) -> str | None:
    try:
        _check(lottery(payload["lottery"]), by_sources=payload["bySources"])
    except DomainError:
        return str(gettext("It is so already, or there are no two independent sources any more."))
    return None


def _execute(payload: Payload, agreed: Agreed) -> None:
    of, by_sources = lottery(payload["lottery"]), payload["bySources"]
    row = ResultConfirming(
        id=new_id(),
        lottery=of.id,
        by_sources=by_sources,
        approval_id=agreed.id,
        decided_by=agreed.actor,
        confirmed_by=agreed.confirmed_by,
    )
    row.mark = mark(confirming.MARK, confirming.told(row))
    db.session.add(row)
    db.session.flush()
    note(agreed.actor, "result.confirming", subject_of(of), agreed.why, bySources=by_sources)
    public_log.tell("result.confirming", subject_of(of), {"bySources": by_sources})


def _describe(payload: Payload) -> Described:
    of = lottery(payload["lottery"])
    by_sources, by_people = gettext("its sources, once all of them agree"), gettext("two people")
    now, then = (by_people, by_sources) if payload["bySources"] else (by_sources, by_people)
    rows = (
        (gettext("Lottery"), of.title),
        (gettext("Results are confirmed by"), f"{now} → {then}"),
        (gettext("Holds for"), gettext("draws that are promised from then on")),
    )
    return Described(gettext("Who confirms the results of a lottery is changed."), rows, "/admin/results/sources")


KIND: Final = ApprovalKind(
    name=NAME,
    module=MODULE,
    title=_l("Who confirms official results"),
    describe=_describe,
    execute=_execute,
    still_valid=_still_valid,
    wait=lambda: WAIT,
)
