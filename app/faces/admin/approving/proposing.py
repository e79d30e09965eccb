"""What pages say that propose a decision: before, that another operator confirms it; afterwards, where it waits."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.web.asking import Question
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


def id_of(approval: Approval | None) -> str | None:
    """The proposal's id, read while its transaction is open; None: it is done."""
    return None if approval is None else str(approval.id)
