"""Letters in the console: what waits, who wrote before, and the answer, which leaves by mail."""

from __future__ import annotations

from typing import Final

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from app.content.letters import queries, rules, service
from app.content.letters.models import Letter
from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.web.asking import Question, ask
from app.core.web.languages import LANGUAGES
from app.core.web.requests import render
from app.faces.admin.approving.proposing import decide
from app.faces.admin.door import operator_name, page_blueprint
from app.faces.admin.forms import ReasonForm, choice, refuse
from app.faces.admin.watch import history
from app.record.audit import queries as audit

bp: Final = page_blueprint("letters")
PLACE: Final = "/admin/letters"
_PAGE: Final = 50
_TOPICS: Final = {
    "payment": _l("A payment"),
    "play": _l("A ticket or a draw"),
    "account": _l("An account"),
    "site": _l("A site"),
    "other": _l("Something else"),
}
_STATES: Final = {
    "open": ("warn", _l("Open")),
    "answered": ("ok", _l("Answered")),
    "closed": ("mute", _l("Closed")),
}


class AnswerForm(FlaskForm):
    """What is sent by mail."""

    words = TextAreaField(
        _l("Answer"),
        [DataRequired(_l("Write the answer."))],
        description=_l("It leaves by mail at once, in these words."),
        render_kw={"rows": 8, "maxlength": rules.LONGEST},
    )


@bp.get("/letters")
def letters() -> Response:
    """Of one state: those that wait, the oldest first."""
    state = choice("state", *rules.STATES)
    found = queries.listed(state, after=parse_id(request.args.get("after", "")), limit=_PAGE + 1)
    return render(
        "faces/admin/letters.html",
        "faces/admin/_letters.html",
        found=found[:_PAGE],
        following=found[_PAGE - 1].id if len(found) > _PAGE else None,
        state=state,
        states=_STATES,
        topics=_TOPICS,
        counts=queries.counts(),
    )


@bp.get("/letters/<identifier>")
def letter(identifier: str) -> Response:
    """One letter, its answers, and others from the same mailbox."""
    return _one(_letter(identifier), AnswerForm(formdata=None))


@bp.post("/letters/<identifier>")
def answer(identifier: str) -> ResponseReturnValue:
    """Send an answer."""
    one, form = _letter(identifier), AnswerForm()
    try:
        with transaction():
            service.answer(one.id, form.words.data or "", actor=operator_name())
    except DomainError as error:
        if error.status == 404:
            raise
        refuse(form, error)
        return _one(_letter(identifier), form, 422)
    flash(gettext("Sent."), "ok")
    return redirect(f"{PLACE}/{identifier}", 303)


@bp.get("/letters/<identifier>/close")
def ask_close(identifier: str) -> Response:
    """What will happen, and why."""
    return ask(_closing(_letter(identifier)), ReasonForm(formdata=None))


@bp.post("/letters/<identifier>/close")
def close(identifier: str) -> ResponseReturnValue:
    """End it without an answer."""
    one = _letter(identifier)

    def deed(reason: str) -> None:
        with transaction():
            service.close(one.id, reason, actor=operator_name())

    return decide(_closing(one), ReasonForm(), deed, gettext("Closed."), PLACE)


def _letter(identifier: str) -> Letter:
    """Raises NotFound `letter_not_found`."""
    found = parse_id(identifier)
    if found is None:
        raise NotFound("letter_not_found")
    return queries.one(found)


def _one(one: Letter, form: AnswerForm, status: int = 200) -> Response:
    subject = service.subject_of(one.id)
    template = "faces/admin/letter.html"
    return render(
        template,
        template,
        status,
        one=one,
        form=form,
        answers=queries.answers_to(one.id),
        others=queries.others_of(one),
        states=_STATES,
        topics=_TOPICS,
        languages=LANGUAGES,
        entries=history.told(audit.entries(subject), subject),
    )


def _closing(one: Letter) -> Question:
    return Question(
        asks=gettext("Close letter %(number)s without an answer?", number=one.number),
        then=(gettext("Nothing is sent. Who wrote it was promised an answer."),),
        yes=gettext("Close it"),
        no=gettext("Leave it open"),
        action=f"{PLACE}/{one.id}/close",
        back=f"{PLACE}/{one.id}",
    )
