"""What pages say that propose a decision: before, that another operator confirms it; afterwards, where it waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.errors import DomainError
from app.core.web.asking import Question, ask
from app.faces.admin.forms import ReasonForm, reason_of, refuse
from app.people.approvals.models import Approval
from app.people.approvals.settings import two_people


def by_two(question: Question) -> Question:
    """The question, where another operator's yes comes after this one's: what this one's does is to propose."""
    if not two_people():
        return question
    said = gettext("Nothing of it is done before another operator has confirmed it.")
    return replace(question, then=(*question.then, said), yes=gettext("Propose it"))


def waits(approval_id: str) -> ResponseReturnValue:
    """On to the proposal that was made."""
    flash(gettext("Proposed. It is done as soon as another operator confirms it."), "ok")
    return redirect(url_for("admin_approvals.approval", identifier=approval_id), 303)


def decide(
    question: Question, form: ReasonForm, deed: Callable[[str], str | None], done: str, back: str
) -> ResponseReturnValue:
    """Do what the question asked, for the reason in its form: on to the proposal that was made of it (`deed` returns
    its id), or back with what was done; a refused form is asked again."""
    try:
        made = deed(reason_of(form))
    except DomainError as error:
        if error.status == 404:
            raise
        _tie(form, error)
        shown = None if error.field is not None and error.field in form else error
        return ask(question, form, error.status if shown else 422, shown)
    if made is not None:
        return waits(made)
    flash(done, "ok")
    return redirect(back, 303)


def _tie(form: ReasonForm, error: DomainError) -> None:
    """An amount is one of minor units to services, and what somebody has written to a form."""
    if error.field == "amountMinor" and "amount" in form:
        error.field = "amount"
    refuse(form, error)


def id_of(approval: Approval | None) -> str | None:
    """The proposal's id, read while its transaction is open; None: it is done."""
    return None if approval is None else str(approval.id)
