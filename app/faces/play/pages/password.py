"""One's password: chosen by a code, which is also for whoever forgot it, changed, and removed."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.limits.limiter import limiter
from app.core.limits.requester import neighbourhood
from app.core.web.asking import Question, ask
from app.core.web.headers import no_store
from app.core.web.requests import render
from app.faces.play.forms import ButtonForm
from app.faces.play.refusing import refused
from app.faces.play.sign_in_forms import ChangedPasswordForm, MailForm, NewPasswordForm, OwnPasswordForm
from app.people.accounts.codes import service as codes
from app.people.accounts.codes.api import TRIES
from app.people.accounts.codes.coming_in import CameIn, begin_session
from app.people.accounts.codes.contacts import contact_as_kept
from app.people.accounts.codes.limits import asker_of, count_message, count_request, tries_limit
from app.people.accounts.codes.service import Trier
from app.people.accounts.login.attempts import Asks
from app.people.accounts.login.limits import confirmer
from app.people.accounts.login.page_door import (
    code_of_browser,
    go,
    login_required,
    remember_code,
    session_token,
    sign_in,
)
from app.people.accounts.models import LoginCode
from app.people.accounts.passwords import hashing, limits, proving, queries, rules, service
from app.people.accounts.rules import local_path, parse_code
from app.people.accounts.service import Asked, SignedIn

from .signing_in import HOME, leads_to

bp = Blueprint("play_password", __name__, url_prefix="/play/password")
_PAGES: Final = ("index", "send", "code", "use_code", "change", "use_change", "ask_removal", "remove")
ENDPOINTS: Final = tuple(f"play_password.{name}" for name in _PAGES)


@bp.get("")
def index() -> AnyResponse:
    """Ask where the code goes; who is signed in is asked nothing."""
    no_store()
    form = MailForm(formdata=None)
    form.next.data = local_path(request.args.get("next"), HOME)
    return _ask(form)


@bp.post("")
def send() -> AnyResponse:
    """Send the code. The answer is the same for every address, known or not."""
    no_store()
    form = MailForm()
    form.next.data = local_path(form.next.data, HOME)
    own = _own_address()
    if own is not None:
        form.email.data = own
    if not (ButtonForm() if own else form).validate_on_submit():
        return _ask(form, 422)
    before = code_of_browser()
    browser = before.browser if before is not None else codes.new_browser()
    try:
        contact, asker = count_request("password", phone=None, email=form.email.data or "")
        count_message("password", contact, asker, browser=browser)
    except DomainError as error:
        return refused(lambda status: _ask(form, status), form.email, error)
    with transaction():
        sent = codes.ask(
            contact, asker, locale=_locale(), browser=browser, sets_password=True, next_path=form.next.data
        )
    response = go(url_for("play_password.code"))
    remember_code(response, Asked(sent.code_id, browser))
    return response


@bp.get("/code")
def code() -> AnyResponse:
    """Type the code, and the password that one wants."""
    found = _awaited()
    return _code_page(found, NewPasswordForm(formdata=None)) if found is not None else _nothing_awaited()


@bp.post("/code")
@limiter.shared_limit(tries_limit, scope=TRIES, key_func=confirmer)
def use_code() -> AnyResponse:
    """Make it the account's, and sign in."""
    form, found = NewPasswordForm(), _awaited()
    if found is None:
        return _nothing_awaited()
    if not form.validate_on_submit():
        return _code_page(found, form, 422)
    try:
        hashed = hashing.hashed(rules.checked(form.password.data or "", found.contact))
    except DomainError as error:
        return refused(lambda status: _code_page(found, form, status), form.password, error)
    keep = current_user.session_id if _own_address() == found.contact else None
    with transaction():
        came = _set(found, form.code.data or "", hashed, keep)
        signed_in = _begun(came) if came is not None and keep is None else None
    if came is None:
        return refused(lambda status: _code_page(found, form, status), form.code, DomainError("code_refused"))
    response = sign_in(signed_in) if signed_in is not None else go(url_for("play_ways.index"))
    flash(gettext("This is your password from now on."), "ok")
    return response


@bp.get("/change")
@login_required
def change() -> AnyResponse:
    """Give the one that one has, and another."""
    return _change_page(ChangedPasswordForm(formdata=None)) if _has_one() else go(url_for("play_password.index"))


@bp.post("/change")
@login_required
def use_change() -> AnyResponse:
    """Put it in the other's place; every other session ends."""
    form = ChangedPasswordForm()
    if not form.validate_on_submit():
        return _change_page(form, 422)
    try:
        password = rules.checked(form.password.data or "", current_user.email)
        limits.count_own_try(current_user.id)
        proof = proving.of_person(current_user.id, form.current.data or "")
        hashed = hashing.hashed(password) if proof.hash is not None else ""
    except DomainError as error:
        field = form.password if error.field == "password" else form.current
        return refused(lambda status: _change_page(form, status), field, error)
    with transaction():
        is_changed = service.change(current_user.id, proof, hashed, keep=current_user.session_id)
    if not is_changed:
        return refused(lambda status: _change_page(form, status), form.current, DomainError("password_wrong"))
    limits.was_right()
    flash(gettext("Your password is changed. You are signed out everywhere else."), "ok")
    return go(url_for("play_ways.index"))


@bp.get("/remove")
@login_required
def ask_removal() -> AnyResponse:
    """Say what that means."""
    return ask(_removal(), OwnPasswordForm(formdata=None)) if _has_one() else go(url_for("play_ways.index"))


@bp.post("/remove")
@login_required
def remove() -> AnyResponse:
    """Remove it; every other session ends."""
    form = OwnPasswordForm()
    if not form.validate_on_submit():
        return ask(_removal(), form, 422)
    try:
        limits.count_own_try(current_user.id)
        proof = proving.of_person(current_user.id, form.current.data or "")
    except DomainError as error:
        return refused(lambda status: ask(_removal(), form, status), form.current, error)
    with transaction():
        is_removed = service.give_up(current_user.id, proof, keep=current_user.session_id)
    if not is_removed:
        return refused(lambda status: ask(_removal(), form, status), form.current, DomainError("password_wrong"))
    limits.was_right()
    flash(gettext("Your password is gone. You sign in by a code."), "ok")
    return go(url_for("play_ways.index"))


def _removal() -> Question:
    return Question(
        asks=gettext("Remove your password?"),
        then=(
            gettext("You sign in by a code or by a link from then on."),
            gettext("You are signed out everywhere else."),
            gettext("You can choose another password at any time, by a code to your mail address."),
        ),
        yes=gettext("Remove it"),
        no=gettext("Keep it"),
        action=url_for("play_password.ask_removal"),
        back=url_for("play_ways.index"),
    )


def _set(found: LoginCode, code: str, hashed: str, keep: UUID | None) -> CameIn | None:
    asked, contact = code_of_browser(), contact_as_kept(found.contact)
    trier = Trier(asker_of(contact).mark, asked.browser if asked else None)
    asks = Asks(request.user_agent.string, neighbourhood())
    came = service.set_by_code(contact, parse_code(code), trier, asks, hashed, locale=_locale(), keep=keep)
    return replace(came, next_path=found.next_path) if came is not None else None


def _begun(came: CameIn) -> SignedIn:
    agent = request.user_agent.string
    return begin_session(came, agent=agent, old_session=session_token(request), next_path=leads_to(came))


def _awaited() -> LoginCode | None:
    asked = code_of_browser()
    return codes.of_browser(asked.link_id, asked.browser, sets_password=True) if asked is not None else None


def _own_address() -> str | None:
    return current_user.email or None if current_user.is_authenticated else None


def _has_one() -> bool:
    return queries.set_at(current_user.id) is not None


def _ask(form: MailForm, status: int = 200) -> Response:
    context = {"form": form, "own": _own_address(), "has_one": current_user.is_authenticated and _has_one()}
    return render("faces/play/password.html", "faces/play/_password.html", status, **context)


def _code_page(found: LoginCode, form: NewPasswordForm, status: int = 200) -> Response:
    no_store()
    context = {"form": form, "contact": found.contact, "next_path": found.next_path, "least": rules.SHORTEST}
    return render("faces/play/password_code.html", "faces/play/_password_code.html", status, **context)


def _change_page(form: ChangedPasswordForm, status: int = 200) -> Response:
    context = {"form": form, "least": rules.SHORTEST}
    return render("faces/play/password_change.html", "faces/play/_password_change.html", status, **context)


def _nothing_awaited() -> AnyResponse:
    flash(gettext("Ask for a code first."), "info")
    return go(url_for("play_password.index"))


def _locale() -> str:
    return str(get_locale() or "en")
