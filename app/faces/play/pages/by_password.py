"""Signing in to play by mail address and password."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.limits.requester import neighbourhood
from app.core.web.headers import no_store
from app.core.web.requests import render
from app.faces.play.refusing import refused
from app.faces.play.sign_in_forms import PasswordForm
from app.people.accounts.codes.coming_in import begin_session
from app.people.accounts.codes.contacts import Contact, contact_of, sends_sms
from app.people.accounts.login.attempts import Asks
from app.people.accounts.login.page_door import go, session_token
from app.people.accounts.login.page_door import sign_in as carry_in
from app.people.accounts.passwords import limits, proving, service
from app.people.accounts.passwords.proving import Proof
from app.people.accounts.rules import local_path
from app.people.accounts.service import SignedIn

from .signing_in import HOME, leads_to

bp = Blueprint("play_by_password", __name__, url_prefix="/play/sign-in/password")
ENDPOINTS: Final = ("play_by_password.index", "play_by_password.sign_in")


@bp.get("")
def index() -> AnyResponse:
    """Ask for both."""
    no_store()
    wanted = local_path(request.args.get("next"), HOME)
    if current_user.is_authenticated:
        return go(wanted)
    form = PasswordForm(formdata=None)
    form.next.data = wanted
    return _page(form)


@bp.post("")
def sign_in() -> AnyResponse:
    """Sign in by them. As long, and the same words, for an address that nobody has as for a wrong password."""
    no_store()
    form = PasswordForm()
    form.next.data = local_path(form.next.data, HOME)
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        contact = contact_of(phone=None, email=form.email.data or "")
        limits.count_try(contact)
        proof = proving.of_account(contact.is_users, form.password.data or "")
    except DomainError as error:
        return refused(lambda status: _page(form, status), form.email if error.field else form.password, error)
    with transaction():
        signed_in = _come_in(contact, proof, form.next.data)
    if signed_in is None:
        return refused(lambda status: _page(form, status), form.password, DomainError("password_refused"))
    limits.was_right()
    return carry_in(signed_in)


def _come_in(contact: Contact, proof: Proof, next_path: str) -> SignedIn | None:
    agent = request.user_agent.string
    came = service.come_in(contact, proof, Asks(agent, neighbourhood()), next_path=next_path)
    if came is None:
        return None
    return begin_session(came, agent=agent, old_session=session_token(request), next_path=leads_to(came))


def _page(form: PasswordForm, status: int = 200) -> Response:
    context = {"form": form, "sends_sms": sends_sms()}
    return render("faces/play/sign_in_password.html", "faces/play/_sign_in_password.html", status, **context)
