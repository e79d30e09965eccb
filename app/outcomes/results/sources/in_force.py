"""Sources as they are now: as the code has them, but for what two people have made of them since."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from app.core.database.session import db
from app.core.marks import is_ours
from app.outcomes.results.models import ResultSourceChange
from app.outcomes.results.settings import result_settings

from . import confirming
from .known import SOURCES, Source
from .lotteries import Lottery, Schedule, lottery

log = structlog.get_logger()

MARK: Final = "tiraj/result source/1"
_TWO: Final = 2


def all_of_them() -> dict[str, Source]:
    """Every source by its name, as it is in force. A change that no process of ours wrote is none."""
    newest = (
        select(ResultSourceChange)
        .ext(distinct_on(ResultSourceChange.source))
        .order_by(ResultSourceChange.source, ResultSourceChange.id.desc())
    )
    found = dict(SOURCES)
    for row in db.session.scalars(newest):
        if row.source not in found:
            continue
        if not is_whole(row):
            log.error("result_source_not_ours", source=row.source)
            continue
        found[row.source] = replace(
            found[row.source], host=row.host, parser=row.parser, origin=row.origin, is_asked=row.is_asked
        )
    return found


def sources_of(of: Lottery) -> list[Source]:
    """Those of a lottery that are asked."""
    found = all_of_them()
    return [found[name] for name in of.sources if found[name].is_asked]


def has_two_origins(of: Lottery) -> bool:
    """Whether two of its sources are asked of which neither repeats the other."""
    return len({one.origin for one in sources_of(of)}) >= _TWO


def is_confirmed_by_sources(of: Lottery, since: datetime | None = None) -> bool:
    """Whether sources alone confirm what is waited for since that moment; None: from this transaction on."""
    return of.by_machine or (has_two_origins(of) and confirming.held(of, since))


def base_of(source: Source) -> str:
    """Where it is asked: at its host, or where the settings simulate all of them."""
    simulated = result_settings().results_simulated_url
    return f"{simulated}/{source.name}" if simulated else source.host


def schedule_of(of: Lottery) -> Schedule:
    """When it is looked for, at the pace of the settings."""
    return of.schedule.at_pace(result_settings().results_pace)


def told(row: ResultSourceChange) -> list[Any]:
    """What the mark of a change is of."""
    return [str(row.id), row.source, row.host, row.parser, row.origin, row.is_asked, str(row.approval_id)]


def is_whole(row: ResultSourceChange) -> bool:
    """Whether two people have decided it, through us."""
    return is_ours(row.mark, MARK, told(row))


def promised(identifier: str) -> dict[str, Any]:
    """What a game promises of where its result will come from: JSON. Raises DomainError `lottery_unknown`."""
    of, found = lottery(identifier), all_of_them()
    return {
        "lottery": of.id,
        "zone": of.zone,
        "digits": of.digits,
        "needs": [list(group) for group in of.needs],
        "readsApartSeconds": int(of.schedule.apart.total_seconds()),
        "confirmedBy": "consensus" if is_confirmed_by_sources(of) else "two people",
        "sources": [
            {"name": one.name, "host": one.host, "parser": one.parser, "origin": one.origin}
            for one in (found[name] for name in of.sources)
        ],
    }
