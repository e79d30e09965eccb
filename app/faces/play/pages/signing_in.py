"""Signing in to play: by a code to a phone or a mailbox."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.limits.limiter import limiter
from app.core.limits.requester import neighbourhood
from app.core.web.headers import no_store
from app.core.web.requests import render
from app.core.wire.error_messages import message_for
from app.faces.play.forms import ButtonForm
from app.faces.play.refusing import refused
from app.faces.play.sign_in_forms import CodeForm, MailForm, PhoneForm
from app.people.accounts.codes import service
from app.people.accounts.codes.api import TRIES
from app.people.accounts.codes.coming_in import CameIn, begin_session, come_in
from app.people.accounts.codes.contacts import contact_as_kept, sends_sms
from app.people.accounts.codes.limits import asker_of, count_message, count_request, tries_limit
from app.people.accounts.codes.service import Sent, Trier
from app.people.accounts.login.attempts import Asks
from app.people.accounts.login.limits import confirmer
from app.people.accounts.login.page_door import code_of_browser, go, remember_code, session_token, sign_in
from app.people.accounts.models import LoginCode
from app.people.accounts.rules import local_path, parse_code
from app.people.accounts.service import Asked, SignedIn
from app.people.accounts.tokens.service import IS_REGISTERED

bp = Blueprint("play_sign_in", __name__, url_prefix="/play/sign-in")
ENDPOINTS: Final = tuple(f"play_sign_in.{name}" for name in ("index", "send", "code", "use_code", "again"))
HOME: Final = "/play"
DOOR: Final = (HOME, "play_sign_in.index")
"""Under which path nobody is sent to partners' login, and where they are sent instead."""


@bp.get("")
def index() -> AnyResponse:
    """Ask where the code goes: to a phone, or by mail."""
    no_store()
    wanted = local_path(request.args.get("next"), HOME)
    if current_user.is_authenticated:
        return go(wanted)
    by_phone = sends_sms() and request.args.get("by") != "mail"
    form = PhoneForm(formdata=None) if by_phone else MailForm(formdata=None)
    form.next.data = wanted
    return _ask(form)


@bp.post("")
def send() -> AnyResponse:
    """Send the code. The answer is the same for every phone and address, known or not."""
    no_store()
    form = PhoneForm() if "phone" in request.form else MailForm()
    form.next.data = local_path(form.next.data, HOME)
    if not form.validate_on_submit():
        return _ask(form, 422)
    where = form.number if isinstance(form, PhoneForm) else form.email.data or ""
    try:
        return _send(where, form.next.data)[0]
    except DomainError as error:
        field, told = form.refusal(error) if isinstance(form, PhoneForm) else (form.email, error)
        return refused(lambda status: _ask(form, status), field, told)


@bp.get("/code")
def code() -> AnyResponse:
    """Type the code."""
    found = _awaited()
    return _code_page(found, CodeForm(formdata=None)) if found is not None else _nothing_awaited()


@bp.post("/code")
@limiter.shared_limit(tries_limit, scope=TRIES, key_func=confirmer)
def use_code() -> AnyResponse:
    """Sign in by it."""
    form, found = CodeForm(), _awaited()
    if found is None:
        return _nothing_awaited()
    if form.validate_on_submit():
        with transaction():
            signed_in = _come_in(found, form.code.data or "")
        if signed_in is not None:
            return sign_in(signed_in)
        form.code.errors = [message_for(DomainError("code_refused"))]
    return _code_page(found, form, 422)


@bp.post("/again")
def again() -> AnyResponse:
    """Send another code where the last one went; within half a minute there is none, and the page says so."""
    no_store()
    found = _awaited()
    if found is None or not ButtonForm().validate_on_submit():
        return _nothing_awaited()
    try:
        response, sent = _send(found.contact, found.next_path)
    except DomainError as error:
        form = CodeForm(formdata=None)
        return refused(lambda status: _code_page(found, form, status), form.code, error)
    flash(_said_of(sent, found), "info")
    return response


def _said_of(sent: Sent, before: LoginCode) -> str:
    """Whether another code left, or the one before is still so new that none did."""
    if sent.code_id != before.id:
        return str(gettext("Another code is on its way."))
    wait = sent.resend_after
    return str(gettext("No other code was sent: the last one is on its way. Ask again in %(wait)s s.", wait=wait))


def _send(where: str, next_path: str) -> tuple[AnyResponse, Sent]:
    """Send a code, and go where it is typed. Raises as `count_request` and `count_message`."""
    is_mail = "@" in where
    before = code_of_browser()
    browser = before.browser if before is not None else service.new_browser()
    contact, asker = count_request("sign_in", phone=None if is_mail else where, email=where if is_mail else None)
    count_message("sign_in", contact, asker, browser=browser)
    with transaction():
        sent = service.ask(contact, asker, locale=_locale(), browser=browser, next_path=next_path)
    response = go(url_for("play_sign_in.code"))
    remember_code(response, Asked(sent.code_id, browser))
    return response, sent


def _come_in(found: LoginCode, text: str) -> SignedIn | None:
    """A session for whoever typed the code."""
    asked, agent, contact = code_of_browser(), request.user_agent.string, contact_as_kept(found.contact)
    trier = Trier(asker_of(contact).mark, asked.browser if asked else None)
    came = come_in(contact, parse_code(text), trier, Asks(agent, neighbourhood()), locale=_locale())
    if came is None:
        return None
    return begin_session(came, agent=agent, old_session=session_token(request), next_path=leads_to(came))


def leads_to(came: CameIn) -> str:
    """Where somebody goes who has come in: where they wanted; who has not registered does so before."""
    wanted = local_path(came.next_path, HOME)
    if IS_REGISTERED.get()(came.user_id):
        return wanted
    return url_for("play_profile.ask", next=wanted if wanted != HOME else None)


def _awaited() -> LoginCode | None:
    asked = code_of_browser()
    return service.of_browser(asked.link_id, asked.browser) if asked is not None else None


def _ask(form: PhoneForm | MailForm, status: int = 200) -> Response:
    context = {"form": form, "by_phone": isinstance(form, PhoneForm), "sends_sms": sends_sms()}
    return render("faces/play/sign_in.html", "faces/play/_sign_in.html", status, **context)


def _code_page(found: LoginCode, form: CodeForm, status: int = 200) -> Response:
    no_store()
    context = {"form": form, "found": found, "wait": service.wait_after(found), "button": ButtonForm(formdata=None)}
    return render("faces/play/sign_in_code.html", "faces/play/_sign_in_code.html", status, **context)


def _nothing_awaited() -> AnyResponse:
    flash(gettext("Ask for a code first."), "info")
    return go(url_for("play_sign_in.index"))


def _locale() -> str:
    return str(get_locale() or "en")
