"""A source's host, parser or origin: two people, and a day in which everybody can see it coming."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.core.ids import new_id
from app.core.marks import mark
from app.outcomes.results.models import ResultSourceChange
from app.outcomes.results.parsers.all_of_them import PARSERS
from app.outcomes.results.sources.in_force import MARK, all_of_them, told
from app.outcomes.results.sources.known import Source
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload
from app.record.audit.service import note
from app.record.log import service as public_log

NAME: Final = "result.source"
MODULE: Final = "results"
WAIT: Final = timedelta(hours=24)
_HOST: Final = re.compile(r"https://(?=.{4,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+")
_ORIGIN: Final = re.compile(r"[a-z0-9_]{2,40}")


def propose(name: str, *, host: str, parser: str, origin: str, is_asked: bool, why: str, actor: str) -> Approval | None:
    """Ask a second operator to change a source, a day from now at the earliest.

    Raises:
        NotFound: `source_unknown`.
        DomainError: 422 `host_invalid`, `parser_unknown`, `origin_invalid`, `source_as_it_is`; and as
            `approvals.propose`.
    """
    now = _source(name)
    if not _HOST.fullmatch(host):
        raise DomainError("host_invalid", field="host")
    if parser not in PARSERS:
        raise DomainError("parser_unknown", field="parser")
    if not _ORIGIN.fullmatch(origin):
        raise DomainError("origin_invalid", field="origin")
    wanted = {"host": host, "parser": parser, "origin": origin, "isAsked": is_asked}
    if wanted == _as_it_is(now):
        raise DomainError("source_as_it_is", field="host")
    payload: Payload = {"source": name, "before": _as_it_is(now), "after": wanted}
    return approvals.propose_or_do(NAME, _subject(name), payload, why, actor=actor)


def _source(name: str) -> Source:
    found = all_of_them().get(name)
    if found is None:
        raise NotFound("source_unknown")
    return found


def _subject(name: str) -> str:
    return f"source:{name}"


def _as_it_is(source: Source) -> dict[str, Any]:
    return {"host": source.host, "parser": source.parser, "origin": source.origin, "isAsked": source.is_asked}


def _still_valid(payload: Payload) -> str | None:
    now = all_of_them().get(payload["source"])
    if now is None or payload["after"]["parser"] not in PARSERS:
        return str(gettext("There is no such source or parser any more."))
    return None if _as_it_is(now) == payload["before"] else str(gettext("The source has been changed since."))


def _execute(payload: Payload, agreed: Agreed) -> None:
    after = payload["after"]
    row = ResultSourceChange(
        id=new_id(),
        source=payload["source"],
        host=after["host"],
        parser=after["parser"],
        origin=after["origin"],
        is_asked=after["isAsked"],
        approval_id=agreed.id,
        decided_by=agreed.actor,
        confirmed_by=agreed.confirmed_by,
    )
    row.mark = mark(MARK, told(row))
    db.session.add(row)
    db.session.flush()
    note(agreed.actor, "result.source_changed", _subject(row.source), agreed.why, **after)
    public_log.tell("result.source", _subject(row.source), {"before": payload["before"], "after": after})


def _describe(payload: Payload) -> Described:
    before, after = payload["before"], payload["after"]
    words = {
        "host": gettext("Address"),
        "parser": gettext("Parser"),
        "origin": gettext("Whose word it repeats"),
        "isAsked": gettext("Is asked"),
    }
    rows = tuple((words[name], f"{before[name]} → {after[name]}") for name in words if before[name] != after[name])
    sentence = gettext("The source %(name)s of official results is changed.", name=payload["source"])
    return Described(sentence, rows, "/admin/results/sources")


KIND: Final = ApprovalKind(
    name=NAME,
    module=MODULE,
    title=_l("Source of official results"),
    describe=_describe,
    execute=_execute,
    still_valid=_still_valid,
    wait=lambda: WAIT,
)
