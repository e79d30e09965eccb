"""A game of bets by a configuration that operators change: from now on, in public, and by two of them where an outsider
who knew of it could profit.

What pays more than it may, or is still sold when a number is known, somebody outside can buy. Draws that are made keep
theirs, so that a change touches only what nobody could bet on before. Every version that held is kept; which holds is
the newest, and the defaults of the rules until there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from flask_babel import LazyString, gettext
from sqlalchemy import func, select

from app.core.database.session import Model, db
from app.core.errors import DomainError
from app.core.text.amounts import written
from app.core.wire.error_messages import message_for
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.record.audit.acts import Act
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload
from app.record.audit.models import AuditEntry
from app.record.audit.service import note
from app.record.log import service as public_log
from app.selling.bets.told import CONFIGURED

from .console import Setting, Value, Version

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

MODULE: Final = "system"
C = TypeVar("C", bound="DataclassInstance")


@dataclass(frozen=True, kw_only=True)
class Configured(Generic[C]):
    """How one game is configured. `defaults` are its rules' own; `model` keeps versions of them, a column for each
    field beside `version` and `said_at`; `refused` says of values why they may not be together: 422, each with its
    field; `follows` tells who confirms a change what comes of it."""

    name: str
    title: str
    currency: str
    defaults: C
    model: type[Model]
    settings: Sequence[Setting]
    refused: Callable[[C], Sequence[DomainError]]
    sentence: LazyString
    follows: Callable[[C], Sequence[tuple[str, str]]] = lambda _: ()

    @property
    def subject(self) -> str:
        """What the audit log says its changes are about."""
        return f"bet-game:{self.name}"

    def now(self) -> C:
        """In force."""
        return self._read(self.newest())

    def newest(self) -> Any | None:
        """The last version that was said; None: nobody has said any."""
        return db.session.scalars(self._newest_first().limit(1)).first()

    def configure(self, changes: Mapping[str, object], *, actor: str, reason: str) -> C:
        """Change these values for draws and tickets to come; with none that is another, nothing happens.

        Raises DomainError: 422 `config_unknown`, `config_invalid` and what else the game refuses.
        """
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(self.subject, 0))))
        row = self.newest()
        before = self._read(row)
        after = self.changed(before, changes)
        if after == before:
            return before
        version, values = _version(row) + 1, asdict(after)
        db.session.add(self.model(version=version, **values))
        db.session.flush()
        public_log.tell(CONFIGURED, self.subject, {"version": version, **values})
        names = sorted(name for name, value in asdict(before).items() if value != values[name])
        note(actor, f"{self.name}.configured", self.subject, reason, version=version, fields=names)
        return after

    def changed(self, before: C, changes: Mapping[str, object]) -> C:
        """What it would be with these values in place of its own. Raises as `configure`."""
        for name in changes.keys() - {field.name for field in fields(before)}:
            raise DomainError("config_unknown", field=name)
        after = replace(before, **changes)
        for error in self.refused(after):
            raise error
        return after

    # What the console asks

    def in_force(self) -> Mapping[str, Value]:
        """By what new draws and tickets go."""
        return asdict(self.now())

    def history(self, limit: int) -> Sequence[Version]:
        """What was said, the newest first."""
        rows = db.session.scalars(self._newest_first().limit(limit)).all()
        return [Version(row.version, row.said_at, asdict(self._read(row))) for row in rows]

    def wrong(self, changes: Mapping[str, Value]) -> Sequence[DomainError]:
        """Why these values may not be, each by its field."""
        return self.refused(replace(self.now(), **changes))

    def propose(self, changes: Mapping[str, Value], why: str, *, actor: str) -> Approval | None:
        """Change these values, or ask a second operator to confirm it where one of them takes two; None: it is done, or
        changes nothing.

        Raises as `configure`, and as `approvals.propose`.
        """
        row = self.newest()
        before = self._read(row)
        after = asdict(self.changed(before, changes))
        changed = {name: value for name, value in after.items() if value != getattr(before, name)}
        if not {one.name for one in self.settings if one.by_two} & changed.keys():
            self.configure(changed, actor=actor, reason=why)
            return None
        payload: Payload = {"changes": changed, "version": _version(row)}
        return approvals.propose_or_do(f"{self.name}.configure", self.subject, payload, why, actor=actor)

    # What it hands over

    def kind(self, title: LazyString) -> ApprovalKind:
        """The decision that two make."""
        return ApprovalKind(
            name=f"{self.name}.configure",
            module=MODULE,
            title=title,
            describe=self._describe,
            execute=self._execute,
            still_valid=self._still_valid,
        )

    def act(self) -> Act:
        """As the audit log tells it."""
        return Act(f"{self.name}.configured", f"configured {self.title}", (self._told_fields,))

    def _told_fields(self, entry: AuditEntry) -> str:
        """Which settings an entry of the audit log has changed, by their titles."""
        found, titles = entry.detail.get("fields"), {one.name: str(one.title) for one in self.settings}
        names = found if isinstance(found, list) else []
        return ", ".join(titles.get(str(name), str(name)) for name in names)

    def _describe(self, payload: Payload) -> Described:
        before, changes = self.now(), payload["changes"]
        titles = {one.name: one for one in self.settings}
        rows = tuple(
            (
                str(titles[name].title),
                f"{self._told(titles[name], getattr(before, name))} → {self._told(titles[name], value)}",
            )
            for name, value in changes.items()
        )
        rows += tuple(self.follows(replace(before, **changes)))
        return Described(str(self.sentence), rows, f"/admin/{self.name}/config")

    def _told(self, setting: Setting, value: Value) -> str:
        if value is None:
            return str(gettext("none"))
        if setting.is_amount:
            return written(int(value), self.currency)
        return setting.choices.get(str(value), str(value))

    def _execute(self, payload: Payload, agreed: Agreed) -> None:
        self.configure(payload["changes"], actor=agreed.actor, reason=agreed.why)

    def _still_valid(self, payload: Payload) -> str | None:
        """It was proposed as a change of what is in force."""
        if _version(self.newest()) == payload["version"]:
            return None
        return str(message_for(DomainError("config_changed", status=409)))

    def _read(self, row: Any | None) -> C:
        if row is None:
            return self.defaults
        return replace(self.defaults, **{one.name: getattr(row, one.name) for one in fields(self.defaults)})

    def _newest_first(self) -> Any:
        return select(self.model).order_by(self.model.version.desc())  # type: ignore[attr-defined]


def _version(row: Any | None) -> int:
    return int(row.version) if row is not None else 0
