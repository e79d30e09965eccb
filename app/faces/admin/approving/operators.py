"""Operators in the console: who they are, what they may, where they are signed in; one puts out, two make mightier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.web.requests import render
from app.faces.admin.door import operator_name, page_blueprint
from app.faces.admin.forms import ReasonForm, reason_of, refuse
from app.faces.admin.watch import history
from app.people.approvals import of_operators
from app.people.approvals import queries as approvals
from app.people.approvals.models import Approval
from app.people.approvals.settings import two_people
from app.people.operators import queries, service
from app.people.operators.queries import Listed
from app.people.operators.rules import MODULES
from app.record.audit import queries as audit
from app.record.audit import switches

from .proposing import id_of, waits

bp: Final = page_blueprint("operators")
ENDPOINTS: Final = tuple(
    f"{bp.name}.{name}" for name in ("operators", "operator", "privileges", "disable", "enable", "reset_codes")
)
_PLACE: Final = "/admin/system/operators"

Act = Callable[[str, str, str], Approval | bool]


@bp.get("/system/operators")
def operators() -> Response:
    """All of them, and whose password lets them in."""
    return render(
        "faces/admin/operators.html",
        "faces/admin/operators.html",
        found=queries.everybody(),
        everything=set(MODULES),
        stopped=switches.stopped(),
    )


@bp.get("/system/operators/<name>")
def operator(name: str) -> Response:
    """One of them, and what can be decided about them."""
    return _page(name, ReasonForm())


@bp.post("/system/operators/<name>/privileges")
def privileges(name: str) -> ResponseReturnValue:
    """Let them open these modules and no others."""
    wanted = request.form.getlist("module")
    takes = not set(_known(name).privileges) <= set(wanted)
    return _act(
        name, lambda who, actor, why: of_operators.set_privileges(who, wanted, actor=actor, reason=why), takes=takes
    )


@bp.post("/system/operators/<name>/disable")
def disable(name: str) -> ResponseReturnValue:
    """Let them in no more, from the next request on."""
    return _act(name, lambda who, actor, why: service.disable(who, actor=actor, reason=why), takes=True)


@bp.post("/system/operators/<name>/enable")
def enable(name: str) -> ResponseReturnValue:
    """Let them in again."""
    return _act(name, lambda who, actor, why: of_operators.enable(who, actor=actor, reason=why))


@bp.post("/system/operators/<name>/codes")
def reset_codes(name: str) -> ResponseReturnValue:
    """Ask them for no one-time code any more."""
    return _act(name, lambda who, actor, why: of_operators.reset_totp(who, actor=actor, reason=why))


def _act(name: str, act: Act, *, takes: bool = False) -> ResponseReturnValue:
    """`takes`: what it takes away may be more than the console can give back, which is said first."""
    found, form = _known(name), ReasonForm()
    try:
        reason = reason_of(form)
        if takes and not request.form.get("sure") and not of_operators.who_gives_back(name, operator_name()):
            raise DomainError("operator_not_given_back", field="reason")
        with transaction():
            made = act(found.name, operator_name(), reason)
            waiting = id_of(made) if isinstance(made, Approval) else None
    except DomainError as error:
        if error.code == "approval_waits":  # maybe for other privileges: the page leads to it, and keeps what was typed
            return _page(name, form, 409)
        if error.field is None:
            raise
        refuse(form, error)
        return _page(name, form, 422)
    if waiting is not None:
        return waits(waiting)
    flash(gettext("Decided, and told to the audit log.") if made else gettext("It was so already."), "ok")
    return redirect(f"{_PLACE}/{name}", 303)


def _known(name: str) -> Listed:
    found = next((one for one in queries.everybody() if one.name == name), None)
    if found is None:
        raise NotFound("operator_not_found")
    return found


def _page(name: str, form: ReasonForm, status: int = 200) -> Response:
    found, subject = _known(name), f"operator:{name}"
    act = request.path.rpartition("/")[2] if status != 200 else ""
    wanted = request.form.getlist("module") if act == "privileges" else found.privileges
    return render(
        "faces/admin/operator.html",
        "faces/admin/operator.html",
        status,
        one=found,
        form=form,
        act=act,
        modules=MODULES,
        ticked=set(wanted),
        has_codes=queries.codes_of(name)[1],
        sessions=queries.sessions_of(name),
        waiting=approvals.open_about(subject),
        is_refused=status == 409,
        by_two=two_people(),
        givers=of_operators.who_gives_back(name, operator_name()),
        entries=history.told(audit.entries(subject, limit=20), subject),
    )
