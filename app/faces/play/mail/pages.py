"""Another mail address in the place of one's own: asked for, shown by two codes; stopped while it waits."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.limits.limiter import limiter
from app.core.web.asking import Question, ask
from app.core.web.headers import no_store
from app.core.web.requests import render
from app.core.web.templating import utc
from app.core.wire.error_messages import message_for
from app.faces.play.forms import ButtonForm
from app.faces.play.refusing import refused
from app.faces.play.sign_in_forms import MailForm
from app.people.accounts.codes import own
from app.people.accounts.codes.api import TRIES
from app.people.accounts.codes.contacts import Contact
from app.people.accounts.codes.limits import count_message, count_request, tries_limit
from app.people.accounts.email import replacing
from app.people.accounts.email.replacing import By
from app.people.accounts.joining import service as joining
from app.people.accounts.login.limits import confirmer
from app.people.accounts.login.page_door import go, login_required, remember_browser
from app.people.accounts.rules import parse_code

from .forms import TwoCodesForm
from .standing import standing

bp = Blueprint("play_mail", __name__, url_prefix="/play/ways/mail")
_PAGES: Final = ("index", "send", "code", "replace", "now", "ask_stop", "stop")
ENDPOINTS: Final = tuple(f"play_mail.{name}" for name in _PAGES)
_LONGEST_TOKEN: Final = 64


@bp.get("")
@login_required
def index() -> AnyResponse:
    """The form by itself, at the address that a refusal of it leaves in the browser."""
    return _page(MailForm(formdata=None)) if current_user.email else _back()


@bp.post("")
@login_required
def send() -> AnyResponse:
    """Send both codes."""
    form, by = MailForm(), _by()
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        new, _ = count_request("joining", phone=None, email=form.email.data or "")
        replacing.check_new(current_user.id, new)
        there = replacing.way(current_user.id, by)
        count_message("proof", there, own.asks(current_user.id, "mail"), of=current_user.id)
        count_message("joining", new, joining.stranger(current_user.id), of=current_user.id)
        with transaction():
            replacing.ask(current_user.id, by, new, locale=_locale())
    except DomainError as error:
        return refused(lambda status: _page(form, status), form.email, error)
    return go(url_for("play_mail.code", by=by))


@bp.get("/code")
@login_required
def code() -> AnyResponse:
    """Type the codes that came."""
    new = replacing.awaited(current_user.id)
    return _code_page(TwoCodesForm(formdata=None), new) if new else _nothing_awaited()


@bp.post("/code")
@login_required
@limiter.shared_limit(tries_limit, scope=TRIES, key_func=confirmer)
def replace() -> AnyResponse:
    """Take the new address, or let it wait."""
    form, by, new, old = TwoCodesForm(), _by(), replacing.awaited(current_user.id), current_user.email
    if new is None:
        return _nothing_awaited()
    if not form.validate_on_submit():
        return _code_page(form, new, 422)
    given = parse_code(form.own.data or ""), parse_code(form.new.data or "")
    try:
        with transaction():
            right = replacing.replace(current_user.id, current_user.session_id, by, new, given, locale=_locale())
    except DomainError as error:
        return refused(lambda status: _code_page(form, new, status), form.new, error)
    if not right.both:
        wrong = [field for field, is_right in ((form.own, right.own), (form.new, right.new)) if not is_right]
        for field in wrong:
            field.errors = [message_for(DomainError("code_refused"))]
        return _code_page(form, new, 422)
    return _replaced(new.text) if by == "email" else _waits(old)


@bp.post("/now")
@login_required
def now() -> AnyResponse:
    """The second yes to an address that has waited."""
    if not ButtonForm().validate_on_submit():
        return _back()
    try:
        with transaction():
            address = replacing.take(current_user.id, current_user.session_id, locale=_locale())
    except DomainError as error:
        flash(str(message_for(error)), "bad")
        return _back()
    return _replaced(address) if address is not None else _back()


@bp.get("/stop")
def ask_stop() -> AnyResponse:
    """From the old mailbox, signed in or not: what is to be stopped. Looking, as mail scanners do, stops nothing."""
    no_store()
    found = replacing.by_link(_token())
    if found is None:
        return _nothing_waits()
    return ask(_question(found.email), ButtonForm(formdata=None))


@bp.post("/stop")
def stop() -> AnyResponse:
    """Keep the address: by that link, or by any session of the account."""
    no_store()
    is_own = current_user.is_authenticated and not _token()
    if not ButtonForm().validate_on_submit():
        return go(request.full_path)
    with transaction():
        if is_own:
            replacing.stop(current_user.id)
        is_stopped = is_own or replacing.stop_by_link(_token())
    if not is_stopped:
        return _nothing_waits()
    flash(gettext("Your mail address stays as it is."), "ok")
    return _back()


def _replaced(address: str) -> AnyResponse:
    flash(gettext("You sign in as %(email)s from now on. You are signed out everywhere else.", email=address), "ok")
    response = _back()
    remember_browser(response, current_user.id)
    return response


def _waits(old: str) -> AnyResponse:
    waiting = replacing.waiting(current_user.id)
    assert waiting is not None
    assert waiting.opens_at is not None
    flash(
        gettext(
            "We have told %(old)s, where it can be stopped. Say yes a second time from %(when)s on.",
            old=old,
            when=utc(waiting.opens_at),
        ),
        "ok",
    )
    return _back()


def _question(address: str) -> Question:
    return Question(
        asks=gettext("Keep your mail address?"),
        then=(
            gettext("Your account keeps this address, and %(email)s never gets it.", email=address),
            gettext("Whoever asked for it is signed out."),
        ),
        yes=gettext("Keep my address"),
        no=gettext("Not now"),
        action=url_for("play_mail.stop", token=_token()),
        back="/",
        is_grave=False,
    )


def _nothing_waits() -> AnyResponse:
    flash(gettext("Nothing waits there any more."), "info")
    return go(url_for("play_ways.index") if current_user.is_authenticated else url_for("play_sign_in.index"))


def _nothing_awaited() -> AnyResponse:
    flash(gettext("Ask for a code first."), "info")
    return _back()


def _back() -> AnyResponse:
    return go(url_for("play_ways.index"))


def _page(form: MailForm, status: int = 200) -> Response:
    return render("faces/play/mail.html", "faces/play/_mail_form.html", status, mail=form, **standing())


def _code_page(form: TwoCodesForm, new: Contact, status: int = 200) -> Response:
    by = _by()
    there = current_user.phone if by == "phone" else current_user.email
    form.name_places(there, new.text)
    context = {"form": form, "own": there, "new": new.text, "by": by}
    return render("faces/play/mail_code.html", "faces/play/_mail_code.html", status, **context)


def _by() -> By:
    """By which way of the account it is shown: the mailbox, if nothing else is said."""
    return "phone" if request.values.get("by") == "phone" else "email"


def _token() -> str:
    token = request.args.get("token", "")
    return token if len(token) <= _LONGEST_TOKEN and token.isascii() else ""


def _locale() -> str:
    return str(get_locale() or "en")
