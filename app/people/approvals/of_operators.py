"""What makes an operator mightier is decided by two others: privileges that are given, letting in again, and asking for
no one-time code any more. It lies open for a day, for all to see. Taking away is done at once, by one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.core.database.session import db
from app.people.operators import service as operators
from app.people.operators import totp
from app.people.operators.models import Operator
from app.people.operators.rules import checked_privileges
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload

from . import service
from .models import Approval
from .settings import operators_wait

_MODULE: Final = "system"
GIVING: Final = "operator.privileges"
ENABLING: Final = "operator.enabling"
RESETTING: Final = "operator.totp_reset"


def set_privileges(name: str, wanted: list[str], *, actor: str, reason: str) -> Approval | bool:
    """What an operator may open: what only takes away is done at once, and says whether it changed anything; what gives
    something waits for a second person. Raises as `service.propose_or_do`, and `privilege_unknown`."""
    checked = checked_privileges(wanted)
    before = list(operators.row_of(name).privileges)
    if set(checked) <= set(before):
        return operators.set_privileges(name, checked, actor=actor, reason=reason)
    payload = {"operator": name, "before": sorted(before), "wanted": checked}
    return service.propose_or_do(GIVING, f"operator:{name}", payload, reason, actor=actor) or True


def enable(name: str, *, actor: str, reason: str) -> Approval | bool:
    """Let an operator in again. Raises as `service.propose_or_do`."""
    if operators.row_of(name).disabled_at is None:
        return False
    return service.propose_or_do(ENABLING, f"operator:{name}", {"operator": name}, reason, actor=actor) or True


def reset_totp(name: str, *, actor: str, reason: str) -> Approval | bool:
    """Ask an operator for no code any more. Raises as `service.propose_or_do`."""
    if operators.row_of(name).totp_last_step is None:
        return False
    return service.propose_or_do(RESETTING, f"operator:{name}", {"operator": name}, reason, actor=actor) or True


def _row(payload: Payload) -> Operator | None:
    return db.session.scalars(select(Operator).where(Operator.name == payload["operator"])).first()


def _words(names: Sequence[str]) -> str:
    return ", ".join(names) or str(gettext("nothing"))


def _describe_giving(payload: Payload) -> Described:
    wanted, before = payload["wanted"], payload["before"]
    given = [one for one in wanted if one not in before]
    return Described(
        gettext("%(name)s may open more: %(given)s.", name=payload["operator"], given=_words(given)),
        ((gettext("Until now"), _words(before)), (gettext("Then"), _words(wanted))),
    )


def _giving_is_valid(payload: Payload) -> str | None:
    row = _row(payload)
    if row is not None and sorted(row.privileges) == payload["before"]:
        return None
    return str(gettext("What they may is not what it was."))


def _give(payload: Payload, agreed: Agreed) -> None:
    operators.set_privileges(payload["operator"], payload["wanted"], actor=agreed.actor, reason=agreed.why)


def _enabling_is_valid(payload: Payload) -> str | None:
    row = _row(payload)
    return None if row is not None and row.disabled_at is not None else str(gettext("They are let in already."))


def _enable(payload: Payload, agreed: Agreed) -> None:
    operators.enable(payload["operator"], actor=agreed.actor, reason=agreed.why)


def _reset_is_valid(payload: Payload) -> str | None:
    row = _row(payload)
    return None if row is not None and row.totp_last_step is not None else str(gettext("They have none any more."))


def _reset(payload: Payload, agreed: Agreed) -> None:
    totp.reset(payload["operator"], actor=agreed.actor, reason=agreed.why)


def _kind(
    name: str,
    title: LazyString,
    describe: Callable[[Payload], Described],
    still_valid: Callable[[Payload], str | None],
    execute: Callable[[Payload, Agreed], None],
) -> ApprovalKind:
    return ApprovalKind(
        name=name,
        module=_MODULE,
        title=title,
        describe=describe,
        still_valid=still_valid,
        execute=execute,
        operators=_about,
        wait=operators_wait,
    )


def _about(payload: Payload) -> Collection[str]:
    return (payload["operator"],)


KINDS_OF_OPERATORS: Final = (
    _kind(GIVING, _l("Give an operator privileges"), _describe_giving, _giving_is_valid, _give),
    _kind(
        ENABLING,
        _l("Let an operator in again"),
        lambda payload: Described(gettext("%(name)s is let in again.", name=payload["operator"])),
        _enabling_is_valid,
        _enable,
    ),
    _kind(
        RESETTING,
        _l("Reset an operator's one-time codes"),
        lambda payload: Described(
            gettext("%(name)s comes in by the password alone, until codes are set up anew.", name=payload["operator"])
        ),
        _reset_is_valid,
        _reset,
    ),
)
