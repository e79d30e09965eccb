"""What makes an operator mightier is decided by two others: privileges that are given, letting in again, and asking for
no one-time code any more. It lies open for a day, for all to see. Taking away is done at once, by one.

Of two operators neither can give the other back what was taken: then one does it `alone`, at the shell of the server,
which is above all this in any case, and only where nobody else is there to decide it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.core.database.session import db
from app.people.operators import queries as listed
from app.people.operators import service as operators
from app.people.operators import totp
from app.people.operators.models import Operator
from app.people.operators.rules import checked_privileges
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload

from . import service
from .models import Approval
from .second.people import deciders
from .settings import operators_wait, two_people

_MODULE: Final = "system"
GIVING: Final = "operator.privileges"
ENABLING: Final = "operator.enabling"
RESETTING: Final = "operator.totp_reset"


def set_privileges(name: str, wanted: list[str], *, actor: str, reason: str, alone: bool = False) -> Approval | bool:
    """What an operator may open: what only takes away is done at once, and says whether it changed anything; what gives
    something waits for a second person. Raises as `service.propose_or_do`, `service.do_alone`; `privilege_unknown`."""
    checked = checked_privileges(wanted)
    before = list(operators.row_of(name).privileges)
    if set(checked) <= set(before):
        return operators.set_privileges(name, checked, actor=actor, reason=reason)
    payload = {"operator": name, "before": sorted(before), "wanted": checked}
    return _decide(GIVING, payload, reason, actor, alone=alone)


def enable(name: str, *, actor: str, reason: str, alone: bool = False) -> Approval | bool:
    """Let an operator in again. Raises as `set_privileges`."""
    if operators.row_of(name).disabled_at is None:
        return False
    return _decide(ENABLING, {"operator": name}, reason, actor, alone=alone)


def reset_totp(name: str, *, actor: str, reason: str, alone: bool = False) -> Approval | bool:
    """Ask an operator for no code any more. Raises as `set_privileges`."""
    if operators.row_of(name).totp_last_step is None:
        return False
    return _decide(RESETTING, {"operator": name}, reason, actor, alone=alone)


def who_gives_back(name: str, actor: str) -> list[str]:
    """Who could confirm it, if this operator proposed to give that one something back: neither of them both."""
    me = next((one for one in listed.rows() if one.name == actor.removeprefix("operator:")), None)
    if me is None or not two_people():
        return [actor.removeprefix("operator:")]
    return deciders(me, _GIVING, {"operator": name})


def _decide(kind: str, payload: dict[str, Any], reason: str, actor: str, *, alone: bool) -> Approval | bool:
    if alone:
        service.do_alone(kind, payload, reason, actor=actor)
        return True
    return service.propose_or_do(kind, f"operator:{payload['operator']}", payload, reason, actor=actor) or True


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
    command: Callable[[Payload], str],
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
        at_shell=lambda payload: f"flask operators {command(payload)} --alone --operator NAME --reason TEXT",
    )


def _about(payload: Payload) -> Collection[str]:
    return (payload["operator"],)


_GIVING: Final = _kind(
    GIVING,
    _l("Give an operator privileges"),
    _describe_giving,
    _giving_is_valid,
    _give,
    lambda payload: " ".join(("privilege", payload["operator"], *payload["wanted"])),
)
KINDS_OF_OPERATORS: Final = (
    _GIVING,
    _kind(
        ENABLING,
        _l("Let an operator in again"),
        lambda payload: Described(gettext("%(name)s is let in again.", name=payload["operator"])),
        _enabling_is_valid,
        _enable,
        lambda payload: f"enable {payload['operator']}",
    ),
    _kind(
        RESETTING,
        _l("Reset an operator's one-time codes"),
        lambda payload: Described(
            gettext("%(name)s comes in by the password alone, until codes are set up anew.", name=payload["operator"])
        ),
        _reset_is_valid,
        _reset,
        lambda payload: f"totp-reset {payload['operator']}",
    ),
)
