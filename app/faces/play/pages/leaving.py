"""Leaving: asked before, for nobody brings back what is erased, and confirmed by a code to the strongest way in."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.limits.limiter import limiter
from app.core.web.asking import Question, ask
from app.core.web.languages import readers
from app.core.web.requests import render
from app.core.web.templating import utc
from app.core.wire.error_messages import message_for
from app.faces.play import holding
from app.faces.play.forms import ButtonForm
from app.faces.play.holding import Held
from app.faces.play.sign_in_forms import ProofForm
from app.people.accounts.codes import own
from app.people.accounts.codes.api import TRIES
from app.people.accounts.codes.contacts import Contact
from app.people.accounts.codes.limits import count_message, count_request, tries_limit
from app.people.accounts.login.limits import confirmer
from app.people.accounts.login.page_door import forget, go, login_required, still_in
from app.people.accounts.rules import parse_code
from app.people.players import spending
from app.people.players.leaving import erasure
from app.people.players.queries import breaks_of, read_now

bp = Blueprint("play_leaving", __name__, url_prefix="/play/erase")
ENDPOINTS: Final = tuple(f"play_leaving.{name}" for name in ("ask_erasure", "send", "ask_code", "erase", "erased"))


@bp.get("")
@login_required
def ask_erasure() -> Response:
    """Say what goes, what stays, and why; or what stands in the way."""
    if held := holding.of(current_user.id):
        return _held(held)
    return ask(_question(), ButtonForm(formdata=None))


@bp.post("")
@login_required
def send() -> Response:
    """Send the code: a session alone, which a stolen phone may have made, erases nobody."""
    form, way = ButtonForm(), _way()
    if held := holding.of(current_user.id):
        return _held(held, 409)
    if not form.validate_on_submit():
        return ask(_question(), form, 422)
    try:
        is_mail = way.channel == "email"
        count_request("proof", phone=None if is_mail else way.text, email=way.text if is_mail else None)
        count_message("proof", way, own.asks(current_user.id, "erasing"), of=current_user.id)
        with transaction():
            own.ask(current_user.id, way, "erasing", locale=str(get_locale() or "en"))
    except DomainError as error:
        return ask(_question(), form, error.status, error)
    return go(url_for("play_leaving.ask_code"))


@bp.get("/code")
@login_required
def ask_code() -> Response:
    """Type the code that came there."""
    if held := holding.of(current_user.id):
        return _held(held)
    return ask(_by_code(_way()), ProofForm(formdata=None))


@bp.post("/code")
@login_required
@limiter.shared_limit(tries_limit, scope=TRIES, key_func=confirmer)
def erase() -> Response:
    """Erase it. Whoever did is signed out everywhere."""
    form, way, user_id = ProofForm(), _way(), current_user.id
    if not form.validate_on_submit():
        return ask(_by_code(way), form, 422)
    try:
        with transaction():
            is_right = own.is_right(user_id, way, "erasing", parse_code(form.code.data or ""))
            if is_right:
                erasure.erase(user_id, actor=f"user:{user_id}")
    except DomainError as error:
        if held := holding.of(user_id):
            return _held(held, error.status)
        return ask(_by_code(way), form, error.status, error)
    if not is_right:
        form.code.errors = [message_for(DomainError("code_refused"))]
        return ask(_by_code(way), form, 422)
    response = go(still_in(readers(), url_for("play_leaving.erased")))
    forget(response)
    return response


@bp.get("/done")
def erased() -> Response:
    """What was erased and what stays, to whom nobody knows any more."""
    if current_user.is_authenticated:
        return go(url_for("play_profile.index"))
    return render("faces/play/erased.html", "faces/play/_erased.html")


def _held(held: list[Held], status: int = 200) -> Response:
    return render("faces/play/erase_held.html", "faces/play/_erase_held.html", status, held=held)


def _way() -> Contact:
    way = own.strongest_way(current_user.id)
    assert way is not None, "whoever is signed in is reached somehow"
    return way


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
    counts_until = spending.counts_until(current_user.id, read_now())
    if counts_until is not None:
        then.append(
            gettext(
                "You have paid in without papers. Until %(until)s we keep an encrypted mark of your name with your "
                "date of birth, so that it counts if you register again; it says neither.",
                until=utc(counts_until),
            )
        )
    then.append(gettext("This cannot be undone. Backups hold it until they are too old to be kept."))
    then.append(gettext("It is done once you have typed a code, which we send to %(where)s.", where=_way().text))
    return Question(
        asks=gettext("Erase what we know of you?"),
        then=tuple(then),
        yes=gettext("Send the code"),
        action=url_for("play_leaving.send"),
        back=url_for("play_profile.index"),
    )


def _by_code(way: Contact) -> Question:
    return Question(
        asks=gettext("Erase what we know of you?"),
        then=(
            gettext("A code is on its way to %(where)s. It works for five minutes.", where=way.text),
            gettext("Once you have typed it, all of it is erased. This cannot be undone."),
            gettext("We tell each of your addresses that it was done."),
        ),
        yes=gettext("Erase it"),
        action=url_for("play_leaving.erase"),
        back=url_for("play_profile.index"),
    )
