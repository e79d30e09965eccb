"""What the audit log is told by its own slice: alarms and switches; and what the public log tells of people."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext

from app.record.log.kinds import LogKind

from . import switches
from .acts import Act, act_of
from .kinds import kind_of
from .leaves import DECISION
from .models import AuditEntry

_SWITCHED: Final = {
    "sales": "sales: no order is made",
    "settlement": "settlement: no round is sealed, drawn or settled",
    "writes": "everything that partners and players change",
}


def _raised(entry: AuditEntry) -> str:
    return f"“{kind_of(entry.reason).title}”"


def _closed(entry: AuditEntry) -> str:
    return f"“{kind_of(str(entry.detail.get('code', ''))).title}”"


def _what_for(entry: AuditEntry) -> str:
    """What a person wrote; where an alarm closed by itself, its code stands there."""
    return "its cause is gone" if entry.reason == entry.detail.get("code") else ""


ACTS: Final = (
    Act("alarm.raised", "raised an alarm", (_raised,), reason_is_code=True),
    Act("alarm.closed", "closed an alarm", (_closed, _what_for)),
    *(Act(f"{name}.stopped", f"stopped {_SWITCHED[name]}") for name in switches.NAMES),
    *(Act(f"{name}.started", f"let {name} run again") for name in switches.NAMES),
)

LOG_KINDS: Final = (
    LogKind(DECISION, lazy_gettext("A person decided"), english=lambda told: act_of(str(told.get("action"))).words),
)
