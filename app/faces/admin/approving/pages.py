"""Decisions of two people: what waits for a second one, and each with what will happen, why, by whom and until when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from flask import Response, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.database.session import end_reading, transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.web.requests import render
from app.faces.admin.door import decider, modules_open, operator_name, page_blueprint
from app.faces.admin.forms import ReasonForm, choice, reason_of, refuse
from app.faces.admin.watch import history
from app.people.approvals import queries, service
from app.people.approvals.queries import SHOWN, Told
from app.people.approvals.second import confirming
from app.record.audit import queries as audit
from app.record.audit.approving import Unread

bp: Final = page_blueprint("approvals")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("approvals", "approval", "confirm", "refuse_", "withdraw"))
_PAGE: Final = 50

Act = Callable[[UUID, str], None]


@bp.get("/approvals")
def approvals() -> Response:
    """What waits, the next to run out first; or what was decided, the newest first."""
    shown, modules = choice("show", *SHOWN), modules_open()
    found = queries.told(modules, shown, before=_before(), limit=_PAGE + 1)
    return render(
        "faces/admin/approvals.html",
        "faces/admin/_approvals.html",
        found=found[:_PAGE],
        hindrances=queries.hindrances(g.operator, [one.row for one in found]),
        shown=shown,
        counts=queries.counts(modules),
        following=found[_PAGE - 1].row.id if len(found) > _PAGE and shown != "open" else None,
    )


@bp.get("/approvals/<identifier>")
def approval(identifier: str) -> Response:
    """One proposal, and what can be done with it."""
    return _page(_id(identifier), ReasonForm())


@bp.post("/approvals/<identifier>/confirm")
def confirm(identifier: str) -> ResponseReturnValue:
    """Say yes, so that it is done now."""
    done = _done(_id(identifier))
    return _decide(identifier, lambda one, reason: confirming.confirm(one, decider(), reason), done)


@bp.post("/approvals/<identifier>/refuse")
def refuse_(identifier: str) -> ResponseReturnValue:
    """Say no, so that it is never done."""
    return _decide(identifier, _inside(lambda one, why: service.refuse(one, decider(), why)), gettext("Refused."))


@bp.post("/approvals/<identifier>/withdraw")
def withdraw(identifier: str) -> ResponseReturnValue:
    """Take one's own proposal back."""
    act = _inside(lambda one, why: service.withdraw(one, actor=operator_name(), reason=why))
    return _decide(identifier, act, gettext("Taken back."))


def _inside(act: Act) -> Act:
    def acting(approval_id: UUID, reason: str) -> None:
        with transaction():
            act(approval_id, reason)

    return acting


def _decide(identifier: str, act: Act, words: str) -> ResponseReturnValue:
    approval_id, form = _id(identifier), ReasonForm()
    queries.one(approval_id, modules_open())
    end_reading()
    try:
        act(approval_id, reason_of(form))
    except DomainError as error:
        if error.status == 404:
            raise
        refuse(form, error)
        return _page(approval_id, form, error.status, error=None if error.field else error)
    flash(words, "ok")
    return redirect(url_for("admin_approvals.approval", identifier=identifier), 303)


def _done(approval_id: UUID) -> str:
    """What is said once it is confirmed: that it is done, or what is left to do."""
    one = queries.one(approval_id, modules_open())
    left = one.kind.left_to_do(one.row.payload) if one.kind is not None and one.is_whole else ""
    return f"{gettext('Confirmed.')} {left}" if left else gettext("Confirmed, and done.")


def _page(approval_id: UUID, form: ReasonForm, status: int = 200, error: DomainError | None = None) -> Response:
    one = queries.one(approval_id, modules_open())
    hindrance = queries.hindrances(g.operator, [one.row]).get(approval_id, "")
    subject = f"approval:{approval_id}"
    return render(
        "faces/admin/approval.html",
        "faces/admin/approval.html",
        status,
        one=one,
        form=form,
        error=error,
        act=request.path.rpartition("/")[2] if status != 200 else "",
        is_mine=one.is_by(g.operator),
        to_read=_unread(one) if one.state == "open" else (),
        has_session=decider().session_id is not None,
        hindrance=hindrance,
        hindered=DomainError(hindrance, module=one.kind.module if one.kind is not None else ""),
        at_shell=one.kind.at_shell(one.row.payload) if one.kind is not None and one.is_whole else "",
        deciders=queries.deciders(one.row) if one.state == "open" else (),
        waiting=queries.waiting_for(g.operator, modules_open()),
        entries=history.told(audit.entries(subject, limit=20), subject),
    )


def _unread(one: Told) -> Sequence[Unread]:
    """What this operator has to open before it can be confirmed."""
    if one.kind is None or one.described is None or one.outdated:
        return ()
    return one.kind.unread(one.row.payload, operator_name())


def _id(identifier: str) -> UUID:
    found = parse_id(identifier)
    if found is None:
        raise NotFound("approval_not_found")
    return found


def _before() -> UUID | None:
    text = request.args.get("before", "")
    found = parse_id(text)
    if text and found is None:
        raise DomainError("number_invalid", field="before")
    return found
