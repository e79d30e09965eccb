"""The pages of signing in, signing out, and one's account."""

from __future__ import annotations

import hmac
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import hash_secret, parse_id
from app.core.limits.limiter import limiter
from app.core.limits.requester import neighbourhood
from app.core.web.headers import no_store
from app.core.web.languages import readers
from app.core.web.requests import render
from app.core.wire.error_messages import add_messages, message_for
from app.people.accounts.login import attempts
from app.people.accounts.login.limits import CONFIRMATIONS, confirmations_limit, confirmer, count_login_mail
from app.people.accounts.login.page_door import (
    account_address,
    asked_by_browser,
    go,
    init_app,
    login_required,
    remember_asked,
    session_token,
    sign_in,
    sign_out,
)

from . import queries, service
from .email import change as email_change
from .forms import CodeForm, ConfirmForm, EmailChangeForm, EmptyForm, LoginForm
from .messages import MESSAGES
from .rules import describe_agent, local_path, opens_partners_pages, parse_code

bp = Blueprint("accounts", __name__)
_SIGNING_IN: Final = ("login", "send_link", "code", "use_code", "confirm", "use_link", "logout")
ENDPOINTS: Final = tuple(f"accounts.{name}" for name in (*_SIGNING_IN, "account", "revoke", "revoke_others"))


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    init_app(state.app)
    add_messages(MESSAGES)
    state.app.jinja_env.globals["account_address"] = account_address


@bp.get("/login")
def login() -> Response:
    """Ask for the address to send the link to."""
    no_store()
    if current_user.is_authenticated and opens_partners_pages(current_user.strength):
        return redirect(local_path(request.args.get("next")), code=303)
    form = LoginForm(next=local_path(request.args.get("next")))
    return render("people/accounts/login.html", "people/accounts/_login.html", form=form)


@bp.post("/login")
def send_link() -> Response:
    """Send the link. The answer is the same for every address, known or not."""
    no_store()
    form = LoginForm()
    if form.validate_on_submit():
        try:
            asker = count_login_mail(form.email.data or "")
            with transaction():
                asked = service.request_link(
                    form.email.data or "",
                    asker,
                    next_path=form.next.data,
                    locale=readers(),
                    previous=asked_by_browser(),
                )
        except DomainError as error:
            form.email.errors = [message_for(error)]
        else:
            response = go(url_for("accounts.code"))
            remember_asked(response, asked)
            return response
    form.next.data = local_path(form.next.data)
    return render("people/accounts/login.html", "people/accounts/_login.html", status=422, form=form)


@bp.get("/login/code")
def code() -> Response:
    """Look in your mail: open the link here, or type its code."""
    return _code_page(CodeForm(), 200)


@bp.post("/login/code")
@limiter.shared_limit(confirmations_limit, scope=CONFIRMATIONS, key_func=confirmer)
def use_code() -> Response:
    """Sign in by the code."""
    form, asked = CodeForm(), asked_by_browser()
    if asked is not None and form.validate_on_submit():
        with transaction():
            signed_in = service.confirm_code(
                asked,
                parse_code(form.code.data or ""),
                agent=request.user_agent.string,
                network=neighbourhood(),
                locale=readers(),
                old_session=session_token(request),
            )
        if signed_in is not None:
            return sign_in(signed_in)
        form.code.errors = [
            gettext("This code is not right, or was tried too often. Open the link in the mail instead.")
        ]
    return _code_page(form, 422)


@bp.get("/login/confirm")
def confirm() -> Response:
    """Show the button. Mail scanners fetch this address, so looking uses nothing up."""
    form = ConfirmForm(token=request.args.get("token", ""))
    return _confirm_page(form, 200)


@bp.post("/login/confirm")
@limiter.shared_limit(confirmations_limit, scope=CONFIRMATIONS, key_func=confirmer)
def use_link() -> Response:
    """Sign in by the link, once, in the browser that asked for it."""
    form, asked = ConfirmForm(), asked_by_browser()
    if form.validate_on_submit():
        with transaction():
            signed_in = service.confirm_link(
                form.token.data or "",
                browser=asked.browser if asked else None,
                agent=request.user_agent.string,
                network=neighbourhood(),
                locale=readers(),
                old_session=session_token(request),
            )
        if signed_in is not None:
            return sign_in(signed_in)
    return _confirm_page(form, 422)


@bp.post("/logout")
def logout() -> Response:
    """Sign out. Without a session there is nothing to do, and the answer is the same."""
    token, theirs = session_token(request), readers()
    if token:
        with transaction():
            service.end_session(token)
    return sign_out(theirs)


@bp.get("/account")
@login_required
def account() -> Response:
    """One's address and sessions."""
    return account_page(EmailChangeForm(formdata=None))


@bp.post("/account/sessions/<session_id>/revoke")
@login_required
def revoke(session_id: str) -> Response:
    """End one session; ending the one in use is signing out."""
    identifier = parse_id(session_id)
    if identifier is None:
        raise NotFound
    return _revoke_one(identifier)


@bp.post("/account/sessions/revoke")
@login_required
def revoke_others() -> Response:
    """End every session but the one in use."""
    with transaction():
        service.revoke_other_sessions(current_user.id, keep=current_user.session_id)
    flash(gettext("Every other session has been ended."), "ok")
    return _back()


def account_page(email_form: EmailChangeForm, status: int = 200) -> Response:
    """The account as it is now, with a form for another address."""
    found = sorted(queries.sessions_of(current_user.id), key=lambda row: row.id != current_user.session_id)
    rows = [(row, *describe_agent(row.user_agent)) for row in found]
    context: dict[str, object] = {"sessions": rows, "form": EmptyForm(), "email_form": email_form}
    context["waiting"] = email_change.waiting(current_user.id)
    context["attempts"] = [(one, *describe_agent(one.user_agent)) for one in attempts.of_user(current_user.id)]
    return render("people/accounts/account.html", "people/accounts/_sessions.html", status, **context)


def _revoke_one(identifier: UUID) -> Response:
    with transaction():
        service.revoke_session(current_user.id, identifier)
    if identifier == current_user.session_id:
        return sign_out(readers())
    flash(gettext("The session has been ended."), "ok")
    return _back()


def _back() -> Response:
    """To the page whose button it was: players have theirs with the list of sessions too."""
    return go(local_path(request.form.get("next"), url_for("accounts.account")))


def _code_page(form: CodeForm, status: int) -> Response:
    no_store()
    asked = asked_by_browser()
    link = queries.awaited_link(asked.link_id, asked.browser) if asked else None
    if link is None:
        return _link_gone()
    return render("people/accounts/code.html", "people/accounts/_code.html", status=status, form=form, email=link.email)


def _confirm_page(form: ConfirmForm, status: int) -> Response:
    """Three faces: the button, the way back to the browser that asked, or that the link is used or too old."""
    no_store()
    token, asked = form.token.data or "", asked_by_browser()
    link = queries.link_by_token(token) if 0 < len(token) <= 64 and token.isascii() else None
    if link is None:
        return _link_gone()
    if asked is None or not hmac.compare_digest(link.browser_hash, hash_secret(asked.browser)):
        return Response(render_template("people/accounts/other_browser.html"), status=status, mimetype="text/html")
    return render(
        "people/accounts/confirm.html", "people/accounts/_confirm.html", status=status, form=form, email=link.email
    )


def _link_gone() -> Response:
    return Response(render_template("people/accounts/link_gone.html"), status=410, mimetype="text/html")
