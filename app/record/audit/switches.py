"""What operators can stop, and start again: sales, settlement, and everything that partners and players write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, get_args

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.core.config import current_settings
from app.core.database.session import after_commit, db, end_reading
from app.core.dependencies.recent import Recent
from app.core.errors import DomainError, Unavailable
from app.core.ports import Once

from .models import Switch
from .service import note

Name = Literal["sales", "settlement", "writes"]
NAMES: Final[tuple[Name, ...]] = get_args(Name)
_RETRY_SECONDS: Final = 300


def stopped() -> Sequence[Switch]:
    """What stands still now, by name."""
    return db.session.scalars(select(Switch).order_by(Switch.name).execution_options(populate_existing=True)).all()


def stopped_recently() -> frozenset[str]:
    """The names of what stood still two seconds ago at most, for the edge: it costs no statement. Whoever seals, draws
    or settles asks `is_stopped`."""
    return _RECENT.get().get()


def _ask() -> frozenset[str]:
    names = frozenset(db.session.scalars(select(Switch.name)))
    end_reading()
    return names


_RECENT: Final = Once(lambda: Recent(_ask, current_settings().known_seconds))


def is_stopped(name: Name) -> bool:
    """Whether operators have stopped this."""
    return db.session.scalar(select(Switch.name).where(Switch.name == name)) is not None


def refusal(name: Name) -> Unavailable:
    """What to answer (503): `sales_stopped`, `settlement_stopped` or `writes_stopped`."""
    return Unavailable(f"{name}_stopped", retry_after=_RETRY_SECONDS)


def stop(name: str, *, actor: str, reason: str) -> bool:
    """Stop something; whether it ran until now.

    Raises DomainError: `switch_unknown` (404), `reason_missing`.
    """
    _check(name, reason)
    values = {"name": name, "stopped_by": actor, "reason": reason.strip()}
    done = db.session.execute(insert(Switch).values(values).on_conflict_do_nothing().returning(Switch.name)).first()
    if done is not None:
        note(actor, f"{name}.stopped", "platform", reason.strip())
        after_commit(_RECENT.get().forget)
    return done is not None


def start(name: str, *, actor: str, reason: str) -> bool:
    """Let it run again; whether it stood still. Raises as `stop`."""
    _check(name, reason)
    done = db.session.execute(delete(Switch).where(Switch.name == name).returning(Switch.name)).first()
    if done is not None:
        note(actor, f"{name}.started", "platform", reason.strip())
        after_commit(_RECENT.get().forget)
    return done is not None


def _check(name: str, reason: str) -> None:
    if name not in NAMES:
        raise DomainError("switch_unknown", status=404)
    if not reason.strip():
        raise DomainError("reason_missing", field="reason")
