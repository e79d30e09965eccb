"""Leaving: asked before, for nobody brings back what is erased."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.web.asking import Question, ask
from app.core.web.templating import utc
from app.faces.play.forms import ButtonForm
from app.people.accounts.login.page_door import forget, go, login_required
from app.people.players.leaving import erasure
from app.people.players.queries import breaks_of

bp = Blueprint("play_leaving", __name__, url_prefix="/play")
ENDPOINTS: Final = ("play_leaving.ask_erasure", "play_leaving.erase")


@bp.get("/erase")
@login_required
def ask_erasure() -> Response:
    """Say what goes, what stays, and why."""
    return ask(_question(), ButtonForm(formdata=None))


@bp.post("/erase")
@login_required
def erase() -> Response:
    """Erase it. Whoever did is signed out everywhere."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask(_question(), form, 422)
    try:
        with transaction():
            erasure.erase(current_user.id, actor=f"user:{current_user.id}")
    except DomainError as error:
        return ask(_question(), form, error.status, error)
    response = go("/")
    forget(response)
    return response


def _question() -> Question:
    then = [
        gettext("Your name, date of birth, mail address, phone, documents, picture, limits and notices are erased."),
        gettext("You are signed out everywhere, and nobody can sign in to this account again."),
        gettext("What was paid, played and decided stays in our books and in the public log, under a number alone."),
    ]
    until = breaks_of(current_user.id).excluded_until
    if until is not None:
        then.append(
            gettext(
                "You have excluded yourself until %(until)s. Until then we keep encrypted marks of your name with your "
                "date of birth, your mail address and your phone, to know you again; they say none of these.",
                until=utc(until),
            )
        )
    then.append(gettext("This cannot be undone. Backups hold it until they are too old to be kept."))
    return Question(
        asks=gettext("Erase what we know of you?"),
        then=tuple(then),
        yes=gettext("Erase it"),
        action=url_for("play_leaving.erase"),
        back=url_for("play_profile.index"),
    )
