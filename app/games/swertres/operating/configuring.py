"""The configuration as operators change it: by one of them, and by two where an outsider who knew of it could profit.

Odds, times and cut-off are such: what pays more than it may, or is still sold when a number is known, somebody outside
can buy. Draws that are made keep theirs, so that a change touches only what nobody could bet on before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.catalogue.console import Setting, Value, Version
from app.core.errors import DomainError
from app.core.text.amounts import written
from app.core.wire.error_messages import message_for
from app.games.swertres import queries, rules, service
from app.games.swertres.game import SWERTRES
from app.games.swertres.rules import SLOTS, At
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload
from app.record.audit.models import AuditEntry

NAME: Final = "swertres.configure"
MODULE: Final = "system"
_TOLD: Final = 6
_TO_COME: Final = _l("Draws that are made keep theirs.")
_AT_ONCE: Final = _l("Of every card that is sold from now on.")


def _times(slots: Sequence[At]) -> str:
    """Those of a day, the first few where there are many."""
    told = ", ".join(f"{slot.at:%H:%M}" for slot in slots[:_TOLD])
    return told if len(slots) <= _TOLD else f"{told}, +{len(slots) - _TOLD}"


SETTINGS: Final = (
    Setting(
        name="slots",
        title=_l("Times of draws"),
        hint=_l("Draws that are made keep theirs. Times without an official draw are decided by a sealed one."),
        choices={name: _times(slots) for name, slots in SLOTS.items()},
        by_two=True,
    ),
    Setting(
        name="multiple",
        title=_l("What a straight number pays for 1"),
        hint=_l("In any order it is divided among the orders. Draws that are made keep theirs."),
        by_two=True,
    ),
    Setting(name="cutoff_minutes", title=_l("Minutes from cut-off to draw"), hint=_TO_COME, by_two=True),
    Setting(name="days_ahead", title=_l("Days ahead that are sold"), hint=_TO_COME),
    Setting(name="least_stake", title=_l("Smallest stake of a bet"), hint=_AT_ONCE, is_amount=True),
    Setting(name="most_stake", title=_l("Largest stake of a bet"), hint=_AT_ONCE, is_amount=True),
    Setting(name="most_lines", title=_l("Bets on a card"), hint=_AT_ONCE),
    Setting(
        name="most_total",
        title=_l("Most that a card may cost"),
        hint=_l("Of every card that is sold from now on; empty: no limit of its own."),
        is_amount=True,
        is_optional=True,
    ),
)
_BY_TWO: Final = frozenset(one.name for one in SETTINGS if one.by_two)
_TITLES: Final = {one.name: one for one in SETTINGS}


def told_fields(entry: AuditEntry) -> str:
    """Which settings an entry of the audit log has changed, by their titles."""
    found = entry.detail.get("fields")
    names = found if isinstance(found, list) else []
    return ", ".join(str(_TITLES[name].title) if name in _TITLES else str(name) for name in names)


class SwertresConfiguring:
    """What the console changes of it."""

    settings: Sequence[Setting] = SETTINGS
    subject = service.SUBJECT

    def in_force(self) -> Mapping[str, Value]:
        """By what new draws and cards go."""
        return asdict(queries.configuration())

    def history(self, limit: int) -> Sequence[Version]:
        """What was said, the newest first."""
        return [Version(row.version, row.said_at, asdict(queries.read(row))) for row in queries.history(limit)]

    def wrong(self, changes: Mapping[str, Value]) -> Sequence[DomainError]:
        """Why these values may not be, each by its field."""
        return rules.wrong(replace(queries.configuration(), **changes))  # type: ignore[arg-type]

    def propose(self, changes: Mapping[str, Value], why: str, *, actor: str) -> Approval | None:
        """As `propose`."""
        return propose(changes, why, actor=actor)


def propose(changes: Mapping[str, object], why: str, *, actor: str) -> Approval | None:
    """Change these values, or ask a second operator to confirm it where one of them takes two; None: it is done, or
    changes nothing.

    Raises DomainError: 422 `config_unknown`, `config_invalid`; as `approvals.propose`.
    """
    row = queries.newest()
    before = queries.read(row)
    after = asdict(service.changed(before, changes))
    changed = {name: value for name, value in after.items() if value != getattr(before, name)}
    if not _BY_TWO & changed.keys():
        service.configure(changed, actor=actor, reason=why)
        return None
    payload: Payload = {"changes": changed, "version": row.version if row is not None else 0}
    return approvals.propose_or_do(NAME, service.SUBJECT, payload, why, actor=actor)


def _describe(payload: Payload) -> Described:
    before, changes = queries.configuration(), payload["changes"]
    rows = tuple(
        (str(_TITLES[name].title), f"{_told(name, getattr(before, name))} → {_told(name, value)}")
        for name, value in changes.items()
    )
    sentence = gettext("Swertres goes by another configuration: draws and cards to come.")
    return Described(sentence, rows, f"/admin/{SWERTRES.name}/config")


def _told(name: str, value: Value) -> str:
    setting = _TITLES[name]
    if value is None:
        return str(gettext("none"))
    if setting.is_amount:
        return written(int(value), SWERTRES.currency)
    return setting.choices.get(str(value), str(value))


def _execute(payload: Payload, agreed: Agreed) -> None:
    service.configure(payload["changes"], actor=agreed.actor, reason=agreed.why)


def _still_valid(payload: Payload) -> str | None:
    """It was proposed as a change of what is in force."""
    row = queries.newest()
    if (row.version if row is not None else 0) == payload["version"]:
        return None
    return str(message_for(DomainError("config_changed", status=409)))


KIND: Final = ApprovalKind(
    name=NAME,
    module=MODULE,
    title=_l("Configuration of Swertres"),
    describe=_describe,
    execute=_execute,
    still_valid=_still_valid,
)
CONFIGURING: Final = SwertresConfiguring()
