"""Every invariant on the live database: what `flask audit` and the nightly job both do."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlalchemy import select, text

from app.chain.node import inspection
from app.chain.node.rpc import NodeFailure
from app.core.checks import Breach, Check
from app.core.clock import now
from app.core.database.session import db, end_reading, transaction
from app.core.ports import Port
from app.record.audit.models import AuditEntry
from app.record.audit.service import close_alarm, note, raise_alarm

_DONE: Final = "audit.checked"
_HOUR: Final = 3  # UTC
_LONGEST_WITHOUT: Final = timedelta(hours=26)
_NODE_TRIES: Final = 5

Told = Callable[[int, int, str], None]


CHECKS: Final = Port[tuple[Check, ...]]("checks of the audit")


def silent(done: int, whole: int, what: str) -> None:
    """Nobody wants to know how far it is."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found."""

    checks: int
    node: str
    breaches: list[Breach] = field(default_factory=list)


def run(*, ask_node: bool = True, tell: Told = silent) -> Report:
    """Run every check in one read-only snapshot, then compare our coins with the node's."""
    checks = CHECKS.get()
    breaches: list[Breach] = []
    end_reading()  # a snapshot begins with its first statement
    with transaction() as session:
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        for number, check in enumerate(checks):
            tell(number, len(checks), check.__name__)
            breaches += check()
    tell(len(checks), len(checks), "node" if ask_node else "")
    node = _compare_with_node(breaches) if ask_node else "not asked"
    return Report(len(checks), node, breaches)


def _compare_with_node(breaches: list[Breach]) -> str:
    """Add what the node denies; how that went. A node that is away breaks no invariant."""
    for _ in range(_NODE_TRIES):
        try:
            breaches += inspection.coins_the_node_denies()
        except inspection.ChainMoved:
            time.sleep(1)
        except NodeFailure as error:
            return f"away ({type(error).__name__})"
        else:
            return "agrees" if not any(breach.check == "chain.node" for breach in breaches) else "denies coins"
    return "not compared: the chain kept moving"


def is_time() -> bool:
    """Whether tonight's audit is still to be done: at three in the morning, or when the last is too long ago."""
    last = db.session.scalar(
        select(AuditEntry.recorded_at).where(AuditEntry.action == _DONE).order_by(AuditEntry.id.desc()).limit(1)
    )
    if last is None:
        return True
    age = now() - last
    return age > _LONGEST_WITHOUT or (now().hour == _HOUR and age > timedelta(hours=2))


def keep(report: Report) -> None:
    """Write the result down; an alarm stays open for as long as there is a breach."""
    names = sorted({breach.check for breach in report.breaches})
    note("system", _DONE, "platform", checks=report.checks, node=report.node, breaches=len(report.breaches))
    if report.breaches:
        raise_alarm("invariant_broken", "platform", checks=names, first=report.breaches[0].detail[:500])
    else:
        close_alarm("invariant_broken", "platform")
